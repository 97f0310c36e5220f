//! Database files of others: under their own names, several at once, and with parts that cannot be read.

use crate::files::load;
use crate::opened::{make, open};
use crate::sql::{go_to_sql, result, run, text_contains};
use browser_tests::{Outcome, SOON, Setup, shared, story};
use std::io::{Cursor, Read as _};
use std::path::Path;

const DEV: &str = "
    CREATE SCHEMA raw;
    CREATE TABLE raw.orders AS SELECT * FROM (VALUES (1, 10.5), (2, 4.25), (3, 0.25)) AS t(id, amount);
    CREATE VIEW stg_orders AS SELECT id, amount FROM dev.raw.orders;";

#[tokio::test]
async fn a_view_that_names_its_database_is_read() -> Outcome {
    let folder = tempfile::tempdir()?;
    let own = folder.path().join("dev.duckdb");
    make(&own, DEV)?;
    let files = std::iter::once(own).chain(shared("field/dev.duckdb"));
    for file in files {
        story(Setup::default(), async |page| {
            page.open_built().await?;
            open(page, &file).await?;
            go_to_sql(page).await?;
            run(
                page,
                "SELECT count(*), sum(amount)::DECIMAL(9,2) FROM stg_orders",
            )
            .await?;
            result(page, |rows| rows[0] == ["3", "15.00"]).await?;
            page.go("Export").await?;
            let zip = page
                .download("button", "Download all as CSV", "dev-csv.zip")
                .await?;
            let archive = zip::ZipArchive::new(Cursor::new(zip))?;
            // Two tables, and the report of the checks in two formats.
            assert_eq!(archive.len(), 4);
            assert_eq!(page.alerts().await?, Vec::<String>::new());
            // Opened again under the same name.
            open(page, &file).await
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_read_is_left_out_by_name() -> Outcome {
    let Some(file) = shared("field/F06-missing-file.duckdb") else {
        return Ok(());
    };
    story(Setup::default(), async |page| {
        page.open_built().await?;
        open(page, &file).await?;
        page.go("Export").await?;
        page.click("button", "Download all as CSV").await?;
        let said = page
            .alert_contains(SOON, &["was saved without orders_ext"])
            .await?;
        assert!(said.contains("left_out.txt"), "{said}");
        let path = page.arrival("F06-missing-file-csv.zip").await?;
        let mut archive = zip::ZipArchive::new(Cursor::new(std::fs::read(path)?))?;
        let mut text = String::new();
        archive.by_name("left_out.txt")?.read_to_string(&mut text)?;
        assert!(text.contains("orders_ext: "), "{text}");
        let mut sales = String::new();
        archive
            .by_name("data/CSV-export/sales.csv")?
            .read_to_string(&mut sales)?;
        assert_eq!(sales.lines().count(), 5, "{sales}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn several_databases_are_joined() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (one, two) = (
        folder.path().join("dev.duckdb"),
        folder.path().join("memory.duckdb"),
    );
    make(&one, DEV)?;
    make(&two, "CREATE TABLE names AS SELECT 1 AS id, 'Ann' AS name;")?;
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.go("Sources").await?;
        let both = format!("{}\n{}", one.display(), two.display());
        page.choose_file("Database file", Path::new(&both)).await?;
        page.status_contains("dev.duckdb, memory.duckdb opened in")
            .await?;
        go_to_sql(page).await?;
        run(
            page,
            "SELECT name, amount FROM dev.raw.orders JOIN memory_db.main.names USING (id)",
        )
        .await?;
        result(page, |rows| rows[0] == ["Ann", "10.50"]).await?;
        page.go("Inspect").await?;
        let tables = page.table_until("Tables", |table| table.len() == 4).await?;
        assert!(
            tables.iter().any(|row| row[0] == "memory_db.main.names"),
            "{tables:?}"
        );
        page.go("Sources").await?;
        page.click("button", "Use sample data").await?;
        page.status_contains("Mart built from sample data").await
    })
    .await
}

#[tokio::test]
async fn numbers_keep_their_digits() -> Outcome {
    let table = [
        (
            "field/F12-half-cents.csv",
            vec![["Cid", "3.02"], ["Ben", "2.68"], ["Ann", "1.01"]],
        ),
        (
            "field/F07-shop-order-ids.csv",
            vec![["Ann", "43.50"], ["Ben", "20.25"]],
        ),
    ];
    for (name, expected) in table {
        let Some(file) = shared(name) else {
            continue;
        };
        story(Setup::default(), async |page| {
            page.open_built().await?;
            page.go("Sources").await?;
            page.choose_file("Sales file", &file).await?;
            page.status_contains("Mart built from F").await?;
            page.go("Mart").await?;
            page.table_rows("Revenue by customer", expected.clone())
                .await?;
            if name.contains("F07") {
                page.go("Export").await?;
                let csv = page
                    .download("button", "Download fact_sales as CSV", "fact_sales.csv")
                    .await?;
                assert!(String::from_utf8(csv)?.contains("5387264950411,"));
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn tables_of_a_database_are_loaded_with_other_files() -> Outcome {
    let folder = tempfile::tempdir()?;
    let shop = folder.path().join("shop.duckdb");
    make(
        &shop,
        "CREATE TABLE item AS SELECT * FROM (VALUES (1, 4.25), (2, 30.50)) AS t(id, price);
         CREATE VIEW cheap AS SELECT id FROM shop.item WHERE price < 5;
         CREATE SCHEMA stock;
         CREATE TABLE stock.\"on hand\" AS SELECT 1 AS id, ['a', 'b'] AS shelves;
         CREATE VIEW gone AS SELECT * FROM shop.item;
         ALTER TABLE item RENAME TO items;",
    )?;
    let orders = folder.path().join("orders.csv");
    std::fs::write(&orders, "id,item,units\n1,1,3\n2,2,1\n3,1\n4,1,2\n")?;
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.go("Sources").await?;
        let both = format!("{}\n{}", shop.display(), orders.display());
        page.choose_file("Sales file", Path::new(&both)).await?;
        page.table_rows(
            "First rows of shop.duckdb: items",
            [["1", "4.25"], ["2", "30.50"]],
        )
        .await?;
        text_contains(page, "view gone cannot be read").await?;
        load(page).await?;
        let table = page.table("Accounting").await?;
        let loaded: Vec<_> = table[1..].iter().map(|row| &row[..5]).collect();
        assert_eq!(
            loaded,
            [
                ["shop.duckdb: items", "items", "2", "2", "0"],
                ["shop.duckdb: stock.on hand", "stock_on_hand", "1", "1", "0"],
                ["orders.csv", "orders", "5", "3", "1"],
            ]
        );
        go_to_sql(page).await?;
        run(
            page,
            "SELECT sum(units * price) AS total, any_value(shelves)::VARCHAR AS shelves
             FROM orders JOIN items ON items.id = item LEFT JOIN stock_on_hand AS h ON h.id = item",
        )
        .await?;
        result(page, |rows| rows[0] == ["51.75", "[a, b]"]).await?;
        // Opened as it is, it cannot be changed; its tables can, once they are loaded.
        open(page, &shop).await?;
        page.go("Sources").await?;
        page.click("button", "Load these tables").await?;
        page.click("button", "Remove shop.duckdb: stock.on hand")
            .await?;
        load(page).await?;
        go_to_sql(page).await?;
        run(page, "UPDATE items SET price = 1 RETURNING price").await?;
        result(page, |rows| rows == [["1.00"], ["1.00"]]).await?;
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        Ok(())
    })
    .await
}
