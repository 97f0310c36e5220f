//! One open engine, one mart, and what is going on now. Every action of the app starts here;
//! views call actions and read signals, and hold no logic of their own. Only this module starts,
//! replaces or ends the engine.

mod alert;
mod ask;
mod asking;
mod build;
mod closer;
mod database_file;
mod disk;
mod download;
mod encoder;
mod engine;
mod export;
mod inspection;
mod log;
mod open;
mod saved;
mod source;
mod sql;

use std::collections::BTreeMap;
use std::mem;
use std::ops::Deref;
use std::pin::pin;
use std::rc::Rc;

use duckdb_wasm::{Connection, Database};
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::encode::Options;
use mart::{Answer, Keys, Mart, mini_data_mart};

use encoder::EncoderWorker;
use open::Opened;

pub use alert::{Alert, Remedy};
pub use asking::{Asking, MOST_VALUES, Shown};
pub use closer::{Closer, ColumnProfile, MOST_FAILING, TableProfile, checks_item, failing_item};
pub use engine::EngineState;
pub use export::Item;
pub use inspection::{CheckOutcome, CheckReport, ColumnReport, Finding, Inspection, TableReport};
pub use log::{BuildLog, LoggedStep};
pub use saved::{MOST_SAVED_ROWS, Saved};
pub use source::Source;
pub use sql::{Fetched, Fetching, Given, MOST_ROWS, Outcome, Prefix, Sql, Which};

/// The state of the app. A copy is another handle to the same state, as small as can be: every
/// view and every callback holds one.
#[derive(Clone, Copy)]
pub struct Workbench(&'static State);

/// What lies on the workbench.
pub struct State {
    /// What the mart is: the built-in one, or one that was opened.
    pub mart: RwSignal<Mart>,
    /// How the engine is.
    pub engine: RwSignal<EngineState>,
    /// Where the rows of the mart come from.
    pub source: RwSignal<Source, LocalStorage>,
    /// The latest build, or opening, that has finished; `None` before the first.
    pub built: RwSignal<Option<Built>>,
    /// What goes on now. One thing at a time.
    pub activity: RwSignal<Option<Activity>>,
    /// The steps of the latest build, whole or not.
    pub log: RwSignal<BuildLog>,
    /// Rows of each table of the mart.
    pub row_counts: RwSignal<BTreeMap<String, u64>>,
    /// The built-in mart's questions, each with its answer once there is one.
    pub answers: StoredValue<Vec<(Answer, Shown)>>,
    /// What is in the catalog, and whether it is right; made when it is looked at.
    pub inspection: RwSignal<Option<Inspection>>,
    /// What was looked at closer.
    pub closer: RwSignal<Closer>,
    /// How the files look that are downloaded.
    pub export_options: RwSignal<Options>,
    /// The questions to the star.
    pub asking: Asking,
    /// The queries that were saved with a name.
    pub saved: RwSignal<Vec<Saved>>,
    /// The page SQL.
    pub sql: Sql,
    /// What went wrong last, until it is dismissed.
    pub alert: RwSignal<Option<Alert>>,
    session: StoredValue<Session, LocalStorage>,
}

/// A build that has finished.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// What it was built from, as a person calls it.
    pub source: String,
    /// How long it took, from the first statement to the last answer.
    pub milliseconds: f64,
    /// Rows that were read from the source; `None` where it was opened as it is.
    pub staged_rows: Option<u64>,
    /// How it was made sure that its keys hold.
    pub keys: Keys,
}

/// Something that takes a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// What is being done: `Building the mart`.
    pub title: String,
    /// The part of it that runs now.
    pub detail: String,
    /// Parts, or rows, that are done.
    pub done: u64,
    /// Those in all; at least one.
    pub of: u64,
}

/// What lives as long as one engine, what runs on it, and what is kept for the next export.
#[derive(Default)]
struct Session {
    database: Option<Database>,
    running: Option<Rc<Connection>>,
    cancelled: bool,
    /// Dropped when what runs now is asked to stop, or can come to nothing any more.
    unstopped: Option<oneshot::Sender<()>>,
    /// The connection of the page SQL.
    sql: Option<Rc<Connection>>,
    /// The file that is open in the mart's place.
    opened: Option<Opened>,
    /// The encoder's worker, kept for the next export.
    encoder: Option<EncoderWorker>,
    /// Files that the engine has had, so that each gets a name of its own.
    files: u32,
    /// Engines that have died since the last build that finished.
    deaths: u32,
}

impl Deref for Workbench {
    type Target = State;

    fn deref(&self) -> &State {
        self.0
    }
}

