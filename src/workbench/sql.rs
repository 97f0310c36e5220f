//! The SQL page: the statements of a text, run one after the other on a connection of their own, so that
//! temporary tables and settings last. It must not know how results are drawn.

mod completions;
mod result;

use std::ops::Range;
use std::rc::Rc;

use ::export::transport::{self, ResultColumn, Target};
use duckdb_wasm::{Connection, Error as EngineError};
use leptos::prelude::*;
use mart::Model;
use sql::script;

use super::error::{Attempt, Error};
use super::export::Origin;
use super::task::Task;
use super::transport::describe;
use super::{Item, Workbench};
use crate::marks::now;
use crate::memory;

pub use completions::Completions;
pub use result::{FetchState, FetchedRows, MOST_ROWS, StatementResult};

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
    text: RwSignal<String>,
    outcomes: RwSignal<Vec<Outcome>>,
    problem: RwSignal<Option<Problem>>,
    history: RwSignal<Vec<String>>,
    completions: RwSignal<Completions>,
}

/// A statement that was run.
#[derive(Clone)]
pub struct Outcome {
    /// The statement.
    pub sql: String,
    /// How long it took until its first rows were there, or until it had ended.
    pub milliseconds: f64,
    /// Its result.
    pub result: StatementResult,
    /// The column that the user has sorted it by, and whether in descending order.
    pub sorted: Option<(usize, bool)>,
}

