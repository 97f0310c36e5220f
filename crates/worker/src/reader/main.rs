//! The worker that reads files. How files are read is in the crate `ingest`, the messages are in the library
//! of this package. It must not know what the rows are for.

mod archive;
mod load;
mod quarantine;

use futures_channel::mpsc::UnboundedReceiver;
use futures_util::StreamExt as _;
use ingest::{Choices, Sample, is_workbook, understand, understand_workbook};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use worker::pieces::{Page, report_panics};
use worker::reading::{Failure, Reply, Request, size_of};
use worker::{listen, piece};

/// Bytes of its middle and its end that are looked at.
const PART: u64 = 64 << 10;

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
            Ok(Request::Understand { file, choices }) => understood(&file, &choices).await,
            Ok(Request::Load { file, name, plan }) => {
                let load = load::Load::new(&page, &mut messages, name);
                load.run(&file, &plan).await
            }
            // A piece of a load that has ended.
            Ok(Request::Received) => continue,
            Err(error) => Err(Failure::Other(error.to_string())),
        };
        let reply = outcome.unwrap_or_else(Reply::Failed);
        drop(page.send(&reply));
    }
}

/// Understands a file from its start, its middle and its end.
async fn understood(file: &File, choices: &Choices) -> Result<Reply, Failure> {
    let size = size_of(file);
    let start = piece::read(file, 0, Sample::START_BYTES).await?;
    if is_workbook(&start) {
        return understood_whole(file, choices).await;
    }
    let is_whole = size <= Sample::START_BYTES;
    let mut others = Vec::new();
    let is_plain = ingest::Compression::detect(&start) == ingest::Compression::None;
    if is_plain && size > Sample::START_BYTES + 2 * PART {
        others.push(piece::read(file, size / 2, PART).await?);
        others.push(piece::read(file, size - PART, PART).await?);
    }
    let sample = Sample {
        start: &start,
        others: others.iter().map(Vec::as_slice).collect(),
        is_whole,
    };
    Ok(Reply::Understood(understand(
        &file.name(),
        &sample,
        choices,
    )?))
}

/// Understands a workbook, or unpacks an archive.
async fn understood_whole(file: &File, choices: &Choices) -> Result<Reply, Failure> {
    let bytes = piece::whole(file).await?;
    if let Some(files) = archive::files(&file.name(), &bytes)? {
        return Ok(Reply::Unpacked(files));
    }
    Ok(Reply::Understood(understand_workbook(
        &file.name(),
        &bytes,
        choices,
    )?))
}
