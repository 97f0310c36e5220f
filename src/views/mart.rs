//! The mart: its star, its build, its answers.

use std::collections::BTreeMap;

use leptos::prelude::*;
use mart::ask::{Attribute, Measure};
use mart::encode::file_stem;
use mart::star::{Label, Star as Shape};
use mart::{Keys, Mart as Model, Table};

use super::ask::AskTheStar;
use super::downloads::Downloads;
use super::filter::{SalesThatCount, picking};
use super::told_while_busy;
use crate::components::{Chart, Grid, Panel, ScrollX, Star, go_to_panel, is_in_view};
use crate::format;
use crate::route::{self, Page};
use crate::rows::Rows;
use crate::workbench::{Item, LoggedStep, MOST_SAVED_ROWS, Saved, Shown, Source, Workbench};

/// The page.
#[component]
pub fn Mart() -> impl IntoView {
    let workbench = Workbench::from_context();
    workbench.asking.is_seen.set_value(is_in_view);
    let source = move || workbench.source.with(Source::name);
    let counts = Memo::new(move |_| workbench.row_counts.get());
    let keys = move || {
        workbench.built.with(|built| match built.as_ref()?.keys {
            Keys::Enforced => Some("Keys enforced by DuckDB"),
            Keys::Verified => Some("Keys verified by checks after loading"),
        })
    };
    view! {
        <div class="title-line">
            <h1>"Mart"</h1>
            <p class="lead">{move || if is_opened(workbench) {
                "The tables of "
            } else {
                "A star schema, built by SQL in this tab from "
            }}<strong>{source}</strong>"."</p>
            <button
                type="button"
                class="primary"
                aria-disabled=told_while_busy(workbench)
                on:click=move |_| workbench.rebuild()
            >
                "Rebuild mart"
            </button>
        </div>
        <Panel heading="Star">
            {move || counts.with(|counts| stars(workbench, counts))}
            {move || missing(workbench)}
            // A space keeps the line's place until there is something to say.
            <p class="lead">{move || keys().unwrap_or("\u{a0}")}</p>
        </Panel>
        <section aria-labelledby="answers-heading">
            <h2 id="answers-heading">"Answers"</h2>
            {move || has_answers(workbench).then(|| view! { <SalesThatCount /> })}
            {move || answers(workbench)}
        </section>
        {move || has_answers(workbench).then(|| view! { <AskTheStar /> })}
        {move || saved(workbench)}
        <BuildLog workbench />
    }
}

/// Whether the mart is a database file, which nobody has built here.
fn is_opened(workbench: Workbench) -> bool {
    workbench
        .source
        .with(|source| matches!(source, Source::Database(_)))
}

/// Whether the mart is one that the answers are about.
fn has_answers(workbench: Workbench) -> bool {
    workbench.mart.with(|mart| !mart.answers.is_empty())
}

/// What was there and is not: a statement of one's own can drop any table.
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

fn stars(workbench: Workbench, counts: &BTreeMap<String, u64>) -> AnyView {
    workbench.mart.with(|mart| {
        let facts: Vec<_> = mart.facts().collect();
        let is_only = facts.len() == 1;
        let stars = facts.into_iter();
        let stars: Vec<_> = stars
            .map(|fact| star(workbench, mart, fact, is_only, counts))
            .collect();
        if stars.is_empty() {
            return view! { <p class="empty">"No key joins one table to another, so there is no star. "<a href=Page::Inspect.href()>"Inspect"</a>" shows all tables."</p> }.into_any();
        }
        stars.into_any()
    })
}

