//! Queries whose rows can have any type: columns that DuckDB-Wasm cannot send as Arrow are cast on the
//! way.

use std::borrow::Cow;

use ::export::transport::{self, ResultColumn, Target};
use duckdb_wasm::{Connection, Error as EngineError, ErrorKind};
use mart::TextRows;
use results::Cell;

use super::error::Error;
use crate::rows::Rows;

/// The query with casts for the columns that cannot be sent, or that the target does not have.
pub(super) async fn with_transport_casts(
    connection: &Connection,
    sql: &str,
    target: Target,
) -> Result<String, Error> {
    let mut sql = Cow::Borrowed(sql);
    let columns = if let Some(columns) = describe(connection, &sql).await? {
        columns
    } else {
        sql = transport::inside(&sql).into();
        let described = connection.query(&transport::describe(&sql)).await?;
        transport::columns(&described.batches)?
    };
    Ok(transport::select(&sql, &columns, target)?)
}

/// The columns of a query. `None` for a statement that cannot be described: `SUMMARIZE t` and its like
/// can be described inside a query alone, where other queries may get other names for their columns.
pub(super) async fn describe(
    connection: &Connection,
    sql: &str,
) -> Result<Option<Vec<ResultColumn>>, Error> {
    match connection.query(&transport::describe(sql)).await {
        Ok(described) => Ok(Some(transport::columns(&described.batches)?)),
        Err(EngineError::Engine {
            kind: ErrorKind::Parser,
            ..
        }) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// The rows of a query, in types that can be shown.
pub(super) async fn rows_to_show(connection: &Connection, sql: &str) -> Result<Rows, Error> {
    let sql = with_transport_casts(connection, sql, Target::Text).await?;
    Ok(connection.query(&sql).await?.into())
}

/// The values of a result as texts; `None` for NULL.
pub(super) fn text_rows(rows: &Rows) -> TextRows {
    let width = rows.schema().fields().len();
    let text = |row: usize, column: usize| match rows.cell(row, column) {
        Cell::Null => None,
        value => Some(value.to_string()),
    };
    (0..rows.len())
        .map(|row| (0..width).map(|column| text(row, column)).collect())
        .collect()
}
