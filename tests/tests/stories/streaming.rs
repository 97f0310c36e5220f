//! Exports of many chunks: written to disk while they are made, or kept by the browser, or not there at all. The dialog
//! cannot be driven; what it would give is a file in the origin's private file system ([`SAVE_INTO_OPFS`]).

use crate::generate::{build, generate};
use crate::{behind_its_back, comes_to_rest};
use browser_tests::{
    BUILD, KEEP_WORKERS, Outcome, Page, SAVE_INTO_OPFS, SOON, Setup, Stage, story,
};
use mart::{Plan, shipped};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The facts that the page counted are a million; those that it meets are these.
pub(crate) const ENDLESS: &str = "
    DROP TABLE fact_sales;
    CREATE VIEW fact_sales AS
    SELECT i AS sale_id, 1 AS customer_id, 10 AS product_id, DATE '2025-10-01' AS order_date, 1 AS quantity, 1.5 AS unit_price
    FROM range(10000000000) t(i)";
const BROKEN: &str = "
    DROP TABLE fact_sales;
    CREATE VIEW fact_sales AS
    SELECT i AS sale_id, 1 AS customer_id, 10 AS product_id, DATE '2025-10-01' AS order_date,
           CASE WHEN i = 500000 THEN CAST(error('row 500000 is broken') AS INTEGER) ELSE 1 END AS quantity,
           1.5 AS unit_price
    FROM range(1000000) t(i)";

/// Nobody saves anything: the dialog is closed.
const DISMISS: &str = "
    window.__asked = [];
    window.showSaveFilePicker = ({ suggestedName }) => {
        window.__asked.push(suggestedName);
        return Promise.reject(new DOMException('The user aborted a request.', 'AbortError'));
    };";

/// Another writer holds the file, as one that was just given up does for a moment: until it could not be removed.
const HOLD: &str = "{
    const pick = window.showSaveFilePicker;
    window.showSaveFilePicker = async (options) => {
        const file = await pick(options);
        const writer = await file.createWritable();
        const remove = file.remove.bind(file);
        file.remove = async () => {
            try {
                return await remove();
            } catch (error) {
                await writer.abort();
                throw error;
            }
        };
        return file;
    };
}";

const COUNT_LINES: &str = "
    const [name, answer] = arguments;
    (async () => {
        const folder = await navigator.storage.getDirectory();
        const file = await (await folder.getFileHandle(name)).getFile();
        let lines = 0;
        for await (const bytes of file.stream())
            for (const byte of bytes) if (byte === 10) lines += 1;
        return lines;
    })().then(answer);";

/// Lets the browser save a file of the private file system among the downloads.
const SAVE_A_COPY: &str = "
    const [name, answer] = arguments;
    (async () => {
        const folder = await navigator.storage.getDirectory();
        const link = document.createElement('a');
        link.href = URL.createObjectURL(await (await folder.getFileHandle(name)).getFile());
        link.download = name;
        link.click();
    })().then(answer);";

/// A browser without the dialog.
const NO_DIALOG: &str = "delete window.showSaveFilePicker;";

/// Tells a story that begins on the page Export, with a million sales in the mart.
async fn with_a_million(
    scripts: Vec<&'static str>,
    mut tell: impl AsyncFnMut(&Stage) -> Outcome,
) -> Outcome {
    let setup = Setup {
        scripts,
        ..Setup::default()
    };
    story(setup, async |stage| {
        stage.open_built().await?;
        generate(stage, "1 million").await?;
        stage.go("Export").await?;
        tell(stage).await
    })
    .await
}

async fn stream_all(page: &Page, name: &str, file: &str) -> Outcome {
    let done = page.marks("export-done").await?;
    page.click("button", name).await?;
    page.mark_after("export-done", done).await?;
    let files = page.private_files().await?;
    assert_eq!(files.keys().collect::<Vec<_>>(), [file]);
    assert_eq!(page.alerts().await?, Vec::<String>::new());
    Ok(())
}

/// Names that the page has asked to save under.
async fn asked(page: &Page) -> Outcome<Value> {
    page.js("return window.__asked;", &[]).await
}

/// No file, of any name or size, is left on disk or among the downloads.
async fn nothing_is_saved(page: &Page) -> Outcome {
    assert_eq!(page.private_files().await?, BTreeMap::new());
    assert_eq!(fs::read_dir(page.downloads())?.count(), 0);
    Ok(())
}

