//! The statements that fill the tables: from staged rows, or from rows that come with the mart. It
//! must not know when they run.

use super::batches::{Batch, loads_of};
use super::route::part_of_day;
use super::{free_alias, versions};
use crate::document::{History, Role, VersionPart};
use crate::expression::{Aggregate, Expression, Names};
use crate::model::{Column, ColumnOrigin, Key, Model, Source, Table};
use crate::source_file::row_number_column;
use crate::sql::{quoted_if_needed, text};
use crate::{DataType, Rows, TypeKind};

/// What the staged rows go by.
pub(super) const STAGED: &str = "s";
/// The key of the row that stands for what is not known.
pub(super) const UNKNOWN_KEY: &str = "-1";
/// What its texts say.
const UNKNOWN_TEXT: &str = "Unknown";

/// The columns of a source, of the row that goes by [`STAGED`].
pub(super) struct StagedColumns<'s>(pub(super) &'s Source);

impl Names for StagedColumns<'_> {
    fn name(&self, name: &str) -> String {
        // A resolved expression has no other names.
        let field = self.0.field(name).map_or(name, |field| field.name.as_str());
        format!("{STAGED}.{}", quoted_if_needed(field))
    }

    fn aggregate(&self, aggregate: Aggregate, argument: Option<&Expression>) -> String {
        // An expression of a row has no aggregates.
        aggregate.over(&argument.map_or_else(|| "*".to_owned(), |argument| argument.sql(self)))
    }

    fn data_type(&self, name: &str) -> Option<&DataType> {
        self.0.field(name).map(|field| &field.data_type)
    }
}

/// The statement that fills a table from staged rows; `None` for a table that they do not fill. A mart that keeps its
/// loads has them in `batches`.
pub(crate) fn from_staged(model: &Model, table: &Table, batches: &[Batch]) -> Option<String> {
    if table.role == Role::Calendar && table.source.is_none() {
        return calendar(model, table);
    }
    let source = model.sources.get(table.source?)?;
    let surrogate = table.columns.iter().find_map(|column| match &column.from {
        Some(ColumnOrigin::SurrogateKey(names)) => Some(names),
        _ => None,
    });
    match surrogate {
        Some(names) if table.history == Some(History::Versions) => {
            versions::versions(model, table, source, names, batches)
        }
        Some(names) => distinct(model, table, source, names, batches),
        None => each_row(model, table, source),
    }
}

/// A dimension with a surrogate key: a row for each distinct combination of its columns, numbered in
/// their order, so that the same rows give the same keys in any order of the file.
fn distinct(
    model: &Model,
    table: &Table,
    source: &Source,
    key: &[String],
    batches: &[Batch],
) -> Option<String> {
    let staged = StagedColumns(source);
    let order: Vec<_> = key.iter().map(|name| staged.name(name)).collect();
    let number = Number::of(model, table, key, batches)?;
    let mut values = Vec::new();
    let mut joins = number.join.clone();
    let mut aliases = vec![STAGED.to_owned(), NUMBERED.to_owned()];
    let mut is_key_alone = true;
    for column in &table.columns {
        let value = match column.from.as_ref()? {
            ColumnOrigin::SurrogateKey(_) => number.sql.clone(),
            ColumnOrigin::Lookup(relationship) => {
                let found = lookup(model, *relationship, &staged, &aliases)?;
                joins.push_str(&found.join);
                is_key_alone = false;
                let key = found.value(&chosen(table, source, &found.key));
                aliases.push(found.alias);
                key
            }
            other => {
                let value = value(other, &staged, source)?;
                if order.contains(&value) {
                    value
                } else {
                    is_key_alone = false;
                    chosen(table, source, &value)
                }
            }
        };
        values.push(value);
    }
    let given = given(table, &order);
    let given = given.map_or_else(String::new, |given| format!("\nWHERE {given}"));
    let sql = if is_key_alone {
        let names: Vec<_> = key
            .iter()
            .map(|name| quoted_if_needed(source.field(name).map_or(name, |field| &field.name)))
            .collect();
        let inner = format!(
            "SELECT DISTINCT {} FROM {}",
            names.join(", "),
            source.staged().sql()
        );
        format!(
            "SELECT {}\nFROM ({inner}) AS {STAGED}{joins}{given}",
            values.join(", ")
        )
    } else {
        let mut groups = order.clone();
        if !number.join.is_empty() {
            groups.push(number.sql.clone());
        }
        format!(
            "SELECT {}\nFROM {} AS {STAGED}{joins}{given}\nGROUP BY {}",
            values.join(", "),
            source.staged().sql(),
            groups.join(", ")
        )
    };
    Some(format!("{}\n{sql}{}", insert(table), unknown_row(table)?))
}

