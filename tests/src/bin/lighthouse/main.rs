//! Has Lighthouse audit the finished page in `dist/`, as a static host would serve it, and writes the medians to
//! `docs/lighthouse.md`. `cargo xtask lighthouse` installs Lighthouse and builds the page. It must not know how the
//! page is made.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line prints its results"
)]

use browser_tests::{Failure, Outcome, Server, dist, root};
use serde_json::Value;
use std::fmt::Write as _;
use std::process::{Command, ExitCode, Stdio};

const RUNS: usize = 3;
const REPORT: &str = "docs/lighthouse.md";
const PROGRAM: &str = "tests/lighthouse/node_modules/.bin/lighthouse";
const FLAGS: &str = "--headless --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --no-first-run \
                     --disable-background-networking --disable-component-update --disable-sync";
/// Name, unit, and place in Lighthouse's report, of all that is reported.
const MEASURES: [(&str, &str, &str); 7] = [
    ("Performance", "", "/categories/performance/score"),
    ("Accessibility", "", "/categories/accessibility/score"),
    ("Best practices", "", "/categories/best-practices/score"),
    (
        "First contentful paint",
        "s",
        "/audits/first-contentful-paint/numericValue",
    ),
    (
        "Largest contentful paint",
        "s",
        "/audits/largest-contentful-paint/numericValue",
    ),
    (
        "Cumulative layout shift",
        "shift",
        "/audits/cumulative-layout-shift/numericValue",
    ),
    (
        "Total blocking time",
        "ms",
        "/audits/total-blocking-time/numericValue",
    ),
];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome {
    let runs = runs(std::env::args().skip(1))?;
    let server = Server::start_deployed(dist())?;
    let mut text = format!(
        "# Lighthouse\n\nLighthouse 12.8.2 on the release build, served with gzip and cache headers: the medians of {runs} \
         runs each.\nWritten by `cargo xtask lighthouse`.\n\n| | desktop | mobile |\n| --- | ---: | ---: |\n"
    );
    let desktop = audit(&server, &["--preset=desktop"], runs)?;
    let mobile = audit(&server, &[], runs)?;
    for ((name, unit, _), (desktop, mobile)) in MEASURES.iter().zip(desktop.into_iter().zip(mobile))
    {
        let (desktop, mobile) = (shown(desktop, unit), shown(mobile, unit));
        writeln!(text, "| {name} | {desktop} | {mobile} |")?;
    }
    println!("{text}");
    std::fs::write(root().join(REPORT), text)?;
    Ok(())
}

fn runs(mut words: impl Iterator<Item = String>) -> Outcome<usize> {
    match (words.next().as_deref(), words.next()) {
        (None, _) => Ok(RUNS),
        (Some("--runs"), Some(number)) => {
            let number = number.parse().ok().filter(|number| *number > 0);
            number.ok_or_else(|| Failure::new("--runs takes a number from 1"))
        }
        (Some(other), _) => Err(Failure::new(format!("`{other}` is not understood here."))),
    }
}

/// The median of each measure.
fn audit(server: &Server, form: &[&str], runs: usize) -> Outcome<Vec<f64>> {
    let mut reports = Vec::new();
    for run in 1..=runs {
        let report = report(server, form)?;
        let score = report.pointer("/categories/performance/score");
        eprintln!("{form:?} run {run}: performance {score:?}");
        complain(&report);
        reports.push(report);
    }
    Ok(MEASURES
        .iter()
        .map(|(_, _, place)| {
            let values = reports.iter().map(|report| report.pointer(place));
            median(values.filter_map(|value| value?.as_f64()).collect())
        })
        .collect())
}

fn report(server: &Server, form: &[&str]) -> Outcome<Value> {
    let mut lighthouse = Command::new(root().join(PROGRAM));
    lighthouse
        .arg(server.origin())
        .args([
            "--output=json",
            "--quiet",
            "--only-categories=performance,accessibility,best-practices",
        ])
        .arg(format!("--chrome-flags={FLAGS}"))
        .args(form)
        .stderr(Stdio::inherit());
    if let Some(browser) = std::env::var_os("CHROMIUM") {
        lighthouse.env("CHROME_PATH", browser);
    }
    let output = lighthouse.output()?;
    if !output.status.success() {
        return Err(Failure::new(format!(
            "lighthouse failed ({})",
            output.status
        )));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Names the audits that cost points.
fn complain(report: &Value) {
    let audits = report.pointer("/audits").and_then(Value::as_object);
    for (name, audit) in audits.into_iter().flatten() {
        let score = audit.get("score").and_then(Value::as_f64);
        if score.is_some_and(|score| score < 0.9) {
            let shown = audit
                .get("displayValue")
                .and_then(Value::as_str)
                .unwrap_or_default();
            eprintln!("    {name}: {score:?} {shown}");
        }
    }
    let tasks = report.pointer("/audits/long-tasks/details/items");
    for task in tasks.and_then(Value::as_array).into_iter().flatten() {
        let number = |name| task.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
        let (start, duration) = (number("startTime"), number("duration"));
        let url = task.get("url").and_then(Value::as_str).unwrap_or_default();
        eprintln!("    long task: at {start:.0} ms, {duration:.0} ms, {url}");
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn shown(value: f64, unit: &str) -> String {
    match unit {
        "s" => format!("{:.1} s", value / 1_000.0),
        "ms" => format!("{value:.0} ms"),
        "shift" => format!("{value:.3}"),
        _ => format!("{:.0}", value * 100.0),
    }
}
