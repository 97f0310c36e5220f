//! JSON, one object a row, in one array or one a line: numbers are numbers, decimals with all
//! their digits too; dates are ISO texts; NULL is `null` and never left out. It must not know CSV
//! or Parquet.
//!
//! It is written here, not by `arrow-json`, which takes twice as long for flat columns, and writes an
//! error message in place of a day that its calendar does not reach.

mod value;

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use self::value::Object;
use super::options::JsonLayout;
use crate::Error;

const FORMAT: &str = "JSON";

/// So many bytes are gathered before the sink is given them.
const PIECE: usize = 64 * 1024;

/// Writes batches as JSON.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Date32Array, RecordBatch};
/// use mart::encode::{JsonEncoder, JsonLayout};
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
    sink: W,
    buffer: Vec<u8>,
    layout: JsonLayout,
    is_first_row: bool,
}

impl<W: Write> JsonEncoder<W> {
    /// Starts the file.
    ///
    /// # Errors
    /// [`Error::DuplicateColumn`] if two columns have one name: an object would lose one of them.
    pub fn new(sink: W, schema: &Schema, layout: JsonLayout) -> Result<Self, Error> {
        super::check_names(schema, FORMAT)?;
        let mut buffer = Vec::with_capacity(PIECE + PIECE / 8);
        if layout == JsonLayout::Array {
            buffer.push(b'[');
        }
        Ok(Self {
            sink,
            buffer,
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
                self.buffer.push(b',');
            }
            self.is_first_row = false;
            object.append(row, &mut self.buffer).map_err(failed)?;
            if self.layout == JsonLayout::Lines {
                self.buffer.push(b'\n');
            }
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
        if self.layout == JsonLayout::Array {
            self.buffer.push(b']');
        }
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

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Encode {
        format: FORMAT,
        reason: error.to_string(),
    }
}
