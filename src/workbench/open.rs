//! Opening database files in place of the mart. They are attached under their own names. Once they have
//! been read, they replace the mart; if reading fails, the mart stays.

use std::collections::BTreeMap;
use std::sync::Arc;

use duckdb_wasm::{Connection, RegisteredFile};
use leptos::prelude::*;
use mart::{
    Document, Filter, Identifier, Keys, Model, OpenedFile, Package, Plan, Role, Table, catalog,
};
use web_sys::File;
use worker::reading::size_of;

use super::Workbench;
use super::build::count_rows;
use super::dashboard::Answers;
use super::error::{Attempt, Error};
use super::log::{BuildLog, LoggedStep};
use super::publish::{Built, Published};
use super::source::{
    DatabaseSource, Rows as SourceRows, database_names, head_of, untracked_source,
};
use super::task::Task;
use super::transport::text_rows;
use crate::marks::now;
use crate::rows::Rows;

/// A database file that is open. Detach it before this is dropped.
pub(super) struct OpenedDatabase {
    pub(super) file: OpenedFile,
    _registered: RegisteredFile,
}

impl OpenedDatabase {
    pub(super) const fn new(file: OpenedFile, registered: RegisteredFile) -> Self {
        Self {
            file,
            _registered: registered,
        }
    }
}

/// What the files contain.
struct Contents {
    package: Arc<Package>,
    keys: Keys,
    row_counts: BTreeMap<String, u64>,
    /// The tables and views that cannot be read, each with the reason.
    unreadable: BTreeMap<String, String>,
    answers: Answers,
}

impl Workbench {
    /// Opens files, which become the mart's source when they have been read. Does nothing while
    /// another task runs.
    pub fn open_databases(self, files: Vec<File>) {
        if files.is_empty() {
            return;
        }
        let sources = self.database_sources(files);
        let attempt = Attempt::OpenFile(database_names(&sources));
        self.run(attempt, async move |task| {
            self.open(task, sources).await?;
            self.loads.update(|loads| *loads += 1);
            Ok(())
        });
    }

    /// Shows the tables of the files that are open as tables to load.
    pub fn load_opened_tables(self) {
        let SourceRows::Databases(sources) = untracked_source(self).rows else {
            return;
        };
        let name = database_names(&sources);
        self.run(Attempt::LoadFile(name), async move |task| {
            let files = sources.into_iter().map(|source| source.file).collect();
            let found = self.understand_all(task, files).await?;
            self.show_files(task, found).await
        });
    }

    /// Opens files that may have been open before.
    pub(super) fn open_again(self, sources: Vec<DatabaseSource>) {
        self.run(
            Attempt::OpenFile(database_names(&sources)),
            async move |task| self.open(task, sources).await,
        );
    }

    /// The files that are open, each with the name that it has in SQL.
    pub fn opened_names(self) -> Vec<(String, String)> {
        self.source.track();
        self.session.with_value(|session| {
            let files = session.opened.iter().map(|opened| &opened.file);
            let names = files.map(|file| (file.file_name().to_owned(), file.alias().to_string()));
            names.collect()
        })
    }

    /// The databases whose tables are shown; none where they are those of the mart that is built.
    pub(super) fn databases(self) -> Vec<Identifier> {
        self.session.with_value(|session| {
            let files = session.opened.iter();
            files.map(|opened| opened.file.alias().clone()).collect()
        })
    }

    /// The statement after which the names that a connection uses are those of the first file that is
    /// open, if one is.
    pub(super) fn select_opened(self) -> Option<String> {
        self.session
            .with_value(|session| session.opened.first().map(|opened| opened.file.select()))
    }

    /// Closes the files that were open, if any were. The connection must not use them.
    pub(super) async fn close_opened(self, connection: &Connection) {
        let opened = self
            .session
            .try_update_value(|session| std::mem::take(&mut session.opened));
        for opened in opened.unwrap_or_default() {
            detach(&opened, connection).await;
        }
        self.unreadable.set(BTreeMap::new());
    }

