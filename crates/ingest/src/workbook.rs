//! Workbooks: .xlsx, .xls, .xlsb and .ods, each sheet a table. It must not know where the bytes come from.

use std::io::Cursor;

use calamine::{Data, DataType as _, Range, Reader as _, Sheets, open_workbook_auto_from_rs};

use crate::dialect::Dialect;
use crate::encoding::Encoding;
use crate::plan::{FilePlan, Part, TablePlan};
use crate::reader::{ReadError, Rows};
use crate::record::RecordBuffer;
use crate::sniff::{SampleField, SampleRecord};
use crate::table::Table;
use crate::understand::records::{self, Records};
use crate::understand::{Choices, PREVIEWED, Refusal, Understanding};
use crate::{Compression, Evidence, Topic};

/// Rows that are looked at.
const SAMPLED: usize = 1000;

type Workbook<'b> = Sheets<Cursor<&'b [u8]>>;

/// Whether the first bytes of a file are those of a workbook, or of a zip file, which may be one.
#[must_use]
pub fn is_workbook(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04") || start.starts_with(b"\xd0\xcf\x11\xe0")
}

/// Understands each sheet of a workbook that is not empty.
///
/// # Errors
/// [`Refusal`] if it is no workbook, is damaged, or has no rows.
pub fn understand_workbook(
    name: &str,
    bytes: &[u8],
    choices: &Choices,
) -> Result<Vec<Understanding>, Refusal> {
    let mut workbook = open(bytes).map_err(|reason| Refusal::Damaged {
        file: name.to_owned(),
        reason,
    })?;
    let sheets = workbook.sheet_names();
    let mut found = Vec::new();
    for sheet in &sheets {
        let range = workbook
            .worksheet_range(sheet)
            .map_err(|error| Refusal::Damaged {
                file: name.to_owned(),
                reason: format!("sheet {sheet}: {error}"),
            })?;
        if range.rows().all(|row| row.iter().all(Data::is_empty)) {
            continue;
        }
        found.push(understand_sheet(sheet, &range, choices));
    }
    if found.is_empty() {
        return Err(Refusal::Empty {
            file: name.to_owned(),
        });
    }
    if let [only] = found.as_mut_slice() {
        only.part_name = None;
    }
    Ok(found)
}

/// Reads a whole sheet by its plan.
///
/// # Errors
/// [`ReadError::Damaged`] if the sheet cannot be read.
pub fn read_sheet(plan: &FilePlan, bytes: &[u8]) -> Result<Rows, ReadError> {
    let Part::Sheet(name) = &plan.part else {
        return Err(ReadError::Damaged("it is no workbook".to_owned()));
    };
    let mut workbook = open(bytes).map_err(ReadError::Damaged)?;
    let range = workbook
        .worksheet_range(name)
        .map_err(|error| ReadError::Damaged(format!("sheet {name}: {error}")))?;
    let (rows, table) = read(plan, &range, 0)?;
    Ok(Rows {
        counts: table.counts().clone(),
        wider: table.wider().map(|table| FilePlan {
            table: table.clone(),
            ..plan.clone()
        }),
        ..rows
    })
}

fn open(bytes: &[u8]) -> Result<Workbook<'_>, String> {
    open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| error.to_string())
}

fn understand_sheet(name: &str, range: &Range<Data>, choices: &Choices) -> Understanding {
    let first = range.start().map_or(0, |(row, _)| row);
    let records: Vec<_> = range
        .rows()
        .take(SAMPLED)
        .enumerate()
        .map(|(at, row)| sample(u64::from(first) + at as u64 + 1, row))
        .collect();
    let mut evidence = vec![Evidence {
        topic: Topic::Dialect,
        column: None,
        text: format!("the sheet “{name}” of a workbook"),
        is_question: false,
    }];
    let records = Records {
        all: &records,
        above: 0,
        more: Vec::new(),
        dialect: Dialect::CSV,
    };
    let (layout, columns) = records::table(records, choices, &mut evidence);
    let mut plan = FilePlan {
        compression: Compression::None,
        accepts_cut: false,
        part: Part::Sheet(name.to_owned()),
        encoding: Encoding::utf_8(),
        dialect: Dialect::CSV,
        layout,
        table: TablePlan {
            columns,
            short_rows_are_null: choices.short_rows_are_null,
            line_column: None,
        },
        corrections: Vec::new(),
        most_set_aside: choices.most_set_aside,
    };
    let mut understanding = Understanding {
        part_name: Some(name.to_owned()),
        plan: plan.clone(),
        evidence,
        first_rows: Vec::new(),
        counts: crate::Counts::default(),
        rejects: Vec::new(),
    };
    while let Ok((rows, table)) = read(&plan, range, PREVIEWED) {
        if let Some(wider) = table.wider() {
            plan.table = wider.clone();
            continue;
        }
        understanding.first_rows = table.previewed().to_vec();
        understanding.counts = table.counts().clone();
        understanding.rejects = rows.rejects;
        break;
    }
    understanding.plan = plan;
    understanding
}

fn read(plan: &FilePlan, range: &Range<Data>, preview: usize) -> Result<(Rows, Table), ReadError> {
    let failed = |error: arrow_schema::ArrowError| ReadError::Batch(error.to_string());
    let mut table = Table::new(plan).with_preview(preview);
    let mut rows = Rows::default();
    let mut record = RecordBuffer::default();
    let first = range.start().map_or(0, |(row, _)| row);
    for (at, row) in range.rows().enumerate() {
        record.clear();
        for cell in row {
            record.push(&text(cell));
        }
        record.with(u64::from(first) + at as u64 + 1, |record| {
            table.add(record, None);
        });
        if table.is_full() {
            rows.batches.extend(table.take_batch().map_err(failed)?);
        }
    }
    table.finish();
    rows.batches.extend(table.take_batch().map_err(failed)?);
    rows.rejects = table.take_rejects();
    Ok((rows, table))
}

fn sample(line: u64, row: &[Data]) -> SampleRecord {
    let fields: Vec<_> = row
        .iter()
        .map(|cell| SampleField {
            text: text(cell),
            is_quoted: false,
        })
        .collect();
    let texts: Vec<_> = fields.iter().map(|field| field.text.as_str()).collect();
    let raw = texts.join("\t");
    SampleRecord {
        line,
        raw,
        fields,
        is_damaged: false,
    }
}

/// The text of a cell. Numbers have the 15 digits that a workbook shows.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => shown(*number),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(moment) => {
            if moment.is_duration() {
                return shown(moment.as_f64());
            }
            let Some(moment) = moment.as_datetime() else {
                return shown(moment.as_f64());
            };
            // A time of day is a part of the first day.
            if cell
                .get_datetime()
                .is_some_and(|moment| moment.as_f64() < 1.0)
            {
                return moment.format("%H:%M:%S%.f").to_string();
            }
            let text = moment.format("%Y-%m-%d %H:%M:%S%.f").to_string();
            match text.strip_suffix(" 00:00:00") {
                Some(day) => day.to_owned(),
                None => text,
            }
        }
        Data::Error(error) => error.to_string(),
    }
}

fn shown(number: f64) -> String {
    // A whole number is exact up to 2^53.
    if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 {
        return number.to_string();
    }
    let short: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    short.to_string()
}
