//! Understands a file from samples: how it is compressed, encoded, divided and typed, each with the
//! evidence. Choices that the user has made stand. It must not read a whole file.

mod evidence;

use serde::{Deserialize, Serialize};

use crate::compression::{Compression, Decompressor};
use crate::count::Counts;
use crate::dialect::{Delimiter, Dialect};
use crate::encoding::{self, Decoder, Encoding};
use crate::header;
use crate::plan::{ColumnPlan, FilePlan, TablePlan};
use crate::reader::Reader;
use crate::reject::Reject;
use crate::sniff::{self, SampleRecord};
use crate::total::total;
use crate::types::{self, Found, Hints, Value};
use crate::value::{DateOrder, NumberStyle, Rule};

/// The first rows that are shown.
const PREVIEWED: usize = 20;

/// Parts of a file.
#[derive(Clone, Debug)]
pub struct Sample<'a> {
    /// Its first bytes, 256 KB or all of them.
    pub start: &'a [u8],
    /// Other parts of it, from the middle and the end. None of a compressed file.
    pub others: Vec<&'a [u8]>,
    /// Whether the first bytes are all.
    pub is_whole: bool,
}

impl<'a> Sample<'a> {
    /// A whole file.
    #[must_use]
    pub const fn whole(bytes: &'a [u8]) -> Self {
        Self {
            start: bytes,
            others: Vec::new(),
            is_whole: true,
        }
    }
}

/// What the user has chosen; `None` for what is to be found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Choices {
    /// The encoding.
    pub encoding: Option<Encoding>,
    /// What stands between fields.
    pub delimiter: Option<Delimiter>,
    /// How many records the header has.
    pub header: Option<u64>,
    /// Whether fields that are missing at the end of a row are NULL.
    pub short_rows_are_null: bool,
    /// The order of day and month in the whole file.
    pub date_order: Option<DateOrder>,
    /// How numbers are written in the whole file.
    pub number_style: Option<NumberStyle>,
    /// Whether the rows are loaded that stand before the place where compressed data is missing.
    pub accepts_cut: bool,
    /// The columns that the user has changed, by name.
    pub columns: Vec<ColumnPlan>,
}

/// What an evidence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// The compression.
    Compression,
    /// The encoding.
    Encoding,
    /// Delimiter, quotes, comments, line ends.
    Dialect,
    /// Titles and header.
    Header,
    /// The names of the columns.
    Names,
    /// The type of a column.
    Type,
    /// What counts as NULL.
    Null,
}

/// Why something was understood as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it is about.
    pub topic: Topic,
    /// The column, if it is about one.
    pub column: Option<String>,
    /// The sentence, without a full stop.
    pub text: String,
    /// Whether only the user can decide it.
    pub is_question: bool,
}

/// A file that is understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Understanding {
    /// How it is read.
    pub plan: FilePlan,
    /// Why.
    pub evidence: Vec<Evidence>,
    /// The texts of its first rows; `None` for NULL.
    pub first_rows: Vec<Vec<Option<String>>>,
    /// The account of the sample.
    pub counts: Counts,
    /// The rows of the sample that are set aside.
    pub rejects: Vec<Reject>,
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It has no bytes.
    #[error("{file} is empty")]
    Empty {
        /// Its name.
        file: String,
    },
    /// Its compressed bytes are wrong.
    #[error("{file} cannot be read: {reason}")]
    Damaged {
        /// Its name.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// It is no table.
    #[error("{file} is {kind}, which is not a table of text")]
    NotText {
        /// Its name.
        file: String,
        /// What it is, with an article.
        kind: &'static str,
    },
}

