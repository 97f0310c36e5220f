//! Temporary.
use browser_tests::{Outcome, SOON, Setup, story};
use std::path::Path;

#[tokio::test]
async fn zz_shots() -> Outcome {
    for (name, window, dark) in [("wide", (1280, 800), false), ("phone", (390, 844), true)] {
        story(
            Setup {
                window,
                dark,
                ..Setup::default()
            },
            async |page| {
                page.open_built().await?;
                page.wait(SOON, "charts", async || {
                    Ok((page.names("img").await?.len() > 6).then_some(()))
                })
                .await?;
                page.choose("By", "month").await?;
                page.choose("And by", "category").await?;
                page.click("checkbox", "Units").await?;
                page.wait(SOON, "charts", async || {
                    Ok((page
                        .names("img")
                        .await?
                        .iter()
                        .any(|name| name.contains("from the star: Units")))
                    .then_some(()))
                })
                .await?;
                let figure = page
                    .by_role("figure", "Chart of Revenue by customer and category")
                    .await?;
                figure.scroll_into_view().await?;
                page.screenshot(Path::new(&format!("/tmp/h5shots/{name}-a.png")))
                    .await?;
                let ask = page.by_role("table", "Answer from the star").await?;
                ask.scroll_into_view().await?;
                page.screenshot(Path::new(&format!("/tmp/h5shots/{name}-b.png")))
                    .await?;
                Ok(())
            },
        )
        .await?;
    }
    Ok(())
}
