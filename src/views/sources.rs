//! Where the rows come from: the seed data, a file of one's own, or DuckDB, which makes them.

use leptos::ev;
use leptos::prelude::*;
use mart::source::{SalesColumn, TEMPLATE};
use mart::{GeneratedSales, Keys};
use wasm_bindgen::JsCast as _;
use web_sys::{DragEvent, File, HtmlInputElement};

use super::told_while_busy;
use crate::components::{Panel, ScrollX};
use crate::workbench::{Source, Workbench};

/// The page.
#[component]
pub fn Sources() -> impl IntoView {
    let workbench = Workbench::from_context();
    view! {
        <div class="title-line">
            <h1>"Sources"</h1>
            <p class="lead">"Build the mart from your own sales. The file stays in this tab."</p>
        </div>
        <Current workbench />
        <Choose workbench />
        <OpenDatabase workbench />
        <Generate workbench />
        <FormatHelp />
    }
}

#[component]
fn Current(workbench: Workbench) -> impl IntoView {
    let name = move || workbench.source.with(Source::name);
    let rows = move || {
        workbench
            .built
            .get()
            .and_then(|built| built.staged_rows)
            .map(|rows| format!(", {} rows", crate::format::count(rows)))
    };
    let understood = move || {
        workbench.source.with(|source| match source {
            Source::Seed | Source::Generated(_) => None,
            Source::File(file) => Some(understood(&file.sales)),
            Source::Database(_) => {
                Some("A database file, opened as it is; it is read, and never written.".to_owned())
            }
        })
    };
    view! {
        <Panel heading="In use">
            <p><strong>{name}</strong>{rows}</p>
            {move || understood().map(|line| view! { <p class="lead">{line}</p> })}
            <button
                type="button"
                aria-disabled=told_while_busy(workbench)
                on:click=move |_| workbench.use_seed_data()
            >
                "Use seed data"
            </button>
        </Panel>
    }
}

/// How the file was read, in a sentence.
fn understood(sales: &mart::SalesFile) -> String {
    let delimiter = match sales.delimiter() {
        '\t' => "tabs".to_owned(),
        other => format!("“{other}”"),
    };
    let loaded: Vec<_> = sales.loaded().map(SalesColumn::name).collect();
    let ignored: Vec<_> = sales.ignored().collect();
    let rest = if ignored.is_empty() {
        String::new()
    } else {
        format!(
            " Not loaded, since the format does not know them: {}.",
            ignored.join(", ")
        )
    };
    format!(
        "Read with {delimiter} between fields; columns {}.{rest}",
        loaded.join(", ")
    )
}

#[component]
fn Choose(workbench: Workbench) -> impl IntoView {
    let is_over = RwSignal::new(false);
    // Anywhere on the page: a file that misses the area must not take the page away.
    let no_navigation = [
        window_event_listener(ev::dragover, |event| event.prevent_default()),
        window_event_listener(ev::drop, |event| event.prevent_default()),
    ];
    on_cleanup(move || {
        for listener in no_navigation {
            listener.remove();
        }
    });
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        is_over.set(false);
        let file = event.data_transfer().and_then(|data| data.files()?.get(0));
        if let Some(file) = file {
            workbench.load(file);
        }
    };
    let on_choose = move |event| {
        if let Some(file) = chosen_file(&event) {
            workbench.load(file);
        }
    };
    view! {
        <Panel heading="Load a sales file">
            <div
                class="drop"
                class:over=move || is_over.get()
                on:dragover=move |event: DragEvent| { event.prevent_default(); is_over.set(true); }
                on:dragleave=move |_| is_over.set(false)
                on:drop=on_drop
            >
                <label for="sales-file">"Sales file"</label>
                <input id="sales-file" type="file" accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values" on:change=on_choose />
                <p class="lead">"Choose a CSV file, or drop it here."</p>
            </div>
        </Panel>
    }
}

