//! A chart of a result, beside its table. The library that draws is loaded when the first chart is
//! due, and it is drawn when nothing else goes on. It must not know where the result comes from, and
//! nothing of JavaScript leaves this file.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use results::chart::{self, Axis, Kind, SERIES, Shape};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::format::{self, Style};
use crate::rows::Rows;

/// Where the page finds the library.
const LIBRARY: &str = "components/chart.js";
/// The most rows of a result that are drawn: the first ones.
const ROWS: usize = 5_000;

#[wasm_bindgen(module = "/src/components/js/load.js")]
extern "C" {
    /// The module at a path beside the page.
    #[wasm_bindgen(catch)]
    async fn load(path: &str) -> Result<JsValue, JsValue>;

    /// Returns when what was changed has been painted and nothing else is to be done.
    #[wasm_bindgen(catch)]
    async fn idle() -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// The namespace of `chart.js`.
    type Library;

    #[wasm_bindgen(method)]
    fn chart(
        this: &Library,
        place: &HtmlElement,
        title: &str,
        stem: &str,
        pick: Option<&Pick>,
    ) -> Handle;

    /// A chart in its place.
    type Handle;

    #[wasm_bindgen(method)]
    fn clear(this: &Handle);

    #[wasm_bindgen(method)]
    fn refuse(this: &Handle);

    #[wasm_bindgen(method)]
    fn draw(
        this: &Handle,
        axis: &str,
        kinds: Vec<String>,
        most_series: usize,
        places: Vec<String>,
        series: Vec<String>,
        values: Vec<f64>,
        texts: Vec<String>,
        of_rows: usize,
        columns: Vec<String>,
    );

    #[wasm_bindgen(method)]
    fn mark(this: &Handle, picked: Vec<String>);

    #[wasm_bindgen(method)]
    fn destroy(this: &Handle);
}

/// What pointing at a value does. A value is identified by the name of its column and its text; a period
/// of time that takes several columns has none.
#[derive(Clone, Copy)]
pub struct Picking {
    /// Takes the values that were pointed at: one, or the two of a part of a bar.
    pub pick: Callback<Vec<(String, String)>>,
    /// Those that are picked now. A chart that has some of them shows the others pale.
    pub picked: Signal<Vec<(String, String)>>,
}

/// How the library calls back: columns and values in turns.
type Pick = Closure<dyn FnMut(Vec<String>)>;

/// A chart of the rows. Space is kept for it while there are none, and while the library is on its
/// way.
#[component]
pub fn Chart(
    /// The name of the answer.
    #[prop(into)]
    title: String,
    /// The name of its files, without an ending.
    #[prop(into)]
    stem: String,
    /// What it shows.
    #[prop(into)]
    rows: Signal<Option<Rows>>,
    /// Whether drawing may take the page's time now.
    is_calm: Memo<bool>,
    /// What pointing at a value does, if anything.
    #[prop(optional)]
    picking: Option<Picking>,
) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    // Like the table, it stays as it is when the same rows come again.
    let rows = Memo::new(move |_| rows.get());
    let drawing = Rc::new(RefCell::new(Drawing::new(picking)));
    if let Some(Picking { picked, .. }) = picking {
        let drawing = Rc::clone(&drawing);
        Effect::new(move || drawing.borrow().mark(&picked.get()));
    }
    Effect::new(move || {
        let (rows, is_calm, place) = (rows.get(), is_calm.get(), place.get());
        let turn = drawing.borrow_mut().turn(rows.as_ref());
        if let (Some(rows), true, Some(place), Some(turn)) = (rows, is_calm, place, turn) {
            // Whoever begins something else, or leaves the page, makes an end of this turn.
            let drawing = Rc::downgrade(&drawing);
            let is_due = move || {
                let drawing = drawing.upgrade()?;
                let is_latest = drawing.borrow().turn == turn;
                is_latest.then_some(drawing)
            };
            let (title, stem) = (title.clone(), stem.clone());
            spawn_local(async move {
                draw(&place, (&title, &stem), rows, is_due).await;
            });
        }
    });
    view! { <div class="chart" node_ref=place></div> }
}

