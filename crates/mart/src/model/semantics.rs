//! The semantic half of a model: metrics, attributes with the ways to them, questions and declared
//! checks. It must not know how anything is compiled to SQL.

use crate::TypeKind;
use crate::document::{Additivity, CalendarPart, ChartKind, DateGrain, NumberFormat, Severity};
use crate::expression::Expression;
use crate::sql::Identifier;

/// Something that is measured of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    pub(crate) name: Identifier,
    pub(crate) label: String,
    pub(crate) description: String,
    pub(crate) fact: usize,
    /// With other metrics replaced by their own expressions.
    pub(crate) expression: Expression,
    /// As it is written in the document.
    pub(crate) text: String,
    pub(crate) unit: String,
    pub(crate) format: NumberFormat,
    pub(crate) additivity: Additivity,
    pub(crate) kind: TypeKind,
}

impl Metric {
    /// The name of its column in a result.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// What people call it.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What it means; may be empty.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// What it is counted in; may be empty.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// How it is shown.
    #[must_use]
    pub const fn format(&self) -> NumberFormat {
        self.format
    }

    /// How its values may be added up.
    #[must_use]
    pub const fn additivity(&self) -> Additivity {
        self.additivity
    }

    /// The place of its fact in [`Model::tables`](crate::Model::tables).
    #[must_use]
    pub const fn fact(&self) -> usize {
        self.fact
    }
}

/// What facts are grouped and filtered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    pub(crate) name: Identifier,
    pub(crate) label: String,
    pub(crate) table: usize,
    pub(crate) column: usize,
    pub(crate) grain: Option<DateGrain>,
    /// How its values are sorted, where not by themselves: by this part of the calendar's day.
    pub(crate) order: Option<CalendarOrder>,
    /// How each fact that has it leads to its table.
    pub(crate) routes: Vec<Route>,
}

/// The day of a calendar, and the part of it that another column is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CalendarOrder {
    pub(crate) day: usize,
    pub(crate) part: CalendarPart,
}

/// The way from a fact to a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// The fact, as a place in [`Model::tables`](crate::Model::tables).
    pub(crate) fact: usize,
    /// From table to table; empty for a column of the fact itself.
    pub(crate) hops: Vec<Hop>,
}

/// A step from one table to the next along a relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hop {
    /// The relationship, as a place in [`Model::relationships`].
    pub(crate) relationship: usize,
    /// Whether it goes from the table that is referred to, to the bridge that refers: then one row
    /// has many.
    pub(crate) is_reverse: bool,
}

impl Attribute {
    /// The name of its column in a result.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// What people call it.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The period of time that its values are, where they are periods.
    #[must_use]
    pub const fn grain(&self) -> Option<DateGrain> {
        self.grain
    }

    /// Whether facts of this table can be grouped by it.
    #[must_use]
    pub fn is_of_fact(&self, fact: usize) -> bool {
        self.routes.iter().any(|route| route.fact == fact)
    }

    pub(crate) fn route(&self, fact: usize) -> Option<&Route> {
        self.routes.iter().find(|route| route.fact == fact)
    }
}

/// Attributes from coarse to fine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hierarchy {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// The attributes, as places in [`Model::attributes`](crate::Model::attributes).
    pub levels: Vec<usize>,
}

/// A question of the dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) description: String,
    pub(crate) metrics: Vec<Metric>,
    pub(crate) by: Vec<Attribute>,
    pub(crate) order: Vec<Sort>,
    pub(crate) limit: Option<u32>,
    pub(crate) chart: Option<ChartKind>,
}

impl Question {
    /// The name of its files, without an ending.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What people call it.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What it answers; may be empty.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// How it is drawn; `None` for what suits the shape of the result.
    #[must_use]
    pub const fn chart(&self) -> Option<ChartKind> {
        self.chart
    }
}

/// A column of a result that its rows are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A metric, by its place in the question.
    Metric { at: usize, descending: bool },
    /// What it is grouped by, by its place in the question.
    By { at: usize, descending: bool },
}

/// A quality check that the document declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeclaredCheck {
    pub(crate) table: usize,
    pub(crate) test: DeclaredTest,
    pub(crate) description: String,
    pub(crate) severity: Severity,
}

/// What must be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DeclaredTest {
    Unique(Vec<usize>),
    NotNull(usize),
    AcceptedValues(usize, Vec<String>),
    /// A key that is looked up by the columns of the row's own key.
    LookedUp {
        /// The column with the key that is looked up.
        key: usize,
        /// The columns with the row's own key.
        own: Vec<usize>,
        /// The dimension.
        to: usize,
    },
    /// The columns of a relationship, as a place in the model's relationships.
    Referring(usize),
    Expression(Expression, String),
    /// A column with its least and its greatest value.
    Range(usize, Option<Limit>, Option<Limit>),
    RowCount {
        min: Option<u32>,
        max: Option<u32>,
    },
    Freshness {
        column: usize,
        days: u32,
    },
    /// One query.
    Sql(String),
}

/// A value of a column's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    /// Its SQL.
    pub(crate) sql: String,
    /// As it is written in the document.
    pub(crate) text: String,
}
