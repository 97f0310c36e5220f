//! A result with its name, as a table, a chart or both: the same card for the mart's answers, the user's
//! question, saved queries and results of SQL. It must not know where the rows come from, nor who keeps how
//! it is shown.

mod charts;
mod look;

use leptos::prelude::*;
use mart::Filter;
use results::chart;

use super::downloads::Downloads;
use crate::components::{ErrorText, Grid, Picking, RowPicking};
use crate::rows::Rows;
use crate::workbench::{Item, Workbench};

pub(super) use charts::{Charts, kind_of};
pub use look::{Look, Shown};

/// What a card shows.
#[derive(Clone)]
pub struct Content {
    /// The name of the result: of its table, its chart and its files.
    pub name: String,
    /// The id of its heading, by which the workbench finds out whether the user sees it.
    pub heading: String,
    /// The name of its files, without an ending.
    pub stem: String,
    /// Its rows. Those from before stay until new ones are there; `None` before there were any.
    pub rows: Signal<Option<Rows>>,
    /// What a download has.
    pub item: Signal<Item>,
    /// The query, to read.
    pub sql: Signal<String>,
}

/// The card of a result. Its height does not depend on its rows, so that nothing moves when they change.
#[component]
pub fn ResultCard(
    /// What it shows.
    content: Content,
    /// Whether the rows are shown as a table, a chart or both, and the kind of the chart.
    #[prop(into)]
    look: Signal<Look>,
    /// Takes what the user chooses in its place.
    choose: Callback<Look>,
    /// What a click on a bar, a series or a row does, if anything.
    #[prop(optional_no_strip, into)]
    picking: Option<Picking>,
    /// What the rows are of: `Filtered: Nov 2025, Electronics`. A line is kept for it.
    #[prop(optional, into)]
    note: Signal<Option<String>>,
    /// Why there are no rows, or none from now on.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// Further buttons beside the downloads.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let workbench = Workbench::from_context();
    let Content {
        name,
        heading,
        stem,
        rows,
        item,
        sql,
    } = content;
    // Like the table and the charts, it stays as it is when the same rows come again.
    let rows = Signal::from(Memo::new(move |_| rows.get()));
    let shown = Memo::new(move |_| look.get().shown);
    let table = {
        let name = name.clone();
        move || {
            let row_picking = picking.map(|picking| rows_to_pick(workbench, rows, picking));
            let caption = name.clone();
            (shown.get() != Shown::Chart)
                .then(|| view! { <div class="card-table"><Grid caption rows row_picking /></div> })
        }
    };
    let charts = {
        let name = name.clone();
        let kind = kind_of(look, choose);
        move || {
            let (title, stem) = (name.clone(), stem.clone());
            (shown.get() != Shown::Table).then(|| view! { <Charts title stem rows kind picking /> })
        }
    };
    let labelled_by = heading.clone();
    let view_choice = shown_as(&name, look, choose);
    view! {
        <section class="panel answer card" aria-labelledby=labelled_by>
            <div class="panel-head">
                <h3 id=heading tabindex="-1">{name.clone()}</h3>
                <div class="buttons">
                    {view_choice}
                    <Downloads item />
                    {children.map(|children| children())}
                </div>
            </div>
            // A space keeps the line's place.
            <p class="lead card-note">{move || note.get().unwrap_or_else(|| "\u{a0}".to_owned())}</p>
            {move || problem.get().map(|problem| view! { <div class="notice"><ErrorText message=problem /></div> })}
            <div class="answer-body" class:single=move || shown.get() != Shown::Both>
                {table}
                {charts}
                {move || emptiness(workbench, rows, problem).map(|why| view! { <p class="card-empty">{why}</p> })}
            </div>
            <details>
                <summary>"SQL"</summary>
                <pre tabindex="0"><code>{move || sql.get().trim().to_owned()}</code></pre>
            </details>
        </section>
    }
}

/// Why there is nothing to see, and what to do.
fn emptiness(
    workbench: Workbench,
    rows: Signal<Option<Rows>>,
    problem: Signal<Option<String>>,
) -> Option<&'static str> {
    match rows.with(|rows| rows.as_ref().map(Rows::len)) {
        Some(0) if !workbench.dashboard().filter().with(Filter::is_empty) => {
            Some("No rows match the filter. Remove a part of it, or clear it.")
        }
        Some(0) => Some("There are no rows."),
        Some(_) => None,
        None if problem.with(Option::is_some) => None,
        None if workbench.built().with(Option::is_none) => {
            Some("The answer comes when the mart is built.")
        }
        None => Some("Asking…"),
    }
}

/// The choice between table, chart and both for the result of this name.
pub(super) fn shown_as(
    name: &str,
    look: Signal<Look>,
    choose: Callback<Look>,
) -> impl IntoView + use<> {
    let on_change = move |event| {
        if let Some(shown) = Shown::read(&event_target_value(&event)) {
            choose.run(Look {
                shown,
                ..look.get_untracked()
            });
        }
    };
    let options = Shown::ALL.map(|shown| {
        let is_chosen = move || look.get().shown == shown;
        view! { <option value=shown.text() prop:selected=is_chosen>{shown.label()}</option> }
    });
    view! {
        <select class="card-view" aria-label=format!("View of {name}") on:change=on_change>
            {options.collect_view()}
        </select>
    }
}

/// A click on a row picks the values of the mart's attributes in it.
fn rows_to_pick(workbench: Workbench, rows: Signal<Option<Rows>>, picking: Picking) -> RowPicking {
    let values = move |row: usize| {
        rows.with(|rows| {
            rows.as_ref()
                .map_or_else(Vec::new, |rows| values_of(workbench, rows, row))
        })
    };
    RowPicking {
        pick: Callback::new(move |row: usize| {
            let values = untrack(|| values(row));
            if !values.is_empty() {
                picking.pick.run(values);
            }
        }),
        is_picked: Callback::new(move |row: usize| {
            picking.picked.with(|picked| {
                if picked.is_empty() {
                    return false;
                }
                let values = values(row);
                let mut chosen = values
                    .iter()
                    .filter(|(column, _)| picked.iter().any(|(of, _)| of == column))
                    .peekable();
                chosen.peek().is_some() && chosen.all(|value| picked.contains(value))
            })
        }),
    }
}

/// The values of attributes in a row, each with the name of its column; a period of time that takes several
/// columns has none.
fn values_of(workbench: Workbench, rows: &Rows, row: usize) -> Vec<(String, String)> {
    let fields = rows.schema().fields();
    let cell = |row, column| rows.cell(row, column);
    let parts = chart::period(rows.schema(), row, &cell);
    let mut values: Vec<_> = parts
        .iter()
        .map(|(_, period)| (String::new(), period.clone()))
        .collect();
    let is_part = |at: usize| parts.iter().any(|(columns, _)| columns.contains(&at));
    let attributes = untrack(|| workbench.attributes());
    for (at, field) in fields.iter().enumerate() {
        let name = field.name();
        if !is_part(at) && attributes.iter().any(|known| known.name() == name) {
            values.push((name.clone(), chart::name(&rows.cell(row, at))));
        }
    }
    values
}
