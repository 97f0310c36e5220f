//! Looking at the mart as it is in the engine: what is there, what is missing, what is wrong.

use std::collections::BTreeMap;

use duckdb_wasm::{Connection, Error};
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::{Key, Keys, Table, inspect};

use super::{Alert, Workbench};
use crate::rows::Rows;

/// Rows of a table that Inspect shows.
const SAMPLE_ROWS: u32 = 5;

/// What was found.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// The tables that the mart should have.
    pub tables: Vec<TableReport>,
    /// The quality checks.
    pub checks: Vec<CheckReport>,
    /// How it was made sure that the keys hold.
    pub keys: Keys,
}

/// One table.
#[derive(Debug, Clone)]
pub struct TableReport {
    /// What the model says of it.
    pub table: Table,
    /// Its rows; `None` when the table is missing.
    pub rows: Option<u64>,
    /// Its columns as the engine has them: name, type and key.
    pub columns: Vec<(String, String, Option<Key>)>,
    /// Its first rows.
    pub sample: Option<Rows>,
}

/// One check.
#[derive(Debug, Clone)]
pub struct CheckReport {
    /// What holds when it passes.
    pub name: String,
    /// Why it matters.
    pub description: String,
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
}

impl Workbench {
    /// Looks at everything. The report appears when it is whole.
    pub fn inspect(self) {
        spawn_local(async move {
            match self.look().await {
                Ok(report) => self.inspection.set(Some(report)),
                Err(cause) => {
                    let alert = Alert::of_engine("Looking at the tables", &cause, "");
                    if alert.is_some() {
                        self.alert.set(alert);
                    }
                }
            }
        });
    }

    async fn look(self) -> Result<Inspection, Error> {
        let connection = self.database()?.connect().await?;
        let mut catalog = catalog(&connection).await?;
        let mart = self.mart.get_value();
        let mut tables = Vec::with_capacity(mart.tables.len());
        for table in &mart.tables {
            let columns = catalog.remove(table.name.as_str());
            tables.push(look_at(&connection, table, columns).await?);
        }
        let (staged_rows, keys) = self.built.with_untracked(|built| {
            let built = built.as_ref();
            built.map_or((0, Keys::Enforced), |built| (built.staged_rows, built.keys))
        });
        let mut checks = Vec::new();
        for check in mart::checks(&mart, staged_rows) {
            let is_missing = |name: &&mart::Identifier| {
                tables
                    .iter()
                    .any(|report| report.table.name == **name && report.rows.is_none())
            };
            let outcome = match check.tables.iter().find(is_missing) {
                Some(missing) => CheckOutcome::Missing(missing.as_str().to_owned()),
                None => match Rows::from(connection.query(&check.sql).await?).count(0, 0) {
                    Some(0) => CheckOutcome::Passed,
                    failing => CheckOutcome::Failed(failing.unwrap_or(0)),
                },
            };
            checks.push(CheckReport {
                name: check.name,
                description: check.description,
                outcome,
            });
        }
        Ok(Inspection {
            tables,
            checks,
            keys,
        })
    }
}

/// Name and type of each column, by table.
async fn catalog(
    connection: &Connection,
) -> Result<BTreeMap<String, Vec<(String, String)>>, Error> {
    let rows = Rows::from(connection.query(inspect::catalog()).await?);
    let mut tables = BTreeMap::<_, Vec<_>>::new();
    for row in 0..rows.len() {
        let [table, column, data_type] = [0, 1, 2].map(|at| rows.cell(row, at).to_string());
        tables.entry(table).or_default().push((column, data_type));
    }
    Ok(tables)
}

async fn look_at(
    connection: &Connection,
    table: &Table,
    columns: Option<Vec<(String, String)>>,
) -> Result<TableReport, Error> {
    let Some(columns) = columns else {
        return Ok(TableReport {
            table: table.clone(),
            rows: None,
            columns: Vec::new(),
            sample: None,
        });
    };
    let count = Rows::from(connection.query(&inspect::row_count(table)).await?);
    let sample = connection
        .query(&inspect::sample(table, SAMPLE_ROWS))
        .await?;
    let key_of = |name: &str| {
        let column = table
            .columns
            .iter()
            .find(|column| column.name.as_str() == name);
        column.and_then(|column| column.key.clone())
    };
    Ok(TableReport {
        table: table.clone(),
        rows: count.count(0, 0),
        columns: columns
            .into_iter()
            .map(|(name, data_type)| {
                let key = key_of(&name);
                (name, data_type, key)
            })
            .collect(),
        sample: Some(sample.into()),
    })
}
