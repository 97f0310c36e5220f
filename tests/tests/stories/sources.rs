//! The page Sources: a person brings a file of their own, good or bad, and goes back to the seed.

use crate::comes_to_rest;
use crate::expected::{money, seed_is_answered};
use crate::sql::{open_sql, run};
use browser_tests::{BUILD, Outcome, Page, SOON, Setup, shared, story};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

const LABEL: &str = "Sales file";

const GOOD: &str = "\
order_date,customer_name,region,product_name,category,quantity,unit_price
2026-01-05,Ann,North,Pen,Stationery,3,1.5
2026-01-06,Ben,South,Lamp,Furniture,1,20.25
2026-01-06,Ann,North,Lamp,Furniture,2,20.25
";
const GOOD_ANSWER: [[&str; 2]; 2] = [["Ann", "45.00"], ["Ben", "20.25"]];

/// Files that live as long as the story.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, content).expect("a file");
        path
    }
}

async fn open_sources(page: &Page) -> Outcome {
    page.open_built().await?;
    page.go("Sources").await
}

/// Loads a file and waits until the mart stands on it and is shown.
async fn load(page: &Page, file: &std::path::Path) -> Outcome {
    let painted = page.marks("mart-built").await?;
    page.choose_file(LABEL, file).await?;
    page.mark_after("mart-built", painted).await?;
    page.go("Mart").await
}

