//! The largest values over time: a limit on a question about periods is one on the values beside them, by
//! their totals of all periods. It must not know how sums are made.

use super::{Limit, Query};
use crate::compile::indented;
use crate::model::{Attribute, Model};

/// What the largest values go by, and the sums of all values.
const TOP: &str = "top";
const ALL: &str = "every";

impl Query {
    /// The attribute whose values are limited: the first that is no period, where there is a period too.
    /// `None` where rows are limited.
    #[must_use]
    pub fn limited(&self) -> Option<&Attribute> {
        let is_over_time = self.by.iter().any(|by| by.grain.is_some());
        let is_of_values = self.limit.is_some() && self.limits == Limit::Values;
        let mut values = self.by.iter().filter(|by| by.grain.is_none());
        values.next().filter(|_| is_over_time && is_of_values)
    }

    /// The query where values are limited.
    pub(super) fn of_top_values(&self, model: &Model) -> Option<String> {
        let limited = self.limited()?;
        let all = Self {
            limit: None,
            ..self.clone()
        };
        let mut top = Self {
            metrics: self.metrics.get(..1)?.to_vec(),
            by: vec![limited.clone()],
            limit: self.limit,
            ..Self::default()
        };
        top.filter.clone_from(&self.filter);
        let name = limited.name.sql();
        let order = all.order_by(|_, _| None);
        let (all, _) = all.rows(model, false)?;
        Some(format!(
            "SELECT {ALL}.*\nFROM (\n{}\n) AS {ALL}\nSEMI JOIN (\n{}\n) AS {TOP}\n    ON {ALL}.{name} IS NOT DISTINCT FROM {TOP}.{name}\nORDER BY {}",
            indented(&all, 4),
            indented(&top.sql(model)?, 4),
            order.join(", ")
        ))
    }
}
