//! What people do with the mart, told in a real browser against the finished page in `dist/`. One file a page of
//! the app, one for bad days; each story has a server and a browser of its own.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a story that finds something else than it expects ends there"
)]

mod ask;
mod bad_days;
mod changed_files;
mod charts;
mod checks;
mod dashboard;
mod databases;
mod dropping;
mod editing;
mod expected;
mod export;
mod files;
mod fresh;
mod generate;
mod grid;
mod inspect;
mod loads;
mod mart;
mod models;
mod natively;
mod opened;
mod picking;
mod proposing;
mod query_tabs;
mod reach;
mod results;
mod saving;
mod sources;
mod sql;
mod star;
mod state;
mod statements;
mod streaming;
mod transactions;
mod types;

use browser_tests::{Outcome, Page, SOON};
use serde_json::json;

/// Has the engine run statements behind the page's back, in the engine's own messages. The story keeps the
/// page's workers ([`browser_tests::KEEP_WORKERS`]).
async fn behind_its_back(page: &Page, statements: &str) -> Outcome {
    const SCRIPT: &str = "
        const [engine] = window.__workers;
        const [statements] = arguments;
        const ask = (messageId, type, data) => new Promise(resolve => {
            engine.addEventListener('message', ({ data: answer }) => {
                if (answer.requestId === messageId) resolve(answer);
            });
            engine.postMessage({ messageId, type, data });
        });
        return ask(900000001, 'CONNECT', null)
            .then(({ data: connection }) => ask(900000002, 'RUN_QUERY', [connection, statements]))
            .then(answer => answer.type);";
    let answer = page.js(SCRIPT, &[json!(statements)]).await?;
    assert_eq!(answer, "QUERY_RESULT", "{statements}");
    Ok(())
}

/// Waits until nothing goes on any more.
async fn comes_to_rest(page: &Page) -> Outcome {
    page.wait(SOON, "rest", async || {
        Ok(page.names("progressbar").await?.is_empty().then_some(()))
    })
    .await
}
