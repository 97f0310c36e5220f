//! A database as a script of SQL: its tables with their keys, their rows, and questions as
//! comments. Run in an empty database, the script makes the same tables, exact to the last bit of a
//! number. It is one transaction, so an error leaves the database empty. This module must not know
//! how the tables are used or where their rows come from.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::block::BlockWriter;
use crate::column::{Column, Values};
use crate::error::FileKind;

/// The number of rows in one `INSERT`.
const ROWS_IN_STATEMENT: usize = 1_000;

/// The description of a script: all of it but the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// The first line, a comment.
    pub heading: String,
    /// The tables, each after the tables that it refers to.
    pub tables: Vec<ScriptTable>,
    /// The questions, written as comments at the end.
    pub questions: Vec<ScriptQuestion>,
}

/// A table of a script.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptTable {
    /// Its name.
    pub name: String,
    /// The names of its columns, in order.
    pub columns: Vec<String>,
    /// The comment before the statement that creates it.
    pub title: String,
    /// The statement that creates it, without a semicolon.
    pub create: String,
}

/// A question that users of the database can run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptQuestion {
    /// Its title.
    pub title: String,
    /// Its query, without a semicolon.
    pub sql: String,
}

/// Writes a script: the tables, then the rows of each, then the questions.
///
/// The rows of a table come from a query for all its columns in order, changed by
/// [`transport::select`](crate::transport::select) for
/// [`Target::Text`](crate::transport::Target::Text).
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Int32Array, RecordBatch, StringArray};
/// use export::{Script, ScriptEncoder, ScriptQuestion, ScriptTable};
///
/// let script = Script {
///     heading: "A small database".to_owned(),
///     tables: vec![ScriptTable {
///         name: "customer".to_owned(),
///         columns: vec!["id".to_owned(), "name".to_owned()],
///         title: "Create customer".to_owned(),
///         create: "CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR)".to_owned(),
///     }],
///     questions: vec![ScriptQuestion {
///         title: "Number of customers".to_owned(),
///         sql: "SELECT count(*)\nFROM customer".to_owned(),
///     }],
/// };
/// let customers = RecordBatch::try_from_iter([
///     ("id", Arc::new(Int32Array::from(vec![1, 2])) as ArrayRef),
///     ("name", Arc::new(StringArray::from(vec![Some("Fiona O'Brien"), None]))),
/// ])?;
/// let mut encoder = ScriptEncoder::new(Vec::new(), script)?;
/// encoder.table("customer")?;
/// encoder.write(&customers)?;
/// let sql = String::from_utf8(encoder.finish()?)?;
/// assert_eq!(sql, r#"-- A small database
///
/// BEGIN TRANSACTION;
///
/// -- Create customer
/// CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR);
///
/// -- Rows of customer
/// INSERT INTO "customer" ("id", "name") VALUES
///     (1, 'Fiona O''Brien'),
///     (2, NULL);
///
/// COMMIT;
///
/// -- Number of customers
/// -- SELECT count(*)
/// -- FROM customer;
/// "#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ScriptEncoder<W: Write> {
    out: BlockWriter<W>,
    tables: Vec<ScriptTable>,
    questions: Vec<ScriptQuestion>,
    /// The table whose rows are written.
    current: Option<Current>,
}

/// A table whose rows are written.
struct Current {
    name: String,
    columns: Vec<String>,
    /// The start of an `INSERT` into it.
    insert: String,
    /// The number of rows in the `INSERT` that is not ended yet; 0 if there is none.
    rows: usize,
}

