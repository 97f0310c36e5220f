//! A question of any kind, metrics by attributes under a filter, as one query to read. It must not
//! know how a question is put together, or where its answer is shown.
//!
//! Facts are summed by the key of a dimension first, and only the sums by its attributes: fewer rows
//! are joined, which takes a half to an eighth of the time.

mod across;
mod aggregate;
mod compared;
mod first;
mod format;
mod joins;
mod top;

use std::fmt::Write as _;

use crate::compile::{column_of, commented, indented, listed};
use crate::document::Additivity;
use crate::expression::{Aggregate, Expression};
use crate::filter::Filter;
use crate::model::{Attribute, Metric, Model, Question, Sort};
use crate::sql::Identifier;

use aggregate::{Direct, Parts, Sums};
use format::{is_exact, rounded, shared};
use joins::Joins;

/// What the result of a query of sums goes by.
const SUMS: &str = "sums";
/// What the fact goes by.
const FACT: &str = "f";

/// Metrics by attributes, of the facts that count.
///
/// ```
/// use mart::{Filter, Query};
///
/// let shipped = mart::shipped::built_in();
/// let model = shipped.model();
/// let region = model.attributes().iter().find(|one| one.name() == "region").unwrap();
/// let mut query = Query::default();
/// query.metrics = vec![model.metrics()[0].clone()];
/// query.by = vec![region.clone()];
/// query.limit = Some(3);
/// assert!(query.sql(model).unwrap().ends_with("ORDER BY revenue DESC, c.region\nLIMIT 3"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What is measured, at least one.
    pub metrics: Vec<Metric>,
    /// What it is grouped by; nothing for the totals.
    pub by: Vec<Attribute>,
    /// The facts that count.
    pub filter: Filter,
    /// The most rows that are returned. Of a question about periods of time, the most values of what
    /// [`limited`](Self::limited) names: the largest of all periods together.
    pub limit: Option<u32>,
    /// Whether each metric stands beside its value in the range of days before, and their difference.
    /// Only where a range is chosen, and where no group is a period of time itself.
    pub is_compared: bool,
    /// What the limit counts.
    pub(crate) limits: Limit,
    /// The order of the rows. Without one, time in its order unless there is a limit, and else the
    /// largest of the first metric first.
    pub(crate) order: Vec<Sort>,
    /// What the query is for, as a comment in front of it.
    pub(crate) comment: String,
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Values of an attribute where there are periods of time beside it, else rows.
    #[default]
    Values,
    /// Rows, as a document says.
    Rows,
}

impl Question {
    /// The query for the answer, of the facts that count. An answer keeps all values of an attribute
    /// that it is grouped by and that was picked in an answer, to pick others.
    #[must_use]
    pub fn query(&self, filter: &Filter) -> Query {
        let comment = if self.description.is_empty() {
            &self.label
        } else {
            &self.description
        };
        Query {
            metrics: self.metrics.clone(),
            by: self.by.clone(),
            filter: filter.without_picked(&self.by),
            limit: self.limit,
            is_compared: false,
            limits: Limit::Rows,
            order: self.order.clone(),
            comment: comment.clone(),
        }
    }

    /// The metrics that are asked for.
    #[must_use]
    pub fn metrics(&self) -> &[Metric] {
        &self.metrics
    }

    /// What they are grouped by.
    #[must_use]
    pub fn by(&self) -> &[Attribute] {
        &self.by
    }
}

impl Query {
    /// The SQL. `None` without a metric, or where a metric's fact does not lead to everything that it
    /// is grouped by.
    #[must_use]
    pub fn sql(&self, model: &Model) -> Option<String> {
        let (mut body, note) = if let Some(days) = self.days_before() {
            (
                self.beside(model, days)?,
                "The same is asked twice, of the chosen days and of those before, and put side by side.",
            )
        } else if self.limited().is_some() {
            (self.of_top_values(model)?, "")
        } else {
            self.rows(model, true)?
        };
        if let Some(limit) = self.limit
            && self.limited().is_none()
        {
            // A text takes whatever is written to it.
            let _ = write!(body, "\nLIMIT {limit}");
        }
        let mut about = self.comment.trim().to_owned();
        if about.ends_with(char::is_alphanumeric) {
            about.push('.');
        }
        let comment = [about.as_str(), note]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        if self.comment.is_empty() {
            return Some(body);
        }
        Some(format!("{}\n{body}", commented(&comment)))
    }

