//! Files that nobody means well with: one line of a gigabyte, ten million empty lines, thousands of columns, bombs, a
//! sheet of the greatest length, and every file of the corpus with bytes changed, cut and inserted. The usual run is
//! a small one; `HOSTILE=1 cargo test --release -p ingest --test hostile` is the whole.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails so"
)]

#[path = "corpus/report.rs"]
#[expect(dead_code, reason = "the corpus uses all of it")]
mod report;

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::iter::repeat_n;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use arrow_array::RecordBatch;
use flate2::Compression;
use flate2::write::GzEncoder;
use ingest::{Choices, Counts, FilePlan, ReadError, Reader, Sample, understand};
use report::read_all;
use rstest::rstest;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A size of the whole run, or one of the usual run.
fn size(whole: usize, usual: usize) -> usize {
    if std::env::var_os("HOSTILE").is_some() {
        whole
    } else {
        usual
    }
}

fn plan(start: &[u8], is_whole: bool) -> FilePlan {
    let sample = Sample {
        start,
        others: Vec::new(),
        is_whole,
    };
    let mut found = understand("hostile.csv", &sample, &Choices::default()).unwrap();
    found.remove(0).plan
}

/// Reads pieces, and returns the account with the most rows that one piece has given.
fn read<'a>(
    plan: &FilePlan,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> Result<(Counts, usize), ReadError> {
    let mut reader = Reader::new(plan);
    let mut most = 0;
    for piece in pieces {
        let rows = reader.push(piece)?;
        let given: usize = rows.batches.iter().map(RecordBatch::num_rows).sum();
        most = most.max(given);
    }
    Ok((reader.finish()?.counts, most))
}

#[test]
fn one_line_without_an_end() {
    let piece = vec![b'x'; 1 << 20];
    let pieces = size(1024, 24);
    let start = b"id,name\n1,one\n2,two\n3,";
    let plan = plan(b"id,name\n1,one\n2,two\n", true);
    let all = std::iter::once(&start[..]).chain(repeat_n(&piece[..], pieces));
    let (counts, _) = read(&plan, all.chain([&b"\n4,four\n"[..]])).unwrap();
    assert!(counts.is_balanced(), "{counts:?}");
    assert_eq!((counts.loaded, counts.set_aside), (3, 1));
}

#[test]
fn millions_of_empty_lines() {
    let piece = vec![b'\n'; 1 << 17];
    let pieces = size(80, 1);
    let plan = plan(b"id,name\n1,one\n", true);
    let all = std::iter::once(&b"id,name\n1,one\n"[..]).chain(repeat_n(&piece[..], pieces));
    let (counts, _) = read(&plan, all.chain([&b"2,two\n"[..]])).unwrap();
    assert_eq!(counts.loaded, 2);
    assert_eq!(counts.skipped.empty.records, (pieces << 17) as u64);
    assert!(counts.is_balanced(), "{counts:?}");
}

#[test]
fn thousands_of_columns() {
    let columns = size(5000, 500);
    let mut text = String::new();
    for row in 0..20 {
        for column in 0..columns {
            let end = if column + 1 == columns { '\n' } else { ',' };
            match row {
                0 => write!(text, "column {column}{end}").unwrap(),
                row => write!(text, "{}{end}", row * column).unwrap(),
            }
        }
    }
    let read = read_all("wide.csv", text.as_bytes(), 1 << 16).unwrap();
    let read = read.into_iter().next().unwrap().1.unwrap();
    assert_eq!(read.plan.table.columns.len(), columns);
    assert_eq!(read.rows.counts.loaded, 19);
}

#[test]
fn a_small_file_that_becomes_a_large_one() {
    // A piece of it that the worker reads becomes as many rows as fit into memory.
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(b"id,name\n").unwrap();
    let row = b"1,one\n".repeat(1 << 15);
    for _ in 0..size(5000, 5) {
        gzip.write_all(&row).unwrap();
    }
    let bytes = gzip.finish().unwrap();
    let start = bytes.get(..bytes.len().min(256 << 10)).unwrap();
    let plan = plan(start, start.len() == bytes.len());
    let (counts, most) = read(&plan, bytes.chunks(128 << 10)).unwrap();
    assert_eq!(counts.loaded, (size(5000, 5) << 15) as u64);
    assert!(counts.is_balanced() && most < 40 << 20, "{most}");
}

