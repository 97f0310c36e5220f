//! Rows that were set aside: shown by reason, corrected by the user, loaded again. It must not know how a
//! row is read.

use std::collections::BTreeMap;

use ingest::Correction;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Workbench;
use super::export::Item;
use super::source::{Rows as SourceRows, untracked_source};
use super::staged::{Account, QUARANTINE};
use super::transport::text_rows;

/// How many more rows are shown at a time; the downloads have all of them.
pub const ROWS_AT_A_TIME: usize = 100;

/// What the user has written in place of rows, by file and line.
pub(super) type Corrections = BTreeMap<(String, u64), String>;

/// The rows that are set aside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetAside {
    /// The rules that rows break, each with its number of rows, the most frequent first.
    pub reasons: Vec<(String, u64)>,
    /// The rule whose rows are shown; `None` for all.
    pub reason: Option<String>,
    /// The first of those rows.
    pub rows: Vec<SetAsideRow>,
    /// The most of them that are shown.
    pub most: usize,
}

/// A row that is set aside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetAsideRow {
    /// The name of the file.
    pub file: String,
    /// The line on which it starts; 0 for a row that was read, and is set aside for its key.
    pub line: u64,
    /// The column with the value that is wrong, unless the whole row is.
    pub column: Option<String>,
    /// That value.
    pub value: Option<String>,
    /// The text of the row.
    pub text: String,
    /// What is wrong.
    pub message: String,
    /// What it was corrected to.
    pub corrected_to: Option<String>,
    /// Whether the correction is loaded. Otherwise it is wrong, too.
    pub is_loaded: bool,
}

impl SetAside {
    /// How many rows are set aside.
    pub fn count(&self) -> u64 {
        self.reasons.iter().map(|(_, rows)| rows).sum()
    }

    /// How many of those that the chosen rule sets aside, or all, are not shown.
    pub fn not_shown(&self) -> u64 {
        let chosen = self.reason.as_ref();
        let of_reason = self
            .reasons
            .iter()
            .filter(|(rule, _)| chosen.is_none_or(|chosen| chosen == rule));
        let all: u64 = of_reason.map(|(_, rows)| rows).sum();
        let shown = self.rows.iter().filter(|row| !row.is_loaded).count() as u64;
        all.saturating_sub(shown)
    }
}

/// All rows that are set aside, to be downloaded.
pub fn quarantine_item() -> Item {
    let sql = format!("SELECT * FROM {QUARANTINE} ORDER BY file, line");
    Item::new("rows set aside", QUARANTINE.to_owned(), &sql)
}

impl Workbench {
    /// The rows that are set aside; `None` if no file was read row by row, or all its rows fit.
    pub fn set_aside(self) -> ReadSignal<Option<SetAside>> {
        self.set_aside.read_only()
    }

    /// The rows that the user has corrected and not loaded yet.
    pub fn corrections(self) -> Signal<usize> {
        Signal::derive(move || self.corrections.with(BTreeMap::len))
    }

    /// Keeps what the user has written in place of a row.
    pub fn correct(self, row: &SetAsideRow, text: String) {
        let key = (row.file.clone(), row.line);
        let is_same = text == row.text && row.corrected_to.is_none();
        self.corrections.update(|corrections| {
            if is_same {
                corrections.remove(&key);
            } else {
                corrections.insert(key, text);
            }
        });
    }

    /// The text of a row as the user has left it: corrected now, or before, or as it stands in the file.
    pub fn row_text(self, row: &SetAsideRow) -> String {
        let key = (row.file.clone(), row.line);
        let now = self
            .corrections
            .with_untracked(|corrections| corrections.get(&key).cloned());
        now.or_else(|| row.corrected_to.clone())
            .unwrap_or_else(|| row.text.clone())
    }

    /// Loads the files again with the rows that the user has corrected.
    pub fn load_corrections(self) {
        let mut source = untracked_source(self);
        let corrections = self.corrections.get_untracked();
        source.rows.correct(&corrections);
        self.build_from(source);
    }

    /// Shows the first rows that break a rule; those of all rules without one.
    pub fn show_reason(self, reason: Option<String>) {
        spawn_local(async move { self.fetch_set_aside(reason, ROWS_AT_A_TIME).await });
    }

    /// Shows more rows of the rule that is chosen.
    pub fn show_more_set_aside(self) {
        let shown = self.set_aside.get_untracked().unwrap_or_default();
        let most = shown.most + ROWS_AT_A_TIME;
        spawn_local(async move { self.fetch_set_aside(shown.reason, most).await });
    }

    /// Shows the accounts of files, and their rows that are set aside.
    pub(super) fn show_accounts(self, accounts: Vec<Account>) {
        let has_rejects = accounts
            .iter()
            .any(|account| account.counts.set_aside + account.counts.corrected > 0);
        self.accounts.set(accounts);
        self.corrections.set(Corrections::new());
        if has_rejects {
            self.show_reason(None);
        } else {
            self.set_aside.set(None);
        }
    }

    /// Fetches the rows that are shown. If that fails, the table is gone, and so are its rows.
    async fn fetch_set_aside(self, reason: Option<String>, most: usize) {
        self.set_aside.set(self.queried(reason, most).await);
    }

    async fn queried(self, reason: Option<String>, most: usize) -> Option<SetAside> {
        let connection = self.connect().await.ok()?;
        let reasons = connection
            .query(include_str!("quarantine/reasons.sql"))
            .await
            .ok()?;
        let condition = reason.as_ref().map_or_else(
            || "true".to_owned(),
            |reason| format!("rule = {}", sql::text(reason)),
        );
        let values = [("condition", condition), ("limit", most.to_string())];
        let rows = sql::fill(include_str!("quarantine/rows.sql"), &values);
        let rows = connection.query(&rows).await.ok()?;
        let reasons = text_rows(&reasons.into()).into_iter().filter_map(|row| {
            let mut cells = row.into_iter();
            Some((cells.next()??, cells.next()??.parse().ok()?))
        });
        Some(SetAside {
            reasons: reasons.collect(),
            reason,
            most,
            rows: text_rows(&rows.into()).into_iter().map(row).collect(),
        })
    }
}

fn row(cells: Vec<Option<String>>) -> SetAsideRow {
    let mut cells = cells.into_iter();
    let mut next = || cells.next().flatten();
    SetAsideRow {
        file: next().unwrap_or_default(),
        line: next().and_then(|line| line.parse().ok()).unwrap_or(0),
        column: next(),
        value: next(),
        text: next().unwrap_or_default(),
        message: next().unwrap_or_default(),
        corrected_to: next(),
        is_loaded: next().as_deref() == Some("true"),
    }
}

impl SourceRows {
    /// Adds corrections to the plans of the files that they are of.
    fn correct(&mut self, corrections: &Corrections) {
        let add = |name: &str, known: &mut Vec<Correction>| {
            for ((file, line), text) in corrections {
                if file == name {
                    known.retain(|one| one.line != *line);
                    known.push(Correction {
                        line: *line,
                        text: text.clone(),
                    });
                }
            }
        };
        match self {
            Self::Staged(files) => {
                for file in files {
                    add(&file.name(), &mut file.plan.corrections);
                }
            }
            Self::Starred(loads) => {
                for file in loads.iter_mut().flat_map(|load| &mut load.files) {
                    add(&file.name(), &mut file.plan_mut().corrections);
                }
            }
            Self::Read(files) => {
                for file in files {
                    add(&file.name(), &mut file.plan.corrections);
                }
            }
            Self::Shipped(_) | Self::Generated(..) | Self::Files(_) | Self::Databases(_) => {}
        }
    }
}
