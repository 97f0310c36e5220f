//! What the user chose for files of a shape, which the browser remembers: the next file with these columns is
//! read in the same way, and what is different is said. It must not know how a file is understood.

use ingest::{Choices, FilePlan, Understanding};
use mart::FileShape;
use serde::{Deserialize, Serialize};

use super::StagedFile;
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
    /// Their types in SQL.
    #[serde(default)]
    types: Vec<String>,
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

    /// The shape of a file that is loaded with these choices.
    fn of_file(file: &StagedFile, choices: &Choices) -> Self {
        Self {
            file: file.name(),
            columns: names(&file.plan),
            types: types(&file.plan),
            choices: choices.clone(),
        }
    }

    /// Remembers the shapes of files that were loaded.
    pub(super) fn remember(files: &[StagedFile]) {
        let chosen = files.iter();
        Self::keep(chosen.filter_map(|file| Some(Self::of_file(file, file.choices.as_ref()?))));
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
        let shape_of = |file: &StagedFile| {
            let shape = Self::of_file(file, file.choices.as_ref()?);
            Some(FileShape {
                file: shape.file,
                columns: shape.columns,
                types: shape.types,
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
                types: shape.types.clone(),
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
        let ignored = found
            .plan
            .table
            .columns
            .iter()
            .filter(|column| column.ignored);
        let ignored: Vec<_> = ignored.map(|column| column.name.clone()).collect();
        let list = |what: &str, names: &[String]| match names {
            [] => String::new(),
            names => format!(" {what}: {}.", names.join(", ")),
        };
        format!(
            "Read like {}, which was loaded before.{}{}{}{}",
            self.file,
            list("New columns", &new),
            list("Missing columns", &missing),
            list("Of another type now", &self.retyped(found)),
            list("Left out, as before", &ignored)
        )
    }

    /// The columns that have another type than before, each with both.
    fn retyped(&self, found: &Understanding) -> Vec<String> {
        let now = names(&found.plan).into_iter().zip(types(&found.plan));
        let changed = now.filter_map(|(name, now)| {
            let at = self.columns.iter().position(|column| *column == name)?;
            let before = self.types.get(at).filter(|before| **before != now)?;
            Some(format!("{name} ({now}, before {before})"))
        });
        changed.collect()
    }

    fn same(&self, columns: &[String]) -> usize {
        let same = columns.iter().filter(|name| self.columns.contains(name));
        same.count()
    }
}

fn types(plan: &FilePlan) -> Vec<String> {
    let columns = plan.table.columns.iter();
    columns.map(ingest::ColumnPlan::sql_type).collect()
}

fn names(plan: &FilePlan) -> Vec<String> {
    let columns = plan.table.columns.iter();
    columns.map(|column| column.name.clone()).collect()
}
