//! The user's question: measures by attributes, without SQL.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use mart::{Attribute, Filter, Metric, Query};

use crate::components::Panel;
use crate::route;
use crate::workbench::Workbench;

use super::card::{Content, ResultCard};
use super::filter::{Choice, in_sentence, picking};
use super::mart::{look_of, unfiltered};

/// The name under which the address and the browser keep how the answer is shown.
const LOOK: &str = "ask";
/// The id of the heading of the panel.
pub const ASK: &str = "ask-the-star";
/// The name of the answer: of its table, its chart and its files.
const NAME: &str = "Answer from the star";
/// The name of its files, without an ending.
const STEM: &str = "answer_from_the_star";

/// A question to the star, and its answer.
#[component]
pub fn AskTheStar() -> impl IntoView {
    let workbench = Workbench::from_context();
    let metrics = untrack(|| workbench.with_model(|model| model.metrics().to_vec()));
    let known = Memo::new(move |_| common_attributes(workbench));
    view! {
        <Panel heading="Ask the star" id=ASK>
            <div class="fields">
                {metrics.into_iter().map(|metric| metric_switch(workbench, metric)).collect_view()}
                <By known place=0 label="By" />
                <By known place=1 label="And by" />
                <Top />
                <Compare />
            </div>
            <Answer />
        </Panel>
    }
}

/// The answer, or what to do to get one.
#[component]
fn Answer() -> impl IntoView {
    let workbench = Workbench::from_context();
    let answer = workbench.dashboard().answer();
    let rows = answer.rows();
    let sql = Signal::derive(move || workbench.question_sql().unwrap_or_default());
    let is_asked = Memo::new(move |_| sql.with(|sql| !sql.is_empty()));
    let (look, choose) = look_of(workbench, LOOK);
    let note = Signal::derive(move || Some(note(workbench)));
    let card = move || {
        let content = Content {
            name: NAME.to_owned(),
            heading: answer.heading(),
            stem: STEM.to_owned(),
            rows: rows.into(),
            item: Signal::derive(move || workbench.exportable_question(NAME, STEM)),
            sql,
        };
        view! {
            <ResultCard content look choose note picking=picking(workbench)>
                <a href=move || route::address_of_query(&sql.get())>"Open in SQL"</a>
            </ResultCard>
            <Save />
        }
    };
    view! {
        <Show when=move || is_asked.get() fallback=NoMetric>{card()}</Show>
    }
}

/// What was asked, and of which facts.
fn note(workbench: Workbench) -> String {
    let mut parts = vec![format!("{}.", workbench.question_in_words())];
    parts.extend(workbench.dashboard().question().with(|question| {
        let (limited, top) = (question.limited()?.label(), question.limit?);
        let limited = in_sentence(limited);
        Some(format!(
            "The {top} largest by {limited}, of all periods together."
        ))
    }));
    let words = workbench.dashboard().filter().with(Filter::words);
    if !words.is_empty() {
        parts.push(format!("Filtered: {words}."));
    }
    let question = workbench.dashboard().question();
    parts.extend(unfiltered(
        &question.with(|question| workbench.unfiltered(&question.metrics)),
    ));
    parts.join(" ")
}

/// Saves the question under a name, to be shown among the answers.
#[component]
fn Save() -> impl IntoView {
    let workbench = Workbench::from_context();
    // Until the user names it, the question names itself.
    let typed = RwSignal::new(None::<String>);
    let name = Memo::new(move |_| typed.get().unwrap_or_else(|| workbench.question_in_words()));
    let saved = workbench.saved();
    let is_known = Memo::new(move |_| {
        name.with(|name| saved.with(|all| all.iter().any(|one| one.name == name.trim())))
    });
    let feedback = RwSignal::new(None::<String>);
    let asks_first = RwSignal::new(false);
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked().trim().to_owned();
        if name.is_empty() {
            return feedback.set(Some("Give it a name first.".to_owned()));
        }
        if is_known.get_untracked() && !asks_first.get_untracked() {
            asks_first.set(true);
            return feedback.set(Some(format!("There is a saved query {name}. Replace it?")));
        }
        workbench.save_question(&name);
        asks_first.set(false);
        typed.set(None);
        feedback.set(Some(format!(
            "Saved as {name}: it stands below, and follows the filter."
        )));
    };
    view! {
        <form class="buttons" on:submit=on_submit>
            <label>
                "Name of the answer "
                <input
                    type="text"
                    size="32"
                    prop:value=move || name.get()
                    on:input=move |event| {
                        typed.set(Some(event_target_value(&event)));
                        asks_first.set(false);
                        feedback.set(None);
                    }
                />
            </label>
            <button type="submit">
                {move || if asks_first.get() { "Replace" } else { "Save" }}
            </button>
            // It is there before it says something, so that screen readers hear it.
            <span class="lead" role="status">{feedback}</span>
        </form>
    }
}

