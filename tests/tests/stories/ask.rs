//! Questions to the star without SQL, and the sales that all answers are of.

use browser_tests::{BUILD, Outcome, Page, SOON, Setup, Table, story};

use crate::expected::seed_is_answered;
use crate::generate::generate;

/// Keys, as WebDriver writes them.
const HOME: &str = "\u{e011}";
const END: &str = "\u{e010}";
const ENTER: &str = "\u{e007}";

async fn type_day(page: &Page, label: &str, day: &str) -> Outcome {
    // What a date picker does.
    const PICK: &str = "
        const [name, day] = arguments;
        const label = [...document.querySelectorAll('label')].find(label => label.textContent === name);
        const input = label.control;
        input.value = day;
        input.dispatchEvent(new Event('input', { bubbles: true }));";
    page.js(PICK, &[label.into(), day.into()]).await?;
    Ok(())
}

async fn answer(page: &Page, right: impl Fn(&Table) -> bool) -> Outcome<Table> {
    page.table_until("Answer from the star", right).await
}

#[tokio::test]
async fn the_star_answers_by_two_attributes_of_chosen_values() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        // It begins with a good question, which gives way to the user's own.
        let table = answer(page, |table| table.len() > 10).await?;
        assert_eq!(table[0], ["month", "category", "revenue"]);
        assert_eq!(table[1][0], "2025-10-01");
        page.choose("By", "region").await?;
        let table = answer(page, |table| table.len() == 5).await?;
        assert_eq!(table[1], ["North", "22,990.47"]);
        page.click("checkbox", "Units").await?;
        answer(page, |table| table[0] == ["region", "revenue", "units"]).await?;
        page.click("checkbox", "Units").await?;
        page.choose("And by", "category").await?;
        answer(page, |table| table.len() > 10 && table[0][1] == "category").await?;

        page.choose("Filter by", "category").await?;
        page.click("checkbox", "Furniture").await?;
        page.click("button", "Done").await?;
        let table = answer(page, |table| table.len() > 1 && table.len() < 6).await?;
        assert!(
            table[1..].iter().all(|row| row[1] == "Furniture"),
            "{table:?}"
        );
        page.click("button", "Remove filter Category: Furniture")
            .await?;
        answer(page, |table| table.len() > 10).await?;

        // What it asks is SQL to read, and to go on with.
        page.click("link", "Open in SQL").await?;
        page.click("button", "Run").await?;
        page.table_until("Query result", |table| table.len() > 10)
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn all_answers_are_of_the_days_that_were_chosen() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        seed_is_answered(page).await?;
        page.choose("By", "month").await?;
        answer(page, |table| table.len() == 4).await?;
        type_day(page, "First day", "2025-11-01").await?;
        let table = answer(page, |table| table.len() == 3).await?;
        assert_eq!(table[1][0], "2025-11-01");
        let months = page
            .table_until("Revenue by month", |table| table.len() == 3)
            .await?;
        assert_eq!(months[1][..2], ["2025", "11"]);
        // The number is the same in both.
        assert_eq!(months[1][2], table[1][1]);

        // A rebuild keeps the days, and a download has them.
        let built = page.marks("mart-built").await?;
        page.click("button", "Rebuild mart").await?;
        page.mark_after("mart-built", built).await?;
        page.table_until("Revenue by month", |table| table.len() == 3)
            .await?;
        let csv = page
            .download(
                "button",
                "Download Revenue by month as CSV",
                "revenue_by_month.csv",
            )
            .await?;
        assert_eq!(String::from_utf8(csv)?.lines().count(), 3);

        page.click("button", "All days").await?;
        seed_is_answered(page).await
    })
    .await
}

/// What a control says of its value.
async fn told(page: &Page, role: &str, name: &str, attribute: &str) -> Outcome<String> {
    let control = page.by_role(role, name).await?;
    Ok(control.attr(attribute).await?.unwrap_or_default())
}

