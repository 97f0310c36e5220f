//! The SQL page: the statements of a text, run one after the other on a connection of their own, so that
//! temporary tables and settings last. It must not know how results are drawn.

mod completions;
mod result;
mod running;
mod tabs;
mod transaction;

use std::ops::Range;
use std::rc::Rc;

use ::export::transport::{self, ResultColumn, Target};
use duckdb_wasm::{Connection, Error as EngineError};
use leptos::prelude::*;
use mart::Model;
use sql::{TIME_IN_UTC, script, statement};

use super::error::{Attempt, Error};
use super::export::Origin;
use super::task::Task;
use super::{Item, Workbench, advice};
use crate::marks::now;
use crate::memory;

pub use completions::Completions;
pub use result::{Failure, FetchState, FetchedRows, MOST_ROWS, StatementResult};
use running::Run;
pub use tabs::{Tab, Tabs};
pub(super) use transaction::Waiting;
pub use transaction::{Ending, Transaction};

/// Texts that the history keeps.
const MOST_REMEMBERED: usize = 100;
/// The name of the history in the browser's memory.
const HISTORY: &str = "history";
/// What DESCRIBE puts before a statement: places in its errors are that much later.
const DESCRIBE: &str = "DESCRIBE ";

/// An error in the text: where, in bytes, and DuckDB's message.
pub type Problem = (Range<usize>, String);

/// The state of the SQL page. A copy is another handle to the same state.
#[derive(Clone, Copy)]
pub struct Sql {
    tabs: Tabs,
    history: RwSignal<Vec<String>>,
    completions: RwSignal<Completions>,
    transaction: RwSignal<Transaction>,
    waiting: RwSignal<Option<String>>,
}

/// A statement that was run.
#[derive(Clone)]
pub struct Outcome {
    /// The statement.
    pub sql: String,
    /// The query that gives its rows again, and whether it is one on the rows that the page keeps; `None`
    /// where it has none, or running it again might change something.
    rows: Option<(String, bool)>,
    /// How long it took until its first rows were there, or until it had ended.
    pub milliseconds: f64,
    /// Its result.
    pub result: StatementResult,
    /// The column that the user has sorted it by, and whether in descending order.
    pub sorted: Option<(usize, bool)>,
}

impl Outcome {
    /// All its rows, in the order that is shown: an export asks for them again. `None` where that might
    /// change something.
    pub fn exportable(&self, name: &str) -> Option<Item> {
        let StatementResult::Rows(rows) = &self.result else {
            return None;
        };
        let columns = rows.columns();
        let (query, is_kept) = self.rows.as_ref()?;
        let sql = match self.sorted {
            None => query.clone(),
            Some((column, descending)) => {
                transport::sorted(query, columns, column, descending).ok()?
            }
        };
        let origin = if *is_kept {
            Origin::Kept
        } else {
            Origin::PageSql
        };
        let stem = name.to_ascii_lowercase().replace(' ', "_");
        Some(Item::new(name, stem, &sql).of(origin))
    }
}

/// Which statements of the text are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunScope {
    /// All of them.
    All,
    /// The one at this byte.
    At(usize),
}

/// How a statement is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunMode {
    /// As it is.
    Execute,
    /// `EXPLAIN`: its plan is shown.
    Explain,
    /// `EXPLAIN ANALYZE`: it is run, and its plan shows the times.
    Analyze,
}

impl RunMode {
    /// What is put before the statement.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Execute => "",
            Self::Explain => "EXPLAIN (FORMAT json) ",
            Self::Analyze => "EXPLAIN (ANALYZE, FORMAT json) ",
        }
    }
}

/// What the editor shows at first: a query for a fact, or for another table where there is none.
fn first_text(model: &Model) -> String {
    let table = model.facts().next().or_else(|| model.tables().first());
    table
        .map(|table| format!("FROM {}", table.sql()))
        .unwrap_or_default()
}

impl Sql {
    pub(super) fn new(model: &Model) -> Self {
        Self {
            tabs: Tabs::recall(first_text(model)),
            history: RwSignal::new(memory::recall(HISTORY)),
            completions: RwSignal::new(Completions::default()),
            transaction: RwSignal::new(Transaction::default()),
            waiting: RwSignal::new(None),
        }
    }

    /// The tabs of the page.
    pub const fn tabs(self) -> Tabs {
        self.tabs
    }

