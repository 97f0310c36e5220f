//! The quality checks of a mart: its keys, what its document declares, and that no row was lost. Each
//! is a query that counts what fails and one that shows it. It must not know who runs them.

pub(super) mod declared;
mod keys;
mod report;

use crate::document::{Severity, Test};
use crate::model::{Column, Model, Table};
use crate::sql::text;

use declared::declared;
pub(crate) use keys::keys;
pub use report::{CheckResult, check_report};

/// A quality check.
///
/// ```
/// let shipped = mart::shipped::built_in();
/// let checks = mart::checks(shipped.model(), &[("fact_sales".to_owned(), 120)]);
/// assert_eq!(checks[0].name, "dim_customer.customer_id is unique and not null");
/// assert_eq!(checks[4].name, "Every fact_sales.customer_id is in dim_customer");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What is true when it passes. No other check of the mart has this name.
    pub name: String,
    /// Why it matters.
    pub description: String,
    /// What it is about.
    pub kind: CheckKind,
    /// The test, in the word that documents have for it.
    pub test: TestKind,
    /// What a failure means.
    pub severity: Severity,
    /// The titles of the tables it reads, the first of which it is about: where one is missing, it cannot be run.
    pub tables: Vec<String>,
    /// A query that returns one row with one `BIGINT` column, `failing`.
    pub sql: String,
    /// A query that returns the failing rows.
    pub rows_sql: String,
}

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CheckKind {
    /// A key is unique, and none of it missing.
    Key,
    /// A foreign key refers to a row that exists.
    Relationship,
    /// What the document declares, at this place among its checks.
    Declared(usize),
    /// As many facts as rows of the source.
    Accounting,
}

/// The kinds of tests, in dbt's words where it has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TestKind {
    /// No value twice.
    Unique,
    /// No value missing.
    NotNull,
    /// Each row that refers to something finds it.
    Relationships,
    /// Each value is one of a list.
    AcceptedValues,
    /// Each value is within limits.
    Range,
    /// The number of rows is within limits.
    RowCount,
    /// The latest value is not long ago.
    Freshness,
    /// A condition is true of each row.
    Expression,
    /// A query of the user's returns no row.
    Sql,
}

impl TestKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Unique,
        Self::NotNull,
        Self::Relationships,
        Self::AcceptedValues,
        Self::Range,
        Self::RowCount,
        Self::Freshness,
        Self::Expression,
        Self::Sql,
    ];

    /// The word for it in documents and reports.
    ///
    /// ```
    /// assert_eq!(mart::TestKind::AcceptedValues.word(), "accepted_values");
    /// ```
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unique => "unique",
            Self::NotNull => "not_null",
            Self::Relationships => "relationships",
            Self::AcceptedValues => "accepted_values",
            Self::Range => "range",
            Self::RowCount => "row_count",
            Self::Freshness => "freshness",
            Self::Expression => "expression",
            Self::Sql => "sql",
        }
    }
}

impl From<&Test> for TestKind {
    fn from(test: &Test) -> Self {
        match test {
            Test::Unique(_) => Self::Unique,
            Test::NotNull(_) => Self::NotNull,
            Test::AcceptedValues(_) => Self::AcceptedValues,
            Test::Relationships(_) => Self::Relationships,
            Test::Expression(_) => Self::Expression,
            Test::Range(_) => Self::Range,
            Test::RowCount(_) => Self::RowCount,
            Test::Freshness(_) => Self::Freshness,
            Test::Sql(_) => Self::Sql,
        }
    }
}

impl Check {
    /// The word for it where rows fail, as dbt has it.
    #[must_use]
    pub const fn failed(&self) -> &'static str {
        match self.severity {
            Severity::Error => "fail",
            Severity::Warn => "warn",
        }
    }

    /// What it verifies, as the end of a sentence that starts with “Verify that”.
    #[must_use]
    pub fn clause(&self) -> String {
        let mut characters = self.name.chars();
        match (self.kind, characters.next()) {
            // A name of a table is written as it is.
            (CheckKind::Relationship, Some(first)) => {
                first.to_lowercase().chain(characters).collect()
            }
            _ => self.name.clone(),
        }
    }
}

