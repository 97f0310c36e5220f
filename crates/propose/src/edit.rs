//! What the user changes about a proposal: a list of edits by the names of tables and columns, so that they can be
//! undone, shown as sentences, and made again on the next files. It must not know how anything was found.

use std::fmt;

use mart::Role;

use crate::profile::quoted;
use crate::relations::Relationship;
use crate::{Proposal, roles};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A relationship is used, or not.
    Relationship {
        /// The table that refers.
        from: String,
        /// Its columns.
        columns: Vec<String>,
        /// The table that is referred to.
        to: String,
        /// Whether it is used.
        is_used: bool,
    },
    /// A table has another role.
    Role {
        /// The table.
        table: String,
        /// The role.
        role: Role,
    },
    /// A dimension is taken out of the rows of a table, or stays in them.
    Split {
        /// The table.
        table: String,
        /// The dimension.
        name: String,
        /// Whether it is a table of its own.
        is_used: bool,
    },
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Relationship {
                from,
                columns,
                to,
                is_used,
            } => {
                let columns: Vec<_> = columns.iter().map(|column| quoted(column)).collect();
                let verb = if *is_used { "refers" } else { "does not refer" };
                write!(f, "{from}.{} {verb} to {to}", columns.join(", "))
            }
            Self::Role { table, role } => write!(f, "{table} is a {role}"),
            Self::Split {
                table,
                name,
                is_used: true,
            } => write!(f, "{name} is a dimension of its own, taken out of {table}"),
            Self::Split {
                table,
                name,
                is_used: false,
            } => write!(f, "{name} stays in the rows of {table}"),
        }
    }
}

impl Proposal {
    /// The same proposal with changes, in their order. A change about tables or columns that are not there has no
    /// effect.
    #[must_use]
    pub fn with(&self, edits: &[Edit]) -> Self {
        let mut changed = self.clone();
        for edit in edits {
            changed.relate(edit);
        }
        let keys = self.tables.iter().map(|table| table.key.clone()).collect();
        changed.tables = roles::tables(&self.profiles, keys, &changed.relationships);
        for edit in edits {
            match edit {
                Edit::Role { table, role } => {
                    let tables = changed.tables.iter_mut();
                    for found in tables.filter(|found| found.name == *table) {
                        found.role = *role;
                        "you chose it".clone_into(&mut found.evidence);
                    }
                }
                Edit::Split {
                    table,
                    name,
                    is_used,
                } => {
                    let place = self.tables.iter().position(|found| found.name == *table);
                    let splits = changed.splits.iter_mut();
                    for split in
                        splits.filter(|split| Some(split.table) == place && split.name == *name)
                    {
                        split.is_used = *is_used;
                    }
                }
                Edit::Relationship { .. } => {}
            }
        }
        changed
    }

    fn relate(&mut self, edit: &Edit) {
        let Edit::Relationship {
            from,
            columns,
            to,
            is_used,
        } = edit
        else {
            return;
        };
        let is_meant = |one: &Relationship| {
            let (from_names, to_name) = self.ends(one);
            from_names.0 == *from && from_names.1 == *columns && to_name == *to
        };
        let places: Vec<_> = self.relationships.iter().map(is_meant).collect();
        for (one, _) in self
            .relationships
            .iter_mut()
            .zip(places)
            .filter(|(_, is_meant)| *is_meant)
        {
            one.confidence = if *is_used { 1.0 } else { 0.0 };
        }
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
