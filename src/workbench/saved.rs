//! Queries that are saved with a name: they are shown among the answers, and are there again on the
//! next visit.

use ::export::transport;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};

use super::error::Error;
use super::export::file_stems;
use super::transport::rows_to_show;
use super::{Item, Workbench};
use crate::memory;
use crate::rows::Rows;

/// Rows of a saved query that are shown; a download has all of them.
pub const MOST_SAVED_ROWS: usize = 10_000;

/// The name of the queries in the browser's memory.
const SAVED: &str = "saved";

/// A query with a name. Clones share its answer.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedQuery {
    /// Its name, which no other query has.
    pub name: String,
    /// Its text.
    pub sql: String,
    #[serde(skip)]
    rows: ArcRwSignal<Option<Rows>>,
    #[serde(skip)]
    problem: ArcRwSignal<Option<String>>,
    #[serde(skip)]
    is_filtered: ArcRwSignal<bool>,
}

impl SavedQuery {
    pub(super) fn new(name: &str, sql: &str) -> Self {
        Self {
            name: name.to_owned(),
            sql: sql.to_owned(),
            rows: ArcRwSignal::default(),
            problem: ArcRwSignal::default(),
            is_filtered: ArcRwSignal::default(),
        }
    }

    /// Its answer, once it was asked.
    pub fn rows(&self) -> ArcReadSignal<Option<Rows>> {
        self.rows.read_only()
    }

    /// Whether its answer is within the filter.
    pub fn is_filtered(&self) -> ArcReadSignal<bool> {
        self.is_filtered.read_only()
    }

    /// Why it has no answer.
    pub fn problem(&self) -> ArcReadSignal<Option<String>> {
        self.problem.read_only()
    }
}

/// The queries of earlier visits.
pub(super) fn remembered() -> Vec<SavedQuery> {
    memory::recall(SAVED)
}

impl Workbench {
    pub(super) fn change_saved(self, change: impl FnOnce(&mut Vec<SavedQuery>)) {
        self.saved.update(change);
        self.saved
            .with_untracked(|all| memory::remember(SAVED, all));
    }

    /// The saved queries, to be downloaded.
    pub fn exportable_saved(self) -> Vec<Item> {
        self.saved.with(|all| {
            let stems = file_stems(all.iter().map(|saved| saved.name.as_str()));
            let items = all.iter().zip(stems);
            items
                .map(|(saved, stem)| {
                    let is_filtered = self.exports_filtered().get() && saved.is_filtered.get();
                    let narrowed = is_filtered.then(|| self.narrowed(&saved.sql)).flatten();
                    let sql = narrowed.as_deref().unwrap_or(&saved.sql);
                    Item::new(&saved.name, stem, sql)
                })
                .collect()
        })
    }

    pub(super) fn ask_saved_queries(self) {
        for saved in self.saved.get_untracked() {
            spawn_local(self.ask_saved(saved));
        }
    }

    async fn ask_saved(self, saved: SavedQuery) {
        match self.fetch_saved(&saved).await {
            Ok(rows) => {
                saved.problem.set(None);
                saved.rows.set(Some(rows));
            }
            Err(error) => {
                saved.rows.set(None);
                saved.problem.set(Some(error.to_string()));
            }
        }
    }

    async fn fetch_saved(self, saved: &SavedQuery) -> Result<Rows, Error> {
        let connection = self.connect_for_queries().await?;
        if let Some(narrowed) = untrack(|| self.narrowed(&saved.sql)) {
            // A statement that cannot be narrowed this way has an answer of all rows.
            if let Ok(rows) = rows_to_show(&connection, &first_rows(&narrowed)).await {
                saved.is_filtered.set(true);
                return Ok(rows);
            }
        }
        saved.is_filtered.set(false);
        rows_to_show(&connection, &first_rows(&saved.sql)).await
    }

    /// A query within the filter, where it uses what the filter limits.
    fn narrowed(self, sql: &str) -> Option<String> {
        let filter = self.dashboard.filter().get();
        self.with_model(|model| filter.narrowed(model, sql))
    }
}

/// The first rows of a query.
fn first_rows(sql: &str) -> String {
    format!("{} LIMIT {}", transport::inside(sql), MOST_SAVED_ROWS + 1)
}
