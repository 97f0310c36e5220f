//! Loads files into tables of their own, in one transaction: each row is in its table or in the quarantine,
//! and DuckDB's count is compared with what was read. If anything fails, the mart that was there stays. It
//! must not know how files are read.

mod star;
mod tables;

pub(super) use star::StarLoad;

use std::collections::BTreeMap;
use std::sync::Arc;

use duckdb_wasm::Connection;
use ingest::{Choices, Counts, FilePlan};
use leptos::prelude::*;
use mart::{Document, Identifier, Keys, Package, catalog};
use web_sys::File;
use worker::reading::size_of;

use super::Workbench;
use super::build::count_rows;
use super::dashboard::Answers;
use super::error::{Attempt, Error};
use super::log::{BuildLog, LoggedStep};
use super::open::{detach, stored};
use super::publish::{Built, Published};
use super::reader::{Piece, ReaderKind};
use super::shapes::Shape;
use super::source::{Rows as SourceRows, untracked_source};
use super::task::Task;
use super::transport::text_rows;
use crate::format;
use crate::marks::now;
use crate::rows::Rows;

/// The table of the rows that are set aside.
pub(super) const QUARANTINE: &str = "quarantine";
/// The statement that creates it anew.
pub(super) const NEW_QUARANTINE: &str = include_str!("staged/quarantine.sql");

/// A file that is loaded into a table of its own.
#[derive(Debug, Clone)]
pub struct StagedFile {
    /// The browser's handle.
    pub(super) file: File,
    /// The name of the part that is loaded, if the file has several.
    pub(super) part_name: Option<String>,
    /// The number that no other file has.
    pub(super) number: u32,
    /// The table.
    pub(super) table: Identifier,
    /// How the file is read.
    pub(super) plan: FilePlan,
    /// What the user chose for it, if it was shown.
    pub(super) choices: Option<Choices>,
    /// What the database is called that has the table, while it is attached.
    pub(super) database: Option<Identifier>,
}

/// The account of a file that was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The name of the file.
    pub file: String,
    /// The table that has its rows.
    pub table: String,
    /// What became of its records.
    pub counts: Counts,
}

impl StagedFile {
    /// The name of the file, and of its part.
    pub fn name(&self) -> String {
        named(&self.file, self.part_name.as_deref())
    }

    /// The statement that creates its table.
    fn definition(&self) -> String {
        let database = self.database.as_ref();
        database.map_or_else(
            || create_table(self),
            |alias| tables::definition(self, alias),
        )
    }
}

impl Workbench {
    /// The accounts of the files that were loaded last.
    pub fn accounts(self) -> ReadSignal<Vec<Account>> {
        self.accounts.read_only()
    }

    /// The mart whose tables a build or a load replaces.
    pub(super) fn package_before(self) -> Arc<Package> {
        let source = untracked_source(self);
        match source.rows {
            // Its tables are those of the files.
            SourceRows::Staged(_) => self.package.get_untracked(),
            _ => source.package,
        }
    }

    /// Loads files in place of the mart.
    pub(super) fn stage(self, files: Vec<StagedFile>) {
        let names: Vec<_> = files.iter().map(StagedFile::name).collect();
        self.run(Attempt::LoadFile(names.join(", ")), async move |task| {
            self.stage_files(task, files).await
        });
    }

    async fn stage_files(self, task: &Task, mut files: Vec<StagedFile>) -> Result<(), Error> {
        let started = now();
        self.close_sql();
        // A fresh connection: DuckDB loads nothing more on one that has got a damaged stream.
        let connection = self.database()?.connect().await?;
        let attached = self.attach_all(task, &connection, &mut files).await?;
        task.query(&connection, "BEGIN TRANSACTION").await?;
        let outcome = self.stage_in_transaction(task, &connection, files).await;
        if outcome.is_err() {
            // A commit that failed has ended the transaction already; then this is refused.
            drop(connection.execute("ROLLBACK").await);
        }
        for database in &attached {
            detach(database, &connection).await;
        }
        let staged = outcome?;
        self.close_opened(&connection).await;
        drop(connection);
        // Files that came meanwhile wait on.
        let is_staged = |number| staged.files.iter().any(|file| file.number == number);
        self.files
            .update(|files| files.retain(|file| !is_staged(file.number)));
        Shape::remember(&staged.files);
        let source = untracked_source(self).with_rows(SourceRows::Staged(staged.files));
        let loaded = staged
            .accounts
            .iter()
            .map(|account| (account.table.clone(), account.counts.loaded));
        let accounts = staged.accounts.clone();
        self.publish(Published {
            package: staged.package,
            built: Built {
                source: source.name(),
                milliseconds: now() - started,
                loaded: Some(loaded.collect()),
                keys: Keys::Enforced,
            },
            source,
            log: BuildLog {
                source: names(&staged.accounts),
                steps: staged.log,
                failed: false,
            },
            row_counts: staged.row_counts,
            answers: Answers {
                is_new_source: true,
                results: Vec::new(),
            },
        });
        self.show_accounts(accounts);
        Ok(())
    }

