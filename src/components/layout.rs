//! The layout of SQL, by a library that is loaded when it is first asked for. Nothing of JavaScript leaves
//! this file.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Where the page finds the library.
const MODULE: &str = "components/format.js";

#[wasm_bindgen(module = "/src/components/js/load.js")]
extern "C" {
    /// Imports a module of the page, by its address relative to the page's.
    fn load(path: &str) -> js_sys::Promise;
}

#[wasm_bindgen]
extern "C" {
    type Library;

    #[wasm_bindgen(method, structural, catch)]
    fn format(this: &Library, text: &str) -> Result<String, JsValue>;
}

/// A text of SQL, laid out; or why it cannot be.
pub async fn lay_out(text: &str) -> Result<String, String> {
    let Ok(library) = JsFuture::from(load(&crate::served::address(MODULE))).await else {
        return Err("The layout could not be loaded. Reload the page.".to_owned());
    };
    let library: Library = library.unchecked_into();
    library.format(text).map_err(|error| {
        let message = js_sys::Error::from(error).message();
        format!("The text stays as it is: {}", String::from(message))
    })
}
