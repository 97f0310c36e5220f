//! What a statement gave: its rows as a table, a chart or both, or what became of it. It must not know how a
//! statement is run.

use leptos::prelude::*;

use super::super::card::{Charts, Look, Shown, kind_of, shown_as};
use super::super::downloads::Downloads;
use crate::components::{ErrorText, Grid, MOST_CHARTED, More, Panel, Plan, Sorting, Widths};
use crate::format;
use crate::rows::Rows;
use crate::workbench::{
    Failure, FetchState, FetchedRows, MOST_ROWS, Outcome, StatementResult, Workbench,
};

/// The place of a result among those of a run, and what stays there from one run to the next.
pub(super) struct Place {
    pub(super) number: usize,
    /// How many results the run has.
    pub(super) count: usize,
    /// The widths of the columns.
    pub(super) widths: RwSignal<Widths>,
    /// How the result is shown, as [`Look::text`] has it; nothing before the user has chosen.
    pub(super) view: RwSignal<String>,
}

/// The panel of a result.
pub(super) fn show(workbench: Workbench, outcome: Outcome, place: Place) -> AnyView {
    // The statements before the last one prepare it.
    let name = if place.number + 1 == place.count {
        "Query result".to_owned()
    } else {
        format!("Query result {}", place.number + 1)
    };
    let took = format::duration(outcome.milliseconds);
    let statement = outcome.sql.clone();
    let head = (place.count > 1).then(|| view! { <pre><code>{statement}</code></pre> });
    let downloads = outcome.exportable(&name).map(|item| {
        view! { <div class="buttons"><span class="lead">"All rows as"</span><Downloads item /></div> }
    });
    let mut tools = None;
    let body = match outcome.result {
        StatementResult::Rows(fetched) => {
            let first = fetched.rows().get_untracked();
            if let Some(answer) = first.as_ref().and_then(plan_of) {
                view! { <p class="lead">{took}</p><Plan answer /> }.into_any()
            } else {
                let (look, choose) = look_of(place.view);
                tools = Some(shown_as(&name, look, choose).into_any());
                let sorted = outcome.sorted;
                rows(
                    workbench,
                    &name,
                    fetched,
                    sorted,
                    &took,
                    &place,
                    (look, choose),
                )
            }
        }
        StatementResult::Done(None) => view! { <p>{format!("Done, {took}")}</p> }.into_any(),
        StatementResult::Done(Some(1)) => {
            view! { <p>{format!("1 row changed, {took}")}</p> }.into_any()
        }
        StatementResult::Done(Some(changed)) => {
            view! { <p>{format!("{} rows changed, {took}", format::count(changed))}</p> }.into_any()
        }
        StatementResult::Cancelled => {
            view! { <p>{format!("Cancelled after {took}")}</p> }.into_any()
        }
        StatementResult::Failed(Failure { message, effect }) => view! {
            <div role="alert" class="notice">
                <div class="notice-text">
                    <p><strong>"The statement failed. "</strong>{effect}</p>
                    <ErrorText message />
                </div>
            </div>
        }
        .into_any(),
    };
    view! { <Panel heading=name tools>{head}{body}{downloads}</Panel> }.into_any()
}

