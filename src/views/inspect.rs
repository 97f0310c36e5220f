//! What is in the mart: tables, columns, sample rows, and whether the checks pass.

use leptos::prelude::*;
use mart::{Key, Keys, TableKind};

use crate::components::{Grid, Panel, ScrollX};
use crate::format;
use crate::rows::Rows;
use crate::workbench::{CheckOutcome, CheckReport, Inspection, TableReport, Workbench};

/// The page.
#[component]
pub fn Inspect() -> impl IntoView {
    let workbench = Workbench::from_context();
    // Looks again after every build.
    Effect::new(move || {
        if workbench.built.with(Option::is_some) {
            workbench.inspect();
        }
    });
    view! {
        <div class="title-line">
            <h1>"Inspect"</h1>
            <p class="lead">"The tables as they are in DuckDB now."</p>
            <button type="button" on:click=move |_| workbench.inspect()>"Look again"</button>
        </div>
        {move || match workbench.inspection.get() {
            Some(inspection) => report(inspection).into_any(),
            None => view! { <p class="empty">"Nothing to inspect yet: the mart is not built."</p> }.into_any(),
        }}
    }
}

fn report(inspection: Inspection) -> impl IntoView {
    let summary = inspection.tables.iter().map(table_line).collect_view();
    let checks = inspection.checks.iter().map(check_line).collect_view();
    let details = inspection
        .tables
        .into_iter()
        .map(|report| table_details(report, inspection.keys))
        .collect_view();
    view! {
        <div class="halves">
            <Panel heading="Tables">
                <ScrollX label="Tables, rows">
                    <table aria-label="Tables">
                        <thead><tr>
                            <th scope="col">"Table"</th>
                            <th scope="col">"Kind"</th>
                            <th scope="col" class="number">"Rows"</th>
                            <th scope="col" class="number">"Columns"</th>
                        </tr></thead>
                        <tbody>{summary}</tbody>
                    </table>
                </ScrollX>
            </Panel>
            <Panel heading="Quality checks">
                <ScrollX label="Quality checks, rows">
                    <table aria-label="Quality checks">
                        <thead><tr>
                            <th scope="col">"Check"</th>
                            <th scope="col">"Result"</th>
                            <th scope="col" class="number">"Failing rows"</th>
                        </tr></thead>
                        <tbody>{checks}</tbody>
                    </table>
                </ScrollX>
            </Panel>
        </div>
        {details}
    }
}

fn table_line(report: &TableReport) -> impl IntoView + use<> {
    let kind = match report.table.kind {
        TableKind::Dimension => "dimension",
        TableKind::Fact => "fact",
    };
    let rows = match report.rows {
        Some(rows) => format::count(rows),
        None => "MISSING".to_owned(),
    };
    view! {
        <tr>
            <td><code>{report.table.name.as_str().to_owned()}</code></td>
            <td>{kind}</td>
            <td class="number" class:failed=report.rows.is_none()>{rows}</td>
            <td class="number">{report.columns.len()}</td>
        </tr>
    }
}

fn check_line(report: &CheckReport) -> impl IntoView + use<> {
    let (word, class, failing) = match &report.outcome {
        CheckOutcome::Passed => ("pass".to_owned(), "passed", "0".to_owned()),
        CheckOutcome::Failed(rows) => ("fail".to_owned(), "failed", format::count(*rows)),
        CheckOutcome::Missing(table) => (format!("{table} is MISSING"), "failed", String::new()),
    };
    view! {
        <tr>
            <td>{report.name.clone()}<p class="lead">{report.description.clone()}</p></td>
            <td class=class>{word}</td>
            <td class="number">{failing}</td>
        </tr>
    }
}

fn table_details(report: TableReport, keys: Keys) -> impl IntoView {
    let name = report.table.name.as_str().to_owned();
    let Some(row_count) = report.rows else {
        return view! {
            <Panel heading=name>
                <p class="empty"><strong class="failed">"MISSING"</strong>" – Rebuild mart makes it again."</p>
            </Panel>
        }
        .into_any();
    };
    let columns = report
        .columns
        .into_iter()
        .map(|(name, data_type, key)| {
            let key = key.map(|key| match key {
                Key::Primary => format!("primary key, {keys}"),
                Key::Foreign { table, column } => {
                    format!("foreign key to {table}.{column}, {keys}")
                }
            });
            view! {
                <tr><td><code>{name}</code></td><td>{data_type}</td><td>{key}</td></tr>
            }
        })
        .collect_view();
    let sample: Signal<Option<Rows>> = Signal::stored(report.sample);
    let columns_name = format!("Columns of {name}");
    let sample_name = format!("Sample rows of {name}");
    view! {
        <Panel heading=name>
            <div class="halves">
                <ScrollX label=format!("{columns_name}, rows")>
                    <table aria-label=columns_name>
                        <thead><tr><th scope="col">"Column"</th><th scope="col">"Type"</th><th scope="col">"Key"</th></tr></thead>
                        <tbody>{columns}</tbody>
                    </table>
                </ScrollX>
                <div class="sample">
                    <Grid caption=sample_name rows=sample of=row_count />
                </div>
            </div>
        </Panel>
    }
    .into_any()
}
