//! The corpus through DuckDB's own reader, `read_csv` with everything detected, and through Papa Parse in JavaScript,
//! beside this one: how many files each reads right, refuses, or reads wrongly without an error. `UPDATE_CORPUS=1`
//! writes the table to `docs/files.md`. And the files of csv-spectrum, which say themselves what is right.

#![expect(clippy::unwrap_used, reason = "a test fails so")]

#[path = "corpus/report.rs"]
#[expect(dead_code, reason = "the corpus uses all of it")]
mod report;

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::fs;
use std::ops::AddAssign;
use std::path::Path;
use std::process::Command;

use ingest::ColumnPlan;
use native_duckdb::Native;
use serde_json::Value;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Right,
    Refused,
    Wrong,
}

/// How many files.
#[derive(Clone, Copy, Default)]
struct Counts {
    all: u32,
    duckdb: Verdicts,
    papa_parse: Verdicts,
}

/// How many files were read in which way.
#[derive(Clone, Copy, Default)]
struct Verdicts {
    right: u32,
    refused: u32,
    wrong: u32,
}

impl Verdicts {
    fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Right => &mut self.right,
            Verdict::Refused => &mut self.refused,
            Verdict::Wrong => &mut self.wrong,
        } += 1;
    }
}

impl AddAssign for Verdicts {
    fn add_assign(&mut self, other: Self) {
        self.right += other.right;
        self.refused += other.refused;
        self.wrong += other.wrong;
    }
}

impl fmt::Display for Verdicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} | {} | {}", self.right, self.refused, self.wrong)
    }
}

#[test]
fn csv_spectrum_is_read_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../node_modules/csv-spectrum");
    let Ok(files) = fs::read_dir(folder.join("csvs")) else {
        println!("skipped: the npm packages are not installed");
        return;
    };
    for file in files {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // What it says of this one is another telephone number.
        if name == "location_coordinates.csv" {
            continue;
        }
        let right = folder.join("json").join(&name).with_extension("json");
        let right: Vec<serde_json::Map<String, Value>> =
            serde_json::from_slice(&fs::read(right).unwrap()).unwrap();
        let read = report::read_all(&name, &fs::read(&path).unwrap(), 7).unwrap();
        let read = read.into_iter().next().unwrap().1.unwrap();
        assert_eq!(read.rows.counts.set_aside, 0, "{name}");
        let columns = &read.plan.table.columns;
        let right: Vec<Vec<Option<String>>> = right
            .iter()
            .map(|row| {
                // No text at all is NULL here.
                let cell = |column: &ColumnPlan| {
                    let text = row.get(&column.name)?.as_str()?;
                    (!text.is_empty()).then(|| text.to_owned())
                };
                columns.iter().map(cell).collect()
            })
            .collect();
        let found = report::rows(&read.batches);
        assert!(is_same(&found, &right), "{name}: {found:?} for {right:?}");
    }
}

#[test]
fn other_readers_on_the_same_files() {
    let Some(mut native) = Native::start() else {
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
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
            files.push((kind.clone(), name, path, expected));
        }
    }
    files.sort();
    let paths: Vec<_> = files.iter().map(|(_, _, path, _)| path.as_path()).collect();
    let parsed = papa_parse(&paths);
    let mut counts = BTreeMap::<String, Counts>::new();
    let mut wrong = Vec::new();
    for ((kind, name, path, expected), parsed) in files.iter().zip(parsed) {
        let count = counts.entry(kind.clone()).or_default();
        count.all += 1;
        let verdict = of_duckdb(&mut native, path, expected);
        count.duckdb.add(verdict);
        if verdict == Verdict::Wrong {
            wrong.push(format!("{kind}/{name}"));
        }
        count.papa_parse.add(of_papa_parse(&parsed, expected));
    }
    let text = table(&counts, &wrong);
    if std::env::var_os("UPDATE_CORPUS").is_some() {
        fs::write(root.join("docs/files.md"), &text).unwrap();
    }
    // Lines may differ in what DuckDB says; the numbers are those of its version.
    let known = fs::read_to_string(root.join("docs/files.md")).unwrap();
    assert_eq!(known, text);
}

fn of_duckdb(native: &mut Native, path: &Path, expected: &[Vec<String>]) -> Verdict {
    let path = path.display().to_string().replace('\'', "''");
    let sql = format!("SELECT COLUMNS(*)::VARCHAR FROM read_csv('{path}')");
    let Ok(found) = native.query(&sql) else {
        return Verdict::Refused;
    };
    let found: Vec<Vec<Option<String>>> = found
        .rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|cell| cell.as_str().map(str::to_owned))
                .collect()
        })
        .collect();
    if is_same(expected, &found) {
        Verdict::Right
    } else {
        Verdict::Wrong
    }
}

/// Rows that Papa Parse has read, and whether it has said an error.
#[derive(serde::Deserialize)]
struct Parsed {
    rows: Vec<Vec<Option<String>>>,
    failed: bool,
}

fn papa_parse(paths: &[&Path]) -> Vec<Parsed> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/papaparse.mjs");
    let output = Command::new("node")
        .arg(script)
        .args(paths)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn of_papa_parse(parsed: &Parsed, expected: &[Vec<String>]) -> Verdict {
    if is_same(expected, &parsed.rows) {
        Verdict::Right
    } else if parsed.failed {
        Verdict::Refused
    } else {
        Verdict::Wrong
    }
}

fn is_same(expected: &[Vec<String>], found: &[Vec<Option<String>>]) -> bool {
    let are_same = |(expected, found): (&Vec<String>, &Vec<Option<String>>)| {
        let mut cells = expected.iter().zip(found);
        expected.len() == found.len()
            && cells.all(|(expected, found)| same(expected, found.as_deref()))
    };
    expected.len() == found.len() && expected.iter().zip(found).all(are_same)
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

fn table(counts: &BTreeMap<String, Counts>, wrong: &[String]) -> String {
    let mut text = String::from(
        "# Reading files of others\n\n\
         Each file of `tests/corpus` stands beside the text of what it becomes, which was checked by reading it: rows,\n\
         account, what is set aside and why. This is how many of them DuckDB 1.4.3 reads in the same way with\n\
         `read_csv` and nothing but the path, and Papa Parse 5.7.1 with a header and values typed. A file is refused where\n\
         an error is said. JSON and workbooks are left out, which need more there, and so are files that are refused here.\n\
         Written by `UPDATE_CORPUS=1 cargo test -p ingest --test others`.\n\n\
         | kind | files | right here | DuckDB: right | refused | wrong without an error | Papa Parse: right | refused | wrong without an error |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    let mut sum = Counts::default();
    let mut line = |kind: &str, count: &Counts| {
        let all = count.all;
        let (duckdb, papa_parse) = (count.duckdb, count.papa_parse);
        writeln!(text, "| {kind} | {all} | {all} | {duckdb} | {papa_parse} |").unwrap();
    };
    for (kind, count) in counts {
        line(kind, count);
        sum.all += count.all;
        sum.duckdb += count.duckdb;
        sum.papa_parse += count.papa_parse;
    }
    line("all", &sum);
    text.push('\n');
    text.push_str(
        "Read otherwise by DuckDB, without an error. Some of these are a matter of taste, a code that is read as a number or a\n\
         day as text; in others rows are lost, or wrong:\n\n",
    );
    for name in wrong {
        writeln!(text, "- `{name}`").unwrap();
    }
    text
}
