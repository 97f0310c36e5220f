//! Files of others: how long the page takes to understand one, and to load a million lines with every row
//! accounted for, beside native DuckDB's `read_csv` with explicit types on one thread.

use crate::PATIENCE;
use crate::peers::NativePeer;
use crate::report::{Limit, Measure, Section};
use browser_tests::{Browser, Failure, Outcome, Page, Server, Setup};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const LINES: u32 = 1_000_000;
const COLUMNS: &str = "{'id': 'BIGINT', 'day': 'DATE', 'customer': 'VARCHAR', 'region': 'VARCHAR', 'product': 'VARCHAR', \
                       'quantity': 'BIGINT', 'price': 'DECIMAL(18,2)', 'note': 'VARCHAR'}";

/// Notes when a file is chosen and when its card is there.
const WATCH: &str = "
    window.__times = {};
    addEventListener('change', () => { __times.chosen ??= performance.now(); }, true);
    new MutationObserver(() => {
        if (document.querySelector('.file-card')) __times.card ??= performance.now();
    }).observe(document, { childList: true, subtree: true });";

/// Clicks `Load`, and notes when.
const LOAD: &str = "
    __times.load = performance.now();
    [...document.querySelectorAll('button')].find(button => button.textContent === 'Load').click();";

/// How long a file took.
struct Took {
    understood: f64,
    loaded: f64,
}

pub(crate) async fn files(server: &Server, runs: usize) -> Outcome<Vec<Section>> {
    let folder = tempfile::tempdir()?;
    let clean = lines(0);
    let damaged = lines(100);
    let plain_file = write(folder.path(), "clean.csv", clean.as_bytes())?;
    let damaged_file = write(folder.path(), "damaged.csv", damaged.as_bytes())?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(clean.as_bytes())?;
    let gzip_file = write(folder.path(), "clean.csv.gz", &gzip.finish()?)?;
    let setup = Setup {
        scripts: vec![WATCH],
        ..Setup::default()
    };
    let mut native = NativePeer::start()?;
    let (mut plain, mut wrong, mut packed) = (Vec::new(), Vec::new(), Vec::new());
    let (mut native_plain, mut native_wrong, mut native_packed) =
        (Vec::new(), Vec::new(), Vec::new());
    let mut understood = Vec::new();
    for run in 1..=runs {
        eprint!("\rfiles, run {run} of {runs} ");
        for (file, options, here, natively) in [
            (&plain_file, "", &mut plain, &mut native_plain),
            (
                &damaged_file,
                ", store_rejects = true",
                &mut wrong,
                &mut native_wrong,
            ),
            (&gzip_file, "", &mut packed, &mut native_packed),
        ] {
            let took = measure(server, &setup, file).await?;
            understood.push(took.understood);
            here.push(took.loaded);
            let sql = format!(
                "CREATE OR REPLACE TABLE t AS SELECT * FROM read_csv('{}', header = true, auto_detect = false, columns = {COLUMNS}{options})",
                file.display()
            );
            natively.push(native.run(&[sql])?);
        }
    }
    eprintln!();
    let ratios = |one: &[f64], other: &[f64]| {
        one.iter()
            .zip(other)
            .map(|(one, other)| one / other)
            .collect()
    };
    let measures = vec![
        Measure::new(
            "a file is understood, from choosing it to its card",
            "ms",
            Limit::AtMost(300.0),
            understood,
        ),
        Measure::new(
            "CSV against native `read_csv`",
            "",
            Limit::AtMost(1.6),
            ratios(&plain, &native_plain),
        ),
        Measure::new(
            "1 % damaged lines against the clean file",
            "",
            Limit::AtMost(1.15),
            ratios(&wrong, &plain),
        ),
        Measure::new(
            "gzip against the plain file",
            "",
            Limit::AtMost(1.5),
            ratios(&packed, &plain),
        ),
        Measure::new("CSV, 1 million lines", "ms", Limit::None, plain),
        Measure::new("with 1 % damaged lines", "ms", Limit::None, wrong),
        Measure::new("gzip", "ms", Limit::None, packed),
        Measure::new("native, CSV", "ms", Limit::None, native_plain),
        Measure::new(
            "native, with 1 % damaged lines and `store_rejects`",
            "ms",
            Limit::None,
            native_wrong,
        ),
        Measure::new("native, gzip", "ms", Limit::None, native_packed),
    ];
    Ok(vec![Section::measures(
        "Files of others, a million lines",
        measures,
    )])
}

/// A visit that loads a file.
async fn measure(server: &Server, setup: &Setup, file: &Path) -> Outcome<Took> {
    let browser = Browser::start(setup, &server.origin()).await?;
    let page = Page::new(browser, server.origin());
    let took = load(&page, file).await;
    page.close().await?;
    took
}

async fn load(page: &Page, file: &Path) -> Outcome<Took> {
    page.open_built().await?;
    page.go("Sources").await?;
    page.choose_file("Sales file", file).await?;
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    page.by_role("region", &name).await?;
    let built = page.marks("mart-built").await?;
    page.js(LOAD, &[]).await?;
    page.wait(PATIENCE, "the file to be loaded", async || {
        Ok((page.marks("mart-built").await? > built).then_some(()))
    })
    .await?;
    let times = page
        .js(
            "const built = performance.getEntriesByName('mart-built').at(-1).startTime;
             return [__times.card - __times.chosen, built - __times.load, document.querySelector('table[aria-label=Accounting]').innerText];",
            &[json!(null)],
        )
        .await?;
    let number = |at: usize| {
        let time = times.get(at).and_then(serde_json::Value::as_f64);
        time.ok_or_else(|| Failure::new(format!("{times}")))
    };
    Ok(Took {
        understood: number(0)?,
        loaded: number(1)?,
    })
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Outcome<PathBuf> {
    let path = folder.join(name);
    fs::write(&path, bytes)?;
    Ok(path)
}

/// A million lines; one in this number is damaged, none for 0.
fn lines(damaged: u32) -> String {
    let mut text = String::from("id,day,customer,region,product,quantity,price,note\n");
    for id in 0..LINES {
        // Numbers that look like chance, the same in each run.
        let chance = id.wrapping_mul(2_654_435_761) >> 8;
        let (day, month) = (1 + chance % 28, 1 + chance % 12);
        let quantity = if damaged > 0 && id % damaged == 7 {
            "many".to_owned()
        } else {
            (1 + chance % 20).to_string()
        };
        // Writing to a text does not fail.
        let _ = writeln!(
            text,
            "{id},2025-{month:02}-{day:02},Customer {},Region {},Product {},{quantity},{}.{:02},note {}",
            chance % 10_000,
            chance % 8,
            chance % 500,
            chance % 1000,
            chance % 100,
            chance % 7777
        );
    }
    text
}
