//! The Inspect page: tables, columns, sample rows, profiles and quality checks.

use leptos::prelude::*;
use mart::{Key, Keys, Table};

use crate::components::{Grid, Panel, ScrollX, go_to_panel, is_focus_free};
use crate::format;
use crate::route;
use crate::rows::Rows;
use crate::workbench::{ColumnReport, Finding, Inspection, TableReport, Topic, Workbench};

use super::accounting::Accounting;
use super::add_check::AddCheck;
use super::set_aside::SetAsideRows;
use super::{checks, profile};

/// The page.
#[component]
pub fn Inspect() -> impl IntoView {
    let workbench = Workbench::from_context();
    workbench.keep_up_to_date(Topic::Inspection);
    let is_inspected = Memo::new(move |_| workbench.inspection().with(Option::is_some));
    view! {
        <div class="title-line">
            <h1>"Inspect"</h1>
            <p class="lead">"Tables, columns and checks, read from DuckDB."</p>
            <button type="button" on:click=move |_| workbench.inspect_again()>"Refresh"</button>
        </div>
        {move || match workbench.inspection().get() {
            Some(inspection) => overview(&inspection).into_any(),
            None => view! { <p class="empty">"Nothing to inspect yet: the mart is not built."</p> }.into_any(),
        }}
        // Between two parts of the report, so that what is typed stays when the report changes.
        <Show when=move || is_inspected.get()>
            <AddCheck />
        </Show>
        {move || workbench.inspection().get().map(details)}
    }
}

/// The tables and the checks, a line each.
fn overview(inspection: &Inspection) -> impl IntoView + use<> {
    let absent = route::table_in_address().filter(|named| {
        let mut tables = inspection.tables.iter();
        !tables.any(|report| report.table.title() == *named)
    });
    let summary = inspection.tables.iter().map(table_line).collect_view();
    let checks = checks::report(&inspection.checks);
    view! {
        {absent.map(|named| view! { <p role="alert" class="notice">{format!("There is no table {named} in this mart.")}</p> })}
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
            <Panel heading="Quality checks">{checks}</Panel>
        </div>
    }
}

/// What the files became, the failing rows, and each table with its columns.
fn details(inspection: Inspection) -> impl IntoView {
    let failing_rows = checks::failing_rows(inspection.checks);
    if let Some(table) = route::table_in_address() {
        // Once the report is on the page, unless the user has moved the focus by then.
        Effect::new(move || {
            if is_focus_free() {
                go_to_panel(&heading_of(&table));
            }
        });
    }
    let tables = inspection
        .tables
        .into_iter()
        .map(|report| table_details(report, inspection.keys))
        .collect_view();
    view! {
        <Accounting />
        <SetAsideRows />
        {failing_rows}
        {tables}
    }
}

/// The id of a table's heading.
fn heading_of(table: &str) -> String {
    format!("table-{table}")
}

fn table_line(report: &TableReport) -> impl IntoView + use<> {
    let (rows, columns) = match &report.finding {
        Finding::Found { rows, columns, .. } => (Some(format::count(*rows)), Some(columns.len())),
        Finding::Missing | Finding::Unreadable(_) => (None, None),
    };
    let is_wrong = rows.is_none();
    let rows = rows.unwrap_or_else(|| match report.finding {
        Finding::Missing => "MISSING".to_owned(),
        _ => "UNREADABLE".to_owned(),
    });
    view! {
        <tr>
            <td><code>{report.table.title()}</code></td>
            <td>{report.table.role.to_string()}</td>
            <td class="number" class:failed=is_wrong>{rows}</td>
            <td class="number">{columns}</td>
        </tr>
    }
}

fn table_details(report: TableReport, keys: Keys) -> impl IntoView {
    let TableReport { table, finding } = report;
    let name = table.title();
    let (rows, columns, sample) = match finding {
        Finding::Found {
            rows,
            columns,
            sample,
        } => (rows, columns, sample),
        Finding::Missing => {
            return view! {
                <Panel id=heading_of(&name) heading=name>
                    <p class="empty"><strong class="failed">"MISSING"</strong>" – Rebuild mart creates it again."</p>
                </Panel>
            }
            .into_any();
        }
        Finding::Unreadable(reason) => {
            return view! {
                <Panel id=heading_of(&name) heading=name>
                    <p class="empty"><strong class="failed">"UNREADABLE"</strong>" – DuckDB says: "{reason}</p>
                </Panel>
            }
            .into_any();
        }
    };
    let profile = profile::of_table(&table, rows, &columns);
    let columns = columns
        .into_iter()
        .map(|column| column_line(column, &table, keys))
        .collect_view();
    let sample: Signal<Option<Rows>> = Signal::stored(Some(sample));
    let columns_name = format!("Columns of {name}");
    let sample_name = format!("Sample rows of {name}");
    view! {
        <Panel id=heading_of(&name) heading=name>
            <div class="halves">
                <ScrollX label=format!("{columns_name}, rows")>
                    <table aria-label=columns_name>
                        <thead><tr><th scope="col">"Column"</th><th scope="col">"Type"</th><th scope="col">"Key"</th></tr></thead>
                        <tbody>{columns}</tbody>
                    </table>
                </ScrollX>
                <div class="sample">
                    <Grid caption=sample_name rows=sample of=rows />
                </div>
            </div>
            {profile}
        </Panel>
    }
    .into_any()
}

fn column_line(column: ColumnReport, table: &Table, keys: Keys) -> impl IntoView + use<> {
    let descriptions: Vec<_> = column
        .keys
        .iter()
        .map(|key| match key {
            Key::Primary if table.primary_key().count() == 1 => format!("primary key, {keys}"),
            Key::Primary => format!("part of the primary key, {keys}"),
            Key::Foreign { table: to, column } => {
                format!("foreign key to {}.{column}, {keys}", table.title_beside(to))
            }
        })
        .collect();
    view! {
        <tr><td><code>{column.name}</code></td><td>{column.data_type}</td><td>{descriptions.join("; ")}</td></tr>
    }
}