/// The file that was chosen in an input, which then waits for another.
fn chosen_file(event: &ev::Event) -> Option<File> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let file = input.files()?.get(0);
    // So that the same file, mended, can be chosen again.
    input.set_value("");
    file
}

#[component]
fn OpenDatabase(workbench: Workbench) -> impl IntoView {
    let on_choose = move |event| {
        if let Some(file) = chosen_file(&event) {
            workbench.open_database(file);
        }
    };
    view! {
        <Panel heading="Open a database file">
            <p class="lead">
                "One that DuckDB has written, of any tables. It takes the place of the mart, to be inspected and exported; \
                 nothing is written into it."
            </p>
            <div class="buttons">
                <label for="database-file">"Database file"</label>
                <input id="database-file" type="file" accept=".duckdb,.ddb,.db" on:change=on_choose />
            </div>
        </Panel>
    }
}

#[component]
fn Generate(workbench: Workbench) -> impl IntoView {
    let chosen = RwSignal::new(workbench.source.with_untracked(|source| match source {
        Source::Generated(sales) => *sales,
        _ => GeneratedSales::TenThousand,
    }));
    let options = GeneratedSales::ALL
        .map(|sales| {
            let is_chosen = chosen.get_untracked() == sales;
            view! { <option value=sales.to_string() selected=is_chosen>{sales.to_string()}</option> }
        })
        .collect_view();
    let on_change = move |event: ev::Event| {
        let value = event_target_value(&event);
        let sales = GeneratedSales::ALL
            .into_iter()
            .find(|sales| sales.to_string() == value);
        if let Some(sales) = sales {
            chosen.set(sales);
        }
    };
    view! {
        <Panel heading="Generate sales">
            <p class="lead">
                "Made by DuckDB, by arithmetic on the row number: the same size is the same sales, every time. "
                {format!("Keys of more than {} sales are verified after loading, which is faster.", crate::format::count(Keys::MOST_ENFORCED))}
            </p>
            <div class="buttons">
                <label for="number-of-sales">"Number of sales"</label>
                <select id="number-of-sales" on:change=on_change>{options}</select>
                <button
                    type="button"
                    aria-disabled=told_while_busy(workbench)
                    on:click=move |_| workbench.generate(chosen.get_untracked())
                >
                    "Generate sales"
                </button>
            </div>
        </Panel>
    }
}

#[component]
fn FormatHelp() -> impl IntoView {
    let template = format!(
        "data:text/csv;charset=utf-8,{}",
        String::from(js_sys::encode_uri_component(TEMPLATE))
    );
    let columns = SalesColumn::ALL
        .map(|column| {
            let (data_type, needed) = described(column);
            view! {
                <tr><td><code>{column.name()}</code></td><td>{data_type}</td><td>{needed}</td></tr>
            }
        })
        .collect_view();
    view! {
        <Panel heading="The format">
            <p>
                "One row a sale. Columns in any order, names in any case; commas, semicolons or tabs between fields; UTF-8. "
                <a href=template download="fact_sales.csv">"Download template"</a>
            </p>
            <ScrollX label="Columns of a sales file, rows">
                <table aria-label="Columns of a sales file">
                    <thead><tr><th scope="col">"Column"</th><th scope="col">"Type"</th><th scope="col">"Needed"</th></tr></thead>
                    <tbody>{columns}</tbody>
                </table>
            </ScrollX>
        </Panel>
    }
}

fn described(column: SalesColumn) -> (&'static str, &'static str) {
    match column {
        SalesColumn::OrderDate => ("date, YYYY-MM-DD", "yes"),
        SalesColumn::CustomerName | SalesColumn::ProductName => ("text", "yes"),
        SalesColumn::Region | SalesColumn::Category => ("text", "no: “Unknown” without it"),
        SalesColumn::Quantity => ("whole number", "yes"),
        SalesColumn::UnitPrice => ("number, with a point before the decimals", "yes"),
        SalesColumn::SaleId => ("whole number", "no: rows are numbered without it"),
    }
}
