//! The facts and the bridge of valid documents of any shape. It must not know metrics.

use mart::Role;
use mart::document::{Field, Origination, Relationship};

use crate::arbitrary::{Builder, name};
use crate::expressions;

impl Builder<'_> {
    /// A fact from a source, and perhaps another one from rows that refers to it.
    pub(crate) fn facts(&mut self) {
        let first = self.loaded_fact();
        if self.choices.coin() {
            let mut fields = vec![self.field(&[], "line", Some("INTEGER"))];
            for at in 0..self.choices.below(5) {
                fields.push(self.field(&fields, &format!("measure{at}"), None));
            }
            let keys = if self.choices.coin() {
                vec![fields[0].name.clone()]
            } else {
                Vec::new()
            };
            let second = self.push_dataset("fact_line", Role::Fact, fields, keys, None, true);
            self.refer(second, first, "of_order");
            for to in 1..first {
                if self.choices.coin() {
                    self.refer(second, to, &format!("line_to{to}"));
                }
            }
        }
    }

    fn loaded_fact(&mut self) -> usize {
        let at = self.choices.below(self.document.sources.len());
        let source = self.document.sources[at].clone();
        let mut fields = Vec::<Field>::new();
        let mut key = self.field(&fields, "order_id", Some("INTEGER"));
        key.from = Some(if self.choices.coin() {
            Origination::ColumnOrRowNumber(source.fields[2].name.clone())
        } else {
            Origination::RowNumber
        });
        let mut primary_key = vec![key.name.clone()];
        fields.push(key);
        for of in &source.fields {
            let mut field = self.field(&fields, &of.name, Some(&of.data_type));
            field.from = Some(Origination::Column(of.name.clone()));
            fields.push(field);
        }
        if self.choices.coin() {
            let mut field = self.field(&fields, "computed", Some("DOUBLE"));
            let columns: Vec<_> = source
                .fields
                .iter()
                .map(|field| (field.name.clone(), field.data_type.clone()))
                .collect();
            let computed = expressions::number(&mut self.choices, &columns, 3);
            field.from = Some(Origination::Expression(computed));
            fields.push(field);
        }
        if self.choices.coin() {
            primary_key.push(fields[2].name.clone());
        }
        let has_rows = self.choices.coin();
        let fact = self.push_dataset(
            "fact_order",
            Role::Fact,
            fields,
            primary_key,
            Some(at),
            has_rows,
        );
        // The day, and perhaps another one, in the role of a calendar.
        for role in 0..=self.choices.below(2) {
            let calendar = self.document.datasets[0].clone();
            let taken = self.document.datasets[fact].fields.clone();
            let mut day = self.field(&taken, &format!("day{role}"), Some("DATE"));
            day.from = Some(Origination::Column(source.fields[1].name.clone()));
            let from_columns = vec![day.name.clone()];
            self.document.datasets[fact].fields.push(day);
            let name = name(&mut self.choices, &format!("role{role}"));
            if role == 1 && self.choices.coin() {
                self.document.datasets[fact].time = Some(name.clone());
            }
            self.document.relationships.push(Relationship {
                name,
                from: self.document.datasets[fact].name.clone(),
                from_columns,
                to: calendar.name,
                to_columns: calendar.primary_key,
                source_columns: Vec::new(),
                optional: self.choices.coin(),
                ..Relationship::default()
            });
        }
        if at == 0 {
            let name = self.refer(fact, 1, "customer");
            let field = self.document.datasets[fact].fields.last_mut().unwrap();
            field.from = Some(Origination::Lookup(name));
        }
        fact
    }

    /// A table between the loaded fact and a dimension, many of both.
    pub(crate) fn bridge(&mut self) {
        if !self.choices.coin() {
            return;
        }
        let datasets = &self.document.datasets;
        let fact = datasets
            .iter()
            .position(|one| one.role == Role::Fact)
            .unwrap();
        let has_weight = self.choices.coin();
        let data_type = self.choices.one(&[
            "DOUBLE",
            "DECIMAL(18,2)",
            "FLOAT",
            "INTEGER",
            "DECIMAL(38,20)",
        ]);
        let weight = self.field(&[], "weight", Some(data_type));
        let keys = if self.choices.coin() {
            vec![weight.name.clone()]
        } else {
            Vec::new()
        };
        let bridge = self.push_dataset(
            "bridge",
            Role::Bridge,
            vec![weight.clone()],
            keys,
            None,
            true,
        );
        if has_weight {
            self.document.datasets[bridge].weight = Some(weight.name);
        }
        self.refer(bridge, fact, "bridged");
        let to = 1 + self.choices.below(fact - 1);
        self.refer(bridge, to, "reason");
    }
}
