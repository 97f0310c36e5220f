//! Parts of the first page that are made one after the other, each in a task of its own, so that a tap meanwhile is
//! not kept waiting. It must not know what the parts are.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use leptos::prelude::*;

/// What is to be made.
#[derive(Default)]
struct Turns {
    waiting: VecDeque<Box<dyn FnOnce()>>,
    /// Where the next part stands in line: those inside of a part come before those after it.
    at: usize,
    /// Whether all of the first page is there.
    is_over: bool,
}

thread_local! {
    static TURNS: RefCell<Turns> = RefCell::default();
}

/// Shows its children after those parts that come before: in the first page, each in a task of its own, and at once in
/// pages that are opened later.
#[component]
pub fn Later(
    /// The part.
    children: ChildrenFn,
) -> impl IntoView {
    let is_over = TURNS.with_borrow(|turns| turns.is_over);
    let is_due = RwSignal::new(is_over);
    if !is_over {
        wait(move || {
            // The page may have been left meanwhile.
            is_due.try_set(true);
        });
    }
    move || is_due.get().then(|| children())
}

fn wait(make: impl FnOnce() + 'static) {
    let is_first = TURNS.with_borrow_mut(|turns| {
        let is_first = turns.waiting.is_empty();
        let at = turns.at.min(turns.waiting.len());
        turns.waiting.insert(at, Box::new(make));
        turns.at = at + 1;
        is_first
    });
    if is_first {
        set_timeout(make_next, Duration::ZERO);
    }
}

fn make_next() {
    let make = TURNS.with_borrow_mut(|turns| {
        turns.at = 0;
        turns.waiting.pop_front()
    });
    if let Some(make) = make {
        make();
    }
    let is_over = TURNS.with_borrow_mut(|turns| {
        turns.is_over = turns.waiting.is_empty();
        turns.is_over
    });
    if !is_over {
        set_timeout(make_next, Duration::ZERO);
    }
}
