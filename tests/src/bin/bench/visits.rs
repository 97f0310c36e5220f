//! The first visit of the page and what a user does there first, once each run. Builds and older builds take turns with
//! the same statements without the app: on a bare page, and in the engine of the page itself.

use crate::report::{Limit, Measure, Section};
use crate::timeline::{WATCH, repainted, start_of};
use crate::{PATIENCE, engine_path, statements};
use browser_tests::{Browser, Failure, KEEP_WORKERS, Outcome, Page, Server, Setup, dist, shared};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const BARE: &str = include_str!("bare.html");
const BARE_IN_PAGE: &str = include_str!("bare.js");
/// The export worker's wasm, as trunk names it.
const WORKER: &str = "worker_bg.wasm";
/// The script of the charts. The page may or may not have fetched it when the sizes are taken.
const CHARTS: &str = "chart.js";
/// How often a visit rebuilds the mart in turns with the bare statements.
const TURNS: usize = 3;

/// What one build of the page took.
#[derive(Default)]
struct Visits {
    paint: Vec<f64>,
    built: Vec<f64>,
    /// The first rebuild runs while the browser still compiles what the build before it has used.
    first_rebuild: Vec<f64>,
    rebuild: Vec<f64>,
    /// The statements of a rebuild, without the app, in the same page.
    statements: Vec<f64>,
    superstore: Vec<f64>,
}

pub(crate) async fn visits(
    server: &Server,
    old: Option<&Server>,
    runs: usize,
) -> Outcome<Vec<Section>> {
    server.put("/bare.html", bare_page()?);
    let setup = Setup {
        scripts: vec![WATCH, KEEP_WORKERS],
        ..Setup::default()
    };
    let browser = Browser::start(&setup, &server.origin()).await?;
    let page = Page::new(browser, server.origin());
    let measured = measure(&page, server, old, runs).await;
    page.close().await?;
    measured
}

async fn measure(
    page: &Page,
    server: &Server,
    old: Option<&Server>,
    runs: usize,
) -> Outcome<Vec<Section>> {
    page.tab().set_script_timeout(PATIENCE).await?;
    page.open("").await?;
    start_of(page, "answers-painted").await?;
    let sizes = download_sizes(server)?;
    let superstore = shared("superstore/fact_sales.csv");
    let mut here = Visits::default();
    let mut before = Visits::default();
    let mut bare = Vec::new();
    for run in 1..=runs {
        eprint!("\rvisit {run} of {runs} ");
        // Who comes first changes with each run.
        let mut turns = vec![(server, &mut here)];
        turns.extend(old.map(|old| (old, &mut before)));
        if run.is_multiple_of(2) {
            turns.reverse();
        }
        for (server, visits) in turns {
            page.open_at(&server.origin(), "").await?;
            visits.visit(page, superstore.as_deref()).await?;
        }
        page.open("bare.html").await?;
        bare.push(start_of(page, "mart-built").await?);
    }
    eprintln!();
    let mut sections = vec![Section::measures("Visits", here.measures(&bare))];
    if old.is_some() {
        let title = "Visits, this build against the older build in the same run";
        sections.push(Section::measures(title, here.against(&before)));
    }
    sections.push(Section::measures("Downloads", sizes.into()));
    Ok(sections)
}

impl Visits {
    /// Measures a page that was just opened.
    async fn visit(&mut self, page: &Page, superstore: Option<&Path>) -> Outcome {
        let statements = json!(statements::seed());
        start_of(page, "answers-painted").await?;
        self.paint
            .push(start_of(page, "first-contentful-paint").await?);
        self.built.push(start_of(page, "mart-built").await?);
        page.by_role("button", "Rebuild mart").await?;
        page.click("button", "Rebuild mart").await?;
        self.first_rebuild.push(repainted(page).await?);
        for _ in 0..TURNS {
            let took = page
                .js_async(BARE_IN_PAGE, std::slice::from_ref(&statements))
                .await?;
            let took = took.as_f64().ok_or_else(|| {
                Failure::new(format!("the statements failed in the page: {took}"))
            })?;
            self.statements.push(took);
            page.click("button", "Rebuild mart").await?;
            self.rebuild.push(repainted(page).await?);
        }
        if let Some(file) = superstore {
            self.superstore.push(load_file(page, file).await?);
        }
        Ok(())
    }

    fn measures(&self, bare: &[f64]) -> Vec<Measure> {
        let ms = |name, limit, values: &[f64]| Measure::new(name, "ms", limit, values.to_vec());
        let ratio = |name, limit, values| Measure::new(name, "x", Limit::AtMost(limit), values);
        vec![
            ms(
                "first paint after navigation",
                Limit::AtMost(200.0),
                &self.paint,
            ),
            ms("navigation to `Mart built`", Limit::None, &self.built),
            ms("the same statements on a bare page", Limit::None, bare),
            ratio(
                "`Mart built` against the bare page",
                1.10,
                quotients(&self.built, bare),
            ),
            ms(
                "first `Rebuild mart`, to repainted",
                Limit::None,
                &self.first_rebuild,
            ),
            ms(
                "further `Rebuild mart`, to repainted",
                Limit::None,
                &self.rebuild,
            ),
            ms(
                "the same statements in the same page",
                Limit::None,
                &self.statements,
            ),
            ratio(
                "further `Rebuild mart` against these statements",
                1.5,
                quotients(&self.rebuild, &self.statements),
            ),
            ms(
                "Superstore file (9,994 sales), chosen to answers repainted",
                Limit::None,
                &self.superstore,
            ),
        ]
    }

