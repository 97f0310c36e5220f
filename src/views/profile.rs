//! The profile of a table: statistics of the values of each column.

use arrow_schema::Field;
use leptos::prelude::*;
use mart::Table;
use mart::profile::BINS;
use results::Cell;

use crate::components::{ActionButton, ScrollX};
use crate::format::{self, Style};
use crate::rows::Rows;
use crate::workbench::{ColumnProfile, ColumnReport, TableProfile, Workbench};

/// A longer value is cut.
const SHOWN_CHARACTERS: usize = 60;
/// The size of a histogram, in its own units; a bin is ten wide.
const WIDTH: usize = 10 * BINS;
const HEIGHT: f64 = 40.0;

const HEAD: [&str; 10] = [
    "Column",
    "Type",
    "Nulls",
    "Distinct",
    "Min",
    "Max",
    "Mean",
    "Quartiles",
    "Most frequent",
    "Histogram",
];

/// Whether the column at that place in the head is aligned to the right.
const fn is_number(at: usize) -> bool {
    at >= 2 && at <= 7
}

/// The button that makes the profile of a table, and the profile.
pub fn of_table(table: &Table, rows: u64, columns: &[ColumnReport]) -> AnyView {
    let workbench = Workbench::from_context();
    let (title, table) = (table.title(), table.clone());
    let columns: Vec<_> = columns
        .iter()
        .map(|column| (column.name.clone(), column.data_type.clone()))
        .collect();
    let label = format!("Profile {title}");
    let found = move || {
        workbench.drilldown().with(|drilldown| {
            let profile = drilldown
                .profiles
                .iter()
                .find(|profile| profile.table == title);
            profile.map(|profile| lines(profile, workbench.is_busy()))
        })
    };
    view! {
        <div class="buttons">
            <ActionButton on_click=move |()| workbench.profile(table.clone(), rows, columns.clone())>
                {label}
            </ActionButton>
        </div>
        {found}
    }
    .into_any()
}

fn lines(profile: &TableProfile, is_busy: bool) -> AnyView {
    let name = format!("Profile of {}", profile.table);
    let (done, of) = (profile.columns.len(), profile.of);
    let left_out = (done < of && !is_busy)
        .then(|| view! { <p class="lead">{format!("{done} of {of} columns: the profile was stopped.")}</p> });
    let lines: Vec<_> = profile.columns.iter().map(line).collect();
    let head: Vec<_> = HEAD
        .iter()
        .enumerate()
        .map(|(at, name)| {
            view! { <th scope="col" class:number=is_number(at)>{*name}</th> }.into_any()
        })
        .collect();
    view! {
        <ScrollX label=format!("{name}, rows")>
            <table aria-label=name>
                <thead><tr>{head}</tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </ScrollX>
        {left_out}
    }
    .into_any()
}

fn line(column: &ColumnProfile) -> AnyView {
    let summary = &column.summary;
    let shown = |at: usize| shown(summary, 0, at, &column.name);
    let count = |at: usize| summary.count(0, at).map(format::count).unwrap_or_default();
    let about = if column.is_exact { "" } else { "≈ " };
    let distinct = format!("{about}{}", count(2));
    let quartiles = match (shown(6), shown(7), shown(8)) {
        (first, median, third) if !median.is_empty() => format!("{first} · {median} · {third}"),
        _ => String::new(),
    };
    let histogram = column.histogram.as_ref();
    let histogram = histogram.and_then(|bins| histogram_of(bins, column));
    let texts = [
        column.name.clone(),
        column.data_type.clone(),
        count(1),
        distinct,
        shown(3),
        shown(4),
        rounded(summary, 0, 5),
        quartiles,
        frequent(column),
    ];
    let cells: Vec<_> = texts
        .into_iter()
        .enumerate()
        .map(|(at, text)| view! { <td class:number=is_number(at)>{text}</td> }.into_any())
        .collect();
    view! { <tr>{cells}<td>{histogram}</td></tr> }.into_any()
}

/// The most frequent values, each with its count.
fn frequent(column: &ColumnProfile) -> String {
    let rows = &column.frequent;
    if rows.count(0, 1) == Some(1) && column.is_exact {
        return "each once".to_owned();
    }
    let values: Vec<_> = (0..rows.len())
        .map(|row| {
            let value = shown(rows, row, 0, &column.name);
            let value = if value.is_empty() { "(empty)" } else { &value };
            let count = rows.count(row, 1).unwrap_or_default();
            // The count stays on its value's line.
            format!("{value}\u{a0}({})", format::count(count))
        })
        .collect();
    values.join(", ")
}

/// A value of the column of that name, cut where it is too long; empty for NULL.
fn shown(rows: &Rows, row: usize, at: usize, name: &str) -> String {
    let style = rows.schema().fields().get(at).map_or(Style::Text, |field| {
        Style::of(&Field::new(name, field.data_type().clone(), true))
    });
    // No digit of a value is rounded away.
    let style = match style {
        Style::Money => Style::Exact,
        Style::Percent => Style::Number,
        other => other,
    };
    let text = format::show(&rows.cell(row, at), style).unwrap_or_default();
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// A value that was computed.
fn rounded(rows: &Rows, row: usize, at: usize) -> String {
    match rows.cell(row, at) {
        Cell::Float(value) => format::rounded(value),
        Cell::Null => String::new(),
        // Of an instant, the second is enough.
        other => other
            .to_string()
            .split('.')
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

/// The rows of each bin as bars. Its label has the range of the values, and where most of them are.
#[expect(clippy::cast_precision_loss, reason = "counts become pixels")]
fn histogram_of(bins: &Rows, column: &ColumnProfile) -> Option<AnyView> {
    let count = |row: usize| bins.count(row, 4).unwrap_or_default();
    let last = bins.len().checked_sub(1)?;
    let highest = (0..=last).fold(0, |highest, row| {
        if count(row) > count(highest) {
            row
        } else {
            highest
        }
    });
    let edge = |row: usize, at: usize| {
        // As the column shows its own values, where a bin is one.
        rounded_or_label(bins, row, at, &column.name)
    };
    let (from, to) = (edge(highest, 2), edge(highest, 3));
    let place = if from == to {
        from
    } else {
        format!("{from} to {to}")
    };
    let label = format!(
        "Histogram from {} to {}; most rows at {place}: {}",
        edge(0, 2),
        edge(last, 3),
        format::count(count(highest)),
    );
    let width = WIDTH as f64 / bins.count(0, 1).unwrap_or(1).max(1) as f64;
    let most = count(highest).max(1) as f64;
    let columns: Vec<_> = (0..=last)
        .map(|row| {
            let left = bins.count(row, 0).unwrap_or_default() as f64 * width;
            // The lowest bar can still be seen.
            let height = (count(row) as f64 / most * HEIGHT).max(1.0);
            let across = width - 1.0;
            format!("M{left:.1} {HEIGHT}v-{height:.1}h{across:.1}v{height:.1}z")
        })
        .collect();
    let path = columns.concat();
    let view_box = format!("0 0 {WIDTH} {HEIGHT}");
    Some(
        view! {
            <svg class="histogram" role="img" aria-label=label viewBox=view_box preserveAspectRatio="none">
                <path d=path />
            </svg>
        }
        .into_any(),
    )
}

fn rounded_or_label(rows: &Rows, row: usize, at: usize, name: &str) -> String {
    match rows.cell(row, at) {
        Cell::Float(value) if value.fract() != 0.0 => format::rounded(value),
        Cell::Float(_) => shown(rows, row, at, name),
        _ => rounded(rows, row, at),
    }
}
