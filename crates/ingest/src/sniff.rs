//! Finds the dialect of a text: the one with which most records have the same number of fields, and the
//! fields contain no other delimiter. It must not know what the fields mean.

use crate::dialect::{Delimiter, Dialect, Escape};
use crate::record::{Record, Tokenizer};

/// Lines that are looked at for the delimiter.
const MOST_LINES: usize = 300;
/// Records of a sample.
const MOST_RECORDS: usize = 3000;
/// Delimiters; one that is more common comes first.
const COMMON: [char; 4] = [',', ';', '\t', '|'];
/// Delimiters that are tried where no common one divides the text.
const RARE: [char; 5] = ['\u{1}', '^', '~', '\u{1f}', ':'];
/// The share of the records that must have the same number of fields.
const LEAST_SHARE: f64 = 0.5;

/// A record of a sample.
#[derive(Clone, Debug)]
pub(crate) struct SampleRecord {
    pub(crate) line: u64,
    pub(crate) raw: String,
    pub(crate) fields: Vec<SampleField>,
    pub(crate) is_damaged: bool,
}

/// A field of a sample.
#[derive(Clone, Debug)]
pub(crate) struct SampleField {
    pub(crate) text: String,
    pub(crate) is_quoted: bool,
}

impl SampleRecord {
    pub(crate) fn is_empty(&self) -> bool {
        self.fields.iter().all(|field| is_blank(&field.text))
    }

    /// Whether only the first field has a text.
    pub(crate) fn has_first_alone(&self) -> bool {
        let mut fields = self.fields.iter();
        fields.next().is_some_and(|field| !is_blank(&field.text))
            && fields.all(|field| is_blank(&field.text))
    }
}

/// Whether a text has nothing to see in it.
pub(crate) fn is_blank(text: &str) -> bool {
    text.trim_matches([' ', '\t', '\u{1a}', '\u{feff}', '\u{a0}'])
        .is_empty()
}

/// The delimiter that a first line `sep=;` names.
pub(crate) fn named_delimiter(text: &str) -> Option<char> {
    let line = text.lines().next()?;
    let line = line.trim_matches('"');
    let name = line.get(..4)?;
    let mut rest = line.get(4..)?.chars();
    let delimiter = rest.next()?;
    let is_named = name.eq_ignore_ascii_case("sep=") && rest.next().is_none();
    (is_named && delimiter.is_ascii()).then_some(delimiter)
}

/// The records of a text in a dialect. The last one is left out if the text goes on behind it.
pub(crate) fn records(text: &str, dialect: Dialect, is_whole: bool) -> Vec<SampleRecord> {
    let mut records = Vec::new();
    let mut tokenizer = Tokenizer::new(dialect);
    let mut add = |record: &Record<'_>| {
        if records.len() < MOST_RECORDS {
            records.push(SampleRecord {
                line: record.line,
                raw: record.raw.to_owned(),
                fields: record
                    .fields
                    .iter()
                    .map(|field| SampleField {
                        text: field.text.to_owned(),
                        is_quoted: field.is_quoted,
                    })
                    .collect(),
                is_damaged: record.fault.is_some(),
            });
        }
    };
    tokenizer.push(text, &mut add);
    if is_whole {
        tokenizer.finish(&mut add);
    }
    records
}

/// The dialect of a text, with the choices that are made already.
pub(crate) fn dialect(text: &str, is_whole: bool, chosen: Option<Delimiter>) -> Dialect {
    let first_lines = first_lines(text);
    let divided = |quote: char| {
        let base = Dialect {
            quote: Some(quote),
            ..Dialect::CSV
        };
        match chosen.or_else(|| named_delimiter(text).map(Delimiter::Character)) {
            Some(Delimiter::OneColumn) => base.with_delimiter(None),
            Some(Delimiter::Character(delimiter)) => base.with_delimiter(Some(delimiter)),
            None => best(first_lines, is_whole, base, &COMMON)
                .filter(|found| !divides_values(first_lines, *found))
                .or_else(|| {
                    best(first_lines, is_whole, base, &RARE).filter(|_| !are_values(first_lines))
                })
                .unwrap_or_else(|| base.with_delimiter(None)),
        }
    };
    let quote = quote(first_lines);
    let found = divided(quote);
    let found = if quote == '\'' && tears(first_lines, is_whole, found) {
        divided('"')
    } else {
        found
    };
    let found = with_escape(first_lines, is_whole, found);
    with_comment(first_lines, is_whole, found)
}

/// Whether single quotes make one record of several lines, or damage one: they are apostrophes.
fn tears(text: &str, is_whole: bool, dialect: Dialect) -> bool {
    let has_line_end = |field: &SampleField| field.is_quoted && field.text.contains(['\n', '\r']);
    let found = records(text, dialect, is_whole);
    let double = Dialect {
        quote: Some('"'),
        ..dialect
    };
    let alike = |records: &[SampleRecord]| usual_width(&records.iter().collect::<Vec<_>>()).1;
    found
        .iter()
        .any(|record| record.is_damaged || record.fields.iter().any(has_line_end))
        || alike(&found) < alike(&records(text, double, is_whole))
}

/// Whether a comma divides values below a name that has none: decimals.
fn divides_values(text: &str, dialect: Dialect) -> bool {
    let first = text.lines().find(|line| !is_blank(line));
    dialect.delimiter == Some(',')
        && first.is_some_and(|first| !first.contains(','))
        && are_values(text)
}

/// Whether whole lines are values, as times are; the first may be a name.
fn are_values(text: &str) -> bool {
    let lines = || text.lines().filter(|line| !is_blank(line)).skip(1);
    let typed = lines().filter(|line| crate::types::is_typed(line)).count();
    typed > 0 && typed * 10 >= lines().count() * 9
}

