//! Where the mart comes from: its model, and its rows. Files to load, models to open, rows that DuckDB
//! makes. It must not know how a mart is built, nor a name of a particular one.

mod examples;
mod file_card;
mod file_columns;
mod files;
mod format;
mod generate;
mod loads;
mod proposal;

use leptos::prelude::*;
use mart::{Source as ModelSource, SourceField, SourceFile};

use super::accounting::Accounting;
use super::choose_file::chosen_files;
use super::filter::in_sentence;
use super::set_aside::SetAsideRows;
use crate::components::{ActionButton, Panel};
use crate::workbench::{Source, SourceRows, Workbench};

use examples::{Examples, OpenModel};
use files::FilesToLoad;
pub use files::HEADING as FILES_HEADING;
use format::Formats;
use generate::Generators;
use loads::{Loads, NextFiles};
use proposal::ProposedStar;

/// The page.
#[component]
pub fn Sources() -> impl IntoView {
    let workbench = Workbench::from_context();
    view! {
        <div class="title-line">
            <h1>"Sources"</h1>
            <p class="lead">"Load your own files, or open another mart. Files stay in this tab."</p>
        </div>
        <FilesToLoad workbench />
        <Current workbench />
        <NextFiles workbench />
        <ProposedStar workbench />
        <Loads workbench />
        <Accounting />
        <SetAsideRows />
        {move || workbench.source().with(|source| choose_files(workbench, source.package.model().sources()))}
        <div class="halves">
            <Examples workbench />
            <OpenModel workbench />
        </div>
        <OpenDatabase workbench />
        <Generators workbench />
        <Formats workbench />
    }
}

#[component]
fn Current(workbench: Workbench) -> impl IntoView {
    let name = move || workbench.source().with(Source::name);
    let rows = move || {
        let built = workbench.built().get();
        built
            .and_then(|built| built.loaded_rows())
            .map(|rows| format!(", {} rows", crate::format::count(rows)))
    };
    let label = move || workbench.with_model(|model| model.label().to_owned());
    let notes = move || workbench.source().with(|source| notes(&source.rows));
    view! {
        <Panel heading="In use">
            <p><strong>{name}</strong>{rows}</p>
            <p class="lead">{move || format!("The mart: {}.", label())}</p>
            {move || notes().into_iter().map(|line| view! { <p class="lead">{line}</p> }).collect_view()}
            {move || in_sql(&workbench.opened_names()).map(|line| view! { <p class="lead">{line}</p> })}
            <div class="buttons">
                <ActionButton on_click=move |()| workbench.use_shipped_rows()>"Use sample data"</ActionButton>
                <Show when=move || workbench.source().with(|source| matches!(source.rows, SourceRows::Databases(_)))>
                    <ActionButton on_click=move |()| workbench.load_opened_tables()>"Load these tables"</ActionButton>
                </Show>
            </div>
        </Panel>
    }
}

/// What database files are called in SQL, in a sentence.
fn in_sql(names: &[(String, String)]) -> Option<String> {
    let names: Vec<_> = names
        .iter()
        .map(|(file, name)| format!("{file} is {name}"))
        .collect();
    (!names.is_empty()).then(|| format!("In SQL, {}.", names.join(", ")))
}

/// How the rows were read, a sentence for each file.
fn notes(rows: &SourceRows) -> Vec<String> {
    match rows {
        SourceRows::Databases(_) => {
            vec!["Database files are opened read-only.".to_owned()]
        }
        SourceRows::Generated(..)
        | SourceRows::Staged(_)
        | SourceRows::Starred(_)
        | SourceRows::Read(_) => Vec::new(),
        SourceRows::Files(files) | SourceRows::Shipped(files) => {
            let is_only = files.len() == 1;
            let files = files.iter();
            files.map(|file| reading(&file.detected, is_only)).collect()
        }
    }
}

/// How a file was read, in a sentence.
fn reading(file: &SourceFile, is_only: bool) -> String {
    let delimiter = match file.delimiter() {
        '\t' => "tabs".to_owned(),
        other => format!("“{other}”"),
    };
    let loaded: Vec<_> = file
        .loaded()
        .map(|field: &SourceField| field.name.as_str())
        .collect();
    let ignored: Vec<_> = file.ignored().collect();
    let rest = if ignored.is_empty() {
        String::new()
    } else {
        format!(" Ignored columns: {}.", ignored.join(", "))
    };
    let start = if is_only {
        "Read".to_owned()
    } else {
        format!("{} was read", file.file_name())
    };
    format!(
        "{start} with {delimiter} between fields; columns {}.{rest}",
        loaded.join(", ")
    )
}

/// The area for files: those of the mart's sources, if it has some, and any others.
fn choose_files(workbench: Workbench, sources: &[ModelSource]) -> impl IntoView + use<> {
    let (heading, label) = match sources {
        [] => ("Load files".to_owned(), "Files".to_owned()),
        [only] => (
            format!("Load a {}", in_sentence(&only.label)),
            only.label.clone(),
        ),
        several => {
            let labels: Vec<_> = several.iter().map(|one| in_sentence(&one.label)).collect();
            (
                format!("Load files: {}", labels.join(", ")),
                "Files".to_owned(),
            )
        }
    };
    view! {
        <Panel heading>
            <div class="drop">
                <label for="source-files">{label}</label>
                <input
                    id="source-files"
                    type="file"
                    multiple
                    on:change=move |event| workbench.load(chosen_files(&event))
                />
                <label for="source-folder">"Folder"</label>
                <input
                    id="source-folder"
                    type="file"
                    prop:webkitdirectory=true
                    on:change=move |event| workbench.load(chosen_files(&event))
                />
                <p class="lead">"Choose any files, or drop them anywhere on the page: CSV in any form, JSON, Excel, OpenDocument, Parquet, Arrow, plain, compressed (.gz, .zst) or zipped; models and .duckdb files."</p>
            </div>
        </Panel>
    }
}

#[component]
fn OpenDatabase(workbench: Workbench) -> impl IntoView {
    let on_choose = move |event| {
        workbench.open_databases(chosen_files(&event));
    };
    view! {
        <Panel heading="Open a database file">
            <p class="lead">
                "Any DuckDB database, or several: their tables can be joined in SQL. They are opened read-only in place of the \
                 mart, and can be queried, inspected and exported. To load their tables together with other files, choose all of \
                 them at once above."
            </p>
            <div class="buttons">
                <label for="database-file">"Database file"</label>
                <input id="database-file" type="file" multiple accept=".duckdb,.ddb,.db" on:change=on_choose />
            </div>
        </Panel>
    }
}
