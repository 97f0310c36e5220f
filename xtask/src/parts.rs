//! What each command does once everything it needs is installed.

use crate::chromium;
use crate::shell::{command, run};
use crate::tidy;
use crate::tools::{self, Need};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// The packages of pure Rust.
const NATIVE: [&str; 14] = [
    "-p", "sql", "-p", "results", "-p", "export", "-p", "ingest", "-p", "zstd", "-p", "columnar",
    "-p", "mart",
];
/// The packages that only mean something in a browser.
const IN_BROWSER: [&str; 6] = ["-p", "duckdb-wasm", "-p", "worker", "-p", "mini-data-mart"];
const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];
const DENY: [&str; 3] = ["--", "-D", "warnings"];

/// One part of `cargo xtask test`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Fmt,
    Tidy,
    Clippy,
    Native,
    Wasm,
    Browser,
    Doc,
}

impl Part {
    /// In the order they run: what fails fastest comes first.
    pub(crate) const ALL: [Self; 7] = [
        Self::Fmt,
        Self::Tidy,
        Self::Clippy,
        Self::Native,
        Self::Wasm,
        Self::Browser,
        Self::Doc,
    ];

    /// The part with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }

    /// All names, for messages.
    pub(crate) fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }

    fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Tidy => "tidy",
            Self::Clippy => "clippy",
            Self::Native => "native",
            Self::Wasm => "wasm",
            Self::Browser => "browser",
            Self::Doc => "doc",
        }
    }

    fn needs(self) -> &'static [Need] {
        match self {
            Self::Fmt => &[Need::Component("rustfmt")],
            Self::Tidy => &[],
            Self::Clippy => &[Need::Component("clippy"), Need::WasmTarget, Need::Engine],
            Self::Native => &[Need::Engine],
            Self::Wasm => &[
                Need::WasmTarget,
                Need::Engine,
                Need::WasmBindgen,
                Need::Chromium,
            ],
            Self::Browser => &[
                Need::WasmTarget,
                Need::Engine,
                Need::WasmOpt,
                Need::WasmBindgen,
                Need::Trunk,
                Need::Chromium,
            ],
            Self::Doc => &[Need::WasmTarget, Need::Engine],
        }
    }

    fn run(self) -> Result<(), String> {
        tools::set_up(self.needs())?;
        match self {
            Self::Fmt => run(command("cargo").args(["fmt", "--all", "--check"])),
            Self::Tidy => tidy::tidy(),
            Self::Clippy => {
                run(cargo("clippy")
                    .args(["--workspace", "--all-targets"])
                    .args(DENY))?;
                run(cargo("clippy")
                    .args(IN_BROWSER)
                    .args(WASM)
                    .arg("--all-targets")
                    .args(DENY))
            }
            // All packages at once, here and for the stories and examples below: packages by name would have
            // other features, and what they share would be compiled again. A test that fails does not keep the
            // others from running: one run tells all that is to be mended.
            Self::Native => run(cargo("test").args(["--workspace", "--tests", "--no-fail-fast"])),
            Self::Wasm => run(with_browser(
                cargo("test")
                    .args(["-p", "duckdb-wasm", "-p", "worker", "--tests"])
                    .args(WASM),
            )),
            Self::Browser => {
                trunk_build(true)?;
                run(with_browser(cargo("test").args([
                    "--workspace",
                    "--test",
                    "stories",
                ])))
            }
            Self::Doc => {
                run(doc().args(NATIVE).args([
                    "-p",
                    "native-duckdb",
                    "-p",
                    "xtask",
                    "-p",
                    "browser-tests",
                ]))?;
                run(doc().args(IN_BROWSER).args(WASM))?;
                run(cargo("test").args(["--workspace", "--doc"]))
            }
        }
    }
}

