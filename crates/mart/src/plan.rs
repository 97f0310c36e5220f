//! The build plan: the SQL statements that make a mart, one step each, in order. Whoever runs it
//! does so on one connection inside one transaction, so that a plan that fails leaves the mart
//! that was there. It must not know how a statement is run, timed or shown.

use crate::model::{Mart, TableKind};
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
        let fill = statements(mart.seed).map(|statement| {
            // The facts are what is counted against the source.
            let is_fact = mart.facts().any(|fact| {
                statement
                    .sql
                    .starts_with(&format!("INSERT INTO {} ", fact.name))
            });
            Step::from_statement(
                statement,
                if is_fact {
                    StepKind::Stage
                } else {
                    StepKind::Change
                },
            )
        });
        Self {
            steps: clear(mart).chain(create(mart)).chain(fill).collect(),
        }
    }

    /// Builds the mart from a sales file. The file is read and looked at first: a wrong one fails
    /// before anything is dropped.
    #[must_use]
    pub fn sales_file(mart: &Mart, file: &SalesFile) -> Self {
        let stage = file.stage().map(|statement| {
            let kind = if statement.title.starts_with("Stage ") {
                StepKind::Stage
            } else {
                StepKind::Verify
            };
            Step::from_statement(statement, kind)
        });
        let fill_empty = statements(include_str!("../marts/mini_data_mart/sales_file/fill.sql"))
            .map(|statement| Step::from_statement(statement, StepKind::Change));
        Self {
            steps: stage
                .chain(clear(mart))
                .chain(create(mart))
                .chain(fill_empty)
                .collect(),
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
    let mut tables: Vec<_> = mart.tables.iter().rev().collect();
    tables.sort_by_key(|table| table.kind == TableKind::Dimension);
    tables.into_iter().map(|table| Step {
        title: format!("Drop {}", table.name),
        sql: format!("DROP TABLE IF EXISTS {}", table.name.quoted()),
        kind: StepKind::Change,
    })
}

fn create(mart: &Mart) -> impl Iterator<Item = Step> {
    statements(mart.schema).map(|statement| Step::from_statement(statement, StepKind::Change))
}
