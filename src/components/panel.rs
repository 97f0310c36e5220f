//! A part of a page under a heading.

use leptos::prelude::*;

/// A section that its heading names.
#[component]
pub fn Panel(
    /// The heading.
    #[prop(into)]
    heading: String,
    /// What stands below it.
    children: Children,
) -> impl IntoView {
    let id = format!("{}-heading", heading.to_lowercase().replace(' ', "-"));
    let heading_id = id.clone();
    view! {
        <section class="panel" aria-labelledby=id>
            <h2 id=heading_id>{heading}</h2>
            {children()}
        </section>
    }
}

/// A table that scrolls sideways where it is wider than the page.
#[component]
pub fn ScrollX(
    /// The name of what scrolls.
    #[prop(into)]
    label: String,
    /// The table.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="scroll-x" tabindex="0" role="region" aria-label=label>{children()}</div>
    }
}
