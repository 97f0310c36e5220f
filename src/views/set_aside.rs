//! The rows that are set aside: why, how many, each with its text, which can be corrected in place and loaded
//! again. It must not know how a row is read.

use leptos::ev;
use leptos::prelude::*;

use super::downloads::Downloads;
use crate::components::{ActionButton, Panel, ScrollX};
use crate::format;
use crate::workbench::{SetAside, SetAsideRow, Workbench, quarantine_item};

/// The rows; nothing where all rows are loaded.
#[component]
pub fn SetAsideRows() -> impl IntoView {
    let workbench = Workbench::from_context();
    let is_there = Memo::new(move |_| workbench.set_aside().with(Option::is_some));
    let read = move || workbench.set_aside().get().unwrap_or_default();
    let corrected = workbench.corrections();
    let sentence = move || {
        let set_aside = read();
        let count = set_aside.count();
        format!(
            "{} not in the mart, but in the table quarantine. Correct the text of a row and load it again.",
            match count {
                1 => "1 row is".to_owned(),
                count => format!("{} rows are", format::count(count)),
            }
        )
    };
    let lines = move || {
        read()
            .rows
            .into_iter()
            .map(|row| line(workbench, row))
            .collect_view()
    };
    view! {
        <Show when=move || is_there.get()>
            <Panel heading="Set aside">
                <p class="lead">{sentence}</p>
                {move || reasons(workbench, &read())}
                <div class="buttons">
                    <ActionButton on_click=move |()| workbench.load_corrections()>
                        {move || match corrected.get() {
                            0 => "Load again".to_owned(),
                            1 => "Load again with 1 correction".to_owned(),
                            count => format!("Load again with {count} corrections"),
                        }}
                    </ActionButton>
                    <span class="lead">"Download all rows set aside as"</span>
                    <Downloads item=Signal::stored(quarantine_item()) />
                </div>
                <ScrollX label="Set aside, rows">
                    <table aria-label="Set aside">
                        <thead><tr>
                            <th scope="col">"File"</th>
                            <th scope="col" class="number">"Line"</th>
                            <th scope="col">"Column"</th>
                            <th scope="col">"Value"</th>
                            <th scope="col">"What is wrong"</th>
                            <th scope="col">"Row"</th>
                        </tr></thead>
                        <tbody>{lines}</tbody>
                    </table>
                </ScrollX>
                <Show when=move || read().not_shown() != 0>
                    <div class="buttons">
                        <ActionButton on_click=move |()| workbench.show_more_set_aside()>"Show more rows"</ActionButton>
                        <span class="lead">{move || format!("{} more", format::count(read().not_shown()))}</span>
                    </div>
                </Show>
            </Panel>
        </Show>
    }
}

/// A bar for each reason, which is a button that shows its rows alone.
fn reasons(workbench: Workbench, set_aside: &SetAside) -> impl IntoView + use<> {
    let most = set_aside
        .reasons
        .iter()
        .map(|(_, rows)| *rows)
        .max()
        .unwrap_or(1);
    let chosen = set_aside.reason.clone();
    let bars = set_aside.reasons.iter().map(|(rule, rows)| {
        let is_chosen = chosen.as_ref() == Some(rule);
        let next = (!is_chosen).then(|| rule.clone());
        let text = format!("{rule}: {}", format::count(*rows));
        view! {
            <li>
                <button
                    type="button"
                    class="quiet"
                    aria-pressed=is_chosen.to_string()
                    on:click=move |_| workbench.show_reason(next.clone())
                >
                    {text}
                </button>
                <meter min="0" max=most.to_string() value=rows.to_string() aria-label=format!("Rows: {rule}")></meter>
            </li>
        }
    });
    view! { <ul class="reasons" aria-label="Reasons">{bars.collect_view()}</ul> }
}

fn line(workbench: Workbench, row: SetAsideRow) -> impl IntoView {
    let label = format!("Row of line {} of {}", row.line, row.file);
    let text = row.text.clone();
    let corrected = row.corrected_to.clone();
    let has_line = row.line != 0;
    let editor = if row.is_loaded {
        view! { <code>{text}</code>" was corrected by hand to "<code>{corrected}</code> }.into_any()
    } else if !has_line {
        // It was read, and is set aside for its key.
        view! { <code>{text}</code> }.into_any()
    } else {
        let before =
            corrected.map(|_| view! { <p class="lead">"In the file: "<code>{text}</code></p> });
        let value = workbench.row_text(&row);
        let row = row.clone();
        let keep = move |event: ev::Event| workbench.correct(&row, event_target_value(&event));
        view! {
            <input type="text" class="row-text" aria-label=label value=value on:change=keep />
            {before}
        }
        .into_any()
    };
    view! {
        <tr>
            <td class="file-name">{row.file}</td>
            <td class="number">{has_line.then(|| format::count(row.line))}</td>
            <td>{row.column}</td>
            <td>{row.value}</td>
            <td>{row.message}</td>
            <td>{editor}</td>
        </tr>
    }
}