    /// The text in the editor.
    pub fn text(self) -> Signal<String> {
        self.tabs.text()
    }

    /// Changes the text in the editor.
    pub fn write(self, text: String) {
        self.tabs.write(text);
    }

    /// Changes the text to that of another mart, if nobody has changed it.
    pub(super) fn change_model(self, before: &Model, now: &Model) {
        self.tabs.replace(&first_text(before), &first_text(now));
    }

    /// The statements that were run last, in order.
    pub fn outcomes(self) -> Signal<Vec<Outcome>> {
        self.tabs.outcomes()
    }

    /// The last error in the text.
    pub fn problem(self) -> Signal<Option<Problem>> {
        self.tabs.problem()
    }

    /// Texts that were run, the latest first.
    pub fn history(self) -> ReadSignal<Vec<String>> {
        self.history.read_only()
    }

    /// What the editor can complete.
    pub fn completions(self) -> ReadSignal<Completions> {
        self.completions.read_only()
    }

    /// Fetches no more rows, so that the connection is free.
    fn stop_fetching(self) {
        self.tabs.each_outcome(|outcome| {
            if let StatementResult::Rows(rows) = &outcome.result {
                rows.stop();
            }
        });
    }

    fn remember(self, text: &str) {
        self.history.update(|history| {
            history.retain(|known| known != text);
            history.insert(0, text.to_owned());
            history.truncate(MOST_REMEMBERED);
            memory::remember(HISTORY, history);
        });
    }

    /// The queries on kept rows that are shown in some tab.
    fn kept_queries(self) -> Vec<String> {
        let mut queries = Vec::new();
        self.tabs.each_outcome(|outcome| {
            let kept = outcome.rows.as_ref().filter(|(_, is_kept)| *is_kept);
            queries.extend(kept.map(|(query, _)| query.clone()));
        });
        queries
    }

    /// Marks the place of an error in a statement of the text.
    fn mark(self, statement: &Range<usize>, prefix: &str, cause: &EngineError) {
        let EngineError::Engine { position, .. } = cause else {
            return;
        };
        let message = advice::message_in_words(cause).unwrap_or_default();
        let place = position.and_then(|place| place.checked_sub(prefix.len()));
        let from = statement.start + place.unwrap_or(0);
        let from = from.min(statement.end);
        let text = self.tabs.running().text.get_untracked();
        // To the end of the word there; the whole statement where the place is not known.
        let rest = text.get(from..statement.end).unwrap_or_default();
        let word = rest.find(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && c != '_');
        let length = match (place, word) {
            (None, _) | (_, None) => rest.len(),
            (Some(_), Some(length)) => length.max(1),
        };
        self.tabs
            .running()
            .problem
            .set(Some((from..from + length, message)));
    }
}

impl Workbench {
    /// Runs statements of the text. Does nothing while another task runs.
    pub fn run_sql(self, scope: RunScope, mode: RunMode) {
        let text = self.sql.text().get_untracked();
        let statements = match scope {
            RunScope::All => script::split(&text),
            RunScope::At(byte) => script::at(&text, byte).into_iter().collect(),
        };
        if statements.is_empty() {
            return;
        }
        self.run(Attempt::RunSql, async move |task| {
            self.sql.remember(&text);
            self.sql.stop_fetching();
            self.sql.tabs.begin();
            let tab = self.sql.tabs.running();
            tab.outcomes.set(Vec::new());
            tab.problem.set(None);
            self.forget_kept().await?;
            self.run_statements(task, &text, statements, mode).await
        });
    }

