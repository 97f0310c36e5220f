//! Understands a file from samples: how it is compressed, encoded, divided and typed, each with the
//! evidence. Choices that the user has made stand. It must not read a whole file.

mod evidence;
mod json;
pub(crate) mod records;

use serde::{Deserialize, Serialize};

use crate::compression::{Compression, Decompressor};
use crate::count::Counts;
use crate::dialect::{Delimiter, Dialect};
use crate::encoding::{self, Decoder, Encoding};
use crate::json::{looks_like as looks_like_json, mistake};
use crate::plan::{ColumnPlan, FilePlan, Layout, Part, TablePlan};
use crate::reader::Reader;
use crate::reject::Reject;
use crate::sniff;
use crate::value::{DateOrder, NumberStyle};

/// The first rows that are shown.
pub(crate) const PREVIEWED: usize = 20;

/// Parts of a file.
#[derive(Clone, Debug)]
pub struct Sample<'a> {
    /// Its first bytes, [`START_BYTES`](Self::START_BYTES) or all of them.
    pub start: &'a [u8],
    /// Other parts of it, from the middle and the end. None of a compressed file.
    pub others: Vec<&'a [u8]>,
    /// Whether the first bytes are all.
    pub is_whole: bool,
}

impl<'a> Sample<'a> {
    /// How many bytes of a file's start are looked at.
    pub const START_BYTES: u64 = 256 << 10;

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
    /// The most rows that may be set aside, in per cent of all.
    pub most_set_aside: Option<u8>,
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
    /// What the part of the file is called that the table has; `None` if it is the file's only one.
    pub part_name: Option<String>,
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
    /// Its start has nothing in it.
    #[error("{file} has nothing but blank lines in its first {kilobytes} KB; remove them")]
    BlankStart {
        /// Its name.
        file: String,
        /// How much of it was looked at.
        kilobytes: usize,
    },
    /// It has one line without an end.
    #[error("{file}, line 1: the line is too long; it does not end in its first {kilobytes} KB")]
    NoLines {
        /// Its name.
        file: String,
        /// How much of it was looked at.
        kilobytes: usize,
    },
    /// It starts like JSON and is none.
    #[error(
        "{file}, line {line}: it starts like JSON, but {reason}; correct it, or save the table as CSV"
    )]
    NotJson {
        /// Its name.
        file: String,
        /// The line of the first mistake, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// It is no table.
    #[error("{file} is {kind}, not a table; save its table as CSV, Excel or Parquet and load that")]
    NotText {
        /// Its name.
        file: String,
        /// What it is, with an article.
        kind: &'static str,
    },
}

