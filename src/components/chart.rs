//! A chart of a result, beside its table: of the kind that suits its shape or another one that is chosen, and saved
//! as a picture. The library that draws is loaded when the first chart is due. It must not know where the result
//! comes from, and nothing of JavaScript leaves this file.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::chart::{Axis, Chart as Shape, Kind};
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use crate::format::{self, Style};
use crate::rows::Rows;

/// Where the page finds the library.
const LIBRARY: &str = "components/chart.js";
/// What is chosen for no chart at all.
const HIDDEN: &str = "Hidden";

#[wasm_bindgen(module = "/src/components/js/load.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn load(path: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn idle() -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// The namespace of `chart.js`.
    type Library;

    #[wasm_bindgen(method)]
    fn chart(this: &Library, place: &web_sys::HtmlElement, title: &str) -> Handle;

    /// A chart in its place.
    #[derive(Clone)]
    type Handle;

    #[wasm_bindgen(method)]
    fn clear(this: &Handle);

    #[wasm_bindgen(method, catch)]
    fn draw(
        this: &Handle,
        kind: &str,
        upright: bool,
        told: &str,
        labels: Vec<String>,
        instants: Vec<f64>,
        series: Vec<String>,
        at: Vec<u32>,
        of: Vec<u32>,
        values: Vec<f64>,
        texts: Vec<String>,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn save(this: &Handle, media_type: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    fn destroy(this: &Handle);
}

/// A picture to save: its bytes, or why there are none, and the ending of its file.
pub type Picture = (Result<Blob, String>, &'static str);

/// A chart of the rows, beside their table. Space is kept for it while there are none, and while the
/// library is on its way.
#[component]
pub fn Chart(
    /// The name of the answer.
    title: &'static str,
    /// What it shows.
    #[prop(into)]
    rows: Signal<Option<Rows>>,
    /// Whether drawing may take the page's time now.
    #[prop(into)]
    is_calm: Signal<bool>,
    /// Saves a picture of it.
    on_save: Callback<Picture>,
) -> impl IntoView {
    let drawing = Drawing {
        title,
        // Like the table, it stays as it is when the same rows come again.
        rows: Memo::new(move |_| rows.get()),
        is_calm,
        place: NodeRef::new(),
        chosen: RwSignal::new(None),
        shape: RwSignal::new(None),
        note: RwSignal::new(String::new()),
        is_drawn: RwSignal::new(false),
        state: StoredValue::new_local(State::default()),
    };
    Effect::new(move || drawing.follow());
    let options = move || {
        let kinds = drawing.kinds();
        let current = drawing.kind();
        kinds
            .iter()
            .map(|kind| (kind.name(), Some(*kind) == current))
            .chain([(HIDDEN, current.is_none() && !kinds.is_empty())])
            .map(|(name, selected)| view! { <option selected=selected>{name}</option> })
            .collect_view()
    };
    let choose = move |event| {
        let name = event_target_value(&event);
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
        drawing.chosen.set(Some(kind));
    };
    let save = [("SVG", "svg", "image/svg+xml"), ("PNG", "png", "image/png")].map(
        |(format, extension, media_type)| {
            view! {
                <button
                    type="button"
                    class="quiet"
                    aria-label=format!("Save chart of {title} as {format}")
                    disabled=move || !drawing.is_drawn.get()
                    on:click=move |_| spawn_local(async move {
                        if let Some(blob) = drawing.picture(media_type).await {
                            on_save.run((blob, extension));
                        }
                    })
                >
                    {format}
                </button>
            }
        },
    );
    let is_hidden = move || drawing.chosen.get() == Some(None);
    view! {
        <figure class="chart" class:hidden-chart=is_hidden aria-label=format!("Chart of {title}")>
            <div class="chart-place" node_ref=drawing.place hidden=is_hidden></div>
            <figcaption class="chart-tools">
                <span class="chart-note">{drawing.note}</span>
                <select aria-label=format!("Chart of {title}") disabled=move || drawing.kinds().is_empty() on:change=choose>
                    {options}
                </select>
                {save}
            </figcaption>
        </figure>
    }
}

/// A chart on its way into its place, and there. A copy is another handle to the same one.
#[derive(Clone, Copy)]
struct Drawing {
    title: &'static str,
    rows: Memo<Option<Rows>>,
    is_calm: Signal<bool>,
    place: NodeRef<html::Div>,
    /// The kind that a person chose, `Some(None)` for no chart.
    chosen: RwSignal<Option<Option<Kind>>>,
    /// What the rows make, once that was looked at.
    shape: RwSignal<Option<Shape>>,
    /// What is to be said of the chart.
    note: RwSignal<String>,
    is_drawn: RwSignal<bool>,
    state: StoredValue<State, LocalStorage>,
}

#[derive(Default)]
struct State {
    handle: Option<Handle>,
    /// The rows that `shape` is of.
    looked_at: Option<Rows>,
    /// What is drawn of them: the kind, or that there is nothing to draw.
    drawn: Option<Option<Kind>>,
    /// Counts the changes, so that of two the latter is drawn.
    turn: u32,
}

impl Drop for State {
    fn drop(&mut self) {
        if let Some(handle) = &self.handle {
            handle.destroy();
        }
    }
}

impl Drawing {
    fn kinds(self) -> &'static [Kind] {
        self.shape
            .with(|shape| shape.as_ref().map_or(&[][..], Shape::kinds))
    }

    /// The kind to draw: the chosen one where the shape has it, or else the one that suits it.
    fn kind(self) -> Option<Kind> {
        let kinds = self.kinds();
        match self.chosen.get() {
            Some(None) => None,
            Some(Some(kind)) if kinds.contains(&kind) => Some(kind),
            _ => kinds.first().copied(),
        }
    }

    /// Draws, when there is time, what is not drawn yet.
    fn follow(self) {
        let (rows, is_calm, _) = (self.rows.get(), self.is_calm.get(), self.chosen.get());
        let turn = self.state.try_update_value(|state| {
            state.turn += 1;
            // Numbers that the table no longer has are not left to stand.
            if state.looked_at != rows {
                state.looked_at = None;
                state.drawn = None;
                if let Some(handle) = &state.handle {
                    handle.clear();
                }
            }
            (state.turn, state.looked_at.is_some())
        });
        let Some((turn, is_known)) = turn else { return };
        if !is_known {
            self.is_drawn.set(false);
            self.note.set(String::new());
        }
        if let Some(rows) = rows.filter(|_| is_calm) {
            spawn_local(async move {
                // Whoever leaves the page, or changes something, makes an end of this.
                self.draw(rows, turn).await;
            });
        }
    }

    /// Waits until the page has nothing else to do; `None` when this turn is over.
    async fn when_idle(self, turn: u32) -> Option<()> {
        idle().await.ok()?;
        let is_latest = self.state.try_with_value(|state| state.turn == turn)?;
        (is_latest && self.is_calm.try_get_untracked()?).then_some(())
    }

    async fn draw(self, rows: Rows, turn: u32) -> Option<()> {
        self.when_idle(turn).await?;
        if self.state.with_value(|state| state.looked_at.is_none()) {
            let shape = Shape::of(rows.schema(), rows.len(), &|row, column| {
                rows.cell(row, column)
            });
            self.shape.set(shape);
            self.state
                .update_value(|state| state.looked_at = Some(rows.clone()));
        }
        let kind = untrack(|| self.kind());
        if self.state.with_value(|state| state.drawn == Some(kind)) {
            return Some(());
        }
        let drawn = match kind {
            None => {
                self.nothing();
                Ok(())
            }
            Some(kind) => {
                let library = load(LIBRARY).await.map(JsCast::unchecked_into::<Library>);
                self.when_idle(turn).await?;
                match library {
                    Ok(library) => self.show(&library, &rows, kind),
                    Err(cause) => Err(cause),
                }
            }
        };
        match drawn {
            Ok(()) => self.state.update_value(|state| state.drawn = Some(kind)),
            Err(ref cause) => self
                .note
                .set(format!("The chart cannot be drawn: {}.", reason(cause))),
        }
        self.is_drawn.set(drawn.is_ok() && kind.is_some());
        Some(())
    }

    /// Leaves the place empty.
    fn nothing(self) {
        self.state.update_value(|state| {
            if let Some(handle) = &state.handle {
                handle.clear();
            }
        });
        self.note.set(match untrack(|| self.kinds()) {
            [] => "These columns make no chart.".to_owned(),
            _ => String::new(),
        });
    }

    fn show(self, library: &Library, rows: &Rows, kind: Kind) -> Result<(), JsValue> {
        let Some((place, shape)) = self.place.get_untracked().zip(self.shape.get_untracked())
        else {
            return Ok(());
        };
        let handle = self.state.try_update_value(|state| {
            let handle = || library.chart(&place, self.title);
            state.handle.get_or_insert_with(handle).clone()
        });
        let Some(handle) = handle else { return Ok(()) };
        self.note.set(note(&shape, kind, rows.len()));

        let part = shape.part(kind);
        let points: Vec<_> = shape.points.iter().filter(|at| part.holds(at)).collect();
        let style = rows
            .schema()
            .fields()
            .get(shape.measure)
            .map(|field| Style::of(field));
        let text = |row| {
            let cell = rows.cell(row, shape.measure);
            format::show(&cell, style.unwrap_or(Style::Number)).unwrap_or_default()
        };
        let places = shape
            .places
            .get(part.first..part.first + part.places)
            .unwrap_or(&[]);
        let instants = match shape.axis {
            Axis::Time => places.iter().filter_map(|at| at.instant).collect(),
            Axis::Named | Axis::Ordered => Vec::new(),
        };
        let number = |value| u32::try_from(value).unwrap_or(0);
        handle.draw(
            kind.name(),
            shape.axis == Axis::Time,
            &format!(
                "Chart of {}: {}",
                self.title,
                told(&shape, kind, points.len(), &text)
            ),
            places.iter().map(|at| at.label.clone()).collect(),
            instants,
            shape.series.iter().take(part.series).cloned().collect(),
            points
                .iter()
                .map(|at| number(at.place - part.first))
                .collect(),
            points.iter().map(|at| number(at.series)).collect(),
            points.iter().map(|at| at.value).collect(),
            points.iter().map(|at| text(at.row)).collect(),
        )
    }

    /// The chart as it stands, as a file.
    async fn picture(self, media_type: &str) -> Option<Result<Blob, String>> {
        let handle = self.state.try_with_value(|state| state.handle.clone())??;
        Some(match handle.save(media_type).await {
            Ok(blob) => Ok(blob.unchecked_into()),
            Err(cause) => Err(reason(&cause)),
        })
    }
}

/// The chart in a sentence.
fn told(shape: &Shape, kind: Kind, points: usize, text: &dyn Fn(usize) -> String) -> String {
    let mut told = format!(
        "{}, {} values",
        kind.name().to_lowercase(),
        format::count(points as u64)
    );
    let by_value = || shape.points.iter();
    let ends = [
        (
            "largest",
            by_value().max_by(|one, other| one.value.total_cmp(&other.value)),
        ),
        (
            "smallest",
            by_value().min_by(|one, other| one.value.total_cmp(&other.value)),
        ),
    ];
    for (which, point) in ends {
        let Some(point) = point else { continue };
        let place = shape
            .places
            .get(point.place)
            .map_or("", |place| &place.label);
        let series = shape.series.get(point.series);
        let series = series.map(|name| format!(", {name}")).unwrap_or_default();
        told += &format!("; {which} {} ({place}{series})", text(point.row));
    }
    told
}

/// What is not to be seen of the rows, if anything.
fn note(shape: &Shape, kind: Kind, rows: usize) -> String {
    let part = shape.part(kind);
    let count = |number: usize| format::count(number as u64);
    let mut notes = Vec::new();
    if part.places < shape.places.len() {
        let (drawn, of) = (count(part.places), count(shape.places.len()));
        notes.push(match shape.axis {
            Axis::Time => format!("the latest {drawn} of {of} drawn"),
            Axis::Ordered => format!("the first {drawn} of {of} drawn"),
            Axis::Named => format!("the {drawn} largest of {of} drawn"),
        });
    }
    if part.series < shape.series.len() {
        let (drawn, of) = (count(part.series), count(shape.series.len()));
        notes.push(format!("the {drawn} largest of {of} series"));
    }
    if shape.rows < rows {
        notes.push(format!("from the first {} rows", count(shape.rows)));
    }
    if shape.left_out > 0 {
        notes.push(format!(
            "{} without a value left out",
            count(shape.left_out)
        ));
    }
    notes.join("; ")
}

fn reason(cause: &JsValue) -> String {
    match cause.dyn_ref::<js_sys::Error>() {
        Some(error) => error.message().into(),
        None => "it did not say why".to_owned(),
    }
}
