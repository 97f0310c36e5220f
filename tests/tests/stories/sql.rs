//! The page SQL: questions of one's own, and what comes of bad ones.

use browser_tests::{Failure, KEEP_WORKERS, Outcome, Page, SOON, Setup, Table, story};
use serde_json::{Value, json};

/// Pastes a text: typing it would close brackets and complete words.
const PASTE: &str = "
    const [text] = arguments;
    const data = new DataTransfer();
    data.setData('text/plain', text);
    document.activeElement.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));";

/// Copies what is selected.
const COPY: &str = "
    const data = new DataTransfer();
    const event = new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
    return data.getData('text/plain');";

/// Types a text into the editor in place of what is there.
async fn write(page: &Page, text: &str) -> Outcome {
    let editor = page.by_role("textbox", "SQL editor").await?;
    editor.click().await?;
    let key = |keys: &str| keys.to_owned();
    editor.send_keys(key("\u{e009}a\u{e000}\u{e017}")).await?;
    page.js(PASTE, &[json!(text)]).await?;
    Ok(())
}

pub(crate) async fn run(page: &Page, text: &str) -> Outcome {
    write(page, text).await?;
    page.click("button", "Run").await
}

/// Saves a query among the answers.
pub(crate) async fn save(page: &Page, name: &str, text: &str) -> Outcome {
    write(page, text).await?;
    page.by_role("textbox", "Name")
        .await?
        .send_keys(name)
        .await?;
    page.click("button", "Save as answer").await
}

pub(crate) async fn open_sql(page: &Page) -> Outcome {
    page.open_built().await?;
    page.go("SQL").await?;
    // The plain box is there until the editor's code is.
    page.wait(SOON, "the editor", async || {
        let lines = page
            .js(
                "return document.querySelectorAll('.cm-content').length;",
                &[],
            )
            .await?;
        Ok((lines == 1).then_some(()))
    })
    .await
}

/// Waits for a result, and answers with its rows without the names and types.
pub(crate) async fn result(page: &Page, right: impl Fn(&[Vec<String>]) -> bool) -> Outcome<Table> {
    let table = page
        .table_until("Query result", |table| {
            table.len() > 1 && right(&table[1..])
        })
        .await?;
    Ok(table[1..].to_vec())
}

async fn text_contains(page: &Page, words: &str) -> Outcome {
    page.wait(SOON, words, async || {
        let text = page.js("return document.body.innerText;", &[]).await?;
        Ok(text
            .as_str()
            .is_some_and(|text| text.contains(words))
            .then_some(()))
    })
    .await
}

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
async fn the_editor_is_loaded_when_it_is_first_needed() -> Outcome {
    story(Setup::default(), async |page| {
        let asked = || {
            let requests = page.server.requests();
            let editors = requests
                .iter()
                .filter(|request| request.target.ends_with("/editor.js"));
            editors.count()
        };
        page.open_built().await?;
        crate::expected::seed_is_answered(page).await?;
        page.go("Inspect").await?;
        page.by_role("table", "Tables").await?;
        assert_eq!(asked(), 0);
        page.go("SQL").await?;
        page.wait(
            SOON,
            "the editor",
            async || Ok((asked() == 1).then_some(())),
        )
        .await
    })
    .await
}

#[tokio::test]
async fn several_statements_run_in_order_and_the_mart_sees_what_they_did() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(
            page,
            "CREATE TEMP TABLE t AS SELECT 42 AS answer;
             INSERT INTO t VALUES (43), (44); -- two; more
             SELECT answer FROM t ORDER BY 1",
        )
        .await?;
        let rows = result(page, |rows| rows.len() == 3).await?;
        assert_eq!(rows, [["42"], ["43"], ["44"]]);
        text_contains(page, "2 rows changed").await?;

        // A statement of one word is no table.
        run(
            page,
            "BEGIN; DROP TABLE t; rollback; SELECT count(*) AS kept FROM t",
        )
        .await?;
        result(page, |rows| rows == [["3"]]).await?;

        run(page, "DROP TABLE fact_sales").await?;
        text_contains(page, "Done").await?;
        page.go("Mart").await?;
        text_contains(page, "fact_sales is MISSING").await?;
        let built = page.marks("mart-built").await?;
        page.click("button", "Rebuild mart").await?;
        page.mark_after("mart-built", built).await?;
        crate::expected::seed_is_answered(page).await
    })
    .await
}

