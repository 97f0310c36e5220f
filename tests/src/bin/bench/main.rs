//! What the issue asks to be measured, on the finished page in `dist/`, in headless Chromium: medians of many runs
//! beside their limits. `bench [--json] [--runs N]`; the time of the app is taken in turns with that of a bare page
//! that runs the same statements in the same browser.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks to the person who called it"
)]

use browser_tests::{Browser, Failure, Outcome, Page, Server, Setup, dist, shared};
use flate2::Compression;
use flate2::write::GzEncoder;
use mart::{GeneratedSales, Plan, inspect, mini_data_mart};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Remembers when the last click or choice of a file happened, on the page's own clock.
const WATCH: &str = "
    for (const type of ['click', 'change'])
        addEventListener(type, event => { window.__last = event.timeStamp; }, true);";

/// Answers with the start of the first performance entry of a name after a time. Nothing asks again and again
/// meanwhile: two cores have enough to do.
const ENTRY: &str = "
    const [name, after, answer] = arguments;
    const look = () => {
        const entry = performance.getEntriesByName(name).find(entry => entry.startTime > after);
        if (entry) {
            observer.disconnect();
            answer(entry.startTime);
        }
        return entry;
    };
    const observer = new PerformanceObserver(look);
    look() ?? observer.observe({ entryTypes: ['mark', 'paint'] });";

const BARE: &str = include_str!("../bare.html");

/// One line of the result.
struct Measure {
    name: &'static str,
    unit: &'static str,
    limit: f64,
    values: Vec<f64>,
}

