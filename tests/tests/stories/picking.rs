//! A value is picked where it is seen: on a bar, on a legend, in a row; by mouse, finger and keyboard, at
//! any ratio of pixels. A second time undoes it.

use browser_tests::{Outcome, SOON, Setup, Stage, story};
use serde_json::{Value, json};

/// Keys, as WebDriver writes them.
const ENTER: &str = "\u{e007}";
const UP: &str = "\u{e013}";

const REMOVE_NORTH: &str = "Remove filter Region: North";

async fn is_filtered(page: &Stage, chip: &str, is_there: bool) -> Outcome {
    page.wait(SOON, &format!("{chip}: {is_there}"), async || {
        let names = page.names("button").await?;
        Ok((names.iter().any(|name| name == chip) == is_there).then_some(()))
    })
    .await
}

async fn drawn(page: &Stage, answer: &str) -> Outcome {
    page.wait(SOON, answer, async || {
        let begins = format!("Chart of {answer}: ");
        let names = page.names("img").await?;
        Ok(names
            .iter()
            .any(|name| name.starts_with(&begins))
            .then_some(()))
    })
    .await
}

/// The middle of an element, after it has been scrolled into the middle of the window.
const MIDDLE: &str = "
    const [figure, selector, at] = arguments;
    const element = figure.querySelectorAll(selector)[at];
    element.scrollIntoView({ block: 'center' });
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x + width / 2, y + height / 2];";

