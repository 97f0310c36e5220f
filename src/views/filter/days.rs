//! The days that count: as a period, as two days, or as a range to drag.

use leptos::prelude::*;
use mart::{Days, last_days, periods};

use crate::components::Range;
use crate::workbench::Workbench;

/// The fields for days. Nothing where the mart has no days.
#[component]
pub fn DayFields() -> impl IntoView {
    let workbench = Workbench::from_context();
    let has_days = Memo::new(move |_| workbench.with_model(|model| model.day().is_some()));
    // On a phone the two days and the range take a third of the screen: they are shown on demand.
    let is_open = RwSignal::new(false);
    move || {
        has_days.get().then(|| {
            view! {
                <div class="day-fields" class:open=is_open role="group" aria-label="Days">
                    {move || period(workbench)}
                    <button
                        type="button"
                        class="more-days"
                        aria-expanded=move || is_open.get().to_string()
                        on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
                    >
                        "Days"
                    </button>
                    {day(workbench, "First day", |days| &mut days.first)}
                    {day(workbench, "Last day", |days| &mut days.last)}
                    <button
                        type="button"
                        class="all-days"
                        disabled=move || days(workbench) == Days::default()
                        on:click=move |_| workbench.choose_days(Days::default())
                    >
                        "All days"
                    </button>
                    <div class="range-place">{move || range(workbench)}</div>
                </div>
            }
        })
    }
}

fn days(workbench: Workbench) -> Days {
    workbench
        .dashboard()
        .filter()
        .with(|filter| filter.days.clone())
}

fn day(
    workbench: Workbench,
    label: &'static str,
    of: fn(&mut Days) -> &mut Option<String>,
) -> impl IntoView {
    view! {
        <label class="field day-field">
            {label}
            <input
                type="date"
                min=move || workbench.all_days().first
                max=move || workbench.all_days().last
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
    let last = workbench.all_days().last.unwrap_or_default();
    let presets = StoredValue::new(last_days(&last));
    let last_days = presets.with_value(|presets| {
        let options = presets.iter().map(|preset| {
            let (value, of) = (preset.name.clone(), preset.days.clone());
            let is_chosen = move || days(workbench) == of;
            view! { <option value=value selected=is_chosen>{preset.name.clone()}</option> }
        });
        options.collect_view()
    });
    let choose = move |event| {
        let name = event_target_value(&event);
        let preset = presets.with_value(|presets| {
            let preset = presets.iter().find(|preset| preset.name == name);
            preset.map(|preset| preset.days.clone())
        });
        workbench.choose_days(preset.or_else(|| Days::of(&name)).unwrap_or_default());
    };
    let is_other = move || {
        let days = days(workbench);
        let known = workbench.dashboard().days().with(|known| periods(known));
        let mut known = known.iter().flatten();
        days != Days::default()
            && !known.any(|period| Days::of(period).as_ref() == Some(&days))
            && !presets.with_value(|presets| presets.iter().any(|preset| preset.days == days))
    };
    view! {
        <label class="field">
            "Period"
            <select on:change=choose>
                <option value="" selected=move || days(workbench) == Days::default()>"any"</option>
                <option value="-" disabled hidden selected=is_other>"chosen days"</option>
                <optgroup label="Up to the last day">{last_days}</optgroup>
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
