//! Handing a file to the person: the browser saves a blob under a name.

use std::time::Duration;

use leptos::prelude::{document, set_timeout};
use wasm_bindgen::JsCast as _;
use web_sys::{Blob, HtmlAnchorElement, Url};

/// How long a blob's address stays valid: the browser reads it after the click has returned.
const KEPT: Duration = Duration::from_mins(1);

/// Lets the browser save the blob. The error says why it does not.
pub(super) fn save(blob: &Blob, file_name: &str) -> Result<(), String> {
    let refused = |_| "the browser does not save it".to_owned();
    let url = Url::create_object_url_with_blob(blob).map_err(refused)?;
    let link: HtmlAnchorElement = document()
        .create_element("a")
        .map_err(refused)?
        .unchecked_into();
    link.set_href(&url);
    link.set_download(file_name);
    link.click();
    // An address that is gone already is what was wanted.
    set_timeout(move || drop(Url::revoke_object_url(&url)), KEPT);
    Ok(())
}
