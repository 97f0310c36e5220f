//! The Export page: everything that can be downloaded.

use export::{CsvOptions, Delimiter, Format, JsonLayout, Options};
use leptos::prelude::*;
use mart::{Filter, Keys};

use super::downloads::Downloads;
use crate::components::{ActionButton, Panel};
use crate::route::Page;
use crate::workbench::{Item, Workbench};

/// The page.
#[component]
pub fn Export() -> impl IntoView {
    let workbench = Workbench::from_context();
    let all = Format::ALL
        .map(|format| {
            view! {
                <ActionButton class="primary" on_click=move |()| workbench.download_all(format)>
                    {format!("Download all as {format}")}
                </ActionButton>
            }
        })
        .collect_view();
    view! {
        <div class="title-line">
            <h1>"Export"</h1>
            <p class="lead">"Files for other programs: full precision, ISO dates, UTF-8."</p>
        </div>
        <Scope workbench />
        <div class="halves">
            <Panel heading="Everything in one zip">
                <div class="buttons">{all}</div>
            </Panel>
            <Panel heading="The mart itself">
                <div class="buttons">
                    {move || workbench.database_file_names().into_iter().enumerate().map(|(at, name)| view! {
                        <ActionButton class="primary" on_click=move |()| workbench.download_database(at)>
                            {format!("Download {name}")}
                        </ActionButton>
                    }).collect_view()}
                    {move || workbench.script_name().map(|name| view! {
                        <ActionButton class="primary" on_click=move |()| workbench.download_script()>
                            {format!("Download {name}")}
                        </ActionButton>
                    })}
                </div>
                <p class="lead">{move || about_itself(workbench)}</p>
                <div class="buttons">
                    <ActionButton on_click=move |()| workbench.download_document()>
                        {move || format!("Download {}", workbench.document_name())}
                    </ActionButton>
                    <ActionButton on_click=move |()| workbench.download_documentation()>
                        {move || format!("Download {}", workbench.documentation_name())}
                    </ActionButton>
                </div>
                <p class="lead">
                    "The mart's document: change it in a text editor, and open it on "
                    <a href=Page::Sources.href()>"Sources"</a>". The documentation contains a diagram in Mermaid."
                </p>
            </Panel>
        </div>
        <FileOptions workbench />
        <div class="halves">
            {move || view! { <Items name="Tables" items=workbench.exportable_tables() /> }}
            {move || view! { <Items name="Answers" items=workbench.exportable_answers() /> }}
            {move || view! { <Items name="Saved queries" items=workbench.exportable_saved() /> }}
        </div>
    }
}

fn about_itself(workbench: Workbench) -> &'static str {
    let are_keys_verified = workbench
        .built()
        .with(|built| built.as_ref().map(|built| built.keys) == Some(Keys::Verified));
    if workbench.script_name().is_none() {
        "A copy of the file that is open."
    } else if are_keys_verified {
        "Tables and rows for DuckDB 1.4 and later: a database file, or a script that builds it. The keys of a large mart are verified instead of declared: the file has no keys, the script declares them."
    } else {
        "Tables, rows and keys for DuckDB 1.4 and later: a database file, or a script that builds it."
    }
}

/// Says what is filtered, and asks which rows are exported; nothing where there is no filter.
#[component]
fn Scope(workbench: Workbench) -> impl IntoView {
    let filter = workbench.dashboard().filter();
    let words = Memo::new(move |_| filter.with(Filter::words));
    let choice = move |label: String, are_filtered: bool| {
        view! {
            <label class="switch">
                <input
                    type="radio"
                    name="rows-to-export"
                    prop:checked=move || workbench.exports_filtered().get() == are_filtered
                    on:change=move |_| workbench.choose_exports(are_filtered)
                />
                {label}
            </label>
        }
    };
    move || {
        let words = words.get();
        (!words.is_empty()).then(|| {
            view! {
                <fieldset class="panel">
                    <legend>"Rows to export"</legend>
                    <div class="fields">
                        {choice(format!("Filtered: {words}"), true)}
                        {choice("All rows".to_owned(), false)}
                    </div>
                    <p class="lead">
                        "The filter is that of the page "<a href=Page::Mart.href()>"Mart"</a>
                        ". It limits facts, answers and saved queries that use them; dimensions are exported whole. "
                        "The database file and the script always have all rows."
                    </p>
                </fieldset>
            }
        })
    }
}

/// File format.
#[component]
fn FileOptions(workbench: Workbench) -> impl IntoView {
    let options = workbench.export_options();
    let change = move |change: &dyn Fn(&mut Options)| workbench.change_export_options(change);
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
            change(&|options| options.csv.delimiter = delimiter);
        }
    };
    let choose_layout = move |event| {
        let is_lines = event_target_value(&event) == "lines";
        change(&|options| {
            options.json = if is_lines {
                JsonLayout::Lines
            } else {
                JsonLayout::Array
            };
        });
    };
    let is_lines = move || options.with(|options| options.json == JsonLayout::Lines);
    view! {
        <Panel heading="File format">
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
                            change(&|options| options.csv.null = event_target_value(&event));
                        }
                    />
                </label>
                <label class="field">
                    "JSON layout"
                    <select on:change=choose_layout>
                        <option value="array">"array of objects"</option>
                        <option value="lines" selected=is_lines>"one object per line"</option>
                    </select>
                </label>
                <CsvSwitch label="CSV header" of=|csv| &mut csv.header />
                <CsvSwitch label="CSV byte-order mark" of=|csv| &mut csv.byte_order_mark />
                <CsvSwitch label="CSV spreadsheet-safe" of=|csv| &mut csv.spreadsheet_safe />
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
fn CsvSwitch(label: &'static str, of: fn(&mut CsvOptions) -> &mut bool) -> impl IntoView {
    let workbench = Workbench::from_context();
    let is_on = move || *of(&mut workbench.export_options().get().csv);
    view! {
        <label class="switch">
            <input
                type="checkbox"
                prop:checked=is_on
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    workbench.change_export_options(|options| *of(&mut options.csv) = on);
                }
            />
            {label}
        </label>
    }
}

#[component]
fn Items(name: &'static str, items: Vec<Item>) -> impl IntoView {
    if items.is_empty() {
        return None;
    }
    let workbench = Workbench::from_context();
    let lines = items
        .into_iter()
        .map(|item| {
            let reason = workbench.unreadable().with(|unreadable| unreadable.get(&item.name).cloned());
            let reason = reason.map(|reason| view! {
                <span class="failed">{format!("cannot be read, and is left out of a zip: {reason}")}</span>
            });
            view! {
                <li>
                    <span>{item.name.clone()}</span>
                    {reason}
                    <span class="buttons"><Downloads item /></span>
                </li>
            }
        })
        .collect_view();
    Some(view! {
        <Panel heading=name>
            <ul class="items">{lines}</ul>
        </Panel>
    })
}