#[tokio::test]
async fn a_million_rows_go_to_disk() -> Outcome {
    with_a_million(vec![SAVE_INTO_OPFS], async |page| {
        stream_all(page, "Download fact_sales as CSV", "fact_sales.csv").await?;
        let lines = page
            .js_async(COUNT_LINES, &[json!("fact_sales.csv")])
            .await?;
        assert_eq!(lines, 1_000_001);
        assert_eq!(asked(page).await?, json!(["fact_sales.csv"]));
        // What is small is still saved as the browser saves all.
        page.download("button", "Download dim_date as CSV", "dim_date.csv")
            .await?;
        assert_eq!(asked(page).await?, json!(["fact_sales.csv"]));
        Ok(())
    })
    .await
}

/// Rows of each file, and how many of all differ from those that native `DuckDB` generates.
fn compared(folder: &Path, files: &[String]) -> Outcome<String> {
    let package = shipped::built_in();
    let generator = &package.model().generators()[0];
    let million = generator.sizes.iter().find(|size| size.rows == 1_000_000);
    let steps = Plan::generated(&package, generator, million.expect("a million")).steps;
    let statements: Vec<_> = steps.into_iter().map(|step| step.sql).collect();
    let build = folder.join("build.json");
    fs::write(&build, serde_json::to_vec(&statements)?)?;
    let output = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/compare-natively.mjs"))
        .arg(build)
        .args(files.iter().map(|file| folder.join(file)))
        .stderr(Stdio::inherit())
        .output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test]
async fn a_million_rows_are_native_duckdbs_saved_and_from_disk() -> Outcome {
    let files = ["CSV", "JSON", "Parquet"].map(|format| {
        let name = format!("Download fact_sales as {format}");
        (name, format!("fact_sales.{}", format.to_lowercase()))
    });
    let (to_disk, saved) = (tempfile::tempdir()?, tempfile::tempdir()?);
    with_a_million(vec![SAVE_INTO_OPFS], async |page| {
        for (name, file) in &files {
            stream_all(page, name, file).await?;
            page.js_async(SAVE_A_COPY, &[json!(file)]).await?;
            fs::rename(page.arrival(file).await?, to_disk.path().join(file))?;
            page.remove_private_files().await?;
        }
        page.js(NO_DIALOG, &[]).await?;
        for (name, file) in &files {
            page.click("button", name).await?;
            fs::rename(page.arrival(file).await?, saved.path().join(file))?;
        }
        Ok(())
    })
    .await?;
    let files = files.map(|(_, file)| file);
    for folder in [to_disk, saved] {
        let compared = compared(folder.path(), &files)?;
        assert_eq!(compared, "[1000000,0]\n".repeat(files.len()));
    }
    Ok(())
}

#[tokio::test]
async fn a_stream_tells_how_far_it_is_and_is_cancelled() -> Outcome {
    with_a_million(vec![KEEP_WORKERS, SAVE_INTO_OPFS], async |page| {
        behind_its_back(page, ENDLESS).await?;
        for format in ["CSV", "JSON", "Parquet"] {
            let name = format!("Download fact_sales as {format}");
            page.click("button", &name).await?;
            page.wait(BUILD, "rows and bytes", async || {
                let bars = page.names("progressbar").await?;
                let told = |bar: &String| bar.contains(" rows, ") && bar.ends_with(" MB");
                Ok(bars.iter().any(told).then_some(()))
            })
            .await?;
            let clicked = Instant::now();
            page.click("button", "Cancel").await?;
            comes_to_rest(page).await?;
            // It is told to take half a second at most; what the driver takes to click and to look is in this.
            let took = clicked.elapsed();
            assert!(took < Duration::from_secs(2), "{format}: {took:?}");
            nothing_is_saved(page).await?;
            assert_eq!(page.alerts().await?, Vec::<String>::new());
            assert_eq!(page.marks("export-done").await?, 0);
        }
        // All of them in one zip, and as a script.
        for name in ["all as Parquet", "mini_data_mart.sql"] {
            page.click("button", &format!("Download {name}")).await?;
            page.wait(BUILD, "rows and bytes", async || {
                let bars = page.names("progressbar").await?;
                let told = |bar: &String| bar.contains(": fact_sales, ") && bar.ends_with(" MB");
                Ok(bars.iter().any(told).then_some(()))
            })
            .await?;
            page.click("button", "Cancel").await?;
            comes_to_rest(page).await?;
            nothing_is_saved(page).await?;
        }
        // Whatever comes next, works.
        page.go("Mart").await?;
        let built = page.marks("mart-built").await?;
        page.click("button", "Rebuild mart").await?;
        page.mark_after("mart-built", built).await?;
        page.go("Export").await?;
        stream_all(page, "Download fact_sales as JSON", "fact_sales.json").await
    })
    .await
}

