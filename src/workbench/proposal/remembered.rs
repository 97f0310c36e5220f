//! The edits of a proposed star, which the browser remembers: they are made again when a star is proposed for tables
//! with the same columns. It must not know what an edit does.

use mart::Model;
use propose::Edit;
use serde::{Deserialize, Serialize};

use crate::memory;

/// The name under which the browser remembers them.
const STARS: &str = "star-edits";
/// The most stars that are remembered; the oldest go first.
const MOST_STARS: usize = 20;

/// The edits of a star.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Remembered {
    /// The tables, each with its columns.
    tables: Vec<(String, Vec<String>)>,
    edits: Vec<Edit>,
}

impl Remembered {
    /// The edits that were made before for tables with the same columns, for the names that they have now.
    pub(super) fn of(tables: &Model) -> Vec<Edit> {
        let stars: Vec<Self> = memory::recall(STARS);
        let now = shape(tables);
        let known = stars.iter().rev().find(|star| same(&star.tables, &now));
        known.map_or_else(Vec::new, |star| {
            let names = renamed(&star.tables, &now);
            let rename = |name: &str| {
                let found = names.iter().find(|(before, _)| before == name);
                found.map_or_else(|| name.to_owned(), |(_, now)| now.clone())
            };
            star.edits
                .iter()
                .map(|edit| edit.with_tables(rename))
                .collect()
        })
    }

    /// Remembers the edits of a star in place of those for tables with the same columns.
    pub(super) fn keep(tables: &Model, edits: Vec<Edit>) {
        let mut stars: Vec<Self> = memory::recall(STARS);
        let tables = shape(tables);
        stars.retain(|star| !same(&star.tables, &tables));
        if !edits.is_empty() {
            stars.push(Self { tables, edits });
        }
        let oldest = stars.len().saturating_sub(MOST_STARS);
        stars.drain(..oldest);
        memory::remember(STARS, &stars);
    }
}

fn shape(tables: &Model) -> Vec<(String, Vec<String>)> {
    let tables = tables.tables().iter().map(|table| {
        let columns = table.columns.iter().map(|column| column.name.to_string());
        (table.name.to_string(), columns.collect())
    });
    tables.collect()
}

fn columns(tables: &[(String, Vec<String>)]) -> Vec<&Vec<String>> {
    let mut columns: Vec<_> = tables.iter().map(|(_, columns)| columns).collect();
    columns.sort();
    columns
}

/// Whether tables have the same columns, whatever they are called.
fn same(one: &[(String, Vec<String>)], other: &[(String, Vec<String>)]) -> bool {
    columns(one) == columns(other)
}

/// The name of each table before, and now: the one of the same name, or else the next one with its columns.
fn renamed(
    before: &[(String, Vec<String>)],
    now: &[(String, Vec<String>)],
) -> Vec<(String, String)> {
    let is_kept = |table: &(String, Vec<String>)| now.contains(table);
    let mut free: Vec<_> = now.iter().filter(|table| !before.contains(table)).collect();
    let changed = before.iter().filter(|table| !is_kept(table));
    changed
        .filter_map(|(name, columns)| {
            let at = free.iter().position(|(_, own)| own == columns)?;
            Some((name.clone(), free.remove(at).0.clone()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_found_by_their_columns() {
        let table = |name: &str, columns: &str| {
            let columns = columns.split(' ').map(str::to_owned).collect();
            (name.to_owned(), columns)
        };
        let before = [table("january", "day amount"), table("people", "id name")];
        let now = [table("people", "id name"), table("february", "day amount")];
        assert!(same(&before, &now));
        assert_eq!(
            renamed(&before, &now),
            [("january".to_owned(), "february".to_owned())]
        );
        assert!(!same(&before, &[table("january", "day amount")]));
        assert!(!same(&before, &[table("a", "day"), table("b", "id name")]));
    }
}
