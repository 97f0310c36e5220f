//! The filter bar: the days and the values that all answers are of, and what is active of them.

mod days;
mod values;

use leptos::prelude::*;
use mart::{Attribute, Days, Filter, Selection};

use crate::components::{Picking, focus_on};
use crate::workbench::Workbench;

use days::DayFields;
use values::ValuePanel;

/// The id of the list that begins a filter: the focus returns to it.
const FILTER_BY: &str = "filter-by";

/// The filters, which limit all answers.
#[component]
pub fn FilterBar() -> impl IntoView {
    let workbench = Workbench::from_context();
    let known = Memo::new(move |_| workbench.attributes());
    let choose = move |chosen: Option<Attribute>| {
        if let Some(chosen) = chosen {
            workbench.offer_values(chosen);
        }
    };
    let nothing = Signal::derive(|| None::<String>);
    view! {
        <div class="filters" role="group" aria-label="Filters">
            <div class="filter-fields">
                <DayFields />
                <Choice label="Filter by" id=FILTER_BY known chosen=nothing choose />
            </div>
            <Chips />
            <ValuePanel />
        </div>
    }
}

/// What is active of the filter, each part to be removed.
#[component]
fn Chips() -> impl IntoView {
    let workbench = Workbench::from_context();
    let filter = workbench.dashboard().filter();
    let words = Memo::new(move |_| filter.with(Filter::words));
    let says = move || {
        words.with(|words| {
            if words.is_empty() {
                "Not filtered".to_owned()
            } else {
                format!("Filtered: {words}")
            }
        })
    };
    let chips = move || {
        filter.with(|filter| {
            let days = filter.days.words();
            let of_days = (!days.is_empty()).then(|| {
                let label = if filter.days.is_crossed() {
                    format!("{days}: the first day is after the last one")
                } else {
                    days
                };
                chip(label, move || workbench.choose_days(Days::default()))
            });
            let selections = filter.selections.iter();
            let selections = selections.map(|selection| selected(workbench, selection));
            of_days.into_iter().chain(selections).collect::<Vec<_>>()
        })
    };
    let clear = move |_| {
        workbench.clear_filters();
        focus_on(FILTER_BY);
    };
    view! {
        <div class="chips">
            <p class="visually-hidden" role="status">{says}</p>
            {chips}
            <Show when=move || !words.with(String::is_empty) fallback=|| view! { <span class="lead">"Not filtered: everything is counted"</span> }>
                <button type="button" class="quiet" on:click=clear>"Clear all"</button>
            </Show>
            <span class="lead">{move || outside(workbench)}</span>
        </div>
    }
}

/// The values of an attribute: its name changes them, the cross removes them.
fn selected(workbench: Workbench, selection: &Selection) -> AnyView {
    let attribute = selection.attribute.clone();
    let label = format!("{}: {}", attribute.label(), selection.words());
    chip(label, move || workbench.remove_filter(&attribute))
}

fn chip(label: String, remove: impl Fn() + 'static) -> AnyView {
    view! {
        <button
            type="button"
            class="chip"
            aria-label=format!("Remove filter {label}")
            on:click=move |_| {
                remove();
                focus_on(FILTER_BY);
            }
        >
            {label.clone()}
            <span aria-hidden="true">" ×"</span>
        </button>
    }
    .into_any()
}

/// Says that the chosen days are outside the data.
fn outside(workbench: Workbench) -> Option<String> {
    let days = workbench
        .dashboard()
        .filter()
        .with(|filter| filter.days.clone());
    let all = workbench.all_days();
    let (first, last) = all.first.as_ref().zip(all.last.as_ref())?;
    let is_outside = days.first.as_ref().is_some_and(|day| day > last)
        || days.last.as_ref().is_some_and(|day| day < first);
    is_outside.then(|| format!("The data has the days from {first} to {last}."))
}

/// A click on a value of an answer filters the other answers by it.
pub fn picking(workbench: Workbench) -> Picking {
    Picking {
        pick: Callback::new(move |picked: Vec<_>| workbench.pick(&picked)),
        picked: Memo::new(move |_| {
            workbench.dashboard().filter().with(|filter| {
                let chosen = filter.selections.iter().filter(|one| !one.is_excluded);
                chosen
                    .flat_map(|selection| {
                        let of =
                            |value: &String| (selection.attribute.name().to_owned(), value.clone());
                        selection.values.iter().map(of).collect::<Vec<_>>()
                    })
                    .collect()
            })
        })
        .into(),
    }
}

/// A choice of an attribute, or of none.
#[component]
pub fn Choice(
    label: &'static str,
    /// The id of the list, where something leads to it.
    #[prop(optional, into)]
    id: Option<String>,
    known: Memo<Vec<Attribute>>,
    #[prop(into)] chosen: Signal<Option<String>>,
    #[prop(into)] choose: Callback<Option<Attribute>>,
) -> impl IntoView {
    let list = NodeRef::<leptos::html::Select>::new();
    let on_change = move |event| {
        let name = event_target_value(&event);
        choose
            .run(known.with_untracked(|known| known.iter().find(|by| by.name() == name).cloned()));
        // It shows what is chosen, which need not be what the user has just picked from it.
        if let Some(list) = list.get_untracked() {
            list.set_value(chosen.get_untracked().as_deref().unwrap_or_default());
        }
    };
    let options = move || {
        let known = known.get().into_iter();
        known
            .map(|attribute| {
                let value = attribute.name().to_owned();
                let is_chosen = move || chosen.get().as_ref() == Some(&value);
                view! {
                    <option value=attribute.name().to_owned() prop:selected=is_chosen>
                        {in_sentence(attribute.label())}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <label class="field">
            {label}
            <select id=id node_ref=list on:change=on_change>
                <option value="" prop:selected=move || chosen.with(Option::is_none)>"nothing"</option>
                {options}
            </select>
        </label>
    }
}

/// A label inside a sentence or a list: with a small first letter, unless it is an abbreviation.
pub fn in_sentence(label: &str) -> String {
    let mut letters = label.chars();
    let (first, second) = (letters.next(), letters.next());
    match first {
        Some(first) if !second.is_some_and(char::is_uppercase) => {
            let rest = label.get(first.len_utf8()..).unwrap_or_default();
            first.to_lowercase().collect::<String>() + rest
        }
        _ => label.to_owned(),
    }
}
