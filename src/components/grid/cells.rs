//! The cells of a line: their texts and looks, which change when the line shows another row. It must not know which
//! lines there are.

use leptos::prelude::*;
use web_sys::{Element, HtmlElement, Text};

use crate::components::selection::Selection;
use crate::format::{self, Style};
use crate::rows::Rows;

/// A text of more bytes than this is cut to [`SHOWN_CHARACTERS`] in the document; copies have all of it.
const MOST_BYTES: usize = 20_000;
const SHOWN_CHARACTERS: usize = 500;

/// The place of a cell's text. It stays, and what it says changes: making and placing new ones takes
/// longer than a frame.
pub(super) struct Spot {
    cell: Element,
    text: Text,
    class: &'static str,
}

pub(super) fn spots_of(line: &HtmlElement) -> Vec<Spot> {
    let cells = line.children();
    let cells = (0..cells.length()).filter_map(|at| cells.item(at));
    cells
        .map(|cell| {
            let text = document().create_text_node("");
            drop(cell.append_child(&text));
            Spot {
                cell,
                text,
                class: "",
            }
        })
        .collect()
}

/// Shows a row of the result in a line of the table.
pub(super) fn fill(
    line: &HtmlElement,
    row: usize,
    rows: Memo<Option<Rows>>,
    styles: &[Style],
    selection: Selection,
    spots: &mut [Spot],
) {
    // The header is row 1.
    drop(line.set_attribute("aria-rowindex", &(row + 2).to_string()));
    rows.with(|rows| {
        let Some(rows) = rows else { return };
        for ((column, style), spot) in styles.iter().enumerate().zip(spots) {
            let shown = format::show(&rows.cell(row, column), *style);
            let class = class_of(
                style.is_number(),
                shown.is_none(),
                selection.holds(row, column),
            );
            if spot.class != class {
                spot.class = class;
                spot.cell.set_class_name(class);
            }
            let text = shown.map_or_else(|| "NULL".to_owned(), cut);
            spot.text.set_data(&text);
        }
    });
}

const fn class_of(is_number: bool, is_null: bool, is_selected: bool) -> &'static str {
    match (is_number, is_null, is_selected) {
        (false, false, false) => "",
        (false, false, true) => "selected",
        (false, true, false) => "null",
        (false, true, true) => "null selected",
        (true, false, false) => "number",
        (true, false, true) => "number selected",
        (true, true, false) => "number null",
        (true, true, true) => "number null selected",
    }
}

/// A text that is too long to be looked at, and how long it is.
fn cut(text: String) -> String {
    if text.len() <= MOST_BYTES {
        return text;
    }
    let count = text.chars().count();
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!(
            "{}… ({} characters in all)",
            text.get(..end).unwrap_or_default(),
            format::count(count as u64)
        ),
        None => text,
    }
}
