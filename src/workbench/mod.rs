//! One engine, one mart, and the task that runs now. Every action of the app starts here; views call
//! actions and read signals, which only this module writes. Only this module starts, replaces or ends
//! the engine. It must not know a view or a component, nor a table of a particular mart.

mod account;
mod advice;
mod alert;
mod build;
mod checks;
mod dashboard;
mod database_file;
mod disk;
mod download;
mod drilldown;
mod encoder;
mod engine;
mod error;
mod examples;
mod export;
mod export_options;
mod files;
mod hash;
mod inspection;
mod leaving;
mod left_out;
mod loads;
mod log;
mod model;
mod open;
mod own_checks;
mod proposal;
mod publish;
mod quarantine;
mod question;
mod read;
mod reader;
mod saved;
mod saving;
mod series;
mod session;
mod shapes;
mod source;
mod sql;
mod staged;
mod task;
mod transport;
mod worker;

use std::collections::BTreeMap;
use std::ops::Deref;

use std::sync::Arc;

use ::export::Options;
use leptos::prelude::*;
use mart::{Model, Package, Question};

use session::Session;

pub use account::{MeasureLine, RelationshipLine, StarAccount};
pub use alert::{Alert, Remedy};
pub use checks::{CheckOutcome, CheckReport};
pub use dashboard::{Dashboard, DisplayedAnswer, KeyFigure, MOST_VALUES};
pub use drilldown::{
    ColumnProfile, Drilldown, MOST_FAILING, TableProfile, checks_item, failing_item,
};
pub use engine::EngineState;
pub use examples::Example;
pub use export::Item;
pub use files::UnderstoodFile;
pub use inspection::{ColumnReport, Finding, Inspection, TableReport};
pub use loads::{LoadedBatch, LoadedFile, NextFile, NextLoad, loads_item};
pub use log::{BuildLog, LoggedStep};
pub use own_checks::{CheckChange, NewCheck};
pub use proposal::{Edited, MetricPreview, ProposedStar};
pub use publish::{Built, Topic};
pub use quarantine::{SetAside, SetAsideRow, quarantine_item};
pub use read::ReadFile;
pub use saved::{MOST_SAVED_ROWS, SavedQuery};
pub use saving::Saving;
pub use source::{Rows as SourceRows, Source};
pub use sql::{
    Ending, Failure, FetchState, FetchedRows, MOST_ROWS, Outcome, RunMode, RunScope, Sql,
    StatementResult, Tab, Tabs, Transaction,
};
pub use staged::{Account, StagedFile};
pub use task::Activity;