/// The checks of a mart; `loaded` says how many rows of the sources each fact stands for, by its
/// title.
#[must_use]
pub fn checks(model: &Model, loaded: &[(String, u64)]) -> Vec<Check> {
    let mut all = keys(model);
    let of_document = model.checks.iter().enumerate();
    all.extend(of_document.filter_map(|(at, check)| declared(model, at, check)));
    let complete = loaded
        .iter()
        .filter_map(|(title, rows)| Some(complete(model.table(title)?, *rows)));
    all.extend(complete);
    number_the_same(&mut all);
    all
}

/// The checks that a load can fail beside those of the keys, which its plan enforces or verifies: those of the
/// severity `error`.
///
/// ```
/// let shipped = mart::shipped::built_in();
/// let checks = mart::load_checks(shipped.model(), &[("fact_sales".to_owned(), 120)]);
/// assert!(checks.iter().any(|check| check.name == "Staged rows = fact_sales rows"));
/// assert!(checks.iter().all(|check| check.kind != mart::CheckKind::Key));
/// ```
#[must_use]
pub fn load_checks(model: &Model, loaded: &[(String, u64)]) -> Vec<Check> {
    let mut all = checks(model, loaded);
    all.retain(|check| {
        check.severity == Severity::Error
            && matches!(check.kind, CheckKind::Declared(_) | CheckKind::Accounting)
    });
    all
}

/// Gives the second check of a name, and each later one, a number.
fn number_the_same(all: &mut [Check]) {
    let mut known = std::collections::BTreeSet::new();
    for check in all {
        if known.insert(check.name.clone()) {
            continue;
        }
        let mut numbered = (2..).map(|number| format!("{} ({number})", check.name));
        if let Some(free) = numbered.find(|name| !known.contains(name)) {
            known.insert(free.clone());
            check.name = free;
        }
    }
}

/// `(a, b)`, or `a` alone.
pub(super) fn tuple(columns: &[String]) -> String {
    match columns {
        [one] => one.clone(),
        several => format!("({})", several.join(", ")),
    }
}

fn names(columns: &[&Column]) -> Vec<String> {
    columns.iter().map(|column| column.name.sql()).collect()
}

/// `table.column`, or `table.(a, b)`, as it is read.
fn shown(table: &Table, columns: &[&Column]) -> String {
    let columns: Vec<_> = columns
        .iter()
        .map(|column| column.name.to_string())
        .collect();
    format!("{}.{}", table.title(), tuple(&columns))
}

/// The rows in the order of the primary key, if the table has one.
fn in_order(table: &Table, alias: &str) -> String {
    let order: Vec<_> = table
        .primary_key()
        .map(|key| super::column_of(alias, &key.name.sql()))
        .collect();
    if order.is_empty() {
        String::new()
    } else {
        format!("\nORDER BY {}", order.join(", "))
    }
}

fn complete(fact: &Table, rows: u64) -> Check {
    let (title, name) = (fact.title(), fact.sql());
    Check {
        name: format!("Staged rows = {title} rows"),
        description: "Every row read from the source is a fact: none lost, none twice.".to_owned(),
        kind: CheckKind::Accounting,
        test: TestKind::RowCount,
        severity: Severity::Error,
        tables: vec![title.clone()],
        sql: format!("SELECT CAST(abs(count(*) - {rows}) AS BIGINT) AS failing\nFROM {name}"),
        rows_sql: format!(
            "SELECT {} AS table_name, {rows} AS staged_rows, count(*) AS fact_rows\nFROM {name}\nHAVING count(*) <> {rows}",
            text(&title)
        ),
    }
}
