//! Database files in place of the mart: looked at, exported, and refused with the reason.

use crate::expected::seed_is_answered;
use browser_tests::{Outcome, Page, SOON, Setup, Table, story};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const SHOP: &str = r#"
    CREATE TYPE mood AS ENUM ('sad', 'fine');
    CREATE TABLE customers(id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, mood mood);
    CREATE TABLE orders(id BIGINT, customer INTEGER REFERENCES customers(id), total DECIMAL(12, 2), tags VARCHAR[], took INTERVAL);
    CREATE TABLE "a/b ""c"""("x y" INTEGER);
    CREATE VIEW totals AS SELECT name, sum(total) AS total FROM orders JOIN customers ON customer = customers.id GROUP BY name ORDER BY name;
    CREATE SCHEMA archive;
    CREATE TABLE archive.orders(id BIGINT);
    INSERT INTO customers VALUES (1, 'Ann', 'fine'), (2, 'Bob', NULL);
    INSERT INTO orders VALUES (1, 1, 12.50, ['a', 'b'], INTERVAL 3 DAYS), (2, 1, 7.25, NULL, NULL), (3, 2, 0.01, [], NULL);
    INSERT INTO archive.orders VALUES (-9223372036854775808);
"#;

/// Has native DuckDB write a database file by these statements.
pub(crate) fn make(path: &Path, statements: &str) -> Outcome {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/make-database.mjs");
    let mut node = Command::new("node")
        .arg(script)
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()?;
    node.stdin
        .take()
        .expect("a pipe")
        .write_all(statements.as_bytes())?;
    assert!(node.wait()?.success());
    Ok(())
}

/// Chooses a database file and waits until it is open.
pub(crate) async fn open(page: &Page, file: &Path) -> Outcome {
    page.go("Sources").await?;
    page.choose_file("Database file", file).await?;
    let name = file.file_name().expect("a name").to_string_lossy();
    page.status_contains(&format!("{name} opened in")).await
}

fn line<'a>(table: &'a Table, first: &str) -> &'a [String] {
    table.iter().find(|row| row[0] == first).expect(first)
}

#[tokio::test]
async fn any_database_is_looked_at_and_exported() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("shop.duckdb");
    make(&file, SHOP)?;
    story(Setup::default(), async |page| {
        page.open_built().await?;
        open(page, &file).await?;

        page.go("Inspect").await?;
        let tables = page.table_until("Tables", |table| table.len() == 6).await?;
        let expected = [
            ["customers", "dimension", "2", "3"],
            ["orders", "fact", "3", "5"],
            ["a/b \"c\"", "table", "0", "1"],
            ["totals", "view", "2", "2"],
            ["archive.orders", "table", "1", "1"],
        ];
        for row in expected {
            assert_eq!(line(&tables, row[0]), row);
        }
        let columns = page.table("Columns of orders").await?;
        assert_eq!(
            line(&columns, "customer"),
            ["customer", "INTEGER", "foreign key to customers.id, enforced"]
        );
        assert_eq!(line(&columns, "tags")[1], "VARCHAR[]");
        let sample = page.table("Sample rows of orders").await?;
        assert_eq!(sample[1], ["1", "1", "12.50", "[a, b]", "3 days"]);
        let sample = page.table("Sample rows of customers").await?;
        assert_eq!(sample[1][2], "fine");
        let checks = page.table("Quality checks").await?;
        // The name stands before what it means.
        let unique = checks
            .iter()
            .find(|row| row[0].starts_with("customers.id is unique"));
        assert_eq!(unique.map(|row| row[1].as_str()), Some("pass"));

        page.go("Mart").await?;
        page.find("group", "orders (3 rows) joined to customers (2 rows)")
            .await?
            .expect("the star of the file");
        assert!(page.find("table", "Revenue by customer").await?.is_none());

        page.go("Export").await?;
        let csv = page
            .download("button", "Download orders as CSV", "orders.csv")
            .await?;
        assert_eq!(
            String::from_utf8(csv)?,
            "id,customer,total,tags,took\r\n1,1,12.50,\"[a, b]\",3 days\r\n2,1,7.25,,\r\n3,2,0.01,[],\r\n"
        );
        let csv = page
            .download("button", "Download totals as CSV", "totals.csv")
            .await?;
        assert_eq!(String::from_utf8(csv)?, "name,total\r\nAnn,19.75\r\nBob,0.01\r\n");
        let zip = page
            .download("button", "Download all as Parquet", "shop-parquet.zip")
            .await?;
        let archive = zip::ZipArchive::new(std::io::Cursor::new(zip))?;
        let names = archive.file_names().map(|name| name.map(String::from));
        let mut names = names.collect::<Result<Vec<_>, _>>()?;
        names.sort_unstable();
        let expected = ["a_b _c_", "archive.orders", "customers", "orders", "totals"]
            .map(|name| format!("data/Parquet-export/{name}.parquet"));
        let report = ["data/quality/checks.csv", "data/quality/checks.json"].map(str::to_owned);
        assert_eq!(names, [&expected[..], &report].concat());
        let itself = page
            .download("button", "Download shop.duckdb", "shop.duckdb")
            .await?;
        assert!(itself == std::fs::read(&file)?, "the file as it is");
        assert!(page.find("button", "Download mini_data_mart.sql").await?.is_none());

        page.go("Sources").await?;
        page.click("button", "Use sample data").await?;
        page.status_contains("Mart built from sample data").await?;
        page.go("Mart").await?;
        seed_is_answered(page).await
    })
    .await
}

