//! Exports of generated sales, small and big, in turns with peers that write the same rows: every round generates each
//! number of sales in all of them and has the files made one after the other. What is told of the app begins with the
//! click and ends when the file is whole: closed on disk, or saved by the browser in its folder of downloads.

use crate::PATIENCE;
use crate::ends::End;
use crate::memory::Tab;
use crate::peers::{BrowserPeer, InBrowser, NativePeer};
use crate::report::{Limit, Measure};
use crate::timeline::{LONG_TASKS, LONGEST_TASK, WATCH, repainted, since_click, start_of};
use browser_tests::{BUILD, Browser, Outcome, Page, SAVE_INTO_OPFS, Server, Setup};
use mart::encode::Format;
use mart::{GeneratedSales, Plan, mini_data_mart};
use serde_json::json;
use std::pin::pin;
use std::time::Duration;

/// How many sales, and in how many rounds at most.
const SIZES: [(GeneratedSales, usize); 4] = [
    (GeneratedSales::TenThousand, 5),
    (GeneratedSales::HundredThousand, 5),
    (GeneratedSales::Million, 5),
    (GeneratedSales::TenMillion, 3),
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

/// A script for the page: marks when nothing goes on any more.
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

/// Who makes a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Maker {
    Here,
    InBrowser(InBrowser),
    Native,
}

/// A file that was made, and the milliseconds it took.
struct Made {
    sales: GeneratedSales,
    format: Format,
    end: End,
    maker: Maker,
    took: f64,
}

/// What all rounds have brought.
#[derive(Default)]
struct Results {
    generated: Vec<(GeneratedSales, f64)>,
    made: Vec<Made>,
    wholes: Vec<(GeneratedSales, &'static str, f64)>,
    longest_tasks: Vec<f64>,
    memory: Vec<f64>,
    cancelled: Vec<f64>,
    files_left: Vec<f64>,
}

struct Stage {
    page: Page,
    browser: BrowserPeer,
    native: NativePeer,
}

pub(crate) async fn exports(server: &Server, runs: usize) -> Outcome<Vec<Measure>> {
    let setup = Setup {
        scripts: vec![WATCH, SAVE_INTO_OPFS, LONG_TASKS, MARK_IDLE],
        ..Setup::default()
    };
    let browser = Browser::start(&setup, &server.origin()).await?;
    let mut stage = Stage {
        page: Page::new(browser, server.origin()),
        browser: BrowserPeer::start(server).await?,
        native: NativePeer::start()?,
    };
    let measured = measure(&mut stage, runs).await;
    stage.page.close().await?;
    stage.browser.close().await?;
    measured
}

async fn measure(stage: &mut Stage, runs: usize) -> Outcome<Vec<Measure>> {
    let mut results = Results::default();
    stage.page.tab().set_script_timeout(PATIENCE).await?;
    stage.page.open("").await?;
    start_of(&stage.page, "answers-painted").await?;
    for round in 1..=runs {
        for (sales, _) in SIZES.into_iter().filter(|(_, most)| round <= *most) {
            eprint!("\rround {round}: {sales} sales      ");
            results.round(stage, sales).await?;
        }
    }
    // The last round may have ended with fewer.
    generate(&stage.page, GeneratedSales::TenMillion).await?;
    for run in 1..=runs.min(AGAIN) {
        eprint!("\rmemory and Cancel, run {run}     ");
        let grown = memory(&stage.page).await?;
        results.memory.extend(grown);
        let (took, files) = cancel(&stage.page).await?;
        results.cancelled.push(took);
        results.files_left.push(files);
    }
    eprintln!();
    Ok(results.measures())
}

async fn generate(page: &Page, sales: GeneratedSales) -> Outcome<f64> {
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
    let told = since_click(page, "export-done").await?;
    end.settle(page, file, told).await
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

/// From the click on `Cancel`, when rows are flowing to disk, until nothing goes on; and how many files are left then.
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

/// The longest task of more than 50 ms in an export, told with what was exported; 0 where there was none.
async fn longest_task(page: &Page, what: &str) -> Outcome<Option<f64>> {
    let longest = page.js(LONGEST_TASK, &[]).await?.as_f64();
    if let Some(longest) = longest.filter(|longest| *longest > 0.0) {
        eprintln!("\n{what}: a task of {longest} ms");
    }
    Ok(longest)
}

/// Where the app puts so many sales: up to half a million a blob, more on disk where the browser can ask for a file.
const fn ends_of(sales: GeneratedSales) -> &'static [End] {
    match sales {
        GeneratedSales::TenThousand | GeneratedSales::HundredThousand => &[End::Blob],
        GeneratedSales::Million => &[End::Blob, End::Disk],
        GeneratedSales::TenMillion => &[End::Disk],
    }
}

/// What is made of all tables together, of so many sales.
fn wholes_of(sales: GeneratedSales) -> impl Iterator<Item = (&'static str, &'static str, End)> {
    let is_made = move |(_, _, end): &(&str, &str, End)| match sales {
        GeneratedSales::TenThousand | GeneratedSales::HundredThousand => false,
        GeneratedSales::Million => true,
        // The database file is made in memory, whatever its size.
        GeneratedSales::TenMillion => *end == End::Blob,
    };
    WHOLES.into_iter().filter(is_made)
}

/// Peers in the browser, where there are some: DuckDB-Wasm by itself writes CSV alone, and has not written 10 million
/// rows of it in two minutes; as JSON they are a longer text than a browser's strings can be.
const fn peers_of(format: Format, sales: GeneratedSales, end: End) -> &'static [InBrowser] {
    match (format, sales, end) {
        (_, GeneratedSales::TenMillion, _) | (Format::Parquet, _, _) => &[],
        (Format::Csv, _, _) => &[InBrowser::Copy],
        (Format::Json, _, End::Blob) => &[InBrowser::ArrowJson],
        (Format::Json, _, End::Disk) => &[InBrowser::ArrowJson, InBrowser::Bytes],
    }
}

