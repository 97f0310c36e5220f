//! CSV as RFC 4180 has it: CRLF after every row, quotes around a field that holds the delimiter, a
//! quote or a line break, or that a reader would take for NULL or, for a `#`, for a comment. Floats are as short as they can be and still read back to the same bits;
//! dates are ISO. It must not know JSON or Parquet.
//!
//! It is written here, not by `arrow-csv`, because that one cannot tell NULL from a text that
//! says the same, and reaches each field through two further buffers.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, Schema};

use super::column::{Column, Values};
use super::options::CsvOptions;
use crate::Error;

/// So many bytes are gathered before the sink is given them.
const PIECE: usize = 64 * 1024;

/// Writes batches as CSV.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// use mart::encode::{CsvEncoder, CsvOptions};
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
    sink: W,
    buffer: Vec<u8>,
    dialect: Dialect,
}

impl<W: Write> CsvEncoder<W> {
    /// Writes the header, which a result without rows has too.
    ///
    /// # Errors
    /// [`Error::Option`] if the options do not go together; [`Error::Encode`] if a column is of a
    /// nested type, or the sink fails.
    pub fn new(sink: W, schema: &Schema, options: CsvOptions) -> Result<Self, Error> {
        options.check()?;
        let nested = |field: &&arrow_schema::FieldRef| field.data_type().is_nested();
        if let Some(field) = schema.fields().iter().find(nested) {
            return Err(failed(format!(
                "column {:?} is of the nested type {}; cast it to VARCHAR",
                field.name(),
                field.data_type()
            )));
        }
        let mut encoder = Self {
            sink,
            buffer: Vec::with_capacity(PIECE + PIECE / 8),
            dialect: Dialect::new(options),
        };
        let dialect = &encoder.dialect;
        if dialect.options.byte_order_mark {
            encoder.buffer.extend_from_slice("\u{feff}".as_bytes());
        }
        if dialect.options.header {
            let start = encoder.buffer.len();
            for (at, field) in schema.fields().iter().enumerate() {
                dialect.separate(at, &mut encoder.buffer);
                dialect.text(field.name(), &mut encoder.buffer);
            }
            end_line(start, &mut encoder.buffer);
        }
        Ok(encoder)
    }

    /// Writes the rows of a batch.
    ///
    /// # Errors
    /// [`Error::Encode`] if a value cannot be written, or the sink fails.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        let columns = batch
            .columns()
            .iter()
            .map(|array| Column::new(array))
            .collect::<Result<Vec<_>, _>>()
            .map_err(failed)?;
        for row in 0..batch.num_rows() {
            let start = self.buffer.len();
            for (at, column) in columns.iter().enumerate() {
                self.dialect.separate(at, &mut self.buffer);
                self.dialect
                    .field(column, row, &mut self.buffer)
                    .map_err(failed)?;
            }
            end_line(start, &mut self.buffer);
            if self.buffer.len() >= PIECE {
                self.empty()?;
            }
        }
        Ok(())
    }

    /// Ends the file and gives back where it was written.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn finish(mut self) -> Result<W, Error> {
        self.empty()?;
        self.sink.flush().map_err(failed)?;
        Ok(self.sink)
    }

    fn empty(&mut self) -> Result<(), Error> {
        self.sink.write_all(&self.buffer).map_err(failed)?;
        self.buffer.clear();
        Ok(())
    }
}

/// How a field is written.
struct Dialect {
    options: CsvOptions,
    delimiter: u8,
    /// Whether a number or a date may need quotes: it may hold the delimiter, or be the text that
    /// stands for NULL.
    is_number_in_doubt: bool,
}

impl Dialect {
    fn new(options: CsvOptions) -> Self {
        let delimiter = options.delimiter.byte();
        Self {
            delimiter,
            is_number_in_doubt: !matches!(delimiter, b',' | b';' | b'\t' | b'|')
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
                if self.is_number_in_doubt || matches!(values, Values::Other(_)) {
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

    /// A field, in quotes if it needs them.
    #[inline]
    fn quoted(&self, field: &[u8], out: &mut Vec<u8>) {
        let is_safe = self.options.spreadsheet_safe;
        let is_special = |byte: &u8| match byte {
            b'"' | b'\r' | b'\n' | b'#' => true,
            // A spreadsheet may know the file by another delimiter, and find a formula behind it.
            b',' | b';' | b'\t' => is_safe || *byte == self.delimiter,
            byte => *byte == self.delimiter,
        };
        let is_null = field == self.options.null.as_bytes();
        // In front of a file, this mark would be taken for the file's own.
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

/// Ends a line that started there.
#[inline]
fn end_line(start: usize, out: &mut Vec<u8>) {
    if out.len() == start {
        // An empty line would be no row at all.
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
    Error::Encode {
        format: "CSV",
        reason: error.to_string(),
    }
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
