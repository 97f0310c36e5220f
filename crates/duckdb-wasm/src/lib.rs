//! Typed Rust bindings to DuckDB in the browser: the `AsyncDuckDB` class of
//! `@duckdb/duckdb-wasm`, from files that the page hosts for itself.
//!
//! Results are Arrow record batches, failures are one enum, [`Error`], and no call can hang
//! for ever: each races against the death of the worker it waits for. The crate knows
//! nothing of what the databases are for.
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
mod engine;
mod error;
mod ffi;
mod file;
mod flat;
mod lifeline;
mod message;
mod progress;
mod stream;

pub use bundle::{Bundle, Bundles};
pub use connection::{Connection, QueryResult};
pub use database::{Config, Database};
pub use error::Error;
pub use file::RegisteredFile;
pub use progress::Progress;
pub use stream::{ByteStream, RecordBatchStream};
