//! What the data says about an edit: one query each, and its answer. It must not know what an edit does.

use mart::{DataType, TextRows, TypeKind};

use super::Edit;
use crate::Proposal;
use crate::profile::{ColumnProfile, Profile};
use crate::query::{Query, number};

/// The examples that are shown.
const SHOWN: usize = 3;

/// What was found about an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// How many values of columns are in a key.
    Matches {
        /// The different values.
        values: u64,
        /// Those that the key does not have.
        missing_values: u64,
        /// The rows that have one of them.
        missing_rows: u64,
        /// The rows without a value.
        empty_rows: u64,
        /// Some values that the key does not have.
        examples: String,
        /// The rows of the table that is referred to that have the key of another.
        duplicates: u64,
    },
    /// Whether columns identify rows.
    Unique {
        /// The rows.
        rows: u64,
        /// Those that have the key of another.
        duplicates: u64,
        /// Those without a value in one of the columns.
        empty_rows: u64,
        /// Some keys that are there more than once.
        examples: String,
    },
    /// How many values fit a type.
    Fits {
        /// The rows with a value.
        values: u64,
        /// Those whose value does not fit.
        misfits: u64,
        /// Those whose value loses decimals.
        rounded: u64,
        /// Some values that do not fit.
        examples: String,
    },
    /// Whether columns depend on another one.
    Depends {
        /// The values of the other one.
        values: u64,
        /// Those that have several.
        contradicting: u64,
        /// Some of them.
        examples: String,
    },
}

impl Proposal {
    /// The query that verifies an edit of this proposal; `None` where there is nothing to verify.
    #[must_use]
    pub fn verification(&self, edit: &Edit) -> Option<Query> {
        match edit {
            Edit::Relationship {
                from,
                columns,
                to,
                is_used: true,
            } if self.known_relationship(from, columns, to).is_none() => {
                let (from, places) = self.places(from, columns)?;
                let to = self.place(to)?;
                let key = self.tables.get(to)?.key.as_ref()?;
                let pairs = self.pairs((from, &places), (to, &key.columns))?;
                let (from, to) = (self.profiles.get(from)?, self.profiles.get(to)?);
                Some(matches(from, to, &pairs))
            }
            Edit::Key { table, columns } if !columns.is_empty() => {
                let (table, places) = self.places(table, columns)?;
                Some(unique(self.profiles.get(table)?, &places))
            }
            Edit::Retype {
                table,
                column,
                data_type,
            } => {
                let (table, column) = self.column_place(table, column)?;
                let data_type = DataType::parse(data_type).ok()?;
                let table = self.profiles.get(table)?;
                Some(fits(table, table.column(column)?, &data_type))
            }
            Edit::NewSplit {
                table,
                key,
                columns,
                ..
            } => {
                let (table, key) = self.column_place(table, key)?;
                let table = self.profiles.get(table)?;
                let columns = columns.iter().filter_map(|name| table.named(name));
                depends(table, table.column(key)?, &columns.collect::<Vec<_>>())
            }
            Edit::Move {
                table,
                column,
                to: Some(to),
            } => {
                let (place, column) = self.column_place(table, column)?;
                let split = self.split_named(place, to)?;
                let table = self.profiles.get(place)?;
                depends(table, table.column(split.key)?, &[table.column(column)?])
            }
            Edit::Merge { table, name, into } => {
                let place = self.place(table)?;
                let (ends, into) = (
                    self.split_named(place, name)?,
                    self.split_named(place, into)?,
                );
                let table = self.profiles.get(place)?;
                let columns = ends.all().filter_map(|column| table.column(column));
                depends(table, table.column(into.key)?, &columns.collect::<Vec<_>>())
            }
            _ => None,
        }
    }

    /// What the rows of the [verification](Self::verification) of an edit say.
    #[must_use]
    pub fn found(&self, edit: &Edit, rows: &TextRows) -> Option<Found> {
        let count = |column: usize| number(rows, 0, column);
        let examples = |column: usize| {
            let text = rows.first().and_then(|row| row.get(column)?.clone());
            text.unwrap_or_default()
        };
        Some(match edit {
            Edit::Relationship { .. } => Found::Matches {
                values: count(0),
                missing_values: count(1),
                missing_rows: count(2),
                empty_rows: count(3),
                duplicates: count(4),
                examples: examples(5),
            },
            Edit::Key { .. } => Found::Unique {
                rows: count(0),
                duplicates: count(1),
                empty_rows: count(2),
                examples: examples(3),
            },
            Edit::Retype { .. } => Found::Fits {
                values: count(0),
                misfits: count(1),
                rounded: count(2),
                examples: examples(3),
            },
            Edit::NewSplit { .. } | Edit::Move { .. } | Edit::Merge { .. } => Found::Depends {
                values: count(0),
                contradicting: count(1),
                examples: examples(2),
            },
            _ => return None,
        })
    }

    /// The columns of two tables side by side, where their values can be compared.
    pub(super) fn pairs(
        &self,
        (from, columns): (usize, &[usize]),
        (to, key): (usize, &[usize]),
    ) -> Option<Vec<(&ColumnProfile, &ColumnProfile)>> {
        let (child, parent) = (self.profiles.get(from)?, self.profiles.get(to)?);
        if columns.is_empty() || columns.len() != key.len() {
            return None;
        }
        let pairs = columns.iter().zip(key).map(|(column, key)| {
            let (column, key) = (child.column(*column)?, parent.column(*key)?);
            column.is_comparable(key).then_some((column, key))
        });
        pairs.collect()
    }
}

