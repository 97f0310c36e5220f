//! The star that is proposed for the tables of files: tables, relationships and dimensions with their evidence, each
//! of which can be changed, and the button that loads it. It must not know how anything is found.

use std::sync::Arc;

use leptos::prelude::*;
use mart::{Additivity, Role};
use propose::{Edit, Relationship};

use crate::components::{ActionButton, Panel, ScrollX, focus_on};
use crate::format;
use crate::workbench::{ProposedStar as Star, Workbench};

/// The region; nothing where the mart is not made of files of the user's.
#[component]
pub fn ProposedStar(workbench: Workbench) -> impl IntoView {
    let star = workbench.proposed_star();
    let has_star = Memo::new(move |_| star.with(Option::is_some));
    view! {
        <Show when=move || workbench.has_staged_tables()>
            <Panel heading="Proposed star">
                <Show when=move || has_star.get() fallback=move || view! { <Ask workbench /> }>
                    {move || star.get().map(|star| view! { <Proposal workbench star /> })}
                </Show>
            </Panel>
        </Show>
        <Show when=move || workbench.is_proposed_star()>
            <Panel heading="Proposed star">
                <p class="lead">"The mart is the star that was proposed for these files."</p>
                <div class="buttons">
                    <ActionButton on_click=move |()| workbench.show_staged_tables()>"Back to the tables"</ActionButton>
                </div>
            </Panel>
        </Show>
    }
}

#[component]
fn Ask(workbench: Workbench) -> impl IntoView {
    view! {
        <p class="lead">
            "Each file is a table. Look for the star behind them: keys, relationships, facts and dimensions, each with its \
             evidence. Nothing is loaded before you choose."
        </p>
        <div class="buttons">
            <ActionButton on_click=move |()| workbench.propose_star()>"Propose a star"</ActionButton>
        </div>
    }
}

/// Changes the proposal. What has changed is drawn anew, so the control of this id gets the focus again.
fn change(id: String, change: impl FnOnce()) {
    change();
    request_animation_frame(move || focus_on(&id));
}

#[component]
fn Proposal(workbench: Workbench, star: Arc<Star>) -> impl IntoView {
    let notes = match &star.written {
        Ok(written) => written.notes.clone(),
        Err(problem) => vec![format!("No star here: {problem}")],
    };
    let can_load = star.written.is_ok();
    let notes = notes.into_iter().map(|note| view! { <li>{note}</li> });
    view! {
        <p class="lead">{summary(&star)}</p>
        <Edits workbench star=Arc::clone(&star) />
        <Tables workbench star=Arc::clone(&star) />
        <Relationships workbench star=Arc::clone(&star) />
        <Splits workbench star=Arc::clone(&star) />
        <ul class="evidence">{notes.collect_view()}</ul>
        <Show when=move || can_load>
            <div class="buttons">
                <ActionButton on_click=move |()| workbench.load_star()>"Load the star"</ActionButton>
            </div>
        </Show>
        <DocumentText workbench star=Arc::clone(&star) />
    }
}

fn summary(star: &Star) -> String {
    let counted = |role, one: &str, many: &str| {
        let count = star.count(role);
        let word = if count == 1 { one } else { many };
        (count > 0).then(|| format!("{count} {word}"))
    };
    let parts = [
        counted(Role::Fact, "fact", "facts"),
        counted(Role::Dimension, "dimension", "dimensions"),
        counted(Role::Bridge, "bridge", "bridges"),
        counted(Role::Calendar, "calendar", "calendars"),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    format!("{}. Nothing is loaded before you choose.", parts.join(", "))
}

const UNDO: &str = "star-undo";
const REDO: &str = "star-redo";

/// The changes as sentences.
#[component]
fn Edits(workbench: Workbench, star: Arc<Star>) -> impl IntoView {
    let lines = star
        .edits
        .iter()
        .map(|edit| view! { <li>{edit.to_string()}</li> });
    let lines = lines.collect_view();
    let (is_first, is_last) = (star.edits.is_empty(), star.undone.is_empty());
    view! {
        <div class="buttons" role="group" aria-label="Changes">
            {edit_button(UNDO, "Undo", is_first, move || workbench.undo_edit())}
            {edit_button(REDO, "Redo", is_last, move || workbench.redo_edit())}
        </div>
        <ol aria-label="Changes of the proposal">{lines}</ol>
    }
}

/// A button that keeps the focus where it has nothing to do.
fn edit_button(
    id: &'static str,
    text: &'static str,
    is_idle: bool,
    edit: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button
            type="button"
            id=id
            aria-disabled=is_idle.to_string()
            on:click=move |_| change(id.to_owned(), &edit)
        >
            {text}
        </button>
    }
}

