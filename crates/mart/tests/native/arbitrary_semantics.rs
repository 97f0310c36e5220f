//! The semantic half of valid documents of any shape: metrics, attributes, checks and questions. It must
//! not know how tables are made.

use mart::document::{
    AcceptedValues, Attribute, Check, Dataset, Freshness, Limit, Metric, Order, Question, Range,
    RowCount, Test,
};
use mart::{Additivity, DateGrain, NumberFormat, Role, Severity, sql};

use crate::arbitrary::{Builder, COMMON, name};
use crate::expressions;

impl Builder<'_> {
    pub(crate) fn metrics(&mut self) {
        let facts: Vec<_> = self
            .document
            .datasets
            .iter()
            .filter(|one| one.role == Role::Fact)
            .cloned()
            .collect();
        for (number, fact) in facts.into_iter().enumerate() {
            for at in 0..=self.choices.below(5) {
                let expression = expressions::metric(&mut self.choices, &fact.fields);
                self.document.metrics.push(Metric {
                    name: name(&mut self.choices, &format!("metric{number}{at}")),
                    dataset: fact.name.clone(),
                    expression,
                    format: self.choices.one(&[
                        NumberFormat::Number,
                        NumberFormat::Whole,
                        NumberFormat::Money,
                        NumberFormat::Percent,
                    ]),
                    additivity: self
                        .choices
                        .one(&[Additivity::Additive, Additivity::SemiAdditive]),
                    ..Metric::default()
                });
            }
            let quoted = |metric: &Metric| format!("\"{}\"", metric.name.replace('"', "\"\""));
            let last = quoted(self.document.metrics.last().unwrap());
            if self.choices.coin() {
                self.document.metrics.push(Metric {
                    name: format!("ratio{number}"),
                    dataset: fact.name,
                    expression: format!("{last} / count(*) * 100"),
                    ..Metric::default()
                });
            }
        }
    }

    pub(crate) fn attributes(&mut self) {
        let relationships: Vec<_> = self
            .document
            .relationships
            .iter()
            .map(|one| one.name.clone())
            .collect();
        for (at, dataset) in self.document.datasets.clone().into_iter().enumerate() {
            for number in 0..=self.choices.below(2) {
                let field = self.choices.one(&dataset.fields);
                let is_day = ["DATE", "TIMESTAMP"]
                    .iter()
                    .any(|one| field.data_type.starts_with(one));
                let grain = [
                    DateGrain::Day,
                    DateGrain::Week,
                    DateGrain::Month,
                    DateGrain::Quarter,
                    DateGrain::Year,
                ];
                let grain = self.choices.one(&grain);
                let mut found = if self.choices.coin() {
                    self.choices.one(&COMMON).to_owned()
                } else {
                    name(&mut self.choices, &format!("by{at}{number}"))
                };
                while self
                    .document
                    .attributes
                    .iter()
                    .any(|known| known.name == found)
                {
                    found.push('2');
                }
                self.document.attributes.push(Attribute {
                    name: found,
                    dataset: dataset.name.clone(),
                    field: field.name,
                    grain: (is_day && self.choices.coin()).then_some(grain),
                    relationship: self
                        .choices
                        .coin()
                        .then(|| self.choices.one(&relationships)),
                    ..Attribute::default()
                });
            }
        }
    }

    pub(crate) fn checks(&mut self) {
        for dataset in self.document.datasets.clone() {
            if !self.choices.coin() {
                continue;
            }
            let field = self.choices.one(&dataset.fields).name;
            let columns: Vec<_> = dataset
                .fields
                .iter()
                .map(|field| (field.name.clone(), field.data_type.clone()))
                .collect();
            let test = match self.choices.below(7) {
                0 => Test::NotNull(field),
                1 => Test::Unique(
                    dataset
                        .fields
                        .iter()
                        .take(2)
                        .map(|field| field.name.clone())
                        .collect(),
                ),
                2 => Test::AcceptedValues(AcceptedValues {
                    field,
                    values: vec!["it's".to_owned(), "a\0b".to_owned()],
                }),
                3 => Test::RowCount(RowCount {
                    min: Some(3),
                    max: self.choices.coin().then_some(7),
                }),
                4 => Test::Sql(format!("FROM {} -- it's all", sql::quoted(&dataset.name))),
                5 => self.limited(&dataset),
                _ => Test::Expression(expressions::condition(&mut self.choices, &columns, 3)),
            };
            self.document.checks.push(Check {
                dataset: dataset.name,
                test,
                severity: self.choices.one(&[Severity::Error, Severity::Warn]),
                ..Check::default()
            });
        }
    }

    /// A range of a text, or else the age of a day, or else any condition.
    fn limited(&mut self, dataset: &Dataset) -> Test {
        let of = |data_type: &str| {
            let mut fields = dataset.fields.iter();
            fields.find(|field| field.data_type == data_type)
        };
        match (of("VARCHAR"), of("DATE")) {
            (Some(field), _) => Test::Range(Range {
                field: field.name.clone(),
                min: Some(Limit::Text("it's".to_owned())),
                max: self.choices.coin().then(|| Limit::Text("z\0".to_owned())),
            }),
            (None, Some(field)) => Test::Freshness(Freshness {
                field: field.name.clone(),
                days: 7,
            }),
            (None, None) => Test::RowCount(RowCount {
                min: None,
                max: Some(0),
            }),
        }
    }

    pub(crate) fn questions(&mut self) {
        for number in 0..self.choices.below(4) {
            let metrics = self
                .document
                .metrics
                .iter()
                .map(|metric| metric.name.clone());
            let metrics: Vec<_> = metrics.collect();
            let by: Vec<_> = self
                .document
                .attributes
                .iter()
                .map(|one| one.name.clone())
                .collect();
            let metric = self.choices.one(&metrics);
            let mut by = vec![self.choices.one(&by)];
            if self.choices.coin() {
                let dataset = self.choices.one(&self.document.datasets);
                let field = self.choices.one(&dataset.fields);
                by.push(format!("{}.{}", dataset.name, field.name));
            }
            let order = self.choices.coin().then(|| Order {
                by: by[0].clone(),
                descending: self.choices.coin(),
            });
            self.document.questions.push(Question {
                name: name(&mut self.choices, &format!("question{number}")),
                description: self
                    .choices
                    .coin()
                    .then(|| "Which?\n\0It's\r; --".to_owned()),
                metrics: vec![metric],
                by,
                order: order.into_iter().collect(),
                limit: self.choices.coin().then_some(5),
                ..Question::default()
            });
        }
    }
}
