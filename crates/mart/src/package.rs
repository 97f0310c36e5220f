//! A mart with everything that comes with it: its document, its model, and the files that the
//! document names. It must not know where they were fetched from.

use std::collections::BTreeMap;

use crate::document::{Document, Origin};
use crate::mistake::quoted;
use crate::model::Model;
use crate::{Mistake, Rows};

/// A mart that can be built: a document that resolves, with its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    document: Document,
    model: Model,
    files: BTreeMap<String, String>,
    /// The rows of each table of the model, where they come with the mart.
    rows: Vec<Option<Rows>>,
}

impl Package {
    /// Resolves a document and reads the rows that it names. A file of rows that is not there is a
    /// mistake; a file of a source is read when the mart is loaded.
    ///
    /// # Errors
    /// All mistakes of the document, or else all of its files.
    pub fn new(document: Document, files: BTreeMap<String, String>) -> Result<Self, Vec<Mistake>> {
        let model = Model::resolve(&document)?;
        let mut mistakes = Vec::new();
        let mut rows = Vec::new();
        for table in &model.tables {
            // A database that is opened has its rows.
            let path = table
                .rows
                .as_ref()
                .filter(|_| model.origin == Origin::Built);
            let Some(path) = path else {
                rows.push(None);
                continue;
            };
            let mut datasets = document.datasets.iter();
            let at = datasets.position(|one| one.name == table.name.as_str());
            let pointer = format!("/datasets/{}/rows", at.unwrap_or_default());
            match files.get(path) {
                Some(csv) => match Rows::read(&pointer, path, csv, table) {
                    Ok(read) => rows.push(Some(read)),
                    Err(wrong) => mistakes.extend(wrong),
                },
                None => mistakes.push(Mistake::new(
                    pointer,
                    format!(
                        "the file {} is not there: add it to the document",
                        quoted(path)
                    ),
                )),
            }
        }
        if mistakes.is_empty() {
            Ok(Self {
                document,
                model,
                files,
                rows,
            })
        } else {
            Err(mistakes)
        }
    }

    /// The document.
    #[must_use]
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// The model.
    #[must_use]
    pub const fn model(&self) -> &Model {
        &self.model
    }

    /// The files that the document names, by their paths.
    #[must_use]
    pub const fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// The text of a file.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Whether rows come with the mart, so that it can be built without a file of the user's.
    #[must_use]
    pub fn has_rows(&self) -> bool {
        self.rows.iter().any(Option::is_some)
    }

    pub(crate) fn rows(&self, table: usize) -> Option<&Rows> {
        self.rows.get(table)?.as_ref()
    }
}

impl Document {
    /// Whether a path is that of a file of SQL that a generator runs.
    #[must_use]
    pub fn is_statements(&self, path: &str) -> bool {
        let mut statements = self
            .generators
            .iter()
            .flat_map(|generator| &generator.statements);
        statements.any(|one| one == path)
    }

    /// The files that the document names, each once: rows, files of sources, templates, and SQL of
    /// generators.
    #[must_use]
    pub fn paths(&self) -> Vec<&str> {
        let rows = self
            .datasets
            .iter()
            .filter_map(|dataset| dataset.rows.as_deref());
        let sources = self.sources.iter();
        let sources =
            sources.flat_map(|source| [source.path.as_deref(), source.template.as_deref()]);
        let statements = self
            .generators
            .iter()
            .flat_map(|generator| &generator.statements);
        let mut paths: Vec<_> = rows
            .chain(sources.flatten())
            .chain(statements.map(String::as_str))
            .collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }
}
