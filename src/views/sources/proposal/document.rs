//! The document of a proposed star as text, which can be changed and loaded. What is typed stays until a change in the
//! forms writes the text anew. It must not know what a document means.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::Element;

use super::Shown;
use crate::components::ActionButton;
use crate::workbench::ProposedStar as Star;

/// The text.
#[component]
pub(super) fn DocumentText(shown: Shown) -> impl IntoView {
    let workbench = shown.workbench;
    // A document can be long: it is written when somebody looks at it.
    let is_open = RwSignal::new(false);
    let typed = RwSignal::new(None::<String>);
    let is_replaced = RwSignal::new(false);
    let written = shown.part(move |star| {
        if is_open.get() {
            star.text()
        } else {
            String::new()
        }
    });
    let edits = shown.part(|star: &Star| star.edits.clone());
    Effect::new(move |before: Option<()>| {
        // A memo follows the star from the first time that it is read.
        edits.with(|_| ());
        if before.is_some() && typed.with_untracked(Option::is_some) {
            typed.set(None);
            is_replaced.set(true);
        }
    });
    let toggle = move |event: ev::Event| {
        let details = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        is_open.set(details.is_some_and(|details| details.has_attribute("open")));
    };
    let text = move || typed.get().unwrap_or_else(|| written.get());
    let note = move || {
        if is_replaced.get() {
            Some("A change in the forms has written the text anew; what was typed is gone.")
        } else {
            typed.with(Option::is_some)
                .then_some("The text was changed here. It counts when it is loaded; a change in the forms writes it anew.")
        }
    };
    let load = move |()| {
        let text = typed.get_untracked();
        let text = text.unwrap_or_else(|| written.get_untracked());
        workbench.load_star_document(&text);
    };
    view! {
        <details on:toggle=toggle>
            <summary>"The document of the star"</summary>
            <p class="lead">
                "All of it can be changed here: names, types, keys, metrics, questions. A change in the forms above writes it anew."
            </p>
            <textarea
                class="document"
                rows="24"
                spellcheck="false"
                aria-label="Document of the star"
                prop:value=text
                on:input=move |event| {
                    is_replaced.set(false);
                    typed.set(Some(event_target_value(&event)));
                }
            ></textarea>
            <p class="lead" role="status">{note}</p>
            <div class="buttons">
                <ActionButton on_click=load>"Load this document"</ActionButton>
            </div>
        </details>
    }
}
