//! Who reaches the page, and how: axe finds nothing, nothing moves, the focus is never lost, files can be dropped
//! anywhere, and the browser asks before something is lost.

use crate::comes_to_rest;
use browser_tests::{BUILD, Failure, Outcome, Page, SOON, Setup, root, story};
use serde_json::{Value, json};
use std::fmt::Write as _;

const PAGES: [&str; 5] = ["Mart", "Sources", "SQL", "Inspect", "Export"];

/// Runs axe, which a story has put into the page, and lists what it finds, with the elements.
const AXE: &str = "
    const [answer] = arguments;
    axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => answer(violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)));";

/// In [`Setup::scripts`]: sums the layout shifts that no input of the user has caused.
const WATCH_SHIFTS: &str = "
    window.__shifts = [];
    new PerformanceObserver(list => {
        for (const { value, hadRecentInput, sources } of list.getEntries())
            if (!hadRecentInput) window.__shifts.push({ value, sources: sources.map(({ node, previousRect, currentRect }) => {
                const element = node?.nodeType === 1 ? node : node?.parentElement;
                return `${element?.tagName}.${element?.className?.baseVal ?? element?.className} ${Math.round(previousRect.y)} to ${Math.round(currentRect.y)}, ${Math.round(previousRect.height)} to ${Math.round(currentRect.height)}`;
            }) });
    }).observe({ type: 'layout-shift', buffered: true });";

/// The last element that had the focus, as a word, and whether it is the body.
const FOCUSED: &str = "
    const active = document.activeElement;
    return active ? `${active.tagName} ${active.textContent.slice(0, 40)}` : 'nothing';";

/// A file that lacks a column of a sales file.
const NO_PRICE: &str =
    "order_date,customer_name,product_name,quantity\n2026-01-05,Ann,Pen,1\n2026-01-06,Ben,Pen,x\n";

const DRAG: &str = "
    const [type, kind] = arguments;
    const dataTransfer = new DataTransfer();
    if (kind === 'text') dataTransfer.setData('text/uri-list', 'https://example.test/');
    else dataTransfer.items.add(new File([kind], 'dropped.csv', { type: 'text/csv' }));
    const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer });
    document.querySelector('h1').dispatchEvent(event);
    return event.defaultPrevented;";

async fn set_window(page: &Page, width: u32, height: u32, dark: bool) -> Outcome {
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    page.cdp("Emulation.setDeviceMetricsOverride", size).await?;
    let colours = if dark { "dark" } else { "light" };
    let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": colours }] });
    page.cdp("Emulation.setEmulatedMedia", media).await?;
    Ok(())
}

/// What axe finds on the page, with the window at both widths, light and dark.
pub(crate) async fn axe_finds_in_any_window(page: &Page, what: &str) -> Outcome<String> {
    let axe = std::fs::read_to_string(root().join("node_modules/axe-core/axe.min.js"))?;
    page.js(&axe, &[]).await?;
    let mut found = String::new();
    for (width, height) in [(1280, 800), (390, 844), (320, 640)] {
        for dark in [false, true] {
            set_window(page, width, height, dark).await?;
            for finding in findings_of_axe(page).await? {
                writeln!(found, "{what} {width} dark={dark} {finding}")?;
            }
        }
    }
    Ok(found)
}

async fn findings_of_axe(page: &Page) -> Outcome<Vec<String>> {
    let found = page.js_async(AXE, &[]).await?;
    Ok(serde_json::from_value(found)?)
}

#[tokio::test]
async fn axe_finds_nothing() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        let mut found = String::new();
        for name in PAGES {
            page.go(name).await?;
            comes_to_rest(page).await?;
            found.push_str(&axe_finds_in_any_window(page, name).await?);
        }
        // With an alert, and a file that waits to be loaded.
        page.go("Sources").await?;
        page.drop_file("Sales file", "wrong.csv", NO_PRICE).await?;
        page.alert_contains(SOON, &["wrong.csv"]).await?;
        for finding in findings_of_axe(page).await? {
            writeln!(found, "alert: {finding}")?;
        }
        if found.is_empty() {
            Ok(())
        } else {
            Err(Failure::new(found))
        }
    })
    .await
}

/// The sum of the shifts since the last call, with what has moved.
async fn shifts(page: &Page) -> Outcome<(f64, String)> {
    // Shifts are reported after the frame that they happen in.
    let settle = "const [answer] = arguments; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(answer)));";
    page.js_async(settle, &[]).await?;
    let found = page.js("return window.__shifts.splice(0);", &[]).await?;
    let found = found.as_array().cloned().unwrap_or_default();
    let values = found
        .iter()
        .filter_map(|shift| shift.get("value")?.as_f64());
    Ok((values.sum(), serde_json::to_string(&found)?))
}