fn rows(
    workbench: Workbench,
    name: &str,
    fetched: FetchedRows,
    sorted: Option<(usize, bool)>,
    took: &str,
    &Place { number, widths, .. }: &Place,
    (look, choose): (Signal<Look>, Callback<Look>),
) -> AnyView {
    let first = fetched.rows().get_untracked();
    let is_short = first.is_some_and(|rows| rows.len() <= 5);
    let types: Vec<_> = fetched
        .columns()
        .iter()
        .map(|column| column.data_type.clone())
        .collect();
    let sorting = (!types.is_empty()).then(|| Sorting {
        by: sorted,
        choose: Callback::new(move |(column, descending)| {
            workbench.sort_result(number, column, descending);
        }),
    });
    let (shown, state) = (fetched.rows(), fetched.state());
    let rows = Signal::derive(move || shown.get());
    let state = Signal::derive(move || state.get());
    let view = Memo::new(move |_| look.get().shown);
    let is_partial = Signal::derive(move || state.get() == FetchState::Partial);
    let for_charts = {
        let fetched = fetched.clone();
        Effect::new(move || {
            if view.get() != Shown::Table {
                fetched.want(MOST_CHARTED);
            }
        });
        charted(rows, is_partial)
    };
    let more = More {
        want: Callback::new(move |rows: usize| fetched.want(rows)),
        is_partial,
    };
    let table = {
        let (caption, more, sorting) = (name.to_owned(), more, sorting);
        move || {
            let (caption, types) = (caption.clone(), types.clone());
            let sorting = sorting.clone();
            (view.get() != Shown::Chart).then(|| {
                view! { <div class:sample=is_short><Grid caption rows types sorting=sorting more widths /></div> }
            })
        }
    };
    let charts = {
        let (title, kind) = (name.to_owned(), kind_of(look, choose));
        move || {
            let (title, stem) = (title.clone(), export::file_stem(&title));
            (view.get() != Shown::Table)
                .then(|| view! { <Charts title stem rows=for_charts kind /> })
        }
    };
    view! {
        {table}
        {charts}
        <p class="lead">{format!("First rows after {took}. ")}{move || note(&state.get(), rows)}</p>
        {move || match state.get() {
            FetchState::Failed(message) => Some(view! {
                <div role="alert" class="notice">
                    <div class="notice-text">
                        <p>"The rows above are not all: a later one failed. "</p>
                        <ErrorText message />
                    </div>
                </div>
            }),
            _ => None,
        }}
    }
    .into_any()
}

/// How the result is shown: as a table before the user has chosen.
fn look_of(kept: RwSignal<String>) -> (Signal<Look>, Callback<Look>) {
    let look = Signal::derive(move || {
        kept.with(|text| match text.as_str() {
            "" => Look {
                shown: Shown::Table,
                kind: None,
            },
            text => Look::read(text),
        })
    });
    let choose = Callback::new(move |look: Look| kept.set(look.text()));
    (look, choose)
}

/// The rows for charts. Those that come when the table is scrolled are more than charts draw, and leave them
/// as they are.
fn charted(rows: Signal<Option<Rows>>, is_partial: Signal<bool>) -> Signal<Option<Rows>> {
    let rows = Memo::new(move |before: Option<&Option<Rows>>| {
        let drawn = before.and_then(Option::as_ref);
        match drawn.filter(|drawn| drawn.len() >= MOST_CHARTED && is_partial.get()) {
            Some(drawn) => Some(drawn.clone()),
            None => rows.get(),
        }
    });
    rows.into()
}

/// What became of the rows that are not shown.
fn note(state: &FetchState, rows: Signal<Option<Rows>>) -> Option<String> {
    let count = || rows.with(|rows| rows.as_ref().map_or(0, Rows::len));
    match state {
        FetchState::Complete => None,
        FetchState::Partial => Some("More are fetched when you scroll to them.".to_owned()),
        FetchState::Stopped if count() >= MOST_ROWS => {
            Some("There may be more: only these are shown. A download has all of them.".to_owned())
        }
        FetchState::Stopped => {
            Some("There may be more: run the statement again, alone, to see them.".to_owned())
        }
        FetchState::Failed(_) => Some("These are not all: a later row failed.".to_owned()),
    }
}

/// The plan, if the rows are the answer to EXPLAIN.
fn plan_of(rows: &Rows) -> Option<String> {
    let fields = rows.schema().fields();
    let is_plan = fields.len() == 2
        && fields
            .iter()
            .all(|field| field.name().starts_with("explain_"));
    is_plan.then(|| rows.cell(0, 1).to_string())
}
