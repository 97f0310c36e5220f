//! The rules of who may use what: the workbench imports no view, the pure crates use no browser, clock or randomness,
//! and `JsValue` stays in the files that host JavaScript. It must not know what the crates do.

use super::files::File;
use super::rust::Source;
use super::{Finding, Report};

const WORKBENCH: &str = "src/workbench/";
/// What is above the workbench.
const ABOVE: [&str; 2] = ["views", "components"];

/// Crates that turn values into values. A folder that does not exist is skipped.
const PURE: [&str; 6] = ["export", "ingest", "mart", "propose", "results", "sql"];
/// Crates and modules that bring in a browser, a clock or randomness.
const IMPURE: [&[&str]; 11] = [
    &["wasm_bindgen"],
    &["wasm_bindgen_futures"],
    &["js_sys"],
    &["web_sys"],
    &["gloo_timers"],
    &["gloo_utils"],
    &["rand"],
    &["getrandom"],
    &["fastrand"],
    &["std", "time"],
    &["core", "time"],
];

/// Files of the app that hold values of JavaScript: components with a part in JavaScript, and files that
/// call an interface of the browser.
const HOSTS: [&str; 6] = [
    "src/components/",
    // The number and date formats of the reader's locale: `Intl`.
    "src/format.rs",
    "src/workbench/disk.rs",
    "src/workbench/download.rs",
    "src/workbench/encoder.rs",
    "src/workbench/worker.rs",
];

/// The workbench imports no view and no component.
pub(super) fn workbench(sources: &[Source]) -> Report {
    let mut findings = Vec::new();
    let files: Vec<&Source> = in_folder(sources, WORKBENCH).collect();
    for source in &files {
        for path in &source.paths {
            let mut segments = path.segments.iter().map(String::as_str);
            let is_ours = matches!(segments.next(), Some("crate" | "super"));
            let first = segments.find(|segment| *segment != "super");
            if is_ours && first.is_some_and(|first| ABOVE.contains(&first)) {
                let what = format!("the workbench uses `{}`", path.segments.join("::"));
                findings.push(Finding::new(source.file, path.line, what));
            }
        }
    }
    Report {
        rule: "workbench",
        checked: format!("no view and no component in {} files", files.len()),
        findings,
    }
}

/// Pure crates use no browser, clock or randomness, neither in code nor among their dependencies.
pub(super) fn pure_crates(sources: &[Source], files: &[File]) -> Report {
    let mut findings = Vec::new();
    let (mut crates, mut count) = (0, 0);
    for name in PURE {
        let folder = format!("crates/{name}/");
        let manifest = format!("{folder}Cargo.toml");
        if let Some(manifest) = files.iter().find(|file| file.path == manifest) {
            crates += 1;
            for (line, dependency) in dependencies(&manifest.text) {
                if is_impure(&[dependency.replace('-', "_")]) {
                    let what = format!("{name} depends on `{dependency}`");
                    findings.push(Finding::new(manifest, line, what));
                }
            }
        }
        for source in in_folder(sources, &format!("{folder}src/")) {
            count += 1;
            for path in &source.paths {
                if is_impure(&path.segments) {
                    let what = format!("{name} uses `{}`", path.segments.join("::"));
                    findings.push(Finding::new(source.file, path.line, what));
                }
            }
        }
    }
    Report {
        rule: "pure",
        checked: format!("no browser, clock or randomness in {count} files of {crates} crates"),
        findings,
    }
}

/// `JsValue` stays in the files that host JavaScript.
pub(super) fn js_values(sources: &[Source]) -> Report {
    let mut findings = Vec::new();
    let mut count = 0;
    let is_host = |source: &Source| HOSTS.iter().any(|host| source.file.path.starts_with(host));
    for source in in_folder(sources, "src/").filter(|source| !is_host(source)) {
        count += 1;
        for identifier in &source.identifiers {
            if identifier.text == "JsValue" {
                let what = "`JsValue` outside of a file that hosts JavaScript";
                findings.push(Finding::new(source.file, identifier.line, what));
            }
        }
    }
    Report {
        rule: "js-value",
        checked: format!("no `JsValue` in {count} files"),
        findings,
    }
}

