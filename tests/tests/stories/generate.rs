//! Generated sales: a mart of a chosen size, its keys enforced or verified, and back.

use crate::dashboard::{figures_say, text_of};
use crate::expected::{money, seed_is_answered};
use crate::sql::{go_to_sql, run, text_contains};
use browser_tests::{Outcome, Page, Setup, story};
use serde_json::Value;

/// What native `DuckDB` answers of the same sales.
fn answer(size: &str, slug: &str) -> Vec<[String; 2]> {
    let golden = include_str!("../../../crates/mart/tests/native/generated.json");
    let golden: Value = serde_json::from_str(golden).expect("JSON");
    let rows = golden[size][slug].as_array().expect("rows");
    rows.iter()
        .map(|row| {
            let name = row[0].as_str().expect("a name").to_owned();
            [name, money(row[1].as_f64().expect("an amount"))]
        })
        .collect()
}

async fn is_answered(page: &Page, size: &str) -> Outcome {
    page.go("Mart").await?;
    page.status_contains(&format!("Mart built from {size} generated sales in"))
        .await?;
    for (name, slug) in [
        ("Revenue by category", "revenue_by_category"),
        ("Revenue by region", "revenue_by_region"),
    ] {
        page.table_rows(name, answer(size, slug)).await?;
    }
    assert_eq!(page.alerts().await?, Vec::<String>::new());
    Ok(())
}

/// Chooses a size and clicks the button.
async fn start(page: &Page, size: &str) -> Outcome {
    page.go("Sources").await?;
    let select = page.by_role("combobox", "Number of sales").await?;
    select.send_keys(size).await?;
    assert_eq!(select.value().await?.as_deref(), Some(size));
    page.click("button", "Generate sales").await
}

/// Builds the mart from so many sales.
pub(crate) async fn build(page: &Page, size: &str) -> Outcome {
    let built = page.marks("mart-built").await?;
    start(page, size).await?;
    page.mark_after("mart-built", built).await.map(drop)
}

/// The same, and the answers are those of native `DuckDB`.
pub(crate) async fn generate(page: &Page, size: &str) -> Outcome {
    build(page, size).await?;
    is_answered(page, size).await
}

/// The word for the keys, in the diagram's panel and on the page Inspect, and every check passes.
async fn keys_are(page: &Page, word: &str, rows: &str) -> Outcome {
    page.go("Mart").await?;
    let said = page.js("return document.body.innerText;", &[]).await?;
    let said = said.as_str().unwrap_or_default().to_owned();
    assert!(said.contains(&format!("Keys {word} by")), "{said}");
    page.go("Inspect").await?;
    let facts = |table: &browser_tests::Table| {
        table
            .iter()
            .any(|row| row[0] == "fact_sales" && row[2] == rows)
    };
    page.table_until("Tables", facts).await?;
    let columns = page.table("Columns of fact_sales").await?;
    let keys: Vec<_> = columns[1..5].iter().map(|row| row[2].as_str()).collect();
    assert_eq!(keys[0], format!("primary key, {word}"));
    assert_eq!(
        keys[3],
        format!("foreign key to dim_date.date, {word}"),
        "{keys:?}"
    );
    let checks = page.table("Quality checks").await?;
    assert!(checks[1..].iter().all(|row| row[1] == "pass"), "{checks:?}");
    Ok(())
}

#[tokio::test]
async fn sales_are_generated_and_the_seed_comes_back() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        keys_are(page, "enforced", "120").await?;
        generate(page, "10 thousand").await?;
        keys_are(page, "enforced", "10,000").await?;
        // Rebuilding stays with what was generated, and gives the same.
        page.go("Mart").await?;
        let built = page.marks("mart-built").await?;
        page.click("button", "Rebuild mart").await?;
        page.mark_after("mart-built", built).await?;
        is_answered(page, "10 thousand").await?;
        generate(page, "100 thousand").await?;
        keys_are(page, "enforced", "100,000").await?;
        page.go("Export").await?;
        let bytes = page
            .download(
                "button",
                "Download Revenue by region as CSV",
                "revenue_by_region.csv",
            )
            .await?;
        let mut exported = Vec::new();
        for row in csv::Reader::from_reader(&bytes[..]).into_records() {
            let row = row?;
            exported.push([row[0].to_owned(), money(row[1].parse()?)]);
        }
        assert_eq!(exported, answer("100 thousand", "revenue_by_region"));
        page.go("Sources").await?;
        let built = page.marks("mart-built").await?;
        page.click("button", "Use sample data").await?;
        page.mark_after("mart-built", built).await?;
        page.go("Mart").await?;
        seed_is_answered(page).await
    })
    .await
}

