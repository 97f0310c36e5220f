//! The quality checks as a report, and the rows that fail them.

use leptos::prelude::*;
use mart::Severity;

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
        return view! { <p class="empty">"No keys to check."</p> }.into_any();
    }
    let item = checks_item(checks);
    let lines: Vec<_> = checks.iter().map(check_line).collect();
    view! {
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
    view! {
        <tr>
            <td>{check.name.clone()}<p class="lead">{check.description.clone()}</p>{drilldown}</td>
            <td class=class>{word}</td>
            <td class="number">{failing}</td>
        </tr>
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
