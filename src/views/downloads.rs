//! The download buttons of one item, the same wherever it is shown.

use export::Format;
use leptos::prelude::*;

use crate::components::ActionButton;
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
                <ActionButton
                    class="quiet"
                    label=format!("Download {name} as {format}")
                    on_click=move |()| workbench.download(item.get_untracked(), format)
                >
                    {format.to_string()}
                </ActionButton>
            }
        })
        .collect_view()
}
