//! A result as a table: every row of a small one, the rows in sight of a large one. Cells are
//! read from Arrow when they come into sight. It must not know where the result comes from.

use leptos::html;
use leptos::prelude::*;

use crate::format::{self, Style};
use crate::rows::Rows;

/// The height of a row in pixels; `grid.css` says the same.
const ROW_HEIGHT: usize = 28;
/// Up to so many rows, all of them are in the document.
const ALL_ROWS: usize = 200;
/// Rows kept ready above and below those in sight.
const MARGIN: usize = 20;

/// A table of the rows, named by `caption`. Space is kept for it while there are none.
#[component]
pub fn Grid(
    /// The table's name.
    #[prop(into)]
    caption: String,
    /// What it shows.
    #[prop(into)]
    rows: Signal<Option<Rows>>,
    /// Of how many rows these are the first; all of them without it.
    #[prop(optional)]
    of: Option<u64>,
) -> impl IntoView {
    // The same rows again are left as they stand: scrolled, and with what was selected in them.
    let rows = Memo::new(move |_| rows.get());
    let scroller = NodeRef::<html::Div>::new();
    let first = RwSignal::new(0_usize);
    let in_sight = RwSignal::new(ALL_ROWS);
    let follow = move |_| {
        if let Some(scroller) = scroller.get() {
            let pixels = |value: i32| usize::try_from(value).unwrap_or(0);
            first.set((pixels(scroller.scroll_top()) / ROW_HEIGHT).saturating_sub(MARGIN));
            in_sight.set(pixels(scroller.client_height()) / ROW_HEIGHT + 2 * MARGIN);
        }
    };
    let label = caption.clone();
    let table = move || {
        rows.get().map(|rows| {
            let columns = Columns::of(&rows);
            view! { <Table caption=label.clone() rows columns first in_sight /> }
        })
    };
    view! {
        <div class="grid" node_ref=scroller on:scroll=follow tabindex="0" role="region" aria-label=format!("{caption}, rows")>
            {table}
        </div>
        <p class="grid-size">{move || rows.with(|rows| rows.as_ref().map(|rows| size(rows, of)))}</p>
    }
}

/// What is known of the columns before a row is looked at.
#[derive(Clone)]
struct Columns {
    names: Vec<String>,
    styles: Vec<Style>,
}

impl Columns {
    fn of(rows: &Rows) -> Self {
        let fields = rows.schema().fields();
        Self {
            names: fields.iter().map(|field| field.name().clone()).collect(),
            styles: fields.iter().map(|field| Style::of(field)).collect(),
        }
    }
}

#[component]
fn Table(
    caption: String,
    rows: Rows,
    columns: Columns,
    first: RwSignal<usize>,
    in_sight: RwSignal<usize>,
) -> impl IntoView {
    let len = rows.len();
    let is_windowed = len > ALL_ROWS;
    let range = Memo::new(move |_| {
        if is_windowed {
            let first = first.get().min(len);
            (first, (first + in_sight.get()).min(len))
        } else {
            (0, len)
        }
    });
    let width = columns.names.len();
    let head = columns
        .names
        .iter()
        .zip(&columns.styles)
        .map(|(name, style)| {
            view! { <th scope="col" class:number=style.is_number()>{name.clone()}</th> }
        })
        .collect_view();
    let row = move |row: usize| {
        let cells = (0..width)
            .map(|column| view_cell(&rows, &columns, row, column))
            .collect_view();
        // The header is row 1.
        view! { <tr aria-rowindex=(row + 2).to_string()>{cells}</tr> }
    };
    let gap = move |rows: usize| {
        (rows > 0).then(|| {
            view! {
                <tr class="gap" aria-hidden="true">
                    <td colspan=width.to_string() style:height=format!("{}px", rows * ROW_HEIGHT)></td>
                </tr>
            }
        })
    };
    view! {
        <table aria-label=caption aria-rowcount=(len + 1).to_string() class:windowed=is_windowed>
            <thead><tr aria-rowindex="1">{head}</tr></thead>
            <tbody>
                {move || gap(range.get().0)}
                <For each=move || { let (from, to) = range.get(); from..to } key=|row| *row children=row />
                {move || gap(len - range.get().1)}
            </tbody>
        </table>
    }
}

fn view_cell(rows: &Rows, columns: &Columns, row: usize, column: usize) -> impl IntoView + use<> {
    let cell = rows.cell(row, column);
    let style = columns.styles.get(column).copied().unwrap_or(Style::Text);
    let shown = format::show(&cell, style);
    let is_null = shown.is_none();
    let text = shown.unwrap_or_else(|| "NULL".to_owned());
    view! {
        <td class:number=style.is_number() class:null=is_null>{text}</td>
    }
}

fn size(rows: &Rows, of: Option<u64>) -> String {
    let shown = rows.len() as u64;
    match of.filter(|all| *all > shown) {
        Some(all) => format!(
            "first {} of {} rows",
            format::count(shown),
            format::count(all)
        ),
        None if shown == 1 => "1 row".to_owned(),
        None => format!("{} rows", format::count(shown)),
    }
}
