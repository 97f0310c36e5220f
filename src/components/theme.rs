//! Light, dark, or as the system has it. The choice is kept in the browser.

use leptos::prelude::*;

const KEY: &str = "theme";
const CHOICES: [(&str, &str); 3] = [("system", "System"), ("light", "Light"), ("dark", "Dark")];

/// A switch for the colours of the page.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new(stored().unwrap_or_else(|| "system".to_owned()));
    Effect::new(move || {
        let theme = theme.get();
        if let Some(root) = document().document_element() {
            // Setting an attribute of that name cannot fail.
            drop(root.set_attribute("data-theme", &theme));
        }
        keep(&theme);
    });
    let options = CHOICES
        .map(|(value, name)| {
            view! { <option value=value selected=move || theme.get() == value>{name}</option> }
        })
        .collect_view();
    view! {
        <label class="theme">
            <span>"Theme"</span>
            <select on:change=move |event| theme.set(event_target_value(&event))>{options}</select>
        </label>
    }
}

fn stored() -> Option<String> {
    let stored = window().local_storage().ok()??.get_item(KEY).ok()??;
    CHOICES
        .iter()
        .any(|(value, _)| *value == stored)
        .then_some(stored)
}

fn keep(theme: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A browser that keeps nothing shows the system's colours next time.
        drop(storage.set_item(KEY, theme));
    }
}
