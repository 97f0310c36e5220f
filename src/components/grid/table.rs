//! The table of a grid: all rows of a small result, or as many lines as are in sight. It must not know how a cell looks.

use leptos::html;
use leptos::prelude::*;
use web_sys::{HtmlElement, MouseEvent};

use super::cells::{Spot, fill, spots_of};
use super::head::head_cell;
use super::sight::Sight;
use super::widths::Widths;
use super::{Columns, RowPicking, Sorting};
use crate::components::selection::Selection;
use crate::rows::Rows;

/// Up to this number of rows, all of them are in the document.
const ALL_ROWS: usize = 200;
/// Rows kept ready above and below those in sight.
const MARGIN: usize = 6;

#[component]
pub(super) fn Table(
    caption: String,
    rows: Memo<Option<Rows>>,
    columns: Columns,
    types: StoredValue<Vec<String>>,
    sorting: Option<Sorting>,
    sight: Sight,
    selection: Selection,
    widths: RwSignal<Widths>,
    row_picking: Option<RowPicking>,
) -> impl IntoView {
    let len = Memo::new(move |_| rows.with(|rows| rows.as_ref().map_or(0, Rows::len)));
    let width = columns.names.len();
    // In a large result always as many rows, which are filled anew when it is scrolled.
    let range = Memo::new(move |_| {
        let len = len.get();
        if len <= ALL_ROWS {
            return (0, len);
        }
        let many = (sight.height.get() + 2 * MARGIN).min(len);
        let first = sight.top.get().saturating_sub(MARGIN).min(len - many);
        (first, first + many)
    });
    let head = columns
        .names
        .iter()
        .zip(&columns.styles)
        .enumerate()
        .map(|(at, (name, style))| head_cell(at, name, *style, types, sorting.as_ref(), widths))
        .collect_view();
    let styles = StoredValue::new(columns.styles);
    let line = move |number: usize| {
        let line = NodeRef::<html::Tr>::new();
        Effect::new(move |spots: Option<Vec<Spot>>| {
            let row = range.with(|(first, _)| first + number);
            let mut spots = spots.unwrap_or_default();
            if let Some(line) = line.get() {
                if spots.is_empty() {
                    spots = spots_of(&line);
                }
                styles.with_value(|styles| fill(&line, row, rows, styles, selection, &mut spots));
                if let Some(picking) = row_picking {
                    mark(&line, picking.is_picked.run(row));
                }
            }
            spots
        });
        let cells = (0..width).map(|_| view! { <td></td> }).collect_view();
        view! { <tr node_ref=line>{cells}</tr> }
    };
    let gaps = Memo::new(move |_| {
        let (first, end) = range.get();
        sight.gaps(first, end)
    });
    let gap = move |pixels: i32| {
        (pixels > 0).then(|| {
            view! {
                <tr class="gap" aria-hidden="true">
                    <td colspan=width.to_string() style:height=format!("{pixels}px")></td>
                </tr>
            }
        })
    };
    let on_click = move |event: MouseEvent| {
        if let (Some(picking), Some(row)) = (row_picking, selection.row_of_click(&event)) {
            picking.pick.run(row);
        }
    };
    let is_sized = move || widths.with(|widths| !widths.pixels.is_empty());
    let total = move || {
        let total: f64 = widths.with(|widths| widths.pixels.iter().sum());
        (total > 0.0).then(|| format!("{total}px"))
    };
    let cols = move || {
        let pixels = widths.with(|widths| widths.pixels.clone()).into_iter();
        pixels
            .map(|width| view! { <col style:width=format!("{width}px") /> })
            .collect_view()
    };
    view! {
        <table
            aria-label=caption
            aria-rowcount=move || (len.get() + 1).to_string()
            class:windowed=move || { len.get() > ALL_ROWS }
            class:sized=is_sized
            class:pickable=row_picking.is_some()
            style:width=total
            on:mousedown=move |event: MouseEvent| selection.on_press(&event)
            on:mousemove=move |event: MouseEvent| selection.on_move(&event)
            on:click=on_click
        >
            <colgroup>{cols}</colgroup>
            <thead><tr aria-rowindex="1">{head}</tr></thead>
            <tbody>
                {move || gap(gaps.get().0)}
                <For each=move || { let (first, end) = range.get(); 0..end - first } key=|line| *line children=line />
                {move || gap(gaps.get().1)}
            </tbody>
        </table>
    }
}

/// Shows whether the row of a line is picked.
fn mark(line: &HtmlElement, is_picked: bool) {
    let outcome = if is_picked {
        line.set_attribute("aria-current", "true")
    } else {
        line.remove_attribute("aria-current")
    };
    // Both names are valid.
    drop(outcome);
}
