//! The star behind files: proposed with its evidence, changed, loaded, and asked.

use crate::files::{choose, file, load};
use crate::reach::axe_finds_in_any_window;
use crate::sql::{go_to_sql, result, run, text_contains};
use browser_tests::{Outcome, Page, SOON, Setup, root, story};
use std::path::Path;
use tempfile::TempDir;

/// Three files of a shop: an order without a customer, and one of a customer that is not there.
pub fn shop(folder: &TempDir) -> String {
    let customers: String = (1..=20)
        .map(|id| {
            format!(
                "{id},Customer {id},{}\n",
                if id % 2 == 0 { "North" } else { "South" }
            )
        })
        .collect();
    let orders: String = (1..=50)
        .map(|id| {
            let customer = match id {
                49 => String::new(),
                50 => "99".to_owned(),
                id => (1 + id % 20).to_string(),
            };
            format!(
                "{id},{customer},2026-{:02}-{:02},2.50\n",
                1 + id % 12,
                1 + id % 28
            )
        })
        .collect();
    let lines: String = (1..=120)
        .map(|id| {
            format!(
                "{},{},{},{}.00\n",
                1 + id % 50,
                1 + id / 50,
                id % 7 + 1,
                id % 9 + 1
            )
        })
        .collect();
    let files = [
        file(
            folder,
            "customers.csv",
            format!("customer_id,name,region\n{customers}"),
        ),
        file(
            folder,
            "orders.csv",
            format!("order_id,customer_id,ordered_on,freight\n{orders}"),
        ),
        file(
            folder,
            "order_lines.csv",
            format!("order_id,line_number,quantity,amount\n{lines}"),
        ),
    ];
    files.map(|path| path.display().to_string()).join("\n")
}

/// Loads files into tables, and has a star proposed for them.
pub async fn propose(page: &Page, paths: &str) -> Outcome {
    page.open_built().await?;
    choose(page, Path::new(paths)).await?;
    load(page).await?;
    page.click("button", "Propose a star").await?;
    page.table("Tables of the star").await.map(drop)
}

async fn by_region(page: &Page) -> Outcome {
    page.table_until("Freight by region", |table| {
        let rows: Vec<_> = table[1..].iter().map(|row| row.join(" ")).collect();
        rows == ["North 60.00", "South 60.00", "Unknown 5.00"]
    })
    .await
    .map(drop)
}

#[tokio::test]
async fn files_become_a_star_with_its_evidence() -> Outcome {
    let folder = tempfile::tempdir()?;
    let paths = shop(&folder);
    story(Setup::default(), async |page| {
        propose(page, &paths).await?;
        let relationships = page.table("Relationships").await?;
        assert_eq!(relationships.len(), 3, "{relationships:?}");
        let orders = relationships.iter().find(|row| row[1] == "orders by customer_id");
        let orders = orders.expect("a relationship of orders");
        assert_eq!(orders[2], "customers by customer_id");
        assert_eq!(orders[4..6], ["1", "1"]);
        assert!(orders[6].contains("20 of 21 values of orders.customer_id are in customers.customer_id"));
        let tables = page.table("Tables of the star").await?;
        let key = |name: &str| tables.iter().find(|row| row[0] == name).map(|row| row[4].clone());
        assert_eq!(key("order_lines").as_deref(), Some("order_id, line_number"));
        page.click("button", "Load the star").await?;
        text_contains(page, "The mart is the star that was proposed for these files.").await?;
        go_to_sql(page).await?;
        run(
            page,
            "SELECT name, count(*) AS orders, sum(freight) AS freight FROM fact_order JOIN dim_customer USING (customer_key) WHERE customer_key < 2 GROUP BY 1 ORDER BY 1",
        )
        .await?;
        result(page, |rows| rows == [["Customer 1", "2", "5.00"], ["Unknown", "2", "5.00"]]).await?;
        page.go("Inspect").await?;
        let check = "Each fact_order.customer_id is known in dim_customer";
        page.table_until("Quality checks", |table| {
            table.iter().any(|row| row.join(" ").contains(check))
        })
        .await?;
        page.go("Mart").await?;
        by_region(page).await?;
        // The files are read again.
        page.click("button", "Rebuild mart").await?;
        text_contains(page, "order_lines.csv").await?;
        by_region(page).await
    })
    .await
}

