//! Understands a table of records: where its header is, what its columns are. It must not know where the
//! records come from.

use super::{Choices, Evidence, FoundPlan, decoded, evidence};
use crate::dialect::Dialect;
use crate::encoding::Encoding;
use crate::header;
use crate::plan::{ColumnPlan, FilePlan, Layout};
use crate::sniff::{self, SampleRecord};
use crate::total::total;
use crate::types::{self, Found, Hints, Question, Value};
use crate::value::{DateOrder, NumberStyle};

/// The plan of a text with delimiters.
pub(super) fn plan(
    text: &str,
    is_whole: bool,
    others: &[&[u8]],
    base: FilePlan,
    choices: &Choices,
    mut reasons: Vec<Evidence>,
) -> FoundPlan {
    let dialect = sniff::dialect(text, is_whole, choices.delimiter);
    let records = sniff::records(text, dialect, is_whole);
    reasons.extend(evidence::of_dialect(text, dialect, choices));
    reasons.extend(evidence::of_quoted_rows(&records, dialect));
    // The line that names the delimiter is no part of the table.
    let named = usize::from(sniff::named_delimiter(text).is_some() && records.len() > 1);
    let mut more = Vec::new();
    for other in others {
        more.extend(rows_of_part(&base.encoding, other, dialect));
    }
    let records = Records {
        all: &records,
        above: named,
        more,
        dialect,
    };
    let (layout, columns) = table(records, choices, &mut reasons);
    let mut plan = base;
    plan.dialect = dialect;
    plan.layout = layout;
    plan.table.columns = columns;
    FoundPlan {
        part_name: None,
        plan,
        evidence: reasons,
    }
}

/// The records that a table is found in.
pub(crate) struct Records<'r> {
    /// The first records of the file.
    pub(crate) all: &'r [SampleRecord],
    /// How many of them are known to be no part of the table.
    pub(crate) above: usize,
    /// Rows of other parts of the file.
    pub(crate) more: Vec<SampleRecord>,
    /// What divides them.
    pub(crate) dialect: Dialect,
}

/// Where the rows of a table are, and its columns.
pub(crate) fn table(
    records: Records<'_>,
    choices: &Choices,
    reasons: &mut Vec<Evidence>,
) -> (Layout, Vec<ColumnPlan>) {
    let Records {
        all: records,
        above,
        more,
        dialect,
    } = records;
    let below = records.get(above..).unwrap_or_default();
    let mut found = header::find(below, choices.header, dialect.comment);
    found.layout.titles += above as u64;
    reasons.extend(evidence::of_header(&found));
    let first = usize::try_from(found.layout.titles + found.layout.header).unwrap_or(0);
    let mut rows: Vec<_> = records.iter().skip(first).cloned().collect();
    rows.extend(more);
    let fits = |row: &&SampleRecord| {
        let texts = row.fields.iter().map(|field| field.text.as_str());
        row.fields.len() >= found.width
            && !row.is_damaged
            && !row.is_empty()
            && !is_header(row, &found.layout.names)
            && total(texts, found.width).is_none()
    };
    let mut body: Vec<_> = rows.iter().filter(fits).collect();
    // Notes below the last row.
    let is_note = |row: &mut &SampleRecord| {
        let first = row.fields.first();
        row.has_first_alone() && !first.is_some_and(|first| types::is_typed(&first.text))
    };
    while found.width > 2 && body.pop_if(is_note).is_some() {}
    let columns = columns(&found.names, &body, dialect, choices, reasons);
    (found.layout, columns)
}

fn is_header(row: &SampleRecord, names: &[String]) -> bool {
    let texts = row.fields.iter().map(|field| field.text.as_str());
    header::is_repeated(texts, names)
}

/// The rows of a part of the file: what it starts and ends with is not whole.
fn rows_of_part(encoding: &Encoding, bytes: &[u8], dialect: Dialect) -> Vec<SampleRecord> {
    let text = decoded(encoding, bytes, false);
    let start = text.find('\n').map_or(0, |at| at + 1);
    let mut rows = sniff::records(text.get(start..).unwrap_or_default(), dialect, false);
    for row in &mut rows {
        // Which line it is, is not known.
        row.line = 0;
    }
    rows
}

/// The columns, as found or as chosen.
fn columns(
    names: &[String],
    body: &[&SampleRecord],
    dialect: Dialect,
    choices: &Choices,
    reasons: &mut Vec<Evidence>,
) -> Vec<ColumnPlan> {
    let values = |at: usize| -> Vec<Value<'_>> {
        body.iter()
            .filter_map(|row| {
                let field = row.fields.get(at)?;
                Some(Value {
                    text: &field.text,
                    line: row.line,
                    is_quoted: field.is_quoted,
                })
            })
            .collect()
    };
    let chosen = Hints {
        number_style: choices.number_style,
        date_order: choices.date_order,
        is_order_chosen: choices.date_order.is_some(),
    };
    let found: Vec<Found> = (0..names.len())
        .map(|at| {
            types::find(
                names.get(at).map_or("", String::as_str),
                &values(at),
                chosen,
            )
        })
        .collect();
    let shown = chosen.number_style.or_else(|| shown_style(&found));
    let hints = Hints {
        number_style: shown.or_else(|| usual_style(dialect)),
        date_order: chosen.date_order.or_else(|| shown_order(&found)),
        ..chosen
    };
    let mut columns = Vec::new();
    for (at, (name, first)) in names.iter().zip(found).enumerate() {
        let chosen = choices.columns.iter().find(|column| column.name == *name);
        if let Some(column) = chosen.and_then(ColumnPlan::of_texts) {
            columns.push(column);
            continue;
        }
        let found = match first.question {
            // The delimiter makes one way to write numbers likely, not more.
            Some(question @ Question::DecimalOrGroup { .. }) if shown.is_none() => Found {
                question: Some(question),
                ..types::find(name, &values(at), hints)
            },
            Some(_) => types::find(name, &values(at), hints),
            None => first,
        };
        reasons.extend(evidence::of_column(name, &found));
        columns.push(ColumnPlan {
            rule: found.rule,
            signs: found.signs,
            nulls: found.nulls.into_iter().map(|(text, _)| text).collect(),
            ..ColumnPlan::text(name.clone())
        });
    }
    columns
}

/// How numbers are written in a column that leaves no doubt.
fn shown_style(found: &[Found]) -> Option<NumberStyle> {
    let mut sure = found.iter().filter(|found| found.shows_style);
    sure.find_map(|found| found.rule.number_style())
}

/// How numbers are written where a comma is the decimal separator, and lists are separated by semicolons; or the other
/// way round.
const fn usual_style(dialect: Dialect) -> Option<NumberStyle> {
    match dialect.delimiter {
        Some(';') => Some(NumberStyle::COMMA),
        Some(',') => Some(NumberStyle::POINT),
        _ => None,
    }
}

/// The order of day and month in a column that leaves no doubt.
fn shown_order(found: &[Found]) -> Option<DateOrder> {
    let mut shown = found
        .iter()
        .filter(|found| found.reason.is_some())
        .filter_map(|found| found.rule.date_order())
        .filter(|order| matches!(order, DateOrder::DayFirst | DateOrder::MonthFirst));
    let first = shown.next()?;
    shown.all(|order| order == first).then_some(first)
}
