//! The star that is proposed for the tables of files: found by queries, changed by the user as a list of edits,
//! loaded in place of the tables. It must not know how anything is found, nor how it looks.

mod preview;
mod remembered;

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::{Document, Mistake, Model, Package, Role, catalog};
use propose::{Change, Edit, EditableColumn, Found, Proposal, Query, Written};

use super::Workbench;
use super::error::{Attempt, Error};
use super::loads::own_files;
use super::shapes::Shape;
use super::source::{Rows as SourceRows, untracked_source};
use super::task::Task;
use super::transport::text_rows;
use crate::rows::Rows;

pub use preview::MetricPreview;
pub(super) use preview::Previewed;
use remembered::Remembered;

/// What was found, and in which tables.
#[derive(Debug)]
struct Finding {
    proposal: Proposal,
    tables: Model,
}

/// A proposal, and what the user has changed about it.
#[derive(Debug)]
pub struct ProposedStar {
    found: Arc<Finding>,
    /// The changes, in their order.
    pub edits: Vec<Edited>,
    /// Changes that were taken back, the latest last.
    pub undone: Vec<Edited>,
    /// How many of the changes were made before, for files with the same columns.
    pub replayed: usize,
    /// What is proposed, with the changes.
    pub proposal: Proposal,
    /// Its document; else why there is none.
    pub written: Result<Written, String>,
}

/// A change, and what it has changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Edited {
    /// The change.
    pub change: Change,
    /// What came and went with it.
    pub effects: Vec<String>,
}

impl Edited {
    /// What was changed, in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let change = self.change.to_string();
        if self.effects.is_empty() {
            change
        } else {
            format!("{change} ({})", self.effects.join("; "))
        }
    }
}

impl ProposedStar {
    fn new(found: Arc<Finding>, edits: Vec<Edited>, undone: Vec<Edited>) -> Self {
        let changes: Vec<_> = edits.iter().map(|one| one.change.clone()).collect();
        let proposal = found.proposal.with(&changes);
        let name = found.tables.name().as_str();
        let written = proposal.document(&found.tables, name).map_err(|mistakes| {
            let mut mistakes = mistakes.iter();
            mistakes
                .next()
                .map(|mistake| mistake.problem.clone())
                .unwrap_or_default()
        });
        Self {
            found,
            edits,
            undone,
            replayed: 0,
            proposal,
            written,
        }
    }

    /// The same star with one more change.
    fn with(&self, edit: Edit, found: Option<Found>) -> Self {
        let mut edits = self.edits.clone();
        edits.push(Edited {
            change: Change { edit, found },
            effects: Vec::new(),
        });
        let mut changed = Self::new(Arc::clone(&self.found), edits, Vec::new());
        changed.replayed = self.replayed;
        let effects = match (&self.written, &changed.written) {
            (Ok(before), Ok(after)) if before.document == after.document => {
                vec!["no effect".to_owned()]
            }
            (Ok(before), Ok(after)) => propose::difference(&before.document, &after.document),
            _ => Vec::new(),
        };
        if let Some(last) = changed.edits.last_mut() {
            last.effects = effects;
        }
        changed
    }

    /// How many tables have a role.
    #[must_use]
    pub fn count(&self, role: Role) -> usize {
        let datasets = self
            .written
            .as_ref()
            .map_or(&[][..], |written| &written.document.datasets);
        datasets
            .iter()
            .filter(|dataset| dataset.role == role)
            .count()
    }

    /// A column of a table as a form shows it.
    #[must_use]
    pub fn column(&self, table: usize, column: usize) -> Option<EditableColumn> {
        self.proposal
            .editable_column(&self.found.tables, table, column)
    }

    /// The document as text; empty where there is none.
    #[must_use]
    pub fn text(&self) -> String {
        self.written
            .as_ref()
            .map_or_else(|_| String::new(), |written| written.document.write())
    }
}

impl Workbench {
    /// The star that is proposed for the tables of the files.
    pub fn proposed_star(self) -> ReadSignal<Option<Arc<ProposedStar>>> {
        self.proposed.read_only()
    }

    /// Whether the mart is tables of files, for which a star can be proposed.
    pub fn has_staged_tables(self) -> bool {
        self.source
            .with(|source| matches!(source.rows, SourceRows::Staged(_)))
    }

    /// Whether the mart is a star that was proposed.
    pub fn is_proposed_star(self) -> bool {
        self.source
            .with(|source| matches!(source.rows, SourceRows::Starred(_)))
    }

    /// Looks for the star behind the tables of the files.
    pub fn propose_star(self) {
        self.run(Attempt::ProposeStar, async move |task| {
            let found = self.look_for_star(task).await?;
            self.proposed.set(Some(Arc::new(found)));
            Ok(())
        });
    }

    /// Shows the tables of the files again, in place of the star.
    pub fn show_staged_tables(self) {
        if let SourceRows::Starred(loads) = untracked_source(self).rows {
            self.stage(own_files(&loads));
        }
    }

