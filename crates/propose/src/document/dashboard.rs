//! What the document measures, by what, and the questions of its dashboard. It must not know how tables are
//! loaded.

use std::collections::BTreeMap;

use mart::document::{Attribute, Dataset, Hierarchy, Metric, Question, Relationship};
use mart::{Additivity, DataType, DateGrain, NumberFormat, Role, TypeKind, sql};

use super::name::{free, in_sentence, row_name, safe, sentence, split_name, words_label};
use super::{CALENDAR, DAY, Writer};
use crate::ProposedTable;
use crate::names::Words;
use crate::profile::{ColumnProfile, Family};
use crate::roles::names_a_row;
use crate::vocabulary::List;

/// The most values of an attribute that a chart shows at once.
const FEW_VALUES: u64 = 30;
/// The most rows of an answer.
const MOST_ROWS: u32 = 20;
/// The most answers of one fact by its dimensions.
const MOST_QUESTIONS: usize = 5;

impl Writer<'_> {
    pub(super) fn metrics(&mut self) {
        let chosen = &self.proposal.custom.metrics;
        let reserved = chosen.iter().map(|(_, metric)| metric.name.to_lowercase());
        let reserved: Vec<_> = reserved.collect();
        for (place, table) in self.proposal.tables.iter().enumerate() {
            let dataset = self.names.get(place).cloned().unwrap_or_default();
            if self.is_left_out(place) || !self.is_fact(&dataset) {
                continue;
            }
            self.amount_of_price(place, table, &dataset);
            for (column, additivity, why) in &table.measures {
                let Some(column) = self
                    .profile(place)
                    .and_then(|profile| profile.column(*column))
                else {
                    continue;
                };
                if *additivity != Additivity::Additive
                    || !self.proposal.is_in_rows(place, column.place)
                {
                    continue;
                }
                let field = self.proposal.field_name(place, column.place);
                let name = self.free_name(&field, &dataset);
                self.document.metrics.push(Metric {
                    name,
                    label: Some(words_label(&field)),
                    description: Some(why.clone()),
                    dataset: dataset.clone(),
                    expression: format!("sum({})", sql::quoted(&field)),
                    format: format_of(column, self.field_type(place, column.place)),
                    ..Metric::default()
                });
            }
            let name = self.free_name(&format!("{}_count", row_name(table)), &dataset);
            self.document.metrics.push(Metric {
                label: Some(format!(
                    "{} of {}",
                    if Words::of_column(&table.name).is_plural {
                        "Number"
                    } else {
                        "Rows"
                    },
                    sentence(&table.name)
                )),
                name,
                dataset,
                expression: "count(*)".to_owned(),
                format: NumberFormat::Whole,
                ..Metric::default()
            });
        }
        self.taken.extend(reserved);
        self.chosen_metrics();
        let dropped = &self.proposal.custom.dropped;
        self.document
            .metrics
            .retain(|metric| !dropped.contains(&metric.name));
    }

    /// The user's metrics; one that has the name of a proposed one takes its place.
    fn chosen_metrics(&mut self) {
        for (place, chosen) in &self.proposal.custom.metrics {
            let dataset = self.names.get(*place).cloned().unwrap_or_default();
            if self.is_left_out(*place) || !self.is_fact(&dataset) {
                self.notes.push(format!(
                    "The metric {} is left out: {dataset} is no fact",
                    chosen.name
                ));
                continue;
            }
            let metric = chosen.of_dataset(&dataset);
            let metrics = &mut self.document.metrics;
            match metrics.iter_mut().find(|one| one.name == chosen.name) {
                Some(known) => *known = metric,
                None => metrics.push(metric),
            }
        }
    }

    /// The amount of a fact that has a price and a number of pieces, and no amount of its own; and the same less a reduction
    /// that is a share.
    fn amount_of_price(&mut self, place: usize, table: &ProposedTable, dataset: &str) {
        let Some(profile) = self.profile(place) else {
            return;
        };
        let proposal = self.proposal;
        let of = |how: Additivity| {
            let measures = table
                .measures
                .iter()
                .filter(move |(column, one, _)| *one == how && proposal.is_in_rows(place, *column));
            measures.filter_map(|(column, ..)| profile.column(*column))
        };
        let has_amount = of(Additivity::Additive).any(|column| column.words.has(List::Money));
        let pieces = of(Additivity::Additive).find(|column| column.words.has(List::Quantities));
        let price = of(Additivity::NonAdditive).find(|column| column.words.has(List::Prices));
        let (Some(price), Some(pieces), false) = (price, pieces, has_amount) else {
            return;
        };
        let reduction =
            of(Additivity::NonAdditive).find(|column| column.words.has(List::Discounts));
        let name = |column: &ColumnProfile| sql::quoted(&proposal.field_name(place, column.place));
        let gross = format!("{} * {}", name(price), name(pieces));
        let net = reduction.map(|reduction| format!("{gross} * (1 - {})", name(reduction)));
        for (one, label, expression) in [("gross", "Gross", Some(gross)), ("net", "Net", net)] {
            let Some(expression) = expression else {
                continue;
            };
            let metric = Metric {
                name: self.free_name(one, dataset),
                label: Some(label.to_owned()),
                description: Some(format!("{expression}, of each row")),
                dataset: dataset.to_owned(),
                expression: format!("sum({expression})"),
                format: NumberFormat::Money,
                ..Metric::default()
            };
            self.document.metrics.push(metric);
        }
    }

    fn free_name(&mut self, name: &str, dataset: &str) -> String {
        let name = safe(name);
        let taken = &self.taken;
        let is_taken = |name: &str| taken.contains(&name.to_lowercase());
        let free = free(&name, &is_taken).or_else(|| free(&format!("{dataset}_{name}"), &is_taken));
        let free = free.unwrap_or(name);
        self.taken.insert(free.to_lowercase());
        free
    }

    /// What facts are grouped by: for each way to a dimension its best columns, and the periods of each date.
    pub(super) fn attributes(&mut self) {
        let mut questions = BTreeMap::<String, Vec<(String, bool)>>::new();
        let of_facts: Vec<_> = self
            .document
            .relationships
            .iter()
            .filter(|one| self.is_fact(&one.from))
            .cloned()
            .collect();
        let days: Vec<_> = of_facts.iter().filter(|one| one.to == CALENDAR).collect();
        // Where each fact has one date, all have their days in common.
        let are_one = days
            .iter()
            .all(|one| days.iter().filter(|other| other.from == one.from).count() == 1);
        for (at, one) in days.iter().enumerate() {
            let is_first = days.iter().position(|other| other.from == one.from) == Some(at);
            let month = if are_one && at > 0 {
                self.document
                    .attributes
                    .iter()
                    .find(|one| one.grain == Some(DateGrain::Month))
                    .map(|one| one.name.clone())
            } else {
                self.periods(one, is_first, are_one)
            };
            if let Some(month) = month.filter(|_| is_first) {
                questions
                    .entry(one.from.clone())
                    .or_default()
                    .push((month, true));
            }
        }
        for one in of_facts.iter().filter(|one| one.to != CALENDAR) {
            if let Some(best) = self.attributes_of(one) {
                questions
                    .entry(one.from.clone())
                    .or_default()
                    .push((best, false));
            }
        }
        for (fact, attributes) in questions {
            self.questions(&fact, &attributes);
        }
        self.hierarchies();
    }

    fn is_fact(&self, dataset: &str) -> bool {
        let mut datasets = self.document.datasets.iter();
        datasets.any(|one| one.name == dataset && one.role == Role::Fact)
    }

    /// The periods of a date; of further dates of a fact the months alone. Returns the attribute of the months.
    fn periods(&mut self, one: &Relationship, is_first: bool, is_only: bool) -> Option<String> {
        const GRAINS: [(DateGrain, &str); 4] = [
            (DateGrain::Year, "year"),
            (DateGrain::Quarter, "quarter"),
            (DateGrain::Month, "month"),
            (DateGrain::Day, "day"),
        ];
        let mut levels = Vec::new();
        let mut month = None;
        let grains = GRAINS
            .into_iter()
            .filter(|(grain, _)| is_first || *grain == DateGrain::Month);
        for (grain, word) in grains {
            let (name, label) = if is_only {
                (word.to_owned(), words_label(word))
            } else {
                (
                    format!("{}_{word}", one.name),
                    format!("{} of {}", words_label(word), sentence(&one.name)),
                )
            };
            let name = self.free_name(&name, &one.from);
            levels.push(name.clone());
            if grain == DateGrain::Month {
                month = Some(name.clone());
            }
            self.document.attributes.push(Attribute {
                name,
                label: Some(label),
                dataset: CALENDAR.to_owned(),
                field: DAY.to_owned(),
                grain: Some(grain),
                relationship: (!is_only).then(|| one.name.clone()),
            });
        }
        if levels.len() > 1 {
            self.document.hierarchies.push(Hierarchy {
                name: format!("{}_periods", one.name),
                label: Some(words_label(&one.name)),
                levels,
            });
        }
        month
    }

    /// The best columns of a dimension of a fact. Returns the attribute of the first.
    fn attributes_of(&mut self, one: &Relationship) -> Option<String> {
        let mut datasets = self.document.datasets.iter();
        let dataset = datasets
            .find(|dataset| dataset.name == one.to && dataset.role == Role::Dimension)?
            .clone();
        let is_plain = sentence(&one.name) == sentence(dataset.name.trim_start_matches("dim_"));
        let mut first = None;
        for field in self.best_columns(&dataset) {
            let (name, label) = if is_plain {
                (field.clone(), words_label(&field))
            } else {
                (
                    format!("{}_{field}", one.name),
                    format!("{} of {}", words_label(&field), sentence(&one.name)),
                )
            };
            let name = self.free_name(&name, &one.name);
            first.get_or_insert_with(|| name.clone());
            self.document.attributes.push(Attribute {
                name,
                label: Some(label),
                dataset: dataset.name.clone(),
                field,
                grain: None,
                relationship: Some(one.name.clone()),
            });
        }
        first
    }

    /// The columns of a dimension that answers are best given by: the one with few values, and the name.
    fn best_columns(&self, dataset: &Dataset) -> Vec<String> {
        let profile = self
            .proposal
            .profiles
            .iter()
            .find(|profile| Some(&profile.name) == dataset.source.as_ref());
        let Some(profile) = profile else {
            return Vec::new();
        };
        let columns = dataset.fields.iter().filter_map(|field| {
            let place = (dataset.name.clone(), field.name.clone());
            let (_, column) = self.origins.get(&place)?;
            Some((field, profile.column(*column)?))
        });
        let texts: Vec<_> = columns
            .filter(|(_, column)| column.family == Family::Text && column.distinct > 1)
            .collect();
        let named = texts
            .iter()
            .find(|(_, column)| names_a_row(profile, column));
        let few = texts
            .iter()
            .filter(|(_, column)| column.distinct <= FEW_VALUES && !column.words.is_id);
        let few = few.min_by_key(|(_, column)| (column.distinct > 12, column.place));
        let mut best: Vec<String> = Vec::new();
        for (field, _) in few.into_iter().chain(named).chain(texts.first()) {
            if !best.contains(&field.name) {
                best.push(field.name.clone());
            }
        }
        best.truncate(2);
        best
    }

    fn questions(&mut self, fact: &str, attributes: &[(String, bool)]) {
        let metrics = self
            .document
            .metrics
            .iter()
            .filter(|metric| metric.dataset == fact);
        let Some(metric) = metrics.clone().next().cloned() else {
            return;
        };
        let label = |name: &str| {
            let attributes = &self.document.attributes;
            attributes
                .iter()
                .find(|one| one.name == name)
                .and_then(|one| one.label.clone())
                .unwrap_or_default()
        };
        let mut shown: Vec<_> = attributes
            .iter()
            .filter(|(_, is_month)| !is_month)
            .take(MOST_QUESTIONS)
            .collect();
        shown.extend(attributes.iter().find(|(_, is_month)| *is_month));
        let questions: Vec<_> = shown
            .into_iter()
            .map(|(by, is_month)| Question {
                name: format!("{}_by_{by}", metric.name),
                label: Some(format!(
                    "{} by {}",
                    metric.label.as_deref().unwrap_or(&metric.name),
                    in_sentence(&label(by))
                )),
                metrics: vec![metric.name.clone()],
                by: vec![by.clone()],
                limit: (!is_month).then_some(MOST_ROWS),
                ..Question::default()
            })
            .collect();
        self.document.questions.extend(questions);
    }

    /// The levels of the dimensions of a flat table, where their columns are attributes.
    fn hierarchies(&mut self) {
        let tables = 0..self.proposal.tables.len();
        for split in tables.flat_map(|place| self.proposal.splits_of(place)) {
            let Some(profile) = self.profile(split.table) else {
                continue;
            };
            let dataset = split_name(split);
            let mut levels = Vec::new();
            for column in split
                .levels
                .iter()
                .filter_map(|place| profile.column(*place))
            {
                if self.proposal.is_ignored(split.table, column.place) {
                    continue;
                }
                let field = self.proposal.field_name(split.table, column.place);
                let known = self
                    .document
                    .attributes
                    .iter()
                    .find(|one| one.dataset == dataset && one.field == field);
                let name = known.map(|one| one.name.clone());
                let name = name.unwrap_or_else(|| {
                    let name = self.free_name(&field, &dataset);
                    self.document.attributes.push(Attribute {
                        name: name.clone(),
                        label: Some(words_label(&field)),
                        dataset: dataset.clone(),
                        field,
                        ..Attribute::default()
                    });
                    name
                });
                levels.push(name);
            }
            if levels.len() >= 2 {
                self.document.hierarchies.push(Hierarchy {
                    name: split.name.clone(),
                    label: Some(words_label(&split.name)),
                    levels,
                });
            }
        }
    }
}

fn format_of(column: &ColumnProfile, data_type: Option<&DataType>) -> NumberFormat {
    let is_whole =
        data_type.is_some_and(|one| matches!(one.kind(), TypeKind::Whole | TypeKind::Big));
    if is_whole {
        NumberFormat::Whole
    } else if column.words.has(List::Money) {
        NumberFormat::Money
    } else {
        NumberFormat::Number
    }
}
