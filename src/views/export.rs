//! Everything to take away.

use leptos::prelude::*;
use mart::encode::Format;

use super::downloads::Downloads;
use crate::components::Panel;
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
                    disabled=move || workbench.is_busy()
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
                        disabled=move || workbench.is_busy()
                        on:click=move |_| workbench.download_database()
                    >
                        {format!("Download {}", workbench.database_file_name())}
                    </button>
                </div>
                <p class="lead">"A database file with tables, rows and keys, for DuckDB 1.4 and later."</p>
            </Panel>
        </div>
        <div class="halves">
            <Items name="Tables" items=workbench.exportable_tables() />
            <Items name="Answers" items=workbench.exportable_answers() />
        </div>
    }
}

#[component]
fn Items(name: &'static str, items: Vec<Item>) -> impl IntoView {
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
    view! {
        <Panel heading=name>
            <ul class="items">{lines}</ul>
        </Panel>
    }
}
