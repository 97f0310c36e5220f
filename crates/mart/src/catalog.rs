//! What a database holds: the queries for its tables, columns and keys, and the document that they
//! make. It must not know who runs the queries.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Dataset, Document, Field, Origin, Relationship, Role};
use crate::model::{Model, Table};
use crate::sql::{Identifier, fill, text};
use crate::{TextRows, VERSION};

/// A query for the live catalog: `schema_name`, `table_name`, `table_kind` (`table` or `view`),
/// `column_name`, `data_type` and `database_name` of every column of every table and view of these
/// databases, in order, whether the model knows it or not. Without databases, of the one in use.
#[must_use]
pub fn columns(databases: &[Identifier]) -> String {
    of_databases(include_str!("../marts/any/catalog.sql"), databases)
}

/// A query for every column of every key that is declared: `schema_name`, `table_name`,
/// `constraint_number`, `column_name`; for a foreign key `referred_table` and `referred_column`; and
/// `database_name`.
#[must_use]
pub fn keys(databases: &[Identifier]) -> String {
    of_databases(include_str!("../marts/any/keys.sql"), databases)
}

fn of_databases(query: &str, databases: &[Identifier]) -> String {
    let names: Vec<_> = databases.iter().map(|name| text(name.as_str())).collect();
    let names = if names.is_empty() {
        "current_database()".to_owned()
    } else {
        names.join(", ")
    };
    fill(query, &[("databases", names)])
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

/// What a table is called on the page: its name, after its schema where that is not `main`; among
/// those of several databases, after its database and its schema.
///
/// ```
/// use mart::catalog::title;
///
/// assert_eq!(title(None, "main", "orders"), "orders");
/// assert_eq!(title(None, "raw", "orders"), "raw.orders");
/// assert_eq!(title(None, "main", "raw.orders"), "\"raw.orders\"");
/// assert_eq!(title(Some("dev"), "main", "orders"), "dev.main.orders");
/// ```
#[must_use]
pub fn title(database: Option<&str>, schema: &str, table: &str) -> String {
    // A dot inside a name is not one between names.
    let part = |name: &str| {
        if name.contains('.') {
            crate::sql::quoted(name)
        } else {
            name.to_owned()
        }
    };
    match database {
        Some(database) => format!("{}.{}.{}", part(database), part(schema), part(table)),
        None if schema == "main" => part(table),
        None => format!("{}.{}", part(schema), part(table)),
    }
}

/// What a row of [`columns`] calls its table on the page, given its database and its schema.
#[must_use]
pub fn listed_title(databases: &[Identifier], [database, schema, table]: [&str; 3]) -> String {
    title((databases.len() > 1).then_some(database), schema, table)
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

/// The keys of the tables, by database, schema, table and number of the constraint.
type DeclaredKeys = BTreeMap<[String; 4], Vec<KeyColumn>>;

impl Document {
    /// The document of databases, from the results of [`columns`] and [`keys`]. A table that refers to
    /// others is a fact, unless others refer to it. Without databases, it is of the one in use.
    #[must_use]
    pub fn of_catalog(
        name: &str,
        databases: &[Identifier],
        columns: &TextRows,
        keys: &TextRows,
    ) -> Self {
        let declared = declared_keys(keys);
        let is_several = databases.len() > 1;
        let mut datasets = Vec::<Dataset>::new();
        for row in columns {
            let [schema, table, kind, column, data_type, database] = texts(row);
            let field = Field {
                name: column,
                data_type,
                ..Field::default()
            };
            let database = is_several.then_some(database);
            match datasets.last_mut() {
                Some(last)
                    if last.name == table
                        && last.schema.as_deref() == Some(&schema)
                        && last.database == database =>
                {
                    last.fields.push(field);
                }
                _ => datasets.push(Dataset {
                    database,
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
        for ([database, schema, table, _], key) in &declared {
            let place = Place {
                database: Some(database.as_str()).filter(|_| is_several),
                schema,
            };
            add_key(place, table, key, &mut datasets, &mut relationships);
        }
        set_roles(&mut datasets, &relationships);
        for dataset in &mut datasets {
            dataset.schema = dataset.schema.take().filter(|schema| schema != "main");
        }
        let database = databases.first().filter(|_| !is_several);
        Self {
            version: VERSION,
            name: name.to_owned(),
            origin: Origin::Database,
            database: database.map(ToString::to_string),
            datasets,
            relationships,
            ..Self::default()
        }
    }
}

/// Where a table is.
#[derive(Clone, Copy)]
struct Place<'p> {
    database: Option<&'p str>,
    schema: &'p str,
}

impl Place<'_> {
    fn title(self, table: &str) -> String {
        title(self.database, self.schema, table)
    }

    fn has(self, dataset: &Dataset) -> bool {
        dataset.database.as_deref() == self.database
            && dataset.schema.as_deref() == Some(self.schema)
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
            database,
        ] = texts(row);
        let refers_to = (!referred_table.is_empty()).then_some((referred_table, referred_column));
        let key = declared
            .entry([database, schema, table, number])
            .or_default();
        key.push(KeyColumn { column, refers_to });
    }
    declared
}

fn add_key(
    place: Place<'_>,
    table: &str,
    key: &[KeyColumn],
    datasets: &mut [Dataset],
    relationships: &mut Vec<Relationship>,
) {
    let columns: Vec<_> = key.iter().map(|one| one.column.clone()).collect();
    let referred: Option<Vec<_>> = key.iter().map(|one| one.refers_to.clone()).collect();
    let is_it = |dataset: &&mut Dataset| dataset.name == table && place.has(dataset);
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
                name = format!("{}: {name}", place.title(table));
            }
            while is_taken(&name) {
                name.push('\'');
            }
            relationships.push(Relationship {
                name,
                from: place.title(table),
                from_columns: columns,
                to: place.title(to),
                to_columns: referred.iter().map(|(_, column)| column.clone()).collect(),
                ..Relationship::default()
            });
            // What is referred to is unique, whether it is the primary key or not.
            let keys: Vec<_> = referred.iter().map(|(_, column)| column.clone()).collect();
            let is_referred = |dataset: &&mut Dataset| dataset.name == *to && place.has(dataset);
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
        let title = dataset.title();
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
            database: database.database.clone(),
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
