//! Finds the header of a file: how many titles stand above it, how many records it has, what the columns
//! are called. It must not know how the columns are read.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::Layout;
use crate::sniff::{SampleRecord, is_blank, usual_width};
use crate::types::{NULL_TEXTS, is_number, is_typed};

/// The most records of a header.
const MOST_HEADERS: usize = 3;

/// Where the rows are, and why.
pub(crate) struct FoundLayout {
    pub(crate) layout: Layout,
    pub(crate) width: usize,
    /// The names of the columns, each different from all others.
    pub(crate) names: Vec<String>,
    /// What was changed in the names.
    pub(crate) renamed: Vec<String>,
    /// Why there is a header, or none.
    pub(crate) reason: String,
    /// Whether the header may as well be a row.
    pub(crate) is_guess: bool,
}

/// Finds the header in the first records of a file; a number of header records may be chosen already.
pub(crate) fn find(
    records: &[SampleRecord],
    header: Option<u64>,
    comment: Option<char>,
) -> FoundLayout {
    let is_comment = |record: &SampleRecord| comment.is_some_and(|c| record.raw.starts_with(c));
    let filled: Vec<_> = records
        .iter()
        .filter(|record| !record.is_empty() && !is_comment(record))
        .collect();
    let (usual, _) = usual_width(&filled);
    let wider = filled
        .first()
        .filter(|first| names_more(first, &filled, usual));
    let usual = wider.map_or(usual, |first| first.fields.len());
    let width = without_empty_end(&filled, usual);
    let start = records
        .iter()
        .position(|record| !is_comment(record) && starts_table(record, width, usual))
        .unwrap_or(0);
    let start = above(records, start, width, usual);
    // The header may stand there again.
    let body = |from: usize| {
        let rest = records.get(from..).unwrap_or_default();
        let first = records.get(start);
        rest.iter().filter(move |record| {
            let raw = record.raw.trim_start_matches('\u{feff}');
            record.fields.len() >= width
                && !record.is_empty()
                && !record.is_damaged
                && first.is_none_or(|first| first.raw != raw)
        })
    };
    let (count, reason, is_guess) = match header {
        Some(count) => (
            usize::try_from(count).unwrap_or(1),
            "as chosen".to_owned(),
            false,
        ),
        None => decide(records, start, width, &body),
    };
    let headers = records
        .get(start..(start + count).min(records.len()))
        .unwrap_or_default();
    let rows: Vec<_> = body(start + count).collect();
    let (names, renamed) = names(headers, width, has_row_names(&rows));
    FoundLayout {
        layout: Layout {
            titles: start as u64,
            header: count as u64,
            names: headers.last().map_or_else(Vec::new, |last| {
                last.fields.iter().map(|field| field.text.clone()).collect()
            }),
        },
        width,
        names,
        renamed,
        reason,
        is_guess,
    }
}

/// Whether the first record names more columns than most rows have fields: those rows lack some.
fn names_more(first: &SampleRecord, filled: &[&SampleRecord], usual: usize) -> bool {
    let width = first.fields.len();
    let mut seen = BTreeSet::new();
    let mut fields = first.fields.iter();
    let are_names = fields.all(|field| {
        let text = field.text.trim();
        !is_blank(text) && !is_typed(text) && seen.insert(text.to_lowercase())
    });
    usual > 1
        && width > usual
        && are_names
        && filled
            .iter()
            .all(|record| record.is_damaged || record.fields.len() <= width)
}

/// Whether the first field of each row is its name, which no other row has: a text, or in quotes.
fn has_row_names(rows: &[&SampleRecord]) -> bool {
    let mut seen = BTreeSet::new();
    !rows.is_empty()
        && rows.iter().all(|row| {
            row.fields.first().is_some_and(|field| {
                (field.is_quoted || !is_typed(&field.text)) && seen.insert(&field.text)
            })
        })
}