    /// How often as long as an older build each took, run by run.
    fn against(&self, older: &Self) -> Vec<Measure> {
        let ratio =
            |name, limit, here, older| Measure::new(name, "x", limit, quotients(here, older));
        vec![
            ratio("first paint", Limit::None, &self.paint, &older.paint),
            ratio(
                "navigation to `Mart built`",
                Limit::None,
                &self.built,
                &older.built,
            ),
            ratio(
                "first `Rebuild mart`",
                Limit::None,
                &self.first_rebuild,
                &older.first_rebuild,
            ),
            ratio(
                "further `Rebuild mart`",
                Limit::None,
                &self.rebuild,
                &older.rebuild,
            ),
            ratio(
                "Superstore file",
                Limit::AtMost(1.05),
                &self.superstore,
                &older.superstore,
            ),
            Measure::new(
                "Superstore file, the older build",
                "ms",
                Limit::None,
                older.superstore.clone(),
            ),
        ]
    }
}

/// The quotients of pairs.
pub(crate) fn quotients(dividends: &[f64], divisors: &[f64]) -> Vec<f64> {
    let pairs = dividends.iter().zip(divisors);
    pairs
        .map(|(dividend, divisor)| dividend / divisor)
        .collect()
}

async fn load_file(page: &Page, file: &Path) -> Outcome<f64> {
    page.go("Sources").await?;
    page.by_role("button", "Use sample data").await?;
    page.choose_file("Sales file", file).await?;
    repainted(page).await
}

/// A page that runs the statements of a build, and nothing else.
fn bare_page() -> Outcome<String> {
    // In a script element, `</` could end it.
    let statements = serde_json::to_string(&statements::seed())?.replace("</", "<\\/");
    Ok(BARE
        .replace("ENGINE", &engine_path()?)
        .replace("STATEMENTS", &statements))
}

/// The downloads of the first visit, as gzip would send them, and the one that the first export adds.
fn download_sizes(server: &Server) -> Outcome<[Measure; 5]> {
    let files: BTreeSet<PathBuf> = server
        .requests()
        .into_iter()
        .filter(|request| !request.is_foreign())
        .map(|request| {
            let path = request.target.split('?').next().unwrap_or_default();
            match path.trim_start_matches('/') {
                "" => "index.html".to_owned(),
                path => path.to_owned(),
            }
        })
        .map(|path| dist().join(path))
        .filter(|file| file.is_file() && !is_duckdb(file) && !file.ends_with(CHARTS))
        .collect();
    let (mut wasm, mut all, mut of_the_worker) = (0.0, 0.0, 0.0);
    for file in files {
        let kilobytes = gzipped(&file)?;
        eprintln!("{kilobytes:8.1} KB  {}", file.display());
        all += kilobytes;
        if file
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            wasm += kilobytes;
        }
        if file_name(&file).starts_with("worker") {
            of_the_worker += kilobytes;
        }
    }
    let encoder = gzipped(&in_a_folder(WORKER)?)?;
    let charts = gzipped(&in_a_folder(CHARTS)?)?;
    let kilobytes = |name, limit, value| Measure::new(name, "KB", limit, vec![value]);
    Ok([
        kilobytes("the app's own wasm, gzip", Limit::AtMost(700.0), wasm),
        kilobytes(
            "all of the first visit beside DuckDB itself, gzip",
            Limit::None,
            all,
        ),
        kilobytes(
            "charts, loaded after the answers are painted, gzip",
            Limit::None,
            charts,
        ),
        kilobytes(
            "of the export worker, in the first visit",
            Limit::AtMost(0.0),
            of_the_worker,
        ),
        kilobytes(
            "the export worker's wasm, gzip",
            Limit::AtMost(1_600.0),
            encoder,
        ),
    ])
}

/// A file of one of the folders of `dist/`, whose names have a hash.
fn in_a_folder(name: &str) -> Outcome<PathBuf> {
    let folders = std::fs::read_dir(dist())?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files = folders.map(|folder| folder.join(name));
    let found = files.find(|file| file.is_file());
    found.ok_or_else(|| Failure::new(format!("dist/ holds no {name}: run `cargo xtask build`")))
}

fn gzipped(file: &Path) -> Outcome<f64> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&std::fs::read(file)?)?;
    Ok(f64::from(u32::try_from(encoder.finish()?.len())?) / 1000.0)
}

/// Whether a file is DuckDB's own, as it comes in its package.
fn is_duckdb(file: &Path) -> bool {
    let name = file_name(file);
    name.starts_with("duckdb-") && (name.ends_with(".wasm") || name.ends_with(".worker.js"))
}

fn file_name(file: &Path) -> Cow<'_, str> {
    file.file_name().unwrap_or_default().to_string_lossy()
}
