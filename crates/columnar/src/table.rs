//! The table of a file: its columns, and its rows as batches that `DuckDB` takes. It must not know how a file is
//! laid out.

use std::io;
use std::sync::Arc;

use ::parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use arrow_array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use ingest::{FilePlan, ReadError};

use crate::arrow::{self, Stream};
use crate::arrow_file::{self, ArrowFile};
use crate::source::{Blocks, Source};
use crate::types::Known;
use crate::{Format, parquet};

/// The most rows of a batch: a row group of `DuckDB`.
pub(crate) const ROWS: usize = 122_880;

/// A file that is open.
pub struct Open {
    pub(crate) schema: SchemaRef,
    pub(crate) rows: u64,
    /// What it is, in words.
    pub(crate) description: String,
    body: Body,
}

enum Body {
    Parquet(Box<parquet::File>),
    Stream(Blocks),
    ArrowFile(Blocks),
}

impl Open {
    /// Opens a file: reads what it says of itself, not its values.
    ///
    /// # Errors
    /// [`ReadError::EndMissing`] if its end is missing, [`ReadError::Damaged`] if it is no such file.
    pub fn new(source: impl Source) -> Result<Self, ReadError> {
        let length = source.length();
        let blocks = Blocks::new(source);
        let most = usize::try_from(length.min(8)).unwrap_or(8);
        let start = blocks.bytes(0, most).map_err(|error| damaged(&error))?;
        match Format::detect(&start) {
            Some(Format::Parquet) => Self::parquet(blocks),
            Some(Format::ArrowFile) => Self::arrow_file(blocks),
            Some(Format::ArrowStream) => Self::stream(blocks),
            None => Err(ReadError::Damaged(
                "it is neither Parquet nor Arrow".to_owned(),
            )),
        }
    }

    fn parquet(blocks: Blocks) -> Result<Self, ReadError> {
        // What a Parquet file has is written at its end, before the same word as at its start.
        let end = blocks.length().saturating_sub(4);
        let end = blocks.bytes(end, 4).map_err(|error| damaged(&error))?;
        if *end != *b"PAR1" {
            return Err(ReadError::EndMissing);
        }
        let file = parquet::File::open(blocks).map_err(|error| damaged(&error))?;
        Ok(Self {
            schema: file.schema(),
            rows: file.rows().map_err(|error| damaged(&error))?,
            description: file.description(),
            body: Body::Parquet(Box::new(file)),
        })
    }

    fn stream(blocks: Blocks) -> Result<Self, ReadError> {
        let (rows, batches) = counted(arrow::rows(&blocks))?;
        let stream = Stream::open(blocks.clone(), None).map_err(|error| damaged(&error))?;
        Ok(Self {
            schema: stream.schema(),
            rows,
            description: description(batches),
            body: Body::Stream(blocks),
        })
    }

    fn arrow_file(blocks: Blocks) -> Result<Self, ReadError> {
        let (rows, batches) = counted(arrow_file::rows(&blocks))?;
        let file = ArrowFile::open(blocks.clone(), None).map_err(|error| damaged(&error))?;
        Ok(Self {
            schema: file.schema(),
            rows,
            description: description(batches),
            body: Body::ArrowFile(blocks),
        })
    }