/// The width without fields at the end that are empty in all rows.
fn without_empty_end(filled: &[&SampleRecord], width: usize) -> usize {
    let mut width = width;
    while width > 1 {
        let mut rows = filled.iter().filter(|record| record.fields.len() >= width);
        let is_empty = rows.all(|record| {
            let field = record.fields.get(width - 1);
            field.is_none_or(|field| is_blank(&field.text))
        });
        if !is_empty {
            break;
        }
        width -= 1;
    }
    width
}

/// Whether a record is the header or a row: titles have fewer fields, or a text in the first alone.
fn starts_table(record: &SampleRecord, width: usize, usual: usize) -> bool {
    let fits = record.fields.len() == width || record.fields.len() == usual;
    fits && !record.is_empty() && !(width > 1 && record.has_first_alone())
}

/// A header that lacks names: that of the row names, or all but the first.
fn above(records: &[SampleRecord], start: usize, width: usize, usual: usize) -> usize {
    let Some(before) = start.checked_sub(1).and_then(|at| records.get(at)) else {
        return start;
    };
    let names = || before.fields.iter().filter(|field| !is_blank(&field.text));
    let is_named = !before.is_damaged && names().all(|field| !is_typed(&field.text));
    let lacks_first = width > 2 && before.fields.len() == width - 1 && names().count() == width - 1;
    let is_followed_by_values = records
        .get(start)
        .is_some_and(|row| row.fields.iter().any(|field| is_typed(&field.text)));
    let has_only_first =
        before.has_first_alone() && before.fields.len() == usual && is_followed_by_values;
    if is_named && (lacks_first || has_only_first) {
        start - 1
    } else {
        start
    }
}

/// How many records the header has, and why.
fn decide<'a, I>(
    records: &'a [SampleRecord],
    start: usize,
    width: usize,
    body: &impl Fn(usize) -> I,
) -> (usize, String, bool)
where
    I: Iterator<Item = &'a SampleRecord>,
{
    let Some(first) = records.get(start) else {
        return (0, "the file has no rows".to_owned(), false);
    };
    if first.fields.len() < width {
        return (
            1,
            "the first record has fewer names than the rows have fields".to_owned(),
            true,
        );
    }
    let first_cell = |at: usize| cell_of(first, at);
    if let Some((count, name)) = named_columns(records, start, width, body) {
        return (
            count,
            format!("“{}” stands above values that are not text", name.trim()),
            false,
        );
    }
    if are_years(first) && body(start + 1).next().is_some() {
        return (1, "years stand above values".to_owned(), false);
    }
    if are_dates_above_numbers(first, width, &body(start + 1).collect::<Vec<_>>()) {
        return (1, "dates stand above numbers".to_owned(), false);
    }
    let valued =
        (0..width).find(|at| is_typed(first_cell(*at)) && is_typed_column(body(start + 1), *at));
    if let Some(at) = valued {
        return (
            0,
            format!("“{}” in the first record is a value", first_cell(at).trim()),
            false,
        );
    }
    let rows: Vec<_> = body(start + 1).collect();
    let mut seen = BTreeSet::new();
    for at in 0..width {
        let text = first_cell(at);
        if is_typed(text) && rows.is_empty() {
            return (0, format!("“{}” is a value", text.trim()), false);
        }
        if !is_blank(text)
            && (!seen.insert(text.to_lowercase())
                || rows.iter().any(|row| cell_of(row, at) == text))
        {
            return (
                0,
                format!(
                    "“{}” stands in the first record and in another place",
                    text.trim()
                ),
                true,
            );
        }
    }
    (
        1,
        "no value tells it from the rows, for all columns are text".to_owned(),
        !rows.is_empty(),
    )
}

