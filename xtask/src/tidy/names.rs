//! The rule `names`: a shipped mart is a document, so no name of one stands in Rust that ships. The names come from the
//! documents themselves; it must not know any of them.

use super::files::File;
use super::rust::{Source, Text};
use super::{Finding, Report};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How the name of a document's file ends.
const DOCUMENT: &str = ".mart.json";
/// Where documents ship from.
const FOLDERS: [&str; 2] = ["crates/mart/marts/", "static/marts/"];
/// The parts of a document whose names a user may choose.
const NAMED: [&str; 5] = ["attributes", "datasets", "metrics", "questions", "sources"];
const THIS: &str = "xtask/src/tidy/names.rs";
/// Names shorter than this are ordinary words: `id`, `sku`.
const SHORTEST: usize = 4;
/// Periods of time: the calendar, the filter and the date functions of any mart have them.
const PERIODS: [&str; 6] = ["date", "year", "quarter", "month", "week", "day_of_week"];
/// Names that have another meaning in the code of the tool, each with that meaning. One that no document has is a
/// finding too.
const HOMONYMS: [(&str, &str); 8] = [
    (
        "channel",
        "the space between tables of a diagram, and a channel between tasks",
    ),
    ("device", "a name that Windows keeps for a device"),
    ("line_number", "the number of a line of a file"),
    ("month_name", "a part of a day, in a document's own words"),
    ("order", "SQL's ORDER BY, and the order of rows"),
    ("segment", "a part of a JSON Pointer"),
    (
        "share",
        "the share of a fact that a row of a bridge stands for",
    ),
    (
        "units",
        "units of a text's encoding, as the editor counts them",
    ),
];

/// The names of all documents that ship.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// How many documents there are.
    documents: usize,
    /// A name as it is compared, and a document that has it.
    inside: BTreeMap<String, String>,
    /// The names of the documents themselves.
    whole: BTreeSet<String>,
    /// The homonyms that documents have.
    homonyms: BTreeSet<&'static str>,
}

/// Reads the names from the documents.
pub(super) fn documents(files: &[File]) -> Result<Names, String> {
    let ships = |file: &&File| {
        file.path.ends_with(DOCUMENT) && FOLDERS.iter().any(|folder| file.path.starts_with(folder))
    };
    let mut names = Names::default();
    for file in files.iter().filter(ships) {
        let document: Value =
            serde_json::from_str(&file.text).map_err(|error| format!("{}: {error}", file.path))?;
        names.documents += 1;
        names
            .whole
            .extend(document.get("name").and_then(Value::as_str).map(snake));
        for part in NAMED {
            if let Some(part) = document.get(part) {
                names.add(part, &file.path);
            }
        }
    }
    Ok(names)
}

impl Names {
    /// Takes each `name` and `label` at any depth.
    fn add(&mut self, value: &Value, document: &str) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.add(value, document)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    match (key.as_str(), value) {
                        ("name" | "label", Value::String(name)) => self.add_name(name, document),
                        _ => self.add(value, document),
                    }
                }
            }
            _ => {}
        }
    }

    fn add_name(&mut self, name: &str, document: &str) {
        let name = snake(name);
        if let Some((homonym, _)) = HOMONYMS.iter().find(|(homonym, _)| *homonym == name) {
            self.homonyms.insert(homonym);
        } else if name.chars().count() >= SHORTEST && !PERIODS.contains(&name.as_str()) {
            self.inside
                .entry(name)
                .or_insert_with(|| document.to_owned());
        }
    }

    /// The first name that stands in a text, whole, with spaces or joined by `_`; and its line in the text.
    fn in_text(&self, text: &str) -> Option<(&str, usize)> {
        let lengths = self.inside.keys().map(|name| name.split('_').count());
        let longest = lengths.max().unwrap_or_default();
        let words = words(text);
        for (first, (_, line)) in words.iter().enumerate() {
            let mut joined = String::new();
            for (word, _) in words.iter().skip(first).take(longest) {
                if !joined.is_empty() {
                    joined.push('_');
                }
                joined.push_str(word);
                if let Some((name, _)) = self.inside.get_key_value(&joined) {
                    return Some((name, *line));
                }
            }
        }
        None
    }

    /// A name that an identifier is; or, of several words, one that it holds.
    fn in_identifier(&self, identifier: &str) -> Option<&str> {
        let identifier = snake(identifier);
        if let Some((name, _)) = self.inside.get_key_value(&identifier) {
            return Some(name);
        }
        let padded = format!("_{identifier}_");
        let several = self.inside.keys().filter(|name| name.contains('_'));
        several
            .map(String::as_str)
            .find(|name| padded.contains(&format!("_{name}_")))
    }
}

