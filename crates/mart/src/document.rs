//! The mart as a document: what `NAME.mart.json` holds, as plain data. Reading it checks the shape
//! alone; what the names mean, and whether they exist, is [`resolve`](crate::Model::resolve)'s work.
//! It must not know how anything in it is compiled.
//!
//! The semantic half uses the words of Open Semantic Interchange: dataset, field, relationship,
//! metric.

mod load;
mod read;
#[cfg(feature = "schema")]
mod schema;
mod semantics;

use serde::{Deserialize, Serialize};

pub use load::{Duplicates, History, Load, LoadMode, Orphans, VersionPart};
pub use read::{MOST_BYTES, VERSION};
pub use semantics::{
    AcceptedValues, Attribute, ChartKind, Check, DateGrain, Freshness, Hierarchy, Limit, Metric,
    NumberFormat, Order, Question, Range, RowCount, Severity, Test,
};

/// A mart: its sources, datasets, relationships, metrics, questions and checks.
///
/// ```
/// let text = r#"{ "version": 1, "name": "shop", "datasets": [] }"#;
/// let document = mart::Document::read(text)?;
/// assert_eq!(document.name, "shop");
///
/// let mistakes = mart::Document::read(r#"{ "version": 99, "name": "shop" }"#).unwrap_err();
/// assert_eq!(mistakes[0].pointer, "/version");
/// # Ok::<(), Vec<mart::Mistake>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The version of this format.
    pub version: u32,
    /// The name of the mart and of its files.
    pub name: String,
    /// What people call the mart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What the mart is about, in a sentence or two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether the tables are built from the sources, or exist already.
    #[serde(default, skip_serializing_if = "is_default")]
    pub origin: Origin,
    /// The database that is opened, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// The files that the mart is loaded from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// The tables of the star.
    #[serde(default)]
    pub datasets: Vec<Dataset>,
    /// The foreign keys: which dataset refers to which, and by what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relationships: Vec<Relationship>,
    /// What is measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<Metric>,
    /// What the facts are grouped and filtered by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// Attributes from coarse to fine, to drill down along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hierarchies: Vec<Hierarchy>,
    /// The questions of the dashboard, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// Quality checks beyond those of the keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// How sources are read and kept.
    #[serde(default, skip_serializing_if = "is_default")]
    pub load: Load,
    /// Ways to fill the tables with generated rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub generators: Vec<Generator>,
    /// How files were read that became tables: the next files with these columns are read in the same way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shapes: Vec<FileShape>,
}

/// Files with the same columns, and what was chosen for them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FileShape {
    /// The name of the file that was loaded last.
    pub file: String,
    /// The names of its columns, in their order.
    pub columns: Vec<String>,
    /// Their types in SQL.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    /// What was chosen in place of what the file shows: encoding, delimiter, header, types. The reader of files
    /// knows what it means; what it does not know, it leaves alone.
    #[serde(default)]
    pub choices: serde_json::Value,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Where the tables of a mart come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// They are created and loaded by the plan that is compiled from this document.
    #[default]
    Built,
    /// They exist in a database that is opened; nothing builds them.
    Database,
}

/// A file that rows are loaded from: one row of text a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name, unique among the sources.
    pub name: String,
    /// What people call such a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What one row of it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The word for one of its rows, and for several.
    #[serde(default, skip_serializing_if = "is_default")]
    pub row: Noun,
    /// The file that comes with the mart, relative to the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// A small file of this shape to start from, relative to the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The columns that identify a row, where loads are kept apart: a later row with the same key can take its place,
    /// and a second one in the same load is set aside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key: Vec<String>,
    /// Which of several rows with the same key in one load is loaded.
    #[serde(default, skip_serializing_if = "is_default")]
    pub duplicates: Duplicates,
    /// Its columns. They are found by name, in any order and case.
    pub fields: Vec<SourceField>,
}

/// The word for one thing, and for several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Noun {
    /// `order`
    pub one: String,
    /// `orders`
    pub many: String,
}

impl Default for Noun {
    fn default() -> Self {
        Self {
            one: "row".to_owned(),
            many: "rows".to_owned(),
        }
    }
}

/// A column of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SourceField {
    /// The name in the header.
    pub name: String,
    /// The type that its texts are read as: `VARCHAR`, `INTEGER`, `DOUBLE`, `DATE`, …
    #[serde(rename = "type")]
    pub data_type: String,
    /// What it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether the file must have the column, and each row a value in it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub required: bool,
    /// The value of rows without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Whether no two rows may have the same value. It applies where the file has the column.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unique: bool,
}

