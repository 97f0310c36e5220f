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
    let id = format!("{}-heading", heading.to_ascii_lowercase().replace(' ', "-"));
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

/// Whether a person sees some of the section under the heading of this id.
pub fn is_in_view(heading: &str) -> bool {
    let heading = document().get_element_by_id(heading);
    let section = heading.and_then(|heading| heading.closest("section").ok().flatten());
    let height = window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64());
    section.zip(height).is_some_and(|(section, height)| {
        let place = section.get_bounding_client_rect();
        place.bottom() > 0.0 && place.top() < height
    })
}
