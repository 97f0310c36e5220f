//! The metrics of a proposed star, and the form that adds one or changes it, with its value while it is typed. It must
//! not know how an expression is read.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use mart::{NumberFormat, Role};
use propose::{ChosenMetric, Edit};

use super::Shown;
use super::fields::{ChoiceField, plain};
use crate::components::{ScrollX, focus_on, gradually};
use crate::workbench::{MetricPreview, ProposedStar as Star};

/// The id of the field of the label.
const LABEL: &str = "star-metric-label";
/// The id of what is said about the expression.
const SAID: &str = "star-metric-said";

/// The metric that is typed. A copy is another handle to the same.
#[derive(Clone, Copy)]
struct Typed {
    table: RwSignal<String>,
    label: RwSignal<String>,
    expression: RwSignal<String>,
    format: RwSignal<String>,
    /// The name of the metric that is changed; empty for a new one.
    name: RwSignal<String>,
    is_open: RwSignal<bool>,
}

/// A metric of the document: its name, label, table, expression and format.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
struct Known {
    name: String,
    label: String,
    table: String,
    expression: String,
    format: String,
}

const FORMATS: [(NumberFormat, &str); 4] = [
    (NumberFormat::Number, "number"),
    (NumberFormat::Whole, "whole number"),
    (NumberFormat::Money, "money"),
    (NumberFormat::Percent, "percent"),
];

fn format_of(name: &str) -> NumberFormat {
    let found = FORMATS.into_iter().find(|(_, known)| *known == name);
    found.map_or(NumberFormat::Number, |(format, _)| format)
}

fn known(star: &Star) -> Vec<Known> {
    let Ok(written) = &star.written else {
        return Vec::new();
    };
    let metrics = written.document.metrics.iter();
    let known = metrics.map(|metric| {
        let place = star.proposal.table_of(&metric.dataset);
        let table = place.and_then(|(place, _)| star.proposal.tables.get(place));
        let format = FORMATS.iter().find(|(format, _)| *format == metric.format);
        Known {
            name: metric.name.clone(),
            label: metric.label.clone().unwrap_or_else(|| metric.name.clone()),
            table: table.map(|table| table.name.clone()).unwrap_or_default(),
            expression: metric.expression.clone(),
            format: format.map_or_else(String::new, |(_, name)| (*name).to_owned()),
        }
    });
    known.collect()
}

/// The metrics.
#[component]
pub(super) fn Metrics(shown: Shown) -> impl IntoView {
    let typed = Typed {
        table: RwSignal::new(String::new()),
        label: RwSignal::new(String::new()),
        expression: RwSignal::new(String::new()),
        format: RwSignal::new("number".to_owned()),
        name: RwSignal::new(String::new()),
        is_open: RwSignal::new(false),
    };
    let all = shown.part(known);
    let drawn = gradually(Signal::derive(move || all.with(Vec::len)));
    let lines = move || all.get().into_iter().take(drawn.get());
    view! {
        <h3>"Metrics"</h3>
        <ScrollX label="Metrics, rows">
            <table aria-label="Metrics">
                <thead><tr>
                    <th scope="col">"Metric"</th>
                    <th scope="col">"Of"</th>
                    <th scope="col">"Expression"</th>
                    <th scope="col">"Shown as"</th>
                    <th scope="col">"Change"</th>
                </tr></thead>
                <tbody>
                    <For
                        each=lines
                        key=|metric| metric.clone()
                        children=move |metric| view! { <Line shown typed metric /> }
                    />
                </tbody>
            </table>
        </ScrollX>
        <details prop:open=move || typed.is_open.get()>
            <summary>"Add a metric"</summary>
            <Form shown typed />
        </details>
    }
}

#[component]
fn Line(shown: Shown, typed: Typed, metric: Known) -> impl IntoView {
    let of = StoredValue::new(metric.clone());
    let change = move |_| {
        let metric = of.get_value();
        typed.table.set(metric.table);
        typed.label.set(metric.label);
        typed.expression.set(metric.expression);
        typed.format.set(metric.format);
        typed.name.set(metric.name);
        typed.is_open.set(false);
        typed.is_open.set(true);
        preview(shown, typed);
        request_animation_frame(|| focus_on(LABEL));
    };
    let drop = move |_| {
        let name = of.with_value(|metric| metric.name.clone());
        shown.edit(Edit::DropMetric { name });
    };
    let label = metric.label.clone();
    view! {
        <tr>
            <td>{metric.label}</td>
            <td><code>{metric.table}</code></td>
            <td><code>{metric.expression}</code></td>
            <td>{metric.format}</td>
            <td>
                <div class="buttons">
                    <button type="button" class="quiet" aria-label=format!("Change the metric {label}") on:click=change>
                        "Change"
                    </button>
                    <button type="button" class="quiet" aria-label=format!("Drop the metric {label}") on:click=drop>
                        "Drop"
                    </button>
                </div>
            </td>
        </tr>
    }
}

