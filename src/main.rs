//! Mini Data Mart in the browser: mounts the app in place of the placeholder in `index.html`.

mod app;
mod components;
mod format;
mod history;
mod marks;
mod memory;
mod route;
mod rows;
mod served;
mod views;
mod workbench;

use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

fn main() {
    console_error_panic_hook::set_once();
    let Some(place) = leptos::prelude::document()
        .get_element_by_id("app")
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    if let Some(root) = leptos::prelude::document().document_element() {
        // Removing an attribute cannot fail.
        drop(root.remove_attribute("data-starts-on"));
    }
    place.replace_children_with_node_0();
    leptos::mount::mount_to(place, app::App).forget();
}
