//! The page SQL: the table of a result, its types, widths and rows, what is copied from it and downloaded.

use crate::sql::{open_sql, result, run, text_contains};
use browser_tests::{Failure, Outcome, Page, SOON, Setup, story};
use serde_json::{Value, json};

/// Copies what is selected.
const COPY: &str = "
    const data = new DataTransfer();
    const event = new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
    return data.getData('text/plain');";

#[tokio::test]
async fn a_question_is_answered_with_types_and_in_any_order() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(
            page,
            "SELECT region, count(*) AS customers, NULL AS nothing, '' AS empty, [1, NULL] AS list
             FROM dim_customer GROUP BY region ORDER BY region",
        )
        .await?;
        let rows = result(page, |rows| rows.len() == 4).await?;
        assert_eq!(rows[0], ["East", "3", "NULL", "", "[1, NULL]"]);
        let head = &page.table("Query result").await?[0];
        assert!(
            head[0].contains("region") && head[0].contains("VARCHAR"),
            "{head:?}"
        );
        assert!(head[1].contains("BIGINT"), "{head:?}");
        let named = page.names("columnheader").await?;
        assert!(named.contains(&"region VARCHAR".to_owned()), "{named:?}");

        // Twice on the same name turns the order round.
        page.click("button", "region").await?;
        result(page, |rows| rows[0][0] == "East").await?;
        page.click("button", "region ▲").await?;
        result(page, |rows| rows[0][0] == "West").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn numbers_are_shown_with_every_digit() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(
            page,
            "SELECT 0.1::FLOAT, 1e-30::FLOAT, 'inf'::FLOAT, '-inf'::DOUBLE, 'nan'::FLOAT, 1.2345678901234568e-5::DOUBLE,
                    0.00012345678901234567::DOUBLE, 12345678901234567::BIGINT, -0.5::DECIMAL(38, 20)",
        )
        .await?;
        let rows = result(page, |rows| rows.len() == 1).await?;
        let zeros = "0".repeat(29);
        let expected = [
            "0.1",
            &format!("0.{zeros}1"),
            "∞",
            "-∞",
            "NaN",
            "0.000012345678901234568",
            "0.00012345678901234567",
            "12,345,678,901,234,567",
            "-0.50000000000000000000",
        ];
        assert_eq!(rows[0], expected);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_column_stays_as_wide_as_it_was_made() -> Outcome {
    const RIGHT: &str = "\u{e014}";
    let width = async |page: &Page| {
        let edge = page.by_role("separator", "Width of region").await?;
        let now = edge.attr("aria-valuenow").await?;
        Ok::<_, Failure>(now.expect("a width").parse::<u32>().expect("pixels"))
    };
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(page, "FROM dim_customer ORDER BY customer_id").await?;
        let before = width(page).await?;
        let edge = page.by_role("separator", "Width of region").await?;
        edge.focus().await?;
        edge.send_keys(RIGHT).await?;
        edge.send_keys(RIGHT).await?;
        assert_eq!(width(page).await?, before + 32);

        // In another order, and of other rows.
        page.click("button", "region").await?;
        result(page, |rows| rows[0][2] == "East").await?;
        assert_eq!(width(page).await?, before + 32);
        run(page, "FROM dim_customer WHERE region = 'West'").await?;
        result(page, |rows| rows[0][2] == "West").await?;
        assert_eq!(width(page).await?, before + 32);

        // Other columns have their own.
        run(page, "SELECT region FROM dim_customer").await?;
        result(page, |rows| rows[0].len() == 1).await?;
        assert_eq!(width(page).await?, before);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_large_result_is_fetched_as_it_is_looked_at() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(page, "SELECT i, i % 7 AS rest FROM range(300000) t(i)").await?;
        let rows = result(page, |rows| rows.len() > 10).await?;
        assert_eq!(rows[0], ["0", "0"]);
        text_contains(page, "More are fetched when you scroll to them").await?;
        // To the end, however often it moves away.
        page.wait(browser_tests::BUILD, "all rows", async || {
            let text = page
                .js(
                    "const grid = document.querySelector('.grid');
                     grid.scrollTop = grid.scrollHeight;
                     return document.body.innerText;",
                    &[],
                )
                .await?;
            Ok(text
                .as_str()
                .is_some_and(|text| text.contains("300,000 rows"))
                .then_some(()))
        })
        .await?;
        result(page, |rows| rows.iter().any(|row| row[0] == "299,999")).await?;
        Ok(())
    })
    .await
}

