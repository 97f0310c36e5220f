//! The dashboard: the answer first, one filter for everything, common tasks in few clicks.

use browser_tests::{Outcome, Page, SOON, Setup, story};
use thirtyfour::WebElement;

use crate::export::{download_zip, unzip};
use crate::sql::{open_sql, run, save, text_contains};

/// Keys, as WebDriver writes them.
const HOME: &str = "\u{e011}";
const RIGHT: &str = "\u{e014}";
const ENTER: &str = "\u{e007}";

/// A desktop and a phone.
const SCREENS: [(u32, u32); 2] = [(1280, 800), (390, 844)];

/// The first and the last pixel of an element, from the top of the window.
async fn extent(page: &Page, element: &WebElement) -> Outcome<(f64, f64)> {
    const EXTENT: &str = "
        const { top, bottom } = arguments[0].getBoundingClientRect();
        return [top, bottom];";
    let found = page.js(EXTENT, &[element.to_json()?]).await?;
    Ok(serde_json::from_value(found)?)
}

pub(crate) async fn text_of(page: &Page, role: &str, name: &str) -> Outcome<String> {
    let element = page.by_role(role, name).await?;
    Ok(element.prop("innerText").await?.unwrap_or_default())
}

/// Waits until the key figures say something.
pub(crate) async fn figures_say(page: &Page, words: &str) -> Outcome<String> {
    page.wait(
        SOON,
        &format!("key figures with “{words}”"),
        async || {
            let shown = text_of(page, "group", "Key figures").await?;
            Ok(shown.contains(words).then_some(shown))
        },
    )
    .await
}

