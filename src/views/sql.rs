//! The SQL page: an editor, and the results of its statements.

mod save;
mod tabs;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use self::save::Save;
use self::tabs::{Link, PANEL, TabBar};
use super::downloads::Downloads;
use crate::components::{
    ActionButton, Editor, Grid, More, Panel, Plan, Sorting, Widths, Words, lay_out,
};
use crate::format;
use crate::route;
use crate::rows::Rows;
use crate::workbench::{
    Failure, FetchState, FetchedRows, MOST_ROWS, Outcome, RunMode, RunScope, StatementResult,
    Topic, Workbench,
};

/// The page.
#[component]
pub fn Sql() -> impl IntoView {
    let workbench = Workbench::from_context();
    let sql = workbench.sql();
    take_query_from_address(workbench);
    workbench.keep_up_to_date(Topic::Completions);
    let on_change = Callback::new(move |text| sql.write(text));
    let on_run = Callback::new(move |byte| {
        workbench.run_sql(RunScope::At(byte), RunMode::Execute);
    });
    let words = Signal::derive(move || {
        let known = sql.completions().get();
        Words {
            keywords: known.keywords,
            functions: known.functions,
            types: known.types,
            tables: known.tables,
        }
    });
    // By the place of the result, since each run and each sort creates its table again.
    let widths = StoredValue::new(Vec::<ArcRwSignal<Widths>>::new());
    let button = move |name: &'static str, class: &'static str, mode: RunMode| {
        view! {
            <ActionButton class on_click=move |()| workbench.run_sql(RunScope::All, mode)>
                {name}
            </ActionButton>
        }
    };
    view! {
        <div class="title-line">
            <h1>"SQL"</h1>
            <p class="lead">"DuckDB’s SQL, on the mart in this tab. Ctrl or Cmd and Enter runs the statement under the cursor."</p>
        </div>
        <section class="panel" aria-label="Statements">
            <TabBar tabs=sql.tabs() />
            <div
                role="tabpanel"
                id=PANEL
                aria-label=move || sql.tabs().active().get().name().get()
            >
            <Editor label="SQL editor" number=Signal::derive(move || sql.tabs().active().get().id()) text=sql.text() on_change words problem=sql.problem() on_run />
            </div>
            <div class="buttons">
                {button("Run", "primary", RunMode::Execute)}
                {button("Explain", "", RunMode::Explain)}
                {button("Explain analyze", "", RunMode::Analyze)}
                <LayOut />
                <Link text=sql.text() />
            </div>
            <Save />
            <History workbench />
        </section>
        {move || {
            let outcomes = sql.outcomes().get();
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

/// Lays out the text. What cannot be parsed stays, and it is said why.
#[component]
fn LayOut() -> impl IntoView {
    let sql = Workbench::from_context().sql();
    let problem = RwSignal::new(String::new());
    let lay_out = move |_| {
        let text = sql.text().get_untracked();
        spawn_local(async move {
            match lay_out(&text).await {
                // What was typed meanwhile is newer.
                Ok(_) if sql.text().get_untracked() != text => {}
                Ok(laid_out) => {
                    problem.try_set(String::new());
                    sql.write(laid_out);
                }
                Err(reason) => {
                    problem.try_set(reason);
                }
            }
        });
    };
    view! {
        <button type="button" on:click=lay_out>"Format"</button>
        <span role="status" class="lead">{problem}</span>
    }
}

/// A link fills the editor, and runs nothing.
fn take_query_from_address(workbench: Workbench) {
    let take = move || {
        if let Some(query) = route::query_in_address() {
            workbench.sql().tabs().open(query);
            route::forget_query();
        }
    };
    take();
    let listener = window_event_listener(ev::hashchange, move |_| take());
    on_cleanup(move || listener.remove());
}

#[component]
fn History(workbench: Workbench) -> impl IntoView {
    let sql = workbench.sql();
    let entries = move || {
        let texts = sql.history().get();
        let entries = texts.into_iter().map(|text| {
            let shown = text.clone();
            view! {
                <li>
                    <button type="button" class="quiet" on:click=move |_| sql.tabs().open(text.clone())>
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
    // The statements before the last one prepare it.
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
    let body = match outcome.result {
        StatementResult::Rows(fetched) => rows(
            workbench,
            number,
            name.clone(),
            fetched,
            outcome.sorted,
            took,
            widths,
        ),
        StatementResult::Done(None) => view! { <p>{format!("Done, {took}")}</p> }.into_any(),
        StatementResult::Done(Some(1)) => {
            view! { <p>{format!("1 row changed, {took}")}</p> }.into_any()
        }
        StatementResult::Done(Some(changed)) => {
            view! { <p>{format!("{} rows changed, {took}", format::count(changed))}</p> }.into_any()
        }
        StatementResult::Cancelled => {
            view! { <p>{format!("Cancelled after {took}")}</p> }.into_any()
        }
        StatementResult::Failed(Failure { message, effect }) => view! {
            <div role="alert" class="notice">
                <p><strong>"The statement failed. "</strong>{effect}</p>
                <pre class="error-text" tabindex="0"><code>{message}</code></pre>
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
    fetched: FetchedRows,
    sorted: Option<(usize, bool)>,
    took: String,
    widths: RwSignal<Widths>,
) -> AnyView {
    let first = fetched.rows().get_untracked();
    if let Some(told) = first.as_ref().and_then(plan_of) {
        return view! { <p class="lead">{took}</p><Plan told /> }.into_any();
    }
    let is_short = first.is_some_and(|rows| rows.len() <= 5);
    let types: Vec<_> = fetched
        .columns()
        .iter()
        .map(|column| column.data_type.clone())
        .collect();
    let sorting = (!types.is_empty()).then(|| Sorting {
        by: sorted,
        choose: Callback::new(move |(column, descending)| {
            workbench.sort_result(number, column, descending);
        }),
    });
    let shown = fetched.rows();
    let rows = Signal::derive(move || shown.get());
    let state = fetched.state();
    let note = move || match state.get() {
        FetchState::Complete => None,
        FetchState::Partial => Some("More are fetched when you scroll to them.".to_owned()),
        FetchState::Stopped
            if rows.with(|rows| rows.as_ref().map_or(0, Rows::len)) >= MOST_ROWS =>
        {
            Some("There may be more: only these are shown. A download has all of them.".to_owned())
        }
        FetchState::Stopped => {
            Some("There may be more: run the statement again, alone, to see them.".to_owned())
        }
        FetchState::Failed(cause) => {
            Some(format!("These are not all: a later row failed. {cause}"))
        }
    };
    let failed = fetched.state();
    let partial = fetched.state();
    let more = More {
        want: Callback::new(move |rows: usize| fetched.want(rows)),
        is_partial: Signal::derive(move || partial.get() == FetchState::Partial),
    };
    view! {
        <div class:sample=is_short><Grid caption=name rows types sorting=sorting more widths /></div>
        <p class="lead">{format!("First rows after {took}. ")}{note}</p>
        {move || match failed.get() {
            FetchState::Failed(cause) => Some(view! { <p role="alert" class="notice">"The rows above are not all: a later one failed. "{cause}</p> }),
            _ => None,
        }}
    }
    .into_any()
}

/// The plan, if the rows are the answer to EXPLAIN.
fn plan_of(rows: &Rows) -> Option<String> {
    let fields = rows.schema().fields();
    let is_plan = fields.len() == 2
        && fields
            .iter()
            .all(|field| field.name().starts_with("explain_"));
    is_plan.then(|| rows.cell(0, 1).to_string())
}
