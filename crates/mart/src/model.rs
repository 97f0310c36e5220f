//! The shape of a mart: its tables, their columns and keys. Diagram, checks, exports and Inspect
//! read keys from here, whether the engine enforces them or not. It must not know how a mart is
//! filled.

use std::fmt;

use crate::query::{self, Answer};
use crate::sql::Identifier;

/// A mart: one star of tables, the SQL that makes and fills it, and what it answers.
///
/// ```
/// let mart = mart::mini_data_mart();
/// let fact = mart.facts().next().unwrap();
/// let dimensions: Vec<_> = fact.foreign_keys().map(|(_, table, _)| table.as_str()).collect();
/// assert_eq!(fact.name.as_str(), "fact_sales");
/// assert_eq!(dimensions, ["dim_customer", "dim_product", "dim_date"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mart {
    /// The name of its files, without an ending.
    pub name: Identifier,
    /// Its tables, each after the tables it refers to.
    pub tables: Vec<Table>,
    /// The questions it answers, in the order of the page.
    pub answers: Vec<Answer>,
    /// `schema.sql`: one titled statement for each table. Empty for a mart that was opened, which
    /// no plan builds.
    pub schema: &'static str,
    /// `seed.sql`: the rows it has before a file is loaded. Empty for a mart that was opened.
    pub seed: &'static str,
}

impl Mart {
    /// The table of that [title](Table::title).
    #[must_use]
    pub fn table(&self, title: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.title() == title)
    }

    /// The fact tables.
    pub fn facts(&self) -> impl Iterator<Item = &Table> {
        self.of_kind(TableKind::Fact)
    }

    /// The dimension tables.
    pub fn dimensions(&self) -> impl Iterator<Item = &Table> {
        self.of_kind(TableKind::Dimension)
    }

    fn of_kind(&self, kind: TableKind) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(move |table| table.kind == kind)
    }
}

/// A table of a mart, or a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The schema it is in; `None` for `main`, where a mart's own tables are.
    pub schema: Option<Identifier>,
    /// Its name in that schema.
    pub name: Identifier,
    /// Its part in the star.
    pub kind: TableKind,
    /// Its columns, in order.
    pub columns: Vec<Column>,
}

impl Table {
    /// What it is called on the page: its name, after its schema where that is not `main`.
    #[must_use]
    pub fn title(&self) -> String {
        self.title_beside(&self.name)
    }

    /// What another table of the same schema is called on the page.
    #[must_use]
    pub fn title_beside(&self, other: &Identifier) -> String {
        match &self.schema {
            None => other.to_string(),
            Some(schema) => format!("{schema}.{other}"),
        }
    }

    /// Its name for SQL text, always in quotes.
    #[must_use]
    pub fn quoted(&self) -> String {
        self.quoted_beside(&self.name)
    }

    /// The name of another table of the same schema for SQL text, always in quotes.
    #[must_use]
    pub fn quoted_beside(&self, other: &Identifier) -> String {
        match &self.schema {
            None => other.quoted(),
            Some(schema) => format!("{}.{}", schema.quoted(), other.quoted()),
        }
    }

    /// The column that tells its rows apart; `None` where it takes several to do that, or nothing
    /// does.
    #[must_use]
    pub fn primary_key(&self) -> Option<&Column> {
        let mut key = self
            .columns
            .iter()
            .filter(|column| column.keys.contains(&Key::Primary));
        key.next().filter(|_| key.next().is_none())
    }

    /// Each column that refers to another table of the same schema, with that table and its column.
    pub fn foreign_keys(&self) -> impl Iterator<Item = (&Column, &Identifier, &Identifier)> {
        self.columns.iter().flat_map(|from| {
            from.keys.iter().filter_map(move |key| match key {
                Key::Foreign { table, column } => Some((from, table, column)),
                Key::Primary => None,
            })
        })
    }
}

/// What a table is in the star.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TableKind {
    /// It says who, what, where or when.
    Dimension,
    /// It says how much.
    Fact,
    /// No key joins it to another.
    Other,
    /// It has no rows of its own: a query gives them.
    View,
}

impl fmt::Display for TableKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dimension => "dimension",
            Self::Fact => "fact",
            Self::Other => "table",
            Self::View => "view",
        })
    }
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in the engine.
    pub name: Identifier,
    /// Its type, as DuckDB prints it.
    pub data_type: String,
    /// Its parts in keys.
    pub keys: Vec<Key>,
}

