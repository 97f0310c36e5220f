//! The rows of an element: its values, and those of the objects inside it, in columns. It must not know
//! types.

use super::{JsonPart, Tree};

/// A value of a row: its text, and whether it was one in quotes. `None` for NULL.
pub(crate) type Cell = Option<(String, bool)>;

/// The rows of an element, and the paths of values that no column has.
pub(crate) fn rows(
    element: &Tree,
    number: u64,
    part: &JsonPart,
) -> (Vec<Vec<Cell>>, Vec<Vec<String>>) {
    let mut found = Vec::new();
    collect(element, &part.path, &mut found);
    let mut unknown = Vec::new();
    let rows = found
        .into_iter()
        .map(|row| {
            unknown_paths(row, part, &mut Vec::new(), &mut unknown);
            let cells = part.columns.iter();
            cells.map(|path| cell(row, element, number, path)).collect()
        })
        .collect();
    (rows, unknown)
}

/// The objects at the end of a path.
fn collect<'t>(tree: &'t Tree, path: &[String], found: &mut Vec<&'t Tree>) {
    let Some((first, rest)) = path.split_first() else {
        return found.push(tree);
    };
    match tree.get(first) {
        Some(Tree::Array(items)) => {
            for item in items {
                collect(item, rest, found);
            }
        }
        Some(object @ Tree::Object(_)) => collect(object, rest, found),
        _ => {}
    }
}

fn cell(row: &Tree, element: &Tree, number: u64, path: &[String]) -> Cell {
    let (start, keys) = match path.split_first() {
        Some((first, rest)) if first == JsonPart::PARENT => (element, rest),
        _ => (row, path),
    };
    if let [only] = keys
        && only == JsonPart::NUMBER
    {
        return Some((number.to_string(), false));
    }
    let mut value = start;
    for key in keys {
        value = value.get(key)?;
    }
    text(value)
}

/// The text of a value.
pub(crate) fn text(value: &Tree) -> Cell {
    match value {
        Tree::Null => None,
        Tree::Boolean(value) => Some((value.to_string(), false)),
        Tree::Number(text) => Some((text.clone(), false)),
        Tree::Text(text) => Some((text.clone(), true)),
        Tree::Array(_) | Tree::Object(_) => Some((value.write(), true)),
    }
}

/// The paths of the values of a row that are in no column. Arrays of objects have tables of their own.
fn unknown_paths(
    tree: &Tree,
    part: &JsonPart,
    path: &mut Vec<String>,
    unknown: &mut Vec<Vec<String>>,
) {
    match tree {
        Tree::Object(members) => {
            for (key, value) in members {
                path.push(key.clone());
                unknown_paths(value, part, path, unknown);
                path.pop();
            }
        }
        Tree::Null => {}
        tree if tree.is_table() && !path.is_empty() => {}
        Tree::Array(items) if items.is_empty() => {}
        _ => {
            if !part.columns.contains(path) && !unknown.contains(path) {
                unknown.push(path.clone());
            }
        }
    }
}