/// What stands in place of an answer to no question.
#[component]
fn NoMetric() -> impl IntoView {
    view! { <p class="empty">"Nothing is measured: choose a metric above."</p> }
}

/// The attributes that can group all metrics of the question.
fn common_attributes(workbench: Workbench) -> Vec<Attribute> {
    let question = workbench.dashboard().question();
    workbench.with_model(|model| {
        let common = question.with(|query| query.common_attributes(model));
        common.into_iter().cloned().collect()
    })
}

fn metric_switch(workbench: Workbench, metric: Metric) -> impl IntoView {
    let label = metric.label().to_owned();
    let shown = metric.clone();
    let is_asked = move || {
        let question = workbench.dashboard().question();
        question.with(|query| query.metrics.contains(&shown))
    };
    view! {
        <label class="switch">
            <input
                type="checkbox"
                prop:checked=is_asked
                on:change=move |event| {
                    let is_asked = event_target_checked(&event);
                    let all = untrack(|| workbench.with_model(|model| model.metrics().to_vec()));
                    workbench.change_question(|query| ask_for(query, &all, &metric, is_asked));
                }
            />
            {label}
        </label>
    }
}

/// Adds a metric to a question or removes it; what cannot group all metrics any more is removed.
fn ask_for(query: &mut Query, all: &[Metric], metric: &Metric, is_asked: bool) {
    let is_kept = |other: &&Metric| {
        if *other == metric {
            is_asked
        } else {
            query.metrics.contains(*other)
        }
    };
    let metrics: Vec<_> = all.iter().filter(is_kept).cloned().collect();
    let is_common = |attribute: &Attribute| {
        metrics
            .iter()
            .all(|metric| attribute.is_of_fact(metric.fact()))
    };
    query.by.retain(is_common);
    query.metrics = metrics;
}

/// What the metrics are grouped by, in the first place or the second.
#[component]
fn By(known: Memo<Vec<Attribute>>, place: usize, label: &'static str) -> impl IntoView {
    let workbench = Workbench::from_context();
    let chosen = move || {
        workbench
            .dashboard()
            .question()
            .with(|question| question.by.get(place).map(|by| by.name().to_owned()))
    };
    let choose = move |chosen: Option<Attribute>| {
        // The question that nobody has asked gives way as a whole.
        let is_first = place == 0 && workbench.asks_first_question();
        workbench.change_question(|question| {
            if is_first {
                question.by.clear();
                question.limit = None;
            }
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

/// Compares with the range of days before, where one is chosen.
#[component]
fn Compare() -> impl IntoView {
    let workbench = Workbench::from_context();
    let question = workbench.dashboard().question();
    let filter = workbench.dashboard().filter();
    let before = Memo::new(move |_| {
        let mut query = question.get();
        query.filter = filter.get();
        query.is_compared = true;
        query.days_before().map(|days| days.words())
    });
    let label = move || match before.get() {
        Some(days) => format!("Compare with {days}"),
        None => "Compare with the days before".to_owned(),
    };
    view! {
        <label class="switch" title=move || before.get().is_none().then_some("Choose a range of days, and group by no time")>
            <input
                type="checkbox"
                disabled=move || before.get().is_none()
                prop:checked=move || question.with(|question| question.is_compared)
                on:change=move |event| {
                    let is_compared = event_target_checked(&event);
                    workbench.change_question(|question| question.is_compared = is_compared);
                }
            />
            {label}
        </label>
    }
}

#[component]
fn Top() -> impl IntoView {
    let workbench = Workbench::from_context();
    let top = move || {
        let top = workbench
            .dashboard()
            .question()
            .with(|question| question.limit);
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
                    workbench.change_question(|question| question.limit = top);
                }
            />
        </label>
    }
}
