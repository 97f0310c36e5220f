//! DuckDB-Wasm, the engine of the page, through Node: what it sends for a query, batch by batch.

use std::io::{BufRead, BufReader, Cursor, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

pub(crate) struct Wasm {
    node: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl Wasm {
    /// `None`, saying so, where Node or DuckDB-Wasm is not installed. Node believes to be in that
    /// time zone.
    pub(crate) fn start(time_zone: &str) -> Option<Self> {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        if !here.join("../../node_modules/@duckdb/duckdb-wasm").exists() {
            println!(
                "skipped: node_modules/@duckdb/duckdb-wasm is missing; run `cargo xtask setup`"
            );
            return None;
        }
        let node = Command::new("node")
            .arg(here.join("tests/duckdb_wasm.mjs"))
            .env("TZ", time_zone)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut node) = node else {
            println!("skipped: there is no `node` to run DuckDB-Wasm with");
            return None;
        };
        let stdin = node.stdin.take();
        let stdout = BufReader::new(node.stdout.take().unwrap());
        let mut engine = Self {
            node,
            stdin,
            stdout,
        };
        assert_eq!(engine.read_line()["ready"], json!(true));
        Some(engine)
    }

    fn read_line(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "node has died");
        serde_json::from_str(&line).unwrap()
    }

    /// The rows of a query; one batch without rows where there are none.
    pub(crate) fn query(&mut self, sql: &str) -> Result<Vec<RecordBatch>, String> {
        let stdin = self.stdin.as_mut().unwrap();
        writeln!(stdin, "{}", json!({ "sql": sql })).unwrap();
        stdin.flush().unwrap();
        let answer = self.read_line();
        if let Some(error) = answer["error"].as_str() {
            return Err(error.to_owned());
        }
        let bytes = BASE64_STANDARD
            .decode(answer["arrow"].as_str().unwrap())
            .unwrap();
        let reader = StreamReader::try_new(Cursor::new(bytes), None).map_err(|e| e.to_string())?;
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

impl Drop for Wasm {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.node.wait();
    }
}