#[tokio::test]
async fn the_exported_mart_opens_as_the_mart() -> Outcome {
    const FILE: &str = "mini_data_mart.duckdb";
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(FILE);
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.go("Export").await?;
        let bytes = page
            .download("button", &format!("Download {FILE}"), FILE)
            .await?;
        std::fs::write(&file, bytes)?;
        // So that the answers cannot be those that stand there already.
        page.go("Sources").await?;
        page.click("button", "Generate sales").await?;
        page.status_contains("Mart built from 10 thousand").await?;
        open(page, &file).await?;
        page.go("Mart").await?;
        seed_is_answered(page).await?;
        // Opened anew, however often.
        for _ in 0..2 {
            let opened = page.marks("mart-built").await?;
            page.click("button", "Rebuild mart").await?;
            page.mark_after("mart-built", opened).await?;
            assert_eq!(page.alerts().await?, Vec::<String>::new());
        }
        seed_is_answered(page).await?;
        page.go("Export").await?;
        let csv = page
            .download("button", "Download dim_customer as CSV", "dim_customer.csv")
            .await?;
        assert_eq!(String::from_utf8(csv)?.lines().count(), 11);
        // The script is written from the file.
        let sql = page
            .download(
                "button",
                "Download mini_data_mart.sql",
                "mini_data_mart.sql",
            )
            .await?;
        assert!(String::from_utf8(sql)?.contains("INSERT INTO \"fact_sales\""));
        Ok(())
    })
    .await
}

