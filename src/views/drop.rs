//! Files dropped anywhere on the page, and tables pasted. What is dropped never takes the page away: files are loaded, all
//! else is refused, and the page says which. It must not know what a file is for.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::{ClipboardEvent, DragEvent, Element, EventTarget};

use super::choose_file::listed;
use super::dropped::Dropped;
use crate::workbench::Workbench;

/// How long the page says that a drop was refused.
const SHOWN: Duration = Duration::from_secs(5);
const REFUSED: &str = "Only files can be dropped here. Nothing was changed.";

/// What is dragged over the page, or was dropped last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dragged {
    Nothing,
    Files,
    SomethingElse,
    Refused,
}

/// Takes files wherever they are dropped, and shows and announces that it does.
#[component]
pub fn DropTarget() -> impl IntoView {
    let workbench = Workbench::from_context();
    let dragged = RwSignal::new(Dragged::Nothing);
    let show = move |now: Dragged| {
        if dragged.get_untracked() != now {
            dragged.set(now);
        }
    };
    let over = move |event: DragEvent| {
        if is_for_a_field(&event) {
            return show(Dragged::Nothing);
        }
        event.prevent_default();
        let has_files = has_files(&event);
        if let Some(data) = event.data_transfer() {
            data.set_drop_effect(if has_files { "copy" } else { "none" });
        }
        show(if has_files {
            Dragged::Files
        } else {
            Dragged::SomethingElse
        });
    };
    let drop = move |event: DragEvent| {
        if is_for_a_field(&event) {
            return;
        }
        event.prevent_default();
        // What is dropped can be read only while this event is handled.
        let dropped = Dropped::of(&event);
        spawn_local(async move {
            let files = dropped.files().await;
            if files.is_empty() {
                show(Dragged::Refused);
                set_timeout(move || show(Dragged::Nothing), SHOWN);
            } else {
                show(Dragged::Nothing);
                workbench.load(files);
            }
        });
    };
    let paste = move |event: ClipboardEvent| {
        let target = event.target();
        let Some(data) = event.clipboard_data().filter(|_| !is_field(target)) else {
            return;
        };
        let files = listed(data.files());
        let text = data.get_data("text/plain").unwrap_or_default();
        if !files.is_empty() {
            event.prevent_default();
            workbench.load(files);
        } else if text.trim().contains('\n') {
            event.prevent_default();
            workbench.load_pasted(&text);
        }
    };
    let leave = move |event: DragEvent| {
        // Between two elements of the page there is a target; outside of the window there is none.
        if event.related_target().is_none() {
            show(Dragged::Nothing);
        }
    };
    let listeners = [
        window_event_listener(ev::dragenter, over),
        window_event_listener(ev::dragover, over),
        window_event_listener(ev::dragleave, leave),
        window_event_listener(ev::drop, drop),
    ];
    let pasted = window_event_listener(ev::paste, paste);
    on_cleanup(move || {
        listeners.into_iter().for_each(WindowListenerHandle::remove);
        pasted.remove();
    });
    let words = move || match dragged.get() {
        Dragged::Nothing => "",
        Dragged::Files if workbench.is_busy() => {
            "Another action is running. Drop the file when it has finished."
        }
        Dragged::Files => {
            "Drop to load: files and folders of any kind, a model with its files, or a .duckdb file"
        }
        Dragged::SomethingElse => "Only files can be dropped here.",
        Dragged::Refused => REFUSED,
    };
    view! { <div class="drop-target" role="status">{words}</div> }
}

fn has_files(event: &DragEvent) -> bool {
    let data = event.data_transfer();
    data.is_some_and(|data| data.types().iter().any(|kind| kind == "Files"))
}

/// Whether it is a text for a field of the page, which takes it as any field does.
fn is_for_a_field(event: &DragEvent) -> bool {
    is_field(event.target()) && !has_files(event)
}

fn is_field(target: Option<EventTarget>) -> bool {
    let target = target.and_then(|target| target.dyn_into::<Element>().ok());
    let fields = "textarea, input:not([type=file]), [contenteditable]";
    target.is_some_and(|target| matches!(target.closest(fields), Ok(Some(_))))
}
