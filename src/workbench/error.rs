//! The one error of the workbench, and the attempts that can fail with it. `alert.rs` turns both into
//! what the user reads; nothing else words a failure.

use std::fmt;

use mart::{Mistake, OpenError, SourceError};

use super::advice;
use super::worker::WorkerError;

/// Why an attempt failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// The user cancelled it. There is nothing to report.
    #[error("it was cancelled")]
    Cancelled,
    /// Another task runs.
    #[error("Another action is running. Choose the file again when it has finished")]
    Busy,
    /// The engine has not been started yet, or is being started again.
    #[error("DuckDB has not been started yet")]
    NotStarted,
    /// DuckDB, or the way to it, failed.
    #[error("{}", advice::in_words(.0))]
    Engine(duckdb_wasm::Error),
    /// The engine died while it was in use.
    #[error("{cause}")]
    EngineStopped {
        /// How it died.
        cause: duckdb_wasm::Error,
        /// How often in a row an engine has died.
        deaths: u32,
        /// Whether another one is started.
        restarts: bool,
    },
    /// A value cannot be written in the format of an export.
    #[error(transparent)]
    Export(#[from] ::export::Error),
    /// A text cannot be a name in SQL.
    #[error(transparent)]
    Name(#[from] sql::NameError),
    /// A document does not resolve.
    #[error("{}", first_mistake(.0))]
    Document(Vec<Mistake>),
    /// A document has too many bytes.
    #[error("It has {0} bytes, and a document of a mart may have {max}", max = mart::MOST_BYTES)]
    DocumentTooLarge(u64),
    /// Another number of documents than one was chosen.
    #[error("A mart has one document, and {0} were chosen. Choose one of them")]
    NotOneDocument(usize),
    /// The mart has no source that a file could be for.
    #[error("This mart is not loaded from files. Open a model that is, or an example")]
    NoSource,
    /// Sources of the mart have no file.
    #[error("The mart needs more files: {}. Choose all of them together", .0.join(", "))]
    MissingFiles(Vec<String>),
    /// A file beside the page was not fetched.
    #[error(
        "{0} could not be fetched. Check the connection. If the page was updated since you opened it, reload it"
    )]
    NotFetched(String),
    /// A source file cannot be loaded.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A database file cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The browser cannot read a file that was chosen.
    #[error(
        "The browser could not read it. Was it moved or changed after it was chosen? Choose it again"
    )]
    Unreadable,
    /// A file was changed, moved or deleted after it was chosen.
    #[error("{0} was changed, moved or deleted after it was chosen. Choose it again")]
    FileChanged(String),
    /// A file is cut short or damaged.
    #[error("{file}: {reason}. Choose it again in full, or choose to load the rows before that")]
    FileDamaged {
        /// The name of the file.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// Several files are no tables, each for a reason.
    #[error("{}", .0.join(". "))]
    FilesRefused(Vec<String>),
    /// A file is no table.
    #[error("{0}")]
    FileRefused(String),
    /// No row of a file fits the mart.
    #[error("None of the rows of {file} could be loaded; {set_aside} were set aside. {first}")]
    NoneLoaded {
        /// The name of the file.
        file: String,
        /// How many rows it has.
        set_aside: u64,
        /// What is wrong with the first one.
        first: String,
    },
    /// More rows of a file are set aside than the user allows.
    #[error(
        "{set_aside} of {rows} rows of {file} would be set aside, which is more than {most} %. Look at them on its card, or allow more"
    )]
    TooManySetAside {
        /// The name of the file.
        file: String,
        /// Rows that do not fit.
        set_aside: u64,
        /// All its rows.
        rows: u64,
        /// What the user allows, in per cent.
        most: u8,
    },
    /// DuckDB has not all rows that were sent to it.
    #[error(
        "DuckDB has {found} of {sent} rows of {table}: nothing was loaded. Load the file again"
    )]
    RowsLost {
        /// The table.
        table: String,
        /// The rows that it has.
        found: u64,
        /// The rows that were sent.
        sent: u64,
    },
    /// A statement asks for an extension.
    #[error("{}", advice::about_extension(""))]
    NoExtensions,
    /// The rows that a statement would return have a type that it cannot return as text.
    #[error(
        "Its rows cannot be shown as they are. Name each column that it returns with AS, and cast it to \
         VARCHAR, as in RETURNING CAST(mood AS VARCHAR) AS mood"
    )]
    NotShown,
    /// Loaded rows fail a step of the plan.
    #[error("The rows were loaded, but some do not pass the step “{step}”")]
    Unverified {
        /// The title of the step.
        step: String,
    },
    /// Loaded rows fail checks, each of which ends the load.
    #[error("{}{}", .0.first().map(ToString::to_string).unwrap_or_default(), and_others(.0))]
    ChecksFailed(Vec<FailedCheck>),
    /// Tables of the mart are missing that are needed.
    #[error("Missing: {}. Rebuild mart creates what is missing", .0.join(", "))]
    MissingTables(Vec<String>),
    /// No table of the mart is there.
    #[error("All tables are missing. Rebuild mart creates them again")]
    NoTables,
    /// The text of a saved query has another number of statements than one.
    #[error("An answer is one query, and the text has {0} statements. Leave one of them")]
    NotOneStatement(usize),
    /// The text of a saved query is another statement.
    #[error(
        "An answer is a query, which begins with SELECT, FROM, WITH or VALUES, and this is another statement"
    )]
    NotAQuery,
    /// A worker of the page failed.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// The browser refuses to save a file.
    #[error("the browser does not save it")]
    NotSaved,
    /// One item of several failed.
    #[error("{item}: {cause}")]
    Item {
        /// The name of the item.
        item: String,
        /// Why.
        cause: Box<Self>,
    },
}

