//! The resolved mart: every name found, every type and key checked. [`Model::resolve`] is the only
//! way to one, so whatever takes a model cannot fail on names, types or keys. It must not know how
//! anything is compiled to SQL.

mod keys;
mod semantics;
mod unit;

use std::fmt;

pub use keys::Keys;
pub use semantics::{Attribute, Hierarchy, Metric, Question};
pub(crate) use semantics::{CalendarOrder, DeclaredCheck, DeclaredTest, Hop, Limit, Route, Sort};
pub use unit::Unit;

use crate::DataType;
use crate::document::{
    Additivity, CalendarPart, Duplicates, History, Noun, Origin, Role, VersionPart,
};
use crate::expression::Expression;
use crate::sql::Identifier;

/// A mart: one or more stars of tables, and what they are loaded from, measured by and checked for.
///
/// ```
/// let shipped = mart::shipped::built_in();
/// let model = shipped.model();
/// let fact = model.facts().next().unwrap();
/// assert_eq!(fact.title(), "fact_sales");
/// assert_eq!(model.metrics()[0].label(), "Revenue");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub(crate) name: Identifier,
    pub(crate) label: String,
    pub(crate) description: String,
    pub(crate) origin: Origin,
    pub(crate) sources: Vec<Source>,
    pub(crate) tables: Vec<Table>,
    pub(crate) relationships: Vec<Relationship>,
    pub(crate) metrics: Vec<Metric>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) hierarchies: Vec<Hierarchy>,
    pub(crate) questions: Vec<Question>,
    pub(crate) checks: Vec<DeclaredCheck>,
    pub(crate) generators: Vec<Generator>,
    pub(crate) keeps_batches: bool,
}

impl Model {
    /// The name of the mart and of its files.
    #[must_use]
    pub const fn name(&self) -> &Identifier {
        &self.name
    }

    /// What people call it.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What it is about; may be empty.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Whether the plan builds the tables, or they exist in a database that is opened.
    #[must_use]
    pub const fn origin(&self) -> Origin {
        self.origin
    }

    /// The files that it is loaded from.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Its tables, each after the tables it refers to.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The table of that [title](Table::title).
    #[must_use]
    pub fn table(&self, title: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.title() == title)
    }

    /// The fact tables.
    pub fn facts(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(|table| table.role == Role::Fact)
    }

    /// The foreign keys.
    #[must_use]
    pub fn relationships(&self) -> &[Relationship] {
        &self.relationships
    }

    /// What is measured, in the order of the page.
    #[must_use]
    pub fn metrics(&self) -> &[Metric] {
        &self.metrics
    }

    /// What facts are grouped and filtered by, in the order of the page.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// Attributes to drill down along.
    #[must_use]
    pub fn hierarchies(&self) -> &[Hierarchy] {
        &self.hierarchies
    }

    /// The questions of the dashboard, in its order.
    #[must_use]
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The ways to fill it with generated rows.
    #[must_use]
    pub fn generators(&self) -> &[Generator] {
        &self.generators
    }

    /// Whether the rows of the sources are kept beside the star, load by load.
    #[must_use]
    pub const fn keeps_batches(&self) -> bool {
        self.keeps_batches
    }

    /// The relationships of a table to others.
    pub(crate) fn relationships_of(&self, table: usize) -> impl Iterator<Item = &Relationship> {
        self.relationships
            .iter()
            .filter(move |relationship| relationship.from == table)
    }

    /// The place of a table in [`tables`](Self::tables).
    pub(crate) fn place_of(&self, table: &Table) -> Option<usize> {
        self.tables
            .iter()
            .position(|other| other.is_named_as(table))
    }
}

/// A file that rows are loaded from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// What people call such a file.
    pub label: String,
    /// What one row of it is; may be empty.
    pub description: String,
    /// The word for its rows.
    pub row: Noun,
    /// The file that comes with the mart, if one does.
    pub path: Option<String>,
    /// A small file of this shape to start from, if there is one.
    pub template: Option<String>,
    /// The columns that identify a row; none where nothing does.
    pub key: Vec<String>,
    /// Which of several rows with the same key in one load is loaded.
    pub duplicates: Duplicates,
    /// Its columns.
    pub fields: Vec<SourceField>,
    /// The texts that stand for NULL, beside the empty one.
    pub null_texts: Vec<String>,
}

