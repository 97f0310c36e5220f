//! The filters of the dashboard: days, and values of attributes.

use leptos::prelude::*;
use mart::{Attribute, Days, periods};

use crate::components::{Picking, Range};
use crate::workbench::{MOST_VALUES, Workbench};

/// The filters, which limit all answers.
#[component]
pub fn Filters() -> impl IntoView {
    let workbench = Workbench::from_context();
    let known = Memo::new(move |_| workbench.attributes());
    let choose = move |chosen: Option<Attribute>| {
        if let Some(chosen) = chosen {
            workbench.toggle_filter(chosen);
        }
    };
    let groups = move || {
        let values = workbench.dashboard().values().get();
        let groups = values.into_iter();
        groups
            .map(|(attribute, values)| group(workbench, attribute, values))
            .collect_view()
    };
    let nothing = Signal::derive(|| None::<String>);
    view! {
        <div class="fields" role="group" aria-label="Days">
            {move || period(workbench)}
            {day(workbench, "First day", |days| &mut days.first)}
            {day(workbench, "Last day", |days| &mut days.last)}
            <button
                type="button"
                disabled=move || days(workbench) == Days::default()
                on:click=move |_| workbench.choose_days(Days::default())
            >
                "All days"
            </button>
            <Choice label="Filter by" known chosen=nothing choose />
        </div>
        {move || range(workbench)}
        {groups}
    }
}

/// A click on a value of a chart filters the other answers by it.
pub fn picking(workbench: Workbench) -> Picking {
    Picking {
        pick: Callback::new(move |picked: Vec<_>| workbench.pick(&picked)),
        picked: Memo::new(move |_| {
            workbench.dashboard().question().with(|question| {
                let only = question.filter.only.iter();
                only.flat_map(|(attribute, values)| {
                    let of = |value: &String| (attribute.name().to_owned(), value.clone());
                    values.iter().map(of).collect::<Vec<_>>()
                })
                .collect()
            })
        })
        .into(),
    }
}

fn days(workbench: Workbench) -> Days {
    workbench
        .dashboard()
        .question()
        .with(|question| question.filter.days.clone())
}

fn day(
    workbench: Workbench,
    label: &'static str,
    of: fn(&mut Days) -> &mut Option<String>,
) -> impl IntoView {
    view! {
        <label class="field">
            {label}
            <input
                type="date"
                prop:value=move || of(&mut days(workbench)).clone().unwrap_or_default()
                on:input=move |event| {
                    let mut days = days(workbench);
                    *of(&mut days) = Some(event_target_value(&event)).filter(|day| !day.is_empty());
                    workbench.choose_days(days);
                }
            />
        </label>
    }
}

/// Chooses the days of a year, a quarter or a month.
fn period(workbench: Workbench) -> impl IntoView {
    let groups = workbench.dashboard().days().with(|known| periods(known));
    let groups = groups
        .into_iter()
        .zip(["Years", "Quarters", "Months"])
        .map(|(periods, label)| {
            let options = periods
                .into_iter()
                .map(|period| {
                    let of = Days::of(&period);
                    let is_chosen = move || Some(days(workbench)) == of;
                    let value = period.clone();
                    view! { <option value=value selected=is_chosen>{period}</option> }
                })
                .collect_view();
            view! { <optgroup label=label>{options}</optgroup> }
        })
        .collect_view();
    view! {
        <label class="field">
            "Period"
            <select on:change=move |event| {
                workbench.choose_days(Days::of(&event_target_value(&event)).unwrap_or_default());
            }>
                <option value="" selected=true>"any"</option>
                {groups}
            </select>
        </label>
    }
}

/// The days as a range to drag, where there are several.
fn range(workbench: Workbench) -> Option<AnyView> {
    let known = workbench.dashboard().days().get();
    let last = known.len().checked_sub(1).filter(|last| *last > 0)?;
    let known = StoredValue::new(known);
    let chosen = Signal::derive(move || {
        let days = days(workbench);
        known.with_value(|known| {
            let first = days
                .first
                .map_or(0, |day| known.partition_point(|other| *other < day));
            let end = days
                .last
                .map_or(last + 1, |day| known.partition_point(|other| *other <= day));
            [first.min(last), end.saturating_sub(1)]
        })
    });
    let choose = Callback::new(move |[first, end]: [usize; 2]| {
        let day = |at: usize| known.with_value(|known| known.get(at).cloned());
        workbench.choose_days(Days {
            first: day(first).filter(|_| first > 0),
            last: day(end).filter(|_| end < last),
        });
    });
    let text = Callback::new(move |at: usize| {
        known.with_value(|known| known.get(at).cloned().unwrap_or_default())
    });
    Some(view! { <Range labels=["Drag the first day", "Drag the last day"] last chosen choose text /> }.into_any())
}

fn group(workbench: Workbench, attribute: Attribute, mut values: Vec<String>) -> AnyView {
    let name = in_sentence(attribute.label());
    let more = (values.len() > MOST_VALUES)
        .then(|| format!("The first {MOST_VALUES} values; others can be chosen in a chart."));
    values.truncate(MOST_VALUES);
    let of = attribute.clone();
    let is_chosen = move |of: &Attribute, value: &str| {
        let question = workbench.dashboard().question();
        question.with(|question| question.filter.has(of, value))
    };
    // A value that was chosen in a chart may be missing from the first ones.
    let shown = Memo::new(move |_| {
        let mut shown = values.clone();
        workbench.dashboard().question().with(|question| {
            let only = question.filter.only.iter();
            for chosen in only
                .filter(|(known, _)| *known == of)
                .flat_map(|(_, values)| values)
            {
                if !shown.contains(chosen) {
                    shown.insert(0, chosen.clone());
                }
            }
        });
        shown
    });
    let of_buttons = attribute.clone();
    let buttons = move || {
        let button = |value: String| {
            let picked = vec![(of_buttons.name().to_owned(), value.clone())];
            let (of, text) = (of_buttons.clone(), value.clone());
            view! {
                <button
                    type="button"
                    class="quiet"
                    aria-pressed=move || is_chosen(&of, &value).to_string()
                    on:click=move |_| workbench.pick(&picked)
                >
                    {text}
                </button>
            }
        };
        shown.get().into_iter().map(button).collect_view()
    };
    let label = format!("Only these of {name}");
    view! {
        <div class="buttons" role="group" aria-label=label>
            <span class="lead">{name.clone()}</span>
            {buttons}
            <button
                type="button"
                class="quiet"
                aria-label=format!("Do not filter by {name}")
                on:click=move |_| workbench.toggle_filter(attribute.clone())
            >
                "×"
            </button>
            <span class="lead">{more}</span>
        </div>
    }
    .into_any()
}

/// A choice of an attribute, or of none.
#[component]
pub fn Choice(
    label: &'static str,
    known: Memo<Vec<Attribute>>,
    #[prop(into)] chosen: Signal<Option<String>>,
    #[prop(into)] choose: Callback<Option<Attribute>>,
) -> impl IntoView {
    let on_change = move |event| {
        let name = event_target_value(&event);
        choose
            .run(known.with_untracked(|known| known.iter().find(|by| by.name() == name).cloned()));
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
            <select on:change=on_change>
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
