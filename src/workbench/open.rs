//! Opening a database file in place of the mart. It is attached beside what is there, and takes
//! its place when it has been read; until then, and if it cannot be, nothing changes.

use std::collections::BTreeMap;

use duckdb_wasm::{Connection, Error, RegisteredFile};
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::{Keys, Mart, OpenError, OpenedFile, Plan, TableKind, inspect, opened};
use web_sys::File;

use super::asking::Answers;
use super::log::{BuildLog, LoggedStep, now};
use super::source::{UNREADABLE, head_of, size_of};
use super::{Alert, Built, Source, Workbench};
use crate::marks::{self, ANSWERS_PAINTED, MART_BUILT};

/// A database file that is open. Detach it before this is dropped.
pub(super) struct Opened {
    file: OpenedFile,
    _registered: RegisteredFile,
}

/// Why a file was not opened.
enum Failure {
    /// The engine failed, or was asked to stop.
    Engine(Error),
    /// The file is wrong.
    File(OpenError),
    /// The browser could not read it.
    Unreadable,
    /// A name in it cannot be used.
    Name(mart::Error),
}

impl From<Error> for Failure {
    fn from(cause: Error) -> Self {
        Self::Engine(cause)
    }
}

/// What is in a file.
struct Contents {
    mart: Mart,
    keys: Keys,
    row_counts: BTreeMap<String, u64>,
    answers: Answers,
}

impl Workbench {
    /// Opens a file, which becomes the mart's source when it has been read. Does nothing while
    /// something else goes on.
    pub fn open_database(self, file: File) {
        if self.is_busy() {
            return;
        }
        let name = file.name();
        self.begin("Opening", &name);
        spawn_local(async move {
            let outcome = self.open(file).await;
            self.release();
            if let Err(failure) = outcome {
                self.report_open(&name, failure);
            }
        });
    }

    /// The statement after which the names that a connection uses are those of the file that is
    /// open, if one is.
    pub(super) fn selected(self) -> Option<String> {
        self.session
            .with_value(|session| session.opened.as_ref().map(|opened| opened.file.select()))
    }

    /// Closes the file that was open, if one was. The connection must not use it.
    pub(super) async fn close(self, opened: Option<Opened>, connection: &Connection) {
        if let Some(opened) = opened {
            // What stays attached takes a name that is never used again.
            drop(connection.execute(&opened.file.detach()).await);
        }
    }

    async fn open(self, file: File) -> Result<(), Failure> {
        let started = now();
        let head = head_of(&file).await.ok_or(Failure::Unreadable)?;
        let opened = OpenedFile::detect(&file.name(), &head, size_of(&file), self.next_file())
            .map_err(Failure::File)?;
        self.close_sql();
        let database = self.database()?;
        let connection = self.watched(database.connect().await?);
        let registered = database.register_file(opened.path(), &file).await?;
        let attached = connection.execute(&opened.attach()).await;
        attached.map_err(|cause| of_file(&opened, cause))?;
        let contents = match self.read(&opened).await {
            Ok(contents) => contents,
            Err(failure) => {
                drop(connection.execute(&opened.detach()).await);
                return Err(failure);
            }
        };

        self.log.set(BuildLog {
            source: opened.file_name().to_owned(),
            steps: vec![LoggedStep {
                title: format!("Open {}", opened.file_name()),
                sql: opened.attach(),
                rows: None,
                milliseconds: now() - started,
            }],
            failed: false,
        });
        let previous = self.session.try_update_value(|session| {
            session.opened.replace(Opened {
                file: opened,
                _registered: registered,
            })
        });
        self.close(previous.flatten(), &connection).await;
        self.mart.set(contents.mart);
        self.row_counts.set(contents.row_counts);
        self.show_answers(contents.answers);
        self.finished(Built {
            source: file.name(),
            milliseconds: now() - started,
            staged_rows: None,
            keys: contents.keys,
        });
        self.source.set(Source::Database(file));
        marks::mark(MART_BUILT);
        marks::mark_when_painted(ANSWERS_PAINTED);
        Ok(())
    }

    async fn read(self, opened: &OpenedFile) -> Result<Contents, Failure> {
        let of_file = |cause| of_file(opened, cause);
        let connection = self.watched(self.database()?.connect().await?);
        connection
            .execute(&opened.select())
            .await
            .map_err(of_file)?;
        let ask = async |sql: &str| connection.query(sql).await.map_err(of_file);
        let catalog = ask(inspect::catalog()).await?;
        let keys = ask(opened::keys()).await?;
        let found = opened
            .read(&catalog.batches, &keys.batches)
            .map_err(Failure::Name)?;
        let (mart, keys) = match found.as_built_in() {
            Some((mart, Keys::Enforced)) => (mart, Keys::Enforced),
            Some((mart, Keys::Verified)) if self.verify(&connection, &mart).await? => {
                (mart, Keys::Verified)
            }
            _ => (found, Keys::Enforced),
        };
        let row_counts = self.count_rows(&connection, &mart).await.map_err(of_file)?;
        let mut answers = Answers {
            is_new_source: true,
            rows_of: Vec::new(),
        };
        if !mart.answers.is_empty() {
            for (question, shown) in self.answers.get_value() {
                let rows = ask(question.sql).await?.into();
                answers.rows_of.push((shown, question.sql.to_owned(), rows));
            }
        }
        if self.is_cancelled() {
            return Err(Error::Cancelled.into());
        }
        Ok(Contents {
            mart,
            keys,
            row_counts,
            answers,
        })
    }

    /// Whether the keys of a mart hold that declares none.
    async fn verify(self, connection: &Connection, mart: &Mart) -> Result<bool, Error> {
        for step in &Plan::verify(mart).steps {
            if connection.query(&step.sql).await?.num_rows() > 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn report_open(self, name: &str, failure: Failure) {
        let stands = "The mart that was there is unchanged.";
        let alert = |message: String, engine_message: Option<&str>| {
            let title = format!("{name} was not opened");
            Some(Alert {
                engine_message: engine_message.map(str::to_owned),
                ..Alert::to_read(title, format!("{message}. {stands}"))
            })
        };
        let alert = match failure {
            Failure::Engine(cause) => Alert::of_engine(&format!("Opening {name}"), &cause, stands),
            Failure::File(cause) => alert(cause.to_string(), cause.detail()),
            Failure::Name(cause) => alert(cause.to_string(), None),
            Failure::Unreadable => alert(UNREADABLE.to_owned(), None),
        };
        if alert.is_some() {
            self.alert.set(alert);
        }
    }
}

/// What DuckDB says of a file is about the file, unless it is about the engine itself.
fn of_file(file: &OpenedFile, cause: Error) -> Failure {
    match cause {
        Error::Engine { kind, message, .. } if kind != "Out of Memory" => {
            Failure::File(file.verdict(&format!("{kind} Error: {message}")))
        }
        other => Failure::Engine(other),
    }
}

/// The tables of a mart that have rows of their own.
pub(super) fn counted(mart: &Mart) -> impl Iterator<Item = &mart::Table> {
    mart.tables
        .iter()
        .filter(|table| table.kind != TableKind::View)
}
