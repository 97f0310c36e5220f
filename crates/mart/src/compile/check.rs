//! The quality checks of a mart: its keys, what its document declares, and that no row was lost. Each
//! is a query that counts what fails and one that shows it. It must not know who runs them.

use super::fill::UNKNOWN_KEY;
use crate::DataType;
use crate::document::Severity;
use crate::expression::{Aggregate, Expression, Names};
use crate::model::{Column, DeclaredCheck, DeclaredTest, Model, Relationship, Table, same_name};
use crate::sql::{Identifier, text};

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
    /// What is true when it passes.
    pub name: String,
    /// Why it matters.
    pub description: String,
    /// What it is about.
    pub kind: CheckKind,
    /// What a failure means.
    pub severity: Severity,
    /// The titles of the tables it reads: where one is missing, it cannot be run.
    pub tables: Vec<String>,
    /// A query that returns one row with one `BIGINT` column, `failing`.
    pub sql: String,
    /// A query that returns the failing rows.
    pub rows_sql: String,
}

/// What a check is about, in dbt's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CheckKind {
    /// A key is unique, and none of it missing.
    Key,
    /// A foreign key refers to a row that exists.
    Relationship,
    /// What the document declares.
    Declared,
    /// As many facts as rows of the source.
    Accounting,
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
    all.extend(
        model
            .checks
            .iter()
            .filter_map(|check| declared(model, check)),
    );
    let complete = loaded
        .iter()
        .filter_map(|(title, rows)| Some(complete(model.table(title)?, *rows)));
    all.extend(complete);
    all
}

/// The checks of the keys alone.
pub(crate) fn keys(model: &Model) -> Vec<Check> {
    let mut all = Vec::new();
    for table in &model.tables {
        let primary: Vec<_> = table.primary_key().collect();
        if !primary.is_empty() {
            all.push(unique(table, &primary, true));
        }
        for key in &table.unique_keys {
            let key: Vec<_> = key.iter().filter_map(|at| table.columns.get(*at)).collect();
            all.push(unique(table, &key, false));
        }
    }
    all.extend(
        model
            .relationships
            .iter()
            .filter_map(|one| no_orphans(model, one)),
    );
    all
}

