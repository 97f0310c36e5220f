//! Charts beside the answers: of the kind that suits each, with the table's numbers, read by keyboard, saved as
//! pictures, and drawn by a library that comes after the answers.

use crate::expected::{ANSWERS, Answer, file_stem, seed_is_answered};
use browser_tests::{Fault, Outcome, Request, SOON, Setup, Stage, story};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Remembers what the page's policy had to refuse.
const KEEP_REFUSALS: &str = "
    window.__refused = [];
    addEventListener('securitypolicyviolation', event =>
        window.__refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));";

/// Keys, as WebDriver writes them.
const HOME: &str = "\u{e011}";
const RIGHT: &str = "\u{e014}";
const DOWN: &str = "\u{e015}";

/// The answers, the kind that each is drawn as, and the kinds it can be drawn as.
const KINDS: [(&str, &str, &[&str]); 6] = [
    ("Revenue by customer", "bars", &["Bars"]),
    ("Revenue by category", "bars", &["Bars"]),
    (
        "Revenue by customer and category",
        "stacked",
        &["Stacked", "Grouped"],
    ),
    ("Revenue by region", "bars", &["Bars"]),
    ("Revenue by month", "line", &["Line", "Bars"]),
    ("Revenue by day of week", "bars", &["Bars", "Line"]),
];

/// Waits for the picture of an answer, of this kind, and takes its name.
async fn drawn(page: &Stage, answer: &str, kind: &str) -> Outcome<String> {
    let begins = format!("Chart of {answer}: {kind}, ");
    page.wait(SOON, &format!("an image “{begins}…”"), async || {
        let names = page.names("img").await?;
        Ok(names.into_iter().find(|name| name.starts_with(&begins)))
    })
    .await
}

async fn all_drawn(page: &Stage) -> Outcome {
    for (answer, kind, _) in KINDS {
        drawn(page, answer, kind).await?;
    }
    Ok(())
}

async fn choose(page: &Stage, answer: &str, kind: &str) -> Outcome {
    let list = format!("Chart of {answer}");
    page.choose(&list, kind).await?;
    let chosen = page.by_role("combobox", &list).await?.value().await?;
    assert_eq!(chosen.as_deref(), Some(kind), "{answer}");
    Ok(())
}

/// What the keyboard says of an answer: every value, from the first to the last.
async fn read_by_keyboard(page: &Stage, answer: &str, key: &str) -> Outcome<Vec<String>> {
    let reader = page
        .by_role("slider", &format!("Values of {answer}"))
        .await?;
    let last = reader.attr("max").await?.expect("a last value");
    reader.focus().await?;
    reader.send_keys(HOME).await?;
    let mut said = Vec::new();
    for step in 0..last.parse::<usize>()? {
        if step > 0 {
            reader.send_keys(key).await?;
        }
        said.push(reader.attr("aria-valuetext").await?.expect("a value"));
    }
    Ok(said)
}

/// What a table says, as the chart has to say it.
fn values(answer: &Answer) -> BTreeSet<String> {
    let value = |row: Vec<String>| {
        let (value, names) = row.split_last().expect("a value");
        let place = match names {
            [year, month] if year.starts_with("20") => format!("{year}-{month:0>2}"),
            names => names.join(", "),
        };
        format!("{place}: {value}")
    };
    answer.on_screen().into_iter().map(value).collect()
}

