//! Files as people bring them: folders dropped, several files of which some are no tables, rows corrected in more than one
//! try, and the next file of a known shape.

use crate::files::{choose, file, load};
use crate::sql::{go_to_sql, result, run, text_contains};
use browser_tests::{BUILD, Outcome, Page, Setup, story};
use serde_json::json;
use std::fs;
use std::path::Path;

/// Drops a file or a folder of the disk in the middle of the page, as the system does.
async fn drop_path(page: &Page, path: &Path) -> Outcome {
    let data = json!({ "items": [], "files": [path], "dragOperationsMask": 1 });
    for event in ["dragEnter", "dragOver", "drop"] {
        let parameters = json!({ "type": event, "x": 600, "y": 400, "data": data });
        page.cdp("Input.dispatchDragEvent", parameters).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_dropped_folder_gives_the_files_inside() -> Outcome {
    let folder = tempfile::tempdir()?;
    let year = folder.path().join("2025");
    fs::create_dir_all(year.join("quarter"))?;
    fs::write(year.join("one.csv"), "id,n\n1,2\n")?;
    fs::write(year.join("quarter/two.csv"), "id,m\n1,2\n")?;
    fs::write(year.join(".hidden"), "nothing")?;
    story(Setup::default(), async |page| {
        page.open_built().await?;
        drop_path(page, &year).await?;
        for name in ["one.csv", "two.csv"] {
            page.by_role("region", name).await?;
        }
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        Ok(())
    })
    .await
}

#[tokio::test]
async fn files_that_are_no_tables_are_each_named() -> Outcome {
    let folder = tempfile::tempdir()?;
    let paths = [
        file(&folder, "photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        file(&folder, "empty.csv", ""),
        file(&folder, "good.csv", "id,n\n1,2\n"),
    ];
    let paths: Vec<_> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    story(Setup::default(), async |page| {
        page.open_built().await?;
        choose(page, Path::new(&paths.join("\n"))).await?;
        let title = "photo.png, empty.csv";
        page.alert_contains(BUILD, &[title, "photo.png is", "empty.csv is empty"])
            .await?;
        page.by_role("region", "good.csv").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn a_row_is_corrected_in_more_than_one_try() -> Outcome {
    let folder = tempfile::tempdir()?;
    let days = file(
        &folder,
        "days.csv",
        "id;day\n1;31.12.2025\n2;30.2.2026\n3;1.1.2026\n",
    );
    let row = "Row of line 3 of days.csv";
    story(Setup::default(), async |page| {
        page.open_built().await?;
        choose(page, &days).await?;
        page.by_role("region", "days.csv").await?;
        load(page).await?;
        let text = page.by_role("textbox", row).await?;
        text.clear().await?;
        text.send_keys("2;29.2.2026\u{e004}").await?;
        // What was typed is there again.
        page.go("SQL").await?;
        page.go("Sources").await?;
        let text = page.by_role("textbox", row).await?;
        assert_eq!(text.value().await?.as_deref(), Some("2;29.2.2026"));
        page.click("button", "Load again with 1 correction").await?;
        text_contains(page, "In the file: 2;30.2.2026").await?;
        go_to_sql(page).await?;
        run(page, "SELECT row_text, value, corrected_to FROM quarantine").await?;
        result(page, |rows| {
            rows == [["2;30.2.2026", "29.2.2026", "2;29.2.2026"]]
        })
        .await?;
        page.go("Sources").await?;
        let text = page.by_role("textbox", row).await?;
        text.clear().await?;
        text.send_keys("2;28.2.2026\u{e004}").await?;
        page.click("button", "Load again with 1 correction").await?;
        page.table_until("Accounting", |table| table[1][3..5] == ["3", "0"])
            .await
            .map(drop)
    })
    .await
}

#[tokio::test]
async fn the_next_file_says_what_is_different() -> Outcome {
    let folder = tempfile::tempdir()?;
    let first = file(
        &folder,
        "january.csv",
        "id,day,note\n1,03/04/2026,x\n2,05/06/2026,y\n",
    );
    let next = file(
        &folder,
        "february.csv",
        "id,day,note,extra\nA1,03/05/2026,x,1\nA2,25/06/2026,y,2\n",
    );
    story(Setup::default(), async |page| {
        page.open_built().await?;
        choose(page, &first).await?;
        page.choose("Dates of january.csv", "month first, as 12/31/2025")
            .await?;
        page.table_until("First rows of january.csv", |table| {
            table[1][1] == "2026-03-04"
        })
        .await?;
        load(page).await?;
        choose(page, &next).await?;
        for said in [
            "Read like january.csv, which was loaded before.",
            "New columns: extra.",
            "Of another type now: id (VARCHAR, before BIGINT).",
        ] {
            text_contains(page, said).await?;
        }
        // The choice is followed, and what it does not fit is set aside.
        page.table_until("Set aside", |table| table.len() == 2 && table[1][0] == "3")
            .await
            .map(drop)
    })
    .await
}
