//! The grid: every row of a result can be reached and copied, on screens of any density.

use browser_tests::{BUILD, Outcome, Page, SOON, Setup, story};
use serde_json::Value;

use crate::sql::{open_sql, result, run};

/// Keys, as WebDriver writes them.
const END: &str = "\u{e010}";
const HOME: &str = "\u{e011}";
const PAGE_UP: &str = "\u{e00e}";
const UP: &str = "\u{e013}";
const CONTROL: &str = "\u{e009}";

/// The first column of the lines that are really in sight, below the header.
const IN_SIGHT: &str = "
    const grid = document.querySelector('[aria-label=\"Query result, rows\"]');
    const { top, bottom } = grid.getBoundingClientRect();
    const head = grid.querySelector('thead').getBoundingClientRect().bottom;
    return [...grid.querySelectorAll('tbody tr[aria-rowindex]')]
        .filter(line => {
            const place = line.getBoundingClientRect();
            return place.bottom <= Math.min(bottom, innerHeight) + 1 && place.top >= Math.max(top, head) - 1;
        })
        .map(line => line.cells[0].innerText);";

async fn in_sight(page: &Page) -> Outcome<Vec<String>> {
    Ok(serde_json::from_value(page.js(IN_SIGHT, &[]).await?)?)
}

/// Waits until this value is in sight.
async fn sees(page: &Page, value: &str) -> Outcome {
    page.wait(BUILD, &format!("{value} in sight"), async || {
        Ok(in_sight(page)
            .await?
            .iter()
            .any(|seen| seen == value)
            .then_some(()))
    })
    .await
}

/// Scrolls the grid: by its bar to a share of its height, or by the wheel.
async fn scroll(page: &Page, script: &str) -> Outcome {
    let grid = "const grid = document.querySelector('[aria-label=\"Query result, rows\"]');";
    page.js(&format!("{grid}{script}"), &[]).await?;
    Ok(())
}

#[tokio::test]
async fn every_row_is_reached_at_any_density() -> Outcome {
    for ratio in [1, 2, 6] {
        let setup = Setup {
            ratio,
            ..Setup::default()
        };
        story(setup, async |page| {
            open_sql(page).await?;
            run(page, "SELECT i, i % 7 AS rest FROM range(1000000) t(i)").await?;
            result(page, |rows| rows.len() > 10).await?;
            let grid = page.by_role("region", "Query result, rows").await?;
            grid.scroll_into_view().await?;
            // By End, and by arrows and pages from there.
            grid.send_keys(END).await?;
            sees(page, "999,999").await?;
            grid.send_keys(UP).await?;
            grid.send_keys(PAGE_UP).await?;
            grid.send_keys(END).await?;
            sees(page, "999,999").await?;
            grid.send_keys(HOME).await?;
            sees(page, "0").await?;
            // By the bar: to its end, to its middle.
            scroll(page, "grid.scrollTop = grid.scrollHeight;").await?;
            sees(page, "999,999").await?;
            scroll(
                page,
                "grid.scrollTop = (grid.scrollHeight - grid.clientHeight) / 2;",
            )
            .await?;
            page.wait(SOON, "the middle", async || {
                let seen = in_sight(page).await?;
                let first = seen.first().map(|seen| seen.replace(',', ""));
                let first: i64 = first.unwrap_or_default().parse().unwrap_or_default();
                Ok(((first - 500_000).abs() < 2_000).then_some(()))
            })
            .await?;
            // By small steps, no row is passed over.
            let first = async || {
                let first = in_sight(page)
                    .await?
                    .first()
                    .map(|seen| seen.replace(',', ""));
                Outcome::Ok(first.and_then(|first| first.parse::<i64>().ok()))
            };
            let begin = first().await?.expect("a row");
            for step in 1..=20 {
                scroll(page, "grid.scrollTop += 7 * 28;").await?;
                page.wait(SOON, "the next rows", async || {
                    Ok((first().await? == Some(begin + 7 * step)).then_some(()))
                })
                .await?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_row_is_gone_to_by_its_number() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(page, "SELECT i, i % 7 AS rest FROM range(1000000) t(i)").await?;
        result(page, |rows| rows.len() > 10).await?;
        // A row that has not been fetched yet.
        let number = page.by_role("textbox", "Go to row").await?;
        number.send_keys("654321\n").await?;
        sees(page, "654,320").await?;
        // Beyond the end is the last row.
        number.clear().await?;
        number.send_keys("2000000\n").await?;
        sees(page, "999,999").await
    })
    .await
}

#[tokio::test]
async fn everything_is_selected_and_copied_with_headers() -> Outcome {
    const COPY: &str = "
        const grid = document.querySelector('[aria-label=\"Query result, rows\"]');
        const data = new DataTransfer();
        grid.dispatchEvent(new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true }));
        return data.getData('text/plain');";
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(page, "SELECT i, i % 7 AS rest FROM range(100000) t(i)").await?;
        result(page, |rows| rows.len() > 10).await?;
        let grid = page.by_role("region", "Query result, rows").await?;
        let copied = async || {
            Outcome::Ok(
                page.js(COPY, &[])
                    .await?
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            )
        };
        grid.click().await?;
        page.click("checkbox", "Copy with headers").await?;
        grid.send_keys(HOME).await?;
        assert_eq!(copied().await?.lines().next(), Some("i"));
        page.click("checkbox", "Copy with headers").await?;
        grid.send_keys(HOME).await?;
        assert_eq!(copied().await?, "0\n");
        // All of a result that is still being fetched, and nothing else of the page.
        grid.send_keys(format!("{CONTROL}a")).await?;
        page.wait(BUILD, "all rows on the clipboard", async || {
            Ok((copied().await?.lines().count() == 100_001).then_some(()))
        })
        .await?;
        let of_page = page.js("return getSelection().toString();", &[]).await?;
        assert_eq!(of_page, Value::from(""));
        Ok(())
    })
    .await
}
