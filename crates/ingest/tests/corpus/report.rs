//! What the crate makes of a file, as a text that people can check.

use std::fmt::Write as _;

use arrow_array::RecordBatch;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use ingest::{
    Choices, Evidence, FilePlan, Part, ReadError, Reader, Rows, Sample, Understanding, is_workbook,
    read_sheet, understand, understand_workbook,
};

/// The most rows that a report shows.
const MOST_ROWS: usize = 40;

/// A file that was read.
pub struct Read {
    pub plan: FilePlan,
    pub evidence: Vec<Evidence>,
    pub batches: Vec<RecordBatch>,
    pub rows: Rows,
}

/// A table of a file: its name, if there are several, and its rows.
pub type Table = (Option<String>, Result<Read, ReadError>);

/// Reads each table of a file.
pub fn read_all(name: &str, bytes: &[u8], piece: usize) -> Result<Vec<Table>, String> {
    let start = bytes.len().min(256 << 10);
    let sample = Sample {
        start: bytes.get(..start).unwrap(),
        others: Vec::new(),
        is_whole: start == bytes.len(),
    };
    let choices = Choices::default();
    let found = if is_workbook(bytes) {
        understand_workbook(name, bytes, &choices)
    } else {
        understand(name, &sample, &choices)
    };
    let found = found.map_err(|error| error.to_string())?;
    Ok(found
        .into_iter()
        .map(|found| (found.part_name.clone(), read_table(found, bytes, piece)))
        .collect())
}

fn read_table(found: Understanding, bytes: &[u8], piece: usize) -> Result<Read, ReadError> {
    let mut plan = found.plan;
    loop {
        let (batches, mut rows) = if matches!(plan.part, Part::Sheet(_)) {
            let mut rows = read_sheet(&plan, bytes)?;
            (std::mem::take(&mut rows.batches), rows)
        } else {
            read_as(&plan, bytes, piece)?
        };
        match rows.wider.take() {
            Some(wider) => plan = wider,
            None => {
                return Ok(Read {
                    plan,
                    evidence: found.evidence,
                    batches,
                    rows,
                });
            }
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
    let tables = match read_all(name, bytes, 1 << 20) {
        Err(refusal) => return format!("refused: {refusal}\n"),
        Ok(tables) => tables,
    };
    let mut text = String::new();
    for (part, read) in tables {
        if let Some(part) = part {
            writeln!(text, "== {part}").unwrap();
        }
        match read {
            Err(error) => writeln!(text, "stopped: {error}").unwrap(),
            Ok(read) => text.push_str(&report_table(name, &read)),
        }
    }
    text
}

fn report_table(name: &str, read: &Read) -> String {
    let mut text = String::new();
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
        .map(|(rule, skip)| format!(", {rule} {} ({})", skip.records, skip.lines()))
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
