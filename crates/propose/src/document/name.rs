//! The names of the document: from those of tables and columns, each free and allowed. It must not know what they
//! name.

use std::collections::BTreeSet;

use mart::{Role, sql};

use super::CALENDAR;
use crate::ProposedTable;
use crate::flat::Split;
use crate::names::Words;

/// A name that is not taken: the name itself, or with a number behind it.
pub(super) fn free(name: &str, is_taken: &impl Fn(&str) -> bool) -> Option<String> {
    let numbered = (2..100).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .find(|name| !is_taken(name))
}

/// A name that a column of a mart can have.
pub(super) fn safe(name: &str) -> String {
    let name = name.trim();
    if sql::is_reserved(name) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

pub(super) fn dataset_name(table: &ProposedTable, taken: &mut BTreeSet<String>) -> String {
    let prefix = match table.role {
        Role::Fact => "fact",
        Role::Bridge => "bridge",
        _ if table.key.is_none() => "fact",
        _ => "dim",
    };
    let name = format!("{prefix}_{}", row_name(table));
    let name = free(&name, &|name: &str| {
        taken.contains(name) || name == CALENDAR
    })
    .unwrap_or(name);
    taken.insert(name.clone());
    name
}

pub(crate) fn split_name(split: &Split) -> String {
    of_split(&split.name)
}

/// The name of the table of a dimension inside the rows of another one.
pub(super) fn of_split(name: &str) -> String {
    format!("dim_{name}")
}

/// What the rows of a table are, as a name: `order_line`.
pub(super) fn row_name(table: &ProposedTable) -> String {
    Words::of_table(&table.name).join("_")
}

/// The words of a column as a name, or another one if there are none.
pub(super) fn words_of(words: &Words, otherwise: &str) -> String {
    if words.content.is_empty() {
        otherwise.to_owned()
    } else {
        words.content.join("_")
    }
}

/// A name as people read it: `unit_price` as `Unit price`.
pub(super) fn words_label(name: &str) -> String {
    let text = sentence(name);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

pub(super) fn sentence(name: &str) -> String {
    name.replace('_', " ").trim().to_owned()
}

pub(super) fn in_sentence(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}
