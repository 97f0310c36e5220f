//! Files of others: understood, looked at, changed, loaded, with every row accounted for.

use crate::sql::{go_to_sql, result, run, text_contains};
use browser_tests::{BUILD, Outcome, Page, SOON, Setup, root, story};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const LABEL: &str = "Sales file";

const PLAIN: &str = "order_date,customer_name,region,product_name,category,quantity,unit_price\n";

pub(crate) fn file(folder: &TempDir, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, content).expect("a file");
    path
}

pub(crate) async fn choose(page: &Page, file: &Path) -> Outcome {
    page.go("Sources").await?;
    page.choose_file(LABEL, file).await
}

/// Loads the files that are shown, and waits for their account.
pub(crate) async fn load(page: &Page) -> Outcome {
    page.click("button", "Load").await?;
    page.table("Accounting").await.map(drop)
}

#[tokio::test]
async fn a_foreign_file_becomes_a_table_and_each_of_its_lines_is_accounted_for() -> Outcome {
    let text = "Report of 2025;;\n\nid;day;amount\n1;31.12.2025;1.299,99\n2;1.1.2026;4,50\n3;30.2.2026;7,00\nSumme;;1.311,49\n";
    let folder = tempfile::tempdir()?;
    let report = file(&folder, "report.csv", text);
    story(Setup::default(), async |page| {
        page.open_built().await?;
        choose(page, &report).await?;
        page.by_role("region", "report.csv").await?;
        page.table_rows(
            "First rows of report.csv",
            [["1", "2025-12-31", "1299.99"], ["2", "2026-01-01", "4.50"]],
        )
        .await?;
        text_contains(page, "day first: line 4 has 31.12.2025").await?;
        page.table_until("Set aside", |table| table.len() == 2 && table[1][0] == "6")
            .await?;
        load(page).await?;
        page.table_rows(
            "Accounting",
            [[
                "report.csv",
                "report",
                "7",
                "2",
                "1",
                "4",
                "1 header (line 3); 1 title (line 1); 1 empty (line 2); 1 total (line 7)",
            ]],
        )
        .await?;
        let table = page.table("Set aside").await?;
        assert_eq!(table[1][..4], ["report.csv", "6", "day", "30.2.2026"]);
        let csv = page
            .download("button", "Download rows set aside as CSV", "quarantine.csv")
            .await?;
        assert!(String::from_utf8(csv)?.contains("3;30.2.2026;7,00"));
        go_to_sql(page).await?;
        run(
            page,
            "SELECT sum(amount) AS total, typeof(min(day)) AS day_type FROM report",
        )
        .await?;
        result(page, |rows| rows[0] == ["1,304.49", "DATE"]).await?;
        page.go("Inspect").await?;
        page.table_until("Tables", |table| {
            let named = |name: &str| table.iter().any(|row| row[0] == name);
            named("report") && named("quarantine")
        })
        .await?;
        // The mart before is one click away.
        page.go("Sources").await?;
        page.click("button", "Open Mini data mart").await?;
        page.status_contains("Mart built from sample data").await?;
        go_to_sql(page).await?;
        let left = "SELECT count(*) AS left_over FROM duckdb_tables() WHERE table_name IN ('report', 'quarantine')";
        run(page, left).await?;
        result(page, |rows| rows == [["0"]]).await.map(drop)
    })
    .await
}

