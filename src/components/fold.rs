//! A part of a page that the user can fold to a line. The browser remembers which are folded.

use leptos::html;
use leptos::prelude::*;

use crate::memory;

/// A section that its heading names, and that a click on the heading folds.
#[component]
pub fn Fold(
    /// The heading, under which the browser remembers whether it is folded.
    heading: &'static str,
    /// What stands beside the heading, folded or not.
    #[prop(into)]
    line: Signal<String>,
    /// What can be folded.
    children: Children,
) -> impl IntoView {
    let memory = format!("folded {heading}");
    let is_folded: bool = memory::recall(&memory);
    let details = NodeRef::<html::Details>::new();
    let on_toggle = move |_| {
        if let Some(details) = details.get_untracked() {
            memory::remember(&memory, &!details.open());
        }
    };
    view! {
        <section class="panel fold" aria-label=heading>
            <details node_ref=details open=!is_folded on:toggle=on_toggle>
                <summary>
                    <h2>{heading}</h2>
                    <span class="lead">{line}</span>
                </summary>
                <div class="fold-body">{children()}</div>
            </details>
        </section>
    }
}
