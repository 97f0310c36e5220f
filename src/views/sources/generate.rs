//! Rows that DuckDB makes, for the marts that say how. It must not know what they are of.

use leptos::ev;
use leptos::prelude::*;
use mart::{Generator, Keys};

use crate::components::{ActionButton, Panel};
use crate::workbench::{SourceRows, Workbench};

/// A panel for each generator of the mart.
#[component]
pub fn Generators(workbench: Workbench) -> impl IntoView {
    move || {
        let source = workbench.source();
        let generators = source.with(|source| source.package.model().generators().to_vec());
        let generators = generators.into_iter();
        generators
            .map(|generator| panel(workbench, generator))
            .collect_view()
    }
}

fn panel(workbench: Workbench, generator: Generator) -> impl IntoView {
    let rows = generator.row.many.clone();
    let heading = format!("Generate {rows}");
    let in_use = workbench
        .source()
        .with_untracked(|source| match &source.rows {
            SourceRows::Generated(of, size) if *of == generator => Some(size.clone()),
            _ => None,
        });
    let first = in_use.or_else(|| generator.sizes.first().cloned());
    let chosen = RwSignal::new(first);
    let options = generator.sizes.iter().map(|size| {
        let is_chosen = chosen.with_untracked(|chosen| chosen.as_ref() == Some(size));
        let label = size.label.clone();
        view! { <option value=label.clone() selected=is_chosen>{label.clone()}</option> }
    });
    let options = options.collect_view();
    let sizes = generator.sizes.clone();
    let on_change = move |event: ev::Event| {
        let label = event_target_value(&event);
        if let Some(size) = sizes.iter().find(|size| size.label == label) {
            chosen.set(Some(size.clone()));
        }
    };
    let generate = move |()| {
        if let Some(size) = chosen.get_untracked() {
            workbench.generate(generator.clone(), size);
        }
    };
    view! {
        <Panel heading=heading.clone()>
            <p class="lead">
                {format!("DuckDB computes the {rows} from their number: the same size gives the same {rows} every time. ")}
                {format!(
                    "Keys of more than {} {rows} are verified after loading, which is faster.",
                    crate::format::count(Keys::MOST_ENFORCED)
                )}
            </p>
            <div class="buttons">
                <label for="number-of-rows">{format!("Number of {rows}")}</label>
                <select id="number-of-rows" on:change=on_change>{options}</select>
                <ActionButton on_click=generate>{heading}</ActionButton>
            </div>
        </Panel>
    }
}
