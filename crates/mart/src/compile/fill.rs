//! The statements that fill the tables: from staged rows, or from rows that come with the mart. It
//! must not know when they run.

use super::free_alias;
use super::route::part_of_day;
use crate::document::Role;
use crate::expression::{Aggregate, Expression, Names};
use crate::model::{Column, ColumnOrigin, Model, Source, Table};
use crate::source_file::row_number_column;
use crate::sql::quoted_if_needed;
use crate::{DataType, Rows};

/// What the staged rows go by.
const STAGED: &str = "s";

/// The columns of a source, of the row that goes by [`STAGED`].
struct StagedColumns<'s>(&'s Source);

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

/// The statement that fills a table from staged rows; `None` for a table that they do not fill.
pub(crate) fn from_staged(model: &Model, table: &Table) -> Option<String> {
    if table.role == Role::Calendar && table.source.is_none() {
        return calendar(model, table);
    }
    let source = model.sources.get(table.source?)?;
    let surrogate = table.columns.iter().find_map(|column| match &column.from {
        Some(ColumnOrigin::SurrogateKey(names)) => Some(names),
        _ => None,
    });
    match surrogate {
        Some(names) => distinct(table, source, names),
        None => each_row(model, table, source),
    }
}

/// A dimension with a surrogate key: a row for each distinct combination of its columns, numbered in
/// their order, so that the same rows give the same keys in any order of the file.
fn distinct(table: &Table, source: &Source, key: &[String]) -> Option<String> {
    let staged = StagedColumns(source);
    let order: Vec<_> = key.iter().map(|name| staged.name(name)).collect();
    let mut values = Vec::new();
    let mut selected = Vec::new();
    for column in &table.columns {
        let value = match column.from.as_ref()? {
            ColumnOrigin::SurrogateKey(_) => {
                format!("row_number() OVER (ORDER BY {})", order.join(", "))
            }
            other => {
                let value = value(other, &staged, source)?;
                // Of the columns that are not part of the key, one value is as good as another.
                if order.contains(&value) {
                    value
                } else {
                    format!("min({value})")
                }
            }
        };
        selected.push(value.clone());
        values.push(value);
    }
    let is_key_alone = selected
        .iter()
        .filter(|value| value.starts_with("min("))
        .count()
        == 0;
    let from = format!("FROM {} AS {STAGED}", source.staged().sql());
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
        format!("SELECT {}\nFROM ({inner}) AS {STAGED}", values.join(", "))
    } else {
        format!(
            "SELECT {}\n{from}\nGROUP BY {}",
            values.join(", "),
            order.join(", ")
        )
    };
    Some(format!("{}\n{sql}", insert(table)))
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
                let (key, join, alias) = lookup(model, *relationship, &staged, &aliases)?;
                values.push(key);
                joins.push_str(&join);
                aliases.push(alias);
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

/// The SQL of the key that is looked up, the join of its dimension by the columns that the key stands
/// for, and what the dimension goes by. A staged row without one there is kept.
fn lookup(
    model: &Model,
    relationship: usize,
    staged: &StagedColumns<'_>,
    taken: &[String],
) -> Option<(String, String, String)> {
    let relationship = model.relationships.get(relationship)?;
    let dimension = model.tables.get(relationship.to)?;
    let key = dimension
        .columns
        .iter()
        .find_map(|column| match &column.from {
            Some(ColumnOrigin::SurrogateKey(names)) => Some((column, names)),
            _ => None,
        });
    let (key, names) = key?;
    let is_taken = |alias: &str| taken.iter().any(|taken| taken == alias);
    let alias = free_alias(dimension.name.as_str(), is_taken);
    let pairs: Option<Vec<_>> = names
        .iter()
        .map(|name| {
            let column = dimension.columns.iter().find(|column| {
                matches!(&column.from, Some(ColumnOrigin::Column(of)) if of.eq_ignore_ascii_case(name))
            })?;
            let field = staged.0.field(name)?;
            let is_never_null = field.required || field.default.is_some();
            let compares = if is_never_null { "=" } else { "IS NOT DISTINCT FROM" };
            Some(format!("{alias}.{} {compares} {}", column.name.sql(), staged.name(name)))
        })
        .collect();
    let join = format!(
        "\nLEFT JOIN {} AS {alias} ON {}",
        dimension.sql(),
        pairs?.join(" AND ")
    );
    Some((format!("{alias}.{}", key.name.sql()), join, alias))
}

/// The SQL of a value that is in the staged row itself.
fn value(origin: &ColumnOrigin, staged: &StagedColumns<'_>, source: &Source) -> Option<String> {
    let number = format!("{STAGED}.{}", row_number_column(source));
    Some(match origin {
        ColumnOrigin::Column(name) => staged.name(name),
        ColumnOrigin::ColumnOrRowNumber(name) => {
            format!("coalesce({}, {number})", staged.name(name))
        }
        ColumnOrigin::RowNumber => number,
        ColumnOrigin::Expression(expression) => expression.sql(staged),
        ColumnOrigin::SurrogateKey(_) | ColumnOrigin::Lookup(_) | ColumnOrigin::Calendar(_) => {
            return None;
        }
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
fn insert(table: &Table) -> String {
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
