//! A button that starts an action. It must not know which, nor what else can be running.

use leptos::prelude::*;

/// Whether actions would be refused now. The app puts it into the context.
#[derive(Clone, Copy)]
pub struct Busy(pub Signal<bool>);

/// A button that says when its action would be refused, and keeps the focus meanwhile: a disabled
/// button would lose it.
#[component]
pub fn ActionButton(
    /// Starts the action.
    #[prop(into)]
    on_click: Callback<()>,
    /// The classes of the button.
    #[prop(optional)]
    class: &'static str,
    /// Its name, where its text says too little.
    #[prop(optional, into)]
    label: Option<String>,
    /// Its text.
    children: Children,
) -> impl IntoView {
    let Busy(is_busy) = expect_context();
    view! {
        <button
            type="button"
            class=class
            aria-label=label
            aria-disabled=move || is_busy.get().to_string()
            on:click=move |_| on_click.run(())
        >
            {children()}
        </button>
    }
}
