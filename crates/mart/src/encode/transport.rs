//! The query that an export or the screen runs in place of the one asked for. Not every type of
//! DuckDB travels from DuckDB-Wasm as Arrow, and not every type that does is one the format has:
//! such columns are cast by DuckDB, on the way. It must not know how a query is run.
//!
//! What arrives, as DuckDB-Wasm 1.32.0 (DuckDB 1.4.3) was seen to send it, and so what is cast
//! (`text` is `VARCHAR`, DuckDB's own words for the value):
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
//! | `ENUM` | numbers without their words | text | text | text |
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
//! DuckDB-Wasm has no time zone but UTC, so that no cast depends on where the browser is.

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;

use super::Format;
use crate::{Error, Identifier};

/// What the rows are for.
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
    /// Its name, which another column may have too.
    pub name: String,
    /// Its type, as DuckDB prints it.
    pub data_type: String,
}

/// A query for the columns of a query's result. [`columns`] reads its answer.
#[must_use]
pub fn describe(query: &str) -> String {
    format!("DESCRIBE {}", bare(query))
}

/// A query for the rows of another, which stands on lines of its own: it may end in a comment.
///
/// ```
/// assert_eq!(mart::encode::transport::inside("SUMMARIZE t;"), "FROM (\nSUMMARIZE t\n)");
/// ```
#[must_use]
pub fn inside(query: &str) -> String {
    format!("FROM (\n{}\n)", bare(query))
}

/// The columns that [`describe`] answers with.
///
/// # Errors
/// [`Error::Describe`] if those are not the answer to that query.
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

/// The query to run in place of `query`, whose columns are given: the same rows in the same order
/// under the same names, with casts where they are needed. Where none is, the query as it is.
///
/// ```
/// use mart::encode::transport::{ResultColumn, Target, select};
///
/// let columns = [("id", "INTEGER"), ("mood", "ENUM('sad', 'happy')[]")].map(|(name, of)| {
///     ResultColumn { name: name.to_owned(), data_type: of.to_owned() }
/// });
/// assert_eq!(
///     select("FROM people", &columns, Target::Json)?,
///     "SELECT c1 AS \"id\", CAST(c2 AS VARCHAR[]) AS \"mood\"\nFROM (\nFROM people\n) AS result(c1, c2)"
/// );
/// assert_eq!(select("FROM people", &columns[..1], Target::Json)?, "FROM people");
/// # Ok::<(), mart::Error>(())
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

/// The same rows in the order of a column, counted from 0; those without a value come last.
///
/// ```
/// use mart::encode::transport::{ResultColumn, sorted};
///
/// let columns = ["id", "id"].map(|name| {
///     ResultColumn { name: name.to_owned(), data_type: "INTEGER".to_owned() }
/// });
/// assert_eq!(
///     sorted("FROM twice", &columns, 1, true)?,
///     "SELECT c1 AS \"id\", c2 AS \"id\"\nFROM (\nFROM twice\n) AS result(c1, c2)\nORDER BY result.c2 DESC NULLS LAST"
/// );
/// # Ok::<(), mart::Error>(())
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

/// A query for what is made of each column of another, by its number and its name there; under the
/// name that it had.
fn around(
    query: &str,
    columns: &[ResultColumn],
    made_of: impl Fn(usize, &str) -> String,
) -> Result<String, Error> {
    let mut values = Vec::with_capacity(columns.len());
    let mut places = Vec::with_capacity(columns.len());
    for (at, column) in columns.iter().enumerate() {
        // By place and not by name, which two columns may share.
        let place = format!("c{}", at + 1);
        let name = Identifier::new(column.name.as_str())?.quoted();
        values.push(format!("{} AS {name}", made_of(at, &place)));
        places.push(place);
    }
    Ok(format!(
        "SELECT {}\n{} AS result({})",
        values.join(", "),
        inside(query),
        places.join(", ")
    ))
}

/// The query without what may stand at its end.
fn bare(query: &str) -> &str {
    query.trim_end_matches(|c: char| c.is_whitespace() || c == ';')
}

/// The type that a column is cast to, if it must be.
fn cast(data_type: &str, target: Target) -> Option<String> {
    match Type::parse(data_type).map(|parsed| parsed.rewrite(target)) {
        Some(Rewritten::Same) => None,
        Some(Rewritten::Cast(to)) => Some(to),
        // Whatever it is, DuckDB has words for it.
        None => Some(VARCHAR.to_owned()),
    }
}

