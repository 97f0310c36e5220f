//! Texts of the SQL page: none is lost, each has its results, and they are laid out, linked and charted.

use browser_tests::{Outcome, Page, SOON, Setup, story};
use serde_json::json;

use crate::sql::{go_to_sql, open_sql, result, run, text_contains, write};

async fn text(page: &Page) -> Outcome<String> {
    // What WebDriver reads has no blanks where a line begins.
    const LINES: &str = "
        const lines = [...arguments[0].querySelectorAll('.cm-line')];
        return lines.map(line => line.textContent).join('\\n');";
    let editor = page.by_role("textbox", "SQL editor").await?;
    let text = page.js(LINES, &[editor.to_json()?]).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

async fn text_is(page: &Page, right: &str) -> Outcome {
    let shown = page.wait(SOON, "the text", async || {
        Ok((text(page).await? == right).then_some(()))
    });
    if shown.await.is_err() {
        assert_eq!(text(page).await?, right);
    }
    Ok(())
}

#[tokio::test]
async fn tabs_keep_texts_and_results_and_survive_a_reload() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(page, "SELECT 1 AS first").await?;
        result(page, |rows| rows == [["1"]]).await?;
        page.click("button", "New tab").await?;
        text_is(page, "").await?;
        assert!(page.find("table", "Query result").await?.is_none());
        run(page, "SELECT 2 AS second").await?;
        result(page, |rows| rows == [["2"]]).await?;
        page.click("button", "Rename tab").await?;
        let name = page.by_role("textbox", "Name of the tab").await?;
        name.clear().await?;
        name.send_keys("Second").await?;
        page.click("button", "Rename").await?;
        assert_eq!(page.names("tab").await?, ["Query 1", "Second"]);

        // Each shows the result of its own last run.
        page.click("tab", "Query 1").await?;
        text_is(page, "SELECT 1 AS first").await?;
        result(page, |rows| rows == [["1"]]).await?;
        page.by_role("tab", "Query 1")
            .await?
            .send_keys("\u{e014}")
            .await?;
        text_is(page, "SELECT 2 AS second").await?;
        result(page, |rows| rows == [["2"]]).await?;

        page.open_built().await?;
        go_to_sql(page).await?;
        assert_eq!(page.names("tab").await?, ["Query 1", "Second"]);
        text_is(page, "SELECT 2 AS second").await?;
        page.click("tab", "Query 1").await?;
        text_is(page, "SELECT 1 AS first").await?;

        page.click("button", "Close tab").await?;
        text_is(page, "SELECT 2 AS second").await?;
        text_contains(page, "Closed Query 1.").await?;
        page.click("button", "Undo").await?;
        text_is(page, "SELECT 1 AS first").await?;
        assert_eq!(page.names("tab").await?, ["Query 1", "Second"]);
        Ok(())
    })
    .await
}

/// What a statement returned cannot be asked for again: it stays while a tab shows it.
#[tokio::test]
async fn rows_of_a_change_stay_while_another_tab_runs() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(
            page,
            "CREATE TABLE mine (n INTEGER); INSERT INTO mine VALUES (1), (2) RETURNING n",
        )
        .await?;
        result(page, |rows| rows == [["1"], ["2"]]).await?;
        page.click("button", "New tab").await?;
        run(page, "INSERT INTO mine VALUES (3) RETURNING n").await?;
        result(page, |rows| rows == [["3"]]).await?;
        page.click("tab", "Query 1").await?;
        result(page, |rows| rows == [["1"], ["2"]]).await?;
        let csv = page
            .download("button", "Download Query result as CSV", "query_result.csv")
            .await?;
        assert_eq!(String::from_utf8(csv)?, "n\r\n1\r\n2\r\n");
        // Whoever runs the text again has the new rows alone.
        run(page, "SELECT count(*) AS n FROM mine").await?;
        result(page, |rows| rows == [["3"]]).await?;
        Ok(())
    })
    .await
}