    pub(super) async fn open(self, task: &Task, sources: Vec<DatabaseSource>) -> Result<(), Error> {
        let started = now();
        let files = self.detect_databases(task, &sources).await?;
        self.close_sql();
        let database = self.database()?;
        let connection = database.connect().await?;
        let mut opened = Vec::new();
        for (file, source) in files.into_iter().zip(&sources) {
            let registered = database.register_file(file.path(), &source.file).await?;
            opened.push(OpenedDatabase::new(file, registered));
        }
        // Names that the files before have are free once those are closed; until the new ones have
        // been read, they can be opened again.
        let before = self
            .session
            .try_update_value(|session| std::mem::take(&mut session.opened))
            .unwrap_or_default();
        for earlier in &before {
            detach(earlier, &connection).await;
        }
        let contents = match self.attach_and_read(task, &connection, &opened).await {
            Ok(contents) => contents,
            Err(error) => {
                for one in &opened {
                    detach(one, &connection).await;
                }
                for earlier in &before {
                    // It was attached a moment ago.
                    drop(connection.execute(&earlier.file.attach()).await);
                }
                self.session.update_value(|session| session.opened = before);
                return Err(error);
            }
        };
        let name = database_names(&sources);
        let attached = opened.iter().map(|opened| opened.file.attach());
        let log = BuildLog {
            source: name.clone(),
            steps: vec![LoggedStep {
                title: format!("Open {name}"),
                sql: attached.collect::<Vec<_>>().join(";\n"),
                rows: None,
                milliseconds: now() - started,
            }],
            failed: false,
        };
        self.session.update_value(|session| session.opened = opened);
        self.unreadable.set(contents.unreadable);
        let numbers: Vec<_> = sources.iter().map(|source| source.number).collect();
        self.publish(Published {
            package: self.with_own_checks(contents.package, &numbers),
            built: Built {
                source: name,
                milliseconds: now() - started,
                loaded: None,
                keys: contents.keys,
            },
            source: untracked_source(self).with_rows(SourceRows::Databases(sources)),
            log,
            row_counts: contents.row_counts,
            answers: contents.answers,
        });
        Ok(())
    }

    /// Looks at the first bytes of files, and gives each a name that no other has.
    async fn detect_databases(
        self,
        task: &Task,
        sources: &[DatabaseSource],
    ) -> Result<Vec<OpenedFile>, Error> {
        let mut files = Vec::<OpenedFile>::new();
        for source in sources {
            let file = &source.file;
            let head = task.unless_cancelled(head_of(file)).await??;
            let found = OpenedFile::detect(&file.name(), &head, size_of(file), self.next_file())?;
            let found = found.beside(files.iter().map(OpenedFile::alias));
            files.push(found);
        }
        Ok(files)
    }

    async fn attach_and_read(
        self,
        task: &Task,
        connection: &Connection,
        opened: &[OpenedDatabase],
    ) -> Result<Contents, Error> {
        for one in opened {
            let attached = task.query(connection, &one.file.attach()).await;
            attached.map_err(|error| about_file(&one.file, error))?;
        }
        let files: Vec<_> = opened.iter().map(|opened| &opened.file).collect();
        self.read(task, &files).await
    }

    async fn read(self, task: &Task, files: &[&OpenedFile]) -> Result<Contents, Error> {
        let Some(first) = files.first() else {
            return Err(Error::NoTables);
        };
        let connection = self.database()?.connect().await?;
        let query = async |sql: &str| {
            let result = task.query(&connection, sql).await;
            result.map_err(|error| about_file(first, error))
        };
        query(&first.select()).await?;
        let databases: Vec<_> = files.iter().map(|file| file.alias().clone()).collect();
        let columns = text_rows(&query(&catalog::columns(&databases)).await?.into());
        let declared = text_rows(&query(&catalog::keys(&databases)).await?.into());
        let found = Document::of_catalog(first.stem(), &databases, &columns, &declared);
        let opened = Arc::new(Package::new(found.clone(), BTreeMap::new())?);
        let (mut package, mut keys) = self.recognize(task, &connection, &found, &opened).await?;
        let results = match ask(task, &connection, &package).await {
            // A mart whose questions fail is a database like any other.
            Err(error) if error.statement_message().is_some() => {
                (package, keys) = (opened, Keys::Enforced);
                ask(task, &connection, &package).await?
            }
            results => results?,
        };
        let (row_counts, unreadable) = self.count(task, &connection, package.model()).await?;
        Ok(Contents {
            package,
            keys,
            row_counts,
            unreadable,
            answers: Answers {
                is_new_source: true,
                results,
            },
        })
    }