#[tokio::test]
async fn keys_of_a_million_sales_are_verified() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        generate(page, "1 million").await?;
        let log = page.table("Build log").await?;
        let verified = log.iter().filter(|step| step[0].starts_with("Verify"));
        assert_eq!(verified.count(), 7, "{log:?}");
        keys_are(page, "verified", "1,000,000").await
    })
    .await
}

/// A person's own file is no different: how many rows it has is known when it is staged.
#[tokio::test]
async fn keys_of_a_big_file_are_verified() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("big.csv");
    let mut content = "order_date,customer_name,product_name,quantity,unit_price\n".to_owned();
    for row in 0..100_001 {
        let line = format!("2026-01-{:02},Ann,Pen,1,0.5\n", 1 + row % 28);
        content.push_str(&line);
    }
    std::fs::write(&file, content)?;
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.go("Sources").await?;
        let built = page.marks("mart-built").await?;
        page.choose_file("Sales file", &file).await?;
        page.mark_after("mart-built", built).await?;
        page.go("Mart").await?;
        page.table_rows("Revenue by customer", [["Ann", "50,000.50"]])
            .await?;
        keys_are(page, "verified", "100,001").await
    })
    .await
}

/// Whichever part of the build it comes in: the filling, the checks or the answers.
#[tokio::test]
async fn a_build_that_is_cancelled_leaves_the_mart_that_was_there() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        generate(page, "10 thousand").await?;
        let built = page.marks("mart-built").await?;
        for part in ["Generate 10000000 sales", "Revenue by"] {
            start(page, "10 million").await?;
            page.wait(browser_tests::BUILD, part, async || {
                let bars = page.names("progressbar").await?;
                Ok(bars.iter().any(|bar| bar.contains(part)).then_some(()))
            })
            .await?;
            page.click("button", "Cancel").await?;
            page.wait(browser_tests::SOON, "the end of the build", async || {
                Ok(page.find("button", "Cancel").await?.is_none().then_some(()))
            })
            .await?;
            is_answered(page, "10 thousand").await?;
            assert_eq!(page.marks("mart-built").await?, built);
        }
        keys_are(page, "enforced", "10,000").await?;
        page.go("Mart").await?;
        page.click("button", "Rebuild mart").await?;
        page.mark_after("mart-built", built).await?;
        is_answered(page, "10 thousand").await
    })
    .await
}

/// A small mart is computed again at once; with a large one, whoever writes statements is not held up.
#[tokio::test]
async fn what_statements_change_in_a_large_mart_is_computed_when_asked() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        build(page, "1 million").await?;
        page.go("Mart").await?;
        figures_say(page, "1,000,000").await?;
        go_to_sql(page).await?;
        run(page, "DELETE FROM fact_sales WHERE sale_id > 999990").await?;
        text_contains(page, "10 rows changed").await?;
        page.go("Mart").await?;
        text_contains(page, "may be out of date").await?;
        let before = text_of(page, "group", "Key figures").await?;
        assert!(before.contains("1,000,000"), "{before}");
        page.click("button", "Refresh").await?;
        figures_say(page, "999,990").await?;
        page.go("Inspect").await?;
        let facts = |table: &browser_tests::Table| {
            table
                .iter()
                .any(|row| row[0] == "fact_sales" && row[2] == "999,990")
        };
        page.table_until("Tables", facts).await?;
        Ok(())
    })
    .await
}
