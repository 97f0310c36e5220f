//! Which columns refer to the keys of other tables: by what they are called, and by the values they have. It must
//! not know roles.

mod composite;

use std::collections::BTreeMap;

use crate::keys::Key;
use crate::measures::is_measured;
use crate::names::{is_of_the_same_table, is_role_of, meaning};
use crate::profile::{ColumnProfile, Family, Profile, counted, grouped, quoted};
use crate::query::{Ask, Query, number};
use crate::vocabulary::List;

pub(crate) use composite::composite;

/// A relationship is proposed from this confidence on, and offered below.
pub const LEAST_CONFIDENCE: f64 = 0.55;
/// The least different values that say something where the names do not.
const LEAST_VALUES: u64 = 3;
/// The share of the different values that is found where the names do not say it.
const FOUND_WITHOUT_NAME: f64 = 0.9;
/// The chance, as a power of ten, that as many values are found by accident.
const LEAST_CHANCE: f64 = -6.0;
/// The chance that leaves no doubt.
const CERTAIN: f64 = -60.0;

/// A column, or several, that refers to the key of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Relationship {
    /// The place of the table that refers.
    pub from: usize,
    /// Its columns.
    pub from_columns: Vec<usize>,
    /// The place of the table that is referred to.
    pub to: usize,
    /// The columns of its key, in the order of `from_columns`.
    pub to_columns: Vec<usize>,
    /// The different values.
    pub values: u64,
    /// Those of them that the key does not have.
    pub missing_values: u64,
    /// The rows with a value that the key does not have.
    pub missing_rows: u64,
    /// The rows without a value.
    pub empty_rows: u64,
    /// From 0 to 1.
    pub confidence: f64,
    /// Why.
    pub evidence: String,
}

impl Relationship {
    /// Whether it is proposed, not only offered.
    #[must_use]
    pub fn is_proposed(&self) -> bool {
        self.confidence >= LEAST_CONFIDENCE
    }
}

/// A pair of a column and a key that may belong together.
struct Candidate {
    from: usize,
    column: usize,
    to: usize,
    key: usize,
    /// What the names say: from 0 to 1.
    name: f64,
}

/// The relationships by one column: for each column the best one.
pub(crate) async fn single<E>(
    tables: &[Profile],
    keys: &[Option<Key>],
    ask: &mut impl Ask<E>,
) -> Result<Vec<Relationship>, E> {
    let mut best = BTreeMap::<(usize, usize), Relationship>::new();
    for candidate in candidates(tables, keys) {
        let Some(found) = relationship(tables, &candidate, ask).await? else {
            continue;
        };
        let known = best.get(&(candidate.from, candidate.column));
        if known.is_none_or(|known| known.confidence < found.confidence) {
            best.insert((candidate.from, candidate.column), found);
        }
    }
    let mut found: Vec<_> = best.into_values().collect();
    for one in &mut found {
        one.confidence = one.confidence.min(1.0);
    }
    without_twins(tables, &mut found);
    without_repeated(tables, &mut found);
    Ok(found)
}

fn candidates(tables: &[Profile], keys: &[Option<Key>]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    let targets = || {
        tables
            .iter()
            .zip(keys)
            .enumerate()
            .filter_map(|(to, (parent, key))| {
                let [key] = key.as_ref()?.columns.as_slice() else {
                    return None;
                };
                Some((to, parent, parent.column(*key)?))
            })
    };
    for (from, child) in tables.iter().enumerate() {
        for column in child.columns.iter().filter(|column| column.filled > 0) {
            if is_own_identifier(child, from, column, keys) {
                continue;
            }
            for (to, parent, key) in targets() {
                let is_itself = from == to && column.place == key.place;
                if is_itself
                    || is_copy(child, from, parent, to)
                    || column.family != key.family
                    || !may_hold(column, key)
                {
                    continue;
                }
                let name = name_score(column, from == to, parent, key);
                if name > 0.0 || may_be_found_without_name(column, key, from == to) {
                    candidates.push(Candidate {
                        from,
                        column: column.place,
                        to,
                        key: key.place,
                        name,
                    });
                }
            }
        }
    }
    candidates
}

/// Whether a column is the key of its table and called like it: it identifies its own rows, and refers to no other.
fn is_own_identifier(
    child: &Profile,
    from: usize,
    column: &ColumnProfile,
    keys: &[Option<Key>],
) -> bool {
    let key = keys.get(from).and_then(Option::as_ref);
    key.is_some_and(|key| key.columns == [column.place])
        && meaning(&column.words, &child.words) >= 0.65
}

/// Whether two tables have the same columns: the files of two months, or one file twice.
fn is_copy(child: &Profile, from: usize, parent: &Profile, to: usize) -> bool {
    let mut columns = child.columns.iter().zip(&parent.columns);
    from != to
        && child.columns.len() == parent.columns.len()
        && columns.all(|(one, other)| one.name.eq_ignore_ascii_case(&other.name))
}