    /// Counts the rows of each table, and finds out what cannot be read: one damaged table, or a view
    /// over a file that is missing, leaves the others as they are.
    async fn count(
        self,
        task: &Task,
        connection: &Connection,
        model: &Model,
    ) -> Result<(BTreeMap<String, u64>, BTreeMap<String, String>), Error> {
        let mut unreadable = BTreeMap::new();
        let counting = count_rows(connection, stored(model.tables()));
        let counts = match task.statement(connection, counting).await {
            Err(error) if error.statement_message().is_some() => {
                let mut counts = BTreeMap::new();
                for table in stored(model.tables()) {
                    let counting = count_rows(connection, [table]);
                    match task.statement(connection, counting).await {
                        Ok(counted) => counts.extend(counted),
                        Err(error) => {
                            let reason = error.statement_reason()?;
                            unreadable.insert(table.title(), reason);
                        }
                    }
                }
                counts
            }
            counts => counts?,
        };
        for view in model
            .tables()
            .iter()
            .filter(|table| table.role == Role::View)
        {
            // To bind it is enough: its rows may take long.
            let sql = format!("{}\nLIMIT 0", catalog::rows(view));
            if let Err(error) = task.query(connection, &sql).await {
                unreadable.insert(view.title(), error.statement_reason()?);
            }
        }
        Ok((counts, unreadable))
    }

    /// The mart of a database: the one that is built here or the one that comes with the page, if the
    /// file holds its tables and its keys are correct; otherwise one that is made of the catalog.
    async fn recognize(
        self,
        task: &Task,
        connection: &Connection,
        found: &Document,
        opened: &Arc<Package>,
    ) -> Result<(Arc<Package>, Keys), Error> {
        let built = untracked_source(self).package;
        for known in [built, Arc::new(mart::shipped::built_in())] {
            let Some(keys) = known.model().is_in(opened.model()) else {
                continue;
            };
            let is_whole = opened.model().tables().len() == known.model().tables().len();
            let package = if is_whole {
                known
            } else {
                let document = known.document().with_tables_of(found);
                Arc::new(Package::new(document, known.files().clone())?)
            };
            if keys == Keys::Enforced || are_keys_valid(task, connection, package.model()).await? {
                return Ok((package, keys));
            }
        }
        Ok((Arc::clone(opened), Keys::Enforced))
    }
}

pub(super) async fn detach(opened: &OpenedDatabase, connection: &Connection) {
    // It fails for a file that could not be attached.
    drop(connection.execute(&opened.file.detach()).await);
}

/// The answers to the questions of a mart.
async fn ask(
    task: &Task,
    connection: &Connection,
    package: &Package,
) -> Result<Vec<(String, Rows)>, Error> {
    let model = package.model();
    let mut results = Vec::new();
    for question in model.questions() {
        let query = question.query(&Filter::default());
        let sql = query.sql(model).unwrap_or_default();
        let rows = task.query(connection, &sql).await?.into();
        results.push((sql, rows));
    }
    Ok(results)
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
pub(super) fn about_file(file: &OpenedFile, error: Error) -> Error {
    match error.statement_message() {
        Some(message) => file.verdict(&message).into(),
        None => error,
    }
}

/// The tables that store rows.
pub(super) fn stored(tables: &[Table]) -> impl Iterator<Item = &Table> {
    tables.iter().filter(|table| table.role != Role::View)
}
