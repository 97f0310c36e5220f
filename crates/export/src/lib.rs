//! Arrow batches to the bytes of a file, batch by batch, into any [`Write`](std::io::Write): CSV,
//! JSON, Parquet, a SQL script, and a zip of several files. This crate must not know of marts,
//! where rows come from, or where bytes go.
//!
//! [`transport`] says what each type of DuckDB becomes, and writes the query that gets rows which
//! a format can hold. [`Encoder`] writes them. What the formats cannot hold is in the README.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod block;
mod column;
mod csv;
#[cfg(feature = "encoders")]
mod encoder;
mod error;
mod float;
mod format;
mod json;
mod names;
mod options;
#[cfg(feature = "encoders")]
mod parquet;
mod script;
mod stem;
pub mod transport;
#[cfg(feature = "encoders")]
mod zip;

pub use csv::CsvEncoder;
#[cfg(feature = "encoders")]
pub use encoder::Encoder;
pub use error::{DelimiterProblem, Error, FileKind, NullTextProblem};
pub use format::Format;
pub use json::JsonEncoder;
pub use options::{CsvOptions, Delimiter, JsonLayout, Options};
#[cfg(feature = "encoders")]
pub use parquet::ParquetEncoder;
pub use script::{Script, ScriptEncoder, ScriptQuestion, ScriptTable};
pub use stem::{file_stem, file_stems};
#[cfg(feature = "encoders")]
pub use zip::ZipEncoder;
