//! The columns of a file that was understood: the type of each, and what counts as NULL. It must not know
//! how a type is found.

use ingest::{ColumnPlan, DateOrder, NumberStyle, Rule};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::Element;

use super::file_card::Choice;
use super::files::{file, has_types};
use crate::components::ScrollX;
use crate::workbench::{UnderstoodFile, Workbench};

/// The value of the choice to leave a column out.
const IGNORED: &str = "ignored";
/// That of the type that the file gives it.
const GIVEN: &str = "given";
/// That of texts in place of that.
const AS_TEXT: &str = "as-text";
/// The type of texts.
const TEXT: &str = "VARCHAR";

/// A line for each column.
#[component]
pub fn FileColumns(workbench: Workbench, number: u32) -> impl IntoView {
    let file = file(workbench, number);
    let name = file.with_untracked(|file| file.as_ref().map(UnderstoodFile::name));
    let name = name.unwrap_or_default();
    let has_types = has_types(file);
    let columns = Memo::new(move |_| {
        file.with(|file| {
            let columns = file
                .iter()
                .flat_map(|file| &file.understanding.plan.table.columns);
            columns
                .map(|column| column.name.clone())
                .collect::<Vec<_>>()
        })
    });
    let label = StoredValue::new(format!("Columns of {name}"));
    // A file may have thousands of columns, and each line has many choices.
    let is_open = RwSignal::new(false);
    let toggle = move |event: ev::Event| {
        let details = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        is_open.set(details.is_some_and(|details| details.has_attribute("open")));
    };
    view! {
        <details on:toggle=toggle>
            <summary>"Columns and types"</summary>
            <Show when=move || is_open.get()>
                <ScrollX label=label.with_value(|label| format!("{label}, rows"))>
                    <table aria-label=label.get_value()>
                        <thead><tr>
                            <th scope="col">"Column"</th>
                            <th scope="col">"Type"</th>
                            <Show when=move || !has_types><th scope="col">"Texts that are NULL"</th></Show>
                        </tr></thead>
                        <tbody>
                            <For each=move || columns.get() key=|name| name.clone() let:name>
                                <ColumnLine workbench number name />
                            </For>
                        </tbody>
                    </table>
                </ScrollX>
            </Show>
        </details>
    }
}

#[component]
fn ColumnLine(workbench: Workbench, number: u32, name: String) -> impl IntoView {
    let file = file(workbench, number);
    let has_types = has_types(file);
    let stored = StoredValue::new(name.clone());
    let column = Signal::derive_local(move || {
        file.with(|file| {
            let columns = file
                .iter()
                .flat_map(|file| &file.understanding.plan.table.columns);
            stored.with_value(|name| columns.into_iter().find(|one| one.name == *name).cloned())
        })
    });
    let change = move |change: &dyn Fn(&mut ColumnPlan)| {
        let Some(mut plan) = column.get_untracked() else {
            return;
        };
        change(&mut plan);
        workbench.choose(number, move |choices| {
            choices.columns.retain(|known| known.name != plan.name);
            choices.columns.push(plan);
        });
    };
    let rules = move || {
        column
            .get_untracked()
            .map(|column| rules(column.rule))
            .unwrap_or_default()
    };
    let given = column
        .get_untracked()
        .and_then(|column| column.given)
        .filter(|given| given != TEXT);
    let of_file = StoredValue::new(given.clone());
    let rule_options = rules().into_iter().map(|(key, rule)| {
        let order = rule.date_order().map(|order| format!(" ({order})"));
        (
            key.to_owned(),
            format!("{rule}{}, {}", order.unwrap_or_default(), rule.sql_type()),
        )
    });
    let options: Vec<_> = match given {
        Some(given) => vec![
            (GIVEN.to_owned(), format!("as in the file, {given}")),
            (AS_TEXT.to_owned(), format!("text, {TEXT}")),
        ],
        None if has_types => vec![(AS_TEXT.to_owned(), format!("text, {TEXT}"))],
        None => rule_options.collect(),
    };
    let left_out = [(IGNORED.to_owned(), "left out".to_owned())];
    let options = options.into_iter().chain(left_out).collect();
    let value = Signal::derive_local(move || {
        let column = column.get();
        let key = column.map(|column| match column.given.as_deref() {
            _ if column.ignored => IGNORED,
            Some(TEXT) => AS_TEXT,
            Some(_) => GIVEN,
            None => key(column.rule),
        });
        key.unwrap_or_default().to_owned()
    });
    let choose = Callback::new(move |value: String| {
        change(&|plan| {
            plan.ignored = value == IGNORED;
            match value.as_str() {
                GIVEN => plan.given = of_file.get_value(),
                AS_TEXT => plan.given = Some(TEXT.to_owned()),
                _ => {}
            }
            let found = rules().into_iter().find(|(key, _)| *key == value);
            if let Some((_, rule)) = found {
                plan.rule = rule;
                plan.signs = None;
            }
        });
    });
    let nulls = move || {
        column
            .get()
            .map(|column| column.nulls.join(" "))
            .unwrap_or_default()
    };
    let set_nulls = move |event: ev::Event| {
        let texts: Vec<_> = event_target_value(&event)
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        change(&|plan| plan.nulls.clone_from(&texts));
    };
    view! {
        <tr>
            <td><code>{name.clone()}</code></td>
            <td><Choice text="" label=format!("Type of {name}") options first="" value on_choose=choose /></td>
            <Show when=move || !has_types>
                <td>
                    <input
                        type="text"
                        aria-label=stored.with_value(|name| format!("NULL in {name}"))
                        prop:value=nulls
                        on:change=set_nulls
                    />
                </td>
            </Show>
        </tr>
    }
}

