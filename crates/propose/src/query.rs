//! A query of a proposal, and the trait of what runs it. It must not know an engine.

use mart::TextRows;

/// A query over the staged tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What it finds out, for a progress line.
    pub title: String,
    /// One statement, without a semicolon.
    pub sql: String,
}

impl Query {
    pub(crate) const fn new(title: String, sql: String) -> Self {
        Self { title, sql }
    }
}

/// Whoever holds an engine: it runs a query and returns its rows as texts.
#[expect(async_fn_in_trait, reason = "the browser has one thread")]
pub trait Ask<E> {
    /// Runs a query.
    ///
    /// # Errors
    /// Those of the engine, and a cancellation: the proposal ends with it.
    async fn ask(&mut self, query: Query) -> Result<TextRows, E>;
}

/// A function is one.
impl<E, F: AsyncFnMut(Query) -> Result<TextRows, E>> Ask<E> for F {
    async fn ask(&mut self, query: Query) -> Result<TextRows, E> {
        self(query).await
    }
}

/// A count in a result.
pub(crate) fn number(rows: &TextRows, row: usize, column: usize) -> u64 {
    let value = rows.get(row).and_then(|row| row.get(column)?.as_deref());
    value.and_then(|text| text.parse().ok()).unwrap_or(0)
}