#[tokio::test]
async fn sales_in_another_form_build_the_mart_in_one_drop() -> Outcome {
    let german = "\u{feff}sep=;\r\norder_date;customer_name;region;product_name;category;quantity;unit_price\r\n\
                  31.12.2025;J\u{f6}rg;Nord;Schrank;M\u{f6}bel;1;1.299,99\r\n02.01.2026;Ann;S\u{fc}d;Kaffee;Essen;12;4,50\r\n";
    let utf_16: Vec<u8> = format!(
        "\u{feff}{}2026-01-05\tAnn\tNorth\tPen\tStationery\t2\t1.50\n",
        PLAIN.replace(',', "\t")
    )
    .encode_utf16()
    .flat_map(u16::to_le_bytes)
    .collect();
    let table: [(&str, Vec<u8>, [&str; 2]); 2] = [
        ("german.csv", german.into(), ["J\u{f6}rg", "1,299.99"]),
        ("unicode.txt", utf_16, ["Ann", "3.00"]),
    ];
    let folder = tempfile::tempdir()?;
    story(Setup::default(), async |page| {
        page.open_built().await?;
        for (name, content, first) in &table {
            choose(page, &file(&folder, name, content)).await?;
            page.status_contains(&format!("Mart built from {name}"))
                .await?;
            page.go("Mart").await?;
            page.table_until("Revenue by customer", |table| table[1] == first)
                .await?;
            assert_eq!(page.alerts().await?, Vec::<String>::new(), "{name}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn bad_rows_are_set_aside_corrected_and_loaded_again() -> Outcome {
    let text = format!(
        "{PLAIN}2026-01-05,Ann,North,Pen,Stationery,3,1.50\n2026-02-30,Ben,South,Lamp,Furniture,1,20.25\n\
         2026-01-07,Cid,South,Lamp,Furniture,2.5,20.25\n2026-01-08,Dan,South,Lamp, old,Furniture,2,20.25\n"
    );
    let folder = tempfile::tempdir()?;
    let sales = file(&folder, "sales.csv", text);
    story(Setup::default(), async |page| {
        page.open_built().await?;
        choose(page, &sales).await?;
        page.status_contains("Mart built from sales.csv").await?;
        page.go("Mart").await?;
        page.table_rows("Revenue by customer", [["Ann", "4.50"]])
            .await?;
        page.go("Sources").await?;
        page.table_until("Accounting", |table| table[1][2..5] == ["5", "1", "3"])
            .await?;
        let rows = page.table("Set aside").await?;
        let lines: Vec<_> = rows[1..].iter().map(|row| row[1].as_str()).collect();
        assert_eq!(lines, ["3", "4", "5"]);
        let editor = page
            .by_role("textbox", "Row of line 3 of sales.csv")
            .await?;
        editor.clear().await?;
        editor
            .send_keys("2026-02-28,Ben,South,Lamp,Furniture,1,20.25\u{e004}")
            .await?;
        page.click("button", "Load again with 1 correction").await?;
        page.table_until("Accounting", |table| table[1][2..5] == ["5", "2", "2"])
            .await?;
        text_contains(page, "was corrected by hand to").await?;
        page.go("Mart").await?;
        page.table_rows("Revenue by customer", [["Ben", "20.25"], ["Ann", "4.50"]])
            .await
    })
    .await
}

#[tokio::test]
async fn what_only_the_user_knows_is_asked() -> Outcome {
    let folder = tempfile::tempdir()?;
    let days = file(
        &folder,
        "days.csv",
        "id,date,amount\n1,03/04/2026,10\n2,05/06/2026,20\n",
    );
    story(Setup::default(), async |page| {
        page.open_built().await?;
        choose(page, &days).await?;
        page.table_until("First rows of days.csv", |table| {
            table[1][1] == "03/04/2026"
        })
        .await?;
        text_contains(page, "may have the day or the month first").await?;
        page.choose("Dates of days.csv", "day first, as 31/12/2025")
            .await?;
        page.table_until("First rows of days.csv", |table| {
            table[1][1] == "2026-04-03"
        })
        .await?;
        page.choose("Dates of days.csv", "month first, as 12/31/2025")
            .await?;
        page.table_until("First rows of days.csv", |table| {
            table[1][1] == "2026-03-04"
        })
        .await?;
        load(page).await?;
        go_to_sql(page).await?;
        run(page, "SELECT date FROM days ORDER BY id").await?;
        result(page, |rows| rows == [["2026-03-04"], ["2026-05-06"]])
            .await
            .map(drop)
    })
    .await
}

#[tokio::test]
async fn a_file_that_is_cut_short_is_loaded_only_by_choice() -> Outcome {
    let rows = (1..=5000).map(|id| format!("{id},name {}\n", id * 7919 % 5003));
    let text: String = std::iter::once("id,name\n".to_owned())
        .chain(rows)
        .collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes())?;
    let bytes = gzip.finish()?;
    let folder = tempfile::tempdir()?;
    let cut = file(&folder, "cut.csv.gz", &bytes[..bytes.len() / 2]);
    story(Setup::default(), async |page| {
        page.open_built().await?;
        choose(page, &cut).await?;
        text_contains(page, "the file is cut short").await?;
        page.click("button", "Load").await?;
        page.alert_contains(BUILD, &["cut.csv.gz", "cut short", "Nothing was changed"])
            .await?;
        page.click("button", "Dismiss").await?;
        page.choose("Missing end of cut.csv.gz", "load the rows before it")
            .await?;
        page.choose("Limit of cut.csv.gz", "any row set aside")
            .await?;
        page.click("button", "Load").await?;
        page.alert_contains(BUILD, &["more than 0 %", "Nothing was changed"])
            .await?;
        page.click("button", "Dismiss").await?;
        page.choose("Limit of cut.csv.gz", "10 % of rows set aside")
            .await?;
        load(page).await?;
        let table = page.table("Accounting").await?;
        let count = |at: usize| table[1][at].replace(',', "").parse::<u64>();
        assert!(count(3)? > 1000 && count(3)? < 5000, "{table:?}");
        assert_eq!(count(2)?, count(3)? + count(4)? + count(5)?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn archives_json_and_several_files_become_tables() -> Outcome {
    let orders = "{\"order\":\"A1\",\"order_id\":1,\"lines\":[{\"sku\":\"P1\",\"qty\":2},{\"sku\":\"P2\",\"qty\":3}]}\n\
                  {\"order\":\"A2\",\"order_id\":2,\"lines\":[]}\n";
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in [
        ("data/orders.json", orders),
        ("data/items.csv", "sku,label\nP1,Pen\nP2,Lamp\n"),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default())?;
        zip.write_all(content.as_bytes())?;
    }
    let folder = tempfile::tempdir()?;
    let archive = file(&folder, "data.zip", zip.finish()?.into_inner());
    story(Setup::default(), async |page| {
        page.open_built().await?;
        let mixed = "{\"days\":[{\"d\":\"2026-01-01\"},{\"d\":\"2026-01-02\"},{\"d\":\"2026-02-30\"}],\"ids\":[{\"id\":1}]}";
        choose(page, &file(&folder, "mixed.json", mixed)).await?;
        page.by_role("region", "mixed.json: days").await?;
        let people = file(&folder, "people.json", "[{\"id\": 1}, {\"id\": 2}]");
        choose(page, &people).await?;
        page.by_role("region", "people.json").await?;
        choose(page, &archive).await?;
        for name in ["orders.json", "orders.json: lines", "items.csv"] {
            page.by_role("region", name).await?;
        }
        load(page).await?;
        page.table_until("Accounting", |table| {
            let days = table.iter().find(|row| row[0] == "mixed.json: days");
            table.len() == 7 && days.is_some_and(|row| row[2..5] == ["3", "2", "1"])
        })
        .await?;
        go_to_sql(page).await?;
        run(
            page,
            "SELECT label, sum(qty) AS qty FROM lines JOIN items USING (sku) JOIN orders ON parent_order_id = order_id GROUP BY ALL ORDER BY ALL",
        )
        .await?;
        result(page, |rows| rows == [["Lamp", "3"], ["Pen", "2"]]).await.map(drop)
    })
    .await
}

#[tokio::test]
async fn the_corpus_is_understood_in_the_browser_as_natively() -> Outcome {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut cases = Vec::new();
    for folder in fs::read_dir(&corpus)? {
        for entry in fs::read_dir(folder?.path())? {
            let path = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let expected = path.with_file_name(format!("{name}.expected"));
            if let Ok(expected) = fs::read_to_string(expected)
                && path.extension().is_some_and(|end| end == "csv")
                && !expected.starts_with("refused")
            {
                cases.push((path, name, expected));
            }
        }
    }
    cases.sort();
    assert!(cases.len() > 120, "{} files", cases.len());
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.go("Sources").await?;
        // As with several files in the dialog: a line each.
        let paths: Vec<_> = cases.iter().map(|(path, ..)| path.display().to_string()).collect();
        page.choose_file(LABEL, Path::new(&paths.join("\n"))).await?;
        let heads = page
            .wait(BUILD, "a card for each file", async || {
                let heads = page
                    .js(
                        "return [...document.querySelectorAll('table.first-rows')].map(table => [
                            table.ariaLabel, [...table.querySelectorAll('th')].map(head => head.innerText.trim())]);",
                        &[],
                    )
                    .await?;
                let heads: Vec<(String, Vec<String>)> = serde_json::from_value(heads)?;
                Ok((heads.len() == cases.len()).then_some(heads))
            })
            .await?;
        for ((_, name, expected), (label, columns)) in cases.iter().zip(heads) {
            assert_eq!(label, format!("First rows of {name}"));
            let first = expected.lines().next().unwrap_or_default();
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let known: Vec<_> = first
                .split(" | ")
                .map(|column| words(column.rsplit_once(' ').unwrap_or_default().0))
                .collect();
            let columns: Vec<_> = columns.iter().map(|column| words(column)).collect();
            if !first.starts_with("stopped") {
                assert_eq!(columns, known, "{name}");
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_file_is_removed_before_it_is_loaded() -> Outcome {
    let folder = tempfile::tempdir()?;
    let one = file(&folder, "one.csv", "a,b\n1,2\n");
    story(Setup::default(), async |page| {
        page.open_built().await?;
        choose(page, &one).await?;
        page.by_role("region", "one.csv").await?;
        page.click("button", "Remove one.csv").await?;
        page.wait(SOON, "the card to go", async || {
            Ok(page
                .find("region", "one.csv")
                .await?
                .is_none()
                .then_some(()))
        })
        .await?;
        page.go("Mart").await?;
        crate::expected::seed_is_answered(page).await
    })
    .await
}

#[tokio::test]
async fn a_parquet_file_keeps_its_types_and_one_without_its_end_says_so() -> Outcome {
    let folder = tempfile::tempdir()?;
    let types = root().join("tests/files/types.parquet");
    let bytes = fs::read(&types)?;
    let cut = file(&folder, "cut.parquet", &bytes[..bytes.len() - 9]);
    story(Setup::default(), async |page| {
        page.open_built().await?;
        choose(page, &cut).await?;
        text_contains(page, "cut.parquet cannot be read: the file is cut short").await?;

        choose(page, &types).await?;
        page.by_role("region", "types.parquet").await?;
        text_contains(page, "Parquet with 1 row group, compressed as zstd").await?;
        page.table_until("First rows of types.parquet", |table| {
            table[2]
                == [
                    "1",
                    "name 1",
                    "2024-01-02",
                    "1.25",
                    "[1, NULL]",
                    "{a: 1, b: q}",
                    "2024-02-29 12:00:00+00",
                    "18446744073709551001",
                ]
        })
        .await?;
        page.tab()
            .execute(
                "document.querySelector('.file-card details').open = true",
                vec![],
            )
            .await?;
        page.choose("Type of large", "text, VARCHAR").await?;
        page.choose("Type of day", "left out").await?;
        page.table_until("First rows of types.parquet", |table| table[0].len() == 7)
            .await?;
        load(page).await?;
        page.table_rows(
            "Accounting",
            [["types.parquet", "types", "500", "500", "0", "0", ""]],
        )
        .await?;
        go_to_sql(page).await?;
        run(page, "SELECT typeof(COLUMNS(*)) FROM types LIMIT 1").await?;
        result(page, |rows| {
            rows[0]
                == [
                    "BIGINT",
                    "VARCHAR",
                    "DECIMAL(12,2)",
                    "BIGINT[]",
                    "STRUCT(a BIGINT, b VARCHAR)",
                    "TIMESTAMP WITH TIME ZONE",
                    "VARCHAR",
                ]
        })
        .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn sales_in_parquet_build_the_mart() -> Outcome {
    let sales = root().join("tests/files/sales.parquet");
    story(Setup::default(), async |page| {
        page.open_built().await?;
        choose(page, &sales).await?;
        page.status_contains("from sales.parquet").await?;
        text_contains(page, "68,541.67").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_document_has_what_was_chosen_for_the_next_files() -> Outcome {
    let folder = tempfile::tempdir()?;
    let first = file(&folder, "january.csv", "code;amount\n1;2,50\n2;3,50\n");
    let next = file(&folder, "february.csv", "code;amount\n3;4,50\n");
    let document = model_of(&first).await?;
    let model = file(&folder, "january.mart.json", document);
    // Somebody else opens the model, and loads the next file.
    story(Setup::default(), async |page| {
        page.open_built().await?;
        choose(page, &model).await?;
        page.status_contains("from the model alone").await?;
        page.go("Sources").await?;
        page.choose_file("Files", &next).await?;
        text_contains(page, "Read like january.csv, which was loaded before").await?;
        page.table_rows("First rows of february.csv", [["3", "4.50"]])
            .await?;
        Ok(())
    })
    .await
}

/// The model of a file whose codes are chosen to be texts.
async fn model_of(first: &Path) -> Outcome<Vec<u8>> {
    let mut document = Vec::new();
    story(Setup::default(), async |page| {
        page.open_built().await?;
        choose(page, first).await?;
        page.by_role("region", "january.csv").await?;
        page.tab()
            .execute(
                "document.querySelector('.file-card details').open = true",
                vec![],
            )
            .await?;
        page.choose("Type of code", "text, VARCHAR").await?;
        load(page).await?;
        page.go("Export").await?;
        document = page
            .download("button", "Download january.mart.json", "january.mart.json")
            .await?;
        Ok(())
    })
    .await?;
    Ok(document)
}
