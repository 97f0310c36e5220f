//! One's own questions: the statements of a text, run one after the other on a connection of
//! their own. Of a result as many rows are fetched as are looked at.

use std::ops::Range;
use std::rc::Rc;

use duckdb_wasm::{Connection, Error};
use futures_channel::{mpsc, oneshot};
use futures_util::StreamExt as _;
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::encode::transport::{self, ResultColumn, Target};
use mart::{inspect, script};

use super::export::Origin;
use super::log::now;
use super::{Item, Workbench};
use crate::components::Words;
use crate::memory;
use crate::rows::Rows;

/// Rows that are fetched before anybody has scrolled.
const FIRST_ROWS: usize = 2_000;
/// Rows that are shown at most: more than a browser can scroll through.
pub const MOST_ROWS: usize = 1_000_000;
/// Texts that the history keeps.
const MOST_REMEMBERED: usize = 100;
/// What DESCRIBE puts before a statement, so that places in it are that much later.
const DESCRIBE: &str = "DESCRIBE ";

/// The state of the page SQL. A copy is another handle to the same state.
#[derive(Clone, Copy)]
pub struct Sql {
    /// What is in the editor.
    pub text: RwSignal<String>,
    /// What came of the statements that were run last, in order.
    pub outcomes: RwSignal<Vec<Outcome>>,
    /// Where in the text the last error was, in bytes, and what it says.
    pub problem: RwSignal<Option<(Range<usize>, String)>>,
    /// Texts that were run, the latest first.
    pub history: RwSignal<Vec<String>>,
    /// What the editor can complete.
    pub words: RwSignal<Words>,
}

/// What came of a statement.
#[derive(Clone)]
pub struct Outcome {
    /// The statement.
    pub sql: String,
    /// How long it took until its first rows were there, or until it had ended.
    pub milliseconds: f64,
    /// What it gave.
    pub what: Given,
    /// The column that a person has sorted it by, and whether the last come first.
    pub sorted: Option<(usize, bool)>,
}

impl Outcome {
    /// All the rows of a query, in the order that is shown: it is asked once more for them. `None`
    /// for any other statement, which may change something each time.
    pub fn exportable(&self, name: &str) -> Option<Item> {
        let Given::Rows(fetching) = &self.what else {
            return None;
        };
        let columns = fetching.columns.as_slice();
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

/// What a statement gives.
#[derive(Clone)]
pub enum Given {
    /// Rows.
    Rows(Fetching),
    /// Nothing to see; perhaps a number of rows that it has changed.
    Done(Option<u64>),
    /// An error, in DuckDB's words.
    Failed(String),
    /// Nothing, since it was cancelled.
    Cancelled,
}

/// A result that arrives as it is looked at.
#[derive(Clone)]
pub struct Fetching {
    /// Names and types of the columns, as DuckDB says them; empty for what is no query.
    pub columns: Vec<ResultColumn>,
    /// The rows so far.
    pub rows: ArcRwSignal<Option<Rows>>,
    /// Whether there are more.
    pub state: ArcRwSignal<Fetched>,
    demand: mpsc::UnboundedSender<usize>,
}

/// How much of a result is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// There may be more, to be asked for.
    SoFar,
    /// All of it.
    All,
    /// There may be more, which can no longer be asked for.
    Stopped,
    /// A later row is an error, so these are not the whole.
    Failed(String),
}

impl Fetching {
    /// Asks for so many rows in all.
    pub fn want(&self, rows: usize) {
        if self.state.with_untracked(|state| *state == Fetched::SoFar) {
            // Nobody listens when the result has just ended.
            drop(self.demand.unbounded_send(rows.min(MOST_ROWS)));
        }
    }

    /// Asks for no more, so that the connection is free.
    fn stop(&self) {
        self.demand.close_channel();
        self.state.update(|state| {
            if *state == Fetched::SoFar {
                *state = Fetched::Stopped;
            }
        });
    }
}

/// Which statements of the text are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// The one at this byte.
    At(usize),
}

/// What is put before a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefix {
    /// Nothing: it is run.
    None,
    /// `EXPLAIN`: its plan.
    Explain,
    /// `EXPLAIN ANALYZE`: it is run, and its plan tells the times.
    Analyze,
}

