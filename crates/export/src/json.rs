//! JSON, one object a row, in one array or one object a line. Numbers are numbers, also decimals with
//! all their digits; dates are ISO texts; NULL is `null` and is never omitted. It must not know CSV
//! or Parquet.
//!
//! `arrow-json` is not used: it copies each value through more buffers, and writes an error message
//! in place of a day outside of its calendar.

mod value;

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use self::value::Object;
use crate::block::BlockWriter;
use crate::error::FileKind;
use crate::names::check_names;
use crate::{Error, JsonLayout};

/// Writes batches as JSON.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Date32Array, RecordBatch};
/// use export::{JsonEncoder, JsonLayout};
///
/// let days = Arc::new(Date32Array::from(vec![Some(20_362), None])) as ArrayRef;
/// let batch = RecordBatch::try_from_iter([("date", days)])?;
/// let mut encoder = JsonEncoder::new(Vec::new(), &batch.schema(), JsonLayout::Array)?;
/// encoder.write(&batch)?;
/// assert_eq!(encoder.finish()?, br#"[{"date":"2025-10-01"},{"date":null}]"#);
///
/// let mut encoder = JsonEncoder::new(Vec::new(), &batch.schema(), JsonLayout::Lines)?;
/// encoder.write(&batch)?;
/// assert_eq!(encoder.finish()?, b"{\"date\":\"2025-10-01\"}\n{\"date\":null}\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct JsonEncoder<W: Write> {
    out: BlockWriter<W>,
    layout: JsonLayout,
    is_first_row: bool,
}

impl<W: Write> JsonEncoder<W> {
    /// Starts the file.
    ///
    /// # Errors
    /// [`Error::DuplicateColumn`] if two columns have one name.
    pub fn new(sink: W, schema: &Schema, layout: JsonLayout) -> Result<Self, Error> {
        check_names(schema, FileKind::Json)?;
        let mut out = BlockWriter::new(sink);
        if layout == JsonLayout::Array {
            out.block.push(b'[');
        }
        Ok(Self {
            out,
            layout,
            is_first_row: true,
        })
    }

    /// Writes the rows of a batch.
    ///
    /// # Errors
    /// [`Error::Encode`] if a type cannot be written, or the sink fails.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        let schema = batch.schema();
        let object = Object::new(schema.fields(), batch.columns()).map_err(failed)?;
        for row in 0..batch.num_rows() {
            if self.layout == JsonLayout::Array && !self.is_first_row {
                self.out.block.push(b',');
            }
            self.is_first_row = false;
            object.append(row, &mut self.out.block).map_err(failed)?;
            if self.layout == JsonLayout::Lines {
                self.out.block.push(b'\n');
            }
            self.out.flush_full().map_err(failed)?;
        }
        Ok(())
    }

    /// Ends the file and returns the sink.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn finish(mut self) -> Result<W, Error> {
        if self.layout == JsonLayout::Array {
            self.out.block.push(b']');
        }
        self.out.finish().map_err(failed)
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::encode(FileKind::Json)(error)
}
