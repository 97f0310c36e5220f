//! A star that keeps its loads: the next files are shown before they are loaded, rows are found late, amounts are
//! accounted for, loads are taken back.

use crate::files::{choose, file, load};
use crate::reach::axe_finds_in_any_window;
use crate::sql::{go_to_sql, result, run, text_contains};
use browser_tests::{Outcome, Page, SOON, Setup, story};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const LOADED: &str = "The mart is the star that was proposed for these files.";

/// Customers, and orders of them; the last order is of a customer who is not there.
fn shop(folder: &TempDir) -> [PathBuf; 2] {
    let customers: String = (1..=20)
        .map(|id| format!("{id},Customer {id},Region {}\n", id % 3))
        .collect();
    let orders: String = (1..=50)
        .map(|id| {
            let customer = if id == 50 { 99 } else { 1 + id % 20 };
            format!("{id},{customer},2026-01-{:02},2.50\n", 1 + id % 28)
        })
        .collect();
    [
        file(
            folder,
            "customers.csv",
            format!("customer_id,name,region\n{customers}"),
        ),
        file(
            folder,
            "orders.csv",
            format!("order_id,customer_id,ordered_on,amount\n{orders}"),
        ),
    ]
}

/// Loads the star that is proposed for files.
async fn star_of(page: &Page, paths: &[PathBuf]) -> Outcome {
    page.open_built().await?;
    let paths: Vec<_> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    choose(page, Path::new(&paths.join("\n"))).await?;
    load(page).await?;
    page.click("button", "Propose a star").await?;
    page.table("Tables of the star").await?;
    page.click("button", "Load the star").await?;
    text_contains(page, LOADED).await
}

/// Drops files on a star that is there, and waits until they are shown.
async fn next(page: &Page, path: &Path) -> Outcome {
    page.go("Sources").await?;
    page.choose_file("Files", path).await?;
    page.table("Files of the next load").await.map(drop)
}

async fn facts(page: &Page, expected: &'static [[&'static str; 3]]) -> Outcome {
    go_to_sql(page).await?;
    let sql = "SELECT count(*) AS orders, sum(amount) AS amount, count(*) FILTER (WHERE customer_key = -1) AS unknown FROM fact_order";
    run(page, sql).await?;
    result(page, |rows| rows == expected).await.map(drop)
}

/// Of each load the number of rows.
async fn loads(page: &Page, expected: &[&str]) -> Outcome {
    page.go("Sources").await?;
    page.table_until("Loads", |table| {
        let rows: Vec<_> = table[1..].iter().map(|row| row[2].as_str()).collect();
        rows == expected
    })
    .await
    .map(drop)
}

#[tokio::test]
async fn the_files_of_next_month_are_merged_and_taken_back() -> Outcome {
    let folder = tempfile::tempdir()?;
    let first = shop(&folder);
    let february = file(
        &folder,
        "orders_february.csv",
        "order_id,customer_id,ordered_on,amount,channel\n50,99,2026-02-01,4.00,web\n51,1,2026-02-02,10.00,shop\n",
    );
    let late = file(
        &folder,
        "late.csv",
        "customer_id,name,region\n99,Late customer,Region 9\n",
    );
    story(Setup::default(), async |page| {
        star_of(page, &first).await?;
        facts(page, &[["50", "125.00", "1"]]).await?;
        next(page, &february).await?;
        let table = page.table("Files of the next load").await?;
        assert_eq!(table[1][..3], ["orders_february.csv", "Orders file", "New columns, which are left out: channel."]);
        // Nothing is loaded before the user says so.
        facts(page, &[["50", "125.00", "1"]]).await?;
        page.go("Sources").await?;
        page.click("button", "Load these files").await?;
        loads(page, &["70", "2"]).await?;
        facts(page, &[["51", "136.50", "1"]]).await?;
        next(page, &late).await?;
        page.click("button", "Load these files").await?;
        loads(page, &["70", "2", "1"]).await?;
        facts(page, &[["51", "136.50", "0"]]).await?;
        run(page, "SELECT batch, source, mode, rows_read, length(hash) AS digits FROM load_batches ORDER BY batch, source").await?;
        result(page, |rows| {
            rows == [
                ["1", "customers", "replace", "21", "64"],
                ["1", "orders", "replace", "51", "64"],
                ["2", "orders", "merge", "3", "64"],
                ["3", "customers", "merge", "2", "64"],
            ]
        })
        .await?;
        page.go("Sources").await?;
        page.table_until("Account of the measures", |table| {
            let amount = table.iter().find(|row| row[0] == "fact_order.amount");
            amount.is_some_and(|row| row[1..] == ["139", "136.5", "0", "2.5", "adds up"])
        })
        .await?;
        page.table_until("Account of the relationships", |table| {
            let customers = table.iter().find(|row| row[1] == "dim_customer");
            customers.is_some_and(|row| row[2..] == ["51", "0", "0", "0"])
        })
        .await?;
        // A number leads to its rows.
        page.click("button", "Rows of fact_order.amount replaced: 2.5").await?;
        result(page, |rows| rows.len() == 1 && rows[0][..2] == ["50", "99"]).await?;
        page.go("Sources").await?;
        page.click("button", "Take load 2 back").await?;
        loads(page, &["70", "1"]).await?;
        facts(page, &[["50", "125.00", "0"]]).await?;
        // All files are read again.
        page.go("Mart").await?;
        page.click("button", "Rebuild mart").await?;
        page.status_contains("late.csv").await?;
        loads(page, &["70", "1"]).await?;
        facts(page, &[["50", "125.00", "0"]]).await
    })
    .await
}

#[tokio::test]
async fn the_same_file_again_changes_nothing_and_a_wrong_one_leaves_the_star() -> Outcome {
    let folder = tempfile::tempdir()?;
    let first = shop(&folder);
    let broken = file(
        &folder,
        "broken.csv",
        "order_id,customer_id,ordered_on,amount\n,1,2026-02-01,1.00\n",
    );
    let whole = file(
        &folder,
        "whole.csv",
        "order_id,customer_id,ordered_on,amount\n7,1,2026-02-01,1.00\n7,2,2026-02-01,5.00\n",
    );
    story(Setup::default(), async |page| {
        star_of(page, &first).await?;
        next(page, &first[1]).await?;
        text_contains(page, "Nothing: load 1 brought the same content.").await?;
        assert_eq!(
            page.find("button", "Load these files").await?.is_none(),
            true
        );
        assert_eq!(axe_finds_in_any_window(page, "next load").await?, "");
        page.click("button", "Leave them out").await?;
        next(page, &broken).await?;
        page.click("button", "Load these files").await?;
        page.alert_contains(SOON, &["broken.csv"]).await?;
        facts(page, &[["50", "125.00", "1"]]).await?;
        // A file can be the whole table; the second row with the key is set aside.
        page.go("Sources").await?;
        page.click("button", "Leave them out").await?;
        next(page, &whole).await?;
        page.choose(
            "What the rows of whole.csv do",
            "Replace: the file is the whole table",
        )
        .await?;
        page.click("button", "Load these files").await?;
        loads(page, &["70", "1"]).await?;
        page.table_until("Set aside", |table| {
            table.len() == 2
                && table[1][3] == "7"
                && table[1][4] == "another row of this load has the key"
        })
        .await?;
        facts(page, &[["1", "1.00", "0"]]).await
    })
    .await
}