impl Outcome {
    /// All the rows of a query, in the order that is shown: an export runs the query again. `None`
    /// for any other statement, which may change something each time.
    pub fn exportable(&self, name: &str) -> Option<Item> {
        let StatementResult::Rows(rows) = &self.result else {
            return None;
        };
        let columns = rows.columns();
        let sql = match self.sorted {
            _ if columns.is_empty() => return None,
            None => self.sql.clone(),
            Some((column, descending)) => {
                transport::sorted(&self.sql, columns, column, descending).ok()?
            }
        };
        let stem = name.to_ascii_lowercase().replace(' ', "_");
        Some(Item::new(name, stem, &sql).of(Origin::PageSql))
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
            text: RwSignal::new(first_text(model)),
            outcomes: RwSignal::new(Vec::new()),
            problem: RwSignal::new(None),
            history: RwSignal::new(memory::recall(HISTORY)),
            completions: RwSignal::new(Completions::default()),
        }
    }

    /// The text in the editor.
    pub fn text(self) -> ReadSignal<String> {
        self.text.read_only()
    }

    /// Changes the text in the editor.
    pub fn write(self, text: String) {
        self.text.set(text);
    }

    /// Changes the text to that of another mart, if nobody has changed it.
    pub(super) fn change_model(self, before: &Model, now: &Model) {
        if self.text.with_untracked(|text| *text == first_text(before)) {
            self.text.set(first_text(now));
        }
    }

    /// The statements that were run last, in order.
    pub fn outcomes(self) -> ReadSignal<Vec<Outcome>> {
        self.outcomes.read_only()
    }

    /// The last error in the text.
    pub fn problem(self) -> ReadSignal<Option<Problem>> {
        self.problem.read_only()
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
        self.outcomes.with_untracked(|outcomes| {
            for outcome in outcomes {
                if let StatementResult::Rows(rows) = &outcome.result {
                    rows.stop();
                }
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

    /// Marks the place of an error in a statement of the text.
    fn mark(self, statement: &Range<usize>, prefix: &str, cause: &EngineError) {
        let EngineError::Engine {
            message, position, ..
        } = cause
        else {
            return;
        };
        let place = position.and_then(|place| place.checked_sub(prefix.len()));
        let from = statement.start + place.unwrap_or(0);
        let from = from.min(statement.end);
        let text = self.text.get_untracked();
        // To the end of the word there; the whole statement where the place is not known.
        let rest = text.get(from..statement.end).unwrap_or_default();
        let word = rest.find(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && c != '_');
        let length = match (place, word) {
            (None, _) | (_, None) => rest.len(),
            (Some(_), Some(length)) => length.max(1),
        };
        self.problem
            .set(Some((from..from + length, message.clone())));
    }
}

impl Workbench {
    /// Runs statements of the text. Does nothing while another task runs.
    pub fn run_sql(self, scope: RunScope, mode: RunMode) {
        let text = self.sql.text.get_untracked();
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
            self.sql.outcomes.set(Vec::new());
            self.sql.problem.set(None);
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
            let result = match self.run_statement(task, &sql).await {
                Ok(result) => result,
                Err(Error::Cancelled) => StatementResult::Cancelled,
                Err(Error::Engine(EngineError::Lost { .. })) => return Ok(()),
                Err(error) => {
                    if let Error::Engine(cause) = &error {
                        self.sql.mark(&at, mode.prefix(), cause);
                    }
                    StatementResult::Failed(error.to_string())
                }
            };
            let is_last = number + 1 == count;
            if let StatementResult::Rows(rows) = &result
                && !is_last
            {
                rows.stop();
            }
            changes |= matches!(result, StatementResult::Done(_));
            let goes_on = !matches!(
                result,
                StatementResult::Failed(_) | StatementResult::Cancelled
            );
            self.sql.outcomes.update(|outcomes| {
                outcomes.push(Outcome {
                    sql,
                    milliseconds: now() - started,
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

    async fn run_statement(self, task: &Task, sql: &str) -> Result<StatementResult, Error> {
        let connection = self.sql_connection().await?;
        // DESCRIBE takes a single word for a table, which `rollback` is not.
        let is_word = sql.chars().all(|c| c.is_ascii_alphabetic());
        let columns = if is_word {
            None
        } else {
            let described = task.statement(&connection, describe(&connection, sql));
            described.await.map_err(without_describe)?
        };
        match columns {
            Some(columns) => {
                let sql = transport::select(sql, &columns, Target::Text)?;
                FetchedRows::fetch(task, connection, sql, columns).await
            }
            // It is no query, or has a mistake that running it will show.
            None => FetchedRows::fetch(task, connection, sql.to_owned(), Vec::new()).await,
        }
    }

    /// The connection of the SQL page.
    async fn sql_connection(self) -> Result<Rc<Connection>, Error> {
        let known = self.session.with_value(|session| session.sql.clone());
        if let Some(connection) = known {
            return Ok(connection);
        }
        let connection = Rc::new(self.connect().await?);
        connection.execute("SET errors_as_json = true").await?;
        self.session
            .update_value(|session| session.sql = Some(Rc::clone(&connection)));
        Ok(connection)
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
    }

    /// Shows a result of the last run in the order of one of its columns. DuckDB sorts; the
    /// statement is run again for that. Does nothing while another task runs.
    pub fn sort_result(self, number: usize, column: usize, descending: bool) {
        let outcome = self
            .sql
            .outcomes
            .with_untracked(|outcomes| outcomes.get(number).cloned());
        let Some(Outcome {
            sql,
            result: StatementResult::Rows(rows),
            ..
        }) = outcome
        else {
            return;
        };
        if rows.columns().is_empty() {
            return;
        }
        self.run(Attempt::SortResult, async move |task| {
            self.sql.stop_fetching();
            let started = now();
            let columns = rows.columns().to_vec();
            let sorted = (column, descending);
            let result = match self.fetch_sorted(task, &sql, columns, sorted).await {
                Ok(result) => result,
                Err(error) if error.is_silent() => return Ok(()),
                Err(error) => StatementResult::Failed(error.to_string()),
            };
            self.sql.outcomes.update(|outcomes| {
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
        sql: &str,
        columns: Vec<ResultColumn>,
        (column, descending): (usize, bool),
    ) -> Result<StatementResult, Error> {
        let sql = transport::sorted(sql, &columns, column, descending)?;
        let sql = transport::select(&sql, &columns, Target::Text)?;
        let connection = self.sql_connection().await?;
        FetchedRows::fetch(task, connection, sql, columns).await
    }
}

/// The error of a DESCRIBE as one of the statement it describes.
fn without_describe(error: Error) -> Error {
    match error {
        Error::Engine(EngineError::Engine {
            kind,
            message,
            position,
        }) => Error::Engine(EngineError::Engine {
            kind,
            message,
            position: position.and_then(|place| place.checked_sub(DESCRIBE.len())),
        }),
        other => other,
    }
}
