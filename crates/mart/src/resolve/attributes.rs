//! Attributes: the field that each is, and the way to it from every fact. It must not know metrics,
//! but for their facts.

use super::ways::{NoRoute, Ways};
use super::{Resolver, Tables, label};
use crate::TypeKind;
use crate::document::{self, CalendarPart};
use crate::mistake::quoted;
use crate::model::{
    Attribute, CalendarOrder, Column, ColumnOrigin, Hierarchy, Key, Route, Table, same_name,
};

impl Resolver<'_> {
    pub(super) fn attributes(&mut self, tables: &Tables, ways: &Ways) -> Vec<Attribute> {
        let attributes = &self.document.attributes;
        let found = attributes.iter().enumerate().filter_map(|(at, attribute)| {
            self.attribute(&format!("/attributes/{at}"), attribute, tables, ways)
        });
        found.collect()
    }

    fn attribute(
        &mut self,
        pointer: &str,
        attribute: &document::Attribute,
        tables: &Tables,
        ways: &Ways,
    ) -> Option<Attribute> {
        let name = self.identifier(&format!("{pointer}/name"), &attribute.name);
        let table = self.table(&format!("{pointer}/dataset"), &attribute.dataset, tables)?;
        let column = self.column(
            &format!("{pointer}/field"),
            tables.at(table)?,
            &attribute.field,
        )?;
        let by = attribute.relationship.as_deref();
        if let Some(by) = by
            && ways.relationship(by).is_none()
        {
            if !self.is_unresolved(by, tables) {
                let known = tables.relationships.iter().map(|one| one.name.as_str());
                self.unknown(format!("{pointer}/relationship"), "relationship", by, known);
            }
            return None;
        }
        let kind = tables.at(table)?.columns.get(column)?.data_type.kind();
        if attribute.grain.is_some() && !matches!(kind, TypeKind::Date | TypeKind::Timestamp) {
            self.mistake(
                format!("{pointer}/grain"),
                "only a day or an instant has a grain",
            );
        }
        let routes = self.routes(pointer, table, by, tables, ways)?;
        Some(Attribute {
            name: name?,
            label: label(attribute.label.as_ref(), &attribute.name),
            table,
            column,
            grain: attribute.grain,
            order: order_of(tables.at(table)?, column),
            routes,
        })
    }

    /// The field of a question that names it as `DATASET.FIELD`.
    pub(super) fn field_as_attribute(
        &mut self,
        pointer: &str,
        name: &str,
        tables: &Tables,
        ways: &Ways,
    ) -> Option<Attribute> {
        let (dataset, field) = name.rsplit_once('.')?;
        let table = self.table(pointer, dataset, tables)?;
        let column = self.column(pointer, tables.at(table)?, field)?;
        let routes = self.routes(pointer, table, None, tables, ways)?;
        let of = tables.at(table)?.columns.get(column)?;
        Some(Attribute {
            name: of.name.clone(),
            label: of.label.clone(),
            table,
            column,
            grain: None,
            order: order_of(tables.at(table)?, column),
            routes,
        })
    }

    fn routes(
        &mut self,
        pointer: &str,
        table: usize,
        by: Option<&str>,
        tables: &Tables,
        ways: &Ways,
    ) -> Option<Vec<Route>> {
        let mut routes = Vec::new();
        for fact in ways.facts() {
            match ways.route(fact, table, by, tables) {
                Ok(hops) => routes.push(Route { fact, hops }),
                Err(NoRoute::Apart) => {}
                Err(NoRoute::Ambiguous(names)) => {
                    self.mistake(
                        pointer,
                        format!(
                            "several ways lead from {} to {}: name the `relationship`, one of {}",
                            quoted(&tables.at(fact)?.title()),
                            quoted(&tables.at(table)?.title()),
                            names.join(", ")
                        ),
                    );
                    return None;
                }
            }
        }
        if routes.is_empty() {
            if self.is_wrong(&["/relationships", "/metrics"]) {
                return None;
            }
            let title = tables.at(table)?.title();
            self.mistake(
                pointer,
                format!("no fact with a metric leads to {}", quoted(&title)),
            );
            return None;
        }
        Some(routes)
    }

    pub(super) fn hierarchies(&mut self, attributes: &[Attribute]) -> Vec<Hierarchy> {
        let hierarchies = &self.document.hierarchies;
        self.unique(
            "hierarchy",
            hierarchies
                .iter()
                .enumerate()
                .map(|(at, one)| (format!("/hierarchies/{at}/name"), one.name.as_str())),
        );
        let mut found = Vec::new();
        for (at, one) in hierarchies.iter().enumerate() {
            let mut levels = Vec::new();
            for (level, name) in one.levels.iter().enumerate() {
                let place = attributes
                    .iter()
                    .position(|known| same_name(known.name(), name));
                match place {
                    Some(place) => levels.push(place),
                    None if self.declares_attribute(name) => {}
                    None => self.unknown(
                        format!("/hierarchies/{at}/levels/{level}"),
                        "attribute",
                        name,
                        attributes.iter().map(Attribute::name),
                    ),
                }
            }
            found.push(Hierarchy {
                name: one.name.clone(),
                label: label(one.label.as_ref(), &one.name),
                levels,
            });
        }
        found
    }
}

/// A name of a day or a month is sorted by its number.
fn order_of(table: &Table, column: usize) -> Option<CalendarOrder> {
    let part = match table.columns.get(column)?.from {
        Some(ColumnOrigin::Calendar(CalendarPart::DayName)) => CalendarPart::DayNumber,
        Some(ColumnOrigin::Calendar(CalendarPart::MonthName)) => CalendarPart::Month,
        _ => return None,
    };
    let is_day = |column: &Column| column.from == Some(ColumnOrigin::Calendar(CalendarPart::Date));
    // The primary key of a calendar is its day.
    let is_key = |column: &Column| column.keys.contains(&Key::Primary);
    let columns = || table.columns.iter();
    let day = columns()
        .position(is_day)
        .or_else(|| columns().position(is_key))?;
    Some(CalendarOrder { day, part })
}
