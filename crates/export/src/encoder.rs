//! One encoder for all formats. It must not know how a format is written.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use crate::{CsvEncoder, Error, Format, JsonEncoder, Options, ParquetEncoder};

/// An encoder of any [`Format`].
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
/// use export::{Encoder, Format, Options};
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

    /// Ends the file and returns the sink.
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