impl<W: Write> ScriptEncoder<W> {
    /// Starts the transaction and creates the tables.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn new(sink: W, script: Script) -> Result<Self, Error> {
        let mut encoder = Self {
            out: BlockWriter::new(sink),
            tables: script.tables,
            questions: script.questions,
            current: None,
        };
        let out = &mut encoder.out.block;
        line(&format!("-- {}", comment(&script.heading)), out);
        line("\nBEGIN TRANSACTION;", out);
        for table in &encoder.tables {
            line(&format!("\n-- {}", comment(&table.title)), out);
            line(&format!("{};", table.create), out);
        }
        encoder.out.flush().map_err(failed)?;
        Ok(encoder)
    }

    /// Starts the rows of a table.
    ///
    /// # Errors
    /// [`Error::UnknownTable`] if the script has no table with that name.
    pub fn table(&mut self, name: &str) -> Result<(), Error> {
        self.end_statement();
        let known = self.tables.iter().find(|table| table.name == name);
        let Some(table) = known else {
            return Err(Error::UnknownTable {
                table: name.to_owned(),
            });
        };
        let columns: Vec<_> = table.columns.iter().map(|name| sql::quoted(name)).collect();
        self.current = Some(Current {
            name: table.name.clone(),
            columns: table.columns.clone(),
            insert: format!(
                "INSERT INTO {} ({}) VALUES\n    ",
                sql::quoted(&table.name),
                columns.join(", ")
            ),
            rows: 0,
        });
        let title = format!("\n-- Rows of {}", comment(name));
        line(&title, &mut self.out.block);
        Ok(())
    }

    /// Writes rows of the table.
    ///
    /// # Errors
    /// [`Error::RowsOutsideTable`] if no table was started, [`Error::ColumnsChanged`] if the rows
    /// have other columns than the table has in the script, [`Error::Encode`] if a value cannot be
    /// written or the sink fails.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        let Self { out, current, .. } = self;
        let table = current.as_mut().ok_or(Error::RowsOutsideTable)?;
        table.check(batch)?;
        let columns = Column::all(batch).map_err(failed)?;
        for row in 0..batch.num_rows() {
            if table.rows == ROWS_IN_STATEMENT {
                line(";", &mut out.block);
                table.rows = 0;
            }
            let start = if table.rows == 0 {
                table.insert.as_bytes()
            } else {
                b",\n    "
            };
            out.block.extend_from_slice(start);
            table.rows += 1;
            for (at, column) in columns.iter().enumerate() {
                let start: &[u8] = if at == 0 { b"(" } else { b", " };
                out.block.extend_from_slice(start);
                literal(column, row, &mut out.block).map_err(failed)?;
            }
            out.block.push(b')');
            out.flush_full().map_err(failed)?;
        }
        Ok(())
    }

    /// Ends the transaction, writes the questions and returns the sink.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn finish(mut self) -> Result<W, Error> {
        self.end_statement();
        line("\nCOMMIT;", &mut self.out.block);
        for question in &self.questions {
            let title = format!("\n-- {}", comment(&question.title));
            line(&title, &mut self.out.block);
            for text in format!("{};", question.sql.trim_end()).lines() {
                line(format!("-- {text}").trim_end(), &mut self.out.block);
            }
        }
        self.out.finish().map_err(failed)
    }

    fn end_statement(&mut self) {
        if let Some(table) = &mut self.current
            && table.rows > 0
        {
            line(";", &mut self.out.block);
            table.rows = 0;
        }
    }
}

impl Current {
    /// Refuses rows with other columns: a statement of the user may have changed the table.
    fn check(&self, batch: &RecordBatch) -> Result<(), Error> {
        let fields = batch.schema_ref().fields();
        let found: Vec<_> = fields.iter().map(|field| field.name().clone()).collect();
        if found == self.columns {
            Ok(())
        } else {
            Err(Error::ColumnsChanged {
                table: self.name.clone(),
                found,
                expected: self.columns.clone(),
            })
        }
    }
}

fn line(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(text.as_bytes());
    out.push(b'\n');
}

/// A name for a comment, which ends at a line break.
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
        // In quotes, because DuckDB reads a long number as DOUBLE.
        Values::Decimal(..) | Values::Day(_) | Values::Moment(_) => {
            out.push(b'\'');
            column.values.append(row, out)?;
            out.push(b'\'');
        }
        Values::Other(formatter) => text(&formatter.value(row).try_to_string()?, out),
    }
    Ok(())
}

/// Appends a text literal, the same as [`sql::text`] returns, without an allocation.
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

/// Appends a number with an exponent, which DuckDB reads as DOUBLE. Without one it reads `0.1` as
/// DECIMAL, and the conversion of a long DECIMAL to DOUBLE may be wrong in the last bit.
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
    Error::encode(FileKind::Script)(error)
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
        fn a_text_is_the_literal_of_the_sql_crate(value in prop_oneof![any::<String>(), "['\0a]{0,8}"]) {
            let mut out = Vec::new();
            text(&value, &mut out);
            prop_assert_eq!(String::from_utf8(out).unwrap(), sql::text(&value));
        }
    }
}