#[tokio::test]
async fn nothing_moves() -> Outcome {
    let mut moved = String::new();
    for window in [(1280, 800), (390, 844)] {
        let setup = Setup {
            window,
            scripts: vec![WATCH_SHIFTS],
            ..Setup::default()
        };
        story(setup, async |page| {
            let routes = ["", "#/sources", "#/sql", "#/inspect", "#/export"];
            for (name, route) in PAGES.into_iter().zip(routes) {
                page.open(route).await?;
                page.status_contains("Mart built").await?;
                comes_to_rest(page).await?;
                let (sum, what) = shifts(page).await?;
                if sum > 0.02 {
                    writeln!(moved, "{name} at {window:?}: {sum:.3} {what}")?;
                }
            }
            page.go("Mart").await?;
            comes_to_rest(page).await?;
            shifts(page).await?;
            page.choose("Period", "2025-11").await?;
            page.by_role("button", "Clear all").await?;
            comes_to_rest(page).await?;
            let (sum, what) = shifts(page).await?;
            if sum > 0.02 {
                writeln!(moved, "a filter at {window:?}: {sum:.3} {what}")?;
            }
            Ok(())
        })
        .await?;
    }
    if moved.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(moved))
    }
}

#[tokio::test]
async fn targets_are_large_enough_and_nothing_overflows() -> Outcome {
    const SMALL: &str = "
        const targets = [...document.querySelectorAll('a, button, select, input, summary')];
        const isShown = element => element.checkVisibility() && getComputedStyle(element).pointerEvents !== 'none'
            && !element.matches('.skip-link') && !element.closest('svg');
        const isInText = element => element.matches('p a') && getComputedStyle(element).display === 'inline';
        const small = targets.filter(isShown).filter(element => !isInText(element)).flatMap(element => {
            const { width, height } = (element.closest('label') ?? element).getBoundingClientRect();
            return width < 23.5 || height < 23.5 ? [`${element.outerHTML.slice(0, 90)} ${width} x ${height}`] : [];
        });
        return [...new Set(small)].slice(0, 8);";
    const OVER: &str = "
        document.documentElement.style.fontSize = arguments[0];
        if (document.scrollingElement.scrollWidth <= innerWidth) return '';
        const wide = [...document.querySelectorAll('#app *')].filter(element =>
            element.getBoundingClientRect().right > innerWidth + 1 && !element.closest('.scroll-x, .grid, .figures, svg, pre'));
        return wide.slice(0, 4).map(element => element.outerHTML.slice(0, 90)).join(' | ') || 'something';";
    let mut found = String::new();
    story(Setup::default(), async |page| {
        page.open_built().await?;
        for name in PAGES {
            page.go(name).await?;
            comes_to_rest(page).await?;
            for (width, text) in [(1280, "100%"), (390, "100%"), (320, "100%"), (640, "200%")] {
                set_window(page, width, 800, false).await?;
                let over = page.js(OVER, &[json!(text)]).await?;
                if over != "" {
                    writeln!(found, "{name} at {width}, text {text}, is too wide: {over}")?;
                }
                let small: Vec<String> = serde_json::from_value(page.js(SMALL, &[]).await?)?;
                for target in small {
                    writeln!(found, "{name} at {width}: {target}")?;
                }
            }
        }
        Ok(())
    })
    .await?;
    if found.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(found))
    }
}