impl Source {
    /// The column of this name, in any case.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&SourceField> {
        let mut fields = self.fields.iter();
        fields.find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// Whether any of its columns must be in a file.
    #[must_use]
    pub fn requires_some(&self) -> bool {
        self.fields.iter().any(|field| field.required)
    }

    /// The table that its rows are staged in.
    #[must_use]
    pub fn staged(&self) -> Identifier {
        Identifier::prefixed("staged_", &self.name)
    }
}

/// A column of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceField {
    /// The name in the header.
    pub name: String,
    /// The type that its texts are read as.
    pub data_type: DataType,
    /// What it means; may be empty.
    pub description: String,
    /// Whether the file must have the column, and each row a value in it.
    pub required: bool,
    /// The value of rows without one.
    pub default: Option<String>,
    /// Whether no two rows may have the same value.
    pub unique: bool,
}

/// A table of a mart, or a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The database it is in, of one that is opened.
    pub database: Option<Identifier>,
    /// Whether tables of other databases are beside it.
    pub is_beside_others: bool,
    /// The schema it is in; `None` for `main`, where a built mart's tables are.
    pub schema: Option<Identifier>,
    /// Its name in that schema.
    pub name: Identifier,
    /// What people call one of its rows.
    pub label: String,
    /// Its role in the star.
    pub role: Role,
    /// What one row is, in words; may be empty.
    pub grain: String,
    /// What it holds; may be empty.
    pub description: String,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// Combinations of columns that are unique, beside the primary key.
    pub unique_keys: Vec<Vec<usize>>,
    /// The source that fills it, as a place in [`Model::sources`].
    pub(crate) source: Option<usize>,
    /// The file of rows that come with the mart.
    pub(crate) rows: Option<String>,
    /// For a fact: the relationship to the calendar that date filters use.
    pub(crate) time: Option<usize>,
    /// For a dimension: whether it has a row of the key -1.
    pub(crate) has_unknown_member: bool,
    /// For a dimension: which values count where several rows have the same key.
    pub(crate) history: Option<History>,
    /// For a bridge: the column with the share of the fact.
    pub(crate) weight: Option<usize>,
}

impl Table {
    /// What it is called on the page: its name, after its schema where that is not `main`.
    #[must_use]
    pub fn title(&self) -> String {
        self.title_beside(&self.name)
    }

    /// What another table of the same schema is called on the page.
    #[must_use]
    pub fn title_beside(&self, other: &Identifier) -> String {
        let database = self.database.as_ref().filter(|_| self.is_beside_others);
        crate::catalog::title(
            database.map(Identifier::as_str),
            self.schema.as_ref().map_or("main", Identifier::as_str),
            other.as_str(),
        )
    }

    /// Its name for SQL text. A database may have the name of a schema, so both are named.
    #[must_use]
    pub fn sql(&self) -> String {
        let name = self.name.sql();
        match (&self.database, &self.schema) {
            (Some(database), None) if self.is_beside_others => {
                format!("{}.main.{name}", database.sql())
            }
            (_, None) => name,
            (Some(database), Some(schema)) => {
                format!("{}.{}.{name}", database.sql(), schema.sql())
            }
            (None, Some(schema)) => format!("{}.{name}", schema.sql()),
        }
    }

    /// Whether another table has its names: it is the same one.
    pub(crate) fn is_named_as(&self, other: &Self) -> bool {
        (&self.database, &self.schema, &self.name) == (&other.database, &other.schema, &other.name)
    }

    /// The table in SQL, always after its schema: no common table expression takes its place.
    pub(crate) fn qualified(&self) -> String {
        match &self.schema {
            None => format!("main.{}", self.name.sql()),
            Some(_) => self.sql(),
        }
    }

    /// The columns that identify its rows together; none where nothing does.
    pub fn primary_key(&self) -> impl Iterator<Item = &Column> {
        self.columns
            .iter()
            .filter(|column| column.keys.contains(&Key::Primary))
    }

