//! Questions to the star without SQL, and the days that all answers are of.

use leptos::prelude::*;
use mart::ask::{Attribute, Days, Measure};

use crate::components::{Chart, Grid, Panel};
use crate::route;
use crate::workbench::{MOST_VALUES, Workbench};

/// The days that every answer is of.
#[component]
pub fn DaysInUse() -> impl IntoView {
    let workbench = Workbench::from_context();
    let days = move || {
        workbench
            .asking
            .question
            .with(|question| question.days.clone())
    };
    let choose = move |label: &'static str, of: fn(&mut Days) -> &mut Option<String>| {
        view! {
            <label class="field">
                {label}
                <input
                    type="date"
                    prop:value=move || of(&mut days()).clone().unwrap_or_default()
                    on:input=move |event| {
                        let mut days = days();
                        *of(&mut days) = Some(event_target_value(&event)).filter(|day| !day.is_empty());
                        workbench.choose_days(days);
                    }
                />
            </label>
        }
    };
    view! {
        <div class="fields" role="group" aria-label="Days">
            {choose("First day", |days| &mut days.first)}
            {choose("Last day", |days| &mut days.last)}
            <button
                type="button"
                disabled=move || days() == Days::default()
                on:click=move |_| workbench.choose_days(Days::default())
            >
                "All days"
            </button>
        </div>
    }
}

/// A question to the star, and its answer.
#[component]
pub fn AskTheStar() -> impl IntoView {
    let workbench = Workbench::from_context();
    let asking = workbench.asking;
    // Asked anew after every build.
    Effect::new(move || {
        if workbench.built.with(Option::is_some) {
            workbench.ask_again();
        }
    });
    let is_calm = workbench.is_calm();
    let known = StoredValue::new(untrack(|| workbench.attributes()));
    let sql = Memo::new(move |_| workbench.question_sql().unwrap_or_default());
    view! {
        <Panel heading="Ask the star">
            <div class="fields">
                {Measure::ALL.map(|measure| measured(workbench, measure)).collect_view()}
                <By known place=0 label="By" />
                <By known place=1 label="And by" />
                <Top />
            </div>
            <Only known />
            <div class="answer-body">
                <div><Grid caption="Answer from the star" rows=asking.rows /></div>
                <Chart title="Answer from the star" stem="answer_from_the_star" rows=asking.rows is_calm />
            </div>
            <p><a href=move || route::address_of_query(&sql.get())>"Open in SQL"</a></p>
            <details>
                <summary>"SQL"</summary>
                <pre tabindex="0"><code>{sql}</code></pre>
            </details>
        </Panel>
    }
}

fn measured(workbench: Workbench, measure: Measure) -> impl IntoView {
    let is_asked = move || {
        workbench
            .asking
            .question
            .with(|question| question.measures.contains(&measure))
    };
    view! {
        <label class="switch">
            <input
                type="checkbox"
                prop:checked=is_asked
                on:change=move |event| {
                    let is_asked = event_target_checked(&event);
                    workbench.change_question(|question| {
                        question.measures.retain(|other| *other != measure);
                        if is_asked {
                            question.measures.push(measure);
                            question.measures.sort_unstable();
                        }
                    });
                }
            />
            {measure.to_string()}
        </label>
    }
}

/// What the sales are told apart by, in the first place or the second.
#[component]
fn By(known: StoredValue<Vec<Attribute>>, place: usize, label: &'static str) -> impl IntoView {
    let workbench = Workbench::from_context();
    let chosen = move || {
        workbench
            .asking
            .question
            .with(|question| question.by.get(place).map(|by| by.name.clone()))
    };
    let choose = move |event| {
        let name = event_target_value(&event);
        let chosen = known.with_value(|known| known.iter().find(|by| by.name == name).cloned());
        workbench.change_question(|question| {
            if place < question.by.len() {
                question.by.remove(place);
            }
            if let Some(chosen) = chosen
                && !question.by.contains(&chosen)
            {
                question.by.insert(place.min(question.by.len()), chosen);
            }
        });
    };
    view! { <Choice label known chosen choose /> }
}

/// A choice of an attribute, or of none.
#[component]
fn Choice(
    label: &'static str,
    known: StoredValue<Vec<Attribute>>,
    #[prop(into)] chosen: Signal<Option<String>>,
    #[prop(into)] choose: Callback<leptos::ev::Event>,
) -> impl IntoView {
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
            <select on:change=move |event| choose.run(event)>
                <option value="" prop:selected=move || chosen.with(Option::is_none)>"nothing"</option>
                {options}
            </select>
        </label>
    }
}

#[component]
fn Top() -> impl IntoView {
    let workbench = Workbench::from_context();
    let top = move || {
        let top = workbench.asking.question.with(|question| question.top);
        top.map(|top| top.to_string()).unwrap_or_default()
    };
    view! {
        <label class="field">
            "Only the top"
            <input
                type="number"
                min="1"
                size="6"
                placeholder="all"
                prop:value=top
                on:input=move |event| {
                    let top = event_target_value(&event).parse().ok().filter(|top| *top > 0);
                    workbench.change_question(|question| question.top = top);
                }
            />
        </label>
    }
}

/// The values that count, of the attributes that were chosen.
#[component]
fn Only(known: StoredValue<Vec<Attribute>>) -> impl IntoView {
    let workbench = Workbench::from_context();
    let choose = move |event| {
        let name = event_target_value(&event);
        let chosen = known.with_value(|known| known.iter().find(|by| by.name == name).cloned());
        if let Some(chosen) = chosen {
            workbench.limit_by(chosen);
        }
    };
    let groups = move || {
        let values = workbench.asking.values.get();
        let groups = values.into_iter();
        groups
            .map(|(attribute, values)| group(workbench, attribute, &values))
            .collect_view()
    };
    let nothing = Signal::derive(|| None::<String>);
    view! {
        <div class="fields">
            <Choice label="Filter by" known chosen=nothing choose />
        </div>
        {groups}
    }
}

fn group(workbench: Workbench, attribute: Attribute, values: &[String]) -> AnyView {
    let name = attribute.name.replace('_', " ");
    let buttons: Vec<_> = values
        .iter()
        .take(MOST_VALUES)
        .map(|value| {
            let (of, shown, of_pressed) = (attribute.clone(), value.clone(), attribute.clone());
            let (value, pressed) = (value.clone(), value.clone());
            let is_pressed = move || {
                workbench.asking.question.with(|question| {
                    question
                        .only
                        .iter()
                        .any(|(known, values)| *known == of_pressed && values.contains(&pressed))
                })
            };
            view! {
                <button
                    type="button"
                    class="quiet"
                    aria-pressed=move || is_pressed().to_string()
                    on:click=move |_| workbench.toggle_value(&of, &value)
                >
                    {shown}
                </button>
            }
            .into_any()
        })
        .collect();
    let more = (values.len() > MOST_VALUES)
        .then(|| format!("The first {MOST_VALUES} values; others can be asked for in SQL."));
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
