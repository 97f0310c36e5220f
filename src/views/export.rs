//! Everything to take away.

use leptos::prelude::*;
use mart::Keys;
use mart::encode::{CsvOptions, Delimiter, Format, JsonLayout, Options};

use super::downloads::Downloads;
use super::told_while_busy;
use crate::components::Panel;
use crate::route::Page;
use crate::workbench::{Item, Workbench};

/// The page.
#[component]
pub fn Export() -> impl IntoView {
    let workbench = Workbench::from_context();
    let all = Format::ALL
        .map(|format| {
            view! {
                <button
                    type="button"
                    class="primary"
                    aria-disabled=told_while_busy(workbench)
                    on:click=move |_| workbench.download_all(format)
                >
                    {format!("Download all as {format}")}
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="title-line">
            <h1>"Export"</h1>
            <p class="lead">"Full precision, ISO dates, UTF-8: what other programs read, not what the screen shows."</p>
        </div>
        <div class="halves">
            <Panel heading="Everything in one zip">
                <div class="buttons">{all}</div>
            </Panel>
            <Panel heading="The mart itself">
                <div class="buttons">
                    <button
                        type="button"
                        class="primary"
                        aria-disabled=told_while_busy(workbench)
                        on:click=move |_| workbench.download_database()
                    >
                        {move || format!("Download {}", workbench.database_file_name())}
                    </button>
                    {move || workbench.script_name().map(|name| view! {
                        <button
                            type="button"
                            class="primary"
                            aria-disabled=told_while_busy(workbench)
                            on:click=move |_| workbench.download_script()
                        >
                            {format!("Download {name}")}
                        </button>
                    })}
                </div>
                <p class="lead">{move || about_itself(workbench)}</p>
            </Panel>
        </div>
        <FileOptions options=workbench.export_options />
        <div class="halves">
            {move || view! { <Items name="Tables" items=workbench.exportable_tables() /> }}
            {move || view! { <Items name="Answers" items=workbench.exportable_answers() note=of_sales_that_count(workbench) /> }}
            {move || view! { <Items name="Saved queries" items=workbench.exportable_saved() /> }}
        </div>
    }
}

fn about_itself(workbench: Workbench) -> &'static str {
    let are_keys_verified = workbench
        .built
        .with(|built| built.as_ref().map(|built| built.keys) == Some(Keys::Verified));
    if workbench.script_name().is_none() {
        "The file that is open, as it is."
    } else if are_keys_verified {
        "Tables and rows, for DuckDB 1.4 and later: as a database file, or as a script that makes one. Keys are verified, not declared, in so big a mart: the file has none, the script declares them."
    } else {
        "Tables, rows and keys, for DuckDB 1.4 and later: as a database file, or as a script that makes one."
    }
}

/// What is to be known of the answers, where they are not of all sales.
fn of_sales_that_count(workbench: Workbench) -> Option<AnyView> {
    workbench.are_sales_limited().then(|| {
        view! { <p class="lead">"Of the sales that count, as they are chosen on the page "<a href=Page::Mart.href()>"Mart"</a>"."</p> }
            .into_any()
    })
}

/// How the files look.
#[component]
fn FileOptions(options: RwSignal<Options>) -> impl IntoView {
    let delimiters = [
        (Delimiter::COMMA, "comma"),
        (Delimiter::SEMICOLON, "semicolon"),
        (Delimiter::TAB, "tab"),
        (Delimiter::PIPE, "vertical bar"),
    ];
    let choices = delimiters
        .map(|(delimiter, name)| {
            let value = delimiter.to_string();
            let selected = move || options.with(|options| options.csv.delimiter == delimiter);
            view! { <option value=value selected=selected>{name}</option> }
        })
        .collect_view();
    let choose_delimiter = move |event| {
        if let Ok(delimiter) = event_target_value(&event).parse() {
            options.update(|options| options.csv.delimiter = delimiter);
        }
    };
    let choose_layout = move |event| {
        let is_lines = event_target_value(&event) == "lines";
        options.update(|options| {
            options.json = if is_lines {
                JsonLayout::Lines
            } else {
                JsonLayout::Array
            };
        });
    };
    let is_lines = move || options.with(|options| options.json == JsonLayout::Lines);
    view! {
        <Panel heading="How the files look">
            <div class="fields">
                <label class="field">
                    "CSV delimiter"
                    <select on:change=choose_delimiter>{choices}</select>
                </label>
                <label class="field">
                    "CSV text for NULL"
                    <input
                        type="text"
                        size="8"
                        placeholder="empty"
                        prop:value=move || options.with(|options| options.csv.null.clone())
                        on:input=move |event| {
                            options.update(|options| options.csv.null = event_target_value(&event));
                        }
                    />
                </label>
                <label class="field">
                    "JSON layout"
                    <select on:change=choose_layout>
                        <option value="array">"array of objects"</option>
                        <option value="lines" selected=is_lines>"one object a line"</option>
                    </select>
                </label>
                <CsvSwitch label="CSV header" options of=|csv| &mut csv.header />
                <CsvSwitch label="CSV byte-order mark" options of=|csv| &mut csv.byte_order_mark />
                <CsvSwitch label="CSV spreadsheet-safe" options of=|csv| &mut csv.spreadsheet_safe />
            </div>
            <p class="lead">
                "Spreadsheet-safe puts an apostrophe before a text that a spreadsheet would run as a \
                 formula; numbers are never touched."
            </p>
        </Panel>
    }
}

/// A choice between yes and no about CSV.
#[component]
fn CsvSwitch(
    label: &'static str,
    options: RwSignal<Options>,
    of: fn(&mut CsvOptions) -> &mut bool,
) -> impl IntoView {
    let is_on = move || *of(&mut options.get().csv);
    view! {
        <label class="switch">
            <input
                type="checkbox"
                prop:checked=is_on
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    options.update(|options| *of(&mut options.csv) = on);
                }
            />
            {label}
        </label>
    }
}

#[component]
fn Items(
    name: &'static str,
    items: Vec<Item>,
    #[prop(optional_no_strip)] note: Option<AnyView>,
) -> impl IntoView {
    if items.is_empty() {
        return None;
    }
    let lines = items
        .into_iter()
        .map(|item| {
            view! {
                <li>
                    <span>{item.name.clone()}</span>
                    <span class="buttons"><Downloads item /></span>
                </li>
            }
        })
        .collect_view();
    Some(view! {
        <Panel heading=name>
            {note}
            <ul class="items">{lines}</ul>
        </Panel>
    })
}
