//! The values of an attribute, to filter by: a list to search, several at once, counted or excluded.

use std::collections::BTreeMap;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use mart::{Attribute, Filter};

use super::{FILTER_BY, in_sentence};
use crate::components::focus_on;
use crate::format;
use crate::workbench::{MOST_VALUES, Workbench};

/// The panel over the page, while the values of an attribute are offered.
#[component]
pub fn ValuePanel() -> impl IntoView {
    let workbench = Workbench::from_context();
    let attribute = workbench.dashboard().offered().attribute();
    move || attribute.get().map(|attribute| panel(workbench, attribute))
}

fn panel(workbench: Workbench, attribute: Attribute) -> impl IntoView {
    let name = in_sentence(attribute.label());
    let offered = workbench.dashboard().offered();
    let filter = workbench.dashboard().filter();
    let is_excluded = RwSignal::new(
        filter.with_untracked(|filter| filter.of(&attribute).is_some_and(|one| one.is_excluded)),
    );
    let attribute = StoredValue::new(attribute);
    let chosen = Memo::new(move |_| {
        let of = |filter: &Filter| attribute.with_value(|attribute| filter.of(attribute).cloned());
        filter
            .with(of)
            .map_or_else(Vec::new, |selection| selection.values)
    });
    let choose = move |values: Vec<String>| {
        let is_excluded = is_excluded.get_untracked();
        attribute.with_value(|attribute| workbench.choose_values(attribute, &values, is_excluded));
    };
    let close = move || {
        workbench.close_offer();
        focus_on(FILTER_BY);
    };
    let search = NodeRef::<leptos::html::Input>::new();
    Effect::new(move || {
        if let Some(search) = search.get() {
            // Where it cannot have the focus, the list is used by pointer.
            drop(search.focus());
        }
    });
    let exclude = move |event| {
        is_excluded.set(event_target_checked(&event));
        choose(chosen.get_untracked());
    };
    view! {
        <div
            class="value-panel"
            role="dialog"
            aria-label=format!("Filter by {name}")
            on:keydown=move |event: KeyboardEvent| {
                if event.key() == "Escape" {
                    close();
                }
            }
        >
            <div class="fields">
                <label class="field">
                    {format!("Search {name}")}
                    <input
                        type="search"
                        node_ref=search
                        prop:value=offered.search()
                        on:input=move |event| workbench.search_values(&event_target_value(&event))
                    />
                </label>
                <label class="switch">
                    <input type="checkbox" prop:checked=is_excluded on:change=exclude />
                    "Exclude the chosen values"
                </label>
            </div>
            <ul class="value-list" aria-label=format!("Values of {name}")>
                {move || values(workbench, chosen, choose)}
            </ul>
            <p class="lead">{move || more(workbench)}</p>
            <div class="buttons">
                <button type="button" on:click=move |_| choose(Vec::new())>"None"</button>
                <button type="button" class="primary" on:click=move |_| close()>"Done"</button>
            </div>
        </div>
    }
}

/// The offered values, after those that are chosen and not offered.
fn values(
    workbench: Workbench,
    chosen: Memo<Vec<String>>,
    choose: impl Fn(Vec<String>) + Copy + 'static,
) -> Option<Vec<AnyView>> {
    let offered = workbench.dashboard().offered();
    let search = offered.search().get();
    let mut known = offered.values().get()?;
    known.truncate(MOST_VALUES);
    let counts: BTreeMap<_, _> = known.iter().cloned().collect();
    let is_missing = |value: &String| search.is_empty() && !counts.contains_key(value);
    let missing = chosen.get_untracked().into_iter().filter(is_missing);
    let missing = missing.map(|value| (value, None));
    let all = missing.chain(known.into_iter().map(|(value, facts)| (value, Some(facts))));
    let lines = all.enumerate().map(|(at, (value, facts))| {
        let id = format!("facts-{at}");
        let of = value.clone();
        let is_chosen = move || chosen.with(|chosen| chosen.contains(&of));
        let text = value.clone();
        let toggle = move |event| {
            let mut values = chosen.get_untracked();
            values.retain(|other| *other != value);
            if event_target_checked(&event) {
                values.push(value.clone());
            }
            choose(values);
        };
        view! {
            <li>
                <label class="switch">
                    <input type="checkbox" aria-describedby=id.clone() prop:checked=is_chosen on:change=toggle />
                    <span>{text}</span>
                </label>
                <span id=id class="lead">{facts.map(format::count)}</span>
            </li>
        }
        .into_any()
    });
    Some(lines.collect())
}

/// Says what is not in the list.
fn more(workbench: Workbench) -> String {
    let offered = workbench.dashboard().offered();
    offered
        .values()
        .with(|values| match values.as_ref().map(Vec::len) {
            None => "Counting…".to_owned(),
            Some(0) => "No value contains this text.".to_owned(),
            Some(number) if number > MOST_VALUES => {
                format!(
                    "The first {MOST_VALUES} values, the most frequent first. Search for others."
                )
            }
            Some(_) => "All values, the most frequent first.".to_owned(),
        })
}
