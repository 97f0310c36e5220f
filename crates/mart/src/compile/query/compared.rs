//! Metrics beside their values in the range of days before. It must not know how either is computed.

use std::fmt::Write as _;

use super::Query;
use crate::compile::indented;
use crate::days::Days;
use crate::filter::Filter;
use crate::model::{Metric, Model, same_name};
use crate::sql::quoted_if_needed;

/// What the chosen days go by, and those before.
const NOW: &str = "now_";
const BEFORE: &str = "before_";

impl Metric {
    /// The names of its columns beside its own, where it is compared: its value in the days before, and
    /// the difference.
    #[must_use]
    pub fn compared_names(&self) -> [String; 2] {
        ["before", "change"].map(|what| format!("{}_{what}", self.name.as_str()))
    }
}

impl Query {
    /// The range of days to compare with; `None` where nothing is compared.
    #[must_use]
    pub fn days_before(&self) -> Option<Days> {
        let is_over_time = self.by.iter().any(|by| by.grain.is_some());
        let before = self.filter.days.before();
        before.filter(|_| self.is_compared && !is_over_time)
    }

    /// The query of the chosen days beside the same of other days. What has fallen most comes first.
    pub(super) fn beside(&self, model: &Model, days: Days) -> Option<String> {
        let now = Self {
            is_compared: false,
            limit: None,
            comment: String::new(),
            ..self.clone()
        };
        let before = Self {
            filter: Filter {
                days,
                ..self.filter.clone()
            },
            ..now.clone()
        };
        let mut selected = Vec::new();
        let mut pairs = Vec::new();
        for by in &self.by {
            let name = by.name.sql();
            selected.push(format!("coalesce({NOW}.{name}, {BEFORE}.{name}) AS {name}"));
            // NULL is a group like others.
            pairs.push(format!("{NOW}.{name} IS NOT DISTINCT FROM {BEFORE}.{name}"));
        }
        let mut order = Vec::new();
        for metric in &self.metrics {
            let name = metric.name.sql();
            let [before, change] = self.names_beside(metric);
            selected.push(format!("{NOW}.{name}"));
            selected.push(format!("{BEFORE}.{name} AS {before}"));
            // What is added up was 0 where there was nothing.
            let value = |of: &str| {
                if metric.is_additive() {
                    format!("coalesce({of}.{name}, 0)")
                } else {
                    format!("{of}.{name}")
                }
            };
            selected.push(format!("{} - {} AS {change}", value(NOW), value(BEFORE)));
            order.push(change);
        }
        order.truncate(1);
        order.extend(self.by.iter().map(|by| by.name.sql()));
        let join = if pairs.is_empty() {
            "CROSS JOIN"
        } else {
            "FULL JOIN"
        };
        let mut sql = format!(
            "SELECT\n    {}\nFROM (\n{}\n) AS {NOW}\n{join} (\n{}\n) AS {BEFORE}",
            selected.join(",\n    "),
            indented(&now.sql(model)?, 4),
            indented(&before.sql(model)?, 4),
        );
        if !pairs.is_empty() {
            // A text takes whatever is written to it.
            let _ = write!(sql, "\n    ON {}", pairs.join(" AND "));
        }
        let _ = write!(sql, "\nORDER BY {}", order.join(", "));
        Some(sql)
    }

    /// The columns beside a metric, as SQL. A name that another column has gets a number.
    fn names_beside(&self, metric: &Metric) -> [String; 2] {
        let is_taken = |name: &str| {
            let by = self.by.iter().map(|by| by.name.as_str());
            let mut taken = by.chain(self.metrics.iter().map(|metric| metric.name.as_str()));
            taken.any(|taken| same_name(taken, name))
        };
        metric.compared_names().map(|name| {
            let mut numbered = (2..).map(|number: u32| format!("{name}_{number}"));
            let name = if is_taken(&name) {
                numbered.find(|name| !is_taken(name)).unwrap_or(name)
            } else {
                name
            };
            quoted_if_needed(&name)
        })
    }
}
