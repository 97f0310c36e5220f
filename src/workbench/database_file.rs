//! The mart as a database file: DuckDB writes a copy beside the mart, which is then taken out of
//! the engine and saved.

use std::collections::BTreeMap;

use duckdb_wasm::{Connection, Database, Error};
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::Identifier;
use mart::database_file::{self, DatabaseFile};
use web_sys::Blob;

use super::{Source, Stopped, Workbench, download, unless};
use crate::marks::{self, EXPORT_DONE};
use crate::rows::Rows;

impl Workbench {
    /// The name of the mart as a database file.
    pub fn database_file_name(self) -> String {
        match self.source.get() {
            Source::Database(file) => file.name(),
            _ => format!("{}.duckdb", self.file_stem()),
        }
    }

    /// Saves the mart as a database file: the one that is open as it is, or else one that is
    /// written now. Does nothing while something else goes on.
    pub fn download_database(self) {
        if self.is_busy() {
            return;
        }
        if let Source::Database(file) = self.source.get_untracked() {
            if let Err(reason) = download::save(&file, &file.name()) {
                self.report_export(&file.name(), "", reason.into());
            }
            return;
        }
        let file_name = self.database_file_name();
        let stopped = self.begin_stoppable(&format!("Exporting {file_name}"), "");
        spawn_local(async move {
            let outcome = match self.write_database(stopped).await {
                Ok(file) => {
                    let saved = download::save(&file, &file_name);
                    marks::mark(EXPORT_DONE);
                    saved.map_err(Into::into)
                }
                Err(cause) => Err(cause.into()),
            };
            self.release();
            if let Err(failure) = outcome {
                self.report_export(&file_name, "", failure);
            }
        });
    }

    async fn write_database(self, mut stopped: Stopped) -> Result<Blob, Error> {
        let connection = self.connect().await?;
        let database = self.database()?;
        let file = self.describe_copy(&connection).await?;
        let written = self.run_all(&connection, &file).await;
        // Also when it is asked to stop now, the copy is let go of.
        self.session.update_value(|session| session.running = None);
        let mut closed = Ok(());
        for statement in file.close() {
            closed = closed.and(connection.execute(&statement).await.map(drop));
        }
        let read = match written.and(closed) {
            Ok(()) => unless(&mut stopped, database.read_file(&file.path)).await,
            Err(cause) => Some(Err(cause)),
        };
        forget(&database, &file.path).await;
        read.unwrap_or(Err(Error::Cancelled))
    }

    async fn run_all(self, connection: &Connection, file: &DatabaseFile) -> Result<(), Error> {
        let statements = self.mart.with_untracked(|mart| file.write(mart));
        for (done, statement) in statements.iter().enumerate() {
            if self.is_cancelled() {
                return Err(Error::Cancelled);
            }
            self.activity.update(|activity| {
                if let Some(activity) = activity {
                    activity.done = done as u64;
                    activity.of = statements.len() as u64;
                }
            });
            connection.execute(statement).await?;
        }
        Ok(())
    }

    async fn describe_copy(self, connection: &Connection) -> Result<DatabaseFile, Error> {
        let found = Rows::from(connection.query(database_file::definitions()).await?);
        let text = |row: usize, column: usize| found.cell(row, column).to_string();
        let number = self.next_file();
        let mut definitions = BTreeMap::new();
        definitions.extend((0..found.len()).map(|row| (text(row, 0), text(row, 1))));
        if definitions.is_empty() {
            return Err(missing(
                "all tables are missing: Rebuild mart makes them again",
            ));
        }
        let file = DatabaseFile {
            path: format!("export-{number}.duckdb"),
            copied: Identifier::new(text(0, 2)).map_err(|cause| missing(&cause.to_string()))?,
            definitions,
        };
        let absent = self.mart.with_untracked(|mart| file.missing(mart));
        if absent.is_empty() {
            Ok(file)
        } else {
            Err(missing(&format!(
                "{} is missing: Rebuild mart makes it again",
                absent.join(", ")
            )))
        }
    }
}

fn missing(message: &str) -> Error {
    Error::Engine {
        kind: "Catalog".to_owned(),
        message: message.to_owned(),
        position: None,
    }
}

/// Frees the memory of the file in the engine, and of the log beside it if one was left.
async fn forget(database: &Database, path: &str) {
    for name in [path.to_owned(), format!("{path}.wal")] {
        // A name that is not there is what was wanted.
        drop(database.drop_file(&name).await);
    }
}
