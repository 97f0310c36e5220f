//! A result, held as Arrow. Its cells are read one by one when they are shown. It must not know where it
//! comes from.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use duckdb_wasm::QueryResult;
use results::Cell;

/// Results with more rows than this are not compared cell by cell.
const ROWS_COMPARED: usize = 1_000;

/// The rows of a result. Clones share them.
#[derive(Debug, Clone)]
pub struct Rows {
    schema: SchemaRef,
    /// Each batch with the number of its first row.
    batches: Arc<[(usize, RecordBatch)]>,
    len: usize,
}

impl Rows {
    /// The rows of these batches, in order.
    pub fn new(schema: SchemaRef, batches: &[RecordBatch]) -> Self {
        let mut len = 0;
        let batches = batches
            .iter()
            .map(|batch| {
                let first = len;
                len += batch.num_rows();
                (first, batch.clone())
            })
            .collect();
        Self {
            schema,
            batches,
            len,
        }
    }

    /// Whether these are the rows of an earlier result, perhaps with further ones.
    pub fn continues(&self, earlier: &Self) -> bool {
        let first = |rows: &Self| rows.batches.first()?.1.columns().first().cloned();
        match (first(self), first(earlier)) {
            (Some(ours), Some(theirs)) => Arc::ptr_eq(&ours, &theirs) && self.len >= earlier.len,
            _ => false,
        }
    }

    /// Names and types of the columns.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The number of rows.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// One value; NULL outside the result.
    pub fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let batch = self.batches.partition_point(|(first, _)| *first <= row);
        let found = batch
            .checked_sub(1)
            .and_then(|batch| self.batches.get(batch));
        found.map_or(Cell::Null, |(first, batch)| {
            batch
                .columns()
                .get(column)
                .map_or(Cell::Null, |array| Cell::of(array.as_ref(), row - first))
        })
    }

    /// One value, where it is a whole number that is not negative.
    pub fn count(&self, row: usize, column: usize) -> Option<u64> {
        match self.cell(row, column) {
            Cell::Integer(count) => u64::try_from(count).ok(),
            _ => None,
        }
    }
}

impl PartialEq for Rows {
    /// Whether both show the same. Large results count as different without a comparison of their
    /// cells, unless one is a clone of the other.
    fn eq(&self, other: &Self) -> bool {
        let same_cells = || {
            let width = self.schema.fields().len();
            (0..self.len).all(|row| (0..width).all(|at| self.cell(row, at) == other.cell(row, at)))
        };
        Arc::ptr_eq(&self.batches, &other.batches)
            || (self.len == other.len
                && self.len <= ROWS_COMPARED
                && self.schema == other.schema
                && same_cells())
    }
}

impl From<QueryResult> for Rows {
    fn from(result: QueryResult) -> Self {
        Self::new(result.schema, &result.batches)
    }
}
