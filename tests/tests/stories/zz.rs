//! Temporary.
use browser_tests::{Outcome, Setup, SOON, story};
use std::path::Path;
use serde_json::json;

const CLICK: &str = "
    const [bar, answer] = arguments;
    bar.scrollIntoView({ block: 'center' });
    let last = 0;
    const watch = new MutationObserver(() => { last = performance.now(); });
    watch.observe(document.querySelector('#app') ?? document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    const { x, y, width, height } = bar.getBoundingClientRect();
    const start = performance.now();
    const at = { bubbles: true, clientX: x + width / 2, clientY: y + height / 2 };
    bar.dispatchEvent(new PointerEvent('pointerdown', at));
    bar.dispatchEvent(new MouseEvent('click', at));
    setTimeout(() => { watch.disconnect(); answer(last - start); }, 2500);";

#[tokio::test]
async fn zz_shots() -> Outcome {
    for (name, window, dark) in [("wide", (1280, 800), false), ("desk", (1440, 900), true), ("phone", (390, 844), false), ("phonedark", (390, 844), true)] {
        story(Setup { window, dark, ..Setup::default() }, async |page| {
            page.open_built().await?;
            page.wait(SOON, "charts", async || {
                Ok((page.names("img").await?.len() > 6).then_some(()))
            }).await?;
            let ask = page.by_role("table", "Answer from the star").await?;
            page.js("arguments[0].scrollIntoView({block:'center'})", &[ask.to_json()?]).await?;
            page.screenshot(Path::new(&format!("/tmp/h5shots/{name}-ask.png"))).await?;
            page.click("checkbox", "Units").await?;
            page.wait(SOON, "charts", async || {
                Ok((page.names("img").await?.iter().any(|name| name.contains("from the star: Units"))).then_some(()))
            }).await?;
            page.js("arguments[0].scrollIntoView({block:'center'})", &[ask.to_json()?]).await.ok();
            page.screenshot(Path::new(&format!("/tmp/h5shots/{name}-multi.png"))).await?;
            let figure = page.by_role("figure", "Chart of Revenue by customer and category").await?;
            page.js("arguments[0].scrollIntoView({block:'center'})", &[figure.to_json()?]).await?;
            page.screenshot(Path::new(&format!("/tmp/h5shots/{name}-stack.png"))).await?;
            if name == "wide" {
                let region = page.by_role("figure", "Chart of Revenue by region").await?;
                for _ in 0..6 {
                    let bar = page.js("window.__b = arguments[0].querySelectorAll('rect')[0]; return 1;", &[region.to_json()?]).await?;
                    let _ = bar;
                    let took = page.js_async(&CLICK.replace("const [bar, answer] = arguments;", "const bar = window.__b; const answer = arguments[arguments.length - 1];"), &[json!(0)]).await?;
                    println!("click: {took}");
                }
                page.screenshot(Path::new(&format!("/tmp/h5shots/{name}-picked.png"))).await?;
                page.cdp("Emulation.setEmulatedMedia", json!({"features":[{"name":"forced-colors","value":"active"},{"name":"prefers-color-scheme","value":"dark"}]})).await?;
                page.js("arguments[0].scrollIntoView({block:'center'})", &[figure.to_json()?]).await?;
                page.screenshot(Path::new(&format!("/tmp/h5shots/{name}-forced.png"))).await?;
            }
            Ok(())
        }).await?;
    }
    Ok(())
}
