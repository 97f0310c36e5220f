//! The query that an export or the screen runs in place of the user's query. DuckDB-Wasm cannot
//! send every type of DuckDB as Arrow, and no format has all types: such columns are cast by DuckDB.
//! It must not know how a query is run.
//!
//! The Arrow types that DuckDB-Wasm 1.32.0 (DuckDB 1.4.3) sends, and the casts that follow (`text`
//! is `VARCHAR`, the value as DuckDB prints it):
//!
//! | DuckDB | Arrow | in CSV, SQL, on screen | in JSON | in Parquet |
//! | --- | --- | --- | --- | --- |
//! | integers, `BOOLEAN`, `FLOAT`, `DOUBLE`, `VARCHAR`, `DECIMAL`, `DATE`, `TIME` | the same | | | |
//! | `UUID` | `Utf8` | | | |
//! | `HUGEINT` | `Decimal128(38, 0)`, even with 39 digits | | | `DECIMAL(38,0)`: 39 digits are an error |
//! | `TIMESTAMP`, `_NS`, `WITH TIME ZONE` | `Timestamp`, with `UTC` for the last | | | |
//! | `TIMESTAMP_S` | `Timestamp(Second)` | | | `TIMESTAMP`: Parquet has no seconds |
//! | `TIMESTAMP_MS` | `Timestamp(Millisecond)` | | | `TIMESTAMP`: DuckDB cannot read `infinity` in milliseconds |
//! | `BLOB` | `Binary` | text | | |
//! | `ENUM` | numbers without their texts | text | text | text |
//! | `TIME WITH TIME ZONE` | `Time64`, its offset lost | text | text | text |
//! | `INTERVAL` | `Interval`, which no format has | text | text | text |
//! | `BIT`, `BIGNUM` | DuckDB's own bytes | text | text | text |
//! | `UHUGEINT` | DuckDB's own bytes | text | text | text |
//! | `TIME_NS`, `VARIANT` | an error | text | text | text |
//! | `UNION` | a union, which no format has | text | text | text |
//! | `LIST`, `ARRAY` | the same | text | its elements by this table | its elements by this table |
//! | `STRUCT` | the same | text | its fields by this table | its fields by this table |
//! | `STRUCT` without names | fields without names | text | fields `1`, `2`, … | fields `1`, `2`, … |
//! | `MAP` | the same | text | its keys as text | keys and values by this table |
//! | anything else (`JSON`, types of extensions) | | text | text | text |
//!
//! DuckDB-Wasm has no time zone other than UTC, so no cast depends on the browser's time zone.

mod data_type;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;

use sql::Identifier;

use self::data_type::cast;
use crate::{Error, Format};

/// The use of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// Text in every field: the screen, CSV, a script of SQL.
    Text,
    /// JSON.
    Json,
    /// Parquet.
    Parquet,
}

impl From<Format> for Target {
    fn from(format: Format) -> Self {
        match format {
            Format::Csv => Self::Text,
            Format::Json => Self::Json,
            Format::Parquet => Self::Parquet,
        }
    }
}

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultColumn {
    /// Its name. Another column may have the same one.
    pub name: String,
    /// Its type, as DuckDB prints it.
    pub data_type: String,
}

/// A query for the columns of a query's result. [`columns`] reads the rows.
#[must_use]
pub fn describe(query: &str) -> String {
    format!("DESCRIBE {}", bare(query))
}

/// A query for the rows of another. The inner query has its own lines, because it may end in a
/// comment.
///
/// ```
/// assert_eq!(export::transport::inside("SUMMARIZE t;"), "FROM (\nSUMMARIZE t\n)");
/// ```
#[must_use]
pub fn inside(query: &str) -> String {
    format!("FROM (\n{}\n)", bare(query))
}

/// The columns in the rows of a [`describe`] query.
///
/// # Errors
/// [`Error::Describe`] if the rows are from another query.
pub fn columns(described: &[RecordBatch]) -> Result<Vec<ResultColumn>, Error> {
    let mut found = Vec::new();
    for batch in described {
        let texts = |name: &str| {
            batch
                .column_by_name(name)
                .and_then(|column| column.as_string_opt::<i32>())
                .ok_or_else(|| Error::Describe {
                    column: name.to_owned(),
                })
        };
        let (names, types) = (texts("column_name")?, texts("column_type")?);
        found.extend(
            names
                .iter()
                .zip(types)
                .map(|(name, data_type)| ResultColumn {
                    name: name.unwrap_or_default().to_owned(),
                    data_type: data_type.unwrap_or_default().to_owned(),
                }),
        );
    }
    Ok(found)
}

