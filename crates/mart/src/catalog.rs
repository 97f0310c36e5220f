//! What a database holds: the queries for its tables, columns and keys, and the document that they
//! make. It must not know who runs the queries.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Dataset, Document, Field, Origin, Relationship, Role};
use crate::model::{Model, Table};
use crate::sql::text;
use crate::{TextRows, VERSION};

/// A query for the live catalog: `schema_name`, `table_name`, `table_kind` (`table` or `view`),
/// `column_name` and `data_type` of every column of every table and view, in order, whether the
/// model knows it or not.
#[must_use]
pub const fn columns() -> &'static str {
    include_str!("../marts/any/catalog.sql")
}

/// A query for every column of every key that is declared: `schema_name`, `table_name`,
/// `constraint_number`, `column_name`; and for a foreign key `referred_table` and `referred_column`.
#[must_use]
pub const fn keys() -> &'static str {
    include_str!("../marts/any/keys.sql")
}

/// A query for how each table was made, keys and all: `table_name`, `sql`; and in every row the
/// database they are in, `database_name`.
#[must_use]
pub const fn definitions() -> &'static str {
    include_str!("../marts/any/definitions.sql")
}

/// A query for the engine's own words: `kind` (`keyword`, `function` or `type`) and `words`, all
/// of that kind with blanks between them.
#[must_use]
pub const fn words() -> &'static str {
    include_str!("../marts/any/words.sql")
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

/// A query for the views, as `view_name`, that have the name of one of these tables.
#[must_use]
pub fn views_in_the_way<'t>(tables: impl IntoIterator<Item = &'t Table>) -> String {
    let names: Vec<_> = tables
        .into_iter()
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
/// let shipped = mart::shipped::built_in();
/// let table = shipped.model().table("dim_date").unwrap();
/// assert_eq!(mart::catalog::row_count(table), "SELECT count(*) AS row_count FROM dim_date");
/// ```
#[must_use]
pub fn row_count(table: &Table) -> String {
    format!("SELECT count(*) AS row_count FROM {}", table.sql())
}

/// One query for the number of rows of several tables: `table_name` (its title), `row_count`. All
/// of them must exist. Empty without tables.
#[must_use]
pub fn row_counts<'a>(tables: impl IntoIterator<Item = &'a Table>) -> String {
    let counts: Vec<_> = tables
        .into_iter()
        .map(|table| {
            format!(
                "SELECT {} AS table_name, count(*) AS row_count FROM {}",
                text(&table.title()),
                table.sql()
            )
        })
        .collect();
    counts.join("\nUNION ALL\n")
}

/// A query for the first rows of a table, by its primary key where that is one column.
#[must_use]
pub fn sample(table: &Table, limit: u32) -> String {
    let keys: Vec<_> = table.primary_key().collect();
    let order = match keys.as_slice() {
        [key] => format!("\nORDER BY {}", key.name.sql()),
        _ => String::new(),
    };
    format!("{}{order}\nLIMIT {limit}", rows(table))
}

/// A query for all rows of a table, in the order in which they were inserted, with all columns that
/// it has by now.
#[must_use]
pub fn rows(table: &Table) -> String {
    format!("SELECT * FROM {}", table.sql())
}

/// A column of a key, as the catalog lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct KeyColumn {
    column: String,
    /// The table and the column that it refers to.
    refers_to: Option<(String, String)>,
}

/// The keys of the tables, by schema, table and number of the constraint.
type DeclaredKeys = BTreeMap<[String; 3], Vec<KeyColumn>>;

impl Document {
    /// The document of a database, from the results of [`columns`] and [`keys`]. A table that refers to
    /// others is a fact, unless others refer to it.
    #[must_use]
    pub fn of_catalog(name: &str, columns: &TextRows, keys: &TextRows) -> Self {
        let declared = declared_keys(keys);
        let mut datasets = Vec::<Dataset>::new();
        for row in columns {
            let [schema, table, kind, column, data_type] = texts(row);
            let field = Field {
                name: column,
                data_type,
                ..Field::default()
            };
            match datasets.last_mut() {
                Some(last) if last.name == table && last.schema.as_deref() == Some(&schema) => {
                    last.fields.push(field);
                }
                _ => datasets.push(Dataset {
                    schema: Some(schema),
                    name: table,
                    role: if kind == "view" {
                        Role::View
                    } else {
                        Role::Table
                    },
                    fields: vec![field],
                    ..Dataset::default()
                }),
            }
        }
        let mut relationships = Vec::new();
        for ([schema, table, _], key) in &declared {
            add_key(schema, table, key, &mut datasets, &mut relationships);
        }
        set_roles(&mut datasets, &relationships);
        for dataset in &mut datasets {
            dataset.schema = dataset.schema.take().filter(|schema| schema != "main");
        }
        Self {
            version: VERSION,
            name: name.to_owned(),
            origin: Origin::Database,
            datasets,
            relationships,
            ..Self::default()
        }
    }
}

/// The texts of the first columns of a row; empty for NULL.
fn texts<const N: usize>(row: &[Option<String>]) -> [String; N] {
    std::array::from_fn(|at| row.get(at).cloned().flatten().unwrap_or_default())
}