/// Whether the values can be those of the key at all.
fn may_hold(column: &ColumnProfile, key: &ColumnProfile) -> bool {
    match column.family {
        Family::Integer => match (column.range(), key.range()) {
            (Some((least, greatest)), Some((start, end))) => least <= end && greatest >= start,
            _ => false,
        },
        Family::Text | Family::Moment => {
            column.least <= key.greatest && column.greatest >= key.least
        }
        _ => false,
    }
}

/// What the names say, from 0 to 1.
fn name_score(
    column: &ColumnProfile,
    is_same_table: bool,
    parent: &Profile,
    key: &ColumnProfile,
) -> f64 {
    let words = &column.words;
    if is_measured(words) {
        return 0.0;
    }
    if is_same_table {
        let is_own =
            meaning(words, &parent.words) > 0.8 && words.content.len() > parent.words.len();
        let says_so = is_of_the_same_table(words, &parent.words) || is_own;
        return if says_so { 0.8 } else { 0.0 };
    }
    if column.name.eq_ignore_ascii_case(&key.name) && !key.words.content.is_empty() {
        return 1.0;
    }
    let is_number = column.family == Family::Integer && !words.is_id;
    if is_number && (words.is_plural || words.has(List::Periods)) {
        return 0.0;
    }
    let by_key = meaning(words, &key.words.content);
    let by_table = meaning(words, &parent.words);
    let by_role = if is_role_of(words, &parent.words) {
        0.7
    } else {
        0.0
    };
    let score = by_key.max(by_table);
    // A name that says of what kind a value is, not which row it is of.
    let is_plain = is_number && key.words.is_id;
    let score = if is_plain { score * 0.8 } else { score };
    score.max(by_role)
}

/// Whether the values alone can say it.
fn may_be_found_without_name(
    column: &ColumnProfile,
    key: &ColumnProfile,
    is_same_table: bool,
) -> bool {
    !is_same_table
        && column.distinct >= LEAST_VALUES
        && !is_measured(&column.words)
        && match column.family {
            Family::Text => chance(column, key) <= LEAST_CHANCE,
            // Numbers are alike more often than they mean the same.
            _ => {
                column.words.is_id
                    && !column.words.content.is_empty()
                    && chance(column, key) <= CERTAIN
            }
        }
}

/// The chance that the values are in the key by accident, as a power of ten.
fn chance(column: &ColumnProfile, key: &ColumnProfile) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let values = column.distinct as f64;
    match key.family {
        // A short code meets another by chance more often than a long one.
        Family::Text => -values * if key.longest >= 2 { 3.0 } else { 0.5 },
        _ => values * key.density().unwrap_or(1.0).log10(),
    }
}

async fn relationship<E>(
    tables: &[Profile],
    candidate: &Candidate,
    ask: &mut impl Ask<E>,
) -> Result<Option<Relationship>, E> {
    let child_and_parent = tables.get(candidate.from).zip(tables.get(candidate.to));
    let Some((child, parent)) = child_and_parent else {
        return Ok(None);
    };
    let columns = child
        .column(candidate.column)
        .zip(parent.column(candidate.key));
    let Some((column, key)) = columns else {
        return Ok(None);
    };
    let misses = misses(child, parent, &[(column, key)], ask).await?;
    let share = misses.share();
    let confidence = confidence(candidate.name, share, child, column, key, parent);
    if confidence < LEAST_CONFIDENCE / 2.0 {
        return Ok(None);
    }
    Ok(Some(Relationship {
        from: candidate.from,
        from_columns: vec![column.place],
        to: candidate.to,
        to_columns: vec![key.place],
        values: misses.all,
        missing_values: misses.values,
        missing_rows: misses.rows,
        empty_rows: child.rows - column.filled,
        confidence,
        evidence: evidence(child, parent, &[(column, key)], &misses, candidate.name),
    }))
}

fn confidence(
    name: f64,
    share: f64,
    child: &Profile,
    column: &ColumnProfile,
    key: &ColumnProfile,
    parent: &Profile,
) -> f64 {
    let whole = if share >= 1.0 { 0.25 } else { 0.2 * share };
    let by_chance = chance(column, key);
    let told_by_values =
        share >= FOUND_WITHOUT_NAME && column.distinct >= LEAST_VALUES && by_chance <= LEAST_CHANCE;
    let values = match by_chance {
        _ if !told_by_values => 0.0,
        chance if chance <= CERTAIN => 0.4,
        _ => 0.3,
    };
    let id = if column.words.is_id { 0.1 } else { 0.0 };
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let dense = 0.1 * (column.distinct as f64 / parent.rows.max(1) as f64).min(1.0);
    let one_to_one = if column.is_unique(child.rows) && child.rows > 2 && name < 0.7 {
        0.3
    } else {
        0.0
    };
    // Values that are mostly not there are no relationship, whatever they are called.
    let foreign = if share < 0.5 { 0.5 } else { 0.0 };
    // Of two tables with one key, `movies` and `links` by `movie_id`, the one that is called like it has it.
    let own = if meaning(&key.words, &parent.words) >= 0.7 {
        0.05
    } else {
        0.0
    };
    // Whole numbers are alike more often than they mean the same: without a name they are offered.
    let most = if name == 0.0 && key.family == Family::Integer {
        LEAST_CONFIDENCE - 0.05
    } else {
        f64::MAX
    };
    (0.6 * name + whole + values + id + dense + own - one_to_one - foreign).clamp(0.0, most)
}

