//! What lives as long as one engine: its database, the running task, open connections and files. It
//! must not know what is run on them.

use std::rc::Rc;

use duckdb_wasm::{Connection, Database};
use leptos::prelude::*;

use super::Workbench;
use super::encoder::EncoderWorker;
use super::error::Error;
use super::open::OpenedDatabase;
use super::reader::FileReader;
use super::sql::Waiting;
use super::task::Running;

/// The resources behind the state of the page.
#[derive(Default)]
pub(super) struct Session {
    /// The engine; `None` before it has started and after it has died.
    pub(super) database: Option<Database>,
    /// The running task.
    pub(super) running: Option<Running>,
    /// Tasks that have begun, of which the latest has this number.
    pub(super) tasks: u32,
    /// The connection of the SQL page.
    pub(super) sql: Option<Rc<Connection>>,
    /// The connection that keeps rows of the SQL page's.
    pub(super) kept: Option<Rc<Connection>>,
    /// What waits for the end of the user's transaction.
    pub(super) waiting: Option<Waiting>,
    /// The database files that are open in place of a built mart.
    pub(super) opened: Vec<OpenedDatabase>,
    /// The worker that encodes exports, kept for the next one.
    pub(super) encoder: Option<EncoderWorker>,
    /// The workers that read files, one of each kind at most, kept for the next ones.
    pub(super) file_readers: Vec<FileReader>,
    /// Files that have been given a number, of which the latest has this one.
    files: u32,
    /// Engines that have died since the last build that finished.
    pub(super) deaths: u32,
}

impl Session {
    /// A number that no file has had.
    pub(super) const fn next_file(&mut self) -> u32 {
        self.files += 1;
        self.files
    }

    /// Drops what belonged to an engine that has died, and counts the deaths since the last build.
    pub(super) fn forget_engine(&mut self) -> u32 {
        self.database = None;
        self.sql = None;
        self.kept = None;
        self.opened.clear();
        self.deaths += 1;
        self.deaths
    }
}

impl Workbench {
    pub(super) fn database(self) -> Result<Database, Error> {
        let database = self.session.with_value(|session| session.database.clone());
        database.ok_or(Error::NotStarted)
    }

    /// Opens a connection whose names are those of the mart that is shown.
    pub(super) async fn connect(self) -> Result<Connection, Error> {
        let connection = self.database()?.connect().await?;
        if let Some(statement) = self.select_opened() {
            connection.execute(&statement).await?;
        }
        Ok(connection)
    }

    /// The same for queries of the user's, in which functions of time work as in native DuckDB.
    pub(super) async fn connect_for_queries(self) -> Result<Connection, Error> {
        let connection = self.connect().await?;
        connection.execute(sql::TIME_IN_UTC).await?;
        Ok(connection)
    }

    /// A number that no file has had: DuckDB may keep what it knows of a file by its name.
    pub(super) fn next_file(self) -> u32 {
        self.session
            .try_update_value(Session::next_file)
            .unwrap_or_default()
    }
}
