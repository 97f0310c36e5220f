//! Native `DuckDB` reads what the page Export saves: files of tables, the database file and the script.

use crate::expected::ANSWERS;
use crate::export::{assert_answer, download, download_zip, open_export};
use browser_tests::{Outcome, Setup, story};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Has native DuckDB answer from what was exported.
fn assert_answered_natively(exported: &Path, format: &str) -> Outcome {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/answer-natively.mjs");
    let output = Command::new("node")
        .arg(script)
        .arg(exported)
        .arg(format)
        .output()?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let rows: Vec<Vec<Value>> = serde_json::from_slice(&output.stdout)?;
    let answer = ANSWERS
        .iter()
        .find(|answer| answer.name == "Revenue by customer and category");
    assert_answer(answer.expect("the answer"), &rows);
    Ok(())
}

/// The four tables, taken out, are the whole mart: native `DuckDB` answers the same from them.
#[tokio::test]
async fn native_duckdb_answers_the_same_from_the_files() -> Outcome {
    const FORMATS: [&str; 3] = ["CSV", "JSON", "Parquet"];
    let folder = tempfile::tempdir()?;
    story(Setup::default(), async |page| {
        open_export(page).await?;
        for format in FORMATS {
            for (path, content) in download_zip(page, format).await? {
                let file = Path::new(&path).file_name().expect("a name");
                std::fs::write(folder.path().join(file), content)?;
            }
        }
        Ok(())
    })
    .await?;
    for format in FORMATS {
        assert_answered_natively(folder.path(), &format.to_lowercase())?;
    }
    Ok(())
}

#[tokio::test]
async fn native_duckdb_opens_the_database_file() -> Outcome {
    const FILE: &str = "mini_data_mart.duckdb";
    let folder = tempfile::tempdir()?;
    story(Setup::default(), async |page| {
        open_export(page).await?;
        // The second one is written where the first one was.
        for _ in 0..2 {
            let bytes = page
                .download("button", &format!("Download {FILE}"), FILE)
                .await?;
            std::fs::write(folder.path().join(FILE), bytes)?;
        }
        // The mart is what it was.
        download(page, "fact_sales", "CSV").await?;
        Ok(())
    })
    .await?;
    assert_answered_natively(&folder.path().join(FILE), "duckdb")
}

#[tokio::test]
async fn native_duckdb_runs_the_script() -> Outcome {
    const FILE: &str = "mini_data_mart.sql";
    let folder = tempfile::tempdir()?;
    story(Setup::default(), async |page| {
        open_export(page).await?;
        let bytes = page
            .download("button", &format!("Download {FILE}"), FILE)
            .await?;
        std::fs::write(folder.path().join(FILE), bytes)?;
        Ok(())
    })
    .await?;
    assert_answered_natively(&folder.path().join(FILE), "sql")
}