/// Picks the first value of the chart of an answer, and tells its name.
async fn pick_first(page: &Page, answer: &str) -> Outcome<String> {
    let reader = page
        .by_role("slider", &format!("Values of {answer}"))
        .await?;
    reader.focus().await?;
    reader.send_keys(HOME).await?;
    let value = told(
        page,
        "slider",
        &format!("Values of {answer}"),
        "aria-valuetext",
    )
    .await?;
    reader.send_keys(ENTER).await?;
    let name = value.split(": ").next();
    Ok(name.unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_value_that_is_picked_in_a_chart_filters_the_others() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        seed_is_answered(page).await?;
        let categories = page.table_until("Revenue by category", |_| true).await?;
        let north = pick_first(page, "Revenue by region").await?;
        assert_eq!(north, "North");
        page.table_until("Revenue by category", |table| *table != categories)
            .await?;
        let customers = page
            .table_until("Revenue by customer", |table| table.len() < 10)
            .await?;
        answer(page, |table| table[1][1..] == ["Appliances", "1,948.17"]).await?;
        // What it was picked from keeps its other values, and the picked one is a button too.
        page.table_until("Revenue by region", |table| table.len() == 5)
            .await?;
        page.by_role("button", "Remove filter Region: North")
            .await?;

        // A part of a bar is a value of each of its two columns.
        let part = pick_first(page, "Revenue by customer and category").await?;
        let (customer, category) = part.rsplit_once(", ").expect("two names");
        assert!(customers[1..].iter().any(|row| row[0] == customer));
        page.table_until("Revenue by region", |table| table.len() < 5)
            .await?;
        page.by_role("button", &format!("Remove filter Category: {category}"))
            .await?;
        page.by_role(
            "button",
            &format!("Remove filter Customer name: {customer}"),
        )
        .await?;
        page.click("button", "Clear all").await?;
        seed_is_answered(page).await?;

        // A bar that is clicked is the same.
        let figure = page
            .by_role("figure", "Chart of Revenue by category")
            .await?;
        figure.scroll_into_view().await?;
        page.point_at_bar(&figure, 0).await?;
        page.tab().action_chain().click().perform().await?;
        let regions = page
            .table_until("Revenue by day of week", |table| table.len() > 1)
            .await?;
        assert!(!regions.is_empty());
        let table = page.table_until("Revenue by category", |_| true).await?;
        assert_eq!(table, categories);
        let largest = &table[1][0];
        page.by_role("button", &format!("Remove filter Category: {largest}"))
            .await?;

        // A month is a range of days.
        let month = pick_first(page, "Revenue by month").await?;
        assert_eq!(month, "2025-10");
        page.table_until("Revenue by month", |table| table.len() == 2)
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn days_are_dragged_and_chosen_as_periods() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        seed_is_answered(page).await?;
        let months = async |number: usize| {
            page.table_until("Revenue by month", |table| table.len() == 1 + number)
                .await
        };
        let all = months(3).await?;
        page.by_role("slider", "Drag the first day")
            .await?
            .send_keys(END)
            .await?;
        let last = told(page, "slider", "Drag the first day", "aria-valuetext").await?;
        assert_eq!(
            last,
            told(page, "slider", "Drag the last day", "aria-valuetext").await?
        );
        // The last day of the year has no sales.
        months(0).await?;
        // An end takes the other one along.
        page.by_role("slider", "Drag the last day")
            .await?
            .send_keys(HOME)
            .await?;
        let days = months(1).await?;
        assert_eq!(days[1][..2], ["2025", "10"]);
        assert_ne!(days[1], all[1]);

        page.choose("Period", "2025-11").await?;
        page.table_until("Revenue by month", |table| {
            table.len() == 2 && table[1] == all[2]
        })
        .await?;
        page.choose("Period", "2025-Q4").await?;
        months(3).await?;

        // Another source has other days: all of them count.
        page.choose("Period", "2025-12").await?;
        months(1).await?;
        page.go("Sources").await?;
        let built = page.marks("mart-built").await?;
        page.click("button", "Generate sales").await?;
        page.mark_after("mart-built", built).await?;
        page.go("Mart").await?;
        page.wait(BUILD, "all months of two years", async || {
            let table = page
                .table_until("Revenue by month", |table| table.len() > 1)
                .await?;
            Ok((table.len() == 25).then_some(()))
        })
        .await?;
        let days = told(page, "slider", "Drag the last day", "aria-valuetext").await?;
        assert_eq!(days, "2025-12-31");
        Ok(())
    })
    .await
}

/// The answers below the days.
const FIRST: [&str; 2] = ["Revenue by customer", "Revenue by category"];

/// Drags the first day to the end, a step each frame, and goes back to all days at once; answers with how often each
/// of the first two answers was shown anew meanwhile.
const DRAG: &str = "
    const [slider, all, answer] = arguments;
    const answers = [...document.querySelectorAll('section.answer')].slice(0, 2);
    const shown = answers.map(() => 0);
    const watches = answers.map((section, n) => {
        const watch = new MutationObserver(() => { shown[n] += 1; });
        watch.observe(section.querySelector('tbody'), { characterData: true, childList: true, subtree: true });
        return watch;
    });
    slider.scrollIntoView();
    const step = () => {
        slider.stepUp(4);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        if (slider.value !== slider.max) return requestAnimationFrame(step);
        watches.forEach(watch => watch.disconnect());
        all.click();
        answer(shown);
    };
    requestAnimationFrame(step);";

