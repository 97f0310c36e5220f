//! Marts that are documents: the examples, and documents that are downloaded, changed and opened again.

use browser_tests::{Outcome, Page, SOON, Setup, Table, story};
use serde_json::json;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

use crate::expected::seed_is_answered;

/// Does something that builds a mart, waits until it is painted, and goes to it.
async fn built_by(page: &Page, what: impl AsyncFn() -> Outcome) -> Outcome {
    let painted = page.marks("answers-painted").await?;
    what().await?;
    page.mark_after("answers-painted", painted).await?;
    page.status_contains("Mart built").await?;
    page.go("Mart").await
}

async fn open_example(page: &Page, label: &str) -> Outcome {
    page.open_built().await?;
    page.go("Sources").await?;
    built_by(page, async || {
        page.click("button", &format!("Open {label}")).await
    })
    .await
}

fn row<'t>(table: &'t Table, first: &str) -> &'t [String] {
    table.iter().find(|row| row[0] == first).expect(first)
}

/// The tables of Inspect with their numbers of rows, and the checks that do not pass.
async fn inspected(page: &Page, tables: &[(&str, &str, &str)], failing: &[&str]) -> Outcome {
    page.go("Inspect").await?;
    let shown = page
        .table_until("Tables", |table| table.len() == 1 + tables.len())
        .await?;
    for (name, role, rows) in tables {
        assert_eq!(row(&shown, name)[1..3], [*role, *rows]);
    }
    let checks = page
        .table_until("Quality checks", |table| table.len() > 1)
        .await?;
    let wrong = checks[1..].iter().filter(|row| row[1] != "pass");
    let wrong: Vec<_> = wrong.map(|row| format!("{}: {}", row[1], row[0])).collect();
    assert_eq!(wrong.len(), failing.len(), "{wrong:?}");
    for (found, name) in wrong.iter().zip(failing) {
        assert!(found.contains(name), "{found}");
    }
    Ok(())
}

