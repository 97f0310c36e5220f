//! The browser's history: the parameters of the address, an entry for each change of them, and the place
//! that each entry was scrolled to. It must not know what the parameters mean.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use web_sys::{History, ScrollRestoration, UrlSearchParams};

use crate::marks::now;

/// Changes that follow each other within this time are one entry, in milliseconds: a drag is undone
/// as a whole.
const ONE_CHANGE: f64 = 1_000.0;
/// How long an address may be behind what changes all the time, as in a drag: browsers refuse more than some
/// changes a second.
const BEHIND: Duration = Duration::from_millis(200);
/// How long a page may take to become as long as it was, in milliseconds.
const PATIENCE: f64 = 10_000.0;
/// The name of the places in the memory of the tab.
const PLACES: &str = "scroll";

thread_local! {
    /// The place that each entry of the history was scrolled to, by its number.
    static PLACE: RefCell<BTreeMap<u32, f64>> = const { RefCell::new(BTreeMap::new()) };
    /// The number of the entry that is shown.
    static SHOWN: Cell<u32> = const { Cell::new(0) };
    static CHANGED: Cell<f64> = const { Cell::new(f64::NEG_INFINITY) };
    /// The address that is about to take the place of the one that is shown.
    static LATEST: RefCell<Option<String>> = const { RefCell::new(None) };
    /// Counts the places that were gone to, so that only the latest is.
    static GOING: Cell<u32> = const { Cell::new(0) };
}

/// The parameters of the address, in their order.
pub fn parameters() -> Vec<(String, String)> {
    let hash = window().location().hash().unwrap_or_default();
    let Some((_, parameters)) = hash.split_once('?') else {
        return Vec::new();
    };
    let Ok(parsed) = UrlSearchParams::new_with_str(parameters) else {
        return Vec::new();
    };
    let entries = js_sys::Array::from(&parsed);
    let pairs = entries.iter().filter_map(|entry| {
        let entry = js_sys::Array::from(&entry);
        entry.get(0).as_string().zip(entry.get(1).as_string())
    });
    pairs.collect()
}

/// An address of this page with parameters.
pub fn address(page: &str, parameters: &[(String, String)]) -> String {
    if parameters.is_empty() {
        return page.to_owned();
    }
    let Ok(search) = UrlSearchParams::new() else {
        return page.to_owned();
    };
    for (name, value) in parameters {
        search.append(name, value);
    }
    format!("{page}?{}", String::from(search.to_string()))
}

/// Shows an address in the address bar without going there: as an entry of its own, or in place of the
/// one that is shown.
pub fn show(address: &str, is_own_entry: bool) {
    let hash = window().location().hash().unwrap_or_default();
    let here = if hash.is_empty() { "#/" } else { &hash };
    if here == address {
        return LATEST.set(None);
    }
    let Some(history) = history() else {
        return;
    };
    let since = now() - CHANGED.replace(now());
    let outcome = if is_own_entry && since > ONE_CHANGE {
        keep_place();
        let number = next_entry();
        SHOWN.set(number);
        LATEST.set(None);
        history.push_state_with_url(&number.into(), "", Some(address))
    } else if since > ONE_CHANGE {
        history.replace_state_with_url(&SHOWN.get().into(), "", Some(address))
    } else {
        return replace_soon(address);
    };
    // A browser that refuses leaves the address as it was.
    drop(outcome);
}

/// Shows an address in place of the one that is shown, or a later one, unless another one is gone to meanwhile.
fn replace_soon(address: &str) {
    if LATEST.replace(Some(address.to_owned())).is_some() {
        return;
    }
    let shown = SHOWN.get();
    let replace = move || {
        if SHOWN.get() == shown {
            show_latest();
        }
    };
    set_timeout(replace, BEHIND);
}

/// Shows the address that is about to be shown, if there is one: nothing is left behind where the page is left.
pub fn show_latest() {
    if let Some((history, latest)) = history().zip(LATEST.take()) {
        drop(history.replace_state_with_url(&SHOWN.get().into(), "", Some(&latest)));
    }
}

/// Keeps the places for as long as the tab lives.
pub fn keep_places() {
    let Some(history) = history() else {
        return;
    };
    // The browser knows the place, but not when the page is as long as it was.
    drop(history.set_scroll_restoration(ScrollRestoration::Manual));
    let storage = || window().session_storage().ok().flatten();
    let kept = storage().and_then(|storage| storage.get_item(PLACES).ok().flatten());
    if let Some(kept) = kept.and_then(|json| serde_json::from_str(&json).ok()) {
        PLACE.set(kept);
    }
    enter();
    let _listener = window_event_listener(ev::pagehide, move |_| {
        show_latest();
        keep_place();
        let json = PLACE.with_borrow(serde_json::to_string);
        if let (Ok(json), Some(storage)) = (json, storage()) {
            // Without it, the next visit begins at the top.
            drop(storage.set_item(PLACES, &json));
        }
    });
}

/// Keeps the place of the entry that is left.
pub fn keep_place() {
    let place = window().scroll_y().unwrap_or_default();
    PLACE.with_borrow_mut(|places| places.insert(SHOWN.get(), place));
}

/// Goes to the place that the entry which is entered was scrolled to; to the top if it is new.
pub fn enter() {
    let Some(history) = history() else {
        return;
    };
    let number = history.state().ok().and_then(|state| state.as_f64());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "only numbers of entries are put there"
    )]
    let number = number.map(|number| number as u32);
    SHOWN.set(number.unwrap_or_else(next_entry));
    LATEST.set(None);
    let place = PLACE.with_borrow(|places| places.get(&SHOWN.get()).copied());
    drop(history.replace_state(&SHOWN.get().into(), ""));
    GOING.set(GOING.get() + 1);
    match place {
        Some(place) if place > 0.0 => go_to(place, now() + PATIENCE, GOING.get()),
        _ => window().scroll_to_with_x_and_y(0.0, 0.0),
    }
}

/// Goes to a place as soon as the page is long enough, unless the user scrolls meanwhile.
fn go_to(place: f64, until: f64, going: u32) {
    request_animation_frame(move || {
        if GOING.get() != going || now() > until {
            return;
        }
        window().scroll_to_with_x_and_y(0.0, place);
        let reached = window().scroll_y().unwrap_or_default();
        if (reached - place).abs() > 2.0 {
            go_to(place, until, going);
        }
    });
}

/// Has the page stay where the user scrolls to.
pub fn stay() {
    GOING.set(GOING.get() + 1);
}

fn next_entry() -> u32 {
    let last = PLACE.with_borrow(|places| places.last_key_value().map_or(0, |(last, _)| *last));
    last.max(SHOWN.get()) + 1
}

fn history() -> Option<History> {
    window().history().ok()
}
