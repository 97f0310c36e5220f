//! The result of a statement, whose rows are fetched while the user scrolls. It must not know where the
//! statement comes from.

use std::rc::Rc;

use ::export::transport::ResultColumn;
use arrow_array::RecordBatch;
use duckdb_wasm::{Connection, Error as EngineError, RecordBatchStream};
use futures_channel::{mpsc, oneshot};
use futures_util::StreamExt as _;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::rows::Rows;
use crate::workbench::advice;
use crate::workbench::error::Error;
use crate::workbench::task::Task;

/// Rows that are fetched before the user scrolls.
const FIRST_ROWS: usize = 2_000;
/// Rows that are shown at most: more than a browser can scroll through.
pub const MOST_ROWS: usize = 1_000_000;

/// The result of a statement.
#[derive(Clone)]
pub enum StatementResult {
    /// Rows.
    Rows(FetchedRows),
    /// It ended without rows; it may have changed a number of rows.
    Done(Option<u64>),
    /// It failed.
    Failed(Failure),
    /// It was cancelled.
    Cancelled,
}

/// Why a statement failed, and what it has done all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The message.
    pub message: String,
    /// What became of what it began, as a sentence.
    pub effect: &'static str,
}

impl Failure {
    pub(super) fn new(error: &Error) -> Self {
        let effect = match error {
            Error::Engine(EngineError::Engine { .. }) => "Nothing that it began has been done.",
            Error::NotShown | Error::NoExtensions | Error::Name(_) => "It was not run.",
            _ => "It was run, but its rows cannot be shown.",
        };
        Self {
            message: error.to_string(),
            effect,
        }
    }
}

/// Rows that are fetched while the user scrolls.
#[derive(Clone)]
pub struct FetchedRows {
    columns: Vec<ResultColumn>,
    rows: ArcRwSignal<Option<Rows>>,
    state: ArcRwSignal<FetchState>,
    demand: mpsc::UnboundedSender<usize>,
}

/// How much of a result was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchState {
    /// There may be more rows, which are fetched on demand.
    Partial,
    /// All of it.
    Complete,
    /// There may be more rows, which are not fetched any more.
    Stopped,
    /// A later row failed, with DuckDB's message.
    Failed(String),
}

/// The first outcome of a statement that did not fail.
enum Begun {
    /// Its first rows are there.
    Rows,
    /// It has ended without rows. It may have changed this number of rows.
    Done(Option<u64>),
}

impl FetchedRows {
    /// Runs a statement until its first rows are there, and fetches further rows on demand. A statement
    /// without columns is no query.
    pub(super) async fn fetch(
        task: &Task,
        connection: Rc<Connection>,
        sql: String,
        columns: Vec<ResultColumn>,
    ) -> Result<StatementResult, Error> {
        let (demand, demanded) = mpsc::unbounded();
        let (begun, begins) = oneshot::channel();
        let result = Self {
            columns,
            rows: ArcRwSignal::new(None),
            state: ArcRwSignal::new(FetchState::Partial),
            demand,
        };
        let fetcher = Fetcher {
            is_query: !result.columns.is_empty(),
            rows: result.rows.clone(),
            state: result.state.clone(),
            demanded,
            begun: Some(begun),
            batches: Vec::new(),
            len: 0,
        };
        spawn_local(fetcher.run(Rc::clone(&connection), sql));
        let begins = async { begins.await.unwrap_or(Err(Error::Cancelled)) };
        Ok(match task.statement(&connection, begins).await? {
            Begun::Rows => StatementResult::Rows(result),
            Begun::Done(changed) => StatementResult::Done(changed),
        })
    }

    /// Rows that are all there.
    pub(super) fn complete(rows: Rows) -> Self {
        Self {
            columns: Vec::new(),
            rows: ArcRwSignal::new(Some(rows)),
            state: ArcRwSignal::new(FetchState::Complete),
            demand: mpsc::unbounded().0,
        }
    }

    /// Whether there may be more rows.
    pub(super) fn is_partial(&self) -> bool {
        self.state
            .with_untracked(|state| *state == FetchState::Partial)
    }

