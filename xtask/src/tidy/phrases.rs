//! The rule `phrases`: words that the style of this project replaces by plainer ones. It must not know what the words
//! are about.

use super::files::File;
use super::rust::{Source, Text};
use super::{Finding, Report};

/// What is not written, in small letters.
const PHRASES: [&str; 6] = [
    "told",
    "so many",
    "one's own",
    "a person",
    "comes to nothing",
    "thought better",
];
/// It has the phrases in its own strings.
const THIS: &str = "xtask/src/tidy/phrases.rs";

/// Looks for the phrases in comments and strings of Rust, and in all of JavaScript.
pub(super) fn check(sources: &[Source], files: &[File]) -> Report {
    let mut findings = Vec::new();
    let mut count = 0;
    for source in sources.iter().filter(|source| source.file.path != THIS) {
        count += 1;
        for Text { line, text } in source.comments.iter().chain(&source.strings) {
            for (number, text) in text.lines().enumerate() {
                add(&mut findings, source.file, line + number, text);
            }
        }
    }
    let is_script = |file: &&File| {
        matches!(file.extension(), "js" | "mjs")
            && !file.path.contains("/tests/")
            && !file.path.starts_with("tests/")
    };
    for file in files.iter().filter(is_script) {
        count += 1;
        for (number, text) in file.text.lines().enumerate() {
            add(&mut findings, file, number + 1, text);
        }
    }
    findings.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
    Report {
        rule: "phrases",
        checked: format!("{} phrases in {count} files", PHRASES.len()),
        findings,
    }
}

fn add(findings: &mut Vec<Finding>, file: &File, line: usize, text: &str) {
    let text = text.to_lowercase();
    for phrase in PHRASES.iter().filter(|phrase| holds(&text, phrase)) {
        findings.push(Finding::new(file, line, format!("“{phrase}”")));
    }
}

/// Whether a phrase stands in a text with no letter before or after it.
fn holds(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text
            .get(at + phrase.len()..)
            .and_then(|text| text.chars().next());
        let is_free = |neighbour: Option<char>| !neighbour.is_some_and(char::is_alphanumeric);
        is_free(before) && is_free(after)
    })
}

#[cfg(test)]
mod tests {
    use super::super::rust::sources;
    use super::*;

    #[test]
    fn phrases_are_found_in_words_for_readers() {
        let table = [
            ("src/a.rs", "//! What is told.", 1),
            ("src/a.rs", "fn f() {} // So many rows, a person's.", 2),
            ("src/a.rs", "fn f() { g(\"told\") }", 1),
            ("src/a.rs", "fn told() {}", 0),
            ("src/a.rs", "// a personal, untold story", 0),
            ("src/a.rs", "#[cfg(test)]\nmod tests { /* told */ }", 0),
            ("tests/a.rs", "// told", 0),
            ("static/a.js", "const told = 1;", 1),
            ("tests/a.mjs", "// told", 0),
        ];
        for (path, text, count) in table {
            let files = [File::new(path, text)];
            let report = check(&sources(&files).expect("tokens"), &files);
            assert_eq!(report.findings.len(), count, "{path}: {text}");
        }
    }
}
