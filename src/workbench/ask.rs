//! Asking DuckDB for rows of any type: what does not travel as Arrow is cast on the way.

use std::borrow::Cow;

use duckdb_wasm::{Connection, Error};
use mart::encode::transport::{self, Target};

use crate::rows::Rows;

/// The query to run in place of one: with casts for what does not travel, or what the target does
/// not have.
pub(super) async fn travelling(
    connection: &Connection,
    sql: &str,
    target: Target,
) -> Result<Result<String, mart::Error>, Error> {
    let mut sql = Cow::Borrowed(sql);
    let described = match connection.query(&transport::describe(&sql)).await {
        // `SUMMARIZE t` and its like can be described inside a query alone; other queries may get other
        // names for their columns there.
        Err(Error::Engine { kind, .. }) if kind == "Parser" => {
            sql = transport::inside(&sql).into();
            connection.query(&transport::describe(&sql)).await?
        }
        described => described?,
    };
    Ok(transport::columns(&described.batches)
        .and_then(|columns| transport::select(&sql, &columns, target)))
}

/// The rows that a query gives, fit to be shown.
pub(super) async fn rows_to_show(connection: &Connection, sql: &str) -> Result<Rows, Error> {
    let sql = travelling(connection, sql, Target::Text).await?;
    let sql = sql.map_err(|cause| Error::Decode {
        reason: cause.to_string(),
    })?;
    Ok(connection.query(&sql).await?.into())
}
