//! When something happened in the page, on the page's own clock. It must not know what is measured with it.

use browser_tests::{Failure, Outcome, Page};
use serde_json::json;

/// A script for the page: remembers when the last click or choice of a file happened.
pub(crate) const WATCH: &str = "
    for (const type of ['click', 'change'])
        addEventListener(type, event => { window.__last = event.timeStamp; }, true);";

/// A script for the page: keeps what the Long Tasks API tells, which is of tasks of more than 50 ms.
pub(crate) const LONG_TASKS: &str = "
    window.__tasks = [];
    new PerformanceObserver(list => window.__tasks.push(...list.getEntries()))
        .observe({ type: 'longtask', buffered: true });";

/// The longest of them that ended after the last click or choice of a file.
pub(crate) const LONGEST_TASK: &str = "
    const since = window.__tasks.filter(task => task.startTime + task.duration > window.__last);
    return Math.max(0, ...since.map(task => task.duration));";

/// Answers with the start and the duration of the first performance entry of a name after a time. It does not poll:
/// two cores have enough to do.
const ENTRY: &str = "
    const [name, after, answer] = arguments;
    const look = () => {
        const entry = performance.getEntriesByName(name).find(entry => entry.startTime > after);
        if (entry) {
            observer.disconnect();
            answer([entry.startTime, entry.duration]);
        }
        return entry;
    };
    const observer = new PerformanceObserver(look);
    look() ?? observer.observe({ entryTypes: ['mark', 'measure', 'paint'] });";

/// When the first performance entry of this name came, since navigation.
pub(crate) async fn start_of(page: &Page, entry: &str) -> Outcome<f64> {
    entry_after(page, entry, -1.0).await.map(|(start, _)| start)
}

/// How long the first performance entry of this name lasted.
pub(crate) async fn duration_of(page: &Page, entry: &str) -> Outcome<f64> {
    let (_, duration) = entry_after(page, entry, -1.0).await?;
    Ok(duration)
}

/// How long after the last click or choice of a file the entry of this name came.
pub(crate) async fn since_click(page: &Page, entry: &str) -> Outcome<f64> {
    let clicked = page.js("return window.__last;", &[]).await?;
    let clicked = clicked
        .as_f64()
        .ok_or_else(|| Failure::new("nothing was clicked or chosen"))?;
    let (start, _) = entry_after(page, entry, clicked).await?;
    Ok(start - clicked)
}

/// When the last click or choice of a file happened, on the clock of the machine: in milliseconds since 1970.
pub(crate) async fn clicked_at(page: &Page) -> Outcome<f64> {
    let clicked = page
        .js(
            "return Date.now() - performance.now() + window.__last;",
            &[],
        )
        .await?;
    clicked
        .as_f64()
        .ok_or_else(|| Failure::new("nothing was clicked or chosen"))
}

/// From the last click or choice of a file to the end of the repainting that followed.
pub(crate) async fn repainted(page: &Page) -> Outcome<f64> {
    since_click(page, "answers-painted").await
}

async fn entry_after(page: &Page, entry: &str, after: f64) -> Outcome<(f64, f64)> {
    let answer = page.js_async(ENTRY, &[json!(entry), json!(after)]).await?;
    serde_json::from_value(answer).map_err(|_| Failure::new(format!("{entry} has no time")))
}
