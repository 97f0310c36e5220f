//! Saves the text under a name, to be shown among the answers.

use leptos::prelude::*;
use web_sys::SubmitEvent;

use crate::route::Page;
use crate::workbench::{Saving, Workbench};

/// The name, the button, and what came of it.
#[component]
pub(super) fn Save() -> impl IntoView {
    let workbench = Workbench::from_context();
    let name = RwSignal::new(String::new());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let chosen = name.get_untracked();
        if !chosen.trim().is_empty() {
            let text = workbench.sql().text().get_untracked();
            workbench.save_query(&chosen, &text);
        }
    };
    // The name of what was refused stays for the next try.
    Effect::new(move || {
        if workbench
            .saving()
            .with(|saving| matches!(saving, Some(Saving::Saved(_))))
        {
            name.set(String::new());
        }
    });
    let outcome = move || match workbench.saving().get()? {
        Saving::Saved(name) => Some(
            view! {
                {format!("Saved {name}. It is on the page ")}
                <a href=Page::Mart.href()>"Mart"</a>"."
            }
            .into_any(),
        ),
        Saving::Exists(query) => {
            let replaced = query.name.clone();
            Some(
                view! {
                    {format!("There is another query {replaced}. ")}
                    <button type="button" on:click=move |_| workbench.replace_query(query.clone())>
                        {format!("Replace {replaced}")}
                    </button>
                    <button type="button" on:click=move |_| workbench.keep_query()>"Keep it"</button>
                }
                .into_any(),
            )
        }
        Saving::Deleted(..) => None,
    };
    view! {
        <form class="buttons" on:submit=save>
            <label>
                "Name "
                <input
                    type="text"
                    maxlength="200"
                    prop:value=move || name.get()
                    on:input=move |event| name.set(event_target_value(&event))
                />
            </label>
            <button type="submit" disabled=move || name.with(|name| name.trim().is_empty())>
                "Save as answer"
            </button>
            <span class="lead" role="status">{outcome}</span>
        </form>
    }
}
