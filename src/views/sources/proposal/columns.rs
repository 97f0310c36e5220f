//! The columns of a table of a proposed star: their names, types and uses, the key that they make, and the dimension
//! that some of them can become. It must not know what an edit does.

use leptos::prelude::*;
use mart::Additivity;
use propose::{Edit, EditableColumn, TYPES};

use super::Shown;
use super::diagram::column_field;
use super::fields::{CheckField, ChoiceField, TextField, plain};
use crate::components::{ScrollX, gradually};

/// The columns that are chosen for a key or a new dimension, by name.
type Chosen = RwSignal<Vec<String>>;

/// The columns.
#[component]
pub(super) fn Columns(shown: Shown, place: usize, table: String) -> impl IntoView {
    let count = shown.part(move |star| star.proposal.width(place));
    let drawn = gradually(count.into());
    let chosen: Chosen = RwSignal::new(Vec::new());
    let of = StoredValue::new(table.clone());
    let key = shown.part(move |star| {
        let table = star.proposal.tables.get(place);
        let key = table.and_then(|table| table.key.as_ref());
        key.map_or_else(Vec::new, |key| star.proposal.columns(place, &key.columns))
    });
    let name = RwSignal::new(String::new());
    let set_key = move |_| {
        let columns = chosen.get_untracked();
        shown.edit(Edit::Key {
            table: of.get_value(),
            columns,
        });
        chosen.set(Vec::new());
    };
    let take_out = move |_| {
        let mut columns = chosen.get_untracked();
        if columns.is_empty() {
            return;
        }
        let key = columns.remove(0);
        let name = name.get_untracked();
        shown.edit(Edit::NewSplit {
            table: of.get_value(),
            name,
            key,
            columns,
        });
        chosen.set(Vec::new());
    };
    let is_fact = shown.part(move |star| {
        let table = star.proposal.tables.get(place);
        table.is_some_and(|table| table.role == mart::Role::Fact)
    });
    let said = move || match chosen.get().as_slice() {
        [] => "No column is chosen.".to_owned(),
        columns => format!("Chosen, in this order: {}.", columns.join(", ")),
    };
    view! {
        <ScrollX label=format!("Columns of {table}, rows")>
            <table aria-label=format!("Columns of {table}")>
                <thead><tr>
                    <th scope="col">"Chosen"</th>
                    <th scope="col">"Column"</th>
                    <th scope="col">"Name in the mart"</th>
                    <th scope="col">"Type"</th>
                    <th scope="col">"Used"</th>
                    <th scope="col">"Summed"</th>
                    <th scope="col">"In"</th>
                </tr></thead>
                <tbody>
                    <For each=move || 0..drawn.get() key=|column| *column let:column>
                        <Line shown place column table=of.get_value() chosen />
                    </For>
                </tbody>
            </table>
        </ScrollX>
        <p class="lead">{said}</p>
        <div class="fields">
            <button type="button" on:click=set_key>
                {move || if chosen.with(Vec::is_empty) { "No key" } else { "Set as key" }}
            </button>
            <span class="lead">
                {move || match key.get().as_slice() {
                    [] => "Nothing identifies the rows.".to_owned(),
                    columns => format!("The key is {}.", columns.join(", ")),
                }}
            </span>
        </div>
        <Show when=move || is_fact.get()>
            <div class="fields">
                <label class="field">
                    "New dimension of the chosen columns"
                    <input
                        type="text"
                        prop:value=name
                        on:input=move |event| name.set(event_target_value(&event))
                    />
                </label>
                <button type="button" on:click=take_out>"Take out"</button>
                <span class="lead">"The first of the chosen columns identifies its rows."</span>
            </div>
        </Show>
    }
}

const SUMS: [(Additivity, &str, &str); 3] = [
    (Additivity::Additive, "additive", "summed"),
    (Additivity::SemiAdditive, "semi", "last value"),
    (Additivity::NonAdditive, "never", "not summed"),
];

