//! What the columns of a table are like, in numbers: asked once, for everything that is proposed. It must not
//! know what a column means.

use std::ops::Range;

use mart::{Model, Table, TextRows, TypeKind, sql};

use crate::names::{Words, prefix};
use crate::query::{Ask, Query, number};

/// The columns of one query: a table of thousands is asked in parts.
const COLUMNS_A_QUERY: usize = 60;
/// The values that a query returns for a column.
const VALUES_A_COLUMN: usize = 6;
/// The rows up to which different values are counted exactly at once.
const MOST_EXACT: u64 = 100_000;

/// A table that is looked at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Profile {
    /// Its name for SQL text.
    pub(crate) sql: String,
    /// Its name.
    pub(crate) name: String,
    /// What it is about, in words.
    pub(crate) words: Vec<String>,
    pub(crate) rows: u64,
    pub(crate) columns: Vec<ColumnProfile>,
}

/// A column that is looked at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ColumnProfile {
    pub(crate) sql: String,
    pub(crate) name: String,
    /// Its name in words, without the prefix of all columns.
    pub(crate) words: Words,
    pub(crate) family: Family,
    /// The rows with a value.
    pub(crate) filled: u64,
    /// The different values. Of a long table it is an estimate, but for what may be unique.
    pub(crate) distinct: u64,
    pub(crate) least: Option<String>,
    pub(crate) greatest: Option<String>,
    /// The greatest number of characters of a text.
    pub(crate) longest: u64,
    /// The position among the columns.
    pub(crate) place: usize,
}

/// Types whose values can be compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Whole numbers, also those that have a type with decimals.
    Integer,
    Number,
    Text,
    /// Dates and timestamps.
    Moment,
    Boolean,
    Other,
}

impl Profile {
    pub(crate) fn column(&self, place: usize) -> Option<&ColumnProfile> {
        self.columns.get(place)
    }

    /// The names of columns, for SQL text.
    pub(crate) fn list(&self, places: &[usize]) -> String {
        let names = places.iter().filter_map(|place| self.columns.get(*place));
        names
            .map(|column| column.sql.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

impl Family {
    /// Whether its values are numbers.
    pub(crate) const fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Number)
    }
}

impl ColumnProfile {
    /// Whether its values can be compared with those of another column.
    pub(crate) fn is_comparable(&self, other: &Self) -> bool {
        self.family == other.family || self.family.is_number() && other.family.is_number()
    }

    /// Whether its values are no numbers and no texts that could be some.
    pub(crate) const fn is_moment_or_boolean(&self) -> bool {
        matches!(self.family, Family::Moment | Family::Boolean)
    }

    /// Whether no two rows have the same value, and each has one.
    pub(crate) fn is_unique(&self, rows: u64) -> bool {
        rows > 0 && self.filled == rows && self.distinct == rows
    }

    /// Its least and greatest value, if they are numbers.
    pub(crate) fn range(&self) -> Option<(f64, f64)> {
        let value = |text: &Option<String>| text.as_ref()?.parse().ok();
        Some((value(&self.least)?, value(&self.greatest)?))
    }

