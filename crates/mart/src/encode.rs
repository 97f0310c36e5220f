//! Arrow batches to the bytes of a file, batch by batch, into any [`Write`]: CSV, JSON, Parquet,
//! a script of SQL, and a zip of several. It must not know where rows come from or where bytes go.
//!
//! What a format cannot hold: CSV does not tell an empty text from NULL, both are an empty field,
//! unless a text for NULL is chosen; JSON has no NaN and no infinite numbers, they become `null`;
//! JSON and Parquet cannot have two columns of one name, which is an error. What becomes of each
//! type of DuckDB is written down in [`transport`], which asks for rows that a format can hold.

mod column;
mod csv;
mod float;
mod json;
mod options;
mod parquet;
mod script;
mod stem;
pub mod transport;
mod zip;

use std::collections::HashSet;
use std::fmt;
use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use crate::Error;

pub use csv::CsvEncoder;
pub use json::JsonEncoder;
pub use options::{CsvOptions, Delimiter, JsonLayout, Options};
pub use parquet::ParquetEncoder;
pub use script::ScriptEncoder;
pub use stem::{file_stem, file_stems};
pub use zip::ZipEncoder;

/// A format that rows can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// RFC 4180: a header, CRLF, quotes where they are needed.
    Csv,
    /// Objects, in one array or one a line.
    Json,
    /// Columns in row groups, for another engine.
    Parquet,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Json, Self::Parquet];

    /// The ending of its files, where nothing else is chosen by [`Options`].
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Parquet => "parquet",
        }
    }

    /// Its media type, where nothing else is chosen by [`Options`].
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv;charset=utf-8",
            Self::Json => "application/json",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// The name of a file with that content.
    ///
    /// ```
    /// use mart::encode::Format;
    /// assert_eq!(Format::Csv.file_name("dim_customer"), "dim_customer.csv");
    /// assert_eq!(Format::Csv.path_in_zip("dim_customer"), "data/CSV-export/dim_customer.csv");
    /// ```
    #[must_use]
    pub fn file_name(self, name: &str) -> String {
        format!("{name}.{}", self.extension())
    }

    /// Where that file stands inside a zip.
    #[must_use]
    pub fn path_in_zip(self, name: &str) -> String {
        format!("data/{self}-export/{}", self.file_name(name))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Parquet => "Parquet",
        })
    }
}

/// An encoder of any format.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
/// use mart::encode::{Encoder, Format, Options};
///
/// let batch = RecordBatch::try_from_iter([
///     ("name", Arc::new(StringArray::from(vec!["Acme, Inc."])) as ArrayRef),
///     ("units", Arc::new(Int64Array::from(vec![533])) as ArrayRef),
/// ])?;
/// let mut bytes = Vec::new();
/// let options = Options::default();
/// let mut encoder = Encoder::new(Format::Json, &options, &mut bytes, &batch.schema())?;
/// encoder.write(&batch)?;
/// encoder.finish()?;
/// assert_eq!(bytes, br#"[{"name":"Acme, Inc.","units":533}]"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub enum Encoder<W: Write + Send> {
    /// Writes CSV.
    Csv(Box<CsvEncoder<W>>),
    /// Writes JSON.
    Json(Box<JsonEncoder<W>>),
    /// Writes Parquet.
    Parquet(Box<ParquetEncoder<W>>),
}

impl<W: Write + Send> Encoder<W> {
    /// Starts a file.
    ///
    /// # Errors
    /// As [`CsvEncoder::new`], [`JsonEncoder::new`] and [`ParquetEncoder::new`].
    pub fn new(format: Format, options: &Options, sink: W, schema: &Schema) -> Result<Self, Error> {
        Ok(match format {
            Format::Csv => Self::Csv(Box::new(CsvEncoder::new(
                sink,
                schema,
                options.csv.clone(),
            )?)),
            Format::Json => Self::Json(Box::new(JsonEncoder::new(sink, schema, options.json)?)),
            Format::Parquet => Self::Parquet(Box::new(ParquetEncoder::new(sink, schema)?)),
        })
    }

    /// Writes the rows of a batch.
    ///
    /// # Errors
    /// [`Error::Encode`] if a type cannot be written, or the sink fails.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        match self {
            Self::Csv(encoder) => encoder.write(batch),
            Self::Json(encoder) => encoder.write(batch),
            Self::Parquet(encoder) => encoder.write(batch),
        }
    }

    /// Ends the file and gives back where it was written.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn finish(self) -> Result<W, Error> {
        match self {
            Self::Csv(encoder) => encoder.finish(),
            Self::Json(encoder) => encoder.finish(),
            Self::Parquet(encoder) => encoder.finish(),
        }
    }
}

/// Refuses two columns of one name.
fn check_names(schema: &Schema, format: &'static str) -> Result<(), Error> {
    let mut names = HashSet::new();
    for field in schema.fields() {
        if !names.insert(field.name()) {
            return Err(Error::DuplicateColumn {
                name: field.name().clone(),
                format,
            });
        }
    }
    Ok(())
}