impl Prefix {
    const fn sql(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Explain => "EXPLAIN (FORMAT json) ",
            Self::Analyze => "EXPLAIN (ANALYZE, FORMAT json) ",
        }
    }
}

impl Sql {
    pub(super) fn new() -> Self {
        Self {
            text: RwSignal::new("FROM fact_sales".to_owned()),
            outcomes: RwSignal::new(Vec::new()),
            problem: RwSignal::new(None),
            history: RwSignal::new(memory::list("history")),
            words: RwSignal::new(Words::default()),
        }
    }

    fn stop(self) {
        self.outcomes.with_untracked(|outcomes| {
            for outcome in outcomes {
                if let Given::Rows(fetching) = &outcome.what {
                    fetching.stop();
                }
            }
        });
    }
}

impl Workbench {
    /// Runs statements of the text. Does nothing while something else goes on.
    pub fn run_sql(self, which: Which, prefix: Prefix) {
        if untrack(|| self.is_busy()) {
            return;
        }
        let text = self.sql.text.get_untracked();
        let statements = match which {
            Which::All => script::split(&text),
            Which::At(byte) => script::at(&text, byte).into_iter().collect(),
        };
        if statements.is_empty() {
            return;
        }
        self.remember(&text);
        self.sql.stop();
        self.sql.outcomes.set(Vec::new());
        self.sql.problem.set(None);
        self.begin("Running", "");
        spawn_local(async move {
            self.run_statements(&text, statements, prefix).await;
            self.release();
        });
    }

    async fn run_statements(self, text: &str, statements: Vec<Range<usize>>, prefix: Prefix) {
        let count = statements.len();
        let mut changes = false;
        for (number, at) in statements.into_iter().enumerate() {
            let statement = text.get(at.clone()).unwrap_or_default();
            self.activity.update(|activity| {
                if let Some(activity) = activity {
                    let first = statement.lines().next().unwrap_or_default();
                    first.clone_into(&mut activity.detail);
                    activity.done = number as u64;
                    activity.of = count as u64;
                }
            });
            let started = now();
            let sql = format!("{}{statement}", prefix.sql());
            let outcome = self.run_statement(&sql).await;
            let is_last = number + 1 == count;
            let (what, goes_on) = match outcome {
                Ok(what) => (what, true),
                Err(Error::Cancelled) => (Given::Cancelled, false),
                // Told where the engine's life is watched.
                Err(Error::Lost { .. }) => return,
                Err(cause) => {
                    let before = prefix.sql().len();
                    self.mark(&at, before, &cause);
                    (Given::Failed(cause.to_string()), false)
                }
            };
            if let Given::Rows(fetching) = &what
                && !is_last
            {
                fetching.stop();
            }
            changes |= matches!(what, Given::Done(_));
            let milliseconds = now() - started;
            self.sql.outcomes.update(|outcomes| {
                outcomes.push(Outcome {
                    sql,
                    milliseconds,
                    what,
                    sorted: None,
                });
            });
            if !goes_on || self.is_cancelled() {
                break;
            }
        }
        if changes {
            self.look_for_changes().await;
        }
    }

    async fn run_statement(self, sql: &str) -> Result<Given, Error> {
        let connection = self.sql_connection().await?;
        // DESCRIBE takes one word for a table: `rollback` is none.
        let is_word = sql.chars().all(|c| c.is_ascii_alphabetic());
        let described = if is_word {
            None
        } else {
            Some(connection.query(&transport::describe(sql)).await)
        };
        let (columns, sql) = match described {
            Some(Ok(described)) => {
                let decode = |cause: mart::Error| Error::Decode {
                    reason: cause.to_string(),
                };
                let columns = transport::columns(&described.batches).map_err(decode)?;
                let sql = transport::select(sql, &columns, Target::Text).map_err(decode)?;
                (columns, sql)
            }
            // No query, or none that can be understood: running it will tell.
            None => (Vec::new(), sql.to_owned()),
            Some(Err(Error::Engine { kind, .. })) if kind == "Parser" => {
                (Vec::new(), sql.to_owned())
            }
            Some(Err(Error::Engine {
                kind,
                message,
                position,
            })) => {
                return Err(Error::Engine {
                    kind,
                    message,
                    position: position.and_then(|place| place.checked_sub(DESCRIBE.len())),
                });
            }
            Some(Err(other)) => return Err(other),
        };
        // The question before it was perhaps still on its way when this one was asked to stop.
        if self.is_cancelled() {
            return Err(Error::Cancelled);
        }
        self.fetch(connection, sql, columns).await
    }