/// Of a result, what was not looked at is downloaded too, in the order that is shown, from tables that only the page
/// knows.
#[tokio::test]
async fn a_result_is_downloaded_whole() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(
            page,
            "CREATE TEMP TABLE own AS SELECT i, chr((97 + i % 26)::INTEGER) AS letter FROM range(5000) t(i);
             FROM own ORDER BY letter, i",
        )
        .await?;
        result(page, |rows| rows[0] == ["0", "a"]).await?;
        page.click("button", "i").await?;
        page.click("button", "i ▲").await?;
        result(page, |rows| rows[0] == ["4,999", "h"]).await?;
        let csv = page
            .download("button", "Download Query result as CSV", "query_result.csv")
            .await?;
        let csv = String::from_utf8(csv)?;
        assert!(csv.starts_with("i,letter\r\n4999,h\r\n"), "{csv}");
        assert_eq!(csv.lines().count(), 5_001);
        let json = page
            .download("button", "Download Query result as JSON", "query_result.json")
            .await?;
        let rows: Vec<Value> = serde_json::from_slice(&json)?;
        assert_eq!(rows.len(), 5_000);
        assert_eq!(rows[4_999], json!({ "i": 0, "letter": "a" }));
        // What was shown is still there, and the connection is free for what comes next.
        result(page, |rows| rows[0] == ["4,999", "h"]).await?;

        // What is no query is not run once more for its download.
        run(page, "INSERT INTO own VALUES (5000, 'z') RETURNING i").await?;
        result(page, |rows| rows == [["5,000"]]).await?;
        let csv = page
            .download("button", "Download Query result as CSV", "query_result.csv")
            .await?;
        assert_eq!(String::from_utf8(csv)?, "i\r\n5000\r\n");
        run(page, "SELECT 1 AS \"Count\"; SELECT count(*) AS \"Count\" FROM own").await?;
        result(page, |rows| rows == [["5,001"]]).await?;
        page.download("button", "Download Query result 1 as CSV", "query_result_1.csv")
            .await?;
        run(
            page,
            "SELECT CASE WHEN i = 900000 THEN error('row 900000 is broken') ELSE i END AS i FROM range(1000000) t(i)",
        )
        .await?;
        result(page, |rows| rows[0] == ["0"]).await?;
        page.click("button", "Download Query result as CSV").await?;
        let told = ["Exporting query_result.csv failed", "row 900000 is broken", "No file was saved"];
        page.alert_contains(SOON, &told).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_later_row_that_fails_is_told() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(
            page,
            "SELECT CASE WHEN i = 50000 THEN error('row 50000 is broken') ELSE i END AS i FROM range(100000) t(i)",
        )
        .await?;
        let told = page
            .wait(browser_tests::BUILD, "the error", async || {
                page.js(
                    "const grid = document.querySelector('.grid');
                     if (grid) grid.scrollTop = grid.scrollHeight;",
                    &[],
                )
                .await?;
                Ok(page.alerts().await?.into_iter().next())
            })
            .await?;
        assert!(told.contains("row 50000 is broken"), "{told}");
        // And the connection goes on.
        run(page, "SELECT 1 AS one").await?;
        result(page, |rows| rows == [["1"]]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn hostile_results_are_shown() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(
            page,
            "SELECT 1 AS a, 2 AS a, 3 AS \"<b>&\"\"\", 4 AS \" \", repeat('x', 1000000) AS long",
        )
        .await?;
        let rows = result(page, |rows| rows.len() == 1).await?;
        assert_eq!(rows[0][..4], ["1", "2", "3", "4"]);
        assert!(rows[0][4].ends_with("(1,000,000 characters in all)"));
        assert!(rows[0][4].len() < 1_000);
        let head = &page.table("Query result").await?[0];
        assert!(head[2].starts_with("<b>&\""), "{head:?}");

        let wide: Vec<_> = (1..=50).map(|n| format!("i + {n} AS c{n}")).collect();
        run(
            page,
            &format!("SELECT {} FROM range(1000000) t(i)", wide.join(", ")),
        )
        .await?;
        result(page, |rows| rows.len() > 10 && rows[0].len() == 50).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_selected_is_copied_in_its_shape() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(
            page,
            "SELECT * FROM (VALUES (1, 'a' || chr(9) || 'b'), (2, NULL), (3, 'say \"hi\"')) t(n, words)",
        )
        .await?;
        result(page, |rows| rows.len() == 3).await?;
        let grid = page.by_role("region", "Query result, rows").await?;
        grid.send_keys("\u{e009}a".to_owned()).await?;
        let copied = page.js(COPY, &[]).await?;
        assert_eq!(
            copied,
            "n\twords\n1\t\"a\tb\"\n2\t\n3\t\"say \"\"hi\"\"\"\n"
        );
        text_contains(page, "6 cells copied").await?;
        Ok(())
    })
    .await
}
