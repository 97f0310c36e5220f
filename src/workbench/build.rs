//! Building the mart: the plan's steps and the answers in one transaction, so that a build that
//! fails, or is cancelled, leaves the mart that was there.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use duckdb_wasm::{Connection, Error, RegisteredFile};
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::ask::Filter;
use mart::{
    GeneratedSales, Identifier, Keys, Mart, Plan, SourceError, Step, StepKind, inspect,
    mini_data_mart,
};

use super::asking::Answers;
use super::log::{BuildLog, Recorder, now};
use super::open::counted;
use super::source::SourceFile;
use super::{Alert, Built, Source, Workbench};
use crate::marks::{self, ANSWERS_PAINTED, MART_BUILT};
use crate::rows::Rows;

/// What is told when a build has failed.
const STANDS: &str = "The mart that was there is unchanged.";

/// Why a build has failed.
enum Failure {
    /// The engine failed in a step.
    Engine(Error),
    /// The source is wrong.
    Source(SourceError),
    /// Rows that were loaded do not pass the check of this step.
    Check(String),
}

impl From<Error> for Failure {
    fn from(cause: Error) -> Self {
        Self::Engine(cause)
    }
}

impl Workbench {
    /// Builds the mart again from where its rows came from.
    pub fn rebuild(self) {
        self.build_from(self.source.get_untracked());
    }

    /// Builds the mart from the seed rows.
    pub fn use_seed_data(self) {
        self.build_from(Source::Seed);
    }

    /// Builds the mart from so many generated sales.
    pub fn generate(self, sales: GeneratedSales) {
        self.build_from(Source::Generated(sales));
    }

    /// Builds the mart from a source, which becomes the mart's source when the build is whole.
    /// Does nothing while something else goes on.
    pub(super) fn build_from(self, source: Source) {
        if let Source::Database(file) = source {
            return self.open_database(file);
        }
        if self.is_busy() {
            return;
        }
        self.begin("Building the mart", &source.name());
        spawn_local(async move {
            let outcome = self.build(&source).await;
            self.release();
            if let Err(failure) = outcome {
                self.report(&source, failure);
            }
        });
    }

    async fn build(self, source: &Source) -> Result<(), Failure> {
        let started = now();
        self.close_sql();
        // The engine's own memory, whatever file is open beside it.
        let connection = self.watched(self.database()?.connect().await?);
        let registered = self.register(source).await?;
        let whole = self.build_whole(&connection, source).await?;
        let opened = self
            .session
            .try_update_value(|session| session.opened.take());
        self.close(opened.flatten(), &connection).await;
        // First the last handle of the connection: DuckDB keeps a file open for the one that has read it.
        self.session.update_value(|session| session.running = None);
        drop(connection);
        drop(registered);

        self.log.set(whole.log);
        let mart = mini_data_mart();
        if self.mart.with_untracked(|shown| *shown != mart) {
            self.mart.set(mart);
        }
        self.row_counts.set(whole.row_counts);
        self.show_answers(whole.answers);
        self.finished(Built {
            source: source.name(),
            milliseconds: now() - started,
            staged_rows: Some(whole.staged_rows),
            keys: Keys::for_facts(whole.staged_rows),
        });
        self.source.set(source.clone());
        marks::mark(MART_BUILT);
        marks::mark_when_painted(ANSWERS_PAINTED);
        Ok(())
    }

    async fn register(self, source: &Source) -> Result<Option<RegisteredFile>, Error> {
        let Source::File(SourceFile { file, sales }) = source else {
            return Ok(None);
        };
        let database = self.session.with_value(|session| session.database.clone());
        match database {
            Some(database) => database.register_file(sales.path(), file).await.map(Some),
            None => Ok(None),
        }
    }

    /// Builds whole or not at all.
    async fn build_whole(self, connection: &Connection, source: &Source) -> Result<Whole, Failure> {
        let mut outcome = self.run_in_transaction(connection, source, &[]).await;
        if let Err(Failed::Engine(Error::Engine { .. })) = outcome {
            // A view may have taken the place of a table. There hardly ever is one, and asking
            // takes as long as several steps: so only now.
            let views = self.views_in_the_way(connection).await?;
            if !views.is_empty() {
                outcome = self.run_in_transaction(connection, source, &views).await;
            }
        }
        match outcome {
            Ok(whole) => Ok(whole),
            Err(failed) => Err(self.explain(connection, source, failed).await),
        }
    }

