//! A file on the person's disk that is written while it is made, through the File System Access
//! API: so a large export need not fit into memory. Chromium has it; where it is missing, the
//! browser saves a finished blob instead (`download.rs`).

use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::FileSystemFileHandle;

#[wasm_bindgen]
extern "C" {
    /// What web-sys does not describe: a handle can remove its file.
    type Removable;

    #[wasm_bindgen(method, catch)]
    async fn remove(this: &Removable) -> Result<JsValue, JsValue>;
}

/// The name of the error that a file is written to.
const HELD: &str = "NoModificationAllowedError";
/// How often it is tried to remove a file that is held, for half a minute in all: for a tenth of a
/// second where it was being written, and until the browser has closed it where it was whole.
const TRIES: u32 = 600;
const PAUSE_MS: u32 = 50;

/// What came of asking where to save a file.
pub(super) enum Picked {
    /// Into this file.
    File(FileSystemFileHandle),
    /// Nowhere: the person has thought better of it.
    Nothing,
    /// This browser does not ask.
    Unasked,
}

/// Asks the person where to save a file. To be called on a click, while it is fresh.
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
        // A page inside another one, say, may not ask.
        Err(_) => Picked::Unasked,
    }
}

/// Removes the file of an export that came to nothing: it is empty, but its name is there. The browser
/// holds it until it has noticed that the encoder's worker has ended, and tells nobody when.
pub(super) async fn remove(file: FileSystemFileHandle) {
    let file = file.unchecked_into::<Removable>();
    for _ in 0..TRIES {
        match file.remove().await {
            Err(thrown) if name_of(&thrown) == HELD => TimeoutFuture::new(PAUSE_MS).await,
            // An older browser cannot; then an empty file stays, never half of one.
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