    /// Runs a query and goes on fetching its rows as they are asked for.
    async fn fetch(
        self,
        connection: Rc<Connection>,
        sql: String,
        columns: Vec<ResultColumn>,
    ) -> Result<Given, Error> {
        let (demand, wanted) = mpsc::unbounded();
        let (first, begun) = oneshot::channel();
        let is_query = !columns.is_empty();
        let fetching = Fetching {
            columns,
            rows: ArcRwSignal::new(None),
            state: ArcRwSignal::new(Fetched::SoFar),
            demand,
        };
        spawn_local(pass_on(
            connection,
            sql,
            is_query,
            fetching.rows.clone(),
            fetching.state.clone(),
            wanted,
            first,
        ));
        match begun.await {
            Ok(Ok(changed)) => Ok(match changed {
                Some(Changed(count)) => Given::Done(count),
                None => Given::Rows(fetching),
            }),
            Ok(Err(cause)) => Err(cause),
            Err(oneshot::Canceled) => Err(Error::Cancelled),
        }
    }

    /// The connection of the page SQL: temporary tables and settings live as long as the mart.
    async fn sql_connection(self) -> Result<Rc<Connection>, Error> {
        let known = self.session.with_value(|session| session.sql.clone());
        let connection = if let Some(connection) = known {
            connection
        } else {
            let connection = Rc::new(self.connect_aside().await?);
            connection.execute("SET errors_as_json = true").await?;
            self.session
                .update_value(|session| session.sql = Some(Rc::clone(&connection)));
            connection
        };
        self.session
            .update_value(|session| session.running = Some(Rc::clone(&connection)));
        Ok(connection)
    }

    /// The same, with nothing on its way any more.
    pub(super) async fn free_sql_connection(self) -> Result<Rc<Connection>, Error> {
        self.sql.stop();
        self.sql_connection().await
    }

    /// Lets go of the page's connection, and of what it has begun and not ended.
    pub(super) fn close_sql(self) {
        self.sql.stop();
        self.session.update_value(|session| session.sql = None);
    }

    /// Marks the place of an error in the text.
    fn mark(self, statement: &Range<usize>, before: usize, cause: &Error) {
        let Error::Engine {
            message, position, ..
        } = cause
        else {
            return;
        };
        let place = position.and_then(|place| place.checked_sub(before));
        let from = statement.start + place.unwrap_or(0);
        let from = from.min(statement.end);
        let text = self.sql.text.get_untracked();
        // To the end of the word there; all of the statement where the place is not known.
        let rest = text.get(from..statement.end).unwrap_or_default();
        let word = rest.find(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && c != '_');
        let length = match (place, word) {
            (None, _) | (_, None) => rest.len(),
            (Some(_), Some(length)) => length.max(1),
        };
        self.sql
            .problem
            .set(Some((from..from + length, message.clone())));
    }

    fn remember(self, text: &str) {
        self.sql.history.update(|history| {
            history.retain(|known| known != text);
            history.insert(0, text.to_owned());
            history.truncate(MOST_REMEMBERED);
            memory::keep_list("history", history);
        });
    }

    /// Learns what the editor can complete.
    pub fn learn_words(self) {
        spawn_local(async move {
            // An editor that knows less is still an editor.
            if let Ok(words) = self.ask_for_words().await {
                self.sql.words.set(words);
            }
        });
    }

    async fn ask_for_words(self) -> Result<Words, Error> {
        let connection = self.connect_aside().await?;
        let known = Rows::from(connection.query(inspect::words()).await?);
        let catalog = Rows::from(connection.query(inspect::catalog()).await?);
        let mut words = Words::default();
        for row in 0..known.len() {
            let text = known.cell(row, 1).to_string();
            match known.cell(row, 0).to_string().as_str() {
                "keyword" => words.keywords = text,
                "function" => words.functions = text,
                _ => words.types = text,
            }
        }
        for row in 0..catalog.len() {
            let [schema, table, column] = [0, 1, 3].map(|at| catalog.cell(row, at).to_string());
            let title = inspect::title(&schema, &table);
            match words.tables.last_mut() {
                Some((last, columns)) if *last == title => columns.push(column),
                _ => words.tables.push((title, vec![column])),
            }
        }
        Ok(words)
    }
}

