//! JSON as one array of objects, one object a row: numbers are numbers, decimals with all their
//! digits too; dates are ISO texts; NULL is `null` and never left out. It must not know CSV or zip.

use std::collections::HashSet;
use std::io::Write;

use arrow_array::RecordBatch;
use arrow_json::writer::{JsonArray, Writer, WriterBuilder};
use arrow_schema::Schema;

use crate::Error;

/// Writes batches as one JSON array.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Date32Array, RecordBatch};
/// use mart::encode::JsonEncoder;
///
/// let days = Arc::new(Date32Array::from(vec![Some(20_362), None])) as ArrayRef;
/// let batch = RecordBatch::try_from_iter([("date", days)])?;
/// let mut encoder = JsonEncoder::new(Vec::new(), &batch.schema())?;
/// encoder.write(&batch)?;
/// assert_eq!(encoder.finish()?, br#"[{"date":"2025-10-01"},{"date":null}]"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct JsonEncoder<W: Write> {
    writer: Writer<W, JsonArray>,
}

impl<W: Write> JsonEncoder<W> {
    /// Starts the array.
    ///
    /// # Errors
    /// [`Error::DuplicateColumn`] if two columns have one name: an object would lose one of them.
    pub fn new(sink: W, schema: &Schema) -> Result<Self, Error> {
        let mut names = HashSet::new();
        for field in schema.fields() {
            if !names.insert(field.name()) {
                return Err(Error::DuplicateColumn {
                    name: field.name().clone(),
                });
            }
        }
        Ok(Self {
            writer: WriterBuilder::new().with_explicit_nulls(true).build(sink),
        })
    }

    /// Writes the rows of a batch.
    ///
    /// # Errors
    /// [`Error::Encode`] if a type cannot be written, or the sink fails.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        self.writer.write(batch).map_err(failed)
    }

    /// Ends the array and gives back where it was written.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn finish(mut self) -> Result<W, Error> {
        self.writer.finish().map_err(failed)?;
        let mut sink = self.writer.into_inner();
        sink.flush().map_err(failed)?;
        Ok(sink)
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Encode {
        format: "JSON",
        reason: error.to_string(),
    }
}
