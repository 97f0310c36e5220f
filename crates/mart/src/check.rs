//! The quality checks of a mart, made from the keys of its model. Each is a query that counts
//! what fails and one that shows it. It must not know who runs them, or when.

use crate::model::{Column, Mart, Table};
use crate::sql::{Identifier, text};

/// A quality check.
///
/// ```
/// let mart = mart::mini_data_mart();
/// let names: Vec<_> = mart::checks(&mart, Some(120)).into_iter().map(|check| check.name).collect();
/// assert_eq!(names[0], "dim_customer.customer_id is unique and not null");
/// assert_eq!(names[4], "Every fact_sales.customer_id is in dim_customer");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What holds when it passes.
    pub name: String,
    /// Why it matters.
    pub description: String,
    /// The titles of the tables it reads: where one is missing, it cannot be run.
    pub tables: Vec<String>,
    /// A query that returns one row with one `BIGINT` column, `failing`.
    pub sql: String,
    /// A query that returns the failing rows.
    pub rows_sql: String,
}

/// The checks of a mart that was built from so many staged rows; `None` where nothing was staged,
/// since it was opened.
#[must_use]
pub fn checks(mart: &Mart, staged_rows: Option<u64>) -> Vec<Check> {
    let complete = staged_rows
        .into_iter()
        .flat_map(|rows| mart.facts().map(move |fact| complete(fact, rows)));
    keys_hold(mart).chain(complete).collect()
}

/// One query for the whole report, which runs the checks: `check`, `description`, `result` (`pass`,
/// `fail`, or why it could not be run, where that is given) and `failing_rows`.
///
/// ```
/// let mart = mart::mini_data_mart();
/// let checks = mart::checks(&mart, None);
/// let sql = mart::check::report(checks.iter().map(|check| (check, None)));
/// assert_eq!(sql.matches("UNION ALL").count(), checks.len() - 1);
/// ```
#[must_use]
pub fn report<'a>(checks: impl IntoIterator<Item = (&'a Check, Option<String>)>) -> String {
    let lines: Vec<_> = checks
        .into_iter()
        .map(|(check, not_run)| {
            let (result, from) = match not_run {
                None => (
                    "CASE failing WHEN 0 THEN 'pass' ELSE 'fail' END".to_owned(),
                    format!("(\n{}\n)", check.sql),
                ),
                Some(reason) => (
                    text(&reason),
                    "(SELECT CAST(NULL AS BIGINT) AS failing)".to_owned(),
                ),
            };
            format!(
                "SELECT {} AS \"check\", {} AS description, {result} AS result, failing AS failing_rows\nFROM {from} AS counted",
                text(&check.name),
                text(&check.description),
            )
        })
        .collect();
    lines.join("\nUNION ALL\n")
}

/// The checks of its keys alone.
pub(crate) fn keys_hold(mart: &Mart) -> impl Iterator<Item = Check> {
    let keys = mart
        .tables
        .iter()
        .filter_map(|table| Some(unique(table, table.primary_key()?)));
    let orphans = mart.tables.iter().flat_map(|table| {
        table
            .foreign_keys()
            .map(|(from, referred, column)| no_orphans(table, from, referred, column))
    });
    keys.chain(orphans)
}

fn unique(table: &Table, key: &Column) -> Check {
    let (title, name, column) = (table.title(), table.quoted(), key.name.quoted());
    let wrong = format!("GROUP BY {column} HAVING count(*) > 1 OR {column} IS NULL");
    // A group for each of ten million keys takes ten times as long as one for 64 of them, with a
    // bit for each. Only where fewer bits are set than there are keys does one stand twice.
    let suspects = if key.data_type == "INTEGER" {
        format!(
            "    WHERE {column} IS NULL OR {column} >> 6 IN (\n        SELECT {column} >> 6\n        FROM {name}\n        GROUP BY {column} >> 6\n        HAVING bit_count(bit_or(CAST(1 AS UBIGINT) << CAST({column} & 63 AS UBIGINT))) < count({column})\n    )\n"
        )
    } else {
        String::new()
    };
    Check {
        name: format!("{title}.{} is unique and not null", key.name),
        description: format!(
            "The primary key tells the rows of {title} apart: no value twice, none missing."
        ),
        tables: vec![title],
        sql: format!(
            "SELECT CAST(coalesce(sum(row_count), 0) AS BIGINT) AS failing\nFROM (\n    SELECT count(*) AS row_count\n    FROM {name}\n{suspects}    {wrong}\n)"
        ),
        rows_sql: format!(
            "SELECT *\nFROM {name}\nWHERE {column} IS NULL OR {column} IN (SELECT {column} FROM {name} {wrong})\nORDER BY {column}"
        ),
    }
}

fn no_orphans(table: &Table, from: &Column, referred: &Identifier, column: &Identifier) -> Check {
    let (name, from_column) = (table.quoted(), from.name.quoted());
    let (title, referred_title) = (table.title(), table.title_beside(referred));
    let is_orphan = format!(
        "NOT EXISTS (SELECT 1 FROM {} AS d WHERE d.{} = f.{from_column})",
        table.quoted_beside(referred),
        column.quoted(),
    );
    let order = table
        .primary_key()
        .map(|key| format!("\nORDER BY f.{}", key.name.quoted()))
        .unwrap_or_default();
    Check {
        name: format!("Every {title}.{} is in {referred_title}", from.name),
        description: format!(
            "No orphans: each row of {title} finds its row in {referred_title}, so no sum over {referred_title} misses it."
        ),
        tables: vec![title, referred_title],
        // Each key is looked for once, however many rows have it.
        sql: format!(
            "SELECT CAST(coalesce(sum(row_count), 0) AS BIGINT) AS failing\nFROM (SELECT {from_column}, count(*) AS row_count FROM {name} GROUP BY {from_column}) AS f\nWHERE {is_orphan}"
        ),
        rows_sql: format!("SELECT f.*\nFROM {name} AS f\nWHERE {is_orphan}{order}"),
    }
}

fn complete(fact: &Table, staged_rows: u64) -> Check {
    let (title, name) = (fact.title(), fact.quoted());
    Check {
        name: format!("Staged rows = {title} rows"),
        description: "Every row read from the source is a fact: none lost, none twice.".to_owned(),
        tables: vec![title.clone()],
        sql: format!(
            "SELECT CAST(abs(count(*) - {staged_rows}) AS BIGINT) AS failing\nFROM {name}"
        ),
        rows_sql: format!(
            "SELECT {} AS table_name, {staged_rows} AS staged_rows, count(*) AS fact_rows\nFROM {name}\nHAVING count(*) <> {staged_rows}",
            text(&title)
        ),
    }
}