    /// Names and types of the columns; empty for what is no query.
    pub fn columns(&self) -> &[ResultColumn] {
        &self.columns
    }

    /// The rows so far.
    pub fn rows(&self) -> ArcReadSignal<Option<Rows>> {
        self.rows.read_only()
    }

    /// Whether there are more rows.
    pub fn state(&self) -> ArcReadSignal<FetchState> {
        self.state.read_only()
    }

    /// Fetches rows until there are this many.
    pub fn want(&self, rows: usize) {
        if self.is_partial() {
            // The receiver is gone if the result has just ended.
            drop(self.demand.unbounded_send(rows.min(MOST_ROWS)));
        }
    }

    /// Fetches no more rows, so that the connection is free.
    pub(super) fn stop(&self) {
        self.demand.close_channel();
        self.state.update(|state| {
            if *state == FetchState::Partial {
                *state = FetchState::Stopped;
            }
        });
    }
}

/// Fetches the rows of one statement until no more are wanted.
struct Fetcher {
    is_query: bool,
    rows: ArcRwSignal<Option<Rows>>,
    state: ArcRwSignal<FetchState>,
    demanded: mpsc::UnboundedReceiver<usize>,
    /// Tells how the statement begins, once.
    begun: Option<oneshot::Sender<Result<Begun, Error>>>,
    batches: Vec<RecordBatch>,
    len: usize,
}

impl Fetcher {
    async fn run(mut self, connection: Rc<Connection>, sql: String) {
        let mut stream = match connection.stream(&sql).await {
            Ok(stream) => stream,
            Err(cause) => return self.begin(Err(cause.into())),
        };
        let mut goal = FIRST_ROWS;
        loop {
            let end = match self.fetch_until(&mut stream, goal).await {
                Ok(end) => end,
                Err(cause) => return self.begin(Err(cause.into())),
            };
            let fetched = Rows::new(stream.schema(), &self.batches);
            if let Some(done) = self.end_without_rows(&fetched) {
                return self.begin(Ok(done));
            }
            self.rows.set(Some(fetched));
            self.begin(Ok(Begun::Rows));
            if let Some(end) = end {
                return self.state.set(end);
            }
            match self.demanded.next().await {
                Some(wanted) => goal = goal.max(wanted),
                None => return,
            }
        }
    }

    /// Fetches until there are as many rows, and returns the state in which the result ends, if it
    /// does. Fails if there are no rows before the error.
    async fn fetch_until(
        &mut self,
        stream: &mut RecordBatchStream<'_>,
        goal: usize,
    ) -> Result<Option<FetchState>, EngineError> {
        while self.len < goal {
            match stream.next().await {
                Ok(Some(batch)) => {
                    self.len += batch.num_rows();
                    self.batches.push(batch);
                }
                Ok(None) => return Ok(Some(FetchState::Complete)),
                Err(cause) if self.rows.with_untracked(Option::is_none) => return Err(cause),
                Err(EngineError::Cancelled) => return Ok(Some(FetchState::Stopped)),
                Err(cause) => return Ok(Some(FetchState::Failed(advice::in_words(&cause)))),
            }
        }
        Ok((self.len >= MOST_ROWS).then_some(FetchState::Stopped))
    }

    /// The answer of a statement that is no query: it may be `Count` or `Success`, which a query may
    /// call its column too.
    fn end_without_rows(&self, fetched: &Rows) -> Option<Begun> {
        if self.is_query {
            return None;
        }
        let fields = fetched.schema().fields();
        match fields.as_ref() {
            [] => Some(Begun::Done(None)),
            [field] if field.name() == "Success" => Some(Begun::Done(None)),
            [field] if field.name() == "Count" => Some(Begun::Done(fetched.count(0, 0))),
            _ => None,
        }
    }

    fn begin(&mut self, begun: Result<Begun, Error>) {
        if let Some(sender) = self.begun.take() {
            // The task that waits may have ended.
            drop(sender.send(begun));
        }
    }
}
