//! The options of the formats: how CSV and JSON look. Typed text is parsed here, and options that
//! make no readable file are refused here. It must not know how a format is written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{DelimiterProblem, Error, Format, NullTextProblem};

/// All options. The default is CSV as in RFC 4180, and JSON as one array.
///
/// ```
/// use export::{Format, JsonLayout, Options};
///
/// let mut options = Options::default();
/// options.csv.delimiter = ";".parse()?;
/// options.csv.null = "NULL".to_owned();
/// options.json = JsonLayout::Lines;
/// options.check(Format::Csv)?;
/// assert_eq!(options.file_name(Format::Json, "dim_customer"), "dim_customer.ndjson");
/// # Ok::<(), export::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// How CSV looks.
    pub csv: CsvOptions,
    /// How JSON looks.
    pub json: JsonLayout,
}

impl Options {
    /// Whether a file in this format can have these options.
    ///
    /// # Errors
    /// As [`CsvOptions::check`], for CSV.
    pub fn check(&self, format: Format) -> Result<(), Error> {
        match format {
            Format::Csv => self.csv.check(),
            Format::Json | Format::Parquet => Ok(()),
        }
    }

    /// The extension of a file in this format.
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

    /// The path of that file in a zip.
    #[must_use]
    pub fn path_in_zip(&self, format: Format, name: &str) -> String {
        format!("data/{format}-export/{}", self.file_name(format, name))
    }
}

/// How CSV looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CsvOptions {
    /// The character between two fields.
    pub delimiter: Delimiter,
    /// Whether the first line names the columns.
    pub header: bool,
    /// The text for NULL, never in quotes. A value with the same text is in quotes: if this is empty,
    /// which is the default, an empty text is `""`.
    pub null: String,
    /// Whether the file starts with U+FEFF, which Excel needs to detect UTF-8.
    pub byte_order_mark: bool,
    /// Whether an apostrophe is put before a text or a column name that a spreadsheet would run as
    /// a formula: one that starts with `=`, `+`, `-`, `@`, one of their full-width forms, a tab or a
    /// line break, and is not a number. Such a file does not read back to the same values, so the
    /// default is off.
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
    /// Whether the text for NULL is possible with this delimiter.
    ///
    /// ```
    /// use export::{CsvOptions, Delimiter};
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
    /// [`Error::NullText`] if it contains the delimiter, a quote or a line break, or starts with a
    /// byte-order mark.
    pub fn check(&self) -> Result<(), Error> {
        let problem = if self.null.contains(char::from(self.delimiter.byte())) {
            NullTextProblem::Delimiter
        } else if self.null.contains('"') {
            NullTextProblem::Quote
        } else if self.null.contains(['\r', '\n']) {
            NullTextProblem::LineBreak
        } else if self.null.starts_with('\u{feff}') {
            NullTextProblem::ByteOrderMark
        } else {
            return Ok(());
        };
        Err(Error::NullText {
            value: self.null.clone(),
            problem,
        })
    }
}

/// The character between two fields of CSV: one ASCII character that cannot be part of a number or
/// a word, and is no quote and no line break.
///
/// ```
/// use export::Delimiter;
///
/// assert_eq!("tab".parse::<Delimiter>()?, Delimiter::TAB);
/// assert_eq!(Delimiter::default().byte(), b',');
/// assert!("\"".parse::<Delimiter>().is_err());
/// # Ok::<(), export::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Delimiter(u8);

impl Delimiter {
    /// `,`
    pub const COMMA: Self = Self(b',');
    /// `;`, for countries where the comma is the decimal separator.
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

    /// Parses typed text: the character itself, `tab` or `\t`.
    fn from_str(typed: &str) -> Result<Self, Error> {
        let refused = |problem| {
            Err(Error::Delimiter {
                value: typed.to_owned(),
                problem,
            })
        };
        if typed.eq_ignore_ascii_case("tab") || typed == "\\t" {
            return Ok(Self::TAB);
        }
        let &[byte] = typed.as_bytes() else {
            return refused(DelimiterProblem::NotOneCharacter);
        };
        match byte {
            b'"' => refused(DelimiterProblem::Quote),
            b'\r' | b'\n' | b'\0' => refused(DelimiterProblem::LineEnd),
            b'+' | b'-' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                refused(DelimiterProblem::PartOfValue)
            }
            _ => Ok(Self(byte)),
        }
    }
}

impl TryFrom<String> for Delimiter {
    type Error = Error;

    fn try_from(typed: String) -> Result<Self, Error> {
        typed.parse()
    }
}

impl From<Delimiter> for String {
    fn from(delimiter: Delimiter) -> Self {
        delimiter.to_string()
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

/// How JSON looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

    #[test]
    fn options_are_the_same_after_serialization() {
        let mut options = Options::default();
        options.csv.delimiter = Delimiter::TAB;
        options.json = JsonLayout::Lines;
        let json = serde_json::to_string(&options).unwrap();
        assert_eq!(
            json,
            r#"{"csv":{"delimiter":"tab","header":true,"null":"","byte_order_mark":false,"spreadsheet_safe":false},"json":"lines"}"#
        );
        assert_eq!(serde_json::from_str::<Options>(&json).unwrap(), options);
        let refused = serde_json::from_str::<Options>(r#"{"csv":{"delimiter":"\""}}"#);
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .contains("quotes enclose fields")
        );
    }

    #[rstest]
    #[case::nothing("", "it is not one ASCII character")]
    #[case::two(",,", "it is not one ASCII character")]
    #[case::not_ascii("§", "it is not one ASCII character")]
    #[case::quote("\"", "quotes enclose fields")]
    #[case::line_break("\n", "it ends a line")]
    #[case::letter("x", "it can be part of a number or a word")]
    #[case::point(".", "it can be part of a number or a word")]
    #[case::minus("-", "it can be part of a number or a word")]
    fn not_a_delimiter(#[case] typed: &str, #[case] reason: &str) {
        let error = typed.parse::<Delimiter>().unwrap_err().to_string();
        assert_eq!(
            error,
            format!("{typed:?} cannot be the delimiter: {reason}; choose another")
        );
    }
}
