//! A star of a million facts: filled from tables of files, beside native `DuckDB` with the same statements, and filled
//! again with a load of ten thousand changed rows.

use crate::PATIENCE;
use crate::peers::NativePeer;
use crate::report::{Limit, Measure, Section};
use browser_tests::{Browser, Failure, Outcome, Page, Server, Setup};
use mart::{Batch, Document, Identifier, LoadMode, Model, Plan};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const FACTS: u32 = 1_000_000;
const CHANGED: u32 = 10_000;
/// The star is filled as often as this at most.
const MOST_RUNS: usize = 3;

/// Clicks the button of this text, and notes when the table of the loads has this many rows.
const CLICK: &str = "
    const [text, loads, answer] = arguments;
    const rows = () => document.querySelectorAll('table[aria-label=\"Loads\"] tbody tr').length;
    const from = performance.now();
    const observer = new MutationObserver(() => {
        if (rows() !== loads) return;
        observer.disconnect();
        answer(performance.now() - from);
    });
    observer.observe(document, { childList: true, subtree: true });
    [...document.querySelectorAll('button')].find(button => button.textContent === text).click();";

const DOCUMENT: &str = "return document.querySelector('textarea.document').value;";

pub(crate) async fn loads(server: &Server, runs: usize) -> Outcome<Section> {
    let folder = tempfile::tempdir()?;
    let files = files(folder.path())?;
    let changed = sales(folder.path(), "sales_changed.csv", 1..=CHANGED, 1)?;
    let mut native = NativePeer::start()?;
    let (mut here, mut there, mut merged) = (Vec::new(), Vec::new(), Vec::new());
    let runs = runs.min(MOST_RUNS);
    for run in 1..=runs {
        eprint!("\rloads, run {run} of {runs} ");
        let browser = Browser::start(&Setup::default(), &server.origin()).await?;
        let page = Page::new(browser, server.origin());
        let outcome = measure(&page, &files, &changed).await;
        page.close().await?;
        let (filled, again, document) = outcome?;
        here.push(filled);
        merged.push(again);
        there.push(natively(&mut native, &document, &files)?);
    }
    eprintln!();
    let ratios = here.iter().zip(&there).map(|(here, there)| here / there);
    let ratios = ratios.collect();
    Ok(Section::measures(
        "A star of 1 million facts, keys verified",
        vec![
            Measure::new(
                "from the tables of its files, in the tab",
                "ms",
                Limit::None,
                here,
            ),
            Measure::new(
                "the same statements in native DuckDB",
                "ms",
                Limit::None,
                there,
            ),
            Measure::new("against native DuckDB", "", Limit::AtMost(2.0), ratios),
            Measure::new(
                "merge of 10,000 changed rows",
                "ms",
                Limit::AtMost(1_000.0),
                merged,
            ),
        ],
    ))
}

/// Customers, products, and what was sold.
fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let named = |name: &str, rows: u32| -> Outcome<PathBuf> {
        let mut text = format!("{name}_id,name,group_name\n");
        for id in 1..=rows {
            // Writing to a text does not fail.
            let _ = writeln!(text, "{id},{name} {id},Group {}", id % 20);
        }
        let path = folder.join(format!("{name}s.csv"));
        fs::write(&path, text)?;
        Ok(path)
    };
    Ok(vec![
        named("customer", 20_000)?,
        named("product", 2_000)?,
        sales(folder, "sales.csv", 1..=FACTS, 0)?,
    ])
}

fn sales(
    folder: &Path,
    name: &str,
    ids: std::ops::RangeInclusive<u32>,
    more: u32,
) -> Outcome<PathBuf> {
    let mut text = "sale_id,customer_id,product_id,sold_on,quantity,amount\n".to_owned();
    for id in ids {
        let chance = id.wrapping_mul(2_654_435_761) >> 8;
        let _ = writeln!(
            text,
            "{id},{},{},2026-{:02}-{:02},{},{}.50",
            1 + chance % 20_000,
            1 + chance % 1_999,
            1 + chance % 12,
            1 + chance % 28,
            1 + chance % 9,
            chance % 900 + more
        );
    }
    let path = folder.join(name);
    fs::write(&path, text)?;
    Ok(path)
}