/// The number of header records, and a name that stands above a column of values.
fn named_columns<'a, I>(
    records: &'a [SampleRecord],
    start: usize,
    width: usize,
    body: &impl Fn(usize) -> I,
) -> Option<(usize, &'a str)>
where
    I: Iterator<Item = &'a SampleRecord>,
{
    let is_name =
        |text: &str| !is_blank(text) && !is_typed(text) && !NULL_TEXTS.contains(&text.trim());
    let typed_below = |count: usize| -> Vec<usize> {
        let is_typed = |at: &usize| is_typed_column(body(start + count), *at);
        (0..width).filter(is_typed).collect()
    };
    let (mut count, name) = (1..=MOST_HEADERS).find_map(|count| {
        let last = records.get(start + count - 1)?;
        let above = records.get(start..start + count - 1)?;
        // Names that stand above several columns leave blanks between them.
        let are_groups = above
            .iter()
            .all(|record| record.fields.iter().any(|field| is_blank(&field.text)));
        let typed = typed_below(count);
        let name = typed
            .iter()
            .map(|at| cell_of(last, *at))
            .find(|text| is_name(text))?;
        let has_values = typed.iter().any(|at| is_typed(cell_of(last, *at)));
        (!has_values && (count == 1 || are_groups || first_is_named(above)))
            .then_some((count, name))
    })?;
    let typed = typed_below(count + 1);
    while count < MOST_HEADERS {
        let goes_on = records.get(start + count).is_some_and(|record| {
            record.fields.len() == width
                && typed.iter().any(|at| is_name(cell_of(record, *at)))
                && typed.iter().all(|at| !is_typed(cell_of(record, *at)))
        });
        if !goes_on || body(start + count + 1).next().is_none() {
            break;
        }
        count += 1;
    }
    Some((count, name))
}

/// Whether no field of the records above is a value.
fn first_is_named(above: &[SampleRecord]) -> bool {
    let fields = above.iter().flat_map(|record| &record.fields);
    fields.into_iter().all(|field| !is_typed(&field.text))
}

/// Whether a record has a name, and years in order.
fn are_years(record: &SampleRecord) -> bool {
    let (years, names): (Vec<_>, Vec<_>) = record
        .fields
        .iter()
        .map(|field| field.text.trim())
        .partition(|text| is_typed(text));
    let years: Vec<u16> = years.iter().filter_map(|year| year.parse().ok()).collect();
    let are_in_order =
        years.is_sorted_by(|one, next| one < next) || years.is_sorted_by(|one, next| one > next);
    years.len() > 1
        && years.len() + names.len() == record.fields.len()
        && names.iter().any(|name| !is_blank(name))
        && are_in_order
        && years.iter().all(|year| (1900..=2100).contains(year))
}

/// Whether a record has a name, and dates that stand above columns of numbers.
fn are_dates_above_numbers(first: &SampleRecord, width: usize, rows: &[&SampleRecord]) -> bool {
    let is_date = |at: &usize| {
        let text = cell_of(first, *at);
        is_typed(text) && !is_number(text)
    };
    let is_above_numbers = |at: usize| {
        let texts = rows.iter().map(|row| cell_of(row, at));
        let mut texts = texts.filter(|text| !is_blank(text)).peekable();
        texts.peek().is_some() && texts.all(is_number)
    };
    let has_name = (0..width).any(|at| {
        let text = cell_of(first, at);
        !is_blank(text) && !is_typed(text)
    });
    let mut dates = (0..width).filter(is_date).peekable();
    has_name && dates.peek().is_some() && dates.all(is_above_numbers)
}

fn cell_of(record: &SampleRecord, at: usize) -> &str {
    record
        .fields
        .get(at)
        .map_or("", |field| field.text.as_str())
}

/// Whether nearly all texts of a column are values of another type.
fn is_typed_column<'a>(rows: impl Iterator<Item = &'a SampleRecord>, at: usize) -> bool {
    let (mut typed, mut all) = (0, 0);
    for row in rows.take(200) {
        let text = cell_of(row, at);
        if !is_blank(text) && !NULL_TEXTS.contains(&text.trim()) {
            all += 1;
            typed += usize::from(is_typed(text));
        }
    }
    all > 0 && typed * 10 >= all * 8
}

