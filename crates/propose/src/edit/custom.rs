//! What was chosen about names, types and metrics, by the places of tables and columns: the document is written with
//! it. It must not know in which order it was chosen.

use std::collections::{BTreeMap, BTreeSet};

use mart::{DataType, Role};

use super::ChosenMetric;
use crate::Proposal;
use crate::flat::Split;

/// What was chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Custom {
    /// Names of tables in the mart.
    pub(crate) tables: BTreeMap<usize, String>,
    /// Names of columns in the mart.
    pub(crate) columns: BTreeMap<(usize, usize), String>,
    pub(crate) types: BTreeMap<(usize, usize), DataType>,
    pub(crate) ignored_tables: BTreeSet<usize>,
    pub(crate) ignored_columns: BTreeSet<(usize, usize)>,
    /// Metrics, each with the place of its table.
    pub(crate) metrics: Vec<(usize, ChosenMetric)>,
    /// The names of metrics that are left out.
    pub(crate) dropped: BTreeSet<String>,
}

impl Proposal {
    /// The dimensions that are taken out of the rows of a table.
    pub(crate) fn splits_of(&self, table: usize) -> impl Iterator<Item = &Split> {
        let role = self.tables.get(table).map(|table| table.role);
        let has_some = role == Some(Role::Fact) && !self.custom.ignored_tables.contains(&table);
        self.splits
            .iter()
            .filter(move |split| has_some && split.is_used && split.table == table)
    }

    /// Whether a column identifies rows: of its table, or of a dimension inside it. Other tables look for its values,
    /// so it is kept as it is in the file.
    pub(crate) fn is_key_column(&self, table: usize, column: usize) -> bool {
        let key = self.tables.get(table).and_then(|table| table.key.as_ref());
        key.is_some_and(|key| key.columns.contains(&column))
            || self.splits_of(table).any(|split| split.key == column)
    }

    /// Whether a column is left out.
    pub(crate) fn is_ignored(&self, table: usize, column: usize) -> bool {
        self.custom.ignored_columns.contains(&(table, column)) && !self.is_key_column(table, column)
    }

    /// Whether a column is a field of the rows of its own table.
    pub(crate) fn is_in_rows(&self, table: usize, column: usize) -> bool {
        !self.is_ignored(table, column) && !self.is_moved(table, column)
    }

    /// The type that was chosen for a column.
    pub(crate) fn chosen_type(&self, table: usize, column: usize) -> Option<&DataType> {
        let chosen = self.custom.types.get(&(table, column));
        chosen.filter(|_| !self.is_key_column(table, column))
    }

    /// Whether a column is in a dimension that is taken out of the rows of its table.
    pub(crate) fn is_moved(&self, table: usize, column: usize) -> bool {
        self.split_of(table, column).is_some()
    }

    /// The name of that dimension.
    pub(crate) fn split_of(&self, table: usize, column: usize) -> Option<&str> {
        let found = self.splits_of(table).find(|split| split.has(column));
        found.map(|split| split.name.as_str())
    }
}