    /// The query without a limit, and why it is written so.
    fn rows(&self, model: &Model, is_ordered: bool) -> Option<(String, &'static str)> {
        let mut facts = Vec::new();
        for metric in &self.metrics {
            if !facts.contains(&metric.fact) {
                facts.push(metric.fact);
            }
        }
        match facts.as_slice() {
            [] => None,
            [fact] => {
                let of_fact = OfFact::new(self, model, *fact)?;
                Some((of_fact.sql(is_ordered)?, of_fact.note()))
            }
            several => Some((
                self.across(model, several)?,
                "Each fact is summed on its own, and the sums are put side by side, so that no fact is multiplied by another.",
            )),
        }
    }

    /// The attributes that can group all metrics: of the model's, those that every fact leads to.
    #[must_use]
    pub fn common_attributes<'m>(&self, model: &'m Model) -> Vec<&'m Attribute> {
        let is_common = |attribute: &&Attribute| {
            let mut metrics = self.metrics.iter();
            metrics.all(|metric| attribute.is_of_fact(metric.fact))
        };
        model.attributes.iter().filter(is_common).collect()
    }

    /// The columns that rows are sorted by. `of` gives the SQL of what they are grouped by, where that
    /// is not its name: when the question asks for that order (`true`), a name of a day is sorted by
    /// its number.
    fn order_by(&self, of: impl Fn(usize, bool) -> Option<String>) -> Vec<String> {
        let by_name = |at: usize, is_asked: bool| {
            of(at, is_asked).or_else(|| self.by.get(at).map(|by| by.name.sql()))
        };
        let all = 0..self.by.len();
        if !self.order.is_empty() {
            let mut order: Vec<_> = self
                .order
                .iter()
                .filter_map(|sort| {
                    let (value, descending) = match sort {
                        Sort::Metric { at, descending } => {
                            (self.metrics.get(*at)?.name.sql(), *descending)
                        }
                        Sort::By { at, descending } => (by_name(*at, true)?, *descending),
                    };
                    Some(if descending {
                        format!("{value} DESC")
                    } else {
                        value
                    })
                })
                .collect();
            // The rest keeps the order the same each time.
            let is_sorted = |at: &usize| {
                self.order
                    .iter()
                    .any(|sort| matches!(sort, Sort::By { at: by, .. } if by == at))
            };
            order.extend(
                all.filter(|at| !is_sorted(at))
                    .filter_map(|at| by_name(at, false)),
            );
            return order;
        }
        let names = all.filter_map(|at| by_name(at, false));
        let is_over_time = self.by.iter().any(|by| by.grain.is_some());
        match self.metrics.first() {
            Some(first) if self.limit.is_some() || !is_over_time => {
                std::iter::once(format!("{} DESC", first.name.sql()))
                    .chain(names)
                    .collect()
            }
            _ => names.collect(),
        }
    }
}

/// A query of the metrics of one fact.
struct OfFact<'q> {
    query: &'q Query,
    model: &'q Model,
    fact: usize,
    metrics: Vec<&'q Metric>,
    joins: Joins<'q>,
    conditions: Vec<String>,
}

impl<'q> OfFact<'q> {
    fn new(query: &'q Query, model: &'q Model, fact: usize) -> Option<Self> {
        let metrics = query.metrics.iter().filter(|metric| metric.fact == fact);
        Some(Self {
            query,
            model,
            fact,
            metrics: metrics.collect(),
            joins: Joins::of(model, fact, &query.by, &query.order)?,
            conditions: query.filter.conditions(model, fact, FACT),
        })
    }

