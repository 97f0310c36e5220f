//! Relationships to keys of several columns. It must not know how those of one column are found.

use super::{LEAST_VALUES, Relationship, evidence, misses};
use crate::keys::Key;
use crate::measures::additivity;
use crate::names::{Words, meaning};
use crate::profile::{ColumnProfile, Profile};
use crate::query::Ask;

/// The share of the combinations that is found, of which each column is alike for itself.
const FOUND_OF_SEVERAL: f64 = 0.95;

/// The relationships to keys of several columns.
pub(crate) async fn composite<E>(
    tables: &[Profile],
    keys: &[Option<Key>],
    single: &[Relationship],
    ask: &mut impl Ask<E>,
) -> Result<Vec<Relationship>, E> {
    let mut found = Vec::new();
    for (to, (parent, key)) in tables.iter().zip(keys).enumerate() {
        let Some(key) = key.as_ref().filter(|key| {
            (2..=4).contains(&key.columns.len()) && says_more(parent, to, key, single)
        }) else {
            continue;
        };
        for (from, child) in tables.iter().enumerate().filter(|(from, _)| *from != to) {
            let Some(pairs) = pairs(child, from, parent, to, &key.columns, single) else {
                continue;
            };
            let missing = misses(child, parent, &pairs, ask).await?;
            let share = missing.share();
            if missing.all < LEAST_VALUES || share < FOUND_OF_SEVERAL {
                continue;
            }
            let empty = pairs
                .iter()
                .map(|(column, _)| child.rows - column.filled)
                .max();
            found.push(Relationship {
                from,
                from_columns: pairs.iter().map(|(column, _)| column.place).collect(),
                to,
                to_columns: pairs.iter().map(|(_, key)| key.place).collect(),
                values: missing.all,
                missing_values: missing.values,
                missing_rows: missing.rows,
                empty_rows: empty.unwrap_or(0),
                confidence: 0.5 + share * 0.45,
                evidence: evidence(child, parent, &pairs, &missing, 1.0),
            });
        }
    }
    Ok(found)
}

/// Whether a table has numbers beside its key and the keys of others: nothing refers to mere pairs.
fn says_more(table: &Profile, place: usize, key: &Key, single: &[Relationship]) -> bool {
    let refers = |column: &ColumnProfile| {
        let mut own = single
            .iter()
            .filter(|one| one.from == place && one.is_proposed());
        own.any(|one| one.from_columns == [column.place])
    };
    let mut columns = table.columns.iter();
    columns.any(|column| {
        !key.columns.contains(&column.place) && !refers(column) && additivity(column).is_some()
    })
}

/// For each column of a key, the column of another table that is called like it, or refers to the same table.
fn pairs<'t>(
    child: &'t Profile,
    from: usize,
    parent: &'t Profile,
    to: usize,
    key: &[usize],
    single: &[Relationship],
) -> Option<Vec<(&'t ColumnProfile, &'t ColumnProfile)>> {
    let target = |table: usize, column: usize| {
        let mut of_column = single.iter().filter(|one| one.is_proposed());
        of_column
            .find(|one| one.from == table && one.from_columns == [column])
            .map(|one| one.to)
    };
    let mut pairs = Vec::<(&ColumnProfile, &ColumnProfile)>::new();
    for place in key {
        let part = parent.column(*place)?;
        let refers_to = target(to, *place);
        let alike = |column: &&ColumnProfile| {
            let is_taken = pairs.iter().any(|(taken, _)| taken.place == column.place);
            let is_same_target = match (refers_to, target(from, column.place)) {
                (Some(one), Some(other)) => one == other,
                (None, None) => true,
                _ => false,
            };
            !is_taken
                && column.family == part.family
                && is_same_target
                && (column.name.eq_ignore_ascii_case(&part.name)
                    || same_words(&column.words, &part.words))
        };
        pairs.push((child.columns.iter().find(alike)?, part));
    }
    Some(pairs)
}

fn same_words(one: &Words, other: &Words) -> bool {
    one.content == other.content || meaning(one, &other.content) >= 0.9
}
