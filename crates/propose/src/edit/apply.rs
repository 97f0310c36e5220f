//! A proposal with edits: what each of them changes. It must not know how a document is written.

use mart::{Additivity, DataType, Identifier, sql};

use super::{Change, Edit, Found};
use crate::Proposal;
use crate::flat::Split;
use crate::keys::Key;
use crate::profile::{Family, Profile, family};
use crate::relations::Relationship;
use crate::roles;

/// The reason for what the user has chosen.
const CHOSEN: &str = "you chose it";

impl Proposal {
    /// The same proposal with changes, in their order. A change about tables or columns that are not there, or that
    /// are not as it says, has no effect.
    #[must_use]
    pub fn with(&self, changes: &[Change]) -> Self {
        let mut edited = self.clone();
        // Roles and measures follow from types, keys and relationships.
        for change in changes {
            edited.prepare(change);
        }
        let keys = edited.tables.iter().map(|table| table.key.clone());
        edited.tables = roles::tables(&edited.profiles, keys.collect(), &edited.relationships);
        for change in changes {
            edited.apply(change);
        }
        edited
    }

    fn prepare(&mut self, change: &Change) {
        match &change.edit {
            Edit::Relationship {
                from,
                columns,
                to,
                is_used,
            } => self.relate(from, columns, to, *is_used, change.found.as_ref()),
            Edit::Key { table, columns } => self.set_key(table, columns, change.found.as_ref()),
            Edit::Retype {
                table,
                column,
                data_type,
            } => self.retype(table, column, data_type, change.found.as_ref()),
            _ => {}
        }
    }

    fn relate(
        &mut self,
        from: &str,
        columns: &[String],
        to: &str,
        is_used: bool,
        found: Option<&Found>,
    ) {
        let confidence = if is_used { 1.0 } else { 0.0 };
        if let Some(known) = self.known_relationship(from, columns, to) {
            if let Some(known) = self.relationships.get_mut(known) {
                known.confidence = confidence;
            }
            return;
        }
        if is_used && let Some(added) = self.added_relationship(from, columns, to, found) {
            self.relationships.push(added);
        }
    }

    fn added_relationship(
        &self,
        from: &str,
        columns: &[String],
        to: &str,
        found: Option<&Found>,
    ) -> Option<Relationship> {
        let (from, from_columns) = self.places(from, columns)?;
        let to = self.place(to)?;
        let to_columns = self.tables.get(to)?.key.as_ref()?.columns.clone();
        self.pairs((from, &from_columns), (to, &to_columns))?;
        if from == to && from_columns == to_columns {
            return None;
        }
        let (values, missing_values, missing_rows, empty_rows) = match found {
            Some(Found::Matches {
                values,
                missing_values,
                missing_rows,
                empty_rows,
                ..
            }) => (*values, *missing_values, *missing_rows, *empty_rows),
            // Nothing is known: as if each row could have another.
            _ => (0, 0, self.tables.get(from)?.rows, 0),
        };
        Some(Relationship {
            from,
            from_columns,
            to,
            to_columns,
            values,
            missing_values,
            missing_rows,
            empty_rows,
            confidence: 1.0,
            evidence: CHOSEN.to_owned(),
        })
    }

    fn set_key(&mut self, table: &str, columns: &[String], found: Option<&Found>) {
        let Some((place, columns)) = self.places(table, columns) else {
            return;
        };
        let (duplicates, evidence) = match found {
            Some(Found::Unique {
                duplicates,
                empty_rows,
                ..
            }) => (
                duplicates + empty_rows,
                format!(
                    "{CHOSEN}: {}",
                    found
                        .into_iter()
                        .map(ToString::to_string)
                        .collect::<String>()
                ),
            ),
            _ => (0, CHOSEN.to_owned()),
        };
        if let Some(table) = self.tables.get_mut(place) {
            table.key = (!columns.is_empty()).then_some(Key {
                columns,
                confidence: 1.0,
                evidence,
                duplicates,
            });
        }
    }

    fn retype(&mut self, table: &str, column: &str, data_type: &str, found: Option<&Found>) {
        let Some((place, column)) = self.column_place(table, column) else {
            return;
        };
        let Ok(data_type) = DataType::parse(data_type) else {
            return;
        };
        if self.is_key_column(place, column) {
            return;
        }
        let profile = self.profiles.get_mut(place);
        if let Some(profile) = profile.and_then(|profile| profile.columns.get_mut(column)) {
            profile.family = family(data_type.kind());
            if let Some(Found::Fits { misfits, .. }) = found {
                profile.filled = profile.filled.saturating_sub(*misfits);
            }
        }
        self.custom.types.insert((place, column), data_type);
    }

