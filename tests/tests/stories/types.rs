//! Every type that a query can return, on screen and in files, wherever the browser is.

use crate::sql::{open_sql, result, run};
use browser_tests::{Outcome, Setup, root, story};
use std::fs;

/// The statements that make a table of them, and what its files are; the core's tests have native `DuckDB` read those.
const STATEMENTS: &str = include_str!("../../../crates/export/tests/native/every_type.sql");

/// The golden file of a format, without what insta notes above it.
fn golden(format: &str) -> Outcome<String> {
    let name = format!("crates/export/tests/native/snapshots/native__formats__{format}.snap");
    let snapshot = fs::read_to_string(root().join(name))?;
    let (_, content) = snapshot
        .strip_prefix("---\n")
        .and_then(|noted| noted.split_once("\n---\n"))
        .expect("a snapshot");
    Ok(content.to_owned())
}

#[tokio::test]
async fn every_type_is_the_same_in_every_time_zone() -> Outcome {
    let mut parquet = Vec::new();
    // Eight hours behind UTC, and thirteen ahead of it.
    for time_zone in ["America/Los_Angeles", "Pacific/Apia"] {
        let setup = Setup {
            time_zone,
            ..Setup::default()
        };
        story(setup, async |page| {
            open_sql(page).await?;
            run(page, &format!("{STATEMENTS}\nFROM every_type ORDER BY id")).await?;
            let rows = result(page, |rows| rows.len() == 5).await?;
            let head = &page.table("Query result").await?[0];
            let columns = head.iter().enumerate();
            let shown: Vec<_> = columns
                .map(|(at, name)| {
                    let values: Vec<_> = rows.iter().map(|row| &row[at]).collect();
                    format!("{name}: {values:?}")
                })
                .collect();
            insta::assert_snapshot!("on_screen", shown.join("\n"));

            page.go("Export").await?;
            let null = page.by_role("textbox", "CSV text for NULL").await?;
            null.send_keys("NULL").await?;
            page.go("SQL").await?;
            let download = async |format: &str| {
                let file = format!("query_result.{}", format.to_lowercase());
                page.download(
                    "button",
                    &format!("Download Query result as {format}"),
                    &file,
                )
                .await
            };
            // A snapshot ends its lines as the system does, and keeps no line break at its end.
            let csv = String::from_utf8(download("CSV").await?)?.replace("\r\n", "\n");
            assert_eq!(csv.trim_end(), golden("csv")?.trim_end());
            let json = String::from_utf8(download("JSON").await?)?;
            assert_eq!(json, golden("json_array")?.trim_end());
            parquet.push(download("Parquet").await?);
            Ok(())
        })
        .await?;
    }
    assert!(parquet[0].starts_with(b"PAR1"));
    assert!(parquet[0] == parquet[1], "the time zone shows");
    Ok(())
}
