//! A question to several facts: each is summed on its own, and the sums are put side by side. It must
//! not know how the sums of one fact are made.

use std::fmt::Write as _;

use super::{OfFact, Query};
use crate::compile::{indented, listed};
use crate::model::{Attribute, Metric, Model, Sort, same_name};
use crate::sql::Identifier;

impl Query {
    /// The sums of several facts, side by side.
    pub(super) fn across(&self, model: &Model, facts: &[usize]) -> Option<String> {
        let sort_columns = self.sort_columns();
        let mut parts = Vec::new();
        for fact in facts {
            let inner = OfFact::new(self, model, *fact)?.sql(false)?;
            let mut columns: Vec<_> = self.by.iter().map(|by| by.name.sql()).collect();
            columns.extend(sort_columns.iter().map(|(_, name)| name.sql()));
            columns.extend(self.metrics.iter().map(|metric| {
                if metric.fact == *fact {
                    metric.name.sql()
                } else {
                    format!("NULL AS {}", metric.name.sql())
                }
            }));
            let columns = indented(&listed("SELECT", &columns), 4);
            parts.push(format!(
                "{columns}\n    FROM (\n{}\n    )",
                indented(&inner, 8)
            ));
        }
        let by: Vec<_> = self.by.iter().map(|by| by.name.sql()).collect();
        let mut selected = by.clone();
        // Of each group, one fact alone has a value.
        selected.extend(self.metrics.iter().map(|metric| {
            let name = metric.name.sql();
            format!("max({name}) AS {name}")
        }));
        let mut sql = format!(
            "SELECT\n    {}\nFROM (\n{}\n)",
            selected.join(",\n    "),
            parts.join("\n    UNION ALL\n")
        );
        let sorted_by = |at: usize, is_asked: bool| {
            let found = sort_columns.iter().find(|(by, _)| is_asked && *by == at);
            found.map(|(_, name)| format!("min({})", name.sql()))
        };
        if !by.is_empty() {
            let _ = write!(
                sql,
                "\nGROUP BY {}\nORDER BY {}",
                by.join(", "),
                self.order_by(sorted_by).join(", ")
            );
        }
        Some(sql)
    }

    /// What the question sorts by a part of its day, with the column of that part in the sums of a fact.
    pub(super) fn sort_columns(&self) -> Vec<(usize, Identifier)> {
        let is_taken = |name: &Identifier| {
            let by = self.by.iter().map(Attribute::name);
            let mut taken = by.chain(self.metrics.iter().map(Metric::name));
            taken.any(|taken| same_name(taken, name.as_str()))
        };
        let sorted = self.order.iter().filter_map(|sort| match sort {
            Sort::By { at, .. } => self.by.get(*at)?.order.map(|_| *at),
            Sort::Metric { .. } => None,
        });
        let named = sorted.filter_map(|at| {
            let mut numbered =
                (at + 1..).map(|number| Identifier::prefixed("sort_", &number.to_string()));
            numbered.find(|name| !is_taken(name)).map(|name| (at, name))
        });
        named.collect()
    }
}