    async fn run_statements(
        self,
        task: &Task,
        text: &str,
        statements: Vec<Range<usize>>,
        mode: RunMode,
    ) -> Result<(), Error> {
        let count = statements.len();
        let mut changes = false;
        for (number, at) in statements.into_iter().enumerate() {
            let statement = text.get(at.clone()).unwrap_or_default();
            let first_line = statement.lines().next().unwrap_or_default();
            task.progress()
                .show(first_line, number as u64, count as u64);
            let started = now();
            let sql = format!("{}{statement}", mode.prefix());
            let kind = statement::kind(&sql);
            let Run {
                result,
                rows: again,
            } = match self.run_statement(task, &sql).await {
                Ok(run) => run,
                Err(Error::Cancelled) => StatementResult::Cancelled.into(),
                Err(Error::Engine(EngineError::Lost { .. })) => return Ok(()),
                Err(error) => {
                    if let Error::Engine(cause) = &error {
                        self.sql.mark(&at, mode.prefix(), cause);
                    }
                    StatementResult::Failed(Failure::new(&error)).into()
                }
            };
            let is_last = number + 1 == count;
            if let StatementResult::Rows(rows) = &result
                && !is_last
            {
                rows.stop();
            }
            if !matches!(&result, StatementResult::Rows(rows) if rows.is_partial()) {
                let connection = self.sql_connection().await?;
                self.note_transaction(&connection, kind).await;
            }
            changes |= kind.may_change() && !matches!(result, StatementResult::Failed(_));
            let goes_on = !matches!(
                result,
                StatementResult::Failed(_) | StatementResult::Cancelled
            );
            self.sql.tabs.running().outcomes.update(|outcomes| {
                outcomes.push(Outcome {
                    sql,
                    milliseconds: now() - started,
                    rows: again,
                    result,
                    sorted: None,
                });
            });
            if !goes_on || task.is_cancelled() {
                break;
            }
        }
        if changes {
            self.note_changes_by_sql();
            self.detect_changes().await;
        }
        Ok(())
    }

    /// The connection of the SQL page.
    async fn sql_connection(self) -> Result<Rc<Connection>, Error> {
        let known = self.session.with_value(|session| session.sql.clone());
        if let Some(connection) = known {
            return Ok(connection);
        }
        let connection = Rc::new(self.connect().await?);
        let settings = format!("{TIME_IN_UTC}SET errors_as_json = true");
        connection.execute(&settings).await?;
        // Whoever was first meanwhile may have used its connection.
        let used = self.session.try_update_value(|session| {
            Rc::clone(session.sql.get_or_insert_with(|| Rc::clone(&connection)))
        });
        Ok(used.unwrap_or(connection))
    }

    /// Connects the SQL page before the first statement, which would wait for it.
    pub(super) async fn prepare_sql(self) {
        // Without it, the first statement tries again, and says why it fails.
        drop(self.sql_connection().await);
    }

    /// The connection of the SQL page, on which no result is open.
    pub(super) async fn free_sql_connection(self) -> Result<Rc<Connection>, Error> {
        self.sql.stop_fetching();
        self.sql_connection().await
    }

    /// Closes the connection of the SQL page, and with it a transaction that is open there.
    pub(super) fn close_sql(self) {
        self.sql.stop_fetching();
        self.session.update_value(|session| session.sql = None);
        self.forget_transaction();
    }

    /// Shows a result of the last run in the order of one of its columns. DuckDB sorts; the
    /// statement is run again for that. Does nothing while another task runs.
    pub fn sort_result(self, number: usize, column: usize, descending: bool) {
        let outcome = self
            .sql
            .outcomes()
            .with_untracked(|outcomes| outcomes.get(number).cloned());
        let Some(Outcome {
            rows: Some((sql, is_kept)),
            result: StatementResult::Rows(rows),
            ..
        }) = outcome
        else {
            return;
        };
        self.run(Attempt::SortResult, async move |task| {
            self.sql.tabs.begin();
            self.sql.stop_fetching();
            let started = now();
            let columns = rows.columns().to_vec();
            let sorted = (column, descending);
            let result = match self
                .fetch_sorted(task, (&sql, is_kept), columns, sorted)
                .await
            {
                Ok(result) => result,
                Err(error) if error.is_silent() => return Ok(()),
                Err(error) => StatementResult::Failed(Failure::new(&error)),
            };
            self.sql.tabs.running().outcomes.update(|outcomes| {
                if let Some(outcome) = outcomes.get_mut(number) {
                    outcome.result = result;
                    outcome.milliseconds = now() - started;
                    outcome.sorted = Some(sorted);
                }
            });
            Ok(())
        });
    }

    async fn fetch_sorted(
        self,
        task: &Task,
        (sql, is_kept): (&str, bool),
        columns: Vec<ResultColumn>,
        (column, descending): (usize, bool),
    ) -> Result<StatementResult, Error> {
        let sql = transport::sorted(sql, &columns, column, descending)?;
        let sql = transport::select(&sql, &columns, Target::Text)?;
        let connection = if is_kept {
            self.kept_connection().await?
        } else {
            self.sql_connection().await?
        };
        FetchedRows::fetch(task, connection, sql, columns).await
    }
}
