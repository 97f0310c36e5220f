//! Checks that people add by hand, and loads that an error stops.

use browser_tests::{Outcome, Page, SOON, Setup, Table, story};

use crate::export::download_zip;
use crate::generate::build;

/// Opens the page with the form, and chooses a kind of check of the sales.
async fn open_form(page: &Page, kind: &str) -> Outcome {
    page.open_built().await?;
    page.go("Inspect").await?;
    choose_kind(page, kind).await
}

async fn choose_kind(page: &Page, kind: &str) -> Outcome {
    page.choose("Table", "fact_sales").await?;
    page.choose("Kind of check", kind).await
}

/// Writes into a field of the form.
async fn write(page: &Page, field: &str, text: &str) -> Outcome {
    let field = page.by_role("textbox", field).await?;
    field.clear().await?;
    Ok(field.send_keys(text).await?)
}

/// Waits for a line of the checks.
async fn checked(page: &Page, name: &str, result: &str, failing: &str) -> Outcome {
    let is_there = |table: &Table| {
        let mut lines = table.iter();
        lines.any(|line| line[0].starts_with(name) && line[1..3] == [result, failing])
    };
    page.table_until("Quality checks", is_there).await?;
    Ok(())
}

async fn names_of_checks(page: &Page) -> Outcome<Vec<String>> {
    let table = page.table("Quality checks").await?;
    Ok(table.iter().map(|line| line[0].clone()).collect())
}

const RANGE: &str = "range: each value is within limits";
const ROW_COUNT: &str = "row_count: the number of rows is within limits";
const SQL: &str = "sql: a query returns no row";

