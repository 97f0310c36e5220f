//! The rules of how a file looks: it begins with its purpose, and it is not long. It must not know what it is about.

use super::files::File;
use super::{Finding, Report};

/// Longer files do more than one thing.
const LONGEST: usize = 500;
/// Rows that belong to a mart, not code.
const ROWS: &str = "seed.sql";

/// How the first line of a file begins, by its language; nothing of one that is no code.
fn opening(file: &File) -> Option<&'static [&'static str]> {
    match file.extension() {
        "rs" => Some(&["//!"]),
        "js" | "mjs" => Some(&["//", "/*"]),
        "css" => Some(&["/*"]),
        "sql" => Some(&["--"]),
        _ => None,
    }
}

/// Each file of code begins with a comment that says what it is for.
pub(super) fn purpose(files: &[File]) -> Report {
    let code = files.iter().filter_map(|file| Some((file, opening(file)?)));
    let mut count = 0;
    let mut findings = Vec::new();
    for (file, opening) in code {
        count += 1;
        let says = |comment: &str| {
            let rest = file.text.strip_prefix(comment);
            rest.is_some_and(|rest| {
                rest.lines()
                    .next()
                    .is_some_and(|line| !line.trim().is_empty())
            })
        };
        if !opening.iter().any(|comment| says(comment)) {
            let what = format!(
                "does not begin with its purpose (`{} …`)",
                opening.join(" …` or `")
            );
            findings.push(Finding::new(file, 1, what));
        }
    }
    Report {
        rule: "purpose",
        checked: format!("{count} files begin with their purpose"),
        findings,
    }
}

/// No file of code is long.
pub(super) fn length(files: &[File]) -> Report {
    let is_code = |file: &&File| opening(file).is_some() && !file.path.ends_with(ROWS);
    let code: Vec<(&File, usize)> = files
        .iter()
        .filter(is_code)
        .map(|file| (file, file.text.lines().count()))
        .collect();
    let findings = code
        .iter()
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(file, lines)| Finding::new(file, *lines, format!("{lines} lines")))
        .collect();
    let longest = code.iter().map(|(_, lines)| *lines).max();
    Report {
        rule: "length",
        checked: format!(
            "{} files have at most {LONGEST} lines (the longest: {})",
            code.len(),
            longest.unwrap_or_default()
        ),
        findings,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_begin_with_their_purpose() {
        let table = [
            ("a.rs", "//! Adds.\nfn add() {}", true),
            ("a.rs", "// Adds.", false),
            ("a.rs", "//!\nfn add() {}", false),
            ("a.rs", "fn add() {}", false),
            ("a.js", "// Adds.", true),
            ("a.mjs", "/* Adds. */", true),
            ("a.js", "import \"b\";", false),
            ("a.css", "/* Colours. */", true),
            ("a.css", "a {}", false),
            ("a.sql", "-- Sums.", true),
            ("a.sql", "SELECT 1", false),
            ("a.md", "text", true),
        ];
        for (path, text, is_right) in table {
            let report = purpose(&[File::new(path, text)]);
            assert_eq!(report.findings.is_empty(), is_right, "{path}: {text}");
        }
    }

    #[test]
    fn files_are_short() {
        let lines = |count: usize| "x\n".repeat(count);
        let table = [
            ("a.rs", 500, true),
            ("a.rs", 501, false),
            ("a.css", 501, false),
            ("Cargo.lock", 3_000, true),
            ("marts/x/seed.sql", 3_000, true),
        ];
        for (path, count, is_right) in table {
            let report = length(&[File::new(path, &lines(count))]);
            assert_eq!(report.findings.is_empty(), is_right, "{path}: {count}");
        }
    }
}
