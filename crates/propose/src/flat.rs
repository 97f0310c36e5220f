//! The dimensions inside one flat table: columns whose values are the same wherever the value of another is, with
//! the rows that contradict. It must not know other tables.

use crate::measures::additivity;
use crate::profile::{ColumnProfile, Family, Profile, grouped, quoted};
use crate::query::{Ask, Query, number};
use crate::vocabulary::List;

/// The share of the rows that agree, from which a column depends on another.
const LEAST_SHARE: f64 = 0.95;
/// The share of the groups that may contradict before the rows are counted.
const MOST_CONTRADICTING: f64 = 0.1;
/// The contradictions that are shown.
const SHOWN: usize = 3;
/// The most columns that others may depend on: each costs a query.
const MOST_DETERMINANTS: usize = 24;

/// A dimension that is written out in the rows of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The table that has it.
    pub table: usize,
    /// What it is called.
    pub name: String,
    /// The column that the others depend on.
    pub key: usize,
    /// The columns that depend on it, each with the reason.
    pub columns: Vec<(usize, String)>,
    /// The columns from coarse to fine, where some depend on others of them.
    pub levels: Vec<usize>,
    /// Whether it becomes a table of its own.
    pub is_used: bool,
}

impl Split {
    /// Its columns, the key first.
    pub(crate) fn all(&self) -> impl Iterator<Item = usize> {
        std::iter::once(self.key).chain(self.columns.iter().map(|(column, _)| *column))
    }

    /// Whether a column is one of its columns.
    pub(crate) fn has(&self, column: usize) -> bool {
        self.all().any(|one| one == column)
    }
}

/// A column depends on another.
#[derive(Clone, Debug)]
struct Dependency {
    on: usize,
    column: usize,
    /// The share of the rows that agree.
    share: f64,
    /// The values that carry several.
    contradicting: u64,
    evidence: String,
}

/// The dimensions of a table. Numbers of transactions stay with the fact.
pub(crate) async fn splits<E>(
    place: usize,
    table: &Profile,
    key: &[usize],
    ask: &mut impl Ask<E>,
) -> Result<Vec<Split>, E> {
    let columns: Vec<_> = table
        .columns
        .iter()
        .filter(|column| describes(column, table, key))
        .collect();
    let mut determinants: Vec<_> = columns
        .iter()
        .copied()
        .filter(|column| may_determine(column, table))
        .collect();
    determinants.sort_by_key(|column| (!column.words.is_id, column.place));
    determinants.truncate(MOST_DETERMINANTS);
    let mut found = Vec::new();
    for on in &determinants {
        let others: Vec<_> = columns
            .iter()
            .copied()
            .filter(|other| {
                other.place != on.place
                    && other.distinct > 1
                    && other.distinct * 10 <= on.distinct * 11
            })
            .collect();
        found.extend(dependencies(table, on, &others, ask).await?);
    }
    keep_one_direction(table, &mut found);
    let transactions = transactions(table, &found);
    Ok(clusters(place, table, &found, &transactions))
}

/// Whether a column says what a row is about: no measure, and no key of the row.
fn describes(column: &ColumnProfile, table: &Profile, key: &[usize]) -> bool {
    let is_row_key = key == [column.place] || column.is_unique(table.rows);
    let is_number = additivity(column).is_some();
    !is_row_key && !is_number && column.filled > 0 && column.family != Family::Other
}

fn may_determine(column: &ColumnProfile, table: &Profile) -> bool {
    matches!(column.family, Family::Text | Family::Integer)
        && column.distinct >= 2
        && column.distinct * 10 <= table.rows * 9
        && column.filled * 10 >= table.rows * 9
}