/// A check that ends a load.
#[derive(Debug, thiserror::Error)]
pub(super) enum FailedCheck {
    /// This number of rows fails it.
    #[error("The check “{0}” fails for {rows}", rows = rows(*.1))]
    Rows(String, u64),
    /// It could not be run, for this reason.
    #[error("The check “{0}” could not be run: {1}")]
    NotRun(String, String),
}

fn rows(count: u64) -> String {
    match count {
        1 => "1 row".to_owned(),
        _ => format!("{count} rows"),
    }
}

/// How many checks fail beside the first one.
fn and_others(failed: &[FailedCheck]) -> String {
    match failed.len().saturating_sub(1) {
        0 => String::new(),
        1 => ", and another check fails too".to_owned(),
        others => format!(", and {others} other checks fail too"),
    }
}

impl From<duckdb_wasm::Error> for Error {
    fn from(cause: duckdb_wasm::Error) -> Self {
        match cause {
            duckdb_wasm::Error::Cancelled => Self::Cancelled,
            other => Self::Engine(other),
        }
    }
}

impl From<Vec<Mistake>> for Error {
    fn from(mistakes: Vec<Mistake>) -> Self {
        Self::Document(mistakes)
    }
}

fn first_mistake(mistakes: &[Mistake]) -> String {
    match mistakes {
        [] => "The document is wrong".to_owned(),
        [only] => format!("The document has a mistake: {only}"),
        [first, ..] => format!(
            "The document has {} mistakes. The first: {first}",
            mistakes.len()
        ),
    }
}

impl Error {
    /// Whether there is nothing to report: the user has cancelled, or the engine is gone, which is
    /// reported once for all that ran on it.
    pub(super) fn is_silent(&self) -> bool {
        match self {
            Self::Cancelled | Self::Engine(duckdb_wasm::Error::Lost { .. }) => true,
            Self::Item { cause, .. } => cause.is_silent(),
            _ => false,
        }
    }

    /// The first line of DuckDB's message, if it rejects what a statement says or reads.
    pub(super) fn statement_reason(self) -> Result<String, Self> {
        match self.statement_message() {
            Some(message) => Ok(message.lines().next().unwrap_or_default().to_owned()),
            None => Err(self),
        }
    }

