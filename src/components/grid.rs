//! A result as a table: every row of a small one, the rows in sight of a large one. Cells are
//! read from Arrow when they come into sight. It must not know where the result comes from.

use leptos::html;
use leptos::prelude::*;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent, PointerEvent, Text};

use super::selection::{self, Selection};
use crate::format::{self, Style};
use crate::rows::Rows;

/// The height of a row in pixels; `grid.css` says the same.
const ROW_HEIGHT: usize = 28;
/// Up to so many rows, all of them are in the document.
const ALL_ROWS: usize = 200;
/// Rows kept ready above and below those in sight.
const MARGIN: usize = 6;
/// Rows before the end of what is there, at which more are asked for.
const NEAR_END: usize = 200;
/// A longer text than this is cut in the document, to so many characters; all of it is in what is
/// copied.
const MOST_BYTES: usize = 20_000;
const SHOWN_CHARACTERS: usize = 500;
/// A column's least, and at first its greatest, width in pixels; and that of a character.
const LEAST_WIDTH: f64 = 56.0;
const GREATEST_WIDTH: f64 = 340.0;
const CHARACTER_WIDTH: f64 = 8.0;
/// How far an arrow key moves a column's edge, in pixels.
const KEY_STEP: f64 = 16.0;

/// In which order a result is, and how to ask for another.
#[derive(Clone)]
pub struct Sorting {
    /// The column it was sorted by, and whether the last come first.
    pub by: Option<(usize, bool)>,
    /// Asks for the order of a column.
    pub choose: Callback<(usize, bool)>,
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
    /// Called with the number of rows when the last of them come near.
    #[prop(optional)]
    near_end: Option<Callback<usize>>,
    /// Where the widths of its columns are kept, which can then be changed; it is higher, too, as what
    /// the page is for.
    #[prop(optional)]
    widths: Option<RwSignal<Widths>>,
) -> impl IntoView {
    // The same rows again are left as they stand: scrolled, and with what was selected in them.
    let rows = Memo::new(move |_| rows.get());
    let scroller = NodeRef::<html::Div>::new();
    let sight = Sight::default();
    let follow = move || {
        if let Some(scroller) = scroller.get_untracked() {
            let pixels = |value: i32| usize::try_from(value).unwrap_or(0);
            sight.top.set(pixels(scroller.scroll_top()) / ROW_HEIGHT);
            sight
                .height
                .set(pixels(scroller.client_height()) / ROW_HEIGHT + 1);
        }
    };
    Effect::new(move || {
        let len = rows.with(|rows| rows.as_ref().map_or(0, Rows::len));
        if let Some(near_end) = near_end
            && len > 0
            && sight.top.get() + sight.height.get() + NEAR_END > len
        {
            near_end.run(len);
        }
    });
    let selection = Selection::new();
    let number = number_of(rows);
    Effect::new(move || {
        number.track();
        selection.clear();
    });
    let columns = Memo::new(move |_| rows.with(|rows| rows.as_ref().map(Columns::of)));
    let is_large = widths.is_some();
    if let Some(widths) = widths {
        Effect::new(move || {
            number.track();
            rows.with_untracked(|rows| {
                if let Some(rows) = rows {
                    widths.update(|widths| widths.suit(rows));
                }
            });
        });
    }
    let widths = widths.unwrap_or_default();
    let label = caption.clone();
    let types = StoredValue::new(types);
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
                />
            }
        })
    };
    let on_key = move |event: KeyboardEvent| {
        rows.with_untracked(|rows| {
            if let Some(rows) = rows {
                selection.on_key(&event, rows);
            }
        });
        if let (Some((row, _)), Some(scroller)) = (selection.head(), scroller.get_untracked()) {
            selection::reveal(&scroller, row, ROW_HEIGHT);
        }
    };
    view! {
        <div
            class="grid"
            class:large=is_large
            node_ref=scroller
            on:scroll=move |_| follow()
            on:keydown=on_key
            on:copy=move |event| {
                rows.with_untracked(|rows| {
                    if let Some(rows) = rows {
                        selection.on_copy(&event, rows);
                    }
                });
            }
            tabindex="0"
            role="region"
            aria-label=format!("{caption}, rows")
        >
            {table}
        </div>
        <p class="grid-size">
            {move || rows.with(|rows| rows.as_ref().map(|rows| size(rows, of)))}
            {move || selection.told()}
        </p>
    }
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

/// What is in sight, in rows.
#[derive(Clone, Copy)]
struct Sight {
    top: RwSignal<usize>,
    height: RwSignal<usize>,
}