/// What the numbers of the rows go by, where they depend on earlier loads.
const NUMBERED: &str = "numbered";

/// The surrogate key of a row.
struct Number {
    /// Its SQL.
    sql: String,
    /// The join that it needs.
    join: String,
}

impl Number {
    /// After several loads, rows of the first ones keep their numbers, whatever a later one brings. So they do when
    /// rows that are set aside come back.
    fn of(model: &Model, table: &Table, key: &[String], batches: &[Batch]) -> Option<Self> {
        let source = model.sources.get(table.source?)?;
        let staged = StagedColumns(source);
        let order: Vec<_> = key.iter().map(|name| staged.name(name)).collect();
        let loads = table.source.map_or(0, |at| loads_of(at, batches).count());
        let sets_some_aside = model.relationships.iter().any(|one| {
            let from = model.tables.get(one.from);
            one.sets_orphans_aside && from.is_some_and(|from| from.source == table.source)
        });
        if loads < 2 && !sets_some_aside {
            return Some(Self {
                sql: format!("row_number() OVER (ORDER BY {})", order.join(", ")),
                join: String::new(),
            });
        }
        let batch = format!("{STAGED}.{}", quoted_if_needed(&source.batch_column()));
        let names: Vec<_> = (0..key.len()).map(|at| format!("key_{at}")).collect();
        let keys: Vec<_> = order
            .iter()
            .zip(&names)
            .map(|(key, name)| format!("{key} AS {name}"))
            .collect();
        let is_same: Vec<_> = order
            .iter()
            .zip(&names)
            .map(|(key, name)| format!("{NUMBERED}.{name} IS NOT DISTINCT FROM {key}"))
            .collect();
        Some(Self {
            sql: format!("{NUMBERED}.number"),
            join: format!(
                "\nJOIN (\n    SELECT {}, row_number() OVER (ORDER BY min({batch}), {}) AS number\n    FROM {} AS {STAGED}\n    WHERE {batch} > 0{}\n    GROUP BY {}\n) AS {NUMBERED} ON {}",
                keys.join(", "),
                order.join(", "),
                source.kept().sql(),
                given(table, &order).map_or_else(String::new, |given| format!(" AND ({given})")),
                order.join(", "),
                is_same.join(" AND ")
            ),
        })
    }
}

/// The condition that a row has a part of the key, where rows without any are facts of the unknown member.
fn given(table: &Table, key: &[String]) -> Option<String> {
    let given = key.iter().map(|name| format!("{name} IS NOT NULL"));
    let given: Vec<_> = given.collect();
    table.has_unknown_member.then(|| given.join(" OR "))
}

/// Of the values that rows with the same key have, the one that counts.
fn chosen(table: &Table, source: &Source, value: &str) -> String {
    let at = format!("{STAGED}.{}", row_number_column(source));
    match table.history {
        // One value is as good as another.
        None | Some(History::Versions) => format!("min({value})"),
        Some(History::First) => format!("arg_min_null({value}, {at})"),
        Some(History::Last) => format!("arg_max_null({value}, {at})"),
    }
}

/// What adds the row that stands for what is not known; nothing for a table without one.
pub(super) fn unknown_row(table: &Table) -> Option<String> {
    Some(if table.has_unknown_member {
        format!("\nUNION ALL\nSELECT {}", unknown_member(table)?.join(", "))
    } else {
        String::new()
    })
}

