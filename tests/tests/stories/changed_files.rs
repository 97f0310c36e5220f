//! Files that change, or are gone, after they were chosen.

use std::fs;

use browser_tests::{BUILD, Outcome, SOON, Setup, story};

use crate::opened::{make, open};
use crate::sql::{go_to_sql, run};

const SALES: &str = "\
order_date,customer_name,region,product_name,category,quantity,unit_price
2026-01-05,Ann,North,Pen,Stationery,3,1.5
";

#[tokio::test]
async fn a_file_that_has_changed_is_asked_for_again_and_the_mart_stays() -> Outcome {
    story(Setup::default(), async |page| {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("sales.csv");
        fs::write(&path, SALES)?;
        page.open_built().await?;
        page.go("Sources").await?;
        page.choose_file("Sales file", &path).await?;
        page.wait(BUILD, "the mart", async || {
            let status = page.js("return document.body.innerText;", &[]).await?;
            let text = status.as_str().unwrap_or_default();
            Ok(text.contains("Mart built from sales.csv").then_some(()))
        })
        .await?;
        for is_gone in [false, true] {
            if is_gone {
                fs::remove_file(&path)?;
            } else {
                fs::write(&path, SALES.replace("3,1.5", "4,1.5") + "\n")?;
            }
            page.go("Mart").await?;
            page.click("button", "Rebuild mart").await?;
            page.alert_contains(
                SOON,
                &[
                    "sales.csv was changed, moved or deleted",
                    "Nothing was changed",
                ],
            )
            .await?;
            page.click("button", "Dismiss").await?;
            page.status_contains("Mart built from sales.csv").await?;
        }
        Ok(())
    })
    .await
}

/// A database file is read when its rows are asked for.
#[tokio::test]
async fn a_database_that_is_gone_is_asked_for_again() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("big.duckdb");
    make(
        &path,
        "CREATE TABLE t AS SELECT i, 'x' || i AS s FROM range(1000000) t(i)",
    )?;
    let setup = Setup {
        expected_errors: vec!["FileReaderSync"],
        ..Setup::default()
    };
    story(setup, async |page| {
        page.open_built().await?;
        open(page, &path).await?;
        fs::remove_file(&path)?;
        go_to_sql(page).await?;
        run(page, "SELECT max(s) FROM t").await?;
        page.alert_contains(SOON, &["changed, moved or deleted", "page Sources"])
            .await?;
        page.go("Mart").await?;
        page.click("button", "Rebuild mart").await?;
        let words = [
            "big.duckdb was changed, moved or deleted",
            "Nothing was changed",
        ];
        page.alert_contains(SOON, &words).await?;
        page.status_contains("big.duckdb opened in").await
    })
    .await
}