/// The metric as it is typed now.
fn metric_of(typed: Typed) -> ChosenMetric {
    let mut metric = ChosenMetric::of_label(
        &typed.label.get_untracked(),
        &typed.expression.get_untracked(),
        format_of(&typed.format.get_untracked()),
    );
    let known = typed.name.get_untracked();
    if !known.is_empty() {
        metric.name = known;
    }
    metric
}

fn preview(shown: Shown, typed: Typed) {
    let mut metric = metric_of(typed);
    if metric.name.is_empty() {
        // The label is typed after the expression.
        "preview".clone_into(&mut metric.name);
    }
    let table = typed.table.get_untracked();
    shown.workbench.preview_metric(table, metric);
}

#[component]
fn Form(shown: Shown, typed: Typed) -> impl IntoView {
    let preview_now = move || preview(shown, typed);
    let facts = shown.part(|star| {
        let tables = star.proposal.tables.iter();
        let facts = tables.filter(|table| table.role == Role::Fact);
        facts.map(|table| table.name.clone()).collect::<Vec<_>>()
    });
    let choices =
        Signal::derive(move || facts.with(|facts| plain(facts.iter().map(String::as_str))));
    // The first fact is chosen where none is.
    Effect::new(move |_| {
        let first = facts.with(|facts| facts.first().cloned());
        if typed.table.with_untracked(String::is_empty) {
            typed.table.set(first.unwrap_or_default());
        }
    });
    let found = shown.workbench.metric_preview();
    let is_wrong = Memo::new(move |_| matches!(found.get(), MetricPreview::Wrong(_)));
    let is_ready = Memo::new(move |_| {
        !is_wrong.get()
            && !typed.label.with(|label| label.trim().is_empty())
            && !typed.expression.with(|text| text.trim().is_empty())
    });
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        if !is_ready.get_untracked() {
            return;
        }
        shown.edit(Edit::Metric {
            table: typed.table.get_untracked(),
            metric: metric_of(typed),
        });
        typed.label.set(String::new());
        typed.expression.set(String::new());
        typed.name.set(String::new());
        preview_now();
        focus_on(LABEL);
    };
    let said = move || {
        match found.get() {
        MetricPreview::Empty => "Aggregates of the columns: sum, count, avg, min, max, and what is computed with them.".to_owned(),
        MetricPreview::Value(value) => format!("Over all rows: {value}"),
        MetricPreview::Later => {
            "It is right. Its value is known when the star is loaded, since it uses a key that is made then.".to_owned()
        }
        MetricPreview::Wrong(problem) => format!("Not yet right: {problem}"),
    }
    };
    view! {
        <form class="fields" aria-label="Add a metric" on:submit=add>
            <ChoiceField
                text="Of"
                label="Fact of the metric"
                choices
                value=typed.table
                on_change=move |table| {
                    typed.table.set(table);
                    preview_now();
                }
            />
            <label class="field">
                "Label"
                <input
                    id=LABEL
                    type="text"
                    aria-label="Label of the metric"
                    prop:value=typed.label
                    on:input=move |event| {
                        typed.label.set(event_target_value(&event));
                        preview_now();
                    }
                />
            </label>
            <label class="field wide">
                "Expression"
                <input
                    type="text"
                    class="code"
                    spellcheck="false"
                    autocapitalize="off"
                    aria-label="Expression of the metric"
                    aria-describedby=SAID
                    aria-invalid=move || is_wrong.get().to_string()
                    prop:value=typed.expression
                    on:input=move |event| {
                        typed.expression.set(event_target_value(&event));
                        preview_now();
                    }
                />
            </label>
            <ChoiceField
                text="Shown as"
                label="Format of the metric"
                choices=plain(FORMATS.map(|(_, name)| name))
                value=typed.format
                on_change=move |format| {
                    typed.format.set(format);
                    preview_now();
                }
            />
            <button type="submit" aria-disabled=move || (!is_ready.get()).to_string()>
                {move || if typed.name.with(String::is_empty) { "Add metric" } else { "Save metric" }}
            </button>
            <output id=SAID class="lead" class:question=move || is_wrong.get()>{said}</output>
        </form>
    }
}