/// The values of the row that stands for what is not known.
fn unknown_member(table: &Table) -> Option<Vec<String>> {
    let values = table.columns.iter().map(|column| {
        Some(match (column.from.as_ref()?, column.data_type.kind()) {
            (ColumnOrigin::SurrogateKey(_) | ColumnOrigin::Lookup(_), _) => UNKNOWN_KEY.to_owned(),
            // It refers to nothing.
            _ if column.keys.iter().any(|key| *key != Key::Primary) => "NULL".to_owned(),
            (_, TypeKind::Text) => text(UNKNOWN_TEXT),
            _ => "NULL".to_owned(),
        })
    });
    values.collect()
}

/// A table with a row for each staged row; the surrogate keys of its dimensions are looked up.
fn each_row(model: &Model, table: &Table, source: &Source) -> Option<String> {
    let staged = StagedColumns(source);
    let mut values = Vec::new();
    let mut joins = String::new();
    let mut aliases = vec![STAGED.to_owned()];
    for column in &table.columns {
        match column.from.as_ref()? {
            ColumnOrigin::Lookup(relationship) => {
                let found = lookup(model, *relationship, &staged, &aliases)?;
                values.push(found.value(&found.key));
                joins.push_str(&found.join);
                aliases.push(found.alias);
            }
            other => values.push(value(other, &staged, source)?),
        }
    }
    Some(format!(
        "{}\nSELECT\n    {}\nFROM {} AS {STAGED}{joins}",
        insert(table),
        values.join(",\n    "),
        source.staged().sql()
    ))
}

/// A key that is looked up in a dimension.
pub(super) struct Lookup {
    /// The key in the dimension.
    pub(super) key: String,
    /// The join of the dimension.
    pub(super) join: String,
    /// What the dimension goes by.
    pub(super) alias: String,
    /// Whether rows without a match refer to the unknown member.
    has_unknown_member: bool,
}

impl Lookup {
    /// The key of a row, given the SQL of the key that was found.
    pub(super) fn value(&self, found: &str) -> String {
        if self.has_unknown_member {
            format!("coalesce({found}, {UNKNOWN_KEY})")
        } else {
            found.to_owned()
        }
    }
}

/// A staged row is kept where its dimension has no row for it.
pub(super) fn lookup(
    model: &Model,
    relationship: usize,
    staged: &StagedColumns<'_>,
    taken: &[String],
) -> Option<Lookup> {
    let relationship = model.relationships.get(relationship)?;
    let dimension = model.tables.get(relationship.to)?;
    let (key, names) = dimension.looked_up()?;
    let is_taken = |alias: &str| taken.iter().any(|taken| taken == alias);
    let alias = free_alias(dimension.name.as_str(), is_taken);
    let own = &relationship.source_columns;
    let looked_up = if own.is_empty() { &names } else { own };
    let pairs: Option<Vec<_>> = names
        .iter()
        .zip(looked_up)
        .map(|(name, own)| {
            let column = dimension.columns.iter().find(|column| {
                matches!(&column.from, Some(ColumnOrigin::Column(of)) if of.eq_ignore_ascii_case(name))
            })?;
            let field = staged.0.field(own)?;
            let is_never_null = field.required || field.default.is_some();
            // A value that is not there is no value of the unknown member's row.
            let is_equal = is_never_null || dimension.has_unknown_member && names.len() == 1;
            let compares = if is_equal { "=" } else { "IS NOT DISTINCT FROM" };
            Some(format!("{alias}.{} {compares} {}", column.name.sql(), staged.name(own)))
        })
        .collect();
    let mut pairs = pairs?;
    if dimension.has_unknown_member {
        pairs.push(format!("{alias}.{} <> {UNKNOWN_KEY}", key.name.sql()));
    }
    pairs.extend(when_loaded(dimension, staged.0, &alias));
    Some(Lookup {
        key: format!("{alias}.{}", key.name.sql()),
        join: format!(
            "\nLEFT JOIN {} AS {alias} ON {}",
            dimension.sql(),
            pairs.join(" AND ")
        ),
        alias,
        has_unknown_member: dimension.has_unknown_member,
    })
}

