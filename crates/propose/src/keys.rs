//! Which columns identify the rows of a table. It must not know other tables, but for those that it is given as
//! referred to.

use std::collections::BTreeSet;

use crate::measures::is_measured;
use crate::names::meaning;
use crate::profile::{ColumnProfile, Family, Profile, counted, distinct_rows, quoted};
use crate::query::{Ask, number};
use crate::vocabulary::List;

/// One row in as many may have the key of another row.
const MOST_DUPLICATES: u64 = 10;
/// A unique column is a key from this score on.
const LEAST_SCORE: f64 = 0.35;
/// The most columns that a composite key is looked for among: each costs a query.
const MOST_COLUMNS: usize = 16;
/// A longer text identifies nothing.
const LONGEST_KEY: u64 = 64;

/// What identifies the rows of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// The places of its columns.
    pub columns: Vec<usize>,
    /// From 0 to 1.
    pub confidence: f64,
    /// Why.
    pub evidence: String,
    /// The rows that have the key of another row: it is a key all the same, since other tables refer to it.
    pub duplicates: u64,
}

/// The one column that identifies the rows: what is unique, stands in front and is called like it.
pub(crate) fn single(table: &Profile) -> Option<Key> {
    if let Some(pair) = pair(table) {
        return Some(pair);
    }
    let unique = table.columns.iter().filter(|column| {
        column.is_unique(table.rows)
            && matches!(
                column.family,
                Family::Integer | Family::Text | Family::Moment
            )
            && column.longest <= LONGEST_KEY
    });
    let scored = unique.map(|column| (score(table, column), column));
    let (score, column) =
        scored.max_by(|(one, a), (other, b)| one.total_cmp(other).then(b.place.cmp(&a.place)))?;
    if score < LEAST_SCORE {
        return None;
    }
    Some(Key {
        columns: vec![column.place],
        confidence: (0.5 + score / 2.0).min(1.0),
        evidence: format!(
            "{} has {} in {}",
            quoted(&column.name),
            counted(column.distinct, "value", "different values"),
            counted(table.rows, "row", "rows")
        ),
        duplicates: 0,
    })
}

fn score(table: &Profile, column: &ColumnProfile) -> f64 {
    let position = match column.place {
        0 => 0.4,
        1 => 0.1,
        _ => 0.0,
    };
    let id = if column.words.is_id { 0.2 } else { 0.0 };
    let own = if meaning(&column.words, &table.words) >= 0.7 || column.words.content.is_empty() {
        0.25
    } else {
        0.0
    };
    let family = match column.family {
        Family::Integer => 0.15,
        Family::Text => 0.05,
        _ => 0.0,
    };
    let measured = if is_measured(&column.words) { 0.5 } else { 0.0 };
    position + id + own + family - measured
}

/// The key of a table that is called after two of its identifiers: its rows are pairs, also where each of the one
/// has only one of the other so far, as in `film_category` of `film_id` and `category_id`.
fn pair(table: &Profile) -> Option<Key> {
    let is_named = |column: &&ColumnProfile| {
        let words = &column.words.content;
        let is_part = !words.is_empty() && words.iter().all(|word| table.words.contains(word));
        column.words.is_id
            && column.filled == table.rows
            && is_part
            && words.len() < table.words.len()
    };
    let ids: Vec<_> = table.columns.iter().filter(is_named).collect();
    let covered: BTreeSet<_> = ids.iter().flat_map(|id| &id.words.content).collect();
    let is_unique = ids.iter().any(|id| id.is_unique(table.rows));
    let columns: Vec<_> = ids.iter().map(|id| id.place).collect();
    (columns.len() >= 2 && covered.len() == table.words.len() && is_unique).then(|| Key {
        evidence: format!(
            "{} differ by {}, after which the table is called",
            counted(table.rows, "row", "rows"),
            table.list(&columns)
        ),
        columns,
        confidence: 0.8,
        duplicates: 0,
    })
}

/// The column that would be the key of a table if some of its rows were not there twice: what another table's column
/// is called like. It is for tables that nothing else identifies, and that are no longer than the one that refers.
pub(crate) fn with_duplicates(place: usize, tables: &[Profile]) -> Option<Key> {
    let table = tables.get(place)?;
    let column = table.columns.first().filter(|column| {
        let most = table.rows.saturating_sub(column.distinct) * MOST_DUPLICATES <= table.rows;
        column.words.is_id
            && column.filled == table.rows
            && column.distinct > 1
            && (most || table.rows - column.distinct == 1)
            && matches!(column.family, Family::Integer | Family::Text)
    })?;
    let is_referred_to = tables.iter().enumerate().any(|(other, from)| {
        other != place
            && from.rows >= table.rows
            && from
                .columns
                .iter()
                .skip(1)
                .any(|one| one.name.eq_ignore_ascii_case(&column.name))
    });
    let duplicates = table.rows - column.distinct;
    is_referred_to.then(|| Key {
        columns: vec![column.place],
        confidence: 0.6,
        evidence: format!(
            "{} has {} in {}: {} there more than once, of which the mart keeps one value of each column",
            quoted(&column.name),
            counted(column.distinct, "value", "different values"),
            counted(table.rows, "row", "rows"),
            counted(duplicates, "row is", "rows are"),
        ),
        duplicates,
    })
}

