//! A proposed star is changed in its forms and in its diagram: each change is verified, undone, and made again for the
//! next files.

use crate::files::file;
use crate::proposing::{propose, shop};
use crate::reach::axe_finds_in_any_window;
use crate::sql::{go_to_sql, result, run, text_contains};
use browser_tests::{Outcome, Page, SOON, Setup, story};
use serde_json::json;

const ENTER: &str = "\u{e007}";
const CHANGES: &str = "return [...document.querySelectorAll('ol[aria-label=\"Changes of the proposal\"] li')].map(line => line.innerText);";

/// Waits until the changes are these, by their first words.
async fn changes(page: &Page, expected: &[&str]) -> Outcome {
    page.wait(SOON, &format!("the changes {expected:?}"), async || {
        let lines: Vec<String> = serde_json::from_value(page.js(CHANGES, &[]).await?)?;
        let is_right = lines.len() == expected.len()
            && lines
                .iter()
                .zip(expected)
                .all(|(line, start)| line.starts_with(start));
        Ok(is_right.then_some(()))
    })
    .await
}

/// Types into a field in place of what it has, all of which is selected before, and leaves it.
async fn fill(page: &Page, field: &str, text: &str) -> Outcome {
    let field = page.by_role("textbox", field).await?;
    field
        .send_keys(format!("\u{e009}a\u{e000}{text}\t"))
        .await?;
    Ok(())
}

/// The document as text, once it has one.
async fn document(page: &Page) -> Outcome<String> {
    let script = "
        const area = document.querySelector('textarea.document');
        area.closest('details').open = true;
        return area.value;";
    page.wait(SOON, "the text of the document", async || {
        let text = page.js(script, &[]).await?;
        Ok(text
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned))
    })
    .await
}

#[tokio::test]
async fn names_keys_and_metrics_are_changed_and_undone_to_the_byte() -> Outcome {
    let folder = tempfile::tempdir()?;
    let paths = shop(&folder);
    story(Setup::default(), async |page| {
        propose(page, &paths).await?;
        let first = document(page).await?;
        page.click("button", "Change customers").await?;
        fill(page, "Name of customers in the mart", "dim_client").await?;
        changes(page, &["customers is called dim_client"]).await?;
        fill(page, "Name of customers.region", "area").await?;
        page.choose("Type of customers.name", "INTEGER").await?;
        let misfits = "customers.name is INTEGER: 20 of 20 values do not fit and are left empty (Customer 1, Customer 10, Customer 11)";
        changes(
            page,
            &["customers is called dim_client", "customers.region is called area", misfits],
        )
        .await?;
        page.click("button", "Undo").await?;
        page.click("button", "Close").await?;
        page.click("button", "Change order_lines").await?;
        page.click("checkbox", "Choose order_lines.line_number").await?;
        page.click("button", "Set as key").await?;
        let key = "the key of order_lines is line_number: 117 rows have the key of another (1, 2, 3)";
        changes(
            page,
            &["customers is called dim_client", "customers.region is called area", key],
        )
        .await?;
        page.click("button", "Undo").await?;

        // A metric is checked while it is typed.
        page.js("[...document.querySelectorAll('.proposal summary')].find(one => one.textContent === 'Add a metric').click();", &[]).await?;
        page.choose("Fact of the metric", "orders").await?;
        let label = page.by_role("textbox", "Label of the metric").await?;
        label.send_keys("Mean freight").await?;
        let expression = page.by_role("textbox", "Expression of the metric").await?;
        expression.send_keys("sum(freigt) / count(*)").await?;
        text_contains(page, "`fact_order` has no field `freigt`; did you mean `freight`?").await?;
        expression.clear().await?;
        expression.send_keys("sum(freight) / count(*)").await?;
        text_contains(page, "Over all rows: 2.5").await?;
        expression.send_keys(ENTER).await?;
        page.table_until("Metrics", |table| table.iter().any(|row| row[0] == "Mean freight")).await?;
        assert_eq!(axe_finds_in_any_window(page, "forms of a proposal").await?, "");
        let changed = document(page).await?;
        assert!(changed.contains("dim_client") && changed.contains("mean_freight"));

        for _ in 0..3 {
            page.click("button", "Undo").await?;
        }
        changes(page, &[]).await?;
        assert_eq!(document(page).await?, first);
        for _ in 0..3 {
            page.click("button", "Redo").await?;
        }
        changes(page, &["customers is called", "customers.region is called", "Mean freight is"]).await?;
        assert_eq!(document(page).await?, changed);
        page.click("button", "Load the star").await?;
        text_contains(page, "The mart is the star that was proposed for these files.").await?;
        page.go("Mart").await?;
        text_contains(page, "Mean freight").await?;
        go_to_sql(page).await?;
        run(page, "SELECT count(DISTINCT area) AS areas FROM dim_client").await?;
        result(page, |rows| rows == [["3"]]).await.map(drop)
    })
    .await
}