/// Words of letters, digits and `_` in small letters, with the line in the text that each stands in.
fn words(text: &str) -> Vec<(String, usize)> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    text.split('\n')
        .enumerate()
        .flat_map(|(line, text)| {
            text.split(move |character| !is_word(character))
                .filter(|word| !word.is_empty())
                .map(move |word| (word.to_lowercase(), line))
        })
        .collect()
}

/// A name or an identifier in small letters, its words joined by `_`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut was_small = false;
    for character in name.chars() {
        if !character.is_alphanumeric() {
            if !snake.is_empty() && !snake.ends_with('_') {
                snake.push('_');
            }
            was_small = false;
            continue;
        }
        if character.is_uppercase() && was_small {
            snake.push('_');
        }
        was_small = character.is_lowercase() || character.is_numeric();
        snake.extend(character.to_lowercase());
    }
    snake.trim_end_matches('_').to_owned()
}

/// Looks for the names in strings and identifiers.
pub(super) fn check(names: &Names, sources: &[Source]) -> Report {
    let mut findings = Vec::new();
    let mut embedding = Vec::new();
    for source in sources.iter().filter(|source| source.is_shipped()) {
        let strings = source.strings.iter().filter_map(|string| {
            let (name, line) = names.in_text(&string.text)?;
            Some((name, string.line + line))
        });
        let identifiers = source
            .identifiers
            .iter()
            .filter_map(|found| Some((names.in_identifier(&found.text)?, found.line)));
        for (name, line) in strings.chain(identifiers) {
            let document = names.inside.get(name).map_or("", String::as_str);
            let what = format!("`{name}` is a name of {document}");
            findings.push(Finding::new(source.file, line, what));
        }
        let of_documents = documents_in(names, source);
        if !of_documents.is_empty() {
            embedding.push((embeds(names, source), source, of_documents));
        }
    }
    // The file that embeds the documents may name them; if there are several, one too many does.
    embedding.sort_by_key(|(embeds, ..)| !embeds);
    let allowed = usize::from(embedding.first().is_some_and(|(embeds, ..)| *embeds));
    for (_, source, found) in embedding.into_iter().skip(allowed) {
        for Text { line, text } in found {
            let what = format!("`{text}` is a document: only the file that embeds it names it");
            findings.push(Finding::new(source.file, line, what));
        }
    }
    findings.extend(unused(names));
    if names.documents == 0 {
        findings.push(Finding {
            file: FOLDERS[0].to_owned(),
            line: 0,
            what: format!("there is no document, *{DOCUMENT}, to take names from"),
        });
    }
    findings.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
    let shipped = sources.iter().filter(|source| source.is_shipped()).count();
    Report {
        rule: "names",
        checked: format!(
            "{} names of {} documents in {shipped} Rust files",
            names.inside.len(),
            names.documents
        ),
        findings,
    }
}

/// The homonyms that no document has.
fn unused(names: &Names) -> Vec<Finding> {
    let is_unused = |homonym: &str| names.documents > 0 && !names.homonyms.contains(homonym);
    HOMONYMS
        .iter()
        .filter(|(homonym, _)| is_unused(homonym))
        .map(|(homonym, meaning)| Finding {
            file: THIS.to_owned(),
            line: 0,
            what: format!("no document has the name `{homonym}`, which is allowed as {meaning}"),
        })
        .collect()
}

/// Where the names of documents stand.
fn documents_in(names: &Names, source: &Source) -> Vec<Text> {
    let in_strings = source.strings.iter().flat_map(|string| {
        words(&string.text).into_iter().map(|(text, line)| Text {
            line: string.line + line,
            text,
        })
    });
    let identifiers = source.identifiers.iter().map(|found| Text {
        line: found.line,
        text: snake(&found.text),
    });
    in_strings
        .chain(identifiers)
        .filter(|found| names.whole.contains(&found.text))
        .collect()
}

