//! The download buttons of one item, the same wherever it is shown.

use leptos::prelude::*;
use mart::encode::Format;

use crate::workbench::{Item, Workbench};

/// A button for each format.
#[component]
pub fn Downloads(item: Item) -> impl IntoView {
    let workbench = Workbench::from_context();
    Format::ALL
        .map(|format| {
            let item = item.clone();
            view! {
                <button
                    type="button"
                    class="quiet"
                    aria-label=format!("Download {} as {format}", item.name)
                    disabled=move || workbench.is_busy()
                    on:click=move |_| workbench.download(item.clone(), format)
                >
                    {format.to_string()}
                </button>
            }
        })
        .collect_view()
}
