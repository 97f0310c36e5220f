//! A result as a table: every row of a small one, the rows in sight of a large one. Cells are
//! read from Arrow when they come into sight. It must not know where the result comes from.

mod cells;
mod head;
mod jump;
mod scale;
mod sight;
mod table;
mod widths;

pub use widths::Widths;

use leptos::html;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::selection::Selection;
use crate::format::{self, Style};
use crate::rows::Rows;
use jump::{Jump, Tools};
use sight::Sight;
use table::Table;

/// Rows before the end of what is there, at which more are asked for.
const NEAR_END: usize = 200;
/// In which order a result is, and how to ask for another.
#[derive(Clone)]
pub struct Sorting {
    /// The column it was sorted by, and whether the last come first.
    pub by: Option<(usize, bool)>,
    /// Asks for the order of a column.
    pub choose: Callback<(usize, bool)>,
}

/// Rows that are fetched when they are wanted.
#[derive(Clone, Copy)]
pub struct More {
    /// Called with the number of rows that are wanted.
    pub want: Callback<usize>,
    /// Whether there may be further rows.
    pub is_partial: Signal<bool>,
}

/// What a click on a row does, or Enter on its cells.
#[derive(Clone, Copy)]
pub struct RowPicking {
    /// Takes the number of the row.
    pub pick: Callback<usize>,
    /// Whether a row is picked now.
    pub is_picked: Callback<usize, bool>,
}

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
    /// The type of each column, to be shown below its name.
    #[prop(optional)]
    types: Vec<String>,
    /// How its rows are sorted.
    #[prop(optional_no_strip)]
    sorting: Option<Sorting>,
    /// Further rows, where there may be some.
    #[prop(optional)]
    more: Option<More>,
    /// Where the widths of its columns are kept, which can then be changed; it is higher, too, as what
    /// the page is for.
    #[prop(optional)]
    widths: Option<RwSignal<Widths>>,
    /// What a click on a row does, if anything.
    #[prop(optional_no_strip)]
    row_picking: Option<RowPicking>,
) -> impl IntoView {
    // The same rows again are left as they stand: scrolled, and with what was selected in them.
    let rows = Memo::new(move |_| rows.get());
    let scroller = NodeRef::<html::Div>::new();
    let len = Memo::new(move |_| rows.with(|rows| rows.as_ref().map_or(0, Rows::len)));
    let sight = Sight::new(scroller, len);
    Effect::new(move || {
        let len = len.get();
        if let Some(more) = more
            && len > 0
            && sight.top.get() + sight.height.get() + NEAR_END > len
        {
            more.want.run(len * 2);
        }
    });
    let selection = Selection::new();
    let number = number_of(rows);
    Effect::new(move || {
        number.track();
        selection.clear();
    });
    let jump = Jump::new(sight, len, selection, more);
    let types = StoredValue::new(types);
    let columns = Memo::new(move |_| rows.with(|rows| rows.as_ref().map(Columns::of)));
    let is_large = widths.is_some();
    if let Some(widths) = widths {
        Effect::new(move || {
            number.track();
            rows.with_untracked(|rows| {
                if let Some(rows) = rows {
                    types.with_value(|types| widths.update(|widths| widths.suit(rows, types)));
                }
            });
        });
    }
    let widths = widths.unwrap_or_default();
    let label = caption.clone();
    let table = move || {
        columns.get().map(|columns| {
            view! {
                <Table
                    caption=label.clone()
                    rows
                    columns
                    types
                    sorting=sorting.clone()
                    sight
                    selection
                    widths
                    row_picking
                />
            }
        })
    };
    let on_key = move |event: KeyboardEvent| {
        if row_picking.is_some_and(|picking| picks(picking, selection, &event)) {
            return;
        }
        // The keys of a control inside are its own.
        let is_own = event.target() == event.current_target();
        if !is_own || jump.on_key(&event) {
            return;
        }
        rows.with_untracked(|rows| {
            if let Some(rows) = rows {
                selection.on_key(&event, rows, sight.page());
            }
        });
        if let (false, Some((row, _))) = (selection.is_all(), selection.head()) {
            sight.reveal(row);
        }
    };
    view! {
        <div
            class="grid"
            class:large=is_large
            node_ref=scroller
            on:scroll=move |_| sight.follow()
            on:keydown=on_key
            on:copy=move |event| {
                rows.with_untracked(|rows| {
                    if let Some(rows) = rows {
                        selection.on_copy(&event, rows, jump.is_partial());
                    }
                });
            }
            tabindex="0"
            aria-description=row_picking.map(|_| "Enter filters by the row of the selected cell")
            role="region"
            aria-label=format!("{caption}, rows")
        >
            {table}
        </div>
        <div class="grid-foot">
            <p class="grid-size" role=is_large.then_some("status")>
                {move || rows.with(|rows| rows.as_ref().map(|rows| size(rows, of)))}
                {move || selection.copied()}
            </p>
            {is_large.then(|| view! { <Tools jump=StoredValue::new(jump) selection /> })}
        </div>
    }
}

/// Whether a key picks the row of the selected cell: Enter, unless it is that of a button in the head.
fn picks(picking: RowPicking, selection: Selection, event: &KeyboardEvent) -> bool {
    let is_enter = event.key() == "Enter" && event.target() == event.current_target();
    let row = selection.head().filter(|_| is_enter);
    if let Some((row, _)) = row {
        picking.pick.run(row);
    }
    row.is_some()
}

/// Counts the results. More rows of the same result do not.
fn number_of(rows: Memo<Option<Rows>>) -> Memo<usize> {
    let before = StoredValue::new(None::<Rows>);
    Memo::new(move |number: Option<&usize>| {
        let number = number.copied().unwrap_or_default();
        let rows = rows.get();
        let earlier = before.get_value();
        before.set_value(rows.clone());
        let is_same = rows
            .zip(earlier)
            .is_some_and(|(rows, earlier)| rows.continues(&earlier));
        number + usize::from(!is_same)
    })
}

/// What is known of the columns before a row is looked at.
#[derive(Clone, PartialEq)]
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
