//! What a person may choose about a file: how CSV looks, how JSON is laid out. What was typed is
//! parsed here, and what makes no readable file is refused here. It must not know how either
//! format is written.

use std::fmt;
use std::str::FromStr;

use super::Format;
use crate::Error;

/// What can be chosen. The default is CSV as RFC 4180 has it, and JSON as one array.
///
/// ```
/// use mart::encode::{Format, JsonLayout, Options};
///
/// let mut options = Options::default();
/// options.csv.delimiter = ";".parse()?;
/// options.csv.null = "NULL".to_owned();
/// options.json = JsonLayout::Lines;
/// options.check(Format::Csv)?;
/// assert_eq!(options.file_name(Format::Json, "dim_customer"), "dim_customer.ndjson");
/// # Ok::<(), mart::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// How CSV looks.
    pub csv: CsvOptions,
    /// How JSON is laid out.
    pub json: JsonLayout,
}

impl Options {
    /// Whether a file in this format can look so.
    ///
    /// # Errors
    /// As [`CsvOptions::check`], for CSV.
    pub fn check(&self, format: Format) -> Result<(), Error> {
        match format {
            Format::Csv => self.csv.check(),
            Format::Json | Format::Parquet => Ok(()),
        }
    }

    /// The ending of a file in this format.
    #[must_use]
    pub const fn extension(&self, format: Format) -> &'static str {
        match (format, self.json) {
            (Format::Json, JsonLayout::Lines) => "ndjson",
            _ => format.extension(),
        }
    }

    /// The media type of a file in this format.
    #[must_use]
    pub const fn media_type(&self, format: Format) -> &'static str {
        match (format, self.json) {
            (Format::Json, JsonLayout::Lines) => "application/x-ndjson",
            _ => format.media_type(),
        }
    }

    /// The name of a file in this format.
    #[must_use]
    pub fn file_name(&self, format: Format, name: &str) -> String {
        format!("{name}.{}", self.extension(format))
    }

    /// Where that file stands inside a zip.
    #[must_use]
    pub fn path_in_zip(&self, format: Format, name: &str) -> String {
        format!("data/{format}-export/{}", self.file_name(format, name))
    }
}

/// How CSV looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvOptions {
    /// What stands between two fields.
    pub delimiter: Delimiter,
    /// Whether the first line names the columns.
    pub header: bool,
    /// What stands for NULL, never in quotes. A value that is the same text is put in quotes: where
    /// this is empty, as it is at first, an empty text is `""`.
    pub null: String,
    /// Whether the file starts with U+FEFF, by which Excel knows UTF-8.
    pub byte_order_mark: bool,
    /// Whether a text that a spreadsheet would run as a formula gets an apostrophe in front. Such
    /// a text, or a column's name, starts with `=`, `+`, `-`, `@`, one of their full-width forms,
    /// a tab or a line break, and is not just a number. The file then no longer reads back to what
    /// was written, so this is off at first.
    pub spreadsheet_safe: bool,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self {
            delimiter: Delimiter::COMMA,
            header: true,
            null: String::new(),
            byte_order_mark: false,
            spreadsheet_safe: false,
        }
    }
}

impl CsvOptions {
    /// Whether the text for NULL can stand in a file with this delimiter.
    ///
    /// ```
    /// use mart::encode::{CsvOptions, Delimiter};
    ///
    /// let mut options = CsvOptions { null: "n|a".to_owned(), ..CsvOptions::default() };
    /// assert!(options.check().is_ok());
    /// options.delimiter = Delimiter::PIPE;
    /// assert_eq!(
    ///     options.check().unwrap_err().to_string(),
    ///     r#""n|a" cannot be the text for NULL: it holds the delimiter; choose another"#
    /// );
    /// ```
    ///
    /// # Errors
    /// [`Error::Option`] if it holds the delimiter, a quote or a line break, or starts with a
    /// byte-order mark.
    pub fn check(&self) -> Result<(), Error> {
        let reason = if self.null.contains(char::from(self.delimiter.byte())) {
            "it holds the delimiter"
        } else if self.null.contains('"') {
            "it holds a quote"
        } else if self.null.contains(['\r', '\n']) {
            "it holds a line break"
        } else if self.null.starts_with('\u{feff}') {
            "it starts with a byte-order mark"
        } else {
            return Ok(());
        };
        Err(Error::Option {
            option: "the text for NULL",
            value: self.null.clone(),
            reason,
        })
    }
}

