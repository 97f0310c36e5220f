//! What the user chose for files of a shape, which the browser remembers: the next file with these columns is
//! read in the same way, and what is different is said. It must not know how a file is understood.

use ingest::{Choices, FilePlan, Understanding};
use mart::FileShape;
use serde::{Deserialize, Serialize};

use super::{StagedFile, UnderstoodFile};
use crate::memory;

/// The name under which the browser remembers them.
const SHAPES: &str = "shapes";
/// The most shapes that are remembered; the oldest go first.
const MOST_SHAPES: usize = 50;

/// Files with the same columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Shape {
    /// The name of the file that was loaded last.
    pub(super) file: String,
    /// The names of its columns.
    columns: Vec<String>,
    /// What the user chose.
    pub(super) choices: Choices,
}

impl Shape {
    /// The shape of a file that was loaded before, most like this one: three quarters of the columns are
    /// the same.
    pub(super) fn of(found: &Understanding) -> Option<Self> {
        let columns = names(&found.plan);
        let shapes: Vec<Self> = memory::recall(SHAPES);
        shapes
            .into_iter()
            .map(|shape| (shape.same(&columns), shape))
            .filter(|(same, shape)| same * 4 >= 3 * columns.len().max(shape.columns.len()))
            .max_by_key(|(same, _)| *same)
            .map(|(_, shape)| shape)
    }

    /// Remembers the shapes of files.
    pub(super) fn remember(files: &[UnderstoodFile]) {
        Self::keep(files.iter().map(|file| Self {
            file: file.name(),
            columns: names(&file.understanding.plan),
            choices: file.choices.clone(),
        }));
    }

    /// Remembers shapes, each in place of one with the same columns.
    fn keep(new: impl Iterator<Item = Self>) {
        let mut shapes: Vec<Self> = memory::recall(SHAPES);
        for shape in new {
            shapes.retain(|known| known.columns != shape.columns);
            shapes.push(shape);
        }
        let oldest = shapes.len().saturating_sub(MOST_SHAPES);
        shapes.drain(..oldest);
        memory::remember(SHAPES, &shapes);
    }

    /// The shapes of files that were loaded, for the document.
    pub(super) fn of_loaded(files: &[StagedFile]) -> Vec<FileShape> {
        let shapes: Vec<Self> = memory::recall(SHAPES);
        let shape_of = |file: &StagedFile| {
            let columns: Vec<_> = names(&file.plan);
            let shape = shapes.iter().find(|shape| shape.columns == columns)?;
            Some(FileShape {
                file: shape.file.clone(),
                columns,
                choices: serde_json::to_value(&shape.choices).ok()?,
            })
        };
        files.iter().filter_map(shape_of).collect()
    }

    /// Remembers the shapes of a document. One with choices of a later version of the page is left alone.
    pub(super) fn adopt(found: &[FileShape]) {
        Self::keep(found.iter().filter_map(|shape| {
            Some(Self {
                file: shape.file.clone(),
                columns: shape.columns.clone(),
                choices: serde_json::from_value(shape.choices.clone()).ok()?,
            })
        }));
    }

    /// What is different in a file of this shape, in a sentence.
    pub(super) fn sentence(&self, found: &Understanding) -> String {
        let columns = names(&found.plan);
        let without = |these: &[String], those: &[String]| -> Vec<String> {
            let others = these.iter().filter(|name| !those.contains(name));
            others.cloned().collect()
        };
        let (new, missing) = (
            without(&columns, &self.columns),
            without(&self.columns, &columns),
        );
        let list = |what: &str, names: &[String]| match names {
            [] => String::new(),
            names => format!(" {what} columns: {}.", names.join(", ")),
        };
        format!(
            "Read like {}, which was loaded before.{}{}",
            self.file,
            list("New", &new),
            list("Missing", &missing)
        )
    }

    fn same(&self, columns: &[String]) -> usize {
        let same = columns.iter().filter(|name| self.columns.contains(name));
        same.count()
    }
}

fn names(plan: &FilePlan) -> Vec<String> {
    let columns = plan.table.columns.iter();
    columns.map(|column| column.name.clone()).collect()
}
