//! What the user changes about a proposal: a list of edits by the names of tables and columns, so that they can be
//! undone, shown as sentences, kept, and made again on the next files. It must not know how anything was found.

mod apply;
mod custom;
mod difference;
mod form;
mod found;
mod preview;
mod words;

use mart::{Additivity, NumberFormat, Role};
use serde::{Deserialize, Serialize};

pub(crate) use custom::Custom;
pub use difference::difference;
pub use form::{EditableColumn, EditableTable, TYPES};
pub use found::Found;
pub use preview::Preview;

/// One change. A change about tables or columns that are not there has no effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// A relationship is used, or not. One that was not found is added.
    Relationship {
        /// The table that refers.
        from: String,
        /// Its columns, in the order of those of the key.
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
    /// Other columns identify the rows of a table; none do without columns.
    Key {
        /// The table.
        table: String,
        /// The columns.
        columns: Vec<String>,
    },
    /// What one row of a table is, in words.
    Grain {
        /// The table.
        table: String,
        /// The words.
        grain: String,
    },
    /// A table is called otherwise in the mart.
    RenameTable {
        /// The table.
        table: String,
        /// Its name in the mart.
        name: String,
    },
    /// A table is left out of the mart, or not.
    IgnoreTable {
        /// The table.
        table: String,
        /// Whether it is left out.
        is_ignored: bool,
    },
    /// A column is called otherwise in the mart.
    RenameColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its name in the mart.
        name: String,
    },
    /// A column has another type; values that do not fit are left empty.
    Retype {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The type, in DuckDB's words.
        data_type: String,
    },
    /// A column is left out of the mart, or not.
    IgnoreColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Whether it is left out.
        is_ignored: bool,
    },
    /// How the numbers of a column may be summed.
    Additivity {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// How.
        additivity: Additivity,
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
    /// Columns of a table become a dimension of their own.
    NewSplit {
        /// The table.
        table: String,
        /// What the dimension is called.
        name: String,
        /// The column that identifies its rows.
        key: String,
        /// The columns that go with it.
        columns: Vec<String>,
    },
    /// A dimension inside the rows of a table is called otherwise.
    RenameSplit {
        /// The table.
        table: String,
        /// The dimension.
        split: String,
        /// Its name.
        name: String,
    },
    /// The columns of a dimension inside the rows of a table go to another one.
    Merge {
        /// The table.
        table: String,
        /// The dimension that ends.
        name: String,
        /// The dimension that gets its columns.
        into: String,
    },
    /// A column goes to a dimension inside the rows of its table, or back to the rows.
    Move {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The dimension; `None` for the rows.
        to: Option<String>,
    },
    /// A metric is added, or takes the place of the one of its name.
    Metric {
        /// The table that it is measured of.
        table: String,
        /// The metric.
        metric: ChosenMetric,
    },
    /// A metric is left out.
    DropMetric {
        /// Its name.
        name: String,
    },
}

/// A metric of the user's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenMetric {
    /// Its name in the mart.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// How it is computed: `sum(quantity * price)`.
    pub expression: String,
    /// How it is rounded and shown.
    pub format: NumberFormat,
}

impl ChosenMetric {
    /// A metric of this label, whose name is made of it.
    #[must_use]
    pub fn of_label(label: &str, expression: &str, format: NumberFormat) -> Self {
        let mut name = String::new();
        for letter in label.trim().to_lowercase().chars() {
            if letter.is_alphanumeric() {
                name.push(letter);
            } else if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
        }
        Self {
            name: name.trim_end_matches('_').to_owned(),
            label: label.trim().to_owned(),
            expression: expression.trim().to_owned(),
            format,
        }
    }
}

/// An edit, and what the data says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The edit.
    pub edit: Edit,
    /// What was found when it was verified; `None` where there is nothing to verify.
    pub found: Option<Found>,
}

impl From<Edit> for Change {
    fn from(edit: Edit) -> Self {
        Self { edit, found: None }
    }
}

impl Edit {
    /// The same edit for tables of other names.
    #[must_use]
    pub fn with_tables(&self, rename: impl Fn(&str) -> String) -> Self {
        let mut edit = self.clone();
        match &mut edit {
            Self::Relationship { from, to, .. } => {
                *from = rename(from);
                *to = rename(to);
            }
            Self::Role { table, .. }
            | Self::Key { table, .. }
            | Self::Grain { table, .. }
            | Self::RenameTable { table, .. }
            | Self::IgnoreTable { table, .. }
            | Self::RenameColumn { table, .. }
            | Self::Retype { table, .. }
            | Self::IgnoreColumn { table, .. }
            | Self::Additivity { table, .. }
            | Self::Split { table, .. }
            | Self::NewSplit { table, .. }
            | Self::RenameSplit { table, .. }
            | Self::Merge { table, .. }
            | Self::Move { table, .. }
            | Self::Metric { table, .. } => *table = rename(table),
            Self::DropMetric { .. } => {}
        }
        edit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_is_named_after_its_label() {
        let table = [
            ("Revenue", "revenue"),
            ("  Net revenue (EUR) ", "net_revenue_eur"),
            ("% of Größe", "of_größe"),
            ("", ""),
        ];
        for (label, name) in table {
            assert_eq!(
                ChosenMetric::of_label(label, "", NumberFormat::Number).name,
                name
            );
        }
    }

    #[test]
    fn an_edit_is_kept_as_text() {
        let edit = Edit::Move {
            table: "t".to_owned(),
            column: "c".to_owned(),
            to: None,
        };
        let text = serde_json::to_string(&edit).unwrap_or_default();
        assert_eq!(text, r#"{"move":{"table":"t","column":"c","to":null}}"#);
        assert_eq!(serde_json::from_str::<Edit>(&text).ok(), Some(edit.clone()));
        let renamed = edit.with_tables(|name| format!("{name}_2"));
        assert_eq!(renamed.to_string(), "t_2.c stays in the rows");
    }
}