/// What stands in the chart's place, given back when the chart leaves the page.
struct Drawing {
    handle: Option<Handle>,
    picking: Option<Picking>,
    pick: Option<Pick>,
    /// The rows that are drawn.
    rows: Option<Rows>,
    /// Counts the changes, so that of two the latter is drawn.
    turn: u32,
}

impl Drawing {
    fn new(picking: Option<Picking>) -> Self {
        let pick = picking.map(|Picking { pick, .. }| {
            Pick::new(move |told: Vec<String>| {
                let mut told = told.into_iter();
                let pairs = std::iter::from_fn(|| told.next().zip(told.next()));
                pick.run(pairs.collect());
            })
        });
        Self {
            handle: None,
            picking,
            pick,
            rows: None,
            turn: 0,
        }
    }

    fn mark(&self, picked: &[(String, String)]) {
        if let Some(handle) = &self.handle {
            let told = picked.iter().flat_map(|(column, value)| [column, value]);
            handle.mark(told.cloned().collect());
        }
    }

    /// The turn that these rows are to be drawn in; `None` where they stand.
    fn turn(&mut self, rows: Option<&Rows>) -> Option<u32> {
        self.turn += 1;
        if self.rows.as_ref() == rows {
            return None;
        }
        // Numbers that the table no longer has are not left to stand.
        if let Some(handle) = self.rows.take().and(self.handle.as_ref()) {
            handle.clear();
        }
        Some(self.turn)
    }
}

impl Drop for Drawing {
    fn drop(&mut self) {
        if let Some(handle) = &self.handle {
            handle.destroy();
        }
    }
}

/// Draws the rows once there is time for it, and unless something else is due by then.
async fn draw(
    place: &HtmlElement,
    (title, stem): (&str, &str),
    rows: Rows,
    is_due: impl Fn() -> Option<Rc<RefCell<Drawing>>>,
) -> Option<()> {
    idle().await.ok()?;
    is_due()?;
    let library = load(LIBRARY).await;
    idle().await.ok()?;
    let drawing = is_due()?;
    let drawing = &mut *drawing.borrow_mut();
    let Ok(library) = library.map(JsCast::unchecked_into::<Library>) else {
        place.set_text_content(Some(
            "The chart could not be loaded. The table has all its numbers.",
        ));
        return None;
    };
    let handle = drawing.handle.get_or_insert_with(|| {
        place.set_text_content(None);
        library.chart(place, title, stem, drawing.pick.as_ref())
    });
    hand_over(handle, &rows);
    drawing.rows = Some(rows);
    if let Some(Picking { picked, .. }) = drawing.picking {
        drawing.mark(&picked.get_untracked());
    }
    Some(())
}

/// Gives the rows to the library, each value with the text that the table has for it.
fn hand_over(handle: &Handle, rows: &Rows) {
    let drawn = rows.len().min(ROWS);
    let cell = |row, column| rows.cell(row, column);
    let Some(shape) = Shape::of(rows.schema(), drawn, &cell) else {
        handle.refuse();
        return;
    };
    let fields = rows.schema().fields();
    let style = fields
        .get(shape.measure)
        .map_or(Style::Number, |field| Style::of(field));
    let (mut places, mut series) = (Vec::new(), Vec::new());
    let (mut values, mut texts) = (Vec::new(), Vec::new());
    for row in 0..drawn {
        let value = cell(row, shape.measure);
        places.push(shape.place(row, &cell));
        series.extend(shape.series.map(|column| chart::name(&cell(row, column))));
        values.push(chart::height(&value));
        texts.push(format::show(&value, style).unwrap_or_default());
    }
    let name = |column: &usize| fields.get(*column).map(|field| field.name().clone());
    let place = match shape.places.as_slice() {
        [only] => name(only),
        _ => None,
    };
    let mut columns = vec![place.unwrap_or_default()];
    columns.extend(shape.series.as_ref().and_then(name));
    let axis = match shape.axis {
        Axis::Time => "time",
        Axis::Ordered => "ordered",
        Axis::Named => "named",
    };
    let kinds = shape
        .kinds()
        .iter()
        .map(|kind: &Kind| kind.name().to_owned());
    handle.draw(
        axis,
        kinds.collect(),
        SERIES,
        places,
        series,
        values,
        texts,
        rows.len(),
        columns,
    );
}
