//! Native DuckDB, of the version the page runs, through Node. It does what the app does with a
//! plan, in the same order.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use mart::{Plan, SalesFile, SourceError, StepKind, mini_data_mart};
use serde_json::{Value, json};

pub(crate) struct Engine {
    node: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

/// The rows of a result, and its columns.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) columns: Vec<String>,
    pub(crate) types: Vec<String>,
    pub(crate) rows: Vec<Vec<Value>>,
}

impl Engine {
    /// `None`, saying so, where Node or its DuckDB package is not installed.
    pub(crate) fn start() -> Option<Self> {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        if !here.join("../../node_modules/@duckdb/node-api").exists() {
            println!("skipped: node_modules/@duckdb/node-api is missing; run `cargo xtask setup`");
            return None;
        }
        let node = Command::new("node")
            .arg(here.join("tests/duckdb.mjs"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut node) = node else {
            println!("skipped: there is no `node` to run native DuckDB with");
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

    pub(crate) fn query(&mut self, sql: &str) -> Result<Answer, String> {
        self.ask(&json!({ "sql": sql }))
    }

    /// Runs any number of statements.
    pub(crate) fn run(&mut self, script: &str) -> Result<(), String> {
        self.ask(&json!({ "script": script })).map(drop)
    }

    fn ask(&mut self, request: &Value) -> Result<Answer, String> {
        let stdin = self.stdin.as_mut().unwrap();
        writeln!(stdin, "{request}").unwrap();
        stdin.flush().unwrap();
        let answer = self.read_line();
        if let Some(error) = answer["error"].as_str() {
            return Err(error.to_owned());
        }
        let texts =
            |value: &Value| -> Vec<String> { serde_json::from_value(value.clone()).unwrap() };
        Ok(Answer {
            columns: texts(&answer["columns"]),
            types: texts(&answer["types"]),
            rows: serde_json::from_value(answer["rows"].clone()).unwrap(),
        })
    }

    /// One value of the first row.
    pub(crate) fn value(&mut self, sql: &str) -> Value {
        self.query(sql).unwrap().rows[0][0].clone()
    }

    /// One number.
    pub(crate) fn number(&mut self, sql: &str) -> i64 {
        match self.value(sql) {
            Value::String(text) => text.parse().unwrap(),
            value => value.as_i64().unwrap(),
        }
    }

    /// Runs a plan in one transaction: how many rows were staged, or what went wrong.
    pub(crate) fn build(&mut self, plan: &Plan) -> Result<u64, String> {
        self.transact(|engine| engine.run_plan(plan))
    }

    /// Runs the two plans of a file in one transaction.
    pub(crate) fn build_from(&mut self, file: &SalesFile) -> Result<u64, String> {
        self.transact(|engine| {
            let staged = engine.run_plan(&Plan::stage(file))?;
            engine.run_plan(&Plan::fill(&mini_data_mart(), staged))?;
            Ok(staged)
        })
    }

    fn transact(
        &mut self,
        build: impl FnOnce(&mut Self) -> Result<u64, String>,
    ) -> Result<u64, String> {
        self.query("BEGIN TRANSACTION").unwrap();
        let outcome = build(self);
        let end = if outcome.is_ok() {
            "COMMIT"
        } else {
            "ROLLBACK"
        };
        self.query(end).unwrap();
        outcome
    }

    fn run_plan(&mut self, plan: &Plan) -> Result<u64, String> {
        let mut staged = 0;
        for step in &plan.steps {
            let rows = self.query(&step.sql)?;
            match step.kind {
                StepKind::Verify if !rows.rows.is_empty() => return Err(step.title.clone()),
                StepKind::Stage => {
                    staged += rows.rows[0][0].as_str().unwrap().parse::<u64>().unwrap();
                }
                _ => {}
            }
        }
        Ok(staged)
    }

    /// Builds from a file's bytes, and finds out what is wrong if that fails.
    pub(crate) fn load(&mut self, name: &str, content: &[u8]) -> Result<u64, SourceError> {
        static FILES: AtomicU32 = AtomicU32::new(0);
        let head = &content[..content.len().min(mart::source::HEAD_BYTES)];
        let number = FILES.fetch_add(1, Ordering::Relaxed);
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("sales-{}-{number}.csv", std::process::id()));
        let file = SalesFile::detect(name, head, content.len() as u64)?
            .with_path(path.to_str().unwrap())
            .unwrap();
        std::fs::write(&path, content).unwrap();
        let result = self.build_from(&file).map_err(|message| {
            let findings = file
                .diagnoses()
                .map(|sql| self.query(&sql).map(|rows| vec![rows.to_batch()]));
            file.verdict(&message, &findings)
        });
        std::fs::remove_file(&path).unwrap();
        result
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.node.wait();
    }
}

impl Answer {
    /// The result as Arrow brings it: `BIGINT` as `Int64`, `VARCHAR` as `Utf8`.
    pub(crate) fn to_batch(&self) -> RecordBatch {
        let columns =
            self.columns
                .iter()
                .zip(&self.types)
                .enumerate()
                .map(|(at, (name, data_type))| {
                    let values = self.rows.iter().map(|row| row[at].as_str());
                    let array: ArrayRef = match data_type.as_str() {
                        "BIGINT" => Arc::new(
                            values
                                .map(|value| value.map(|v| v.parse::<i64>().unwrap()))
                                .collect::<Int64Array>(),
                        ),
                        "VARCHAR" => Arc::new(values.collect::<StringArray>()),
                        other => panic!("{name} is {other}, which no diagnosis should return"),
                    };
                    (name.clone(), array)
                });
        RecordBatch::try_from_iter(columns).unwrap()
    }
}
