//! The worker that reads files whose values have types. How they are read is in the library of this package, the
//! messages are in the crate `worker`. It must not know what the rows are for.

mod file;

use columnar::{Open, understand};
use futures_channel::mpsc::UnboundedReceiver;
use futures_util::StreamExt as _;
use ingest::{Choices, Counts, FilePlan, ReadError};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use worker::listen;
use worker::pieces::{Page, Pieces, report_panics};
use worker::reading::{Failure, Progress, Reply, Request, size_of};

use crate::file::BrowserFile;

fn main() {
    report_panics();
    let (scope, messages) = listen();
    spawn_local(serve(messages, Page::new(scope)));
}

/// Handles requests as long as the worker lives.
async fn serve(mut messages: UnboundedReceiver<JsValue>, page: Page) {
    drop(page.send(&Reply::Ready));
    while let Some(message) = messages.next().await {
        let outcome = match Request::from_message(message) {
            Ok(Request::Understand { file, choices }) => understood(&file, &choices),
            Ok(Request::Load { file, plan, .. }) => {
                let pieces = Pieces::new(&page, &mut messages);
                load(pieces, &file, &plan).await
            }
            // A piece of a load that has ended.
            Ok(Request::Received) => continue,
            Err(error) => Err(Failure::Other(error.to_string())),
        };
        drop(page.send(&outcome.unwrap_or_else(Reply::Failed)));
    }
}

fn understood(file: &File, choices: &Choices) -> Result<Reply, Failure> {
    let found = understand(&file.name(), BrowserFile::new(file), choices);
    file::unchanged()?;
    Ok(Reply::Understood(vec![found?]))
}

/// Reads all rows.
async fn load(mut pieces: Pieces<'_>, file: &File, plan: &FilePlan) -> Result<Reply, Failure> {
    if !plan.corrections.is_empty() {
        return Err(Failure::Refused(format!(
            "the rows of {} have no text that could be corrected here; correct them where the file was written",
            file.name()
        )));
    }
    let failed = |error: ReadError| file::unchanged().err().unwrap_or_else(|| error.into());
    let open = Open::new(BrowserFile::new(file)).map_err(failed)?;
    let (rows, size) = (open.rows().max(1), size_of(file));
    let mut batches = open.batches(plan).map_err(failed)?;
    while let Some(batch) = batches.next().map_err(failed)? {
        pieces.send(&batch, Reply::Rows).await?;
        let read = batches.read();
        // The columns of a row group are read in turns: its rows tell better how far the file is read.
        let part = u128::from(size) * u128::from(read) / u128::from(rows);
        pieces.reply(&Reply::Progress(Progress {
            bytes: u64::try_from(part).unwrap_or(size),
            records: read,
        }))?;
    }
    let read = batches.read();
    Ok(Reply::Loaded {
        counts: Counts {
            read,
            loaded: read,
            ..Counts::default()
        },
    })
}
