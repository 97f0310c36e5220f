//! The one error of this crate, and how DuckDB's texts are told apart. It knows nothing of
//! workers or promises: whoever calls the engine hands it the text of what was thrown.

use thiserror::Error;

/// What can go wrong between a call and its answer. Each variant asks for another reaction.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// DuckDB refused the statement or failed while running it. The instance is well and
    /// the connection can be used on: show the message, let the statement be mended.
    #[error("{kind} Error: {message}")]
    Engine {
        /// DuckDB's own word for the kind: `Catalog`, `Parser`, `Conversion`, `Out of Memory`…
        kind: String,
        /// DuckDB's message, whole, without the kind in front.
        message: String,
        /// Where in the statement, counted in bytes, where DuckDB says so. It does for many
        /// errors on a connection that has run `SET errors_as_json = true`; otherwise the
        /// message may draw the line.
        position: Option<usize>,
    },
    /// The engine could not be loaded or started. Nothing was lost; starting again can help.
    #[error("DuckDB could not be started: {reason}")]
    Unavailable {
        /// Which file or step failed, and how.
        reason: String,
    },
    /// The instance has died or was terminated, and all its data with it: start another.
    #[error("DuckDB has stopped: {reason}")]
    Lost {
        /// What ended it, as far as can be known.
        reason: String,
    },
    /// The statement was cancelled by [`Connection::cancel`](crate::Connection::cancel). The
    /// connection can be used on.
    #[error("the statement was cancelled")]
    Cancelled,
    /// DuckDB answered with bytes that are not the Arrow that was expected: a type that
    /// cannot be decoded (cast it to VARCHAR), or another version of DuckDB.
    #[error("DuckDB's answer could not be read: {reason}")]
    Decode {
        /// What the decoder said.
        reason: String,
    },
}

/// Texts of WebAssembly traps: after one of them the instance's memory is in no known state,
/// and whatever it answers next cannot be trusted.
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

/// What DuckDB puts before an error that was raised in a later row, when the next rows are asked
/// for.
const AFTERMATH: &str =
    "Attempting to execute an unsuccessful or closed pending query result\nError: ";

impl Error {
    /// Sorts what the engine threw, by its text.
    pub(crate) fn thrown(text: &str) -> Self {
        let text = text.strip_prefix("Error: ").unwrap_or(text).trim();
        if is_trap(text) {
            return Self::Lost {
                reason: text.to_owned(),
            };
        }
        let (kind, message) = text
            .split_once(" Error: ")
            .map_or(("Unknown", text), |found| {
                // The kind is one to three words at the very start; anything else is prose.
                if is_kind(found.0) {
                    found
                } else {
                    ("Unknown", text)
                }
            });
        if let Some(raised) = message.strip_prefix(AFTERMATH) {
            return Self::thrown(raised);
        }
        if kind.eq_ignore_ascii_case("interrupt") {
            return Self::Cancelled;
        }
        let message = if message.is_empty() {
            "DuckDB gave no reason"
        } else {
            message
        };
        Self::Engine {
            kind: kind.to_owned(),
            message: message.to_owned(),
            position: None,
        }
    }

    /// The same error, with the place that is known of it.
    pub(crate) fn at(mut self, place: Option<usize>) -> Self {
        if let Self::Engine { position, .. } = &mut self {
            *position = place;
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

fn is_trap(text: &str) -> bool {
    // DuckDB's own messages start with their kind, and may quote any text after it.
    let is_duckdb = text
        .split_once(" Error: ")
        .is_some_and(|(kind, _)| is_kind(kind));
    !is_duckdb && TRAPS.iter().any(|trap| text.contains(trap))
}

fn is_kind(text: &str) -> bool {
    text.split(' ').count() <= 3
        && !text.is_empty()
        && text.chars().all(|c| c.is_ascii_alphabetic() || c == ' ')
        && text != "Runtime"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(kind: &str, message: &str) -> Error {
        Error::Engine {
            kind: kind.into(),
            message: message.into(),
            position: None,
        }
    }

    #[test]
    fn duckdb_messages_are_split_into_kind_and_message() {
        for (thrown, expected) in [
            (
                "Error: Catalog Error: Table with name t does not exist!",
                engine("Catalog", "Table with name t does not exist!"),
            ),
            (
                "Out of Memory Error: could not allocate block",
                engine("Out of Memory", "could not allocate block"),
            ),
            (
                "Conversion Error: Could not convert string 'memory access out of bounds'",
                engine(
                    "Conversion",
                    "Could not convert string 'memory access out of bounds'",
                ),
            ),
            ("INTERRUPT Error: Interrupted!", Error::Cancelled),
            (
                "Invalid Input Error: Attempting to execute an unsuccessful or closed pending query \
                 result\nError: Conversion Error: Could not convert string 'x' to INT32",
                engine("Conversion", "Could not convert string 'x' to INT32"),
            ),
            ("something else", engine("Unknown", "something else")),
            ("Error: ", engine("Unknown", "DuckDB gave no reason")),
        ] {
            assert_eq!(Error::thrown(thrown), expected, "{thrown}");
        }
    }

    #[test]
    fn traps_mean_that_the_instance_is_lost() {
        for thrown in [
            "RuntimeError: memory access out of bounds",
            "Error: function signature mismatch",
            "RuntimeError: null function or function signature mismatch",
        ] {
            assert!(
                matches!(Error::thrown(thrown), Error::Lost { .. }),
                "{thrown}"
            );
        }
    }
}
