//! The fields of the forms of a proposal. It must not know what they change.

use leptos::prelude::*;

/// A field of one line; what is typed counts when the field is left, or on Enter.
#[component]
pub(super) fn TextField(
    /// Its text, where it has one beside it.
    #[prop(optional, into)]
    text: Option<String>,
    /// Its name, where the text says too little.
    #[prop(into)]
    label: String,
    /// The classes of the field.
    #[prop(default = "field")]
    class: &'static str,
    /// Its id, where something leads to it.
    #[prop(optional, into)]
    id: Option<String>,
    /// Its value.
    #[prop(into)]
    value: Signal<String>,
    /// Takes what was typed.
    #[prop(into)]
    on_change: Callback<String>,
) -> impl IntoView {
    let input = view! {
        <input
            type="text"
            id=id
            aria-label=label
            prop:value=move || value.get()
            on:change=move |event| {
                let typed = event_target_value(&event);
                let before = value.get_untracked();
                if typed.trim().is_empty() {
                    // Nothing is no name: the field shows again what it has.
                    event_target::<web_sys::HtmlInputElement>(&event).set_value(&before);
                } else if typed != before {
                    on_change.run(typed);
                }
            }
        />
    };
    match text {
        Some(text) => view! { <label class=class>{text}{input}</label> }.into_any(),
        None => input.into_any(),
    }
}

/// A list of which one is chosen.
#[component]
pub(super) fn ChoiceField(
    /// Its text, where it has one beside it.
    #[prop(optional, into)]
    text: Option<String>,
    /// Its name, where the text says too little.
    #[prop(into)]
    label: String,
    /// The choices, each with its text.
    #[prop(into)]
    choices: Signal<Vec<(String, String)>>,
    /// The one that is chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Whether it cannot be changed.
    #[prop(optional, into)]
    is_fixed: Signal<bool>,
    /// Takes what was chosen.
    #[prop(into)]
    on_change: Callback<String>,
) -> impl IntoView {
    let options = move || {
        let chosen = value.get();
        let choices = choices.get().into_iter();
        let options = choices.map(|(key, text)| {
            let is_chosen = key == chosen;
            view! { <option value=key selected=is_chosen>{text}</option> }
        });
        options.collect_view()
    };
    let select = view! {
        <select
            aria-label=label
            disabled=move || is_fixed.get()
            on:change=move |event| on_change.run(event_target_value(&event))
        >
            {options}
        </select>
    };
    match text {
        Some(text) => view! { <label class="field">{text}{select}</label> }.into_any(),
        None => select.into_any(),
    }
}

/// A box that is checked or not.
#[component]
pub(super) fn CheckField(
    /// Its text, where it has one beside it.
    #[prop(optional, into)]
    text: Option<String>,
    /// Its name, where the text says too little.
    #[prop(into)]
    label: String,
    /// Whether it is checked.
    #[prop(into)]
    value: Signal<bool>,
    /// Whether it cannot be changed.
    #[prop(optional, into)]
    is_fixed: Signal<bool>,
    /// Takes whether it is checked now.
    #[prop(into)]
    on_change: Callback<bool>,
) -> impl IntoView {
    let input = view! {
        <input
            type="checkbox"
            aria-label=label
            prop:checked=move || value.get()
            disabled=move || is_fixed.get()
            on:change=move |event| on_change.run(event_target_checked(&event))
        />
    };
    match text {
        Some(text) => view! { <label class="switch">{input}{text}</label> }.into_any(),
        None => input.into_any(),
    }
}

/// Choices whose texts are what they stand for.
pub(super) fn plain<'c>(choices: impl IntoIterator<Item = &'c str>) -> Vec<(String, String)> {
    let choices = choices.into_iter();
    choices
        .map(|choice| (choice.to_owned(), choice.to_owned()))
        .collect()
}