impl Results {
    async fn round(&mut self, stage: &mut Stage, sales: GeneratedSales) -> Outcome {
        let Stage {
            page,
            browser,
            native,
        } = stage;
        let took = generate(page, sales).await?;
        self.generated.push((sales, took));
        let steps = Plan::generated(&mini_data_mart(), sales).steps.into_iter();
        let statements: Vec<String> = steps.map(|step| step.sql).collect();
        browser.build(&statements).await?;
        native.build(&statements)?;
        for format in Format::ALL {
            for end in ends_of(sales).iter().copied() {
                let mut add = |maker, took| {
                    self.made.push(Made {
                        sales,
                        format,
                        end,
                        maker,
                        took,
                    });
                };
                add(Maker::Here, export(page, format, end).await?);
                self.longest_tasks
                    .extend(longest_task(page, &format!("{sales} as {format}")).await?);
                for peer in peers_of(format, sales, end) {
                    add(Maker::InBrowser(*peer), browser.make(*peer, end).await?);
                }
                add(Maker::Native, native.copy(format)?);
            }
        }
        for (name, file, end) in wholes_of(sales) {
            let took = download(page, name, file, end).await?;
            self.wholes.push((sales, name, took));
            self.longest_tasks
                .extend(longest_task(page, &format!("{sales}, {name}")).await?);
        }
        Ok(())
    }

    /// What these files took, round by round.
    fn times(&self, sales: GeneratedSales, format: Format, end: End, maker: Maker) -> Vec<f64> {
        let asked = (sales, format, end, maker);
        self.made
            .iter()
            .filter(|made| (made.sales, made.format, made.end, made.maker) == asked)
            .map(|made| made.took)
            .collect()
    }

    fn measures(self) -> Vec<Measure> {
        let mut measures = Vec::new();
        for (sales, _) in SIZES {
            measures.push(self.generating(sales));
        }
        for format in Format::ALL {
            for (sales, _) in SIZES {
                for end in ends_of(sales) {
                    measures.extend(self.files(sales, format, *end));
                }
            }
            for end in ends_of(GeneratedSales::Million) {
                measures.extend(self.against_peers(format, *end));
            }
            measures.push(self.growth(format));
        }
        for (sales, _) in SIZES {
            for (name, ..) in wholes_of(sales) {
                let asked = |(of, whole, _): &&(_, _, _)| *of == sales && *whole == name;
                let took = self.wholes.iter().filter(asked).map(|(.., took)| *took);
                let title = format!("{sales}, {name}");
                measures.push(Measure::new(title, "ms", Limit::None, took.collect()));
            }
        }
        measures.extend([
            // None is told below 50 ms.
            Measure::new(
                "Long Tasks on the main thread in an export",
                "ms",
                Limit::Never(0.0),
                self.longest_tasks,
            ),
            Measure::new(
                "10 million as CSV, memory beyond DuckDB's",
                "MB",
                Limit::Never(150.0),
                self.memory,
            ),
            Measure::new(
                "Cancel of 10 million as CSV",
                "ms",
                Limit::Never(500.0),
                self.cancelled,
            ),
            Measure::new("files left by it", "", Limit::Never(0.0), self.files_left),
        ]);
        measures
    }

