//! The page Mart: it opens with something true, is rebuilt with one click, and can be got to by links.

use crate::expected::{ANSWERS, TABLES, seed_is_answered};
use browser_tests::{BUILD, Outcome, Setup, story};
use std::collections::HashSet;

#[tokio::test]
async fn first_opening_answers_without_a_click() -> Outcome {
    story(Setup::default(), async |page| {
        page.open("").await?;
        // The download is 34 MB: it must be seen to move before there is anything else to see.
        page.wait(BUILD, "a progress bar or the mart", async || {
            let busy = !page.all("progressbar").await?.is_empty();
            Ok((busy || page.status().await?.contains("Mart built")).then_some(()))
        })
        .await?;
        for words in ["DuckDB v1.", "ready", "Mart built"] {
            page.status_contains(words).await?;
        }
        seed_is_answered(page).await?;
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        assert_eq!(
            page.names("progressbar").await?,
            Vec::<String>::new(),
            "nothing is loading any more"
        );
        assert!(!page.tab().title().await?.is_empty(), "the tab has a title");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn first_visit_asks_for_each_file_once() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        let mut seen = HashSet::new();
        for request in page.server.requests() {
            let path = request
                .target
                .split('?')
                .next()
                .unwrap_or_default()
                .to_owned();
            assert!(
                !path.contains("mvp") && !path.contains(".map"),
                "{path} is not needed here"
            );
            assert!(
                request.method != "GET" || seen.insert(path),
                "{request:?} a second time"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_star_shows_its_row_counts() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        let star = page.by_role("figure", "Star schema").await?;
        let shown = star.prop("textContent").await?.unwrap_or_default();
        for (table, rows) in TABLES {
            assert!(
                shown.contains(table) && shown.contains(&rows.to_string()),
                "{table} {rows}: {shown}"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn rebuilding_gives_the_same_mart_and_says_how() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        let painted = page.marks("answers-painted").await?;
        page.click("button", "Rebuild mart").await?;
        page.mark_after("answers-painted", painted).await?;
        page.status_contains("Mart built").await?;
        seed_is_answered(page).await?;
        let log = page.table("Build log").await?;
        let (head, steps) = log.split_first().expect("a head");
        assert_eq!(head[..3], ["Step", "Rows", "Time"]);
        for (table, rows) in TABLES {
            let filled = |step: &Vec<String>| step[1] == rows.to_string();
            assert!(
                steps.iter().any(filled),
                "{rows} rows of {table} in {steps:?}"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn five_clicks_at_once_are_one_build() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        let before = page.marks("mart-built").await?;
        let button = page.by_role("button", "Rebuild mart").await?;
        let five = "for (let click = 0; click < 5; click++) arguments[0].click();";
        page.js(five, &[button.to_json()?]).await?;
        page.mark_after("mart-built", before).await?;
        page.status_contains("Mart built").await?;
        seed_is_answered(page).await?;
        // Builds that were waiting would have come between this one's end and the next one's.
        let after = page.marks("mart-built").await?;
        page.click("button", "Rebuild mart").await?;
        assert_eq!(page.mark_after("mart-built", after).await?, before + 2);
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        Ok(())
    })
    .await
}

#[tokio::test]
async fn pages_have_links_and_the_back_button_works() -> Outcome {
    let pages = [
        ("Mart", "#/"),
        ("Sources", "#/sources"),
        ("SQL", "#/sql"),
        ("Inspect", "#/inspect"),
        ("Export", "#/export"),
    ];
    story(Setup::default(), async |page| {
        page.open_built().await?;
        for (name, route) in pages {
            page.go(name).await?;
            let here = async || {
                Ok(page
                    .tab()
                    .current_url()
                    .await?
                    .as_str()
                    .ends_with(route)
                    .then_some(()))
            };
            page.wait(BUILD, route, here).await?;
        }
        page.tab().back().await?;
        page.table("Quality checks").await?;
        page.open("#/sources").await?;
        page.by_role("button", "Use sample data").await?;
        page.open("#/nowhere").await?;
        page.by_role("link", "Mart").await?;
        page.status_contains("Mart built").await
    })
    .await
}

#[tokio::test]
async fn fits_every_width() -> Outcome {
    for window in [(360, 740), (768, 1024), (2560, 1300)] {
        story(
            Setup {
                window,
                ..Setup::default()
            },
            async |page| {
                page.open_built().await?;
                page.table(ANSWERS[0].name).await?;
                for name in ["Mart", "Sources", "Inspect", "Export"] {
                    page.go(name).await?;
                    page.by_role("link", name).await?;
                    let over = "return document.scrollingElement.scrollWidth - innerWidth;";
                    let over = page.js(over, &[]).await?;
                    assert!(
                        over.as_i64() <= Some(0),
                        "{name} at {window:?} is {over} pixels too wide"
                    );
                }
                Ok(())
            },
        )
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn colours_follow_the_system() -> Outcome {
    // A colour may be written in other units than 0 to 255: a canvas reads them all.
    let lightness = "
        const canvas = document.createElement('canvas').getContext('2d');
        for (const element of [document.documentElement, document.body]) {
            canvas.fillStyle = getComputedStyle(element).backgroundColor;
            canvas.fillRect(0, 0, 1, 1);
        }
        const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
        return (red + green + blue) / 3;";
    for (dark, range) in [(false, 200.0..256.0), (true, 0.0..80.0)] {
        story(
            Setup {
                dark,
                ..Setup::default()
            },
            async |page| {
                page.open_built().await?;
                let ground = page.js(lightness, &[]).await?.as_f64().unwrap_or(-1.0);
                assert!(range.contains(&ground), "dark: {dark}, ground: {ground}");
                Ok(())
            },
        )
        .await?;
    }
    Ok(())
}
