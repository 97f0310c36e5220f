//! Parquet: row groups compressed with Snappy, with the minimum and maximum of each column. It must
//! not know CSV or JSON.

use std::io::Write;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::Error;
use crate::error::FileKind;
use crate::names::check_names;

/// A row group ends at the number of rows that DuckDB uses, or at a number of bytes if rows are
/// wide. Both bound the memory, because a group is kept there until it ends.
const ROWS_IN_GROUP: usize = 122_880;
const BYTES_IN_GROUP: usize = 32 * 1024 * 1024;
/// The dictionary of distinct texts and amounts of a column grows to this size; the values after that
/// are written plain. A larger one would cost time in columns where nearly all values differ.
const BYTES_IN_DICTIONARY: usize = 64 * 1024;

/// Writes batches as Parquet.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Int32Array, RecordBatch};
/// use export::ParquetEncoder;
///
/// let ids = Arc::new(Int32Array::from(vec![1, 2])) as ArrayRef;
/// let batch = RecordBatch::try_from_iter([("id", ids)])?;
/// let mut encoder = ParquetEncoder::new(Vec::new(), &batch.schema())?;
/// encoder.write(&batch)?;
/// let bytes = encoder.finish()?;
/// assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ParquetEncoder<W: Write + Send> {
    writer: ArrowWriter<W>,
}

impl<W: Write + Send> ParquetEncoder<W> {
    /// Starts the file.
    ///
    /// # Errors
    /// [`Error::DuplicateColumn`] if two columns have one name. [`Error::Encode`] if Parquet has no
    /// such type, or the sink fails.
    pub fn new(sink: W, schema: &Schema) -> Result<Self, Error> {
        check_names(schema, FileKind::Parquet)?;
        let mut properties = WriterProperties::builder()
            .set_created_by(concat!("Mini Data Mart ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_dictionary_page_size_limit(BYTES_IN_DICTIONARY)
            .set_max_row_group_row_count(Some(ROWS_IN_GROUP));
        for field in schema.fields() {
            if is_whole(field.data_type()) {
                let column = ColumnPath::new(vec![field.name().clone()]);
                properties = properties
                    .set_column_encoding(column.clone(), Encoding::DELTA_BINARY_PACKED)
                    .set_column_dictionary_enabled(column, false);
            }
        }
        let properties = Some(properties.build());
        let writer =
            ArrowWriter::try_new(sink, Arc::new(schema.clone()), properties).map_err(failed)?;
        Ok(Self { writer })
    }

    /// Writes the rows of a batch.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        self.writer.write(batch).map_err(failed)?;
        if self.writer.in_progress_size() >= BYTES_IN_GROUP {
            self.writer.flush().map_err(failed)?;
        }
        Ok(())
    }

    /// Ends the file and returns the sink.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn finish(self) -> Result<W, Error> {
        let mut sink = self.writer.into_inner().map_err(failed)?;
        sink.flush().map_err(failed)?;
        Ok(sink)
    }
}

/// Whether values are stored as whole numbers of 32 or 64 bits: keys, counts, days. These are written
/// as differences. The file is as small as with a dictionary, and writing takes half the time, because
/// no value is hashed.
fn is_whole(data_type: &DataType) -> bool {
    data_type.is_integer()
        || matches!(
            data_type,
            DataType::Date32 | DataType::Time32(_) | DataType::Time64(_) | DataType::Timestamp(..)
        )
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::encode(FileKind::Parquet)(error)
}