/// The first of some examples, as one text.
fn shown(list: &str, condition: &str) -> String {
    format!("array_to_string(({list} FILTER (WHERE {condition}))[:{SHOWN}], ', ')")
}

fn texts(columns: &[&ColumnProfile]) -> String {
    let texts: Vec<_> = columns
        .iter()
        .map(|column| format!("CAST({} AS VARCHAR)", column.sql))
        .collect();
    match texts.as_slice() {
        [only] => only.clone(),
        several => format!("concat_ws(' / ', {})", several.join(", ")),
    }
}

fn any_null(columns: &[&ColumnProfile]) -> String {
    let parts: Vec<_> = columns
        .iter()
        .map(|column| format!("{} IS NULL", column.sql))
        .collect();
    parts.join(" OR ")
}

fn matches(child: &Profile, parent: &Profile, pairs: &[(&ColumnProfile, &ColumnProfile)]) -> Query {
    let columns: Vec<_> = pairs.iter().map(|(column, _)| *column).collect();
    let keys: Vec<_> = pairs.iter().map(|(_, key)| *key).collect();
    let names = |columns: &[&ColumnProfile]| {
        let names: Vec<_> = columns.iter().map(|column| column.sql.clone()).collect();
        names.join(", ")
    };
    let (own, key) = (names(&columns), names(&keys));
    let equal: Vec<_> = pairs
        .iter()
        .map(|(column, key)| format!("k.{} = v.{}", key.sql, column.sql))
        .collect();
    let missing = "NOT is_empty AND NOT is_there";
    Query::new(
        format!("Look for {}.{own} in {}", child.name, parent.name),
        format!(
            "SELECT count(*) FILTER (WHERE NOT is_empty), count(*) FILTER (WHERE {missing}),\n    CAST(sum(n) FILTER (WHERE {missing}) AS BIGINT), CAST(sum(n) FILTER (WHERE is_empty) AS BIGINT),\n    (SELECT CAST(sum(n - 1) AS BIGINT) FROM (SELECT count(*) AS n FROM {parent} GROUP BY {key})),\n    {examples}\nFROM (\n    SELECT *, EXISTS (FROM {parent} AS k WHERE {equal}) AS is_there\n    FROM (SELECT {own}, count(*) AS n, {empty} AS is_empty, {texts} AS example FROM {child} GROUP BY {own}) AS v\n)",
            parent = parent.sql,
            child = child.sql,
            equal = equal.join(" AND "),
            empty = any_null(&columns),
            texts = texts(&columns),
            examples = shown("list(example ORDER BY example)", missing),
        ),
    )
}

fn unique(table: &Profile, places: &[usize]) -> Query {
    let columns: Vec<_> = places
        .iter()
        .filter_map(|place| table.column(*place))
        .collect();
    let names = table.list(places);
    Query::new(
        format!("Look whether {names} identifies the rows of {}", table.name),
        format!(
            "SELECT CAST(sum(n) AS BIGINT), CAST(sum(n - 1) FILTER (WHERE NOT is_empty) AS BIGINT), CAST(sum(n) FILTER (WHERE is_empty) AS BIGINT),\n    {}\nFROM (SELECT count(*) AS n, {} AS is_empty, {} AS example FROM {} GROUP BY {names})",
            shown("list(example ORDER BY example)", "n > 1 AND NOT is_empty"),
            any_null(&columns),
            texts(&columns),
            table.sql,
        ),
    )
}

fn fits(table: &Profile, column: &ColumnProfile, data_type: &DataType) -> Query {
    let (name, wanted) = (
        &column.sql,
        format!("TRY_CAST({} AS {data_type})", column.sql),
    );
    let misfit = format!("{name} IS NOT NULL AND {wanted} IS NULL");
    let is_exact = matches!(
        data_type.kind(),
        TypeKind::Whole | TypeKind::Big | TypeKind::Decimal
    );
    let rounded = if is_exact && !column.is_moment_or_boolean() {
        format!("TRY_CAST({name} AS DOUBLE) <> CAST({wanted} AS DOUBLE)")
    } else {
        "false".to_owned()
    };
    let text = format!("CAST({name} AS VARCHAR)");
    Query::new(
        format!("Look which values of {}.{} fit", table.name, column.name),
        format!(
            "SELECT count({name}), count(*) FILTER (WHERE {misfit}), count(*) FILTER (WHERE {rounded}),\n    {}\nFROM {}",
            shown(&format!("list(DISTINCT {text} ORDER BY {text})"), &misfit),
            table.sql,
        ),
    )
}

fn depends(table: &Profile, on: &ColumnProfile, columns: &[&ColumnProfile]) -> Option<Query> {
    let several: Vec<_> = columns
        .iter()
        .filter(|column| column.place != on.place)
        .map(|column| format!("min({0}) <> max({0})", column.sql))
        .collect();
    if several.is_empty() {
        return None;
    }
    Some(Query::new(
        format!("Look at what depends on {}.{}", table.name, on.name),
        format!(
            "SELECT count(*), count(*) FILTER (WHERE has_several), {}\nFROM (\n    SELECT CAST({on} AS VARCHAR) AS example, {} AS has_several\n    FROM {}\n    WHERE {on} IS NOT NULL\n    GROUP BY {on}\n)",
            shown("list(example ORDER BY example)", "has_several"),
            several.join(" OR "),
            table.sql,
            on = on.sql,
        ),
    ))
}