    /// Changes the proposal, once the data has been asked what the change does.
    pub fn edit_star(self, edit: Edit) {
        let Some(star) = self.proposed.get_untracked() else {
            return;
        };
        let Some(query) = star.proposal.verification(&edit) else {
            return self.add_edit(&star.found, edit, None);
        };
        spawn_local(async move {
            match self.verify(&query).await {
                Ok(rows) => {
                    let found = star.proposal.found(&edit, &text_rows(&rows));
                    self.add_edit(&star.found, edit, found);
                }
                Err(error) => self.report(&Attempt::VerifyEdit(edit.to_string()), &error),
            }
        });
    }

    /// Takes the latest change of the proposal back.
    pub fn undo_edit(self) {
        self.change_star(|edits, undone| undone.extend(edits.pop()));
    }

    /// Makes the change again that was taken back last.
    pub fn redo_edit(self) {
        self.change_star(|edits, undone| edits.extend(undone.pop()));
    }

    /// Loads the star that is proposed in place of the tables.
    pub fn load_star(self) {
        if let Some(star) = self.proposed.get_untracked()
            && let Ok(written) = &star.written
        {
            self.load_star_of(Ok(written.document.clone()));
        }
    }

    /// Loads the star of a document that the user has written, in place of the tables. Mistakes are shown.
    pub fn load_star_document(self, text: &str) {
        self.load_star_of(Document::read(text));
    }

    fn load_star_of(self, document: Result<Document, Vec<Mistake>>) {
        let SourceRows::Staged(files) = untracked_source(self).rows else {
            return;
        };
        let package = document.and_then(|mut document| {
            document.shapes = Shape::of_loaded(&files);
            document.load.batches = true;
            Package::new(document, BTreeMap::new())
        });
        match package {
            Ok(package) => self.load_first(Arc::new(package), files),
            Err(mistakes) => self.report(&Attempt::ProposeStar, &mistakes.into()),
        }
    }

    /// Adds an edit to the star that was found, if that is still the one that is shown.
    fn add_edit(self, found: &Arc<Finding>, edit: Edit, verified: Option<Found>) {
        let star = self.proposed.get_untracked();
        if let Some(star) = star.filter(|star| Arc::ptr_eq(&star.found, found)) {
            self.show_star(star.with(edit, verified));
        }
    }

    fn change_star(self, change: impl FnOnce(&mut Vec<Edited>, &mut Vec<Edited>)) {
        let Some(star) = self.proposed.get_untracked() else {
            return;
        };
        let (mut edits, mut undone) = (star.edits.clone(), star.undone.clone());
        change(&mut edits, &mut undone);
        let mut changed = ProposedStar::new(Arc::clone(&star.found), edits, undone);
        changed.replayed = star.replayed.min(changed.edits.len());
        self.show_star(changed);
    }

    fn show_star(self, star: ProposedStar) {
        let edits = star.edits.iter().map(|one| one.change.edit.clone());
        Remembered::keep(&star.found.tables, edits.collect());
        self.proposed.set(Some(Arc::new(star)));
    }

    async fn verify(self, query: &Query) -> Result<Rows, Error> {
        Ok(self.connect().await?.query(&query.sql).await?.into())
    }

    async fn look_for_star(self, task: &Task) -> Result<ProposedStar, Error> {
        let connection = self.database()?.connect().await?;
        let columns = text_rows(
            &task
                .query(&connection, &catalog::columns(&[]))
                .await?
                .into(),
        );
        let SourceRows::Staged(files) = untracked_source(self).rows else {
            return Err(Error::NoSource);
        };
        let name = files.first().map_or("star", |file| file.table.as_str());
        let mut document = Document::of_catalog(name, &[], &columns, &Vec::new());
        document
            .datasets
            .retain(|dataset| files.iter().any(|file| file.table.as_str() == dataset.name));
        let tables = Model::resolve(&document)?;
        let progress = task.progress();
        let mut asked = 0;
        let ask = async |query: Query| {
            asked += 1;
            progress.show(&query.title, asked, asked + 1);
            let rows = task.query(&connection, &query.sql).await?;
            Ok::<_, Error>(text_rows(&rows.into()))
        };
        let proposal = propose::propose(&tables, ask).await?;
        let found = Arc::new(Finding { proposal, tables });
        let mut star = ProposedStar::new(found, Vec::new(), Vec::new());
        for edit in Remembered::of(&star.found.tables) {
            let verified = match star.proposal.verification(&edit) {
                None => None,
                Some(query) => {
                    progress.show(&query.title, asked, asked + 1);
                    let rows = task.query(&connection, &query.sql).await?;
                    star.proposal.found(&edit, &text_rows(&rows.into()))
                }
            };
            star = star.with(edit, verified);
        }
        star.replayed = star.edits.len();
        Ok(star)
    }
}