/// The part of a text that is looked at for its dialect.
fn first_lines(text: &str) -> &str {
    let end = text.match_indices(['\n', '\r']).nth(MOST_LINES);
    end.map_or(text, |(at, _)| text.get(..=at).unwrap_or(text))
}

fn best(text: &str, is_whole: bool, base: Dialect, delimiters: &[char]) -> Option<Dialect> {
    let mut best = None;
    let mut highest = 0.0;
    for delimiter in delimiters {
        if !text.contains(*delimiter) {
            continue;
        }
        let dialect = base.with_delimiter(Some(*delimiter));
        let score = score(&records(text, dialect, is_whole), *delimiter);
        if score > highest {
            highest = score;
            best = Some(dialect);
        }
    }
    best
}

/// How well a delimiter divides records; 0 if it does not.
fn score(records: &[SampleRecord], delimiter: char) -> f64 {
    let filled: Vec<_> = records
        .iter()
        .filter(|record| !record.is_empty() && !record.raw.starts_with('#'))
        .collect();
    let (width, count) = usual_width(&filled);
    if width < 2 {
        return 0.0;
    }
    let share = ratio(count, filled.len());
    // A table above or below another one is a part of the file.
    if share < LEAST_SHARE {
        return 0.0;
    }
    let (mut clean, mut all) = (0, 0);
    for record in filled.iter().filter(|record| record.fields.len() == width) {
        for field in &record.fields {
            all += 1;
            clean += usize::from(field.is_quoted || is_clean(&field.text, delimiter));
        }
    }
    let wide = 1.0 - 1.0 / (2.0 * ratio(width, 1));
    share * ratio(clean, all).powi(2) * wide
}

/// Whether a field contains no other delimiter, or is a number that does.
fn is_clean(text: &str, delimiter: char) -> bool {
    let others = COMMON.iter().filter(|other| **other != delimiter);
    let has_other = others.into_iter().any(|other| text.contains(*other));
    !has_other
        || crate::types::is_number(text)
        || text.contains(' ') && !text.contains([';', '\t', '|'])
}

/// The number of fields that most records have, and how many have it.
pub(crate) fn usual_width(records: &[&SampleRecord]) -> (usize, usize) {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for record in records.iter().filter(|record| !record.is_damaged) {
        *counts.entry(record.fields.len()).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(width, count)| (*count, *width))
        .unwrap_or((1, 0))
}

/// The quote: double, unless fields stand in single ones.
fn quote(text: &str) -> char {
    let pairs = |quote: char| {
        let opens = [',', ';', '\t', '|', '\n', '\r'].map(|before| format!("{before}{quote}"));
        let closes = [',', ';', '\t', '|', '\r', '\n'].map(|after| format!("{quote}{after}"));
        let count = |marks: &[String]| {
            marks
                .iter()
                .map(|mark| text.matches(mark.as_str()).count())
                .sum::<usize>()
        };
        count(&opens).min(count(&closes))
    };
    if pairs('"') == 0 && pairs('\'') > 1 {
        '\''
    } else {
        '"'
    }
}

/// With backslashes before quotes, if that gives fewer damaged records. Without quotes, if those damage
/// many.
fn with_escape(text: &str, is_whole: bool, dialect: Dialect) -> Dialect {
    let Some(quote) = dialect.quote else {
        return dialect;
    };
    let fitting = |dialect: Dialect| {
        let records = records(text, dialect, is_whole);
        let all: Vec<_> = records.iter().collect();
        let (width, count) = usual_width(&all);
        (count, width, records.len())
    };
    let (count, width, all) = fitting(dialect);
    let mut best = dialect;
    if text.contains(&format!("\\{quote}")) {
        let escaped = Dialect {
            escape: Escape::Backslash,
            ..dialect
        };
        let (escaped_count, escaped_width, _) = fitting(escaped);
        if escaped_count > count
            || escaped_count == count
                && escaped_width == width
                && !text.contains(&format!("{quote}{quote}"))
        {
            best = escaped;
        }
    }
    if best.escape == Escape::Doubled && count < all && are_bare(text, is_whole, dialect) {
        best.quote = None;
    }
    best
}

/// Whether quotes are parts of the texts: several fields start with one, and none is closed.
fn are_bare(text: &str, is_whole: bool, dialect: Dialect) -> bool {
    let Some(quote) = dialect.quote else {
        return true;
    };
    let quoted = records(text, dialect, is_whole);
    let whole = quoted.iter().filter(|record| !record.is_damaged);
    let has_closed = whole
        .flat_map(|record| &record.fields)
        .any(|field| field.is_quoted);
    let bare = Dialect {
        quote: None,
        ..dialect
    };
    let bare = records(text, bare, is_whole);
    let fields = bare.iter().flat_map(|record| &record.fields);
    let opened = fields.filter(|field| field.text.starts_with(quote)).count();
    !has_closed && opened > 1
}

/// With `#` for comments, if lines that start with it have another number of fields.
fn with_comment(text: &str, is_whole: bool, dialect: Dialect) -> Dialect {
    if !text.starts_with('#') && !text.contains("\n#") {
        return dialect;
    }
    let records = records(text, dialect, is_whole);
    let (marked, others): (Vec<_>, Vec<_>) = records
        .iter()
        .filter(|record| !record.is_empty())
        .partition(|record| record.raw.starts_with('#'));
    let (width, _) = usual_width(&others);
    let is_comment = !marked.is_empty() && marked.iter().all(|record| record.fields.len() != width);
    Dialect {
        comment: is_comment.then_some('#'),
        ..dialect
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a sample")]
fn ratio(part: usize, of: usize) -> f64 {
    if of == 0 {
        0.0
    } else {
        part as f64 / of as f64
    }
}