/// The milliseconds of filling the star and of the load after it, and the document of the star.
async fn measure(page: &Page, files: &[PathBuf], changed: &Path) -> Outcome<(f64, f64, String)> {
    page.tab().set_script_timeout(PATIENCE).await?;
    page.open_built().await?;
    page.go("Sources").await?;
    let paths: Vec<_> = files
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    page.choose_file("Sales file", Path::new(&paths.join("\n")))
        .await?;
    there(page, ".file-card").await?;
    page.click("button", "Load").await?;
    there(page, "table[aria-label=Accounting]").await?;
    page.click("button", "Propose a star").await?;
    there(page, "textarea.document").await?;
    let document = page.js(DOCUMENT, &[]).await?;
    let document = document.as_str().unwrap_or_default().to_owned();
    let filled = click(page, "Load the star", 1).await?;
    page.choose_file("Files", changed).await?;
    there(page, "table[aria-label='Files of the next load']").await?;
    let merged = click(page, "Load these files", 2).await?;
    Ok((filled, merged, document))
}

async fn there(page: &Page, selector: &str) -> Outcome {
    page.wait(PATIENCE, selector, async || {
        let found = page
            .js(
                "return !!document.querySelector(arguments[0]);",
                &[selector.into()],
            )
            .await?;
        Ok((found == true).then_some(()))
    })
    .await
}

async fn click(page: &Page, text: &str, loads: u32) -> Outcome<f64> {
    let took = page.js_async(CLICK, &[text.into(), loads.into()]).await?;
    took.as_f64().ok_or_else(|| Failure::new(format!("{took}")))
}

/// The milliseconds that native `DuckDB` takes for the statements that fill the star from its tables.
fn natively(native: &mut NativePeer, document: &str, files: &[PathBuf]) -> Outcome<f64> {
    let wrong = |mistakes: Vec<mart::Mistake>| Failure::new(format!("{mistakes:?}"));
    let mut document = Document::read(document).map_err(wrong)?;
    document.load.batches = true;
    let model = Model::resolve(&document).map_err(wrong)?;
    let mut before = Vec::new();
    let mut plans = vec![Plan::create_batches(&model)];
    let mut batch = Batch {
        number: 1,
        modes: Vec::new(),
    };
    let mut rows = Vec::new();
    let drops = ["DROP TABLE IF EXISTS load_batches".to_owned()];
    for (place, source) in model.sources().iter().enumerate() {
        let table = Identifier::new(source.name.as_str())?;
        let file = files
            .iter()
            .find(|path| path.file_stem().is_some_and(|stem| *stem == *source.name));
        let file = file.ok_or_else(|| Failure::new(format!("no file for {}", source.name)))?;
        let columns: Vec<_> = source
            .fields
            .iter()
            .map(|field| format!("'{}': '{}'", field.name, field.data_type))
            .collect();
        before.push(format!(
            "CREATE OR REPLACE TABLE {} AS FROM read_csv('{}', header = true, columns = {{{}}})",
            table.sql(),
            file.display(),
            columns.join(", ")
        ));
        before.push(format!("DROP TABLE IF EXISTS {}", source.kept().sql()));
        plans.push(Plan::adopt(source, &table, 1));
        plans.push(Plan::set_aside_copies(source, 1, &source.name));
        batch.modes.push((place, LoadMode::Replace));
        rows.push((place, u64::from(FACTS)));
    }
    before.push("CREATE OR REPLACE TABLE quarantine (file VARCHAR, line BIGINT, column_name VARCHAR, value VARCHAR, row_text VARCHAR, rule VARCHAR, message VARCHAR, corrected_to VARCHAR)".to_owned());
    let batches = [batch];
    plans.push(Plan::current(&model, &batches));
    plans.push(Plan::load_batches(&model, &batches, &rows));
    let statements: Vec<_> = drops.into_iter().chain(before).collect();
    native.run(&statements)?;
    let steps = plans.into_iter().flat_map(|plan| plan.steps);
    let steps: Vec<_> = steps.map(|step| step.sql).collect();
    native.run(&steps)
}
