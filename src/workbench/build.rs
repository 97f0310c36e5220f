//! Building the mart: the plan's steps in one transaction, so that a build that fails leaves the
//! mart that was there, and then the answers.

use arrow_array::RecordBatch;
use duckdb_wasm::{Connection, Error, RegisteredFile};
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::{Answer, Identifier, Plan, SourceError, Step, StepKind, inspect};

use super::log::{BuildLog, Recorder, now};
use super::source::SourceFile;
use super::{Activity, Alert, Built, Remedy, Source, Workbench};
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

    /// Builds the mart from a source, which becomes the mart's source when the build is whole.
    /// Does nothing while something else goes on.
    pub(super) fn build_from(self, source: Source) {
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

    pub(super) fn begin(self, title: &str, detail: &str) {
        self.activity.set(Some(Activity {
            title: title.to_owned(),
            detail: detail.to_owned(),
            done: 0,
            of: 1,
        }));
    }

    async fn build(self, source: &Source) -> Result<(), Failure> {
        let started = now();
        let connection = self.connect().await?;
        let registered = self.register(source).await?;
        let (staged_rows, log) = self.run_plan(&connection, source).await?;
        let answers = self.ask_everything(&connection).await?;
        let counts = self.count_rows(&connection).await?;
        drop(connection);
        // Only now: DuckDB keeps a file open for the connection that has read it.
        drop(registered);

        self.log.set(log);
        self.row_counts.set(counts);
        for (signal, rows) in answers {
            signal.set(Some(rows));
        }
        let number = self
            .built
            .with_untracked(|built| built.as_ref().map_or(0, |b| b.number))
            + 1;
        self.built.set(Some(Built {
            number,
            source: source.name(),
            milliseconds: now() - started,
            staged_rows,
        }));
        self.source.set(source.clone());
        self.session.update_value(|session| session.deaths = 0);
        if matches!(source, Source::File(_)) {
            self.alert.set(None);
        }
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

    /// Runs the plan whole or not at all, and returns the number of rows that came in and the log.
    async fn run_plan(
        self,
        connection: &Connection,
        source: &Source,
    ) -> Result<(u64, BuildLog), Failure> {
        let plan = self.mart.with_value(|mart| match source {
            Source::Seed => Plan::seed(mart),
            Source::File(SourceFile { sales, .. }) => Plan::sales_file(mart, sales),
        });
        let mut outcome = self.run_in_transaction(connection, source, &plan).await;
        if let Err(Failed::Engine(Error::Engine { .. })) = outcome {
            // A view may have taken the place of a table. There hardly ever is one, and asking
            // takes as long as several steps: so only now.
            let views = self.views_in_the_way(connection).await?;
            if !views.is_empty() {
                let plan = plan.dropping_views(&views);
                outcome = self.run_in_transaction(connection, source, &plan).await;
            }
        }
        match outcome {
            Ok(built) => Ok(built),
            Err(failed) => Err(self.explain(connection, source, failed).await),
        }
    }

    async fn run_in_transaction(
        self,
        connection: &Connection,
        source: &Source,
        plan: &Plan,
    ) -> Result<(u64, BuildLog), Failed> {
        let mut recorder = Recorder::start(self, source.name(), plan.steps.len());
        connection.execute("BEGIN TRANSACTION").await?;
        let outcome = async {
            let staged_rows = self.run_steps(connection, plan, &mut recorder).await?;
            connection.execute("COMMIT").await?;
            Ok(staged_rows)
        };
        match outcome.await {
            Ok(staged_rows) => Ok((staged_rows, recorder.finish())),
            Err(failed) => {
                // A commit that failed has ended the transaction already; then this is refused.
                drop(connection.execute("ROLLBACK").await);
                recorder.fail();
                Err(failed)
            }
        }
    }

    async fn views_in_the_way(self, connection: &Connection) -> Result<Vec<Identifier>, Error> {
        let views = self.mart.with_value(inspect::views_in_the_way);
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
            Failed::Verify => String::new(),
            Failed::Engine(Error::Engine { kind, message }) if kind != "Out of Memory" => {
                format!("{kind} Error: {message}")
            }
            Failed::Engine(other) => return Failure::Engine(other),
        };
        let Source::File(SourceFile { sales, .. }) = source else {
            return Failure::Engine(Error::Engine {
                kind: "Build".to_owned(),
                message,
            });
        };
        let mut findings: Vec<Result<Vec<RecordBatch>, String>> = Vec::new();
        for diagnosis in sales.diagnoses() {
            match connection.query(&diagnosis).await {
                Ok(result) => findings.push(Ok(result.batches)),
                Err(Error::Engine { kind, message }) => {
                    findings.push(Err(format!("{kind} Error: {message}")));
                }
                Err(other) => return Failure::Engine(other),
            }
        }
        Failure::Source(sales.verdict(&message, &findings))
    }

    async fn ask_everything(
        self,
        connection: &Connection,
    ) -> Result<Vec<(RwSignal<Option<Rows>>, Rows)>, Error> {
        let questions: Vec<(Answer, RwSignal<Option<Rows>>)> = self.answers.get_value();
        let mut answers = Vec::with_capacity(questions.len());
        for (question, signal) in questions {
            let rows = connection.query(question.sql).await?;
            answers.push((signal, rows.into()));
        }
        Ok(answers)
    }

    async fn count_rows(
        self,
        connection: &Connection,
    ) -> Result<std::collections::BTreeMap<String, u64>, Error> {
        let sql = self
            .mart
            .with_value(|mart| inspect::row_counts(&mart.tables));
        let rows = Rows::from(connection.query(&sql).await?);
        Ok((0..rows.len())
            .filter_map(|row| Some((rows.cell(row, 0).to_string(), rows.count(row, 1)?)))
            .collect())
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
    Alert {
        title: format!("{} was not loaded", cause.file()),
        message: format!("{cause}. {stands}"),
        places,
        engine_message: cause.detail().map(str::to_owned),
        remedy: Remedy::Dismiss,
    }
}

/// How a step has failed.
enum Failed {
    /// It was to return no row, and returned some.
    Verify,
    /// The engine said no.
    Engine(Error),
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
        StepKind::Verify if result.num_rows() > 0 => Err(Failed::Verify),
        StepKind::Verify => Ok(None),
        StepKind::Change | StepKind::Stage => Ok(result.rows_changed()),
    }
}