/// Whether a record is the header again, perhaps with the mark that files start with.
pub(crate) fn is_repeated<'a>(mut texts: impl Iterator<Item = &'a str>, names: &[String]) -> bool {
    let mut is_same = |name: &String| {
        let text = texts.next();
        text.is_some_and(|text| text.trim_start_matches('\u{feff}') == name)
    };
    names.len() > 1 && names.iter().all(&mut is_same) && texts.next().is_none()
}

/// The names of the columns, and what was changed in them.
fn names(headers: &[SampleRecord], width: usize, lacks_first: bool) -> (Vec<String>, Vec<String>) {
    let mut renamed = Vec::new();
    let mut used = BTreeMap::<String, usize>::new();
    let mut names = Vec::new();
    let shift = headers
        .last()
        .filter(|_| lacks_first)
        .map_or(0, |last| width.saturating_sub(last.fields.len()).min(1));
    for at in 0..width {
        let written = at
            .checked_sub(shift)
            .map(|at| name_of(headers, at))
            .unwrap_or_default();
        let clean = clean(&written);
        let base = if clean.is_empty() {
            format!("column_{}", at + 1)
        } else {
            clean
        };
        let name = free_name(&base, |name| used.contains_key(&name.to_lowercase()));
        used.insert(name.to_lowercase(), at);
        if !headers.is_empty() && name != written.trim() {
            renamed.push(if written.trim().is_empty() {
                format!("column {} has no name: {name}", at + 1)
            } else if name != base {
                format!("“{}” is there more than once: {name}", written.trim())
            } else {
                format!("“{name}” without invisible characters and line ends")
            });
        }
        names.push(name);
    }
    (names, renamed)
}

/// Names for columns of these names, each different from all others without regard to case, as DuckDB needs them.
///
/// ```
/// let names = ["id", "ID", ""].map(str::to_owned);
/// assert_eq!(ingest::distinct_names(&names), ["id", "ID_2", "column_3"]);
/// ```
#[must_use]
pub fn distinct_names(found: &[String]) -> Vec<String> {
    let mut names = Vec::<String>::new();
    for (at, name) in found.iter().enumerate() {
        let base = match name.as_str() {
            "" => format!("column_{}", at + 1),
            name => name.to_owned(),
        };
        let is_taken = |name: &str| {
            let name = name.to_lowercase();
            names.iter().any(|known| known.to_lowercase() == name)
        };
        names.push(free_name(&base, is_taken));
    }
    names
}

/// A name that is not taken: with a number behind it if need be. DuckDB compares names without case.
pub(crate) fn free_name(base: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut name = base.to_owned();
    let mut number = 1;
    while is_taken(&name) {
        number += 1;
        name = format!("{base}_{number}");
    }
    name
}

/// The name of a column, from all records of the header. What stands above several columns is a part of
/// the names of all of them.
fn name_of(headers: &[SampleRecord], at: usize) -> String {
    let mut parts = Vec::<String>::new();
    let last = headers.len().saturating_sub(1);
    for (level, header) in headers.iter().enumerate() {
        let own = cell_of(header, at);
        let text = if is_blank(own) && level < last {
            let before = header.fields.get(..at).unwrap_or_default();
            let before = before.iter().rev().find(|field| !is_blank(&field.text));
            before.map_or("", |field| field.text.as_str())
        } else {
            own
        };
        if !is_blank(text) && parts.last().is_none_or(|part| part != text) {
            parts.push(text.to_owned());
        }
    }
    parts.join(" ")
}

/// A name without characters that cannot be seen, and with blanks for line ends.
fn clean(name: &str) -> String {
    let is_invisible = |c: char| {
        matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{ad}' | '\u{202a}'..='\u{202e}')
            || c.is_control() && !c.is_whitespace()
    };
    let seen: String = name.chars().filter(|c| !is_invisible(*c)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}
