//! The questions of the dashboard: metrics, what they are grouped by, and their order. It must not
//! know how a question is compiled.

use super::ways::Ways;
use super::{Resolver, Tables, label};
use crate::document;
use crate::mistake::quoted;
use crate::model::{Attribute, Metric, Question, Sort, same_name};

/// The most attributes and the most metrics of a question.
const MOST_COLUMNS: usize = 8;

impl Resolver<'_> {
    pub(super) fn questions(
        &mut self,
        tables: &Tables,
        ways: &Ways,
        metrics: &[Metric],
        attributes: &[Attribute],
    ) -> Vec<Question> {
        let questions = &self.document.questions;
        for (key, names) in [
            (
                "name",
                questions
                    .iter()
                    .map(|one| one.name.clone())
                    .collect::<Vec<_>>(),
            ),
            (
                "label",
                questions
                    .iter()
                    .map(|one| label(one.label.as_ref(), &one.name))
                    .collect(),
            ),
        ] {
            let names = names.iter().enumerate();
            let names = names.map(|(at, name)| (format!("/questions/{at}/{key}"), name.as_str()));
            self.unique("question", names);
        }
        let found = questions.iter().enumerate().filter_map(|(at, question)| {
            let pointer = format!("/questions/{at}");
            self.question(&pointer, question, (tables, ways), metrics, attributes)
        });
        found.collect()
    }

    fn question(
        &mut self,
        pointer: &str,
        question: &document::Question,
        (tables, ways): (&Tables, &Ways),
        metrics: &[Metric],
        attributes: &[Attribute],
    ) -> Option<Question> {
        self.word(&format!("{pointer}/name"), &question.name);
        let place = format!("{pointer}/metrics");
        if question.metrics.is_empty() {
            self.mistake(&place, "a question has at least one metric");
        }
        for (key, names) in [("metrics", &question.metrics), ("by", &question.by)] {
            if names.len() > MOST_COLUMNS {
                self.mistake(
                    format!("{pointer}/{key}"),
                    format!("there may be {MOST_COLUMNS} of them"),
                );
                return None;
            }
        }
        let mut asked = Vec::new();
        for (at, name) in question.metrics.iter().enumerate() {
            if let Some(metric) = metrics.iter().find(|known| same_name(known.name(), name)) {
                asked.push(metric.clone());
            } else if !self.declares_metric(name) {
                let known = metrics.iter().map(Metric::name);
                self.unknown(format!("{place}/{at}"), "metric", name, known);
            }
        }
        let mut by = Vec::new();
        for (at, name) in question.by.iter().enumerate() {
            let place = format!("{pointer}/by/{at}");
            by.push(self.grouping(&place, name, (tables, ways), attributes)?);
        }
        self.fits(pointer, &asked, &by, tables);
        let order = self.order(pointer, question);
        if question.limit == Some(0) {
            self.mistake(format!("{pointer}/limit"), "a limit is at least 1");
        }
        Some(Question {
            name: question.name.clone(),
            label: label(question.label.as_ref(), &question.name),
            description: question.description.clone().unwrap_or_default(),
            metrics: asked,
            by,
            order,
            limit: question.limit,
            chart: question.chart,
        })
    }

    fn grouping(
        &mut self,
        pointer: &str,
        name: &str,
        (tables, ways): (&Tables, &Ways),
        attributes: &[Attribute],
    ) -> Option<Attribute> {
        let known = attributes
            .iter()
            .find(|known| same_name(known.name(), name));
        if let Some(known) = known {
            return Some(known.clone());
        }
        if name.contains('.') {
            return self.field_as_attribute(pointer, name, tables, ways);
        }
        if !self.declares_attribute(name) {
            let known = attributes.iter().map(Attribute::name);
            self.unknown(pointer, "attribute", name, known);
        }
        None
    }

    /// Every fact of the metrics leads to everything that they are grouped by, and no two columns
    /// of the result have one name.
    fn fits(&mut self, pointer: &str, metrics: &[Metric], by: &[Attribute], tables: &Tables) {
        for metric in metrics {
            for (at, attribute) in by.iter().enumerate() {
                if !attribute.is_of_fact(metric.fact) {
                    let fact = tables.at(metric.fact).map(crate::model::Table::title);
                    self.mistake(
                        format!("{pointer}/by/{at}"),
                        format!(
                            "the metric {} is of {}, which does not lead to {}",
                            quoted(metric.name()),
                            quoted(&fact.unwrap_or_default()),
                            quoted(attribute.name())
                        ),
                    );
                }
            }
        }
        let names = by.iter().enumerate();
        let names = names.map(|(at, one)| (format!("{pointer}/by/{at}"), one.name()));
        let metrics = metrics.iter().enumerate();
        let metrics = metrics.map(|(at, one)| (format!("{pointer}/metrics/{at}"), one.name()));
        self.unique("column", names.chain(metrics));
    }

    fn order(&mut self, pointer: &str, question: &document::Question) -> Vec<Sort> {
        let mut order = Vec::new();
        for (at, one) in question.order.iter().enumerate() {
            let descending = one.descending;
            let place = |names: &[String]| names.iter().position(|name| same_name(name, &one.by));
            if let Some(at) = place(&question.metrics) {
                order.push(Sort::Metric { at, descending });
            } else if let Some(at) = place(&question.by) {
                order.push(Sort::By { at, descending });
            } else {
                let known = question.metrics.iter().chain(&question.by);
                self.unknown(
                    format!("{pointer}/order/{at}/by"),
                    "metric or attribute of this question",
                    &one.by,
                    known.map(String::as_str),
                );
            }
        }
        order
    }
}
