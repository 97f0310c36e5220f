//! The report of the quality checks in a zip, beside the tables. It must not know how a check is run.

use ::export::{Format, Options};
use duckdb_wasm::Connection;
use worker::{Content, Request};

use super::EncoderWorker;
use crate::workbench::error::Error;

/// The files of the report, whatever the format of the tables.
const FILES: [(Format, &str); 2] = [
    (Format::Csv, "data/quality/checks.csv"),
    (Format::Json, "data/quality/checks.json"),
];

/// Writes the files of a report, given the query for its rows.
pub(super) async fn pass_on(
    connection: &Connection,
    report: &str,
    encoder: &mut EncoderWorker,
) -> Result<(), Error> {
    for (format, path) in FILES {
        encoder.send(&Request::Begin {
            // A program that reads it finds the same form always.
            content: Content::Rows(format, Options::default()),
            path: path.to_owned(),
        })?;
        super::pass_on(connection, report, encoder, |_| ()).await?;
        encoder.send(&Request::End)?;
    }
    Ok(())
}