#[derive(Clone, Copy)]
struct Options {
    json: bool,
    runs: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match options(&words) {
        Ok(options) => measure(options.runs)
            .await
            .map(|measures| report(options, &measures)),
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn options(words: &[String]) -> Outcome<Options> {
    let mut options = Options {
        json: false,
        runs: 20,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--json" => options.json = true,
            "--runs" => {
                let runs = words
                    .next()
                    .and_then(|runs| runs.parse().ok())
                    .filter(|runs| *runs > 0);
                options.runs = runs.ok_or_else(|| Failure::new("--runs takes a number above 0"))?;
            }
            other => {
                return Err(Failure::new(format!(
                    "`{other}` is neither --json nor --runs N"
                )));
            }
        }
    }
    Ok(options)
}

async fn measure(runs: usize) -> Outcome<Vec<Measure>> {
    let server = Server::start(dist())?;
    server.put("/bare.html", bare_page()?);
    let setup = Setup {
        scripts: vec![WATCH],
        ..Setup::default()
    };
    let browser = Browser::start(&setup, &server.origin()).await?;
    let page = Page::new(browser, server.origin());
    let measured = measure_groups(&page, &server, runs).await;
    page.close().await?;
    measured
}

/// Each group of measures opens the page for itself.
async fn measure_groups(page: &Page, server: &Server, runs: usize) -> Outcome<Vec<Measure>> {
    let mut measures = visits(page, server, runs).await?;
    measures.extend(generated(page, runs).await?);
    Ok(measures)
}

/// What a person meets who visits the page, once each run.
async fn visits(page: &Page, server: &Server, runs: usize) -> Outcome<Vec<Measure>> {
    page.open("").await?;
    start_of(page, "answers-painted").await?;
    let sizes = download_sizes(server)?;
    let superstore = shared("superstore/fact_sales.csv");
    let [mut paint, mut app, mut bare] = [const { Vec::new() }; 3];
    let [mut rebuild, mut again, mut load] = [const { Vec::new() }; 3];
    for run in 1..=runs {
        eprint!("\rrun {run} of {runs} ");
        page.open("").await?;
        start_of(page, "answers-painted").await?;
        paint.push(start_of(page, "first-contentful-paint").await?);
        app.push(start_of(page, "mart-built").await?);
        page.by_role("button", "Rebuild mart").await?;
        page.click("button", "Rebuild mart").await?;
        rebuild.push(repainted(page).await?);
        page.click("button", "Rebuild mart").await?;
        again.push(repainted(page).await?);
        if let Some(file) = &superstore {
            load.push(load_file(page, file).await?);
        }
        page.open("bare.html").await?;
        bare.push(start_of(page, "mart-built").await?);
    }
    eprintln!();
    let against_bare = app
        .iter()
        .zip(&bare)
        .map(|(app, bare)| app / bare)
        .collect();
    let mut measures = vec![
        Measure::new("first paint", "ms", 200.0, paint),
        Measure::new("Mart built", "ms", f64::INFINITY, app),
        Measure::new(
            "the same statements on a bare page",
            "ms",
            f64::INFINITY,
            bare,
        ),
        Measure::new("Mart built, against the bare page", "x", 1.25, against_bare),
        // The first one runs while the browser still compiles what the build before it has used.
        Measure::new("Rebuild mart at once, to repainted", "ms", 150.0, rebuild),
        Measure::new("Rebuild mart again, to repainted", "ms", 150.0, again),
        Measure::new("Superstore file to answers repainted", "ms", 600.0, load),
    ];
    measures.extend(sizes);
    measures.retain(|measure| !measure.values.is_empty());
    Ok(measures)
}

/// What is generated, the most runs of it, and the limit in milliseconds.
const GENERATED: [(GeneratedSales, &str, usize, f64); 2] = [
    (
        GeneratedSales::Million,
        "1 million generated sales to repainted",
        5,
        1_500.0,
    ),
    (
        GeneratedSales::TenMillion,
        "10 million generated sales to repainted",
        3,
        10_000.0,
    ),
];

/// Generated sales, each time in place of the seed.
async fn generated(page: &Page, runs: usize) -> Outcome<Vec<Measure>> {
    page.open("#/sources").await?;
    start_of(page, "answers-painted").await?;
    let mut measures = Vec::new();
    for (sales, name, most, limit) in GENERATED {
        let runs = runs.min(most);
        let mut values = Vec::new();
        for run in 1..=runs {
            eprint!("\r{sales}, run {run} of {runs} ");
            let select = page.by_role("combobox", "Number of sales").await?;
            select.send_keys(sales.to_string()).await?;
            page.click("button", "Generate sales").await?;
            values.push(repainted(page).await?);
            page.click("button", "Use seed data").await?;
            repainted(page).await?;
        }
        measures.push(Measure::new(name, "ms", limit, values));
    }
    eprintln!();
    Ok(measures)
}

async fn load_file(page: &Page, file: &Path) -> Outcome<f64> {
    page.go("Sources").await?;
    page.by_role("button", "Use seed data").await?;
    page.choose_file("Sales file", file).await?;
    repainted(page).await
}

/// From the last click or choice of a file to the end of the repainting that followed.
async fn repainted(page: &Page) -> Outcome<f64> {
    let begun = page.js("return window.__last;", &[]).await?;
    let begun = begun
        .as_f64()
        .ok_or_else(|| Failure::new("nothing was clicked or chosen"))?;
    Ok(entry_after(page, "answers-painted", begun).await? - begun)
}

/// When the first performance entry of this name came, since navigation.
async fn start_of(page: &Page, entry: &str) -> Outcome<f64> {
    entry_after(page, entry, -1.0).await
}

async fn entry_after(page: &Page, entry: &str, after: f64) -> Outcome<f64> {
    let answer = page
        .js_async(ENTRY, &[json!(entry), json!(after)])
        .await?
        .as_f64();
    answer.ok_or_else(|| Failure::new(format!("{entry} has no time")))
}

/// A page that does what the app must do, and nothing else.
fn bare_page() -> Outcome<String> {
    let mart = mini_data_mart();
    let steps = Plan::seed(&mart).steps.into_iter().map(|step| step.sql);
    let statements: Vec<String> = std::iter::once("BEGIN TRANSACTION".to_owned())
        .chain(steps)
        .chain(["COMMIT".to_owned(), inspect::row_counts(&mart.tables)])
        .chain(mart.answers.iter().map(|answer| answer.sql.to_owned()))
        .collect();
    // In a script element, `</` could end it.
    let statements = serde_json::to_string(&statements)?.replace("</", "<\\/");
    Ok(BARE
        .replace("ENGINE", &engine_path()?)
        .replace("STATEMENTS", &statements))
}

/// Where in `dist/` the engine's files stand, as a path of the server.
fn engine_path() -> Outcome<String> {
    let folders = std::fs::read_dir(dist())?.filter_map(|entry| Some(entry.ok()?.path()));
    let engine = folders
        .chain([dist()])
        .find(|folder| folder.join("duckdb-eh.wasm").is_file());
    let engine =
        engine.ok_or_else(|| Failure::new("dist/ holds no engine: run `cargo xtask build`"))?;
    let inside = engine.strip_prefix(dist())?.display().to_string();
    Ok(if inside.is_empty() {
        inside
    } else {
        format!("/{inside}")
    })
}

/// What the visit so far has downloaded, as gzip would send it.
fn download_sizes(server: &Server) -> Outcome<[Measure; 2]> {
    let asked = server
        .requests()
        .into_iter()
        .filter(|request| !request.is_foreign());
    let files: BTreeSet<PathBuf> = asked
        .map(|request| {
            request
                .target
                .split('?')
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .map(|path| {
            if path == "/" {
                "index.html".to_owned()
            } else {
                path.trim_start_matches('/').to_owned()
            }
        })
        .map(|path| dist().join(path))
        .filter(|file| file.is_file() && !is_duckdb(file))
        .collect();
    let (mut wasm, mut all) = (0.0, 0.0);
    for file in files {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&std::fs::read(&file)?)?;
        let kilobytes = f64::from(u32::try_from(encoder.finish()?.len())?) / 1000.0;
        eprintln!("{kilobytes:8.1} KB  {}", file.display());
        all += kilobytes;
        if file
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            wasm += kilobytes;
        }
    }
    Ok([
        Measure::new("the app's own wasm, gzip", "KB", 400.0, vec![wasm]),
        Measure::new(
            "first visit beside DuckDB itself, gzip",
            "KB",
            700.0,
            vec![all],
        ),
    ])
}

/// Whether a file is DuckDB's own, as it comes in its package.
fn is_duckdb(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("duckdb-") && (name.ends_with(".wasm") || name.ends_with(".worker.js"))
}

impl Measure {
    fn new(name: &'static str, unit: &'static str, limit: f64, mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self {
            name,
            unit,
            limit,
            values,
        }
    }

