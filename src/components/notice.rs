//! A message that interrupts: what was tried, what went wrong, what to do.

use leptos::html;
use leptos::prelude::*;

use super::ErrorText;

/// An alert with one button.
#[component]
pub fn Notice(
    /// What was tried, and that it failed.
    title: String,
    /// What went wrong, and what to do next.
    message: String,
    /// Where, one line each.
    places: Vec<String>,
    /// The words of whoever refused, shown when asked for.
    details: Option<String>,
    /// What the button says.
    button: &'static str,
    /// What it does.
    on_click: Callback<()>,
) -> impl IntoView {
    // One place is in the message already.
    let places = (places.len() > 1).then(|| {
        let lines = places.into_iter().map(|place| view! { <li>{place}</li> }).collect_view();
        view! { <ul class="notice-places" tabindex="0" aria-label="What is wrong, line by line">{lines}</ul> }
    });
    let details = details.map(|details| {
        view! { <details><summary>"Details from the engine"</summary><ErrorText message=details /></details> }
    });
    // It stands at the top of the page, and the user may be far below.
    let notice = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if let Some(notice) = notice.get()
            && notice.get_bounding_client_rect().bottom() < 0.0
        {
            notice.scroll_into_view();
        }
    });
    view! {
        <div node_ref=notice role="alert" class="notice">
            <div class="notice-text">
                <strong>{title}</strong>
                <ErrorText message />
                {places}
                {details}
            </div>
            <button type="button" on:click=move |_| on_click.run(())>{button}</button>
        </div>
    }
}
