//! A transaction that statements have opened: the page shows it, and nothing undoes it in silence.

use browser_tests::{Outcome, SOON, Setup, story};

use crate::sql::{open_sql, result, run, text_contains};

#[tokio::test]
async fn an_open_transaction_is_ended_by_a_button() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(page, "BEGIN; CREATE TABLE t AS SELECT 1 AS a").await?;
        page.alert_contains(SOON, &["A transaction is open"])
            .await?;
        page.click("button", "ROLLBACK").await?;
        page.wait(SOON, "its end", async || {
            Ok(page.alerts().await?.is_empty().then_some(()))
        })
        .await?;
        run(page, "FROM t").await?;
        page.alert_contains(SOON, &["t does not exist"]).await?;

        run(page, "BEGIN; CREATE TABLE t AS SELECT 1 AS a").await?;
        page.alert_contains(SOON, &["A transaction is open"])
            .await?;
        page.click("button", "COMMIT").await?;
        page.wait(SOON, "its end", async || {
            Ok(page.alerts().await?.is_empty().then_some(()))
        })
        .await?;
        run(page, "FROM t").await?;
        result(page, |rows| rows == [["1"]]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_failed_statement_in_a_transaction_must_be_rolled_back() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(
            page,
            "BEGIN; CREATE TABLE t (a INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (1)",
        )
        .await?;
        text_contains(page, "The transaction must be rolled back").await?;
        page.click("button", "ROLLBACK").await?;
        run(page, "SELECT 1 AS one").await?;
        result(page, |rows| rows == [["1"]]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_rebuild_waits_for_the_end_of_a_transaction() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(
            page,
            "CREATE TABLE mine AS SELECT 1 AS a; BEGIN; INSERT INTO mine VALUES (2)",
        )
        .await?;
        text_contains(page, "A transaction is open").await?;
        page.go("Mart").await?;
        let built = page.marks("mart-built").await?;
        page.click("button", "Rebuild mart").await?;
        page.alert_contains(SOON, &["begins when it has ended"])
            .await?;
        page.click("button", "Stay").await?;
        assert_eq!(page.marks("mart-built").await?, built);
        page.click("button", "Rebuild mart").await?;
        page.alert_contains(SOON, &["begins when it has ended"])
            .await?;
        page.click("button", "COMMIT").await?;
        page.mark_after("mart-built", built).await?;
        page.go("SQL").await?;
        run(page, "SELECT count(*) AS n FROM mine").await?;
        result(page, |rows| rows == [["2"]]).await?;
        Ok(())
    })
    .await
}
