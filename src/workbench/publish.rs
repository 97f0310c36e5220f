//! Shows the outcome of a build or an opening: all signals change together, and topics that a page shows
//! are computed again. It must not know how the mart came about.

use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

use leptos::prelude::*;
use mart::{Keys, Package};

use super::dashboard::Answers;
use super::log::BuildLog;
use super::{Drilldown, Source, Workbench};
use crate::marks::{self, ANSWERS_PAINTED, MART_BUILT};

/// Rows of a mart that is computed again at once when statements have changed it.
const ROWS_REFRESHED_AT_ONCE: u64 = 1_000_000;

/// A build, or an opening, that has finished.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// The name of its source.
    pub source: String,
    /// How long it took, from the first statement to the last answer.
    pub milliseconds: f64,
    /// How many rows of the sources each fact stands for, by its title; `None` for a database file,
    /// which is opened as it is.
    pub loaded: Option<Vec<(String, u64)>>,
    /// How its keys are kept.
    pub keys: Keys,
}

/// A mart that is complete and not shown yet.
pub(super) struct Published {
    pub(super) package: Arc<Package>,
    pub(super) source: Source,
    pub(super) built: Built,
    pub(super) log: BuildLog,
    pub(super) row_counts: BTreeMap<String, u64>,
    pub(super) answers: Answers,
}

/// Something that is computed from the mart while a page shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// The values to filter by, and the answer to the user's question.
    Dashboard,
    /// The answers to the saved queries.
    SavedQueries,
    /// Tables, columns and checks.
    Inspection,
    /// What the SQL editor completes.
    Completions,
}

impl Built {
    /// Rows of the sources in all; `None` for a database file.
    pub fn loaded_rows(&self) -> Option<u64> {
        let loaded = self.loaded.as_ref()?;
        Some(loaded.iter().map(|(_, rows)| rows).sum())
    }
}

impl Workbench {
    /// Keeps a topic up to date for as long as the calling view is on the page.
    pub fn keep_up_to_date(self, topic: Topic) {
        self.shown_topics.update_value(|shown| shown.push(topic));
        on_cleanup(move || {
            self.shown_topics.update_value(|shown| {
                if let Some(at) = shown.iter().position(|other| *other == topic) {
                    shown.swap_remove(at);
                }
            });
        });
        if self.built.with_untracked(Option::is_some) {
            self.refresh(topic);
        }
    }

    /// Shows a mart in place of the one before.
    pub(super) fn publish(self, published: Published) {
        let Published {
            package,
            source,
            built,
            log,
            row_counts,
            answers,
        } = published;
        self.log.set(log);
        self.accounts.set(Vec::new());
        self.star_account.set(None);
        self.set_aside.set(None);
        self.proposed.set(None);
        self.next_load.set(None);
        // The same mart again leaves its diagram and the focus in it where they are.
        if self.package.with_untracked(|shown| **shown != *package) {
            self.change_model(package);
        }
        self.row_counts.set(row_counts);
        self.show_answers(answers);
        self.refresh_orders();
        self.drilldown.set(Drilldown::default());
        self.built.set(Some(built));
        self.source.set(source);
        self.changed_by_sql.set(false);
        self.outdated.set(false);
        // Alerts from before are out of date, but for the death of an engine that led to this build.
        let deaths = self
            .session
            .try_update_value(|session| mem::take(&mut session.deaths));
        if deaths == Some(0) {
            self.alert.set(None);
        }
        marks::mark(MART_BUILT);
        marks::mark_when_painted(ANSWERS_PAINTED);
        for topic in self.shown_topics.get_value() {
            self.refresh(topic);
        }
    }

    /// Whether statements have changed what the page has computed since.
    pub fn outdated(self) -> ReadSignal<bool> {
        self.outdated.read_only()
    }

    /// Computes everything again that the page shows.
    pub fn refresh_all(self) {
        self.outdated.set(false);
        self.forget_answers();
        self.refresh_orders();
        for topic in self.shown_topics.get_value() {
            self.refresh(topic);
        }
    }

    /// Statements have changed something: a small mart is computed again at once, for a large one the
    /// user decides when.
    pub(super) fn note_outdated(self) {
        let rows = self
            .row_counts
            .with_untracked(|counts| counts.values().sum::<u64>());
        if rows <= ROWS_REFRESHED_AT_ONCE {
            self.refresh_all();
        } else {
            self.outdated.set(true);
        }
    }

    /// Computes a topic again if a page shows it.
    pub(super) fn refresh_if_shown(self, topic: Topic) {
        if self.shows(topic) {
            self.refresh(topic);
        }
    }

    /// Whether a page shows a topic.
    pub(super) fn shows(self, topic: Topic) -> bool {
        self.shown_topics.with_value(|shown| shown.contains(&topic))
    }

    fn refresh(self, topic: Topic) {
        match topic {
            Topic::Dashboard => self.refresh_dashboard(),
            Topic::SavedQueries => self.ask_saved_queries(),
            Topic::Inspection => self.inspect(),
            Topic::Completions => self.fetch_completions(),
        }
    }
}
