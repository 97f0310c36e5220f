//! The SQL that a mart is compiled to, run by native DuckDB.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test would, and says when it skips"
)]

mod arbitrary;
mod arbitrary_facts;
mod arbitrary_semantics;
mod ask;
mod build;
mod dashboard;
mod database_file;
mod engine;
mod exercise;
mod expressions;
mod generate;
mod mixed;
mod money;
mod opened;
mod profile;
mod properties;
mod star;
mod wrong_files;
