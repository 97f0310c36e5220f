//! Why a row is set aside. It must not know how rows are read.

use serde::{Deserialize, Serialize};

use crate::value::Rule;

/// The most characters of a row's text that are kept in the quarantine; more are cut, and that is said.
const MOST_RAW: usize = 10_000;

/// A row that is set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// The line of the file on which the row starts, from 1.
    pub line: u64,
    /// The column, unless the whole row is wrong.
    pub column: Option<String>,
    /// The text of the value; the whole row has none.
    pub value: Option<String>,
    /// The text of the row as it stands in the file.
    pub raw: String,
    /// What is wrong.
    pub fault: Fault,
    /// What the user has written in its place. It is loaded if [`fault`](Self::fault) says so; otherwise it
    /// is wrong, too.
    pub correction: Option<String>,
}

/// What is wrong with a row or a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The row has fewer fields than the header.
    TooFewFields {
        /// Its fields.
        found: usize,
        /// Those of the header.
        expected: usize,
    },
    /// The row has more fields than the header.
    TooManyFields {
        /// Its fields.
        found: usize,
        /// Those of the header.
        expected: usize,
    },
    /// A quote is opened and never closed.
    OpenQuote,
    /// Text follows a closing quote.
    TextAfterQuote,
    /// Bytes that are no text in the encoding of the file.
    NotText,
    /// A NUL character, which is a sign of damage.
    Nul,
    /// The row is longer than a row can be.
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// A required value is missing.
    Missing,
    /// The value is not what the column has.
    NotA(Rule),
    /// The number has a sign that no other one had: a currency, per cent, a dash.
    OtherSign(String),
    /// The number starts with a zero that a number does not need.
    LeadingZero,
    /// The file ends in the middle of the row.
    CutShort,
    /// The row is not JSON.
    NotJson(String),
    /// Nothing any more: the user has corrected the row.
    Corrected,
}

impl Fault {
    /// The short name of the rule that the row breaks, the same for all rows that break it.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::TooFewFields { .. } => "too few fields",
            Self::TooManyFields { .. } => "too many fields",
            Self::OpenQuote => "open quote",
            Self::TextAfterQuote => "text after quote",
            Self::NotText => "damaged text",
            Self::Nul => "NUL character",
            Self::TooLong { .. } => "too long",
            Self::Missing => "missing value",
            Self::NotA(rule) => rule.fault(),
            Self::OtherSign(_) => "another sign",
            Self::LeadingZero => "leading zero",
            Self::CutShort => "cut short",
            Self::NotJson(_) => "not JSON",
            Self::Corrected => "corrected by hand",
        }
    }

    /// What is wrong, and what to do about it.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::TooFewFields { found, expected } => {
                format!("the row has {}; the header has {expected}", fields(*found))
            }
            Self::TooManyFields { found, expected } => format!(
                "the row has {}; the header has {expected}. A text that contains the delimiter needs quotes around it",
                fields(*found)
            ),
            Self::OpenQuote => "a quote is opened in this row and never closed".to_owned(),
            Self::TextAfterQuote => {
                "text follows a closing quote; a quote inside quotes is written twice".to_owned()
            }
            Self::NotText => {
                "the row contains bytes that are no text in this encoding; choose another encoding"
                    .to_owned()
            }
            Self::Nul => "the row contains a NUL character, which is a sign of damage".to_owned(),
            Self::TooLong { limit } => {
                format!("the row is longer than {} MB", limit / (1 << 20))
            }
            Self::Missing => "the value is missing".to_owned(),
            Self::NotA(rule) => format!("expected {}", rule.description()),
            Self::OtherSign(sign) => format!(
                "no number of the sample has “{sign}”; choose the type of the column to load the value all the same"
            ),
            Self::LeadingZero => {
                "a number does not need the zero at its start, a code does; choose text for the column to keep it"
                    .to_owned()
            }
            Self::CutShort => "the file ends in the middle of this row".to_owned(),
            Self::Corrected => "the row was corrected by hand, and is loaded".to_owned(),
            Self::NotJson(reason) => format!("the row is not valid JSON: {reason}"),
        }
    }
}

fn fields(count: usize) -> String {
    match count {
        1 => "1 field".to_owned(),
        count => format!("{count} fields"),
    }
}

/// A text as the quarantine keeps it.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_RAW) {
        None => text.to_owned(),
        Some((end, _)) => format!(
            "{}… ({} characters in all)",
            text.get(..end).unwrap_or_default(),
            text.chars().count()
        ),
    }
}
