//! The mart as a script of SQL: its tables with their keys, their rows, and its questions. Run in
//! an empty database, it makes the same tables, to the last bit of a number, or, being one
//! transaction, none. It must not know a file format.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use super::column::{Column, Values};
use crate::Error;
use crate::model::{Mart, Table};
use crate::query::Answer;
use crate::sql::{Identifier, statements};

/// So many rows stand in one `INSERT`.
const ROWS_IN_STATEMENT: usize = 1_000;

/// So many bytes are gathered before the sink is given them.
const PIECE: usize = 64 * 1024;

/// Writes a mart as SQL: the tables, then the rows of each, then the questions.
///
/// The rows are those of [`inspect::rows`](crate::inspect::rows), asked for by way of
/// [`transport::select`](super::transport::select) for
/// [`Target::Text`](super::transport::Target::Text). A table comes after the tables it refers to,
/// as they stand in [`Mart::tables`].
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Int32Array, RecordBatch, StringArray};
/// use mart::encode::ScriptEncoder;
///
/// let mart = mart::mini_data_mart();
/// let customers = RecordBatch::try_from_iter([
///     ("customer_id", Arc::new(Int32Array::from(vec![1])) as ArrayRef),
///     ("customer_name", Arc::new(StringArray::from(vec!["Fiona O'Brien"]))),
///     ("region", Arc::new(StringArray::from(vec![None::<&str>]))),
/// ])?;
/// let mut script = ScriptEncoder::new(Vec::new(), &mart)?;
/// script.table(&mart.tables[0])?;
/// script.write(&customers)?;
/// script.answer(&mart.answers[0])?;
/// let sql = String::from_utf8(script.finish()?)?;
/// assert!(sql.contains("(1, 'Fiona O''Brien', NULL);"));
/// assert!(sql.contains("\nCOMMIT;\n\n-- Revenue by customer\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ScriptEncoder<W: Write> {
    sink: W,
    buffer: Vec<u8>,
    /// The table whose rows are being written, and the names of its columns.
    table: String,
    columns: Vec<String>,
    /// How an `INSERT` into it starts.
    insert: String,
    /// Rows of the `INSERT` that has not ended.
    rows: usize,
    is_committed: bool,
}

impl<W: Write> ScriptEncoder<W> {
    /// Whether a script can make all the tables of a mart: it is known how they were made.
    #[must_use]
    pub fn can_write(mart: &Mart) -> bool {
        !mart.tables.is_empty() && statements(mart.schema).count() == mart.tables.len()
    }

    /// Starts the transaction and makes the tables.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn new(sink: W, mart: &Mart) -> Result<Self, Error> {
        let mut script = Self {
            sink,
            buffer: Vec::with_capacity(PIECE + PIECE / 8),
            table: String::new(),
            columns: Vec::new(),
            insert: String::new(),
            rows: 0,
            is_committed: false,
        };
        script.line(&format!(
            "-- {}: tables, rows and questions. For an empty database of DuckDB.\n\nBEGIN TRANSACTION;",
            comment(mart.name.as_str())
        ));
        for statement in statements(mart.schema) {
            script.line(&format!("\n-- {}\n{};", statement.title, statement.sql));
        }
        script.empty()?;
        Ok(script)
    }

    /// Starts the rows of a table.
    ///
    /// # Errors
    /// [`Error::Encode`] if the questions have begun.
    pub fn table(&mut self, table: &Table) -> Result<(), Error> {
        self.end_statement();
        if self.is_committed {
            return Err(failed("a table came after the questions"));
        }
        let names = table.columns.iter().map(|column| &column.name);
        let quoted: Vec<_> = names.clone().map(Identifier::quoted).collect();
        self.insert = format!(
            "INSERT INTO {} ({}) VALUES\n    ",
            table.name.quoted(),
            quoted.join(", ")
        );
        self.columns = names.map(|name| name.as_str().to_owned()).collect();
        table.name.as_str().clone_into(&mut self.table);
        self.line(&format!("\n-- Rows of {}", comment(table.name.as_str())));
        Ok(())
    }

    /// Writes rows of the table, with its columns in its order.
    ///
    /// # Errors
    /// [`Error::Encode`] if no table has begun, the rows have other columns, a value cannot be written, or
    /// the sink fails.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        if self.insert.is_empty() || self.is_committed {
            return Err(failed("rows came outside a table"));
        }
        let found: Vec<_> = batch
            .schema_ref()
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .collect();
        if found != self.columns {
            return Err(failed(format!(
                "{} has by now the columns {}, and the script knows {}; the database file has them all",
                self.table,
                found.join(", "),
                self.columns.join(", ")
            )));
        }
        let columns = batch
            .columns()
            .iter()
            .map(|array| Column::new(array))
            .collect::<Result<Vec<_>, _>>()
            .map_err(failed)?;
        for row in 0..batch.num_rows() {
            if self.rows == ROWS_IN_STATEMENT {
                self.end_statement();
            }
            let start = if self.rows == 0 {
                self.insert.as_bytes()
            } else {
                b",\n    "
            };
            self.buffer.extend_from_slice(start);
            self.rows += 1;
            for (at, column) in columns.iter().enumerate() {
                let start: &[u8] = if at == 0 { b"(" } else { b", " };
                self.buffer.extend_from_slice(start);
                literal(column, row, &mut self.buffer).map_err(failed)?;
            }
            self.buffer.push(b')');
            if self.buffer.len() >= PIECE {
                self.empty()?;
            }
        }
        Ok(())
    }

    /// Writes a question as a comment, to be asked by whoever wants to know. The rows end with the
    /// first one.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn answer(&mut self, answer: &Answer) -> Result<(), Error> {
        self.commit();
        self.line(&format!("\n-- {}", comment(answer.name)));
        for line in format!("{};", answer.sql.trim_end()).lines() {
            self.line(format!("-- {line}").trim_end());
        }
        self.empty()
    }

    /// Ends the script and gives back where it was written.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn finish(mut self) -> Result<W, Error> {
        self.commit();
        self.empty()?;
        self.sink.flush().map_err(failed)?;
        Ok(self.sink)
    }

    fn end_statement(&mut self) {
        if self.rows > 0 {
            self.line(";");
            self.rows = 0;
        }
    }

    fn commit(&mut self) {
        self.end_statement();
        if !self.is_committed {
            self.line("\nCOMMIT;");
            self.is_committed = true;
        }
    }

    fn line(&mut self, text: &str) {
        self.buffer.extend_from_slice(text.as_bytes());
        self.buffer.push(b'\n');
    }

    fn empty(&mut self) -> Result<(), Error> {
        self.sink.write_all(&self.buffer).map_err(failed)?;
        self.buffer.clear();
        Ok(())
    }
}

