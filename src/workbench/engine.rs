//! The engine's life: started, watched, and started again when it has died.

use std::collections::BTreeMap;

use duckdb_wasm::{Bundles, Config, Database, Progress};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Workbench;
use super::error::{Attempt, Error};
use super::session::Session;
use crate::served;

/// Where the page finds the engine's files; `index.html` copies them there.
const ENGINE_FOLDER: &str = "duckdb";

/// The folders of the files that the page registers or has the engine write.
const FOLDERS: [&str; 2] = ["sources/", "exports/"];

/// Engines that may die without a finished build between them before the page stops starting
/// new ones by itself.
const DEATHS_IN_A_ROW: u32 = 3;

/// The state of the engine.
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
            Err(error) => {
                self.engine.set(EngineState::Failed);
                self.report(&Attempt::StartEngine, &error);
            }
        }
    }

    async fn open_engine(self) -> Result<(Database, String), Error> {
        let bundles = Bundles::under(&served::address(ENGINE_FOLDER));
        let on_progress = move |progress| self.engine.set(EngineState::Starting(Some(progress)));
        let database = Database::start(&bundles, on_progress).await?;
        let config = Config {
            direct_io: true,
            // SQL reaches the page's own files, and no network. The configuration is not locked beyond
            // that: `SET threads` and the like are the user's.
            folders: FOLDERS.map(str::to_owned).to_vec(),
            ..Config::default()
        };
        database.open(&config).await?;
        let version = database.version().await?;
        Ok((database, version))
    }

    /// Waits for the engine's death, reports it and starts another engine.
    async fn watch(self, database: Database) {
        let cause = database.lost().await;
        let deaths = self.session.try_update_value(Session::forget_engine);
        let deaths = deaths.unwrap_or(DEATHS_IN_A_ROW);
        self.abandon_task();
        self.forget_transaction();
        // The mart was in the engine's memory.
        self.built.set(None);
        self.row_counts.set(BTreeMap::new());
        let restarts = deaths < DEATHS_IN_A_ROW;
        let stopped = Error::EngineStopped {
            cause,
            deaths,
            restarts,
        };
        self.report(&Attempt::RunEngine, &stopped);
        if restarts {
            self.start_engine();
        } else {
            self.engine.set(EngineState::Failed);
            self.session.update_value(|session| session.deaths = 0);
        }
    }
}