#[tokio::test]
async fn whoever_closes_the_dialog_gets_nothing() -> Outcome {
    with_a_million(vec![DISMISS], async |page| {
        page.click("button", "Download fact_sales as CSV").await?;
        page.wait(SOON, "the dialog", async || {
            Ok((asked(page).await? == json!(["fact_sales.csv"])).then_some(()))
        })
        .await?;
        comes_to_rest(page).await?;
        nothing_is_saved(page).await?;
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        // Only what is asked for now arrives.
        page.download("button", "Download dim_date as CSV", "dim_date.csv")
            .await?;
        assert_eq!(page.marks("export-done").await?, 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_disk_that_is_full_is_told_and_keeps_no_half_of_a_file() -> Outcome {
    with_a_million(vec![SAVE_INTO_OPFS], async |page| {
        let origin = page.server.origin();
        let quota = async |bytes: Option<u64>| {
            let mut parameters = json!({ "origin": origin });
            if let Some(bytes) = bytes {
                parameters["quotaSize"] = json!(bytes);
            }
            page.cdp("Storage.overrideQuotaForOrigin", parameters).await
        };
        quota(Some(5_000_000)).await?;
        for (name, file) in [
            ("fact_sales as CSV", "fact_sales.csv"),
            ("fact_sales as JSON", "fact_sales.json"),
        ] {
            page.click("button", &format!("Download {name}")).await?;
            let failed = format!("Exporting {file} failed");
            let told = [&failed, "written to disk", "No file was saved", "Make room"];
            page.alert_contains(BUILD, &told).await?;
            nothing_is_saved(page).await?;
            page.click("button", "Dismiss").await?;
        }
        quota(None).await?;
        stream_all(page, "Download fact_sales as CSV", "fact_sales.csv").await
    })
    .await
}

#[tokio::test]
async fn a_file_that_is_still_held_is_removed_when_it_is_let_go() -> Outcome {
    with_a_million(vec![KEEP_WORKERS, SAVE_INTO_OPFS, HOLD], async |page| {
        behind_its_back(page, BROKEN).await?;
        page.click("button", "Download fact_sales as CSV").await?;
        page.alert_contains(SOON, &["row 500000 is broken", "No file was saved"])
            .await?;
        nothing_is_saved(page).await
    })
    .await
}

#[tokio::test]
async fn a_database_file_is_cancelled_and_written_anew() -> Outcome {
    const FILE: &str = "mini_data_mart.duckdb";
    story(Setup::default(), async |page| {
        page.open_built().await?;
        build(page, "10 million").await?;
        page.go("Export").await?;
        for _ in 0..2 {
            page.click("button", &format!("Download {FILE}")).await?;
            page.click("button", "Cancel").await?;
            comes_to_rest(page).await?;
            nothing_is_saved(page).await?;
            assert_eq!(page.alerts().await?, Vec::<String>::new());
        }
        generate(page, "10 thousand").await?;
        page.go("Export").await?;
        let bytes = page
            .download("button", &format!("Download {FILE}"), FILE)
            .await?;
        assert_eq!(bytes[8..12], *b"DUCK");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_error_in_a_later_row_leaves_no_file_on_disk() -> Outcome {
    with_a_million(vec![KEEP_WORKERS, SAVE_INTO_OPFS], async |page| {
        behind_its_back(page, BROKEN).await?;
        let names = [
            "fact_sales as CSV",
            "fact_sales as JSON",
            "fact_sales as Parquet",
            "all as CSV",
            "mini_data_mart.sql",
        ];
        for (at, name) in names.into_iter().enumerate() {
            page.click("button", &format!("Download {name}")).await?;
            page.alert_contains(SOON, &["row 500000 is broken", "No file was saved"])
                .await?;
            assert_eq!(
                asked(page).await?.as_array().map(Vec::len),
                Some(at + 1),
                "{name}"
            );
            nothing_is_saved(page).await?;
            page.click("button", "Dismiss").await?;
        }
        assert_eq!(page.marks("export-done").await?, 0);
        Ok(())
    })
    .await
}