/// What comes from elsewhere gets a tab of its own.
#[tokio::test]
async fn no_text_is_lost() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(page, "SELECT 1 AS run").await?;
        result(page, |rows| rows == [["1"]]).await?;
        write(page, "SELECT 'mine, not run' AS draft").await?;
        page.js("document.querySelector('.history').open = true;", &[])
            .await?;
        page.click("button", "SELECT 1 AS run").await?;
        text_is(page, "SELECT 1 AS run").await?;
        page.open("#/sql?q=SELECT%2042%20AS%20linked").await?;
        page.status_contains("Mart built").await?;
        text_is(page, "SELECT 42 AS linked").await?;
        page.go("Mart").await?;
        page.js("history.back();", &[]).await?;
        text_is(page, "SELECT 42 AS linked").await?;
        page.click("tab", "Query 1").await?;
        text_is(page, "SELECT 'mine, not run' AS draft").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_text_is_laid_out_and_that_can_be_undone() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        let written = "select region, count(*) from dim_customer group by region";
        write(page, written).await?;
        page.click("button", "Format").await?;
        let right =
            "SELECT\n    region,\n    count(*)\nFROM\n    dim_customer\nGROUP BY\n    region";
        text_is(page, right).await?;
        let editor = page.by_role("textbox", "SQL editor").await?;
        editor.click().await?;
        editor.send_keys("\u{e009}z\u{e000}").await?;
        text_is(page, written).await?;

        // What is no SQL stays as it is, and it is said why.
        write(page, "select 'never closed").await?;
        page.click("button", "Format").await?;
        text_contains(page, "The text stays as it is").await?;
        text_is(page, "select 'never closed").await
    })
    .await
}

#[tokio::test]
async fn a_link_is_copied_and_it_is_said() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        let permissions =
            json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        page.cdp("Browser.grantPermissions", permissions).await?;
        write(page, "SELECT 42 AS linked").await?;
        page.click("button", "Link").await?;
        text_contains(page, "Link copied").await?;
        let copied = page
            .js("return navigator.clipboard.readText();", &[])
            .await?;
        let copied = copied.as_str().unwrap_or_default();
        assert!(
            copied.ends_with("#/sql?q=SELECT%2042%20AS%20linked"),
            "{copied}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_result_is_charted() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        let sql = "SELECT region, count(*) AS customers FROM dim_customer GROUP BY region ORDER BY region";
        run(page, sql).await?;
        result(page, |rows| rows.len() == 4).await?;
        assert!(page.names("figure").await?.is_empty());
        page.choose("View of Query result", "Table and chart").await?;
        page.by_role("figure", "Chart of Query result").await?;
        page.choose("Chart of Query result", "Bars").await?;

        // The choice stays for the next run in this tab, and is no other tab's.
        run(page, &sql.replace("region", "customer_name")).await?;
        result(page, |rows| rows.len() > 4).await?;
        page.by_role("figure", "Chart of Query result").await?;
        page.choose("View of Query result", "Chart").await?;
        page.wait(SOON, "the chart alone", async || {
            let table = page.find("table", "Query result").await?;
            Ok(table.is_none().then_some(()))
        })
        .await?;
        page.click("button", "New tab").await?;
        run(page, sql).await?;
        result(page, |rows| rows.len() == 4).await?;
        assert!(page.names("figure").await?.is_empty());
        Ok(())
    })
    .await
}

/// One row, negative numbers, very large ones, none, more than are drawn, and no numbers at all.
#[tokio::test]
async fn results_of_any_shape_are_charted_or_it_is_said_why_not() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(page, "SELECT 'only' AS name, 1 AS n").await?;
        result(page, |rows| rows == [["only", "1"]]).await?;
        page.choose("View of Query result", "Table and chart").await?;
        for (sql, words) in [
            ("SELECT 'only' AS name, 1 AS n", "only"),
            (
                "SELECT * FROM (VALUES ('up', 5), ('down', -1234567)) v(name, n)",
                "down",
            ),
            (
                "SELECT * FROM (VALUES ('huge', 170141183460469231731687303715884105727::HUGEINT)) v(name, n)",
                "huge",
            ),
            (
                "SELECT * FROM (VALUES ('known', 1.5), ('unknown', NULL)) v(name, n)",
                "known",
            ),
        ] {
            run(page, sql).await?;
            page.wait(SOON, sql, async || {
                let drawn = page
                    .js(
                        "return document.querySelector('figure svg')?.textContent ?? '';",
                        &[],
                    )
                    .await?;
                let drawn = drawn.as_str().unwrap_or_default().to_owned();
                Ok(drawn.contains(words).then_some(()))
            })
            .await?;
        }
        text_contains(page, "1 value NULL or not finite, left out").await?;
        run(page, "SELECT i, i * i AS square FROM range(10000) t(i)").await?;
        text_contains(page, "5,000").await?;
        run(page, "SELECT 'no' AS a, 'numbers' AS b").await?;
        text_contains(page, "no chart").await?;
        run(page, "SELECT 1 AS n WHERE false").await?;
        text_contains(page, "no chart").await?;
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        Ok(())
    })
    .await
}