#[tokio::test]
async fn a_check_that_is_added_by_hand_shows_what_fails_and_stays_in_the_mart() -> Outcome {
    const NAME: &str = "fact_sales.quantity is at most 15";
    story(Setup::default(), async |page| {
        open_form(page, RANGE).await?;
        page.choose("Column", "quantity").await?;
        write(page, "Max", "15").await?;
        page.choose("Severity", "warn").await?;
        // By the keyboard: Enter in a field sends the form.
        let field = page.by_role("textbox", "Max").await?;
        field.send_keys("\u{e007}").await?;
        let rows = page
            .table_until(&format!("Failing rows of {NAME}"), |table| table.len() > 1)
            .await?;
        let quantity = rows[0].iter().position(|name| name == "quantity");
        let quantity = quantity.expect("the column");
        let quantities = rows[1..].iter().map(|row| row[quantity].parse::<u32>());
        for quantity in quantities {
            assert!(quantity? > 15, "{rows:?}");
        }
        checked(page, NAME, "warn", &(rows.len() - 1).to_string()).await?;
        // What is there already is not added again.
        page.click("button", "Add check").await?;
        page.alert_contains(SOON, &["Not added", "there already"])
            .await?;

        // The document has it, and the mart is built with it.
        page.go("Export").await?;
        let document = page
            .download(
                "button",
                "Download mini_data_mart.mart.json",
                "mini_data_mart.mart.json",
            )
            .await?;
        let document: serde_json::Value = serde_json::from_slice(&document)?;
        let last = document["checks"].as_array().and_then(|all| all.last());
        assert_eq!(
            last.expect("the check")["test"],
            serde_json::json!({ "range": { "field": "quantity", "max": 15 } })
        );
        page.go("Mart").await?;
        let builds = page.marks("answers-painted").await?;
        page.click("button", "Rebuild mart").await?;
        page.mark_after("answers-painted", builds).await?;
        page.go("Inspect").await?;
        checked(page, NAME, "warn", &(rows.len() - 1).to_string()).await?;
        page.click("button", &format!("Remove check {NAME}"))
            .await?;
        let is_gone = |table: &Table| !table.iter().any(|line| line[0].starts_with(NAME));
        page.table_until("Quality checks", is_gone).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_wrong_check_is_told_at_the_form_and_changes_nothing() -> Outcome {
    story(Setup::default(), async |page| {
        open_form(page, SQL).await?;
        let before = names_of_checks(page).await?;
        for (query, words) in [
            ("SELECT * FROM nowhere", &["DuckDB says", "nowhere does not exist"][..]),
            ("DELETE FROM fact_sales", &["a check is a query"]),
            ("SELECT 1; SELECT 2", &["2 statements"]),
            ("SELECT current_dat", &["DuckDB says", "current_dat"]),
        ] {
            write(page, "SELECT of the rows that fail", query).await?;
            page.click("button", "Add check").await?;
            page.alert_contains(SOON, words).await?;
        }
        choose_kind(page, RANGE).await?;
        page.choose("Column", "quantity").await?;
        write(page, "Min", "few").await?;
        page.click("button", "Add check").await?;
        page.alert_contains(SOON, &["few", "is not a whole number"])
            .await?;
        assert_eq!(names_of_checks(page).await?, before);

        // A right one, with the clock that DuckDB has in the browser.
        choose_kind(page, SQL).await?;
        let query = "SELECT sale_id, date_trunc('month', now()) AS month FROM fact_sales WHERE sale_id < 3 AND order_date < current_date";
        write(page, "SELECT of the rows that fail", query).await?;
        page.click("button", "Add check").await?;
        let name = "fact_sales: no row of SELECT sale_id, date_trunc('month', now()) AS month FROM fac…";
        checked(page, name, "fail", "2").await?;
        let shown = format!("Failing rows of {name}");
        let rows = page.table_until(&shown, |table| table.len() == 3).await?;
        assert_eq!(rows[0], ["sale_id", "month"]);
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        // Days that are long past are not fresh.
        choose_kind(page, "freshness: the latest value is not old").await?;
        page.choose("Column", "order_date").await?;
        write(page, "Days old at most", "7").await?;
        page.click("button", "Add check").await?;
        let stale = "The latest fact_sales.order_date is at most 7 days ago";
        checked(page, stale, "fail", "1").await?;
        let shown = format!("Failing rows of {stale}");
        let rows = page.table_until(&shown, |table| table.len() == 2).await?;
        assert_eq!(rows[0], ["latest_day", "today"]);
        assert_eq!(rows[1][0], "2025-12-30");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_error_stops_the_load_and_the_mart_before_stays() -> Outcome {
    const NAME: &str = "The number of rows of fact_sales is at most 120";
    story(Setup::default(), async |page| {
        open_form(page, ROW_COUNT).await?;
        write(page, "Max", "120").await?;
        page.click("button", "Add check").await?;
        checked(page, NAME, "pass", "0").await?;
        page.click("checkbox", "An error stops the load").await?;
        page.go("Sources").await?;
        page.choose("Number of sales", "10 thousand").await?;
        page.click("button", "Generate sales").await?;
        let told = page
            .alert_contains(
                SOON,
                &[
                    NAME,
                    "fails for 9880 rows",
                    "the mart before is still there",
                ],
            )
            .await?;
        assert!(!told.contains("other checks"), "{told}");
        page.go("Inspect").await?;
        let is_seed = |table: &Table| {
            let mut lines = table.iter();
            lines.any(|line| line[0] == "fact_sales" && line[2] == "120")
        };
        page.table_until("Tables", is_seed).await?;
        checked(page, NAME, "pass", "0").await?;
        // Without it, the same rows are loaded, and the check fails where it is shown.
        page.click("checkbox", "An error stops the load").await?;
        build(page, "10 thousand").await?;
        page.go("Inspect").await?;
        checked(page, NAME, "fail", "9,880").await
    })
    .await
}

#[tokio::test]
async fn a_zip_has_the_report_of_the_checks() -> Outcome {
    story(Setup::default(), async |page| {
        open_form(page, ROW_COUNT).await?;
        write(page, "Min", "121").await?;
        page.click("button", "Add check").await?;
        let name = "The number of rows of fact_sales is at least 121";
        checked(page, name, "fail", "1").await?;
        page.go("Export").await?;
        let files = download_zip(page, "Parquet").await?;
        let report: Vec<serde_json::Value> =
            serde_json::from_slice(&files["data/quality/checks.json"])?;
        let line = report.iter().find(|line| line["check"] == name);
        let line = line.expect("the check");
        for (key, value) in [
            ("dataset", "fact_sales"),
            ("kind", "row_count"),
            ("severity", "error"),
            ("result", "fail"),
        ] {
            assert_eq!(line[key], value, "{line}");
        }
        assert_eq!(line["failing_rows"], 1);
        let passed = report.iter().filter(|line| line["result"] == "pass");
        assert_eq!(passed.count(), report.len() - 1);
        let csv = String::from_utf8(files["data/quality/checks.csv"].clone())?;
        let head = "check,description,dataset,kind,severity,result,failing_rows,message,sql\r\n";
        assert!(csv.starts_with(head), "{csv}");
        assert!(csv.contains(",fact_sales,row_count,error,fail,1,"), "{csv}");
        Ok(())
    })
    .await
}
