//! Runs the quality checks: for Inspect, for the report in a zip, and before a load is committed that an error
//! stops. It must not know how the results are shown.

use duckdb_wasm::{Connection, Error as EngineError};
use leptos::prelude::*;
use mart::{Check, CheckResult, Package, TestKind, check_report};

use super::Workbench;
use super::error::{Error, FailedCheck};
use super::inspection::existing_columns;
use super::task::Task;
use crate::rows::Rows;

/// One check.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckReport {
    /// The check.
    pub check: Check,
    /// Its outcome.
    pub outcome: CheckOutcome,
}

impl CheckReport {
    /// Whether rows fail it, or it could not be run.
    pub fn has_failed(&self) -> bool {
        self.outcome != CheckOutcome::Passed
    }

    /// Its result in the report.
    fn result(&self) -> CheckResult {
        match &self.outcome {
            CheckOutcome::Passed => CheckResult::Counted(0),
            CheckOutcome::Failed(rows) => CheckResult::Counted(*rows),
            CheckOutcome::Missing(table) => CheckResult::NotRun(format!("{table} is missing")),
            CheckOutcome::Unreadable(reason) => CheckResult::NotRun(reason.clone()),
        }
    }
}

/// The outcome of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckOutcome {
    /// No row fails it.
    Passed,
    /// This number of rows fails it.
    Failed(u64),
    /// It could not be run, since this table is missing.
    Missing(String),
    /// It could not be run, for the reason that the engine gives.
    Unreadable(String),
}

/// The query for the report of checks that were run.
pub(super) fn report_of(reports: &[CheckReport]) -> String {
    check_report(
        reports
            .iter()
            .map(|report| (&report.check, report.result())),
    )
}

/// Makes a connection ready for checks: in queries of the user's, functions of time work as on the page SQL.
pub(super) async fn prepare<'c>(
    connection: &Connection,
    checks: impl IntoIterator<Item = &'c Check>,
) -> Result<(), EngineError> {
    let mut checks = checks.into_iter();
    if checks.any(|check| check.test == TestKind::Sql) {
        connection.execute(sql::TIME_IN_UTC).await?;
    }
    Ok(())
}

/// The number of rows that a check has counted.
fn failing(counted: impl Into<Rows>) -> u64 {
    counted.into().count(0, 0).unwrap_or(0)
}

impl Workbench {
    /// Runs all checks of the mart that is shown. One that DuckDB refuses leaves the others as they are.
    pub(super) async fn run_checks(
        self,
        connection: &Connection,
        is_missing: impl Fn(&str) -> bool,
    ) -> Result<Vec<CheckReport>, Error> {
        let package = self.package.get_untracked();
        let loaded = self.built.with_untracked(|built| {
            let built = built.as_ref();
            built.and_then(|built| built.loaded.clone())
        });
        let checks = mart::checks(package.model(), &loaded.unwrap_or_default());
        prepare(connection, &checks).await?;
        let mut reports = Vec::with_capacity(checks.len());
        for check in checks {
            let mut tables = check.tables.iter();
            let outcome = match tables.find(|title| is_missing(title)) {
                Some(missing) => CheckOutcome::Missing(missing.clone()),
                None => match connection.query(&check.sql).await {
                    Ok(counted) => match failing(counted) {
                        0 => CheckOutcome::Passed,
                        rows => CheckOutcome::Failed(rows),
                    },
                    Err(EngineError::Engine { message, .. }) => CheckOutcome::Unreadable(message),
                    Err(other) => return Err(other.into()),
                },
            };
            reports.push(CheckReport { check, outcome });
        }
        Ok(reports)
    }

    /// Runs all checks, and returns the query for their report.
    pub(super) async fn quality_report(self, task: &Task) -> Result<String, Error> {
        task.progress().show_detail("Quality checks");
        let connection = self.connect().await?;
        let running = async {
            let existing = existing_columns(&connection, &self.databases()).await?;
            let is_missing = |title: &str| !existing.contains_key(title);
            self.run_checks(&connection, is_missing).await
        };
        Ok(report_of(&task.statement(&connection, running).await?))
    }
}

/// Fails if rows that are loaded in the transaction of a connection fail a check that ends a load, as far as the
/// document of the mart wants that. `loaded` is as in [`mart::checks`].
pub(super) async fn stop_on_error(
    task: &Task,
    connection: &Connection,
    package: &Package,
    loaded: &[(String, u64)],
) -> Result<(), Error> {
    if !package.document().load.stop_on_error {
        return Ok(());
    }
    let checks = mart::load_checks(package.model(), loaded);
    task.statement(connection, prepare(connection, &checks))
        .await?;
    let mut failed = Vec::new();
    for check in checks {
        task.progress().show_detail(&check.name);
        match task.query(connection, &check.sql).await {
            Ok(counted) => match failing(counted) {
                0 => {}
                rows => failed.push(FailedCheck::Rows(check.name, rows)),
            },
            Err(error) => {
                failed.push(FailedCheck::NotRun(check.name, error.statement_reason()?));
                // The transaction may be at its end.
                break;
            }
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Error::ChecksFailed(failed))
    }
}