/// Understands a file: each of its tables.
///
/// ```
/// use ingest::{Choices, Sample, understand};
///
/// let text = "sep=;\r\nTag;Preis\r\n31.12.2025;1.299,99\r\n";
/// let found = understand("preise.csv", &Sample::whole(text.as_bytes()), &Choices::default())?;
/// let columns = found[0].plan.table.columns.iter();
/// assert_eq!(columns.map(|column| column.rule.sql_type()).collect::<Vec<_>>(), ["DATE", "DECIMAL(18,2)"]);
/// # Ok::<(), ingest::Refusal>(())
/// ```
///
/// # Errors
/// [`Refusal`] for a file that is empty, damaged or no text.
pub fn understand(
    name: &str,
    sample: &Sample<'_>,
    choices: &Choices,
) -> Result<Vec<Understanding>, Refusal> {
    let empty = || Refusal::Empty {
        file: name.to_owned(),
    };
    if sample.start.is_empty() {
        return Err(empty());
    }
    let mut reasons = Vec::new();
    let compression = Compression::detect(sample.start);
    let (bytes, is_whole) = decompressed(name, sample, compression, &mut reasons)?;
    if bytes.is_empty() {
        return Err(empty());
    }
    if let Some(kind) = binary(&bytes) {
        return Err(Refusal::NotText {
            file: name.to_owned(),
            kind,
        });
    }
    let (found, sign) = encoding::detect(&bytes, &sample.others);
    reasons.extend(evidence::of_encoding(
        &found,
        sign,
        choices.encoding.as_ref(),
    ));
    let encoding = choices.encoding.clone().unwrap_or(found);
    let text = decoded(&encoding, &bytes, is_whole);
    if sniff::is_blank(text.trim()) {
        return Err(if is_whole {
            empty()
        } else {
            Refusal::BlankStart {
                file: name.to_owned(),
                kilobytes: text.len() >> 10,
            }
        });
    }
    if is_garbage(&text) {
        return Err(Refusal::NotText {
            file: name.to_owned(),
            kind: "a binary file",
        });
    }
    if !is_whole && !text.contains(['\n', '\r']) && !looks_like_json(&text) {
        return Err(Refusal::NoLines {
            file: name.to_owned(),
            kilobytes: text.len() >> 10,
        });
    }
    let base = FilePlan {
        compression,
        accepts_cut: choices.accepts_cut,
        part: Part::Records,
        encoding,
        dialect: Dialect::CSV,
        layout: Layout::default(),
        table: TablePlan {
            columns: Vec::new(),
            short_rows_are_null: choices.short_rows_are_null,
            line_column: None,
        },
        corrections: Vec::new(),
        most_set_aside: choices.most_set_aside,
    };
    if is_whole && matches!(text.trim(), "[]" | "{}") {
        return Err(empty());
    }
    let mut plans = if looks_like_json(&text) && choices.delimiter.is_none() {
        json::plans(&text, is_whole, &base, choices, &reasons)
    } else {
        Vec::new()
    };
    let is_json = looks_like_json(&text) && starts_with_object(&text);
    if plans.is_empty() && is_json && choices.delimiter.is_none() {
        let (line, reason) = mistake(&text, is_whole);
        return Err(Refusal::NotJson {
            file: name.to_owned(),
            line,
            reason,
        });
    }
    if plans.is_empty() {
        plans.push(records::plan(
            &text,
            is_whole,
            &sample.others,
            base,
            choices,
            reasons,
        ));
    }
    let plans = plans.into_iter();
    Ok(plans
        .map(|found| previewed(found, &bytes, is_whole))
        .collect())
}

/// Whether a text starts with an object, or an array of them.
fn starts_with_object(text: &str) -> bool {
    text.trim_start()
        .trim_start_matches('[')
        .trim_start()
        .starts_with('{')
}

/// A table that was found.
pub(crate) struct FoundPlan {
    pub(crate) part_name: Option<String>,
    pub(crate) plan: FilePlan,
    pub(crate) evidence: Vec<Evidence>,
}

/// The table with its first rows, as they will be read. The bytes are not compressed any more.
fn previewed(found: FoundPlan, start: &[u8], is_whole: bool) -> Understanding {
    let compression = found.plan.compression;
    let mut plan = FilePlan {
        compression: Compression::None,
        ..found.plan
    };
    let mut preview = preview(&plan, start, is_whole);
    // A value at the end of the sample may need a wider type.
    for _ in 0..8 {
        let Some(wider) = preview.wider.take() else {
            break;
        };
        plan = wider;
        preview = self::preview(&plan, start, is_whole);
    }
    plan.compression = compression;
    Understanding {
        part_name: found.part_name,
        plan,
        evidence: found.evidence,
        first_rows: preview.first_rows,
        counts: preview.counts,
        rejects: preview.rejects,
    }
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
    for piece in sample.start.chunks(1 << 10) {
        match decompressor.push(piece) {
            Ok(more) => bytes.extend_from_slice(&more),
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

/// Whether more than one character in fifty is none, so that it is no text. A few are damage, which rows are set aside for.
fn is_garbage(text: &str) -> bool {
    let is_wrong = |c: &char| {
        *c == '\u{fffd}'
            || c.is_control()
                && !matches!(
                    c,
                    '\t' | '\n' | '\r' | '\u{c}' | '\u{1}' | '\u{1f}' | '\u{1a}'
                )
    };
    let (mut wrong, mut all) = (0, 0);
    for c in text.chars().take(100_000) {
        all += 1;
        wrong += usize::from(is_wrong(&c));
    }
    wrong > 10 && wrong * 50 > all
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

fn decoded(encoding: &Encoding, bytes: &[u8], is_whole: bool) -> String {
    let mut text = String::new();
    Decoder::new(encoding).decode(bytes, is_whole, &mut text);
    text
}

/// The sample as it will be read.
#[derive(Default)]
struct Preview {
    first_rows: Vec<Vec<Option<String>>>,
    counts: Counts,
    rejects: Vec<Reject>,
    wider: Option<FilePlan>,
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
