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
    let mut unknown = Vec::new();
    let rows = nests(element, number, part)
        .into_iter()
        .map(|nest| {
            if let Some((row, _)) = nest.last() {
                unknown_paths(row, part, &mut Vec::new(), &mut unknown);
            }
            let cells = part.columns.iter();
            cells.map(|path| cell(&nest, path)).collect()
        })
        .collect();
    (rows, unknown)
}

/// A row behind the objects around it, from the element on, each with its number in its array.
pub(crate) type Nest<'t, 'f> = Vec<(&'t Tree<'f>, u64)>;

/// The rows of an element.
pub(crate) fn nests<'t, 'f>(
    element: &'t Tree<'f>,
    number: u64,
    part: &JsonPart,
) -> Vec<Nest<'t, 'f>> {
    let mut found = Vec::new();
    collect(element, 0, part, &mut vec![(element, number)], &mut found);
    found
}

/// The rows below an object to which the first keys of the path have led.
fn collect<'t, 'f>(
    tree: &'t Tree<'f>,
    keys: usize,
    part: &JsonPart,
    nest: &mut Nest<'t, 'f>,
    found: &mut Vec<Nest<'t, 'f>>,
) {
    let Some(key) = part.path.get(keys) else {
        return found.push(nest.clone());
    };
    let keys = keys + 1;
    // One object in the place of an array is its only item.
    let items = match tree.get(key) {
        Some(Tree::Array(items)) => items,
        Some(object @ Tree::Object(_)) => std::slice::from_ref(object),
        _ => return,
    };
    let is_level = keys == part.path.len() || part.around.contains(&keys);
    for (number, item) in (1..).zip(items) {
        if is_level {
            nest.push((item, number));
        }
        collect(item, keys, part, nest, found);
        if is_level {
            nest.pop();
        }
    }
}

fn cell<'t>(nest: &Nest<'t, '_>, path: &[String]) -> Cell<'t> {
    let out = path
        .iter()
        .take_while(|key| *key == JsonPart::PARENT)
        .count();
    let (start, number) = nest.iter().rev().nth(out)?;
    let keys = path.get(out..).unwrap_or_default();
    if let [only] = keys
        && only == JsonPart::NUMBER
    {
        return Some((number.to_string().into(), false));
    }
    let mut value = *start;
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

/// The paths of the values of a row that are in no column, nor in a table of their own. An array of objects that
/// is met too late to have one is a value.
fn unknown_paths<'t>(
    tree: &'t Tree<'_>,
    part: &JsonPart,
    path: &mut Vec<&'t str>,
    unknown: &mut Vec<Vec<String>>,
) {
    let is_this = |known: &Vec<String>| known.iter().eq(path.iter().copied());
    match tree {
        Tree::Object(_) | Tree::Array(_) if part.inside.iter().any(is_this) => {}
        Tree::Object(members) => {
            for (key, value) in members {
                path.push(key);
                unknown_paths(value, part, path, unknown);
                path.pop();
            }
        }
        Tree::Null => {}
        Tree::Array(items) if items.is_empty() => {}
        _ => {
            if !part.columns.iter().any(is_this) && !unknown.iter().any(is_this) {
                unknown.push(path.iter().map(|&key| key.to_owned()).collect());
            }
        }
    }
}
