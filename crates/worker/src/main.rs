//! The export worker: it handles one request after the other and owns the current export. The
//! formats are in the crate `export`, the messages in the library of this package.

mod download;
mod output;
mod shared_buffer;

use futures_channel::mpsc::UnboundedReceiver;
use futures_util::StreamExt as _;
use thiserror::Error;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use worker::{MessageError, Reply, Request, listen};

use download::Download;
use output::Output;

/// Why an export fails.
#[derive(Debug, Error)]
enum Failure {
    #[error(transparent)]
    Encode(#[from] export::Error),
    #[error("DuckDB's rows could not be read: {0}")]
    Decode(#[from] arrow_schema::ArrowError),
    #[error("the zip could not be written: {0}")]
    Zip(#[from] std::io::Error),
    #[error(
        "the file could not be written to disk: {0}. Make room there if it is full, and try it again"
    )]
    Disk(String),
    #[error("the browser could not create the file")]
    Blob,
    #[error("protocol error: {0}")]
    Protocol(#[from] ProtocolError),
    #[error("protocol error: {0}")]
    Message(#[from] MessageError),
}

/// A request that does not fit the state of the worker.
#[derive(Debug, Error)]
enum ProtocolError {
    #[error("Begin before End")]
    BeginBeforeEnd,
    #[error("Table outside of a script")]
    TableOutsideScript,
    #[error("Piece outside of a file")]
    PieceOutsideFile,
    #[error("End outside of a file, or before its first piece")]
    EndOutsideFile,
    #[error("Finish before End")]
    FinishBeforeEnd,
}

impl Failure {
    fn disk(thrown: JsValue) -> Self {
        Self::Disk(String::from(js_sys::Object::from(thrown).to_string()))
    }
}

fn main() {
    let (scope, messages) = listen();
    let reply = move |reply: Reply| {
        if let Ok(message) = reply.to_message() {
            // This fails only if the page is gone.
            drop(scope.post_message(&message));
        }
    };
    reply(Reply::Ready);
    spawn_local(serve(messages, reply));
}

/// Handles requests as long as the worker lives.
async fn serve(mut messages: UnboundedReceiver<JsValue>, reply: impl Fn(Reply)) {
    let mut download = None;
    while let Some(message) = messages.next().await {
        match handle(message, &mut download).await {
            Ok(answer) => answer.into_iter().for_each(&reply),
            Err(failure) => {
                // The page terminates the worker; the requests until then have no download.
                download = None;
                reply(Reply::Failed {
                    reason: failure.to_string(),
                });
            }
        }
    }
}

/// Handles one request. Requests without a download follow a failure and are ignored.
async fn handle(
    message: JsValue,
    download: &mut Option<Download>,
) -> Result<Option<Reply>, Failure> {
    match Request::from_message(message)? {
        Request::Open { container, file } => {
            let output = Output::open(container, file).await?;
            *download = Some(Download::new(container, output));
            Ok(None)
        }
        Request::Finish => match download.take() {
            Some(download) => download.finish().await.map(Some),
            None => Ok(None),
        },
        request => match download {
            Some(download) => download.advance(request).await,
            None => Ok(None),
        },
    }
}
