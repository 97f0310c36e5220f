//! The tabs of the SQL page, and the link to the text of the active one. It must not know what the texts
//! say.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, KeyboardEvent, SubmitEvent};

use crate::route;
use crate::workbench::{Tab, Tabs};

/// The id of what the tabs switch.
pub(super) const PANEL: &str = "sql-tab-panel";

/// The row of tabs with the buttons that change them.
#[component]
pub(super) fn TabBar(tabs: Tabs) -> impl IntoView {
    let new_name = RwSignal::new(None::<String>);
    let on_key = move |event: KeyboardEvent| {
        let all = tabs.all().get_untracked();
        let active = tabs.active().get_untracked();
        let Some(at) = all.iter().position(|tab| *tab == active) else {
            return;
        };
        let last = all.len().saturating_sub(1);
        let to = match event.key().as_str() {
            "ArrowLeft" => at.checked_sub(1).unwrap_or(last),
            "ArrowRight" if at == last => 0,
            "ArrowRight" => at + 1,
            "Home" => 0,
            "End" => last,
            "Delete" => {
                event.prevent_default();
                tabs.close();
                return focus_active(tabs);
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(tab) = all.get(to) {
            tabs.show(tab.id());
            focus_active(tabs);
        }
    };
    let tab = move |tab: Tab| {
        let id = tab.id();
        let name = tab.name();
        let is_active = move || tabs.active().get().id() == id;
        view! {
            <button
                type="button"
                role="tab"
                id=element_id(id)
                aria-selected=move || is_active().to_string()
                aria-controls=PANEL
                tabindex=move || if is_active() { "0" } else { "-1" }
                on:click=move |_| tabs.show(id)
            >
                {move || name.get()}
            </button>
        }
    };
    let rename = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(name) = new_name.get_untracked() {
            tabs.rename(&name);
        }
        new_name.set(None);
        focus_active(tabs);
    };
    let renaming = move || {
        new_name.with(Option::is_some).then(|| {
            view! {
                <form class="buttons" on:submit=rename>
                    <label>
                        "Name of the tab "
                        <input
                            type="text"
                            maxlength="200"
                            prop:value=move || new_name.get().unwrap_or_default()
                            on:input=move |event| new_name.set(Some(event_target_value(&event)))
                        />
                    </label>
                    <button type="submit">"Rename"</button>
                </form>
            }
        })
    };
    view! {
        <div class="sql-tabs">
            <div role="tablist" aria-label="Queries" on:keydown=on_key>
                <For each=move || tabs.all().get() key=Tab::id children=tab />
            </div>
            <div class="buttons">
                <button type="button" on:click=move |_| { tabs.add(String::new()); focus_active(tabs); }>"New tab"</button>
                <button
                    type="button"
                    on:click=move |_| new_name.set(Some(tabs.active().get_untracked().name().get_untracked()))
                >
                    "Rename tab"
                </button>
                <button type="button" on:click=move |_| { tabs.close(); focus_active(tabs); }>"Close tab"</button>
            </div>
        </div>
        {renaming}
        <div class="buttons">
            <p role="status">{move || tabs.closed().map(|name| format!("Closed {name}."))}</p>
            {move || tabs.closed().map(|_| view! {
                <button type="button" on:click=move |_| { tabs.reopen(); focus_active(tabs); }>"Undo"</button>
            })}
        </div>
        {move || (!tabs.are_kept()).then(|| view! {
            <p role="alert" class="notice">
                "The browser does not store the tabs: its storage for this page is full or forbidden. They are lost when the page is left."
            </p>
        })}
    }
}

fn element_id(id: u32) -> String {
    format!("sql-tab-{id}")
}

/// Gives the focus to the active tab, once it is there.
fn focus_active(tabs: Tabs) {
    let id = element_id(tabs.active().get_untracked().id());
    request_animation_frame(move || {
        let tab = document().get_element_by_id(&id);
        if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
            // Where it cannot have the focus, it is shown all the same.
            drop(tab.focus());
        }
    });
}

/// Copies the address of the text; where the browser refuses, the address is shown to be copied.
#[component]
pub(super) fn Link(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let copied = RwSignal::new(None::<bool>);
    let address = Memo::new(move |_| route::address_of_query(&text.get()));
    Effect::new(move || {
        address.track();
        copied.set(None);
    });
    let copy = move |_| {
        let address = address.get_untracked();
        spawn_local(async move {
            let clipboard = window().navigator().clipboard();
            let written = !clipboard.is_undefined()
                && JsFuture::from(clipboard.write_text(&address)).await.is_ok();
            copied.try_set(Some(written));
        });
    };
    view! {
        <button type="button" on:click=copy>"Link"</button>
        <span role="status">{move || match copied.get() {
            Some(true) => "Link copied",
            Some(false) => "The browser did not allow the copy: copy the address from the box.",
            None => "",
        }}</span>
        {move || (copied.get() == Some(false)).then(|| view! {
            <input type="text" readonly aria-label="Link to this text" prop:value=move || address.get() />
        })}
    }
}
