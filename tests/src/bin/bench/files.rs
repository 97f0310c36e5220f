//! Files of others: how long the page takes to understand one, and to load a million lines with every row
//! accounted for, beside native DuckDB's readers with explicit types on one thread.

use crate::PATIENCE;
use crate::peers::{BrowserPeer, NativePeer};
use crate::report::{Limit, Measure, Section};
use browser_tests::{Browser, Failure, Outcome, Page, Server, Setup};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const LINES: u32 = 1_000_000;
const COLUMNS: &str = "{'id': 'BIGINT', 'day': 'DATE', 'customer': 'VARCHAR', 'region': 'VARCHAR', 'product': 'VARCHAR', \
                       'quantity': 'BIGINT', 'price': 'DECIMAL(18,2)', 'note': 'VARCHAR'}";

/// Notes when a file is chosen and when its card is there.
const WATCH: &str = "
    window.__times = {};
    window.__tasks = [];
    new PerformanceObserver(list => {
        if (__times.chosen) __tasks.push(...list.getEntries().map(task => task.duration));
    }).observe({ type: 'longtask' });
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
    /// The longest task of the page's thread meanwhile.
    longest_task: f64,
}

/// A file that is loaded, and how native `DuckDB` loads it.
struct Case {
    name: &'static str,
    path: PathBuf,
    /// The rows, as a table function of native `DuckDB`; none where it has none without an extension.
    native: Option<String>,
    took: Vec<f64>,
    natively: Vec<f64>,
}

impl Case {
    fn new(name: &'static str, path: PathBuf, native: Option<String>) -> Self {
        Self {
            name,
            path,
            native,
            took: Vec::new(),
            natively: Vec::new(),
        }
    }

    /// The times here, each divided by that of native `DuckDB` in the same run.
    fn against_native(&self) -> Vec<f64> {
        ratios(&self.took, &self.natively)
    }
}

fn ratios(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter()
        .zip(other)
        .map(|(one, other)| one / other)
        .collect()
}

pub(crate) async fn files(server: &Server, runs: usize) -> Outcome<Vec<Section>> {
    let folder = tempfile::tempdir()?;
    let mut native = NativePeer::start()?;
    let mut cases = cases(folder.path(), &mut native)?;
    let (mut understood, mut tasks, mut own) = (Vec::new(), Vec::new(), Vec::new());
    let setup = Setup {
        scripts: vec![WATCH],
        ..Setup::default()
    };
    for run in 1..=runs {
        eprint!("\rfiles, run {run} of {runs} ");
        for case in &mut cases {
            let took = measure(server, &setup, &case.path).await?;
            understood.push(took.understood);
            tasks.push(took.longest_task);
            case.took.push(took.loaded);
            if let Some(rows) = &case.native {
                let sql = format!("CREATE OR REPLACE TABLE t AS FROM {rows}");
                case.natively.push(native.run(&[sql])?);
            }
        }
        if let Some(clean) = cases.first() {
            own.push(duckdbs_own(server, &clean.path).await?);
        }
    }
    eprintln!();
    let [clean, damaged, gzip, parquet, json, sheet] = &cases[..] else {
        return Err(Failure::new("another number of cases"));
    };
    let limited = |name: &str, most: f64, values: Vec<f64>| {
        Measure::new(name, "", Limit::AtMost(most), values)
    };
    let mut measures = vec![
        Measure::new(
            "a file is understood, from choosing it to its card",
            "ms",
            Limit::AtMost(300.0),
            understood,
        ),
        limited("CSV against native `read_csv`", 1.6, clean.against_native()),
        limited(
            "CSV against DuckDB-Wasm's own `read_csv`",
            1.0,
            ratios(&clean.took, &own),
        ),
        limited(
            "1 % damaged lines against the clean file",
            1.15,
            ratios(&damaged.took, &clean.took),
        ),
        limited(
            "gzip against the plain file",
            1.5,
            ratios(&gzip.took, &clean.took),
        ),
        limited(
            "Parquet against native `read_parquet`",
            1.5,
            parquet.against_native(),
        ),
        limited(
            "NDJSON against native `read_json`",
            2.5,
            json.against_native(),
        ),
        Measure::new(
            "Excel, 100,000 rows of 8 columns",
            "ms",
            Limit::AtMost(1000.0),
            sheet.took.clone(),
        ),
        Measure::new(
            "the longest task of the page's thread",
            "ms",
            Limit::AtMost(50.0),
            tasks,
        ),
        Measure::new("DuckDB-Wasm's own `read_csv`", "ms", Limit::None, own),
    ];
    for case in cases {
        measures.push(Measure::new(case.name, "ms", Limit::None, case.took));
        if !case.natively.is_empty() {
            let name = format!("native, {}", case.name);
            measures.push(Measure::new(name, "ms", Limit::None, case.natively));
        }
    }
    Ok(vec![Section::measures(
        "Files of others, a million lines",
        measures,
    )])
}

