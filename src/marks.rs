//! Points on the browser's timeline, for the benchmark and for whoever opens the profiler.

use leptos::prelude::{request_animation_frame, window};

/// A build has finished and the status says so.
pub const MART_BUILT: &str = "mart-built";
/// The answers of the latest build are on the screen.
pub const ANSWERS_PAINTED: &str = "answers-painted";
/// An export is whole: its file on disk is closed, or its blob has been handed to the browser.
pub const EXPORT_DONE: &str = "export-done";

/// Marks now.
pub fn mark(name: &str) {
    if let Some(performance) = window().performance() {
        // A mark that the browser refuses is missed by nobody but the benchmark.
        drop(performance.mark(name));
    }
}

/// Marks once what was changed just now has been painted.
pub fn mark_when_painted(name: &'static str) {
    // The first frame paints; the second one begins after that.
    request_animation_frame(move || request_animation_frame(move || mark(name)));
}