/// Runs the parts one after the other, all of them even when one fails, and says at the end how it went.
pub(crate) fn test(parts: &[Part]) -> ExitCode {
    let start = Instant::now();
    let mut failed = Vec::new();
    for part in parts {
        println!("\n=== {} ===", part.name());
        let begun = Instant::now();
        let outcome = part.run();
        let time = seconds(begun.elapsed());
        match outcome {
            Ok(()) => println!("=== {} passed in {time} ===", part.name()),
            Err(message) => {
                println!("{message}\n=== {} FAILED after {time} ===", part.name());
                failed.push(part.name());
            }
        }
    }
    let time = seconds(start.elapsed());
    if failed.is_empty() {
        println!("\nAll parts passed in {time}.");
    } else {
        println!("\nFailed after {time}: {}.", failed.join(", "));
    }
    println!(
        "{} passed, {} failed",
        parts.len() - failed.len(),
        failed.len()
    );
    if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Builds and serves until it is stopped.
pub(crate) fn serve(port: u16, release: bool) -> Result<(), String> {
    tools::set_up(tools::PAGE)?;
    println!("Serving on http://127.0.0.1:{port}/ as soon as it is built; Ctrl+C stops it.");
    let mut trunk = command("trunk");
    trunk.args(["serve", "--port", &port.to_string()]);
    if release {
        trunk.arg("--release");
    }
    replace(&mut trunk)
}

/// Writes the page to `dist/`.
pub(crate) fn build(release: bool) -> Result<(), String> {
    tools::set_up(tools::PAGE)?;
    trunk_build(release)
}

/// Builds the page as people get it, and measures it.
pub(crate) fn bench(words: &[String]) -> Result<(), String> {
    tools::set_up(tools::PAGE)?;
    tools::set_up(&[Need::Chromium])?;
    trunk_build(true)?;
    run(with_browser(
        cargo("run")
            .args(["--quiet", "-p", "browser-tests", "--bin", "bench", "--"])
            .args(words),
    ))
}

/// Builds the page as people get it, and has Lighthouse audit it.
pub(crate) fn lighthouse(words: &[String]) -> Result<(), String> {
    tools::set_up(tools::PAGE)?;
    tools::set_up(&[Need::Chromium, Need::Lighthouse])?;
    trunk_build(true)?;
    run(with_browser(
        cargo("run")
            .args([
                "--quiet",
                "-p",
                "browser-tests",
                "--bin",
                "lighthouse",
                "--",
            ])
            .args(words),
    ))
}

/// Trunk in our place, so that whoever stops us stops it.
#[cfg(unix)]
fn replace(command: &mut Command) -> Result<(), String> {
    use std::os::unix::process::CommandExt as _;
    Err(format!("trunk: {}", command.exec()))
}

#[cfg(not(unix))]
fn replace(command: &mut Command) -> Result<(), String> {
    run(command)
}

fn trunk_build(release: bool) -> Result<(), String> {
    let mut trunk = command("trunk");
    trunk.arg("build");
    if release {
        trunk.arg("--release");
    }
    // Trunk says on stdout what it does; `bench --json` keeps stdout for itself.
    trunk.stdout(std::io::stderr());
    run(&mut trunk)
}

fn cargo(subcommand: &str) -> Command {
    let mut cargo = command("cargo");
    cargo.arg(subcommand);
    cargo
}

fn doc() -> Command {
    let mut doc = cargo("doc");
    doc.arg("--no-deps").env("RUSTDOCFLAGS", "-D warnings");
    doc
}

fn with_browser(command: &mut Command) -> &mut Command {
    let found = [
        ("CHROMEDRIVER", chromium::driver()),
        ("CHROMIUM", chromium::browser()),
    ];
    for (name, path) in found {
        if let Some(path) = path {
            command.env(name, path);
        }
    }
    // Each test has a browser of its own: more than two at a time only get in each other's way.
    command
        .env("RUST_TEST_THREADS", "2")
        // The engine is 34 MB of wasm: compiling it on a busy machine can take longer than the usual 20 s.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "180")
}

fn seconds(time: Duration) -> String {
    match time.as_secs() {
        long @ 60.. => format!("{} min {} s", long / 60, long % 60),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}
