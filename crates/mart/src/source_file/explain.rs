//! Turns what the engine said about a file into a [`SourceError`]: the rows its diagnosis found,
//! or else its error text. It must not know who asked the engine.

use super::{Fault, Problem, SourceError, SourceFile, TextRows, WrongRows};
use crate::message::number_after;

/// `diagnose.sql` sends one character more than is shown, to tell a whole value from a cut one.
const SHOWN_CHARACTERS: usize = 200;

/// So much of the engine's own words is kept: they quote the line they stumbled over, which can
/// be megabytes long.
const KEPT_DETAIL: usize = 1_000;

impl SourceFile {
    /// Says why a build from this file failed, from the engine's error (empty if a `Verify` step
    /// returned rows) and what came of the queries in [`diagnoses`](Self::diagnoses), in order.
    #[must_use]
    pub fn verdict<M: AsRef<str>>(
        &self,
        engine_message: &str,
        findings: &[Result<TextRows, M>],
    ) -> SourceError {
        let found = findings
            .iter()
            .filter_map(|finding| finding.as_ref().ok())
            .find_map(|rows| self.problems_from(rows));
        if let Some(error) = found {
            return error;
        }
        // A message of the second query has the better line, one of the plan the better reason.
        findings
            .iter()
            .rev()
            .filter_map(|finding| finding.as_ref().err())
            .map(|message| self.explain(message.as_ref()))
            .find(|error| {
                matches!(
                    error,
                    SourceError::NotUtf8 { .. } | SourceError::LineTooLong { .. }
                )
            })
            .unwrap_or_else(|| self.explain(engine_message))
    }

    /// Reads the result of the first query of [`diagnoses`](Self::diagnoses): line, column, fault,
    /// value, number of wrong rows and of all rows. `None` if it found nothing wrong, or is not that
    /// query's result.
    fn problems_from(&self, found: &TextRows) -> Option<SourceError> {
        let file = self.file_name.clone();
        let mut rows = WrongRows {
            problems: Vec::new(),
            wrong_rows: 0,
            all_rows: 0,
        };
        for row in found {
            let [line, column, fault, value, wrong_rows, all_rows] = row.as_slice() else {
                return None;
            };
            let fault = fault.as_deref()?;
            if fault == "no_rows" {
                return Some(SourceError::NoRows {
                    file,
                    row: self.source.row.one.clone(),
                });
            }
            rows.wrong_rows = number(wrong_rows.as_ref())?;
            rows.all_rows = number(all_rows.as_ref())?;
            rows.problems.push(Problem {
                line: number(line.as_ref())?,
                column: column.clone().filter(|name| !name.is_empty()),
                value: shortened(value.as_deref().unwrap_or_default(), SHOWN_CHARACTERS),
                fault: Fault::named(fault)?,
            });
        }
        (!rows.problems.is_empty()).then_some(SourceError::WrongRows { file, rows })
    }

    /// Turns DuckDB's error text into an error that names the file and the line. The line is DuckDB's:
    /// it counts a row with line breaks inside quotes as one line.
    ///
    /// ```
    /// let csv = b"order_date,customer_name,product_name,quantity,unit_price\n2025-10-01,A,B,1,2\n";
    /// let shipped = mart::shipped::built_in();
    /// let file = mart::SourceFile::detect(&shipped.model().sources()[0], "sales.csv", csv, 900, 1)?;
    /// let error = file.explain("Invalid Input Error: CSV Error on Line: 3\nOriginal Line: x\nExpected Number of Columns: 5 Found: 1\n");
    /// assert_eq!(error.to_string(), "sales.csv, line 3: the row has 1 field, the header has 5");
    /// # Ok::<(), mart::SourceError>(())
    /// ```
    #[must_use]
    pub fn explain(&self, engine_message: &str) -> SourceError {
        let file = self.file_name.clone();
        let detail = kept(engine_message);
        let line = number_after(engine_message, "CSV Error on Line: ");
        let says = |words| engine_message.contains(words);
        if let Some(limit) = number_after(engine_message, "Maximum line size of ") {
            return SourceError::LineTooLong {
                file,
                line: line.unwrap_or(1),
                limit,
                detail: Some(detail),
            };
        }
        if says("Invalid unicode") || says("as valid UTF-8") || says("not utf-8 encoded") {
            return match line {
                Some(line) => SourceError::NotUtf8 {
                    file,
                    line,
                    detail: Some(detail),
                },
                None => SourceError::Unreadable {
                    file,
                    line,
                    reason: "the text is not UTF-8; save the file as “CSV UTF-8” and load that"
                        .to_owned(),
                    detail,
                },
            };
        }
        let expected = number_after(engine_message, "Expected Number of Columns: ");
        let found = number_after(engine_message, " Found: ");
        let reason = if says("unterminated quote") {
            "a quote (\") is never closed, or text follows a closing one".to_owned()
        } else if let (Some(expected), Some(found)) = (expected, found) {
            let fields = if found == 1 { "field" } else { "fields" };
            format!("the row has {found} {fields}, the header has {expected}")
        } else if says("state machine reached an invalid state") {
            "the lines do not all end in the same way; save the file with one kind of line end"
                .to_owned()
        } else if line.is_some() || says("CSV Error") {
            "the row cannot be read as CSV".to_owned()
        } else {
            return SourceError::Engine { file, detail };
        };
        SourceError::Unreadable {
            file,
            line,
            reason,
            detail,
        }
    }
}

fn number(text: Option<&String>) -> Option<u64> {
    text?.parse().ok()
}

fn shortened(value: &str, characters: usize) -> String {
    match value.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
        None => value.to_owned(),
    }
}

/// The start and the end of a long message: the quoted line is in its middle.
fn kept(message: &str) -> String {
    let length = message.chars().count();
    if length <= 2 * KEPT_DETAIL {
        return message.trim().to_owned();
    }
    let start: String = message.chars().take(KEPT_DETAIL).collect();
    let end: String = message.chars().skip(length - KEPT_DETAIL).collect();
    format!("{}\n…\n{}", start.trim(), end.trim())
}