    async fn stage_in_transaction(
        self,
        task: &Task,
        connection: &Connection,
        mut files: Vec<StagedFile>,
    ) -> Result<Staged, Error> {
        let mut log = Vec::new();
        let accounts = self
            .read_all(task, connection, &mut files, &mut log)
            .await?;
        let columns = text_rows(&task.query(connection, &catalog::columns(&[])).await?.into());
        let known = text_rows(&task.query(connection, &catalog::keys(&[])).await?.into());
        let name = files.first().map_or("files", |file| file.table.as_str());
        let mut document = Document::of_catalog(name, &[], &columns, &known);
        document.shapes = Shape::of_loaded(&files);
        let package = Arc::new(Package::new(document, BTreeMap::new())?);
        let numbers: Vec<_> = files.iter().map(|file| file.number).collect();
        let package = self.with_own_checks(package, &numbers);
        let counting = count_rows(connection, stored(package.model().tables()));
        let row_counts = task.statement(connection, counting).await?;
        task.query(connection, "COMMIT").await?;
        Ok(Staged {
            files,
            package,
            accounts,
            row_counts,
            log,
        })
    }

    /// Reads each file into its table, in place of the mart.
    async fn read_all(
        self,
        task: &Task,
        connection: &Connection,
        files: &mut [StagedFile],
        log: &mut Vec<LoggedStep>,
    ) -> Result<Vec<Account>, Error> {
        let before = self.package_before();
        for step in mart::Plan::default().replacing(before.model()).steps {
            task.query(connection, &step.sql).await?;
        }
        task.query(connection, NEW_QUARANTINE).await?;
        let mut accounts = Vec::new();
        for file in files {
            let begun = now();
            let counts = self.stage_file(task, connection, file).await?;
            log.push(LoggedStep {
                title: format!("Read {} into {}", file.name(), file.table),
                sql: file.definition(),
                rows: Some(counts.loaded),
                milliseconds: now() - begun,
            });
            accounts.push(Account {
                file: file.name(),
                table: file.table.to_string(),
                counts,
            });
        }
        Ok(accounts)
    }

    /// The accounts of files whose tables are there, as they were read.
    fn staged_accounts(self, files: &[StagedFile]) -> Option<Vec<Account>> {
        let SourceRows::Staged(there) = untracked_source(self).rows else {
            return None;
        };
        let is_same = there.len() == files.len()
            && there.iter().zip(files).all(|(one, other)| {
                one.number == other.number && one.table == other.table && one.plan == other.plan
            });
        let is_changed = self.changed_by_sql.get_untracked();
        (is_same && !is_changed).then(|| self.accounts.get_untracked())
    }

    /// Reads a file into its table. A number without room in its column gets a wider type, and the file
    /// is read again.
    pub(super) async fn stage_file(
        self,
        task: &Task,
        connection: &Connection,
        file: &mut StagedFile,
    ) -> Result<Counts, Error> {
        loop {
            match self.stage_once(task, connection, file).await? {
                Outcome::Loaded(counts) => return Ok(counts),
                Outcome::Wider(plan) => file.plan = plan,
            }
        }
    }