    /// The column that a lookup finds, and the columns of the source that it stands for: a surrogate key, or else the
    /// primary key if it is a column of the source.
    pub(crate) fn looked_up(&self) -> Option<(&Column, Vec<String>)> {
        let surrogate = self.columns.iter().find_map(|column| match &column.from {
            Some(ColumnOrigin::SurrogateKey(names)) => Some((column, names.clone())),
            _ => None,
        });
        let natural = || {
            let key = self.primary_key().next()?;
            match &key.from {
                Some(ColumnOrigin::Column(name)) => Some((key, vec![name.clone()])),
                _ => None,
            }
        };
        surrogate.or_else(natural)
    }

    /// Each column that refers to another table of the same schema, with that table and its column.
    pub fn foreign_keys(&self) -> impl Iterator<Item = (&Column, &Identifier, &Identifier)> {
        self.columns.iter().flat_map(|from| {
            from.keys.iter().filter_map(move |key| match key {
                Key::Foreign { table, column } => Some((from, table, column)),
                Key::Primary => None,
            })
        })
    }

    /// The place of the column of this name, in any case.
    pub(crate) fn column_at(&self, name: &str) -> Option<usize> {
        let mut columns = self.columns.iter();
        let is_exact = |column: &Column| column.name.as_str() == name;
        // A database that is opened may be asked by the exact name.
        columns
            .clone()
            .position(is_exact)
            .or_else(|| columns.position(|column| same_name(column.name.as_str(), name)))
    }
}

/// Whether two names are one to DuckDB, which ignores case.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        one.eq_ignore_ascii_case(other)
    } else {
        one == other || one.to_lowercase() == other.to_lowercase()
    }
}

impl Role {
    /// The word for it on the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            // A calendar is the dimension of days.
            Self::Dimension | Self::Calendar => "dimension",
            Self::Bridge => "bridge",
            Self::Table => "table",
            Self::View => "view",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in the engine.
    pub name: Identifier,
    /// Its type.
    pub data_type: DataType,
    /// What people call it.
    pub label: String,
    /// What it means; may be empty.
    pub description: String,
    /// Its parts in keys.
    pub keys: Vec<Key>,
    /// For a number: whether sums of it mean something.
    pub additivity: Additivity,
    /// Where its values come from when sources are loaded.
    pub(crate) from: Option<ColumnOrigin>,
}

/// Where the values of a column come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ColumnOrigin {
    /// The column of the source with this name.
    Column(String),
    /// The same, or the number of the row where the file has no such column.
    ColumnOrRowNumber(String),
    /// The number of the row.
    RowNumber,
    /// An expression over columns of the source.
    Expression(Expression),
    /// A number for each distinct combination of columns of the source.
    SurrogateKey(Vec<String>),
    /// The surrogate key of the dimension that this relationship leads to.
    Lookup(usize),
    /// A part of a day.
    Calendar(CalendarPart),
    /// What is known of a version.
    Version(VersionPart),
}

/// A column's part in a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// It identifies the rows of its table, alone or with other columns.
    Primary,
    /// It refers to a row of another table, alone or with other columns.
    Foreign {
        /// The table referred to.
        table: Identifier,
        /// Its column, part of a key.
        column: Identifier,
    },
}

/// A foreign key: places of tables in [`Model::tables`] and of columns in theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relationship {
    /// Its name.
    pub name: String,
    /// The table that refers.
    pub from: usize,
    /// Its columns.
    pub from_columns: Vec<usize>,
    /// The table that is referred to.
    pub to: usize,
    /// The columns of its key, in the order of `from_columns`.
    pub to_columns: Vec<usize>,
    /// The columns of the source whose values are looked for, where they are called otherwise.
    pub(crate) source_columns: Vec<String>,
    /// Whether a row may refer to nothing.
    pub is_optional: bool,
    /// Whether a row whose key is found nowhere is set aside.
    pub(crate) sets_orphans_aside: bool,
}

/// A way to fill the tables with generated rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generator {
    /// The word for its rows.
    pub row: Noun,
    /// The fact that the rows of a size are counted in, as a place in [`Model::tables`].
    pub(crate) fact: usize,
    /// The files of SQL, relative to the document.
    pub(crate) statements: Vec<String>,
    /// The sizes, the smallest first.
    pub sizes: Vec<GeneratedSize>,
}

/// A size of a generated mart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedSize {
    /// What people call it.
    pub label: String,
    /// The number of facts.
    pub rows: u64,
    /// What the words in braces are replaced by.
    pub(crate) values: Vec<(String, String)>,
}
