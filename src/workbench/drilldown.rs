//! Details of what Inspect shows, on demand: the profile of a table, column by column, and the rows
//! that fail a check. They are kept until the mart changes.

use ::export::file_stem;
use duckdb_wasm::Connection;
use leptos::prelude::*;
use mart::profile::ColumnQueries;
use mart::{Check, Identifier, Table};

use super::checks::{prepare, report_of};
use super::error::{Attempt, Error};
use super::task::Task;
use super::transport::rows_to_show;
use super::{CheckReport, Item, Workbench};
use crate::rows::Rows;

/// Failing rows that are shown; a download has all of them.
pub const MOST_FAILING: usize = 1_000;

/// The details that were fetched.
#[derive(Debug, Clone, Default)]
pub struct Drilldown {
    /// Profiles of tables.
    pub profiles: Vec<TableProfile>,
    /// Failing rows, by the name of the check.
    pub failing_rows: Vec<(String, Rows)>,
}

/// The profile of a table; of its first columns while it is being made, or after it was cancelled.
#[derive(Debug, Clone)]
pub struct TableProfile {
    /// The table's title.
    pub table: String,
    /// The columns that are profiled.
    pub columns: Vec<ColumnProfile>,
    /// The number of columns of the table.
    pub of: usize,
}

/// Statistics of the values of a column: the results of its
/// [queries](mart::profile::ColumnQueries).
#[derive(Debug, Clone)]
pub struct ColumnProfile {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: String,
    /// Whether the number of distinct values was counted, and not estimated.
    pub is_exact: bool,
    /// One row of numbers.
    pub summary: Rows,
    /// The most frequent values.
    pub frequent: Rows,
    /// The distribution of the values, for types that have one.
    pub histogram: Option<Rows>,
}

impl Workbench {
    /// Inspects everything again.
    pub fn inspect_again(self) {
        self.drilldown.set(Drilldown::default());
        self.inspect();
    }

    /// Profiles a table of this number of rows, whose columns have these names and types. Does
    /// nothing while another task runs.
    pub fn profile(self, table: Table, rows: u64, columns: Vec<(String, String)>) {
        self.run(Attempt::Profile(table.title()), async move |task| {
            let title = table.title();
            self.drilldown.update(|drilldown| {
                drilldown.profiles.retain(|profile| profile.table != title);
                drilldown.profiles.push(TableProfile {
                    table: title.clone(),
                    columns: Vec::new(),
                    of: columns.len(),
                });
            });
            let connection = self.connect().await?;
            let of = columns.len() as u64;
            for (done, (name, data_type)) in (0..).zip(columns) {
                task.progress().show(&name, done, of);
                let column = Identifier::new(name)?;
                let queries = ColumnQueries::new(&table, &column, &data_type, rows);
                let profile =
                    profile_column(task, &connection, &column, data_type, queries).await?;
                self.drilldown.update(|drilldown| {
                    let mut profiles = drilldown.profiles.iter_mut();
                    if let Some(of_table) = profiles.find(|profile| profile.table == title) {
                        of_table.columns.push(profile);
                    }
                });
            }
            Ok(())
        });
    }

    /// Fetches the first rows that fail a check. Does nothing while another task runs.
    pub fn show_failing(self, check: Check) {
        let attempt = Attempt::FetchFailingRows(check.name.clone());
        self.run(attempt, async move |task| {
            self.fetch_failing(task, check).await
        });
    }

    /// Fetches the first rows that fail a check.
    pub(super) async fn fetch_failing(self, task: &Task, check: Check) -> Result<(), Error> {
        let connection = self.connect().await?;
        let sql = format!("{}\nLIMIT {MOST_FAILING}", check.rows_sql);
        let fetching = async {
            prepare(&connection, [&check]).await?;
            rows_to_show(&connection, &sql).await
        };
        let rows = task.statement(&connection, fetching).await?;
        self.drilldown.update(|drilldown| {
            drilldown.failing_rows.retain(|(of, _)| *of != check.name);
            drilldown.failing_rows.push((check.name, rows));
        });
        Ok(())
    }
}

async fn profile_column(
    task: &Task,
    connection: &Connection,
    column: &Identifier,
    data_type: String,
    queries: ColumnQueries,
) -> Result<ColumnProfile, Error> {
    let fetch = async |sql: &str| {
        let rows = rows_to_show(connection, sql);
        task.statement(connection, rows).await
    };
    Ok(ColumnProfile {
        name: column.to_string(),
        data_type,
        is_exact: queries.is_exact,
        summary: fetch(&queries.summary).await?,
        frequent: fetch(&queries.frequent).await?,
        histogram: match &queries.histogram {
            Some(sql) => Some(fetch(sql).await?),
            None => None,
        },
    })
}

/// The report of the checks, to be downloaded.
pub fn checks_item(reports: &[CheckReport]) -> Item {
    let sql = report_of(reports);
    Item::new("checks", "quality_checks".to_owned(), &sql)
}

/// The rows that fail a check, to be downloaded.
pub fn failing_item(check: &Check) -> Item {
    let name = format!("failing rows of {}", check.name);
    Item::new(&name, file_stem(&name), &check.rows_sql)
}
