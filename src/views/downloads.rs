//! The download buttons of one item, the same wherever it is shown.

use leptos::prelude::*;
use mart::encode::Format;

use super::told_while_busy;
use crate::workbench::{Item, Workbench};

/// A button for each format.
#[component]
pub fn Downloads(
    /// What is saved, as it is at the time of the click. Its name stays.
    #[prop(into)]
    item: Signal<Item>,
) -> impl IntoView {
    let workbench = Workbench::from_context();
    let name = item.with_untracked(|item| item.name.clone());
    Format::ALL
        .map(|format| {
            view! {
                <button
                    type="button"
                    class="quiet"
                    aria-label=format!("Download {name} as {format}")
                    aria-disabled=told_while_busy(workbench)
                    on:click=move |_| workbench.download(item.get_untracked(), format)
                >
                    {format.to_string()}
                </button>
            }
        })
        .collect_view()
}
