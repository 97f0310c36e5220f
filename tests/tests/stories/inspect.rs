//! The page Inspect: what is in the mart, and whether it holds.

use crate::behind_its_back;
use crate::expected::TABLES;
use browser_tests::{KEEP_WORKERS, Outcome, Setup, Table, story};
use std::time::{Duration, Instant};

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

/// The profile of the seed's sales, a column a line.
const PROFILE: [&str; 6] = [
    "sale_id|INTEGER|0|120|1|120|60.5|30 · 60 · 90|each once",
    "customer_id|INTEGER|0|10|1|10|5.0667|2 · 5 · 8|1\u{a0}(22), 10\u{a0}(17), 2\u{a0}(15), 7\u{a0}(15), 5\u{a0}(14)",
    "product_id|INTEGER|0|12|10|21|15.008|12 · 16 · 18|16\u{a0}(24), 12\u{a0}(18), 18\u{a0}(13), 13\u{a0}(12), 11\u{a0}(10)",
    "order_date|DATE|0|65|2025-10-01|2025-12-30|2025-11-11|2025-10-22 · 2025-11-09 · 2025-12-03|2025-10-09\u{a0}(5), 2025-10-03\u{a0}(4), 2025-10-08\u{a0}(4), 2025-10-29\u{a0}(4), 2025-11-01\u{a0}(4)",
    "quantity|INTEGER|0|9|1|20|4.4417|2 · 3 · 5|2\u{a0}(31), 1\u{a0}(27), 5\u{a0}(24), 3\u{a0}(10), 4\u{a0}(7)",
    "unit_price|DOUBLE|0|25|3.4|1,200|213.86|6.75 · 89.95 · 263.99|180\u{a0}(18), 4.25\u{a0}(17), 6.75\u{a0}(12), 150\u{a0}(10), 329.99\u{a0}(8)",
];

#[tokio::test]
async fn a_profile_tells_what_the_values_of_each_column_are_like() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.go("Inspect").await?;
        page.click("button", "Profile fact_sales").await?;
        let profile = page
            .table_until("Profile of fact_sales", |table| table.len() == 7)
            .await?;
        assert_eq!(
            profile[0].join("|"),
            "Column|Type|Nulls|Distinct|Min|Max|Mean|Quartiles|Most frequent|Histogram"
        );
        for (line, expected) in profile[1..].iter().zip(PROFILE) {
            assert_eq!(line[..9].join("|"), expected);
        }
        let pictures = page.names("img").await?;
        let histograms = pictures
            .iter()
            .filter(|name| name.starts_with("Histogram from"));
        assert_eq!(histograms.count(), 6, "{pictures:?}");
        // A text has no mean, and another mart has another profile.
        page.click("button", "Profile dim_customer").await?;
        let profile = page
            .table_until("Profile of dim_customer", |table| table.len() == 4)
            .await?;
        assert_eq!(profile[3][..4], ["region", "VARCHAR", "0", "4"]);
        assert_eq!(profile[3][6..8], ["", ""]);
        page.go("Mart").await?;
        let builds = page.marks("answers-painted").await?;
        page.click("button", "Rebuild mart").await?;
        page.mark_after("answers-painted", builds).await?;
        page.go("Inspect").await?;
        page.by_role("button", "Profile fact_sales").await?;
        assert!(page.find("table", "Profile of fact_sales").await?.is_none());
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_profile_of_a_million_sales_can_be_cancelled() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.go("Sources").await?;
        page.choose("Number of sales", "1 million").await?;
        page.click("button", "Generate sales").await?;
        page.status_contains("Mart built from 1 million").await?;
        page.go("Inspect").await?;
        page.click("button", "Profile fact_sales").await?;
        page.table_until("Profile of fact_sales", |table| table.len() > 1)
            .await?;
        page.click("button", "Cancel").await?;
        let cancelled = Instant::now();
        page.wait(
            Duration::from_secs(5),
            "the end of the profile",
            async || Ok(page.find("button", "Cancel").await?.is_none().then_some(())),
        )
        .await?;
        // Half a second is what it may take; the rest is for a machine that does other things too.
        assert!(
            cancelled.elapsed() < Duration::from_secs(1),
            "{:?}",
            cancelled.elapsed()
        );
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        let shown = page.table("Profile of fact_sales").await?;
        assert!((2..7).contains(&shown.len()), "{shown:?}");
        // The page goes on as if nothing had been.
        page.click("button", "Profile dim_product").await?;
        page.table_until("Profile of dim_product", |table| table.len() == 4)
            .await?;
        assert_eq!(page.table("Profile of fact_sales").await?, shown);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_check_that_fails_shows_its_rows_and_hands_them_out() -> Outcome {
    const CHECK: &str = "Every fact_sales.customer_id is in dim_customer";
    let setup = Setup {
        scripts: vec![KEEP_WORKERS],
        ..Setup::default()
    };
    story(setup, async |page| {
        page.open_built().await?;
        behind_its_back(
            page,
            "CREATE OR REPLACE TABLE fact_sales AS
                SELECT * REPLACE (CASE WHEN sale_id <= 3 THEN 999 ELSE customer_id END AS customer_id) FROM fact_sales",
        )
        .await?;
        page.go("Inspect").await?;
        let failed = |table: &Table| table.iter().any(|row| row[1] == "fail" && row[2] == "3");
        page.table_until("Quality checks", failed).await?;
        let name = format!("Failing rows of {CHECK}");
        page.click("button", &name).await?;
        let rows = page.table_until(&name, |table| table.len() == 4).await?;
        assert_eq!(rows[0][..2], ["sale_id", "customer_id"]);
        let found: Vec<_> = rows[1..].iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
        assert_eq!(found, [("1", "999"), ("2", "999"), ("3", "999")]);
        let csv = page
            .download("button", &format!("Download failing rows of {CHECK} as CSV"), &format!("failing rows of {CHECK}.csv"))
            .await?;
        let csv = String::from_utf8(csv)?;
        assert_eq!(csv.lines().count(), 4, "{csv}");
        assert!(csv.starts_with("sale_id,customer_id,"), "{csv}");
        let json = page
            .download("button", "Download checks as JSON", "quality_checks.json")
            .await?;
        let report: Vec<serde_json::Value> = serde_json::from_slice(&json)?;
        let line = report.iter().find(|line| line["check"] == CHECK).expect("its line");
        assert_eq!(line["result"], "fail");
        assert_eq!(line["failing_rows"], 3);
        assert_eq!(report.iter().filter(|line| line["result"] == "pass").count(), report.len() - 1);
        let csv = page
            .download("button", "Download checks as CSV", "quality_checks.csv")
            .await?;
        let csv = String::from_utf8(csv)?;
        let columns = "check,description,dataset,kind,severity,result,failing_rows,message,sql\r\n";
        assert!(csv.starts_with(columns), "{csv}");
        let is_it = |line: &str| {
            line.starts_with(CHECK) && line.contains(",fact_sales,relationships,error,fail,3,")
        };
        assert!(csv.lines().any(is_it), "{csv}");
        Ok(())
    })
    .await
}
