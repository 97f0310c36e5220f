//! The checks that a document declares. It must not know how the keys are checked.

use super::keys::orphans;
use super::{Check, CheckKind, TestKind, in_order, names, shown, tuple};
use crate::compile::fill::UNKNOWN_KEY;
use crate::document::Severity;
use crate::expression::{Aggregate, Expression, Names};
use crate::model::{Column, DeclaredCheck, DeclaredTest, Limit, Model, Table};
use crate::sql::text;
use crate::{DataType, TypeKind};

/// The characters of a query that the name of its check has.
const MOST_SHOWN: usize = 60;

/// The columns of a table, as they are.
pub(in crate::compile) struct Columns<'t>(pub(in crate::compile) &'t Table);

impl Names for Columns<'_> {
    fn name(&self, name: &str) -> String {
        let column = self.0.column_at(name).and_then(|at| self.0.columns.get(at));
        // A resolved expression has no other names.
        column.map_or_else(|| name.to_owned(), |column| column.name.sql())
    }

    fn aggregate(&self, aggregate: Aggregate, argument: Option<&Expression>) -> String {
        // A condition on a row has no aggregates.
        aggregate.over(&argument.map_or_else(|| "*".to_owned(), |argument| argument.sql(self)))
    }

    fn data_type(&self, name: &str) -> Option<&DataType> {
        let column = self.0.columns.get(self.0.column_at(name)?)?;
        Some(&column.data_type)
    }
}

/// The check at a place of the document's.
pub(super) fn declared(model: &Model, place: usize, check: &DeclaredCheck) -> Option<Check> {
    let table = model.tables.get(check.table)?;
    let compiled = match &check.test {
        DeclaredTest::Unique(key) => no_duplicates(table, key),
        DeclaredTest::NotNull(column) => {
            let column = table.columns.get(*column)?;
            let name = format!("{} is not null", shown(table, &[column]));
            let wrong = format!("{} IS NULL", column.name.sql());
            of_rows(table, TestKind::NotNull, name, &wrong)
        }
        DeclaredTest::AcceptedValues(column, values) => {
            accepted(table, table.columns.get(*column)?, values)
        }
        DeclaredTest::LookedUp { key, own, to } => {
            let (key, to) = (table.columns.get(*key)?, model.tables.get(*to)?);
            looked_up(table, key, own, to)
        }
        DeclaredTest::Referring(at) => referring(model, *at)?,
        DeclaredTest::Expression(expression, as_written) => {
            // NULL is not true either.
            let wrong = format!("({}) IS NOT TRUE", expression.sql(&Columns(table)));
            let name = format!("{}: {as_written}", table.title());
            of_rows(table, TestKind::Expression, name, &wrong)
        }
        DeclaredTest::Range(column, min, max) => {
            let (min, max) = (min.as_ref(), max.as_ref());
            range(table, table.columns.get(*column)?, min, max)
        }
        DeclaredTest::RowCount { min, max } => row_count(table, *min, *max),
        DeclaredTest::Freshness { column, days } => {
            freshness(table, table.columns.get(*column)?, *days)
        }
        DeclaredTest::Sql(query) => own_sql(table, query),
    };
    Some(Check {
        description: check.description.clone(),
        kind: CheckKind::Declared(place),
        severity: check.severity,
        ..compiled
    })
}

/// A check of a table that needs no other one.
fn check_of(table: &Table, test: TestKind, name: String, sql: String, rows_sql: String) -> Check {
    Check {
        name,
        description: String::new(),
        kind: CheckKind::Declared(0),
        test,
        severity: Severity::Error,
        tables: vec![table.title()],
        sql,
        rows_sql,
    }
}

/// A check that rows fail for which a condition is true.
fn of_rows(table: &Table, test: TestKind, name: String, wrong: &str) -> Check {
    let from = table.sql();
    let order = in_order(table, "");
    check_of(
        table,
        test,
        name,
        format!("SELECT count(*) AS failing\nFROM {from}\nWHERE {wrong}"),
        format!("SELECT *\nFROM {from}\nWHERE {wrong}{order}"),
    )
}

fn no_duplicates(table: &Table, key: &[usize]) -> Check {
    let key: Vec<_> = key.iter().filter_map(|at| table.columns.get(*at)).collect();
    let columns = names(&key);
    let wrong = format!(
        "{} IN (SELECT {} FROM {} GROUP BY {1} HAVING count(*) > 1)",
        tuple(&columns),
        columns.join(", "),
        table.sql()
    );
    let name = format!("{} is unique", shown(table, &key));
    of_rows(table, TestKind::Unique, name, &wrong)
}

fn accepted(table: &Table, column: &Column, values: &[String]) -> Check {
    let listed: Vec<_> = values.iter().map(|value| text(value)).collect();
    let name = format!(
        "{} is one of {}",
        shown(table, &[column]),
        values.join(", ")
    );
    let wrong = format!(
        "CAST({} AS VARCHAR) NOT IN ({})",
        column.name.sql(),
        listed.join(", ")
    );
    of_rows(table, TestKind::AcceptedValues, name, &wrong)
}

