//! The aggregates of metrics as SQL: over the facts themselves, or over sums of them. It must not
//! know joins.

use super::format::{SUM_SCALE, is_exact};
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
    pub(super) weight: Option<&'q Weight>,
    /// Whether sums and averages of floating-point numbers are exact: with compensated summation,
    /// which takes as long as the other one, and as decimals.
    pub(super) is_exact: bool,
}

impl<'q> Direct<'q> {
    /// The same with sums that are exact, or not.
    pub(super) const fn exactly(&self, is_exact: bool) -> Direct<'q> {
        Direct {
            model: self.model,
            fact: self.fact,
            alias: self.alias,
            weight: self.weight,
            is_exact,
        }
    }

    /// The SQL of a sum.
    fn sum(&self, argument: &str, is_floating: bool) -> String {
        if self.is_exact && is_floating {
            format!("CAST(fsum({argument}) AS DECIMAL(38,{SUM_SCALE}))")
        } else {
            format!("sum({argument})")
        }
    }

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
        let value = column_of(self.alias, &name);
        let is_single = column.is_some_and(|column| column.data_type.name() == "FLOAT");
        if self.is_exact && is_single {
            // Of single precision, a number is what it is written as: 0.1, not 0.10000000149.
            format!("CAST(CAST({value} AS VARCHAR) AS DOUBLE)")
        } else {
            value
        }
    }

    fn aggregate(&self, aggregate: Aggregate, argument: Option<&Expression>) -> String {
        let (argument, weight) = match (argument, self.weight) {
            (Some(argument), Some(weight)) => (argument, weight),
            // A count of no rows is 0, a sum of none is NULL.
            (None, Some(weight)) => return format!("coalesce(sum({}), 0)", weight.sql),
            (Some(argument), None) => {
                let is_floating = argument.is_floating(self);
                let value = argument.sql(self);
                return match aggregate {
                    Aggregate::Sum => self.sum(&value, is_floating),
                    Aggregate::Avg if self.is_exact && is_floating => format!("favg({value})"),
                    other => other.over(&value),
                };
            }
            (None, None) => return "count(*)".to_owned(),
        };
        let value = in_parentheses(argument, self);
        let shared = if argument.can_multiply(weight.scale, self) {
            format!("{value} * {}", weight.sql)
        } else {
            format!("CAST({value} AS DOUBLE) * {}", weight.sql)
        };
        let is_floating = weight.is_floating
            || argument.is_floating(self)
            || !argument.can_multiply(weight.scale, self);
        let shared = self.sum(&shared, is_floating);
        let known = format!("sum({}) FILTER (WHERE {value} IS NOT NULL)", weight.sql);
        match aggregate {
            Aggregate::Sum => shared,
            Aggregate::Count => format!("coalesce({known}, 0)"),
            Aggregate::Avg => format!("{shared} / nullif({known}, 0)"),
            // A share changes neither which values there are nor the smallest and the greatest.
            Aggregate::CountDistinct | Aggregate::Min | Aggregate::Max => {
                aggregate.over(&argument.sql(self))
            }
        }
    }

    fn data_type(&self, name: &str) -> Option<&DataType> {
        self.column(name).map(|column| &column.data_type)
    }

    fn sum_scale(&self) -> Option<u32> {
        self.is_exact.then_some(SUM_SCALE)
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
    parts: Vec<Part<'q>>,
}

/// An aggregate, the column that holds it, and whether it is exact.
struct Part<'q> {
    name: Identifier,
    aggregate: Aggregate,
    argument: Option<&'q Expression>,
    is_exact: bool,
}

impl Part<'_> {
    fn is(&self, aggregate: Aggregate, argument: Option<&Expression>, is_exact: bool) -> bool {
        self.aggregate == aggregate && self.argument == argument && self.is_exact == is_exact
    }
}

impl<'q> Parts<'q> {
    /// A part that is a metric by itself has its name; names that are taken are left alone.
    pub(super) fn of(model: &Model, fact: usize, metrics: &[&'q Metric], taken: &[String]) -> Self {
        let mut parts = Vec::<Part<'q>>::new();
        for metric in metrics {
            let is_exact = is_exact(metric);
            for (aggregate, argument) in metric.expression.aggregates() {
                if parts
                    .iter()
                    .any(|part| part.is(aggregate, argument, is_exact))
                {
                    continue;
                }
                let name = Self::name(model, fact, (aggregate, argument), &parts, taken);
                parts.push(Part {
                    name,
                    aggregate,
                    argument,
                    is_exact,
                });
            }
        }
        Self { parts }
    }

    /// A free name: that of the metric which is this aggregate, or a numbered one.
    fn name(
        model: &Model,
        fact: usize,
        (aggregate, argument): (Aggregate, Option<&Expression>),
        parts: &[Part<'_>],
        taken: &[String],
    ) -> Identifier {
        let of_fact = model.metrics.iter().filter(|metric| metric.fact == fact);
        let named = of_fact.filter(|metric| {
            matches!(&metric.expression, Expression::Aggregate(known, of) if *known == aggregate && of.as_deref() == argument)
        });
        let is_free = |name: &Identifier| {
            let parts = parts.iter().map(|part| part.name.as_str());
            let mut taken = taken.iter().map(String::as_str).chain(parts);
            !taken.any(|taken| crate::model::same_name(taken, name.as_str()))
        };
        let part = |number: usize| Identifier::prefixed("part_", &number.to_string());
        let name = named.map(|metric| &metric.name).find(|name| is_free(name));
        name.cloned().unwrap_or_else(|| {
            let numbered = (parts.len() + 1..).map(part);
            let mut free = numbered.filter(is_free);
            free.next().unwrap_or_else(|| part(0))
        })
    }

    /// The columns of the query of sums.
    pub(super) fn selected(&self, direct: &Direct<'_>) -> impl Iterator<Item = String> {
        self.parts.iter().map(|part| {
            let direct = direct.exactly(part.is_exact);
            format!(
                "{} AS {}",
                direct.aggregate(part.aggregate, part.argument),
                part.name.sql()
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

    fn sum_scale(&self) -> Option<u32> {
        self.of.sum_scale()
    }

    fn aggregate(&self, aggregate: Aggregate, argument: Option<&Expression>) -> String {
        let mut parts = self.parts.parts.iter();
        let part = parts.find(|part| part.is(aggregate, argument, self.of.is_exact));
        // Every aggregate of the metrics is a part.
        let name = part.map_or_else(String::new, |part| {
            format!("{}.{}", self.alias, part.name.sql())
        });
        match aggregate {
            // Counts are added up, as sums are.
            Aggregate::Count | Aggregate::Sum => format!("sum({name})"),
            other => other.over(&name),
        }
    }
}
