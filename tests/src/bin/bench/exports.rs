//! Exports of generated sales, small and large, in turns with an older build and with peers that write the same rows:
//! each round generates each number of sales in all of them and has the files made one after the other. The time of the
//! app begins with the click and ends when the file is whole: closed on disk, or saved by the browser in its folder of
//! downloads.

mod results;

use crate::cases::{Format, Size};
use crate::ends::End;
use crate::memory::Tab;
use crate::peers::{BrowserPeer, InBrowser, NativePeer};
use crate::report::Section;
use crate::timeline::{LONG_TASKS, LONGEST_TASK, WATCH, repainted, since_click, start_of};
use crate::{PATIENCE, statements};
use browser_tests::{BUILD, Browser, Failure, Outcome, Page, SAVE_INTO_OPFS, Server, Setup};
use results::{Made, Maker, Results, Whole};
use serde_json::json;
use std::pin::pin;
use std::time::Duration;

/// How many sales, and in how many rounds at most. An even number: who comes first in a round takes longer, and builds
/// that are compared take turns in that.
const SIZES: [(Size, usize); 4] = [
    (Size::TenThousand, 6),
    (Size::HundredThousand, 6),
    (Size::Million, 6),
    (Size::TenMillion, 4),
];
/// What holds more than one table: the button, the file, and where it ends up.
const WHOLES: [(&str, &str, End); 5] = [
    ("all as CSV", "mini_data_mart-csv.zip", End::Disk),
    ("all as JSON", "mini_data_mart-json.zip", End::Disk),
    ("all as Parquet", "mini_data_mart-parquet.zip", End::Disk),
    ("mini_data_mart.sql", "mini_data_mart.sql", End::Disk),
    ("mini_data_mart.duckdb", "mini_data_mart.duckdb", End::Blob),
];
/// How often memory is measured, and a big export cancelled, at most.
const AGAIN: usize = 3;
/// How often memory is looked at.
const SAMPLE: Duration = Duration::from_millis(100);

/// A script for the page: marks when no task is running.
const MARK_IDLE: &str = "
    let busy = false;
    new MutationObserver(() => {
        const now = document.querySelector('progress') !== null;
        if (busy && !now) performance.mark('idle');
        busy = now;
    }).observe(document, { childList: true, subtree: true });";

/// A script for the page: takes the dialog that asks for a file away, or gives it back.
const LET_ASK: &str = "
    const [ask] = arguments;
    window.__picker ??= window.showSaveFilePicker;
    window.showSaveFilePicker = ask ? window.__picker : undefined;";

struct Stage {
    page: Page,
    /// The page of an older build.
    old: Option<Page>,
    browser: BrowserPeer,
    native: NativePeer,
}

pub(crate) async fn exports(
    server: &Server,
    old: Option<&Server>,
    runs: usize,
) -> Outcome<Vec<Section>> {
    let setup = Setup {
        scripts: vec![WATCH, SAVE_INTO_OPFS, LONG_TASKS, MARK_IDLE],
        ..Setup::default()
    };
    let start = async |server: &Server| {
        let browser = Browser::start(&setup, &server.origin()).await?;
        let page = Page::new(browser, server.origin());
        page.tab().set_script_timeout(PATIENCE).await?;
        page.open("").await?;
        start_of(&page, "answers-painted").await?;
        Ok::<_, Failure>(page)
    };
    let old = match old {
        Some(old) => Some(start(old).await?),
        None => None,
    };
    let mut stage = Stage {
        page: start(server).await?,
        old,
        browser: BrowserPeer::start(server).await?,
        native: NativePeer::start()?,
    };
    let measured = measure(&mut stage, runs).await;
    stage.page.close().await?;
    if let Some(old) = stage.old {
        old.close().await?;
    }
    stage.browser.close().await?;
    measured
}

async fn measure(stage: &mut Stage, runs: usize) -> Outcome<Vec<Section>> {
    let mut results = Results::default();
    for round in 1..=runs {
        for (sales, _) in SIZES.into_iter().filter(|(_, most)| round <= *most) {
            eprint!("\rround {round}: {sales} sales      ");
            // Who comes first changes with each round.
            let is_old_first = round.is_multiple_of(2);
            run_round(&mut results, stage, sales, is_old_first).await?;
        }
    }
    // The last round may have ended with fewer.
    generate(&stage.page, Size::TenMillion).await?;
    for run in 1..=runs.min(AGAIN) {
        eprint!("\rmemory and Cancel, run {run}     ");
        let grown = memory(&stage.page).await?;
        results.memory.extend(grown);
        let (took, files) = cancel(&stage.page).await?;
        results.cancelled.push(took);
        results.files_left.push(files);
    }
    eprintln!();
    Ok(results.sections(stage.old.is_some()))
}

async fn generate(page: &Page, sales: Size) -> Outcome<f64> {
    page.go("Sources").await?;
    page.choose("Number of sales", &sales.to_string()).await?;
    page.click("button", "Generate sales").await?;
    let took = repainted(page).await?;
    page.go("Export").await?;
    Ok(took)
}

async fn export(page: &Page, format: Format, end: End) -> Outcome<f64> {
    let file = format!("fact_sales.{}", format.extension());
    download(page, &format!("fact_sales as {format}"), &file, end).await
}

