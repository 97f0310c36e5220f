//! Looking closer at what Inspect has found, on demand: the profile of a table, column by column,
//! and the rows that fail a check. What was found stays until the mart changes.

use duckdb_wasm::{Connection, Error};
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::encode::file_stem;
use mart::profile::ColumnQueries;
use mart::{Check, Identifier, Table, check};

use super::ask::rows_to_show;
use super::{Alert, CheckOutcome, CheckReport, Item, Workbench};
use crate::rows::Rows;

/// So many failing rows are shown; all of them can be downloaded.
pub const MOST_FAILING: usize = 1_000;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Closer {
    /// Of each table that was asked for.
    pub profiles: Vec<TableProfile>,
    /// By the name of the check that they fail.
    pub failing_rows: Vec<(String, Rows)>,
}

/// The profile of a table, as far as it has come.
#[derive(Debug, Clone)]
pub struct TableProfile {
    /// The table's title.
    pub table: String,
    /// The columns that were looked at.
    pub columns: Vec<ColumnProfile>,
    /// How many it has.
    pub of: usize,
}

/// What the values of a column are like: the answers to its
/// [queries](mart::profile::ColumnQueries).
#[derive(Debug, Clone)]
pub struct ColumnProfile {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: String,
    /// Whether the number of different values was counted, and not estimated.
    pub is_exact: bool,
    /// One row of numbers.
    pub summary: Rows,
    /// The most frequent values.
    pub frequent: Rows,
    /// How they spread, where they can.
    pub histogram: Option<Rows>,
}

impl Workbench {
    /// Looks at everything anew.
    pub fn look_again(self) {
        self.forget_closer();
        self.inspect();
    }

    /// Computes the profile of a table of so many rows, whose columns have these names and types.
    /// Does nothing while something else goes on.
    pub fn profile(self, table: Table, rows: u64, columns: Vec<(String, String)>) {
        if self.is_busy() {
            return;
        }
        let title = table.title();
        self.begin(&format!("Profiling {title}"), "");
        self.closer.update(|closer| {
            closer.profiles.retain(|profile| profile.table != title);
            closer.profiles.push(TableProfile {
                table: title.clone(),
                columns: Vec::new(),
                of: columns.len(),
            });
        });
        spawn_local(async move {
            let outcome = self.profile_all(&table, rows, columns).await;
            self.release();
            self.report_closer(&format!("Profiling {title}"), outcome);
        });
    }

    async fn profile_all(
        self,
        table: &Table,
        rows: u64,
        columns: Vec<(String, String)>,
    ) -> Result<(), Error> {
        let connection = self.connect().await?;
        let of = columns.len() as u64;
        let title = table.title();
        for (done, (name, data_type)) in columns.into_iter().enumerate() {
            self.activity.update(|activity| {
                if let Some(activity) = activity {
                    activity.detail.clone_from(&name);
                    (activity.done, activity.of) = (done as u64, of);
                }
            });
            let column = Identifier::new(name).map_err(|cause| Error::Decode {
                reason: cause.to_string(),
            })?;
            let queries = ColumnQueries::new(table, &column, &data_type, rows);
            let summary = self.ask_closer(&connection, &queries.summary).await?;
            let frequent = self.ask_closer(&connection, &queries.frequent).await?;
            let histogram = match queries.histogram {
                Some(sql) => Some(self.ask_closer(&connection, &sql).await?),
                None => None,
            };
            let column = ColumnProfile {
                name: column.to_string(),
                data_type,
                is_exact: queries.is_exact,
                summary,
                frequent,
                histogram,
            };
            self.closer.update(|closer| {
                let mut profiles = closer.profiles.iter_mut();
                if let Some(profile) = profiles.find(|profile| profile.table == title) {
                    profile.columns.push(column);
                }
            });
        }
        Ok(())
    }

    async fn ask_closer(self, connection: &Connection, sql: &str) -> Result<Rows, Error> {
        if self.is_cancelled() {
            return Err(Error::Cancelled);
        }
        rows_to_show(connection, sql).await
    }

    /// Fetches the first rows that fail a check. Does nothing while something else goes on.
    pub fn show_failing(self, check: Check) {
        if self.is_busy() {
            return;
        }
        let name = check.name;
        self.begin("Fetching the failing rows", &name);
        spawn_local(async move {
            let outcome = async {
                let connection = self.connect().await?;
                let sql = format!("{}\nLIMIT {MOST_FAILING}", check.rows_sql);
                let rows = self.ask_closer(&connection, &sql).await?;
                self.closer.update(|closer| {
                    closer.failing_rows.retain(|(of, _)| *of != name);
                    closer.failing_rows.push((name, rows));
                });
                Ok(())
            };
            let outcome = outcome.await;
            self.release();
            self.report_closer("Fetching the failing rows", outcome);
        });
    }

    /// Takes away what was found, since the mart is another.
    pub(super) fn forget_closer(self) {
        self.closer.set(Closer::default());
    }

    fn report_closer(self, tried: &str, outcome: Result<(), Error>) {
        if let Err(cause) = outcome {
            let alert = Alert::of_engine(tried, &cause, "What was found before stands.");
            if alert.is_some() {
                self.alert.set(alert);
            }
        }
    }
}

/// The report of the checks, to be downloaded.
pub fn checks_item(reports: &[CheckReport]) -> Item {
    let checks = reports.iter().map(|report| {
        let not_run = match &report.outcome {
            CheckOutcome::Passed | CheckOutcome::Failed(_) => None,
            CheckOutcome::Missing(table) => Some(format!("{table} is missing")),
            CheckOutcome::Unreadable(reason) => Some(reason.clone()),
        };
        (&report.check, not_run)
    });
    Item::new(
        "checks",
        "quality_checks".to_owned(),
        &check::report(checks),
    )
}

/// The rows that fail a check, to be downloaded.
pub fn failing_item(check: &Check) -> Item {
    let name = format!("failing rows of {}", check.name);
    Item::new(&name, file_stem(&name), &check.rows_sql)
}
