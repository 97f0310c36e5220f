//! Typed Rust bindings to DuckDB in the browser: the `AsyncDuckDB` class of
//! `@duckdb/duckdb-wasm`, loaded from files that the page hosts.
//!
//! Results are Arrow record batches. Every failure is an [`Error`]. Every call ends: it races
//! against the termination of the worker that runs it. The crate must not know what its databases
//! are used for.
//!
//! ```no_run
//! # async fn example() -> Result<(), duckdb_wasm::Error> {
//! use duckdb_wasm::{Bundles, Config, Database};
//!
//! let database = Database::start(&Bundles::under("duckdb"), |_progress| ()).await?;
//! database.open(&Config::default()).await?;
//! let connection = database.connect().await?;
//! connection.execute("CREATE TABLE t AS SELECT 1 AS a").await?;
//! for batch in connection.query("FROM t").await?.batches {
//!     assert_eq!(batch.num_columns(), 1);
//! }
//! # Ok(())
//! # }
//! ```

mod bundle;
mod connection;
mod database;
mod decode;
mod engine;
mod error;
mod error_kind;
mod exception;
mod ffi;
mod file;

mod progress;
mod stream;
mod termination;
mod worker;

pub use bundle::{Bundle, Bundles};
pub use connection::{Connection, QueryResult};
pub use database::{Config, Database};
pub use error::Error;
pub use error_kind::ErrorKind;
pub use file::RegisteredFile;
pub use progress::Progress;
pub use stream::{ByteStream, RecordBatchStream};
