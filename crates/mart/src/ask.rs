//! Questions to the star without SQL: measures, by attributes of its dimensions, within a range
//! of days. A question becomes a query to read. It must not know how one is put together on a
//! page.

use std::fmt;
use std::fmt::Write as _;

use crate::model::{Mart, Table};
use crate::sql::{Identifier, quoted, text};

/// What can be counted or summed of the sales.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// The sum of quantity times price.
    Revenue,
    /// The sum of the quantities.
    Units,
    /// The number of sales.
    Sales,
    /// Revenue by units.
    AveragePrice,
}

impl Measure {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Revenue, Self::Units, Self::Sales, Self::AveragePrice];

    /// The name of its column.
    #[must_use]
    pub const fn column(self) -> &'static str {
        match self {
            Self::Revenue => "revenue",
            Self::Units => "units",
            Self::Sales => "sales",
            Self::AveragePrice => "average_price",
        }
    }

    const fn sql(self) -> &'static str {
        match self {
            Self::Revenue => "round(sum(s.revenue), 2)",
            Self::Units => "CAST(sum(s.units) AS BIGINT)",
            Self::Sales => "CAST(sum(s.sales) AS BIGINT)",
            Self::AveragePrice => "round(sum(s.revenue) / nullif(sum(s.units), 0), 2)",
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Revenue => "Revenue",
            Self::Units => "Units",
            Self::Sales => "Sales",
            Self::AveragePrice => "Average price",
        })
    }
}

/// What the sales are told apart by: a column of a dimension, or a stretch of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name, which is also that of its column.
    pub name: String,
    /// The column of the facts that leads to its dimension.
    key: Identifier,
    dimension: Identifier,
    dimension_key: Identifier,
    value: Value,
}

/// How a row of a dimension gives an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    /// It is in this column.
    Column(Identifier),
    /// It is the first day of the stretch that this column's day is in.
    Stretch(&'static str, Identifier),
}

impl Attribute {
    /// Whether its values have an order of their own.
    #[must_use]
    pub const fn is_time(&self) -> bool {
        matches!(self.value, Value::Stretch(..))
    }

    /// Whether it is what a column of a dimension tells: a stretch of time is told by the column of
    /// its name, and the day by the days themselves.
    #[must_use]
    pub fn is_of(&self, table: &Table, column: &Identifier) -> bool {
        let is_told = match &self.value {
            Value::Column(of) => of == column,
            Value::Stretch(stretch, of) => {
                *stretch == column.as_str() || (*stretch == "day" && of == column)
            }
        };
        table.schema.is_none() && self.dimension == table.name && is_told
    }

    /// A query for its values, as the text `value`, up to so many.
    #[must_use]
    pub fn values(&self, limit: usize) -> String {
        format!(
            "SELECT DISTINCT CAST({} AS VARCHAR) AS value\nFROM {} AS d\nWHERE value IS NOT NULL\nORDER BY 1\nLIMIT {limit}",
            self.of("d"),
            self.dimension.quoted()
        )
    }

    /// Its value, of the dimension that goes by this alias.
    fn of(&self, alias: &str) -> String {
        match &self.value {
            Value::Column(column) | Value::Stretch("day", column) => {
                format!("{alias}.{}", column.quoted())
            }
            Value::Stretch(stretch, column) => {
                format!(
                    "CAST(date_trunc('{stretch}', {alias}.{}) AS DATE)",
                    column.quoted()
                )
            }
        }
    }
}

/// Stretches of time, in DuckDB's words.
const STRETCHES: [&str; 4] = ["day", "month", "quarter", "year"];