/// The columns among `others` that depend on one.
async fn dependencies<E>(
    table: &Profile,
    on: &ColumnProfile,
    others: &[&ColumnProfile],
    ask: &mut impl Ask<E>,
) -> Result<Vec<Dependency>, E> {
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let ends = others
        .iter()
        .enumerate()
        .map(|(at, other)| format!("min({0}) AS least_{at}, max({0}) AS most_{at}", other.sql));
    let ends: Vec<_> = ends.collect();
    let counts: Vec<_> = (0..others.len())
        .map(|at| format!("count(*) FILTER (WHERE least_{at} <> most_{at})"))
        .collect();
    let query = Query::new(
        format!("Look at what depends on {}.{}", table.name, on.name),
        format!(
            "SELECT count(*), {}\nFROM (\n    SELECT {}\n    FROM {}\n    WHERE {} IS NOT NULL\n    GROUP BY {}\n)",
            counts.join(", "),
            ends.join(", "),
            table.sql,
            on.sql,
            on.sql,
        ),
    );
    let rows = ask.ask(query).await?;
    let groups = number(&rows, 0, 0);
    let mut found = Vec::new();
    for (at, other) in others.iter().enumerate() {
        let contradicting = number(&rows, 0, at + 1);
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let is_possible = contradicting as f64 <= groups as f64 * MOST_CONTRADICTING;
        if !is_possible {
            continue;
        }
        let dependency = if contradicting == 0 {
            Dependency {
                on: on.place,
                column: other.place,
                share: 1.0,
                contradicting,
                evidence: format!("each {} has one {}", quoted(&on.name), quoted(&other.name)),
            }
        } else {
            with_contradictions(table, on, other, contradicting, ask).await?
        };
        if dependency.share >= LEAST_SHARE {
            found.push(dependency);
        }
    }
    Ok(found)
}

/// How many rows have the value that most rows of their group have, and which groups have several.
async fn with_contradictions<E>(
    table: &Profile,
    on: &ColumnProfile,
    other: &ColumnProfile,
    contradicting: u64,
    ask: &mut impl Ask<E>,
) -> Result<Dependency, E> {
    let query = Query::new(
        format!(
            "Count the rows of {} that contradict by {}",
            table.name, other.name
        ),
        format!(
            "SELECT CAST(sum(most) AS BIGINT), CAST(sum(n) AS BIGINT), array_to_string((list(example ORDER BY example) FILTER (WHERE has_several))[:{SHOWN}], ', ')\nFROM (\n    SELECT max(n) AS most, sum(n) AS n, count(*) > 1 AS has_several, CAST({on} AS VARCHAR) AS example\n    FROM (SELECT {on}, {other}, count(*) AS n FROM {table} WHERE {on} IS NOT NULL AND {other} IS NOT NULL GROUP BY ALL)\n    GROUP BY {on}\n)",
            on = on.sql,
            other = other.sql,
            table = table.sql,
        ),
    );
    let rows = ask.ask(query).await?;
    let (agreeing, all) = (number(&rows, 0, 0), number(&rows, 0, 1));
    let examples = rows
        .first()
        .and_then(|row| row.get(2)?.clone())
        .unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let share = agreeing as f64 / all.max(1) as f64;
    Ok(Dependency {
        on: on.place,
        column: other.place,
        share,
        contradicting,
        evidence: format!(
            "holds for {:.1} % of rows; {} {} carry several {}: {examples}{}",
            share * 100.0,
            grouped(contradicting),
            quoted(&on.name),
            quoted(&other.name),
            if contradicting > SHOWN as u64 {
                ", …"
            } else {
                ""
            },
        ),
    })
}

/// Of two columns that depend on each other, the identifier decides, or the one in front.
fn keep_one_direction(table: &Profile, found: &mut Vec<Dependency>) {
    let all = found.clone();
    found.retain(|one| {
        let has_back = all
            .iter()
            .any(|other| other.on == one.column && other.column == one.on);
        let rank = |place: usize| {
            table
                .column(place)
                .map(|column| (!column.words.is_id, column.place))
        };
        !has_back || rank(one.on) < rank(one.column)
    });
}

/// Identifiers that a day depends on: of an order, an invoice, a visit.
fn transactions(table: &Profile, found: &[Dependency]) -> Vec<usize> {
    let has_day = |place: usize| {
        found.iter().any(|one| {
            let column = table.column(one.column);
            one.on == place
                && column
                    .is_some_and(|column| column.family == Family::Moment && column.distinct > 2)
        })
    };
    let ids = table
        .columns
        .iter()
        .filter(|column| column.words.is_id && has_day(column.place));
    ids.map(|column| column.place).collect()
}