/// Whether a file has the path of a document, or of a document's folder: that of `include_str!` or `include_dir!`.
fn embeds(names: &Names, source: &Source) -> bool {
    let is_path = |string: &Text| {
        let last = string.text.rsplit_once('/').map(|(_, last)| last);
        last.is_some_and(|last| last.ends_with(DOCUMENT) || names.whole.contains(last))
    };
    source.strings.iter().any(is_path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = r#"{
        "name": "corner_shop",
        "label": "Corner Shop",
        "datasets": [{
            "name": "fact_visits",
            "label": "Visits of guests",
            "fields": [{ "name": "guest_id" }, { "name": "date" }, { "name": "id" }, { "name": "name" },
                       { "name": "line" }, { "name": "order" }]
        }],
        "metrics": [{ "name": "turnover", "label": "Turnover" }],
        "checks": [{ "name": "no matter" }]
    }"#;

    fn findings(path: &str, rust: &str) -> Vec<String> {
        let files = [
            File::new("static/marts/corner_shop.mart.json", SHOP),
            File::new("elsewhere/x.mart.json", "no JSON"),
            File::new(path, rust),
        ];
        let names = documents(&files).expect("documents");
        let sources = super::super::rust::sources(&files).expect("tokens");
        let report = check(&names, &sources);
        let of_names = report.findings.into_iter();
        of_names
            .filter(|finding| finding.file != THIS)
            .map(|finding| {
                format!(
                    "{} {}",
                    finding.line,
                    finding.what.split('`').nth(1).unwrap_or_default()
                )
            })
            .collect()
    }

    #[test]
    fn names_in_code_are_found() {
        let table = [
            ("fn f() { g(\"FROM fact_visits\") }", "1 fact_visits"),
            ("fn f() { g(\"SELECT\n sum(Turnover)\") }", "2 turnover"),
            (
                "fn f() { g(\"the visits of Guests here\") }",
                "1 visits_of_guests",
            ),
            ("fn f() { g(\"visits_of_guests\") }", "1 visits_of_guests"),
            ("struct Turnover;", "1 turnover"),
            ("struct FactVisitsTable;", "1 fact_visits"),
            ("fn f(guest_id: u8) {}", "1 guest_id"),
            ("fn corner_shop() {}", "1 corner_shop"),
            ("const C: &str = \"corner_shop\";", "1 corner_shop"),
        ];
        for (rust, expected) in table {
            assert_eq!(findings("crates/mart/src/a.rs", rust), [expected], "{rust}");
        }
    }

    #[test]
    fn other_words_are_not() {
        let table = [
            "//! turnover\n/// fact_visits\nfn f() {} // guest_id",
            "#[cfg(test)]\nmod tests { fn turnover() {} }",
            "fn f() { g(\"turnovers, pre_turnover, visits, guest, date, id, order, Corner Shop\") }",
            "fn turnover_of() {}",
            "const D: &str = include_str!(\"../marts/corner_shop.mart.json\");",
            "const D: Dir = include_dir!(\"marts/corner_shop\"); const N: &str = \"corner_shop.mart.json\";",
        ];
        for rust in table {
            let found = findings("crates/mart/src/a.rs", rust);
            assert_eq!(found, Vec::<String>::new(), "{rust}");
        }
        assert!(findings("tests/src/a.rs", "fn turnover() {}").is_empty());
    }

    #[test]
    fn homonyms_that_no_document_has_are_found() {
        let files = [File::new(
            "static/marts/a.mart.json",
            r#"{ "metrics": [{ "name": "order" }] }"#,
        )];
        let names = documents(&files).expect("documents");
        let found = unused(&names);
        assert_eq!(found.len(), HOMONYMS.len() - 1, "{found:?}");
    }

    #[test]
    fn without_documents_nothing_is_checked() {
        let report = check(&Names::default(), &[]);
        assert_eq!(report.findings.len(), 1);
    }
}
