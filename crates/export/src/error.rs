//! The one error of this crate. A message says what failed, on what, and what to do next. It must
//! not know how an error is shown.

use sql::NameError;

/// What can fail in this crate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A column of a result without a name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Two columns of one name. JSON objects and Parquet files would lose one of them.
    #[error("two columns are called {name:?}; give one of them another name to write {kind}")]
    DuplicateColumn {
        /// The name.
        name: String,
        /// The kind of file.
        kind: FileKind,
    },
    /// A column of nested values, which CSV does not have.
    #[error(
        "the rows could not be written as CSV: column {name:?} is of the nested type {data_type}; cast it to VARCHAR"
    )]
    NestedColumn {
        /// The name of the column.
        name: String,
        /// Its type, as Arrow prints it.
        data_type: String,
    },
    /// A text that cannot separate the fields of CSV.
    #[error("{value:?} cannot be the delimiter: {problem}; choose another")]
    Delimiter {
        /// The text.
        value: String,
        /// Why it cannot.
        problem: DelimiterProblem,
    },
    /// A text that cannot stand for NULL in CSV.
    #[error("{value:?} cannot be the text for NULL: {problem}; choose another")]
    NullText {
        /// The text.
        value: String,
        /// Why it cannot.
        problem: NullTextProblem,
    },
    /// A result of `DESCRIBE` in which a column is missing.
    #[error("the result of DESCRIBE has no column {column}, so the rows cannot be read")]
    Describe {
        /// The missing column.
        column: String,
    },
    /// A table that is not in the description of a script.
    #[error("the script has no table {table:?}")]
    UnknownTable {
        /// The name of the table.
        table: String,
    },
    /// Rows for a script before the table they belong to.
    #[error("rows were written before the start of a table")]
    RowsOutsideTable,
    /// Rows with other columns than their table has in the script.
    #[error(
        "the rows could not be written as SQL: {table} now has the columns {}, but the script has {}; \
         export the database file instead",
        found.join(", "),
        expected.join(", ")
    )]
    ColumnsChanged {
        /// The name of the table.
        table: String,
        /// The columns of the rows.
        found: Vec<String>,
        /// The columns in the script.
        expected: Vec<String>,
    },
    /// A value that could not be written, or a sink that failed.
    #[error("the rows could not be written as {kind}: {reason}")]
    Encode {
        /// The kind of file.
        kind: FileKind,
        /// The message of the library that failed.
        reason: String,
    },
}

/// A kind of file that this crate writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum FileKind {
    /// Text with delimiters.
    #[error("CSV")]
    Csv,
    /// Objects, in one array or one a line.
    #[error("JSON")]
    Json,
    /// Columns in row groups.
    #[error("Parquet")]
    Parquet,
    /// A script of SQL statements.
    #[error("SQL")]
    Script,
    /// An archive of other files.
    #[error("zip")]
    Zip,
}

/// Why a text cannot be a delimiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DelimiterProblem {
    /// It is empty, longer than a character, or not ASCII.
    #[error("it is not one ASCII character")]
    NotOneCharacter,
    /// It is a quote.
    #[error("quotes enclose fields")]
    Quote,
    /// It is a line break or NUL.
    #[error("it ends a line")]
    LineEnd,
    /// It is a letter, a digit, a sign or a decimal point.
    #[error("it can be part of a number or a word")]
    PartOfValue,
}

/// Why a text cannot stand for NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NullTextProblem {
    /// It contains the delimiter of the file.
    #[error("it holds the delimiter")]
    Delimiter,
    /// It contains a quote.
    #[error("it holds a quote")]
    Quote,
    /// It contains a line break.
    #[error("it holds a line break")]
    LineBreak,
    /// It starts with U+FEFF.
    #[error("it starts with a byte-order mark")]
    ByteOrderMark,
}

impl Error {
    /// For `map_err` of the library that writes this kind of file.
    pub(crate) fn encode<E: std::fmt::Display>(kind: FileKind) -> impl Fn(E) -> Self {
        move |error| Self::Encode {
            kind,
            reason: error.to_string(),
        }
    }
}
