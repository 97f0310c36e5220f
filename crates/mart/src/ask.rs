//! Questions to the star without SQL: measures, by attributes of its dimensions, of the sales that
//! count. A question becomes a query to read. It must not know how one is put together on a page.

use std::fmt;
use std::fmt::Write as _;

use crate::model::{Mart, Table};
use crate::query::Answer;
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

    /// A query for its values, as the text `value`, up to so many. No time is no value.
    #[must_use]
    pub fn values(&self, limit: usize) -> String {
        let those = if self.is_time() {
            format!("\nWHERE {} IS NOT NULL", self.of("d"))
        } else {
            String::new()
        };
        format!(
            "SELECT DISTINCT {} AS value\nFROM {} AS d{those}\nORDER BY 1\nLIMIT {limit}",
            self.name_of("d"),
            self.dimension.quoted()
        )
    }

    /// Its value as a text, and of nothing the name that a table and a chart give it.
    fn name_of(&self, alias: &str) -> String {
        format!("coalesce(CAST({} AS VARCHAR), 'NULL')", self.of(alias))
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The first day, as `YYYY-MM-DD`.
    pub first: Option<String>,
    /// The last day, as `YYYY-MM-DD`.
    pub last: Option<String>,
}

impl Days {
    /// All days of a year, a quarter or a month.
    ///
    /// ```
    /// use mart::ask::Days;
    ///
    /// let quarter = Days::of("2025-Q4").unwrap();
    /// assert_eq!(quarter.first.as_deref(), Some("2025-10-01"));
    /// assert_eq!(quarter.last.as_deref(), Some("2025-12-31"));
    /// assert_eq!(Days::of("2024-02").unwrap().last.as_deref(), Some("2024-02-29"));
    /// assert_eq!(Days::of("2025").unwrap().first.as_deref(), Some("2025-01-01"));
    /// assert_eq!(Days::of("North"), None);
    /// ```
    #[must_use]
    pub fn of(period: &str) -> Option<Self> {
        let (year, part) = period.split_once('-').unwrap_or((period, ""));
        let number: u32 = year.parse().ok().filter(|_| year.len() == 4)?;
        let up_to = |text: &str, most: u32| {
            let number = text.parse().ok();
            number.filter(|number: &u32| (1..=most).contains(number))
        };
        let (first, last) = match part.strip_prefix('Q') {
            Some(quarter) => up_to(quarter, 4).map(|quarter| (3 * quarter - 2, 3 * quarter))?,
            None if part.is_empty() => (1, 12),
            None => up_to(part, 12).map(|month| (month, month))?,
        };
        let of = |years| number.is_multiple_of(years);
        let is_leap = of(4) && (!of(100) || of(400));
        let days = match last {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        Some(Self {
            first: Some(format!("{year}-{first:02}-01")),
            last: Some(format!("{year}-{last:02}-{days}")),
        })
    }

    fn conditions(&self, day: &str) -> Vec<String> {
        let bounds = [(&self.first, ">="), (&self.last, "<=")];
        let bounds = bounds.into_iter().filter_map(|(bound, compares)| {
            let bound = text(bound.as_ref()?);
            Some(format!("{day} {compares} CAST({bound} AS DATE)"))
        });
        bounds.collect()
    }
}

/// The years, the quarters and the months that these days are in, each in the order of the days.
///
/// ```
/// let days = ["2025-09-30", "2025-10-01", "2025-10-02"].map(str::to_owned);
/// let [years, quarters, months] = mart::ask::periods(&days);
/// assert_eq!(years, ["2025"]);
/// assert_eq!(quarters, ["2025-Q3", "2025-Q4"]);
/// assert_eq!(months, ["2025-09", "2025-10"]);
/// ```
#[must_use]
pub fn periods(days: &[String]) -> [Vec<String>; 3] {
    let mut periods = <[Vec<String>; 3]>::default();
    for day in days {
        // What has no year of four digits has no such name.
        let (Some(year), Some(month), 10) = (day.get(..4), day.get(..7), day.len()) else {
            continue;
        };
        let number: u32 = day
            .get(5..7)
            .and_then(|month| month.parse().ok())
            .unwrap_or(1);
        let quarter = format!("{year}-Q{}", number.div_ceil(3));
        for (known, period) in periods.iter_mut().zip([year, &quarter, month]) {
            if known.last().is_none_or(|last| last != period) {
                known.push(period.to_owned());
            }
        }
    }
    periods
}

/// Which sales count: those on these days that have one of the values of each attribute.
///
/// ```
/// use mart::ask::{Days, Filter, attributes};
///
/// let mart = mart::mini_data_mart();
/// let region = attributes(&mart).into_iter().find(|attribute| attribute.name == "region").unwrap();
/// let mut filter = Filter { days: Days::of("2025-11").unwrap(), ..Filter::default() };
/// filter.toggle(&[(region, "North".to_owned())]);
///
/// let [by_category, by_region] = ["revenue_by_category", "revenue_by_region"]
///     .map(|slug| mart.answers.iter().find(|answer| answer.slug == slug).unwrap());
/// assert!(filter.within(by_category).contains("'North'"));
/// // What an answer is by is there to be chosen from.
/// assert!(!filter.within(by_region).contains("'North'"));
/// assert!(filter.within(by_region).contains("order_date >= CAST('2025-11-01' AS DATE)"));
/// assert_eq!(Filter::default().within(by_region), by_region.sql);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The days that count.
    pub days: Days,
    /// The values that count, of those attributes that do not count with every value.
    pub only: Vec<(Attribute, Vec<String>)>,
}

