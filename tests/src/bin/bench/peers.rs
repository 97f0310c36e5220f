//! Others that do the same with the same sales: DuckDB-Wasm and apache-arrow in a browser of their own, and native
//! `DuckDB` of the same version on one thread.

use crate::cases::Format;
use crate::ends::End;
use crate::engine_path;
use browser_tests::{Browser, Failure, Outcome, Page, Server, Setup, root};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use tempfile::TempDir;

const PAGE: &str = "<!doctype html>
    <meta charset=\"utf-8\" />
    <link rel=\"icon\" href=\"data:,\" />
    <title>What others do</title>
    <script type=\"module\" src=\"peer.js\"></script>";

/// Calls a function of the page and answers with what it took, or why it failed.
const CALL: &str = "
    const [name, argument, answer] = arguments;
    window.peer[name](argument).then(answer, error => answer(String(error)));";

/// What a peer in the browser makes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum InBrowser {
    /// DuckDB-Wasm's own `COPY` to CSV.
    Copy,
    /// Rows to JSON, by apache-arrow in JavaScript.
    ArrowJson,
    /// As many bytes as a million sales have in JSON, which nobody has to make, to disk.
    Bytes,
}

/// Bytes of a million sales in JSON.
const BYTES: u32 = 112_263_597;

/// A page that holds the same sales in the same engine.
pub(crate) struct BrowserPeer {
    page: Page,
}

impl BrowserPeer {
    pub(crate) async fn start(server: &Server) -> Outcome<Self> {
        server.put("/peer.html", PAGE);
        server.put("/peer.js", bundle()?);
        let browser = Browser::start(&Setup::default(), &server.origin()).await?;
        let page = Page::new(browser, server.origin());
        page.tab().set_script_timeout(crate::PATIENCE).await?;
        page.open(&format!("peer.html?engine={}", engine_path()?))
            .await?;
        page.wait(browser_tests::BUILD, "the peer's engine", async || {
            let ready = page.js("return 'peer' in window;", &[]).await?;
            Ok((ready == true).then_some(()))
        })
        .await?;
        Ok(Self { page })
    }

    pub(crate) async fn build(&self, statements: &[String]) -> Outcome {
        self.call("build", &json!(statements)).await.map(drop)
    }

    /// The milliseconds it takes until the file is whole.
    pub(crate) async fn make(&self, what: InBrowser, end: End) -> Outcome<f64> {
        let (name, argument, file) = match what {
            InBrowser::Copy => ("copy", json!(end.key()), "fact_sales.csv"),
            InBrowser::ArrowJson => ("json", json!(end.key()), "fact_sales.json"),
            InBrowser::Bytes => ("bytes", json!(BYTES), "bytes"),
        };
        let told = self.call(name, &argument).await?;
        end.settle(&self.page, file, told).await
    }

    /// The milliseconds that DuckDB-Wasm's own reader takes for a CSV file at this address.
    pub(crate) async fn read_csv(&self, address: &str, columns: &str) -> Outcome<f64> {
        self.call("read", &json!({ "address": address, "columns": columns }))
            .await
    }

    async fn call(&self, name: &str, argument: &Value) -> Outcome<f64> {
        let answer = self
            .page
            .js_async(CALL, &[json!(name), argument.clone()])
            .await?;
        answer
            .as_f64()
            .ok_or_else(|| Failure::new(format!("the peer's {name}: {answer}")))
    }

    pub(crate) async fn close(self) -> Outcome {
        self.page.close().await
    }
}

fn bundle() -> Outcome<Vec<u8>> {
    let output = Command::new(root().join("node_modules/.bin/esbuild"))
        .arg(here().join("peer.js"))
        .args(["--bundle", "--format=esm", "--minify", "--platform=browser"])
        .args(["--target=es2022", "--log-level=warning"])
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(Failure::new("esbuild did not bundle peer.js"));
    }
    Ok(output.stdout)
}

/// A node process with native `DuckDB`; it ends with its owner.
pub(crate) struct NativePeer {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    _folder: TempDir,
}

impl NativePeer {
    pub(crate) fn start() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let mut process = Command::new("node")
            .arg(here().join("native.mjs"))
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let ends = process.stdin.take().zip(process.stdout.take());
        let (questions, answers) = ends.ok_or_else(|| Failure::new("node has no pipes"))?;
        Ok(Self {
            process,
            questions,
            answers: BufReader::new(answers),
            _folder: folder,
        })
    }

    pub(crate) fn build(&mut self, statements: &[String]) -> Outcome {
        self.run(statements).map(drop)
    }

    /// The milliseconds that statements take.
    pub(crate) fn run(&mut self, statements: &[String]) -> Outcome<f64> {
        self.ask(&json!({ "build": statements }))
    }

    /// The milliseconds that a file of this format takes.
    pub(crate) fn copy(&mut self, format: Format) -> Outcome<f64> {
        let options = match format {
            Format::Csv => "FORMAT csv, HEADER",
            Format::Json => "FORMAT json, ARRAY",
            Format::Parquet => "FORMAT parquet, COMPRESSION snappy",
        };
        self.ask(&json!({ "copy": options }))
    }

    fn ask(&mut self, question: &Value) -> Outcome<f64> {
        writeln!(self.questions, "{question}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        answer
            .trim_end()
            .parse()
            .map_err(|_| Failure::new(format!("native DuckDB answers {answer:?}")))
    }
}

impl Drop for NativePeer {
    fn drop(&mut self) {
        // Gone already is as good.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn here() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin/bench"))
}