#[test]
fn a_sheet_of_the_greatest_length() {
    let rows = size(1_048_576, 2_000);
    let mut sheet = String::from(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>",
    );
    sheet.push_str("<row><c t=\"inlineStr\"><is><t>id</t></is></c><c t=\"inlineStr\"><is><t>half</t></is></c><c t=\"inlineStr\"><is><t>name</t></is></c></row>");
    for row in 1..rows {
        write!(
            sheet,
            "<row><c><v>{row}</v></c><c><f>A1/2</f><v>{}.5</v></c><c t=\"inlineStr\"><is><t>n{row}</t></is></c></row>",
            row / 2
        )
        .unwrap();
    }
    sheet.push_str("</sheetData></worksheet>");
    let parts = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>",
        ),
        (
            "xl/workbook.xml",
            "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"../../x\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
        ),
        ("xl/worksheets/sheet1.xml", sheet.as_str()),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    let read = read_all("sheet.xlsx", &bytes, 1 << 20).unwrap();
    let counts = read.into_iter().next().unwrap().1.unwrap().rows.counts;
    assert_eq!((counts.read, counts.loaded), (rows as u64, rows as u64 - 1));
}

/// Numbers that look like chance, the same in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap()
    }
}

#[rstest]
fn damaged_files_of_a_kind_are_accounted_for(
    #[dirs]
    #[files("../../tests/corpus/*")]
    kind: PathBuf,
) {
    let mut files: Vec<PathBuf> = fs::read_dir(&kind)
        .unwrap()
        .map(|file| file.unwrap().path())
        // The library that reads old workbooks may take all memory for a damaged one, which ends the worker.
        .filter(|path| {
            let end = path.extension().unwrap_or_default();
            end != "expected" && end != "xls"
        })
        .collect();
    files.sort();
    let files: Vec<Vec<u8>> = files.iter().map(|path| fs::read(path).unwrap()).collect();
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut read = 0;
    let inputs = size(1_000_000, 100);
    for input in 0..inputs {
        let mut bytes = files.get(input % files.len()).unwrap().clone();
        for _ in 0..=chance.below(4) {
            damage(&mut bytes, &mut chance);
        }
        let piece = 1 + chance.below(bytes.len() + 64);
        let outcome = catch_unwind(AssertUnwindSafe(|| read_all("damaged", &bytes, piece)));
        // The library that reads workbooks panics over some: the worker says so to the page.
        let is_workbook = kind.ends_with("workbook");
        let Ok(outcome) = outcome else {
            if is_workbook {
                continue;
            }
            let path = std::env::temp_dir().join("hostile");
            fs::write(&path, &bytes).unwrap();
            panic!("{}: a panic over {}", kind.display(), path.display());
        };
        for (_, table) in outcome.into_iter().flatten() {
            let Ok(table) = table else { continue };
            read += 1;
            let counts = &table.rows.counts;
            let loaded: usize = table.batches.iter().map(RecordBatch::num_rows).sum();
            assert!(counts.is_balanced(), "{}: {counts:?}", kind.display());
            assert_eq!(counts.loaded, loaded as u64, "{}", kind.display());
        }
    }
    println!("{}: {inputs} inputs, {read} tables", kind.display());
}

fn damage(bytes: &mut Vec<u8>, chance: &mut Chance) {
    if bytes.is_empty() {
        return;
    }
    let at = chance.below(bytes.len());
    let length = (1 + chance.below(8)).min(bytes.len() - at);
    match chance.below(6) {
        0 => bytes[at] ^= 1 << chance.below(8),
        1 => bytes[at] = b"\",;\n\r\t\0{}[]\\'="[chance.below(14)],
        2 => bytes.truncate(at),
        3 => drop(bytes.drain(at..at + length)),
        4 => bytes.insert(at, u8::try_from(chance.below(256)).unwrap()),
        _ => {
            let copy = bytes[at..at + length].to_vec();
            let to = chance.below(bytes.len());
            bytes.splice(to..to, copy);
        }
    }
}
