//! The files that were understood and wait to be loaded. It must not know how a file is understood.

use leptos::prelude::*;

use super::file_card::FileCard;
use crate::components::{ActionButton, Panel};
use crate::workbench::{UnderstoodFile, Workbench};

/// The id of the heading, to which the page leads when files have come.
pub const HEADING: &str = "files-to-load";

/// A card for each file, and the button that loads them.
#[component]
pub fn FilesToLoad(workbench: Workbench) -> impl IntoView {
    let files = workbench.understood_files();
    let numbers = Memo::new(move |_| {
        files.with(|files| files.iter().map(|file| file.number).collect::<Vec<_>>())
    });
    let sentence = move || {
        match files.with(Vec::len) {
        1 => "Look at the first rows, change what is wrong, and load them. The file becomes a table; \
              the tables before it are replaced."
            .to_owned(),
        count => format!(
            "Look at the first rows, change what is wrong, and load them. The {count} files become \
             {count} tables; the tables before them are replaced."
        ),
    }
    };
    let has_files = Memo::new(move |_| !files.with(Vec::is_empty));
    view! {
        <Show when=move || has_files.get()>
            <Panel heading="Files to load" id=HEADING>
                <p class="lead">{sentence}</p>
                <div class="buttons">
                    <ActionButton class="primary" on_click=move |()| workbench.load_understood()>"Load"</ActionButton>
                </div>
                <For each=move || numbers.get() key=|number| *number let:number>
                    <FileCard workbench number />
                </For>
            </Panel>
        </Show>
    }
}

/// A file of this number.
pub fn file(workbench: Workbench, number: u32) -> Signal<Option<UnderstoodFile>, LocalStorage> {
    Signal::derive_local(move || {
        workbench.understood_files().with(|files| {
            let mut files = files.iter();
            files.find(|file| file.number == number).cloned()
        })
    })
}

/// Whether the values of a file have types there. That never changes.
pub fn has_types(file: Signal<Option<UnderstoodFile>, LocalStorage>) -> bool {
    file.with_untracked(|file| file.as_ref().is_some_and(UnderstoodFile::has_types))
}
