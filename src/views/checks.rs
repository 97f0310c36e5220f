//! The quality checks as a report, and the rows that fail them.

use leptos::prelude::*;
use mart::{CheckKind, Severity};

use super::downloads::Downloads;
use crate::components::{ActionButton, Grid, Panel, ScrollX};
use crate::format;
use crate::rows::Rows;
use crate::workbench::{
    CheckOutcome, CheckReport, MOST_FAILING, Workbench, checks_item, failing_item,
};

/// The checks, a line each, and the report as files.
pub fn report(checks: &[CheckReport]) -> AnyView {
    if checks.is_empty() {
        return view! { {stop_switch()}<p class="empty">"No keys to check."</p> }.into_any();
    }
    let item = checks_item(checks);
    let lines: Vec<_> = checks.iter().map(check_line).collect();
    view! {
        {stop_switch()}
        <ScrollX label="Quality checks, rows">
            <table aria-label="Quality checks">
                <thead><tr>
                    <th scope="col">"Check"</th>
                    <th scope="col">"Result"</th>
                    <th scope="col" class="number">"Failing rows"</th>
                </tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </ScrollX>
        <div class="buttons"><span class="lead">"The report as"</span><Downloads item /></div>
    }
    .into_any()
}

/// Whether an error ends a load; nothing for tables that no plan loads.
fn stop_switch() -> Option<AnyView> {
    let workbench = Workbench::from_context();
    let stops = Memo::new(move |_| workbench.stops_on_error().unwrap_or_default());
    untrack(|| workbench.stops_on_error())?;
    let change = move |event| {
        workbench.stop_on_error(event_target_checked(&event));
        // It shows what was chosen, which need not be what the user has just clicked.
        let input: web_sys::HtmlInputElement = event_target(&event);
        input.set_checked(stops.get_untracked());
    };
    Some(
        view! {
            <label class="switch">
                <input type="checkbox" prop:checked=stops on:change=change />
                "An error stops the load"
            </label>
        }
        .into_any(),
    )
}

fn check_line(report: &CheckReport) -> AnyView {
    let check = &report.check;
    let (word, class, failing) = match &report.outcome {
        CheckOutcome::Passed => ("pass".to_owned(), "passed", "0".to_owned()),
        CheckOutcome::Failed(rows) => {
            let class = match check.severity {
                Severity::Error => "failed",
                Severity::Warn => "warned",
            };
            (check.failed().to_owned(), class, format::count(*rows))
        }
        CheckOutcome::Missing(table) => (format!("{table} is MISSING"), "failed", String::new()),
        CheckOutcome::Unreadable(reason) => (reason.clone(), "failed", String::new()),
    };
    let drilldown = matches!(report.outcome, CheckOutcome::Failed(_)).then(|| {
        let workbench = Workbench::from_context();
        let (asked, item) = (check.clone(), failing_item(check));
        view! {
            <div class="buttons">
                <ActionButton
                    class="quiet"
                    label=format!("Failing rows of {}", check.name)
                    on_click=move |()| workbench.show_failing(asked.clone())
                >
                    "Failing rows"
                </ActionButton>
                <Downloads item />
            </div>
        }
        .into_any()
    });
    let removal = match check.kind {
        CheckKind::Declared(place) => Some(removal(check.name.clone(), place)),
        CheckKind::Key | CheckKind::Relationship | CheckKind::Accounting => None,
    };
    view! {
        <tr>
            <td>{check.name.clone()}<p class="lead">{check.description.clone()}</p>{drilldown}{removal}</td>
            <td class=class>{word}</td>
            <td class="number">{failing}</td>
        </tr>
    }
    .into_any()
}

/// The button that removes a check of the document.
fn removal(name: String, place: usize) -> AnyView {
    let workbench = Workbench::from_context();
    let label = format!("Remove check {name}");
    view! {
        <div class="buttons">
            <ActionButton class="quiet" label on_click=move |()| workbench.remove_check(name.clone(), place)>
                "Remove"
            </ActionButton>
        </div>
    }
    .into_any()
}

/// The failing rows that were fetched, of these checks.
pub fn failing_rows(checks: Vec<CheckReport>) -> AnyView {
    let workbench = Workbench::from_context();
    let grids = move || {
        let known = workbench.drilldown().get().failing_rows.into_iter();
        known
            .map(|(name, rows)| {
                let report = checks.iter().find(|report| report.check.name == name);
                grid(name, rows, report)
            })
            .collect::<Vec<_>>()
    };
    view! { {grids} }.into_any()
}

fn grid(name: String, rows: Rows, report: Option<&CheckReport>) -> AnyView {
    let of = match report.map(|report| &report.outcome) {
        // A check may count otherwise than by its rows: only where some are left out is it asked.
        Some(CheckOutcome::Failed(all)) if rows.len() >= MOST_FAILING => *all,
        _ => rows.len() as u64,
    };
    let heading = format!("Failing rows of {name}");
    let is_short = rows.len() <= 5;
    let rows: Signal<Option<Rows>> = Signal::stored(Some(rows));
    view! { <Panel heading=heading.clone()><div class:sample=is_short><Grid caption=heading rows of /></div></Panel> }.into_any()
}
