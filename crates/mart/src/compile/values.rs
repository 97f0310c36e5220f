//! The values of an attribute, to choose from. It must not know who chooses, nor what is done with them.

use crate::TypeKind;
use crate::document::{Additivity, NumberFormat};
use crate::expression::{Aggregate, Expression};
use crate::filter::{Filter, NULL};
use crate::model::{Attribute, Metric, Model};
use crate::sql::{Identifier, text};

use super::indented;
use super::query::Query;

/// The column of a query that counts facts.
const COUNT: &str = "number_of_facts";

impl Attribute {
    /// A query for its values, as the text `value`, up to `limit` of them. NULL dates are excluded.
    #[must_use]
    pub fn values(&self, model: &Model, limit: usize) -> Option<String> {
        let values = self.distinct_values(model)?;
        Some(format!("{values}\nORDER BY 1\nLIMIT {limit}"))
    }

    /// A query for its values, as the text `value`, that contain a text in any case. Each comes with the
    /// number of `facts` of the first fact that leads to it, of those that count within the rest of
    /// the filter. The values of the most facts come first; `limit` is the most that are returned.
    ///
    /// ```
    /// use mart::Filter;
    ///
    /// let shipped = mart::shipped::built_in();
    /// let model = shipped.model();
    /// let region = model.attributes().iter().find(|one| one.name() == "region").unwrap();
    /// let sql = region.counted_values(model, &Filter::default(), "nor", 50).unwrap();
    /// assert!(sql.contains("contains(lower(value), lower('nor'))"));
    /// ```
    #[must_use]
    pub fn counted_values(
        &self,
        model: &Model,
        filter: &Filter,
        search: &str,
        limit: usize,
    ) -> Option<String> {
        let mut count = Query::default();
        count.metrics.push(counting(self.routes.first()?.fact));
        count.by.push(self.clone());
        count.filter = filter.clone();
        count.filter.remove(self);
        let counted = count.sql(model)?;
        let name = self.name.sql();
        let found = if search.is_empty() {
            String::new()
        } else {
            format!("\nWHERE contains(lower(value), lower({}))", text(search))
        };
        Some(format!(
            "SELECT value, coalesce(facts, 0) AS facts
FROM (
{}
)
LEFT JOIN (
    SELECT coalesce(CAST({name} AS VARCHAR), '{NULL}') AS value, CAST(sum({COUNT}) AS BIGINT) AS facts
    FROM (
{}
    )
    GROUP BY 1
) USING (value){found}
ORDER BY facts DESC, value
LIMIT {limit}",
            indented(&self.distinct_values(model)?, 4),
            indented(&counted, 8)
        ))
    }

    fn distinct_values(&self, model: &Model) -> Option<String> {
        let table = model.tables.get(self.table)?;
        let value = self.value(model, "d")?;
        let known = if self.grain.is_some() {
            format!("\nWHERE {value} IS NOT NULL")
        } else {
            String::new()
        };
        Some(format!(
            "SELECT DISTINCT coalesce(CAST({value} AS VARCHAR), '{NULL}') AS value\nFROM {} AS d{known}",
            table.sql()
        ))
    }
}

/// The number of rows of a fact, which no model need have.
fn counting(fact: usize) -> Metric {
    Metric {
        name: Identifier::known(COUNT),
        label: String::new(),
        description: String::new(),
        fact,
        expression: Expression::Aggregate(Aggregate::Count, None),
        text: String::new(),
        unit: String::new(),
        format: NumberFormat::Whole,
        additivity: Additivity::default(),
        kind: TypeKind::Whole,
    }
}