/// One query for the whole report, which runs the checks: `check`, `description`, `result` (`pass`,
/// `warn`, `fail`, or why it could not be run, where that is given) and `failing_rows`.
///
/// ```
/// let shipped = mart::shipped::built_in();
/// let checks = mart::checks(shipped.model(), &[]);
/// let sql = mart::check_report(checks.iter().map(|check| (check, None)));
/// assert_eq!(sql.matches("UNION ALL").count(), checks.len() - 1);
/// ```
#[must_use]
pub fn check_report<'a>(checks: impl IntoIterator<Item = (&'a Check, Option<String>)>) -> String {
    let lines: Vec<_> = checks
        .into_iter()
        .map(|(check, not_run)| {
            let (result, from) = match not_run {
                None => (
                    format!("CASE failing WHEN 0 THEN 'pass' ELSE '{}' END", check.failed()),
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

fn unique(table: &Table, key: &[&Column], is_primary: bool) -> Check {
    let (title, name) = (table.title(), table.sql());
    let columns = names(key).join(", ");
    let is_null: Vec<_> = names(key)
        .iter()
        .map(|column| format!("{column} IS NULL"))
        .collect();
    let is_null = is_null.join(" OR ");
    let wrong = format!("GROUP BY {columns}\n    HAVING count(*) > 1 OR {is_null}");
    // A group for each of ten million keys takes ten times as long as one for 64 of them.
    let suspects = match key {
        [only] if only.data_type.name() == "INTEGER" => format!(
            "    -- A key can only be there twice where 64 neighbouring keys set fewer bits than they have rows.
    WHERE {columns} IS NULL
       OR {columns} >> 6 IN (
            SELECT {columns} >> 6
            FROM {name}
            GROUP BY {columns} >> 6
            HAVING bit_count(bit_or(CAST(1 AS UBIGINT) << CAST({columns} & 63 AS UBIGINT))) < count({columns})
       )\n"
        ),
        _ => String::new(),
    };
    let among = format!(
        "{is_null} OR {} IN (\n    SELECT {}\n    FROM {name}\n    {wrong}\n)",
        tuple(&names(key)),
        columns
    );
    let what = if is_primary { "primary key" } else { "key" };
    Check {
        name: format!("{} is unique and not null", shown(table, key)),
        description: format!(
            "The {what} identifies the rows of {title}: no value twice, none missing."
        ),
        kind: CheckKind::Key,
        severity: Severity::Error,
        tables: vec![title],
        sql: format!(
            "SELECT CAST(coalesce(sum(row_count), 0) AS BIGINT) AS failing\nFROM (\n    SELECT count(*) AS row_count\n    FROM {name}\n{suspects}    {wrong}\n)"
        ),
        rows_sql: format!("SELECT *\nFROM {name}\nWHERE {among}\nORDER BY {columns}"),
    }
}

fn no_orphans(model: &Model, relationship: &Relationship) -> Option<Check> {
    let table = model.tables.get(relationship.from)?;
    let referred = model.tables.get(relationship.to)?;
    let columns = relationship
        .from_columns
        .iter()
        .map(|at| table.columns.get(*at));
    let columns: Vec<_> = columns.collect::<Option<_>>()?;
    let [from, to] = model.ends(relationship)?;
    let name = table.sql();
    let (title, referred_title) = (table.title(), referred.title());
    let pairs: Vec<_> = from
        .iter()
        .zip(&to)
        .map(|(from, to)| format!("d.{} = f.{}", to.sql(), from.sql()))
        .collect();
    let is_given = if relationship.is_optional {
        let given = from
            .iter()
            .map(|column| format!("f.{} IS NOT NULL AND ", column.sql()));
        given.collect::<Vec<_>>().concat()
    } else {
        String::new()
    };
    let is_orphan = format!(
        "{is_given}NOT EXISTS (SELECT 1 FROM {} AS d WHERE {})",
        referred.sql(),
        pairs.join(" AND ")
    );
    let order: Vec<_> = table
        .primary_key()
        .map(|key| format!("f.{}", key.name.sql()))
        .collect();
    let order = if order.is_empty() {
        String::new()
    } else {
        format!("\nORDER BY {}", order.join(", "))
    };
    let mut count = "row_count".to_owned();
    while from.iter().any(|column| same_name(column.as_str(), &count)) {
        count.push('_');
    }
    let keys = from
        .iter()
        .map(Identifier::sql)
        .collect::<Vec<_>>()
        .join(", ");
    Some(Check {
        name: format!("Every {} is in {referred_title}", shown(table, &columns)),
        description: format!(
            "No orphans: each row of {title} finds its row in {referred_title}, so no sum over {referred_title} misses it."
        ),
        kind: CheckKind::Relationship,
        severity: Severity::Error,
        tables: vec![title, referred_title],
        // Each key is looked up once, however many rows have it.
        sql: format!(
            "SELECT CAST(coalesce(sum(f.{count}), 0) AS BIGINT) AS failing\nFROM (\n    SELECT {keys}, count(*) AS {count}\n    FROM {name}\n    GROUP BY {keys}\n) AS f\nWHERE {is_orphan}"
        ),
        rows_sql: format!("SELECT f.*\nFROM {name} AS f\nWHERE {is_orphan}{order}"),
    })
}

fn complete(fact: &Table, rows: u64) -> Check {
    let (title, name) = (fact.title(), fact.sql());
    Check {
        name: format!("Staged rows = {title} rows"),
        description: "Every row read from the source is a fact: none lost, none twice.".to_owned(),
        kind: CheckKind::Accounting,
        severity: Severity::Error,
        tables: vec![title.clone()],
        sql: format!("SELECT CAST(abs(count(*) - {rows}) AS BIGINT) AS failing\nFROM {name}"),
        rows_sql: format!(
            "SELECT {} AS table_name, {rows} AS staged_rows, count(*) AS fact_rows\nFROM {name}\nHAVING count(*) <> {rows}",
            text(&title)
        ),
    }
}

/// The columns of a table, as they are.
pub(super) struct Columns<'t>(pub(super) &'t Table);

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

fn declared(model: &Model, check: &DeclaredCheck) -> Option<Check> {
    let table = model.tables.get(check.table)?;
    let (name, wrong) = match &check.test {
        DeclaredTest::Unique(key) => {
            let key: Vec<_> = key.iter().filter_map(|at| table.columns.get(*at)).collect();
            let columns = names(&key);
            let own = Check {
                name: format!("{} is unique", shown(table, &key)),
                ..unique(table, &key, false)
            };
            let wrong = format!(
                "{} IN (SELECT {} FROM {} GROUP BY {1} HAVING count(*) > 1)",
                tuple(&columns),
                columns.join(", "),
                table.sql()
            );
            (own.name, wrong)
        }
        DeclaredTest::NotNull(column) => {
            let column = table.columns.get(*column)?;
            (
                format!("{} is not null", shown(table, &[column])),
                format!("{} IS NULL", column.name.sql()),
            )
        }
        DeclaredTest::AcceptedValues(column, values) => {
            let column = table.columns.get(*column)?;
            let listed: Vec<_> = values.iter().map(|value| text(value)).collect();
            (
                format!(
                    "{} is one of {}",
                    shown(table, &[column]),
                    values.join(", ")
                ),
                format!(
                    "CAST({} AS VARCHAR) NOT IN ({})",
                    column.name.sql(),
                    listed.join(", ")
                ),
            )
        }
        DeclaredTest::Relationships { key, own, to } => {
            let (key, to) = (table.columns.get(*key)?, model.tables.get(*to)?);
            let own: Vec<_> = own.iter().filter_map(|at| table.columns.get(*at)).collect();
            let given: Vec<_> = own
                .iter()
                .map(|column| format!("{} IS NOT NULL", column.name.sql()))
                .collect();
            (
                format!("Each {} is known in {}", shown(table, &own), to.title()),
                format!(
                    "{} = {UNKNOWN_KEY} AND {}",
                    key.name.sql(),
                    given.join(" AND ")
                ),
            )
        }
        DeclaredTest::Expression(expression, as_written) => (
            format!("{}: {as_written}", table.title()),
            // NULL is not true either.
            format!("({}) IS NOT TRUE", expression.sql(&Columns(table))),
        ),
    };
    let order: Vec<_> = table.primary_key().map(|key| key.name.sql()).collect();
    let order = if order.is_empty() {
        String::new()
    } else {
        format!("\nORDER BY {}", order.join(", "))
    };
    Some(Check {
        name,
        description: check.description.clone(),
        kind: CheckKind::Declared,
        severity: check.severity,
        tables: vec![table.title()],
        sql: format!(
            "SELECT count(*) AS failing\nFROM {}\nWHERE {wrong}",
            table.sql()
        ),
        rows_sql: format!("SELECT *\nFROM {}\nWHERE {wrong}{order}", table.sql()),
    })
}