#[tokio::test]
async fn an_example_with_two_dates_and_a_bridge() -> Outcome {
    story(Setup::default(), async |page| {
        open_example(page, "Support desk").await?;
        let tags = page
            .table_until("Tickets by tag", |table| table.len() == 13)
            .await?;
        assert_eq!(row(&tags, "Login")[1..], ["82.1", "80.3", "179.30"]);
        let star = page.by_role("figure", "Star schema").await?;
        let star = star.prop("textContent").await?.unwrap_or_default();
        for (table, rows) in [
            ("fact_ticket", "605"),
            ("bridge_ticket_tag", "918"),
            ("dim_tag", "12"),
        ] {
            assert!(
                star.contains(table) && star.contains(rows),
                "{table}: {star}"
            );
        }

        // A ticket is closed in another month than it was opened in; open ones have no month.
        let closed = page
            .table_until("Tickets by month closed", |table| table.len() == 26)
            .await?;
        assert_eq!(closed.last().expect("a row")[1], "11");

        // The total by tag is that of the tickets, whatever the number of tags of each.
        page.choose("By", "tag").await?;
        let by_tag = page
            .table_until("Answer from the star", |table| table.len() == 13)
            .await?;
        let total: f64 = by_tag[1..]
            .iter()
            .map(|row| row[1].parse::<f64>().expect("a number"))
            .sum();
        assert!((total - 605.0).abs() < 0.2, "{total}");

        // What is picked in one chart filters the others.
        page.choose("Filter by", "tag").await?;
        page.click("checkbox", "Outage").await?;
        page.click("button", "Done").await?;
        page.choose("By", "nothing").await?;
        page.table_until("Answer from the star", |table| {
            table.len() == 2 && table[1][0] == "57"
        })
        .await?;
        page.click("button", "Clear all").await?;

        inspected(
            page,
            &[
                ("dim_company", "dimension", "36"),
                ("dim_agent", "dimension", "12"),
                ("dim_tag", "dimension", "12"),
                ("dim_date", "dimension", "730"),
                ("fact_ticket", "fact", "605"),
                ("bridge_ticket_tag", "bridge", "918"),
            ],
            &["warn: fact_ticket: coalesce(hours_to_close, 0) <= 720"],
        )
        .await?;

        page.go("Export").await?;
        let csv = page
            .download(
                "button",
                "Download Tickets by tag as CSV",
                "tickets_by_tag.csv",
            )
            .await?;
        assert_eq!(String::from_utf8(csv)?.lines().count(), 13);
        let script = page
            .download("button", "Download support_desk.sql", "support_desk.sql")
            .await?;
        assert!(String::from_utf8(script)?.contains("CREATE TABLE bridge_ticket_tag"));
        page.go("SQL").await?;
        page.click("button", "Run").await?;
        page.table_until("Query result", |table| table.len() > 1)
            .await?;
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_example_with_two_facts() -> Outcome {
    story(Setup::default(), async |page| {
        open_example(page, "Web shop").await?;
        let countries = page
            .table_until("Revenue and freight by country", |table| table.len() == 24)
            .await?;
        assert_eq!(countries[1], ["Germany", "5,795.22", "402.20", "76"]);
        // Both facts have a star of their own.
        page.by_role("figure", "Star schema of fact_order").await?;
        page.by_role("figure", "Star schema of fact_order_line")
            .await?;

        // The freight is that of the orders: their lines do not multiply it.
        page.choose("By", "nothing").await?;
        page.click("checkbox", "Freight").await?;
        let totals = page
            .table_until("Answer from the star", |table| table[0].len() == 2)
            .await?;
        assert_eq!(totals[1], ["26,554.98", "2,856.10"]);

        // A product is an attribute of the lines alone: the freight is not filtered by it, and says so.
        page.choose("Filter by", "category").await?;
        page.click("checkbox", "Textiles").await?;
        page.click("button", "Done").await?;
        let filtered = page
            .table_until("Answer from the star", |table| table[1][0] != "26,554.98")
            .await?;
        assert_eq!(filtered[1][1], "2,856.10");
        let notes =
            "return [...document.querySelectorAll('.answer .lead')].map(note => note.textContent);";
        let notes = page.js(notes, &[]).await?.to_string();
        assert!(notes.contains("Not filtered by category"), "{notes}");

        inspected(
            page,
            &[
                ("dim_customer", "dimension", "60"),
                ("dim_product", "dimension", "31"),
                ("dim_date", "dimension", "729"),
                ("fact_order", "fact", "355"),
                ("fact_order_line", "fact", "756"),
            ],
            &[],
        )
        .await?;

        // Back to the mart that the page starts with.
        page.go("Sources").await?;
        built_by(page, async || {
            page.click("button", "Open Mini data mart").await
        })
        .await?;
        seed_is_answered(page).await
    })
    .await
}

/// A folder for files to choose.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, content).expect("a file");
        path
    }
}

async fn document(page: &Page) -> Outcome<String> {
    page.go("Export").await?;
    let name = "mini_data_mart.mart.json";
    let bytes = page
        .download("button", &format!("Download {name}"), name)
        .await?;
    Ok(String::from_utf8(bytes)?)
}

#[tokio::test]
async fn a_document_is_changed_and_opened_again() -> Outcome {
    let desk = Desk::new();
    story(Setup::default(), async |page| {
        page.open_built().await?;
        let regions = page.table("Revenue by region").await?;
        let text = document(page).await?;
        let changed = text
            .replace("\"Revenue by region\"", "\"Where the money is\"")
            .replace("\"label\": \"Units\"", "\"label\": \"Pieces\"")
            .replace("\"revenue / units\"", "\"revenue / sales\"");
        assert_ne!(text, changed);
        let file = desk.file("mine.mart.json", &changed);
        page.go("Sources").await?;
        built_by(page, async || page.choose_file("Model", &file).await).await?;
        page.table_until("Where the money is", |table| *table == regions).await?;
        page.choose("By", "nothing").await?;
        page.click("checkbox", "Average price").await?;
        page.by_role("checkbox", "Pieces").await?;
        // 68,541.67 of 120 sales.
        page.table_until("Answer from the star", |table| table[1] == ["68,541.67", "571.18"])
            .await?;

        // A file of sales is loaded into it as into the one before, and stays when a label changes.
        page.go("Sources").await?;
        let sales = "order_date,customer_name,product_name,quantity,unit_price\n2026-01-05,Ann,Pen,2,1.25\n";
        built_by(page, async || page.drop_file("Sales file", "sales.csv", sales).await).await?;
        page.table_rows("Where the money is", [["Unknown", "2.50"]]).await?;
        page.go("Sources").await?;
        let again = desk.file("again.mart.json", &changed.replace("Where the money is", "By region"));
        built_by(page, async || page.choose_file("Model", &again).await).await?;
        page.table_rows("By region", [["Unknown", "2.50"]]).await
    })
    .await
}

#[tokio::test]
async fn a_model_is_dropped_with_its_files() -> Outcome {
    let document = r#"{
        "version": 1, "name": "tiny", "label": "Tiny",
        "datasets": [{
            "name": "fact_visit", "role": "fact", "rows": "visits.csv", "primary_key": ["visit_id"],
            "fields": [{ "name": "visit_id", "type": "INTEGER" }, { "name": "page", "type": "VARCHAR" }]
        }],
        "metrics": [{ "name": "visits", "dataset": "fact_visit", "expression": "count(*)" }],
        "attributes": [{ "name": "page", "dataset": "fact_visit", "field": "page" }],
        "questions": [{ "name": "visits_by_page", "label": "Visits by page", "metrics": ["visits"], "by": ["page"] }]
    }"#;
    let rows = "visit_id,page\n1,home\n2,home\n3,\"a <b>\"\n";
    let desk = Desk::new();
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.go("Sources").await?;
        // Without its rows it is refused, and the mart that was there stays.
        page.choose_file("Model", &desk.file("tiny.mart.json", document))
            .await?;
        let words = [
            "tiny.mart.json was not opened",
            "/datasets/0/rows",
            "visits.csv",
            "nothing was changed",
        ];
        page.alert_contains(SOON, &words).await?;
        page.go("Mart").await?;
        seed_is_answered(page).await?;

        page.go("Sources").await?;
        let files = format!(
            "{}\n{}",
            desk.file("tiny.mart.json", document).display(),
            desk.file("visits.csv", rows).display()
        );
        built_by(page, async || {
            page.choose_file("Model", files.as_ref()).await
        })
        .await?;
        page.table_rows("Visits by page", [["home", "2"], ["a <b>", "1"]])
            .await
    })
    .await
}