impl Default for Sight {
    fn default() -> Self {
        Self {
            top: RwSignal::new(0),
            height: RwSignal::new(20),
        }
    }
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

/// How wide the columns are, in pixels; none where the browser decides.
#[derive(Default)]
pub struct Widths {
    /// The names of the columns.
    names: Vec<String>,
    pixels: Vec<f64>,
    /// Whether a person has changed them.
    are_made: bool,
}

impl Widths {
    /// Makes them suit the names and the first rows. Of the same columns again, in another order of the
    /// rows say, they stay as a person has made them.
    fn suit(&mut self, rows: &Rows) {
        let names = Columns::of(rows).names;
        if !self.are_made || self.names != names {
            *self = Self {
                names,
                pixels: widths_of(rows),
                are_made: false,
            };
        }
    }
}

fn widths_of(rows: &Rows) -> Vec<f64> {
    let fields = rows.schema().fields().iter().enumerate();
    fields
        .map(|(column, field)| {
            let cells = (0..rows.len().min(50)).map(|row| {
                let shown = format::show(&rows.cell(row, column), Style::of(field));
                shown.map_or(4, |shown| shown.chars().take(100).count())
            });
            // Beside the name there is the mark of the order.
            let name = field.name().chars().count() + 3;
            let longest = cells.fold(name, usize::max);
            let longest = u32::try_from(longest).unwrap_or(u32::MAX);
            (f64::from(longest) * CHARACTER_WIDTH + 18.0).clamp(LEAST_WIDTH, GREATEST_WIDTH)
        })
        .collect()
}

#[component]
fn Table(
    caption: String,
    rows: Memo<Option<Rows>>,
    columns: Columns,
    types: StoredValue<Vec<String>>,
    sorting: Option<Sorting>,
    sight: Sight,
    selection: Selection,
    widths: RwSignal<Widths>,
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
            }
            spots
        });
        let cells = (0..width).map(|_| view! { <td></td> }).collect_view();
        view! { <tr node_ref=line>{cells}</tr> }
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
            style:width=total
            on:mousedown=move |event: MouseEvent| selection.on_press(&event)
            on:mousemove=move |event: MouseEvent| selection.on_move(&event)
        >
            <colgroup>{cols}</colgroup>
            <thead><tr aria-rowindex="1">{head}</tr></thead>
            <tbody>
                {move || gap(range.get().0)}
                <For each=move || { let (first, end) = range.get(); 0..end - first } key=|line| *line children=line />
                {move || gap(len.get() - range.get().1)}
            </tbody>
        </table>
    }
}

/// The name of a column, its type, a button for its order, and an edge that can be moved.
fn head_cell(
    at: usize,
    name: &str,
    style: Style,
    types: StoredValue<Vec<String>>,
    sorting: Option<&Sorting>,
    widths: RwSignal<Widths>,
) -> AnyView {
    let data_type = types.with_value(|types| types.get(at).cloned());
    let by = sorting.and_then(|sorting| sorting.by.filter(|(column, _)| *column == at));
    let order = by.map(|(_, descending)| {
        if descending {
            "descending"
        } else {
            "ascending"
        }
    });
    let mark = by.map(|(_, descending)| if descending { " ▼" } else { " ▲" });
    let shown = name.to_owned();
    let title = match sorting {
        None => view! { <span>{shown}</span> }.into_any(),
        Some(sorting) => {
            let choose = sorting.choose;
            // Once more turns the order round.
            let descending = by.is_some_and(|(_, descending)| !descending);
            view! {
                <button type="button" class="sort" on:click=move |_| choose.run((at, descending))>
                    {shown}{mark}
                </button>
            }
            .into_any()
        }
    };
    let edge = move || {
        widths
            .with(|widths| !widths.pixels.is_empty())
            .then(|| edge(at, widths))
    };
    // Without the edge, whose width would be read with every cell.
    let label = data_type
        .as_ref()
        .map(|data_type| format!("{name} {data_type}"));
    view! {
        <th scope="col" class:number=style.is_number() aria-sort=order aria-label=label>
            {title}
            {data_type.map(|data_type| view! { <small>{data_type}</small> })}
            {edge}
        </th>
    }
    .into_any()
}

/// The edge between a column and the next, to be dragged, or moved by arrow keys.
fn edge(at: usize, widths: RwSignal<Widths>) -> impl IntoView {
    let grow = move |by: f64| {
        widths.update(|widths| {
            if let Some(width) = widths.pixels.get_mut(at) {
                *width = (*width + by).max(LEAST_WIDTH);
                widths.are_made = true;
            }
        });
    };
    let on_move = move |event: PointerEvent| {
        if event.buttons() & 1 == 1 {
            grow(f64::from(event.movement_x()));
        }
    };
    let on_down = move |event: PointerEvent| {
        event.prevent_default();
        let edge: HtmlElement = event_target(&event);
        // Without it, only a quick hand loses the edge.
        drop(edge.set_pointer_capture(event.pointer_id()));
    };
    let on_key = move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" => -KEY_STEP,
            "ArrowRight" => KEY_STEP,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        grow(by);
    };
    let now =
        move || widths.with(|widths| widths.pixels.get(at).map(|width| width.round().to_string()));
    let label = move || widths.with(|widths| Some(format!("Width of {}", widths.names.get(at)?)));
    view! {
        <span
            class="edge"
            role="separator"
            aria-orientation="vertical"
            aria-label=label
            aria-valuenow=now
            tabindex="0"
            on:pointerdown=on_down
            on:pointermove=on_move
            on:keydown=on_key
        ></span>
    }
}

/// The place of a cell's text. It stays, and what it says changes: making and placing new ones takes
/// longer than a frame.
struct Spot {
    cell: Element,
    text: Text,
    class: &'static str,
}

fn spots_of(line: &HtmlElement) -> Vec<Spot> {
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
fn fill(
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