#[tokio::test]
async fn answers_in_sight_follow_a_drag_in_turns() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        generate(page, "1 million").await?;
        page.go("Mart").await?;
        let mut all = Vec::new();
        for name in FIRST {
            all.push(page.table(name).await?);
        }
        // What was asked in an earlier drag does not count.
        for _ in 0..2 {
            let slider = page.by_role("slider", "Drag the first day").await?;
            let all_days = page.by_role("button", "All days").await?;
            let shown = page
                .js_async(DRAG, &[slider.to_json()?, all_days.to_json()?])
                .await?;
            let shown: [u32; 2] = serde_json::from_value(shown)?;
            assert!(
                shown[0] >= 5 && shown[0].abs_diff(shown[1]) <= shown[0] / 3,
                "{shown:?}"
            );
            for (name, table) in FIRST.into_iter().zip(&all) {
                page.table_until(name, |now| now == table).await?;
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_largest_values_keep_all_their_months() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        answer(page, |table| table.len() > 10).await?;
        // What a hand types.
        let top = page.by_role("spinbutton", "Only the top").await?;
        top.clear().await?;
        top.send_keys("2").await?;
        let table = answer(page, |table| table.len() == 7).await?;
        let months: Vec<_> = table[1..].iter().map(|row| row[0].as_str()).collect();
        assert_eq!(months[0], months[1]);
        assert_eq!(
            months
                .iter()
                .collect::<std::collections::HashSet<_>>()
                .len(),
            3
        );
        let card = page.by_role("region", "Answer from the star").await?;
        let text = card.text().await?;
        assert!(
            text.contains("Revenue by month and category. The 2 largest by category"),
            "{text}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_answer_is_never_a_blank_card() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        answer(page, |table| table.len() > 10).await?;
        page.click("checkbox", "Revenue").await?;
        let panel = page.by_role("region", "Ask the star").await?;
        page.wait(SOON, "a word about metrics", async || {
            let text = panel.text().await?;
            Ok(text.contains("choose a metric above").then_some(()))
        })
        .await?;
        page.click("checkbox", "Revenue").await?;
        answer(page, |table| table.len() > 10).await?;
        type_day(page, "First day", "2030-01-01").await?;
        page.wait(SOON, "a word about the filter", async || {
            let text = panel.text().await?;
            Ok(text.contains("No rows match the filter").then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn several_metrics_are_charts_with_axes_of_their_own() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        answer(page, |table| table.len() > 10).await?;
        page.click("checkbox", "Units").await?;
        for metric in ["Revenue", "Units"] {
            let name = format!("Chart of Answer from the star: {metric}");
            page.wait(SOON, &name, async || {
                let names = page.names("img").await?;
                let is_it = |drawn: &String| drawn.starts_with(&format!("{name}: "));
                Ok(names.iter().any(is_it).then_some(()))
            })
            .await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_question_is_saved_and_says_so() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        page.choose("By", "region").await?;
        let asked = answer(page, |table| table.len() == 5).await?;
        let name = page.by_role("textbox", "Name of the answer").await?;
        let says = name.value().await?;
        assert_eq!(says.as_deref(), Some("Revenue by region"));
        name.clear().await?;
        name.send_keys("Mine").await?;
        name.send_keys(ENTER).await?;
        page.status_contains("Saved as Mine").await?;
        page.table_until("Mine", |table| *table == asked).await?;
        // It follows the filter like the other answers.
        type_day(page, "First day", "2025-11-01").await?;
        page.table_until("Mine", |table| table.len() == 5 && *table != asked)
            .await?;

        let name = page.by_role("textbox", "Name of the answer").await?;
        name.clear().await?;
        name.send_keys("Mine").await?;
        page.click("button", "Save").await?;
        page.status_contains("Replace it?").await?;
        page.click("button", "Replace").await?;
        page.status_contains("Saved as Mine").await?;
        // Below what stays at the top of the window. Of all rows: a filtered download asks first.
        page.click("button", "Clear all").await?;
        let card = page.by_role("region", "Answer from the star").await?;
        let centre = "arguments[0].scrollIntoView({ block: 'center' });";
        page.js(centre, &[card.to_json()?]).await?;
        page.download(
            "button",
            "Download Answer from the star as CSV",
            "answer_from_the_star.csv",
        )
        .await?;
        Ok(())
    })
    .await
}
