//! Handing a file to the user: the browser saves a blob under a name.

use std::time::Duration;

use js_sys::Array;
use leptos::prelude::{document, set_timeout};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

use super::error::Error;

/// How long a blob's address stays valid: the browser reads it after the click has returned.
const VALID_FOR: Duration = Duration::from_mins(1);

/// Lets the browser save the blob.
pub(super) fn save(blob: &Blob, file_name: &str) -> Result<(), Error> {
    click_link_to(blob, file_name).map_err(|_| Error::NotSaved)
}

fn click_link_to(blob: &Blob, file_name: &str) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(file_name);
    link.click();
    set_timeout(
        // An address that is no longer valid is ignored.
        move || drop(Url::revoke_object_url(&url)),
        VALID_FOR,
    );
    Ok(())
}

/// A text as a blob.
pub(super) fn text_blob(text: &str, media_type: &str) -> Result<Blob, Error> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = Array::of1(&text.into());
    Blob::new_with_str_sequence_and_options(&parts, &options).map_err(|_| Error::NotSaved)
}

/// A text as a file, as if the user had chosen it.
pub(super) fn text_file(text: &str, name: &str) -> Result<File, Error> {
    let parts = Array::of1(&text.into());
    File::new_with_str_sequence(&parts, name).map_err(|_| Error::Unreadable)
}