const VARCHAR: &str = "VARCHAR";

/// A type's text, taken apart.
#[derive(Debug, PartialEq, Eq)]
enum Type<'a> {
    /// `INTEGER`, `DECIMAL(18,3)`, `TIMESTAMP WITH TIME ZONE`, `ENUM('a', 'b')`.
    Simple { name: &'a str, whole: &'a str },
    /// `INTEGER[]`, `INTEGER[3]`; with what stands in the brackets.
    List(Box<Self>, &'a str),
    /// `STRUCT(a INTEGER, "b c" VARCHAR)`; names in quotes or `None`.
    Struct(Vec<(Option<&'a str>, Self)>),
    /// `MAP(VARCHAR, INTEGER)`.
    Map(Box<Self>, Box<Self>),
}

enum Rewritten {
    Same,
    Cast(String),
}

impl Type<'_> {
    fn rewrite(&self, target: Target) -> Rewritten {
        if target == Target::Text && !matches!(self, Self::Simple { .. }) {
            return Rewritten::Cast(VARCHAR.to_owned());
        }
        match self {
            Self::Simple { name, .. } => match simple(name, target) {
                None => Rewritten::Same,
                Some(to) => Rewritten::Cast(to.to_owned()),
            },
            Self::List(element, brackets) => match element.rewrite(target) {
                Rewritten::Same => Rewritten::Same,
                Rewritten::Cast(to) => Rewritten::Cast(format!("{to}[{brackets}]")),
            },
            Self::Struct(fields) => {
                let mut is_same = true;
                let texts: Vec<_> = fields
                    .iter()
                    .enumerate()
                    .map(|(at, (name, field))| {
                        is_same &= name.is_some();
                        let name = name.map_or_else(|| format!("\"{}\"", at + 1), str::to_owned);
                        let field = match field.rewrite(target) {
                            Rewritten::Same => field.text(),
                            Rewritten::Cast(to) => {
                                is_same = false;
                                to
                            }
                        };
                        format!("{name} {field}")
                    })
                    .collect();
                if is_same {
                    Rewritten::Same
                } else {
                    Rewritten::Cast(format!("STRUCT({})", texts.join(", ")))
                }
            }
            Self::Map(key, value) => {
                let is_text = matches!(**key, Self::Simple { name: VARCHAR, .. });
                let new_key = match key.rewrite(target) {
                    _ if target == Target::Json && !is_text => Some(VARCHAR.to_owned()),
                    Rewritten::Same => None,
                    Rewritten::Cast(to) => Some(to),
                };
                let new_value = match value.rewrite(target) {
                    Rewritten::Same => None,
                    Rewritten::Cast(to) => Some(to),
                };
                if new_key.is_none() && new_value.is_none() {
                    return Rewritten::Same;
                }
                Rewritten::Cast(format!(
                    "MAP({}, {})",
                    new_key.unwrap_or_else(|| key.text()),
                    new_value.unwrap_or_else(|| value.text())
                ))
            }
        }
    }

    /// The type as it was.
    fn text(&self) -> String {
        match self {
            Self::Simple { whole, .. } => (*whole).to_owned(),
            Self::List(element, brackets) => format!("{}[{brackets}]", element.text()),
            Self::Struct(fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, field)| match name {
                        Some(name) => format!("{name} {}", field.text()),
                        None => field.text(),
                    })
                    .collect();
                format!("STRUCT({})", fields.join(", "))
            }
            Self::Map(key, value) => format!("MAP({}, {})", key.text(), value.text()),
        }
    }
}

/// What a type without parts is cast to, if it must be.
fn simple(name: &str, target: Target) -> Option<&'static str> {
    match (name, target) {
        ("HUGEINT", Target::Parquet) => Some("DECIMAL(38,0)"),
        ("TIMESTAMP_S" | "TIMESTAMP_MS", Target::Parquet) => Some("TIMESTAMP"),
        ("BLOB", Target::Json | Target::Parquet)
        | (
            "BOOLEAN"
            | "TINYINT"
            | "SMALLINT"
            | "INTEGER"
            | "BIGINT"
            | "HUGEINT"
            | "UTINYINT"
            | "USMALLINT"
            | "UINTEGER"
            | "UBIGINT"
            | "FLOAT"
            | "DOUBLE"
            | "DECIMAL"
            | "VARCHAR"
            | "UUID"
            | "DATE"
            | "TIME"
            | "TIMESTAMP"
            | "TIMESTAMP_S"
            | "TIMESTAMP_MS"
            | "TIMESTAMP_NS"
            | "TIMESTAMP WITH TIME ZONE",
            _,
        ) => None,
        _ => Some(VARCHAR),
    }
}

