//! Fills a star from the files of its loads, in one transaction: rows that are kept already, tables of files, files
//! that are read for its sources. If anything fails, the star that was there stays. It must not know how files are
//! read.

use std::collections::BTreeMap;
use std::sync::Arc;

use duckdb_wasm::Connection;
use leptos::prelude::*;
use mart::{BatchFile, Identifier, Keys, Package, Plan};

use super::StagedFile;
use crate::marks::now;
use crate::rows::Rows;
use crate::workbench::build::count_rows;
use crate::workbench::checks::stop_on_error;
use crate::workbench::dashboard::Answers;
use crate::workbench::error::Error;
use crate::workbench::hash::hash_of;
use crate::workbench::loads::{FileRows, LoadedBatch, LoadedFile, own_files};
use crate::workbench::log::{BuildLog, LoggedStep};
use crate::workbench::open::{detach, stored};
use crate::workbench::publish::{Built, Published};
use crate::workbench::read::SourceReader;
use crate::workbench::shapes::Shape;
use crate::workbench::task::Task;
use crate::workbench::{Source, SourceRows, Workbench};

/// What a star is filled from.
pub(in crate::workbench) struct StarLoad {
    /// The star.
    pub(in crate::workbench) package: Arc<Package>,
    /// All its loads.
    pub(in crate::workbench) loads: Vec<LoadedBatch>,
    /// How many of them have their rows in the engine already.
    pub(in crate::workbench) kept: usize,
    /// The load that is taken back.
    pub(in crate::workbench) taken_back: Option<u32>,
}

/// A star that is filled and not shown yet.
struct Filled {
    loads: Vec<LoadedBatch>,
    keys: Keys,
    loaded: Vec<(String, u64)>,
    row_counts: BTreeMap<String, u64>,
    log: Vec<LoggedStep>,
}

impl Workbench {
    /// Fills the star, and shows it.
    pub(in crate::workbench) async fn load_star_now(
        self,
        task: &Task,
        mut load: StarLoad,
    ) -> Result<(), Error> {
        let started = now();
        for file in load.loads.iter_mut().flat_map(|load| &mut load.files) {
            if file.hash.is_none() {
                file.hash = task.unless_cancelled(hash_of(file.handle())).await??;
            }
        }
        self.close_sql();
        // A fresh connection: DuckDB loads nothing more on one that has got a damaged stream.
        let connection = self.database()?.connect().await?;
        let mut own = own_files(&load.loads);
        let attached = if load.kept == 0 {
            self.attach_all(task, &connection, &mut own).await?
        } else {
            Vec::new()
        };
        task.query(&connection, "BEGIN TRANSACTION").await?;
        let is_new_source = load.kept == 0;
        let package = Arc::clone(&load.package);
        let outcome = self.fill_star(task, &connection, load, own).await;
        if outcome.is_err() {
            // A commit that failed has ended the transaction already; then this is refused.
            drop(connection.execute("ROLLBACK").await);
        }
        for database in &attached {
            detach(database, &connection).await;
        }
        let filled = outcome?;
        self.close_opened(&connection).await;
        drop(connection);
        let files = || filled.loads.iter().flat_map(|load| &load.files);
        let is_loaded = |number| files().any(|file| file.number() == number);
        self.files
            .update(|files| files.retain(|file| !is_loaded(file.number)));
        Shape::remember(&own_files(&filled.loads));
        let accounts: Vec<_> = files().filter_map(|file| file.account.clone()).collect();
        let source = Source {
            package: Arc::clone(&package),
            rows: SourceRows::Starred(filled.loads),
        };
        self.publish(Published {
            package,
            built: Built {
                source: source.name(),
                milliseconds: now() - started,
                loaded: Some(filled.loaded),
                keys: filled.keys,
            },
            log: BuildLog {
                source: source.name(),
                steps: filled.log,
                failed: false,
            },
            source,
            row_counts: filled.row_counts,
            answers: Answers {
                is_new_source,
                results: Vec::new(),
            },
        });
        self.show_accounts(accounts);
        self.account_for_star();
        Ok(())
    }

