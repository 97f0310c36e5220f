//! Arrow batches to the bytes of a file, batch by batch, into any [`Write`]: CSV, JSON, and a zip
//! of several. It must not know where rows come from or where bytes go.
//!
//! What a format cannot hold: CSV does not tell an empty text from NULL, both are an empty field;
//! JSON has no NaN and no infinities, they become `null`.

mod csv;
mod json;
mod zip;

use std::fmt;
use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use crate::Error;

pub use csv::CsvEncoder;
pub use json::JsonEncoder;
pub use zip::ZipEncoder;

/// A format that rows can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// RFC 4180: a header, CRLF, quotes where they are needed.
    Csv,
    /// One array of objects.
    Json,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Json];

    /// The ending of its files.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv;charset=utf-8",
            Self::Json => "application/json",
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
        })
    }
}

/// An encoder of either format.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
/// use mart::encode::{Encoder, Format};
///
/// let batch = RecordBatch::try_from_iter([
///     ("name", Arc::new(StringArray::from(vec!["Acme, Inc."])) as ArrayRef),
///     ("units", Arc::new(Int64Array::from(vec![533])) as ArrayRef),
/// ])?;
/// let mut bytes = Vec::new();
/// let mut encoder = Encoder::new(Format::Json, &mut bytes, &batch.schema())?;
/// encoder.write(&batch)?;
/// encoder.finish()?;
/// assert_eq!(bytes, br#"[{"name":"Acme, Inc.","units":533}]"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub enum Encoder<W: Write> {
    /// Writes CSV.
    Csv(Box<CsvEncoder<W>>),
    /// Writes JSON.
    Json(JsonEncoder<W>),
}

impl<W: Write> Encoder<W> {
    /// Starts a file.
    ///
    /// # Errors
    /// As [`CsvEncoder::new`] and [`JsonEncoder::new`].
    pub fn new(format: Format, sink: W, schema: &Schema) -> Result<Self, Error> {
        match format {
            Format::Csv => CsvEncoder::new(sink, schema).map(Box::new).map(Self::Csv),
            Format::Json => JsonEncoder::new(sink, schema).map(Self::Json),
        }
    }

    /// Writes the rows of a batch.
    ///
    /// # Errors
    /// [`Error::Encode`] if a type cannot be written, or the sink fails.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        match self {
            Self::Csv(encoder) => encoder.write(batch),
            Self::Json(encoder) => encoder.write(batch),
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
        }
    }
}
