//! The SQL page: an editor, and the results of its statements.

mod outcome;
mod save;
mod tabs;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use self::outcome::Place;
use self::save::Save;
use self::tabs::{Link, PANEL, TabBar};
use crate::components::{ActionButton, Editor, Widths, Words, lay_out};
use crate::route;
use crate::workbench::{RunMode, RunScope, Topic, Workbench};

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
            let tab = sql.tabs().active().get_untracked();
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
                    let place = Place {
                        number,
                        count,
                        widths: widths.into(),
                        view: tab.view(number).into(),
                    };
                    outcome::show(workbench, outcome, place)
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