/// A column's part in a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// It tells the rows of its table apart, alone or with other columns.
    Primary,
    /// It names a row of another table.
    Foreign {
        /// The table referred to.
        table: Identifier,
        /// Its column, a primary key.
        column: Identifier,
    },
}

/// How it is made sure that the keys of a mart hold.
///
/// ```
/// use mart::Keys;
///
/// assert_eq!(Keys::for_facts(120), Keys::Enforced);
/// assert_eq!(Keys::for_facts(1_000_000).to_string(), "verified");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Keys {
    /// The tables declare them, and the engine looks at every row as it comes, through indexes.
    Enforced,
    /// The tables are loaded without them, and then all rows are checked at once. This takes a
    /// fortieth of the time.
    Verified,
}

impl Keys {
    /// A mart of more facts than this has its keys verified.
    pub const MOST_ENFORCED: u64 = 100_000;

    /// What suits a mart of so many facts.
    #[must_use]
    pub const fn for_facts(facts: u64) -> Self {
        if facts > Self::MOST_ENFORCED {
            Self::Verified
        } else {
            Self::Enforced
        }
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Enforced => "enforced",
            Self::Verified => "verified",
        })
    }
}

/// The built-in mart: sales by customer, product and day.
#[must_use]
pub fn mini_data_mart() -> Mart {
    Mart {
        name: Identifier::known("mini_data_mart"),
        tables: vec![
            table(
                "dim_customer",
                TableKind::Dimension,
                [
                    primary("customer_id", "INTEGER"),
                    column("customer_name", "VARCHAR"),
                    column("region", "VARCHAR"),
                ],
            ),
            table(
                "dim_product",
                TableKind::Dimension,
                [
                    primary("product_id", "INTEGER"),
                    column("product_name", "VARCHAR"),
                    column("category", "VARCHAR"),
                ],
            ),
            table(
                "dim_date",
                TableKind::Dimension,
                [
                    primary("date", "DATE"),
                    column("year", "INTEGER"),
                    column("month", "INTEGER"),
                    column("day_of_week", "VARCHAR"),
                ],
            ),
            table(
                "fact_sales",
                TableKind::Fact,
                [
                    primary("sale_id", "INTEGER"),
                    foreign("customer_id", "INTEGER", "dim_customer", "customer_id"),
                    foreign("product_id", "INTEGER", "dim_product", "product_id"),
                    foreign("order_date", "DATE", "dim_date", "date"),
                    column("quantity", "INTEGER"),
                    column("unit_price", "DOUBLE"),
                ],
            ),
        ],
        answers: query::mini_data_mart(),
        schema: include_str!("../marts/mini_data_mart/schema.sql"),
        seed: include_str!("../marts/mini_data_mart/seed.sql"),
    }
}

fn table(name: &'static str, kind: TableKind, columns: impl Into<Vec<Column>>) -> Table {
    Table {
        schema: None,
        name: Identifier::known(name),
        kind,
        columns: columns.into(),
    }
}

fn column(name: &'static str, data_type: &str) -> Column {
    Column {
        name: Identifier::known(name),
        data_type: data_type.to_owned(),
        keys: Vec::new(),
    }
}

fn primary(name: &'static str, data_type: &str) -> Column {
    Column {
        keys: vec![Key::Primary],
        ..column(name, data_type)
    }
}

fn foreign(
    name: &'static str,
    data_type: &str,
    table: &'static str,
    referred: &'static str,
) -> Column {
    Column {
        keys: vec![Key::Foreign {
            table: Identifier::known(table),
            column: Identifier::known(referred),
        }],
        ..column(name, data_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_name_is_a_name_and_every_key_leads_somewhere() {
        let mart = mini_data_mart();
        for table in &mart.tables {
            assert!(Identifier::new(table.name.as_str()).is_ok());
            assert!(table.primary_key().is_some(), "{}", table.name);
            for column in &table.columns {
                assert!(Identifier::new(column.name.as_str()).is_ok());
            }
            for (_, referred, column) in table.foreign_keys() {
                let referred = mart.table(referred.as_str()).unwrap();
                assert_eq!(&referred.primary_key().unwrap().name, column);
            }
        }
    }
}
