//! The star diagram on the page: SVG from plain values. It must not know the model, nor what an
//! action of a column does.

mod fit;
mod table;

use leptos::prelude::*;
use mart::star::Drawing;
use wasm_bindgen::prelude::*;

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
    /// The address that its name links to.
    pub href: String,
    /// The accessible name of that link.
    pub link_label: String,
    /// Its columns, in order.
    pub columns: Vec<DiagramColumn>,
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
            />
            <StarShape class="star-stacked" description tables drawing=stacked />
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
) -> impl IntoView {
    // One pixel more on each side, for the outlines of the outermost tables.
    let (width, height) = (drawing.width + 2, drawing.height + 2);
    let lines = drawing.lines.iter();
    let lines = lines
        .map(|line| view! { <path class="star-line" d=line.path() /> })
        .collect_view();
    let tables = tables.into_iter().zip(drawing.places).enumerate();
    let tables = tables
        .map(|(index, (table, place))| view! { <StarTable table place is_fact=index == 0 /> })
        .collect_view();
    view! {
        <svg
            class=class
            role="group"
            aria-label=description
            width=width
            viewBox=format!("-1 -1 {width} {height}")
        >
            {lines}
            {tables}
        </svg>
    }
}
