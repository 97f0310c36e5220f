//! A Node process that answers one line of JSON with another. It must not know the requests.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A running process. It ends when this is dropped.
pub(crate) struct Process {
    node: Child,
    /// `None` once the process is ending.
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Process {
    /// Starts `duckdb.mjs` with an engine, which needs that package of npm.
    pub(crate) fn start(engine: &str, package: &str, time_zone: &str) -> Option<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let modules = here.join("../../node_modules");
        if !modules.join(package).exists() {
            println!("skipped: node_modules/{package} is missing; run `cargo xtask setup`");
            return None;
        }
        let node = Command::new("node")
            .arg(here.join("src/duckdb.mjs"))
            .arg(engine)
            .env("TZ", time_zone)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut node) = node else {
            println!("skipped: there is no `node` to run DuckDB with");
            return None;
        };
        let requests = node.stdin.take();
        let answers = BufReader::new(node.stdout.take().unwrap());
        let mut process = Self {
            node,
            requests,
            answers,
        };
        assert_eq!(process.read()["ready"], json!(true));
        Some(process)
    }

    /// Sends a request and waits for the answer. An answer with `error` is an error.
    pub(crate) fn request(&mut self, request: &Value) -> Result<Value, String> {
        let requests = self.requests.as_mut().unwrap();
        writeln!(requests, "{request}").unwrap();
        requests.flush().unwrap();
        let answer = self.read();
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer),
        }
    }

    fn read(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "the Node process has ended");
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The end of its input ends it.
        drop(self.requests.take());
        drop(self.node.wait());
    }
}
