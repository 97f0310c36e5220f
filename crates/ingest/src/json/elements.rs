//! The elements of a JSON file become rows of a table. It must not know where the text comes from.

use super::scan::Element;
use super::{JsonPart, Scanner, parse, rows};
use crate::header::free_name;
use crate::plan::{ColumnPlan, FilePlan, Part};
use crate::reject::Fault;
use crate::table::Table;

/// Reads elements.
pub(crate) struct Elements {
    scanner: Scanner,
    rows: ElementRows,
}

/// The rows of elements.
struct ElementRows {
    part: JsonPart,
    /// The number of the last element.
    number: u64,
    /// The paths of values that no column has.
    unknown: Vec<Vec<String>>,
}

impl Elements {
    pub(crate) fn new(part: JsonPart) -> Self {
        Self {
            scanner: Scanner::new(part.container.clone()),
            rows: ElementRows {
                part,
                number: 0,
                unknown: Vec::new(),
            },
        }
    }

    /// Adds the rows of the elements that are complete with this text.
    pub(crate) fn push(&mut self, text: &str, table: &mut Table) {
        let rows = &mut self.rows;
        self.scanner.push(text, |element| rows.add(element, table));
    }

    /// Adds the rows of the last element. Returns whether the file is complete.
    pub(crate) fn finish(&mut self, table: &mut Table) -> bool {
        let rows = &mut self.rows;
        self.scanner.finish(|element| rows.add(element, table))
    }

    /// Whether there are values that no column has.
    pub(crate) const fn has_unknown(&self) -> bool {
        !self.rows.unknown.is_empty()
    }

    /// Adds columns for the values that no column has.
    pub(crate) fn add_columns(&self, plan: &mut FilePlan) {
        let Part::Json(part) = &mut plan.part else {
            return;
        };
        for path in &self.rows.unknown {
            let is_taken = |name: &str| {
                let mut columns = plan.table.columns.iter();
                columns.any(|column| column.name.to_lowercase() == name.to_lowercase())
            };
            let name = free_name(&name_of(path), is_taken);
            part.columns.push(path.clone());
            plan.table.columns.push(ColumnPlan::text(name));
        }
    }
}

impl ElementRows {
    fn add(&mut self, element: &Element<'_>, table: &mut Table) {
        self.number += 1;
        let is_root = self.part.path.is_empty();
        let correction = Some(element.line).filter(|_| is_root);
        let correction = correction.and_then(|line| table.take_correction(line));
        let text = correction.as_deref().unwrap_or(element.text);
        let tree = if element.is_cut && correction.is_none() {
            Err(Fault::CutShort)
        } else {
            parse(text).map_err(Fault::NotJson)
        };
        let loaded = table.counts().loaded;
        match tree {
            Ok(tree) => {
                let (rows, others) = rows(&tree, self.number, &self.part);
                for path in others {
                    if !self.unknown.contains(&path) {
                        self.unknown.push(path);
                    }
                }
                for row in rows {
                    table.add_row(element.line, text, &row);
                }
            }
            // The table of the elements themselves has it in its account.
            Err(fault) if is_root => table.add_damaged(element.line, text, fault),
            Err(_) => {}
        }
        if let Some(text) = correction {
            table.note_correction(element.line, element.text, text, loaded);
        }
    }
}

/// The name of a column for the value at the end of these keys.
pub(crate) fn name_of(path: &[String]) -> String {
    match path {
        [] => "value".to_owned(),
        [only] if only == JsonPart::NUMBER => "row_number".to_owned(),
        [first, rest @ ..] if first == JsonPart::PARENT => format!("parent_{}", name_of(rest)),
        keys => keys.join("_"),
    }
}