#[tokio::test]
async fn each_answer_has_a_chart_with_the_numbers_of_its_table() -> Outcome {
    let setup = Setup {
        scripts: vec![KEEP_REFUSALS],
        ..Setup::default()
    };
    story(setup, async |page| {
        page.open_built().await?;
        for ((name, kind, kinds), answer) in KINDS.into_iter().zip(&*ANSWERS) {
            assert_eq!(name, answer.name);
            let told = drawn(page, name, kind).await?;
            assert!(
                told.contains(&format!("{} values", answer.rows.len())),
                "{told}"
            );
            page.by_role("figure", &format!("Chart of {name}")).await?;

            let select = page
                .by_role("combobox", &format!("Chart of {name}"))
                .await?;
            let offered = "return [...arguments[0].options].map(option => option.text);";
            let offered = page.js(offered, &[select.to_json()?]).await?;
            assert_eq!(offered, json!(kinds), "{name}");

            let said = read_by_keyboard(page, name, DOWN).await?;
            let told_once: BTreeSet<_> = said.iter().cloned().collect();
            assert_eq!(told_once, values(answer), "{name}");
            assert_eq!(said.len(), answer.rows.len(), "{name}");
        }
        // Bars have the order of the answer, and the days that of the week.
        let days = read_by_keyboard(page, "Revenue by day of week", RIGHT).await?;
        let of_week = |days: &[String]| {
            days.iter()
                .map(|day| day[..3].to_owned())
                .collect::<Vec<_>>()
        };
        let table: Vec<_> = ANSWERS[5]
            .on_screen()
            .into_iter()
            .map(|row| row[0].clone())
            .collect();
        assert_eq!(of_week(&days), of_week(&table));

        let refused = page.js("return window.__refused;", &[]).await?;
        assert_eq!(refused, json!([]), "refused by the page's policy");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_value_is_read_where_the_pointer_is() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        all_drawn(page).await?;
        let answer = &ANSWERS[0];
        let figure = page.by_role("figure", &format!("Chart of {}", answer.name)).await?;
        figure.scroll_into_view().await?;
        for row in [0, answer.rows.len() - 1] {
            page.point_at_bar(&figure, row).await?;
            let tip = "const tip = arguments[0].querySelector('.chart-tip');
                return tip.checkVisibility() ? [...tip.children].map(part => part.innerText) : null;";
            let expected = json!(answer.on_screen()[row]);
            page.wait(SOON, &format!("a tip with {expected}"), async || {
                let shown = page.js(tip, &[figure.to_json()?]).await?;
                Ok((shown == expected).then_some(()))
            })
            .await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_kind_can_be_changed_and_stays_when_the_same_mart_is_built_again() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        all_drawn(page).await?;
        for (answer, kinds) in [
            ("Revenue by customer and category", ["Grouped", "Stacked"]),
            ("Revenue by day of week", ["Line", "Bars"]),
            ("Revenue by month", ["Line", "Bars"]),
        ] {
            for kind in kinds {
                choose(page, answer, kind).await?;
                drawn(page, answer, &kind.to_lowercase()).await?;
            }
        }
        // The question of the user has a chart too.
        drawn(page, "Answer from the star", "line").await?;
        page.choose("View of Revenue by region", "Table").await?;
        let images = async || {
            let names = page.names("img").await?;
            let charts = names.iter().filter(|name| name.starts_with("Chart of"));
            Ok((charts.count() == 6).then_some(()))
        };
        page.wait(SOON, "one picture less", images).await?;

        page.js(
            "for (const svg of document.querySelectorAll('.chart svg')) svg.__same = true;",
            &[],
        )
        .await?;
        let painted = page.marks("answers-painted").await?;
        page.click("button", "Rebuild mart").await?;
        page.mark_after("answers-painted", painted).await?;
        drawn(page, "Revenue by month", "bars").await?;
        let same =
            "return [...document.querySelectorAll('.chart svg')].map(svg => svg.__same ?? false);";
        assert_eq!(
            page.js(same, &[]).await?,
            json!(vec![true; 6]),
            "nothing was drawn again"
        );

        page.choose("View of Revenue by region", "Table and chart")
            .await?;
        drawn(page, "Revenue by region", "bars").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_chart_is_saved_as_a_picture() -> Outcome {
    for dark in [false, true] {
        let setup = Setup {
            dark,
            ..Setup::default()
        };
        story(setup, async |page| {
            page.open_built().await?;
            all_drawn(page).await?;
            for answer in [&ANSWERS[2], &ANSWERS[4]] {
                let stem = file_stem(answer.name);
                let save = |format: &str| format!("Save chart of {} as {format}", answer.name);
                let svg = page
                    .download("button", &save("SVG"), &format!("{stem}.svg"))
                    .await?;
                let seen = page.js(LOOK_AT, &[json!(String::from_utf8(svg)?)]).await?;
                assert_eq!(seen["root"], "svg");
                assert_eq!(seen["title"], answer.name);
                assert_eq!(seen["unresolved"], json!([]), "it needs no style sheet");
                let told: BTreeSet<_> = seen["desc"]
                    .as_str()
                    .expect("words")
                    .lines()
                    .map(str::to_owned)
                    .collect();
                assert_eq!(told, values(answer));
                let light = seen["ground"].as_f64().expect("a lightness");
                assert_eq!(light < 80.0, dark, "{seen}");

                let png = page
                    .download("button", &save("PNG"), &format!("{stem}.png"))
                    .await?;
                assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
                let size = |at: usize| {
                    f64::from(u32::from_be_bytes(
                        png[at..at + 4].try_into().expect("four bytes"),
                    ))
                };
                for (at, side) in [(16, "width"), (20, "height")] {
                    let twice = seen[side].as_f64().map(|side| (2.0 * side).round());
                    assert_eq!(Some(size(at)), twice, "{side}");
                }
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// A saved picture as another program reads it.
const LOOK_AT: &str = "
    const picture = new DOMParser().parseFromString(arguments[0], 'image/svg+xml').documentElement;
    const child = name => [...picture.children].find(child => child.localName === name);
    const all = [...picture.querySelectorAll('*')];
    const canvas = document.createElement('canvas').getContext('2d');
    canvas.fillStyle = child('rect').getAttribute('fill');
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return {
        root: picture.localName,
        title: child('title').textContent,
        desc: child('desc').textContent,
        ground: (red + green + blue) / 3,
        width: Number(picture.getAttribute('width')),
        height: Number(picture.getAttribute('height')),
        unresolved: all.filter(({ outerHTML }) => /var\\(|light-dark|<style|class=/.test(outerHTML))
            .map(element => element.localName),
    };";

#[tokio::test]
async fn charts_are_light_and_dark_with_the_page() -> Outcome {
    let colours = "
        const canvas = document.createElement('canvas').getContext('2d');
        return [...document.querySelectorAll('.chart svg rect, .chart svg circle')].map(mark => {
            canvas.fillStyle = getComputedStyle(mark).fill;
            canvas.fillRect(0, 0, 1, 1);
            const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
            return (red + green + blue) / 3;
        });";
    let mean = |colours: Value| {
        let colours: Vec<_> = colours
            .as_array()
            .expect("marks")
            .iter()
            .filter_map(Value::as_f64)
            .collect();
        assert!(colours.len() > 50, "{} marks", colours.len());
        let many = u32::try_from(colours.len()).expect("not that many");
        colours.iter().sum::<f64>() / f64::from(many)
    };
    story(Setup::default(), async |page| {
        page.open_built().await?;
        all_drawn(page).await?;
        let light = mean(page.js(colours, &[]).await?);
        let same = "document.querySelector('.chart svg').__same = true;";
        page.js(same, &[]).await?;
        page.by_role("combobox", "Theme")
            .await?
            .send_keys("Dark")
            .await?;
        let dark = mean(page.js(colours, &[]).await?);
        assert!(light < 140.0 && dark > 140.0, "light {light}, dark {dark}");
        let same = page
            .js("return document.querySelector('.chart svg').__same;", &[])
            .await?;
        assert_eq!(same, json!(true), "it is not drawn again");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_library_comes_after_the_answers_and_only_where_they_are() -> Outcome {
    let is_library = |request: &&Request| request.target.ends_with("/chart.js");
    story(Setup::default(), async |page| {
        page.open("#/sources").await?;
        page.status_contains("Mart built").await?;
        page.mark_after("answers-painted", 0).await?;
        let asked = || page.server.requests().iter().filter(is_library).count();
        assert_eq!(asked(), 0, "nothing is to be drawn here");
        page.go("Mart").await?;
        all_drawn(page).await?;
        assert_eq!(asked(), 1);

        page.open_built().await?;
        all_drawn(page).await?;
        let late = "
            const [painted] = performance.getEntriesByName('answers-painted');
            const library = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/chart.js'));
            return library.startTime - painted.startTime;";
        let late = page.js(late, &[]).await?;
        assert!(late.as_f64() >= Some(0.0), "asked for {late} ms after the answers were painted");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_library_that_does_not_come_is_told_and_costs_only_the_charts() -> Outcome {
    let setup = Setup {
        expected_errors: vec!["chart.js"],
        ..Setup::default()
    };
    story(setup, async |page| {
        page.server.fail("chart.js", Fault::NotFound);
        page.open_built().await?;
        let told = "return document.querySelector('.chart').innerText;";
        page.wait(SOON, "a word about the chart", async || {
            let told = page.js(told, &[]).await?;
            let told = told.as_str().unwrap_or_default();
            Ok(told
                .starts_with("The chart could not be loaded")
                .then_some(()))
        })
        .await?;
        seed_is_answered(page).await?;
        assert_eq!(page.alerts().await?, Vec::<String>::new());
        page.server.heal();
        page.click("button", "Rebuild mart").await?;
        all_drawn(page).await
    })
    .await
}

#[tokio::test]
async fn many_customers_are_the_largest_and_it_is_said() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.go("Sources").await?;
        let sale = |customer| format!("2025-10-01,Customer {customer},Lamp,1,{customer}\n");
        let sales: String = (1..=300).map(sale).collect();
        let sales = format!("order_date,customer_name,product_name,quantity,unit_price\n{sales}");
        page.drop_file("Sales file", "many.csv", &sales).await?;
        page.status_contains("Mart built from many.csv").await?;
        page.go("Mart").await?;
        let told = drawn(page, "Revenue by customer", "bars").await?;
        assert!(
            told.contains("16 values; largest 300.00 (Customer 300)"),
            "{told}"
        );
        let figure = page
            .by_role("figure", "Chart of Revenue by customer")
            .await?;
        let note = figure.text().await?;
        assert!(note.contains("the 16 largest of 300 drawn"), "{note}");
        Ok(())
    })
    .await
}