#[tokio::test]
async fn the_answer_comes_first() -> Outcome {
    for window in SCREENS {
        let setup = Setup {
            window,
            ..Setup::default()
        };
        story(setup, async |page| {
            page.open_built().await?;
            let height = f64::from(window.1);
            figures_say(page, "68,541.67").await?;
            for (role, name) in [
                ("link", "Examples"),
                ("group", "Key figures"),
                ("group", "Filters"),
            ] {
                let element = page.by_role(role, name).await?;
                let (_, bottom) = extent(page, &element).await?;
                assert!(bottom < height, "{name} ends at {bottom} of {height}");
            }
            // Of the first card, more than its heading.
            let card = page.by_role("region", "Revenue by customer").await?;
            let (top, _) = extent(page, &card).await?;
            assert!(
                top + 120.0 < height,
                "the first answer begins at {top} of {height}"
            );
            // The star comes after the answers.
            let star = page.by_role("region", "Star").await?;
            assert!(extent(page, &star).await?.0 > top);
            let lead = page
                .js(
                    "return document.querySelector('.title-line').innerText;",
                    &[],
                )
                .await?;
            assert!(lead.to_string().contains("sample data"), "{lead}");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn key_figures_are_compared_with_the_range_before() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        let all = figures_say(page, "68,541.67").await?;
        for metric in ["Revenue", "Units", "Sales", "Average price"] {
            assert!(all.contains(metric), "{metric} in {all}");
        }
        page.choose("Period", "2025-11").await?;
        let november = figures_say(page, "vs Oct 2025").await?;
        assert!(!november.contains("68,541.67"), "{november}");
        // The first month has none before it in the data.
        page.choose("Period", "2025-10").await?;
        figures_say(page, "Sep 2025").await?;
        page.click("button", "Clear all").await?;
        figures_say(page, "68,541.67").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn values_are_searched_counted_chosen_and_excluded() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        figures_say(page, "68,541.67").await?;
        page.choose("Filter by", "region").await?;
        let list = page.by_role("list", "Values of region").await?;
        let lines = async || {
            let text = list.prop("innerText").await?.unwrap_or_default();
            Outcome::Ok(text.lines().map(str::to_owned).collect::<Vec<_>>())
        };
        page.wait(SOON, "four regions", async || {
            Ok((lines().await?.len() == 8).then_some(()))
        })
        .await?;
        // Several at once, while the list stays.
        page.click("checkbox", "North").await?;
        page.click("checkbox", "South").await?;
        page.table_until("Revenue by region", |table| table.len() == 3)
            .await?;
        page.by_role("button", "Remove filter Region: North, South")
            .await?;
        page.click("checkbox", "Exclude the chosen values").await?;
        page.by_role("button", "Remove filter Region: not North, South")
            .await?;
        let rest = page
            .table_until("Revenue by region", |table| {
                table.len() == 3 && table[1][0] != "North" && table[2][0] != "North"
            })
            .await?;
        assert!(rest[1..].iter().all(|row| row[0] != "South"), "{rest:?}");
        // The search finds values by any part, in any case.
        let search = page.by_role("searchbox", "Search region").await?;
        search.send_keys("OU").await?;
        page.wait(SOON, "South alone", async || {
            Ok((lines().await?.first().is_some_and(|line| line == "South")
                && lines().await?.len() == 2)
                .then_some(()))
        })
        .await?;
        search.send_keys("x").await?;
        page.wait(SOON, "no value", async || {
            let panel = text_of(page, "dialog", "Filter by region").await?;
            Ok(panel.contains("No value contains this text").then_some(()))
        })
        .await?;
        // Escape closes it, and the focus is where it began.
        search.send_keys("\u{e00c}").await?;
        page.wait(SOON, "no panel", async || {
            Ok(page
                .find("dialog", "Filter by region")
                .await?
                .is_none()
                .then_some(()))
        })
        .await?;
        let focus = page.js("return document.activeElement.id;", &[]).await?;
        assert_eq!(focus, "filter-by");
        page.click("button", "Remove filter Region: not North, South")
            .await?;
        figures_say(page, "68,541.67").await?;
        let focus = page.js("return document.activeElement.id;", &[]).await?;
        assert_eq!(focus, "filter-by", "the focus of a chip that is gone");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn empty_and_crossed_ranges_say_so() -> Outcome {
    story(Setup::default(), async |page| {
        page.open("#/?from=2031-01-01&to=2031-12-31").await?;
        page.status_contains("Mart built").await?;
        let filters = async |words: &str| {
            page.wait(SOON, words, async || {
                let shown = text_of(page, "group", "Filters").await?;
                Ok(shown.contains(words).then_some(()))
            })
            .await
        };
        filters("The data has the days from 2025-10-01 to 2025-12-31").await?;
        page.table_until("Revenue by region", |table| table.len() == 1)
            .await?;
        page.click("button", "Remove filter 2031").await?;
        page.table_until("Revenue by region", |table| table.len() == 5)
            .await?;
        page.open("#/?from=2025-12-01&to=2025-11-01").await?;
        page.status_contains("Mart built").await?;
        filters("the first day is after the last one").await
    })
    .await
}

#[tokio::test]
async fn saved_queries_obey_the_filter_or_say_that_they_do_not() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        save(
            page,
            "Counted",
            "SELECT count(*) AS number_of_sales FROM fact_sales",
        )
        .await?;
        save(
            page,
            "By schema",
            "SELECT count(*) AS number_of_sales FROM main.fact_sales",
        )
        .await?;
        page.go("Mart").await?;
        for name in ["Counted", "By schema"] {
            page.table_rows(name, [["120"]]).await?;
        }
        page.choose("Period", "2025-11").await?;
        let counted = page
            .table_until("Counted", |table| table.len() == 2 && table[1][0] != "120")
            .await?;
        figures_say(page, &counted[1][0]).await?;
        page.table_rows("By schema", [["120"]]).await?;
        let note = async |name: &str, words: &str| {
            page.wait(SOON, words, async || {
                Ok(text_of(page, "region", name)
                    .await?
                    .contains(words)
                    .then_some(()))
            })
            .await
        };
        note("By schema", "Not filtered").await
    })
    .await
}

#[tokio::test]
async fn exports_say_what_is_filtered_and_ask() -> Outcome {
    story(Setup::default(), async |page| {
        page.open("#/?from=2025-11-01&to=2025-11-30&only.region=North")
            .await?;
        page.status_contains("Mart built").await?;
        page.go("Export").await?;
        page.by_role("radio", "Filtered: Nov 2025, North").await?;
        let bytes = page
            .download(
                "button",
                "Download all as CSV",
                "mini_data_mart-csv-filtered.zip",
            )
            .await?;
        let files = unzip(bytes)?;
        let lines = |name: &str| {
            let text = String::from_utf8_lossy(&files[&format!("data/CSV-export/{name}.csv")])
                .into_owned();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let facts = lines("fact_sales").len() - 1;
        assert!(facts > 0 && facts < 36, "{facts}");
        // The zip is consistent in itself: what an answer is by is limited too.
        let regions = lines("revenue_by_region");
        assert_eq!(regions.len(), 2, "{regions:?}");
        let sum = |name: &str| {
            let cents = lines(name).into_iter().skip(1).map(|line| {
                let amount = line.rsplit(',').next().unwrap_or_default().to_owned();
                amount.parse::<f64>().expect("an amount") * 100.0
            });
            cents.sum::<f64>().round()
        };
        for answer in [
            "revenue_by_customer",
            "revenue_by_category",
            "revenue_by_month",
        ] {
            assert!(
                (sum(answer) - sum("revenue_by_region")).abs() < 2.0,
                "{answer}"
            );
        }
        page.click("radio", "All rows").await?;
        let files = download_zip(page, "CSV").await?;
        let facts = String::from_utf8_lossy(&files["data/CSV-export/fact_sales.csv"])
            .lines()
            .count();
        assert_eq!(facts, 121);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn failed_checks_are_seen_on_the_mart() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(page, "DELETE FROM fact_sales WHERE sale_id = 1").await?;
        page.go("Mart").await?;
        text_contains(page, "A quality check fails").await?;
        page.click("link", "Show the failing rows").await?;
        page.table_until("Quality checks", |table| {
            table
                .iter()
                .any(|row| row[1].to_lowercase().contains("fail"))
        })
        .await?;
        Ok(())
    })
    .await
}

/// Clicks the middle of a bar of an answer.
async fn click_bar(page: &Page, answer: &str, bar: usize) -> Outcome {
    let figure = page
        .by_role("figure", &format!("Chart of {answer}"))
        .await?;
    figure.scroll_into_view().await?;
    page.point_at_bar(&figure, bar).await?;
    Ok(page.tab().action_chain().click().perform().await?)
}

#[tokio::test]
async fn common_tasks_take_few_clicks() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        figures_say(page, "68,541.67").await?;
        // Which region fell most in November? The month (1), the region (2: a list), the comparison (1).
        let months = page.by_role("slider", "Values of Revenue by month").await?;
        months.focus().await?;
        months.send_keys(HOME).await?;
        months.send_keys(RIGHT).await?;
        months.send_keys(ENTER).await?;
        page.by_role("button", "Remove filter Nov 2025").await?;
        page.choose("By", "region").await?;
        page.click("checkbox", "Compare with Oct 2025").await?;
        let compared = page
            .table_until("Answer from the star", |table| table[0].len() == 4)
            .await?;
        assert_eq!(
            compared[0],
            ["region", "revenue", "revenue_before", "revenue_change"]
        );
        // It comes first, and both amounts are those of the months themselves.
        let amount = |text: &str| text.replace(',', "").parse::<f64>().expect("an amount");
        let changes: Vec<_> = compared[1..].iter().map(|row| amount(&row[3])).collect();
        assert!(changes[0] < 0.0 && changes.is_sorted(), "{changes:?}");
        for row in &compared[1..] {
            let change = amount(&row[1]) - amount(&row[2]);
            assert!((change - amount(&row[3])).abs() < 0.011, "{row:?}");
        }

        // A filtered zip: a bar (1), the page Export (2), the download (3).
        page.click("button", "Clear all").await?;
        figures_say(page, "68,541.67").await?;
        click_bar(page, "Revenue by region", 0).await?;
        page.by_role("button", "Remove filter Region: North")
            .await?;
        page.go("Export").await?;
        let zip = "mini_data_mart-csv-filtered.zip";
        let bytes = page.download("button", "Download all as CSV", zip).await?;
        let files = unzip(bytes)?;
        let regions = String::from_utf8_lossy(&files["data/CSV-export/revenue_by_region.csv"]);
        assert_eq!(regions.lines().count(), 2, "{regions}");

        // An own file: the button (1), the file in the browser's dialog (2).
        page.go("Mart").await?;
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("own.csv");
        std::fs::write(
            &file,
            "order_date,customer_name,region,product_name,category,quantity,unit_price\n\
             2026-01-02,Ann,East,Chair,Furniture,2,10.25\n",
        )?;
        page.choose_file("Use your own file", &file).await?;
        page.status_contains("Mart built from own.csv").await?;
        figures_say(page, "20.50").await?;
        Ok(())
    })
    .await
}