fn star(
    workbench: Workbench,
    mart: &Model,
    fact: &Table,
    is_only: bool,
    counts: &BTreeMap<String, u64>,
) -> AnyView {
    let star = Shape::of(mart, fact);
    let attributes = if has_answers(workbench) {
        workbench.attributes()
    } else {
        Vec::new()
    };
    let is_built = workbench.built.with_untracked(Option::is_some);
    let labels: Vec<_> = star
        .tables
        .iter()
        .map(|table| Label {
            size: size(table, counts, is_built),
            href: route::address_of_table(&table.title()),
        })
        .collect();
    let svg = star.svg(&labels, &attributes);
    let (title, name, stem) = if is_only {
        (
            "Star schema".to_owned(),
            "star".to_owned(),
            "star".to_owned(),
        )
    } else {
        let fact = fact.title();
        (
            format!("Star schema of {fact}"),
            format!("star of {fact}"),
            format!("{}_star", file_stem(&fact)),
        )
    };
    let choose = move |name: String| {
        let mut attributes = workbench.attributes().into_iter();
        if let Some(attribute) = attributes.find(|attribute| attribute.name == name) {
            ask_by(workbench, attribute);
        }
    };
    view! { <Star title name stem svg on_choose=choose /> }.into_any()
}

fn size(table: &Table, counts: &BTreeMap<String, u64>, is_built: bool) -> String {
    match counts.get(&table.title()) {
        Some(1) => "1 row".to_owned(),
        Some(rows) => format!("{} rows", format::count(*rows)),
        None if is_built => "MISSING".to_owned(),
        None => "… rows".to_owned(),
    }
}

/// Asks the star for the revenue by an attribute, and goes to the answer.
fn ask_by(workbench: Workbench, attribute: Attribute) {
    workbench.change_question(|question| {
        question.measures = vec![Measure::Revenue];
        question.by = vec![attribute];
        question.top = None;
    });
    go_to_panel(workbench.asking.star.heading);
}

fn answers(workbench: Workbench) -> AnyView {
    if !has_answers(workbench) {
        return view! {
            <p class="empty">
                "The answers are about the sales of the built-in mart, and this file holds other tables: "
                <a href=Page::Inspect.href()>"Inspect"</a>" shows them, "
                <a href=Page::Export.href()>"Export"</a>" saves them."
            </p>
        }
        .into_any();
    }
    // Drawing is for when nothing else goes on: neither a build nor its answers wait for it.
    let is_calm = workbench.is_calm();
    let picking = picking(workbench);
    let answers = workbench.answers.get_value().into_iter();
    let answers = answers
        .map(|(answer, Shown { rows, .. })| {
            let asked = answer.clone();
            let item = Signal::derive(move || workbench.exportable_answer(&asked));
            let heading = answer.slug;
            view! {
                <section class="panel answer" aria-labelledby=heading>
                    <div class="panel-head">
                        <h3 id=heading>{answer.name}</h3>
                        <div class="buttons"><Downloads item /></div>
                    </div>
                    <div class="answer-body">
                        <div><Grid caption=answer.name rows /></div>
                        <Chart title=answer.name stem=answer.slug rows is_calm picking />
                    </div>
                    <details>
                        <summary>"SQL"</summary>
                        <pre tabindex="0"><code>{move || workbench.answer_sql(&answer).trim().to_owned()}</code></pre>
                    </details>
                </section>
            }
        })
        .collect_view();
    view! { <div class="answers">{answers}</div> }.into_any()
}

/// The queries that were saved, each as an answer.
fn saved(workbench: Workbench) -> Vec<AnyView> {
    let is_calm = workbench.is_calm();
    let items = workbench.exportable_saved();
    let saved = workbench.saved.get();
    saved
        .into_iter()
        .zip(items)
        .map(|(saved, item)| saved_answer(workbench, saved, item, is_calm))
        .collect()
}

fn saved_answer(workbench: Workbench, saved: Saved, item: Item, is_calm: Memo<bool>) -> AnyView {
    let asked = saved.clone();
    Effect::new(move || {
        if workbench.built.with(Option::is_some) {
            workbench.ask_saved(asked.clone());
        }
    });
    let Saved {
        name,
        sql,
        rows,
        problem,
    } = saved;
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
                    on:click=move |_| workbench.forget_query(&forgotten)
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
    let source = move || workbench.log.with(|log| log.source.clone());
    let failed = move || workbench.log.with(|log| log.failed);
    let steps = move || {
        workbench
            .log
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
