//! Foreign keys: what they lead from and to, that they lead to a key, and that they make no circle.
//! It must not know metrics or questions.

use std::collections::HashMap;

use super::{Resolver, Tables, at_title};
use crate::document::{self, Document, Origin, Orphans, Role};
use crate::mistake::quoted;
use crate::model::{Key, Relationship, Table, same_name};

/// The places of the datasets, each after those it refers to; otherwise their order stays. Datasets
/// in a circle come last.
pub(super) fn order(document: &Document) -> Vec<usize> {
    let places: HashMap<_, _> = (0..)
        .zip(&document.datasets)
        .map(|(at, dataset)| (dataset.title().to_lowercase(), at))
        .collect();
    let mut refers_to = vec![Vec::new(); document.datasets.len()];
    for relationship in &document.relationships {
        let from = at_title(&places, &relationship.from);
        let to = at_title(&places, &relationship.to);
        if let (Some(from), Some(to)) = (from, to)
            && from != to
            && let Some(leads) = refers_to.get_mut(from)
        {
            leads.push(to);
        }
    }
    let mut is_placed = vec![false; document.datasets.len()];
    let mut order = Vec::with_capacity(document.datasets.len());
    loop {
        let before = order.len();
        for (at, leads) in refers_to.iter().enumerate() {
            let is_ready = |to: &usize| is_placed.get(*to).copied().unwrap_or(true);
            if !is_ready(&at) && leads.iter().all(is_ready) {
                if let Some(placed) = is_placed.get_mut(at) {
                    *placed = true;
                }
                order.push(at);
            }
        }
        if order.len() == before {
            let left = is_placed.iter().enumerate().filter(|(_, placed)| !**placed);
            order.extend(left.map(|(at, _)| at));
            return order;
        }
    }
}

impl Resolver<'_> {
    pub(super) fn relationships(&mut self, tables: &mut Tables) {
        let document = self.document;
        self.unique(
            "relationship",
            document
                .relationships
                .iter()
                .enumerate()
                .map(|(at, one)| (format!("/relationships/{at}/name"), one.name.as_str())),
        );
        for (at, one) in document.relationships.iter().enumerate() {
            let pointer = format!("/relationships/{at}");
            let Some(relationship) = self.relationship(&pointer, one, tables) else {
                continue;
            };
            // A table comes after those it refers to, unless they make a circle.
            if relationship.to > relationship.from {
                self.mistake(
                    &pointer,
                    format!(
                        "{} and {} refer to each other, directly or through others: a circle has no first one to load",
                        quoted(&one.from),
                        quoted(&one.to)
                    ),
                );
                continue;
            }
            mark_keys(&relationship, &mut tables.all);
            tables.relationships.push(relationship);
        }
        for (at, dataset) in document.datasets.iter().enumerate() {
            self.time(&format!("/datasets/{at}/time"), dataset, at, tables);
        }
    }

    fn relationship(
        &mut self,
        pointer: &str,
        one: &document::Relationship,
        tables: &Tables,
    ) -> Option<Relationship> {
        self.word(&format!("{pointer}/name"), &one.name);
        let from = self.table(&format!("{pointer}/from"), &one.from, tables);
        let to = self.table(&format!("{pointer}/to"), &one.to, tables);
        let (from, to) = (from?, to?);
        let (from_table, to_table) = (tables.at(from)?, tables.at(to)?);
        let from_columns = self.columns(
            &format!("{pointer}/from_columns"),
            from_table,
            &one.from_columns,
        );
        let to_place = format!("{pointer}/to_columns");
        let to_columns = self.columns(&to_place, to_table, &one.to_columns);
        let (from_columns, to_columns) = (from_columns?, to_columns?);
        if from_columns.len() != to_columns.len() || from_columns.is_empty() {
            self.mistake(
                &to_place,
                "it names as many fields as `from_columns`, and at least one",
            );
            return None;
        }
        if !is_key(to_table, &to_columns) {
            let names = one.to_columns.join(", ");
            self.mistake(
                &to_place,
                format!(
                    "{} is no key of {}: name its primary key, or a unique one",
                    quoted(&names),
                    quoted(&one.to)
                ),
            );
            return None;
        }
        for (from, to) in from_columns.iter().zip(&to_columns) {
            let types = (from_table.columns.get(*from)?, to_table.columns.get(*to)?);
            if self.document.origin == Origin::Built && types.0.data_type != types.1.data_type {
                self.mistake(
                    format!("{pointer}/from_columns"),
                    format!(
                        "{} has the type {}, and {} that it refers to {}",
                        quoted(types.0.name.as_str()),
                        types.0.data_type,
                        quoted(types.1.name.as_str()),
                        types.1.data_type
                    ),
                );
            }
        }
        Some(Relationship {
            name: one.name.clone(),
            from,
            from_columns,
            to,
            to_columns,
            source_columns: one.source_columns.clone(),
            is_optional: one.optional,
            sets_orphans_aside: one.orphans == Orphans::Quarantine,
        })
    }

    /// The relationship to the calendar that a fact's date filters use.
    fn time(&mut self, pointer: &str, dataset: &document::Dataset, at: usize, tables: &mut Tables) {
        let Some(place) = tables.places.get(at).copied() else {
            return;
        };
        let leads_to_calendar = |one: &Relationship| {
            one.from == place && tables.at(one.to).map(|to| to.role) == Some(Role::Calendar)
        };
        let found = match &dataset.time {
            None => tables.relationships.iter().position(leads_to_calendar),
            Some(name) => {
                let mut known = tables.relationships.iter();
                let found =
                    known.position(|one| leads_to_calendar(one) && same_name(&one.name, name));
                if found.is_none() && !self.is_unresolved(name, tables) {
                    let known = tables
                        .relationships
                        .iter()
                        .filter(|one| leads_to_calendar(one));
                    let known: Vec<_> = known.map(|one| one.name.clone()).collect();
                    self.unknown(
                        pointer,
                        "relationship to a calendar",
                        name,
                        known.iter().map(String::as_str),
                    );
                }
                found
            }
        };
        if let Some(table) = tables.all.get_mut(place) {
            table.time = found;
        }
    }
}

/// Whether these columns are the primary key of a table, or one of its unique ones.
fn is_key(table: &Table, columns: &[usize]) -> bool {
    let is_same = |key: &[usize]| {
        key.len() == columns.len() && columns.iter().all(|column| key.contains(column))
    };
    let primary: Vec<_> = table
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.keys.contains(&Key::Primary))
        .map(|(at, _)| at)
        .collect();
    is_same(&primary) || table.unique_keys.iter().any(|key| is_same(key))
}

/// Writes the relationship down at the columns that refer.
fn mark_keys(relationship: &Relationship, tables: &mut [Table]) {
    let Some(to) = tables.get(relationship.to).cloned() else {
        return;
    };
    let Some(from) = tables.get_mut(relationship.from) else {
        return;
    };
    let pairs = relationship
        .from_columns
        .iter()
        .zip(&relationship.to_columns);
    for (at, referred) in pairs {
        if let (Some(column), Some(referred)) =
            (from.columns.get_mut(*at), to.columns.get(*referred))
        {
            column.keys.push(Key::Foreign {
                table: to.name.clone(),
                column: referred.name.clone(),
            });
        }
    }
}