    fn generating(&self, sales: GeneratedSales) -> Measure {
        let limit = match sales {
            GeneratedSales::Million => Limit::AtMost(1_500.0),
            GeneratedSales::TenMillion => Limit::AtMost(10_000.0),
            GeneratedSales::TenThousand | GeneratedSales::HundredThousand => Limit::None,
        };
        let took = self.generated.iter().filter(|(size, _)| *size == sales);
        let name = format!("{sales} generated sales to repainted");
        Measure::new(name, "ms", limit, took.map(|(_, took)| *took).collect())
    }

    /// What files of one kind took each of their makers.
    fn files(&self, sales: GeneratedSales, format: Format, end: End) -> Vec<Measure> {
        let peers = peers_of(format, sales, end).iter().copied();
        let makers = [Maker::Here]
            .into_iter()
            .chain(peers.map(Maker::InBrowser))
            .chain([Maker::Native]);
        let measure = |maker: Maker| {
            let name = format!("{sales} as {format}, {}, {}", end.name(), maker.name());
            Measure::new(
                name,
                "ms",
                Limit::None,
                self.times(sales, format, end, maker),
            )
        };
        makers.map(measure).collect()
    }

    /// This app's time for a million sales beside the others', round by round.
    fn against_peers(&self, format: Format, end: End) -> Vec<Measure> {
        let times = |maker| self.times(GeneratedSales::Million, format, end, maker);
        let here = times(Maker::Here);
        let peers = peers_of(format, GeneratedSales::Million, end).iter();
        let makers = peers.copied().map(Maker::InBrowser).chain([Maker::Native]);
        let ratio = |maker: Maker| {
            let (relation, limit) = match (maker, format) {
                (Maker::InBrowser(InBrowser::Copy), _) => ("faster than", Limit::AtLeast(3.0)),
                (Maker::InBrowser(InBrowser::ArrowJson), _) => ("faster than", Limit::AtLeast(4.0)),
                (Maker::Native, Format::Parquet) => ("against", Limit::AtMost(4.0)),
                (Maker::Native, _) => ("against", Limit::AtMost(2.5)),
                (Maker::InBrowser(InBrowser::Bytes) | Maker::Here, _) => ("against", Limit::None),
            };
            let ratios = match limit {
                Limit::AtLeast(_) => quotients(&times(maker), &here),
                _ => quotients(&here, &times(maker)),
            };
            let name = format!(
                "1 million as {format}, {}, {relation} {}",
                end.name(),
                maker.name()
            );
            Measure::new(name, "x", limit, ratios)
        };
        makers.map(ratio).collect()
    }

    fn growth(&self, format: Format) -> Measure {
        let times = |sales| self.times(sales, format, End::Disk, Maker::Here);
        Measure::new(
            format!("{format}, to disk, 10 million against 1 million"),
            "x",
            Limit::AtMost(12.0),
            quotients(
                &times(GeneratedSales::TenMillion),
                &times(GeneratedSales::Million),
            ),
        )
    }
}

impl Maker {
    fn name(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::InBrowser(InBrowser::Copy) => "DuckDB-Wasm's COPY",
            Self::InBrowser(InBrowser::ArrowJson) => "apache-arrow",
            Self::InBrowser(InBrowser::Bytes) => "only writing it",
            Self::Native => "native DuckDB",
        }
    }
}

fn quotients(dividends: &[f64], divisors: &[f64]) -> Vec<f64> {
    let pairs = dividends.iter().zip(divisors);
    pairs
        .map(|(dividend, divisor)| dividend / divisor)
        .collect()
}