#[tokio::test]
async fn a_wrong_statement_is_marked_at_its_place() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(page, "SELECT 'ü',\n  nowhere\nFROM dim_date").await?;
        let told = page
            .alert_contains(SOON, &["Binder Error", "nowhere"])
            .await?;
        assert!(!told.contains("exception_type"), "{told}");
        let marked = page
            .wait(SOON, "a mark", async || {
                let text = page
                    .js(
                        "return document.querySelector('.cm-lintRange-error')?.textContent ?? null;",
                        &[],
                    )
                    .await?;
                Ok(text.as_str().map(str::to_owned))
            })
            .await?;
        assert_eq!(marked, "nowhere");

        // Of several statements, those before the wrong one have run, those after it have not.
        run(page, "SELECT 1 AS one; SELEC 2; SELECT 3 AS three").await?;
        page.alert_contains(SOON, &["syntax error", "SELEC"]).await?;
        let rows = page.table("Query result 1").await?;
        assert_eq!(rows[1], ["1"]);
        assert!(page.find("table", "Query result").await?.is_none());
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

        // Asking once more may do something once more: what is no query has no download.
        run(page, "INSERT INTO own VALUES (5000, 'z') RETURNING i").await?;
        result(page, |rows| rows == [["5,000"]]).await?;
        let button = page.find("button", "Download Query result as CSV").await?;
        assert!(button.is_none());
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
async fn a_statement_that_never_ends_is_cancelled() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(
            page,
            "SELECT count(*) FROM range(100000000000) t(i) WHERE i % 3 = 1",
        )
        .await?;
        page.click("button", "Cancel").await?;
        text_contains(page, "Cancelled after").await?;
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        run(page, "SELECT 1 AS one").await?;
        result(page, |rows| rows == [["1"]]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn two_questions_at_once_are_both_answered_for() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        let endless = "SELECT count(*) FROM range(100000000000) t(i) WHERE i % 3 = 1";
        run(page, endless).await?;
        // The page's own question is answered meanwhile; a second one of the editor is refused.
        page.by_role("button", "Cancel").await?;
        write(page, "SELECT 'second' AS answer").await?;
        page.by_role("button", "Run").await?.click().await?;
        page.go("Mart").await?;
        page.click("checkbox", "Units").await?;
        page.table_until("Answer from the star", |table| table[0].len() == 2)
            .await?;
        page.by_role("button", "Cancel").await?;
        page.click("button", "Cancel").await?;
        page.go("SQL").await?;
        text_contains(page, "Cancelled after").await?;
        let shown = page.js("return document.body.innerText;", &[]).await?;
        assert!(!shown.as_str().unwrap_or_default().contains("1 row"));
        page.click("button", "Run").await?;
        result(page, |rows| rows == [["second"]]).await?;
        assert_eq!(page.alerts().await?, Vec::<String>::new());
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
async fn out_of_memory_is_an_error_and_the_mart_stays() -> Outcome {
    let setup = Setup {
        scripts: vec![KEEP_WORKERS],
        ..Setup::default()
    };
    story(setup, async |page| {
        open_sql(page).await?;
        run(
            page,
            "SET memory_limit = '50MB'; CREATE TEMP TABLE t AS SELECT i, repeat(i::VARCHAR, 100) AS t FROM range(10000000) t(i)",
        )
        .await?;
        page.alert_contains(browser_tests::BUILD, &["Out of Memory"])
            .await?;
        page.go("Mart").await?;
        crate::expected::seed_is_answered(page).await
    })
    .await
}

#[tokio::test]
async fn a_link_fills_the_editor_and_runs_nothing() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.open("#/sql?q=SELECT%2042%20AS%20linked").await?;
        let told = page
            .wait(SOON, "the query", async || {
                let editor = page.by_role("textbox", "SQL editor").await?;
                let text = editor.text().await?;
                let value = editor.value().await?.unwrap_or_default();
                Ok([text, value].into_iter().find(|text| text.contains("42")))
            })
            .await?;
        assert_eq!(told.trim(), "SELECT 42 AS linked");
        page.status_contains("Mart built").await?;
        assert!(page.find("table", "Query result").await?.is_none());
        page.click("button", "Run").await?;
        result(page, |rows| rows == [["42"]]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn plans_and_history() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        write(
            page,
            "SELECT region, count(*) FROM dim_customer GROUP BY region",
        )
        .await?;
        page.click("button", "Explain analyze").await?;
        text_contains(page, "HASH_GROUP_BY").await?;
        text_contains(page, "Table: dim_customer").await?;
        run(page, "SELECT 2 AS two").await?;
        result(page, |rows| rows == [["2"]]).await?;
        // What was run is there again on the next visit.
        page.open("#/sql").await?;
        page.status_contains("Mart built").await?;
        page.js("document.querySelector('.history').open = true;", &[])
            .await?;
        page.click(
            "button",
            "SELECT region, count(*) FROM dim_customer GROUP BY region",
        )
        .await?;
        page.wait(SOON, "the text", async || {
            let editor = page.by_role("textbox", "SQL editor").await?;
            let texts = [
                editor.text().await?,
                editor.value().await?.unwrap_or_default(),
            ];
            let is_there = texts.iter().any(|text| text.contains("GROUP BY region"));
            Ok(is_there.then_some(()))
        })
        .await
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

#[tokio::test]
async fn a_saved_query_stands_among_the_answers() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        let sql = "SELECT region, count(*) AS customers FROM dim_customer GROUP BY region ORDER BY region; -- all";
        save(page, "Customers by region", sql).await?;
        page.go("Mart").await?;
        let rows = [["East", "3"], ["North", "3"], ["South", "2"], ["West", "2"]];
        page.table_rows("Customers by region", rows).await?;
        let csv = page
            .download(
                "button",
                "Download Customers by region as CSV",
                "Customers by region.csv",
            )
            .await?;
        assert_eq!(
            String::from_utf8(csv)?,
            "region,customers\r\nEast,3\r\nNorth,3\r\nSouth,2\r\nWest,2\r\n"
        );
        // It is there again on the next visit, until it is forgotten.
        page.open_built().await?;
        page.table_rows("Customers by region", rows).await?;
        page.click("button", "Forget Customers by region").await?;
        assert!(page.find("table", "Customers by region").await?.is_none());
        Ok(())
    })
    .await
}
