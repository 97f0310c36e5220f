//! How wide the columns of a table are. It must not know how a width is changed.

use super::Columns;
use crate::format::{self, Style};
use crate::rows::Rows;

/// A column's least, and at first its greatest, width in pixels; and that of a character.
pub(super) const LEAST_WIDTH: f64 = 56.0;
const GREATEST_WIDTH: f64 = 340.0;
const CHARACTER_WIDTH: f64 = 8.5;

/// How wide the columns are, in pixels; none where the browser decides.
#[derive(Default)]
pub struct Widths {
    /// The names of the columns.
    pub(super) names: Vec<String>,
    pub(super) pixels: Vec<f64>,
    /// Whether the user has changed them.
    pub(super) are_changed: bool,
}

impl Widths {
    /// Makes them suit the names, the types below them and the first rows. Of the same columns again, in
    /// another order of the rows say, they stay as the user has set them.
    pub(super) fn suit(&mut self, rows: &Rows, types: &[String]) {
        let names = Columns::of(rows).names;
        if !self.are_changed || self.names != names {
            *self = Self {
                names,
                pixels: widths_of(rows, types),
                are_changed: false,
            };
        }
    }
}

fn widths_of(rows: &Rows, types: &[String]) -> Vec<f64> {
    let fields = rows.schema().fields().iter().enumerate();
    fields
        .map(|(column, field)| {
            let cells = (0..rows.len().min(50)).map(|row| {
                let shown = format::show(&rows.cell(row, column), Style::of(field));
                shown.map_or(4, |shown| shown.chars().take(100).count())
            });
            // Beside the name there is the mark of the order.
            let name = field.name().chars().count() + 3;
            // Types are written smaller.
            let data_type = types
                .get(column)
                .map_or(0, |name| name.chars().count() * 4 / 5);
            let longest = cells.fold(name.max(data_type), usize::max);
            let longest = u32::try_from(longest).unwrap_or(u32::MAX);
            (f64::from(longest) * CHARACTER_WIDTH + 18.0).clamp(LEAST_WIDTH, GREATEST_WIDTH)
        })
        .collect()
}
