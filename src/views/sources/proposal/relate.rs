//! The form that adds a relationship to a proposed star: two tables, and a column for each one of the key. It must not
//! know how a relationship is verified.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use propose::Edit;

use super::Shown;
use super::fields::{ChoiceField, plain};

/// The form.
#[component]
pub(super) fn Relate(shown: Shown) -> impl IntoView {
    let tables = shown.part(|star| {
        let tables = star.proposal.tables.iter();
        tables.map(|table| table.name.clone()).collect::<Vec<_>>()
    });
    let with_key = shown.part(|star| {
        let tables = star.proposal.tables.iter();
        let tables = tables.filter(|table| table.key.is_some());
        tables.map(|table| table.name.clone()).collect::<Vec<_>>()
    });
    let (from, to) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let columns = shown.part(move |star| from.with(|from| columns_of(star, from)));
    let key = shown.part(move |star| to.with(|to| key_of(star, to)));
    let chosen = RwSignal::new(Vec::<String>::new());
    let choices = move |names: Memo<Vec<String>>| {
        Signal::derive(move || {
            let mut choices = vec![(String::new(), "choose one".to_owned())];
            names.with(|names| choices.extend(plain(names.iter().map(String::as_str))));
            choices
        })
    };
    let pick = move |at: usize, column: String| {
        chosen.update(|chosen| {
            chosen.resize(chosen.len().max(at + 1), String::new());
            if let Some(place) = chosen.get_mut(at) {
                *place = column;
            }
        });
    };
    let is_ready = Memo::new(move |_| {
        let width = key.with(Vec::len);
        let is_full = chosen.with(|chosen| {
            let mut chosen = chosen.iter().take(width);
            chosen.len() == width && chosen.all(|column| !column.is_empty())
        });
        width > 0 && is_full && !from.with(String::is_empty)
    });
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        if !is_ready.get_untracked() {
            return;
        }
        let width = key.with_untracked(Vec::len);
        let columns = chosen.get_untracked().into_iter().take(width).collect();
        shown.edit(Edit::Relationship {
            from: from.get_untracked(),
            columns,
            to: to.get_untracked(),
            is_used: true,
        });
        chosen.set(Vec::new());
    };
    view! {
        <details>
            <summary>"Add a relationship"</summary>
            <form class="fields" aria-label="Add a relationship" on:submit=add>
                <ChoiceField
                    text="From table"
                    label="From table"
                    choices=choices(tables)
                    value=from
                    on_change=move |table| {
                        chosen.set(Vec::new());
                        from.set(table);
                    }
                />
                <ChoiceField
                    text="To table"
                    label="To table"
                    choices=choices(with_key)
                    value=to
                    on_change=move |table| {
                        chosen.set(Vec::new());
                        to.set(table);
                    }
                />
                <For
                    each=move || key.get().into_iter().enumerate()
                    key=|part| part.clone()
                    children=move |(at, part)| {
                        let value = move || chosen.with(|chosen| chosen.get(at).cloned().unwrap_or_default());
                        view! {
                            <ChoiceField
                                text=format!("Column for {part}")
                                label=format!("Column for {part}")
                                choices=choices(columns)
                                value=Signal::derive(value)
                                on_change=move |column| pick(at, column)
                            />
                        }
                    }
                />
                <button type="submit" aria-disabled=move || (!is_ready.get()).to_string()>"Add relationship"</button>
            </form>
        </details>
    }
}

fn columns_of(star: &crate::workbench::ProposedStar, table: &str) -> Vec<String> {
    let mut tables = star.proposal.tables.iter();
    let place = tables.position(|one| one.name == table);
    place.map_or_else(Vec::new, |place| {
        let all: Vec<_> = (0..star.proposal.width(place)).collect();
        star.proposal.columns(place, &all)
    })
}

fn key_of(star: &crate::workbench::ProposedStar, table: &str) -> Vec<String> {
    let mut tables = star.proposal.tables.iter().enumerate();
    let found = tables.find(|(_, one)| one.name == table);
    let key = found.and_then(|(place, one)| Some((place, one.key.as_ref()?)));
    key.map_or_else(Vec::new, |(place, key)| {
        star.proposal.columns(place, &key.columns)
    })
}
