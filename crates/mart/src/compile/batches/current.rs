//! Which rows of a source count after its loads: from the last whole file on, each key once. A row that is merged
//! takes the place of the one before; one that is added does not. It must not know what is filled from them.

use std::fmt::Write as _;

use super::{Batch, loads_of};
use crate::compile::fill::STAGED;
use crate::document::LoadMode;
use crate::model::Source;
use crate::source_file::row_number_column;
use crate::sql::quoted_if_needed;

/// A query for the rows of a source that count.
pub(in crate::compile) struct Current {
    /// The columns, the rows and their joins.
    from: String,
    /// The conditions that a row counts, but for [`copy`](Self::copy).
    conditions: Vec<String>,
    /// Whether a row was added though an earlier load has its key, where that can be.
    copy: Option<String>,
}

impl Current {
    pub(in crate::compile) fn of(source: &Source, place: usize, batches: &[Batch]) -> Self {
        let batch = quoted_if_needed(&source.batch_column());
        let loads = loads_of(place, batches);
        let whole = loads
            .clone()
            .filter(|(_, mode)| *mode == LoadMode::Replace)
            .map(|(number, _)| number)
            .max();
        // The rows under a number with a minus are set aside.
        let first = whole.unwrap_or(1);
        let later = |of: LoadMode| {
            let loads = loads.clone().filter(move |(_, mode)| *mode == of);
            let numbers = loads
                .map(|(number, _)| number)
                .filter(|number| *number >= first);
            numbers.map(|number| number.to_string()).collect::<Vec<_>>()
        };
        let (merged, mut added) = (later(LoadMode::Merge), later(LoadMode::Append));
        if loads
            .clone()
            .find(|(number, _)| *number >= first)
            .is_some_and(|(_, mode)| mode == LoadMode::Append)
        {
            // Nothing is before the first load.
            added.remove(0);
        }
        let kept = source.kept().sql();
        let mut from = format!(
            "SELECT {STAGED}.*, {STAGED}.rowid + 1 AS {}\nFROM {kept} AS {STAGED}",
            row_number_column(source)
        );
        let mut conditions = vec![format!("{STAGED}.{batch} >= {first}")];
        let key = source.key_columns("").join(", ");
        let mut join = |alias: &str, which: &str, condition: &str| {
            // Writing to a text does not fail.
            let _ = write!(
                from,
                "\nLEFT JOIN (\n    SELECT {key}, {which}({batch}) AS {batch}\n    FROM {kept}\n    WHERE {condition}\n    GROUP BY {key}\n) AS {alias} ON {}",
                same(source, STAGED, alias)
            );
        };
        if !merged.is_empty() && !key.is_empty() {
            join(
                "merged",
                "max",
                &format!("{batch} IN ({})", merged.join(", ")),
            );
            conditions.push(format!(
                "(merged.{batch} IS NULL OR merged.{batch} <= {STAGED}.{batch})"
            ));
        }
        let has_copies = !added.is_empty() && !key.is_empty();
        let copy = has_copies.then(|| {
            join("earliest", "min", &format!("{batch} >= {first}"));
            format!(
                "{STAGED}.{batch} IN ({}) AND earliest.{batch} < {STAGED}.{batch}",
                added.join(", ")
            )
        });
        Self {
            from,
            conditions,
            copy,
        }
    }

    /// The query.
    pub(in crate::compile) fn sql(&self) -> String {
        let copy = self.copy.iter().map(|copy| format!("NOT ({copy})"));
        self.with(copy)
    }

    /// A query for the rows that were added though an earlier load has their key; `None` where there can be none.
    pub(in crate::compile) fn copies(&self) -> Option<String> {
        let copy = self.copy.as_ref()?;
        Some(self.with(std::iter::once(copy.clone())))
    }

    fn with(&self, condition: impl Iterator<Item = String>) -> String {
        let conditions = self.conditions.iter().cloned().chain(condition);
        let conditions: Vec<_> = conditions.collect();
        format!("{}\nWHERE {}", self.from, conditions.join("\n  AND "))
    }
}

/// Whether two rows of a source have the same key.
fn same(source: &Source, one: &str, other: &str) -> String {
    let pairs = source
        .key_columns(one)
        .into_iter()
        .zip(source.key_columns(other));
    // A key of one column is never NULL; of several, a part may be.
    let compares = if source.key.len() == 1 {
        "="
    } else {
        "IS NOT DISTINCT FROM"
    };
    let pairs = pairs.map(|(one, other)| format!("{one} {compares} {other}"));
    pairs.collect::<Vec<_>>().join(" AND ")
}
