//! The corpus through DuckDB's own reader, `read_csv` with everything detected, beside this one: how many
//! files each reads right, refuses, or reads wrongly without an error. `UPDATE_CORPUS=1` writes the table
//! to `docs/files.md`.

#![expect(clippy::unwrap_used, reason = "a test fails so")]

#[path = "corpus/report.rs"]
#[expect(dead_code, reason = "the corpus uses all of it")]
mod report;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use native_duckdb::Native;
use serde_json::Value;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Right,
    Refused,
    Wrong,
}

#[test]
fn duckdbs_own_reader_on_the_same_files() {
    let Some(mut native) = Native::start() else {
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut counts = BTreeMap::<String, [u32; 4]>::new();
    let mut wrong = Vec::new();
    for folder in fs::read_dir(root.join("tests/corpus")).unwrap() {
        let folder = folder.unwrap().path();
        let kind = folder.file_name().unwrap().to_string_lossy().into_owned();
        // JSON and workbooks need extensions there.
        if kind == "json" || kind == "workbook" {
            continue;
        }
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|end| end == "expected") {
                continue;
            }
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let Ok(read) = report::read_all(&name, &fs::read(&path).unwrap(), 1 << 20) else {
                continue;
            };
            let Some((_, Ok(read))) = read.into_iter().next() else {
                continue;
            };
            let expected = report::rows(&read.batches);
            let verdict = verdict(&mut native, &path, &expected);
            let count = counts.entry(kind.clone()).or_default();
            let [all, right, refused, silent] = count;
            *all += 1;
            match verdict {
                Verdict::Right => *right += 1,
                Verdict::Refused => *refused += 1,
                Verdict::Wrong => {
                    *silent += 1;
                    wrong.push(format!("{kind}/{name}"));
                }
            }
        }
    }
    wrong.sort();
    let text = table(&counts, &wrong);
    if std::env::var_os("UPDATE_CORPUS").is_some() {
        fs::write(root.join("docs/files.md"), &text).unwrap();
    }
    // Lines may differ in what DuckDB says; the numbers are those of its version.
    let known = fs::read_to_string(root.join("docs/files.md")).unwrap();
    assert_eq!(known, text);
}

fn verdict(native: &mut Native, path: &Path, expected: &[Vec<String>]) -> Verdict {
    let path = path.display().to_string().replace('\'', "''");
    let sql = format!("SELECT COLUMNS(*)::VARCHAR FROM read_csv('{path}')");
    let Ok(found) = native.query(&sql) else {
        return Verdict::Refused;
    };
    let is_same = |expected: &Vec<String>, found: &Vec<Value>| {
        expected.len() == found.len()
            && expected
                .iter()
                .zip(found)
                .all(|(expected, found)| same(expected, found.as_str()))
    };
    let all = found.rows.len() == expected.len()
        && expected
            .iter()
            .zip(&found.rows)
            .all(|(expected, found)| is_same(expected, found));
    if all { Verdict::Right } else { Verdict::Wrong }
}

/// Whether two texts are the same value: numbers and times in any form.
fn same(expected: &str, found: Option<&str>) -> bool {
    let Some(found) = found else {
        return expected == "∅" || expected.is_empty();
    };
    let found = found.escape_debug().to_string();
    let number = |text: &str| text.parse::<f64>().ok();
    let plain = |text: &str| text.replace('T', " ").trim().to_owned();
    expected == found
        || plain(expected) == plain(&found)
        || number(expected).is_some_and(|value| number(&found) == Some(value))
}

fn table(counts: &BTreeMap<String, [u32; 4]>, wrong: &[String]) -> String {
    let mut text = String::from(
        "# Reading files of others\n\n\
         Each file of `tests/corpus` stands beside the text of what it becomes, which was checked by reading it: rows,\n\
         account, what is set aside and why. This is how many of them DuckDB 1.4.3 reads in the same way with\n\
         `read_csv` and nothing but the path. JSON and workbooks need extensions there and are left out, and so are files\n\
         that are refused here. Written by `UPDATE_CORPUS=1 cargo test -p ingest --test others`.\n\n\
         | kind | files | right here | DuckDB: right | refused | wrong without an error |\n\
         | --- | ---: | ---: | ---: | ---: | ---: |\n",
    );
    let mut sums = [0; 4];
    for (kind, count) in counts {
        let [all, right, refused, silent] = count;
        writeln!(
            text,
            "| {kind} | {all} | {all} | {right} | {refused} | {silent} |"
        )
        .unwrap();
        for (sum, count) in sums.iter_mut().zip(count) {
            *sum += count;
        }
    }
    let [all, right, refused, silent] = sums;
    writeln!(
        text,
        "| all | {all} | {all} | {right} | {refused} | {silent} |\n"
    )
    .unwrap();
    text.push_str(
        "Read otherwise there, without an error. Some of these are a matter of taste, a code that is read as a number or a\n\
         day as text; in others rows are lost, or wrong:\n\n",
    );
    for name in wrong {
        writeln!(text, "- `{name}`").unwrap();
    }
    text
}
