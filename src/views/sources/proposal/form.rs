//! The form of one table of a proposed star: its names, its grain, its key and its columns. It must not know what an
//! edit does.

use leptos::prelude::*;
use propose::Edit;

use super::Shown;
use super::columns::Columns;
use super::fields::{CheckField, ChoiceField, TextField, plain};
use super::tables::{FORM, ROLES, name_of, open_form, role_of};
use crate::components::focus_on;

/// The form of the table that is changed; nothing where none is.
#[component]
pub(super) fn TableForm(shown: Shown) -> impl IntoView {
    move || {
        let place = shown.open.get()?;
        let table = shown.star.with_untracked(|star| {
            let star = star.as_ref()?;
            Some(star.proposal.tables.get(place)?.name.clone())
        })?;
        Some(view! { <Form shown place table /> })
    }
}

#[component]
fn Form(shown: Shown, place: usize, table: String) -> impl IntoView {
    let form = shown.part(move |star| star.proposal.editable(place));
    let of = StoredValue::new(table.clone());
    let text = move |read: fn(&propose::EditableTable) -> String| {
        Signal::derive(move || form.with(|form| form.as_ref().map(read).unwrap_or_default()))
    };
    let name = text(|form| form.name.clone());
    let grain = text(|form| form.grain.clone());
    let role = text(|form| name_of(form.role).to_owned());
    let is_kept =
        Signal::derive(move || form.with(|form| form.as_ref().is_none_or(|form| !form.is_ignored)));
    let close = move |_| {
        open_form(shown, None);
        let button = of.with_value(|table| format!("star-change-{table}"));
        request_animation_frame(move || focus_on(&button));
    };
    view! {
        <section class="edit-form" aria-label=format!("Change the table {table}")>
            <div class="panel-head">
                <h4 id=FORM tabindex="-1">{format!("Change {table}")}</h4>
                <button type="button" class="quiet" on:click=close>"Close"</button>
            </div>
            <div class="fields">
                <TextField
                    text="Name in the mart"
                    label=format!("Name of {table} in the mart")
                    value=name
                    on_change=move |name| shown.edit(Edit::RenameTable { table: of.get_value(), name })
                />
                <ChoiceField
                    text="Role"
                    label=format!("Role of the table {table}")
                    choices=plain(ROLES.map(|(_, name)| name))
                    value=role
                    on_change=move |role: String| {
                        if let Some(role) = role_of(&role) {
                            shown.edit(Edit::Role { table: of.get_value(), role });
                        }
                    }
                />
                <TextField
                    class="field wide"
                    text="Grain"
                    label=format!("Grain of {table}")
                    value=grain
                    on_change=move |grain| shown.edit(Edit::Grain { table: of.get_value(), grain })
                />
                <CheckField
                    text="Use this table"
                    label=format!("Use the table {table}")
                    value=is_kept
                    on_change=move |is_kept: bool| {
                        shown.edit(Edit::IgnoreTable { table: of.get_value(), is_ignored: !is_kept });
                    }
                />
            </div>
            <Columns shown place table=table.clone() />
        </section>
    }
}
