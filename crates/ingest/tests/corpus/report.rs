//! What the crate makes of a file, as a text that people can check.

use std::fmt::Write as _;

use arrow_array::RecordBatch;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use ingest::{Choices, Evidence, FilePlan, ReadError, Reader, Rows, Sample, understand};

/// The most rows that a report shows.
const MOST_ROWS: usize = 40;

/// A file that was read.
pub struct Read {
    pub plan: FilePlan,
    pub evidence: Vec<Evidence>,
    pub batches: Vec<RecordBatch>,
    pub rows: Rows,
}

/// Reads a file in pieces of some bytes.
pub fn read(name: &str, bytes: &[u8], piece: usize) -> Result<Result<Read, ReadError>, String> {
    let start = bytes.len().min(256 << 10);
    let sample = Sample {
        start: bytes.get(..start).unwrap(),
        others: Vec::new(),
        is_whole: start == bytes.len(),
    };
    let found =
        understand(name, &sample, &Choices::default()).map_err(|error| error.to_string())?;
    let mut plan = found.plan;
    loop {
        match read_as(&plan, bytes, piece) {
            Ok((_, rows)) if rows.wider.is_some() => {
                plan.table = rows.wider.unwrap();
            }
            Ok((batches, rows)) => {
                return Ok(Ok(Read {
                    plan,
                    evidence: found.evidence,
                    batches,
                    rows,
                }));
            }
            Err(error) => return Ok(Err(error)),
        }
    }
}

fn read_as(
    plan: &FilePlan,
    bytes: &[u8],
    piece: usize,
) -> Result<(Vec<RecordBatch>, Rows), ReadError> {
    let mut reader = Reader::new(plan);
    let mut batches = Vec::new();
    let mut rejects = Vec::new();
    for piece in bytes.chunks(piece) {
        let rows = reader.push(piece)?;
        batches.extend(rows.batches);
        rejects.extend(rows.rejects);
    }
    let mut rows = reader.finish()?;
    batches.append(&mut rows.batches);
    rejects.append(&mut rows.rejects);
    rows.rejects = rejects;
    Ok((batches, rows))
}

/// The report.
pub fn report(name: &str, bytes: &[u8]) -> String {
    let mut text = String::new();
    let read = match read(name, bytes, 1 << 20) {
        Err(refusal) => return format!("refused: {refusal}\n"),
        Ok(Err(error)) => return format!("stopped: {error}\n"),
        Ok(Ok(read)) => read,
    };
    let columns = read.plan.table.columns.iter();
    let columns: Vec<_> = columns
        .map(|column| format!("{} {}", column.name, column.rule.sql_type()))
        .collect();
    writeln!(text, "{}", columns.join(" | ")).unwrap();
    let rows = rows(&read.batches);
    for row in rows.iter().take(MOST_ROWS) {
        writeln!(text, "{}", row.join(" | ")).unwrap();
    }
    if rows.len() > MOST_ROWS {
        writeln!(text, "… {} rows in all", rows.len()).unwrap();
    }
    let counts = &read.rows.counts;
    assert!(counts.is_balanced(), "{name}: {counts:?}");
    assert_eq!(counts.loaded, rows.len() as u64, "{name}");
    assert_eq!(counts.set_aside, read.rows.rejects.len() as u64, "{name}");
    writeln!(text, "--").unwrap();
    let skipped: Vec<_> = counts
        .skipped
        .rules()
        .map(|(rule, skip)| match (skip.first_line, skip.last_line) {
            (first, last) if first == last => format!(", {rule} {} (line {first})", skip.records),
            (first, last) => format!(", {rule} {} (lines {first} to {last})", skip.records),
        })
        .collect();
    writeln!(
        text,
        "read {}, loaded {}, set aside {}{}",
        counts.read,
        counts.loaded,
        counts.set_aside,
        skipped.concat()
    )
    .unwrap();
    for reject in read.rows.rejects.iter().take(MOST_ROWS) {
        let column = reject
            .column
            .as_deref()
            .map(|name| format!(", {name}"))
            .unwrap_or_default();
        let value = reject
            .value
            .as_deref()
            .map(|value| format!(" “{value}”"))
            .unwrap_or_default();
        writeln!(
            text,
            "line {}{column}:{value} {} ‹{}›",
            reject.line,
            reject.fault.message(),
            reject.raw.escape_debug()
        )
        .unwrap();
    }
    writeln!(text, "--").unwrap();
    for Evidence {
        column,
        text: why,
        is_question,
        ..
    } in &read.evidence
    {
        let column = column
            .as_deref()
            .map(|name| format!("{name}: "))
            .unwrap_or_default();
        let mark = if *is_question { " (?)" } else { "" };
        writeln!(text, "{column}{why}{mark}").unwrap();
    }
    text
}

/// The rows as texts; NULL is `∅`.
pub fn rows(batches: &[RecordBatch]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let options = FormatOptions::default().with_null("∅");
    for batch in batches {
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column, &options).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            rows.push(
                columns
                    .iter()
                    .map(|column| column.value(row).to_string().escape_debug().to_string())
                    .collect(),
            );
        }
    }
    rows
}
