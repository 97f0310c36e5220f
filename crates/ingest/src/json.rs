//! JSON: an array of objects, objects line by line, or one object that contains arrays. It must not know
//! what the values mean.

mod elements;
mod flat;
mod scan;
mod tree;
mod understand;

use serde::{Deserialize, Serialize};

pub(crate) use elements::{Elements, name_of};
pub(crate) use flat::{Cell, rows};
pub(crate) use scan::Scanner;
pub(crate) use tree::{Tree, parse};
pub(crate) use understand::{is_cut, mistake, understand};

/// Which rows of a JSON file a table has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JsonPart {
    /// The key of the outermost object whose array has the elements; `None` if the elements are the
    /// outermost values themselves.
    pub container: Option<String>,
    /// The keys that lead from an element to the array of the rows; empty if the elements are the rows.
    pub path: Vec<String>,
    /// How many keys of the path lead to each array whose items have tables of their own around the rows,
    /// from the outermost on.
    #[serde(default)]
    pub around: Vec<usize>,
    /// The keys that lead from a row to each array inside it whose items have a table of their own.
    #[serde(default)]
    pub inside: Vec<Vec<String>>,
    /// The keys that lead to the value of each column. Those of a column of an object around the row start
    /// with [`PARENT`](Self::PARENT), once for each object on the way out.
    pub columns: Vec<Vec<String>>,
}

impl JsonPart {
    /// From a row to the object around it.
    pub const PARENT: &'static str = "..";
    /// The column that has the number of a row: that of the element in the file, or of the item in its array.
    pub const NUMBER: &'static str = "#";
}

/// Whether a text looks like JSON.
pub(crate) fn looks_like(text: &str) -> bool {
    let text = text.trim_start();
    let mut letters = text.chars().filter(|c| !c.is_whitespace());
    match letters.next() {
        Some('{') => matches!(letters.next(), Some('"' | '}')),
        Some('[') => matches!(
            letters.next(),
            Some('{' | '[' | ']' | '"' | '0'..='9' | '-' | 't' | 'f' | 'n')
        ),
        _ => false,
    }
}
