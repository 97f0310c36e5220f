//! Marts to open: the examples that come with the page, and documents of the user's. It must not know
//! what a mart is about.

use leptos::ev;
use leptos::html::Input;
use leptos::prelude::*;

use crate::components::{ActionButton, Panel, go_to_panel};
use crate::route;
use crate::views::choose_file::chosen_files;
use crate::workbench::{Example, Workbench};

/// The id of the heading of the examples.
const HEADING: &str = "examples-heading";

/// The examples, and the mart that the page starts with.
#[component]
pub fn Examples(workbench: Workbench) -> impl IntoView {
    workbench.fetch_examples();
    if route::is_at_examples() {
        request_animation_frame(|| go_to_panel(HEADING));
    }
    let built_in = mart::shipped::built_in();
    let (label, description) = (
        built_in.model().label().to_owned(),
        built_in.model().description().to_owned(),
    );
    let examples = move || {
        let examples = workbench.examples().get().into_iter();
        examples
            .map(|example| example_line(workbench, example))
            .collect_view()
    };
    view! {
        <Panel heading="Examples" id=HEADING>
            <p class="lead">"Each is one document and a few small files."</p>
            <div role="group" aria-label="Examples">
                <ul class="items">
                    <li>
                        <span>{description}</span>
                        <ActionButton on_click=move |()| workbench.open_built_in()>{format!("Open {label}")}</ActionButton>
                    </li>
                    {examples}
                </ul>
            </div>
        </Panel>
    }
}

fn example_line(workbench: Workbench, example: Example) -> impl IntoView {
    let label = format!("Open {}", example.label);
    let description = example.description.clone();
    view! {
        <li>
            <span>{description}</span>
            <ActionButton on_click=move |()| workbench.open_example(example.clone())>{label}</ActionButton>
        </li>
    }
}

/// Opens the document of a mart, alone or with the files that it names.
#[component]
pub fn OpenModel(workbench: Workbench) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let open = move |()| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let on_choose = move |event: ev::Event| workbench.open_model(chosen_files(&event));
    view! {
        <Panel heading="Models">
            <p class="lead">
                "A model is the document of a mart, NAME.mart.json: tables, keys, metrics, questions, checks. Download it on \
                 Export, change it in a text editor, and open it here, alone or with the files that it names. Its form is "
                <a href="mart.schema.json">"described by a JSON Schema"</a>"."
            </p>
            <div class="buttons">
                <ActionButton on_click=open>"Open a model"</ActionButton>
                <label for="model-file">"Model"</label>
                <input node_ref=input id="model-file" type="file" multiple accept=".json,.csv" on:change=on_choose />
            </div>
        </Panel>
    }
}