fn cases(folder: &Path, native: &mut NativePeer) -> Outcome<Vec<Case>> {
    let csv = |path: &Path, options: &str| {
        Some(format!(
            "read_csv('{}', header = true, auto_detect = false, columns = {COLUMNS}{options})",
            path.display()
        ))
    };
    let text = lines(0);
    let clean = write(folder, "clean.csv", text.as_bytes())?;
    let damaged = write(folder, "damaged.csv", lines(100).as_bytes())?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes())?;
    let gzip = write(folder, "packed.csv.gz", &gzip.finish()?)?;
    let (parquet, json) = (folder.join("typed.parquet"), folder.join("lines.ndjson"));
    let rows = csv(&clean, "").unwrap_or_default();
    native.run(&[
        format!(
            "COPY (FROM {rows}) TO '{}' (FORMAT parquet)",
            parquet.display()
        ),
        format!("COPY (FROM {rows}) TO '{}' (FORMAT json)", json.display()),
    ])?;
    let sheet = write(folder, "sheet.xlsx", &workbook(&text, 100_000)?)?;
    let of_parquet = format!("read_parquet('{}')", parquet.display());
    let of_json = format!(
        "read_json('{}', format = 'newline_delimited', columns = {COLUMNS})",
        json.display()
    );
    Ok(vec![
        Case::new("CSV", clean.clone(), csv(&clean, "")),
        Case::new(
            "CSV with 1 % damaged lines",
            damaged.clone(),
            csv(&damaged, ", store_rejects = true"),
        ),
        Case::new("CSV in gzip", gzip.clone(), csv(&gzip, "")),
        Case::new("Parquet", parquet, Some(of_parquet)),
        Case::new("NDJSON", json, Some(of_json)),
        Case::new("Excel, 100,000 rows", sheet, None),
    ])
}

/// The time of DuckDB-Wasm's own reader for a CSV file, with explicit types, in a page of its own.
async fn duckdbs_own(server: &Server, file: &Path) -> Outcome<f64> {
    server.put("/clean.csv", fs::read(file)?);
    let peer = BrowserPeer::start(server).await?;
    let took = peer.read_csv("clean.csv", COLUMNS).await;
    peer.close().await?;
    took
}

/// The first lines of a CSV text as a workbook with one sheet.
fn workbook(csv: &str, rows: usize) -> Outcome<Vec<u8>> {
    const PARTS: [(&str, &str); 4] = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>",
        ),
        (
            "_rels/.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
        ),
        (
            "xl/workbook.xml",
            "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Lines\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
        ),
    ];
    let mut sheet = String::from(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>",
    );
    for line in csv.lines().take(rows + 1) {
        sheet.push_str("<row>");
        for cell in line.split(',') {
            // Writing to a text does not fail.
            let _ = match cell.parse::<f64>() {
                Ok(_) => write!(sheet, "<c><v>{cell}</v></c>"),
                Err(_) => write!(sheet, "<c t=\"inlineStr\"><is><t>{cell}</t></is></c>"),
            };
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in PARTS {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(content.as_bytes())?;
    }
    zip.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::default())?;
    zip.write_all(sheet.as_bytes())?;
    Ok(zip.finish()?.into_inner())
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
             return [__times.card - __times.chosen, built - __times.load, Math.max(0, ...__tasks)];",
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
        longest_task: number(2)?,
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