/// Stores whose number is in no name of the sales.
fn sales(folder: &tempfile::TempDir) -> String {
    let stores: String = (1..=12).map(|id| format!("{id},Town {id}\n")).collect();
    let sales: String = (1..=60)
        .map(|id| {
            let place = match id {
                10 => String::new(),
                20 | 30 => "77".to_owned(),
                id => (1 + id % 12).to_string(),
            };
            format!("{id},{place},2026-03-{:02},{}.50\n", 1 + id % 28, id % 9)
        })
        .collect();
    let files = [
        file(folder, "stores.csv", format!("store_id,town\n{stores}")),
        file(
            folder,
            "sales.csv",
            format!("sale_id,taken_at,sold_on,amount\n{sales}"),
        ),
    ];
    files.map(|path| path.display().to_string()).join("\n")
}

const ADDED: &str =
    "sales.taken_at refers to stores: 12 of 13 values, 2 rows are unknown (77), 1 row has none";

#[tokio::test]
async fn a_relationship_is_added_by_keyboard_and_made_again_for_the_next_files() -> Outcome {
    let folder = tempfile::tempdir()?;
    let paths = sales(&folder);
    story(Setup::default(), async |page| {
        propose(page, &paths).await?;
        page.js("[...document.querySelectorAll('.proposal summary')].find(one => one.textContent === 'Add a relationship').focus();", &[]).await?;
        page.tab().active_element().await?.send_keys(ENTER).await?;
        for (list, choice) in [("From table", "sales"), ("To table", "stores"), ("Column for store_id", "taken_at")] {
            page.by_role("combobox", list).await?.send_keys(choice).await?;
        }
        page.by_role("button", "Add relationship").await?.send_keys(ENTER).await?;
        changes(page, &[ADDED]).await?;
        page.table_until("Relationships", |table| {
            table[1..].iter().any(|row| row[1] == "sales by taken_at" && row[4..6] == ["2", "1"])
        })
        .await?;
        page.click("button", "Load the star").await?;
        text_contains(page, "The mart is the star that was proposed for these files.").await?;
        go_to_sql(page).await?;
        run(page, "SELECT count(*) AS unknown FROM fact_sale WHERE store_key = -1 OR taken_at_key = -1").await?;
        drop(result(page, |rows| rows.len() == 1).await);

        page.go("Sources").await?;
        page.click("button", "Back to the tables").await?;
        page.click("button", "Propose a star").await?;
        text_contains(page, "1 change made before is applied.").await?;
        changes(page, &[ADDED]).await?;
        page.click("button", "Undo").await?;
        changes(page, &[]).await
    })
    .await
}

/// The middle of parts of the diagram, in the window.
async fn middles(page: &Page, labels: [&str; 2]) -> Outcome<[(i64, i64); 2]> {
    let script = "
        const found = arguments[0].map(label => [...document.querySelectorAll('.star [role=button]')].find(one =>
            one.getAttribute('aria-label') === label && one.getBoundingClientRect().width));
        found[0].closest('svg').scrollIntoView({ block: 'center' });
        return found.map(one => {
            const { x, y, width, height } = one.getBoundingClientRect();
            return [Math.round(x + width / 2), Math.round(y + height / 2)];
        });";
    let what = format!("{labels:?}");
    let places = page
        .wait(SOON, &what, async || {
            Ok(page.js(script, &[json!(labels)]).await.ok())
        })
        .await?;
    Ok(serde_json::from_value(places)?)
}

#[tokio::test]
async fn a_star_is_changed_in_its_diagram() -> Outcome {
    let folder = tempfile::tempdir()?;
    let paths = shop(&folder);
    story(Setup::default(), async |page| {
        propose(page, &paths).await?;
        page.choose("Star of the fact", "fact_order_line").await?;
        let labels = ["Change fact_order_line.quantity", "Change dim_customer"];
        let [from, to] = middles(page, labels).await?;
        page.tab()
            .action_chain()
            .move_to(from.0, from.1)
            .click_and_hold()
            .move_by_offset(12, 4)
            .move_to(to.0, to.1)
            .release()
            .perform()
            .await?;
        changes(
            page,
            &["order_lines.quantity refers to customers: 7 of 7 values"],
        )
        .await?;
        page.click("button", "Undo").await?;
        // A table and a column open their form.
        let [_, (x, y)] = middles(page, labels).await?;
        page.tab()
            .action_chain()
            .move_to(x, y)
            .click()
            .perform()
            .await?;
        page.by_role("region", "Change the table customers").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_typed_document_stays_until_the_forms_write_it_anew() -> Outcome {
    let folder = tempfile::tempdir()?;
    let paths = shop(&folder);
    let set = "
        const area = document.querySelector('textarea.document');
        area.value = area.value.replace('Freight', 'Postage');
        area.dispatchEvent(new Event('input'));";
    story(Setup::default(), async |page| {
        propose(page, &paths).await?;
        document(page).await?;
        page.js(set, &[]).await?;
        text_contains(page, "The text was changed here.").await?;
        page.go("Mart").await?;
        page.go("Sources").await?;
        document(page).await?;
        page.js(set, &[]).await?;
        page.click("button", "Change orders").await?;
        assert!(document(page).await?.contains("Postage"));
        fill(page, "Grain of orders", "one row per order of a customer").await?;
        text_contains(
            page,
            "A change in the forms has written the text anew; what was typed is gone.",
        )
        .await?;
        assert!(
            document(page)
                .await?
                .contains("one row per order of a customer")
        );
        Ok(())
    })
    .await
}
