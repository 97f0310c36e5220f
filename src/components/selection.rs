//! What is selected in a grid: a rectangle of cells, to be copied so that a spreadsheet keeps its
//! shape. It must not know how cells look.

use std::ops::RangeInclusive;

use leptos::prelude::*;
use results::Cell;
use wasm_bindgen::JsCast as _;
use web_sys::{ClipboardEvent, Element, HtmlTableCellElement, KeyboardEvent, MouseEvent};

use crate::format;
use crate::memory;
use crate::rows::Rows;

/// Cells that are copied at most: more than a spreadsheet takes.
const MOST_CELLS: usize = 2_000_000;

/// A row and a column.
type Place = (usize, usize);

/// The selection of one grid. A copy is another handle to it.
#[derive(Clone, Copy)]
pub struct Selection {
    /// Where it began, and where it has got to.
    corners: RwSignal<Option<(Place, Place)>>,
    /// Whether it is the whole result, also the rows that are still to come.
    all: RwSignal<bool>,
    /// Whether the names of the columns are copied too.
    with_headers: RwSignal<bool>,
    /// What came of the last copying.
    copied: RwSignal<Option<String>>,
}

/// The name of the choice of headers in the browser's memory.
const WITH_HEADERS: &str = "copy-with-headers";

impl Selection {
    /// Nothing is selected.
    pub fn new() -> Self {
        Self {
            corners: RwSignal::new(None),
            all: RwSignal::new(false),
            with_headers: RwSignal::new(memory::recall(WITH_HEADERS)),
            copied: RwSignal::new(None),
        }
    }

    /// Nothing is selected any more.
    pub fn clear(self) {
        self.corners.set(None);
        self.all.set(false);
        self.copied.set(None);
    }

    /// Whether the whole result is selected.
    pub fn is_all(self) -> bool {
        self.all.get()
    }

    /// Selects one cell, in the column where the selection was.
    pub fn select_row(self, row: usize) {
        let column = self.head().map_or(0, |(_, column)| column);
        self.all.set(false);
        self.corners.set(Some(((row, column), (row, column))));
    }

    /// Of a selection of the whole result, further rows are selected too.
    pub fn extend_to(self, len: usize) {
        if self.all.get_untracked() {
            self.corners.update(|corners| {
                if let Some((_, (row, _))) = corners {
                    *row = len.saturating_sub(1);
                }
            });
        }
    }

    /// Whether the names of the columns are copied too.
    pub fn with_headers(self) -> bool {
        self.with_headers.get()
    }

    /// Chooses whether the names of the columns are copied too, also on the next visit.
    pub fn copy_with_headers(self, with_headers: bool) {
        self.with_headers.set(with_headers);
        memory::remember(WITH_HEADERS, &with_headers);
    }

    /// Whether a cell is selected.
    pub fn holds(self, row: usize, column: usize) -> bool {
        self.corners.with(|corners| {
            corners.is_some_and(|corners| {
                let (rows, columns) = ranges(corners);
                rows.contains(&row) && columns.contains(&column)
            })
        })
    }

    /// The cell it has got to.
    pub fn head(self) -> Option<Place> {
        self.corners.get_untracked().map(|(_, head)| head)
    }

    /// What was copied, in words.
    pub fn copied(self) -> Option<String> {
        self.copied.get()
    }

    /// The mouse is pressed on a cell.
    pub fn on_press(self, event: &MouseEvent) {
        let Some(place) = place_of(event) else { return };
        self.all.set(false);
        self.corners.update(|corners| {
            *corners = Some(match corners {
                Some((anchor, _)) if event.shift_key() => (*anchor, place),
                _ => (place, place),
            });
        });
    }

    /// The mouse moves over a cell.
    pub fn on_move(self, event: &MouseEvent) {
        if event.buttons() & 1 == 0 {
            return;
        }
        if let (Some(place), Some((anchor, head))) = (place_of(event), self.corners.get_untracked())
            && head != place
        {
            self.corners.set(Some((anchor, place)));
            event.prevent_default();
        }
    }

    /// The row that a click is on, unless it ends the selection of several cells.
    pub fn row_of_click(self, event: &MouseEvent) -> Option<usize> {
        let (row, _) = place_of(event)?;
        let corners = self.corners.get_untracked();
        let is_one = corners.is_none_or(|(anchor, head)| anchor == head);
        (is_one && !event.shift_key()).then_some(row)
    }

