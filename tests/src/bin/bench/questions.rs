//! Questions to a million sales: how soon the page answers, and whether it keeps up with a user who drags or scrolls.

use crate::PATIENCE;
use crate::report::{Limit, Measure, Section};
use crate::timeline::{LONG_TASKS, LONGEST_TASK, WATCH, repainted, start_of};
use browser_tests::{Browser, Failure, Outcome, Page, SOON, Server, Setup};
use serde_json::{Value, json};

/// Asks the star by each attribute in turn, and answers with the milliseconds from each choice until the frame in which
/// the table has other columns.
const ASK: &str = "
    const [answer] = arguments;
    const labels = [...document.querySelectorAll('label')];
    const select = labels.find(label => label.firstChild.textContent === 'By').control;
    const panel = document.querySelector('[aria-label=\"Ask the star\"]');
    const head = () => panel.querySelector('thead')?.textContent;
    const took = [];
    (async () => {
        for (const { value } of [...select.options].filter(option => option.value)) {
            const before = head();
            const begun = performance.now();
            select.value = value;
            select.dispatchEvent(new Event('change', { bubbles: true }));
            while (head() === before) await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
            took.push(performance.now() - begun);
        }
    })().then(() => answer(took));";

/// Clicks the first bar of an answer, again and again, which filters by it and undoes that; answers with the milliseconds
/// from each click until the frame in which the key figures and all other answers in sight are others.
const CLICK: &str = "
    const [answer] = arguments;
    const title = 'Revenue by category';
    const figure = document.querySelector(`[aria-label=\"Chart of ${title}\"]`);
    const frame = figure.querySelector('.chart-frame');
    const others = [...document.querySelectorAll('section.answer')].filter(section => {
        const { top, bottom } = section.getBoundingClientRect();
        return top < innerHeight && bottom > 0 && section.querySelector('h3').textContent !== title;
    });
    const figures = document.querySelector('[aria-label=\"Key figures\"]');
    const texts = () => [figures.textContent, ...others.map(section => section.querySelector('tbody').textContent)];
    const took = [];
    (async () => {
        for (let turn = 0; turn < 8; turn += 1) {
            const { left, top, width, height } = frame.querySelector('svg rect').getBoundingClientRect();
            const place = { bubbles: true, clientX: left + width / 2, clientY: top + height / 2 };
            const before = texts();
            const begun = performance.now();
            frame.dispatchEvent(new MouseEvent('click', place));
            while (texts().some((text, n) => text === before[n])) await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
            took.push(performance.now() - begun);
            await new Promise(done => setTimeout(done, 500));
        }
    })().then(() => answer(took));";

/// Moves the first day by some days, several times, and answers with the milliseconds from each move until the frame in
/// which all answers in sight are others.
const FILTER: &str = "
    const [answer] = arguments;
    const slider = document.querySelector('input[type=range][aria-label=\"Drag the first day\"]');
    scrollTo(0, 0);
    const seen = [...document.querySelectorAll('section.answer')].filter(section => {
        const { top } = section.getBoundingClientRect();
        return top < innerHeight;
    });
    const text = section => section.querySelector('tbody')?.textContent;
    const took = [];
    (async () => {
        for (let step = 1; step <= 6; step += 1) {
            const before = seen.map(text);
            const begun = performance.now();
            slider.value = step * 40;
            slider.dispatchEvent(new Event('input', { bubbles: true }));
            while (seen.some((section, n) => text(section) === before[n])) await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
            took.push(performance.now() - begun);
            await new Promise(done => setTimeout(done, 1500));
        }
    })().then(() => answer(took));";

/// Drags the first day from end to end, a step each frame, and answers with how often a second each answer in sight
/// was repainted meanwhile.
const DRAG: &str = "
    const [answer] = arguments;
    const slider = document.querySelector('input[type=range][aria-label=\"Drag the first day\"]');
    slider.scrollIntoView();
    const seen = [...document.querySelectorAll('section.answer')].filter(section => {
        const { top, bottom } = section.getBoundingClientRect();
        return top < innerHeight && bottom > 0;
    });
    const text = section => section.querySelector('tbody')?.textContent;
    const last = seen.map(text);
    const updates = seen.map(() => 0);
    const DURATION = 3000;
    const begun = performance.now();
    const step = now => {
        const part = Math.min(1, (now - begun) / DURATION);
        slider.value = Math.round(part * 0.9 * slider.max);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        seen.forEach((section, n) => {
            if (text(section) === last[n]) return;
            last[n] = text(section);
            updates[n] += 1;
        });
        if (part < 1) return requestAnimationFrame(step);
        answer(updates.map(count => 1000 * count / DURATION));
    };
    requestAnimationFrame(step);";

const EDITOR: &str = "return document.querySelector('.cm-content') !== null;";

/// Fills the editor.
const TYPE: &str = "
    const [text] = arguments;
    document.querySelector('.cm-content').focus();
    document.execCommand('selectAll');
    document.execCommand('insertText', false, text);";

