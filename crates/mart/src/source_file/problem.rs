//! What can be wrong with a source file, in words that help to correct it: file, line, column, value,
//! what is wrong with it, and how many rows are. It must not know how it was found.

use std::fmt;

/// Why a source file cannot be loaded. Its text names the file and the line, and says what to do;
/// the engine's own words, where there are any, are in [`detail`](Self::detail).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The file has no bytes, or nothing but blank ones.
    #[error(
        "{file}, line 1: the file is empty; it needs a header with the columns {}",
        list(required)
    )]
    Empty {
        /// The file's name.
        file: String,
        /// The columns that every such file has.
        required: Vec<String>,
    },
    /// The file is no text.
    #[error(
        "{file}, line 1: this looks like {looks_like}, not like a CSV file; save it as “CSV UTF-8” and load that"
    )]
    NotCsv {
        /// The file's name.
        file: String,
        /// What it looks like, with its article.
        looks_like: &'static str,
    },
    /// The file is text in another encoding.
    #[error(
        "{file}, line {line}: the text is not UTF-8; save the file as “CSV UTF-8” and load that"
    )]
    NotUtf8 {
        /// The file's name.
        file: String,
        /// The first line that is not UTF-8.
        line: u64,
        /// What the engine said.
        detail: Option<String>,
    },
    /// A line does not end where any line of a file of this kind would.
    #[error(
        "{file}, line {line}: the line is too long, {limit} bytes and more; is a line break or a closing quote missing?"
    )]
    LineTooLong {
        /// The file's name.
        file: String,
        /// The line.
        line: u64,
        /// How many bytes were read without finding its end.
        limit: u64,
        /// What the engine said.
        detail: Option<String>,
    },
    /// The header opens a quote and never closes it.
    #[error("{file}, line 1: a quote (\") is opened in the header and never closed")]
    OpenQuoteInHeader {
        /// The file's name.
        file: String,
    },
    /// The header lacks columns that every such file has.
    #[error(
        "{file}, line 1: {} missing; {}",
        are("column", missing),
        found_columns(found)
    )]
    MissingColumns {
        /// The file's name.
        file: String,
        /// The columns that are missing.
        missing: Vec<String>,
        /// The columns that are there.
        found: Vec<String>,
    },
    /// The header has a column twice.
    #[error(
        "{file}, line 1: {} there more than once; keep one of each",
        are("column", names)
    )]
    DuplicateColumns {
        /// The file's name.
        file: String,
        /// The columns that are there more than once.
        names: Vec<String>,
    },
    /// The file has a header and no rows.
    #[error("{file}: line 1 is a header and no rows follow it; add a line for each {row}")]
    NoRows {
        /// The file's name.
        file: String,
        /// The word for one row.
        row: String,
    },
    /// Rows of the file are wrong.
    #[error("{file}: {rows}")]
    WrongRows {
        /// The file's name.
        file: String,
        /// What is wrong, and where.
        rows: WrongRows,
    },
    /// The file cannot be split into rows, and all that is known is what the engine said.
    #[error("{file}{}: {reason}", at(*line))]
    Unreadable {
        /// The file's name.
        file: String,
        /// The row the engine stopped at, counted in lines as far as it knows.
        line: Option<u64>,
        /// What is wrong.
        reason: String,
        /// What the engine said.
        detail: String,
    },
    /// The build failed for a reason that is not the file's.
    #[error("{file} was not loaded: the engine stopped while working on it; try again")]
    Engine {
        /// The file's name.
        file: String,
        /// What the engine said.
        detail: String,
    },
}

impl SourceError {
    /// The file's name.
    #[must_use]
    pub fn file(&self) -> &str {
        match self {
            Self::Empty { file, .. }
            | Self::NotCsv { file, .. }
            | Self::NotUtf8 { file, .. }
            | Self::LineTooLong { file, .. }
            | Self::OpenQuoteInHeader { file }
            | Self::MissingColumns { file, .. }
            | Self::DuplicateColumns { file, .. }
            | Self::NoRows { file, .. }
            | Self::WrongRows { file, .. }
            | Self::Unreadable { file, .. }
            | Self::Engine { file, .. } => file,
        }
    }

    /// What is wrong, value by value, where that is known.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::WrongRows { rows, .. } => &rows.problems,
            _ => &[],
        }
    }

    /// The engine's own words.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::NotUtf8 { detail, .. } | Self::LineTooLong { detail, .. } => detail.as_deref(),
            Self::Unreadable { detail, .. } | Self::Engine { detail, .. } => Some(detail),
            _ => None,
        }
    }
}

/// The wrong rows of a file: the first problems, and how many rows have one.
///
/// ```
/// use mart::source_file::{Fault, Problem, WrongRows};
///
/// let rows = WrongRows {
///     problems: vec![Problem {
///         line: 7,
///         column: Some("quantity".to_owned()),
///         value: "two".to_owned(),
///         fault: Fault::NotAnInteger,
///     }],
///     wrong_rows: 3,
///     all_rows: 120,
/// };
/// assert_eq!(
///     rows.to_string(),
///     "3 of 120 rows are wrong and nothing was loaded. \
///      Line 7, column quantity: “two” is not a whole number"
/// );
/// assert!(!rows.is_complete());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongRows {
    /// The first problems, by line, at most [`LISTED_PROBLEMS`](super::LISTED_PROBLEMS).
    pub problems: Vec<Problem>,
    /// How many rows are wrong, listed or not.
    pub wrong_rows: u64,
    /// How many rows the file has.
    pub all_rows: u64,
}

