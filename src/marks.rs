//! The browser's timeline: the time now, and marks on it, for the benchmark and for whoever opens the
//! profiler.

use std::time::Duration;

use leptos::prelude::{request_animation_frame, set_timeout, window};

/// A build has finished and the status line says so.
pub const MART_BUILT: &str = "mart-built";
/// The answers of the latest build are on the screen.
pub const ANSWERS_PAINTED: &str = "answers-painted";
/// An export is complete: its file on disk is closed, or its blob has been handed to the browser.
pub const EXPORT_DONE: &str = "export-done";

/// The text of a document was read from its file.
pub const DOCUMENT_READ: &str = "document-read";
/// A document was parsed, resolved and compiled.
pub const DOCUMENT_COMPILED: &str = "document-compiled";

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

/// Marks now.
pub fn mark(name: &str) {
    if let Some(performance) = window().performance() {
        // Only the benchmark needs the mark, so a refusal is ignored.
        drop(performance.mark(name));
    }
}

/// Marks the time at which the latest changes have been painted.
pub fn mark_when_painted(name: &'static str) {
    // The frame paints when its callbacks have run; a task of its own begins after that.
    request_animation_frame(move || set_timeout(move || mark(name), Duration::ZERO));
}

/// Marks what has taken the time since an earlier mark.
pub fn measure(name: &str, since: &str) {
    if let Some(performance) = window().performance() {
        // Only the benchmark needs the measure, so a refusal is ignored.
        drop(performance.measure_with_start_mark(name, since));
    }
}
