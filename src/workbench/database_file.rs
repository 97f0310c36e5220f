//! The mart as a database file: DuckDB writes a copy beside the mart, which is then taken out of
//! the engine and saved.

use duckdb_wasm::{Connection, Database};
use leptos::prelude::*;
use mart::Identifier;
use mart::catalog;
use mart::database_file::DatabaseFile;
use web_sys::Blob;

use super::error::{Attempt, Error};
use super::source::{DatabaseSource, Rows as SourceRows};
use super::task::Task;
use super::{Workbench, download};
use crate::marks::{self, EXPORT_DONE};
use crate::rows::Rows;

impl Workbench {
    /// The names of the mart as database files: one, or those that are open.
    pub fn database_file_names(self) -> Vec<String> {
        match self.source.get().rows {
            SourceRows::Databases(files) => files.iter().map(|source| source.file.name()).collect(),
            _ => vec![format!("{}.duckdb", self.file_stem())],
        }
    }

    /// Saves the mart as a database file: one that is open as it is, by its place among them;
    /// otherwise one that is written now. Does nothing while another task runs.
    pub fn download_database(self, at: usize) {
        let names = untrack(|| self.database_file_names());
        let Some(file_name) = names.into_iter().nth(at) else {
            return;
        };
        self.run(Attempt::Export(file_name.clone()), async move |task| {
            if let SourceRows::Databases(files) = self.source.get_untracked().rows
                && let Some(DatabaseSource { file, .. }) = files.get(at)
            {
                return download::save(file, &file_name);
            }
            let file = self.write_database(task).await?;
            let saved = download::save(&file, &file_name);
            marks::mark(EXPORT_DONE);
            saved
        });
    }

    async fn write_database(self, task: &Task) -> Result<Blob, Error> {
        let connection = self.connect().await?;
        let database = self.database()?;
        let file = self.describe_copy(task, &connection).await?;
        let written = self.write_all(task, &connection, &file).await;
        // The copy is detached on failure and cancellation too.
        let mut closed = Ok(());
        for statement in file.close() {
            closed = closed.and(connection.execute(&statement).await.map(drop));
        }
        let read = match written.and(closed.map_err(Error::from)) {
            Ok(()) => {
                let reading = database.read_file(&file.path);
                let read = task.unless_cancelled(reading).await;
                read.and_then(|read| Ok(read?))
            }
            Err(error) => Err(error),
        };
        forget(&database, &file.path).await;
        read
    }

    async fn write_all(
        self,
        task: &Task,
        connection: &Connection,
        file: &DatabaseFile,
    ) -> Result<(), Error> {
        let statements = untrack(|| self.with_model(|model| file.write(model)));
        let of = statements.len() as u64;
        for (done, statement) in (0..).zip(&statements) {
            task.progress().show_done(done, of);
            task.query(connection, statement).await?;
        }
        Ok(())
    }

    async fn describe_copy(
        self,
        task: &Task,
        connection: &Connection,
    ) -> Result<DatabaseFile, Error> {
        let found = task.query(connection, catalog::definitions()).await?;
        let found = Rows::from(found);
        if found.len() == 0 {
            return Err(Error::NoTables);
        }
        let text = |row: usize, column: usize| found.cell(row, column).to_string();
        let file = DatabaseFile {
            path: format!("exports/{}.duckdb", self.next_file()),
            copied: Identifier::new(text(0, 2))?,
            definitions: (0..found.len())
                .map(|row| (text(row, 0), text(row, 1)))
                .collect(),
        };
        let missing = untrack(|| self.with_model(|model| file.missing(model)));
        if missing.is_empty() {
            Ok(file)
        } else {
            Err(Error::MissingTables(missing))
        }
    }
}

/// Frees the memory of the file in the engine, and of the log beside it if one was left.
async fn forget(database: &Database, path: &str) {
    for name in [path.to_owned(), format!("{path}.wal")] {
        // A name that does not exist is ignored.
        drop(database.drop_file(&name).await);
    }
}
