//! Reads a whole file by its plan: bytes in, batches of rows and rejects out. It must not know where the
//! bytes come from.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::compression::Decompressor;
use crate::count::Counts;
use crate::encoding::Decoder;
use crate::json::Elements;
use crate::plan::{FilePlan, Part};
use crate::record::Tokenizer;
use crate::reject::Reject;
use crate::table::Table;

/// Why a file cannot be read to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Compressed bytes are missing at the end.
    #[error("the file is cut short: its compressed data ends in the middle")]
    CutShort,
    /// The file ends in the middle of an array or an object.
    #[error("the file is cut short: its last array or object has no end")]
    JsonCutShort,
    /// The end of the file is missing, which says what the file has.
    #[error("the file is cut short: its end is missing, which says what is in it")]
    EndMissing,
    /// Compressed bytes are wrong.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// A batch could not be made.
    #[error("the rows could not be kept: {0}")]
    Batch(String),
}

/// Reads a file by its plan.
///
/// ```
/// use ingest::{Choices, Reader, Sample, understand};
///
/// let text = b"day;price\n31.12.2025;1.299,99\n1.1.2026;5,00\n30.2.2026;7,00\n";
/// let tables = understand("prices.csv", &Sample::whole(text), &Choices::default())?;
/// let mut reader = Reader::new(&tables[0].plan);
/// let rows = reader.push(text)?;
/// assert_eq!(rows.rejects[0].line, 4);
/// let counts = reader.finish()?.counts;
/// assert_eq!(counts.loaded, 2);
/// assert!(counts.is_balanced());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Reader {
    accepts_cut: bool,
    /// The end of what can be read was reached.
    is_ended: bool,
    /// The file goes on behind what is read.
    is_sample: bool,
    decompressor: Decompressor,
    decoder: Decoder,
    source: Source,
    plan: FilePlan,
    table: Table,
    batches: Vec<RecordBatch>,
    text: String,
}

/// What was read since the last call.
#[derive(Debug, Default)]
pub struct Rows {
    /// Rows that fit, in the order of the file.
    pub batches: Vec<RecordBatch>,
    /// Rows that were set aside.
    pub rejects: Vec<Reject>,
    /// The account so far: after the end, of the whole file.
    pub counts: Counts,
    /// The plan with wider types, if a value needed one: then the rows are not to be used, and the file
    /// is to be read again with this plan.
    pub wider: Option<FilePlan>,
}

impl Reader {
    /// A reader at the start of a file.
    #[must_use]
    pub fn new(plan: &FilePlan) -> Self {
        Self {
            accepts_cut: plan.accepts_cut,
            is_ended: false,
            is_sample: false,
            decompressor: Decompressor::new(plan.compression),
            decoder: Decoder::new(&plan.encoding),
            source: Source::new(plan),
            plan: plan.clone(),
            table: Table::new(plan),
            batches: Vec::new(),
            text: String::new(),
        }
    }

    pub(crate) fn with_preview(mut self, rows: usize) -> Self {
        self.table = self.table.with_preview(rows);
        self.is_sample = true;
        self
    }

    pub(crate) fn previewed(&self) -> &[Vec<Option<String>>] {
        self.table.previewed()
    }

    /// The columns of the batches.
    #[must_use]
    pub const fn schema(&self) -> &SchemaRef {
        self.table.schema()
    }

    /// Reads the next piece of the file.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] for compressed bytes that are wrong.
    pub fn push(&mut self, piece: &[u8]) -> Result<Rows, ReadError> {
        if self.is_ended {
            return Ok(self.take());
        }
        let bytes = match self.decompressor.push(piece) {
            Ok(bytes) => bytes,
            Err(error) => return self.end_early(error),
        };
        // A small piece of a compressed file may be very large.
        for bytes in bytes.chunks(4 << 20) {
            self.decode(bytes, false)?;
        }
        Ok(self.take())
    }

    /// Reads what is left, and closes the account.
    ///
    /// # Errors
    /// [`ReadError::CutShort`] if compressed bytes are missing, unless the plan accepts that.
    pub fn finish(mut self) -> Result<Rows, ReadError> {
        if !self.is_ended {
            match self.decompressor.finish() {
                Ok(bytes) => self.decode(&bytes, false)?,
                Err(error) => return self.end_early(error),
            }
            self.end()?;
        }
        Ok(self.take())
    }

    /// Ends where compressed bytes are missing or wrong, if the plan accepts that.
    fn end_early(&mut self, error: ReadError) -> Result<Rows, ReadError> {
        if !self.accepts_cut {
            return Err(error);
        }
        self.is_ended = true;
        let bytes = self.decompressor.take();
        self.decode(&bytes, false)?;
        if let Source::Records(tokenizer) = &mut self.source {
            tokenizer.cut();
        }
        self.end()?;
        Ok(self.take())
    }

    /// Closes the account without the end of the file, which is not there.
    pub(crate) fn end_of_sample(&mut self) -> Result<Rows, ReadError> {
        self.end()?;
        Ok(self.take())
    }

    fn end(&mut self) -> Result<(), ReadError> {
        self.decode(&[], true)?;
        let comment = self.plan.dialect.comment;
        let table = &mut self.table;
        match &mut self.source {
            Source::Records(tokenizer) => tokenizer.finish(|record| table.add(record, comment)),
            Source::Json(elements) => {
                let is_complete = elements.finish(table);
                if !is_complete && !self.accepts_cut && !self.is_sample {
                    return Err(ReadError::JsonCutShort);
                }
            }
        }
        self.table.finish();
        self.batch()
    }

    fn decode(&mut self, bytes: &[u8], is_last: bool) -> Result<(), ReadError> {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        self.decoder.decode(bytes, is_last, &mut text);
        let comment = self.plan.dialect.comment;
        let table = &mut self.table;
        match &mut self.source {
            Source::Records(tokenizer) => {
                tokenizer.push(&text, |record| table.add(record, comment));
            }
            Source::Json(elements) => elements.push(&text, table),
        }
        self.text = text;
        if self.table.is_full() {
            self.batch()?;
        }
        Ok(())
    }

    fn batch(&mut self) -> Result<(), ReadError> {
        let batch = self
            .table
            .take_batch()
            .map_err(|error| ReadError::Batch(error.to_string()))?;
        self.batches.extend(batch);
        Ok(())
    }

    fn take(&mut self) -> Rows {
        Rows {
            batches: std::mem::take(&mut self.batches),
            rejects: self.table.take_rejects(),
            counts: self.table.counts().clone(),
            wider: self.wider(),
        }
    }

    /// The plan with wider types and with columns for keys that the sample does not have.
    fn wider(&self) -> Option<FilePlan> {
        let table = self.table.wider();
        let elements = match &self.source {
            Source::Json(elements) if elements.has_unknown() => Some(elements),
            Source::Json(_) | Source::Records(_) => None,
        };
        if table.is_none() && elements.is_none() {
            return None;
        }
        let mut plan = self.plan.clone();
        if let Some(table) = table {
            plan.table = table.clone();
        }
        if let Some(elements) = elements {
            elements.add_columns(&mut plan);
        }
        Some(plan)
    }
}

/// What divides the text into rows.
enum Source {
    Records(Tokenizer),
    Json(Box<Elements>),
}

impl Source {
    fn new(plan: &FilePlan) -> Self {
        match &plan.part {
            Part::Json(part) => Self::Json(Box::new(Elements::new(part.clone()))),
            Part::Records | Part::Sheet(_) | Part::Columns | Part::Table { .. } => {
                Self::Records(Tokenizer::new(plan.dialect))
            }
        }
    }
}
