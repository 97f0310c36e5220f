//! Which sales all answers are of: their days, and the values of what they are told apart by.

use leptos::prelude::*;
use mart::ask::{Attribute, Days, periods};

use crate::components::{Picking, Range};
use crate::workbench::{MOST_VALUES, Workbench};

/// Chooses the sales that count.
#[component]
pub fn SalesThatCount() -> impl IntoView {
    let workbench = Workbench::from_context();
    // There may be others after a build.
    Effect::new(move || {
        if workbench.built.with(Option::is_some) {
            workbench.learn_days();
        }
    });
    let known = StoredValue::new(untrack(|| workbench.attributes()));
    let choose = move |chosen: Option<Attribute>| {
        if let Some(chosen) = chosen {
            workbench.limit_by(chosen);
        }
    };
    let groups = move || {
        let values = workbench.asking.values.get();
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

/// What a click on a value of a chart does: the other answers are of that value alone.
pub fn picking(workbench: Workbench) -> Picking {
    Picking {
        pick: Callback::new(move |picked: Vec<_>| workbench.pick(&picked)),
        picked: Memo::new(move |_| {
            workbench.asking.question.with(|question| {
                let only = question.filter.only.iter();
                only.flat_map(|(attribute, values)| {
                    let of = |value: &String| (attribute.name.clone(), value.clone());
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
        .asking
        .question
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

/// A year, a quarter or a month as the days.
fn period(workbench: Workbench) -> impl IntoView {
    let groups = workbench.asking.days.with(|known| periods(known));
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

/// The days as a range to drag; nothing where there is none.
fn range(workbench: Workbench) -> Option<AnyView> {
    let known = workbench.asking.days.get();
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
    let name = attribute.name.replace('_', " ");
    let more = (values.len() > MOST_VALUES)
        .then(|| format!("The first {MOST_VALUES} values; others can be chosen in a chart."));
    values.truncate(MOST_VALUES);
    let of = attribute.clone();
    let is_chosen = move |of: &Attribute, value: &str| {
        let question = workbench.asking.question;
        question.with(|question| question.filter.has(of, value))
    };
    // A value that was chosen in a chart may be none of the first ones.
    let shown = Memo::new(move |_| {
        let mut shown = values.clone();
        workbench.asking.question.with(|question| {
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
            let picked = vec![(of_buttons.name.clone(), value.clone())];
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
                on:click=move |_| workbench.limit_by(attribute.clone())
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
    known: StoredValue<Vec<Attribute>>,
    #[prop(into)] chosen: Signal<Option<String>>,
    #[prop(into)] choose: Callback<Option<Attribute>>,
) -> impl IntoView {
    let on_change = move |event| {
        let name = event_target_value(&event);
        choose.run(known.with_value(|known| known.iter().find(|by| by.name == name).cloned()));
    };
    let options = known.with_value(|known| {
        let names = known.iter().map(|attribute| attribute.name.clone());
        names
            .map(|name| {
                let value = name.clone();
                let is_chosen = move || chosen.get().as_ref() == Some(&value);
                view! { <option value=name.clone() prop:selected=is_chosen>{name.replace('_', " ")}</option> }
            })
            .collect_view()
    });
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
