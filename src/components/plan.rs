//! The plan of a query as a tree to read, from what EXPLAIN answers in JSON. No JavaScript value
//! leaves this file. It must not know what the steps of a plan are.

use js_sys::{Array, JSON, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};

/// A step, and the steps that it takes its rows from.
struct Step {
    name: String,
    details: Vec<String>,
    from: Vec<Self>,
}

impl Step {
    fn of(value: &JsValue) -> Self {
        let text = |name: &str| field(value, name).as_string();
        let number = |name: &str| field(value, name).as_f64();
        let name = text("name").or_else(|| text("operator_name"));
        let mut details = Vec::new();
        if let Some(rows) = number("operator_cardinality") {
            details.push(format!("{rows} rows"));
        }
        if let Some(seconds) = number("operator_timing") {
            details.push(crate::format::duration(seconds * 1_000.0));
        }
        if let Some(extra) = field(value, "extra_info").dyn_ref::<Object>() {
            for entry in Object::entries(extra).iter() {
                let entry: Array = entry.unchecked_into();
                let said = entry.get(1);
                let said = match said.dyn_ref::<Array>() {
                    Some(list) => list.join(", ").into(),
                    None => said.as_string().unwrap_or_default(),
                };
                if !said.is_empty() {
                    let what = entry.get(0).as_string().unwrap_or_default();
                    details.push(format!("{what}: {said}"));
                }
            }
        }
        Self {
            name: name.unwrap_or_else(|| "Query".to_owned()).trim().to_owned(),
            details,
            from: Self::all_of(&field(value, "children")),
        }
    }

    fn all_of(value: &JsValue) -> Vec<Self> {
        value
            .dyn_ref::<Array>()
            .map(|steps| steps.iter().map(|step| Self::of(&step)).collect())
            .unwrap_or_default()
    }
}

fn field(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A plan. What is no JSON is shown as it is.
#[component]
pub fn Plan(
    /// What EXPLAIN has answered.
    answer: String,
) -> impl IntoView {
    match JSON::parse(&answer) {
        Ok(plan) => {
            let steps = if plan.is_instance_of::<Array>() {
                Step::all_of(&plan)
            } else {
                vec![Step::of(&plan)]
            };
            view! { <ul class="plan" aria-label="Query plan">{draw(steps)}</ul> }.into_any()
        }
        Err(_) => view! { <pre tabindex="0" aria-label="Query plan"><code>{answer}</code></pre> }
            .into_any(),
    }
}

fn draw(steps: Vec<Step>) -> Vec<AnyView> {
    steps
        .into_iter()
        .map(|step| {
            let details = step
                .details
                .into_iter()
                .map(|line| view! { <span class="plan-detail">{line}</span> })
                .collect_view();
            let from = (!step.from.is_empty()).then(|| view! { <ul>{draw(step.from)}</ul> });
            view! { <li><strong>{step.name}</strong>{details}{from}</li> }.into_any()
        })
        .collect()
}
