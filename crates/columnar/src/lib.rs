//! Reads files whose values have types already, Parquet and Arrow, as batches that DuckDB takes. Nothing is
//! guessed: a column has the type that the file gives it, as native `DuckDB` reads it. It must not know a browser
//! or an engine.

mod arrow;
mod arrow_file;
mod parquet;
mod source;
mod table;
mod types;
mod understand;

pub use ingest::ColumnarFormat as Format;
pub use source::Source;
pub use table::{Batches, Open};
pub use understand::understand;
