//! What each table is in the star: a fact, the header of other facts, a dimension or a bridge. It must not know how
//! relationships are found.

use mart::{Additivity, Role};

use crate::ProposedTable;
use crate::keys::Key;
use crate::measures::additivity;
use crate::names::Words;
use crate::profile::{ColumnProfile, Family, Profile, counted, quoted};
use crate::relations::Relationship;
use crate::vocabulary::List;

/// A table with as many columns of text describes something.
const MANY_TEXTS: usize = 3;

/// What is proposed about each table.
pub(crate) fn tables(
    profiles: &[Profile],
    keys: Vec<Option<Key>>,
    relationships: &[Relationship],
) -> Vec<ProposedTable> {
    let proposed: Vec<_> = relationships
        .iter()
        .filter(|one| one.is_proposed())
        .collect();
    let mut tables: Vec<_> = profiles
        .iter()
        .zip(keys)
        .enumerate()
        .map(|(place, (profile, key))| table(place, profile, profiles, key, &proposed))
        .collect();
    let is_fact: Vec<bool> = tables
        .iter()
        .map(|table| table.role == Role::Fact)
        .collect();
    for (place, table) in tables.iter_mut().enumerate() {
        table.is_header = table.role == Role::Fact
            && proposed.iter().any(|one| {
                one.to == place && one.from != place && is_fact.get(one.from) == Some(&true)
            });
    }
    tables
}

fn table(
    place: usize,
    profile: &Profile,
    profiles: &[Profile],
    key: Option<Key>,
    relationships: &[&Relationship],
) -> ProposedTable {
    let out: Vec<_> = relationships
        .iter()
        .filter(|one| one.from == place && one.to != place && one.from_columns.len() == 1)
        .collect();
    let incoming = relationships
        .iter()
        .filter(|one| one.to == place && one.from != place)
        .count();
    let refers = |column: &ColumnProfile| out.iter().any(|one| one.from_columns == [column.place]);
    let of_key = |column: &ColumnProfile| {
        key.as_ref()
            .is_some_and(|key| key.columns.contains(&column.place))
    };
    let numbers: Vec<_> = profile
        .columns
        .iter()
        .filter(|column| !refers(column) && !of_key(column))
        .filter_map(|column| Some((column.place, additivity(column)?)))
        .collect();
    let sums = numbers
        .iter()
        .filter(|(_, (how, _))| *how != Additivity::NonAdditive)
        .count();
    let key_columns = key.as_ref().map_or(&[][..], |key| &key.columns);
    let referring = key_columns
        .iter()
        .filter(|part| {
            let mut own = relationships
                .iter()
                .filter(|one| one.from == place && one.to != place);
            own.any(|one| one.from_columns.contains(part))
        })
        .count();
    let is_composite = key_columns.len() >= 2;
    let facts = Facts {
        out: out.len(),
        incoming,
        sums,
        numbers: numbers.len(),
        is_named: profile
            .columns
            .iter()
            .any(|column| names_a_row(profile, column))
            || profile
                .words
                .last()
                .is_some_and(|word| List::People.has(word)),
        has_event: profile.columns.iter().any(is_event)
            || out.iter().any(|one| is_calendar(profiles, one.to)),
        is_small: !out.is_empty()
            && out.iter().all(|one| {
                profiles
                    .get(one.to)
                    .is_some_and(|to| to.rows >= profile.rows)
            }),
        is_much_smaller: !out.is_empty()
            && out.iter().all(|one| {
                profiles
                    .get(one.to)
                    .is_some_and(|to| to.rows >= profile.rows * 10)
            }),
        // The lines of an order are no pairs.
        is_link: incoming == 0
            && out.len() >= 2
            && !out.iter().any(|one| {
                profiles
                    .get(one.to)
                    .is_some_and(|to| to.columns.iter().any(is_event))
            })
            && profile
                .columns
                .iter()
                .all(|column| of_key(column) || refers(column) || is_bookkeeping(&column.words)),
        texts: profile
            .columns
            .iter()
            .filter(|column| column.family == Family::Text && !refers(column) && !of_key(column))
            .count(),
        is_pairs: is_composite && referring == key_columns.len(),
        is_of_keys: is_composite && referring > 0,
        author: Words::authors_role(&profile.name),
        is_alone: profiles.len() == 1,
    };
    let (role, evidence) = facts.role();
    ProposedTable {
        name: profile.name.clone(),
        rows: profile.rows,
        grain: grain(profile, key.as_ref()),
        key,
        role,
        is_header: false,
        evidence,
        measures: if role == Role::Fact {
            numbers
                .into_iter()
                .map(|(place, (how, why))| (place, how, why))
                .collect()
        } else {
            Vec::new()
        },
    }
}

