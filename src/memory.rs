//! What the browser remembers of this page from one visit to the next: lists of texts. It must
//! not know what they are for.

use leptos::prelude::window;

/// Stands between the texts of a list: a character that nobody types.
const BETWEEN: char = '\u{1e}';

/// The list of that name; empty where none is remembered, or nothing may be.
pub fn list(name: &str) -> Vec<String> {
    let kept = window()
        .local_storage()
        .ok()
        .flatten()
        .and_then(|storage| storage.get_item(name).ok().flatten())
        .unwrap_or_default();
    kept.split(BETWEEN)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Remembers a list in place of the one of that name.
pub fn keep_list(name: &str, texts: &[String]) {
    let texts: Vec<_> = texts
        .iter()
        .map(|text| text.replace(BETWEEN, " "))
        .collect();
    if let Some(storage) = window().local_storage().ok().flatten() {
        // A full or closed storage costs the next visit its memory, and nothing now.
        drop(storage.set_item(name, &texts.join(&BETWEEN.to_string())));
    }
}