/// What a key does not have of the values of some columns.
struct Misses {
    all: u64,
    values: u64,
    rows: u64,
}

impl Misses {
    /// The share of the different values that the key has.
    fn share(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let share = (self.all - self.values) as f64 / self.all.max(1) as f64;
        share
    }
}

async fn misses<E>(
    child: &Profile,
    parent: &Profile,
    pairs: &[(&ColumnProfile, &ColumnProfile)],
    ask: &mut impl Ask<E>,
) -> Result<Misses, E> {
    let columns: Vec<_> = pairs
        .iter()
        .map(|(column, _)| column.sql.as_str())
        .collect();
    let filled: Vec<_> = columns
        .iter()
        .map(|column| format!("{column} IS NOT NULL"))
        .collect();
    let equal: Vec<_> = pairs
        .iter()
        .map(|(column, key)| format!("k.{} = v.{}", key.sql, column.sql))
        .collect();
    let columns = columns.join(", ");
    let is_there = format!(
        "EXISTS (FROM {} AS k WHERE {})",
        parent.sql,
        equal.join(" AND ")
    );
    let query = Query::new(
        format!("Look for {}.{columns} in {}", child.name, parent.name),
        format!(
            "SELECT count(*), count(*) FILTER (WHERE NOT is_there), CAST(sum(n) FILTER (WHERE NOT is_there) AS BIGINT)\nFROM (\n    SELECT v.n, {is_there} AS is_there\n    FROM (SELECT {columns}, count(*) AS n FROM {} WHERE {} GROUP BY {columns}) AS v\n)",
            child.sql,
            filled.join(" AND "),
        ),
    );
    let found = ask.ask(query).await?;
    Ok(Misses {
        all: number(&found, 0, 0),
        values: number(&found, 0, 1),
        rows: number(&found, 0, 2),
    })
}

fn evidence(
    child: &Profile,
    parent: &Profile,
    pairs: &[(&ColumnProfile, &ColumnProfile)],
    misses: &Misses,
    name: f64,
) -> String {
    let names = |of: fn(&(&ColumnProfile, &ColumnProfile)) -> String| {
        let names: Vec<_> = pairs.iter().map(of).collect();
        names.join(", ")
    };
    let column = names(|(column, _)| quoted(&column.name));
    let key = names(|(_, key)| quoted(&key.name));
    let found = misses.all - misses.values;
    let mut said = format!(
        "{} of {} of {}.{column} are in {}.{key}",
        grouped(found),
        counted(misses.all, "value", "values"),
        child.name,
        parent.name
    );
    if misses.rows > 0 {
        said = format!(
            "{said}; {} of {} have another",
            grouped(misses.rows),
            counted(child.rows, "row", "rows")
        );
    }
    let of_name = if name >= 0.9 {
        "the names say so"
    } else if name > 0.0 {
        "the names are alike"
    } else {
        "the names do not say it"
    };
    format!("{said}; {of_name}")
}

/// A row may have the key of a day and the day itself, `order_date_key` and `order_date`: the key refers.
fn without_repeated(tables: &[Profile], found: &mut Vec<Relationship>) {
    let column = |one: &Relationship| tables.get(one.from)?.column(*one.from_columns.first()?);
    let snapshot = found.clone();
    found.retain(|one| {
        let Some(own) = column(one).filter(|own| !own.words.is_id) else {
            return true;
        };
        let is_key_of_it = |other: &Relationship| {
            (other.from, other.to) == (one.from, one.to)
                && column(other)
                    .is_some_and(|key| key.words.is_id && key.words.content == own.words.content)
        };
        !snapshot.iter().any(is_key_of_it)
    });
}

/// Two keys that have the same values refer to each other: one direction is kept.
fn without_twins(tables: &[Profile], found: &mut Vec<Relationship>) {
    let snapshot = found.clone();
    found.retain(|one| {
        let back = snapshot.iter().find(|other| {
            one.from != one.to
                && (other.from, other.to) == (one.to, one.from)
                && other.from_columns == one.to_columns
                && other.to_columns == one.from_columns
        });
        let rank = |relationship: &Relationship| {
            let words = tables
                .get(relationship.to)
                .map_or(0, |table| table.words.len());
            (usize::MAX - words, usize::MAX - relationship.to)
        };
        back.is_none_or(|back| rank(one) > rank(back))
    });
}
