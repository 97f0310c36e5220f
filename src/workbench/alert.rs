//! What the user reads when something failed: what was tried, what happened, what to do next. The only
//! place that words a failure.

use duckdb_wasm::Error as EngineError;
use mart::{LISTED_MISTAKES, Mistake, SourceError};

use super::advice;
use super::error::{Attempt, Error, is_out_of_memory};

/// A message that stays until it is dismissed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// What was tried, and that it failed.
    pub title: String,
    /// What went wrong, and what to do next.
    pub message: String,
    /// The places it went wrong at, one line each.
    pub places: Vec<String>,
    /// The engine's own words.
    pub engine_message: Option<String>,
    /// What the button offers.
    pub remedy: Remedy,
}

/// What can be done about an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Start the engine again.
    TryAgain,
    /// Read it and go on.
    Dismiss,
}

impl Alert {
    /// The alert for a failed attempt; `None` where there is nothing to report.
    pub(super) fn new(attempt: &Attempt, error: &Error, has_mart: bool) -> Option<Self> {
        if error.is_silent() && *attempt != Attempt::StartEngine {
            return None;
        }
        if let Error::Item { item, cause } = error {
            let alert = Self::new(attempt, cause, has_mart)?;
            return Some(Self {
                message: format!("At {item}: {}", alert.message),
                ..alert
            });
        }
        let outlook = outlook(attempt, error, has_mart);
        let message = match attempt {
            // The reason is in the details: few users can do anything about it.
            Attempt::StartEngine => outlook.to_owned(),
            _ => format!("{} {outlook}", sentence(reason(error))),
        };
        Some(Self {
            title: title(attempt, error),
            message: message.trim_end().to_owned(),
            places: places(error),
            engine_message: engine_message(error),
            remedy: remedy(attempt, error),
        })
    }
}

fn title(attempt: &Attempt, error: &Error) -> String {
    match (attempt, error) {
        (_, Error::EngineStopped { .. }) => "The engine has stopped".to_owned(),
        (Attempt::StartEngine, _) => "The engine could not be started".to_owned(),
        (_, Error::Source(cause)) => format!("{} was not loaded", cause.file()),
        (Attempt::LoadFile(file), _) => format!("{file} was not loaded"),
        (Attempt::OpenFile(_) | Attempt::OpenModel(_), Error::Engine(_)) => {
            format!("{attempt} failed")
        }
        (Attempt::OpenFile(name) | Attempt::OpenModel(name), _) => format!("{name} was not opened"),
        (Attempt::SaveQuery(name), _) => format!("{name} was not saved"),
        _ => format!("{attempt} failed"),
    }
}

/// What went wrong.
fn reason(error: &Error) -> String {
    match error {
        Error::Engine(cause) if is_out_of_memory(cause) => {
            "DuckDB has no memory left for this".to_owned()
        }
        Error::Engine(cause @ EngineError::Engine { message, .. }) => {
            let words = advice::message_in_words(cause);
            let words = words.filter(|words| words != message);
            format!(
                "DuckDB says: {}",
                match &words {
                    Some(words) => words.replace("\n\n", ". "),
                    None => message.lines().next().unwrap_or_default().to_owned(),
                }
            )
        }
        Error::Engine(EngineError::Unavailable { reason } | EngineError::Decode { reason }) => {
            reason.clone()
        }
        Error::EngineStopped { restarts: true, .. } => {
            "DuckDB was restarted, and the mart is rebuilt from the same source. Start unfinished \
              downloads again"
                .to_owned()
        }
        Error::EngineStopped { deaths, .. } => {
            format!("DuckDB has stopped {deaths} times in a row")
        }
        Error::Worker(_) | Error::NotSaved => format!("The reason: {error}"),
        other => other.to_string(),
    }
}