/// The attributes that the sales of a mart can be told apart by: of a dimension of days its
/// stretches, of every dimension what is no key.
///
/// ```
/// let mart = mart::mini_data_mart();
/// let names: Vec<_> = mart::ask::attributes(&mart).into_iter().map(|a| a.name).collect();
/// assert_eq!(
///     names,
///     ["customer_name", "region", "product_name", "category", "day", "month", "quarter", "year", "day_of_week"]
/// );
/// ```
#[must_use]
pub fn attributes(mart: &Mart) -> Vec<Attribute> {
    let mut found = Vec::new();
    for (fact, from) in mart
        .facts()
        .take(1)
        .flat_map(|fact| fact.foreign_keys().map(move |key| (fact, key)))
    {
        let (column, referred, key) = from;
        let Some(dimension) = mart.table(&fact.title_beside(referred)) else {
            continue;
        };
        let attribute = |name: &str, value: Value| Attribute {
            name: name.to_owned(),
            key: column.name.clone(),
            dimension: dimension.name.clone(),
            dimension_key: key.clone(),
            value,
        };
        let is_days = dimension
            .columns
            .iter()
            .any(|other| other.name == *key && other.data_type == "DATE");
        if is_days {
            let stretches = STRETCHES.into_iter();
            found.extend(
                stretches.map(|stretch| attribute(stretch, Value::Stretch(stretch, key.clone()))),
            );
        }
        for other in &dimension.columns {
            let name = other.name.as_str();
            if other.keys.is_empty() && !(is_days && STRETCHES.contains(&name)) {
                found.push(attribute(name, Value::Column(other.name.clone())));
            }
        }
    }
    found
}

/// A range of days, both of them in it; open where there is none.
///
/// ```
/// use mart::ask::Days;
///
/// let from = Days { first: Some("2025-11-01".to_owned()), last: None };
/// assert_eq!(
///     from.within("SELECT count(*) FROM fact_sales AS s"),
///     "SELECT count(*) FROM (FROM fact_sales WHERE order_date >= CAST('2025-11-01' AS DATE)) AS s"
/// );
/// assert_eq!(Days::default().within("FROM fact_sales"), "FROM fact_sales");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The first day, as `YYYY-MM-DD`.
    pub first: Option<String>,
    /// The last day, as `YYYY-MM-DD`.
    pub last: Option<String>,
}

impl Days {
    fn conditions(&self, day: &str) -> Vec<String> {
        let bounds = [(&self.first, ">="), (&self.last, "<=")];
        let bounds = bounds.into_iter().filter_map(|(bound, compares)| {
            let bound = text(bound.as_ref()?);
            Some(format!("{day} {compares} CAST({bound} AS DATE)"))
        });
        bounds.collect()
    }

    /// One of the built-in answers, of the sales on these days alone.
    #[must_use]
    pub fn within(&self, answer: &str) -> String {
        let conditions = self.conditions("order_date");
        if conditions.is_empty() {
            return answer.to_owned();
        }
        let sales = format!("FROM (FROM fact_sales WHERE {})", conditions.join(" AND "));
        answer.replace("FROM fact_sales", &sales)
    }
}

/// A question to the star.
///
/// ```
/// use mart::ask::{Measure, Question, attributes};
///
/// let mart = mart::mini_data_mart();
/// let region = attributes(&mart).into_iter().find(|attribute| attribute.name == "region");
/// let question = Question {
///     measures: vec![Measure::Revenue],
///     by: region.into_iter().collect(),
///     top: Some(3),
///     ..Question::default()
/// };
/// assert!(question.sql(&mart).unwrap().ends_with("ORDER BY revenue DESC, \"region\"\nLIMIT 3"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// What is asked for, at least one.
    pub measures: Vec<Measure>,
    /// By what, at most two; the sum of all without one.
    pub by: Vec<Attribute>,
    /// The days that count.
    pub days: Days,
    /// Only the sales that have one of these values of these attributes.
    pub only: Vec<(Attribute, Vec<String>)>,
    /// Only so many lines, those with the most of the first measure.
    pub top: Option<u32>,
}

