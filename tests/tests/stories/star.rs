//! The star diagram: from a table to its columns, from a column to the revenue by it, as a file, and of tables that
//! are joined in whatever way.

use crate::expected::{ANSWERS, TABLES};
use crate::opened::{make, open};
use browser_tests::{Outcome, Page, SOON, Setup, story};
use serde_json::{Value, json};

const ENTER: &str = "\u{e007}";

/// Waits until the focus is on this heading, and the heading in the window.
async fn is_gone_to(page: &Page, heading: &str) -> Outcome {
    const FOCUSED: &str = "
        const { localName, textContent } = document.activeElement;
        const { top, bottom } = document.activeElement.getBoundingClientRect();
        return localName === 'h2' && top >= 0 && bottom <= innerHeight ? textContent : null;";
    page.wait(SOON, &format!("the focus on “{heading}”"), async || {
        Ok((page.js(FOCUSED, &[]).await? == heading).then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_table_leads_to_its_columns() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        for (table, _) in TABLES {
            page.click("link", &format!("Inspect {table}")).await?;
            is_gone_to(page, table).await?;
            page.go("Mart").await?;
        }
        let link = page.by_role("link", "Inspect fact_sales").await?;
        link.focus().await?;
        page.tab().active_element().await?.send_keys(ENTER).await?;
        is_gone_to(page, "fact_sales").await?;
        // And by the address alone.
        page.open("#/inspect?table=dim_date").await?;
        page.status_contains("Mart built").await?;
        is_gone_to(page, "dim_date").await?;
        page.open("#/inspect?table=dim_nothing").await?;
        page.alert_contains(SOON, &["There is no table dim_nothing"])
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_column_leads_to_the_revenue_by_it() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        let by_region = ANSWERS[3].on_screen();
        page.click("button", "Revenue by region").await?;
        is_gone_to(page, "Ask the star").await?;
        page.table_rows("Answer from the star", by_region.clone())
            .await?;
        let select = page.by_role("combobox", "By").await?;
        assert_eq!(select.prop("value").await?.as_deref(), Some("region"));

        // By keyboard, and after another question: what was counted and cut then is not kept.
        page.click("checkbox", "Units").await?;
        select.send_keys("category").await?;
        page.table_until("Answer from the star", |table| {
            table[0] == ["category", "revenue", "units"]
        })
        .await?;
        page.by_role("button", "Revenue by day")
            .await?
            .focus()
            .await?;
        page.tab().active_element().await?.send_keys(ENTER).await?;
        is_gone_to(page, "Ask the star").await?;
        page.table_until("Answer from the star", |table| {
            table[0] == ["day", "revenue"]
        })
        .await?;
        page.by_role("button", "Revenue by category")
            .await?
            .focus()
            .await?;
        page.tab().active_element().await?.send_keys(" ").await?;
        page.table_until("Answer from the star", |table| {
            table[0] == ["category", "revenue"]
        })
        .await?;
        assert_eq!(select.prop("value").await?.as_deref(), Some("category"));
        // A key tells nothing by itself.
        assert!(
            page.find("button", "Revenue by customer id")
                .await?
                .is_none()
        );
        Ok(())
    })
    .await
}

/// A saved star as another program reads it.
const READ: &str = "
    const picture = new DOMParser().parseFromString(arguments[0], 'image/svg+xml').documentElement;
    const all = [...picture.querySelectorAll('*')];
    const child = name => [...picture.children].find(child => child.localName === name);
    const canvas = document.createElement('canvas').getContext('2d');
    const lightness = colour => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
        return (red + green + blue) / 3;
    };
    return {
        root: picture.localName,
        texts: all.filter(({ localName }) => localName === 'text').map(text => text.textContent),
        desc: child('desc')?.textContent,
        ground: lightness(child('rect')?.getAttribute('fill')),
        letters: lightness(all.findLast(({ localName }) => localName === 'text')?.getAttribute('fill')),
        of_the_page: all.filter(({ attributes }) => [...attributes].some(({ name, value }) =>
            /^(class|style|href|role|tabindex)$/.test(name) || /var\\(|light-dark/.test(value))).length,
    };";

async fn saved(page: &Page, button: &str, file: &str) -> Outcome<Value> {
    let svg = page.download("button", button, file).await?;
    let picture = page.js(READ, &[json!(String::from_utf8(svg)?)]).await?;
    assert_eq!(picture["root"], "svg", "{picture}");
    assert_eq!(picture["of_the_page"], 0, "{picture}");
    Ok(picture)
}

#[tokio::test]
async fn the_star_is_saved_as_a_picture() -> Outcome {
    for dark in [false, true] {
        let setup = Setup {
            dark,
            ..Setup::default()
        };
        story(setup, async |page| {
            page.open_built().await?;
            let picture = saved(page, "Save star as SVG", "star.svg").await?;
            let texts = picture["texts"].as_array().expect("texts");
            for (table, rows) in TABLES {
                assert!(texts.contains(&json!(table)), "{texts:?}");
                assert!(texts.contains(&json!(format!("{rows} rows"))), "{texts:?}");
            }
            assert_eq!(
                picture["desc"],
                "fact_sales (120 rows) joined to dim_customer (10 rows), dim_product (12 rows), dim_date (92 rows)"
            );
            let [ground, letters] = ["ground", "letters"].map(|of| picture[of].as_f64().expect("a lightness"));
            assert_eq!(ground < letters, dark, "{picture}");
            assert!((ground - letters).abs() > 80.0, "{picture}");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// Keys of every kind: two to one table, one of two columns, to a further table, to the same table; and names that
/// are long, or look like something else.
const ORDERS: &str = r#"
    CREATE TABLE country(id INTEGER PRIMARY KEY, name VARCHAR);
    CREATE TABLE region(id INTEGER PRIMARY KEY, country INTEGER REFERENCES country(id));
    CREATE TABLE customer(id INTEGER PRIMARY KEY, region INTEGER REFERENCES region(id), referrer INTEGER REFERENCES customer(id));
    CREATE TABLE day(day DATE PRIMARY KEY);
    CREATE TABLE batch(site INTEGER, number INTEGER, PRIMARY KEY (site, number));
    CREATE TABLE orders(
        customer INTEGER REFERENCES customer(id),
        ordered DATE REFERENCES day(day), shipped DATE REFERENCES day(day),
        site INTEGER, batch INTEGER, total DOUBLE,
        FOREIGN KEY (site, batch) REFERENCES batch(site, number));
    CREATE SCHEMA web;
    CREATE TABLE web."<b> & ""pages"" that were seen by somebody"(
        "a column of a name that is much too long to be shown" INTEGER PRIMARY KEY,
        many STRUCT(first_name_of_somebody VARCHAR, last_name_of_somebody VARCHAR));
    CREATE TABLE web.visits(
        page INTEGER REFERENCES web."<b> & ""pages"" that were seen by somebody"("a column of a name that is much too long to be shown"),
        quantity INTEGER, unit_price DOUBLE);
    INSERT INTO country VALUES (1, 'Chile');
    INSERT INTO region VALUES (1, 1);
    INSERT INTO customer VALUES (1, 1, NULL);
    INSERT INTO day VALUES ('2026-01-01'), ('2026-01-02');
    INSERT INTO batch VALUES (1, 1);
    INSERT INTO orders VALUES (1, '2026-01-01', '2026-01-02', 1, 1, 9.5);
"#;

/// How many lines there are, and how many of their points are within a table.
const LINES: &str = "
    const [star] = arguments;
    const boxes = [...star.querySelectorAll('.star-table > rect')].map(rect => rect.getBBox());
    const lines = [...star.querySelectorAll('.star-line')];
    const within = lines.flatMap(line => Array.from({ length: 101 }, (_, n) => line.getPointAtLength(line.getTotalLength() * n / 100)))
        .filter(({ x, y }) => boxes.some(box => x > box.x + 1 && x < box.x + box.width - 1 && y > box.y && y < box.y + box.height));
    return [new Set(lines.map(line => line.getAttribute('d'))).size, within.length];";

/// How far texts reach beyond their table, or into each other, at most.
const TOO_LONG: &str = "
    const [star] = arguments;
    const over = [...star.querySelectorAll('.star-table')].flatMap(table => {
        const box = table.querySelector('rect').getBBox();
        const texts = [...table.querySelectorAll('text')].map(text => text.getBBox()).filter(({ width }) => width > 0);
        return texts.flatMap(one => [
            box.x - one.x,
            one.x + one.width - box.x - box.width,
            ...texts.filter(other => other.y === one.y && other.x > one.x).map(other => one.x + one.width - other.x),
        ]);
    });
    return Math.max(...over);";

#[tokio::test]
async fn any_tables_make_stars() -> Outcome {
    const PAGES: &str = r#"web.<b> & "pages" that were seen by somebody"#;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("orders.duckdb");
    make(&file, ORDERS)?;
    for window in [(1280, 900), (390, 844)] {
        let setup = Setup {
            window,
            ..Setup::default()
        };
        story(setup, async |page| {
            page.open_built().await?;
            open(page, &file).await?;
            page.go("Mart").await?;
            let orders = "orders (1 row) joined to customer (1 row), day (2 rows), batch (1 row); \
                customer (1 row) joined to itself, region (1 row); region (1 row) joined to country (1 row)";
            let visits = format!("web.visits (0 rows) joined to {PAGES} (0 rows)");
            for (told, lines) in [(orders, 8), (&visits, 1)] {
                let star = page.by_role("group", told).await?.to_json()?;
                assert_eq!(page.js(LINES, std::slice::from_ref(&star)).await?, json!([lines, 0]));
                let over = page.js(TOO_LONG, &[star]).await?;
                assert!(over.as_f64() < Some(0.0), "{over} pixels too long");
            }
            // These are no sales of the mart's, even if they look so.
            let buttons = page.names("button").await?;
            assert!(!buttons.iter().any(|name| name.starts_with("Revenue by")));

            let picture = saved(page, "Save star of web.visits as SVG", "web.visits_star.svg").await?;
            assert_eq!(picture["desc"], visits);
            let texts = picture["texts"].as_array().expect("texts");
            let whole = |text: &Value| text.as_str().is_some_and(|text| text.starts_with(PAGES) && text.ends_with('…'));
            assert!(texts.iter().any(whole), "cut, and whole: {texts:?}");

            page.click("link", &format!("Inspect {PAGES}")).await?;
            is_gone_to(page, PAGES).await
        })
        .await?;
    }
    Ok(())
}

/// The elements and texts of a star.
const CONTENT: &str = "
    const [star] = arguments;
    const all = [...star.querySelectorAll('*')];
    const named = name => all.filter(({ localName }) => localName === name);
    return {
        elements: [...new Set(all.map(({ localName }) => localName))].sort(),
        links: named('a').map(link => link.getAttribute('aria-label')),
        texts: named('text').map(text => text.textContent),
        all_svg: all.every(({ namespaceURI }) => namespaceURI === star.namespaceURI),
    };";

#[tokio::test]
async fn names_in_the_star_are_only_text() -> Outcome {
    const COLUMN: &str = r#"<a href="x">&""#;
    const TABLE: &str = "<img src=x>&lt;";
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("names.duckdb");
    let quoted = COLUMN.replace('"', "\"\"");
    let statements = format!(
        r#"CREATE TABLE "{TABLE}"("{quoted}" INTEGER PRIMARY KEY);
        CREATE TABLE visits(page INTEGER REFERENCES "{TABLE}"("{quoted}"));"#
    );
    make(&file, &statements)?;
    story(Setup::default(), async |page| {
        page.open_built().await?;
        open(page, &file).await?;
        page.go("Mart").await?;
        let description = format!("visits (0 rows) joined to {TABLE} (0 rows)");
        let star = page.by_role("group", &description).await?.to_json()?;
        let content = page.js(CONTENT, &[star]).await?;
        assert_eq!(
            content["elements"],
            json!(["a", "g", "path", "rect", "text"])
        );
        assert_eq!(
            content["links"],
            json!(["Inspect visits", format!("Inspect {TABLE}")])
        );
        let picture = saved(page, "Save star as SVG", "star.svg").await?;
        assert_eq!(picture["desc"], description);
        for texts in [&content["texts"], &picture["texts"]] {
            let texts = texts.as_array().expect("texts");
            for name in [COLUMN, TABLE] {
                assert!(texts.contains(&json!(name)), "{name} in {texts:?}");
            }
        }
        page.click("link", &format!("Inspect {TABLE}")).await?;
        is_gone_to(page, TABLE).await
    })
    .await
}