/// The rules that a column may have, each with its key.
fn rules(found: Rule) -> Vec<(&'static str, Rule)> {
    let style = found.number_style().unwrap_or(NumberStyle::POINT);
    let (scale, is_wide) = match found {
        Rule::Decimal { scale, is_wide, .. } => (scale, is_wide),
        _ => (2, false),
    };
    let decimal = Rule::Decimal {
        style,
        scale,
        is_wide,
    };
    vec![
        ("text", Rule::Text),
        ("whole", Rule::Whole(style)),
        ("big", Rule::BigWhole(style)),
        ("decimal", decimal),
        ("float", Rule::Float(style)),
        ("date-year", Rule::Date(DateOrder::YearFirst)),
        ("date-day", Rule::Date(DateOrder::DayFirst)),
        ("date-month", Rule::Date(DateOrder::MonthFirst)),
        ("date-compact", Rule::Date(DateOrder::Compact)),
        ("date-serial", Rule::Date(DateOrder::Serial)),
        ("time-year", Rule::Timestamp(DateOrder::YearFirst)),
        ("time-day", Rule::Timestamp(DateOrder::DayFirst)),
        ("time-month", Rule::Timestamp(DateOrder::MonthFirst)),
        ("instant", Rule::Instant(DateOrder::YearFirst)),
        ("time", Rule::Time),
        ("boolean", Rule::Boolean),
    ]
}

/// The key of a rule.
const fn key(rule: Rule) -> &'static str {
    match rule {
        Rule::Text => "text",
        Rule::Whole(_) => "whole",
        Rule::BigWhole(_) => "big",
        Rule::Decimal { .. } => "decimal",
        Rule::Float(_) => "float",
        Rule::Date(DateOrder::YearFirst) => "date-year",
        Rule::Date(DateOrder::DayFirst) => "date-day",
        Rule::Date(DateOrder::MonthFirst) => "date-month",
        Rule::Date(DateOrder::Compact) => "date-compact",
        Rule::Date(DateOrder::Serial) => "date-serial",
        Rule::Timestamp(DateOrder::DayFirst) => "time-day",
        Rule::Timestamp(DateOrder::MonthFirst) => "time-month",
        Rule::Timestamp(_) => "time-year",
        Rule::Instant(_) => "instant",
        Rule::Time => "time",
        Rule::Boolean => "boolean",
    }
}
