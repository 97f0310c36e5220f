//! Files as people have them. Each file in `tests/corpus` stands beside the text of what it becomes:
//! its columns, its rows, its account, what is set aside and why, and the evidence. With
//! `UPDATE_CORPUS=1` the texts are written anew.

#![expect(clippy::unwrap_used, reason = "a test fails so")]

mod report;

use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return found;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_none_or(|end| end != "expected") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn each_file_becomes_what_stands_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus");
    let mut wrong = Vec::new();
    let files = files(&folder);
    for path in &files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let report = report::report(&name, &fs::read(path).unwrap());
        let expected = path.with_file_name(format!("{name}.expected"));
        if std::env::var_os("UPDATE_CORPUS").is_some() {
            fs::write(&expected, &report).unwrap();
        }
        let text = fs::read_to_string(&expected).unwrap_or_default();
        if text != report {
            wrong.push(format!(
                "=== {name}: expected\n{text}=== but it is\n{report}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} files:\n{}",
        wrong.len(),
        files.len(),
        wrong.join("\n")
    );
}

/// `FILES=…` shows what the crate makes of any files.
#[test]
fn files_that_are_named() {
    let Some(names) = std::env::var_os("FILES") else {
        return;
    };
    for path in names.to_string_lossy().split(' ').map(Path::new) {
        println!("=== {}", path.display());
        println!(
            "{}",
            report::report(&path.to_string_lossy(), &fs::read(path).unwrap())
        );
    }
}
