//! The star that is proposed for the tables of files: its parts with their evidence, each of which can be changed, and
//! the button that loads it. It must not know how anything is found.

mod columns;
mod diagram;
mod document;
mod edits;
mod fields;
mod form;
mod metrics;
mod relate;
mod relationships;
mod splits;
mod tables;

use std::sync::Arc;

use leptos::prelude::*;
use mart::Role;
use propose::Edit;

use crate::components::{ActionButton, Panel};
use crate::workbench::{ProposedStar as Star, Workbench};

use diagram::Diagram;
use document::DocumentText;
use edits::Edits;
use form::TableForm;
use metrics::Metrics;
use relationships::Relationships;
use splits::Splits;
use tables::Tables;

/// The star that is shown, and which of its tables is changed. A copy is another handle to the same.
#[derive(Clone, Copy)]
struct Shown {
    workbench: Workbench,
    star: ReadSignal<Option<Arc<Star>>>,
    /// The place of the table whose form is open.
    open: RwSignal<Option<usize>>,
}

impl Shown {
    /// A part of the star, which is drawn again when it has changed.
    fn part<T>(self, read: impl Fn(&Star) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: Default + PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| {
            self.star
                .with(|star| star.as_ref().map_or_else(T::default, |star| read(star)))
        })
    }

    fn edit(self, edit: Edit) {
        self.workbench.edit_star(edit);
    }
}

/// The region; nothing where the mart is not made of files of the user's.
#[component]
pub fn ProposedStar(workbench: Workbench) -> impl IntoView {
    let star = workbench.proposed_star();
    let has_star = Memo::new(move |_| star.with(Option::is_some));
    view! {
        <Show when=move || workbench.has_staged_tables()>
            <Panel heading="Proposed star">
                <Show when=move || has_star.get() fallback=move || view! { <Ask workbench /> }>
                    <Proposal workbench />
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

#[component]
fn Proposal(workbench: Workbench) -> impl IntoView {
    let shown = Shown {
        workbench,
        star: workbench.proposed_star(),
        open: RwSignal::new(None),
    };
    let line = shown.part(summary);
    let notes = shown.part(notes);
    let can_load = shown.part(|star| star.written.is_ok());
    view! {
        <div class="proposal">
            <p class="lead">{line}</p>
            <Edits shown />
            <Diagram shown />
            <Tables shown />
            <TableForm shown />
            <Relationships shown />
            <Splits shown />
            <Metrics shown />
            <ul class="evidence">
                {move || notes.get().into_iter().map(|note| view! { <li>{note}</li> }).collect_view()}
            </ul>
            <Show when=move || can_load.get()>
                <div class="buttons">
                    <ActionButton class="primary" on_click=move |()| workbench.load_star()>"Load the star"</ActionButton>
                </div>
            </Show>
            <DocumentText shown />
        </div>
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

fn notes(star: &Star) -> Vec<String> {
    match &star.written {
        Ok(written) => written.notes.clone(),
        Err(problem) => vec![format!("No star here: {problem}")],
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
