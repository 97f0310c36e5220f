//! Building the mart: the plan's steps and the answers in one transaction, so that a build that
//! fails, or is cancelled, leaves the mart that was there.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use duckdb_wasm::{Connection, Database, Error as EngineError, RegisteredFile};
use mart::{
    Effect, Filter, GeneratedSize, Generator, Identifier, Keys, Package, Plan, SourceError, Step,
    Table, catalog,
};

use super::checks::stop_on_error;
use super::dashboard::Answers;
use super::error::{Attempt, Error};
use super::log::{BuildLog, Recorder};
use super::open::stored;
use super::publish::{Built, Published};
use super::source::{ChosenFile, Rows as SourceRows, check_readable, head_of, untracked_source};
use super::staged::{Account, NEW_QUARANTINE};
use super::task::Task;
use super::transport::text_rows;
use super::{Source, Workbench};
use crate::marks::now;
use crate::rows::Rows;

impl Workbench {
    /// Builds the mart again from its source.
    pub fn rebuild(self) {
        self.build_from(untracked_source(self));
    }

    /// Builds the mart from the rows that come with it.
    pub fn use_shipped_rows(self) {
        let source = untracked_source(self);
        // A star that was proposed for files comes without rows of its own.
        self.build_from(match source.rows {
            SourceRows::Starred(_) => Source::shipped(Arc::new(mart::shipped::built_in())),
            _ => source.with_rows(SourceRows::Shipped(Vec::new())),
        });
    }

    /// Builds the mart from generated rows.
    pub fn generate(self, generator: Generator, size: GeneratedSize) {
        let rows = SourceRows::Generated(generator, size);
        self.build_from(untracked_source(self).with_rows(rows));
    }

    pub(super) fn build_from(self, source: Source) {
        match source.rows {
            SourceRows::Databases(databases) => self.open_again(databases),
            SourceRows::Staged(files) => self.stage(files),
            SourceRows::Starred(loads) => self.load_all_again(source.package, loads),
            _ => self.run(Attempt::Build(source.name()), async move |task| {
                self.build(task, source).await
            }),
        }
    }

    /// Builds the mart from a source, which becomes the mart's source when the build is complete. Keys
    /// of more digits than the mart has room for get more room.
    pub(super) async fn build(self, task: &Task, source: Source) -> Result<(), Error> {
        let shown = self.with_shipped_files(task, source).await?;
        let mut tried = shown.clone();
        loop {
            let error = match self.build_as(task, &tried, &shown).await {
                Err(Error::Source(error)) => error,
                outcome => return outcome,
            };
            tried = match self.with_wider_keys(task, &tried, &error).await {
                Some(wider) => wider,
                None => return Err(error.into()),
            };
        }
    }

    /// The same files for a mart with wider keys, where those were too narrow.
    async fn with_wider_keys(
        self,
        task: &Task,
        source: &Source,
        error: &SourceError,
    ) -> Option<Source> {
        let document = source.package.document().with_wider_keys(error)?;
        let package = Package::new(document, source.package.files().clone()).ok()?;
        let package = Arc::new(package);
        if let SourceRows::Read(_) = &source.rows {
            let rows = source.rows.clone();
            return Some(Source { package, rows });
        }
        let mut files = Vec::new();
        for chosen in source.rows.files() {
            let name = &chosen.detected.source().name;
            let of = package
                .model()
                .sources()
                .iter()
                .find(|one| one.name == *name)?;
            let head = task
                .unless_cancelled(head_of(&chosen.file))
                .await
                .ok()?
                .ok()?;
            files.push(self.detect_as(of, chosen.file.clone(), &head).ok()?);
        }
        let rows = match source.rows {
            SourceRows::Shipped(_) => SourceRows::Shipped(files),
            _ => SourceRows::Files(files),
        };
        Some(Source { package, rows })
    }

    /// Builds the mart from a source; another one is shown as its source, with the same files.
    async fn build_as(self, task: &Task, source: &Source, shown: &Source) -> Result<(), Error> {
        let started = now();
        for ChosenFile { file, .. } in source.rows.files() {
            task.unless_cancelled(check_readable(file)).await??;
        }
        self.close_sql();
        let database = self.database()?;
        let is_new_source = shown.differs_from(&untracked_source(self));
        // Before the connection, so that they are released after it: DuckDB keeps a file open for the
        // connection that has read it.
        let registered = register(&database, source).await?;
        // The engine's own memory, whatever file is open beside it.
        let connection = database.connect().await?;
        let build = Build {
            workbench: self,
            task,
            connection: &connection,
            source,
            is_new_source,
            phase: Cell::new(Phase::Loading),
            accounts: RefCell::default(),
        };
        let finished = build.run().await?;
        let accounts = build.accounts.take();
        self.close_opened(&connection).await;
        drop(connection);
        drop(registered);
        self.publish(Published {
            package: Arc::clone(&source.package),
            built: Built {
                source: source.name(),
                milliseconds: now() - started,
                loaded: Some(finished.loaded.rows),
                keys: finished.loaded.keys,
            },
            source: shown.clone(),
            log: finished.log,
            row_counts: finished.row_counts,
            answers: finished.answers,
        });
        self.show_accounts(accounts);
        Ok(())
    }
}

