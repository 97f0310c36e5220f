//! The mart: its star, its build, its answers.

use leptos::prelude::*;
use mart::{Keys, Question};

use super::ask::AskTheStar;
use super::downloads::Downloads;
use super::filter::{Filters, in_sentence, picking};
use super::star::Stars;
use crate::components::{ActionButton, Chart, Grid, Panel, Picking, ScrollX, is_in_view};
use crate::format;
use crate::route::Page;
use crate::rows::Rows;
use crate::workbench::{
    DisplayedAnswer, Item, LoggedStep, MOST_SAVED_ROWS, SavedQuery, Source, Topic, Workbench,
};

/// The page.
#[component]
pub fn Mart() -> impl IntoView {
    let workbench = Workbench::from_context();
    workbench.dashboard().prefer(is_in_view);
    workbench.keep_up_to_date(Topic::Dashboard);
    workbench.keep_up_to_date(Topic::SavedQueries);
    let source = move || workbench.source().with(Source::name);
    let keys = move || {
        workbench.built().with(|built| match built.as_ref()?.keys {
            Keys::Enforced => Some("Keys enforced by DuckDB"),
            Keys::Verified => Some("Keys verified by checks after loading"),
        })
    };
    view! {
        <div class="title-line">
            <h1>"Mart"</h1>
            <p class="lead">{move || about(workbench)}<strong>{source}</strong>"."</p>
            <ActionButton class="primary" on_click=move |()| workbench.rebuild()>
                "Rebuild mart"
            </ActionButton>
        </div>
        <Panel heading="Star">
            <Stars />
            {move || missing(workbench)}
            // A space keeps the line's place until there is something to say.
            <p class="lead">{move || keys().unwrap_or("\u{a0}")}</p>
        </Panel>
        <section aria-labelledby="answers-heading">
            <h2 id="answers-heading">"Answers"</h2>
            {move || has_metrics(workbench).then(|| view! { <Filters /> })}
            {move || answers(workbench)}
        </section>
        {move || has_metrics(workbench).then(|| view! { <AskTheStar /> })}
        {move || saved(workbench)}
        <BuildLog workbench />
    }
}

/// What the mart is, up to the name of its source.
fn about(workbench: Workbench) -> String {
    if is_opened(workbench) {
        "The tables of ".to_owned()
    } else {
        let label = workbench.with_model(|model| model.label().to_owned());
        format!("{label}: a star schema, built by SQL in this tab from ")
    }
}

/// Whether the mart is a database file, which was not built here.
fn is_opened(workbench: Workbench) -> bool {
    workbench.source().with(Source::is_database)
}

/// Whether the mart measures something, so that questions can be asked.
fn has_metrics(workbench: Workbench) -> bool {
    workbench.with_model(|model| !model.metrics().is_empty())
}

/// The tables that are missing: a statement of the user's can drop any.
fn missing(workbench: Workbench) -> Option<impl IntoView> {
    let names = workbench.missing_tables();
    let verb = if names.len() == 1 { "is" } else { "are" };
    (!names.is_empty()).then(|| {
        view! {
            <p role="alert" class="notice">
                {format!("{} {verb} MISSING. ", names.join(", "))}
                "Rebuild mart makes the tables again."
            </p>
        }
    })
}

fn answers(workbench: Workbench) -> AnyView {
    if !has_metrics(workbench) {
        return view! {
            <p class="empty">
                "This file has tables without metrics, so there are no answers: "
                <a href=Page::Inspect.href()>"Inspect"</a>" shows the tables, "
                <a href=Page::Export.href()>"Export"</a>" saves them."
            </p>
        }
        .into_any();
    }
    // Charts are drawn when no task is running, so that they delay neither a build nor its answers.
    let is_calm = workbench.is_idle();
    let picking = picking(workbench);
    let answers = workbench.answers().get().into_iter();
    let answers: Vec<_> = answers
        .map(|(question, displayed)| answer(workbench, question, displayed, is_calm, picking))
        .collect();
    view! { <div class="answers">{answers}</div> }.into_any()
}