async fn tap(page: &Stage, figure: &str, selector: &str, at: usize) -> Outcome {
    let figure = page.by_role("figure", figure).await?;
    let middle = page
        .js(MIDDLE, &[figure.to_json()?, json!(selector), json!(at)])
        .await?;
    let (x, y): (f64, f64) = serde_json::from_value(middle)?;
    for (kind, points) in [
        ("touchStart", json!([{ "x": x, "y": y }])),
        ("touchEnd", json!([])),
    ] {
        let parameters = json!({ "type": kind, "touchPoints": points });
        page.cdp("Input.dispatchTouchEvent", parameters).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_tap_on_a_phone_picks_and_a_second_one_undoes() -> Outcome {
    let setup = Setup {
        window: (390, 844),
        ..Setup::default()
    };
    for ratio in [1, 2] {
        story(setup.clone(), async |page| {
            let phone =
                json!({ "width": 390, "height": 844, "deviceScaleFactor": ratio, "mobile": true });
            page.cdp("Emulation.setDeviceMetricsOverride", phone)
                .await?;
            let touch = json!({ "enabled": true, "maxTouchPoints": 1 });
            page.cdp("Emulation.setTouchEmulationEnabled", touch)
                .await?;
            page.open_built().await?;
            let figure = "Chart of Revenue by region";
            drawn(page, "Revenue by region").await?;
            for is_picked in [true, false] {
                tap(page, figure, "rect", 0).await?;
                is_filtered(page, REMOVE_NORTH, is_picked).await?;
            }
            // A month is a range of days: a point of the line.
            drawn(page, "Revenue by month").await?;
            let month = "Chart of Revenue by month";
            for is_picked in [true, false] {
                tap(page, month, "circle", 0).await?;
                is_filtered(page, "Remove filter Oct 2025", is_picked).await?;
            }
            // A name in the legend.
            let stacked = "Chart of Revenue by customer and category";
            drawn(page, "Revenue by customer and category").await?;
            let first = page.by_role("figure", stacked).await?;
            let name = "return arguments[0].querySelector('.chart-legend button').textContent;";
            let name = page.js(name, &[first.to_json()?]).await?;
            let chip = format!(
                "Remove filter Category: {}",
                name.as_str().unwrap_or_default()
            );
            for is_picked in [true, false] {
                tap(page, stacked, ".chart-legend button", 0).await?;
                is_filtered(page, &chip, is_picked).await?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_row_picks_what_it_is_of() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        let table = page
            .table_until("Revenue by region", |table| table.len() == 5)
            .await?;
        assert_eq!(table[1][0], "North");
        let cell = "return arguments[0].querySelectorAll('tbody td')[0];";
        for is_picked in [true, false] {
            let table = page.by_role("table", "Revenue by region").await?;
            let cell = page.tab().execute(cell, vec![table.to_json()?]).await?;
            cell.element()?.click().await?;
            is_filtered(page, REMOVE_NORTH, is_picked).await?;
            let current = "return document.querySelectorAll('tr[aria-current]').length;";
            let expected = json!(usize::from(is_picked));
            page.wait(SOON, "the mark of the row", async || {
                Ok((page.js(current, &[]).await? == expected).then_some(()))
            })
            .await?;
        }
        let rows = page.by_role("region", "Revenue by region, rows").await?;
        rows.focus().await?;
        // To the first row, wherever the selection is.
        rows.send_keys(UP).await?;
        for is_picked in [true, false] {
            rows.send_keys(ENTER).await?;
            is_filtered(page, REMOVE_NORTH, is_picked).await?;
        }
        // A row of a year and a month is a range of days.
        let table = page.by_role("table", "Revenue by month").await?;
        let cell = page.tab().execute(cell, vec![table.to_json()?]).await?;
        cell.element()?.click().await?;
        is_filtered(page, "Remove filter Oct 2025", true).await
    })
    .await
}

/// The names of the series of a chart, each with its colour and whether it is picked.
const LEGEND: &str = "
    return Object.fromEntries([...arguments[0].querySelectorAll('.chart-key')].map(key => [
        key.textContent,
        [getComputedStyle(key, '::before').backgroundColor, key.ariaPressed, key.localName],
    ]));";

async fn legend(page: &Stage, answer: &str) -> Outcome<Value> {
    let figure = page
        .by_role("figure", &format!("Chart of {answer}"))
        .await?;
    page.js(LEGEND, &[figure.to_json()?]).await
}

#[tokio::test]
async fn a_series_keeps_its_colour_whatever_is_filtered() -> Outcome {
    const STACKED: &str = "Revenue by customer and category";
    const ASKED: &str = "Answer from the star";
    story(Setup::default(), async |page| {
        page.open_built().await?;
        drawn(page, STACKED).await?;
        drawn(page, ASKED).await?;
        let before = legend(page, STACKED).await?;
        let before = before.as_object().expect("series");
        assert!(before.len() >= 3, "{before:?}");
        let colour = |legend: &Value, name: &str| legend[name][0].clone();
        // The same value has the same colour in another chart.
        let asked = legend(page, ASKED).await?;
        for name in asked.as_object().expect("series").keys() {
            assert_eq!(colour(&asked, name), before[name][0], "{name}");
        }
        // By the keyboard, on the legend's button, which keeps the focus.
        let last = before.keys().next_back().expect("a series").clone();
        let figure = page
            .by_role("figure", &format!("Chart of {STACKED}"))
            .await?;
        let focus = "[...arguments[0].querySelectorAll('.chart-legend button')]
            .find(button => button.textContent === arguments[1]).focus();";
        page.js(focus, &[figure.to_json()?, json!(last)]).await?;
        for is_picked in ["true", "false"] {
            page.tab().active_element().await?.send_keys(ENTER).await?;
            page.wait(SOON, &format!("pressed: {is_picked}"), async || {
                let now = legend(page, STACKED).await?;
                Ok((now[&last][1] == is_picked).then_some(()))
            })
            .await?;
        }
        // Rows that have fewer of them.
        page.choose("Filter by", "customer name").await?;
        page.click("checkbox", "Acme, Inc.").await?;
        page.click("button", "Done").await?;
        page.table_until("Revenue by customer", |table| table.len() == 2)
            .await?;
        page.wait(SOON, "fewer series", async || {
            let now = legend(page, ASKED).await?;
            let now = now.as_object().expect("series");
            for (name, series) in now {
                assert_eq!(series[0], before[name][0], "{name}");
            }
            Ok((now.len() <= before.len()).then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn what_has_no_colour_is_grouped_and_it_is_said() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.go("Sources").await?;
        let sale = |(at, name): (usize, String)| {
            let day = format!("2025-1{}-01", at % 2);
            format!("{day},{name},Lamp,1,{}\n", 100 + at)
        };
        let names = (1..=11).map(|number| format!("Customer {number}"));
        let names = names.chain(["other".to_owned()]);
        let sales: String = names.enumerate().map(sale).collect();
        let sales = format!("order_date,customer_name,product_name,quantity,unit_price\n{sales}");
        page.drop_file("Sales file", "many.csv", &sales).await?;
        page.status_contains("Mart built from many.csv").await?;
        page.go("Mart").await?;
        page.choose("By", "month").await?;
        page.choose("And by", "customer name").await?;
        page.table_until("Answer from the star", |table| table.len() == 13)
            .await?;
        page.wait(SOON, "eight series and the others", async || {
            let now = legend(page, "Answer from the star").await?;
            let is_grouped = now["other: 4 values"][2] == "span";
            Ok((is_grouped && now["other"][2] == "button").then_some(()))
        })
        .await?;
        let figure = page
            .by_role("figure", "Chart of Answer from the star")
            .await?;
        let text = figure.text().await?;
        assert!(
            text.contains("other: the 4 smallest of 12 series, added up"),
            "{text}"
        );
        // An average of averages is none.
        page.click("checkbox", "Average price").await?;
        page.click("checkbox", "Revenue").await?;
        page.wait(SOON, "the largest alone", async || {
            let figure = page
                .by_role("figure", "Chart of Answer from the star")
                .await?;
            let text = figure.text().await?;
            Ok(text
                .contains("the 8 largest of 12 series drawn")
                .then_some(()))
        })
        .await
    })
    .await
}
