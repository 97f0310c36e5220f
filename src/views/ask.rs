//! Questions to the star without SQL.

use leptos::prelude::*;
use mart::ask::{Attribute, Measure};

use crate::components::{Chart, Grid, Panel};
use crate::route;
use crate::workbench::Workbench;

use super::filter::{Choice, picking};

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
        <Panel heading="Ask the star" id=asking.star.heading>
            <div class="fields">
                {Measure::ALL.map(|measure| measured(workbench, measure)).collect_view()}
                <By known place=0 label="By" />
                <By known place=1 label="And by" />
                <Top />
            </div>
            <div class="answer"><div class="answer-body">
                <div><Grid caption="Answer from the star" rows=asking.star.rows /></div>
                <Chart title="Answer from the star" stem="answer_from_the_star" rows=asking.star.rows is_calm picking=picking(workbench) />
            </div></div>
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
                        let asked = |other: &Measure| {
                            if *other == measure { is_asked } else { question.measures.contains(other) }
                        };
                        question.measures = Measure::ALL.into_iter().filter(asked).collect();
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
    let choose = move |chosen: Option<Attribute>| {
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
