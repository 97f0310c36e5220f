//! Metrics: what they aggregate, and other metrics that they are computed from. It must not know
//! questions.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::expressions::{Problem, aggregate_kind, kind};
use super::{Resolver, Tables, label};
use crate::TypeKind;
use crate::document::{self, NumberFormat, Origin, Role};
use crate::expression::{Expression, parse};
use crate::mistake::quoted;
use crate::model::{Metric, Table, Unit, same_name};

/// The most metrics inside metrics, and the most names that are replaced in one expression.
const MOST_DEPTH: usize = 20;
const MOST_REPLACED: usize = 1_000;

impl Resolver<'_> {
    pub(super) fn metrics(&mut self, tables: &Tables) -> Vec<Metric> {
        let metrics = &self.document.metrics;
        // Both are columns of one result.
        let names = metrics
            .iter()
            .enumerate()
            .map(|(at, one)| (format!("/metrics/{at}/name"), one.name.as_str()));
        let attributes = self.document.attributes.iter().enumerate();
        let attributes =
            attributes.map(|(at, one)| (format!("/attributes/{at}/name"), one.name.as_str()));
        self.unique("metric or attribute", names.chain(attributes));
        let places = metrics.iter().enumerate();
        let places = places
            .map(|(at, metric)| (metric.name.to_lowercase(), at))
            .collect();
        let parsed: Vec<_> = metrics
            .iter()
            .map(|metric| parse(&metric.expression))
            .collect();
        let found = metrics.iter().enumerate().filter_map(|(at, metric)| {
            self.metric(
                &format!("/metrics/{at}"),
                metric,
                (&parsed, &places),
                tables,
            )
        });
        let found = found.collect();
        self.drop_repeated(&parsed, &places);
        found
    }

    /// Of mistakes in expressions, drops those that come from a metric in the expression, which has the
    /// same one.
    fn drop_repeated(
        &mut self,
        parsed: &[Result<Expression, String>],
        places: &HashMap<String, usize>,
    ) {
        let pointers: HashMap<String, usize> = (0..parsed.len())
            .map(|at| (format!("/metrics/{at}/expression"), at))
            .collect();
        let mistakes = self.mistakes.iter().filter_map(|mistake| {
            let at = pointers.get(&mistake.pointer)?;
            Some((*at, mistake.problem.clone()))
        });
        let problems: BTreeMap<usize, String> = mistakes.collect();
        let mut repeated = BTreeSet::new();
        for (at, problem) in &problems {
            let mut comes_from = false;
            if let Some(Ok(expression)) = parsed.get(*at) {
                expression.visit(&mut |part| {
                    if let Expression::Name(name) = part
                        && let Some(of) = places.get(&name.to_lowercase())
                    {
                        comes_from |=
                            of != at && !repeated.contains(of) && problems.get(of) == Some(problem);
                    }
                });
            }
            if comes_from {
                repeated.insert(*at);
            }
        }
        self.mistakes.retain(|mistake| {
            let at = pointers.get(&mistake.pointer);
            at.is_none_or(|at| !repeated.contains(at))
        });
    }

    fn metric(
        &mut self,
        pointer: &str,
        metric: &document::Metric,
        (parsed, places): (&[Result<Expression, String>], &HashMap<String, usize>),
        tables: &Tables,
    ) -> Option<Metric> {
        let name = self.identifier(&format!("{pointer}/name"), &metric.name);
        let place = format!("{pointer}/dataset");
        let fact = self.table(&place, &metric.dataset, tables)?;
        let table = tables.at(fact)?;
        if table.role != Role::Fact && self.document.origin == Origin::Built {
            self.mistake(place, format!("{} is not a fact", quoted(&metric.dataset)));
            return None;
        }
        let place = format!("{pointer}/expression");
        let checked = parse(&metric.expression)
            .map_err(Problem::from)
            .and_then(|expression| {
                let metrics = Metrics {
                    document: &self.document.metrics,
                    parsed,
                    places,
                    fact: &metric.dataset,
                    left: Cell::new(MOST_REPLACED),
                };
                let whole = metrics.expanded(&expression, table, &metric.name, 0)?;
                if whole.aggregates().is_empty() {
                    return Err(
                        "a metric has at least one aggregate, such as `sum` or `count`"
                            .to_owned()
                            .into(),
                    );
                }
                let kind = metric_kind(&whole, table)?;
                if !kind.is_number() && !matches!(kind, TypeKind::Date | TypeKind::Timestamp) {
                    return Err("a metric is a number, a day or an instant"
                        .to_owned()
                        .into());
                }
                if !kind.is_number() && metric.format != NumberFormat::Number {
                    return Err("only a number is rounded: leave `format` out"
                        .to_owned()
                        .into());
                }
                Ok((whole, kind))
            });
        match checked {
            Ok((expression, kind)) => Some(Metric {
                name: name?,
                label: label(metric.label.as_ref(), &metric.name),
                description: metric.description.clone().unwrap_or_default(),
                fact,
                expression,
                text: metric.expression.clone(),
                unit: metric.unit.clone().unwrap_or_default(),
                format: format_of(metric, kind),
                additivity: metric.additivity,
                kind,
            }),
            Err(problem) => {
                self.problem(&place, problem);
                None
            }
        }
    }
}

