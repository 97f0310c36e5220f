//! The state of the dashboard: in links, in the history of the browser, and from one visit to the next.

use std::time::Duration;

use browser_tests::{BUILD, Outcome, Page, SOON, Setup, story};

use crate::dashboard::{figures_say, text_of};
use crate::sql::text_contains;

async fn hash(page: &Page) -> Outcome<String> {
    let hash = page.js("return location.hash;", &[]).await?;
    Ok(hash.as_str().unwrap_or_default().to_owned())
}

/// Filters by values of an attribute, by its list.
async fn filter_by(page: &Page, attribute: &str, values: &[&str]) -> Outcome {
    page.choose("Filter by", attribute).await?;
    for value in values {
        page.click("checkbox", value).await?;
    }
    page.click("button", "Done").await
}

#[tokio::test]
async fn a_link_shows_the_same_and_back_undoes() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        figures_say(page, "68,541.67").await?;
        page.choose("Period", "2025-11").await?;
        let november = figures_say(page, "vs Oct 2025").await?;
        // Two changes within a second are one entry of the history.
        page.wait(Duration::from_secs(3), "a second", async || {
            const CLOCK: &str = "
                window.__since ??= performance.now();
                return performance.now() - window.__since > 1100;";
            Ok((page.js(CLOCK, &[]).await? == true).then_some(()))
        })
        .await?;
        filter_by(page, "category", &["Electronics", "Furniture"]).await?;
        page.choose("By", "category").await?;
        let asked = page
            .table_until("Answer from the star", |table| table.len() == 3)
            .await?;
        let revenue = |shown: &str| shown.lines().nth(1).map(str::to_owned);
        let both = page
            .wait(SOON, "other figures", async || {
                let shown = revenue(&text_of(page, "group", "Key figures").await?);
                Ok((shown != revenue(&november)).then_some(shown))
            })
            .await?;
        // The address may be a moment behind the answers.
        let link = page
            .wait(SOON, "the question in the address", async || {
                let link = hash(page).await?;
                Ok(link.contains("by=category").then_some(link))
            })
            .await?;
        assert!(link.contains("from=2025-11-01"), "{link}");

        // Somebody else opens the link.
        page.open(&link).await?;
        page.status_contains("Mart built").await?;
        page.table_until("Answer from the star", |table| *table == asked)
            .await?;
        page.wait(SOON, "the same figures", async || {
            let shown = text_of(page, "group", "Key figures").await?;
            Ok((revenue(&shown) == both).then_some(()))
        })
        .await?;
        assert_eq!(hash(page).await?, link);

        page.open_built().await?;
        page.choose("Period", "2025-11").await?;
        figures_say(page, "vs Oct 2025").await?;
        page.tab().back().await?;
        figures_say(page, "68,541.67").await?;
        page.tab().forward().await?;
        page.wait(SOON, "November again", async || {
            Ok((text_of(page, "group", "Key figures").await? == november).then_some(()))
        })
        .await?;
        // Another page and back: the filter is still there.
        page.go("SQL").await?;
        page.go("Mart").await?;
        figures_say(page, "vs Oct 2025").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_link_of_another_mart_says_what_is_missing() -> Outcome {
    story(Setup::default(), async |page| {
        page.open("#/?from=2025-11-01&only.country=Germany&ask=freight")
            .await?;
        page.status_contains("Mart built").await?;
        figures_say(page, "Revenue").await?;
        text_contains(page, "only.country=Germany, ask=freight").await?;
        page.by_role("button", "Remove filter from 2025-11-01")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_place_comes_back() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        figures_say(page, "68,541.67").await?;
        let place = async || {
            let place = page.js("return Math.round(scrollY);", &[]).await?;
            Outcome::Ok(place.as_i64().unwrap_or_default())
        };
        page.js("scrollTo(0, 900);", &[]).await?;
        assert_eq!(place().await?, 900);
        // A click in the navigation would scroll there first.
        page.js("location.hash = '#/inspect';", &[]).await?;
        page.wait(SOON, "the top", async || {
            Ok((place().await? == 0).then_some(()))
        })
        .await?;
        page.tab().back().await?;
        page.wait(SOON, "the place", async || {
            Ok((place().await? == 900).then_some(()))
        })
        .await?;
        page.tab().refresh().await?;
        page.wait(BUILD, "the place", async || {
            Ok((place().await? == 900).then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn what_is_folded_stays_folded() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.by_role("figure", "Star schema").await?;
        let star = page.by_role("region", "Star").await?;
        let fold = "arguments[0].querySelector('summary').click();";
        page.js(fold, &[star.to_json()?]).await?;
        page.wait(SOON, "no star", async || {
            Ok(page
                .find("figure", "Star schema")
                .await?
                .is_none()
                .then_some(()))
        })
        .await?;
        let line = text_of(page, "region", "Star").await?;
        assert!(line.contains("4 tables"), "{line}");
        page.tab().refresh().await?;
        page.status_contains("Mart built").await?;
        assert!(page.find("figure", "Star schema").await?.is_none());
        Ok(())
    })
    .await
}
