//! A table of the star diagram as SVG: its header and its columns. It must not know the other
//! tables.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::svg;
use mart::star::{HEADER_HEIGHT, Place, ROW_HEIGHT, TABLE_WIDTH};

use super::fit::{fit, text_width};
use super::{ColumnAction, DiagramColumn, DiagramTable, TableAction};

/// The space between a table's outline and its texts.
const PADDING: usize = 10;
/// The width of the mark of a key, with the space after it.
const KEY_WIDTH: usize = 26;
/// The space between a name and the text at the end of its row.
const TEXT_GAP: usize = 8;
/// The width that a type may always take, however long the column's name is.
const MIN_TYPE_WIDTH: usize = 80;
/// The distance from the upper edge of a table to the baseline of its name.
const NAME_BASELINE: usize = 19;
/// The distance from the upper edge of a row to the baseline of its texts.
const ROW_BASELINE: usize = 16;
/// The distance from the line below the header to the first row.
const RULE_MARGIN: usize = 6;

/// A table at its place. The first one is the fact.
#[component]
pub fn StarTable(table: DiagramTable, place: Place, index: usize) -> impl IntoView {
    let Place { x, y, height } = place;
    let DiagramTable {
        name,
        size,
        action,
        columns,
    } = table;
    let name_width = (TABLE_WIDTH - 2 * PADDING).saturating_sub(text_width(&size) + TEXT_GAP);
    let class = if index == 0 {
        "star-table star-fact"
    } else {
        "star-table"
    };
    let rule = format!("M{x} {} h{TABLE_WIDTH}", y + HEADER_HEIGHT - RULE_MARGIN);
    let baseline = y + NAME_BASELINE;
    let head = view! {
        <HitArea x y=y + 1 height=HEADER_HEIGHT - RULE_MARGIN - 2 />
        <FittedText class="star-name" x=x + PADDING y=baseline text=name width=name_width />
    };
    let link = match action {
        // By its function, like the tooltip below: among siblings, `view!` takes an `<a>` for HTML.
        TableAction::Link { href, label } => svg::a()
            .attr("href", href)
            .aria_label(label)
            .child(head)
            .into_any(),
        TableAction::Button(action) => as_button(action, head.into_any()).into_any(),
    };
    let columns = columns.into_iter().enumerate();
    let columns = columns
        .map(|(at, column)| {
            let y = y + HEADER_HEIGHT + at * ROW_HEIGHT;
            let end = format!("{index}.{at}");
            view! { <g data-column=end><StarColumn column x y /></g> }
        })
        .collect_view();
    view! {
        <g class=class data-table=index>
            <rect x=x y=y width=TABLE_WIDTH height=height rx="6" />
            {link}
            <path class="star-rule" d=rule />
            <FittedText
                class="star-size"
                x=x + TABLE_WIDTH - PADDING
                y=baseline
                text=size
                width=TABLE_WIDTH
            />
            {columns}
        </g>
    }
}

/// The row of a column, which is a button if the column has an action.
#[component]
fn StarColumn(column: DiagramColumn, x: usize, y: usize) -> impl IntoView {
    let DiagramColumn {
        key,
        name,
        data_type,
        action,
    } = column;
    let width = TABLE_WIDTH - 2 * PADDING - KEY_WIDTH - TEXT_GAP;
    let type_width = MIN_TYPE_WIDTH.max(width.saturating_sub(text_width(&name)));
    let name_width = width.saturating_sub(text_width(&data_type).min(type_width));
    let (start, end) = (x + PADDING, x + TABLE_WIDTH - PADDING);
    let y_text = y + ROW_BASELINE;
    let key = key.map(|key| {
        let text = key.to_owned();
        view! { <FittedText class="star-key" x=start y=y_text text width=KEY_WIDTH /> }
    });
    let texts = view! {
        {key}
        <FittedText class="star-column" x=start + KEY_WIDTH y=y_text text=name width=name_width />
        <FittedText class="star-type" x=end y=y_text text=data_type width=type_width />
    };
    let Some(action) = action else {
        return texts.into_any();
    };
    let row = view! {
        <HitArea x y height=ROW_HEIGHT />
        {texts}
    };
    as_button(action, row.into_any()).into_any()
}

/// A part of the diagram that a click, Enter or Space acts on.
fn as_button(action: ColumnAction, part: AnyView) -> impl IntoView {
    let ColumnAction { label, run } = action;
    let on_keydown = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | " ") {
            // The page does not scroll on Space.
            event.prevent_default();
            run.run(());
        }
    };
    view! {
        <g
            role="button"
            tabindex="0"
            aria-label=label
            on:click=move |_| run.run(())
            on:keydown=on_keydown
        >
            {part}
        </g>
    }
}

/// The area of a row that takes clicks for its link or button.
#[component]
fn HitArea(x: usize, y: usize, height: usize) -> impl IntoView {
    view! { <rect class="star-hit" x=x + 2 y=y width=TABLE_WIDTH - 4 height=height rx="4" /> }
}

/// A text that is at most about `width` pixels wide. If it is cut, its tooltip is the whole text.
#[component]
fn FittedText(
    class: &'static str,
    x: usize,
    y: usize,
    text: String,
    width: usize,
) -> impl IntoView {
    let shown = fit(&text, width);
    // By its function: without a parent, `view!` takes a `<title>` for HTML.
    let title = (shown != text).then(|| svg::title().child(text));
    view! {
        <text class=class x=x y=y>
            {title}
            {shown}
        </text>
    }
}
