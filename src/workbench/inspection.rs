//! The mart as it is in the engine: which tables are there, which are missing, which checks fail.

use std::collections::BTreeMap;

use duckdb_wasm::{Connection, Error as EngineError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::{Identifier, Key, Keys, Table, catalog};

use super::build::count_rows;
use super::error::{Attempt, Error};
use super::open::stored;
use super::publish::Topic;
use super::transport::rows_to_show;
use super::{CheckReport, Drilldown, Workbench};
use crate::rows::Rows;

/// Rows of a table that Inspect shows.
const SAMPLE_ROWS: u32 = 5;

/// A report on all tables.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// The tables of the model.
    pub tables: Vec<TableReport>,
    /// The quality checks.
    pub checks: Vec<CheckReport>,
    /// How the keys are kept.
    pub keys: Keys,
}

/// One table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableReport {
    /// The table in the model.
    pub table: Table,
    /// The table in the engine.
    pub finding: Finding,
}

/// A table as it is in the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// It is missing.
    Missing,
    /// It cannot be read, for the reason that the engine gives.
    Unreadable(String),
    /// It can be read.
    Found {
        /// Its number of rows.
        rows: u64,
        /// Its columns in the engine.
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
    /// The keys of the model that it is part of.
    pub keys: Vec<Key>,
}

impl Workbench {
    /// Inspects everything. The report appears when it is complete.
    pub(super) fn inspect(self) {
        spawn_local(async move {
            if let Err(error) = self.inspect_now().await {
                self.report(&Attempt::Inspect, &error);
            }
        });
    }

    /// Inspects everything, and shows the report.
    pub(super) async fn inspect_now(self) -> Result<(), Error> {
        let report = Some(self.inspect_all().await?);
        // The same report again leaves the page as it is: the user may be reading it.
        if self.inspection.with_untracked(|shown| *shown != report) {
            self.inspection.set(report);
        }
        Ok(())
    }

    /// The titles of the tables that are missing.
    pub fn missing_tables(self) -> Vec<String> {
        if self.built.with(Option::is_none) {
            return Vec::new();
        }
        let tables: Vec<_> =
            self.with_model(|model| stored(model.tables()).map(Table::title).collect());
        self.row_counts.with(|counts| {
            let tables = tables.into_iter();
            tables.filter(|title| !counts.contains_key(title)).collect()
        })
    }

    /// Finds out what statements of the user's have changed.
    pub(super) async fn detect_changes(self) {
        // A table that cannot be counted is reported where it is inspected.
        if let Ok(counts) = self.count_existing().await {
            self.row_counts.set(counts);
        }
        self.drilldown.set(Drilldown::default());
        self.refresh_if_shown(Topic::Completions);
        self.note_outdated();
    }

    /// The number of rows of each table that is still there.
    async fn count_existing(self) -> Result<BTreeMap<String, u64>, Error> {
        let connection = self.connect().await?;
        let existing = existing_columns(&connection, &self.databases()).await?;
        let package = self.package.get_untracked();
        let tables = package.model().tables();
        let tables = stored(tables).filter(|table| existing.contains_key(&table.title()));
        Ok(count_rows(&connection, tables).await?)
    }

    async fn inspect_all(self) -> Result<Inspection, Error> {
        let connection = self.connect().await?;
        let mut existing = existing_columns(&connection, &self.databases()).await?;
        let package = self.package.get_untracked();
        let model = package.model();
        let mut tables = Vec::with_capacity(model.tables().len());
        for table in model.tables() {
            let finding = match existing.remove(&table.title()) {
                Some(columns) => inspect_table(&connection, table, columns).await?,
                None => Finding::Missing,
            };
            let table = table.clone();
            tables.push(TableReport { table, finding });
        }
        let unreadable = tables.iter().filter_map(|report| match &report.finding {
            Finding::Unreadable(reason) => {
                let reason = reason.lines().next().unwrap_or_default();
                Some((report.table.title(), reason.to_owned()))
            }
            Finding::Missing | Finding::Found { .. } => None,
        });
        self.unreadable.set(unreadable.collect());
        let is_missing = |title: &str| {
            tables.iter().any(|report| {
                report.table.title() == title && matches!(report.finding, Finding::Missing)
            })
        };
        let checks = self.run_checks(&connection, is_missing).await?;
        let built = self.built;
        let keys = built.with_untracked(|built| built.as_ref().map(|built| built.keys));
        Ok(Inspection {
            tables,
            checks,
            keys: keys.unwrap_or(Keys::Enforced),
        })
    }
}

/// Name and type of each column, by the title of its table.
pub(super) async fn existing_columns(
    connection: &Connection,
    databases: &[Identifier],
) -> Result<BTreeMap<String, Vec<(String, String)>>, Error> {
    let rows = Rows::from(connection.query(&catalog::columns(databases)).await?);
    let mut tables = BTreeMap::<_, Vec<_>>::new();
    for row in 0..rows.len() {
        let [schema, table, column, data_type, database] =
            [0, 1, 3, 4, 5].map(|at| rows.cell(row, at).to_string());
        tables
            .entry(catalog::listed_title(
                databases,
                [&database, &schema, &table],
            ))
            .or_default()
            .push((column, data_type));
    }
    Ok(tables)
}

async fn inspect_table(
    connection: &Connection,
    table: &Table,
    columns: Vec<(String, String)>,
) -> Result<Finding, Error> {
    let read = async {
        let count = Rows::from(connection.query(&catalog::row_count(table)).await?);
        let sample = rows_to_show(connection, &catalog::sample(table, SAMPLE_ROWS)).await?;
        Ok::<_, Error>((count.count(0, 0).unwrap_or_default(), sample))
    };
    let (rows, sample) = match read.await {
        Ok(found) => found,
        Err(Error::Engine(EngineError::Engine { message, .. })) => {
            return Ok(Finding::Unreadable(message));
        }
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