/// The state of the app. A copy is another handle to the same state, as small as can be: every
/// view and every callback holds one.
#[derive(Clone, Copy)]
pub struct Workbench(&'static State);

/// The signals behind a [`Workbench`].
pub struct State {
    package: RwSignal<Arc<Package>>,
    engine: RwSignal<EngineState>,
    source: RwSignal<Source, LocalStorage>,
    built: RwSignal<Option<Built>>,
    activity: RwSignal<Option<Activity>>,
    log: RwSignal<BuildLog>,
    row_counts: RwSignal<BTreeMap<String, u64>>,
    unreadable: RwSignal<BTreeMap<String, String>>,
    answers: RwSignal<Vec<(Question, DisplayedAnswer)>>,
    examples: RwSignal<Vec<Example>>,
    inspection: RwSignal<Option<Inspection>>,
    drilldown: RwSignal<Drilldown>,
    check_change: RwSignal<Option<CheckChange>>,
    export_options: RwSignal<Options>,
    exports_filtered: RwSignal<bool>,
    dashboard: Dashboard,
    saved: RwSignal<Vec<SavedQuery>>,
    saving: RwSignal<Option<Saving>>,
    value_orders: series::ValueOrders,
    sql: Sql,
    alert: RwSignal<Option<Alert>>,
    changed_by_sql: RwSignal<bool>,
    outdated: RwSignal<bool>,
    loads: RwSignal<u32>,
    files: RwSignal<Vec<UnderstoodFile>, LocalStorage>,
    arrivals: RwSignal<u32>,
    next_load: RwSignal<Option<NextLoad>, LocalStorage>,
    accounts: RwSignal<Vec<Account>>,
    star_account: RwSignal<Option<StarAccount>>,
    proposed: RwSignal<Option<Arc<ProposedStar>>>,
    previewed: proposal::Previewed,
    set_aside: RwSignal<Option<SetAside>>,
    corrections: RwSignal<quarantine::Corrections>,
    shown_topics: StoredValue<Vec<Topic>>,
    session: StoredValue<Session, LocalStorage>,
}

impl Deref for Workbench {
    type Target = State;

    fn deref(&self) -> &State {
        self.0
    }
}

impl Workbench {
    /// A workbench with nothing on it yet, for this mart. Call it once, inside the app's owner: it lives as long
    /// as the page.
    pub fn new(package: Package) -> Self {
        let package = Arc::new(package);
        let model = package.model();
        crate::format::show_formats(model);
        Self(Box::leak(Box::new(State {
            engine: RwSignal::new(EngineState::Starting(None)),
            source: RwSignal::new_local(Source::shipped(Arc::clone(&package))),
            built: RwSignal::new(None),
            activity: RwSignal::new(None),
            log: RwSignal::new(BuildLog::default()),
            row_counts: RwSignal::new(BTreeMap::new()),
            unreadable: RwSignal::new(BTreeMap::new()),
            answers: RwSignal::new(dashboard::displayed(model)),
            examples: RwSignal::new(Vec::new()),
            inspection: RwSignal::new(None),
            drilldown: RwSignal::new(Drilldown::default()),
            check_change: RwSignal::new(None),
            export_options: RwSignal::new(export_options::remembered()),
            exports_filtered: RwSignal::new(true),
            dashboard: Dashboard::new(model),
            saved: RwSignal::new(saved::remembered()),
            saving: RwSignal::new(None),
            value_orders: RwSignal::default(),
            sql: Sql::new(model),
            alert: RwSignal::new(None),
            changed_by_sql: RwSignal::new(false),
            outdated: RwSignal::new(false),
            loads: RwSignal::new(0),
            files: RwSignal::new_local(Vec::new()),
            arrivals: RwSignal::new(0),
            next_load: RwSignal::new_local(None),
            accounts: RwSignal::new(Vec::new()),
            star_account: RwSignal::new(None),
            proposed: RwSignal::new(None),
            previewed: proposal::Previewed::default(),
            set_aside: RwSignal::new(None),
            corrections: RwSignal::default(),
            shown_topics: StoredValue::default(),
            session: StoredValue::new_local(Session::default()),
            package: RwSignal::new(package),
        })))
    }

    /// The workbench that the app has put into the context.
    pub fn from_context() -> Self {
        expect_context()
    }

    /// Reads the model of the mart that is shown.
    pub fn with_model<T>(self, read: impl FnOnce(&Model) -> T) -> T {
        self.package.with(|package| read(package.model()))
    }

    /// The state of the engine.
    pub fn engine(self) -> ReadSignal<EngineState> {
        self.engine.read_only()
    }

    /// Where the rows of the mart come from.
    pub fn source(self) -> ReadSignal<Source, LocalStorage> {
        self.source.read_only()
    }

    /// The latest build, or opening, that has finished; `None` before the first.
    pub fn built(self) -> ReadSignal<Option<Built>> {
        self.built.read_only()
    }

    /// The action that runs now.
    pub fn activity(self) -> ReadSignal<Option<Activity>> {
        self.activity.read_only()
    }

    /// The steps of the latest build, complete or not.
    pub fn log(self) -> ReadSignal<BuildLog> {
        self.log.read_only()
    }

    /// The number of rows of each table of the mart, by its title.
    pub fn row_counts(self) -> ReadSignal<BTreeMap<String, u64>> {
        self.row_counts.read_only()
    }

    /// The tables and views that cannot be read, by title, each with DuckDB's reason.
    pub fn unreadable(self) -> ReadSignal<BTreeMap<String, String>> {
        self.unreadable.read_only()
    }

    /// The questions of the mart, each with its answer.
    pub fn answers(self) -> ReadSignal<Vec<(Question, DisplayedAnswer)>> {
        self.answers.read_only()
    }

    /// The examples that come with the page, once the list has been fetched.
    pub fn examples(self) -> ReadSignal<Vec<Example>> {
        self.examples.read_only()
    }

    /// Tables, columns and checks as they were found, once a page has shown them.
    pub fn inspection(self) -> ReadSignal<Option<Inspection>> {
        self.inspection.read_only()
    }

    /// Profiles and failing rows that were fetched.
    pub fn drilldown(self) -> ReadSignal<Drilldown> {
        self.drilldown.read_only()
    }

    /// The user's question and its filters.
    pub fn dashboard(self) -> Dashboard {
        self.dashboard
    }

    /// The saved queries.
    pub fn saved(self) -> ReadSignal<Vec<SavedQuery>> {
        self.saved.read_only()
    }

    /// The state of the SQL page.
    pub fn sql(self) -> Sql {
        self.sql
    }

    /// How often files of the user's have been loaded.
    pub fn loads(self) -> ReadSignal<u32> {
        self.loads.read_only()
    }

    /// How often files of the user's have been understood, and wait to be loaded.
    pub fn arrivals(self) -> ReadSignal<u32> {
        self.arrivals.read_only()
    }

    /// The latest failure, until it is dismissed.
    pub fn alert(self) -> ReadSignal<Option<Alert>> {
        self.alert.read_only()
    }

    /// Removes the alert.
    pub fn dismiss(self) {
        self.alert.set(None);
    }

    /// Whether an action would be refused now, since another one runs or the engine is not ready.
    pub fn is_busy(self) -> bool {
        self.activity.with(Option::is_some) || !self.engine.with(EngineState::is_ready)
    }

    /// Whether no task is running, so that drawing delays none.
    pub fn is_idle(self) -> Memo<bool> {
        Memo::new(move |_| self.activity.with(Option::is_none))
    }
}
