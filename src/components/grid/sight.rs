//! What of a grid is in sight: the position in its rows, which the scroll bar moves and which moves the
//! scroll bar. It must not know what the rows hold.

use std::time::Duration;

use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use web_sys::HtmlDivElement;

use super::scale::{Scale, most_pixels};

/// The height of a row in pixels; `grid.css` says the same.
const ROW_HEIGHT: i32 = 28;
/// When scrolling has paused for so long, the scroll bar is put where the rows in sight are.
const PAUSE: Duration = Duration::from_millis(150);

/// What is in sight. A copy is another handle to it.
#[derive(Clone, Copy)]
pub(super) struct Sight {
    scroller: NodeRef<html::Div>,
    len: Memo<usize>,
    /// The first row in sight, and how many are.
    pub top: RwSignal<usize>,
    pub height: RwSignal<usize>,
    /// By how much the position in the rows is ahead of the scroll bar, in pixels.
    ahead: RwSignal<i32>,
    /// The greatest height of the rows.
    most: RwSignal<i32>,
    /// The last position of the scroll bar.
    bar: StoredValue<i32>,
    pause: StoredValue<Option<TimeoutHandle>>,
}

impl Sight {
    pub fn new(scroller: NodeRef<html::Div>, len: Memo<usize>) -> Self {
        let sight = Self {
            scroller,
            len,
            top: RwSignal::new(0),
            height: RwSignal::new(20),
            ahead: RwSignal::new(0),
            most: RwSignal::new(most_pixels(window().device_pixel_ratio())),
            bar: StoredValue::new(0),
            pause: StoredValue::new(None),
        };
        let zoomed = window_event_listener(leptos::ev::resize, move |_| sight.follow());
        on_cleanup(move || {
            zoomed.remove();
            if let Some(pause) = sight.pause.try_get_value().flatten() {
                pause.clear();
            }
        });
        Effect::new(move |before: Option<(usize, i32)>| {
            let now = (len.get(), sight.most.get());
            if before.is_some_and(|before| before != now && sight.hidden(now.0) > 0) {
                // The new height is there after the other effects.
                request_animation_frame(move || sight.settle());
            }
            now
        });
        sight
    }

    /// Pixels above the first and below the last of these rows.
    pub fn gaps(self, first: usize, end: usize) -> (i32, i32) {
        let len = self.len.get();
        let height = pixels(len).min(self.most.get());
        if pixels(len) == height {
            return (pixels(first), height - pixels(end));
        }
        let above = (pixels(first) - self.ahead.get()).max(0);
        (above, (height - above - pixels(end - first)).max(0))
    }

    /// The scroll bar has moved, or the window has changed.
    pub fn follow(self) {
        let Some(scroller) = self.scroller.try_get_untracked().flatten() else {
            return;
        };
        let most = most_pixels(window().device_pixel_ratio());
        if self.most.get_untracked() != most {
            self.most.set(most);
        }
        let height = usize::try_from(scroller.client_height() / ROW_HEIGHT).unwrap_or(0) + 1;
        if self.height.get_untracked() != height {
            self.height.set(height);
        }
        let bar = scroller.scroll_top();
        let moved = bar - self.bar.get_value();
        self.bar.set_value(bar);
        if self.hidden(self.len.get_untracked()) == 0 {
            self.ahead.set(0);
            return self.show(bar);
        }
        if moved == 0 {
            return;
        }
        let scale = self.scale(&scroller);
        // Wheel and keys move by pixels; a dragged bar says how far between the ends it is.
        let is_step = moved.abs() <= 2 * scroller.client_height();
        let rows = if is_step {
            (bar + self.ahead.get_untracked()).clamp(0, scale.most_rows())
        } else {
            scale.rows_at(bar)
        };
        let is_at_end = bar <= 0 || bar >= scale.most;
        if is_step && is_at_end && bar != scale.bar_at(rows) {
            return self.go(&scroller, rows);
        }
        self.ahead.set(rows - bar);
        self.show(rows);
        self.settle_later();
    }

    /// Scrolls so far that a row can be seen.
    pub fn reveal(self, row: usize) {
        let Some(scroller) = self.scroller.get_untracked() else {
            return;
        };
        let top = scroller.scroll_top() + self.ahead.get_untracked();
        let height = scroller.client_height();
        // The header covers the first lines of what is in sight.
        let (from, to) = (pixels(row), pixels(row + 3));
        if from < top {
            self.go(&scroller, from);
        } else if to > top + height {
            self.go(&scroller, to - height);
        }
    }

    /// The number of rows that a page key moves.
    pub fn page(self) -> usize {
        self.height.get_untracked().saturating_sub(4).max(1)
    }

    fn settle_later(self) {
        self.pause.update_value(|pause| {
            if let Some(pause) = pause.take() {
                pause.clear();
            }
            *pause = set_timeout_with_handle(move || self.settle(), PAUSE).ok();
        });
    }

    /// Puts the scroll bar where the rows in sight are.
    fn settle(self) {
        if let Some(scroller) = self.scroller.try_get_untracked().flatten() {
            let rows = scroller.scroll_top() + self.ahead.get_untracked();
            self.go(&scroller, rows);
        }
    }

    /// Shows the rows from a position on.
    fn go(self, scroller: &HtmlDivElement, rows: i32) {
        let scale = self.scale(scroller);
        let rows = rows.clamp(0, scale.most_rows());
        let bar = scale.bar_at(rows);
        // Before the gaps change, so that the browser has no reason to move it.
        scroller.set_scroll_top(bar);
        let bar = scroller.scroll_top();
        self.bar.set_value(bar);
        let ahead = if scale.hidden == 0 { 0 } else { rows - bar };
        if self.ahead.get_untracked() != ahead {
            self.ahead.set(ahead);
        }
        self.show(bar + ahead);
    }

    fn show(self, rows: i32) {
        let top = usize::try_from(rows / ROW_HEIGHT).unwrap_or(0);
        if self.top.get_untracked() != top {
            self.top.set(top);
        }
    }

    fn scale(self, scroller: &HtmlDivElement) -> Scale {
        Scale {
            most: scroller.scroll_height() - scroller.client_height(),
            hidden: self.hidden(self.len.get_untracked()),
        }
    }

    fn hidden(self, len: usize) -> i32 {
        (pixels(len) - self.most.get_untracked()).max(0)
    }
}

fn pixels(rows: usize) -> i32 {
    i32::try_from(rows).map_or(i32::MAX, |rows| rows.saturating_mul(ROW_HEIGHT))
}