/// How a metric is rounded and shown: an amount of a currency is money without being called so.
fn format_of(metric: &document::Metric, kind: TypeKind) -> NumberFormat {
    let unit = metric.unit.as_deref().map_or(Unit::None, Unit::of);
    match (metric.format, unit) {
        (NumberFormat::Number, Unit::Currency(_)) if kind.is_number() => NumberFormat::Money,
        (format, _) => format,
    }
}

/// The type of a metric's expression, in which every name stands inside an aggregate.
fn metric_kind(expression: &Expression, table: &Table) -> Result<TypeKind, Problem> {
    match expression {
        Expression::Aggregate(aggregate, argument) => {
            aggregate_kind(*aggregate, argument.as_deref(), table)
        }
        other => kind(other, &|part| metric_kind(part, table)),
    }
}

/// The metrics of a document, to be put in the place of their names.
struct Metrics<'a> {
    document: &'a [document::Metric],
    parsed: &'a [Result<Expression, String>],
    /// Where each is, by its name in lower case.
    places: &'a HashMap<String, usize>,
    fact: &'a str,
    /// How many more names are replaced.
    left: Cell<usize>,
}

impl Metrics<'_> {
    /// The expression with the metrics of the same fact in it replaced by theirs.
    fn expanded(
        &self,
        expression: &Expression,
        table: &Table,
        of: &str,
        depth: usize,
    ) -> Result<Expression, Problem> {
        if depth > MOST_DEPTH {
            return Err(format!("the metric {} is computed from itself", quoted(of)).into());
        }
        let problem = RefCell::new(None);
        let expanded = expression.replace_names(&|name| {
            let Some(left) = self.left.get().checked_sub(1) else {
                let cause = format!("the metric {} is computed from too many others", quoted(of));
                problem.borrow_mut().get_or_insert(cause.into());
                return None;
            };
            self.left.set(left);
            let inner = self
                .metric(name, table)
                .and_then(|inner| self.expanded(inner, table, of, depth + 1));
            match inner {
                Ok(inner) => Some(inner),
                Err(cause) => {
                    problem.borrow_mut().get_or_insert(cause);
                    None
                }
            }
        });
        problem.into_inner().map_or(Ok(expanded), Err)
    }

    fn metric(&self, name: &str, table: &Table) -> Result<&Expression, Problem> {
        let is_of_fact = |at: &usize| {
            let metric = self.document.get(*at);
            metric.is_some_and(|metric| same_name(&metric.dataset, self.fact))
        };
        let found = self
            .places
            .get(&name.to_lowercase())
            .copied()
            .filter(is_of_fact);
        if let Some(Ok(parsed)) = found.and_then(|at| self.parsed.get(at)) {
            return Ok(parsed);
        }
        if found.is_some() {
            return Err(format!("the metric {} is wrong itself", quoted(name)).into());
        }
        if table.column_at(name).is_some() {
            return Err(format!(
                "the field {} stands outside of an aggregate such as `sum`",
                quoted(name)
            )
            .into());
        }
        let of_fact = |metric: &&document::Metric| same_name(&metric.dataset, self.fact);
        let right = self
            .document
            .iter()
            .filter(of_fact)
            .map(|one| one.name.clone());
        Err(Problem::no_field(&table.title(), name, right))
    }
}
