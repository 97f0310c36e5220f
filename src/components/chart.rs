//! A chart of a result, beside its table. The library that draws is loaded when the first chart is
//! due, and it is drawn when nothing else goes on. It must not know where the result comes from, and
//! nothing of JavaScript leaves this file.

mod points;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use results::chart::Kind;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::rows::Rows;
pub use points::MOST_CHARTED;
use points::Points;

/// Where the page finds the library.
const LIBRARY: &str = "components/chart.js";

#[wasm_bindgen(module = "/src/components/js/load.js")]
extern "C" {
    /// The module at a path beside the page.
    #[wasm_bindgen(catch)]
    async fn load(path: &str) -> Result<JsValue, JsValue>;

    /// Returns when what was changed has been painted and nothing else is to be done.
    #[wasm_bindgen(catch)]
    async fn idle() -> Result<JsValue, JsValue>;

    /// Returns in the next frame, before it is painted.
    #[wasm_bindgen(catch)]
    async fn frame() -> Result<JsValue, JsValue>;
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
        choose: &Choose,
    ) -> Handle;

    /// A chart in its place.
    type Handle;

    #[wasm_bindgen(method)]
    fn clear(this: &Handle);

    #[wasm_bindgen(method)]
    fn refuse(this: &Handle);

    #[wasm_bindgen(method, js_name = showKind)]
    fn show_kind(this: &Handle, kind: Option<&str>);

    #[wasm_bindgen(method)]
    fn draw(
        this: &Handle,
        axis: &str,
        kinds: Vec<String>,
        columns: Vec<String>,
        series: Vec<String>,
        colours: Vec<usize>,
        others: usize,
        has_other: bool,
        places: Vec<String>,
        of_series: Vec<usize>,
        values: Vec<f64>,
        texts: Vec<String>,
        rows: usize,
        of_rows: usize,
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

/// Which kind of chart is shown, kept outside of it.
#[derive(Clone, Copy)]
pub struct KindChoice {
    /// The kind; `None` for the one that suits the result. One that the result cannot be drawn as is
    /// ignored.
    pub kind: Signal<Option<Kind>>,
    /// Takes the kind that the user chooses.
    pub choose: Callback<Kind>,
}

/// What is known of columns by their names.
#[derive(Clone, Copy)]
pub struct Meaning {
    /// All values of a column, the most important first: they have the first colours whatever is
    /// shown. `None` while they are being fetched, which the chart waits for.
    pub order: Callback<String, Option<Arc<[String]>>>,
    /// Whether the numbers of several values can be added up; `None` where nobody knows.
    pub adds_up: Callback<String, Option<bool>>,
}

/// How the library calls back: columns and values in turns.
type Pick = Closure<dyn FnMut(Vec<String>)>;
/// The same with the name of a kind.
type Choose = Closure<dyn FnMut(String)>;

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
    #[prop(optional_no_strip, into)]
    picking: Option<Picking>,
    /// Who keeps the kind.
    kind: KindChoice,
    /// The column with the numbers, where it is not the first that has some.
    #[prop(optional_no_strip)]
    measure: Option<String>,
    /// What is known of the columns, if anything.
    #[prop(optional)]
    meaning: Option<Meaning>,
) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    // Like the table, it stays as it is when the same rows come again.
    let rows = Memo::new(move |_| rows.get());
    let settings = Settings {
        title,
        stem,
        picking,
        kind,
        measure,
        meaning,
    };
    let drawing = Rc::new(RefCell::new(Drawing::new(settings)));
    Effect::new({
        let drawing = Rc::clone(&drawing);
        move || drawing.borrow().show_kind(kind.kind.get())
    });
    if let Some(Picking { picked, .. }) = picking {
        let drawing = Rc::clone(&drawing);
        Effect::new(move || drawing.borrow().mark(&picked.get()));
    }
    Effect::new(move || {
        let (rows, is_calm, place) = (rows.get(), is_calm.get(), place.get());
        let has_order = rows.as_ref().is_none_or(|rows| order(rows, meaning));
        let turn = drawing.borrow_mut().turn(rows.as_ref());
        let is_due = is_calm && has_order;
        if let (Some(rows), true, Some(place), Some(turn)) = (rows, is_due, place, turn) {
            // Whoever begins something else, or leaves the page, makes an end of this turn.
            let drawing = Rc::downgrade(&drawing);
            let is_due = move || {
                let drawing = drawing.upgrade()?;
                let is_latest = drawing.borrow().turn == turn;
                is_latest.then_some(drawing)
            };
            spawn_local(async move {
                draw(&place, rows, is_due).await;
            });
        }
    });
    view! { <div class="chart" node_ref=place></div> }
}

/// Gives the values of the series their colours. Whether they are known yet.
fn order(rows: &Rows, meaning: Option<Meaning>) -> bool {
    let Some((meaning, column)) = meaning.zip(points::series_column(rows)) else {
        return true;
    };
    let order = meaning.order.run(column.clone());
    if let Some(values) = &order {
        points::set_order(&column, values);
    }
    order.is_some()
}