    /// How many rows it says that it has.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Its rows by a plan.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] if a column of the plan is not in the file, or its values cannot be read.
    pub fn batches(self, plan: &FilePlan) -> Result<Batches, ReadError> {
        let columns = &plan.table.columns;
        if columns.len() != self.schema.fields().len() {
            return Err(ReadError::Damaged(
                "its columns are not those that it had".to_owned(),
            ));
        }
        let mut fields = Vec::new();
        let mut places = Vec::new();
        for (at, (column, field)) in columns.iter().zip(self.schema.fields()).enumerate() {
            if column.ignored {
                continue;
            }
            let known = Known::of(field.data_type()).ok_or_else(|| {
                ReadError::Damaged(format!("{} is of an unknown type", field.name()))
            })?;
            let known = if column.sql_type() == known.sql {
                known
            } else {
                Known::text()
            };
            fields.push(Field::new(&column.name, known.arrow, true));
            places.push(at);
        }
        if let Some(line) = &plan.table.line_column {
            fields.push(Field::new(line, DataType::Int64, false));
        }
        let body = match self.body {
            Body::Parquet(file) => {
                let batches = file.batches(places).map_err(|error| damaged(&error))?;
                Reading::Parquet(Box::new(batches))
            }
            Body::Stream(blocks) => {
                let stream = Stream::open(blocks, Some(places));
                Reading::Stream(Box::new(stream.map_err(|error| damaged(&error))?))
            }
            Body::ArrowFile(blocks) => {
                let file = ArrowFile::open(blocks, Some(places));
                Reading::ArrowFile(Box::new(file.map_err(|error| damaged(&error))?))
            }
        };
        Ok(Batches {
            body,
            schema: Arc::new(Schema::new(fields)),
            has_line: plan.table.line_column.is_some(),
            expected: self.rows,
            read: 0,
            rest: None,
        })
    }
}

/// Rows and batches of a file of Arrow.
fn counted(found: io::Result<(u64, usize)>) -> Result<(u64, usize), ReadError> {
    found.map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => ReadError::EndMissing,
        _ => damaged(&error),
    })
}

fn description(batches: usize) -> String {
    let end = if batches == 1 { "" } else { "es" };
    format!("Arrow with {batches} batch{end}")
}

enum Reading {
    Parquet(Box<ParquetRecordBatchReader>),
    Stream(Box<Stream>),
    ArrowFile(Box<ArrowFile>),
}

/// The rows of a file.
pub struct Batches {
    body: Reading,
    schema: SchemaRef,
    has_line: bool,
    expected: u64,
    read: u64,
    /// What is left of a batch that is larger than `DuckDB` takes at once.
    rest: Option<RecordBatch>,
}

impl Batches {
    /// The next rows; `None` at the end.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] if they cannot be read, or the file has not as many rows as it says.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator would go on after an error"
    )]
    pub fn next(&mut self) -> Result<Option<RecordBatch>, ReadError> {
        let batch = match self.rest.take() {
            Some(batch) => Some(batch),
            None => self.following()?,
        };
        let Some(batch) = batch else {
            if self.read == self.expected {
                return Ok(None);
            }
            return Err(ReadError::Damaged(format!(
                "it says that it has {} rows and has {}",
                self.expected, self.read
            )));
        };
        let now = batch.num_rows().min(ROWS);
        if now < batch.num_rows() {
            self.rest = Some(batch.slice(now, batch.num_rows() - now));
        }
        let taken = self.taken(&batch.slice(0, now));
        self.read += now as u64;
        taken.map(Some).map_err(|error| self.damaged(&error))
    }

    /// Rows that were read.
    #[must_use]
    pub const fn read(&self) -> u64 {
        self.read
    }

    fn following(&mut self) -> Result<Option<RecordBatch>, ReadError> {
        let batch = match &mut self.body {
            Reading::Parquet(batches) => batches.next().transpose(),
            Reading::Stream(stream) => stream.next().transpose(),
            Reading::ArrowFile(file) => file.next().transpose(),
        };
        batch.map_err(|error| self.damaged(&error))
    }

    /// A batch in the types that `DuckDB` takes.
    fn taken(&self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let fields = self.schema.fields().iter();
        let mut columns: Vec<ArrayRef> = Vec::new();
        for (column, field) in batch.columns().iter().zip(fields) {
            columns.push(if column.data_type() == field.data_type() {
                Arc::clone(column)
            } else {
                cast(column, field.data_type())?
            });
        }
        if self.has_line {
            let first = self.read.cast_signed() + 1;
            let rows = batch.num_rows() as u64;
            let lines = Int64Array::from_iter_values(first..first + rows.cast_signed());
            columns.push(Arc::new(lines));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
    }

    fn damaged(&self, error: &dyn std::fmt::Display) -> ReadError {
        ReadError::Damaged(format!("after row {}: {error}", self.read))
    }
}

pub(crate) fn damaged(error: &dyn std::fmt::Display) -> ReadError {
    ReadError::Damaged(error.to_string())
}