/// A question of the mart with its answer.
fn answer(
    workbench: Workbench,
    question: Question,
    displayed: DisplayedAnswer,
    is_calm: Memo<bool>,
    picking: Picking,
) -> AnyView {
    let rows = displayed.rows();
    let (asked, of) = (question.clone(), question.clone());
    let item = Signal::derive(move || workbench.exportable_answer(&asked));
    let note = move || filter_note(&workbench.unfiltered(of.metrics()));
    let heading = displayed.heading();
    let label = question.label().to_owned();
    let stem = question.name().to_owned();
    view! {
        <section class="panel answer" aria-labelledby=heading.clone()>
            <div class="panel-head">
                <h3 id=heading.clone()>{label.clone()}</h3>
                <div class="buttons"><Downloads item /></div>
            </div>
            <div class="answer-body">
                <div><Grid caption=label.clone() rows /></div>
                <Chart title=label stem rows is_calm picking />
            </div>
            {move || note().map(|note| view! { <p class="lead">{note}</p> })}
            <details>
                <summary>"SQL"</summary>
                <pre tabindex="0"><code>{move || workbench.answer_sql(&question).trim().to_owned()}</code></pre>
            </details>
        </section>
    }
    .into_any()
}

/// What of the filter does not limit an answer.
fn filter_note(ignored: &[String]) -> Option<String> {
    (!ignored.is_empty()).then(|| {
        let ignored: Vec<_> = ignored.iter().map(|label| in_sentence(label)).collect();
        format!(
            "Not filtered by {}: its facts do not have it.",
            ignored.join(", ")
        )
    })
}

/// The queries that were saved, each as an answer.
fn saved(workbench: Workbench) -> Vec<AnyView> {
    let is_calm = workbench.is_idle();
    let items = workbench.exportable_saved();
    let saved = workbench.saved().get();
    saved
        .into_iter()
        .zip(items)
        .map(|(saved, item)| saved_answer(workbench, saved, item, is_calm))
        .collect()
}

fn saved_answer(
    workbench: Workbench,
    saved: SavedQuery,
    item: Item,
    is_calm: Memo<bool>,
) -> AnyView {
    let (rows, problem) = (saved.rows(), saved.problem());
    let SavedQuery { name, sql, .. } = saved;
    let stem = item.stem.clone();
    let rows = Signal::derive(move || rows.get());
    let note = move || {
        let shown = rows.with(|rows| rows.as_ref().map_or(0, Rows::len));
        (shown > MOST_SAVED_ROWS).then(|| {
            format!(
                "Only the first {} rows are shown; a download has all of them.",
                format::count(MOST_SAVED_ROWS as u64)
            )
        })
    };
    let forgotten = name.clone();
    view! {
        <Panel heading=name.clone()>
            <div class="buttons">
                <Downloads item />
                <button
                    type="button"
                    class="quiet"
                    aria-label=format!("Forget {name}")
                    on:click=move |_| workbench.delete_query(&forgotten)
                >
                    "Forget"
                </button>
            </div>
            {move || problem.get().map(|problem| view! { <p class="notice">{problem}</p> })}
            <div class="answer-body">
                <div><Grid caption=name.clone() rows /></div>
                <Chart title=name stem rows is_calm />
            </div>
            <p class="lead">{note}</p>
            <details>
                <summary>"SQL"</summary>
                <pre tabindex="0"><code>{sql}</code></pre>
            </details>
        </Panel>
    }
    .into_any()
}

#[component]
fn BuildLog(workbench: Workbench) -> impl IntoView {
    let source = move || workbench.log().with(|log| log.source.clone());
    let failed = move || workbench.log().with(|log| log.failed);
    let steps = move || {
        workbench
            .log()
            .with(|log| log.steps.iter().map(log_line).collect_view())
    };
    view! {
        <Panel heading="Build log">
            <p class="lead">
                {move || if is_opened(workbench) {
                    "The statement that opened "
                } else {
                    "The statements that built the mart, in order, in one transaction, from "
                }}{source}"."

                <Show when=failed>
                    <strong>" The last step failed, and all of them were undone."</strong>
                </Show>
            </p>
            <ScrollX label="Build log, steps">
                <table aria-label="Build log" class="log">
                    <thead>
                        <tr>
                            <th scope="col">"Step"</th>
                            <th scope="col" class="number">"Rows"</th>
                            <th scope="col" class="number">"Time"</th>
                            <th scope="col">"SQL"</th>
                        </tr>
                    </thead>
                    <tbody>{steps}</tbody>
                </table>
            </ScrollX>
        </Panel>
    }
}

fn log_line(step: &LoggedStep) -> impl IntoView + use<> {
    view! {
        <tr>
            <td>{step.title.clone()}</td>
            <td class="number">{step.rows.map(format::count)}</td>
            <td class="number">{format::duration(step.milliseconds)}</td>
            <td>
                <details>
                    <summary>"Show"</summary>
                    <pre tabindex="0"><code>{step.sql.clone()}</code></pre>
                </details>
            </td>
        </tr>
    }
}