fn in_folder<'s, 'a>(
    sources: &'s [Source<'a>],
    folder: &str,
) -> impl Iterator<Item = &'s Source<'a>> {
    sources
        .iter()
        .filter(move |source| source.file.path.starts_with(folder))
}

fn is_impure(path: &[String]) -> bool {
    let begins = |impure: &&[&str]| {
        path.len() >= impure.len()
            && path
                .iter()
                .zip(impure.iter())
                .all(|(one, other)| one == other)
    };
    IMPURE.iter().any(begins)
}

/// The dependencies of a manifest that its library has, with their lines.
fn dependencies(manifest: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut is_inside = false;
    for (number, line) in manifest.lines().enumerate() {
        if let Some(section) = line.trim().strip_prefix('[') {
            let section = section.trim_end_matches(']');
            let (before, name) = section.rsplit_once('.').unwrap_or(("", section));
            is_inside = name == "dependencies";
            if before == "dependencies" || before.ends_with(".dependencies") {
                found.push((number + 1, name));
            }
        } else if is_inside && let Some((key, _)) = line.split_once('=') {
            let name = key.trim().split('.').next().unwrap_or_default();
            found.push((number + 1, name));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::rust::sources;
    use super::*;

    fn lines(report: &Report) -> Vec<usize> {
        report.findings.iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn the_workbench_imports_nothing_from_above() {
        let table = [
            ("use crate::views::Mart;", true),
            ("use crate::{rows::Rows, components::{Grid, Plan}};", true),
            ("fn f() { crate::components::show() }", true),
            ("use super::super::views;", true),
            ("use crate::rows::views;", false),
            ("#[cfg(test)]\nmod tests { use crate::views::Mart; }", false),
            ("// crate::views", false),
        ];
        for (rust, is_found) in table {
            let files = [File::new("src/workbench/a.rs", rust)];
            let report = workbench(&sources(&files).expect("tokens"));
            assert_eq!(!report.findings.is_empty(), is_found, "{rust}");
            let files = [File::new("src/views/a.rs", rust)];
            let report = workbench(&sources(&files).expect("tokens"));
            assert_eq!(lines(&report), [0; 0], "{rust}");
        }
    }

    #[test]
    fn pure_crates_know_no_browser_clock_or_randomness() {
        let table = [
            ("use std::{fmt, time::Instant};", true),
            ("fn f() { let now = std::time::SystemTime::now(); }", true),
            ("use web_sys::window;", true),
            ("fn f() { rand::random::<u8>() }", true),
            ("use std::fmt;", false),
            ("use crate::time::Moment;", false),
        ];
        for (rust, is_found) in table {
            let files = [File::new("crates/mart/src/a.rs", rust)];
            let report = pure_crates(&sources(&files).expect("tokens"), &files);
            assert_eq!(lines(&report).len(), usize::from(is_found), "{rust}");
        }
        let manifest = "[dependencies]\nserde = \"1\"\njs-sys.workspace = true\n\n\
                        [dependencies.web-sys]\nworkspace = true\n\n\
                        [dev-dependencies]\nrand = \"1\"\n";
        let files = [File::new("crates/sql/Cargo.toml", manifest)];
        assert_eq!(lines(&pure_crates(&[], &files)), [3, 5]);
    }

    #[test]
    fn js_values_stay_with_their_hosts() {
        let rust = "use wasm_bindgen::JsValue;";
        let table = [
            ("src/views/sql.rs", true),
            ("src/workbench/engine.rs", true),
            ("src/workbench/disk.rs", false),
            ("src/components/chart.rs", false),
            ("crates/duckdb-wasm/src/ffi.rs", false),
        ];
        for (path, is_found) in table {
            let files = [File::new(path, rust)];
            let report = js_values(&sources(&files).expect("tokens"));
            assert_eq!(lines(&report).len(), usize::from(is_found), "{path}");
        }
    }
}