    fn apply(&mut self, change: &Change) {
        match &change.edit {
            Edit::Relationship { .. } | Edit::Key { .. } | Edit::Retype { .. } => {}
            Edit::Role { table, role } => {
                let tables = self.tables.iter_mut();
                for found in tables.filter(|found| found.name == *table) {
                    found.role = *role;
                    CHOSEN.clone_into(&mut found.evidence);
                }
            }
            Edit::Grain { table, grain } => {
                let tables = self.tables.iter_mut();
                for found in tables.filter(|found| found.name == *table) {
                    grain.trim().clone_into(&mut found.grain);
                }
            }
            Edit::RenameTable { table, name } => self.rename_table(table, name),
            Edit::IgnoreTable { table, is_ignored } => {
                let ignored = &mut self.custom.ignored_tables;
                if let Some(place) = self.tables.iter().position(|one| one.name == *table) {
                    if *is_ignored {
                        ignored.insert(place);
                    } else {
                        ignored.remove(&place);
                    }
                }
            }
            Edit::RenameColumn {
                table,
                column,
                name,
            } => self.rename_column(table, column, name),
            Edit::IgnoreColumn {
                table,
                column,
                is_ignored,
            } => {
                if let Some(place) = self.column_place(table, column) {
                    if *is_ignored {
                        self.custom.ignored_columns.insert(place);
                    } else {
                        self.custom.ignored_columns.remove(&place);
                    }
                }
            }
            Edit::Additivity {
                table,
                column,
                additivity,
            } => self.measure(table, column, *additivity),
            Edit::Split { .. }
            | Edit::NewSplit { .. }
            | Edit::RenameSplit { .. }
            | Edit::Merge { .. }
            | Edit::Move { .. } => self.change_splits(change),
            Edit::Metric { table, metric } => {
                if let Some(place) = self.place(table) {
                    let custom = &mut self.custom;
                    custom
                        .metrics
                        .retain(|(_, known)| known.name != metric.name);
                    custom.dropped.remove(&metric.name);
                    custom.metrics.push((place, metric.clone()));
                }
            }
            Edit::DropMetric { name } => {
                self.custom.metrics.retain(|(_, known)| known.name != *name);
                self.custom.dropped.insert(name.clone());
            }
        }
    }

    fn rename_table(&mut self, table: &str, name: &str) {
        let name = name.trim();
        let Some(place) = self.place(table).filter(|_| is_name(name)) else {
            return;
        };
        let names = crate::document::names(self);
        let is_taken = names
            .iter()
            .enumerate()
            .any(|(other, known)| other != place && known.eq_ignore_ascii_case(name));
        if !is_taken && !crate::document::is_reserved(self, name) {
            self.custom.tables.insert(place, name.to_owned());
        }
    }

    fn rename_column(&mut self, table: &str, column: &str, name: &str) {
        let name = name.trim();
        let Some((place, column)) = self.column_place(table, column).filter(|_| is_name(name))
        else {
            return;
        };
        let columns = self
            .profiles
            .get(place)
            .map_or(0, |table| table.columns.len());
        let is_taken = (0..columns).any(|other| {
            other != column && self.field_name(place, other).eq_ignore_ascii_case(name)
        });
        if !is_taken {
            self.custom.columns.insert((place, column), name.to_owned());
        }
    }

    fn measure(&mut self, table: &str, column: &str, additivity: Additivity) {
        let Some((place, column)) = self.column_place(table, column) else {
            return;
        };
        let is_number = self
            .profiles
            .get(place)
            .and_then(|table| table.column(column))
            .is_some_and(|column| column.family.is_number());
        if let Some(table) = self.tables.get_mut(place).filter(|_| is_number) {
            let known = table.measures.iter_mut().find(|(one, ..)| *one == column);
            let chosen = (column, additivity, CHOSEN.to_owned());
            match known {
                Some(known) => *known = chosen,
                None => table.measures.push(chosen),
            }
        }
    }

