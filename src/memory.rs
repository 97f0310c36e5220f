//! What the browser remembers of this page from one visit to the next, as JSON in its local storage. It
//! must not know what is remembered.

use leptos::prelude::window;
use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::Storage;

/// The value of this name. The default where none is remembered, or where it cannot be read.
pub fn recall<T: DeserializeOwned + Default>(name: &str) -> T {
    storage()
        .and_then(|storage| storage.get_item(name).ok().flatten())
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default()
}

/// Remembers a value in place of the one of that name.
pub fn remember<T: Serialize + ?Sized>(name: &str, value: &T) {
    // A storage that is full loses the value for the next visit, and nothing now.
    let _ = is_remembered(name, value);
}

/// Remembers a value, and says whether it did: a browser refuses when its storage is full or forbidden, and
/// the value before stays.
#[must_use]
pub fn is_remembered<T: Serialize + ?Sized>(name: &str, value: &T) -> bool {
    let (Some(storage), Ok(json)) = (storage(), serde_json::to_string(value)) else {
        return false;
    };
    storage.set_item(name, &json).is_ok()
}

/// `None` where the user's settings forbid it.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