    /// Whether the facts are summed by key first.
    fn is_in_two_steps(&self) -> bool {
        let can_be_added = |(aggregate, _): &(Aggregate, Option<&Expression>)| {
            !matches!(aggregate, Aggregate::CountDistinct | Aggregate::Avg)
        };
        let aggregates = self
            .metrics
            .iter()
            .flat_map(|metric| metric.expression.aggregates());
        self.joins.has_outer()
            && !self.joins.has_bridge()
            && self.joins.are_sort_keys_outer(self.query)
            && aggregates.into_iter().all(|one| can_be_added(&one))
    }

    /// Why it is written so, for the reader.
    fn note(&self) -> &'static str {
        if self.joins.weight().is_some() {
            "A fact counts under each of its values with its share, so that the shares add up to the total."
        } else if self.joins.has_bridge() {
            "A fact with several values counts under each of them, so that the rows add up to more than the total."
        } else if self.is_in_two_steps() {
            "The facts are summed by key, and only the sums by name: fewer rows are joined."
        } else {
            ""
        }
    }

    fn sql(&self, is_ordered: bool) -> Option<String> {
        if self.is_in_two_steps() {
            self.in_two_steps(is_ordered)
        } else {
            self.in_one_step(is_ordered)
        }
    }

    /// What the fact goes by: nothing where it is the only table.
    fn alias(&self, is_joined: bool) -> &'static str {
        if is_joined || !self.conditions.is_empty() {
            FACT
        } else {
            ""
        }
    }

    fn in_one_step(&self, is_ordered: bool) -> Option<String> {
        let weight = self.joins.weight();
        let alias = self.alias(self.joins.all().next().is_some());
        let names = Direct {
            model: self.model,
            fact: self.fact,
            alias,
            weight: weight.as_ref(),
            is_exact: false,
        };
        let mut selected = Vec::new();
        let mut groups = Vec::new();
        for (at, by) in self.query.by.iter().enumerate() {
            let value = by.value(self.model, self.joins.alias(at, alias)?)?;
            selected.push(named(&value, &by.name));
            groups.push(value);
        }
        for metric in &self.metrics {
            let names = names.exactly(is_exact(metric));
            let value = if weight.is_some() {
                shared(metric, &names)
            } else {
                rounded(metric, &names, false)
            };
            selected.push(named(&value, &metric.name));
        }
        self.select_sort_keys(is_ordered, alias, &mut selected)?;
        let mut sql = format!(
            "SELECT\n    {}\n{}",
            selected.join(",\n    "),
            self.from(alias)?
        );
        for join in self.joins.all() {
            let _ = write!(sql, "\n{join}");
        }
        self.write_conditions(&mut sql);
        self.write_groups(&groups, is_ordered, &mut sql);
        Some(sql)
    }

    fn in_two_steps(&self, is_ordered: bool) -> Option<String> {
        let alias = self.alias(self.joins.inner().next().is_some());
        let direct = Direct {
            model: self.model,
            fact: self.fact,
            alias,
            weight: None,
            is_exact: false,
        };
        let key = self.joins.outer_key(&self.query.by);
        let mut inner = Vec::new();
        let mut groups = Vec::new();
        for (column, name) in &key {
            let value = column_of(alias, column);
            inner.push(named(&value, name));
            groups.push(value);
        }
        let mut selected = Vec::new();
        let mut outer_groups = Vec::new();
        for (at, by) in self.query.by.iter().enumerate() {
            let value = by.value(self.model, self.joins.alias(at, alias)?)?;
            if self.joins.is_outer(at) {
                selected.push(named(&value, &by.name));
                outer_groups.push(value);
            } else {
                inner.push(named(&value, &by.name));
                groups.push(value);
                let outer = format!("{SUMS}.{}", by.name.sql());
                selected.push(outer.clone());
                outer_groups.push(outer);
            }
        }
        let taken = key.iter().map(|(_, name)| name.to_string());
        let taken: Vec<_> = taken
            .chain(self.query.by.iter().map(|by| by.name.to_string()))
            .collect();
        let parts = Parts::of(self.model, self.fact, &self.metrics, &taken);
        inner.extend(parts.selected(&direct));
        let mut summed = format!("{}\n{}", listed("SELECT", &inner), self.from(alias)?);
        for join in self.joins.inner() {
            let _ = write!(summed, "\n{join}");
        }
        self.write_conditions(&mut summed);
        let _ = write!(summed, "\n{}", listed("GROUP BY", &groups));
        for metric in &self.metrics {
            let sums = Sums {
                parts: &parts,
                of: &direct.exactly(is_exact(metric)),
                alias: SUMS,
            };
            selected.push(named(&rounded(metric, &sums, true), &metric.name));
        }
        self.select_sort_keys(is_ordered, alias, &mut selected)?;
        let mut sql = format!(
            "SELECT\n    {}\nFROM (\n{}\n) AS {SUMS}",
            selected.join(",\n    "),
            indented(&summed, 4)
        );
        for join in self.joins.outer(&key) {
            let _ = write!(sql, "\n{join}");
        }
        self.write_groups(&outer_groups, is_ordered, &mut sql);
        Some(sql)
    }

    fn from(&self, alias: &str) -> Option<String> {
        let table = self.model.tables.get(self.fact)?;
        Some(if alias.is_empty() {
            format!("FROM {}", table.sql())
        } else {
            format!("FROM {} AS {alias}", table.sql())
        })
    }

    /// Sums that are put beside others are sorted by parts of days afterwards.
    fn select_sort_keys(
        &self,
        is_ordered: bool,
        alias: &str,
        selected: &mut Vec<String>,
    ) -> Option<()> {
        for (at, name) in self.query.sort_columns().iter().filter(|_| !is_ordered) {
            let by = self.query.by.get(*at)?;
            let key = by.sort_key(self.model, self.joins.alias(*at, alias)?)?;
            selected.push(format!("min({key}) AS {}", name.sql()));
        }
        Some(())
    }

    fn write_conditions(&self, sql: &mut String) {
        for (number, condition) in self.conditions.iter().enumerate() {
            let word = if number == 0 { "WHERE" } else { "  AND" };
            let _ = write!(sql, "\n{word} {condition}");
        }
    }

    fn write_groups(&self, groups: &[String], is_ordered: bool, sql: &mut String) {
        if groups.is_empty() {
            return;
        }
        let _ = write!(sql, "\n{}", listed("GROUP BY", groups));
        if !is_ordered {
            return;
        }
        let sorted_by = |at: usize, is_asked: bool| {
            let by = self.query.by.get(at)?;
            if is_asked && let Some(key) = by.sort_key(self.model, self.joins.alias(at, "")?) {
                return Some(format!("min({key})"));
            }
            // Without an alias, the name may be one of several tables' columns.
            groups
                .get(at)
                .filter(|value| has_name(value, &by.name))
                .cloned()
        };
        let _ = write!(
            sql,
            "\n{}",
            listed("ORDER BY", &self.query.order_by(sorted_by))
        );
    }
}

/// Whether a value of a `SELECT` is called so without `AS`.
fn has_name(value: &str, name: &Identifier) -> bool {
    let name = name.sql();
    value == name
        || value
            .strip_suffix(&name)
            .is_some_and(|before| before.ends_with('.') && !before.contains(['(', '"', ' ']))
}

/// A column of a `SELECT`, with its name where it has not got it already.
fn named(value: &str, name: &Identifier) -> String {
    if has_name(value, name) {
        value.to_owned()
    } else {
        format!("{value} AS {}", name.sql())
    }
}

impl Metric {
    /// Whether the values of a chart's parts add up to their whole.
    #[must_use]
    pub fn is_additive(&self) -> bool {
        self.additivity == Additivity::Additive
    }
}
