//! Rows that come with a mart, read from CSV and checked against the columns that they fill. It must
//! not know where the text comes from.

mod literal;

use std::collections::HashMap;

use crate::Mistake;
use crate::mistake::quoted;
use crate::model::{Key, Table};
pub(crate) use literal::literal;

/// The most rows of one table. More belong into a source.
const MOST_ROWS: usize = 10_000;
/// The most mistakes of one file.
const MOST_MISTAKES: usize = 20;

/// The rows of one table as SQL literals, column by column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    literals: Vec<Vec<String>>,
}

impl Rows {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.literals.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.literals.is_empty()
    }

    pub(crate) fn literals(&self) -> &[Vec<String>] {
        &self.literals
    }

    /// Reads the CSV of a table's rows: a header with all its columns, in any order.
    ///
    /// # Errors
    /// A mistake for each value that is wrong, with its line and column, at the pointer.
    pub(crate) fn read(
        pointer: &str,
        path: &str,
        csv: &str,
        table: &Table,
    ) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let wrong = |problem: String| Mistake::new(pointer, format!("{path}, {problem}"));
        let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
        let header = reader
            .headers()
            .cloned()
            .map_err(|cause| vec![wrong(cause.to_string())])?;
        let mut places = Vec::new();
        for column in &table.columns {
            let name = column.name.as_str();
            let place = header
                .iter()
                .position(|other| crate::model::same_name(other.trim(), name));
            if place.is_none() {
                mistakes.push(wrong(format!(
                    "line 1: the column {} is missing",
                    quoted(name)
                )));
            }
            places.push((column, place));
        }
        let mut literals = Vec::new();
        let mut keys = HashMap::new();
        for (number, record) in (2..).zip(reader.records()) {
            if literals.len() == MOST_ROWS {
                mistakes.push(wrong(format!(
                    "line {number}: there may be {MOST_ROWS} rows; more belong into a source"
                )));
                break;
            }
            let record = record.map_err(|cause| vec![wrong(cause.to_string())])?;
            let line = record.position().map_or(number, csv::Position::line);
            let mut row = Vec::new();
            for (column, place) in &places {
                let value = place
                    .and_then(|place| record.get(place))
                    .unwrap_or_default();
                let is_missing = value.is_empty() && column.keys.contains(&Key::Primary);
                let literal = match value {
                    "" if is_missing => Err("a primary key has a value in each row".to_owned()),
                    "" => Ok("NULL".to_owned()),
                    value => literal(&column.data_type, value),
                };
                match literal {
                    Ok(literal) => row.push(literal),
                    Err(problem) => {
                        mistakes.push(wrong(format!(
                            "line {line}, column {}: {problem}",
                            column.name
                        )));
                    }
                }
            }
            let key: Vec<_> = places
                .iter()
                .zip(&row)
                .filter(|((column, _), _)| column.keys.contains(&Key::Primary))
                .map(|(_, literal)| literal.clone())
                .collect();
            if row.len() == places.len()
                && !key.is_empty()
                && let Some(first) = keys.insert(key.clone(), line)
            {
                mistakes.push(wrong(format!(
                    "line {line}: the primary key {} is there already, in line {first}",
                    key.join(", ")
                )));
            }
            if mistakes.len() >= MOST_MISTAKES {
                break;
            }
            literals.push(row);
        }
        if mistakes.is_empty() {
            Ok(Self { literals })
        } else {
            Err(mistakes)
        }
    }
}
