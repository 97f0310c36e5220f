//! The crate's one error, for callers who do not care which part of it failed. It says what was
//! tried, on what, and what to do next; it must not know how an error is shown.

use crate::source::SourceError;

/// What can go wrong in this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A text that cannot be the name of a table or a column.
    #[error("{name:?} cannot be a name in SQL: {reason}")]
    Name {
        /// The text that was to be a name.
        name: String,
        /// Why it cannot be one.
        reason: &'static str,
    },
    /// A path that DuckDB would take for something other than one file.
    #[error("{path:?} cannot be the path of a registered file: {reason}")]
    Path {
        /// The path.
        path: String,
        /// Why it cannot be used.
        reason: &'static str,
    },
    /// A result with two columns of one name cannot be JSON objects or a Parquet file: one of the
    /// two would be lost.
    #[error("two columns are called {name:?}; give one of them another name to write {format}")]
    DuplicateColumn {
        /// The name that stands twice.
        name: String,
        /// `JSON` or `Parquet`.
        format: &'static str,
    },
    /// A choice about a file that would make it unreadable.
    #[error("{value:?} cannot be {option}: {reason}; choose another")]
    Option {
        /// What was to be chosen: `the delimiter`, `the text for NULL`.
        option: &'static str,
        /// What was chosen.
        value: String,
        /// Why it cannot be.
        reason: &'static str,
    },
    /// An answer that does not say what columns a query has.
    #[error("the answer to DESCRIBE has no column {column}, so the rows cannot be asked for")]
    Describe {
        /// What is missing.
        column: String,
    },
    /// Arrow data that could not be written in the format asked for.
    #[error("the rows could not be written as {format}: {reason}")]
    Encode {
        /// `CSV`, `JSON`, `Parquet`, `SQL` or `zip`.
        format: &'static str,
        /// What the encoder said.
        reason: String,
    },
    /// A source file that cannot be loaded.
    #[error(transparent)]
    Source(#[from] SourceError),
}