impl<'a> Type<'a> {
    /// Takes a type's text apart; `None` if it is none that DuckDB is known to print.
    fn parse(text: &'a str) -> Option<Self> {
        let (parsed, rest) = Self::take(text)?;
        rest.is_empty().then_some(parsed)
    }

    /// Takes a type off the front.
    fn take(text: &'a str) -> Option<(Self, &'a str)> {
        let (name, after) = text.split_at(end_of_name(text));
        let (mut parsed, mut rest) = match (name, after.strip_prefix('(')) {
            ("", _) => return None,
            ("STRUCT", Some(inside)) => Self::take_fields(inside)?,
            ("MAP", Some(inside)) => {
                let (key, rest) = Self::take(inside)?;
                let (value, rest) = Self::take(rest.strip_prefix(", ")?)?;
                (
                    Self::Map(Box::new(key), Box::new(value)),
                    rest.strip_prefix(')')?,
                )
            }
            (_, Some(inside)) => {
                let rest = after_parenthesis(inside)?;
                (Self::simple(text, name, rest), rest)
            }
            (_, None) => (Self::simple(text, name, after), after),
        };
        while let Some(inside) = rest.strip_prefix('[') {
            let (brackets, after) = inside.split_once(']')?;
            parsed = Self::List(Box::new(parsed), brackets);
            rest = after;
        }
        Some((parsed, rest))
    }

    fn simple(text: &'a str, name: &'a str, rest: &'a str) -> Self {
        let (whole, _) = text.split_at(text.len() - rest.len());
        Self::Simple { name, whole }
    }

    /// Takes the fields of a struct, and the parenthesis that ends them.
    fn take_fields(mut text: &'a str) -> Option<(Self, &'a str)> {
        let mut fields = Vec::new();
        loop {
            let (name, rest) = take_field_name(text);
            let (field, rest) = Self::take(rest)?;
            fields.push((name, field));
            if let Some(rest) = rest.strip_prefix(')') {
                return Some((Self::Struct(fields), rest));
            }
            text = rest.strip_prefix(", ")?;
        }
    }
}

/// Where a type's name ends: `TIME WITH TIME ZONE` is one.
fn end_of_name(text: &str) -> usize {
    text.find(['(', ')', '[', ']', ',', '"', '\''])
        .unwrap_or(text.len())
}

/// The name of a field, as it stands there, if it has one.
fn take_field_name(text: &str) -> (Option<&str>, &str) {
    if text.starts_with('"') {
        let Some(end) = end_of_quotes(text, '"') else {
            return (None, text);
        };
        let (name, rest) = text.split_at(end);
        return match rest.strip_prefix(' ') {
            Some(rest) => (Some(name), rest),
            None => (None, text),
        };
    }
    let (words, _) = text.split_at(end_of_name(text));
    match words.split_once(' ') {
        // A type of several words, not a name and a type.
        Some(("TIME" | "TIMESTAMP", "WITH TIME ZONE")) | None => (None, text),
        Some((name, _)) => {
            let (name, rest) = text.split_at(name.len());
            (Some(name), rest.trim_start())
        }
    }
}

/// What stands after the parenthesis that ends this text's first level.
fn after_parenthesis(text: &str) -> Option<&str> {
    let mut depth = 1_u32;
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let next = rest.chars().next()?;
        match next {
            '\'' | '"' => {
                at += end_of_quotes(rest, next)?;
                continue;
            }
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        at += next.len_utf8();
        if depth == 0 {
            return text.get(at..);
        }
    }
    None
}