    async fn run_in_transaction(
        self,
        connection: &Connection,
        source: &Source,
        views: &[Identifier],
    ) -> Result<Whole, Failed> {
        let mut recorder = Recorder::start(self, source.name());
        connection.execute("BEGIN TRANSACTION").await?;
        let outcome = async {
            let staged_rows = self
                .run_plans(connection, source, views, &mut recorder)
                .await?;
            // Before the commit: asking ten million facts takes long enough to be cancelled.
            let answers = self
                .ask_everything(connection, source, &mut recorder)
                .await?;
            let row_counts = self.count_rows(connection, &mini_data_mart()).await;
            let row_counts = row_counts.map_err(Failed::Asking)?;
            connection.execute("COMMIT").await?;
            Ok((staged_rows, answers, row_counts))
        };
        match outcome.await {
            Ok((staged_rows, answers, row_counts)) => Ok(Whole {
                staged_rows,
                answers,
                row_counts,
                log: recorder.finish(),
            }),
            Err(failed) => {
                // A commit that failed has ended the transaction already; then this is refused.
                drop(connection.execute("ROLLBACK").await);
                recorder.fail();
                Err(failed)
            }
        }
    }

    /// Runs all steps that a source needs, and returns the number of rows that came in.
    async fn run_plans(
        self,
        connection: &Connection,
        source: &Source,
        views: &[Identifier],
        recorder: &mut Recorder,
    ) -> Result<u64, Failed> {
        let mut staged_rows = 0;
        let mart = mini_data_mart();
        let plan = match source {
            // A database is opened, not built.
            Source::Seed | Source::Database(_) => Plan::seed(&mart),
            Source::Generated(sales) => Plan::generated(&mart, *sales),
            Source::File(SourceFile { sales, .. }) => {
                let stage = Plan::stage(sales);
                let staging = self.run_steps(connection, &stage, recorder).await;
                staged_rows = staging.map_err(|failed| match failed {
                    Failed::Verify(_) => Failed::Staging,
                    other => other,
                })?;
                Plan::fill(&mart, staged_rows)
            }
        };
        let plan = plan.dropping_views(views);
        Ok(staged_rows + self.run_steps(connection, &plan, recorder).await?)
    }

    async fn views_in_the_way(self, connection: &Connection) -> Result<Vec<Identifier>, Error> {
        let views = inspect::views_in_the_way(&mini_data_mart());
        let views = Rows::from(connection.query(&views).await?);
        Ok((0..views.len())
            .filter_map(|row| Identifier::new(views.cell(row, 0).to_string()).ok())
            .collect())
    }

    async fn run_steps(
        self,
        connection: &Connection,
        plan: &Plan,
        recorder: &mut Recorder,
    ) -> Result<u64, Failed> {
        recorder.expect(plan.steps.len());
        let mut staged_rows = 0;
        for step in &plan.steps {
            if self.is_cancelled() {
                return Err(Failed::Engine(Error::Cancelled));
            }
            recorder.begin(step);
            let outcome = run_step(connection, step).await;
            recorder.end(step, outcome.as_ref().ok().copied().flatten());
            let rows = outcome?;
            if step.kind == StepKind::Stage {
                staged_rows += rows.unwrap_or(0);
            }
        }
        Ok(staged_rows)
    }

    /// Finds out what is wrong with the file that a failed build was made from.
    async fn explain(self, connection: &Connection, source: &Source, failed: Failed) -> Failure {
        let message = match failed {
            Failed::Staging => String::new(),
            Failed::Verify(title) => return Failure::Check(title),
            Failed::Asking(cause) => return Failure::Engine(cause),
            Failed::Engine(Error::Engine { kind, message, .. }) if kind != "Out of Memory" => {
                format!("{kind} Error: {message}")
            }
            Failed::Engine(other) => return Failure::Engine(other),
        };
        let Source::File(SourceFile { sales, .. }) = source else {
            return Failure::Engine(Error::Engine {
                kind: "Build".to_owned(),
                message,
                position: None,
            });
        };
        let mut findings: Vec<Result<Vec<RecordBatch>, String>> = Vec::new();
        for diagnosis in sales.diagnoses() {
            match connection.query(&diagnosis).await {
                Ok(result) => findings.push(Ok(result.batches)),
                Err(Error::Engine { kind, message, .. }) => {
                    findings.push(Err(format!("{kind} Error: {message}")));
                }
                Err(other) => return Failure::Engine(other),
            }
        }
        Failure::Source(sales.verdict(&message, &findings))
    }

