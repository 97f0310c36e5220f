//! One's own questions to the mart.

use leptos::ev;
use leptos::prelude::*;

use super::downloads::Downloads;
use super::told_while_busy;
use crate::components::{Editor, Grid, Panel, Plan, Sorting, Widths};
use crate::format;
use crate::route;
use crate::rows::Rows;
use crate::workbench::{Fetched, Fetching, Given, MOST_ROWS, Outcome, Prefix, Which, Workbench};

/// The page.
#[component]
pub fn Sql() -> impl IntoView {
    let workbench = Workbench::from_context();
    let sql = workbench.sql;
    take_query_from_address(workbench);
    // Tables come and go with every build.
    Effect::new(move || {
        if workbench.built.with(Option::is_some) {
            workbench.learn_words();
        }
    });
    let on_run = Callback::new(move |byte| workbench.run_sql(Which::At(byte), Prefix::None));
    // By the place of a result: each run, and each other order, makes its table anew.
    let widths = StoredValue::new(Vec::<ArcRwSignal<Widths>>::new());
    let button = move |name: &'static str, class: &'static str, prefix: Prefix| {
        view! {
            <button
                type="button"
                class=class
                aria-disabled=told_while_busy(workbench)
                on:click=move |_| workbench.run_sql(Which::All, prefix)
            >
                {name}
            </button>
        }
    };
    view! {
        <div class="title-line">
            <h1>"SQL"</h1>
            <p class="lead">"DuckDB’s SQL, on the mart in this tab. Ctrl or Cmd and Enter runs the statement under the cursor."</p>
        </div>
        <section class="panel" aria-label="Statements">
            <Editor label="SQL editor" text=sql.text words=sql.words problem=sql.problem on_run />
            <div class="buttons">
                {button("Run", "primary", Prefix::None)}
                {button("Explain", "", Prefix::Explain)}
                {button("Explain analyze", "", Prefix::Analyze)}
                <a href=move || route::address_of_query(&sql.text.get())>"Link to this text"</a>
            </div>
            <Save workbench />
            <History workbench />
        </section>
        {move || {
            let outcomes = sql.outcomes.get();
            let count = outcomes.len();
            outcomes
                .into_iter()
                .enumerate()
                .map(|(number, outcome)| {
                    let mut widths = widths.write_value();
                    if widths.len() == number {
                        widths.push(ArcRwSignal::default());
                    }
                    let widths = widths.get(number).cloned().unwrap_or_default();
                    show(workbench, number, count, outcome, widths.into())
                })
                .collect_view()
        }}
    }
}

/// A link fills the editor, and runs nothing.
fn take_query_from_address(workbench: Workbench) {
    let take = move || {
        if let Some(query) = route::query_in_address() {
            workbench.sql.text.set(query);
        }
    };
    take();
    let listener = window_event_listener(ev::hashchange, move |_| take());
    on_cleanup(move || listener.remove());
}

/// A name for the text, under which it stands among the answers.
#[component]
fn Save(workbench: Workbench) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let save = move |_| {
        name.with_untracked(|name| {
            workbench
                .sql
                .text
                .with_untracked(|text| workbench.save_query(name, text));
        });
        name.set(String::new());
    };
    view! {
        <div class="buttons">
            <label>
                "Name "
                <input
                    type="text"
                    prop:value=move || name.get()
                    on:input=move |event| name.set(event_target_value(&event))
                />
            </label>
            <button type="button" disabled=move || name.with(|name| name.trim().is_empty()) on:click=save>
                "Save as answer"
            </button>
            <span class="lead">"One query, which then stands on the page Mart."</span>
        </div>
    }
}

#[component]
fn History(workbench: Workbench) -> impl IntoView {
    let sql = workbench.sql;
    let entries = move || {
        let texts = sql.history.get();
        let entries = texts.into_iter().map(|text| {
            let shown = text.clone();
            view! {
                <li>
                    <button type="button" class="quiet" on:click=move |_| sql.text.set(text.clone())>
                        <code>{shown}</code>
                    </button>
                </li>
            }
        });
        entries.collect_view()
    };
    view! {
        <details class="history">
            <summary>"History"</summary>
            <ul aria-label="History">{entries}</ul>
        </details>
    }
}

