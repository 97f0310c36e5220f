//! The page SQL: statements, their errors, plans, and queries that are kept.

use browser_tests::{KEEP_WORKERS, Outcome, Page, SOON, Setup, Table, story};
use serde_json::json;

/// Pastes a text: typing it would close brackets and complete words.
const PASTE: &str = "
    const [text] = arguments;
    const data = new DataTransfer();
    data.setData('text/plain', text);
    document.activeElement.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));";

/// Types a text into the editor in place of what is there.
pub(crate) async fn write(page: &Page, text: &str) -> Outcome {
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
    go_to_sql(page).await
}

/// Goes to the page SQL, without opening the app again.
pub(crate) async fn go_to_sql(page: &Page) -> Outcome {
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

pub(crate) async fn text_contains(page: &Page, words: &str) -> Outcome {
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
        page.table_until("Answer from the star", |table| table[0].len() == 4)
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
        page.click("button", "Delete Customers by region").await?;
        assert!(page.find("table", "Customers by region").await?.is_none());
        Ok(())
    })
    .await
}