#[tokio::test]
async fn the_focus_is_never_lost() -> Outcome {
    story(Setup::default(), async |page| {
        page.open_built().await?;
        let is_lost = async || -> Outcome<bool> {
            let focused = page.js(FOCUSED, &[]).await?;
            Ok(focused.as_str().unwrap_or("nothing").starts_with("BODY"))
        };
        for name in ["Sources", "SQL", "Inspect", "Export", "Mart"] {
            page.go(name).await?;
            page.wait(SOON, "the heading to have the focus", async || {
                let focused = page.js(FOCUSED, &[]).await?;
                Ok((focused == json!(format!("H1 {name}"))).then_some(()))
            })
            .await?;
        }
        // An alert is dismissed: its button is gone.
        page.go("Sources").await?;
        page.drop_file("Sales file", "wrong.csv", NO_PRICE).await?;
        page.alert_contains(SOON, &["wrong.csv"]).await?;
        page.click("button", "Dismiss").await?;
        page.wait(SOON, "no alert", async || {
            Ok(page.alerts().await?.is_empty().then_some(()))
        })
        .await?;
        // It moves a moment after the button is gone.
        let is_kept = async || Ok((!is_lost().await?).then_some(()));
        page.wait(SOON, "the focus, after Dismiss", is_kept).await?;
        // Cancel is gone with what it has cancelled.
        page.choose("Number of sales", "10 million").await?;
        page.click("button", "Generate sales").await?;
        page.click("button", "Cancel").await?;
        comes_to_rest(page).await?;
        assert!(!is_lost().await?, "after Cancel");
        // The first stop of the keyboard.
        page.open_built().await?;
        let tab =
            "return document.querySelector('#app :is(a, button, input, select)').textContent;";
        assert_eq!(page.js(tab, &[]).await?, "Skip to content");
        let skip = page.by_role("link", "Skip to content").await?;
        page.js("arguments[0].click();", &[skip.to_json()?]).await?;
        assert_eq!(page.js(FOCUSED, &[]).await?, "H1 Mart");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn files_can_be_dropped_anywhere_and_lead_to_the_mart() -> Outcome {
    const SALES: &str = "order_date,customer_name,region,product_name,category,quantity,unit_price\n\
                         2025-11-03,Ann,North,Pen,Office,2,1.25\n";
    story(Setup::default(), async |page| {
        page.open_built().await?;
        for name in ["SQL", "Export"] {
            page.go(name).await?;
            page.by_role("heading", name).await?;
            let built = page.marks("mart-built").await?;
            for kind in ["dragenter", "dragover"] {
                assert_eq!(page.js(DRAG, &[json!(kind), json!(SALES)]).await?, true);
            }
            page.status_contains("Drop to load").await?;
            assert_eq!(page.js(DRAG, &[json!("drop"), json!(SALES)]).await?, true);
            page.mark_after("mart-built", built).await?;
            page.status_contains("Mart built from dropped.csv").await?;
            page.wait(SOON, "the mart's heading to have the focus", async || {
                Ok((page.js(FOCUSED, &[]).await? == "H1 Mart").then_some(()))
            })
            .await?;
        }
        // A link that is dropped leaves the page where it is, and is refused in words.
        for kind in ["dragover", "drop"] {
            assert_eq!(page.js(DRAG, &[json!(kind), json!("text")]).await?, true);
        }
        page.status_contains("Only files can be dropped").await?;
        // So are files while something runs.
        page.go("Sources").await?;
        page.choose("Number of sales", "10 million").await?;
        page.click("button", "Generate sales").await?;
        assert_eq!(page.js(DRAG, &[json!("drop"), json!(SALES)]).await?, true);
        page.alert_contains(
            SOON,
            &["dropped.csv was not loaded", "another action is running"],
        )
        .await?;
        page.click("button", "Cancel").await?;
        comes_to_rest(page).await
    })
    .await
}

#[tokio::test]
async fn the_browser_asks_before_files_are_lost() -> Outcome {
    const ASKS: &str = "
        const event = new Event('beforeunload', { cancelable: true });
        window.dispatchEvent(event);
        return event.defaultPrevented;";
    story(Setup::default(), async |page| {
        page.open_built().await?;
        let asks = async || -> Outcome<Value> { page.js(ASKS, &[]).await };
        assert_eq!(asks().await?, false, "the seed comes back by itself");
        page.go("Sources").await?;
        page.click("button", "Open Web shop").await?;
        page.status_contains("Mart built from example files").await?;
        assert_eq!(asks().await?, false, "an example comes back by itself");
        page.click("button", "Open Mini data mart").await?;
        page.status_contains("Mart built from sample data").await?;
        let built = page.marks("mart-built").await?;
        page.drop_file("Sales file", "own.csv", "order_date,customer_name,region,product_name,category,quantity,unit_price\n2025-11-03,Ann,North,Pen,Office,2,1.25\n").await?;
        page.mark_after("mart-built", built).await?;
        assert_eq!(asks().await?, true, "rows of a file");
        page.go("Sources").await?;
        page.click("button", "Use sample data").await?;
        page.status_contains("Mart built from sample data").await?;
        page.wait(BUILD, "no reason to stay", async || {
            Ok((asks().await? == false).then_some(()))
        })
        .await
    })
    .await
}

/// In [`Setup::scripts`]: when the theme is set first.
const WATCH_THEME: &str = "
    new MutationObserver(() => window.__themed ??= performance.now())
        .observe(document, { attributes: true, subtree: true, attributeFilter: ['data-theme'] });";

#[tokio::test]
async fn the_theme_is_there_before_the_first_paint() -> Outcome {
    const TIMES: &str = "
        const [paint] = performance.getEntriesByName('first-paint');
        return [document.documentElement.dataset.theme, window.__themed < paint.startTime];";
    let setup = Setup {
        scripts: vec![WATCH_THEME],
        ..Setup::default()
    };
    story(setup, async |page| {
        page.open_built().await?;
        page.choose("Theme", "Dark").await?;
        page.open_built().await?;
        assert_eq!(page.js(TIMES, &[]).await?, json!(["dark", true]));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn forced_colours_leave_the_series_their_own() -> Outcome {
    const COLOURS: &str = "
        const figure = document.querySelector('[aria-label=\"Chart of Revenue by customer and category\"]');
        const keys = [...(figure?.querySelectorAll('.chart-key') ?? [])];
        const marks = [...(figure?.querySelectorAll('svg rect') ?? [])];
        const distinct = colours => new Set(colours).size;
        return [keys.length,
            distinct(keys.map(key => getComputedStyle(key, '::before').backgroundColor)),
            distinct(marks.map(mark => getComputedStyle(mark).fill))];";
    story(Setup::default(), async |page| {
        let media = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
        page.cdp("Emulation.setEmulatedMedia", media).await?;
        page.open_built().await?;
        page.wait(BUILD, "colours that differ", async || {
            let found: [usize; 3] = serde_json::from_value(page.js(COLOURS, &[]).await?)?;
            Ok((found[0] > 1 && found[1] == found[0] && found[2] >= found[0]).then_some(()))
        })
        .await
    })
    .await
}