/// What a chart gets when it is made.
struct Settings {
    title: String,
    stem: String,
    picking: Option<Picking>,
    kind: KindChoice,
    measure: Option<String>,
    meaning: Option<Meaning>,
}

/// What stands in the chart's place, given back when the chart leaves the page.
struct Drawing {
    settings: Settings,
    handle: Option<Handle>,
    pick: Option<Pick>,
    choose: Choose,
    /// The rows that are drawn.
    rows: Option<Rows>,
    /// Counts the changes, so that of two the latter is drawn.
    turn: u32,
}

impl Drawing {
    fn new(settings: Settings) -> Self {
        let pick = settings.picking.map(|Picking { pick, .. }| {
            Pick::new(move |values: Vec<String>| {
                let mut values = values.into_iter();
                let pairs = std::iter::from_fn(|| values.next().zip(values.next()));
                pick.run(pairs.collect());
            })
        });
        let KindChoice { choose, .. } = settings.kind;
        let choose = Choose::new(move |kind: String| {
            if let Some(kind) = Kind::named(&kind) {
                choose.run(kind);
            }
        });
        Self {
            settings,
            handle: None,
            pick,
            choose,
            rows: None,
            turn: 0,
        }
    }

    fn mark(&self, picked: &[(String, String)]) {
        if let Some(handle) = &self.handle {
            let values = picked.iter().flat_map(|(column, value)| [column, value]);
            handle.mark(values.cloned().collect());
        }
    }

    fn show_kind(&self, kind: Option<Kind>) {
        if let Some(handle) = &self.handle {
            handle.show_kind(kind.map(Kind::name));
        }
    }

    /// The turn that these rows are to be drawn in; `None` where they stand.
    fn turn(&mut self, rows: Option<&Rows>) -> Option<u32> {
        self.turn += 1;
        if self.rows.as_ref() == rows {
            return None;
        }
        // Other rows take the place of those that are drawn: nothing is blank meanwhile.
        if rows.is_none()
            && let Some(handle) = self.rows.take().and(self.handle.as_ref())
        {
            handle.clear();
        }
        Some(self.turn)
    }

    /// Draws the rows in place of those that were drawn.
    fn show(&mut self, library: &Library, place: &HtmlElement, rows: Rows) {
        let is_new = self.handle.is_none();
        let settings = &self.settings;
        let handle = self.handle.get_or_insert_with(|| {
            place.set_text_content(None);
            let (title, stem) = (&settings.title, &settings.stem);
            library.chart(place, title, stem, self.pick.as_ref(), &self.choose)
        });
        let points = Points::of(&rows, settings.measure.as_deref(), settings.meaning);
        hand_over(handle, points, rows.len());
        self.rows = Some(rows);
        if !is_new {
            return;
        }
        self.show_kind(self.settings.kind.kind.get_untracked());
        if let Some(Picking { picked, .. }) = self.settings.picking {
            self.mark(&picked.get_untracked());
        }
    }
}

impl Drop for Drawing {
    fn drop(&mut self) {
        if let Some(handle) = &self.handle {
            handle.destroy();
        }
    }
}

/// Draws the rows: the first ones once there is time for it, others in the next frame. Does nothing if
/// something else is due by then.
async fn draw(
    place: &HtmlElement,
    rows: Rows,
    is_due: impl Fn() -> Option<Rc<RefCell<Drawing>>>,
) -> Option<()> {
    let is_drawn = is_due()?.borrow().handle.is_some();
    if is_drawn {
        frame().await.ok()?;
    } else {
        idle().await.ok()?;
    }
    is_due()?;
    let library = load(&crate::served::address(LIBRARY)).await;
    if !is_drawn {
        idle().await.ok()?;
    }
    let drawing = is_due()?;
    let Ok(library) = library.map(JsCast::unchecked_into::<Library>) else {
        place.set_text_content(Some(
            "The chart could not be loaded. The table has all its numbers. If the page was updated since you \
             opened it, reload it.",
        ));
        return None;
    };
    drawing.borrow_mut().show(&library, place, rows);
    Some(())
}

/// Gives the points to the library.
fn hand_over(handle: &Handle, points: Option<Points>, of_rows: usize) {
    let Some(mut points) = points else {
        handle.refuse();
        return;
    };
    let kinds = points.kinds.iter().map(|kind| kind.name().to_owned());
    let kinds = kinds.collect();
    let (axis, has_other, rows) = (points.axis, points.has_other, points.rows);
    let columns = std::mem::take(&mut points.columns);
    let series = std::mem::take(&mut points.series);
    let (places, of_series, values, texts) = points.columns_of_points();
    handle.draw(
        axis,
        kinds,
        columns,
        series.names,
        series.colours,
        series.others,
        has_other,
        places,
        of_series,
        values,
        texts,
        rows,
        of_rows,
    );
}
