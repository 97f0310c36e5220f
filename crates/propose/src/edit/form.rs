//! What of a table can be changed, as it is now: what a form shows. It must not know how a form looks.

use mart::{Additivity, Role};

use super::Edit;
use crate::profile::Family;
use crate::{Proposal, Written};

/// The types that a column can be given.
pub const TYPES: [&str; 8] = [
    "VARCHAR",
    "INTEGER",
    "BIGINT",
    "DECIMAL(18,2)",
    "DOUBLE",
    "DATE",
    "TIMESTAMP",
    "BOOLEAN",
];

/// A table of a proposal, as a form shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditableTable {
    /// Its name.
    pub table: String,
    /// Its name in the mart.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// What one of its rows is.
    pub grain: String,
    /// Whether it is left out.
    pub is_ignored: bool,
    /// The dimensions that can be taken out of its rows, each with whether it is.
    pub splits: Vec<(String, bool)>,
}

/// A column of a table, as a form shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditableColumn {
    /// Its name in the file.
    pub column: String,
    /// Its name in the mart.
    pub name: String,
    /// Its type in the mart.
    pub data_type: String,
    /// Whether it is part of the key of the table.
    pub is_key: bool,
    /// Whether it must stay as it is in the file, since other tables look for its values.
    pub is_fixed: bool,
    /// Whether it is left out.
    pub is_ignored: bool,
    /// For a number of a fact: how it may be summed.
    pub additivity: Option<Additivity>,
    /// The dimension inside the rows that has it.
    pub split: Option<String>,
}

impl Proposal {
    /// A table as a form shows it.
    #[must_use]
    pub fn editable(&self, place: usize) -> Option<EditableTable> {
        let table = self.tables.get(place)?;
        let splits = self.splits.iter().filter(|split| split.table == place);
        Some(EditableTable {
            table: table.name.clone(),
            name: crate::document::names(self).get(place)?.clone(),
            role: table.role,
            grain: table.grain.clone(),
            is_ignored: self.custom.ignored_tables.contains(&place),
            splits: splits
                .map(|split| (split.name.clone(), split.is_used))
                .collect(),
        })
    }

    /// The number of columns of a table.
    #[must_use]
    pub fn width(&self, place: usize) -> usize {
        self.profiles
            .get(place)
            .map_or(0, |table| table.columns.len())
    }

    /// A column of a table as a form shows it. The tables of the model are those that the proposal is about.
    #[must_use]
    pub fn editable_column(
        &self,
        model: &mart::Model,
        place: usize,
        column: usize,
    ) -> Option<EditableColumn> {
        let table = self.tables.get(place)?;
        let profile = self.profiles.get(place)?.column(column)?;
        let own = &model.tables().get(place)?.columns.get(column)?.data_type;
        let data_type = self.chosen_type(place, column).unwrap_or(own);
        let measure = table.measures.iter().find(|(one, ..)| *one == column);
        let is_number = table.role == Role::Fact && profile.family.is_number();
        let key = table.key.as_ref();
        Some(EditableColumn {
            column: profile.name.clone(),
            name: self.field_name(place, column),
            data_type: data_type.to_string(),
            is_key: key.is_some_and(|key| key.columns.contains(&column)),
            is_fixed: self.is_key_column(place, column) || profile.family == Family::Other,
            is_ignored: self.is_ignored(place, column),
            additivity: is_number
                .then(|| measure.map_or(Additivity::NonAdditive, |(_, additivity, _)| *additivity)),
            split: self.split_of(place, column).map(str::to_owned),
        })
    }

    /// The edit for a field that is dragged onto a table of the mart: a relationship to another table, or a move
    /// between the rows of a table and a dimension inside them.
    #[must_use]
    pub fn dragged(&self, written: &Written, from: (&str, &str), to: &str) -> Option<Edit> {
        let (dataset, field) = from;
        let origin = (dataset.to_owned(), field.to_owned());
        let (place, column) = *written.origins.get(&origin)?;
        let table = self.tables.get(place)?.name.clone();
        let column = self.columns(place, &[column]).pop()?;
        let (target, split) = self.table_of(to)?;
        if target == place {
            if dataset == to {
                return None;
            }
            return Some(Edit::Move {
                table,
                column,
                to: split.map(str::to_owned),
            });
        }
        if split.is_some() {
            return None;
        }
        Some(Edit::Relationship {
            from: table,
            columns: vec![column],
            to: self.tables.get(target)?.name.clone(),
            is_used: true,
        })
    }

    /// The place of the table behind a table of the mart, and the dimension inside its rows, if it is one.
    #[must_use]
    pub fn table_of(&self, dataset: &str) -> Option<(usize, Option<&str>)> {
        let names = crate::document::names(self);
        if let Some(place) = names.iter().position(|name| name == dataset) {
            return Some((place, None));
        }
        let mut splits = self.splits.iter().filter(|split| split.is_used);
        let split = splits.find(|split| crate::document::split_name(split) == dataset)?;
        Some((split.table, Some(&split.name)))
    }

    /// The rows of a table of the mart, as far as they are known before it is loaded.
    #[must_use]
    pub fn rows_of(&self, dataset: &str) -> Option<u64> {
        let (place, split) = self.table_of(dataset)?;
        let Some(split) = split else {
            return self.tables.get(place).map(|table| table.rows);
        };
        let split = self.split_named(place, split)?;
        let key = self.profiles.get(place)?.column(split.key)?;
        Some(key.distinct)
    }

    /// The relationship that a field of a table of the mart is the key of.
    #[must_use]
    pub fn relationship_of(&self, written: &Written, dataset: &str, field: &str) -> Option<usize> {
        let (from, _) = self.table_of(dataset)?;
        let relationships = &written.document.relationships;
        let one = relationships.iter().find(|one| {
            one.from == dataset && one.from_columns.iter().any(|column| column == field)
        })?;
        let (to, _) = self.table_of(&one.to)?;
        let columns = if one.source_columns.is_empty() {
            let fields = one.from_columns.iter().filter_map(|field| {
                let origin = written.origins.get(&(dataset.to_owned(), field.clone()))?;
                Some(origin.1)
            });
            fields.collect()
        } else {
            let table = &self.tables.get(from)?.name;
            self.places(table, &one.source_columns)?.1
        };
        self.relationships
            .iter()
            .position(|one| one.from == from && one.to == to && one.from_columns == columns)
    }
}

impl Written {
    /// The place of the table and of the column that a field of the mart comes from.
    #[must_use]
    pub fn origin(&self, dataset: &str, field: &str) -> Option<(usize, usize)> {
        let origin = (dataset.to_owned(), field.to_owned());
        self.origins.get(&origin).copied()
    }
}
