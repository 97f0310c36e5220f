//! What works here in place of what DuckDB advises: the page has no extensions, no network and no folders.
//! It must not know what is run.

use duckdb_wasm::{Error as EngineError, ErrorKind};

/// What is wrong, in DuckDB's words, and what to do about it here.
pub(super) fn in_words(cause: &EngineError) -> String {
    match cause {
        EngineError::Engine { kind, message, .. } => match advised(kind, message) {
            Some((problem, advice)) => format!("{kind} Error: {problem}\n\n{advice}"),
            None => cause.to_string(),
        },
        other => other.to_string(),
    }
}

/// The same without the kind of the error.
pub(super) fn message_in_words(cause: &EngineError) -> Option<String> {
    let EngineError::Engine { kind, message, .. } = cause else {
        return None;
    };
    Some(match advised(kind, message) {
        Some((problem, advice)) => format!("{problem}\n\n{advice}"),
        None => message.clone(),
    })
}

/// What to do where a statement asks for an extension.
pub(super) fn about_extension(name: &str) -> &'static str {
    match name {
        "icu" => {
            "There is no ICU here: all times are in UTC. Cast a TIMESTAMP WITH TIME ZONE to TIMESTAMP to \
             calculate with it, as in x::TIMESTAMP - INTERVAL 1 DAY."
        }
        "json" => {
            "There is no JSON type here. Keep JSON as VARCHAR, or take values out with regexp_extract. A \
             result is saved as JSON by its button Download."
        }
        "parquet" => {
            "Parquet is not read here: choose a CSV or a database file on the page Sources. A result is \
             saved as Parquet by its button Download."
        }
        "httpfs" | "aws" | "azure" => NO_NETWORK,
        _ => "DuckDB in the browser has no extensions, and none can be installed or loaded.",
    }
}

const NO_NETWORK: &str = "SQL reaches no network here, and nothing was requested. Save the file first, \
                          then choose it on the page Sources.";
const NO_FILES: &str = "SQL reaches no files by their names here. Choose a file on the page Sources to \
                        load it; save a result by its button Download, the mart on the page Export.";
const FILE_GONE: &str =
    "It was changed, moved or deleted after it was chosen. Choose it again on the page Sources.";
const CAST: &str = "Cast it to TIMESTAMP first, which is in UTC, as in x::TIMESTAMP.";

fn advised<'a>(kind: &ErrorKind, message: &'a str) -> Option<(&'a str, &'static str)> {
    let first = message.lines().next().unwrap_or_default();
    if let Some((_, rest)) = message.split_once("it exists in the ") {
        let (name, _) = rest.split_once(' ')?;
        return Some((first, about_extension(name)));
    }
    if let Some((_, rest)) = message.split_once("required extension '") {
        let (name, _) = rest.split_once('\'')?;
        return Some((
            "The statement needs what this engine does not have",
            about_extension(name),
        ));
    }
    if message.contains("disabled by configuration") || message.contains("through configuration") {
        return Some(if message.contains("external extensions") {
            (first, about_extension(""))
        } else if message.contains("://") {
            (first, NO_NETWORK)
        } else {
            (first, NO_FILES)
        });
    }
    // The browser's own words, which name no file.
    if first.starts_with("NotReadableError:") || first.starts_with("NotFoundError:") {
        return Some(("A database file cannot be read any more", FILE_GONE));
    }
    let is_zoned = first.contains("TIMESTAMP WITH TIME ZONE");
    if is_zoned
        && (first.starts_with("No function matches")
            || first.contains("Unimplemented type for cast"))
    {
        return Some((first, CAST));
    }
    (*kind == ErrorKind::Transaction && message.contains("please ROLLBACK")).then_some((
        first,
        "An earlier statement of the transaction has failed: roll it back.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_advice_asks_for_what_is_not_here() {
        for (kind, message, expected) in [
            (
                "Catalog",
                "Type with name \"JSON\" is not in the catalog, but it exists in the json extension.\n\nPlease try installing and loading the json extension by running:\nINSTALL json;",
                "no JSON type here",
            ),
            (
                "Extension Autoloading",
                "An error occurred while trying to automatically install the required extension 'icu':\nLoading external extensions is disabled through configuration",
                "all times are in UTC",
            ),
            (
                "Permission",
                "Cannot access file \"https://example.org/x.csv\" - file system operations are disabled by configuration\n\nLINE 1: …",
                "reaches no network",
            ),
            (
                "Permission",
                "Cannot access file \"x.csv\" - file system operations are disabled by configuration",
                "page Sources",
            ),
            (
                "Permission",
                "Loading external extensions is disabled through configuration",
                "has no extensions",
            ),
            (
                "Invalid",
                "NotReadableError: Failed to execute 'readAsArrayBuffer' on 'FileReaderSync': The requested file could not be read",
                "Choose it again on the page Sources",
            ),
            (
                "Conversion",
                "Unimplemented type for cast (TIMESTAMP WITH TIME ZONE -> DATE)",
                "x::TIMESTAMP",
            ),
        ] {
            let cause = EngineError::Engine {
                kind: kind.into(),
                message: message.to_owned(),
                position: None,
            };
            let words = in_words(&cause);
            assert!(words.contains(expected), "{words}");
            assert!(!words.to_uppercase().contains("INSTALL JSON"), "{words}");
        }
    }
}