/// Whether a column does not reach a target as it is.
#[must_use]
pub fn needs_cast(column: &ResultColumn, target: Target) -> bool {
    cast(&column.data_type, target).is_some()
}

/// The query to run in place of `query`, whose columns are given: the same rows in the same order with
/// the same names, and casts where they are needed. Without a cast, the query is not changed.
///
/// ```
/// use export::transport::{ResultColumn, Target, select};
///
/// let columns = [("id", "INTEGER"), ("mood", "ENUM('sad', 'happy')[]")].map(|(name, of)| {
///     ResultColumn { name: name.to_owned(), data_type: of.to_owned() }
/// });
/// assert_eq!(
///     select("FROM people", &columns, Target::Json)?,
///     "SELECT c1 AS \"id\", CAST(c2 AS VARCHAR[]) AS \"mood\"\nFROM (\nFROM people\n) AS result(c1, c2)"
/// );
/// assert_eq!(select("FROM people", &columns[..1], Target::Json)?, "FROM people");
/// # Ok::<(), export::Error>(())
/// ```
///
/// # Errors
/// [`Error::Name`] if a column has no name.
pub fn select(query: &str, columns: &[ResultColumn], target: Target) -> Result<String, Error> {
    let query = bare(query);
    let casts: Vec<_> = columns
        .iter()
        .map(|column| cast(&column.data_type, target))
        .collect();
    if casts.iter().all(Option::is_none) {
        return Ok(query.to_owned());
    }
    around(query, columns, |at, place| {
        match casts.get(at).and_then(Option::as_ref) {
            Some(data_type) => format!("CAST({place} AS {data_type})"),
            None => place.to_owned(),
        }
    })
}

/// A query for the same rows in the order of a column, counted from 0; NULL comes last.
///
/// ```
/// use export::transport::{ResultColumn, sorted};
///
/// let columns = ["id", "id"].map(|name| {
///     ResultColumn { name: name.to_owned(), data_type: "INTEGER".to_owned() }
/// });
/// assert_eq!(
///     sorted("FROM twice", &columns, 1, true)?,
///     "SELECT c1 AS \"id\", c2 AS \"id\"\nFROM (\nFROM twice\n) AS result(c1, c2)\nORDER BY result.c2 DESC NULLS LAST"
/// );
/// # Ok::<(), export::Error>(())
/// ```
///
/// # Errors
/// [`Error::Name`] if a column has no name.
pub fn sorted(
    query: &str,
    columns: &[ResultColumn],
    column: usize,
    descending: bool,
) -> Result<String, Error> {
    let rows = around(query, columns, |_, place| place.to_owned())?;
    let direction = if descending { "DESC" } else { "ASC" };
    // Not `c2` alone, which may be the name of another column of the result.
    Ok(format!(
        "{rows}\nORDER BY result.c{} {direction} NULLS LAST",
        column + 1
    ))
}

/// A query for an expression of each column of another query. `expression` gets the index of the
/// column and its name in the query; the result keeps the original name.
fn around(
    query: &str,
    columns: &[ResultColumn],
    expression: impl Fn(usize, &str) -> String,
) -> Result<String, Error> {
    let mut values = Vec::with_capacity(columns.len());
    let mut places = Vec::with_capacity(columns.len());
    for (at, column) in columns.iter().enumerate() {
        // By position, because two columns may have one name.
        let place = format!("c{}", at + 1);
        let name = Identifier::new(column.name.as_str())?.quoted();
        values.push(format!("{} AS {name}", expression(at, &place)));
        places.push(place);
    }
    Ok(format!(
        "SELECT {}\n{} AS result({})",
        values.join(", "),
        inside(query),
        places.join(", ")
    ))
}

/// The query without blanks and semicolons at its end.
fn bare(query: &str) -> &str {
    query.trim_end_matches(|c: char| c.is_whitespace() || c == ';')
}
