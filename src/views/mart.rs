//! The mart: its key figures and answers within a filter, its star and its build.

use leptos::ev;
use leptos::prelude::*;
use mart::{Filter, Keys, Question};

use super::ask::AskTheStar;
use super::card::{Content, Look, ResultCard};
use super::choose_file::UseYourOwnFile;
use super::figures::KeyFigures;
use super::filter::{FilterBar, in_sentence, picking};
use super::log::BuildLog;
use super::star::Stars;
use crate::components::{ActionButton, Fold, Later, Picking, is_in_view};
use crate::route::{self, Page};
use crate::rows::Rows;
use crate::workbench::{
    DisplayedAnswer, Item, MOST_SAVED_ROWS, SavedQuery, Saving, Source, Topic, Workbench,
};
use crate::{format, history};

/// The page.
#[component]
pub fn Mart() -> impl IntoView {
    let workbench = Workbench::from_context();
    workbench.dashboard().prefer(is_in_view);
    workbench.keep_up_to_date(Topic::Dashboard);
    workbench.keep_up_to_date(Topic::SavedQueries);
    workbench.keep_up_to_date(Topic::Inspection);
    follow_address(workbench);
    let source = move || workbench.source().with(Source::name);
    view! {
        <div class="title-line">
            <h1>"Mart"</h1>
            <p class="lead">{move || about(workbench)}<strong>{source}</strong>". "{move || set_aside(workbench)}</p>
            <UseYourOwnFile />
            <p class="ways">
                <a href=route::address_of_examples()>"Examples"</a>
            </p>
            <ActionButton on_click=move |()| workbench.rebuild()>"Rebuild mart"</ActionButton>
        </div>
        {move || missing(workbench)}
        <Findings workbench />
        <Later>{move || has_metrics(workbench).then(|| view! { <KeyFigures /> })}</Later>
        <Later>{move || has_metrics(workbench).then(|| view! { <FilterBar /> })}</Later>
        <Later>
            <section class="answers-section" aria-labelledby="answers-heading">
                <h2 id="answers-heading" class="visually-hidden">"Answers"</h2>
                {move || answers(workbench)}
            </section>
        </Later>
        <Later>{move || has_metrics(workbench).then(|| view! { <AskTheStar /> })}</Later>
        <Later>{move || saved(workbench)}</Later>
        <Later>
            <Fold heading="Star" line=star_line(workbench)>
                <Stars />
            </Fold>
        </Later>
        <Later><BuildLog /></Later>
    }
}

/// Keeps the dashboard and the parameters of the address the same, for as long as the page is shown.
fn follow_address(workbench: Workbench) {
    let parameters = history::parameters();
    if !parameters.is_empty() && parameters != untrack(|| workbench.link()) {
        workbench.follow_link(&parameters);
    }
    Effect::new(move |shown: Option<()>| {
        let address = history::address(Page::Mart.href(), &workbench.link());
        let is_unknown = workbench.dashboard().views().unknown();
        // What the mart does not know stays in the address, for another one.
        if is_unknown.with(Vec::is_empty) {
            history::show(&address, shown.is_some());
        }
    });
    let moved = window_event_listener(ev::hashchange, move |_| {
        let parameters = history::parameters();
        if route::page() == Some(Page::Mart) && parameters != untrack(|| workbench.link()) {
            workbench.follow_link(&parameters);
        }
    });
    on_cleanup(move || moved.remove());
}

/// What needs attention: checks that fail, and what a link asks for in vain.
#[component]
fn Findings(workbench: Workbench) -> impl IntoView {
    let failed = Memo::new(move |_| {
        workbench.inspection().with(|inspection| {
            let checks = inspection
                .as_ref()
                .map(|inspection| inspection.checks.as_slice());
            let failed = checks
                .unwrap_or_default()
                .iter()
                .filter(|report| report.has_failed());
            failed
                .map(|report| report.check.name.clone())
                .collect::<Vec<_>>()
        })
    });
    let unknown = workbench.dashboard().views().unknown();
    view! {
        <Show when=move || failed.with(|failed| !failed.is_empty())>
            <p class="notice">
                {move || failed.with(|failed| failed_checks(failed))}" "
                <a href=Page::Inspect.href()>"Show the failing rows"</a>
            </p>
        </Show>
        <Show when=move || unknown.with(|unknown| !unknown.is_empty())>
            <p class="notice">
                {move || unknown.with(|unknown| format!(
                    "The link asks for what this mart does not have: {}. It may be of another mart.",
                    unknown.join(", ")
                ))}
            </p>
        </Show>
    }
}

fn failed_checks(failed: &[String]) -> String {
    match failed {
        [only] => format!("A quality check fails: {only}."),
        several => format!(
            "{} quality checks fail: {}.",
            several.len(),
            several.join(", ")
        ),
    }
}

/// The star in a line.
fn star_line(workbench: Workbench) -> Signal<String> {
    Signal::derive(move || {
        let keys = workbench
            .built()
            .with(|built| match built.as_ref().map(|built| built.keys) {
                Some(Keys::Enforced) => "Keys enforced by DuckDB",
                Some(Keys::Verified) => "Keys verified by checks after loading",
                None => "Not built yet",
            });
        let tables = workbench.with_model(|model| model.tables().len());
        format!("{tables} tables. {keys}.")
    })
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
    let picking = picking(workbench);
    let answers = workbench.answers().get().into_iter();
    let answers: Vec<_> = answers
        .map(|(question, displayed)| answer(workbench, question, displayed, picking))
        .collect();
    view! { <div class="answers">{answers}</div> }.into_any()
}

