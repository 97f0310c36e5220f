//! Files that are written from the rows of DuckDB-Wasm, read by native DuckDB.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test would"
)]

mod formats;
mod script;
