//! Ways to a row that may not be fetched yet: the box `Go to row` and the key End; and what is copied. It must
//! not know how rows are fetched.

use leptos::prelude::*;
use web_sys::{KeyboardEvent, SubmitEvent};

use super::More;
use super::sight::Sight;
use crate::components::selection::Selection;
use crate::format;

/// Goes to rows. A copy is another handle to it.
#[derive(Clone, Copy)]
pub(super) struct Jump {
    sight: Sight,
    len: Memo<usize>,
    selection: Selection,
    more: Option<More>,
    /// The row to go to as soon as it is there.
    goal: RwSignal<Option<usize>>,
    note: RwSignal<Option<String>>,
}

impl Jump {
    pub fn new(sight: Sight, len: Memo<usize>, selection: Selection, more: Option<More>) -> Self {
        let jump = Self {
            sight,
            len,
            selection,
            more,
            goal: RwSignal::new(None),
            note: RwSignal::new(None),
        };
        Effect::new(move || {
            let len = len.get();
            let is_partial = jump.more.is_some_and(|more| more.is_partial.get());
            if selection.is_all() {
                selection.extend_to(len);
                jump.want(usize::MAX);
            }
            if let Some(row) = jump.goal.get()
                && len > 0
                && (row < len || !is_partial)
            {
                jump.goal.set(None);
                jump.arrive(row, len);
            }
        });
        jump
    }

    /// Whether there may be rows that are not fetched.
    pub fn is_partial(self) -> bool {
        self.more
            .is_some_and(|more| more.is_partial.get_untracked())
    }

    /// End goes to the last row, also where it is still to be fetched; any other key is not its own.
    pub fn on_key(self, event: &KeyboardEvent) -> bool {
        let is_end = event.key() == "End" && !event.shift_key() && self.is_partial();
        if is_end {
            event.prevent_default();
            self.go(usize::MAX);
        } else {
            self.goal.set(None);
        }
        is_end
    }

    fn go(self, row: usize) {
        self.note.set(None);
        if row >= self.len.get_untracked() {
            self.want(row.saturating_add(1));
        }
        self.goal.set(Some(row));
    }

    fn want(self, rows: usize) {
        if let Some(more) = self.more {
            more.want.run(rows);
        }
    }

    fn arrive(self, row: usize, len: usize) {
        let found = row.min(len - 1);
        if row >= len && row != usize::MAX {
            let last = format::count(len as u64);
            self.note.set(Some(format!("The last row is {last}.")));
        }
        self.selection.select_row(found);
        // The table may have grown with the same change.
        request_animation_frame(move || self.sight.reveal(found));
    }
}

/// The box `Go to row`, and whether headers are copied.
#[component]
pub(super) fn Tools(jump: StoredValue<Jump>, selection: Selection) -> impl IntoView {
    let jump = jump.get_value();
    let row = RwSignal::new(String::new());
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let digits: String = row.with_untracked(|row| {
            let is_digit = |c: &char| c.is_ascii_digit();
            row.chars().filter(is_digit).collect()
        });
        match digits.parse::<usize>() {
            Ok(number) if number > 0 => jump.go(number - 1),
            _ => jump.note.set(Some("Type the number of a row.".to_owned())),
        }
    };
    view! {
        <form class="grid-tools" on:submit=on_submit>
            <label>
                "Go to row "
                <input
                    type="text"
                    inputmode="numeric"
                    size="9"
                    prop:value=move || row.get()
                    on:input=move |event| row.set(event_target_value(&event))
                />
            </label>
            <button type="submit">"Go"</button>
            <span class="lead">{move || jump.note.get()}</span>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || selection.with_headers()
                    on:change=move |event| selection.copy_with_headers(event_target_checked(&event))
                />
                " Copy with headers"
            </label>
        </form>
    }
}
