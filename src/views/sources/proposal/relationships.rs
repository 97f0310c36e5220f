//! The relationships of a proposed star, those that are used and those that are offered. It must not know how they are
//! found.

use leptos::prelude::*;
use propose::Edit;

use super::fields::CheckField;
use super::relate::Relate;
use super::{Shown, codes};
use crate::components::{ScrollX, gradually};
use crate::format;
use crate::workbench::ProposedStar as Star;

/// The relationships.
#[component]
pub(super) fn Relationships(shown: Shown) -> impl IntoView {
    // An added one takes the place of another after an undo.
    let all = shown.part(|star| {
        let all = star.proposal.relationships.iter().map(|one| {
            let ((from, columns), to) = star.proposal.ends(one);
            format!("{from}.{} to {to}", columns.join(", "))
        });
        all.enumerate().collect::<Vec<_>>()
    });
    let drawn = gradually(Signal::derive(move || all.with(Vec::len)));
    let is_empty = Memo::new(move |_| all.with(Vec::is_empty));
    let lines = move || all.get().into_iter().take(drawn.get());
    view! {
        <Show
            when=move || !is_empty.get()
            fallback=|| view! { <p class="lead">"No column refers to the key of another table."</p> }
        >
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
                    <tbody>
                        <For each=lines key=|line| line.clone() children=move |(place, name)| view! { <Line shown place name /> } />
                    </tbody>
                </table>
            </ScrollX>
        </Show>
        <Relate shown />
    }
}

/// What a line shows.
#[derive(Clone, Default, PartialEq)]
struct Texts {
    from: String,
    columns: Vec<String>,
    to: String,
    key: Vec<String>,
    is_used: bool,
    confidence: String,
    missing: u64,
    empty: u64,
    evidence: String,
}

fn texts(star: &Star, place: usize) -> Texts {
    let Some(one) = star.proposal.relationships.get(place) else {
        return Texts::default();
    };
    let ((from, columns), to) = star.proposal.ends(one);
    Texts {
        from,
        columns,
        to,
        key: star.proposal.columns(one.to, &one.to_columns),
        is_used: one.is_proposed(),
        confidence: format!("{:.0} %", one.confidence * 100.0),
        missing: one.missing_rows,
        empty: one.empty_rows,
        evidence: one.evidence.clone(),
    }
}

#[component]
fn Line(shown: Shown, place: usize, name: String) -> impl IntoView {
    let texts = shown.part(move |star| texts(star, place));
    let use_it = move |is_used: bool| {
        let Texts {
            from, columns, to, ..
        } = texts.get_untracked();
        shown.edit(Edit::Relationship {
            from,
            columns,
            to,
            is_used,
        });
    };
    let Texts {
        from, columns, to, ..
    } = texts.get_untracked();
    view! {
        <tr id=format!("star-relationship-{place}") tabindex="-1">
            <td>
                <CheckField
                    label=format!("Use {name}")
                    value=Signal::derive(move || texts.with(|texts| texts.is_used))
                    on_change=use_it
                />
            </td>
            <td><code>{from}</code>" by "{codes(columns)}</td>
            <td><code>{to}</code>" by "{move || codes(texts.with(|texts| texts.key.clone()))}</td>
            <td class="number">{move || texts.with(|texts| texts.confidence.clone())}</td>
            <td class="number">{move || format::count(texts.with(|texts| texts.missing))}</td>
            <td class="number">{move || format::count(texts.with(|texts| texts.empty))}</td>
            <td>{move || texts.with(|texts| texts.evidence.clone())}</td>
        </tr>
    }
}