/// The condition that a version was valid when a row was loaded.
fn when_loaded(dimension: &Table, source: &Source, alias: &str) -> Option<String> {
    let part = |part: VersionPart| {
        let mut columns = dimension.columns.iter();
        let column = columns.find(|column| column.from == Some(ColumnOrigin::Version(part)))?;
        Some(format!("{alias}.{}", column.name.sql()))
    };
    let batch = format!("{STAGED}.{}", quoted_if_needed(&source.batch_column()));
    let (from, to) = (part(VersionPart::FromBatch)?, part(VersionPart::ToBatch)?);
    Some(format!(
        "{batch} >= {from} AND ({to} IS NULL OR {batch} < {to})"
    ))
}

/// The SQL of a value that is in the staged row itself.
pub(super) fn value(
    origin: &ColumnOrigin,
    staged: &StagedColumns<'_>,
    source: &Source,
) -> Option<String> {
    let number = format!("{STAGED}.{}", row_number_column(source));
    Some(match origin {
        ColumnOrigin::Column(name) => staged.name(name),
        ColumnOrigin::ColumnOrRowNumber(name) => {
            format!("coalesce({}, {number})", staged.name(name))
        }
        ColumnOrigin::RowNumber => number,
        ColumnOrigin::Expression(expression) => expression.sql(staged),
        ColumnOrigin::SurrogateKey(_)
        | ColumnOrigin::Lookup(_)
        | ColumnOrigin::Calendar(_)
        | ColumnOrigin::Version(_) => return None,
    })
}

/// Every day from the first to the last that a loaded table refers to.
fn calendar(model: &Model, table: &Table) -> Option<String> {
    let place = model.place_of(table)?;
    let mut days = Vec::new();
    for relationship in model.relationships.iter().filter(|one| one.to == place) {
        let from = model.tables.get(relationship.from)?;
        let Some(source) = from.source.and_then(|at| model.sources.get(at)) else {
            continue;
        };
        let column = from.columns.get(*relationship.from_columns.first()?)?;
        let day = value(column.from.as_ref()?, &StagedColumns(source), source)?;
        days.push(format!(
            "SELECT {day} AS day FROM {} AS {STAGED}",
            source.staged().sql()
        ));
    }
    let days = match days.as_slice() {
        [] => return None,
        [only] => only.clone(),
        several => several.join(" UNION ALL "),
    };
    let parts: Option<Vec<_>> = table
        .columns
        .iter()
        .map(|column| match &column.from {
            Some(ColumnOrigin::Calendar(part)) => Some(part_of_day(*part, "day")),
            _ => None,
        })
        .collect();
    Some(format!(
        "{}\nSELECT {}\nFROM (\n    SELECT CAST(unnest(generate_series(min(day), max(day), INTERVAL 1 DAY)) AS DATE) AS day\n    FROM ({days})\n)",
        insert(table),
        parts?.join(", ")
    ))
}

/// The start of the statement that fills a table.
pub(super) fn insert(table: &Table) -> String {
    let names: Vec<_> = table
        .columns
        .iter()
        .map(|column| column.name.sql())
        .collect();
    format!("INSERT INTO {} ({})", table.sql(), names.join(", "))
}

/// The statement that inserts rows that come with the mart.
pub(crate) fn from_rows(table: &Table, rows: &Rows) -> String {
    let lines: Vec<_> = rows
        .literals()
        .iter()
        .map(|row| format!("    ({})", row.join(", ")))
        .collect();
    format!("{} VALUES\n{}", insert(table), lines.join(",\n"))
}

/// Whether a table has a row for each row of its source.
pub(crate) fn is_row_by_row(table: &Table) -> bool {
    let is_surrogate = |column: &Column| matches!(column.from, Some(ColumnOrigin::SurrogateKey(_)));
    table.source.is_some() && !table.columns.iter().any(is_surrogate)
}