async fn download(page: &Page, name: &str, file: &str, end: End) -> Outcome<f64> {
    page.js(LET_ASK, &[json!(end == End::Disk)]).await?;
    page.click("button", &format!("Download {name}")).await?;
    let done = since_click(page, "export-done").await?;
    end.settle(page, file, done).await
}

/// How much the tab's memory beyond DuckDB's own grows while all sales stream to disk as CSV.
async fn memory(page: &Page) -> Outcome<Option<f64>> {
    let Some(tab) = Tab::of_browser(page.process())? else {
        eprintln!("\nno /proc here: memory is not measured");
        return Ok(None);
    };
    let before = tab.beyond_duckdb()?;
    let mut most = before;
    let mut export = pin!(export(page, Format::Csv, End::Disk));
    loop {
        tokio::select! {
            whole = &mut export => break whole.map(drop)?,
            () = tokio::time::sleep(SAMPLE) => most = most.max(tab.beyond_duckdb()?),
        }
    }
    Ok(Some(most - before))
}

/// From the click on `Cancel`, when rows are flowing to disk, until no task is running; and how many files are left then.
async fn cancel(page: &Page) -> Outcome<(f64, f64)> {
    page.click("button", "Download fact_sales as CSV").await?;
    page.wait(BUILD, "rows", async || {
        let bars = page.names("progressbar").await?;
        Ok(bars.iter().any(|bar| bar.contains("rows")).then_some(()))
    })
    .await?;
    page.click("button", "Cancel").await?;
    let took = since_click(page, "idle").await?;
    let files = page.private_files().await?.len();
    Ok((took, f64::from(u32::try_from(files)?)))
}

/// The longest task of more than 50 ms in an export, printed with what was exported; 0 where there was none.
async fn longest_task(page: &Page, what: &str) -> Outcome<Option<f64>> {
    let longest = page.js(LONGEST_TASK, &[]).await?.as_f64();
    if let Some(longest) = longest.filter(|longest| *longest > 0.0) {
        eprintln!("\n{what}: a task of {longest} ms");
    }
    Ok(longest)
}

/// Where the app puts that many sales: up to half a million a blob, more on disk where the browser can ask for a file.
const fn ends_of(sales: Size) -> &'static [End] {
    match sales {
        Size::TenThousand | Size::HundredThousand => &[End::Blob],
        Size::Million => &[End::Blob, End::Disk],
        Size::TenMillion => &[End::Disk],
    }
}

/// What is made of all tables together, by the number of sales.
fn wholes_of(sales: Size) -> impl Iterator<Item = (&'static str, &'static str, End)> {
    let is_made = move |(_, _, end): &(&str, &str, End)| match sales {
        Size::TenThousand | Size::HundredThousand => false,
        Size::Million => true,
        // The database file is made in memory, whatever its size.
        Size::TenMillion => *end == End::Blob,
    };
    WHOLES.into_iter().filter(is_made)
}

/// Peers in the browser, where there are some: DuckDB-Wasm by itself writes CSV alone, and has not written 10 million
/// rows of it in two minutes; as JSON they are a longer text than a browser's strings can be.
const fn peers_of(format: Format, sales: Size, end: End) -> &'static [InBrowser] {
    match (format, sales, end) {
        (_, Size::TenMillion, _) | (Format::Parquet, _, _) => &[],
        (Format::Csv, _, _) => &[InBrowser::Copy],
        (Format::Json, _, End::Blob) => &[InBrowser::ArrowJson],
        (Format::Json, _, End::Disk) => &[InBrowser::ArrowJson, InBrowser::Bytes],
    }
}

/// The pages with an export of the app, in the order of this round.
fn makers(stage: &Stage, is_old_first: bool) -> Vec<(Maker, &Page)> {
    let mut makers = vec![(Maker::Here, &stage.page)];
    makers.extend(stage.old.as_ref().map(|old| (Maker::Old, old)));
    if is_old_first {
        makers.reverse();
    }
    makers
}

async fn run_round(
    results: &mut Results,
    stage: &mut Stage,
    sales: Size,
    is_old_first: bool,
) -> Outcome {
    let statements = statements::generated(sales);
    for (maker, page) in makers(stage, is_old_first) {
        let took = generate(page, sales).await?;
        if maker == Maker::Here {
            results.generated.push((sales, took));
        }
    }
    stage.browser.build(&statements).await?;
    stage.native.build(&statements)?;
    for format in Format::ALL {
        for end in ends_of(sales).iter().copied() {
            let mut add = |maker, took| {
                results.made.push(Made {
                    sales,
                    format,
                    end,
                    maker,
                    took,
                });
            };
            for (maker, page) in makers(stage, is_old_first) {
                add(maker, export(page, format, end).await?);
                if maker == Maker::Here {
                    let longest = longest_task(page, &format!("{sales} as {format}")).await?;
                    results.longest_tasks.extend(longest);
                }
            }
            for peer in peers_of(format, sales, end) {
                let took = stage.browser.make(*peer, end).await?;
                add(Maker::InBrowser(*peer), took);
            }
            add(Maker::Native, stage.native.copy(format)?);
        }
    }
    for (name, file, end) in wholes_of(sales) {
        for (maker, page) in makers(stage, is_old_first) {
            let took = download(page, name, file, end).await?;
            results.wholes.push(Whole {
                sales,
                name,
                maker,
                took,
            });
            if maker == Maker::Here {
                let longest = longest_task(page, &format!("{sales}, {name}")).await?;
                results.longest_tasks.extend(longest);
            }
        }
    }
    Ok(())
}
