//! Why a file was understood as it is, in sentences. It must not find anything out by itself.

use super::{Choices, Evidence, Topic};
use crate::dialect::{Dialect, Escape};
use crate::encoding::{Encoding, Sign};
use crate::header::FoundLayout;
use crate::sniff::{self, SampleRecord};
use crate::types::{Found, Question};

fn sentence(topic: Topic, text: String) -> Evidence {
    Evidence {
        topic,
        column: None,
        text,
        is_question: false,
    }
}

pub(super) fn of_encoding(
    found: &Encoding,
    sign: Sign,
    chosen: Option<&Encoding>,
) -> Option<Evidence> {
    if let Some(chosen) = chosen {
        return Some(sentence(Topic::Encoding, format!("{chosen}, as chosen")));
    }
    let text = match sign {
        Sign::Mark(1) => format!("{found}: the file starts with its byte-order mark"),
        Sign::Mark(marks) => {
            format!("{found}: the file starts with its byte-order mark, {marks} times")
        }
        Sign::Zeros => format!("{found}: every second byte is zero"),
        Sign::Valid => format!("{found}: the letters beyond ASCII are valid"),
        Sign::Ascii => return None,
        Sign::Letters => format!("{found}: the letters fit best; look at them below"),
    };
    Some(sentence(Topic::Encoding, text))
}

pub(super) fn of_dialect(text: &str, dialect: Dialect, choices: &Choices) -> Vec<Evidence> {
    let name = match dialect.delimiter {
        None => "one column: no delimiter divides the lines".to_owned(),
        Some('\t') => "tabs between fields".to_owned(),
        Some(delimiter) if delimiter.is_control() => {
            format!(
                "the control character {:02X} between fields",
                u32::from(delimiter)
            )
        }
        Some(delimiter) => format!("“{delimiter}” between fields"),
    };
    let reason = if choices.delimiter.is_some() {
        ", as chosen"
    } else if sniff::named_delimiter(text).is_some() {
        ", as the first line says"
    } else {
        ""
    };
    let mut found = vec![sentence(Topic::Dialect, format!("{name}{reason}"))];
    match dialect.quote {
        Some('\'') => found.push(sentence(
            Topic::Dialect,
            "single quotes around texts".to_owned(),
        )),
        None => found.push(sentence(
            Topic::Dialect,
            "quotes mean nothing: they stand inside texts".to_owned(),
        )),
        _ => {}
    }
    if dialect.escape == Escape::Backslash {
        found.push(sentence(
            Topic::Dialect,
            "a backslash before a quote inside quotes".to_owned(),
        ));
    }
    if let Some(comment) = dialect.comment {
        found.push(sentence(
            Topic::Dialect,
            format!("lines that start with {comment} are comments"),
        ));
    }
    if text.ends_with('\u{1a}') {
        found.push(sentence(
            Topic::Dialect,
            "the end-of-file mark of DOS at the end is no text".to_owned(),
        ));
    }
    let crlf = text.matches("\r\n").count();
    let lf = text.matches('\n').count() - crlf;
    let cr = text.matches('\r').count() - crlf;
    let kinds = [("CR LF", crlf), ("LF", lf), ("CR", cr)];
    let kinds: Vec<_> = kinds.iter().filter(|(_, count)| *count > 0).collect();
    if kinds.len() > 1 {
        let kinds: Vec<_> = kinds
            .iter()
            .map(|(name, count)| format!("{name} {count} times"))
            .collect();
        found.push(sentence(
            Topic::Dialect,
            format!("lines end in several ways: {}", kinds.join(", ")),
        ));
    }
    found
}

/// A text in quotes whose lines look like rows: the quote may be a sign for inches.
pub(super) fn of_quoted_rows(records: &[SampleRecord], dialect: Dialect) -> Option<Evidence> {
    let delimiter = dialect.delimiter?;
    let (width, _) = sniff::usual_width(&records.iter().collect::<Vec<_>>());
    let looks_like_row = |line: &str| width > 1 && line.matches(delimiter).count() + 1 == width;
    let has_rows = |record: &&SampleRecord| {
        let mut fields = record.fields.iter().filter(|field| field.is_quoted);
        fields.any(|field| field.text.lines().skip(1).any(looks_like_row))
    };
    let record = records.iter().find(has_rows)?;
    Some(Evidence {
        is_question: true,
        ..sentence(
            Topic::Dialect,
            format!(
                "a text in quotes that starts in line {} goes over several lines, which look like rows",
                record.line
            ),
        )
    })
}

pub(super) fn of_header(found: &FoundLayout) -> Vec<Evidence> {
    let layout = &found.layout;
    let place = match (layout.header, layout.titles) {
        (0, _) => "no header".to_owned(),
        (1, 0) => "the header is in record 1".to_owned(),
        (1, titles) => format!(
            "the header is in record {}, below {titles} without rows",
            titles + 1
        ),
        (headers, titles) => format!(
            "the header has {headers} records, from record {}",
            titles + 1
        ),
    };
    let mut all = vec![Evidence {
        topic: Topic::Header,
        column: None,
        text: format!("{place}: {}", found.reason),
        is_question: found.is_guess,
    }];
    all.extend(
        found
            .renamed
            .iter()
            .map(|text| sentence(Topic::Names, text.clone())),
    );
    all
}

pub(super) fn of_column(name: &str, found: &Found) -> Vec<Evidence> {
    let about = |topic, text, is_question| Evidence {
        topic,
        column: Some(name.to_owned()),
        text,
        is_question,
    };
    let mut all = Vec::new();
    all.extend(
        found
            .reason
            .clone()
            .map(|text| about(Topic::Type, text, false)),
    );
    all.extend(found.question.as_ref().map(|question| {
        let text = match question {
            Question::DayOrMonth { example } => {
                format!("{example} may have the day or the month first: choose which. Until then it is a text")
            }
            Question::DecimalOrGroup { example } => {
                format!("{example} may have decimals or thousands: choose which")
            }
        };
        about(Topic::Type, text, true)
    }));
    for (text, count) in &found.nulls {
        all.push(about(
            Topic::Null,
            format!("“{text}” is NULL, {}", times(*count)),
            false,
        ));
    }
    for (text, count) in &found.kept {
        all.push(about(
            Topic::Null,
            format!("“{text}” is kept as a text, {}", times(*count)),
            false,
        ));
    }
    all
}

fn times(count: usize) -> String {
    match count {
        1 => "once in the sample".to_owned(),
        count => format!("{count} times in the sample"),
    }
}
