//! The page Export: what is downloaded is read back with tools that are not ours.

use crate::expected::{ANSWERS, Answer, TABLES, file_stem};
use crate::sql::{open_sql, run, save, text_contains};
use crate::{behind_its_back, comes_to_rest};
use browser_tests::{ANY, Failure, Fault, KEEP_WORKERS, Outcome, Page, SOON, Setup, story};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};

/// Everything that has a file of its own: its name on the page.
fn exported() -> impl Iterator<Item = &'static str> {
    TABLES
        .iter()
        .map(|(name, _)| *name)
        .chain(ANSWERS.iter().map(|answer| answer.name))
}

/// The report of the quality checks in a zip.
const QUALITY: [&str; 2] = ["data/quality/checks.csv", "data/quality/checks.json"];

pub(crate) async fn open_export(page: &Page) -> Outcome {
    page.open_built().await?;
    page.go("Export").await
}

pub(crate) async fn download(page: &Page, name: &str, format: &str) -> Outcome<Vec<u8>> {
    let file = format!("{}.{}", file_stem(name), format.to_lowercase());
    page.download("button", &format!("Download {name} as {format}"), &file)
        .await
}

pub(crate) async fn download_zip(page: &Page, format: &str) -> Outcome<BTreeMap<String, Vec<u8>>> {
    let file = format!("mini_data_mart-{}.zip", format.to_lowercase());
    let bytes = page
        .download("button", &format!("Download all as {format}"), &file)
        .await?;
    unzip(bytes)
}

/// The files in a zip, by their paths.
pub(crate) fn unzip(bytes: Vec<u8>) -> Outcome<BTreeMap<String, Vec<u8>>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let mut content = Vec::new();
        entry.read_to_end(&mut content)?;
        files.insert(entry.name()?.to_string(), content);
    }
    Ok(files)
}

fn read_csv(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_reader(bytes);
    let words = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let head = words(reader.headers().expect("a head"));
    (
        head,
        reader
            .records()
            .map(|row| words(&row.expect("a row")))
            .collect(),
    )
}

/// Whether a cell of a file is the expected value: numbers by value, everything else to the letter.
fn same(expected: &Value, cell: &Value) -> bool {
    match (expected.as_f64(), cell.as_f64()) {
        (Some(expected), Some(cell)) => (expected - cell).abs() < 1e-6,
        _ => expected == cell,
    }
}

pub(crate) fn assert_answer(answer: &Answer, rows: &[Vec<Value>]) {
    let right = |(expected, row): (&Vec<Value>, &Vec<Value>)| {
        expected.len() == row.len()
            && expected
                .iter()
                .zip(row)
                .all(|(expected, cell)| same(expected, cell))
    };
    assert_eq!(answer.rows.len(), rows.len(), "{}", answer.name);
    assert!(
        answer.rows.iter().zip(rows).all(right),
        "{}: {rows:?}",
        answer.name
    );
}