    /// DuckDB's message if it rejects what a statement says or reads, such as the contents of a file;
    /// `None` if the engine itself is the reason.
    pub(super) fn statement_message(&self) -> Option<String> {
        match self {
            Self::Engine(cause @ duckdb_wasm::Error::Engine { .. }) if !is_out_of_memory(cause) => {
                Some(cause.to_string())
            }
            _ => None,
        }
    }
}

/// Whether DuckDB ran out of memory.
pub(super) fn is_out_of_memory(cause: &duckdb_wasm::Error) -> bool {
    matches!(cause, duckdb_wasm::Error::Engine { kind, .. } if *kind == duckdb_wasm::ErrorKind::OutOfMemory)
}

/// What was tried, and on what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Attempt {
    /// To start the engine.
    StartEngine,
    /// To keep the engine running.
    RunEngine,
    /// To read the start of this file.
    LoadFile(String),
    /// To propose a star for the tables of the files.
    ProposeStar,
    /// To verify this change of a proposed star.
    VerifyEdit(String),
    /// To build the mart from the source of this name.
    Build(String),
    /// To open the database file of this name.
    OpenFile(String),
    /// To open this document, or the mart of this label.
    OpenModel(String),
    /// To fetch the list of the examples.
    ListExamples,
    /// To export this file.
    Export(String),
    /// To profile the table of this title.
    Profile(String),
    /// To fetch the rows that fail the check of this name.
    FetchFailingRows(String),
    /// To run the statements of the SQL page.
    RunSql,
    /// To end the transaction of the SQL page by this statement.
    EndTransaction(&'static str),
    /// To sort a result of the SQL page.
    SortResult,
    /// To inspect the tables and run the checks.
    Inspect,
    /// To add a check.
    AddCheck,
    /// To answer a question of the dashboard.
    AskQuestion,
    /// To save a query under this name.
    SaveQuery(String),
}

impl Attempt {
    /// Whether it puts another mart, or other rows, in place of what statements have changed.
    pub(super) const fn replaces_mart(&self) -> bool {
        matches!(
            self,
            Self::LoadFile(_) | Self::Build(_) | Self::OpenFile(_) | Self::OpenModel(_)
        )
    }

    /// The title and the detail that the page shows meanwhile.
    pub(super) fn activity(&self) -> (String, String) {
        let (title, detail) = match self {
            Self::LoadFile(file) => ("Reading", file.as_str()),
            Self::Build(source) => ("Building the mart", source.as_str()),
            Self::OpenFile(name) | Self::OpenModel(name) => ("Opening", name.as_str()),
            Self::FetchFailingRows(check) => ("Fetching the failing rows", check.as_str()),
            Self::RunSql => ("Running", ""),
            Self::SortResult => ("Sorting", ""),
            other => return (other.to_string(), String::new()),
        };
        (title.to_owned(), detail.to_owned())
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StartEngine => f.write_str("Starting the engine"),
            Self::RunEngine => f.write_str("Running the engine"),
            Self::LoadFile(file) => write!(f, "Reading {file}"),
            Self::ProposeStar => f.write_str("Looking for the star behind the tables"),
            Self::VerifyEdit(edit) => write!(f, "Verifying that {edit}"),
            Self::Build(source) => write!(f, "Building the mart from {source}"),
            Self::OpenFile(name) | Self::OpenModel(name) => write!(f, "Opening {name}"),
            Self::ListExamples => f.write_str("Fetching the examples"),
            Self::Export(file) => write!(f, "Exporting {file}"),
            Self::Profile(table) => write!(f, "Profiling {table}"),
            Self::FetchFailingRows(_) => f.write_str("Fetching the failing rows"),
            Self::RunSql => f.write_str("Running the statements"),
            Self::EndTransaction(statement) => f.write_str(statement),
            Self::SortResult => f.write_str("Sorting the result"),
            Self::Inspect => f.write_str("Inspecting the tables"),
            Self::AddCheck => f.write_str("Adding the check"),
            Self::AskQuestion => f.write_str("Answering the question"),
            Self::SaveQuery(name) => write!(f, "Saving {name}"),
        }
    }
}
