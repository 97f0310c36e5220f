//! The dimensions that are written out in the rows of tables: which are taken out, and what belongs to each. It must
//! not know how they are found.

use leptos::prelude::*;
use propose::Edit;

use super::Shown;
use super::fields::{CheckField, ChoiceField, TextField};
use crate::components::ScrollX;
use crate::workbench::ProposedStar as Star;

/// The dimensions; nothing where there are none.
#[component]
pub(super) fn Splits(shown: Shown) -> impl IntoView {
    let all = shown.part(|star| {
        let splits = star.proposal.splits.iter().enumerate();
        let all = splits.map(|(place, split)| (place, split.table, split.name.clone()));
        all.collect::<Vec<_>>()
    });
    let has_some = Memo::new(move |_| !all.with(Vec::is_empty));
    view! {
        <Show when=move || has_some.get()>
            <h3>"Dimensions inside the rows"</h3>
            <ScrollX label="Dimensions inside the rows, rows">
                <table aria-label="Dimensions inside the rows">
                    <thead><tr>
                        <th scope="col">"Used"</th>
                        <th scope="col">"Dimension"</th>
                        <th scope="col">"Key"</th>
                        <th scope="col">"Columns that depend on it"</th>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Merge"</th>
                    </tr></thead>
                    <tbody>
                        <For
                            each=move || all.get()
                            key=|line| line.clone()
                            children=move |(place, _, _)| view! { <Line shown place /> }
                        />
                    </tbody>
                </table>
            </ScrollX>
        </Show>
    }
}

/// What a line shows.
#[derive(Clone, Default, PartialEq)]
struct Texts {
    table: String,
    name: String,
    key: String,
    columns: Vec<(String, String)>,
    is_used: bool,
    /// The other dimensions of the table.
    others: Vec<String>,
}

fn texts(star: &Star, place: usize) -> Texts {
    let Some(split) = star.proposal.splits.get(place) else {
        return Texts::default();
    };
    let table = star.proposal.tables.get(split.table);
    let columns = split.columns.iter().map(|(column, why)| {
        let name = star.proposal.columns(split.table, &[*column]).join(", ");
        (name, why.clone())
    });
    let others =
        star.proposal.splits.iter().filter(|other| {
            other.is_used && other.table == split.table && other.name != split.name
        });
    Texts {
        table: table.map(|table| table.name.clone()).unwrap_or_default(),
        name: split.name.clone(),
        key: star.proposal.columns(split.table, &[split.key]).join(", "),
        columns: columns.collect(),
        is_used: split.is_used,
        others: others.map(|other| other.name.clone()).collect(),
    }
}

#[component]
fn Line(shown: Shown, place: usize) -> impl IntoView {
    let texts = shown.part(move |star| texts(star, place));
    let Texts {
        table, name, key, ..
    } = texts.get_untracked();
    let of = StoredValue::new((table.clone(), name.clone()));
    let use_it = move |is_used: bool| {
        let (table, name) = of.get_value();
        shown.edit(Edit::Split {
            table,
            name,
            is_used,
        });
    };
    let rename = move |name: String| {
        let (table, split) = of.get_value();
        shown.edit(Edit::RenameSplit { table, split, name });
    };
    let merge = move |into: String| {
        let (table, name) = of.get_value();
        if !into.is_empty() {
            shown.edit(Edit::Merge { table, name, into });
        }
    };
    let columns = move || {
        let columns = texts.with(|texts| texts.columns.clone()).into_iter();
        columns
            .map(|(name, why)| view! { <li><code>{name}</code>": "{why}</li> })
            .collect_view()
    };
    let others = Signal::derive(move || {
        let mut choices = vec![(String::new(), "into …".to_owned())];
        let others = texts.with(|texts| texts.others.clone());
        choices.extend(others.into_iter().map(|name| (name.clone(), name)));
        choices
    });
    view! {
        <tr>
            <td>
                <CheckField
                    label=format!("Take {name} out of {table}")
                    value=Signal::derive(move || texts.with(|texts| texts.is_used))
                    on_change=use_it
                />
            </td>
            <td>{name.clone()}</td>
            <td><code>{key}</code></td>
            <td><ul class="plain">{columns}</ul></td>
            <td>
                <TextField
                    label=format!("Name of the dimension {name}")
                    value=name.clone()
                    on_change=rename
                />
            </td>
            <td>
                <ChoiceField
                    label=format!("Merge {name} into")
                    choices=others
                    value=String::new()
                    on_change=merge
                />
            </td>
        </tr>
    }
}
