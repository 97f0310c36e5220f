//! The head of a table: the name and type of a column, a button for its order, and an edge that sizes it. It must not
//! know what is in the column.

use leptos::prelude::*;
use web_sys::{HtmlElement, KeyboardEvent, PointerEvent};

use super::Sorting;
use super::widths::{LEAST_WIDTH, Widths};
use crate::format::Style;

/// How far an arrow key moves a column's edge, in pixels.
const KEY_STEP: f64 = 16.0;

/// The name of a column, its type, a button for its order, and an edge that can be moved.
pub(super) fn head_cell(
    at: usize,
    name: &str,
    style: Style,
    types: StoredValue<Vec<String>>,
    sorting: Option<&Sorting>,
    widths: RwSignal<Widths>,
) -> AnyView {
    let data_type = types.with_value(|types| types.get(at).cloned());
    let by = sorting.and_then(|sorting| sorting.by.filter(|(column, _)| *column == at));
    let order = by.map(|(_, descending)| {
        if descending {
            "descending"
        } else {
            "ascending"
        }
    });
    let mark = by.map(|(_, descending)| if descending { " ▼" } else { " ▲" });
    let shown = name.to_owned();
    let title = match sorting {
        None => view! { <span>{shown}</span> }.into_any(),
        Some(sorting) => {
            let choose = sorting.choose;
            // Once more turns the order round.
            let descending = by.is_some_and(|(_, descending)| !descending);
            view! {
                <button type="button" class="sort" on:click=move |_| choose.run((at, descending))>
                    {shown}{mark}
                </button>
            }
            .into_any()
        }
    };
    let edge = move || {
        widths
            .with(|widths| !widths.pixels.is_empty())
            .then(|| edge(at, widths))
    };
    // Without the edge, whose width would be read with every cell.
    let label = data_type
        .as_ref()
        .map(|data_type| format!("{name} {data_type}"));
    view! {
        <th scope="col" class:number=style.is_number() aria-sort=order aria-label=label>
            {title}
            {data_type.map(|data_type| view! { <small>{data_type}</small> })}
            {edge}
        </th>
    }
    .into_any()
}

/// The edge between a column and the next, to be dragged, or moved by arrow keys.
fn edge(at: usize, widths: RwSignal<Widths>) -> impl IntoView {
    let grow = move |by: f64| {
        widths.update(|widths| {
            if let Some(width) = widths.pixels.get_mut(at) {
                *width = (*width + by).max(LEAST_WIDTH);
                widths.are_changed = true;
            }
        });
    };
    let on_move = move |event: PointerEvent| {
        if event.buttons() & 1 == 1 {
            grow(f64::from(event.movement_x()));
        }
    };
    let on_down = move |event: PointerEvent| {
        event.prevent_default();
        let edge: HtmlElement = event_target(&event);
        // Without it, only a quick hand loses the edge.
        drop(edge.set_pointer_capture(event.pointer_id()));
    };
    let on_key = move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" => -KEY_STEP,
            "ArrowRight" => KEY_STEP,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        grow(by);
    };
    let now =
        move || widths.with(|widths| widths.pixels.get(at).map(|width| width.round().to_string()));
    let label = move || widths.with(|widths| Some(format!("Width of {}", widths.names.get(at)?)));
    view! {
        <span
            class="edge"
            role="separator"
            aria-orientation="vertical"
            aria-label=label
            aria-valuenow=now
            tabindex="0"
            on:pointerdown=on_down
            on:pointermove=on_move
            on:keydown=on_key
        ></span>
    }
}
