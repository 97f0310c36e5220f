//! The build plan: the SQL statements that make a mart, one step each, in order. Whoever runs it
//! does so on one connection inside one transaction, so that a plan that fails leaves the mart
//! that was there. It must not know how a statement is run, timed or shown.

use crate::check::keys_hold;
use crate::generate::GeneratedSales;
use crate::model::{Keys, Mart, Table, TableKind};
use crate::source::SalesFile;
use crate::sql::{Identifier, Statement, statements};

/// What to run, in order, between `BEGIN TRANSACTION` and `COMMIT`.
///
/// ```
/// use mart::{Plan, StepKind, mini_data_mart};
///
/// let plan = Plan::seed(&mini_data_mart());
/// let step = plan.steps.iter().find(|step| step.kind == StepKind::Stage).unwrap();
/// assert_eq!(step.title, "Insert 120 sales");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it does, for the build log.
    pub title: String,
    /// Exactly one statement, without a semicolon.
    pub sql: String,
    /// What is to be made of its result.
    pub kind: StepKind,
}

/// What is to be made of a step's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// It changes the database; an `INSERT` returns one row with the number of rows it wrote.
    Change,
    /// As `Change`, and the number it returns is how many rows came from the source.
    Stage,
    /// A query that must return no row. If it returns one, the plan has failed.
    Verify,
}

impl Plan {
    /// Builds the mart from its seed rows.
    #[must_use]
    pub fn seed(mart: &Mart) -> Self {
        let fill = statements(mart.seed).map(|statement| mart.step_that_fills(statement));
        Self::anew(mart, Keys::Enforced, fill)
    }

    /// Builds the mart from so many generated sales.
    #[must_use]
    pub fn generated(mart: &Mart, sales: GeneratedSales) -> Self {
        let fill = sales
            .fill()
            .map(|statement| mart.step_that_fills(statement));
        Self::anew(mart, Keys::for_facts(sales.count()), fill)
    }

    /// The first part of building the mart from a sales file: it is read, and every row looked
    /// at. A wrong file fails here, before anything is dropped. How many rows there are decides
    /// on the second part, [`fill`](Self::fill).
    #[must_use]
    pub fn stage(file: &SalesFile) -> Self {
        let steps = file.stage().map(|statement| {
            let kind = if statement.title.starts_with("Stage ") {
                StepKind::Stage
            } else {
                StepKind::Verify
            };
            Step::from_statement(statement, kind)
        });
        Self {
            steps: steps.collect(),
        }
    }

    /// The second part of building the mart from a sales file, of which so many rows were staged:
    /// to be run after [`stage`](Self::stage), in the same transaction.
    ///
    /// ```
    /// let fill = mart::Plan::fill(&mart::mini_data_mart(), 500_000);
    /// let last = fill.steps.last().unwrap();
    /// assert_eq!(last.title, "Verify that every fact_sales.order_date is in dim_date");
    /// ```
    #[must_use]
    pub fn fill(mart: &Mart, staged_rows: u64) -> Self {
        let fill = statements(include_str!("../marts/mini_data_mart/sales_file/fill.sql"))
            .map(|statement| Step::from_statement(statement, StepKind::Change));
        Self::anew(mart, Keys::for_facts(staged_rows), fill)
    }

    /// Verifies the keys of a mart that is there already.
    ///
    /// ```
    /// let plan = mart::Plan::verify(&mart::mini_data_mart());
    /// assert_eq!(plan.steps.len(), 7);
    /// assert!(plan.steps.iter().all(|step| step.kind == mart::StepKind::Verify));
    /// ```
    #[must_use]
    pub fn verify(mart: &Mart) -> Self {
        Self {
            steps: verify(mart).collect(),
        }
    }

    /// What an earlier build left is dropped, the tables are created and filled, and keys that
    /// nothing has enforced are verified.
    fn anew(mart: &Mart, keys: Keys, fill: impl Iterator<Item = Step>) -> Self {
        let steps = clear(mart).chain(create(mart, keys)).chain(fill);
        Self {
            steps: match keys {
                Keys::Enforced => steps.collect(),
                Keys::Verified => steps.chain(verify(mart)).collect(),
            },
        }
    }

    /// The same plan, dropping those views first. `DROP TABLE IF EXISTS` is an error where a view
    /// has the table's name; [`inspect::views_in_the_way`](crate::inspect::views_in_the_way) finds
    /// them.
    #[must_use]
    pub fn dropping_views(mut self, views: &[Identifier]) -> Self {
        let drops = views.iter().map(|view| Step {
            title: format!("Drop the view {view}"),
            sql: format!("DROP VIEW IF EXISTS {}", view.quoted()),
            kind: StepKind::Change,
        });
        self.steps.splice(0..0, drops);
        self
    }
}

impl Mart {
    /// A step of a plan that stages nothing: then the facts are what is counted as coming in.
    fn step_that_fills(&self, statement: Statement) -> Step {
        let fills = |fact: &Table| {
            statement
                .sql
                .starts_with(&format!("INSERT INTO {} ", fact.name))
        };
        let kind = if self.facts().any(fills) {
            StepKind::Stage
        } else {
            StepKind::Change
        };
        Step::from_statement(statement, kind)
    }
}

impl Step {
    fn from_statement(statement: Statement, kind: StepKind) -> Self {
        Self {
            title: statement.title,
            sql: statement.sql,
            kind,
        }
    }
}

/// Drops what an earlier build left, facts before the dimensions they refer to.
fn clear(mart: &Mart) -> impl Iterator<Item = Step> {
    let is_dimension = |table: &&Table| table.kind == TableKind::Dimension;
    let tables = || mart.tables.iter().rev();
    let dimensions = tables().filter(is_dimension);
    let facts = tables().filter(move |table| !is_dimension(table));
    facts.chain(dimensions).map(|table| Step {
        title: format!("Drop {}", table.name),
        sql: format!("DROP TABLE IF EXISTS {}", table.name.quoted()),
        kind: StepKind::Change,
    })
}

fn create(mart: &Mart, keys: Keys) -> Vec<Step> {
    match keys {
        Keys::Enforced => statements(mart.schema)
            .map(|statement| Step::from_statement(statement, StepKind::Change))
            .collect(),
        Keys::Verified => mart.tables.iter().map(create_without_keys).collect(),
    }
}

fn create_without_keys(table: &Table) -> Step {
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|column| format!("    {} {}", column.name.quoted(), column.data_type))
        .collect();
    Step {
        title: format!("Create {}, without keys", table.name),
        sql: format!(
            "CREATE TABLE {} (\n{}\n)",
            table.name.quoted(),
            columns.join(",\n")
        ),
        kind: StepKind::Change,
    }
}

/// The checks of the keys, each as a query that returns no row when it passes.
fn verify(mart: &Mart) -> impl Iterator<Item = Step> {
    keys_hold(mart).map(|check| {
        let name = check.name.strip_prefix("Every ");
        Step {
            title: name.map_or_else(
                || format!("Verify that {}", check.name),
                |rest| format!("Verify that every {rest}"),
            ),
            sql: format!(
                "SELECT failing\nFROM (\n{}\n)\nWHERE failing > 0",
                check.sql
            ),
            kind: StepKind::Verify,
        }
    })
}
