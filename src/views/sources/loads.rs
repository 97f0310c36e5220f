//! The loads of a star that keeps them, each of which can be taken back, and the files of the next one with what is
//! different in them. It must not know how files are read.

use leptos::prelude::*;
use mart::LoadMode;

use crate::components::{ActionButton, Panel, ScrollX};
use crate::format;
use crate::views::downloads::Downloads;
use crate::workbench::{LoadedBatch, LoadedFile, NextFile, Workbench, loads_item};

/// What can be chosen for a file, in the words of the page.
const MODES: [(LoadMode, &str); 3] = [
    (
        LoadMode::Merge,
        "Merge: rows with a known key take the place of those",
    ),
    (
        LoadMode::Append,
        "Append: rows are added, but for those with a known key",
    ),
    (LoadMode::Replace, "Replace: the file is the whole table"),
];

/// The files of the next load; nothing without any.
#[component]
pub fn NextFiles(workbench: Workbench) -> impl IntoView {
    let next = workbench.next_load();
    let is_there = Memo::new(move |_| next.with(Option::is_some));
    let changes = move || {
        next.with(|next| {
            let files = next.iter().flat_map(|next| &next.files);
            files.filter(|file| file.changes_something()).count()
        })
    };
    let lines = move || {
        let files = next.get().unwrap_or_default().files;
        let lines = files.iter().enumerate();
        lines
            .map(|(place, file)| next_file(workbench, place, file))
            .collect_view()
    };
    view! {
        <Show when=move || is_there.get()>
            <Panel heading="Next load">
                <p class="lead">"These files have the columns of files that the star was loaded from. Nothing is loaded before you choose."</p>
                <ScrollX label="Files of the next load, rows">
                    <table aria-label="Files of the next load">
                        <thead><tr>
                            <th scope="col">"File"</th>
                            <th scope="col">"Rows for"</th>
                            <th scope="col">"What is different"</th>
                            <th scope="col">"What its rows do"</th>
                        </tr></thead>
                        <tbody>{lines}</tbody>
                    </table>
                </ScrollX>
                <div class="buttons">
                    <Show when=move || changes() != 0>
                        <ActionButton on_click=move |()| workbench.load_next()>"Load these files"</ActionButton>
                    </Show>
                    <button type="button" on:click=move |_| workbench.leave_next_load()>"Leave them out"</button>
                </div>
            </Panel>
        </Show>
    }
}

fn next_file(workbench: Workbench, place: usize, next: &NextFile) -> impl IntoView + use<> {
    let name = next.file.name();
    let label = format!("What the rows of {name} do");
    let chosen = next.file.mode;
    let has_key = next.has_key;
    let options = MODES
        .into_iter()
        .filter(move |(mode, _)| has_key || *mode != LoadMode::Merge)
        .map(|(mode, text)| {
            view! { <option value=mode.name() selected=mode == chosen>{text}</option> }
        });
    let options = options.collect_view();
    let choose = move |event| {
        let value = event_target_value(&event);
        if let Some((mode, _)) = MODES.into_iter().find(|(mode, _)| mode.name() == value) {
            workbench.choose_mode(place, mode);
        }
    };
    let does = match next.loaded_in {
        Some(number) => view! {
            <span>{format!("Nothing: load {number} brought the same content.")}</span>
        }
        .into_any(),
        None => view! { <select aria-label=label on:change=choose>{options}</select> }.into_any(),
    };
    let differences = if next.differences.is_empty() {
        vec!["Nothing".to_owned()]
    } else {
        next.differences.clone()
    };
    let differences = differences
        .into_iter()
        .map(|text| view! { <li>{text}</li> });
    view! {
        <tr>
            <td class="file-name">{name}</td>
            <td>{next.label.clone()}</td>
            <td><ul class="plain">{differences.collect_view()}</ul></td>
            <td>{does}</td>
        </tr>
    }
}

/// The loads; nothing where the mart does not keep them.
#[component]
pub fn Loads(workbench: Workbench) -> impl IntoView {
    move || {
        let loads = workbench.star_loads();
        (!loads.is_empty()).then(|| {
            let is_only = loads.len() == 1;
            let lines = loads.iter().map(|load| batch(workbench, load, is_only));
            let lines = lines.collect_view();
            view! {
                <Panel heading="Loads">
                    <p class="lead">"The star is made of these loads, kept in the table load_batches. Drop the next files anywhere on the page."</p>
                    <ScrollX label="Loads, rows">
                        <table aria-label="Loads">
                            <thead><tr>
                                <th scope="col" class="number">"Load"</th>
                                <th scope="col">"Files"</th>
                                <th scope="col" class="number">"Rows"</th>
                                <th scope="col" class="number">"Set aside"</th>
                                <th scope="col">"Loaded at (UTC)"</th>
                                <th scope="col">"Take back"</th>
                            </tr></thead>
                            <tbody>{lines}</tbody>
                        </table>
                    </ScrollX>
                    <div class="buttons">
                        <span class="lead">"Download with the hashes of the files as"</span>
                        <Downloads item=Signal::stored(loads_item()) />
                    </div>
                </Panel>
            }
        })
    }
}

fn batch(workbench: Workbench, load: &LoadedBatch, is_only: bool) -> impl IntoView + use<> {
    let number = load.number;
    let files = load.files.iter().map(|file| {
        let text = format!("{} ({})", file.name(), file.mode.name());
        view! { <li>{text}</li> }
    });
    let files = files.collect_view();
    let sum = |of: fn(&LoadedFile) -> u64| load.files.iter().map(of).sum::<u64>();
    let loaded = sum(|file| {
        file.account
            .as_ref()
            .map_or(0, |account| account.counts.loaded)
    });
    let set_aside = sum(|file| {
        file.account
            .as_ref()
            .map_or(0, |account| account.counts.set_aside)
    });
    // Seconds are enough to read.
    let at: String = load.loaded_at.chars().take(19).collect();
    let label = format!("Take load {number} back");
    view! {
        <tr>
            <td class="number">{number}</td>
            <td class="file-name"><ul class="plain">{files}</ul></td>
            <td class="number">{format::count(loaded)}</td>
            <td class="number">{format::count(set_aside)}</td>
            <td>{at}</td>
            <td>
                <Show when=move || !is_only>
                    <ActionButton label=label.clone() on_click=move |()| workbench.take_back(number)>"Take back"</ActionButton>
                </Show>
            </td>
        </tr>
    }
}
