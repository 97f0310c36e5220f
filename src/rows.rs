//! A result, held as Arrow, of which single cells are read when they are shown.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use duckdb_wasm::QueryResult;
use mart::Cell;

/// Up to so many rows are looked at to find out whether two results are the same.
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

    /// Whether these are the rows of an earlier result, and perhaps more of them.
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

    /// How many rows there are.
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

    /// The value of a column in the first row, where it is a whole number.
    pub fn count(&self, row: usize, column: usize) -> Option<u64> {
        match self.cell(row, column) {
            Cell::Integer(count) => u64::try_from(count).ok(),
            _ => None,
        }
    }
}

impl PartialEq for Rows {
    /// Whether the same is seen of both. Two large results are different without being looked at,
    /// unless one is a clone of the other.
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
