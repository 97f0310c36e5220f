//! How a statement is run so that its rows can be shown. A query is run with casts for the types that do
//! not travel as Arrow. What is no query is run once: its rows come as text where a type needs it, and are
//! kept as they are, so that nothing is done again when they are sorted or saved.

use std::rc::Rc;
use std::sync::Arc;

use ::export::transport::{self, ResultColumn, Target};
use ::sql::statement::{self, Kind, as_text, returning};
use arrow_array::RecordBatch;
use arrow_schema::{Field, Schema, SchemaRef};
use duckdb_wasm::{Connection, Error as EngineError, QueryResult};
use leptos::prelude::*;

use super::{DESCRIBE, FetchedRows, StatementResult};
use crate::rows::Rows;
use crate::workbench::Workbench;
use crate::workbench::error::Error;
use crate::workbench::task::Task;
use crate::workbench::transport::describe;

/// The database in memory that keeps rows.
const KEPT: &str = "page_results";
/// The statement that the page prepares to learn the types of another one's rows.
const LOOK: &str = "page_statement";

/// What a statement led to.
pub(super) struct Run {
    pub(super) result: StatementResult,
    /// The query that gives its rows again, and whether it is on the connection that keeps rows.
    pub(super) rows: Option<(String, bool)>,
}

impl From<StatementResult> for Run {
    fn from(result: StatementResult) -> Self {
        Self { result, rows: None }
    }
}

/// How a statement is run.
enum Way {
    /// As it is. Its rows, if it has any, are of simple types.
    Plain,
    /// As a query for its rows, which can be asked again.
    Query(String, Vec<ResultColumn>),
    /// Once. Its rows have these types, and may come as text.
    Once(String, Vec<String>),
}

impl Workbench {
    pub(super) async fn run_statement(self, task: &Task, sql: &str) -> Result<Run, Error> {
        let connection = self.sql_connection().await?;
        match way(task, &connection, sql).await? {
            Way::Plain => Ok(Run {
                result: FetchedRows::fetch(task, connection, sql.to_owned(), Vec::new()).await?,
                rows: None,
            }),
            Way::Query(query, columns) => {
                let casts = transport::select(&query, &columns, Target::Text)?;
                Ok(Run {
                    result: FetchedRows::fetch(task, connection, casts, columns).await?,
                    rows: Some((query, false)),
                })
            }
            Way::Once(sql, types) => {
                let result = task.query(&connection, &sql).await?;
                Ok(self.keep(task, result, &types).await)
            }
        }
    }

    /// Shows rows that cannot be asked for again.
    async fn keep(self, task: &Task, result: QueryResult, types: &[String]) -> Run {
        let columns: Vec<_> = result
            .schema
            .fields()
            .iter()
            .zip(types)
            .map(|(field, data_type)| ResultColumn {
                name: field.name().clone(),
                data_type: kept_type(data_type).to_owned(),
            })
            .collect();
        match self.show_kept(task, &result, columns).await {
            Ok(run) => run,
            // They are there: better without their order than not at all.
            Err(_) => Run {
                result: StatementResult::Rows(FetchedRows::complete(Rows::from(result))),
                rows: None,
            },
        }
    }

