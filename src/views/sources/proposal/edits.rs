//! The changes of a proposal as sentences, and the buttons that take them back. It must not know what they change.

use leptos::prelude::*;

use super::Shown;
use crate::workbench::Edited;

/// The changes.
#[component]
pub(super) fn Edits(shown: Shown) -> impl IntoView {
    let workbench = shown.workbench;
    let lines = shown.part(|star| {
        let edits = star.edits.iter();
        edits.map(Edited::sentence).collect::<Vec<_>>()
    });
    let is_first = shown.part(|star| star.edits.is_empty());
    let is_last = shown.part(|star| star.undone.is_empty());
    let replayed = shown.part(|star| star.replayed);
    let note = move || match replayed.get() {
        0 => None,
        1 => Some("1 change made before is applied.".to_owned()),
        many => Some(format!("{many} changes made before are applied.")),
    };
    view! {
        <div class="buttons" role="group" aria-label="Changes">
            <EditButton text="Undo" is_idle=is_first on_click=move |()| workbench.undo_edit() />
            <EditButton text="Redo" is_idle=is_last on_click=move |()| workbench.redo_edit() />
            <span class="lead" role="status">{note}</span>
        </div>
        <ol aria-label="Changes of the proposal" class="changes">
            <For
                each=move || lines.get().into_iter().enumerate()
                key=|line| line.clone()
                children=|(_, line)| view! { <li>{line}</li> }
            />
        </ol>
    }
}

/// A button that keeps the focus where it has nothing to do.
#[component]
fn EditButton(
    text: &'static str,
    is_idle: Memo<bool>,
    #[prop(into)] on_click: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            aria-disabled=move || is_idle.get().to_string()
            on:click=move |_| on_click.run(())
        >
            {text}
        </button>
    }
}