#[tokio::test]
async fn csv_files_carry_every_row() -> Outcome {
    story(Setup::default(), async |page| {
        open_export(page).await?;
        for (name, count) in TABLES {
            let bytes = download(page, name, "CSV").await?;
            let (head, rows) = read_csv(&bytes);
            assert_eq!(rows.len(), count, "{name}");
            assert!(rows.iter().all(|row| row.len() == head.len()), "{name}");
        }
        for answer in &*ANSWERS {
            let (head, rows) = read_csv(&download(page, answer.name, "CSV").await?);
            assert_eq!(head, answer.columns, "{}", answer.name);
            // In CSV all is text: a number is one where a number is expected.
            let value = |(expected, cell): (&Value, String)| match expected {
                Value::Number(_) => cell.parse::<f64>().map_or(Value::Null, Value::from),
                _ => Value::from(cell),
            };
            let rows: Vec<Vec<Value>> = answer
                .rows
                .iter()
                .zip(rows)
                .map(|(expected, row)| expected.iter().zip(row).map(value).collect())
                .collect();
            assert_answer(answer, &rows);
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn json_files_carry_values_as_what_they_are() -> Outcome {
    story(Setup::default(), async |page| {
        open_export(page).await?;
        for (name, count) in TABLES {
            let rows: Vec<Value> = serde_json::from_slice(&download(page, name, "JSON").await?)?;
            assert_eq!(rows.len(), count, "{name}");
            let first = &rows[0];
            match name {
                "dim_date" => assert_eq!(first["date"], "2025-10-01"),
                "fact_sales" => {
                    assert!(
                        first["sale_id"].is_u64() && first["quantity"].is_u64(),
                        "{first}"
                    );
                    assert!(first["unit_price"].is_number(), "{first}");
                    assert_eq!(
                        first["order_date"].as_str().map(str::len),
                        Some(10),
                        "{first}"
                    );
                }
                _ => assert!(
                    first.as_object().is_some_and(|row| row.len() == 3),
                    "{first}"
                ),
            }
        }
        for answer in &*ANSWERS {
            let rows: Vec<Value> =
                serde_json::from_slice(&download(page, answer.name, "JSON").await?)?;
            let cells = |row: &Value| {
                answer
                    .columns
                    .iter()
                    .map(|column| row[column].clone())
                    .collect()
            };
            assert_answer(answer, &rows.iter().map(cells).collect::<Vec<_>>());
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn one_zip_holds_all_the_files() -> Outcome {
    story(Setup::default(), async |page| {
        open_export(page).await?;
        for format in ["CSV", "JSON", "Parquet"] {
            let files = download_zip(page, format).await?;
            let mut names: Vec<_> = exported()
                .map(|name| {
                    format!(
                        "data/{format}-export/{}.{}",
                        file_stem(name),
                        format.to_lowercase()
                    )
                })
                .chain(QUALITY.map(str::to_owned))
                .collect();
            names.sort();
            assert_eq!(files.keys().cloned().collect::<Vec<_>>(), names);
            for name in ["dim_customer", "Revenue by month"] {
                let alone = download(page, name, format).await?;
                let path = format!(
                    "data/{format}-export/{}.{}",
                    file_stem(name),
                    format.to_lowercase()
                );
                assert_eq!(files[&path], alone, "{path}");
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn files_look_as_they_were_asked_for() -> Outcome {
    story(Setup::default(), async |page| {
        open_export(page).await?;
        let delimiter = page.by_role("combobox", "CSV delimiter").await?;
        delimiter.send_keys("semicolon").await?;
        let layout = page.by_role("combobox", "JSON layout").await?;
        layout.send_keys("one object per line").await?;
        page.click("checkbox", "CSV header").await?;
        page.click("checkbox", "CSV byte-order mark").await?;
        let csv = download(page, "Revenue by region", "CSV").await?;
        assert_eq!(
            String::from_utf8(csv)?,
            "\u{feff}North;22990.47\r\nSouth;17098.21\r\nEast;16298.33\r\nWest;12154.66\r\n"
        );
        let button = "Download Revenue by region as JSON";
        let lines = page
            .download("button", button, "revenue_by_region.ndjson")
            .await?;
        assert!(
            String::from_utf8(lines)?.starts_with("{\"region\":\"North\",\"revenue\":22990.47}\n{"),
        );

        // What makes no readable file is refused, and nothing is saved.
        let null = page.by_role("textbox", "CSV text for NULL").await?;
        null.send_keys("a;b").await?;
        page.click("button", "Download dim_date as CSV").await?;
        page.alert_contains(
            SOON,
            &["a;b", "it holds the delimiter", "No file was saved"],
        )
        .await?;
        // It is no matter to a file that has no such text.
        page.download("button", "Download dim_date as Parquet", "dim_date.parquet")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_downloads_by_keyboard_goes_on_from_there() -> Outcome {
    const NAME: &str = "Download dim_date as CSV";
    story(Setup::default(), async |page| {
        open_export(page).await?;
        let button = page.by_role("button", NAME).await?;
        button.focus().await?;
        button.send_keys("\u{e007}").await?;
        fs::remove_file(page.arrival("dim_date.csv").await?)?;
        comes_to_rest(page).await?;
        let focused = page
            .js("return document.activeElement.ariaLabel;", &[])
            .await?;
        assert_eq!(focused, NAME);
        Ok(())
    })
    .await
}

/// The name of a query is a person's own: it may be that of a table, and the query may be wrong.
#[tokio::test]
async fn a_zip_holds_queries_of_any_name_and_tells_the_one_that_fails() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        save(page, "dim_date", "SELECT 1 AS one").await?;
        page.go("Export").await?;
        let files = download_zip(page, "CSV").await?;
        assert_eq!(files.len(), exported().count() + QUALITY.len() + 1);
        let file = |name: &str| files.get(&format!("data/CSV-export/{name}.csv"));
        assert_eq!(
            file("dim_date 2").map(Vec::as_slice),
            Some(&b"one\r\n1\r\n"[..])
        );
        assert!(file("dim_date").is_some_and(|table| table.starts_with(b"date,year,")));

        page.go("SQL").await?;
        // A query that cannot be asked is not saved; but its table may go.
        run(page, "CREATE TABLE nowhere (one INTEGER)").await?;
        text_contains(page, "Done").await?;
        save(page, "Broken", "FROM nowhere").await?;
        text_contains(page, "Saved Broken").await?;
        run(page, "DROP TABLE nowhere").await?;
        text_contains(page, "Done").await?;
        page.go("Export").await?;
        page.click("button", "Download all as CSV").await?;
        let told = [
            "mini_data_mart-csv.zip failed",
            "At Broken: ",
            "nowhere",
            "No file was saved",
        ];
        page.alert_contains(SOON, &told).await?;
        page.click("button", "Dismiss").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_limited_on_another_page_is_said_beside_its_downloads() -> Outcome {
    const SAID: &str = "Filtered: Nov 2025";
    let said = async |page: &Page| {
        let text = page.js("return document.body.innerText;", &[]).await?;
        Ok::<_, Failure>(text.as_str().unwrap_or_default().contains(SAID))
    };
    story(Setup::default(), async |page| {
        open_export(page).await?;
        assert!(!said(page).await?);
        page.go("Mart").await?;
        page.choose("Period", "2025-11").await?;
        page.go("Export").await?;
        assert!(said(page).await?);
        let csv = download(page, "Revenue by month", "CSV").await?;
        assert_eq!(String::from_utf8(csv)?.lines().count(), 2);
        Ok(())
    })
    .await
}

/// A statement of one's own may have changed a table.
#[tokio::test]
async fn a_column_that_was_added_is_exported_too() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(
            page,
            "ALTER TABLE fact_sales ADD COLUMN note VARCHAR DEFAULT 'new'",
        )
        .await?;
        page.go("Export").await?;
        let csv = String::from_utf8(download(page, "fact_sales", "CSV").await?)?;
        let mut lines = csv.lines();
        assert!(
            lines
                .next()
                .is_some_and(|head| head.ends_with(",unit_price,note")),
            "{csv}"
        );
        assert!(
            lines.next().is_some_and(|row| row.ends_with(",new")),
            "{csv}"
        );
        // The script would make the mart without it.
        page.click("button", "Download mini_data_mart.sql").await?;
        page.alert_contains(SOON, &["At fact_sales: ", "note", "No file was saved"])
            .await?;
        page.click("button", "Dismiss").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_encoder_that_does_not_come_is_told_or_not_waited_for() -> Outcome {
    let table = [
        ("worker_bg.wasm", Fault::NotFound),
        ("worker_bg.wasm", Fault::CutAfter(100_000)),
        ("/worker.js", Fault::NotFound),
        ("start-worker.js", Fault::NotFound),
    ];
    let setup = Setup {
        // The browser itself reports what could not be loaded.
        expected_errors: vec![ANY],
        ..Setup::default()
    };
    story(setup, async |page| {
        open_export(page).await?;
        for (file, fault) in table {
            page.server.fail(file, fault);
            page.click("button", "Download dim_date as CSV").await?;
            let told = [
                "Exporting dim_date.csv failed",
                "Try again",
                "No file was saved",
            ];
            page.alert_contains(SOON, &told).await?;
            page.click("button", "Dismiss").await?;
            page.server.heal();
        }
        page.server.fail("worker_bg.wasm", Fault::Stall);
        page.click("button", "Download dim_date as CSV").await?;
        page.click("button", "Cancel").await?;
        comes_to_rest(page).await?;
        page.server.heal();
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        download(page, "dim_date", "JSON").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_error_in_a_later_row_is_told_and_nothing_is_saved() -> Outcome {
    let setup = Setup {
        scripts: vec![KEEP_WORKERS],
        ..Setup::default()
    };
    story(setup, async |page| {
        open_export(page).await?;
        behind_its_back(
            page,
            "DROP TABLE fact_sales;
             CREATE VIEW fact_sales AS
             SELECT i AS sale_id, 1 AS customer_id, 10 AS product_id, DATE '2025-10-01' AS order_date,
                    CASE WHEN i = 500000 THEN CAST(error('row 500000 is broken') AS INTEGER) ELSE 1 END AS quantity,
                    1.5 AS unit_price
             FROM range(1000000) t(i)",
        )
        .await?;
        for name in ["Download fact_sales as CSV", "Download all as JSON"] {
            page.click("button", name).await?;
            page.alert_contains(SOON, &["row 500000 is broken", "No file was saved"])
                .await?;
            page.click("button", "Dismiss").await?;
        }
        // The page goes on, and only what is asked for now arrives.
        download(page, "dim_customer", "CSV").await?;
        Ok(())
    })
    .await
}

/// The browser's every request for another origin goes to a proxy that refuses it, and remembers it
/// ([`browser_tests::Server`]): so it is in each story, and in this one nothing that can be exported is left out.
#[tokio::test]
async fn everything_is_written_with_no_network_but_the_pages_own_origin() -> Outcome {
    const FILES: [&str; 2] = ["mini_data_mart.duckdb", "mini_data_mart.sql"];
    story(Setup::default(), async |stage| {
        open_export(stage).await?;
        for format in ["CSV", "JSON", "Parquet"] {
            for name in exported() {
                assert!(!download(stage, name, format).await?.is_empty(), "{name}");
            }
            let files = download_zip(stage, format).await?;
            assert_eq!(files.len(), exported().count() + QUALITY.len());
        }
        for file in FILES {
            let bytes = stage
                .download("button", &format!("Download {file}"), file)
                .await?;
            assert!(!bytes.is_empty(), "{file}");
        }
        assert_eq!(stage.alerts().await?, Vec::<String>::new());
        let foreign: Vec<_> = stage
            .server
            .requests()
            .into_iter()
            .filter(|request| request.is_foreign() && !request.is_of_the_browser())
            .collect();
        assert_eq!(foreign, []);
        Ok(())
    })
    .await
}
