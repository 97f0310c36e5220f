//! CSV as RFC 4180 has it: CRLF after every row, a header, quotes around a field that holds a
//! comma, a quote or a line break. Floats are as short as they can be and still read back to the
//! same bits; dates are ISO. It must not know JSON or zip.

use std::io::Write;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_csv::writer::Terminator;
use arrow_csv::{Writer, WriterBuilder};
use arrow_schema::{ArrowError, Schema};

use crate::Error;

/// Writes batches as CSV.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// use mart::encode::CsvEncoder;
///
/// let names = StringArray::from(vec![Some("Monitor 27\""), None]);
/// let batch = RecordBatch::try_from_iter([
///     ("product", Arc::new(names) as ArrayRef),
///     ("category", Arc::new(StringArray::from(vec!["a", "b"])) as ArrayRef),
/// ])?;
/// let mut encoder = CsvEncoder::new(Vec::new(), &batch.schema())?;
/// encoder.write(&batch)?;
/// assert_eq!(encoder.finish()?, b"product,category\r\n\"Monitor 27\"\"\",a\r\n,b\r\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct CsvEncoder<W: Write> {
    writer: Writer<W>,
}

impl<W: Write> CsvEncoder<W> {
    /// Writes the header, which a result without rows has too.
    ///
    /// # Errors
    /// [`Error::Encode`] if a column is of a nested type, or the sink fails.
    pub fn new(sink: W, schema: &Schema) -> Result<Self, Error> {
        let mut writer = WriterBuilder::new()
            .with_header(true)
            .with_line_terminator(Terminator::CRLF)
            .build(sink);
        writer
            .write(&RecordBatch::new_empty(Arc::new(schema.clone())))
            .map_err(failed)?;
        Ok(Self { writer })
    }

    /// Writes the rows of a batch.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        self.writer.write(batch).map_err(failed)
    }

    /// Ends the file and gives back where it was written.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn finish(self) -> Result<W, Error> {
        let mut sink = self.writer.into_inner();
        sink.flush()
            .map_err(|error| failed(ArrowError::from(error)))?;
        Ok(sink)
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Encode {
        format: "CSV",
        reason: error.to_string(),
    }
}