/// The first bytes of a file, changed so that its checksum is right again.
fn with_version(bytes: &[u8], version: u64) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[12..20].copy_from_slice(&version.to_le_bytes());
    let words = bytes[8..4096].as_chunks::<8>().0.iter();
    let sum = words.fold(5381, |sum, word| {
        sum ^ u64::from_le_bytes(*word).wrapping_mul(0xbf58_476d_1ce4_e5b9)
    });
    bytes[..8].copy_from_slice(&sum.to_le_bytes());
    bytes
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_says_why_and_costs_nothing() -> Outcome {
    let folder = tempfile::tempdir()?;
    let good = folder.path().join("good.duckdb");
    make(&good, SHOP)?;
    let good = std::fs::read(good)?;
    let mut damaged = good.clone();
    damaged[100] ^= 1;
    let half = good.len() / 2;
    let (has, whole) = (format!("it has {half} bytes"), format!("of {}", good.len()));
    let table: [(&str, Vec<u8>, &[&str]); 5] = [
        (
            "newer.duckdb",
            with_version(&good, 99),
            &[
                "newer.duckdb was written by a newer DuckDB",
                "version 99",
                "64 to 67",
                "STORAGE_VERSION",
            ],
        ),
        (
            "damaged.duckdb",
            damaged,
            &["damaged.duckdb is damaged at byte 0", "backup"],
        ),
        (
            "cut.duckdb",
            good[..6_000].to_vec(),
            &["cut.duckdb is cut short: it has 6000 bytes"],
        ),
        (
            "half.duckdb",
            good[..half].to_vec(),
            &["half.duckdb is cut short", &has, &whole],
        ),
        (
            "sales.db",
            b"order_date,customer_name\n".to_vec(),
            &["sales.db is not a DuckDB database file"],
        ),
    ];
    story(Setup::default(), async |page| {
        page.open_built().await?;
        for (name, content, words) in &table {
            let file: PathBuf = folder.path().join(name);
            std::fs::write(&file, content)?;
            page.go("Sources").await?;
            page.choose_file("Database file", &file).await?;
            let told = page.alert_contains(SOON, words).await?;
            assert!(told.contains("Nothing was changed."), "{told}");
            page.click("button", "Dismiss").await?;
            page.go("Mart").await?;
            seed_is_answered(page).await?;
            page.status_contains("Mart built from sample data").await?;
        }
        Ok(())
    })
    .await
}

/// What is damaged may be found only when it is read.
#[tokio::test]
async fn a_damaged_table_is_told_apart_from_those_that_can_be_read() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("part.duckdb");
    make(
        &file,
        "CREATE TABLE big AS SELECT range AS i, hash(range) AS h FROM range(300000);
         CREATE TABLE small AS SELECT 42 AS answer;",
    )?;
    let mut bytes = std::fs::read(&file)?;
    bytes[12_288 + 262_144 / 2] ^= 1;
    std::fs::write(&file, bytes)?;
    story(Setup::default(), async |page| {
        page.open_built().await?;
        open(page, &file).await?;
        page.go("Inspect").await?;
        let tables = page.table_until("Tables", |table| table.len() == 3).await?;
        assert_eq!(line(&tables, "big")[2], "UNREADABLE");
        assert_eq!(line(&tables, "small")[2], "1");
        let sample = page.table("Sample rows of small").await?;
        assert_eq!(sample[1], ["42"]);
        page.go("Export").await?;
        page.click("button", "Download big as CSV").await?;
        page.alert_contains(SOON, &["Corrupt database file", "No file was saved"])
            .await?;
        page.click("button", "Dismiss").await?;
        page.download("button", "Download small as CSV", "small.csv")
            .await?;
        Ok(())
    })
    .await
}

/// Whatever input it is dropped on, a database is known by its bytes.
#[tokio::test]
async fn a_database_that_is_chosen_as_a_sales_file_is_opened() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("shop.duckdb");
    make(&file, SHOP)?;
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.go("Sources").await?;
        page.choose_file("Sales file", &file).await?;
        page.status_contains("shop.duckdb opened in").await?;
        // A sales file takes its place again.
        let sales = folder.path().join("sales.csv");
        std::fs::write(
            &sales,
            "order_date,customer_name,product_name,quantity,unit_price\n2026-01-05,Ann,Pen,1,2\n",
        )?;
        page.go("Sources").await?;
        page.choose_file("Sales file", &sales).await?;
        page.status_contains("Mart built from sales.csv").await?;
        page.go("Mart").await?;
        page.table_rows("Revenue by customer", [["Ann", "2.00"]])
            .await?;
        Ok(())
    })
    .await
}