impl Workbench {
    /// Shows a result of the last run in the order of one of its columns. DuckDB sorts; the
    /// statement is run again for that.
    pub fn sort_result(self, number: usize, column: usize, descending: bool) {
        let outcome = self
            .sql
            .outcomes
            .with_untracked(|outcomes| outcomes.get(number).cloned());
        let Some(Outcome {
            sql,
            what: Given::Rows(fetching),
            ..
        }) = outcome
        else {
            return;
        };
        if untrack(|| self.is_busy()) || fetching.columns.is_empty() {
            return;
        }
        self.sql.stop();
        self.begin("Sorting", "");
        spawn_local(async move {
            let started = now();
            let columns = fetching.columns;
            let sorted = transport::sorted(&sql, &columns, column, descending)
                .and_then(|sql| transport::select(&sql, &columns, Target::Text));
            let what = match sorted {
                Ok(sorted) => match self.sql_connection().await {
                    Ok(connection) => self.fetch(connection, sorted, columns).await,
                    Err(cause) => Err(cause),
                },
                Err(cause) => Err(Error::Decode {
                    reason: cause.to_string(),
                }),
            };
            self.release();
            let what = match what {
                Ok(what) => what,
                Err(Error::Cancelled | Error::Lost { .. }) => return,
                Err(cause) => Given::Failed(cause.to_string()),
            };
            self.sql.outcomes.update(|outcomes| {
                if let Some(outcome) = outcomes.get_mut(number) {
                    outcome.what = what;
                    outcome.milliseconds = now() - started;
                    outcome.sorted = Some((column, descending));
                }
            });
        });
    }
}

/// A statement that is no query has ended, and perhaps changed so many rows.
struct Changed(Option<u64>);

/// Hands on the rows of a statement as they are wanted, until nobody can want more. What is no query
/// may answer with `Count` or `Success` instead, which a query may call its column too.
async fn pass_on(
    connection: Rc<Connection>,
    sql: String,
    is_query: bool,
    rows: ArcRwSignal<Option<Rows>>,
    state: ArcRwSignal<Fetched>,
    mut wanted: mpsc::UnboundedReceiver<usize>,
    first: oneshot::Sender<Result<Option<Changed>, Error>>,
) {
    let mut first = Some(first);
    let mut tell = move |begun| {
        if let Some(first) = first.take() {
            // Whoever waited may have gone.
            drop(first.send(begun));
        }
    };
    let mut stream = match connection.stream(&sql).await {
        Ok(stream) => stream,
        Err(cause) => return tell(Err(cause)),
    };
    let schema = stream.schema();
    let mut batches = Vec::new();
    let mut len = 0;
    let mut goal = FIRST_ROWS;
    loop {
        let mut end = None;
        while len < goal && end.is_none() {
            match stream.next().await {
                Ok(Some(batch)) => {
                    len += batch.num_rows();
                    batches.push(batch);
                }
                Ok(None) => end = Some(Fetched::All),
                Err(cause) if rows.with_untracked(Option::is_none) => return tell(Err(cause)),
                Err(Error::Cancelled) => end = Some(Fetched::Stopped),
                Err(cause) => end = Some(Fetched::Failed(cause.to_string())),
            }
        }
        let fetched = Rows::new(schema.clone(), &batches);
        if !is_query {
            let names: Vec<_> = schema.fields().iter().map(|field| field.name()).collect();
            match names.as_slice() {
                [] => return tell(Ok(Some(Changed(None)))),
                [name] if *name == "Success" => return tell(Ok(Some(Changed(None)))),
                [name] if *name == "Count" => {
                    return tell(Ok(Some(Changed(fetched.count(0, 0)))));
                }
                _ => {}
            }
        }
        rows.set(Some(fetched));
        tell(Ok(None));
        if len >= MOST_ROWS && end.is_none() {
            end = Some(Fetched::Stopped);
        }
        if let Some(end) = end {
            return state.set(end);
        }
        match wanted.next().await {
            Some(wish) => goal = goal.max(wish),
            None => return,
        }
    }
}