/// A table of the star.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// The database it is in, where several are opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// The schema it is in, in a database that is opened; `main` without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The name of the table.
    pub name: String,
    /// What people call one of its rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Its role in the star.
    pub role: Role,
    /// What one row is, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grain: Option<String>,
    /// What it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The source that its rows come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// A CSV file of rows that come with the mart, relative to the document; its columns are the
    /// fields by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<String>,
    /// The fields that identify a row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub primary_key: Vec<String>,
    /// Further combinations of fields that identify a row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unique_keys: Vec<Vec<String>>,
    /// For a fact: the relationship to the calendar that date filters use. The first one, without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// For a dimension with a surrogate key: whether it has a row of the key -1, which facts refer to whose own
    /// key is missing or unknown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unknown_member: bool,
    /// For a dimension with a surrogate key: which values count where several rows have the same key. Without it, the
    /// smallest of each column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<History>,
    /// For a bridge: the field with the share of the fact that a row stands for. Shares of one
    /// fact add up to 1, so that totals stay true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    /// Its columns, in order.
    pub fields: Vec<Field>,
}

impl Dataset {
    /// What it is called: see [`catalog::title`](crate::catalog::title).
    pub(crate) fn title(&self) -> String {
        let schema = self.schema.as_deref().unwrap_or("main");
        crate::catalog::title(self.database.as_deref(), schema, &self.name)
    }
}

/// What a dataset is in the star.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// What happened and how much: measures and keys of dimensions.
    Fact,
    /// Who, what or where.
    Dimension,
    /// Pairs of keys: one row of the one side has many of the other.
    Bridge,
    /// The dimension of days.
    Calendar,
    /// A table that no relationship joins to another; for databases that are opened.
    #[default]
    Table,
    /// A view; for databases that are opened.
    View,
}

/// A column of a dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The name of the column.
    pub name: String,
    /// Its type, in DuckDB's words.
    #[serde(rename = "type")]
    pub data_type: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where its values come from when a source is loaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Origination>,
    /// For a number: whether sums of it mean something.
    #[serde(default, skip_serializing_if = "is_default")]
    pub additivity: Additivity,
}

/// Where the values of a field come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Origination {
    /// The column of the source with this name.
    Column(String),
    /// The same where the file has the column, and the number of the row where it has not.
    ColumnOrRowNumber(String),
    /// The number of the row in the source, from 1.
    RowNumber,
    /// An expression over the columns of the source: `quantity * unit_price`.
    Expression(String),
    /// A number for each distinct combination of these columns of the source.
    SurrogateKey(Vec<String>),
    /// The key of the dataset that this relationship leads to: its surrogate key, or its primary key if that is one
    /// column of its source. Rows without a match have none, or that of the unknown member.
    Lookup(String),
    /// A part of a day, for a calendar.
    Calendar(CalendarPart),
    /// What is known of a version, for a dimension that keeps them.
    Version(VersionPart),
}

/// A part of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CalendarPart {
    /// The day itself.
    Date,
    /// The year as a number.
    Year,
    /// 1 to 4.
    Quarter,
    /// 1 to 12.
    Month,
    /// `January` to `December`.
    MonthName,
    /// The day of the month.
    Day,
    /// `Monday` to `Sunday`.
    DayName,
    /// 1, Monday, to 7.
    DayNumber,
    /// The week of ISO 8601.
    Week,
}

/// How a number may be added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Additivity {
    /// Over every dimension: an amount, a quantity.
    #[default]
    Additive,
    /// Over every dimension but time: a balance, a stock.
    SemiAdditive,
    /// Not at all: a price, a rate, a percentage.
    NonAdditive,
}

/// A foreign key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Relationship {
    /// Its name: the role that the referred dataset plays, where it plays several.
    pub name: String,
    /// The dataset that refers.
    pub from: String,
    /// The fields that refer.
    pub from_columns: Vec<String>,
    /// The dataset that is referred to.
    pub to: String,
    /// Its primary key, or one of its unique keys.
    pub to_columns: Vec<String>,
    /// For a surrogate key that is looked up: the columns of the source whose values are looked for, in the order
    /// of the columns that the key stands for. Without them, the columns of the same names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source_columns: Vec<String>,
    /// Whether a row may refer to nothing: an order that is not shipped yet.
    #[serde(default, skip_serializing_if = "is_default")]
    pub optional: bool,
    /// What a row becomes whose key is in no row of the dimension.
    #[serde(default, skip_serializing_if = "is_default")]
    pub orphans: Orphans,
}

/// A way to fill the tables with generated rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Generator {
    /// Its name, unique among the generators.
    pub name: String,
    /// The word for one generated fact, and for several.
    #[serde(default, skip_serializing_if = "is_default")]
    pub row: Noun,
    /// The fact that the rows of a size are counted in.
    pub dataset: String,
    /// Files of SQL that fill the empty tables, relative to the document, in order. Words in braces
    /// are replaced by the values of the size.
    pub statements: Vec<String>,
    /// The sizes to choose from, the smallest first.
    pub sizes: Vec<Size>,
}

/// A size of a generated mart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// What people call it: `10 thousand`.
    pub label: String,
    /// The number of facts.
    pub rows: u64,
    /// What the words in braces are replaced by: whole numbers and days.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub values: std::collections::BTreeMap<String, String>,
}