#[tokio::test]
async fn documents_that_are_wrong_are_refused_with_every_mistake() -> Outcome {
    let desk = Desk::new();
    story(Setup::default(), async |page| {
        page.open_built().await?;
        let right = document(page).await?;
        let deep = format!(
            "{{\"version\": 1, \"name\": {}1{}}}",
            "[".repeat(10_000),
            "]".repeat(10_000)
        );
        let cases: [(&str, String, &[&str]); 6] = [
            ("text.json", "hello".to_owned(), &["not JSON"]),
            ("deep.json", deep, &["not JSON"]),
            (
                "new.json",
                right.replace("\"version\": 1", "\"version\": 99"),
                &["/version", "99"],
            ),
            (
                "column.json",
                right.replace("quantity * unit_price", "quantity * unit_prise"),
                &[
                    "/metrics/0/expression",
                    "unit_prise",
                    "did you mean",
                    "unit_price",
                ],
            ),
            (
                "two.json",
                right
                    .replace(
                        "\"dim_customer\",\n      \"to_columns\": [\n        \"customer_id\"",
                        "\"dim_customer\",\n      \"to_columns\": [\n        \"region\"",
                    )
                    .replace(
                        "\"expression\": \"sum(quantity)\"",
                        "\"expression\": \"sum(unit_price)\"",
                    ),
                &[
                    "2 mistakes",
                    "/relationships/0/to_columns",
                    "/metrics/1/expression",
                ],
            ),
            (
                "large.json",
                format!("{right}{}", " ".repeat(9 << 20)),
                &["bytes"],
            ),
        ];
        for (name, content, words) in cases {
            page.go("Sources").await?;
            page.choose_file("Model", &desk.file(name, &content))
                .await?;
            let title = format!("{name} was not opened");
            let all = [&[title.as_str(), "nothing was changed"], words].concat();
            page.alert_contains(SOON, &all).await?;
            page.go("Mart").await?;
            seed_is_answered(page).await?;
            page.click("button", "Dismiss").await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn names_that_look_like_code_are_names() -> Outcome {
    const TABLE: &str = r#""; DROP TABLE x; --"#;
    const COLUMN: &str = "<img src=x onerror=alert(1)>";
    const METRIC: &str = "sum(\"it's\") % größe";
    const QUESTION: &str = "</script><b>${1}</b>";
    let document = json!({
        "version": 1, "name": "odd", "label": "<b>Odd</b>",
        "datasets": [{
            "name": TABLE, "role": "fact", "rows": "rows.csv", "primary_key": ["Id"],
            "fields": [{ "name": "Id", "type": "INTEGER" }, { "name": COLUMN, "type": "VARCHAR" }]
        }],
        "metrics": [{ "name": METRIC, "label": METRIC, "dataset": TABLE, "expression": "count(*)" }],
        "attributes": [{ "name": COLUMN, "label": COLUMN, "dataset": TABLE, "field": COLUMN }],
        "questions": [{ "name": "by_it", "label": QUESTION, "metrics": [METRIC], "by": [COLUMN] }]
    });
    let rows = format!("Id,{COLUMN}\n1,\"'); DROP TABLE y; --\"\n2,<i>x</i>\n3,<i>x</i>\n");
    let desk = Desk::new();
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.go("Sources").await?;
        let files = format!(
            "{}\n{}",
            desk.file("odd.mart.json", &document.to_string()).display(),
            desk.file("rows.csv", &rows).display()
        );
        built_by(page, async || {
            page.choose_file("Model", files.as_ref()).await
        })
        .await?;
        let answer = page.table_until(QUESTION, |table| table.len() == 3).await?;
        assert_eq!(answer[0], [COLUMN, METRIC]);
        assert_eq!(answer[1], ["<i>x</i>", "2"]);
        assert_eq!(answer[2], ["'); DROP TABLE y; --", "1"]);
        let star = page.by_role("figure", "Star schema").await?;
        let star = star.prop("textContent").await?.unwrap_or_default();
        assert!(star.contains(TABLE), "{star}");
        page.choose("Filter by", COLUMN).await?;
        page.click("checkbox", "<i>x</i>").await?;
        page.click("button", "Done").await?;
        page.choose("By", "nothing").await?;
        page.table_rows("Answer from the star", [["2"]]).await?;
        inspected(page, &[(TABLE, "fact", "3")], &[]).await?;
        page.go("Export").await?;
        let csv = page
            .download(
                "button",
                &format!("Download {QUESTION} as CSV"),
                "by_it.csv",
            )
            .await?;
        let csv = String::from_utf8(csv)?;
        assert_eq!(
            csv.lines().next(),
            Some("<img src=x onerror=alert(1)>,\"sum(\"\"it's\"\") % größe\"")
        );
        page.go("SQL").await?;
        page.click("button", "Run").await?;
        page.table_until("Query result", |table| table.len() == 4)
            .await?;
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        Ok(())
    })
    .await
}