impl WrongRows {
    /// Whether every wrong row is listed.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let mut lines: Vec<_> = self.problems.iter().map(|problem| problem.line).collect();
        lines.dedup();
        u64::try_from(lines.len()) == Ok(self.wrong_rows)
    }
}

impl fmt::Display for WrongRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rows, are) = if self.all_rows == 1 {
            ("row", "is")
        } else {
            ("rows", "are")
        };
        let are = if self.wrong_rows == 1 { "is" } else { are };
        write!(
            f,
            "{} of {} {rows} {are} wrong and nothing was loaded.",
            self.wrong_rows, self.all_rows
        )?;
        if let Some(first) = self.problems.first() {
            write!(f, " Line {}", first.after_the_word_line())?;
        }
        Ok(())
    }
}

/// One thing wrong with one row. Its text starts with `line`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line of the file the row starts on; the header is line 1.
    pub line: u64,
    /// The column, unless the whole row is wrong.
    pub column: Option<String>,
    /// The text that stands there, shortened if long; for too few or too many fields, how many.
    pub value: String,
    /// What is wrong with it.
    pub fault: Fault,
}

impl Problem {
    fn after_the_word_line(&self) -> String {
        let column = self
            .column
            .as_ref()
            .map(|column| format!(", column {column}"))
            .unwrap_or_default();
        let value = &self.value;
        let said = match self.fault {
            Fault::Missing => "the value is missing".to_owned(),
            Fault::NotADate => format!("“{value}” is not a date written as YYYY-MM-DD"),
            Fault::NotAnInteger => format!("“{value}” is not a whole number"),
            Fault::OutOfRange => format!("“{value}” is too large; it does not fit into the column"),
            Fault::NotANumber => {
                format!("“{value}” is not a number (with a point before the decimals)")
            }
            Fault::NotATimestamp => {
                format!("“{value}” is not an instant written as YYYY-MM-DD HH:MM:SS")
            }
            Fault::NotABoolean => format!("“{value}” is neither `true` nor `false`"),
            Fault::Duplicate => format!("“{value}” is on an earlier line already"),
            Fault::TooFewFields => {
                format!("the row has too few fields ({value}); the header has more")
            }
            Fault::TooManyFields => {
                format!(
                    "the row has too many fields ({value}); put quotes (\") around a text that holds the delimiter"
                )
            }
            Fault::OpenQuote => "a quote (\") is opened in this row and never closed".to_owned(),
            Fault::TextAfterQuote => {
                format!(
                    "text follows a closing quote in {value}; inside quotes, a quote is written twice"
                )
            }
            Fault::MixedLineEnds => {
                "the line does not end as the header does; save the file with one kind of line end"
                    .to_owned()
            }
        };
        format!("{}{column}: {said}", self.line)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.after_the_word_line())
    }
}

/// What is wrong with a value or a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// A required value is empty or blank.
    Missing,
    /// Not a real day written as YYYY-MM-DD.
    NotADate,
    /// Not a whole number.
    NotAnInteger,
    /// A whole number that an INTEGER cannot hold.
    OutOfRange,
    /// Not a finite number.
    NotANumber,
    /// Not an instant.
    NotATimestamp,
    /// Neither true nor false.
    NotABoolean,
    /// A unique value that an earlier row has.
    Duplicate,
    /// The row has fewer fields than the header.
    TooFewFields,
    /// The row has more fields than the header.
    TooManyFields,
    /// A quote is never closed.
    OpenQuote,
    /// Text follows a closing quote.
    TextAfterQuote,
    /// The line ends otherwise than the header.
    MixedLineEnds,
}

impl Fault {
    /// The fault that `diagnose.sql` calls so.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "missing" => Self::Missing,
            "not_a_date" => Self::NotADate,
            "not_an_integer" => Self::NotAnInteger,
            "out_of_range" => Self::OutOfRange,
            "not_a_number" => Self::NotANumber,
            "not_a_timestamp" => Self::NotATimestamp,
            "not_a_boolean" => Self::NotABoolean,
            "duplicate" => Self::Duplicate,
            "too_few_fields" => Self::TooFewFields,
            "too_many_fields" => Self::TooManyFields,
            "open_quote" => Self::OpenQuote,
            "text_after_quote" => Self::TextAfterQuote,
            "mixed_line_ends" => Self::MixedLineEnds,
            _ => return None,
        })
    }
}

fn are(noun: &str, names: &[String]) -> String {
    match names {
        [name] => format!("the {noun} {name} is"),
        names => format!("the {noun}s {} are", list(names)),
    }
}

fn found_columns(found: &[String]) -> String {
    let (shown, more) = found.split_at(found.len().min(20));
    let mut shown: Vec<_> = shown
        .iter()
        .map(|name| {
            let mut short: String = name.chars().take(60).collect();
            if short.len() < name.len() {
                short.push('…');
            }
            short
        })
        .collect();
    if !more.is_empty() {
        shown.push(format!("{} more", more.len()));
    }
    format!("the header has {}", list(&shown))
}

fn list(names: &[String]) -> String {
    match names {
        [] => "no columns".to_owned(),
        [name] => name.clone(),
        [names @ .., last] => format!("{} and {last}", names.join(", ")),
    }
}

fn at(line: Option<u64>) -> String {
    line.map(|line| format!(", line {line}"))
        .unwrap_or_default()
}
