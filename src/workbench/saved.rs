//! Queries that were saved with a name: they stand among the answers, and are there again on the
//! next visit.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::encode::transport;
use mart::script;

use super::ask::rows_to_show;
use super::export::file_stems;
use super::{Alert, Item, Workbench};
use crate::memory;
use crate::rows::Rows;

/// Rows of a saved query that are shown; a download has all.
pub const MOST_SAVED_ROWS: usize = 10_000;

/// Stands between the name of a query and its text.
const BETWEEN: char = '\u{1f}';

/// A query with a name. Clones share its answer.
#[derive(Clone, PartialEq)]
pub struct Saved {
    /// Its name, which no other has.
    pub name: String,
    /// Its text.
    pub sql: String,
    /// Its answer, when it was asked.
    pub rows: ArcRwSignal<Option<Rows>>,
    /// Why it has none.
    pub problem: ArcRwSignal<Option<String>>,
}

impl Saved {
    fn new(name: &str, sql: &str) -> Self {
        Self {
            name: name.to_owned(),
            sql: sql.to_owned(),
            rows: ArcRwSignal::new(None),
            problem: ArcRwSignal::new(None),
        }
    }
}

/// What the browser remembers.
pub(super) fn remembered() -> Vec<Saved> {
    let entries = memory::list("saved");
    let pairs = entries.iter().filter_map(|entry| entry.split_once(BETWEEN));
    pairs.map(|(name, sql)| Saved::new(name, sql)).collect()
}

impl Workbench {
    /// Saves a query in place of the one of that name, if there is one.
    pub fn save_query(self, name: &str, text: &str) {
        let statements = script::split(text);
        let [statement] = statements.as_slice() else {
            let message = format!(
                "An answer is one query, and the text has {} statements. Leave one of them.",
                statements.len()
            );
            let alert = Alert::to_read(format!("{name} was not saved"), message);
            return self.alert.set(Some(alert));
        };
        let sql = text.get(statement.clone()).unwrap_or_default();
        let saved = Saved::new(name.trim(), sql);
        self.saved.update(|all| {
            all.retain(|known| known.name != saved.name);
            all.push(saved);
        });
        self.keep_saved();
    }

    /// Forgets a query.
    pub fn forget_query(self, name: &str) {
        self.saved
            .update(|all| all.retain(|known| known.name != name));
        self.keep_saved();
    }

    fn keep_saved(self) {
        let entries = self.saved.with_untracked(|all| {
            let entries = all.iter();
            entries
                .map(|saved| format!("{}{BETWEEN}{}", saved.name, saved.sql))
                .collect::<Vec<_>>()
        });
        memory::keep_list("saved", &entries);
    }

    /// The saved queries as what can be exported.
    pub fn exportable_saved(self) -> Vec<Item> {
        self.saved.with(|all| {
            let stems = file_stems(all.iter().map(|saved| saved.name.as_str()));
            let items = all.iter().zip(stems);
            items
                .map(|(saved, stem)| Item::new(&saved.name, stem, &saved.sql))
                .collect()
        })
    }

    /// Asks a saved query.
    pub fn ask_saved(self, saved: Saved) {
        spawn_local(async move {
            let limit = MOST_SAVED_ROWS + 1;
            let sql = format!("{} LIMIT {limit}", transport::inside(&saved.sql));
            let outcome = async {
                let connection = self.connect_aside().await?;
                rows_to_show(&connection, &sql).await
            };
            match outcome.await {
                Ok(rows) => {
                    saved.problem.set(None);
                    saved.rows.set(Some(rows));
                }
                Err(cause) => {
                    saved.rows.set(None);
                    saved.problem.set(Some(cause.to_string()));
                }
            }
        });
    }
}
