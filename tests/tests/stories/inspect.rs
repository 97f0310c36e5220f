//! The page Inspect: what is in the mart, and whether it holds.

use crate::behind_its_back;
use crate::expected::TABLES;
use browser_tests::{KEEP_WORKERS, Outcome, Setup, Table, story};

#[tokio::test]
async fn tables_columns_and_samples() -> Outcome {
    let columns = [
        (
            "dim_customer",
            &["customer_id", "customer_name", "region"][..],
        ),
        ("dim_product", &["product_id", "product_name", "category"]),
        ("dim_date", &["date", "year", "month", "day_of_week"]),
        (
            "fact_sales",
            &[
                "sale_id",
                "customer_id",
                "product_id",
                "order_date",
                "quantity",
                "unit_price",
            ],
        ),
    ];
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.go("Inspect").await?;
        let tables = page.table_until("Tables", |table| table.len() == 5).await?;
        assert_eq!(tables[0][..3], ["Table", "Kind", "Rows"]);
        for (name, rows) in TABLES {
            let row = tables.iter().find(|row| row[0] == name).expect(name);
            let kind = if name.starts_with("dim") {
                "dimension"
            } else {
                "fact"
            };
            assert!(row[1].eq_ignore_ascii_case(kind), "{row:?}");
            assert_eq!(row[2], rows.to_string(), "{row:?}");
        }
        for (table, names) in columns {
            let described = page.table(&format!("Columns of {table}")).await?;
            let shown: Vec<_> = described[1..].iter().map(|row| row[0].as_str()).collect();
            assert_eq!(shown, names, "columns of {table}");
            let sample = page
                .table_until(&format!("Sample rows of {table}"), |table| table.len() > 1)
                .await?;
            assert_eq!(sample[0], names, "sample of {table}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn types_and_keys() -> Outcome {
    let table = [
        ("dim_customer", "customer_id", "INTEGER", "primary key"),
        ("dim_customer", "customer_name", "VARCHAR", ""),
        ("dim_date", "date", "DATE", "primary key"),
        ("fact_sales", "sale_id", "INTEGER", "primary key"),
        ("fact_sales", "customer_id", "INTEGER", "dim_customer"),
        ("fact_sales", "order_date", "DATE", "dim_date"),
        ("fact_sales", "unit_price", "DOUBLE", ""),
    ];
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.go("Inspect").await?;
        for (name, column, kind, key) in table {
            let described = page.table(&format!("Columns of {name}")).await?;
            let row = described.iter().find(|row| row[0] == column).expect(column);
            let told = row.join(" ");
            assert!(told.contains(kind), "{name}.{column}: {told}");
            assert!(told.to_lowercase().contains(key), "{name}.{column}: {told}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn dates_are_iso_and_the_same_in_every_time_zone() -> Outcome {
    for time_zone in ["Pacific/Kiritimati", "America/Los_Angeles"] {
        story(
            Setup {
                time_zone,
                ..Setup::default()
            },
            async |page| {
                page.open_built().await?;
                page.go("Inspect").await?;
                let first_day = |table: &Table| table.iter().any(|row| row[0] == "2025-10-01");
                let sample = page
                    .table_until("Sample rows of dim_date", first_day)
                    .await?;
                let row = sample
                    .iter()
                    .find(|row| row[0] == "2025-10-01")
                    .expect("the first day");
                assert_eq!(row[1..], ["2025", "10", "Wednesday"]);
                Ok(())
            },
        )
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn every_check_passes_for_the_seed() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.go("Inspect").await?;
        let all =
            |table: &Table| table.len() > 7 && table[1..].iter().all(|row| row[1].contains("pass"));
        let checks = page.table_until("Quality checks", all).await?;
        assert_eq!(checks[0][..2], ["Check", "Result"]);
        for name in ["dim_customer", "dim_product", "dim_date", "fact_sales"] {
            assert!(
                checks.iter().any(|row| row[0].contains(name)),
                "a check of {name} in {checks:?}"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_view_in_the_place_of_a_table_gives_way_to_the_mart() -> Outcome {
    let setup = Setup {
        scripts: vec![KEEP_WORKERS],
        ..Setup::default()
    };
    story(setup, async |page| {
        page.open_built().await?;
        let statements = "DROP TABLE fact_sales; CREATE VIEW fact_sales AS SELECT 1 AS sale_id";
        behind_its_back(page, statements).await?;
        let builds = page.marks("answers-painted").await?;
        page.click("button", "Rebuild mart").await?;
        page.mark_after("answers-painted", builds).await?;
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        let log = page.table("Build log").await?;
        assert_eq!(log[1][0], "Drop the view fact_sales");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_table_that_is_gone_is_missing_and_comes_back() -> Outcome {
    let setup = Setup {
        scripts: vec![KEEP_WORKERS],
        ..Setup::default()
    };
    story(setup, async |page| {
        page.open_built().await?;
        behind_its_back(page, "DROP TABLE fact_sales").await?;
        page.go("Inspect").await?;
        let rows_of_facts = |table: &Table| {
            let row = table.iter().find(|row| row[0] == "fact_sales");
            row.map(|row| row[2].clone())
        };
        let missing = |table: &Table| rows_of_facts(table).as_deref() == Some("MISSING");
        page.table_until("Tables", missing).await?;
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        page.go("Mart").await?;
        page.click("button", "Rebuild mart").await?;
        page.go("Inspect").await?;
        let back = |table: &Table| rows_of_facts(table).as_deref() == Some("120");
        page.table_until("Tables", back).await?;
        Ok(())
    })
    .await
}