/// A question of the mart with its answer.
fn answer(
    workbench: Workbench,
    question: Question,
    displayed: DisplayedAnswer,
    picking: Picking,
) -> AnyView {
    let (asked, of, read) = (question.clone(), question.clone(), question.clone());
    let content = Content {
        name: question.label().to_owned(),
        heading: displayed.heading(),
        stem: question.name().to_owned(),
        rows: displayed.rows().into(),
        item: Signal::derive(move || workbench.exportable_answer(&asked)),
        sql: Signal::derive(move || workbench.answer_sql(&read)),
    };
    let note = Signal::derive(move || {
        let words = workbench.dashboard().filter().with(Filter::words);
        let ignored = unfiltered(&workbench.unfiltered(of.metrics()));
        let filtered = (!words.is_empty()).then(|| format!("Filtered: {words}."));
        let parts: Vec<_> = filtered.into_iter().chain(ignored).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    });
    let (look, choose) = look_of(workbench, question.name());
    let problem = displayed.problem();
    view! {
        <Later>
            <ResultCard content=content.clone() look choose picking note problem />
        </Later>
    }
    .into_any()
}

/// How an answer of this name is shown, in the address and in the browser's memory.
pub fn look_of(workbench: Workbench, answer: &str) -> (Signal<Look>, Callback<Look>) {
    let views = workbench.dashboard().views();
    let (read, written) = (answer.to_owned(), answer.to_owned());
    let look = Memo::new(move |_| {
        let chosen = views.of(&read);
        chosen.map_or_else(Look::default, |text| Look::read(&text))
    });
    let choose = Callback::new(move |look: Look| views.choose(&written, &look.text()));
    (look.into(), choose)
}

/// What of the filter does not limit an answer.
pub fn unfiltered(ignored: &[String]) -> Option<String> {
    (!ignored.is_empty()).then(|| {
        let ignored: Vec<_> = ignored.iter().map(|label| in_sentence(label)).collect();
        format!(
            "Not filtered by {}: its facts do not have it.",
            ignored.join(", ")
        )
    })
}

/// The queries that were saved, each as an answer.
fn saved(workbench: Workbench) -> AnyView {
    let items = workbench.exportable_saved();
    let saved = workbench.saved().get();
    let cards: Vec<_> = saved
        .into_iter()
        .zip(items)
        .enumerate()
        .map(|(at, (saved, item))| saved_answer(workbench, at, saved, item))
        .collect();
    view! {
        <p role="status" class="lead">{move || deleted(workbench)}</p>
        <div class="answers">{cards}</div>
    }
    .into_any()
}

/// How many rows of the user's file are not in the mart, with the way to them.
fn set_aside(workbench: Workbench) -> Option<AnyView> {
    let accounts = workbench.accounts().get();
    let rows: u64 = accounts
        .iter()
        .map(|account| account.counts.set_aside)
        .sum();
    let text = match rows {
        0 => return None,
        1 => "1 row was set aside".to_owned(),
        rows => format!("{} rows were set aside", crate::format::count(rows)),
    };
    Some(view! { <a href=route::Page::Sources.href()>{text}</a>"." }.into_any())
}

/// The query that was deleted last, to be put back.
fn deleted(workbench: Workbench) -> Option<AnyView> {
    let Some(Saving::Deleted(query, _)) = workbench.saving().get() else {
        return None;
    };
    Some(
        view! {
            {format!("Deleted {}. ", query.name)}
            <button type="button" class="quiet" on:click=move |_| workbench.undo_deletion()>"Undo"</button>
        }
        .into_any(),
    )
}

fn saved_answer(workbench: Workbench, at: usize, saved: SavedQuery, item: Item) -> AnyView {
    let (rows, problem, is_filtered) = (saved.rows(), saved.problem(), saved.is_filtered());
    let SavedQuery { name, sql, .. } = saved;
    let rows = Signal::derive(move || rows.get());
    let filter = workbench.dashboard().filter();
    let note = Signal::derive(move || {
        let words = filter.with(Filter::words);
        let scope = match (words.as_str(), is_filtered.get()) {
            ("", _) => String::new(),
            (words, true) => format!("Filtered: {words}. "),
            (_, false) => {
                "Not filtered: the query does not name a fact that the filter limits. ".to_owned()
            }
        };
        let shown = rows.with(|rows| rows.as_ref().map_or(0, Rows::len));
        let cut = if shown > MOST_SAVED_ROWS {
            format!(
                "Only the first {} rows are shown; a download has all of them.",
                format::count(MOST_SAVED_ROWS as u64)
            )
        } else {
            String::new()
        };
        Some(scope + &cut).filter(|note| !note.is_empty())
    });
    let content = Content {
        heading: format!("saved-{at}"),
        stem: item.stem.clone(),
        rows,
        item: Signal::stored(item),
        sql: Signal::stored(sql),
        name: name.clone(),
    };
    let problem = Signal::derive(move || problem.get());
    let (look, choose) = look_of(workbench, &format!("saved {name}"));
    let deleted = name.clone();
    view! {
        <ResultCard content look choose note problem picking=picking(workbench)>
            <button
                type="button"
                class="quiet"
                aria-label=format!("Delete {name}")
                on:click=move |_| workbench.delete_query(&deleted)
            >
                "Delete"
            </button>
        </ResultCard>
    }
    .into_any()
}
