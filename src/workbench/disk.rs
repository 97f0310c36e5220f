//! A file on the user's disk that is written while it is made, through the File System Access API, so
//! that a large export need not fit into memory. Chromium has it; where it is missing, the browser
//! saves a finished blob instead (`download.rs`).

use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::FileSystemFileHandle;

#[wasm_bindgen]
extern "C" {
    /// A file handle with the method that web-sys lacks: it removes its file.
    type Removable;

    #[wasm_bindgen(method, catch)]
    async fn remove(this: &Removable) -> Result<JsValue, JsValue>;
}

/// The name of the error for a file that is being written.
const HELD: &str = "NoModificationAllowedError";
/// How often to try to remove a file that is held, for half a minute in all. A file that was being
/// written is held for a tenth of a second, a complete one until the browser has closed it.
const TRIES: u32 = 600;
const PAUSE_MS: u32 = 50;

/// The user's answer to where a file is saved.
pub(super) enum Picked {
    /// In this file.
    File(FileSystemFileHandle),
    /// The user has dismissed the dialog.
    Nothing,
    /// The browser does not ask.
    Unasked,
}

/// Asks the user where to save a file. The browser allows it right after a click only.
pub(super) async fn pick(file_name: &str, media_type: &str, extension: &str) -> Picked {
    let picker = Reflect::get(&window(), &"showSaveFilePicker".into());
    let Some(picker) = picker
        .ok()
        .and_then(|picker| picker.dyn_into::<Function>().ok())
    else {
        return Picked::Unasked;
    };
    let options = object(&[
        ("suggestedName", file_name.into()),
        (
            "types",
            Array::of1(&object(&[(
                "accept",
                object(&[(
                    bare(media_type),
                    Array::of1(&format!(".{extension}").into()).into(),
                )]),
            )]))
            .into(),
        ),
    ]);
    let Ok(asked) = picker.call1(&window(), &options) else {
        return Picked::Unasked;
    };
    match JsFuture::from(js_sys::Promise::from(asked)).await {
        Ok(handle) => Picked::File(handle.unchecked_into()),
        Err(thrown) if name_of(&thrown) == "AbortError" => Picked::Nothing,
        // A page inside another one, for example, may not ask.
        Err(_) => Picked::Unasked,
    }
}

/// Removes the empty file of an export that failed or was cancelled. The browser holds it until it
/// notices that the encoder's worker has ended, and does not say when.
pub(super) async fn remove(file: FileSystemFileHandle) {
    let file = file.unchecked_into::<Removable>();
    for _ in 0..TRIES {
        match file.remove().await {
            Err(thrown) if name_of(&thrown) == HELD => TimeoutFuture::new(PAUSE_MS).await,
            // An older browser cannot; then an empty file is left, never a part of one.
            _ => break,
        }
    }
}

fn bare(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or(media_type)
}

fn name_of(thrown: &JsValue) -> String {
    let name = Reflect::get(thrown, &"name".into());
    name.ok()
        .and_then(|name| name.as_string())
        .unwrap_or_default()
}

fn object(entries: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in entries {
        // Cannot fail on a plain new object.
        drop(Reflect::set(&object, &(*name).into(), value));
    }
    object.into()
}