/// Understands a file.
///
/// ```
/// use ingest::{Choices, Sample, understand};
///
/// let text = "sep=;\r\nTag;Preis\r\n31.12.2025;1.299,99\r\n";
/// let found = understand("preise.csv", &Sample::whole(text.as_bytes()), &Choices::default())?;
/// let types: Vec<_> = found.plan.table.columns.iter().map(|column| column.rule.sql_type()).collect();
/// assert_eq!(types, ["DATE", "DECIMAL(18,2)"]);
/// # Ok::<(), ingest::Refusal>(())
/// ```
///
/// # Errors
/// [`Refusal`] for a file that is empty, damaged or no text.
pub fn understand(
    name: &str,
    sample: &Sample<'_>,
    choices: &Choices,
) -> Result<Understanding, Refusal> {
    let file = || name.to_owned();
    if sample.start.is_empty() {
        return Err(Refusal::Empty { file: file() });
    }
    let mut reasons = Vec::new();
    let compression = Compression::detect(sample.start);
    let (bytes, is_whole) = decompressed(name, sample, compression, &mut reasons)?;
    if bytes.is_empty() {
        return Err(Refusal::Empty { file: file() });
    }
    if let Some(kind) = binary(&bytes) {
        return Err(Refusal::NotText { file: file(), kind });
    }
    let (found, sign) = encoding::detect(&bytes, &sample.others);
    let encoding = choices.encoding.unwrap_or(found);
    reasons.extend(evidence::of_encoding(found, sign, choices.encoding));
    let text = decoded(encoding, &bytes, is_whole);
    if sniff::is_blank(text.trim()) {
        return Err(Refusal::Empty { file: file() });
    }
    let dialect = sniff::dialect(&text, is_whole, choices.delimiter);
    let records = sniff::records(&text, dialect, is_whole);
    reasons.extend(evidence::of_dialect(&text, dialect, choices));
    let mut found = header::find(&records, choices.header, dialect.comment);
    if sniff::named_delimiter(&text).is_some() && found.layout.titles == 0 && records.len() > 1 {
        let rest = records.get(1..).unwrap_or_default();
        found = header::find(rest, choices.header, dialect.comment);
        found.layout.titles += 1;
    }
    reasons.extend(evidence::of_header(&found));
    let first = usize::try_from(found.layout.titles + found.layout.header).unwrap_or(0);
    let mut rows: Vec<_> = records.iter().skip(first).cloned().collect();
    for other in &sample.others {
        rows.extend(rows_of_part(encoding, other, dialect));
    }
    let fits = |row: &&SampleRecord| {
        row.fields.len() >= found.width
            && !row.is_damaged
            && !row.is_empty()
            && !is_header(row, &found.layout.names)
            && total(
                row.fields.iter().map(|field| field.text.as_str()),
                found.width,
            )
            .is_none()
    };
    let mut body: Vec<_> = rows.iter().filter(fits).collect();
    // Notes below the last row.
    while found.width > 2 && body.pop_if(|row| row.has_first_alone()).is_some() {}
    let columns = columns(&found.names, &body, dialect, choices, &mut reasons);
    let mut plan = FilePlan {
        compression,
        accepts_cut: choices.accepts_cut,
        encoding,
        dialect,
        layout: found.layout,
        table: TablePlan {
            columns,
            short_rows_are_null: choices.short_rows_are_null,
        },
    };
    let mut preview = preview(&plan, sample.start, is_whole);
    // A value at the end of the sample may need a wider type.
    for _ in 0..8 {
        let Some(wider) = preview.wider.take() else {
            break;
        };
        plan.table = wider;
        preview = self::preview(&plan, sample.start, is_whole);
    }
    Ok(Understanding {
        plan,
        evidence: reasons,
        first_rows: preview.first_rows,
        counts: preview.counts,
        rejects: preview.rejects,
    })
}

fn is_header(row: &SampleRecord, names: &[String]) -> bool {
    names.len() > 1
        && row.fields.len() == names.len()
        && row
            .fields
            .iter()
            .zip(names)
            .all(|(field, name)| field.text == *name)
}

