//! The error of this crate, and how the text of a DuckDB exception becomes one. It must not know
//! workers or promises: the caller passes the text of what was thrown.

use thiserror::Error;

use crate::ErrorKind;

/// A failed call. Each variant calls for a different reaction.
///
/// ```
/// use duckdb_wasm::{Error, ErrorKind};
///
/// fn advice(error: &Error) -> &'static str {
///     match error {
///         Error::Engine { kind: ErrorKind::OutOfMemory, .. } => "read fewer rows",
///         Error::Engine { .. } => "correct the statement",
///         Error::Decode { .. } => "cast the column to VARCHAR",
///         Error::Unavailable { .. } | Error::Lost { .. } => "start another instance",
///         _ => "no action",
///     }
/// }
/// # let _ = advice;
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// DuckDB rejected the statement, or failed while running it. The instance and the connection
    /// stay usable.
    #[error("{kind} Error: {message}")]
    Engine {
        /// DuckDB's classification of the error.
        kind: ErrorKind,
        /// DuckDB's complete message, without the kind.
        message: String,
        /// Byte offset in the statement, if DuckDB reports one. It does so for many errors on a
        /// connection that has run `SET errors_as_json = true`; otherwise the message may quote
        /// the line.
        position: Option<usize>,
    },
    /// The engine could not be loaded or started. No data is lost; another attempt can succeed.
    #[error("DuckDB could not be started: {reason}")]
    Unavailable {
        /// The file or step that failed, and how.
        reason: String,
    },
    /// The instance crashed or was terminated. Its data is lost: start another instance.
    #[error("DuckDB has stopped: {reason}")]
    Lost {
        /// The cause, as far as it is known.
        reason: String,
    },
    /// The statement was cancelled by [`Connection::cancel`](crate::Connection::cancel). The
    /// connection stays usable.
    #[error("the statement was cancelled")]
    Cancelled,
    /// The result cannot be decoded: it has a column of a type that DuckDB-Wasm does not send
    /// completely (cast it to VARCHAR), or it is not valid Arrow.
    #[error("DuckDB's answer could not be read: {reason}")]
    Decode {
        /// The column or the part of the format that is wrong.
        reason: String,
    },
}

/// Parts of the texts of WebAssembly traps. After a trap the memory of the instance is in an
/// undefined state, and later results cannot be trusted.
const TRAPS: [&str; 8] = [
    "memory access out of bounds",
    "table index is out of bounds",
    "index out of bounds",
    "function signature mismatch",
    "null function",
    "unreachable",
    "indirect call",
    "Aborted(",
];

/// Precedes an error that was raised in a later row when the next rows are fetched.
const LATE_ERROR_PREFIX: &str =
    "Attempting to execute an unsuccessful or closed pending query result\nError: ";

/// The kind in DuckDB's message of an interrupted statement.
const INTERRUPT: &str = "interrupt";

impl Error {
    /// Classifies an exception by its text.
    pub(crate) fn from_exception(text: &str) -> Self {
        let text = text.strip_prefix("Error: ").unwrap_or(text).trim();
        if is_trap(text) {
            return Self::lost(text);
        }
        let (kind, message) = split_kind(text).unwrap_or(("Unknown", text));
        if let Some(cause) = message.strip_prefix(LATE_ERROR_PREFIX) {
            return Self::from_exception(cause);
        }
        if kind.eq_ignore_ascii_case(INTERRUPT) {
            return Self::Cancelled;
        }
        let message = if message.is_empty() {
            "DuckDB gave no reason"
        } else {
            message
        };
        Self::Engine {
            kind: kind.into(),
            message: message.to_owned(),
            position: None,
        }
    }

    /// Sets the position of an [`Error::Engine`].
    pub(crate) fn with_position(mut self, offset: Option<usize>) -> Self {
        if let Self::Engine { position, .. } = &mut self {
            *position = offset;
        }
        self
    }

    pub(crate) fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable {
            reason: reason.into(),
        }
    }

    pub(crate) fn lost(reason: impl Into<String>) -> Self {
        Self::Lost {
            reason: reason.into(),
        }
    }

    pub(crate) fn decode(reason: impl Into<String>) -> Self {
        Self::Decode {
            reason: reason.into(),
        }
    }
}

impl From<arrow_schema::ArrowError> for Error {
    fn from(cause: arrow_schema::ArrowError) -> Self {
        Self::decode(cause.to_string())
    }
}

/// Splits `Catalog Error: message` into the kind and the message.
fn split_kind(text: &str) -> Option<(&str, &str)> {
    text.split_once(" Error: ")
        .filter(|(kind, _)| is_kind(kind))
}

/// Whether the text before `Error:` is a kind, which has one to three words, and not prose.
fn is_kind(text: &str) -> bool {
    text.split(' ').count() <= 3
        && !text.is_empty()
        && text.chars().all(|c| c.is_ascii_alphabetic() || c == ' ')
        && text != "Runtime"
}

/// A message of DuckDB starts with its kind, and may then quote any text, also that of a trap.
fn is_trap(text: &str) -> bool {
    split_kind(text).is_none() && TRAPS.iter().any(|trap| text.contains(trap))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(kind: ErrorKind, message: &str) -> Error {
        Error::Engine {
            kind,
            message: message.into(),
            position: None,
        }
    }

    #[test]
    fn exceptions_are_split_into_kind_and_message() {
        for (text, expected) in [
            (
                "Error: Catalog Error: Table with name t does not exist!",
                engine(ErrorKind::Catalog, "Table with name t does not exist!"),
            ),
            (
                "Out of Memory Error: could not allocate block",
                engine(ErrorKind::OutOfMemory, "could not allocate block"),
            ),
            (
                "Conversion Error: Could not convert string 'memory access out of bounds'",
                engine(
                    ErrorKind::Conversion,
                    "Could not convert string 'memory access out of bounds'",
                ),
            ),
            ("INTERRUPT Error: Interrupted!", Error::Cancelled),
            (
                "Invalid Input Error: Attempting to execute an unsuccessful or closed pending query \
                 result\nError: Conversion Error: Could not convert string 'x' to INT32",
                engine(
                    ErrorKind::Conversion,
                    "Could not convert string 'x' to INT32",
                ),
            ),
            (
                "something else",
                engine(ErrorKind::Other("Unknown".into()), "something else"),
            ),
            (
                "Error: ",
                engine(ErrorKind::Other("Unknown".into()), "DuckDB gave no reason"),
            ),
        ] {
            assert_eq!(Error::from_exception(text), expected, "{text}");
        }
    }

    #[test]
    fn traps_are_lost_instances() {
        for text in [
            "RuntimeError: memory access out of bounds",
            "Error: function signature mismatch",
            "RuntimeError: null function or function signature mismatch",
        ] {
            assert!(
                matches!(Error::from_exception(text), Error::Lost { .. }),
                "{text}"
            );
        }
    }
}