impl Workbench {
    /// A workbench with nothing on it yet. Call it once, inside the app's owner: it lives as long
    /// as the page.
    pub fn new() -> Self {
        let mart = mini_data_mart();
        let answers = mart
            .answers
            .iter()
            .map(|answer| (answer.clone(), Shown::new(answer.slug)))
            .collect();
        Self(Box::leak(Box::new(State {
            mart: RwSignal::new(mart),
            engine: RwSignal::new(EngineState::Starting(None)),
            source: RwSignal::new_local(Source::Seed),
            built: RwSignal::new(None),
            activity: RwSignal::new(None),
            log: RwSignal::new(BuildLog::default()),
            row_counts: RwSignal::new(BTreeMap::new()),
            answers: StoredValue::new(answers),
            inspection: RwSignal::new(None),
            closer: RwSignal::new(Closer::default()),
            export_options: RwSignal::new(Options::default()),
            asking: Asking::new(),
            saved: RwSignal::new(saved::remembered()),
            sql: Sql::new(),
            alert: RwSignal::new(None),
            session: StoredValue::new_local(Session::default()),
        })))
    }

    /// The workbench that the app has put into the context.
    pub fn from_context() -> Self {
        expect_context()
    }

    /// Whether an action would be refused now, since another one runs or the engine is not there.
    pub fn is_busy(self) -> bool {
        self.activity.with(Option::is_some) || !self.engine.with(EngineState::is_ready)
    }

    /// Whether nothing goes on now, so that drawing takes nobody's time.
    pub fn is_calm(self) -> Memo<bool> {
        Memo::new(move |_| self.activity.with(Option::is_none))
    }

    /// Asks what runs now to stop. It answers soon, and leaves what was there before.
    pub fn cancel(self) {
        self.session.update_value(|session| {
            session.cancelled = true;
            session.unstopped = None;
        });
        if let Some(running) = self.session.with_value(|session| session.running.clone()) {
            spawn_local(async move {
                // What fails here is lost with the engine, which is reported where it is noticed.
                drop(running.cancel().await);
            });
        }
    }

    /// Takes the alert away.
    pub fn dismiss(self) {
        self.alert.set(None);
    }

    fn is_cancelled(self) -> bool {
        self.session.with_value(|session| session.cancelled)
    }

    fn database(self) -> Result<Database, duckdb_wasm::Error> {
        let database = self.session.with_value(|session| session.database.clone());
        database.ok_or_else(|| duckdb_wasm::Error::Unavailable {
            reason: "it has not been started yet".to_owned(),
        })
    }

    /// A number that no file in the engine has had.
    fn next_file(self) -> u32 {
        let number = self.session.try_update_value(|session| {
            session.files += 1;
            session.files
        });
        number.unwrap_or_default()
    }

    /// Opens a connection to the mart that is shown, for one action.
    async fn connect(self) -> Result<Rc<Connection>, duckdb_wasm::Error> {
        self.connect_aside()
            .await
            .map(|connection| self.watched(connection))
    }

    /// Opens a connection to the mart that is shown, which `cancel` does not reach.
    async fn connect_aside(self) -> Result<Connection, duckdb_wasm::Error> {
        let connection = self.database()?.connect().await?;
        if let Some(statement) = self.selected() {
            connection.execute(&statement).await?;
        }
        Ok(connection)
    }

    /// From now on `cancel` reaches this connection, until `release`.
    fn watched(self, connection: Connection) -> Rc<Connection> {
        let connection = Rc::new(connection);
        self.session.update_value(|session| {
            session.running = Some(Rc::clone(&connection));
        });
        connection
    }

    /// Tells that a build, or an opening, has finished. What was told before is over with it, but for
    /// an engine's death that has led to it.
    fn finished(self, built: Built) {
        self.forget_closer();
        self.built.set(Some(built));
        let deaths = self
            .session
            .try_update_value(|session| mem::take(&mut session.deaths));
        if deaths == Some(0) {
            self.alert.set(None);
        }
    }

    /// Tells that something begins.
    fn begin(self, title: &str, detail: &str) {
        drop(self.begin_stoppable(title, detail));
    }

    /// The same, and answers with what ends when it is asked to stop.
    fn begin_stoppable(self, title: &str, detail: &str) -> Stopped {
        let (unstopped, stopped) = oneshot::channel();
        self.session.update_value(|session| {
            session.cancelled = false;
            session.unstopped = Some(unstopped);
        });
        self.activity.set(Some(Activity {
            title: title.to_owned(),
            detail: detail.to_owned(),
            done: 0,
            of: 1,
        }));
        stopped
    }

    fn release(self) {
        self.session.update_value(|session| session.running = None);
        self.activity.set(None);
    }
}

/// Ends when what was begun is asked to stop, or the engine is gone.
type Stopped = oneshot::Receiver<()>;

/// What a task comes to; nothing if it is asked to stop before, wherever it is then.
async fn unless<T>(stopped: &mut Stopped, task: impl Future<Output = T>) -> Option<T> {
    match select(pin!(task), stopped).await {
        Either::Left((outcome, _)) => Some(outcome),
        Either::Right(_) => None,
    }
}