fn declared_keys(keys: &TextRows) -> DeclaredKeys {
    let mut declared = DeclaredKeys::new();
    for row in keys {
        let [
            schema,
            table,
            number,
            column,
            referred_table,
            referred_column,
        ] = texts(row);
        let refers_to = (!referred_table.is_empty()).then_some((referred_table, referred_column));
        let key = declared.entry([schema, table, number]).or_default();
        key.push(KeyColumn { column, refers_to });
    }
    declared
}

fn add_key(
    schema: &str,
    table: &str,
    key: &[KeyColumn],
    datasets: &mut [Dataset],
    relationships: &mut Vec<Relationship>,
) {
    let columns: Vec<_> = key.iter().map(|one| one.column.clone()).collect();
    let referred: Option<Vec<_>> = key.iter().map(|one| one.refers_to.clone()).collect();
    let is_it =
        |dataset: &&mut Dataset| dataset.name == table && dataset.schema.as_deref() == Some(schema);
    match referred {
        None => {
            if let Some(dataset) = datasets.iter_mut().find(is_it) {
                dataset.primary_key = columns;
            }
        }
        Some(referred) => {
            let Some((to, _)) = referred.first() else {
                return;
            };
            let mut name = columns.join(", ");
            let is_taken = |name: &str| {
                relationships
                    .iter()
                    .any(|one| crate::model::same_name(&one.name, name))
            };
            if is_taken(&name) {
                name = format!("{}: {name}", title(schema, table));
            }
            while is_taken(&name) {
                name.push('\'');
            }
            relationships.push(Relationship {
                name,
                from: title(schema, table),
                from_columns: columns,
                to: title(schema, to),
                to_columns: referred.iter().map(|(_, column)| column.clone()).collect(),
                ..Relationship::default()
            });
            // What is referred to is unique, whether it is the primary key or not.
            let keys: Vec<_> = referred.iter().map(|(_, column)| column.clone()).collect();
            let is_referred = |dataset: &&mut Dataset| {
                dataset.name == *to && dataset.schema.as_deref() == Some(schema)
            };
            if let Some(dataset) = datasets.iter_mut().find(is_referred)
                && !is_same_set(&dataset.primary_key, &keys)
                && !dataset
                    .unique_keys
                    .iter()
                    .any(|known| is_same_set(known, &keys))
            {
                dataset.unique_keys.push(keys);
            }
        }
    }
}

fn is_same_set(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().all(|name| other.contains(name))
}

fn set_roles(datasets: &mut [Dataset], relationships: &[Relationship]) {
    let others = || relationships.iter().filter(|one| one.from != one.to);
    let referred: BTreeSet<_> = others().map(|one| one.to.as_str()).collect();
    let refers: BTreeSet<_> = others().map(|one| one.from.as_str()).collect();
    for dataset in datasets {
        let title = title(dataset.schema.as_deref().unwrap_or("main"), &dataset.name);
        dataset.role = match dataset.role {
            Role::View => Role::View,
            _ if referred.contains(title.as_str()) => Role::Dimension,
            _ if refers.contains(title.as_str()) => Role::Fact,
            other => other,
        };
    }
}

impl Model {
    /// Whether a database that was opened holds the tables of this model, and whether it declares their
    /// keys. `None` where a table is missing, is a view, or has other columns.
    #[must_use]
    pub fn is_in(&self, database: &Self) -> Option<crate::Keys> {
        let mut keys = crate::Keys::Enforced;
        for table in &self.tables {
            let found = database.table(&table.title())?;
            let shape = |table: &Table| -> Vec<_> {
                let columns = table.columns.iter();
                columns
                    .map(|column| (column.name.clone(), column.data_type.clone()))
                    .collect()
            };
            if found.role == Role::View || shape(found) != shape(table) {
                return None;
            }
            let declared = |table: &Table| -> Vec<_> {
                table
                    .columns
                    .iter()
                    .map(|column| column.keys.clone())
                    .collect()
            };
            if declared(found) != declared(table) {
                keys = crate::Keys::Verified;
            }
        }
        Some(keys)
    }
}

impl Document {
    /// This document for a database that holds its tables, followed by the tables of the database that
    /// it does not have.
    #[must_use]
    pub fn with_tables_of(&self, database: &Self) -> Self {
        let mut all = Self {
            origin: Origin::Database,
            ..self.clone()
        };
        let own: BTreeSet<_> = self
            .datasets
            .iter()
            .map(|one| one.name.to_lowercase())
            .collect();
        let is_own = |schema: Option<&str>, name: &str| {
            schema.is_none() && own.contains(&name.to_lowercase())
        };
        for dataset in &database.datasets {
            if !is_own(dataset.schema.as_deref(), &dataset.name) {
                all.datasets.push(dataset.clone());
            }
        }
        for relationship in &database.relationships {
            if is_own(None, &relationship.from) {
                continue;
            }
            let mut relationship = relationship.clone();
            while all
                .relationships
                .iter()
                .any(|one| crate::model::same_name(&one.name, &relationship.name))
            {
                relationship.name.push('\'');
            }
            all.relationships.push(relationship);
        }
        all
    }
}
