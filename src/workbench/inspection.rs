//! Looking at the mart as it is in the engine: what is there, what is missing, what is wrong.

use std::collections::BTreeMap;

use duckdb_wasm::{Connection, Error};
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::{Check, Key, Keys, Table, inspect};

use super::ask::rows_to_show;
use super::open::counted;
use super::{Alert, Workbench};
use crate::rows::Rows;

/// Rows of a table that Inspect shows.
const SAMPLE_ROWS: u32 = 5;

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// The tables that the mart should have.
    pub tables: Vec<TableReport>,
    /// The quality checks.
    pub checks: Vec<CheckReport>,
    /// How it was made sure that the keys hold.
    pub keys: Keys,
}

/// One table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableReport {
    /// What the model says of it.
    pub table: Table,
    /// What is there.
    pub finding: Finding,
}

/// What is there of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// It is not there.
    Missing,
    /// It is there, but cannot be read, for the reason that the engine gives.
    Unreadable(String),
    /// It can be read.
    Found {
        /// How many rows it has.
        rows: u64,
        /// Its columns as the engine has them.
        columns: Vec<ColumnReport>,
        /// Its first rows.
        sample: Rows,
    },
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnReport {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: String,
    /// The keys that the model says it is part of.
    pub keys: Vec<Key>,
}

/// One check.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckReport {
    /// What it asks.
    pub check: Check,
    /// What came of it.
    pub outcome: CheckOutcome,
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckOutcome {
    /// Nothing fails it.
    Passed,
    /// So many rows fail it.
    Failed(u64),
    /// It could not be run, since this table is missing.
    Missing(String),
    /// It could not be run, for the reason that the engine gives.
    Unreadable(String),
}

impl Workbench {
    /// Looks at everything. The report appears when it is whole.
    pub fn inspect(self) {
        spawn_local(async move {
            match self.look().await {
                Ok(report) => {
                    // What is the same is not shown anew: a person may be reading it.
                    let report = Some(report);
                    if self.inspection.with_untracked(|shown| *shown != report) {
                        self.inspection.set(report);
                    }
                }
                Err(cause) => {
                    let alert = Alert::of_engine("Looking at the tables", &cause, "");
                    if alert.is_some() {
                        self.alert.set(alert);
                    }
                }
            }
        });
    }

    /// The tables that the mart should have, and that are not there.
    pub fn missing_tables(self) -> Vec<String> {
        if self.built.with(Option::is_none) {
            return Vec::new();
        }
        let tables = self
            .mart
            .with(|mart| counted(mart).map(Table::title).collect::<Vec<_>>());
        self.row_counts.with(|counts| {
            let tables = tables.into_iter();
            tables.filter(|title| !counts.contains_key(title)).collect()
        })
    }

    /// Counts the rows again, of the tables that are still there.
    pub(super) async fn look_for_changes(self) {
        let outcome: Result<_, Error> = async {
            let connection = self.connect_aside().await?;
            let catalog = catalog(&connection).await?;
            let mut mart = self.mart.get_untracked();
            mart.tables
                .retain(|table| catalog.contains_key(&table.title()));
            self.count_rows(&connection, &mart).await
        }
        .await;
        // What cannot be counted now is told where it is looked at.
        if let Ok(counts) = outcome {
            self.row_counts.set(counts);
        }
        self.forget_closer();
        self.learn_words();
    }

    async fn look(self) -> Result<Inspection, Error> {
        let connection = self.connect_aside().await?;
        let mut catalog = catalog(&connection).await?;
        let mart = self.mart.get_untracked();
        let mut tables = Vec::with_capacity(mart.tables.len());
        for table in &mart.tables {
            let finding = match catalog.remove(&table.title()) {
                Some(columns) => look_at(&connection, table, columns).await?,
                None => Finding::Missing,
            };
            let table = table.clone();
            tables.push(TableReport { table, finding });
        }
        let (staged_rows, keys) = self.built.with_untracked(|built| {
            let built = built.as_ref();
            built.map_or((Some(0), Keys::Enforced), |built| {
                (built.staged_rows, built.keys)
            })
        });
        let mut checks = Vec::new();
        for check in mart::checks(&mart, staged_rows) {
            let is_missing = |title: &&String| {
                tables.iter().any(|report| {
                    report.table.title() == **title && matches!(report.finding, Finding::Missing)
                })
            };
            let outcome = match check.tables.iter().find(is_missing) {
                Some(missing) => CheckOutcome::Missing(missing.clone()),
                None => match connection.query(&check.sql).await {
                    Ok(failing) => match Rows::from(failing).count(0, 0) {
                        Some(0) => CheckOutcome::Passed,
                        failing => CheckOutcome::Failed(failing.unwrap_or(0)),
                    },
                    Err(Error::Engine { message, .. }) => CheckOutcome::Unreadable(message),
                    Err(other) => return Err(other),
                },
            };
            checks.push(CheckReport { check, outcome });
        }
        Ok(Inspection {
            tables,
            checks,
            keys,
        })
    }
}

/// Name and type of each column, by the title of its table.
async fn catalog(
    connection: &Connection,
) -> Result<BTreeMap<String, Vec<(String, String)>>, Error> {
    let rows = Rows::from(connection.query(inspect::catalog()).await?);
    let mut tables = BTreeMap::<_, Vec<_>>::new();
    for row in 0..rows.len() {
        let [schema, table, column, data_type] =
            [0, 1, 3, 4].map(|at| rows.cell(row, at).to_string());
        tables
            .entry(inspect::title(&schema, &table))
            .or_default()
            .push((column, data_type));
    }
    Ok(tables)
}

async fn look_at(
    connection: &Connection,
    table: &Table,
    columns: Vec<(String, String)>,
) -> Result<Finding, Error> {
    let read = async {
        let count = Rows::from(connection.query(&inspect::row_count(table)).await?);
        let sample = rows_to_show(connection, &inspect::sample(table, SAMPLE_ROWS)).await?;
        Ok((count.count(0, 0).unwrap_or_default(), sample))
    };
    let (rows, sample) = match read.await {
        Ok(found) => found,
        Err(Error::Engine { message, .. }) => return Ok(Finding::Unreadable(message)),
        Err(other) => return Err(other),
    };
    let keys_of = |name: &str| {
        let column = table
            .columns
            .iter()
            .find(|column| column.name.as_str() == name);
        column.map(|column| column.keys.clone()).unwrap_or_default()
    };
    let columns = columns.into_iter().map(|(name, data_type)| ColumnReport {
        keys: keys_of(&name),
        name,
        data_type,
    });
    Ok(Finding::Found {
        rows,
        columns: columns.collect(),
        sample,
    })
}
