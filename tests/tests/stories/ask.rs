//! Questions to the star without SQL, and the days that all answers are of.

use browser_tests::{Outcome, Page, Setup, Table, story};

async fn choose(page: &Page, select: &str, option: &str) -> Outcome {
    let select = page.by_role("combobox", select).await?;
    select.send_keys(option).await?;
    Ok(())
}

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
        answer(page, |table| table.len() == 2 && table[1] == ["68,541.67"]).await?;
        choose(page, "By", "region").await?;
        let table = answer(page, |table| table.len() == 5).await?;
        assert_eq!(table[1], ["North", "22,990.47"]);
        page.click("checkbox", "Units").await?;
        answer(page, |table| table[0] == ["region", "revenue", "units"]).await?;
        page.click("checkbox", "Units").await?;
        choose(page, "And by", "category").await?;
        answer(page, |table| table.len() > 10 && table[0][1] == "category").await?;

        choose(page, "Filter by", "category").await?;
        page.click("button", "Furniture").await?;
        let table = answer(page, |table| table.len() > 1 && table.len() < 6).await?;
        assert!(
            table[1..].iter().all(|row| row[1] == "Furniture"),
            "{table:?}"
        );
        page.click("button", "Do not filter by category").await?;
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
        crate::expected::seed_is_answered(page).await?;
        choose(page, "By", "month").await?;
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
        crate::expected::seed_is_answered(page).await
    })
    .await
}