    /// The middle value; between the two middle ones where there is no middle one.
    fn median(&self) -> f64 {
        let at = |place: usize| self.values.get(place).copied().unwrap_or(f64::NAN);
        let count = self.values.len();
        f64::midpoint(at(count.saturating_sub(1) / 2), at(count / 2))
    }

    fn least(&self) -> f64 {
        self.values.first().copied().unwrap_or(f64::NAN)
    }

    fn most(&self) -> f64 {
        self.values.last().copied().unwrap_or(f64::NAN)
    }

    fn holds(&self) -> bool {
        self.median() <= self.limit
    }

    fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "unit": self.unit,
            "median": self.median(),
            "min": self.least(),
            "max": self.most(),
            // An infinite limit is none: JSON has null for both.
            "limit": self.limit,
            "holds": self.holds(),
            "runs": self.values.len(),
        })
    }
}

fn report(options: Options, measures: &[Measure]) {
    if options.json {
        let measures: Vec<Value> = measures.iter().map(Measure::to_json).collect();
        println!("{:#}", json!({ "measures": measures }));
        return;
    }
    println!(
        "{:42} {:>9} {:>9} {:>9} {:>9}",
        "", "median", "min", "max", "limit"
    );
    for measure in measures {
        let limit = if measure.limit.is_finite() {
            measure.limit.to_string()
        } else {
            String::new()
        };
        println!(
            "{:42} {:>9.2} {:>9.2} {:>9.2} {limit:>9} {:2}  {}",
            measure.name,
            measure.median(),
            measure.least(),
            measure.most(),
            measure.unit,
            if measure.holds() { "" } else { "OVER" },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let table = [
            (vec![3.0], 3.0),
            (vec![9.0, 1.0, 2.0], 2.0),
            (vec![4.0, 1.0, 2.0, 9.0], 3.0),
        ];
        for (values, median) in table {
            let measure = Measure::new("", "", 2.5, values);
            assert!(
                (measure.median() - median).abs() < f64::EPSILON,
                "{:?}",
                measure.values
            );
            assert_eq!(measure.holds(), median <= 2.5);
        }
    }

    #[test]
    fn options_as_typed() {
        let read = |line: &str| {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            options(&words)
                .map(|options| (options.json, options.runs))
                .ok()
        };
        assert_eq!(read(""), Some((false, 20)));
        assert_eq!(read("--runs 3 --json"), Some((true, 3)));
        assert_eq!(read("--runs 0"), None);
        assert_eq!(read("--fast"), None);
    }
}
