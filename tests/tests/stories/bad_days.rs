//! What happens when the engine cannot be had, or dies.

use crate::behind_its_back;
use crate::expected::seed_is_answered;
use crate::generate::generate;
use crate::streaming::ENDLESS;
use browser_tests::{ANY, BUILD, Fault, KEEP_WORKERS, Outcome, Page, SOON, Setup, story};

/// As when the browser runs out of memory: the worker is gone and an error event comes.
const CRASH: &str = "
    for (const worker of window.__workers.splice(0)) {
        worker.terminate();
        worker.dispatchEvent(new ErrorEvent('error', { message: 'taken away by a test' }));
    }";

/// As when nobody notices: calls are never answered.
const SILENCE: &str = "for (const worker of window.__workers.splice(0)) worker.terminate();";

#[tokio::test]
async fn an_engine_that_cannot_be_loaded_is_tried_again() -> Outcome {
    let wasm = ["duckdb-eh.wasm", "duckdb-mvp.wasm"];
    let worker = [
        "duckdb-browser-eh.worker.js",
        "duckdb-browser-mvp.worker.js",
    ];
    let table = [
        (wasm, Fault::NotFound),
        (wasm, Fault::WrongType),
        (wasm, Fault::CutAfter(1_000_000)),
        (worker, Fault::NotFound),
    ];
    for (files, fault) in table {
        // The browser itself reports what could not be loaded.
        let setup = Setup {
            expected_errors: vec![ANY],
            ..Setup::default()
        };
        story(setup, async |page| {
            for file in files {
                page.server.fail(file, fault);
            }
            page.open("").await?;
            page.alert_contains(SOON, &["engine"]).await?;
            page.by_role("button", "Try again").await?;
            assert!(
                !page.status().await?.contains("Mart built"),
                "{fault:?} of {files:?}"
            );
            page.server.heal();
            page.click("button", "Try again").await?;
            page.status_contains("Mart built").await?;
            seed_is_answered(page).await?;
            assert_eq!(page.alerts().await?, Vec::<String>::new());
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// What the page says of its engine, wherever it says it.
async fn told_of_a_new_engine(page: &Page) -> Outcome {
    page.wait(BUILD, "word of a new engine", async || {
        let said = format!("{} {:?}", page.status().await?, page.alerts().await?).to_lowercase();
        let told = said.contains("engine")
            && (said.contains("started again") || said.contains("restarted"));
        Ok(told.then_some(()))
    })
    .await
}

#[tokio::test]
async fn an_engine_that_dies_is_started_again() -> Outcome {
    let setup = Setup {
        scripts: vec![KEEP_WORKERS],
        expected_errors: vec![ANY],
        ..Setup::default()
    };
    story(setup, async |page| {
        page.open_built().await?;
        let built = page.marks("mart-built").await?;
        page.js(CRASH, &[]).await?;
        told_of_a_new_engine(page).await?;
        page.mark_after("mart-built", built).await?;
        page.status_contains("Mart built").await?;
        seed_is_answered(page).await
    })
    .await
}

/// With the engine goes what it was about to hand over; that is told also when the mart is there again.
#[tokio::test]
async fn a_download_that_goes_with_the_engine_is_told() -> Outcome {
    let setup = Setup {
        scripts: vec![KEEP_WORKERS],
        expected_errors: vec![ANY],
        ..Setup::default()
    };
    story(setup, async |page| {
        page.open_built().await?;
        generate(page, "10 thousand").await?;
        behind_its_back(page, ENDLESS).await?;
        page.go("Export").await?;
        let built = page.marks("mart-built").await?;
        page.click("button", "Download fact_sales as CSV").await?;
        page.wait(BUILD, "rows", async || {
            let bars = page.names("progressbar").await?;
            Ok(bars.iter().any(|bar| bar.contains(" rows, ")).then_some(()))
        })
        .await?;
        page.js(CRASH, &[]).await?;
        page.mark_after("mart-built", built).await?;
        page.alert_contains(
            SOON,
            &["engine has stopped", "start unfinished downloads again"],
        )
        .await?;
        page.click("button", "Dismiss").await?;
        page.status_contains("Mart built from 10 thousand").await?;
        page.download("button", "Download dim_date as CSV", "dim_date.csv")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_engine_that_falls_silent_is_started_again() -> Outcome {
    let setup = Setup {
        scripts: vec![KEEP_WORKERS],
        expected_errors: vec![ANY],
        ..Setup::default()
    };
    story(setup, async |page| {
        page.open_built().await?;
        let built = page.marks("mart-built").await?;
        page.js(SILENCE, &[]).await?;
        page.click("button", "Rebuild mart").await?;
        told_of_a_new_engine(page).await?;
        page.mark_after("mart-built", built).await?;
        page.status_contains("Mart built").await?;
        seed_is_answered(page).await
    })
    .await
}
