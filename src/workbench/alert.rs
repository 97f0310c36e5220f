//! What a person is told when something went wrong: what was tried, what happened, what to do.

use duckdb_wasm::Error;

/// A message that stays until it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// What was tried, and that it failed.
    pub title: String,
    /// What went wrong, and what to do next.
    pub message: String,
    /// The places it went wrong at, one line each.
    pub places: Vec<String>,
    /// The engine's own words.
    pub engine_message: Option<String>,
    /// What the button offers.
    pub remedy: Remedy,
}

/// What can be done about an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Start the engine again.
    TryAgain,
    /// Read it and go on.
    Dismiss,
}

impl Alert {
    /// An alert to read, without the engine's words.
    pub const fn to_read(title: String, message: String) -> Self {
        Self {
            title,
            message,
            places: Vec::new(),
            engine_message: None,
            remedy: Remedy::Dismiss,
        }
    }

    /// An alert to read, with the engine's reason. `None` where there is nothing to tell: a
    /// person who cancelled knows, and a lost engine is reported by whoever starts the next.
    pub fn of_engine(tried: &str, cause: &Error, stands: &str) -> Option<Self> {
        let message = match cause {
            Error::Cancelled | Error::Lost { .. } => return None,
            Error::Engine { kind, .. } if kind == "Out of Memory" => {
                format!("DuckDB has no memory left for this. {stands}")
            }
            Error::Engine { message, .. } => {
                let first = message.lines().next().unwrap_or_default();
                let end = if first.ends_with(['.', '!', '?']) {
                    ""
                } else {
                    "."
                };
                format!("DuckDB says: {first}{end} {stands}")
            }
            Error::Unavailable { reason } | Error::Decode { reason } => {
                format!("{reason}. {stands}")
            }
            other => format!("{other}. {stands}"),
        };
        Some(Self {
            engine_message: Some(cause.to_string()),
            ..Self::to_read(format!("{tried} failed"), message)
        })
    }
}
