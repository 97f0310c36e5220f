//! The engine's life: started, watched, and started again when it has died.

use std::collections::BTreeMap;

use duckdb_wasm::{Bundles, Config, Database, Error, Progress};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Alert, Remedy, Workbench};

/// Where the page finds the engine's files; `index.html` copies them there.
const ENGINE_FOLDER: &str = "duckdb";

/// Engines that may die without a finished build between them before the page stops starting
/// new ones by itself.
const DEATHS_IN_A_ROW: u32 = 3;

/// How the engine is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineState {
    /// It is being downloaded and started.
    Starting(Option<Progress>),
    /// Statements can run.
    Ready {
        /// DuckDB's version, such as `v1.4.3`.
        version: String,
    },
    /// It could not be started; the alert says why.
    Failed,
}

impl EngineState {
    /// Whether statements can run.
    pub const fn is_ready(&self) -> bool {
        matches!(self, Self::Ready { .. })
    }
}

impl Workbench {
    /// Starts the engine and builds the mart.
    pub fn start(self) {
        self.alert.set(None);
        self.start_engine();
    }

    fn start_engine(self) {
        self.engine.set(EngineState::Starting(None));
        spawn_local(self.start_and_build());
    }

    async fn start_and_build(self) {
        match self.open_engine().await {
            Ok((database, version)) => {
                self.session
                    .update_value(|session| session.database = Some(database.clone()));
                self.engine.set(EngineState::Ready { version });
                spawn_local(self.watch(database));
                self.rebuild();
            }
            Err(cause) => {
                self.engine.set(EngineState::Failed);
                self.alert.set(Some(Alert {
                    title: "The engine could not be started".to_owned(),
                    message:
                        "Nothing can be built without DuckDB. Check that the page's files are \
                              all there and that the connection works, then try again."
                            .to_owned(),
                    places: Vec::new(),
                    engine_message: Some(cause.to_string()),
                    remedy: Remedy::TryAgain,
                }));
            }
        }
    }

    async fn open_engine(self) -> Result<(Database, String), Error> {
        let bundles = Bundles::under(ENGINE_FOLDER);
        let on_progress = move |progress| self.engine.set(EngineState::Starting(Some(progress)));
        let database = Database::start(&bundles, on_progress).await?;
        let config = Config {
            direct_io: true,
            ..Config::default()
        };
        database.open(&config).await?;
        let version = database.version().await?;
        Ok((database, version))
    }

    /// Waits for the engine's end, tells it and starts another.
    async fn watch(self, database: Database) {
        let cause = database.lost().await;
        let deaths = self
            .session
            .try_update_value(|session| {
                session.database = None;
                session.running = None;
                session.unstopped = None;
                session.sql = None;
                session.opened = None;
                session.deaths += 1;
                session.deaths
            })
            .unwrap_or(DEATHS_IN_A_ROW);
        self.activity.set(None);
        // Nothing is left of the mart.
        self.built.set(None);
        self.row_counts.set(BTreeMap::new());
        let mut alert = Alert {
            title: "The engine has stopped".to_owned(),
            message: "DuckDB is started again and the mart rebuilt from the same source. A \
                      download that was under way has to be asked for again."
                .to_owned(),
            places: Vec::new(),
            engine_message: Some(cause.to_string()),
            remedy: Remedy::Dismiss,
        };
        if deaths < DEATHS_IN_A_ROW {
            self.alert.set(Some(alert));
            self.start_engine();
        } else {
            self.engine.set(EngineState::Failed);
            alert.message = format!(
                "DuckDB has stopped {deaths} times in a row. Try again, perhaps with less data or \
                 fewer open tabs."
            );
            alert.remedy = Remedy::TryAgain;
            self.session.update_value(|session| session.deaths = 0);
            self.alert.set(Some(alert));
        }
    }
}
