//! An editor of SQL: CodeMirror, which is loaded when an editor is first shown. No JavaScript
//! value leaves this file. It must not know how anything is run.

use std::ops::Range;

use js_sys::{Array, Object, Promise, Reflect};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

/// Where the page finds the editor's code; `index.html` copies it there.
const MODULE: &str = "components/editor.js";

#[wasm_bindgen(module = "/src/components/js/load.js")]
extern "C" {
    /// Imports a module of the page, by its address relative to the page's.
    fn load(path: &str) -> Promise;
}

#[wasm_bindgen]
extern "C" {
    type EditorModule;

    #[wasm_bindgen(method, structural, catch)]
    fn edit(
        this: &EditorModule,
        parent: &Element,
        label: &str,
        number: u32,
        text: &str,
        words: &Object,
        on_change: &JsValue,
        on_run: &JsValue,
    ) -> Result<View, JsValue>;

    type View;

    #[wasm_bindgen(method, structural)]
    fn show(this: &View, number: u32, text: &str);

    #[wasm_bindgen(method, structural)]
    fn write(this: &View, text: &str);

    #[wasm_bindgen(method, structural)]
    fn learn(this: &View, words: &Object);

    #[wasm_bindgen(method, structural)]
    fn mark(this: &View, from: u32, to: u32, message: Option<&str>);

    #[wasm_bindgen(method, structural)]
    fn destroy(this: &View);
}

/// What an editor can complete.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Words with a meaning in the language, between blanks.
    pub keywords: String,
    /// Names of functions, between blanks.
    pub functions: String,
    /// Names of types, between blanks.
    pub types: String,
    /// Names of tables, each with those of its columns.
    pub tables: Vec<(String, Vec<String>)>,
}

impl Words {
    fn to_object(&self) -> Object {
        let schema = Object::new();
        for (table, columns) in &self.tables {
            let columns: Array = columns.iter().map(|name| JsValue::from_str(name)).collect();
            set(&schema, table, &columns);
        }
        let words = Object::new();
        for (kind, of_kind) in [
            ("keywords", &self.keywords),
            ("functions", &self.functions),
            ("types", &self.types),
        ] {
            if !of_kind.is_empty() {
                set(&words, kind, &JsValue::from_str(of_kind));
            }
        }
        set(&words, "schema", &schema);
        words
    }
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Cannot fail on a plain new object.
    drop(Reflect::set(object, &name.into(), value));
}

/// An editor, and the callbacks that it holds.
struct Live {
    view: View,
    _on_change: Closure<dyn Fn(String)>,
    _on_run: Closure<dyn Fn(u32)>,
}

impl Drop for Live {
    fn drop(&mut self) {
        self.view.destroy();
    }
}

/// A text box for SQL that marks, colours and completes. Until its code is there, and if it
/// cannot be loaded, a plain one.
#[component]
pub fn Editor(
    /// Its name.
    #[prop(into)]
    label: String,
    /// The number of the text that is shown: each has a history of its own.
    #[prop(into)]
    number: Signal<u32>,
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// Called with the text when it is typed.
    on_change: Callback<String>,
    /// What can be completed.
    #[prop(into)]
    words: Signal<Words>,
    /// A place in the text to be marked, in bytes, and why.
    #[prop(into)]
    problem: Signal<Option<(Range<usize>, String)>>,
    /// Called with the place of the cursor, in bytes, on Ctrl or Cmd and Enter.
    on_run: Callback<usize>,
) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    let live = StoredValue::new_local(None::<Live>);
    let is_live = RwSignal::new(false);
    // The text as the editor has it, so that what was typed is not written back into it.
    let typed_text = StoredValue::new(String::new());
    let shown_number = StoredValue::new(0);
    let name = label.clone();
    Effect::new(move || {
        let Some(parent) = place.get() else { return };
        let parent: Element = (*parent).clone().into();
        let name = name.clone();
        spawn_local(async move {
            let Ok(module) = JsFuture::from(load(&crate::served::address(MODULE))).await else {
                return;
            };
            let typed = Closure::new(move |typed: String| {
                typed_text.set_value(typed.clone());
                on_change.run(typed);
            });
            let run_at = Closure::new(move |position: u32| {
                on_run.run(text.with_untracked(|text| to_byte(text, position)));
            });
            // The page may have gone meanwhile.
            let Some(start) = text.try_get_untracked() else {
                return;
            };
            shown_number.set_value(number.get_untracked());
            let view = module.unchecked_into::<EditorModule>().edit(
                &parent,
                &name,
                number.get_untracked(),
                &start,
                &words.with_untracked(Words::to_object),
                typed.as_ref(),
                run_at.as_ref(),
            );
            if let Ok(view) = view {
                typed_text.set_value(start);
                live.set_value(Some(Live {
                    view,
                    _on_change: typed,
                    _on_run: run_at,
                }));
                is_live.set(true);
            }
        });
    });
    let with_view = move |act: &dyn Fn(&View)| {
        live.with_value(|live| {
            if let Some(live) = live {
                act(&live.view);
            }
        });
    };
    Effect::new(move || {
        let (number, text) = (number.get(), text.get());
        if !is_live.get() {
            return;
        }
        if shown_number.get_value() != number {
            shown_number.set_value(number);
            typed_text.set_value(text.clone());
            with_view(&|view| view.show(number, &text));
        } else if typed_text.with_value(|typed| *typed != text) {
            with_view(&|view| view.write(&text));
        }
    });
    Effect::new(move || {
        let words = words.with(Words::to_object);
        if is_live.get() {
            with_view(&|view| view.learn(&words));
        }
    });
    Effect::new(move || {
        let problem = problem.get();
        if is_live.get() {
            with_view(&|view| match &problem {
                Some((at, message)) => text.with_untracked(|text| {
                    view.mark(
                        to_unit(text, at.start),
                        to_unit(text, at.end),
                        Some(message),
                    );
                }),
                None => view.mark(0, 0, None),
            });
        }
    });
    view! {
        <div class="editor" node_ref=place></div>
        <Show when=move || !is_live.get()>
            <textarea
                class="editor-plain"
                aria-label=label.clone()
                spellcheck="false"
                prop:value=move || text.get()
                on:input=move |event| on_change.run(event_target_value(&event))
            ></textarea>
        </Show>
    }
}

/// The byte at a place that JavaScript has counted, in UTF-16 code units.
fn to_byte(text: &str, unit: u32) -> usize {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if units >= unit as usize {
            return at;
        }
        units += c.len_utf16();
    }
    text.len()
}

/// The place of a byte as JavaScript counts.
fn to_unit(text: &str, byte: usize) -> u32 {
    let before = text.char_indices().take_while(|(at, _)| *at < byte);
    let units: usize = before.map(|(_, c)| c.len_utf16()).sum();
    u32::try_from(units).unwrap_or(u32::MAX)
}