    async fn show_kept(
        self,
        task: &Task,
        result: &QueryResult,
        columns: Vec<ResultColumn>,
    ) -> Result<Run, Error> {
        let connection = self.kept_connection().await?;
        let (raw, table) = (
            format!("raw_{}", self.next_file()),
            format!("rows_{}", self.next_file()),
        );
        let (schema, batches) = numbered(result)?;
        connection.insert_arrow(&raw, &schema, &batches).await?;
        let values: Vec<_> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| format!("CAST(c{at} AS {}) AS c{at}", column.data_type))
            .collect();
        let typed = format!(
            "CREATE TABLE {table} AS SELECT {} FROM {raw}",
            values.join(", ")
        );
        connection.execute(&typed).await?;
        connection.execute(&format!("DROP TABLE {raw}")).await?;
        let names: Vec<_> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| format!("c{at} AS {}", ::sql::quoted(&column.name)))
            .collect();
        let query = format!("SELECT {} FROM {table}", names.join(", "));
        let casts = transport::select(&query, &columns, Target::Text)?;
        Ok(Run {
            result: FetchedRows::fetch(task, connection, casts, columns).await?,
            rows: Some((query, true)),
        })
    }

    /// The connection whose database keeps rows, outside of the user's transaction.
    pub(in crate::workbench) async fn kept_connection(self) -> Result<Rc<Connection>, Error> {
        let known = self.session.with_value(|session| session.kept.clone());
        if let Some(connection) = known {
            return Ok(connection);
        }
        let connection = Rc::new(self.database()?.connect().await?);
        connection
            .execute(&format!("ATTACH IF NOT EXISTS ':memory:' AS {KEPT}"))
            .await?;
        connection.execute(&format!("USE {KEPT}")).await?;
        self.session
            .update_value(|session| session.kept = Some(Rc::clone(&connection)));
        Ok(connection)
    }

    /// Forgets the rows of earlier statements that no tab shows any more.
    pub(super) async fn forget_kept(self) -> Result<(), Error> {
        let known = self.session.with_value(|session| session.kept.clone());
        let Some(connection) = known else {
            return Ok(());
        };
        let shown = self.sql.kept_queries();
        let tables = format!(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = {}",
            ::sql::text(KEPT)
        );
        let tables = Rows::from(connection.query(&tables).await?);
        for row in 0..tables.len() {
            let table = tables.cell(row, 0).to_string();
            let ending = format!(" FROM {table}");
            if !shown.iter().any(|query| query.ends_with(&ending)) {
                connection.execute(&format!("DROP TABLE {table}")).await?;
            }
        }
        Ok(())
    }
}

/// The type that rows of a type are kept in: of a union, a text does not say which member it was.
fn kept_type(data_type: &str) -> &str {
    if data_type.contains("UNION(") {
        "VARCHAR"
    } else {
        data_type
    }
}

async fn way(task: &Task, connection: &Connection, sql: &str) -> Result<Way, Error> {
    match statement::kind(sql) {
        Kind::Extension => Err(Error::NoExtensions),
        Kind::Begin | Kind::End | Kind::Setting => Ok(Way::Plain),
        Kind::Query => query(task, connection, sql).await,
        Kind::Call => {
            let rest = sql.trim_start().get("CALL".len()..).unwrap_or_default();
            as_function(task, connection, &format!("FROM {}", rest.trim_start())).await
        }
        Kind::Pragma => {
            let rest = sql
                .trim_start()
                .get("PRAGMA".len()..)
                .unwrap_or_default()
                .trim();
            let rest = rest.trim_end_matches(';');
            if rest.contains('=') {
                return Ok(Way::Plain);
            }
            let arguments = if rest.ends_with(')') { "" } else { "()" };
            as_function(task, connection, &format!("FROM pragma_{rest}{arguments}")).await
        }
        Kind::Change => changing(task, connection, sql).await,
        Kind::Execute => executing(task, connection, sql).await,
    }
}

async fn query(task: &Task, connection: &Connection, sql: &str) -> Result<Way, Error> {
    let described = task.statement(connection, describe(connection, sql)).await;
    if let Some(columns) = described.map_err(without_describe)? {
        return Ok(Way::Query(sql.to_owned(), columns));
    }
    // SUMMARIZE, SHOW and their like are described inside a query alone; EXPLAIN is not.
    as_function(task, connection, &transport::inside(sql)).await
}

/// A query that may not be one, and then says nothing about the statement that it stands for.
async fn as_function(task: &Task, connection: &Connection, sql: &str) -> Result<Way, Error> {
    match task.statement(connection, describe(connection, sql)).await {
        Ok(Some(columns)) => Ok(Way::Query(sql.to_owned(), columns)),
        Ok(None) | Err(Error::Engine(EngineError::Engine { .. })) => Ok(Way::Plain),
        Err(other) => Err(other),
    }
}

async fn changing(task: &Task, connection: &Connection, sql: &str) -> Result<Way, Error> {
    if returning(sql).is_none() {
        return Ok(Way::Plain);
    }
    // Prepared, it is checked and not run.
    let prepare = format!("PREPARE {LOOK} AS ");
    let prepared = task.query(connection, &format!("{prepare}{sql}")).await;
    prepared.map_err(|error| without(error, prepare.len()))?;
    let (types, _) = prepared_types(task, connection, LOOK).await?;
    task.query(connection, &format!("DEALLOCATE {LOOK}"))
        .await?;
    let Some(text) = returning_text(sql, &types)? else {
        return Ok(Way::Once(sql.to_owned(), types));
    };
    match task.query(connection, &format!("{prepare}{text}")).await {
        Ok(_) => {
            task.query(connection, &format!("DEALLOCATE {LOOK}"))
                .await?;
            Ok(Way::Once(text, types))
        }
        Err(Error::Engine(EngineError::Engine { .. })) => Err(Error::NotShown),
        Err(other) => Err(other),
    }
}

