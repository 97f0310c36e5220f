//! Parquet files. It must not know what the rows are for.

use arrow_schema::SchemaRef;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::Compression;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};

use crate::source::Blocks;
use crate::table::ROWS;

/// Bytes of values that a batch has at most, about.
const BATCH: i64 = 32 << 20;

/// A Parquet file that is open.
pub(crate) struct File(ParquetRecordBatchReaderBuilder<Blocks>);

impl File {
    /// Reads what a file says of itself, at its end.
    pub(crate) fn open(blocks: Blocks) -> Result<Self> {
        let file = Self(ParquetRecordBatchReaderBuilder::try_new(blocks)?);
        let groups = file.metadata().row_groups().iter();
        for chunk in groups.flat_map(RowGroupMetaData::columns) {
            let codec = chunk.compression();
            if matches!(codec, Compression::BROTLI(_) | Compression::LZO) {
                let name = codec_name(codec);
                return Err(ParquetError::General(format!(
                    "it is compressed as {name}, which is not read here: write it with Zstandard or Snappy"
                )));
            }
            // The reader takes that for granted.
            let start = chunk.dictionary_page_offset().unwrap_or(0);
            if start < 0 || chunk.data_page_offset() < 0 || chunk.compressed_size() < 0 {
                let reason = "a column stands outside of the file";
                return Err(ParquetError::General(reason.to_owned()));
            }
        }
        Ok(file)
    }

    pub(crate) fn schema(&self) -> SchemaRef {
        self.0.schema().clone()
    }

    pub(crate) fn rows(&self) -> Result<u64> {
        let rows = self.metadata().file_metadata().num_rows();
        u64::try_from(rows).map_err(|error| ParquetError::General(error.to_string()))
    }

    /// Its row groups, its codecs and the program that wrote it, in words.
    pub(crate) fn description(&self) -> String {
        let groups = self.metadata().row_groups();
        let mut codecs = Vec::new();
        for chunk in groups.iter().flat_map(RowGroupMetaData::columns) {
            let name = codec_name(chunk.compression());
            if !codecs.contains(&name) {
                codecs.push(name);
            }
        }
        let writer = self.metadata().file_metadata().created_by();
        let writer = writer.map(|writer| format!(", written by {writer}"));
        let count = groups.len();
        format!(
            "Parquet with {count} row group{}, {}{}",
            if count == 1 { "" } else { "s" },
            match codecs.as_slice() {
                [] => "no values".to_owned(),
                [only] if only == "uncompressed" => "not compressed".to_owned(),
                codecs => format!("compressed as {}", codecs.join(", ")),
            },
            writer.unwrap_or_default()
        )
    }

    /// The batches of all row groups; only these columns are read.
    pub(crate) fn batches(self, columns: Vec<usize>) -> Result<ParquetRecordBatchReader> {
        let rows = rows_per_batch(self.metadata());
        let mask = ProjectionMask::roots(self.0.parquet_schema(), columns);
        self.0.with_batch_size(rows).with_projection(mask).build()
    }

    fn metadata(&self) -> &ParquetMetaData {
        self.0.metadata()
    }
}

/// The name of a codec, without its level.
fn codec_name(codec: Compression) -> String {
    let name = codec.to_string();
    let name = name.split('(').next().unwrap_or_default();
    name.to_lowercase()
}

/// As many rows as DuckDB takes at once, fewer of wide ones.
fn rows_per_batch(metadata: &ParquetMetaData) -> usize {
    let groups = metadata.row_groups().iter();
    let bytes: i64 = groups.map(RowGroupMetaData::total_byte_size).sum();
    let rows = metadata.file_metadata().num_rows().max(1);
    let rows = BATCH / (bytes / rows).max(1);
    usize::try_from(rows).unwrap_or(ROWS).clamp(1024, ROWS)
}
