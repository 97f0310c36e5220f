//! The semantic half of a document: what is measured, by what, which questions are asked and what is
//! checked. It must not know how tables are loaded.

use serde::{Deserialize, Serialize};

use super::{Additivity, is_default};

/// Something that is measured of a fact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// The name of its column in a result.
    pub name: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The fact it is measured of.
    pub dataset: String,
    /// How it is computed: aggregates over expressions of the fact's fields, and other metrics of
    /// the same fact, as in `sum(quantity * unit_price)` or `revenue / units`.
    pub expression: String,
    /// What it is counted in: `EUR`, `pieces`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How it is rounded and shown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub format: NumberFormat,
    /// How its values may be added up.
    #[serde(default, skip_serializing_if = "is_default")]
    pub additivity: Additivity,
}

/// How a number is rounded and shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NumberFormat {
    /// As it comes.
    #[default]
    Number,
    /// Without a fraction.
    Whole,
    /// An amount of money, with two decimals.
    Money,
    /// A share of 1, with four decimals.
    Percent,
}

/// What facts are grouped and filtered by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// The name of its column in a result.
    pub name: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The dataset it is a field of.
    pub dataset: String,
    /// The field.
    pub field: String,
    /// For a day: the period that it is rounded down to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grain: Option<DateGrain>,
    /// The relationship that leads to the dataset, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationship: Option<String>,
}

/// A period of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DateGrain {
    /// One day.
    Day,
    /// Seven days from Monday on.
    Week,
    /// A calendar month.
    Month,
    /// Three months.
    Quarter,
    /// A calendar year.
    Year,
}

/// Attributes from coarse to fine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Hierarchy {
    /// Its name.
    pub name: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The attributes, the coarsest first.
    pub levels: Vec<String>,
}

/// A question of the dashboard: metrics by attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The name of its files.
    pub name: String,
    /// What people call it: the heading of its answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The metrics, at least one.
    pub metrics: Vec<String>,
    /// What they are grouped by: an attribute's name, or `DATASET.FIELD`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// The order of the rows; without one, time in its order, and else the largest of the first
    /// metric first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<Order>,
    /// The most rows that are returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// How it is drawn; without it, by the shape of the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chart: Option<ChartKind>,
}

/// A column that rows are sorted by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// One of the question's metrics or of what it is grouped by.
    pub by: String,
    /// Whether the largest come first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub descending: bool,
}

/// How an answer is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// A line through the values.
    Line,
    /// A bar for each value.
    Bars,
    /// Bars made of the series.
    Stacked,
    /// Bars of the series side by side.
    Grouped,
}

/// A quality check, in dbt's words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The dataset it is about.
    pub dataset: String,
    /// What must be true.
    pub test: Test,
    /// Why it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What a failure means.
    #[serde(default, skip_serializing_if = "is_default")]
    pub severity: Severity,
}

/// What must be true of a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// No two rows have the same values of these fields.
    Unique(Vec<String>),
    /// Each row has a value of this field.
    NotNull(String),
    /// Each value of the field is one of these.
    AcceptedValues(AcceptedValues),
    /// Each row that refers to something by this relationship finds it. Of a key that is looked up, a row with a
    /// value in any column of its own key is found; of another key, a row with a value in all its columns.
    Relationships(String),
    /// The condition is true of each row: `quantity > 0`.
    Expression(String),
    /// Each value of the field is within these limits. Rows without a value pass.
    Range(Range),
    /// The number of rows of the dataset is within these limits.
    RowCount(RowCount),
    /// The latest day or moment of the field is not long ago.
    Freshness(Freshness),
    /// A query of your own: one `SELECT` that returns the rows that fail.
    Sql(String),
}

impl Default for Test {
    fn default() -> Self {
        Self::Unique(Vec::new())
    }
}

/// A field and the values that it may have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptedValues {
    /// The field.
    pub field: String,
    /// The values, as text.
    pub values: Vec<String>,
}

/// A field and the limits of its values, which are allowed themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The field: a number, a text, a day or a moment.
    pub field: String,
    /// The least value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Limit>,
    /// The greatest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Limit>,
}

/// A value of the type of its field: a number as it is, all else as text, such as `2026-01-31`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "a limit is a number or a text")]
pub enum Limit {
    /// A number.
    Number(serde_json::Number),
    /// A text; a number may be written as one, too.
    Text(String),
}

impl Limit {
    /// The value as it is written.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// The fewest and the most rows of a dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RowCount {
    /// The fewest rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// The most rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
}

/// A field with days or moments, and how old its latest value may be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Freshness {
    /// The field.
    pub field: String,
    /// The most days from its latest value until today, in UTC.
    pub days: u32,
}

/// What the failure of a check means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The data is wrong.
    #[default]
    Error,
    /// The data is suspicious.
    Warn,
}
