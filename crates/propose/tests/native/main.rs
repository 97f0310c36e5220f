//! Proposals over tables in native DuckDB.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails so"
)]

mod edits;
mod rules;
mod stars;
mod support;
mod undo;
