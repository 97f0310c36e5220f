//! The aggregates of metrics as SQL: over the facts themselves, or over sums of them. It must not
//! know joins.

use super::joins::Weight;
use crate::DataType;
use crate::compile::column_of;
use crate::expression::{Aggregate, Expression, Names};
use crate::model::{Column, Metric, Model};
use crate::sql::Identifier;

/// Aggregates over the rows of a fact.
pub(super) struct Direct<'q> {
    pub(super) model: &'q Model,
    pub(super) fact: usize,
    /// What the fact goes by.
    pub(super) alias: &'q str,
    /// The share of the fact that a joined row stands for.
    pub(super) weight: Option<Weight>,
}

impl Direct<'_> {
    fn column(&self, name: &str) -> Option<&Column> {
        let table = self.model.tables.get(self.fact)?;
        table.columns.get(table.column_at(name)?)
    }
}

impl Names for Direct<'_> {
    fn name(&self, name: &str) -> String {
        // A resolved expression has no other names.
        let column = self.column(name);
        let name = column.map_or_else(|| name.to_owned(), |column| column.name.sql());
        column_of(self.alias, &name)
    }

    fn aggregate(&self, aggregate: Aggregate, argument: Option<&Expression>) -> String {
        let (argument, weight) = match (argument, &self.weight) {
            (Some(argument), Some(weight)) => (argument, weight),
            // A count of no rows is 0, a sum of none is NULL.
            (None, Some(weight)) => return format!("coalesce(sum({}), 0)", weight.sql),
            (Some(argument), None) => return aggregate.over(&argument.sql(self)),
            (None, None) => return "count(*)".to_owned(),
        };
        let value = in_parentheses(argument, self);
        let shared = if argument.can_multiply(weight.scale, self) {
            format!("{value} * {}", weight.sql)
        } else {
            format!("CAST({value} AS DOUBLE) * {}", weight.sql)
        };
        let known = format!("sum({}) FILTER (WHERE {value} IS NOT NULL)", weight.sql);
        match aggregate {
            Aggregate::Sum => format!("sum({shared})"),
            Aggregate::Count => format!("coalesce({known}, 0)"),
            Aggregate::Avg => format!("sum({shared}) / nullif({known}, 0)"),
            // A share changes neither which values there are nor the smallest and the greatest.
            Aggregate::CountDistinct | Aggregate::Min | Aggregate::Max => {
                aggregate.over(&argument.sql(self))
            }
        }
    }

    fn data_type(&self, name: &str) -> Option<&DataType> {
        self.column(name).map(|column| &column.data_type)
    }
}

/// An operand: in parentheses, unless it is a name.
fn in_parentheses(expression: &Expression, names: &Direct<'_>) -> String {
    let sql = expression.sql(names);
    match expression {
        Expression::Name(_) => sql,
        _ => format!("({sql})"),
    }
}

/// The aggregates of some metrics, each with the column that holds it in a query of sums.
pub(super) struct Parts<'q> {
    parts: Vec<(Identifier, Aggregate, Option<&'q Expression>)>,
}

impl<'q> Parts<'q> {
    /// A part that is a metric by itself has its name; names that are taken are left alone.
    pub(super) fn of(model: &Model, fact: usize, metrics: &[&'q Metric], taken: &[String]) -> Self {
        let mut parts = Vec::<(Identifier, Aggregate, Option<&'q Expression>)>::new();
        let aggregates = metrics
            .iter()
            .flat_map(|metric| metric.expression.aggregates());
        for (aggregate, argument) in aggregates {
            let is_it =
                |known: Aggregate, of: Option<&Expression>| known == aggregate && of == argument;
            if parts.iter().any(|(_, known, of)| is_it(*known, *of)) {
                continue;
            }
            let of_fact = model.metrics.iter().filter(|metric| metric.fact == fact);
            let named = of_fact.filter(|metric| {
                matches!(&metric.expression, Expression::Aggregate(known, of) if is_it(*known, of.as_deref()))
            });
            let is_free = |name: &Identifier| {
                let parts = parts.iter().map(|(name, ..)| name.as_str());
                let mut taken = taken.iter().map(String::as_str).chain(parts);
                !taken.any(|taken| crate::model::same_name(taken, name.as_str()))
            };
            let part = |number: usize| Identifier::prefixed("part_", &number.to_string());
            let name = named.map(|metric| &metric.name).find(|name| is_free(name));
            let name = name.cloned().unwrap_or_else(|| {
                let numbered = (parts.len() + 1..).map(part);
                let mut free = numbered.filter(is_free);
                free.next().unwrap_or_else(|| part(0))
            });
            parts.push((name, aggregate, argument));
        }
        Self { parts }
    }

    /// The columns of the query of sums.
    pub(super) fn selected(&self, direct: &Direct<'_>) -> impl Iterator<Item = String> {
        self.parts.iter().map(|(name, aggregate, argument)| {
            format!(
                "{} AS {}",
                direct.aggregate(*aggregate, *argument),
                name.sql()
            )
        })
    }
}

/// Aggregates over sums.
pub(super) struct Sums<'q> {
    pub(super) parts: &'q Parts<'q>,
    /// The aggregates that the sums are.
    pub(super) of: &'q Direct<'q>,
    /// What the query of sums goes by.
    pub(super) alias: &'q str,
}

impl Names for Sums<'_> {
    fn name(&self, name: &str) -> String {
        // Every name of a metric stands inside an aggregate.
        name.to_owned()
    }

    fn data_type(&self, name: &str) -> Option<&DataType> {
        self.of.data_type(name)
    }

    fn aggregate(&self, aggregate: Aggregate, argument: Option<&Expression>) -> String {
        let mut parts = self.parts.parts.iter();
        let part = parts.find(|(_, known, of)| *known == aggregate && *of == argument);
        // Every aggregate of the metrics is a part.
        let name = part.map_or_else(String::new, |(name, ..)| {
            format!("{}.{}", self.alias, name.sql())
        });
        match aggregate {
            // Counts are added up, as sums are.
            Aggregate::Count | Aggregate::Sum => format!("sum({name})"),
            other => other.over(&name),
        }
    }
}
