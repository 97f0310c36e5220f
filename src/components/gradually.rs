//! Long lists that are drawn in several tasks, so that the page answers meanwhile. It must not know what is listed.

use std::time::Duration;

use leptos::prelude::*;

/// The lines that are drawn in one task.
const LINES: usize = 12;

/// How many of some lines are drawn by now: all of them, a few tasks later. What is drawn stays.
pub fn gradually(count: Signal<usize>) -> Memo<usize> {
    let most = RwSignal::new(LINES);
    Effect::new(move |_| {
        if most.get() < count.get() {
            set_timeout(
                move || {
                    // The page may have been left meanwhile.
                    most.try_update(|most| *most += LINES);
                },
                Duration::ZERO,
            );
        }
    });
    Memo::new(move |_| most.get().min(count.get()))
}
