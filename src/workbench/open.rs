//! Opening a database file in place of the mart. It is attached beside what is there, and takes
//! its place when it has been read; until then, and if it cannot be, nothing changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use duckdb_wasm::{Connection, RegisteredFile};
use leptos::prelude::*;
use mart::{Document, Filter, Keys, Model, OpenedFile, Package, Plan, Role, Table, catalog};
use web_sys::File;

use super::Workbench;
use super::build::count_rows;
use super::dashboard::Answers;
use super::error::{Attempt, Error};
use super::log::{BuildLog, LoggedStep};
use super::publish::{Built, Published};
use super::source::{DatabaseSource, Rows as SourceRows, head_of, size_of, untracked_source};
use super::task::Task;
use super::transport::text_rows;
use crate::marks::now;

/// A database file that is open. Detach it before this is dropped.
pub(super) struct OpenedDatabase {
    file: OpenedFile,
    _registered: RegisteredFile,
}

/// What a file contains.
struct Contents {
    package: Arc<Package>,
    keys: Keys,
    row_counts: BTreeMap<String, u64>,
    answers: Answers,
}

impl Workbench {
    /// Opens a file, which becomes the mart's source when it has been read. Does nothing while
    /// another task runs.
    pub fn open_database(self, file: File) {
        let source = self.database_source(file);
        self.run(Attempt::OpenFile(source.file.name()), async move |task| {
            self.open(task, source).await?;
            self.loads.update(|loads| *loads += 1);
            Ok(())
        });
    }

    /// Opens a file that may have been open before.
    pub(super) fn open_again(self, source: DatabaseSource) {
        self.run(Attempt::OpenFile(source.file.name()), async move |task| {
            self.open(task, source).await
        });
    }

    /// The statement after which the names that a connection uses are those of the file that is
    /// open, if one is.
    pub(super) fn select_opened(self) -> Option<String> {
        self.session
            .with_value(|session| session.opened.as_ref().map(|opened| opened.file.select()))
    }

    /// Closes the file that was open, if one was. The connection must not use it.
    pub(super) async fn close_opened(self, connection: &Connection) {
        let opened = self
            .session
            .try_update_value(|session| session.opened.take());
        detach(opened.flatten(), connection).await;
    }

    pub(super) async fn open(self, task: &Task, source: DatabaseSource) -> Result<(), Error> {
        let started = now();
        let file = &source.file;
        let head = task.unless_cancelled(head_of(file)).await??;
        let opened = OpenedFile::detect(&file.name(), &head, size_of(file), self.next_file())?;
        self.close_sql();
        let database = self.database()?;
        let connection = database.connect().await?;
        let registered = database.register_file(opened.path(), file).await?;
        let attached = task.query(&connection, &opened.attach()).await;
        attached.map_err(|error| about_file(&opened, error))?;
        let contents = match self.read(task, &opened).await {
            Ok(contents) => contents,
            Err(error) => {
                drop(connection.execute(&opened.detach()).await);
                return Err(error);
            }
        };

        let log = BuildLog {
            source: opened.file_name().to_owned(),
            steps: vec![LoggedStep {
                title: format!("Open {}", opened.file_name()),
                sql: opened.attach(),
                rows: None,
                milliseconds: now() - started,
            }],
            failed: false,
        };
        let previous = self.session.try_update_value(|session| {
            session.opened.replace(OpenedDatabase {
                file: opened,
                _registered: registered,
            })
        });
        detach(previous.flatten(), &connection).await;
        self.publish(Published {
            package: contents.package,
            built: Built {
                source: file.name(),
                milliseconds: now() - started,
                loaded: None,
                keys: contents.keys,
            },
            source: untracked_source(self).with_rows(SourceRows::Database(source)),
            log,
            row_counts: contents.row_counts,
            answers: contents.answers,
        });
        Ok(())
    }

    async fn read(self, task: &Task, opened: &OpenedFile) -> Result<Contents, Error> {
        let connection = self.database()?.connect().await?;
        let query = async |sql: &str| {
            let result = task.query(&connection, sql).await;
            result.map_err(|error| about_file(opened, error))
        };
        query(&opened.select()).await?;
        let columns = text_rows(&query(catalog::columns()).await?.into());
        let declared = text_rows(&query(catalog::keys()).await?.into());
        let found = Document::of_catalog(opened.stem(), &columns, &declared);
        let (package, keys) = self.recognize(task, &connection, found).await?;
        let model = package.model();
        let counting = count_rows(&connection, stored(model.tables()));
        let row_counts = task.statement(&connection, counting).await;
        let row_counts = row_counts.map_err(|error| about_file(opened, error))?;
        let mut answers = Answers {
            is_new_source: true,
            results: Vec::new(),
        };
        for question in model.questions() {
            let sql = question
                .query(&Filter::default())
                .sql(model)
                .unwrap_or_default();
            let rows = query(&sql).await?.into();
            answers.results.push((sql, rows));
        }
        Ok(Contents {
            package,
            keys,
            row_counts,
            answers,
        })
    }

    /// The mart of a database: the one that is built here or the one that comes with the page, if the
    /// file holds its tables and its keys are correct; otherwise one that is made of the catalog.
    async fn recognize(
        self,
        task: &Task,
        connection: &Connection,
        found: Document,
    ) -> Result<(Arc<Package>, Keys), Error> {
        let opened = Package::new(found.clone(), BTreeMap::new())?;
        let built = untracked_source(self).package;
        for known in [built, Arc::new(mart::shipped::built_in())] {
            let Some(keys) = known.model().is_in(opened.model()) else {
                continue;
            };
            let is_whole = opened.model().tables().len() == known.model().tables().len();
            let package = if is_whole {
                known
            } else {
                let document = known.document().with_tables_of(&found);
                Arc::new(Package::new(document, known.files().clone())?)
            };
            if keys == Keys::Enforced || are_keys_valid(task, connection, package.model()).await? {
                return Ok((package, keys));
            }
        }
        Ok((Arc::new(opened), Keys::Enforced))
    }
}

async fn detach(opened: Option<OpenedDatabase>, connection: &Connection) {
    if let Some(opened) = opened {
        // A file that stays attached has a name that is never used again.
        drop(connection.execute(&opened.file.detach()).await);
    }
}

/// Whether the rows fit the keys of a mart that declares none.
async fn are_keys_valid(
    task: &Task,
    connection: &Connection,
    model: &Model,
) -> Result<bool, Error> {
    for step in &Plan::verify(model).steps {
        if task.query(connection, &step.sql).await?.num_rows() > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A message of DuckDB's is about the file, unless it is about the engine itself.
fn about_file(file: &OpenedFile, error: Error) -> Error {
    match error.statement_message() {
        Some(message) => file.verdict(&message).into(),
        None => error,
    }
}

/// The tables that store rows.
pub(super) fn stored(tables: &[Table]) -> impl Iterator<Item = &Table> {
    tables.iter().filter(|table| table.role != Role::View)
}