    /// Asks for all answers: of the sales that count, or of all sales of another source.
    async fn ask_everything(
        self,
        connection: &Connection,
        source: &Source,
        recorder: &mut Recorder,
    ) -> Result<Answers, Failed> {
        let is_new_source = self.source.with_untracked(Source::name) != source.name();
        let filter = if is_new_source {
            Filter::default()
        } else {
            self.filter()
        };
        let questions = self.answers.get_value();
        recorder.expect(questions.len());
        let mut rows_of = Vec::with_capacity(questions.len());
        for (question, shown) in questions {
            if self.is_cancelled() {
                return Err(Failed::Asking(Error::Cancelled));
            }
            recorder.ask(question.name);
            let sql = filter.within(&question);
            let rows = connection.query(&sql).await.map_err(Failed::Asking)?;
            rows_of.push((shown, sql, rows.into()));
        }
        Ok(Answers {
            is_new_source,
            rows_of,
        })
    }

    /// The rows of each table that has any of its own, by its title.
    pub(super) async fn count_rows(
        self,
        connection: &Connection,
        mart: &Mart,
    ) -> Result<BTreeMap<String, u64>, Error> {
        let sql = inspect::row_counts(counted(mart));
        if sql.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rows = Rows::from(connection.query(&sql).await?);
        let mut counts = BTreeMap::new();
        counts.extend(
            (0..rows.len())
                .filter_map(|row| Some((rows.cell(row, 0).to_string(), rows.count(row, 1)?))),
        );
        Ok(counts)
    }

    fn report(self, source: &Source, failure: Failure) {
        let stands = if self.built.with_untracked(Option::is_some) {
            STANDS
        } else {
            "There is no mart yet; try Rebuild mart."
        };
        let tried = format!("Building the mart from {}", source.name());
        let alert = match failure {
            Failure::Engine(cause) => Alert::of_engine(&tried, &cause, stands),
            Failure::Source(cause) => Some(source_alert(&cause, stands)),
            Failure::Check(title) => {
                let message = format!(
                    "The rows were loaded, but some do not pass the step “{title}”. {stands}"
                );
                Some(Alert::to_read(format!("{tried} failed"), message))
            }
        };
        if alert.is_some() {
            self.alert.set(alert);
        }
    }

    pub(super) fn refuse(self, cause: &SourceError) {
        self.alert.set(Some(source_alert(cause, STANDS)));
    }
}

fn source_alert(cause: &SourceError, stands: &str) -> Alert {
    // A single one is in the message.
    let problems = Some(cause.problems()).filter(|problems| problems.len() > 1);
    let mut places: Vec<_> = problems
        .into_iter()
        .flatten()
        .map(ToString::to_string)
        .collect();
    if let SourceError::WrongRows { rows, .. } = cause
        && !rows.is_complete()
    {
        places.push(format!(
            "… and more: {} rows are wrong in all",
            rows.wrong_rows
        ));
    }
    let title = format!("{} was not loaded", cause.file());
    Alert {
        places,
        engine_message: cause.detail().map(str::to_owned),
        ..Alert::to_read(title, format!("{cause}. {stands}"))
    }
}

/// A build that is whole, and not shown yet.
struct Whole {
    staged_rows: u64,
    answers: Answers,
    row_counts: BTreeMap<String, u64>,
    log: BuildLog,
}

/// How a build has failed.
enum Failed {
    /// The staged rows of a file were to pass a step, and do not.
    Staging,
    /// The loaded rows were to pass the step of this title, and do not.
    Verify(String),
    /// The engine said no to a step.
    Engine(Error),
    /// The engine said no to a question.
    Asking(Error),
}

impl From<Error> for Failed {
    fn from(cause: Error) -> Self {
        Self::Engine(cause)
    }
}

/// Runs one step and returns the number of rows it wrote, where it writes any.
async fn run_step(connection: &Connection, step: &Step) -> Result<Option<u64>, Failed> {
    let result = connection.query(&step.sql).await?;
    match step.kind {
        StepKind::Verify if result.num_rows() > 0 => Err(Failed::Verify(step.title.clone())),
        StepKind::Verify => Ok(None),
        StepKind::Change | StepKind::Stage => Ok(result.rows_changed()),
    }
}
