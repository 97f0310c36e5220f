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

use std::time::Duration;

use leptos::prelude::set_timeout;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

fn main() {
    console_error_panic_hook::set_once();
    // Three tasks, so that none is long: the module is started, a document is read, a page is made of it.
    let read = || {
        let package = mart::shipped::built_in();
        set_timeout(move || mount(package), Duration::ZERO);
    };
    set_timeout(read, Duration::ZERO);
}

fn mount(package: mart::Package) {
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
    let app = app::AppProps::builder().package(package).build();
    leptos::mount::mount_to(place, || app::App(app)).forget();
}