/// How long a quoted text is, with its quotes; a doubled quote inside is no end.
fn end_of_quotes(text: &str, quote: char) -> Option<usize> {
    let mut at = quote.len_utf8();
    loop {
        at += text.get(at..)?.find(quote)? + quote.len_utf8();
        if !text.get(at..)?.starts_with(quote) {
            return Some(at);
        }
        at += quote.len_utf8();
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::kept("INTEGER", [None, None, None])]
    #[case::kept_with_parts("DECIMAL(18,3)", [None, None, None])]
    #[case::kept_of_words("TIMESTAMP WITH TIME ZONE", [None, None, None])]
    #[case::hugeint("HUGEINT", [None, None, Some("DECIMAL(38,0)")])]
    #[case::seconds("TIMESTAMP_S", [None, None, Some("TIMESTAMP")])]
    #[case::milliseconds("TIMESTAMP_MS", [None, None, Some("TIMESTAMP")])]
    #[case::blob("BLOB", [Some("VARCHAR"), None, None])]
    #[case::time_with_zone("TIME WITH TIME ZONE", [Some("VARCHAR"); 3])]
    #[case::interval("INTERVAL", [Some("VARCHAR"); 3])]
    #[case::enumeration("ENUM('a', 'it''s (', ')')", [Some("VARCHAR"); 3])]
    #[case::union("UNION(num INTEGER, str VARCHAR)", [Some("VARCHAR"); 3])]
    #[case::unknown("GEOMETRY('OGC:CRS84')", [Some("VARCHAR"); 3])]
    #[case::nonsense("STRUCT(", [Some("VARCHAR"); 3])]
    #[case::list("INTEGER[]", [Some("VARCHAR"), None, None])]
    #[case::list_of_lists("ENUM('[')[3][]", [Some("VARCHAR"), Some("VARCHAR[3][]"), Some("VARCHAR[3][]")])]
    #[case::list_of_hugeint("HUGEINT[]", [Some("VARCHAR"), None, Some("DECIMAL(38,0)[]")])]
    #[case::structure("STRUCT(a INTEGER, \"b c\" DECIMAL(4,1)[])", [Some("VARCHAR"), None, None])]
    #[case::structure_with_enum(
        "STRUCT(\"a \"\"(\" ENUM('x'), t TIMESTAMP WITH TIME ZONE, m MAP(VARCHAR, STRUCT(z DATE)))[]",
        [
            Some("VARCHAR"),
            Some("STRUCT(\"a \"\"(\" VARCHAR, t TIMESTAMP WITH TIME ZONE, m MAP(VARCHAR, STRUCT(z DATE)))[]"),
            Some("STRUCT(\"a \"\"(\" VARCHAR, t TIMESTAMP WITH TIME ZONE, m MAP(VARCHAR, STRUCT(z DATE)))[]"),
        ]
    )]
    #[case::row(
        "STRUCT(INTEGER, TIMESTAMP WITH TIME ZONE, BIT)",
        [
            Some("VARCHAR"),
            Some("STRUCT(\"1\" INTEGER, \"2\" TIMESTAMP WITH TIME ZONE, \"3\" VARCHAR)"),
            Some("STRUCT(\"1\" INTEGER, \"2\" TIMESTAMP WITH TIME ZONE, \"3\" VARCHAR)"),
        ]
    )]
    #[case::map("MAP(VARCHAR, INTEGER)", [Some("VARCHAR"), None, None])]
    #[case::map_by_number("MAP(INTEGER, DATE)", [Some("VARCHAR"), Some("MAP(VARCHAR, DATE)"), None])]
    #[case::map_by_enum(
        "MAP(ENUM('a', 'b'), INTERVAL)",
        [Some("VARCHAR"), Some("MAP(VARCHAR, VARCHAR)"), Some("MAP(VARCHAR, VARCHAR)")]
    )]
    fn a_cast(#[case] data_type: &str, #[case] expected: [Option<&str>; 3]) {
        let targets = [Target::Text, Target::Json, Target::Parquet];
        let found = targets.map(|target| cast(data_type, target));
        assert_eq!(found.each_ref().map(Option::as_deref), expected);
    }

    #[rstest]
    #[case("INTEGER")]
    #[case("STRUCT(a INTEGER, \"b c\" DECIMAL(4,1)[3])[]")]
    #[case("MAP(STRUCT(INTEGER, BIT), UNION(num INTEGER, str VARCHAR))")]
    fn a_type_reads_back(#[case] data_type: &str) {
        assert_eq!(Type::parse(data_type).unwrap().text(), data_type);
    }
}