    fn change_splits(&mut self, change: &Change) {
        let why = change
            .found
            .as_ref()
            .map_or_else(|| CHOSEN.to_owned(), |found| format!("{CHOSEN}: {found}"));
        match &change.edit {
            Edit::Split {
                table,
                name,
                is_used,
            } => {
                if let Some(split) = self.split_mut(table, name) {
                    split.is_used = *is_used;
                }
            }
            Edit::NewSplit {
                table,
                name,
                key,
                columns,
            } => self.add_split(table, name, key, columns, &why),
            Edit::RenameSplit { table, split, name } => {
                let name = name.trim();
                if is_name(name)
                    && !crate::document::is_split_taken(self, name)
                    && let Some(split) = self.split_mut(table, split)
                {
                    name.clone_into(&mut split.name);
                }
            }
            Edit::Merge { table, name, into } if name != into => {
                let place = self.place(table);
                let ends = place.and_then(|place| self.split_named(place, name));
                let Some(moved) = ends.map(|split| split.all().collect::<Vec<_>>()) else {
                    return;
                };
                if let Some(into) = self.split_mut(table, into) {
                    into.columns
                        .extend(moved.into_iter().map(|one| (one, why.clone())));
                    self.splits
                        .retain(|split| Some(split.table) != place || split.name != *name);
                }
            }
            Edit::Move { table, column, to } => {
                let Some((place, column)) = self.column_place(table, column) else {
                    return;
                };
                let is_target = |split: &Split| {
                    split.table == place && to.as_ref().is_some_and(|to| split.name == *to)
                };
                let is_there = to.is_none() || self.splits.iter().any(is_target);
                if self.is_key_column(place, column) || !is_there {
                    return;
                }
                for split in self.splits.iter_mut().filter(|split| split.table == place) {
                    split.columns.retain(|(one, _)| *one != column);
                    split.levels.retain(|one| *one != column);
                    if to.as_ref().is_some_and(|to| split.name == *to) {
                        split.columns.push((column, why.clone()));
                    }
                }
            }
            _ => {}
        }
    }

    fn add_split(&mut self, table: &str, name: &str, key: &str, columns: &[String], why: &str) {
        let name = name.trim();
        let Some((place, key)) = self.column_place(table, key) else {
            return;
        };
        let family = self
            .profiles
            .get(place)
            .and_then(|table| table.column(key))
            .map(|column| column.family);
        if !is_name(name)
            || family.is_none_or(|family| family == Family::Other)
            || self.is_moved(place, key)
            || crate::document::is_split_taken(self, name)
        {
            return;
        }
        let Some((_, columns)) = self.places(table, columns) else {
            return;
        };
        let columns = columns.into_iter().filter(|column| {
            *column != key && !self.is_moved(place, *column) && !self.is_key_column(place, *column)
        });
        let columns = columns.map(|column| (column, why.to_owned())).collect();
        self.splits.push(Split {
            table: place,
            name: name.to_owned(),
            key,
            columns,
            levels: Vec::new(),
            is_used: true,
        });
    }

    fn split_mut(&mut self, table: &str, name: &str) -> Option<&mut Split> {
        let place = self.place(table)?;
        let mut splits = self.splits.iter_mut();
        splits.find(|split| split.table == place && split.name == name)
    }

    pub(super) fn split_named(&self, table: usize, name: &str) -> Option<&Split> {
        let mut splits = self.splits.iter();
        splits.find(|split| split.table == table && split.name == name)
    }

    pub(crate) fn place(&self, table: &str) -> Option<usize> {
        self.tables.iter().position(|one| one.name == table)
    }

    /// The places of a table and of columns of it; `None` if one is not there.
    pub(super) fn places(&self, table: &str, columns: &[String]) -> Option<(usize, Vec<usize>)> {
        let place = self.place(table)?;
        let profile = self.profiles.get(place)?;
        let columns = columns.iter().map(|name| Some(profile.named(name)?.place));
        Some((place, columns.collect::<Option<_>>()?))
    }

    pub(super) fn column_place(&self, table: &str, column: &str) -> Option<(usize, usize)> {
        let place = self.place(table)?;
        Some((place, self.profiles.get(place)?.named(column)?.place))
    }

    /// The place of the relationship with these ends.
    pub(super) fn known_relationship(
        &self,
        from: &str,
        columns: &[String],
        to: &str,
    ) -> Option<usize> {
        let mut relationships = self.relationships.iter();
        relationships.position(|one| {
            let (from_names, to_name) = self.ends(one);
            from_names.0 == from && from_names.1 == columns && to_name == to
        })
    }

    /// The names of the table and the columns that refer, and of the table that is referred to.
    #[must_use]
    pub fn ends(&self, one: &Relationship) -> ((String, Vec<String>), String) {
        let name = |place: usize| {
            self.tables
                .get(place)
                .map(|table| table.name.clone())
                .unwrap_or_default()
        };
        (
            (name(one.from), self.columns(one.from, &one.from_columns)),
            name(one.to),
        )
    }

    /// The names of columns of a table.
    #[must_use]
    pub fn columns(&self, table: usize, places: &[usize]) -> Vec<String> {
        let profile = self.profiles.get(table);
        let names = places
            .iter()
            .filter_map(|place| Some(profile?.column(*place)?.name.clone()));
        names.collect()
    }
}

impl Profile {
    pub(super) fn named(&self, name: &str) -> Option<&crate::profile::ColumnProfile> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// Whether a text can be a name in a mart.
fn is_name(name: &str) -> bool {
    Identifier::new(name).is_ok() && !sql::is_reserved(name)
}
