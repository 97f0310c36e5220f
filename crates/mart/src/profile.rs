//! What the values of a column are like: queries for how many there are, which are least, greatest
//! and most frequent, and how they spread. It must not know who runs them, or how their results
//! look.

use crate::model::Table;
use crate::sql::{Identifier, fill};

/// The most rows of which different values are counted, and the most frequent found, exactly. Of
/// more, both would take seconds and hundreds of megabytes for a key.
pub const MOST_EXACT: u64 = 1_000_000;
/// How many of the most frequent values are asked for.
pub const MOST_FREQUENT: usize = 5;
/// The greatest number of stretches of a histogram.
pub const BINS: usize = 20;

/// The queries for the profile of one column.
///
/// ```
/// use mart::{Identifier, profile::ColumnQueries};
///
/// let shipped = mart::shipped::built_in();
/// let customers = shipped.model().table("dim_customer").unwrap();
/// let name = Identifier::new("customer_name")?;
/// let queries = ColumnQueries::new(customers, &name, "VARCHAR", 10);
/// assert!(queries.summary.contains("count(DISTINCT customer_name)"));
/// assert_eq!(queries.histogram, None);
///
/// let queries = ColumnQueries::new(customers, &name, "VARCHAR", 10_000_000);
/// assert!(!queries.is_exact);
/// assert!(queries.summary.contains("approx_count_distinct(customer_name)"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnQueries {
    /// One row: `row_count`, `null_count`, `distinct_count`; `least`, `greatest`, `mean`,
    /// `first_quartile`, `median`, `third_quartile`, NULL where the type does not have them. A
    /// quartile is a value of the column. The mean of instants is that of the finite ones.
    pub summary: String,
    /// The most frequent values, those first that are there most often: `value`, `row_count`.
    pub frequent: String,
    /// `bin`, counted from 0, of `bins` in all; `bin_from` and `bin_to`, the same where a bin is
    /// one value; and its `row_count`, never 0. Only finite values are in it. `None` for what is
    /// no number and no instant.
    pub histogram: Option<String>,
    /// Whether `distinct_count` is exact, and the values of `frequent` are sure to be the most
    /// frequent. Their counts are exact always.
    pub is_exact: bool,
}

impl ColumnQueries {
    /// The queries for a column of this type, as DuckDB prints it, of a table with this many `rows`.
    #[must_use]
    pub fn new(table: &Table, column: &Identifier, data_type: &str, rows: u64) -> Self {
        let (table, column) = (table.sql(), column.sql());
        let is_exact = rows <= MOST_EXACT;
        let kind = Kind::of(data_type);
        let known_if = |is_known: bool, sql: String, otherwise: &str| {
            if is_known { sql } else { otherwise.to_owned() }
        };
        let spread = kind.spread(&column);
        let is_ordered = kind != Kind::Other;
        let distinct = if is_exact {
            format!("count(DISTINCT {column})")
        } else {
            format!("approx_count_distinct({column})")
        };
        let among = if is_exact {
            format!("{column} IS NOT NULL")
        } else {
            format!(
                "{column} IN (SELECT unnest(approx_top_k({column}, {MOST_FREQUENT})) FROM {table})"
            )
        };
        let mut values = vec![
            (
                "quartiles",
                known_if(
                    spread.is_some(),
                    format!("quantile_disc({column}, [0.25, 0.5, 0.75])"),
                    "CAST(NULL AS INTEGER[])",
                ),
            ),
            (
                "least",
                known_if(is_ordered, format!("min({column})"), "NULL"),
            ),
            (
                "greatest",
                known_if(is_ordered, format!("max({column})"), "NULL"),
            ),
            ("distinct", distinct),
            ("among", among),
            ("limit", MOST_FREQUENT.to_string()),
            ("bins", BINS.to_string()),
            ("column", column),
            ("table", table),
        ];
        let has_spread = spread.is_some();
        let spread = spread.unwrap_or_default();
        values.extend([
            ("mean", known_if(has_spread, spread.mean, "NULL")),
            ("number", spread.number),
            ("is_finite", spread.is_finite),
            ("is_whole", spread.is_whole.to_string()),
            ("bin_from", spread.back.replace("{}", "bin_from")),
            ("bin_to", spread.back.replace("{}", "bin_to")),
        ]);
        let summary = fill(include_str!("../marts/any/profile/summary.sql"), &values);
        let frequent = fill(include_str!("../marts/any/profile/frequent.sql"), &values);
        let histogram = include_str!("../marts/any/profile/histogram.sql");
        Self {
            summary,
            frequent,
            histogram: has_spread.then(|| fill(histogram, &values)),
            is_exact,
        }
    }
}

/// What can be asked of a type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Numbers without a fraction.
    Whole,
    /// Numbers with one.
    Number,
    Date,
    Timestamp,
    /// Anything else of which one is the least: texts, times of day.
    Ordered,
    /// Lists, bytes and the like, of which the least says nothing.
    Other,
}

impl Kind {
    fn of(data_type: &str) -> Self {
        if data_type.ends_with(']') {
            return Self::Other;
        }
        match data_type.split('(').next().unwrap_or_default() {
            "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT" | "HUGEINT" | "UTINYINT"
            | "USMALLINT" | "UINTEGER" | "UBIGINT" | "UHUGEINT" => Self::Whole,
            "FLOAT" | "DOUBLE" | "DECIMAL" => Self::Number,
            "DATE" => Self::Date,
            name if name.starts_with("TIMESTAMP") => Self::Timestamp,
            "BOOLEAN" | "VARCHAR" | "ENUM" | "UUID" | "INTERVAL" => Self::Ordered,
            name if name.starts_with("TIME") => Self::Ordered,
            _ => Self::Other,
        }
    }

    /// How the values of a column are put on a line.
    fn spread(self, column: &str) -> Option<Spread> {
        let (is_whole, mean, number, is_finite, back) = match self {
            Self::Whole | Self::Number => {
                let number = format!("CAST({column} AS DOUBLE)");
                let mean = format!("avg({number})");
                let is_finite = format!("isfinite({number})");
                (self == Self::Whole, mean, number, is_finite, "{}")
            }
            Self::Date => {
                let is_finite = format!("isfinite({column})");
                let mean = format!("CAST(avg({column}) FILTER (WHERE {is_finite}) AS DATE)");
                let number = format!("CAST({column} - DATE '1970-01-01' AS DOUBLE)");
                let back = "DATE '1970-01-01' + CAST(floor({}) AS INTEGER)";
                (true, mean, number, is_finite, back)
            }
            Self::Timestamp => {
                // DuckDB has no functions for some of its kinds of instants.
                let instant = format!("CAST({column} AS TIMESTAMP)");
                let is_finite = format!("isfinite({instant})");
                let mean = format!("avg({instant}) FILTER (WHERE {is_finite})");
                let number = format!("CAST(epoch_us({instant}) AS DOUBLE)");
                let back = "make_timestamp(CAST({} AS BIGINT))";
                (false, mean, number, is_finite, back)
            }
            Self::Ordered | Self::Other => return None,
        };
        Some(Spread {
            is_whole,
            mean,
            number,
            is_finite,
            back,
        })
    }
}

/// The values of a column as places on a line, in SQL.
#[derive(Default)]
struct Spread {
    /// Whether there is nothing between one place and the next.
    is_whole: bool,
    mean: String,
    /// A value as a `DOUBLE`.
    number: String,
    /// Whether a value has a place.
    is_finite: String,
    /// A `DOUBLE`, `{}`, as a value to be shown.
    back: &'static str,
}