/// Runs what is in the editor and answers with the milliseconds until a frame has shown the first row.
const RUN: &str = "
    const [answer] = arguments;
    const button = [...document.querySelectorAll('button')].find(button => button.textContent === 'Run');
    const table = () => document.querySelector('table[aria-label=\"Query result\"]') ?? [...document.querySelectorAll('table')].find(table => table.caption?.textContent === 'Query result');
    const before = table();
    (async () => {
        const begun = performance.now();
        button.click();
        while (!table()?.tBodies[0]?.rows.length || table() === before) await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        return performance.now() - begun;
    })().then(answer);";

/// Scrolls the result to the end, a page or two each frame, until all rows have come; answers with the
/// milliseconds of each frame.
const SCROLL: &str = "
    const [rows, answer] = arguments;
    const grid = document.querySelector('[aria-label=\"Query result, rows\"]');
    const frames = [];
    window.__last = performance.now();
    let before = null;
    const next = now => {
        if (before !== null) frames.push(now - before);
        before = now;
        const end = grid.scrollHeight - grid.clientHeight;
        const last = grid.querySelector('tbody tr:nth-last-child(1 of [aria-rowindex])');
        if (grid.scrollTop >= end - 1 && last?.ariaRowIndex > rows) return answer(frames);
        grid.scrollTop = Math.min(end, grid.scrollTop + Math.ceil(end / 900));
        requestAnimationFrame(next);
    };
    requestAnimationFrame(next);";

const ROWS: usize = 1_000_000;

pub(crate) async fn questions(server: &Server, runs: usize) -> Outcome<Vec<Section>> {
    let setup = Setup {
        window: (1280, 800),
        scripts: vec![WATCH, LONG_TASKS],
        ..Setup::default()
    };
    let browser = Browser::start(&setup, &server.origin()).await?;
    let page = Page::new(browser, server.origin());
    let measured = measure(&page, runs).await;
    page.close().await?;
    Ok(vec![Section::measures(
        "Questions to a million sales",
        measured?,
    )])
}

async fn measure(page: &Page, runs: usize) -> Outcome<Vec<Measure>> {
    page.tab().set_script_timeout(PATIENCE).await?;
    page.open("#/sources").await?;
    start_of(page, "answers-painted").await?;
    page.go("Mart").await?;
    page.by_role("figure", "Chart of Revenue by category")
        .await?;
    let clicked = numbers(&page.js_async(CLICK, &[]).await?)?;
    page.go("Sources").await?;
    page.choose("Number of sales", "1 million").await?;
    page.click("button", "Generate sales").await?;
    repainted(page).await?;
    let [mut asked, mut filtered, mut dragged, mut first_rows] = [const { Vec::new() }; 4];
    let [mut smooth, mut longest] = [const { Vec::new() }; 2];
    for run in 1..=runs {
        eprint!("\rquestions, run {run} of {runs} ");
        page.go("Mart").await?;
        page.by_role("slider", "Drag the first day").await?;
        asked.extend(numbers(&page.js_async(ASK, &[]).await?)?);
        filtered.extend(numbers(&page.js_async(FILTER, &[]).await?)?);
        let updates = numbers(&page.js_async(DRAG, &[]).await?)?;
        dragged.push(updates.into_iter().fold(f64::INFINITY, f64::min));
        page.click("button", "All days").await?;
        page.go("SQL").await?;
        // A plain box is there until the editor's code is.
        page.wait(SOON, "the editor", async || {
            Ok(page.js(EDITOR, &[]).await?.as_bool().filter(|is| *is))
        })
        .await?;
        page.js(TYPE, &[json!("FROM fact_sales")]).await?;
        first_rows.extend(page.js_async(RUN, &[]).await?.as_f64());
        let scrolled = page.js_async(SCROLL, &[json!(ROWS)]).await?;
        let frames = numbers(&scrolled)?;
        let in_time = frames.iter().filter(|frame| **frame <= 20.0).count();
        smooth.push(percent(in_time, frames.len()));
        longest.extend(page.js(LONGEST_TASK, &[]).await?.as_f64());
    }
    eprintln!();
    Ok(vec![
        Measure::new(
            "a click on a bar of the sample data, until all in sight is repainted",
            "ms",
            Limit::AtMost(100.0),
            clicked,
        ),
        Measure::new(
            "a question by each attribute, repainted",
            "ms",
            Limit::AtMost(250.0),
            asked,
        ),
        Measure::new(
            "the filter changed, until all answers in sight are repainted",
            "ms",
            Limit::AtMost(250.0),
            filtered,
        ),
        Measure::new(
            "updates a second of each answer in sight, while the first day is dragged",
            "",
            Limit::AtLeast(10.0),
            dragged,
        ),
        Measure::new(
            "first row of all sales, from Run",
            "ms",
            Limit::AtMost(100.0),
            first_rows,
        ),
        Measure::new(
            "frames within 20 ms, scrolling all sales from end to end",
            "%",
            Limit::AtLeast(95.0),
            smooth,
        ),
        Measure::new(
            "longest task while scrolling",
            "ms",
            Limit::AtMost(50.0),
            longest,
        ),
    ])
}

fn numbers(answer: &Value) -> Outcome<Vec<f64>> {
    let values = answer
        .as_array()
        .map(|values| values.iter().filter_map(Value::as_f64).collect());
    values.ok_or_else(|| Failure::new(format!("these are no numbers: {answer}")))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "there are a few thousand frames"
)]
fn percent(part: usize, of: usize) -> f64 {
    100.0 * part as f64 / of as f64
}
