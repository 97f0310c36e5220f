//! The star diagram on the page: SVG from plain values. It must not know the model, nor what an
//! action of a column does.

mod drag;
mod fit;
mod table;

use leptos::ev::PointerEvent;
use leptos::prelude::*;
use mart::star::{Drawing, Endpoint};
use wasm_bindgen::prelude::*;

use drag::Drag;
use table::StarTable;

/// The part of the page that saves a star, which is loaded when it is first needed.
const LIBRARY: &str = "components/star.js";

#[wasm_bindgen(module = "/src/components/js/load.js")]
extern "C" {
    /// Calls the `save` of a part of the page, and shows a message beside the button if it fails.
    fn save(library: &str, button: &JsValue, title: &str, stem: &str);
}

/// A table of the diagram.
#[derive(Clone)]
pub struct DiagramTable {
    /// The name in its header.
    pub name: String,
    /// Its size in words, at the end of its header.
    pub size: String,
    /// What a click on its name does.
    pub action: TableAction,
    /// Its columns, in order.
    pub columns: Vec<DiagramColumn>,
}

/// What the name of a table is.
#[derive(Clone)]
pub enum TableAction {
    /// A link.
    Link {
        /// The address.
        href: String,
        /// The accessible name.
        label: String,
    },
    /// A button.
    Button(ColumnAction),
}

/// What the user can change in a diagram.
#[derive(Clone, Copy)]
pub struct DiagramEditing {
    /// Called with a column and the table that it is dropped on, both by their places in the diagram.
    pub on_drop: Callback<(Endpoint, usize)>,
    /// Called with the place of a line that is clicked.
    pub on_line: Callback<usize>,
}

/// A column of a [`DiagramTable`].
#[derive(Clone)]
pub struct DiagramColumn {
    /// The mark of its part in a key, if it has one.
    pub key: Option<&'static str>,
    /// Its name.
    pub name: String,
    /// The name of its type.
    pub data_type: String,
    /// What it does as a button; `None` if it is only text.
    pub action: Option<ColumnAction>,
}

/// The action of a column that is a button.
#[derive(Clone)]
pub struct ColumnAction {
    /// The accessible name of the button.
    pub label: String,
    /// Called on a click and on the keys Enter and Space.
    pub run: Callback<()>,
}

/// The diagram in two shapes, one for wide and one for narrow pages. The style sheet shows one.
#[component]
pub fn StarDiagram(
    /// The accessible name of the figure, and the title of the saved picture.
    title: String,
    /// The label of the button that saves the diagram.
    save_label: String,
    /// The name of the saved file, without its ending.
    stem: String,
    /// The diagram in words.
    description: String,
    /// The tables, in the order of the places of the drawings. The first is the fact.
    tables: Vec<DiagramTable>,
    /// The drawing with tables side by side.
    beside: Drawing,
    /// The drawing with all tables one below the other.
    stacked: Drawing,
    /// What the user can change in it, if something.
    #[prop(optional_no_strip)]
    editing: Option<DiagramEditing>,
) -> impl IntoView {
    let label = title.clone();
    let on_save = move |event: web_sys::MouseEvent| {
        save(
            &crate::served::address(LIBRARY),
            &event.current_target().into(),
            &title,
            &stem,
        );
    };
    view! {
        <figure class="star" aria-label=label>
            <StarShape
                class="star-beside"
                description=description.clone()
                tables=tables.clone()
                drawing=beside
                editing
            />
            <StarShape class="star-stacked" description tables drawing=stacked editing />
            <figcaption>
                <button type="button" class="quiet" on:click=on_save>
                    {save_label}
                </button>
            </figcaption>
        </figure>
    }
}

/// One shape of the diagram.
#[component]
fn StarShape(
    class: &'static str,
    description: String,
    tables: Vec<DiagramTable>,
    drawing: Drawing,
    editing: Option<DiagramEditing>,
) -> impl IntoView {
    // One pixel more on each side, for the outlines of the outermost tables.
    let (width, height) = (drawing.width + 2, drawing.height + 2);
    let lines = drawing.lines.iter();
    let lines = lines
        .enumerate()
        .map(|(at, line)| view! { <StarLine path=line.path() at editing /> })
        .collect_view();
    let drag = editing.map(|editing| Drag::new(drawing.width, editing.on_drop));
    let with = move |act: fn(Drag, &PointerEvent)| {
        move |event: PointerEvent| {
            if let Some(drag) = drag {
                act(drag, &event);
            }
        }
    };
    let dragged = move || {
        drag.and_then(Drag::line)
            .map(|d| view! { <path class="star-drag" d=d /> })
    };
    let class = if editing.is_some() {
        format!("{class} star-editable")
    } else {
        class.to_owned()
    };
    let tables = tables.into_iter().zip(drawing.places).enumerate();
    let tables = tables
        .map(|(index, (table, place))| view! { <StarTable table place index /> })
        .collect_view();
    view! {
        <svg
            class=class
            role="group"
            aria-label=description
            width=width
            viewBox=format!("-1 -1 {width} {height}")
            on:pointerdown=with(Drag::start)
            on:pointermove=with(Drag::go)
            on:pointerup=with(Drag::end)
        >
            {lines}
            {tables}
            {dragged}
        </svg>
    }
}

/// The line of a join. A line that can be clicked is wider than it looks.
#[component]
fn StarLine(path: String, at: usize, editing: Option<DiagramEditing>) -> impl IntoView {
    let hit = editing.map(|editing| {
        view! { <path class="star-line-hit" d=path.clone() on:click=move |_| editing.on_line.run(at) /> }
    });
    view! {
        <path class="star-line" d=path />
        {hit}
    }
}