#[tokio::test]
async fn every_usual_way_to_write_a_csv_loads() -> Outcome {
    let shuffled = "\
Unit_Price,QUANTITY,Product_Name,Customer_Name,order_date,Region,Category
1.5,3,Pen,Ann,2026-01-05,North,Stationery
20.25,1,Lamp,Ben,2026-01-06,South,Furniture
20.25,2,Lamp,Ann,2026-01-06,North,Furniture
";
    let table = [
        ("plain.csv", GOOD.to_owned()),
        ("bom.csv", format!("\u{feff}{GOOD}")),
        ("crlf.csv", GOOD.replace('\n', "\r\n")),
        ("semicolon.csv", GOOD.replace(',', ";")),
        ("tab.csv", GOOD.replace(',', "\t")),
        ("shuffled.csv", shuffled.to_owned()),
        ("no-last-newline.csv", GOOD.trim_end().to_owned()),
        ("more columns.csv", GOOD.replace('\n', ",x\n")),
    ];
    let desk = Desk::new();
    story(Setup::default(), async |page| {
        open_sources(page).await?;
        for (name, content) in &table {
            load(page, &desk.file(name, content)).await?;
            page.table_rows("Revenue by customer", GOOD_ANSWER).await?;
            assert_eq!(page.alerts().await?, Vec::<String>::new(), "{name}");
            // So that the next file's answers cannot be this one's.
            page.go("Sources").await?;
            page.click("button", "Use sample data").await?;
            page.go("Mart").await?;
            seed_is_answered(page).await?;
            page.go("Sources").await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn quoted_newlines_and_quotes_stay_in_the_names() -> Outcome {
    let content = "order_date,customer_name,region,product_name,category,quantity,unit_price\n\
                   2026-01-05,\"Ann\nLee, \"\"A\"\"\",North,Pen,Stationery,1,2\n";
    let desk = Desk::new();
    story(Setup::default(), async |page| {
        open_sources(page).await?;
        load(page, &desk.file("quoted.csv", content)).await?;
        // A screen may show the line's end as a space.
        let right = |table: &browser_tests::Table| {
            let words = |cell: &String| cell.split_whitespace().collect::<Vec<_>>().join(" ");
            table
                .get(1)
                .is_some_and(|row| words(&row[0]) == "Ann Lee, \"A\"" && row[1] == "2.00")
        };
        page.table_until("Revenue by customer", right).await?;
        page.go("Export").await?;
        let bytes = page
            .download("button", "Download dim_customer as CSV", "dim_customer.csv")
            .await?;
        let mut rows = csv::Reader::from_reader(&bytes[..]);
        let row = rows.records().next().expect("a row")?;
        assert_eq!(&row[1], "Ann\nLee, \"A\"");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn columns_that_may_be_missing_are_filled() -> Outcome {
    let content =
        "order_date,customer_name,product_name,quantity,unit_price\n2026-01-05,Ann,Pen,2,1.25\n";
    let desk = Desk::new();
    story(Setup::default(), async |page| {
        open_sources(page).await?;
        load(page, &desk.file("short.csv", content)).await?;
        page.table_rows("Revenue by region", [["Unknown", "2.50"]])
            .await?;
        page.table_rows("Revenue by category", [["Unknown", "2.50"]])
            .await
    })
    .await
}

#[tokio::test]
async fn a_dropped_file_loads_and_the_seed_comes_back() -> Outcome {
    story(Setup::default(), async |page| {
        open_sources(page).await?;
        let built = page.marks("mart-built").await?;
        page.drop_file(LABEL, "fact_sales.csv", GOOD).await?;
        let built = page.mark_after("mart-built", built).await?;
        page.go("Mart").await?;
        page.table_rows("Revenue by customer", GOOD_ANSWER).await?;
        // Rebuilding stays with the file that was given.
        page.click("button", "Rebuild mart").await?;
        let built = page.mark_after("mart-built", built).await?;
        page.table_rows("Revenue by customer", GOOD_ANSWER).await?;
        page.go("Sources").await?;
        page.click("button", "Use sample data").await?;
        page.mark_after("mart-built", built).await?;
        page.go("Mart").await?;
        seed_is_answered(page).await
    })
    .await
}

#[tokio::test]
async fn the_template_is_a_file_that_loads() -> Outcome {
    let desk = Desk::new();
    story(Setup::default(), async |page| {
        open_sources(page).await?;
        let template = page
            .download("link", "Download template", "fact_sales.csv")
            .await?;
        let head = String::from_utf8_lossy(&template);
        let required = [
            "order_date",
            "customer_name",
            "product_name",
            "quantity",
            "unit_price",
        ];
        for column in required {
            assert!(
                head.lines()
                    .next()
                    .is_some_and(|line| line.contains(column)),
                "{column}"
            );
        }
        load(page, &desk.file("template.csv", &template)).await?;
        page.table_until("Revenue by customer", |table| table.len() > 1)
            .await?;
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_bad_file_is_explained_and_costs_nothing() -> Outcome {
    let table: [(&str, Vec<u8>, &[&str]); 5] = [
        (
            "no-price.csv",
            GOOD.replace(",unit_price", ",price").into(),
            &["line 1", "unit_price", "missing"],
        ),
        ("nothing.csv", Vec::new(), &["line 1", "empty"]),
        (
            "head.csv",
            GOOD.lines().next().unwrap_or_default().into(),
            &["line 1", "no rows"],
        ),
        (
            "photo.csv",
            (0..25_000_u32)
                .flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes())
                .collect(),
            &["a binary file", "not a table"],
        ),
        ("line.csv", vec![b'x'; 20_000_000], &["line 1", "too long"]),
    ];
    let desk = Desk::new();
    story(Setup::default(), async |page| {
        open_sources(page).await?;
        for (name, content, words) in &table {
            page.choose_file(LABEL, &desk.file(name, content)).await?;
            page.alert_contains(BUILD, &[&[*name], *words].concat())
                .await?;
            page.go("Mart").await?;
            seed_is_answered(page).await?;
            page.go("Sources").await?;
            page.click("button", "Dismiss").await?;
            let gone = async || Ok(page.alerts().await?.is_empty().then_some(()));
            page.wait(SOON, "the alert to go", gone).await?;
        }
        load(page, &desk.file("good.csv", GOOD)).await?;
        page.table_rows("Revenue by customer", GOOD_ANSWER).await
    })
    .await
}

#[tokio::test]
async fn hostile_names_are_only_names() -> Outcome {
    let long = "x".repeat(10_000);
    let names = [
        "<img src=x onerror=alert(1)>",
        "'; DROP TABLE fact_sales; --",
        "=1+1",
        &long,
    ];
    let row = |(name, price)| format!("2026-01-05,{name},North,{name},{name},1,{price}\n");
    let head = GOOD.split_inclusive('\n').take(1).map(str::to_owned);
    let content: String = head
        .chain(names.iter().zip([4, 3, 2, 1]).map(row))
        .collect();
    let deaf = "window.__dialogs = 0; window.alert = window.confirm = window.prompt = () => { window.__dialogs++; };";
    let desk = Desk::new();
    story(
        Setup {
            scripts: vec![deaf],
            ..Setup::default()
        },
        async |page| {
            open_sources(page).await?;
            load(page, &desk.file("hostile.csv", &content)).await?;
            let rows = names
                .into_iter()
                .zip(["4.00", "3.00", "2.00", "1.00"])
                .map(<[&str; 2]>::from);
            page.table_rows("Revenue by customer", rows).await?;
            for name in ["Inspect", "Export"] {
                page.go(name).await?;
            }
            let bytes = page
                .download("button", "Download dim_customer as CSV", "dim_customer.csv")
                .await?;
            let mut file = csv::Reader::from_reader(&bytes[..]);
            let mut exported = Vec::new();
            for row in file.records() {
                exported.push(row?[1].to_owned());
            }
            exported.sort();
            let mut sorted = names.map(str::to_owned);
            sorted.sort();
            assert_eq!(exported, sorted);
            assert_eq!(page.js("return window.__dialogs", &[]).await?, 0);
            assert!(
                !page
                    .server
                    .requests()
                    .iter()
                    .any(|request| request.target == "/x"),
                "an image was asked for"
            );
            Ok(())
        },
    )
    .await
}

#[tokio::test]
async fn the_superstore_is_answered() -> Outcome {
    let Some(file) = shared("superstore/fact_sales.csv") else {
        return Ok(());
    };
    story(Setup::default(), async |page| {
        open_sources(page).await?;
        load(page, &file).await?;
        page.table_rows(
            "Revenue by category",
            [
                ["Technology", "836,154.03"],
                ["Furniture", "741,999.80"],
                ["Office Supplies", "719,047.03"],
            ],
        )
        .await?;
        let customers = page.table("Revenue by customer").await?;
        assert_eq!(customers[1], ["Sean Miller", "25,043.05"]);
        page.go("Inspect").await?;
        let counts = [
            ("dim_customer", "2,501"),
            ("dim_product", "1,850"),
            ("dim_date", "1,458"),
            ("fact_sales", "9,994"),
        ];
        let tables = page.table("Tables").await?;
        for (name, rows) in counts {
            assert!(
                tables.iter().any(|row| row[0] == name && row[2] == rows),
                "{name} {rows} in {tables:?}"
            );
        }
        page.go("Export").await?;
        let bytes = page
            .download(
                "button",
                "Download Revenue by region as CSV",
                "revenue_by_region.csv",
            )
            .await?;
        let mut total = 0.0;
        for row in csv::Reader::from_reader(&bytes[..]).into_records() {
            total += row?[1].parse::<f64>()?;
        }
        assert_eq!(money(total), "2,297,200.86");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_file_that_comes_while_the_page_is_at_something_else_is_refused_aloud() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(
            page,
            "SELECT count(*) FROM range(100000000000) t(i) WHERE i % 3 = 1",
        )
        .await?;
        page.go("Sources").await?;
        page.drop_file(LABEL, "sales.csv", GOOD).await?;
        page.alert_contains(
            SOON,
            &["sales.csv was not loaded", "another action is running"],
        )
        .await?;
        page.click("button", "Cancel").await?;
        comes_to_rest(page).await?;
        let built = page.marks("mart-built").await?;
        page.drop_file(LABEL, "sales.csv", GOOD).await?;
        page.mark_after("mart-built", built).await?;
        // What was refused before is not told any more.
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        page.go("Mart").await?;
        page.table_rows("Revenue by customer", GOOD_ANSWER).await
    })
    .await
}
