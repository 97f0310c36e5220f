//! The queries behind Inspect and Export: what is in the catalog, how many rows a table has, a
//! few of them, all of them. It must not know what is made of their results.

use crate::model::{Mart, Table};
use crate::sql::text;

/// A query for the live catalog: `schema_name`, `table_name`, `table_kind` (`table` or `view`),
/// `column_name` and `data_type` of every column of every table and view, in order, whether the
/// model knows it or not.
#[must_use]
pub fn catalog() -> &'static str {
    include_str!("../marts/any/catalog.sql")
}

/// What a table is called on the page: its name, after its schema where that is not `main`.
#[must_use]
pub fn title(schema: &str, table: &str) -> String {
    if schema == "main" {
        table.to_owned()
    } else {
        format!("{schema}.{table}")
    }
}

/// A query for the engine's own words: `kind` (`keyword`, `function` or `type`) and `words`, all
/// of that kind with blanks between them.
#[must_use]
pub const fn words() -> &'static str {
    include_str!("../marts/any/words.sql")
}

/// A query for the views, as `view_name`, that have the name of one of the mart's tables.
#[must_use]
pub fn views_in_the_way(mart: &Mart) -> String {
    let names: Vec<_> = mart
        .tables
        .iter()
        .map(|table| text(table.name.as_str()))
        .collect();
    format!(
        "SELECT view_name\nFROM duckdb_views()\nWHERE database_name = current_database() AND schema_name = 'main' AND view_name IN ({})\nORDER BY view_name",
        names.join(", ")
    )
}

/// A query for the number of rows, as the `BIGINT` `row_count`.
///
/// ```
/// let mart = mart::mini_data_mart();
/// let table = mart.table("dim_date").unwrap();
/// assert_eq!(mart::inspect::row_count(table), r#"SELECT count(*) AS row_count FROM "dim_date""#);
/// ```
#[must_use]
pub fn row_count(table: &Table) -> String {
    format!("SELECT count(*) AS row_count FROM {}", table.quoted())
}

/// One query for the number of rows of several tables: `table_name` (its title), `row_count`. All
/// of them must be there. Empty without tables.
#[must_use]
pub fn row_counts<'a>(tables: impl IntoIterator<Item = &'a Table>) -> String {
    let counts: Vec<_> = tables
        .into_iter()
        .map(|table| {
            format!(
                "SELECT {} AS table_name, count(*) AS row_count FROM {}",
                text(&table.title()),
                table.quoted()
            )
        })
        .collect();
    counts.join("\nUNION ALL\n")
}

/// A query for the first rows of a table, by its primary key.
#[must_use]
pub fn sample(table: &Table, limit: u32) -> String {
    let order = table
        .primary_key()
        .map(|key| format!("\nORDER BY {}", key.name.quoted()))
        .unwrap_or_default();
    format!("{}{order}\nLIMIT {limit}", rows(table))
}

/// A query for all rows of a table, in the order in which they were put in, with all columns that it has
/// by now.
///
/// ```
/// let mart = mart::mini_data_mart();
/// assert_eq!(mart::inspect::rows(&mart.tables[0]), r#"SELECT * FROM "dim_customer""#);
/// ```
#[must_use]
pub fn rows(table: &Table) -> String {
    format!("SELECT * FROM {}", table.quoted())
}
