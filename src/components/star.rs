//! The star diagram on the page. It shows what it is given and must not know where that comes from.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event};

/// Where the page finds what saves a star.
const LIBRARY: &str = "components/star.js";

#[wasm_bindgen(module = "/src/components/js/load.js")]
extern "C" {
    /// Has a part of the page save something, and tells beside the button where that fails.
    fn save(library: &str, button: &JsValue, title: &str, stem: &str);
}

/// The diagram in two shapes, of which the style sheet shows the one that fits.
#[component]
pub fn Star(
    /// Its name.
    title: String,
    /// What it is called where it is saved.
    name: String,
    /// The name of its file, without an ending.
    stem: String,
    /// The drawings, of which an element with `data-by` is a button.
    svg: String,
    /// Told the `data-by` that was chosen.
    #[prop(into)]
    on_choose: Callback<String>,
) -> impl IntoView {
    let choose = move |event: &Event| {
        let chosen = chosen(event);
        let is_chosen = chosen.is_some();
        if let Some(chosen) = chosen {
            on_choose.run(chosen);
        }
        is_chosen
    };
    let label = title.clone();
    view! {
        <figure class="star" aria-label=label>
            <div
                inner_html=svg
                on:click=move |event| { choose(&event); }
                on:keydown=move |event| {
                    if matches!(event.key().as_str(), "Enter" | " ") && choose(&event) {
                        event.prevent_default();
                    }
                }
            ></div>
            <figcaption>
                <button
                    type="button"
                    class="quiet"
                    on:click=move |event| save(LIBRARY, &event.current_target().into(), &title, &stem)
                >
                    {format!("Save {name} as SVG")}
                </button>
            </figcaption>
        </figure>
    }
}

/// What the button says that an event is of.
fn chosen(event: &Event) -> Option<String> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("[data-by]").ok()??.get_attribute("data-by")
}