    async fn fill_star(
        self,
        task: &Task,
        connection: &Connection,
        load: StarLoad,
        mut own: Vec<StagedFile>,
    ) -> Result<Filled, Error> {
        let model = load.package.model();
        let mut filling = Filling {
            task,
            connection,
            log: Vec::new(),
        };
        let mut loads = load.loads.clone();
        if load.kept == 0 {
            let accounts = match self.staged_accounts(&own).filter(|_| !own.is_empty()) {
                Some(accounts) => accounts,
                None => {
                    self.read_all(task, connection, &mut own, &mut filling.log)
                        .await?
                }
            };
            filling.run(&Plan::create_batches(model)).await?;
            let first = loads.iter_mut().flat_map(|load| &mut load.files);
            for (file, account) in first.zip(accounts) {
                file.account = Some(account);
            }
        }
        if let Some(number) = load.taken_back {
            filling.run(&Plan::take_back(model, number)).await?;
        }
        for batch in loads.iter_mut().skip(load.kept) {
            let number = batch.number;
            for file in &mut batch.files {
                let mut sources = model.sources().iter();
                let source = sources.find(|source| source.name == file.source());
                let Some(source) = source else {
                    // The star leaves the table out.
                    let table = Identifier::new(file.source())?;
                    task.query(connection, &format!("DROP TABLE IF EXISTS {}", table.sql()))
                        .await?;
                    continue;
                };
                match &file.rows {
                    FileRows::Own(staged) => {
                        let table = Identifier::new(staged.table.as_str())?;
                        filling.run(&Plan::adopt(source, &table, number)).await?;
                    }
                    FileRows::Fitted(read) => {
                        let reader = SourceReader {
                            workbench: self,
                            task,
                            connection,
                            model,
                        };
                        let (account, _) = reader.read_source(read).await?;
                        file.account = Some(account);
                        filling.run(&Plan::keep(source, number)).await?;
                    }
                }
                let copies = Plan::set_aside_copies(source, number, &file.name());
                let set_aside = filling.run(&copies).await?;
                if let Some(account) = &mut file.account {
                    account.counts.loaded = account.counts.loaded.saturating_sub(set_aside);
                    account.counts.set_aside += set_aside;
                }
            }
            let files = batch.files.iter().filter_map(|file| {
                let mut sources = model.sources().iter();
                let place = sources.position(|source| source.name == file.source())?;
                Some(recorded(file, place))
            });
            let files: Vec<_> = files.collect();
            let record = Plan::record(model, number, &files, &batch.loaded_at);
            filling.run(&record).await?;
        }
        let batches: Vec<_> = loads
            .iter()
            .map(|one| one.compiled(&load.package))
            .collect();
        filling.run(&Plan::current(model, &batches)).await?;
        let mut rows = Vec::new();
        for (place, source) in model.sources().iter().enumerate() {
            let count = format!(
                "SELECT count(*) AS row_count FROM {}",
                source.staged().sql()
            );
            let found = Rows::from(task.query(connection, &count).await?);
            rows.push((place, found.count(0, 0).unwrap_or(0)));
        }
        let plan = Plan::load_batches(model, &batches, &rows);
        filling.run(&plan).await?;
        stop_on_error(task, connection, &load.package, &plan.loaded).await?;
        let counting = count_rows(connection, stored(model.tables()));
        let row_counts = task.statement(connection, counting).await?;
        task.query(connection, "COMMIT").await?;
        Ok(Filled {
            loads,
            keys: plan.keys.unwrap_or(Keys::Enforced),
            loaded: plan.loaded,
            row_counts,
            log: filling.log,
        })
    }
}

/// Runs the plans of a load.
struct Filling<'a> {
    task: &'a Task,
    connection: &'a Connection,
    log: Vec<LoggedStep>,
}

impl Filling<'_> {
    /// Runs the steps of a plan. Returns how many rows its last one changed.
    async fn run(&mut self, plan: &Plan) -> Result<u64, Error> {
        let progress = self.task.progress();
        let steps = plan.steps.len() as u64;
        let mut changed = 0;
        for (done, step) in (0..).zip(&plan.steps) {
            progress.show(&step.title, done, steps);
            let begun = now();
            let found = self.task.query(self.connection, &step.sql).await?;
            if step.effect.must_be_empty() && found.num_rows() > 0 {
                return Err(Error::Unverified {
                    step: step.title.clone(),
                });
            }
            let rows = found.rows_changed();
            changed = rows.unwrap_or(0);
            self.log.push(LoggedStep {
                title: step.title.clone(),
                sql: step.sql.clone(),
                rows,
                milliseconds: now() - begun,
            });
        }
        Ok(changed)
    }
}

/// A file as the table of the loads has it.
fn recorded(file: &LoadedFile, source: usize) -> BatchFile {
    let counts = file.account.as_ref().map(|account| account.counts.clone());
    let counts = counts.unwrap_or_default();
    BatchFile {
        source,
        file: file.name(),
        hash: file.hash.clone(),
        bytes: file.size(),
        mode: file.mode,
        read: counts.read,
        skipped: counts.skipped.all(),
    }
}
