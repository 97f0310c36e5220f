//! What holds for any file: written in any dialect, a table is read as it is; however a file is damaged,
//! each record is accounted for; and it does not matter in which pieces a file comes.

#![expect(clippy::unwrap_used, reason = "a test fails so")]

#[path = "corpus/report.rs"]
#[expect(dead_code, reason = "the corpus uses all of it")]
mod report;

use std::fmt::Write as _;

use ingest::ReadError;
use proptest::collection::vec;
use proptest::prelude::*;
use report::{Read, read_all, rows};

/// Reads the first table of a file in pieces of some bytes.
fn read(name: &str, bytes: &[u8], piece: usize) -> Result<Result<Read, ReadError>, String> {
    Ok(read_all(name, bytes, piece)?.remove(0).1)
}

/// Texts with everything that a dialect has to protect.
fn text() -> impl Strategy<Value = String> {
    "[a-z\"',;|\t\n éЖ🍵]{1,12}".prop_filter("blank", |text| !text.trim().is_empty())
}

fn written(table: &[(String, i64)], delimiter: char, line_end: &str) -> String {
    let mut file = format!("word{delimiter}count{line_end}");
    for (text, number) in table {
        let quoted = text.replace('"', "\"\"");
        write!(file, "\"{quoted}\"{delimiter}{number}{line_end}").unwrap();
    }
    file
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_table_is_read_as_it_was_written(
        table in vec((text(), any::<i64>()), 1..20),
        delimiter in prop::sample::select(vec![',', ';', '\t', '|']),
        line_end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        piece in 1usize..200,
    ) {
        let file = written(&table, delimiter, line_end);
        let read = read("table.csv", file.as_bytes(), piece).unwrap().unwrap();
        prop_assert_eq!(read.rows.counts.set_aside, 0, "{}", file);
        let expected: Vec<Vec<String>> = table
            .iter()
            .map(|(text, number)| vec![text.escape_debug().to_string(), number.to_string()])
            .collect();
        prop_assert_eq!(rows(&read.batches), expected, "{}", file);
    }

    #[test]
    fn damage_loses_no_record(
        table in vec((text(), any::<i64>()), 1..20),
        changes in vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 1..8),
        piece in 1usize..200,
    ) {
        let mut bytes = written(&table, ',', "\n").into_bytes();
        for (at, byte, kind) in changes {
            if bytes.is_empty() { break }
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => bytes.truncate(at),
            }
        }
        if let Ok(Ok(read)) = read("table.csv", &bytes, piece) {
            let counts = &read.rows.counts;
            prop_assert!(counts.is_balanced(), "{counts:?}");
            prop_assert_eq!(counts.loaded, rows(&read.batches).len() as u64);
            prop_assert_eq!(counts.set_aside, read.rows.rejects.len() as u64);
        }
    }

    #[test]
    fn pieces_do_not_matter(bytes in vec(prop::sample::select(b"a1,;\"\n\r \\#\t.-/\xc3\xa9\xff\x00".to_vec()), 0..300), piece in 1usize..40) {
        let whole = read("any.csv", &bytes, 1 << 20);
        let pieces = read("any.csv", &bytes, piece);
        match (whole, pieces) {
            (Ok(Ok(whole)), Ok(Ok(pieces))) => {
                prop_assert!(whole.rows.counts.is_balanced());
                prop_assert_eq!(&whole.rows.counts, &pieces.rows.counts);
                prop_assert_eq!(&whole.rows.rejects, &pieces.rows.rejects);
                prop_assert_eq!(rows(&whole.batches), rows(&pieces.batches));
            }
            (whole, pieces) => prop_assert_eq!(whole.is_err(), pieces.is_err()),
        }
    }

    #[test]
    fn compressed_bytes_may_be_anything(mut bytes in vec(any::<u8>(), 0..400), piece in 1usize..50, kind in 0usize..3) {
        let start: &[u8] = [&b"\x1f\x8b\x08\x00"[..], &b"\x28\xb5\x2f\xfd"[..], &b""[..]][kind];
        bytes.splice(0..0, start.iter().copied());
        if let Ok(Ok(read)) = read("any", &bytes, piece) {
            prop_assert!(read.rows.counts.is_balanced());
        }
    }
}
