//! The account of a star that keeps its loads: measures and relationships in numbers, each with its rows. It must not
//! know how the star is filled.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::{Batch, MeasureAccount, Part, RelationshipAccount, measure_totals, relationship_counts};

use super::loads::LoadedBatch;
use super::sql::{RunMode, RunScope};
use super::{Source, SourceRows, Workbench};
use crate::rows::Rows;

/// The account of a star.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StarAccount {
    /// Of each measure the total in the sources, in the mart, set aside and replaced.
    pub measures: Vec<MeasureLine>,
    /// Of each relationship the rows that found theirs, have an unknown key, have none, or are set aside.
    pub relationships: Vec<RelationshipLine>,
}

/// The account of a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureLine {
    /// The title of the fact.
    pub fact: String,
    /// The measure.
    pub measure: String,
    /// The totals, each with the query for its rows.
    pub totals: Vec<(f64, String)>,
    /// Whether they add up.
    pub adds_up: bool,
}

/// The account of a relationship.
#[derive(Debug, Clone, PartialEq)]
pub struct RelationshipLine {
    /// The title of the table that refers, and its columns.
    pub from: String,
    /// The title of the table that is referred to.
    pub to: String,
    /// The numbers of rows, each with the query for them.
    pub counts: Vec<(u64, String)>,
}

impl Workbench {
    /// The account of the star; `None` while it is computed, and where the mart does not keep its loads.
    pub fn star_account(self) -> ReadSignal<Option<StarAccount>> {
        self.star_account.read_only()
    }

    /// Shows the rows of a query on the SQL page.
    pub fn show_rows(self, sql: String) {
        self.sql().tabs().open(sql);
        self.run_sql(RunScope::All, RunMode::Execute);
    }

    /// Computes the account of the star that is shown.
    pub(super) fn account_for_star(self) {
        let source = self.source.get_untracked();
        spawn_local(async move {
            let account = self.computed_account(&source).await;
            // A star that another has replaced meanwhile needs none.
            if account.is_some() && !source.differs_from(&self.source.get_untracked()) {
                self.star_account.set(account);
            }
        });
    }

    async fn computed_account(self, source: &Source) -> Option<StarAccount> {
        let SourceRows::Starred(loads) = &source.rows else {
            return None;
        };
        let model = source.package.model();
        let compiled = |load: &LoadedBatch| load.compiled(&source.package);
        let batches: Vec<Batch> = loads.iter().map(compiled).collect();
        let (measures, relationships) = (model.measure_accounts(), model.relationship_accounts());
        let connection = self.connect().await.ok()?;
        let ask = async |sql: Option<String>| match sql {
            Some(sql) => Some(Rows::from(connection.query(&sql).await.ok()?)),
            None => None,
        };
        let totals = ask(measure_totals(model, &batches, &measures)).await;
        let counts = ask(relationship_counts(&relationships)).await;
        let measure = |(row, one): (usize, &MeasureAccount)| {
            let totals = totals.as_ref()?;
            let parts = Part::ALL.iter().enumerate();
            Some(MeasureLine {
                fact: one.fact.clone(),
                measure: one.measure.clone(),
                totals: parts
                    .map(|(column, part)| {
                        let number = totals.cell(row, column).to_string();
                        let number = number.parse().unwrap_or(f64::NAN);
                        (number, one.rows(model, &batches, *part))
                    })
                    .collect(),
                adds_up: totals.cell(row, Part::ALL.len()).to_string() == "true",
            })
        };
        let relationship = |(row, one): (usize, &RelationshipAccount)| {
            let counts = counts.as_ref()?;
            let queries = one.queries().into_iter().enumerate();
            Some(RelationshipLine {
                from: format!("{}.{}", one.from, one.columns),
                to: one.to.clone(),
                counts: queries
                    .map(|(column, rows)| (counts.count(row, column).unwrap_or(0), rows.to_owned()))
                    .collect(),
            })
        };
        Some(StarAccount {
            measures: measures.iter().enumerate().filter_map(measure).collect(),
            relationships: relationships
                .iter()
                .enumerate()
                .filter_map(relationship)
                .collect(),
        })
    }
}
