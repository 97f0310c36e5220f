//! The results of the checks as a table. It must not know who has run them.

use super::Check;
use crate::document::Severity;
use crate::sql::text;

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckResult {
    /// This number of rows fails it.
    Counted(u64),
    /// It could not be run, for this reason.
    NotRun(String),
}

/// A query for the report of checks that were run, which reads no table: for each check its name (`check`),
/// `description`, `dataset`, `kind`, `severity`, `result` (in dbt's words: `pass`, `warn`, `fail`, or `error` where it
/// could not be run), `failing_rows`, the `message` of what could not be run, and the `sql` that returns the failing
/// rows.
///
/// ```
/// use mart::CheckResult;
///
/// let shipped = mart::shipped::built_in();
/// let checks = mart::checks(shipped.model(), &[]);
/// let sql = mart::check_report(checks.iter().map(|check| (check, CheckResult::Counted(0))));
/// assert_eq!(sql.matches("'pass'").count(), checks.len());
/// ```
#[must_use]
pub fn check_report<'a>(results: impl IntoIterator<Item = (&'a Check, CheckResult)>) -> String {
    let mut lines: Vec<_> = results
        .into_iter()
        .map(|(check, result)| line(check, &result))
        .collect();
    // Without a check there are the columns alone.
    let is_empty = if lines.is_empty() {
        "\nWHERE false"
    } else {
        ""
    };
    if lines.is_empty() {
        lines.push(vec!["NULL"; COLUMNS.len()].join(", "));
    }
    let columns: Vec<_> = COLUMNS
        .iter()
        .map(|(name, data_type)| format!("CAST(\"{name}\" AS {data_type}) AS \"{name}\""))
        .collect();
    let names: Vec<_> = COLUMNS
        .iter()
        .map(|(name, _)| format!("\"{name}\""))
        .collect();
    format!(
        "SELECT {}\nFROM (VALUES\n    ({})\n) AS report({}){is_empty}",
        columns.join(", "),
        lines.join("),\n    ("),
        names.join(", ")
    )
}

const COLUMNS: [(&str, &str); 9] = [
    ("check", "VARCHAR"),
    ("description", "VARCHAR"),
    ("dataset", "VARCHAR"),
    ("kind", "VARCHAR"),
    ("severity", "VARCHAR"),
    ("result", "VARCHAR"),
    ("failing_rows", "BIGINT"),
    ("message", "VARCHAR"),
    ("sql", "VARCHAR"),
];

fn line(check: &Check, result: &CheckResult) -> String {
    let severity = match check.severity {
        Severity::Error => "error",
        Severity::Warn => "warn",
    };
    let (word, failing, message) = match result {
        CheckResult::Counted(0) => ("pass", "0".to_owned(), "NULL".to_owned()),
        CheckResult::Counted(rows) => (check.failed(), rows.to_string(), "NULL".to_owned()),
        CheckResult::NotRun(reason) => ("error", "NULL".to_owned(), text(reason)),
    };
    let dataset = check.tables.first().map_or("", String::as_str);
    [
        text(&check.name),
        text(&check.description),
        text(dataset),
        text(check.test.word()),
        text(severity),
        text(word),
        failing,
        message,
        text(&check.rows_sql),
    ]
    .join(", ")
}
