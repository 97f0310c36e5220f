//! CSV as in RFC 4180: CRLF after every row, quotes around a field that contains the delimiter, a
//! quote or a line break, or that a reader could take for NULL or, with a `#`, for a comment. Floats
//! are the shortest text that reads back to the same bits; dates are ISO. It must not know JSON or
//! Parquet.
//!
//! `arrow-csv` is not used: it writes NULL and an equal text the same way, and copies each field
//! through two more buffers.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, Schema};

use crate::block::BlockWriter;
use crate::column::{Column, Values};
use crate::error::FileKind;
use crate::{CsvOptions, Error};

/// Writes batches as CSV.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// use export::{CsvEncoder, CsvOptions};
///
/// let names = StringArray::from(vec![Some("Monitor 27\""), None]);
/// let batch = RecordBatch::try_from_iter([
///     ("product", Arc::new(names) as ArrayRef),
///     ("category", Arc::new(StringArray::from(vec!["a", "b"])) as ArrayRef),
/// ])?;
/// let mut encoder = CsvEncoder::new(Vec::new(), &batch.schema(), CsvOptions::default())?;
/// encoder.write(&batch)?;
/// assert_eq!(encoder.finish()?, b"product,category\r\n\"Monitor 27\"\"\",a\r\n,b\r\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct CsvEncoder<W: Write> {
    out: BlockWriter<W>,
    dialect: Dialect,
}

impl<W: Write> CsvEncoder<W> {
    /// Writes the header, also for a result without rows.
    ///
    /// # Errors
    /// [`Error::NullText`] if the options contradict each other; [`Error::NestedColumn`] if a column
    /// is of a nested type.
    pub fn new(sink: W, schema: &Schema, options: CsvOptions) -> Result<Self, Error> {
        options.check()?;
        let nested = |field: &&arrow_schema::FieldRef| field.data_type().is_nested();
        if let Some(field) = schema.fields().iter().find(nested) {
            return Err(Error::NestedColumn {
                name: field.name().clone(),
                data_type: field.data_type().to_string(),
            });
        }
        let mut encoder = Self {
            out: BlockWriter::new(sink),
            dialect: Dialect::new(options),
        };
        let dialect = &encoder.dialect;
        if dialect.options.byte_order_mark {
            encoder.out.block.extend_from_slice("\u{feff}".as_bytes());
        }
        if dialect.options.header {
            let start = encoder.out.block.len();
            for (at, field) in schema.fields().iter().enumerate() {
                dialect.separate(at, &mut encoder.out.block);
                dialect.text(field.name(), &mut encoder.out.block);
            }
            end_line(start, &mut encoder.out.block);
        }
        Ok(encoder)
    }

    /// Writes the rows of a batch.
    ///
    /// # Errors
    /// [`Error::Encode`] if a value cannot be written, or the sink fails.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        let columns = Column::all(batch).map_err(failed)?;
        for row in 0..batch.num_rows() {
            let start = self.out.block.len();
            for (at, column) in columns.iter().enumerate() {
                self.dialect.separate(at, &mut self.out.block);
                self.dialect
                    .field(column, row, &mut self.out.block)
                    .map_err(failed)?;
            }
            end_line(start, &mut self.out.block);
            self.out.flush_full().map_err(failed)?;
        }
        Ok(())
    }

    /// Ends the file and returns the sink.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn finish(self) -> Result<W, Error> {
        self.out.finish().map_err(failed)
    }
}

/// How a field is written.
struct Dialect {
    options: CsvOptions,
    delimiter: u8,
    /// Whether a number or a date may need quotes: it may contain the delimiter, or be the text for
    /// NULL.
    may_quote_numbers: bool,
}

impl Dialect {
    fn new(options: CsvOptions) -> Self {
        let delimiter = options.delimiter.byte();
        Self {
            delimiter,
            may_quote_numbers: !matches!(delimiter, b',' | b';' | b'\t' | b'|')
                || !options.null.is_empty(),
            options,
        }
    }

    #[inline]
    fn separate(&self, at: usize, out: &mut Vec<u8>) {
        if at > 0 {
            out.push(self.delimiter);
        }
    }

    #[inline]
    fn field(&self, column: &Column<'_>, row: usize, out: &mut Vec<u8>) -> Result<(), ArrowError> {
        if column.is_null(row) {
            out.extend_from_slice(self.options.null.as_bytes());
            return Ok(());
        }
        match &column.values {
            Values::Text(value) => self.text(value(row), out),
            values => {
                let start = out.len();
                values.append(row, out)?;
                if self.may_quote_numbers || matches!(values, Values::Other(_)) {
                    let written = out.split_off(start);
                    self.quoted(&written, out);
                }
            }
        }
        Ok(())
    }

    #[inline]
    fn text(&self, value: &str, out: &mut Vec<u8>) {
        if self.options.spreadsheet_safe && is_formula(value) {
            self.quoted(format!("'{value}").as_bytes(), out);
        } else {
            self.quoted(value.as_bytes(), out);
        }
    }

    /// Appends a field, in quotes if it needs them.
    #[inline]
    fn quoted(&self, field: &[u8], out: &mut Vec<u8>) {
        let is_safe = self.options.spreadsheet_safe;
        let is_special = |byte: &u8| match byte {
            b'"' | b'\r' | b'\n' | b'#' => true,
            // A spreadsheet may expect another delimiter, and find a formula after it.
            b',' | b';' | b'\t' => is_safe || *byte == self.delimiter,
            byte => *byte == self.delimiter,
        };
        let is_null = field == self.options.null.as_bytes();
        // At the start of a file, this mark would be read as the mark of the file.
        let is_marked = field.starts_with("\u{feff}".as_bytes());
        if !is_null && !is_marked && !field.iter().any(is_special) {
            return out.extend_from_slice(field);
        }
        out.push(b'"');
        for (at, part) in field.split(|byte| *byte == b'"').enumerate() {
            if at > 0 {
                out.extend_from_slice(b"\"\"");
            }
            out.extend_from_slice(part);
        }
        out.push(b'"');
    }
}

/// Ends the line that starts at a position.
#[inline]
fn end_line(start: usize, out: &mut Vec<u8>) {
    if out.len() == start {
        // Readers skip an empty line: it would not be a row.
        out.extend_from_slice(b"\"\"");
    }
    out.extend_from_slice(b"\r\n");
}

/// Whether a spreadsheet would run the text. A number, signed or not, is one.
#[inline]
fn is_formula(value: &str) -> bool {
    const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    value.starts_with(STARTS) && !is_number(value)
}

#[inline]
fn is_number(value: &str) -> bool {
    let is_numeric = |byte: u8| matches!(byte, b'0'..=b'9' | b'.' | b'+' | b'-' | b'e' | b'E');
    value.bytes().all(is_numeric) && value.parse::<f64>().is_ok()
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::encode(FileKind::Csv)(error)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("=1+1", true)]
    #[case("+cmd|' /C calc'!A0", true)]
    #[case("-2+3", true)]
    #[case("@SUM(A1)", true)]
    #[case("\t=1", true)]
    #[case("\r=1", true)]
    #[case("＝1", true)]
    #[case("-", true)]
    #[case("-12.50", false)]
    #[case("+49", false)]
    #[case("-1e5", false)]
    #[case("1+1", false)]
    #[case(" =1", false)]
    #[case("", false)]
    #[case("-inf", true)]
    fn a_formula(#[case] value: &str, #[case] expected: bool) {
        assert_eq!(is_formula(value), expected);
    }
}