fn show(
    workbench: Workbench,
    number: usize,
    count: usize,
    outcome: Outcome,
    widths: RwSignal<Widths>,
) -> AnyView {
    // The last one is what was asked for; those before it have led there.
    let name = if number + 1 == count {
        "Query result".to_owned()
    } else {
        format!("Query result {}", number + 1)
    };
    let took = format::duration(outcome.milliseconds);
    let statement = outcome.sql.clone();
    let head = (count > 1).then(|| view! { <pre><code>{statement}</code></pre> });
    let downloads = outcome.exportable(&name).map(|item| {
        view! { <div class="buttons"><span class="lead">"All rows as"</span><Downloads item /></div> }
    });
    let body = match outcome.what {
        Given::Rows(fetching) => {
            rows(workbench, number, name.clone(), fetching, outcome.sorted, took, widths)
        }
        Given::Done(None) => view! { <p>{format!("Done, {took}")}</p> }.into_any(),
        Given::Done(Some(1)) => view! { <p>{format!("1 row changed, {took}")}</p> }.into_any(),
        Given::Done(Some(changed)) => {
            view! { <p>{format!("{} rows changed, {took}", format::count(changed))}</p> }.into_any()
        }
        Given::Cancelled => view! { <p>{format!("Cancelled after {took}")}</p> }.into_any(),
        Given::Failed(message) => view! {
            <div role="alert" class="notice">
                <p><strong>"The statement failed. "</strong>"Nothing that it began has been done."</p>
                <pre tabindex="0"><code>{message}</code></pre>
            </div>
        }
        .into_any(),
    };
    view! { <Panel heading=name>{head}{body}{downloads}</Panel> }.into_any()
}

fn rows(
    workbench: Workbench,
    number: usize,
    name: String,
    fetching: Fetching,
    sorted: Option<(usize, bool)>,
    took: String,
    widths: RwSignal<Widths>,
) -> AnyView {
    let first = fetching.rows.get_untracked();
    if let Some(told) = first.as_ref().and_then(plan_of) {
        return view! { <p class="lead">{took}</p><Plan told /> }.into_any();
    }
    let is_short = first.is_some_and(|rows| rows.len() <= 5);
    let types: Vec<_> = fetching
        .columns
        .iter()
        .map(|column| column.data_type.clone())
        .collect();
    let sorting = (!types.is_empty()).then(|| Sorting {
        by: sorted,
        choose: Callback::new(move |(column, descending)| {
            workbench.sort_result(number, column, descending);
        }),
    });
    let shown = fetching.rows.clone();
    let rows = Signal::derive(move || shown.get());
    let state = fetching.state.clone();
    let note = move || match state.get() {
        Fetched::All => None,
        Fetched::SoFar => Some("More are fetched when you scroll to them.".to_owned()),
        Fetched::Stopped if rows.with(|rows| rows.as_ref().map_or(0, Rows::len)) >= MOST_ROWS => {
            Some("There may be more: only these are shown. A download has all of them.".to_owned())
        }
        Fetched::Stopped => {
            Some("There may be more: run the statement again, alone, to see them.".to_owned())
        }
        Fetched::Failed(cause) => Some(format!("These are not all: a later row failed. {cause}")),
    };
    let failed = fetching.state.clone();
    let near_end = Callback::new(move |len: usize| fetching.want(len * 2));
    view! {
        <div class:sample=is_short><Grid caption=name rows types sorting=sorting near_end widths /></div>
        <p class="lead">{format!("First rows after {took}. ")}{note}</p>
        {move || match failed.get() {
            Fetched::Failed(cause) => Some(view! { <p role="alert" class="notice">"The rows above are not all: a later one failed. "{cause}</p> }),
            _ => None,
        }}
    }
    .into_any()
}

/// What EXPLAIN has answered, if that is what the rows are.
fn plan_of(rows: &Rows) -> Option<String> {
    let fields = rows.schema().fields();
    let is_plan = fields.len() == 2
        && fields
            .iter()
            .all(|field| field.name().starts_with("explain_"));
    is_plan.then(|| rows.cell(0, 1).to_string())
}
