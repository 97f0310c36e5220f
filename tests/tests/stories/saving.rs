//! Queries that are kept among the answers: checked before, asked about before one takes the place of another, and
//! brought back.

use browser_tests::{Outcome, SOON, Setup, story};

use crate::sql::{open_sql, save, text_contains, write};

#[tokio::test]
async fn only_what_can_be_answered_is_saved() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        for (sql, words) in [
            ("SELECT nowhere FROM dim_date", "nowhere"),
            ("SELECT 1; SELECT 2", "one query"),
            ("DELETE FROM dim_date", "another statement"),
            ("", "one query"),
        ] {
            save(page, "Broken", sql).await?;
            page.alert_contains(SOON, &["Broken", words]).await?;
            page.click("button", "Dismiss").await?;
            // The name stays for the next try.
            let name = page.by_role("textbox", "Name").await?;
            assert_eq!(name.value().await?.as_deref(), Some("Broken"), "{sql}");
            name.clear().await?;
        }
        page.go("Mart").await?;
        assert!(page.find("table", "Broken").await?.is_none());
        Ok(())
    })
    .await
}

#[tokio::test]
async fn nothing_takes_the_place_of_another_unasked() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        write(page, "SELECT 1 AS n").await?;
        let name = page.by_role("textbox", "Name").await?;
        name.send_keys("Mine\u{e007}").await?;
        text_contains(page, "Saved Mine.").await?;
        save(page, "Mine", "SELECT 2 AS n").await?;
        text_contains(page, "There is another query Mine.").await?;
        page.click("button", "Keep it").await?;
        page.go("Mart").await?;
        page.table_rows("Mine", [["1"]]).await?;

        page.go("SQL").await?;
        save(page, "Mine", "SELECT 2 AS n").await?;
        page.click("button", "Replace Mine").await?;
        text_contains(page, "Saved Mine.").await?;
        page.go("Mart").await?;
        page.table_rows("Mine", [["2"]]).await?;

        page.click("button", "Delete Mine").await?;
        assert!(page.find("table", "Mine").await?.is_none());
        page.click("button", "Undo").await?;
        page.table_rows("Mine", [["2"]]).await
    })
    .await
}