    /// The different values as a share of those that lie between the least and the greatest; `None` for what is
    /// no whole number. Numbers that count from 1 have 1.
    pub(crate) fn density(&self) -> Option<f64> {
        let (least, greatest) = self.range().filter(|_| self.family == Family::Integer)?;
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let distinct = self.distinct as f64;
        Some((distinct / (greatest - least + 1.0)).min(1.0))
    }
}

/// Looks at all tables of a model.
pub(crate) async fn profiles<E>(model: &Model, ask: &mut impl Ask<E>) -> Result<Vec<Profile>, E> {
    let mut profiles = Vec::new();
    for table in model.tables() {
        profiles.push(profile(table, ask).await?);
    }
    // What all tables are called by says nothing about one: `shop_orders`, `shop_items`.
    let prefix = prefix(model.tables().iter().map(|table| table.name.as_str()));
    for profile in &mut profiles {
        if profile.words.len() > 1 && profile.words.first() == prefix.as_ref() {
            profile.words.remove(0);
        }
    }
    Ok(profiles)
}

async fn profile<E>(table: &Table, ask: &mut impl Ask<E>) -> Result<Profile, E> {
    let name = table.name.as_str().to_owned();
    let rows = Query::new(
        format!("Count the rows of {name}"),
        format!("SELECT count(*) FROM {}", table.sql()),
    );
    let rows = number(&ask.ask(rows).await?, 0, 0);
    let names = || table.columns.iter().map(|column| column.name.as_str());
    let prefix = prefix(names());
    let mut columns: Vec<_> = table
        .columns
        .iter()
        .enumerate()
        .map(|(place, column)| ColumnProfile {
            sql: column.name.sql(),
            name: column.name.as_str().to_owned(),
            words: Words::of_column(column.name.as_str()).without(prefix.as_deref()),
            family: family(column.data_type.kind()),
            filled: 0,
            distinct: 0,
            least: None,
            greatest: None,
            longest: 0,
            place,
        })
        .collect();
    let whole = columns.len();
    for from in (0..whole).step_by(COLUMNS_A_QUERY) {
        let range = from..(from + COLUMNS_A_QUERY).min(whole);
        let part = columns.get_mut(range.clone()).unwrap_or_default();
        let query = summary(table, part, rows, &range, whole);
        read(&ask.ask(query).await?, part);
    }
    for column in &mut columns {
        let may_be_unique = column.filled == rows && column.distinct * 10 >= rows * 8;
        if rows > MOST_EXACT && may_be_unique && column.family != Family::Number {
            let sql = format!("SELECT count(DISTINCT {}) FROM {}", column.sql, table.sql());
            let title = format!("Count the different values of {name}.{}", column.name);
            column.distinct = number(&ask.ask(Query::new(title, sql)).await?, 0, 0);
        }
    }
    Ok(Profile {
        sql: table.sql(),
        words: Words::of_table(&name),
        name,
        rows,
        columns,
    })
}

pub(crate) const fn family(kind: TypeKind) -> Family {
    match kind {
        TypeKind::Whole | TypeKind::Big => Family::Integer,
        TypeKind::Decimal | TypeKind::Float => Family::Number,
        TypeKind::Text => Family::Text,
        TypeKind::Date | TypeKind::Timestamp => Family::Moment,
        TypeKind::Boolean => Family::Boolean,
        TypeKind::Time | TypeKind::Other => Family::Other,
    }
}

/// The query for some columns of a table.
fn summary(
    table: &Table,
    columns: &[ColumnProfile],
    rows: u64,
    range: &Range<usize>,
    whole: usize,
) -> Query {
    let values = columns.iter().map(|column| {
        let name = &column.sql;
        let distinct = if column.family == Family::Other {
            "0".to_owned()
        } else if rows > MOST_EXACT {
            format!("approx_count_distinct({name})")
        } else {
            format!("count(DISTINCT {name})")
        };
        let ends = |function: &str| match column.family {
            Family::Other => "NULL".to_owned(),
            _ => format!("CAST({function}({name}) AS VARCHAR)"),
        };
        let fractions = match column.family {
            Family::Number => format!("count(*) FILTER (WHERE isfinite(CAST({name} AS DOUBLE)) AND {name} <> trunc({name}))"),
            _ => "0".to_owned(),
        };
        let longest = match column.family {
            Family::Text => format!("max(length({name}))"),
            _ => "0".to_owned(),
        };
        format!("count({name}), {distinct}, {}, {}, {fractions}, {longest}", ends("min"), ends("max"))
    });
    let values: Vec<_> = values.collect();
    let part = if whole > COLUMNS_A_QUERY {
        format!(" (columns {} to {} of {whole})", range.start + 1, range.end)
    } else {
        String::new()
    };
    Query::new(
        format!("Look at the columns of {}{part}", table.title()),
        format!("SELECT {}\nFROM {}", values.join(",\n    "), table.sql()),
    )
}

fn read(found: &TextRows, columns: &mut [ColumnProfile]) {
    let Some(row) = found.first() else { return };
    for (column, values) in columns.iter_mut().zip(row.chunks(VALUES_A_COLUMN)) {
        let value = |at: usize| values.get(at).and_then(Option::as_ref);
        let count = |at: usize| value(at).and_then(|text| text.parse().ok()).unwrap_or(0);
        column.filled = count(0);
        column.distinct = count(1).min(column.filled);
        column.least = value(2).cloned();
        column.greatest = value(3).cloned();
        column.longest = count(5);
        if column.family == Family::Number && column.filled > 0 && count(4) == 0 {
            column.family = Family::Integer;
        }
    }
}

/// How many different rows some columns have.
pub(crate) fn distinct_rows(table: &Profile, places: &[usize]) -> Query {
    let columns = table.list(places);
    Query::new(
        format!("Count the different rows of {} by {columns}", table.name),
        format!(
            "SELECT count(*) FROM (SELECT DISTINCT {columns} FROM {})",
            table.sql
        ),
    )
}

/// A name as it stands in a sentence.
pub(crate) fn quoted(name: &str) -> String {
    sql::quoted_if_needed(name)
}

/// A count in a sentence: `2,155 rows`, `1 row`.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// A number with commas between its thousands.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
