//! What SQL changes is seen on the other pages.

use browser_tests::{Outcome, Setup, story};

use crate::sql::{open_sql, run, text_contains};

#[tokio::test]
async fn answers_follow_what_sql_has_changed() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(
            page,
            "UPDATE dim_product SET category = 'Renamed' WHERE category = 'Electronics'",
        )
        .await?;
        text_contains(page, "changed").await?;
        page.go("Mart").await?;
        text_contains(page, "Renamed").await?;
        // A table that an answer needs is gone: the answer says so.
        page.go("SQL").await?;
        run(page, "DROP TABLE fact_sales").await?;
        text_contains(page, "Done").await?;
        page.go("Mart").await?;
        text_contains(page, "Catalog Error").await
    })
    .await
}
