//! A story: a server, a browser, the actions of a user, and the conditions at the end of every story.

use crate::browser::{Browser, Setup};
use crate::failure::{Failure, Outcome};
use crate::page::Page;
use crate::server::Server;
use futures_util::FutureExt as _;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};

/// What a story happens in.
#[derive(Debug)]
pub struct Stage {
    /// Serves the finished page.
    pub server: Server,
    /// The tab.
    pub page: Page,
}

impl Deref for Stage {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

/// Where trunk has put the finished page.
#[must_use]
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Real data that not every machine has: nothing when it is absent here, after saying so.
#[must_use]
#[expect(clippy::print_stderr, reason = "a test that is skipped must say so")]
pub fn shared(file: &str) -> Option<PathBuf> {
    let path = root().join("../shared/data").join(file);
    if !path.is_file() {
        eprintln!("skipped: {} is not on this machine", path.display());
        return None;
    }
    path.canonicalize().ok()
}

/// Where the repository is.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// Tells a story in a fresh browser. However it ends, the browser is closed; however well it ends, it fails when
/// the console has seen an error that does not belong to it, or something was asked of another origin.
///
/// A browser that ends by itself, as one in thousands does on a busy machine, says nothing of the page: the story
/// begins once more, after saying so. A page that ends its browser does it again.
///
/// # Errors
/// When the story fails, or one of those.
#[expect(clippy::print_stderr, reason = "what is done twice must be said")]
pub async fn story(setup: Setup, mut tell: impl AsyncFnMut(&Stage) -> Outcome) -> Outcome {
    match once_through(&setup, &mut tell).await {
        Err(failure) if failure.is_of_a_lost_browser() => {
            eprintln!("begins once more, in another browser: {failure}");
            once_through(&setup, &mut tell).await
        }
        outcome => outcome,
    }
}

async fn once_through(setup: &Setup, tell: &mut impl AsyncFnMut(&Stage) -> Outcome) -> Outcome {
    let dist = dist();
    if !dist.join("index.html").is_file() {
        return Err(Failure::new(
            "dist/ is empty: run `cargo xtask build` first",
        ));
    }
    let server = Server::start(dist)?;
    let setup = Setup {
        compiles_once: true,
        ..setup.clone()
    };
    let browser = Browser::start(&setup, &server.origin()).await?;
    let page = Page::new(browser, server.origin());
    let stage = Stage { server, page };
    let told = AssertUnwindSafe(tell(&stage)).catch_unwind().await;
    if !matches!(told, Ok(Ok(()))) {
        keep_picture(&stage.page).await;
    }
    let errors = stage.page.console_errors().await;
    let closed = stage.page.close().await;
    told.unwrap_or_else(|panic| resume_unwind(panic))?;
    closed?;
    let expected = |message: &String| {
        setup
            .expected_errors
            .iter()
            .any(|part| message.contains(part))
    };
    let unexpected: Vec<_> = errors?
        .into_iter()
        .filter(|message| !expected(message))
        .collect();
    if !unexpected.is_empty() {
        return Err(Failure::new(format!(
            "errors in the console: {unexpected:#?}"
        )));
    }
    let foreign: Vec<_> = stage
        .server
        .requests()
        .into_iter()
        .filter(|request| request.is_foreign() && !request.is_of_the_browser())
        .collect();
    if !foreign.is_empty() {
        return Err(Failure::new(format!(
            "asked of other origins: {foreign:#?}"
        )));
    }
    Ok(())
}

/// What was on screen when a story failed, for whoever looks into it.
#[expect(
    clippy::print_stderr,
    reason = "the person must learn where the picture is"
)]
async fn keep_picture(page: &Page) {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("story").replace("::", "-");
    let path = root()
        .join("target/failed-stories")
        .join(name)
        .with_extension("png");
    match page.screenshot(&path).await {
        Ok(()) => eprintln!("on screen: {}", path.display()),
        Err(failure) => eprintln!("no picture: {failure}"),
    }
}
