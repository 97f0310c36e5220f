//! DuckDB in a Node process, for tests: [`Native`] and [`Wasm`], in the versions that the page is
//! built with. It must not know what the tests run, and nothing but tests may depend on it.
//!
//! Where Node or DuckDB's package is not installed, `start` prints that the test is skipped and
//! returns `None`.

#![expect(
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "this is part of tests: it fails as a test does, and prints why a test is skipped"
)]

mod process;

use std::io::Cursor;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_ipc::reader::StreamReader;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use process::Process;

/// Native DuckDB with an empty database in memory. Values come as JSON.
pub struct Native(Process);

/// The result of a query in [`Native`].
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// The names of its columns.
    pub columns: Vec<String>,
    /// The types of its columns.
    pub types: Vec<String>,
    /// Its rows. Numbers of 64 bits and more, dates and decimals are texts.
    pub rows: Vec<Vec<Value>>,
}

/// DuckDB-Wasm with an empty database. Values come as Arrow, as the page gets them.
pub struct Wasm(Process);

impl Native {
    /// Starts the process.
    #[must_use]
    pub fn start() -> Option<Self> {
        Process::start("native", "@duckdb/node-api", "UTC").map(Self)
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// DuckDB's message.
    pub fn query(&mut self, sql: &str) -> Result<Rows, String> {
        let mut answer = self.0.request(&json!({ "sql": sql }))?;
        let mut take = |key: &str| answer[key].take();
        Ok(Rows {
            columns: serde_json::from_value(take("columns")).unwrap(),
            types: serde_json::from_value(take("types")).unwrap(),
            rows: serde_json::from_value(take("rows")).unwrap(),
        })
    }

    /// Runs any number of statements.
    ///
    /// # Errors
    /// DuckDB's message about the first statement that fails.
    pub fn run(&mut self, script: &str) -> Result<(), String> {
        self.0.request(&json!({ "script": script })).map(drop)
    }

    /// The first value of the first row.
    pub fn value(&mut self, sql: &str) -> Value {
        self.query(sql).unwrap().rows[0][0].clone()
    }

    /// The first value of the first row, a number.
    pub fn number(&mut self, sql: &str) -> i64 {
        match self.value(sql) {
            Value::String(text) => text.parse().unwrap(),
            value => value.as_i64().unwrap(),
        }
    }
}

impl Rows {
    /// The rows as Arrow, if all columns are `BIGINT` or `VARCHAR`.
    #[must_use]
    pub fn to_batch(&self) -> RecordBatch {
        let columns = self.columns.iter().zip(&self.types).enumerate();
        let arrays = columns.map(|(at, (name, data_type))| {
            let values = self.rows.iter().map(|row| row[at].as_str());
            let array: ArrayRef = match data_type.as_str() {
                "BIGINT" => Arc::new(
                    values
                        .map(|value| value.map(|text| text.parse::<i64>().unwrap()))
                        .collect::<Int64Array>(),
                ),
                "VARCHAR" => Arc::new(values.collect::<StringArray>()),
                other => panic!("column {name} is {other}, not BIGINT or VARCHAR"),
            };
            (name.clone(), array)
        });
        RecordBatch::try_from_iter(arrays).unwrap()
    }
}

impl Wasm {
    /// Starts the process with a time zone.
    #[must_use]
    pub fn start(time_zone: &str) -> Option<Self> {
        Process::start("wasm", "@duckdb/duckdb-wasm", time_zone).map(Self)
    }

    /// Runs one statement. A result without rows is one empty batch.
    ///
    /// # Errors
    /// DuckDB's message, or Arrow's if the bytes cannot be read.
    pub fn query(&mut self, sql: &str) -> Result<Vec<RecordBatch>, String> {
        let answer = self.0.request(&json!({ "sql": sql }))?;
        let bytes = BASE64_STANDARD.decode(answer["arrow"].as_str().unwrap());
        let reader = StreamReader::try_new(Cursor::new(bytes.unwrap()), None)
            .map_err(|error| error.to_string())?;
        let empty = RecordBatch::new_empty(reader.schema());
        let mut batches: Vec<_> = reader
            .collect::<Result<_, _>>()
            .map_err(|error| error.to_string())?;
        if batches.is_empty() {
            batches.push(empty);
        }
        Ok(batches)
    }
}