/// The bytes of the sample's start. A compressed file that is damaged is refused where it is.
fn decompressed(
    name: &str,
    sample: &Sample<'_>,
    compression: Compression,
    reasons: &mut Vec<Evidence>,
) -> Result<(Vec<u8>, bool), Refusal> {
    if compression == Compression::None {
        return Ok((sample.start.to_vec(), sample.is_whole));
    }
    let damaged = |reason: String| Refusal::Damaged {
        file: name.to_owned(),
        reason,
    };
    let mut decompressor = Decompressor::new(compression);
    let mut bytes = Vec::new();
    let mut failure = None;
    // A bomb would fill the memory: a part of it is enough.
    for piece in sample.start.chunks(16 << 10) {
        match decompressor.push(piece) {
            Ok(more) => bytes.extend(more),
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
        if bytes.len() > 1 << 20 {
            break;
        }
    }
    let is_complete = bytes.len() <= 1 << 20 && sample.is_whole && failure.is_none();
    if is_complete {
        match decompressor.finish() {
            Ok(rest) => bytes.extend(rest),
            Err(error) => failure = Some(error),
        }
    }
    let is_question = failure.is_some();
    let text = match failure {
        None => format!("compressed: {compression}"),
        Some(error) if bytes.is_empty() => return Err(damaged(error.to_string())),
        Some(error) => format!("{error}. The rows before that can be loaded"),
    };
    reasons.push(Evidence {
        topic: Topic::Compression,
        column: None,
        text,
        is_question,
    });
    Ok((bytes, is_complete))
}

/// What a file is that is no text, by its first bytes.
fn binary(bytes: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 9] = [
        (b"PK\x03\x04", "a zip file or a workbook"),
        (b"\xd0\xcf\x11\xe0", "an old workbook"),
        (b"PAR1", "a Parquet file"),
        (b"ARROW1", "an Arrow file"),
        (b"%PDF", "a PDF document"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF8", "a picture"),
        (b"SQLite format 3", "an SQLite database"),
    ];
    KNOWN
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, kind)| *kind)
}

fn decoded(encoding: Encoding, bytes: &[u8], is_whole: bool) -> String {
    let mut text = String::new();
    Decoder::new(encoding).decode(bytes, is_whole, &mut text);
    text
}

/// The rows of a part of the file: what it starts and ends with is not whole.
fn rows_of_part(encoding: Encoding, bytes: &[u8], dialect: Dialect) -> Vec<SampleRecord> {
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
    let hints = Hints {
        number_style: chosen.number_style.or_else(|| shown_style(&found, dialect)),
        date_order: chosen.date_order.or_else(|| shown_order(&found)),
    };
    let mut columns = Vec::new();
    for (at, (name, first)) in names.iter().zip(found).enumerate() {
        if let Some(column) = choices.columns.iter().find(|column| column.name == *name) {
            columns.push(column.clone());
            continue;
        }
        let found = if first.question.is_some() {
            types::find(name, &values(at), hints)
        } else {
            first
        };
        reasons.extend(evidence::of_column(name, &found));
        columns.push(ColumnPlan {
            rule: found.rule,
            nulls: found.nulls.into_iter().map(|(text, _)| text).collect(),
            ..ColumnPlan::text(name.clone())
        });
    }
    columns
}

/// How numbers are written in a column that leaves no doubt.
fn shown_style(found: &[Found], dialect: Dialect) -> Option<NumberStyle> {
    let sure = found
        .iter()
        .filter(|found| found.question.is_none())
        .filter(|found| {
            matches!(found.rule, Rule::Decimal { .. } | Rule::Float(_)) || found.reason.is_some()
        })
        .find_map(|found| found.rule.number_style());
    // Where a comma is the decimal separator, lists are separated by semicolons; and the other way round.
    sure.or(match dialect.delimiter {
        Some(';') => Some(NumberStyle::COMMA),
        Some(',') => Some(NumberStyle::POINT),
        _ => None,
    })
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

/// The sample as it will be read.
#[derive(Default)]
struct Preview {
    first_rows: Vec<Vec<Option<String>>>,
    counts: Counts,
    rejects: Vec<Reject>,
    wider: Option<TablePlan>,
}

fn preview(plan: &FilePlan, start: &[u8], is_whole: bool) -> Preview {
    let mut reader = Reader::new(plan).with_preview(PREVIEWED);
    let mut preview = Preview::default();
    for piece in start.chunks(64 << 10) {
        let Ok(rows) = reader.push(piece) else { break };
        preview.rejects.extend(rows.rejects);
        preview.counts = rows.counts;
        preview.wider = rows.wider;
        // A bomb: what follows is not for a sample.
        if preview.counts.read > 100_000 {
            break;
        }
    }
    if is_whole && let Ok(rows) = reader.end_of_sample() {
        preview.rejects.extend(rows.rejects);
        preview.counts = rows.counts;
        preview.wider = rows.wider;
    }
    preview.first_rows = reader.previewed().to_vec();
    preview
}