#[component]
fn Tables(workbench: Workbench, star: Arc<Star>) -> impl IntoView {
    let lines = (0..star.proposal.tables.len()).filter_map(|place| table(workbench, &star, place));
    let lines: Vec<_> = lines.collect();
    view! {
        <h3>"Tables"</h3>
        <ScrollX label="Tables of the star, rows">
            <table aria-label="Tables of the star">
                <thead><tr>
                    <th scope="col">"Table"</th>
                    <th scope="col">"Role"</th>
                    <th scope="col" class="number">"Rows"</th>
                    <th scope="col">"Grain"</th>
                    <th scope="col">"Key"</th>
                    <th scope="col">"Why the key"</th>
                    <th scope="col">"Why the role"</th>
                    <th scope="col">"Summed"</th>
                </tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </ScrollX>
    }
}

fn table(workbench: Workbench, star: &Star, place: usize) -> Option<impl IntoView + use<>> {
    let table = star.proposal.tables.get(place)?;
    let name = table.name.clone();
    let id = format!("star-role-{place}");
    let chosen_id = id.clone();
    let choose = move |event| {
        if let Some(role) = role_of(&event_target_value(&event)) {
            let table = name.clone();
            change(chosen_id.clone(), || {
                workbench.edit_star(Edit::Role { table, role });
            });
        }
    };
    let chosen = table.role;
    let options = ROLES.map(|(role, name)| {
        view! { <option value=name selected=role == chosen>{name}</option> }
    });
    let sums: Vec<_> = table
        .measures
        .iter()
        .filter(|(_, how, _)| *how == Additivity::Additive)
        .flat_map(|(column, ..)| star.proposal.columns(place, &[*column]))
        .collect();
    let key = table
        .key
        .as_ref()
        .map(|key| codes(star.proposal.columns(place, &key.columns)));
    let unique = table.key.as_ref().map_or_else(
        || "No column and no combination is unique".to_owned(),
        |key| key.evidence.clone(),
    );
    let header = if table.is_header {
        "; the header of another fact"
    } else {
        ""
    };
    Some(view! {
        <tr>
            <td><code>{table.name.clone()}</code></td>
            <td>
                <select id=id aria-label=format!("Role of {}", table.name) on:change=choose>{options.collect_view()}</select>
            </td>
            <td class="number">{format::count(table.rows)}</td>
            <td>{table.grain.clone()}</td>
            <td>{key}</td>
            <td>{unique}</td>
            <td>{format!("{}{header}", table.evidence)}</td>
            <td>{sums.join(", ")}</td>
        </tr>
    })
}

const ROLES: [(Role, &str); 3] = [
    (Role::Fact, "fact"),
    (Role::Dimension, "dimension"),
    (Role::Bridge, "bridge"),
];

fn role_of(name: &str) -> Option<Role> {
    let found = ROLES.into_iter().find(|(_, known)| *known == name);
    found.map(|(role, _)| role)
}

#[component]
fn Relationships(workbench: Workbench, star: Arc<Star>) -> impl IntoView {
    let lines = star
        .proposal
        .relationships
        .iter()
        .enumerate()
        .map(|(place, one)| relationship(workbench, &star, place, one));
    let lines: Vec<_> = lines.collect();
    if lines.is_empty() {
        return view! { <p class="lead">"No column refers to the key of another table."</p> }
            .into_any();
    }
    view! {
        <h3>"Relationships"</h3>
        <ScrollX label="Relationships, rows">
            <table aria-label="Relationships">
                <thead><tr>
                    <th scope="col">"Used"</th>
                    <th scope="col">"From"</th>
                    <th scope="col">"To"</th>
                    <th scope="col" class="number">"Confidence"</th>
                    <th scope="col" class="number">"Rows without a match"</th>
                    <th scope="col" class="number">"Rows without a value"</th>
                    <th scope="col">"Evidence"</th>
                </tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </ScrollX>
    }
    .into_any()
}