/// Rows with a key of their own that the lookup has not found. A dimension keeps keys of which a part is missing, so a
/// row has a key of its own where any part is there.
fn looked_up(table: &Table, key: &Column, own: &[usize], to: &Table) -> Check {
    let own: Vec<_> = own.iter().filter_map(|at| table.columns.get(*at)).collect();
    let given: Vec<_> = names(&own)
        .iter()
        .map(|name| format!("{name} IS NOT NULL"))
        .collect();
    let given = match given.as_slice() {
        [one] => one.clone(),
        several => format!("({})", several.join(" OR ")),
    };
    let not_found = if to.has_unknown_member {
        format!("= {UNKNOWN_KEY}")
    } else {
        "IS NULL".to_owned()
    };
    let name = format!("Each {} is known in {}", shown(table, &own), to.title());
    let wrong = format!("{} {not_found} AND {given}", key.name.sql());
    of_rows(table, TestKind::Relationships, name, &wrong)
}

/// Rows whose columns have all values, and no row to refer to.
fn referring(model: &Model, relationship: usize) -> Option<Check> {
    let relationship = model.relationships.get(relationship)?;
    let table = model.tables.get(relationship.from)?;
    let columns = relationship.from_columns.iter();
    let columns: Vec<_> = columns.filter_map(|at| table.columns.get(*at)).collect();
    let to = model.tables.get(relationship.to)?.title();
    Some(Check {
        name: format!("Each {} is known in {to}", shown(table, &columns)),
        ..orphans(model, relationship, true)?
    })
}

fn range(table: &Table, column: &Column, min: Option<&Limit>, max: Option<&Limit>) -> Check {
    let (name, sql) = (shown(table, &[column]), column.name.sql());
    let below = min.map(|min| format!("{sql} < {}", min.sql));
    let above = max.map(|max| format!("{sql} > {}", max.sql));
    let wrong: Vec<_> = below.into_iter().chain(above).collect();
    let limits = limits(min.map(|min| &min.text), max.map(|max| &max.text));
    let name = format!("{name} is {limits}");
    of_rows(table, TestKind::Range, name, &wrong.join(" OR "))
}

/// The number of rows that are missing, or too many; and how many there are.
fn row_count(table: &Table, min: Option<u32>, max: Option<u32>) -> Check {
    let from = table.sql();
    let missing = min.map(|min| format!("greatest({min} - count(*), 0)"));
    let surplus = max.map(|max| format!("greatest(count(*) - {max}, 0)"));
    let wrong: Vec<_> = missing.into_iter().chain(surplus).collect();
    let wrong = wrong.join(" + ");
    let number = |limit: Option<u32>| limit.map_or_else(|| "NULL".to_owned(), |n| n.to_string());
    check_of(
        table,
        TestKind::RowCount,
        format!(
            "The number of rows of {} is {}",
            table.title(),
            limits(min, max)
        ),
        format!("SELECT CAST({wrong} AS BIGINT) AS failing\nFROM {from}"),
        format!(
            "SELECT {} AS table_name, CAST({} AS BIGINT) AS fewest_rows, CAST({} AS BIGINT) AS most_rows, count(*) AS row_count\nFROM {from}\nHAVING {wrong} > 0",
            text(&table.title()),
            number(min),
            number(max)
        ),
    )
}

/// Whether the latest day is too long ago, or there is none. The clock is cast by hand: DuckDB's functions of the
/// present return a TIMESTAMP WITH TIME ZONE, which DuckDB-Wasm cannot cast to a day.
fn freshness(table: &Table, column: &Column, days: u32) -> Check {
    let latest = match column.data_type.kind() {
        TypeKind::Date => format!("max({})", column.name.sql()),
        _ => format!(
            "CAST(CAST(max({}) AS TIMESTAMP) AS DATE)",
            column.name.sql()
        ),
    };
    let from = format!(
        "(\n    SELECT {latest} AS latest_day, CAST(CAST(now() AS TIMESTAMP) AS DATE) AS today\n    FROM {}\n)\nWHERE latest_day IS NULL OR latest_day < today - {days}",
        table.sql()
    );
    let unit = if days == 1 { "day" } else { "days" };
    let name = shown(table, &[column]);
    check_of(
        table,
        TestKind::Freshness,
        format!("The latest {name} is at most {days} {unit} ago"),
        format!("SELECT count(*) AS failing\nFROM {from}"),
        format!("SELECT latest_day, today\nFROM {from}"),
    )
}

/// The query stands on lines of its own, so that a comment in it ends there.
fn own_sql(table: &Table, query: &str) -> Check {
    let words: Vec<_> = query.split_whitespace().collect();
    let mut shown: String = words.join(" ").chars().take(MOST_SHOWN).collect();
    if words.join(" ").chars().nth(MOST_SHOWN).is_some() {
        shown.push('…');
    }
    check_of(
        table,
        TestKind::Sql,
        format!("{}: no row of {shown}", table.title()),
        format!("SELECT count(*) AS failing\nFROM (\n{query}\n) AS failing_rows"),
        format!("SELECT *\nFROM (\n{query}\n) AS failing_rows"),
    )
}

/// Limits in words.
fn limits<L: std::fmt::Display>(min: Option<L>, max: Option<L>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("from {min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "anything".to_owned(),
    }
}