impl Question {
    /// The query, to be read: the facts are summed by key, and only the sums by attribute. `None`
    /// for a mart without sales, or a question without a measure.
    #[must_use]
    pub fn sql(&self, mart: &Mart) -> Option<String> {
        let fact = mart.facts().next().filter(|fact| has_sales(fact))?;
        let first = self.measures.first()?;
        let mut keys: Vec<&Identifier> = Vec::new();
        for attribute in &self.by {
            if !keys.contains(&&attribute.key) {
                keys.push(&attribute.key);
            }
        }
        let keys: Vec<_> = keys.into_iter().map(Identifier::quoted).collect();
        let summed: Vec<_> = keys
            .iter()
            .cloned()
            .chain([
                "sum(quantity * unit_price) AS revenue".to_owned(),
                "sum(quantity) AS units".to_owned(),
                "count(*) AS sales".to_owned(),
            ])
            .collect();
        let conditions = self.conditions(fact);
        let mut inner = format!(
            "    SELECT {}\n    FROM {}",
            summed.join(", "),
            fact.quoted()
        );
        if !conditions.is_empty() {
            write!(inner, "\n    WHERE {}", conditions.join("\n      AND ")).ok()?;
        }
        if !keys.is_empty() {
            write!(inner, "\n    GROUP BY {}", keys.join(", ")).ok()?;
        }
        let mut selected = Vec::new();
        let mut joins = String::new();
        for (number, attribute) in self.by.iter().enumerate() {
            let alias = format!("d{}", number + 1);
            selected.push(format!(
                "{} AS {}",
                attribute.of(&alias),
                quoted(&attribute.name)
            ));
            write!(
                joins,
                "\nJOIN {} AS {alias} ON {alias}.{} = s.{}",
                attribute.dimension.quoted(),
                attribute.dimension_key.quoted(),
                attribute.key.quoted()
            )
            .ok()?;
        }
        let measures = self.measures.iter();
        selected
            .extend(measures.map(|measure| format!("{} AS {}", measure.sql(), measure.column())));
        let mut sql = format!(
            "SELECT\n    {}\nFROM (\n{inner}\n) AS s{joins}",
            selected.join(",\n    ")
        );
        if !self.by.is_empty() {
            let names: Vec<_> = self
                .by
                .iter()
                .map(|attribute| quoted(&attribute.name))
                .collect();
            let places: Vec<_> = (1..=names.len()).map(|place| place.to_string()).collect();
            let most = format!("{} DESC", first.column());
            // What has an order of its own keeps it, unless only the most are asked for.
            let order = if self.top.is_none() && self.by.iter().any(Attribute::is_time) {
                names
            } else {
                std::iter::once(most).chain(names).collect()
            };
            write!(
                sql,
                "\nGROUP BY {}\nORDER BY {}",
                places.join(", "),
                order.join(", ")
            )
            .ok()?;
            if let Some(top) = self.top {
                write!(sql, "\nLIMIT {top}").ok()?;
            }
        }
        Some(sql)
    }

    fn conditions(&self, fact: &Table) -> Vec<String> {
        let mut conditions = Vec::new();
        let day = fact
            .columns
            .iter()
            .find(|column| column.data_type == "DATE")
            .map(|column| column.name.quoted());
        if let Some(day) = day {
            conditions.extend(self.days.conditions(&day));
        }
        for (attribute, values) in &self.only {
            let values: Vec<_> = values.iter().map(|value| text(value)).collect();
            conditions.push(format!(
                "{} IN (SELECT d.{} FROM {} AS d WHERE CAST({} AS VARCHAR) IN ({}))",
                attribute.key.quoted(),
                attribute.dimension_key.quoted(),
                attribute.dimension.quoted(),
                attribute.of("d"),
                values.join(", ")
            ));
        }
        conditions
    }
}

/// Whether a table has what the measures need.
fn has_sales(fact: &Table) -> bool {
    let has = |name: &str| {
        fact.columns
            .iter()
            .any(|column| column.name.as_str() == name)
    };
    has("quantity") && has("unit_price")
}