/// What is left, and what to do next.
fn outlook(attempt: &Attempt, error: &Error, has_mart: bool) -> &'static str {
    match (attempt, error) {
        (_, Error::Busy | Error::EngineStopped { restarts: true, .. }) => "",
        (_, Error::EngineStopped { .. }) => "Try again, perhaps with less data or fewer open tabs.",
        (Attempt::StartEngine, _) => {
            "The page needs DuckDB. Check the connection, then try again. If the page was updated \
             since you opened it, reload it."
        }
        (_, Error::ChecksFailed(_)) if has_mart => {
            "Nothing was changed: the mart before is still there."
        }
        (
            Attempt::LoadFile(_) | Attempt::Build(_) | Attempt::OpenFile(_) | Attempt::OpenModel(_),
            _,
        ) => {
            if has_mart {
                "Nothing was changed."
            } else {
                "There is no mart yet; try Rebuild mart."
            }
        }
        (Attempt::Export(_), _) => "No file was saved.",
        (Attempt::Profile(_) | Attempt::FetchFailingRows(_), _) => {
            "The earlier result is still shown."
        }
        (Attempt::ProposeStar, _) => "The tables are as they were.",
        (Attempt::VerifyEdit(_), _) => "The proposal is as it was.",
        (Attempt::AskQuestion, _) => "The previous answer is still shown.",
        (
            Attempt::RunEngine
            | Attempt::ListExamples
            | Attempt::RunSql
            | Attempt::SortResult
            | Attempt::EndTransaction(_)
            | Attempt::Inspect
            | Attempt::AddCheck
            | Attempt::SaveQuery(_),
            _,
        ) => "",
    }
}

/// The places of a wrong file, one line each.
fn places(error: &Error) -> Vec<String> {
    let cause = match error {
        Error::Source(cause) => cause,
        Error::Document(mistakes) if mistakes.len() > 1 => return listed(mistakes),
        Error::ChecksFailed(failed) if failed.len() > 1 => {
            return failed.iter().map(ToString::to_string).collect();
        }
        _ => return Vec::new(),
    };
    // A single problem is in the message.
    if cause.problems().len() < 2 {
        return Vec::new();
    }
    let mut places: Vec<_> = cause.problems().iter().map(ToString::to_string).collect();
    if let SourceError::WrongRows { rows, .. } = cause
        && !rows.is_complete()
    {
        places.push(format!(
            "… and more: {} rows are wrong in all",
            rows.wrong_rows
        ));
    }
    places
}

/// The mistakes of a document, one a line.
fn listed(mistakes: &[Mistake]) -> Vec<String> {
    let mut listed: Vec<_> = mistakes
        .iter()
        .take(LISTED_MISTAKES)
        .map(ToString::to_string)
        .collect();
    if mistakes.len() > LISTED_MISTAKES {
        listed.push(format!("… and {} more", mistakes.len() - LISTED_MISTAKES));
    }
    listed
}

fn engine_message(error: &Error) -> Option<String> {
    match error {
        Error::Engine(cause) | Error::EngineStopped { cause, .. } => Some(cause.to_string()),
        Error::Source(cause) => cause.detail().map(str::to_owned),
        Error::Open(cause) => cause.detail().map(str::to_owned),
        _ => None,
    }
}

const fn remedy(attempt: &Attempt, error: &Error) -> Remedy {
    match (attempt, error) {
        (_, Error::EngineStopped { restarts: true, .. }) => Remedy::Dismiss,
        (_, Error::EngineStopped { .. }) | (Attempt::StartEngine, _) => Remedy::TryAgain,
        _ => Remedy::Dismiss,
    }
}

