//! The value of a metric over the staged rows, before the star is loaded: what is wrong with its expression, or the
//! query. It must not know who runs it.

use std::fmt::Write as _;

use mart::document::{Metric, Origination};
use mart::{Model, sql};

use super::ChosenMetric;
use crate::{Proposal, Written};

/// A metric that is right, and the query for its value over all rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The metric.
    pub metric: mart::Metric,
    /// The query: one row with one value.
    pub sql: String,
}

impl ChosenMetric {
    /// The metric as the document has it.
    pub(crate) fn of_dataset(&self, dataset: &str) -> Metric {
        Metric {
            name: self.name.clone(),
            label: Some(self.label.clone()).filter(|label| !label.is_empty()),
            dataset: dataset.to_owned(),
            expression: self.expression.clone(),
            format: self.format,
            ..Metric::default()
        }
    }
}

impl Proposal {
    /// A metric of a table, checked.
    ///
    /// # Errors
    /// What is wrong with its name, its table or its expression.
    pub fn preview(
        &self,
        written: &Written,
        table: &str,
        metric: &ChosenMetric,
    ) -> Result<Preview, String> {
        let place = self.place(table);
        let dataset = place.and_then(|place| crate::document::names(self).get(place).cloned());
        let dataset = dataset.ok_or_else(|| format!("there is no table {table}"))?;
        let mut document = written.document.clone();
        if document
            .attributes
            .iter()
            .any(|one| one.name.eq_ignore_ascii_case(&metric.name))
        {
            return Err(format!("{} is the name of an attribute", metric.name));
        }
        // Only the metrics of the fact matter, and what they are made of.
        document.attributes.clear();
        document.hierarchies.clear();
        document.questions.clear();
        document.checks.clear();
        document
            .metrics
            .retain(|one| one.dataset == dataset && one.name != metric.name);
        let pointer = format!("/metrics/{}", document.metrics.len());
        document.metrics.push(metric.of_dataset(&dataset));
        let model = Model::resolve(&document).map_err(|mistakes| {
            let own = mistakes
                .iter()
                .find(|one| one.pointer.starts_with(&pointer));
            let first = own.or_else(|| mistakes.first());
            first.map_or_else(String::new, |mistake| {
                let text = mistake.to_string();
                let (_, problem) = text.split_once(": ").unwrap_or_default();
                problem.to_owned()
            })
        })?;
        let found = model.metrics().iter().find(|one| one.name() == metric.name);
        let found = found.ok_or("the metric has no name")?.clone();
        let mut query = mart::Query::default();
        query.metrics = vec![found.clone()];
        let body = query.sql(&model).ok_or("the metric has no value")?;
        let rows = rows(written, &dataset).ok_or("the table has no rows")?;
        let mut text = String::new();
        // A text takes whatever is written to it.
        let _ = write!(
            text,
            "WITH {} AS (\n    {rows}\n)\nSELECT *\nFROM (\n{body}\n)",
            sql::quoted(&dataset)
        );
        Ok(Preview {
            metric: found,
            sql: text,
        })
    }
}

/// The rows of a table of the mart, of its staged rows. Keys that are made when the mart is loaded are left out.
fn rows(written: &Written, dataset: &str) -> Option<String> {
    let datasets = &written.document.datasets;
    let found = datasets.iter().find(|one| one.name == dataset)?;
    let fields = found.fields.iter().filter_map(|field| {
        let value = match field.from.as_ref()? {
            Origination::Column(name) => sql::quoted(name),
            // It is of the language that is a part of SQL.
            Origination::Expression(text) => text.clone(),
            _ => return None,
        };
        Some(format!("{value} AS {}", sql::quoted(&field.name)))
    });
    let fields: Vec<_> = fields.collect();
    (!fields.is_empty()).then(|| {
        let source = found.source.as_deref().unwrap_or_default();
        format!("SELECT {} FROM {}", fields.join(", "), sql::quoted(source))
    })
}