impl Filter {
    /// Whether the sales of this value are chosen.
    #[must_use]
    pub fn has(&self, attribute: &Attribute, value: &str) -> bool {
        self.only.iter().any(|(known, values)| {
            known == attribute && values.iter().any(|chosen| chosen == value)
        })
    }

    /// Chooses these values, or none of them if all of them are chosen.
    pub fn toggle(&mut self, values: &[(Attribute, String)]) {
        let is_chosen = values
            .iter()
            .all(|(attribute, value)| self.has(attribute, value));
        for (attribute, value) in values {
            self.forget_value(attribute, value);
            if is_chosen {
                continue;
            }
            let value = value.clone();
            match self.only.iter_mut().find(|(known, _)| known == attribute) {
                Some((_, values)) => values.push(value),
                None => self.only.push((attribute.clone(), vec![value])),
            }
        }
        self.only.retain(|(_, values)| !values.is_empty());
    }

    fn forget_value(&mut self, attribute: &Attribute, value: &str) {
        for (known, values) in &mut self.only {
            if known == attribute {
                values.retain(|chosen| chosen != value);
            }
        }
    }

    /// The query of a built-in answer, of the sales that count. An answer keeps every value of what
    /// it is by.
    #[must_use]
    pub fn within(&self, answer: &Answer) -> String {
        let others = self
            .only
            .iter()
            .filter(|(attribute, _)| !answer.by.contains(&attribute.name.as_str()));
        let mut conditions = self.days.conditions("order_date");
        conditions.extend(others.map(one_of));
        if conditions.is_empty() {
            return answer.sql.to_owned();
        }
        let sales = format!("FROM (FROM fact_sales WHERE {})", conditions.join(" AND "));
        answer.sql.replace("FROM fact_sales", &sales)
    }
}

/// The condition that a sale has one of these values.
fn one_of((attribute, values): &(Attribute, Vec<String>)) -> String {
    let values: Vec<_> = values.iter().map(|value| text(value)).collect();
    format!(
        "{} IN (SELECT d.{} FROM {} AS d WHERE {} IN ({}))",
        attribute.key.quoted(),
        attribute.dimension_key.quoted(),
        attribute.dimension.quoted(),
        attribute.name_of("d"),
        values.join(", ")
    )
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
    /// The sales that count.
    pub filter: Filter,
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
            conditions.extend(self.filter.days.conditions(&day));
        }
        conditions.extend(self.filter.only.iter().map(one_of));
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
