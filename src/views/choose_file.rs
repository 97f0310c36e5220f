//! The ways in which files reach the page. Each hands them to the workbench, which finds out what they
//! are: rows for the mart, a model, or a database.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{File, FileList, HtmlInputElement};

use crate::workbench::Workbench;

/// A file input that looks like a button: any file that the page can load, from any page.
#[component]
pub fn UseYourOwnFile() -> impl IntoView {
    let workbench = Workbench::from_context();
    view! {
        <label class="file-button">
            "Use your own file"
            <input
                type="file"
                multiple
                on:change=move |event| workbench.load(chosen_files(&event))
            />
        </label>
    }
}

/// The files that were chosen in an input, which then waits for others: the same file, corrected, can
/// be chosen again.
pub fn chosen_files(event: &ev::Event) -> Vec<File> {
    let input = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let Some(input) = input else {
        return Vec::new();
    };
    let files = listed(input.files());
    input.set_value("");
    files
}

/// The files of a browser's list.
pub fn listed(files: Option<FileList>) -> Vec<File> {
    let Some(files) = files else {
        return Vec::new();
    };
    (0..files.length()).filter_map(|at| files.get(at)).collect()
}