#[tokio::test]
async fn a_proposal_is_changed_and_changes_are_taken_back() -> Outcome {
    let folder = tempfile::tempdir()?;
    let paths = shop(&folder);
    story(Setup::default(), async |page| {
        propose(page, &paths).await?;
        let used = "Use orders.customer_id to customers";
        page.click("checkbox", used).await?;
        text_contains(page, "orders.customer_id does not refer to customers").await?;
        page.choose("Role of customers", "fact").await?;
        text_contains(page, "customers is a fact").await?;
        page.click("button", "Undo").await?;
        page.click("button", "Undo").await?;
        let relationships = page.table("Relationships").await?;
        assert_eq!(relationships.len(), 3);
        page.click("button", "Redo").await?;
        text_contains(page, "orders.customer_id does not refer to customers").await?;
        page.click("button", "Load the star").await?;
        go_to_sql(page).await?;
        run(page, "SELECT count(*) FILTER (WHERE column_name = 'customer_key') AS keys FROM duckdb_columns() WHERE table_name = 'fact_order'").await?;
        result(page, |rows| rows == [["0"]]).await?;
        // The tables are there again, and the same files can be proposed anew.
        page.go("Sources").await?;
        page.click("button", "Back to the tables").await?;
        page.click("button", "Propose a star").await?;
        page.table("Tables of the star").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn a_proposal_can_be_reached_by_everybody() -> Outcome {
    let folder = tempfile::tempdir()?;
    let paths = shop(&folder);
    story(Setup::default(), async |page| {
        propose(page, &paths).await?;
        assert_eq!(axe_finds_in_any_window(page, "proposal").await?, "");
        // What is changed by keyboard keeps the focus.
        let used = "Use orders.customer_id to customers";
        let focus = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent";
        let focus = format!("return {focus};");
        let checkbox = page.by_role("checkbox", used).await?;
        checkbox.send_keys(" ").await?;
        text_contains(page, "orders.customer_id does not refer to customers").await?;
        page.wait(SOON, "the focus to be on the checkbox", async || {
            Ok((page.js(&focus, &[]).await? == used).then_some(()))
        })
        .await?;
        page.by_role("button", "Undo").await?.send_keys("\u{e007}").await?;
        page.wait(SOON, "the focus to be on Undo", async || {
            let is_there = page.js(&focus, &[]).await? == "Undo";
            let is_undone = page.js("return document.querySelectorAll('ol[aria-label=\"Changes of the proposal\"] li').length;", &[]).await? == 0;
            Ok((is_there && is_undone).then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn the_document_of_a_star_is_changed_as_text() -> Outcome {
    let folder = tempfile::tempdir()?;
    let paths = shop(&folder);
    let set = "const area = document.querySelector('textarea.document');
               area.value = area.value.replace(arguments[0], arguments[1]);
               area.dispatchEvent(new Event('input'));";
    story(Setup::default(), async |page| {
        propose(page, &paths).await?;
        page.js(
            "document.querySelector('textarea.document').closest('details').open = true;",
            &[],
        )
        .await?;
        page.wait(SOON, "the text of the document", async || {
            let text = page
                .js(
                    "return document.querySelector('textarea.document').value;",
                    &[],
                )
                .await?;
            Ok(text
                .as_str()
                .is_some_and(|text| text.contains("freight"))
                .then_some(()))
        })
        .await?;
        page.js(
            set,
            &["sum(\\\"freight\\\")".into(), "sum(\\\"freigt\\\")".into()],
        )
        .await?;
        page.click("button", "Load this document").await?;
        page.alert_contains(SOON, &["freigt"]).await?;
        page.table("Tables of the star").await?;
        page.js(
            set,
            &[
                "sum(\\\"freigt\\\")".into(),
                "sum(\\\"freight\\\" * 2)".into(),
            ],
        )
        .await?;
        page.click("button", "Load this document").await?;
        text_contains(
            page,
            "The mart is the star that was proposed for these files.",
        )
        .await?;
        page.go("Mart").await?;
        page.table_until("Freight by region", |table| {
            table[1..].iter().any(|row| row.join(" ") == "North 120.00")
        })
        .await
        .map(drop)
    })
    .await
}

#[tokio::test]
async fn dimensions_are_taken_out_of_a_flat_file() -> Outcome {
    let path = root().join("../shared/data/superstore/superstore.csv");
    let path = path.canonicalize().unwrap_or(path);
    if !path.is_file() {
        println!("skipped: {} is not there", path.display());
        return Ok(());
    }
    story(Setup::default(), async |page| {
        propose(page, &path.display().to_string()).await?;
        let splits = page.table("Dimensions inside the rows").await?;
        let names: Vec<_> = splits[1..].iter().map(|row| row[1].as_str()).collect();
        assert_eq!(names, ["customer", "geography", "product"]);
        assert!(splits[3][3].contains("holds for 98.7 % of rows; 32 \"Product ID\" carry several \"Product Name\""));
        page.click("button", "Load the star").await?;
        text_contains(page, "The mart is the star that was proposed for these files.").await?;
        page.table_until("Accounting", |table| table[1][3..5] == ["9,994", "806"]).await?;
        go_to_sql(page).await?;
        run(
            page,
            "SELECT (SELECT count(*) FROM fact_superstore) AS facts, (SELECT count(*) FROM dim_customer) AS customers, (SELECT count(*) FROM dim_product) AS products, round(sum(Sales), 2) AS sales FROM fact_superstore",
        )
        .await?;
        result(page, |rows| rows[0][..3] == ["9,994", "793", "1,862"] && rows[0][3].starts_with("2,297,200.86")).await.map(drop)
    })
    .await
}

#[tokio::test]
async fn the_next_file_with_these_columns_is_loaded_and_any_other_is_not() -> Outcome {
    let folder = tempfile::tempdir()?;
    let sales = |name: &str, rows: std::ops::Range<u32>| {
        let rows: String = rows
            .map(|id| {
                format!(
                    "{id},2026-01-{:02},Customer {},{}.50\n",
                    1 + id % 28,
                    id % 5,
                    id % 9
                )
            })
            .collect();
        file(
            &folder,
            name,
            format!("sale_id,sold_on,customer,amount\n{rows}"),
        )
    };
    let (january, february) = (sales("january.csv", 1..40), sales("february.csv", 40..90));
    let other = file(&folder, "other.csv", "code,text\n1,a\n2,b\n");
    let facts = async |page: &Page, count: &'static str| {
        go_to_sql(page).await?;
        run(page, "SELECT count(*) AS facts FROM fact_january").await?;
        result(page, |rows| rows == [[count]]).await.map(drop)
    };
    story(Setup::default(), async |page| {
        propose(page, &january.display().to_string()).await?;
        page.click("button", "Load the star").await?;
        text_contains(
            page,
            "The mart is the star that was proposed for these files.",
        )
        .await?;
        facts(page, "39").await?;
        page.go("Sources").await?;
        page.choose_file("January file", &other).await?;
        page.by_role("region", "other.csv").await?;
        facts(page, "39").await?;
        page.go("Sources").await?;
        page.choose_file("January file", &february).await?;
        page.click("button", "Load these files").await?;
        page.status_contains("february.csv").await?;
        facts(page, "89").await
    })
    .await
}

#[tokio::test]
async fn tables_that_make_no_star_are_left_as_they_are() -> Outcome {
    let folder = tempfile::tempdir()?;
    let paths = [
        file(&folder, "one.csv", "id,x\n1,a\n2,b\n3,c\n"),
        file(&folder, "two.csv", "id,y\n1,d\n2,e\n3,f\n"),
    ];
    let paths = paths.map(|path| path.display().to_string()).join("\n");
    story(Setup::default(), async |page| {
        propose(page, &paths).await?;
        text_contains(page, "No column refers to the key of another table.").await?;
        page.click("button", "Load the star").await?;
        text_contains(
            page,
            "The mart is the star that was proposed for these files.",
        )
        .await?;
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        Ok(())
    })
    .await
}
