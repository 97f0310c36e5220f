//! Rows that come with a mart, read from CSV and checked against the columns that they fill. It must
//! not know where the text comes from.

use crate::mistake::quoted;
use crate::model::{Column, Table};
use crate::sql::text;
use crate::{Mistake, TypeKind};

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
                match literal(column, value) {
                    Ok(literal) => row.push(literal),
                    Err(problem) => {
                        mistakes.push(wrong(format!(
                            "line {line}, column {}: {problem}",
                            column.name
                        )));
                    }
                }
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

/// A value as SQL; an empty text is NULL.
fn literal(column: &Column, value: &str) -> Result<String, String> {
    if value.is_empty() {
        return Ok("NULL".to_owned());
    }
    let no = |what: &str| Err(format!("{} is not {what}", quoted(value)));
    match column.data_type.kind() {
        TypeKind::Whole | TypeKind::Big => match value.parse::<i128>() {
            Ok(number) => Ok(number.to_string()),
            Err(_) => no("a whole number"),
        },
        TypeKind::Decimal | TypeKind::Float => {
            let is_plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
            let is_number = value.parse::<f64>().is_ok_and(f64::is_finite);
            if is_number && value.chars().all(is_plain) {
                Ok(value.to_owned())
            } else {
                no("a number")
            }
        }
        TypeKind::Boolean => match value {
            "true" | "false" => Ok(value.to_owned()),
            _ => no("`true` or `false`"),
        },
        TypeKind::Date => {
            let has_shape = value.len() == 10
                && value.bytes().enumerate().all(|(at, byte)| match at {
                    4 | 7 => byte == b'-',
                    _ => byte.is_ascii_digit(),
                });
            if has_shape {
                Ok(text(value))
            } else {
                no("a day as YYYY-MM-DD")
            }
        }
        _ => Ok(text(value)),
    }
}