    async fn stage_once(
        self,
        task: &Task,
        connection: &Connection,
        file: &StagedFile,
    ) -> Result<Outcome, Error> {
        let table = file.table.sql();
        task.query(connection, &format!("DROP TABLE IF EXISTS {table}"))
            .await?;
        task.query(connection, &file.definition()).await?;
        if file.database.is_some() {
            return tables::verify(task, connection, file).await;
        }
        let kind = ReaderKind::of_plan(&file.plan);
        let mut reader = self.file_reader(task, kind).await?;
        reader.load(&file.file, file.name(), file.plan.clone())?;
        let progress = task.progress();
        let size = size_of(&file.file);
        loop {
            match task.unless_cancelled(reader.next(&file.file)).await?? {
                Piece::Rows(rows) => {
                    let appending = connection.append_stream(file.table.as_str(), &rows);
                    task.statement(connection, appending).await?;
                    reader.received()?;
                }
                Piece::Rejects(rows) => {
                    let appending = connection.append_stream(QUARANTINE, &rows);
                    task.statement(connection, appending).await?;
                    reader.received()?;
                }
                Piece::Progress(read) => {
                    let rows = format::count(read.records);
                    progress.show(&format!("{}, {rows} rows", file.name()), read.bytes, size);
                }
                Piece::Wider(plan) => {
                    self.keep_file_reader(reader);
                    let undo = format!(
                        "DELETE FROM {QUARANTINE} WHERE file = {}",
                        sql::text(&file.name())
                    );
                    task.query(connection, &undo).await?;
                    return Ok(Outcome::Wider(plan));
                }
                Piece::End(counts) => {
                    self.keep_file_reader(reader);
                    if file.plan.refuses(&counts) {
                        return Err(Error::TooManySetAside {
                            file: file.name(),
                            set_aside: counts.set_aside,
                            rows: counts.loaded + counts.set_aside,
                            most: file.plan.most_set_aside.unwrap_or(0),
                        });
                    }
                    verify(task, connection, file, &counts).await?;
                    return Ok(Outcome::Loaded(counts));
                }
            }
        }
    }
}

/// The name of a file, and of a part of it.
pub(super) fn named(file: &File, part: Option<&str>) -> String {
    match part {
        Some(part) => format!("{}: {part}", file.name()),
        None => file.name(),
    }
}

/// Files that were loaded and are not shown yet.
struct Staged {
    files: Vec<StagedFile>,
    package: Arc<Package>,
    accounts: Vec<Account>,
    row_counts: BTreeMap<String, u64>,
    log: Vec<LoggedStep>,
}

enum Outcome {
    Loaded(Counts),
    Wider(FilePlan),
}

/// Compares what DuckDB has with what was read: it may lose a stream without an error.
async fn verify(
    task: &Task,
    connection: &Connection,
    file: &StagedFile,
    counts: &Counts,
) -> Result<(), Error> {
    let table = file.table.sql();
    let rows = format!("SELECT count(*) AS row_count FROM {table}");
    let rejects = format!(
        "SELECT count(*) AS row_count FROM {QUARANTINE} WHERE file = {}",
        sql::text(&file.name())
    );
    for (table, sql, sent) in [
        (file.table.as_str(), rows, counts.loaded),
        (QUARANTINE, rejects, counts.set_aside + counts.corrected),
    ] {
        let found = Rows::from(task.query(connection, &sql).await?);
        let found = found.count(0, 0).unwrap_or(0);
        if found < sent {
            return Err(Error::RowsLost {
                table: table.to_owned(),
                found,
                sent,
            });
        }
    }
    Ok(())
}

fn create_table(file: &StagedFile) -> String {
    let plan = &file.plan.table;
    let columns = plan.columns.iter().filter(|column| !column.ignored);
    let columns = columns.map(|column| (column.name.as_str(), column.sql_type()));
    let line = plan.line_column.iter();
    let line = line.map(|name| (name.as_str(), "BIGINT".to_owned()));
    let columns: Vec<_> = columns
        .chain(line)
        .map(|(name, data_type)| format!("    {} {data_type}", sql::quoted_if_needed(name)))
        .collect();
    format!(
        "CREATE TABLE {} (\n{}\n)",
        file.table.sql(),
        columns.join(",\n")
    )
}

fn names(accounts: &[Account]) -> String {
    let names: Vec<_> = accounts
        .iter()
        .map(|account| account.file.as_str())
        .collect();
    names.join(", ")
}
