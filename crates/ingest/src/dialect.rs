//! How the text of a file is divided into records and fields. It must not know what the fields mean.

use serde::{Deserialize, Serialize};

/// How a quote is written inside a quoted field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Escape {
    /// Twice: `"a ""b"""`.
    Doubled,
    /// After a backslash: `"a \"b\""`.
    Backslash,
}

/// What the user has chosen to stand between fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delimiter {
    /// Nothing: the file has one column.
    OneColumn,
    /// A character, ASCII.
    Character(char),
}

/// How the text of a file is divided into records and fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dialect {
    /// The character between two fields, ASCII; `None` for a file of one column.
    pub delimiter: Option<char>,
    /// The character around fields that contain delimiters or line ends, ASCII; `None` if quotes mean
    /// nothing.
    pub quote: Option<char>,
    /// How a quote is written inside a quoted field.
    pub escape: Escape,
    /// The character that starts a line which is a comment, ASCII.
    pub comment: Option<char>,
}

impl Dialect {
    /// Commas, double quotes, doubled inside: RFC 4180.
    pub const CSV: Self = Self {
        delimiter: Some(','),
        quote: Some('"'),
        escape: Escape::Doubled,
        comment: None,
    };

    /// The same with another delimiter.
    #[must_use]
    pub const fn with_delimiter(self, delimiter: Option<char>) -> Self {
        Self { delimiter, ..self }
    }
}

impl Default for Dialect {
    fn default() -> Self {
        Self::CSV
    }
}
