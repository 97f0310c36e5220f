//! JSON, one object a row, in one array or one a line: numbers are numbers, decimals with all
//! their digits too; dates are ISO texts; NULL is `null` and never left out. It must not know CSV
//! or Parquet.

use std::io::Write;
use std::sync::Arc;

use arrow_array::{Array, RecordBatch};
use arrow_json::writer::{JsonArray, LineDelimited, NullableEncoder, Writer, WriterBuilder};
use arrow_json::{Encoder, EncoderFactory, EncoderOptions};
use arrow_schema::{ArrowError, DataType, FieldRef, Schema};

use super::column::Values;
use super::options::JsonLayout;
use crate::Error;

const FORMAT: &str = "JSON";

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
    writer: Layout<W>,
}

enum Layout<W: Write> {
    Array(Writer<W, JsonArray>),
    Lines(Writer<W, LineDelimited>),
}

impl<W: Write> JsonEncoder<W> {
    /// Starts the file.
    ///
    /// # Errors
    /// [`Error::DuplicateColumn`] if two columns have one name: an object would lose one of them.
    pub fn new(sink: W, schema: &Schema, layout: JsonLayout) -> Result<Self, Error> {
        super::check_names(schema, FORMAT)?;
        let builder = WriterBuilder::new()
            .with_explicit_nulls(true)
            .with_encoder_factory(Arc::new(Exact));
        Ok(Self {
            writer: match layout {
                JsonLayout::Array => Layout::Array(builder.build(sink)),
                JsonLayout::Lines => Layout::Lines(builder.build(sink)),
            },
        })
    }

    /// Writes the rows of a batch.
    ///
    /// # Errors
    /// [`Error::Encode`] if a type cannot be written, or the sink fails.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        match &mut self.writer {
            Layout::Array(writer) => writer.write(batch),
            Layout::Lines(writer) => writer.write(batch),
        }
        .map_err(failed)
    }

    /// Ends the file and gives back where it was written.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn finish(self) -> Result<W, Error> {
        let mut sink = match self.writer {
            Layout::Array(mut writer) => {
                writer.finish().map_err(failed)?;
                writer.into_inner()
            }
            Layout::Lines(mut writer) => {
                writer.finish().map_err(failed)?;
                writer.into_inner()
            }
        };
        sink.flush().map_err(failed)?;
        Ok(sink)
    }
}

/// Writes days, times, instants, decimals and floats, nested ones too. `arrow-json` would write an
/// error message in place of a day that its calendar does not reach, and takes longer for a price.
#[derive(Debug)]
struct Exact;

impl EncoderFactory for Exact {
    fn make_default_encoder<'a>(
        &self,
        _field: &'a FieldRef,
        array: &'a dyn Array,
        _options: &'a EncoderOptions,
    ) -> Result<Option<NullableEncoder<'a>>, ArrowError> {
        let quote = match array.data_type() {
            DataType::Decimal128(..) | DataType::Float64 => None,
            DataType::Date32
            | DataType::Time32(_)
            | DataType::Time64(_)
            | DataType::Timestamp(..) => Some(b'"'),
            _ => return Ok(None),
        };
        let values = Values::new(array)?;
        let encoder = Box::new(Plain { values, quote });
        Ok(Some(NullableEncoder::new(encoder, array.nulls().cloned())))
    }
}

/// Values whose text needs no escapes.
struct Plain<'a> {
    values: Values<'a>,
    quote: Option<u8>,
}

impl Encoder for Plain<'_> {
    fn encode(&mut self, row: usize, out: &mut Vec<u8>) {
        if let Values::Float64(array) = self.values
            && !array.value(row).is_finite()
        {
            return out.extend_from_slice(b"null");
        }
        out.extend(self.quote);
        // Only `Values::Other` can fail, which none of these is.
        let _ = self.values.append(row, out);
        out.extend(self.quote);
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Encode {
        format: FORMAT,
        reason: error.to_string(),
    }
}
