//! A part of a page under a heading.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A section that its heading names.
#[component]
pub fn Panel(
    /// The heading.
    #[prop(into)]
    heading: String,
    /// The id of the heading, where something leads to it.
    #[prop(optional, into)]
    id: Option<String>,
    /// What stands beside it.
    #[prop(optional_no_strip)]
    tools: Option<AnyView>,
    /// What stands below it.
    children: Children,
) -> impl IntoView {
    let label = heading.clone();
    let title = view! { <h2 id=id tabindex="-1">{heading}</h2> };
    view! {
        <section class="panel" aria-label=label>
            {match tools {
                None => title.into_any(),
                Some(tools) => view! { <div class="panel-head">{title}{tools}</div> }.into_any(),
            }}
            {children()}
        </section>
    }
}

/// Brings a panel that is on the page to the top of the window, and the focus to its heading, which has
/// this id.
pub fn go_to_panel(heading: &str) {
    if let Some(title) = document().get_element_by_id(heading) {
        title.scroll_into_view();
        focus_on(heading);
    }
}

/// Gives the focus to what has this id, since what had it is about to leave the page.
pub fn focus_on(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // What cannot have the focus is seen all the same.
        let _ = element.focus();
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

/// Whether the window shows some of the section under the heading of this id.
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