async fn register(
    database: &Database,
    source: &Source,
) -> Result<Vec<RegisteredFile>, EngineError> {
    let mut registered = Vec::new();
    for ChosenFile { file, detected, .. } in source.rows.files() {
        registered.push(database.register_file(detected.path(), file).await?);
    }
    Ok(registered)
}

/// A build, on one connection.
pub(super) struct Build<'a> {
    pub(super) workbench: Workbench,
    pub(super) task: &'a Task,
    pub(super) connection: &'a Connection,
    pub(super) source: &'a Source,
    is_new_source: bool,
    phase: Cell<Phase>,
    /// What became of the rows of files that were read row by row.
    accounts: RefCell<Vec<Account>>,
}

/// The part of a build that runs: what a failure is about depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The file at this place is read and its rows are checked.
    Staging(usize),
    /// The tables are created, filled and verified.
    Loading,
    /// The questions are answered.
    Asking,
}

/// What was loaded.
struct Loaded {
    /// How many rows of the sources each fact stands for, by its title.
    rows: Vec<(String, u64)>,
    keys: Keys,
}

/// A build that is complete and not shown yet.
struct Finished {
    loaded: Loaded,
    answers: Answers,
    row_counts: BTreeMap<String, u64>,
    log: BuildLog,
}

impl Build<'_> {
    /// Builds everything or nothing.
    async fn run(&self) -> Result<Finished, Error> {
        let mut outcome = self.run_in_transaction(&[]).await;
        if self.phase.get() != Phase::Asking
            && matches!(outcome, Err(Error::Engine(EngineError::Engine { .. })))
        {
            // A view may have the name of a table. That is rare, and asking takes as long as several
            // steps: so only after a failure.
            let views = self.views_in_the_way().await?;
            if !views.is_empty() {
                outcome = self.run_in_transaction(&views).await;
            }
        }
        match outcome {
            Ok(finished) => Ok(finished),
            Err(error) => Err(self.explain(error).await),
        }
    }

    async fn run_in_transaction(&self, views: &[Identifier]) -> Result<Finished, Error> {
        let progress = self.task.progress();
        let mut recorder = Recorder::start(self.workbench, progress, self.source.name());
        self.task
            .query(self.connection, "BEGIN TRANSACTION")
            .await?;
        self.accounts.take();
        let outcome = self.run_to_commit(views, &mut recorder).await;
        match outcome {
            Ok((loaded, answers, row_counts)) => Ok(Finished {
                loaded,
                answers,
                row_counts,
                log: recorder.finish(),
            }),
            Err(error) => {
                // A commit that failed has ended the transaction already; then this is refused.
                drop(self.connection.execute("ROLLBACK").await);
                recorder.fail();
                Err(error)
            }
        }
    }

    async fn run_to_commit(
        &self,
        views: &[Identifier],
        recorder: &mut Recorder,
    ) -> Result<(Loaded, Answers, BTreeMap<String, u64>), Error> {
        let loaded = self.run_plans(views, recorder).await?;
        stop_on_error(
            self.task,
            self.connection,
            &self.source.package,
            &loaded.rows,
        )
        .await?;
        // Before the commit: asking ten million facts takes long enough to be cancelled.
        self.phase.set(Phase::Asking);
        let answers = self.ask_everything(recorder).await?;
        let tables = stored(self.source.package.model().tables());
        let counting = count_rows(self.connection, tables);
        let row_counts = self.task.statement(self.connection, counting).await?;
        self.task.query(self.connection, "COMMIT").await?;
        Ok((loaded, answers, row_counts))
    }

    /// Runs all steps that a source needs.
    async fn run_plans(
        &self,
        views: &[Identifier],
        recorder: &mut Recorder,
    ) -> Result<Loaded, Error> {
        let package = &self.source.package;
        let before = self.workbench.package_before();
        let plan = match &self.source.rows {
            // They are opened, or loaded as they are.
            SourceRows::Databases(_) | SourceRows::Staged(_) | SourceRows::Starred(_) => {
                Plan::shipped(package)
            }
            SourceRows::Shipped(files) if files.is_empty() => Plan::shipped(package),
            SourceRows::Generated(generator, size) => Plan::generated(package, generator, size),
            SourceRows::Files(files) | SourceRows::Shipped(files) => {
                let mut staged = Vec::new();
                for (at, file) in files.iter().enumerate() {
                    self.phase.set(Phase::Staging(at));
                    let plan = Plan::stage(package.model(), &[&file.detected]);
                    staged.extend(self.run_steps(&plan, recorder).await?);
                }
                Plan::load_with_rows(package, &staged)
            }
            SourceRows::Read(files) => {
                let mut staged = Vec::new();
                // Before the new quarantine is there: the mart before may have one, too.
                let before = Plan::default()
                    .replacing(before.model())
                    .dropping_views(views);
                self.run_steps(&before, recorder).await?;
                self.task.query(self.connection, NEW_QUARANTINE).await?;
                for file in files {
                    let (account, rows) = self.reader().read_source(file).await?;
                    self.accounts.borrow_mut().push(account);
                    staged.push(rows);
                }
                Plan::load_with_rows(package, &staged)
            }
        };
        self.phase.set(Phase::Loading);
        // Where files were read row by row, the tables before are gone, and the quarantine is theirs.
        let is_read = matches!(self.source.rows, SourceRows::Read(_));
        let plan = if is_read {
            plan
        } else {
            plan.replacing(before.model()).dropping_views(views)
        };
        self.run_steps(&plan, recorder).await?;
        if !is_read {
            self.drop_quarantine().await?;
        }
        Ok(Loaded {
            rows: plan.loaded,
            keys: plan.keys.unwrap_or(Keys::Enforced),
        })
    }

    async fn views_in_the_way(&self) -> Result<Vec<Identifier>, Error> {
        let before = self.workbench.package_before();
        let tables = before.model().tables().iter();
        let views = catalog::views_in_the_way(tables.chain(self.source.package.model().tables()));
        let views = Rows::from(self.task.query(self.connection, &views).await?);
        Ok((0..views.len())
            .filter_map(|row| Identifier::new(views.cell(row, 0).to_string()).ok())
            .collect())
    }

    /// Runs the steps, and returns the number of rows that were read of each source.
    async fn run_steps(
        &self,
        plan: &Plan,
        recorder: &mut Recorder,
    ) -> Result<Vec<(usize, u64)>, Error> {
        recorder.expect(plan.steps.len());
        let mut staged = Vec::new();
        for step in &plan.steps {
            recorder.begin(step);
            let outcome = self.run_step(step).await;
            recorder.end(step, outcome.as_ref().ok().copied().flatten());
            let rows = outcome?;
            if let Effect::Stage { source } = step.effect {
                staged.push((source, rows.unwrap_or(0)));
            }
        }
        Ok(staged)
    }

    /// Runs one step and returns the number of rows it wrote, where it writes any.
    async fn run_step(&self, step: &Step) -> Result<Option<u64>, Error> {
        let result = self.task.query(self.connection, &step.sql).await?;
        if !step.effect.must_be_empty() {
            return Ok(result.rows_changed());
        }
        if result.num_rows() > 0 {
            return Err(Error::Unverified {
                step: step.title.clone(),
            });
        }
        Ok(None)
    }

    /// Finds out what is wrong with the files that a failed build was made from.
    async fn explain(&self, error: Error) -> Error {
        let files = self.source.rows.files();
        let (suspects, message) = match (self.phase.get(), &error) {
            (Phase::Staging(at), Error::Unverified { .. }) => {
                (files.get(at..=at), Some(String::new()))
            }
            (Phase::Staging(at), error) => (files.get(at..=at), error.statement_message()),
            (Phase::Loading, error) => (Some(files), error.statement_message()),
            (Phase::Asking, _) => (None, None),
        };
        let (Some(suspects), Some(message)) = (suspects, message) else {
            return error;
        };
        let mut verdict = error;
        for file in suspects {
            match self.diagnose(file, &message).await {
                Ok(found @ SourceError::Engine { .. }) => verdict = found.into(),
                Ok(found) => return found.into(),
                Err(other) => return other,
            }
        }
        verdict
    }

    async fn diagnose(&self, file: &ChosenFile, message: &str) -> Result<SourceError, Error> {
        let mut findings = Vec::new();
        for diagnosis in file.detected.diagnoses() {
            match self.task.query(self.connection, &diagnosis).await {
                Ok(result) => findings.push(Ok(text_rows(&result.into()))),
                Err(Error::Engine(cause @ EngineError::Engine { .. })) => {
                    findings.push(Err(cause.to_string()));
                }
                Err(other) => return Err(other),
            }
        }
        Ok(file.detected.verdict(message, &findings))
    }

    /// Answers all questions: within the user's filter, or without it for another source.
    async fn ask_everything(&self, recorder: &mut Recorder) -> Result<Answers, Error> {
        let filter = if self.is_new_source {
            Filter::default()
        } else {
            self.workbench.filter()
        };
        let model = self.source.package.model();
        recorder.expect(model.questions().len());
        let mut results = Vec::with_capacity(model.questions().len());
        for question in model.questions() {
            recorder.ask(question.label());
            let sql = question.query(&filter).sql(model).unwrap_or_default();
            let rows = self.task.query(self.connection, &sql).await?.into();
            results.push((sql, rows));
        }
        Ok(Answers {
            is_new_source: self.is_new_source,
            results,
        })
    }
}

/// The number of rows of each table, by its title.
pub(super) async fn count_rows(
    connection: &Connection,
    tables: impl IntoIterator<Item = &Table>,
) -> Result<BTreeMap<String, u64>, EngineError> {
    let sql = catalog::row_counts(tables);
    if sql.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = Rows::from(connection.query(&sql).await?);
    Ok((0..rows.len())
        .filter_map(|row| Some((rows.cell(row, 0).to_string(), rows.count(row, 1)?)))
        .collect())
}
