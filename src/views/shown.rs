//! How an answer is shown: as a table, as a chart, or both. It must not know what it is of.

use leptos::prelude::*;

use crate::workbench::Workbench;

/// The ways, by the words that stand in an address.
const WAYS: [(&str, &str); 3] = [
    ("both", "Table and chart"),
    ("table", "Table"),
    ("chart", "Chart"),
];

/// How an answer of this name is shown.
pub fn shown(workbench: Workbench, answer: &str) -> Memo<&'static str> {
    let answer = answer.to_owned();
    let views = workbench.dashboard().views();
    Memo::new(move |_| {
        let chosen = views.of(&answer);
        let known = WAYS.iter().find(|(way, _)| chosen.as_deref() == Some(way));
        known.map_or("both", |(way, _)| way)
    })
}

/// Chooses how an answer of this name is shown.
#[component]
pub fn ShowAs(
    /// The name of the answer in the address.
    answer: String,
    /// The name of the answer on the page.
    label: String,
) -> impl IntoView {
    let workbench = Workbench::from_context();
    let shown = shown(workbench, &answer);
    let options = WAYS
        .map(|(way, name)| {
            view! { <option value=way prop:selected=move || shown.get() == way>{name}</option> }
        })
        .collect_view();
    view! {
        <select
            class="quiet"
            aria-label=format!("Show {label} as")
            on:change=move |event| workbench.dashboard().views().choose(&answer, &event_target_value(&event))
        >
            {options}
        </select>
    }
}
