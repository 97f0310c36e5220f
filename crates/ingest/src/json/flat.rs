//! The rows of an element: its values, and those of the objects inside it, in columns. It must not know
//! types.

use std::borrow::Cow;

use super::{JsonPart, Tree};

/// A value of a row: its text, and whether it was one in quotes. `None` for NULL.
pub(crate) type Cell<'t> = Option<(Cow<'t, str>, bool)>;

/// The rows of an element, and the paths of values that no column has.
pub(crate) fn rows<'t>(
    element: &'t Tree<'_>,
    number: u64,
    part: &JsonPart,
) -> (Vec<Vec<Cell<'t>>>, Vec<Vec<String>>) {
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
fn collect<'t, 'f>(tree: &'t Tree<'f>, path: &[String], found: &mut Vec<&'t Tree<'f>>) {
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

fn cell<'t>(row: &'t Tree<'_>, element: &'t Tree<'_>, number: u64, path: &[String]) -> Cell<'t> {
    let (start, keys) = match path.split_first() {
        Some((first, rest)) if first == JsonPart::PARENT => (element, rest),
        _ => (row, path),
    };
    if let [only] = keys
        && only == JsonPart::NUMBER
    {
        return Some((number.to_string().into(), false));
    }
    let mut value = start;
    for key in keys {
        value = value.get(key)?;
    }
    text(value)
}

/// The text of a value.
pub(crate) fn text<'t>(value: &'t Tree<'_>) -> Cell<'t> {
    match value {
        Tree::Null => None,
        Tree::Boolean(value) => Some((if *value { "true" } else { "false" }.into(), false)),
        Tree::Number(text) => Some((text.as_ref().into(), false)),
        Tree::Text(text) => Some((text.as_ref().into(), true)),
        Tree::Array(_) | Tree::Object(_) => Some((value.write().into(), true)),
    }
}

/// The paths of the values of a row that are in no column. Arrays of objects have tables of their own.
fn unknown_paths<'t>(
    tree: &'t Tree<'_>,
    part: &JsonPart,
    path: &mut Vec<&'t str>,
    unknown: &mut Vec<Vec<String>>,
) {
    match tree {
        Tree::Object(members) => {
            for (key, value) in members {
                path.push(key);
                unknown_paths(value, part, path, unknown);
                path.pop();
            }
        }
        Tree::Null => {}
        tree if tree.is_table() && !path.is_empty() => {}
        Tree::Array(items) if items.is_empty() => {}
        _ => {
            let is_this = |known: &Vec<String>| known.iter().eq(path.iter().copied());
            if !part.columns.iter().any(is_this) && !unknown.iter().any(is_this) {
                unknown.push(path.iter().map(|&key| key.to_owned()).collect());
            }
        }
    }
}
