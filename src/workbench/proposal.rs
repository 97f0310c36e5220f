//! The star that is proposed for the tables of files: found by queries, changed by the user as a list of edits,
//! loaded in place of the tables. It must not know how anything is found, nor how it looks.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use mart::{Document, Mistake, Model, Package, Role, catalog};
use propose::{Edit, Proposal, Query, Written};

use super::Workbench;
use super::error::{Attempt, Error};
use super::loads::own_files;
use super::shapes::Shape;
use super::source::{Rows as SourceRows, untracked_source};
use super::task::Task;
use super::transport::text_rows;

/// A proposal, and what the user has changed about it.
#[derive(Debug)]
pub struct ProposedStar {
    /// What was found.
    found: Proposal,
    /// The tables it was found in.
    tables: Model,
    /// The changes, in their order.
    pub edits: Vec<Edit>,
    /// Changes that were taken back, the latest last.
    pub undone: Vec<Edit>,
    /// What is proposed, with the changes.
    pub proposal: Proposal,
    /// Its document; else why there is none.
    pub written: Result<Written, String>,
}

impl ProposedStar {
    fn new(found: Proposal, tables: Model, edits: Vec<Edit>, undone: Vec<Edit>) -> Self {
        let proposal = found.with(&edits);
        let name = tables.name().as_str();
        let written = proposal.document(&tables, name).map_err(|mistakes| {
            let mut mistakes = mistakes.iter();
            mistakes
                .next()
                .map(|mistake| mistake.problem.clone())
                .unwrap_or_default()
        });
        Self {
            found,
            tables,
            edits,
            undone,
            proposal,
            written,
        }
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

    /// Changes the proposal.
    pub fn edit_star(self, edit: Edit) {
        self.change_star(|edits, undone| {
            edits.push(edit);
            undone.clear();
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

    fn change_star(self, change: impl FnOnce(&mut Vec<Edit>, &mut Vec<Edit>)) {
        let Some(star) = self.proposed.get_untracked() else {
            return;
        };
        let (mut edits, mut undone) = (star.edits.clone(), star.undone.clone());
        change(&mut edits, &mut undone);
        let changed = ProposedStar::new(star.found.clone(), star.tables.clone(), edits, undone);
        self.proposed.set(Some(Arc::new(changed)));
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
        let found = propose::propose(&tables, ask).await?;
        Ok(ProposedStar::new(found, tables, Vec::new(), Vec::new()))
    }
}
