//! What a person meets who visits the page, once each run. The time of the app is taken in turns with that of a
//! bare page that runs the same statements in the same browser.

use crate::engine_path;
use crate::report::{Limit, Measure};
use crate::timeline::{WATCH, repainted, start_of};
use browser_tests::{Browser, Outcome, Page, Server, Setup, dist, shared};
use flate2::Compression;
use flate2::write::GzEncoder;
use mart::{Plan, inspect, mini_data_mart};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const BARE: &str = include_str!("bare.html");
/// The encoder's wasm, as trunk names it.
const ENCODER: &str = "encoder_bg.wasm";

pub(crate) async fn visits(server: &Server, runs: usize) -> Outcome<Vec<Measure>> {
    server.put("/bare.html", bare_page()?);
    let setup = Setup {
        scripts: vec![WATCH],
        ..Setup::default()
    };
    let browser = Browser::start(&setup, &server.origin()).await?;
    let page = Page::new(browser, server.origin());
    let measured = measure(&page, server, runs).await;
    page.close().await?;
    measured
}

async fn measure(page: &Page, server: &Server, runs: usize) -> Outcome<Vec<Measure>> {
    page.open("").await?;
    start_of(page, "answers-painted").await?;
    let sizes = download_sizes(server)?;
    let superstore = shared("superstore/fact_sales.csv");
    let [mut paint, mut app, mut bare] = [const { Vec::new() }; 3];
    let [mut rebuild, mut again, mut load] = [const { Vec::new() }; 3];
    for run in 1..=runs {
        eprint!("\rvisit {run} of {runs} ");
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
    let milliseconds = |name, limit, values| Measure::new(name, "ms", limit, values);
    let mut measures = vec![
        milliseconds("first paint", Limit::AtMost(200.0), paint),
        milliseconds("Mart built", Limit::None, app),
        milliseconds("the same statements on a bare page", Limit::None, bare),
        Measure::new(
            "Mart built, against the bare page",
            "x",
            Limit::AtMost(1.25),
            against_bare,
        ),
        // The first one runs while the browser still compiles what the build before it has used.
        milliseconds(
            "Rebuild mart at once, to repainted",
            Limit::AtMost(150.0),
            rebuild,
        ),
        milliseconds(
            "Rebuild mart again, to repainted",
            Limit::AtMost(150.0),
            again,
        ),
        milliseconds(
            "Superstore file to answers repainted",
            Limit::AtMost(600.0),
            load,
        ),
    ];
    measures.extend(sizes);
    Ok(measures)
}

async fn load_file(page: &Page, file: &Path) -> Outcome<f64> {
    page.go("Sources").await?;
    page.by_role("button", "Use seed data").await?;
    page.choose_file("Sales file", file).await?;
    repainted(page).await
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

/// What the visit so far has downloaded, as gzip would send it, and what it has left to the first export.
fn download_sizes(server: &Server) -> Outcome<[Measure; 4]> {
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
        .filter(|file| file.is_file() && !is_duckdb(file))
        .collect();
    let (mut wasm, mut all, mut of_the_encoder) = (0.0, 0.0, 0.0);
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
        if file_name(&file).starts_with("encoder") {
            of_the_encoder += kilobytes;
        }
    }
    let encoder = gzipped(&dist().join(ENCODER))?;
    let kilobytes =
        |name, limit, value| Measure::new(name, "KB", Limit::AtMost(limit), vec![value]);
    Ok([
        kilobytes("the app's own wasm, gzip", 400.0, wasm),
        kilobytes("first visit beside DuckDB itself, gzip", 700.0, all),
        kilobytes("of the encoder in the first visit", 0.0, of_the_encoder),
        kilobytes("the encoder's wasm, gzip", 1_600.0, encoder),
    ])
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
