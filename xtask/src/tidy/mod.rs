//! `cargo xtask tidy`: the rules of ARCHITECTURE.md that a tool can check in the text of the sources. Each rule prints
//! one line with what it has checked, and each finding as `file:line: rule: what`. It must not know how the sources
//! are compiled.

mod files;
mod layers;
mod names;
mod phrases;
mod rust;
mod shape;

use files::File;
use std::fmt;

/// Something that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    file: String,
    line: usize,
    what: String,
}

impl Finding {
    fn new(file: &File, line: usize, what: impl Into<String>) -> Self {
        Self {
            file: file.path.clone(),
            line,
            what: what.into(),
        }
    }
}

/// What one rule has checked, and what it has found.
#[derive(Debug)]
struct Report {
    rule: &'static str,
    /// With numbers, so that a rule that checks nothing is seen.
    checked: String,
    findings: Vec<Finding>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = match self.findings.len() {
            0 => "ok".to_owned(),
            1 => "1 finding".to_owned(),
            count => format!("{count} findings"),
        };
        write!(f, "{:10} {}: {outcome}", self.rule, self.checked)?;
        for Finding { file, line, what } in &self.findings {
            write!(f, "\n{file}:{line}: {}: {what}", self.rule)?;
        }
        Ok(())
    }
}

/// Checks all rules, prints their reports, and fails when one of them has findings.
pub(crate) fn tidy() -> Result<(), String> {
    let files = files::read()?;
    let sources = rust::sources(&files)?;
    let documents = names::documents(&files)?;
    let reports = [
        names::check(&documents, &sources),
        layers::workbench(&sources),
        layers::pure_crates(&sources, &files),
        layers::js_values(&sources),
        shape::purpose(&files),
        shape::length(&files),
        phrases::check(&sources, &files),
    ];
    let mut broken = 0;
    for report in &reports {
        println!("{report}");
        broken += report.findings.len();
    }
    match broken {
        0 => Ok(()),
        1 => Err("tidy: 1 error.".to_owned()),
        count => Err(format!("tidy: {count} errors.")),
    }
}