/// What decides on a role.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own"
)]
struct Facts {
    /// The tables it refers to.
    out: usize,
    /// The relationships that refer to it.
    incoming: usize,
    /// The numbers that can be summed.
    sums: usize,
    numbers: usize,
    /// Whether a column is the name of its rows.
    is_named: bool,
    /// Whether its rows happened at a time.
    has_event: bool,
    /// Whether it has no more rows than each of the tables it refers to.
    is_small: bool,
    /// Whether each table it refers to has ten times as many rows.
    is_much_smaller: bool,
    /// Whether it has nothing but its key and keys of others.
    is_link: bool,
    /// The columns of texts.
    texts: usize,
    /// Whether its key is nothing but keys of others.
    is_pairs: bool,
    /// Whether its key has several columns, and some are keys of others.
    is_of_keys: bool,
    /// What its author calls it: a fact, or a dimension.
    author: Option<bool>,
    is_alone: bool,
}

impl Facts {
    fn role(&self) -> (Role, String) {
        let refers = format!("refers to {}", counted(self.out as u64, "table", "tables"));
        let sums = counted(self.sums as u64, "number to sum", "numbers to sum");
        let incoming = match self.incoming {
            0 => "none refers to it".to_owned(),
            1 => "one refers to it".to_owned(),
            many => format!("{many} refer to it"),
        };
        if (self.is_pairs || self.is_link) && self.numbers == 0 {
            return (
                Role::Bridge,
                "its rows are pairs of keys, with nothing to sum".to_owned(),
            );
        }
        if let Some(is_fact) = self.author {
            let role = if is_fact { Role::Fact } else { Role::Dimension };
            return (role, "its name says so".to_owned());
        }
        if self.out == 0 {
            let is_event = self.sums > 0 && self.has_event && !self.is_named;
            return if self.is_alone && self.sums > 0 {
                (Role::Fact, format!("the only table, with {sums}"))
            } else if is_event {
                (Role::Fact, format!("happened at a time, {sums}"))
            } else {
                (Role::Dimension, format!("refers to no table; {incoming}"))
            };
        }
        if self.is_named && self.is_small && !self.has_event {
            return (
                Role::Dimension,
                "its rows have names, and are no more than those of the tables it refers to"
                    .to_owned(),
            );
        }
        if self.incoming == 0
            && self.sums > 0
            && (self.out >= 2 || self.has_event || !self.is_named)
        {
            return (Role::Fact, format!("{refers}, none refers to it, {sums}"));
        }
        if self.is_of_keys && !self.is_named {
            return (
                Role::Fact,
                format!(
                    "its key has keys of other tables; {}",
                    counted(self.numbers as u64, "number", "numbers")
                ),
            );
        }
        if self.is_named {
            return (Role::Dimension, format!("its rows have names; {incoming}"));
        }
        if self.texts >= MANY_TEXTS && self.sums == 0 && self.incoming > 0 && !self.has_event {
            return (
                Role::Dimension,
                format!(
                    "{} texts describe its rows, with nothing to sum",
                    self.texts
                ),
            );
        }
        if self.incoming > 0 && (self.is_small && !self.has_event || self.is_much_smaller) {
            return (
                Role::Dimension,
                "has no more rows than the tables it refers to".to_owned(),
            );
        }
        if self.has_event || self.out >= 2 {
            let time = if self.has_event {
                ", happened at a time"
            } else {
                ""
            };
            return (Role::Fact, format!("{refers}{time}, {sums}"));
        }
        (Role::Dimension, format!("{refers}; {incoming}"))
    }
}

/// Whether a column is the name of the rows, as `title` or `first_name` is; `ship_name` is that of something else.
pub(crate) fn names_a_row(profile: &Profile, column: &ColumnProfile) -> bool {
    let is_name = |word: &String| List::RowNames.has(word);
    let belongs = |word: &String| {
        List::BeforeRowNames.has(word)
            || profile
                .words
                .iter()
                .any(|own| own.starts_with(word.as_str()) || word.starts_with(own.as_str()))
    };
    let words = &column.words.content;
    // Names differ, mostly.
    column.family == Family::Text
        && column.distinct * 4 >= column.filled
        && words.iter().any(is_name)
        && words.iter().all(|word| is_name(word) || belongs(word))
}

/// Whether a column says when a row was written, not when something happened.
pub(crate) fn is_bookkeeping(words: &Words) -> bool {
    words.has(List::Bookkeeping)
}

/// Whether a column says when something happened.
fn is_event(column: &ColumnProfile) -> bool {
    column.family == Family::Moment
        && column.filled > 0
        && !is_bookkeeping(&column.words)
        && !column.words.has(List::LifeDays)
}

fn is_calendar(profiles: &[Profile], place: usize) -> bool {
    profiles.get(place).is_some_and(|profile| {
        let named = profile
            .words
            .iter()
            .any(|word| matches!(word.as_str(), "date" | "calendar" | "day"));
        named
            && profile
                .columns
                .iter()
                .any(|column| column.words.content == ["year"])
    })
}

fn grain(profile: &Profile, key: Option<&Key>) -> String {
    let Some(key) = key else {
        return "one row per row of the file: nothing identifies its rows".to_owned();
    };
    let names = key
        .columns
        .iter()
        .filter_map(|place| profile.column(*place));
    let names: Vec<_> = names.map(|column| quoted(&column.name)).collect();
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => format!("one row per {only}"),
        Some((last, before)) => format!("one row per {} and {last}", before.join(", ")),
    }
}
