//! Whether something would be lost if the page was closed or reloaded now. The reasons are listed in one
//! place; the browser words its own question. It must not know how rows are loaded or statements are run.

use leptos::ev;
use leptos::prelude::*;

use super::source::Rows;
use super::{Source, Workbench};

impl Workbench {
    /// What would be lost if the page was closed or reloaded now, as a sentence; `None` where everything
    /// comes back by itself.
    pub fn reason_to_stay(self) -> Option<String> {
        let reasons = [
            self.open_transaction(),
            self.rows_of_files(),
            self.changes_by_sql(),
        ];
        reasons.into_iter().flatten().next()
    }

    /// Has the browser ask before the page is closed or reloaded, whenever there is a reason to stay.
    pub fn ask_before_leaving(self) {
        let listener = window_event_listener(ev::beforeunload, move |event| {
            if let Some(reason) = untrack(|| self.reason_to_stay()) {
                event.prevent_default();
                // Browsers before 2024 ask only where this is set. None shows the text.
                event.set_return_value(&reason);
            }
        });
        on_cleanup(move || listener.remove());
    }

    /// Statements of the user's have changed something that the next build does not make again.
    pub(super) fn note_changes_by_sql(self) {
        self.changed_by_sql.set(true);
    }

    fn open_transaction(self) -> Option<String> {
        let is_open = self.is_in_transaction();
        is_open.then(|| "A transaction is open: what it has done would be undone.".to_owned())
    }

    fn rows_of_files(self) -> Option<String> {
        self.source.with(|source: &Source| match source.rows {
            Rows::Files(_)
            | Rows::Databases(_)
            | Rows::Staged(_)
            | Rows::Starred(_)
            | Rows::Read(_) => Some(format!("{} would have to be chosen again.", source.name())),
            Rows::Shipped(_) | Rows::Generated(..) => None,
        })
    }

    fn changes_by_sql(self) -> Option<String> {
        let is_changed = self.changed_by_sql.get();
        is_changed.then(|| "Changes made by SQL would be lost.".to_owned())
    }
}