/// The fewest columns that identify the rows together, of those that no measure is. `referring` are the columns
/// that refer to other tables.
pub(crate) async fn composite<E>(
    table: &Profile,
    referring: &[usize],
    ask: &mut impl Ask<E>,
) -> Result<Option<Key>, E> {
    if table.rows == 0 {
        return Ok(None);
    }
    let refers = |place: usize| referring.contains(&place);
    let mut columns: Vec<&ColumnProfile> = table
        .columns
        .iter()
        .filter(|column| {
            column.filled == table.rows
                && matches!(
                    column.family,
                    Family::Integer | Family::Text | Family::Moment
                )
                && column.longest <= LONGEST_KEY
                && (refers(column.place) || !is_measured(&column.words))
        })
        .collect();
    // What says least about the row is left out first; of equals the last.
    columns.sort_by_key(|column| {
        (
            rank(column, refers(column.place)),
            std::cmp::Reverse(column.place),
        )
    });
    let surplus = columns.len().saturating_sub(MOST_COLUMNS);
    let mut kept: Vec<&ColumnProfile> = columns
        .split_off(surplus)
        .into_iter()
        .filter(|column| column.distinct > 1)
        .collect();
    if kept.len() < 2 || !is_key(table, &kept, ask).await? {
        return Ok(None);
    }
    let mut at = 0;
    while at < kept.len() {
        let mut fewer = kept.clone();
        fewer.remove(at);
        if is_key(table, &fewer, ask).await? {
            kept = fewer;
        } else {
            at += 1;
        }
    }
    let mut places: Vec<usize> = kept.iter().map(|column| column.place).collect();
    let constants = constants(table, &places, referring);
    places.extend(&constants);
    places.sort_unstable();
    let mut evidence = format!(
        "{} differ by {}",
        counted(table.rows, "row", "rows"),
        table.list(&places)
    );
    if !constants.is_empty() {
        let names = table.list(&constants);
        evidence =
            format!("{evidence}; {names} has one value here and is part of it by its meaning");
    }
    Ok(Some(Key {
        columns: places,
        confidence: if kept
            .iter()
            .all(|column| refers(column.place) || column.words.is_id)
        {
            0.9
        } else {
            0.7
        },
        evidence,
        duplicates: 0,
    }))
}

/// How much a column says about which row it is.
fn rank(column: &ColumnProfile, refers: bool) -> u8 {
    let is_time = column.family == Family::Moment || column.words.has(List::Times);
    if column.words.is_line_number() {
        return 3;
    }
    match (column.words.is_id, refers) {
        // The number of an order, which refers to no table here, is what its lines have in common.
        (true, false) if !is_time => 3,
        (_, true) if !is_time => 2,
        _ if is_time => 1,
        _ => 0,
    }
}

async fn is_key<E>(
    table: &Profile,
    columns: &[&ColumnProfile],
    ask: &mut impl Ask<E>,
) -> Result<bool, E> {
    #[expect(clippy::cast_precision_loss, reason = "an estimate, with room")]
    let (most, rows) = (
        columns
            .iter()
            .map(|column| column.distinct as f64 * 1.1)
            .fold(1.0, |all, one| all * one),
        table.rows as f64,
    );
    if most < rows {
        return Ok(false);
    }
    let places: Vec<_> = columns.iter().map(|column| column.place).collect();
    Ok(number(&ask.ask(distinct_rows(table, &places)).await?, 0, 0) == table.rows)
}

/// Columns of one value that belong to the key by what they are: where each row is one combination of other tables'
/// rows, also the table of which there is one row so far; the year of a day.
fn constants(table: &Profile, key: &[usize], referring: &[usize]) -> Vec<usize> {
    let of_key = || key.iter().filter_map(|place| table.column(*place));
    let all_refer = key.iter().all(|place| referring.contains(place));
    let has_day =
        of_key().any(|column| column.words.content == ["day"] || column.words.content == ["month"]);
    let constant = table
        .columns
        .iter()
        .filter(|column| column.filled == table.rows && column.distinct == 1);
    let belongs = constant.filter(|column| {
        all_refer && referring.contains(&column.place)
            || has_day && column.words.content == ["year"]
    });
    belongs.map(|column| column.place).collect()
}