fn relationship(
    workbench: Workbench,
    star: &Star,
    place: usize,
    one: &Relationship,
) -> impl IntoView + use<> {
    let ((from, columns), to) = star.proposal.ends(one);
    let names = format!("{from}.{}", columns.join(", "));
    let is_used = one.is_proposed();
    let id = format!("star-relationship-{place}");
    let ends = [
        (from.clone(), columns.clone()),
        (to.clone(), star.proposal.columns(one.to, &one.to_columns)),
    ];
    let [refers, referred] =
        ends.map(|(table, columns)| view! { <code>{table}</code>" by "{codes(columns)} });
    let edit = Edit::Relationship {
        from,
        columns,
        to: to.clone(),
        is_used: !is_used,
    };
    view! {
        <tr>
            <td>
                <input
                    type="checkbox"
                    id=id.clone()
                    aria-label=format!("Use {names} to {to}")
                    prop:checked=is_used
                    on:change=move |_| change(id.clone(), || workbench.edit_star(edit.clone()))
                />
            </td>
            <td>{refers}</td>
            <td>{referred}</td>
            <td class="number">{format!("{:.0} %", one.confidence * 100.0)}</td>
            <td class="number">{format::count(one.missing_rows)}</td>
            <td class="number">{format::count(one.empty_rows)}</td>
            <td>{one.evidence.clone()}</td>
        </tr>
    }
}

/// Names of columns, with commas between them.
fn codes(names: Vec<String>) -> impl IntoView {
    let codes = names.into_iter().enumerate().map(|(at, name)| {
        let comma = if at == 0 { "" } else { ", " };
        view! { {comma}<code>{name}</code> }
    });
    codes.collect_view()
}

/// The dimensions that are written out in the rows of a table.
#[component]
fn Splits(workbench: Workbench, star: Arc<Star>) -> impl IntoView {
    let lines = star.proposal.splits.iter().enumerate().map(|(place, split)| {
        let id = format!("star-split-{place}");
        let table = star.proposal.tables.get(split.table);
        let table = table.map(|table| table.name.clone()).unwrap_or_default();
        let key = star.proposal.columns(split.table, &[split.key]).join(", ");
        let columns = split.columns.iter().map(|(column, why)| {
            let name = star.proposal.columns(split.table, &[*column]).join(", ");
            view! { <li><code>{name}</code>": "{why.clone()}</li> }
        });
        let edit = Edit::Split {
            table: table.clone(),
            name: split.name.clone(),
            is_used: !split.is_used,
        };
        view! {
            <tr>
                <td>
                    <input
                        type="checkbox"
                        id=id.clone()
                        aria-label=format!("Take {} out of {table}", split.name)
                        prop:checked=split.is_used
                        on:change=move |_| change(id.clone(), || workbench.edit_star(edit.clone()))
                    />
                </td>
                <td>{split.name.clone()}</td>
                <td><code>{key}</code></td>
                <td><ul class="plain">{columns.collect_view()}</ul></td>
            </tr>
        }
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| {
        view! {
            <h3>"Dimensions inside the rows"</h3>
            <ScrollX label="Dimensions inside the rows, rows">
                <table aria-label="Dimensions inside the rows">
                    <thead><tr>
                        <th scope="col">"Used"</th>
                        <th scope="col">"Dimension"</th>
                        <th scope="col">"Key"</th>
                        <th scope="col">"Columns that depend on it"</th>
                    </tr></thead>
                    <tbody>{lines}</tbody>
                </table>
            </ScrollX>
        }
    })
}

/// The document of the star, which can be changed as text and loaded.
#[component]
fn DocumentText(workbench: Workbench, star: Arc<Star>) -> impl IntoView {
    let text = RwSignal::new(match &star.written {
        Ok(written) => written.document.write(),
        Err(_) => String::new(),
    });
    view! {
        <details>
            <summary>"The document of the star"</summary>
            <p class="lead">
                "All of it can be changed here: names, types, keys, metrics, questions. A change in the tables above writes it anew."
            </p>
            <textarea
                class="document"
                rows="24"
                spellcheck="false"
                aria-label="Document of the star"
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
            <div class="buttons">
                <ActionButton on_click=move |()| workbench.load_star_document(&text.get_untracked())>"Load this document"</ActionButton>
            </div>
        </details>
    }
}
