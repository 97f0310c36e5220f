//! How far something has come.

use leptos::prelude::*;

/// A progress bar with its words; without a fraction it only says that something goes on.
#[component]
pub fn Progress(
    /// What is going on.
    #[prop(into)]
    label: Signal<String>,
    /// From 0 to 1.
    #[prop(into)]
    fraction: Signal<Option<f64>>,
) -> impl IntoView {
    view! {
        <div class="progress">
            <span class="progress-label">{label}</span>
            <progress aria-label=label max="1" value=move || fraction.get().map(|part| part.to_string())></progress>
        </div>
    }
}