fn sentence(mut text: String) -> String {
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::error::FailedCheck;

    fn engine(kind: &str, message: &str) -> Error {
        Error::Engine(EngineError::Engine {
            kind: kind.into(),
            message: message.to_owned(),
            position: None,
        })
    }

    fn stopped(deaths: u32, restarts: bool) -> Error {
        Error::EngineStopped {
            cause: EngineError::Lost {
                reason: "unreachable".to_owned(),
            },
            deaths,
            restarts,
        }
    }

    #[test]
    fn an_alert_says_what_was_tried_what_happened_and_what_to_do() {
        let build = || Attempt::Build("sales.csv".to_owned());
        let export = || Attempt::Export("a.csv".to_owned());
        let item = Error::Item {
            item: "fact_sales".to_owned(),
            cause: Box::new(Error::NotSaved),
        };
        for (attempt, error, title, message) in [
            (
                build(),
                engine("Out of Memory", "could not allocate block"),
                "Building the mart from sales.csv failed",
                "DuckDB has no memory left for this. Nothing was changed.",
            ),
            (
                build(),
                Error::Unverified {
                    step: "Verify that it is".to_owned(),
                },
                "Building the mart from sales.csv failed",
                "The rows were loaded, but some do not pass the step “Verify that it is”. Nothing \
                 was changed.",
            ),
            (
                build(),
                Error::ChecksFailed(vec![FailedCheck::Rows("a > 0".to_owned(), 1_234)]),
                "Building the mart from sales.csv failed",
                "The check “a > 0” fails for 1234 rows. Nothing was changed: the mart before is \
                 still there.",
            ),
            (
                build(),
                Error::ChecksFailed(vec![
                    FailedCheck::NotRun("b".to_owned(), "no table t".to_owned()),
                    FailedCheck::Rows("a > 0".to_owned(), 1),
                ]),
                "Building the mart from sales.csv failed",
                "The check “b” could not be run: no table t, and another check fails too. Nothing \
                 was changed: the mart before is still there.",
            ),
            (
                Attempt::LoadFile("b.csv".to_owned()),
                Error::Busy,
                "b.csv was not loaded",
                "Another action is running. Choose the file again when it has finished.",
            ),
            (
                Attempt::OpenFile("c.duckdb".to_owned()),
                engine("Catalog", "Table t does not exist!\nLINE 1: FROM t"),
                "Opening c.duckdb failed",
                "DuckDB says: Table t does not exist! Nothing was changed.",
            ),
            (
                export(),
                item,
                "Exporting a.csv failed",
                "At fact_sales: The reason: the browser does not save it. No file was saved.",
            ),
            (
                export(),
                Error::MissingTables(vec!["t".to_owned(), "u".to_owned()]),
                "Exporting a.csv failed",
                "Missing: t, u. Rebuild mart creates what is missing. No file was saved.",
            ),
            (
                Attempt::SaveQuery("Top".to_owned()),
                Error::NotOneStatement(2),
                "Top was not saved",
                "An answer is one query, and the text has 2 statements. Leave one of them.",
            ),
            (
                Attempt::RunEngine,
                stopped(3, false),
                "The engine has stopped",
                "DuckDB has stopped 3 times in a row. Try again, perhaps with less data or fewer \
                 open tabs.",
            ),
        ] {
            let alert = Alert::new(&attempt, &error, true).expect(title);
            assert_eq!(alert.title, title);
            assert_eq!(alert.message, message);
        }
    }

    #[test]
    fn an_alert_offers_what_helps() {
        let lost = || {
            Error::Engine(EngineError::Lost {
                reason: "unreachable".to_owned(),
            })
        };
        for (attempt, error, remedy) in [
            (Attempt::StartEngine, lost(), Some(Remedy::TryAgain)),
            (Attempt::RunEngine, stopped(1, true), Some(Remedy::Dismiss)),
            (
                Attempt::RunEngine,
                stopped(3, false),
                Some(Remedy::TryAgain),
            ),
            (Attempt::RunSql, Error::Cancelled, None),
            // The death of the engine is reported once, for all that ran on it.
            (Attempt::Inspect, lost(), None),
        ] {
            let alert = Alert::new(&attempt, &error, true);
            assert_eq!(alert.map(|alert| alert.remedy), remedy, "{attempt}");
        }
    }
}