async fn executing(task: &Task, connection: &Connection, sql: &str) -> Result<Way, Error> {
    let rest = sql.trim_start().get("EXECUTE".len()..).unwrap_or_default();
    let rest = rest.trim_start();
    let end = rest.find(|c: char| c == '(' || c == ';' || c.is_whitespace());
    let (name, arguments) = rest.split_at(end.unwrap_or(rest.len()));
    let (types, text) = prepared_types(task, connection, name.trim_matches('"')).await?;
    let companion = match statement::kind(&text) {
        // Nothing of that name: DuckDB says so.
        _ if types.is_empty() => return Ok(Way::Plain),
        Kind::Query if needs_text(&types) => Some(format!(
            "SELECT COLUMNS(*)::VARCHAR {}",
            transport::inside(&text)
        )),
        Kind::Query => None,
        _ if returning(&text).is_none() => return Ok(Way::Plain),
        _ => returning_text(&text, &types)?,
    };
    let Some(companion) = companion else {
        return Ok(Way::Once(sql.to_owned(), types));
    };
    let name = format!(
        "{LOOK}_{}",
        name.trim_matches('"')
            .replace(|c: char| !c.is_ascii_alphanumeric(), "_")
    );
    let prepared = task
        .query(connection, &format!("PREPARE {name} AS {companion}"))
        .await;
    match prepared {
        Ok(_) => Ok(Way::Once(format!("EXECUTE {name}{arguments}"), types)),
        Err(Error::Engine(EngineError::Engine { .. })) => Err(Error::NotShown),
        Err(other) => Err(other),
    }
}

/// A statement whose clause RETURNING returns text; `None` where it can stay as it is.
fn returning_text(sql: &str, types: &[String]) -> Result<Option<String>, Error> {
    let Some(found) = returning(sql).filter(|_| needs_text(types)) else {
        return Ok(None);
    };
    let items: Option<Vec<_>> = found.items.iter().map(|item| as_text(item)).collect();
    let items = items.ok_or(Error::NotShown)?;
    Ok(Some(format!(
        "{}RETURNING {}",
        found.before,
        items.join(", ")
    )))
}

fn needs_text(types: &[String]) -> bool {
    types.iter().any(|data_type| {
        let column = ResultColumn {
            name: "c".to_owned(),
            data_type: data_type.clone(),
        };
        transport::needs_cast(&column, Target::Text)
    })
}

/// The types of the rows of a prepared statement, and its text; none where there is no such statement.
async fn prepared_types(
    task: &Task,
    connection: &Connection,
    name: &str,
) -> Result<(Vec<String>, String), Error> {
    let sql = format!(
        "SELECT unnest(result_types), statement FROM duckdb_prepared_statements() WHERE lower(name) = lower({})",
        ::sql::text(name)
    );
    let rows = Rows::from(task.query(connection, &sql).await?);
    let types = (0..rows.len()).map(|row| rows.cell(row, 0).to_string());
    Ok((types.collect(), rows.cell(0, 1).to_string()))
}

/// The rows under names that no two columns share.
fn numbered(result: &QueryResult) -> Result<(SchemaRef, Vec<RecordBatch>), Error> {
    let fields = result.schema.fields().iter().enumerate();
    let fields: Vec<_> = fields
        .map(|(at, field)| Field::new(format!("c{at}"), field.data_type().clone(), true))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let batches: Result<Vec<_>, _> = result
        .batches
        .iter()
        .map(|batch| RecordBatch::try_new(Arc::clone(&schema), batch.columns().to_vec()))
        .collect();
    Ok((schema, batches.map_err(EngineError::from)?))
}

/// The error of a DESCRIBE as one of the statement it describes.
fn without_describe(error: Error) -> Error {
    without(error, DESCRIBE.len())
}

/// An error with its place counted from a later byte.
fn without(error: Error, prefix: usize) -> Error {
    match error {
        Error::Engine(EngineError::Engine {
            kind,
            message,
            position,
        }) => Error::Engine(EngineError::Engine {
            kind,
            message,
            position: position.and_then(|place| place.checked_sub(prefix)),
        }),
        other => other,
    }
}
