//! The tables of a proposed star, each with its role, its key and the reasons. It must not know how they are found.

use leptos::prelude::*;
use mart::{Additivity, Role};
use propose::Edit;

use super::fields::{ChoiceField, plain};
use super::{Shown, codes};
use crate::components::{ScrollX, focus_on, gradually};
use crate::format;
use crate::workbench::ProposedStar as Star;

/// The id of the heading of the form.
pub(super) const FORM: &str = "star-table-form";

/// The tables.
#[component]
pub(super) fn Tables(shown: Shown) -> impl IntoView {
    let count = shown.part(|star| star.proposal.tables.len());
    let drawn = gradually(count.into());
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
                    <th scope="col">"Change"</th>
                </tr></thead>
                <tbody>
                    <For each=move || 0..drawn.get() key=|place| *place let:place>
                        <Line shown place />
                    </For>
                </tbody>
            </table>
        </ScrollX>
    }
}

/// What a line shows.
#[derive(Clone, Default, PartialEq)]
struct Texts {
    name: String,
    is_ignored: bool,
    role: String,
    rows: u64,
    grain: String,
    key: Vec<String>,
    why_key: String,
    why_role: String,
    sums: String,
}

fn texts(star: &Star, place: usize) -> Texts {
    let Some(table) = star.proposal.tables.get(place) else {
        return Texts::default();
    };
    let sums: Vec<_> = table
        .measures
        .iter()
        .filter(|(_, how, _)| *how == Additivity::Additive)
        .flat_map(|(column, ..)| star.proposal.columns(place, &[*column]))
        .collect();
    let key = table.key.as_ref();
    let header = if table.is_header {
        "; the header of another fact"
    } else {
        ""
    };
    let form = star.proposal.editable(place);
    Texts {
        name: table.name.clone(),
        is_ignored: form.is_some_and(|form| form.is_ignored),
        role: name_of(table.role).to_owned(),
        rows: table.rows,
        grain: table.grain.clone(),
        key: key.map_or_else(Vec::new, |key| star.proposal.columns(place, &key.columns)),
        why_key: key.map_or_else(
            || "No column and no combination is unique".to_owned(),
            |key| key.evidence.clone(),
        ),
        why_role: format!("{}{header}", table.evidence),
        sums: sums.join(", "),
    }
}

#[component]
fn Line(shown: Shown, place: usize) -> impl IntoView {
    let texts = shown.part(move |star| texts(star, place));
    let name = texts.with_untracked(|texts| texts.name.clone());
    let of = name.clone();
    let choose = move |role: String| {
        if let Some(role) = role_of(&role) {
            let table = of.clone();
            shown.edit(Edit::Role { table, role });
        }
    };
    let is_open = Memo::new(move |_| shown.open.get() == Some(place));
    let toggle = move |_| open_form(shown, (!is_open.get_untracked()).then_some(place));
    let left_out = move || {
        texts
            .with(|texts| texts.is_ignored)
            .then_some(" (left out)")
    };
    view! {
        <tr>
            <td><code>{name.clone()}</code>{left_out}</td>
            <td>
                <ChoiceField
                    label=format!("Role of {name}")
                    choices=plain(ROLES.map(|(_, name)| name))
                    value=Signal::derive(move || texts.with(|texts| texts.role.clone()))
                    on_change=choose
                />
            </td>
            <td class="number">{move || format::count(texts.with(|texts| texts.rows))}</td>
            <td>{move || texts.with(|texts| texts.grain.clone())}</td>
            <td>{move || codes(texts.with(|texts| texts.key.clone()))}</td>
            <td>{move || texts.with(|texts| texts.why_key.clone())}</td>
            <td>{move || texts.with(|texts| texts.why_role.clone())}</td>
            <td>{move || texts.with(|texts| texts.sums.clone())}</td>
            <td>
                <button
                    type="button"
                    class="quiet"
                    id=format!("star-change-{name}")
                    aria-label=format!("Change {name}")
                    aria-expanded=move || is_open.get().to_string()
                    on:click=toggle
                >
                    "Change"
                </button>
            </td>
        </tr>
    }
}

/// Opens the form of a table in place of another, or closes it. The focus goes to the form.
pub(super) fn open_form(shown: Shown, place: Option<usize>) {
    shown.open.set(place);
    if place.is_some() {
        request_animation_frame(|| focus_on(FORM));
    }
}

/// The roles that a table can be given.
pub(super) const ROLES: [(Role, &str); 3] = [
    (Role::Fact, "fact"),
    (Role::Dimension, "dimension"),
    (Role::Bridge, "bridge"),
];

pub(super) fn role_of(name: &str) -> Option<Role> {
    let found = ROLES.into_iter().find(|(_, known)| *known == name);
    found.map(|(role, _)| role)
}

pub(super) fn name_of(role: Role) -> &'static str {
    let found = ROLES.into_iter().find(|(known, _)| *known == role);
    found.map_or("", |(_, name)| name)
}