/// A name that stays in its comment.
fn comment(name: &str) -> String {
    name.replace(['\r', '\n'], " ")
}

fn literal(column: &Column<'_>, row: usize, out: &mut Vec<u8>) -> Result<(), ArrowError> {
    if column.is_null(row) {
        out.extend_from_slice(b"NULL");
        return Ok(());
    }
    match &column.values {
        Values::Text(value) => text(value(row), out),
        Values::Int32(_) | Values::Integer(_) | Values::Unsigned(_) | Values::Boolean(_) => {
            column.values.append(row, out)?;
        }
        Values::Float32(array) => double(array.value(row).into(), out),
        Values::Float64(array) => double(array.value(row), out),
        // In quotes: DuckDB reads a long number as DOUBLE.
        Values::Decimal(..) | Values::Day(_) | Values::Moment(_) => {
            out.push(b'\'');
            column.values.append(row, out)?;
            out.push(b'\'');
        }
        Values::Other(formatter) => text(&formatter.value(row).try_to_string()?, out),
    }
    Ok(())
}

/// A text, as [`sql::text`](crate::sql::text) writes it.
fn text(value: &str, out: &mut Vec<u8>) {
    let has_nul = value.contains('\0');
    out.extend_from_slice(if has_nul { b"('" } else { b"'" });
    let mut rest = value;
    while let Some(at) = rest.find(['\'', '\0']) {
        let (before, found) = rest.split_at(at);
        out.extend_from_slice(before.as_bytes());
        let escaped: &[u8] = if found.starts_with('\'') {
            b"''"
        } else {
            b"' || chr(0) || '"
        };
        out.extend_from_slice(escaped);
        rest = found.get(1..).unwrap_or_default();
    }
    out.extend_from_slice(rest.as_bytes());
    out.extend_from_slice(if has_nul { b"')" } else { b"'" });
}

/// A number that DuckDB reads as DOUBLE, by its exponent: it would take `0.1` for a DECIMAL, and
/// may be one bit off in making a DOUBLE of a long one.
fn double(value: f64, out: &mut Vec<u8>) {
    if value.is_finite() {
        let mut buffer = ryu::Buffer::new();
        let digits = buffer.format_finite(value);
        out.extend_from_slice(digits.as_bytes());
        if !digits.contains('e') {
            out.extend_from_slice(b"e0");
        }
    } else {
        let word: &[u8] = if value.is_nan() {
            b"'NaN'::DOUBLE"
        } else if value > 0.0 {
            b"'Infinity'::DOUBLE"
        } else {
            b"'-Infinity'::DOUBLE"
        };
        out.extend_from_slice(word);
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Encode {
        format: "SQL",
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0.1, "0.1e0")]
    #[case(-0.0, "-0.0e0")]
    #[case(1e300, "1e300")]
    #[case(f64::NAN, "'NaN'::DOUBLE")]
    #[case(f64::NEG_INFINITY, "'-Infinity'::DOUBLE")]
    fn a_double(#[case] value: f64, #[case] expected: &str) {
        let mut out = Vec::new();
        double(value, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_text_is_the_literal_of_sql(value in prop_oneof![any::<String>(), "['\0a]{0,8}"]) {
            let mut out = Vec::new();
            text(&value, &mut out);
            prop_assert_eq!(String::from_utf8(out).unwrap(), crate::sql::text(&value));
        }
    }
}