/// What stands between two fields of CSV: one ASCII character that is no part of a number, no
/// quote and no line break.
///
/// ```
/// use mart::encode::Delimiter;
///
/// assert_eq!("tab".parse::<Delimiter>()?, Delimiter::TAB);
/// assert_eq!(Delimiter::default().byte(), b',');
/// assert!("\"".parse::<Delimiter>().is_err());
/// # Ok::<(), mart::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Delimiter(u8);

impl Delimiter {
    /// `,`
    pub const COMMA: Self = Self(b',');
    /// `;`, where the comma is the decimal sign.
    pub const SEMICOLON: Self = Self(b';');
    /// A tab.
    pub const TAB: Self = Self(b'\t');
    /// `|`
    pub const PIPE: Self = Self(b'|');

    /// The character.
    #[must_use]
    pub const fn byte(self) -> u8 {
        self.0
    }
}

impl Default for Delimiter {
    fn default() -> Self {
        Self::COMMA
    }
}

impl FromStr for Delimiter {
    type Err = Error;

    /// Reads what a person typed: the character itself, `tab` or `\t`.
    fn from_str(typed: &str) -> Result<Self, Error> {
        let refused = |reason| Error::Option {
            option: "the delimiter",
            value: typed.to_owned(),
            reason,
        };
        if typed.eq_ignore_ascii_case("tab") || typed == "\\t" {
            return Ok(Self::TAB);
        }
        let &[byte] = typed.as_bytes() else {
            return Err(refused("it is not one ASCII character"));
        };
        match byte {
            b'"' => Err(refused("quotes stand around fields")),
            b'\r' | b'\n' | b'\0' => Err(refused("it ends a line")),
            b'+' | b'-' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                Err(refused("it can be part of a number or a word"))
            }
            _ => Ok(Self(byte)),
        }
    }
}

impl fmt::Display for Delimiter {
    /// As [`FromStr`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            b'\t' => f.write_str("tab"),
            byte => write!(f, "{}", char::from(byte)),
        }
    }
}

/// How JSON is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum JsonLayout {
    /// One array of objects.
    #[default]
    Array,
    /// One object a line, known as newline-delimited JSON or JSON Lines.
    Lines,
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::comma(",", b',')]
    #[case::semicolon(";", b';')]
    #[case::pipe("|", b'|')]
    #[case::tab_itself("\t", b'\t')]
    #[case::tab_by_name("Tab", b'\t')]
    #[case::tab_escaped("\\t", b'\t')]
    #[case::space(" ", b' ')]
    #[case::unit_separator("\u{1f}", 0x1f)]
    fn a_delimiter(#[case] typed: &str, #[case] byte: u8) {
        let delimiter: Delimiter = typed.parse().unwrap();
        assert_eq!(delimiter.byte(), byte);
        assert_eq!(
            delimiter.to_string().parse::<Delimiter>().unwrap(),
            delimiter
        );
    }

    #[rstest]
    #[case::nothing("", "it is not one ASCII character")]
    #[case::two(",,", "it is not one ASCII character")]
    #[case::not_ascii("§", "it is not one ASCII character")]
    #[case::quote("\"", "quotes stand around fields")]
    #[case::line_break("\n", "it ends a line")]
    #[case::letter("x", "it can be part of a number or a word")]
    #[case::point(".", "it can be part of a number or a word")]
    #[case::minus("-", "it can be part of a number or a word")]
    fn no_delimiter(#[case] typed: &str, #[case] reason: &str) {
        let error = typed.parse::<Delimiter>().unwrap_err().to_string();
        assert_eq!(
            error,
            format!("{typed:?} cannot be the delimiter: {reason}; choose another")
        );
    }
}
