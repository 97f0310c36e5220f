//! The mart's SQL, run by native DuckDB.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test would, and says when it skips"
)]

mod ask;
mod build;
mod database_file;
mod engine;
mod formats;
mod generate;
mod opened;
mod profile;
mod script;
mod wasm;
mod wrong_files;
