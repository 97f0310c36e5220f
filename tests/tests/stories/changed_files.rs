//! Files that change, or are gone, after they were chosen.

use std::fs;

use browser_tests::{BUILD, Outcome, SOON, Setup, story};

const SALES: &str = "\
order_date,customer_name,region,product_name,category,quantity,unit_price
2026-01-05,Ann,North,Pen,Stationery,3,1.5
";

#[tokio::test]
async fn a_file_that_has_changed_is_asked_for_again_and_the_mart_stays() -> Outcome {
    story(Setup::default(), async |page| {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("sales.csv");
        fs::write(&path, SALES)?;
        page.open_built().await?;
        page.go("Sources").await?;
        page.choose_file("Sales file", &path).await?;
        page.wait(BUILD, "the mart", async || {
            let status = page.js("return document.body.innerText;", &[]).await?;
            let text = status.as_str().unwrap_or_default();
            Ok(text.contains("Mart built from sales.csv").then_some(()))
        })
        .await?;
        for is_gone in [false, true] {
            if is_gone {
                fs::remove_file(&path)?;
            } else {
                fs::write(&path, SALES.replace("3,1.5", "4,1.5") + "\n")?;
            }
            page.go("Mart").await?;
            page.click("button", "Rebuild mart").await?;
            page.alert_contains(
                SOON,
                &[
                    "sales.csv was changed, moved or deleted",
                    "Nothing was changed",
                ],
            )
            .await?;
            page.click("button", "Dismiss").await?;
            page.status_contains("Mart built from sales.csv").await?;
        }
        Ok(())
    })
    .await
}