    /// Arrow and page keys move, with Shift they extend; Ctrl or Cmd and A is everything.
    pub fn on_key(self, event: &KeyboardEvent, rows: &Rows, page: usize) {
        let width = rows.schema().fields().len();
        if rows.len() == 0 || width == 0 {
            return;
        }
        let last = (rows.len() - 1, width - 1);
        if event.ctrl_key() || event.meta_key() {
            if event.key() == "a" {
                event.prevent_default();
                self.all.set(true);
                self.corners.set(Some(((0, 0), last)));
            }
            return;
        }
        let known = self.corners.get_untracked();
        let (anchor, (row, column)) = known.unwrap_or(((0, 0), (0, 0)));
        let head = match event.key().as_str() {
            _ if known.is_none() && event.key().starts_with("Arrow") => (0, 0),
            "Home" => (0, column),
            "End" => (last.0, column),
            "PageUp" => (row.saturating_sub(page), column),
            "PageDown" => ((row + page).min(last.0), column),
            "ArrowUp" => (row.saturating_sub(1), column),
            "ArrowDown" => ((row + 1).min(last.0), column),
            "ArrowLeft" => (row, column.saturating_sub(1)),
            "ArrowRight" => (row, (column + 1).min(last.1)),
            "Escape" => return self.clear(),
            _ => return,
        };
        event.prevent_default();
        self.all.set(false);
        let anchor = if event.shift_key() { anchor } else { head };
        self.corners.set(Some((anchor, head)));
    }

    /// Puts the selected cells on the clipboard, as text with tabs between; with the names of the
    /// columns where all rows are selected.
    pub fn on_copy(self, event: &ClipboardEvent, rows: &Rows, is_partial: bool) {
        let Some(corners) = self.corners.get_untracked() else {
            return;
        };
        let (selected, columns) = ranges(corners);
        let cells = (selected.end() - selected.start() + 1) * (columns.end() - columns.start() + 1);
        event.prevent_default();
        if is_partial && self.all.get_untracked() {
            self.copied.set(Some(
                " – nothing copied: the rest of the rows is being fetched. Copy again when the count is complete."
                    .to_owned(),
            ));
            return;
        }
        if cells > MOST_CELLS {
            self.copied.set(Some(format!(
                " – {} cells are too many for the clipboard, and none were copied: use a download",
                format::count(cells as u64)
            )));
            return;
        }
        let is_whole = rows.len() > 1 && selected == (0..=rows.len() - 1);
        let with_names = is_whole || self.with_headers.get_untracked();
        let mut text = String::new();
        if with_names {
            let fields = rows.schema().fields();
            let names = columns
                .clone()
                .filter_map(|at| fields.get(at).map(|field| field.name().as_str()));
            line(&mut text, names.map(str::to_owned));
        }
        for row in selected {
            let cells = columns.clone().map(|column| match rows.cell(row, column) {
                Cell::Null => String::new(),
                cell => cell.to_string(),
            });
            line(&mut text, cells);
        }
        let taken = event
            .clipboard_data()
            .is_some_and(|data| data.set_data("text/plain", &text).is_ok());
        let words = match (taken, cells) {
            (false, _) => " – the browser did not let them be copied".to_owned(),
            (true, 1) => " – 1 cell copied".to_owned(),
            (true, cells) => format!(" – {} cells copied", format::count(cells as u64)),
        };
        self.copied.set(Some(words));
    }
}

fn ranges(
    ((row, column), (to_row, to_column)): (Place, Place),
) -> (RangeInclusive<usize>, RangeInclusive<usize>) {
    (
        row.min(to_row)..=row.max(to_row),
        column.min(to_column)..=column.max(to_column),
    )
}

/// A line as spreadsheets take it: what holds a tab, a line's end or a quote stands in quotes.
fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            text.push('\t');
        }
        if cell.contains(['\t', '\n', '\r', '"']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push('\n');
}

/// The cell under the mouse: what the table says of itself to a screen reader.
fn place_of(event: &MouseEvent) -> Option<Place> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let cell: HtmlTableCellElement = target.closest("tbody td").ok()??.dyn_into().ok()?;
    let row = cell.parent_element()?.get_attribute("aria-rowindex")?;
    let row: usize = row.parse().ok()?;
    Some((
        row.checked_sub(2)?,
        usize::try_from(cell.cell_index()).ok()?,
    ))
}