fn clusters(
    place: usize,
    table: &Profile,
    found: &[Dependency],
    transactions: &[usize],
) -> Vec<Split> {
    let is_transaction = |column: usize| transactions.contains(&column);
    let determines = |on: usize| found.iter().filter(move |one| one.on == on);
    let is_root = |column: &&ColumnProfile| {
        !is_transaction(column.place)
            && determines(column.place).next().is_some()
            && !found
                .iter()
                .any(|one| one.column == column.place && !is_transaction(one.on))
    };
    let roots: Vec<_> = table.columns.iter().filter(is_root).collect();
    let distinct = |place: usize| {
        table
            .column(place)
            .map_or(u64::MAX, |column| column.distinct)
    };
    let mut splits: Vec<Split> = roots
        .iter()
        .map(|root| Split {
            table: place,
            name: String::new(),
            key: root.place,
            columns: Vec::new(),
            levels: Vec::new(),
            is_used: true,
        })
        .collect();
    for column in &table.columns {
        // A column belongs to what says most about it: the root with the fewest values.
        let owner = roots
            .iter()
            .filter_map(|root| {
                Some((
                    root.place,
                    determines(root.place).find(|one| one.column == column.place)?,
                ))
            })
            .min_by_key(|(root, _)| distinct(*root));
        if let Some((root, dependency)) = owner
            && let Some(split) = splits.iter_mut().find(|split| split.key == root)
        {
            split
                .columns
                .push((column.place, dependency.evidence.clone()));
        }
    }
    add_constants(table, &mut splits);
    for split in &mut splits {
        split.name = name_of(table, split);
        split.levels = levels(table, split, found);
    }
    splits.retain(|split| !split.columns.is_empty());
    splits
}

/// A column with one value belongs to the columns that it stands beside.
fn add_constants(table: &Profile, splits: &mut [Split]) {
    for column in table
        .columns
        .iter()
        .filter(|column| column.distinct == 1 && column.family == Family::Text)
    {
        let beside = [Some(column.place + 1), column.place.checked_sub(1)];
        let owner = beside
            .into_iter()
            .flatten()
            .find_map(|place| splits.iter().position(|split| split.has(place)));
        if let Some(split) = owner.and_then(|at| splits.get_mut(at)) {
            split
                .columns
                .push((column.place, "has one value, and stands beside".to_owned()));
            split.columns.sort_by_key(|(place, _)| *place);
        }
    }
}

fn name_of(table: &Profile, split: &Split) -> String {
    let places = split
        .columns
        .iter()
        .filter_map(|(place, _)| table.column(*place));
    let geography = places
        .filter(|column| column.words.has(List::Places))
        .count();
    if geography >= 2 {
        return "geography".to_owned();
    }
    let words = table.column(split.key).map(|column| {
        let content: Vec<_> = column
            .words
            .content
            .iter()
            .filter(|word| *word != "name")
            .cloned()
            .collect();
        content.join("_")
    });
    words
        .filter(|words| !words.is_empty())
        .unwrap_or_else(|| "group".to_owned())
}

/// The columns of a dimension from coarse to fine: each depends on the next.
fn levels(table: &Profile, split: &Split, found: &[Dependency]) -> Vec<usize> {
    let mut columns: Vec<_> = split
        .columns
        .iter()
        .filter_map(|(place, _)| table.column(*place))
        .collect();
    columns.retain(|column| column.distinct > 1);
    columns.sort_by_key(|column| column.distinct);
    let mut levels = Vec::<usize>::new();
    for column in columns {
        let depends = levels.last().is_none_or(|coarse| {
            found.iter().any(|one| {
                one.on == column.place && one.column == *coarse && one.contradicting == 0
            })
        });
        if depends {
            levels.push(column.place);
        }
    }
    if levels.len() >= 2 {
        levels
    } else {
        Vec::new()
    }
}
