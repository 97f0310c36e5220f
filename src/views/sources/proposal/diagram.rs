//! A proposed star as a diagram: a click on a table or a column opens its form, one on a line goes to the
//! relationship, and a column that is dropped on another table refers to it. It must not know how a diagram is drawn.

use std::time::Duration;

use export::file_stem;
use leptos::prelude::*;
use mart::star::{Endpoint, Star as Shape};
use mart::{Role, Table};

use super::Shown;
use super::fields::{ChoiceField, plain};
use super::tables::open_form;
use crate::components::{
    ColumnAction, DiagramColumn, DiagramEditing, DiagramTable, StarDiagram, TableAction, focus_on,
};
use crate::format;
use crate::views::star::mark;
use crate::workbench::ProposedStar as Star;

/// The diagram of one fact; the fact is chosen where there are several.
#[component]
pub(super) fn Diagram(shown: Shown) -> impl IntoView {
    let tables = shown.part(|star| {
        let written = star.written.as_ref();
        written.map_or_else(|_| Vec::new(), |written| written.model.tables().to_vec())
    });
    let facts = Memo::new(move |_| tables.with(|tables| facts(tables)));
    let chosen = RwSignal::new(String::new());
    let fact = Memo::new(move |_| {
        let chosen = chosen.get();
        facts.with(|facts| {
            let known = facts.iter().find(|fact| **fact == chosen);
            known.or_else(|| facts.first()).cloned()
        })
    });
    // It is drawn in a task of its own: the sentence of an edit is there before.
    let drawn = RwSignal::new((Vec::new(), None));
    Effect::new(move |_| {
        let now = (tables.get(), fact.get());
        set_timeout(
            move || {
                // The page may have been left meanwhile.
                drawn.try_set(now);
            },
            Duration::ZERO,
        );
    });
    view! {
        <Show when=move || facts.with(|facts| facts.len() > 1)>
            <div class="fields">
                <ChoiceField
                    text="Star of"
                    label="Star of the fact"
                    choices=Signal::derive(move || facts.with(|facts| plain(facts.iter().map(String::as_str))))
                    value=Signal::derive(move || fact.get().unwrap_or_default())
                    on_change=move |fact| chosen.set(fact)
                />
            </div>
        </Show>
        <p class="lead">
            "Click a table or a column to change it, and a line to see its relationship. Drag a column onto a table that it refers \
             to, or between the rows of a table and a dimension that is taken out of them."
        </p>
        {move || drawn.with(|(tables, fact)| fact.as_ref().and_then(|fact| picture(shown, tables, fact)))}
    }
}

fn facts(tables: &[Table]) -> Vec<String> {
    let facts = tables.iter().filter(|table| table.role == Role::Fact);
    facts.map(Table::title).collect()
}

fn picture(shown: Shown, tables: &[Table], fact: &str) -> Option<impl IntoView + use<>> {
    let fact = tables.iter().find(|table| table.title() == fact)?;
    let shape = Shape::of(tables, fact);
    let drawn: Vec<_> = shape
        .tables
        .iter()
        .map(|table| diagram_table(shown, table))
        .collect();
    let names: Vec<_> = drawn.iter().map(|table| table.name.clone()).collect();
    let ends = StoredValue::new(
        shape
            .tables
            .iter()
            .map(|table| {
                let columns = table.columns.iter().map(|column| column.name.to_string());
                (table.title(), columns.collect::<Vec<_>>())
            })
            .collect::<Vec<_>>(),
    );
    let field = move |end: Endpoint| {
        ends.with_value(|ends| {
            let (table, columns) = ends.get(end.table)?;
            Some((table.clone(), columns.get(end.column)?.clone()))
        })
    };
    let on_drop = move |(from, to): (Endpoint, usize)| {
        let to = ends.with_value(|ends| ends.get(to).map(|(table, _)| table.clone()));
        if let Some(((table, column), to)) = field(from).zip(to) {
            drop_on(shown, &table, &column, &to);
        }
    };
    let joins = StoredValue::new(shape.joins.clone());
    let on_line = move |at: usize| {
        let join = joins.with_value(|joins| joins.get(at).copied());
        if let Some((table, column)) = join.and_then(|join| field(join.from)) {
            go_to_relationship(shown, &table, &column);
        }
    };
    let title = fact.title();
    Some(view! {
        <StarDiagram
            title=format!("Proposed star of {title}")
            save_label=format!("Save the proposed star of {title} as SVG")
            stem=format!("{}_proposed", file_stem(&title))
            description=shape.description(&names)
            tables=drawn
            beside=shape.beside()
            stacked=shape.stacked()
            editing=Some(DiagramEditing { on_drop: Callback::new(on_drop), on_line: Callback::new(on_line) })
        />
    })
}

fn diagram_table(shown: Shown, table: &Table) -> DiagramTable {
    let title = table.title();
    let (place, rows) = in_star(shown, |star| {
        let place = star.proposal.table_of(&title).map(|(place, _)| place);
        Some((place, star.proposal.rows_of(&title)))
    })
    .unwrap_or_default();
    let columns = table.columns.iter().map(|column| {
        let name = column.name.to_string();
        let origin = in_star(shown, |star| {
            star.written.as_ref().ok()?.origin(&title, &name)
        });
        DiagramColumn {
            key: mark(column),
            data_type: column.data_type.to_string(),
            action: origin.map(|(table, column)| ColumnAction {
                label: format!("Change {title}.{name}"),
                run: Callback::new(move |()| open_column(shown, table, column)),
            }),
            name,
        }
    });
    DiagramTable {
        size: rows.map_or_else(String::new, |rows| format!("{} rows", format::count(rows))),
        action: TableAction::Button(ColumnAction {
            label: format!("Change {title}"),
            run: Callback::new(move |()| {
                if place.is_some() {
                    open_form(shown, place);
                }
            }),
        }),
        columns: columns.collect(),
        name: title.clone(),
    }
}

fn in_star<T>(shown: Shown, read: impl FnOnce(&Star) -> Option<T>) -> Option<T> {
    shown
        .star
        .with_untracked(|star| star.as_ref().and_then(|star| read(star)))
}

/// The field of the name of a column in the form of its table.
pub(super) fn column_field(table: usize, column: usize) -> String {
    format!("star-column-{table}-{column}")
}

fn open_column(shown: Shown, table: usize, column: usize) {
    open_form(shown, Some(table));
    // After the form has been drawn, and has the focus.
    request_animation_frame(move || {
        request_animation_frame(move || focus_on(&column_field(table, column)));
    });
}

fn drop_on(shown: Shown, table: &str, column: &str, to: &str) {
    let edit = in_star(shown, |star| {
        let written = star.written.as_ref().ok()?;
        star.proposal.dragged(written, (table, column), to)
    });
    if let Some(edit) = edit {
        shown.edit(edit);
    }
}

fn go_to_relationship(shown: Shown, table: &str, column: &str) {
    let found = in_star(shown, |star| {
        let written = star.written.as_ref().ok()?;
        star.proposal.relationship_of(written, table, column)
    });
    if let Some(place) = found {
        focus_on(&format!("star-relationship-{place}"));
    }
}