#[component]
fn Line(shown: Shown, place: usize, column: usize, table: String, chosen: Chosen) -> impl IntoView {
    let form = shown.part(move |star| star.column(place, column));
    let own = form.with_untracked(|form| form.as_ref().map(|form| form.column.clone()));
    let own = own.unwrap_or_default();
    let label = format!("{table}.{own}");
    let of = StoredValue::new((table, own.clone()));
    let text = move |read: fn(&EditableColumn) -> String| {
        Signal::derive(move || form.with(|form| form.as_ref().map(read).unwrap_or_default()))
    };
    let is = move |read: fn(&EditableColumn) -> bool| {
        Signal::derive(move || form.with(|form| form.as_ref().is_some_and(read)))
    };
    // A type of the file that is none of these stays in the list.
    let types = Signal::derive(move || {
        let mut types = plain(TYPES);
        let now = form.with(|form| form.as_ref().map(|form| form.data_type.clone()));
        if let Some(now) = now.filter(|now| !TYPES.contains(&now.as_str())) {
            types.insert(0, (now.clone(), now));
        }
        types
    });
    let is_number = is(|form| form.additivity.is_some());
    let homes = shown.part(move |star| {
        let form = star.proposal.editable(place);
        let splits = form.map(|form| form.splits).unwrap_or_default();
        let used = splits.into_iter().filter(|(_, is_used)| *is_used);
        used.map(|(name, _)| name).collect::<Vec<_>>()
    });
    let choices = Signal::derive(move || {
        let mut choices = vec![(String::new(), "the rows".to_owned())];
        choices.extend(homes.get().into_iter().map(|name| (name.clone(), name)));
        choices
    });
    let pick = move |is_chosen: bool| {
        let name = of.with_value(|(_, column)| column.clone());
        chosen.update(|chosen| {
            chosen.retain(|known| *known != name);
            if is_chosen {
                chosen.push(name);
            }
        });
    };
    let with = move |edit: fn(String, String, String) -> Option<Edit>| {
        move |typed: String| {
            let (table, column) = of.get_value();
            if let Some(edit) = edit(table, column, typed) {
                shown.edit(edit);
            }
        }
    };
    let rename = with(|table, column, name| {
        Some(Edit::RenameColumn {
            table,
            column,
            name,
        })
    });
    let retype = with(|table, column, data_type| {
        Some(Edit::Retype {
            table,
            column,
            data_type,
        })
    });
    let sum = with(|table, column, key| {
        let (additivity, ..) = SUMS.into_iter().find(|(_, known, _)| *known == key)?;
        Some(Edit::Additivity {
            table,
            column,
            additivity,
        })
    });
    let go = with(|table, column, to| {
        let to = (!to.is_empty()).then_some(to);
        Some(Edit::Move { table, column, to })
    });
    let keep = move |is_kept: bool| {
        let (table, column) = of.get_value();
        shown.edit(Edit::IgnoreColumn {
            table,
            column,
            is_ignored: !is_kept,
        });
    };
    let sums: Vec<_> = SUMS
        .iter()
        .map(|(_, key, text)| ((*key).to_owned(), (*text).to_owned()))
        .collect();
    let sums = StoredValue::new(sums);
    let summed = Signal::derive(move || {
        let now = form.with(|form| form.as_ref().and_then(|form| form.additivity));
        let found = SUMS.into_iter().find(|(known, ..)| Some(*known) == now);
        found.map_or_else(String::new, |(_, key, _)| key.to_owned())
    });
    let summed_label = StoredValue::new(format!("How {label} is summed"));
    let home_label = StoredValue::new(format!("Where {label} is"));
    let is_fixed = is(|form| form.is_fixed);
    let key = move || {
        form.with(|form| form.as_ref().is_some_and(|form| form.is_key))
            .then_some(" (key)")
    };
    view! {
        <tr>
            <td>
                <CheckField
                    label=format!("Choose {label}")
                    value=Signal::derive(move || chosen.with(|chosen| of.with_value(|(_, own)| chosen.contains(own))))
                    on_change=pick
                />
            </td>
            <td><code>{own}</code>{key}</td>
            <td>
                <TextField
                    label=format!("Name of {label}")
                    id=column_field(place, column)
                    value=text(|form| form.name.clone())
                    on_change=rename
                />
            </td>
            <td>
                <ChoiceField
                    label=format!("Type of {label}")
                    choices=types
                    value=text(|form| form.data_type.clone())
                    is_fixed
                    on_change=retype
                />
            </td>
            <td>
                <CheckField label=format!("Use {label}") value=is(|form| !form.is_ignored) is_fixed on_change=keep />
            </td>
            <td>
                <Show when=move || is_number.get()>
                    <ChoiceField
                        label=summed_label.get_value()
                        choices=sums.get_value()
                        value=summed
                        on_change=sum
                    />
                </Show>
            </td>
            <td>
                <Show when=move || !homes.with(Vec::is_empty) fallback=|| "the rows">
                    <ChoiceField
                        label=home_label.get_value()
                        choices
                        value=text(|form| form.split.clone().unwrap_or_default())
                        is_fixed
                        on_change=go
                    />
                </Show>
            </td>
        </tr>
    }
}
