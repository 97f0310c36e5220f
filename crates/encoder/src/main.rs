//! The worker: takes requests one after the other, keeps the download in the making. What a
//! format looks like is `mart`'s knowledge, how a message looks is the library's.

mod output;

use arrow_buffer::Buffer;
use arrow_ipc::convert::try_schema_from_ipc_buffer;
use arrow_ipc::reader::StreamDecoder;
use encoder::{Container, Progress, Reply, Request};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt as _;
use js_sys::Uint8Array;
use mart::encode::{Encoder, Format, Options};
use thiserror::Error;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use output::{Basin, Output};

#[derive(Debug, Error)]
enum Failure {
    #[error(transparent)]
    Encode(#[from] mart::Error),
    #[error("DuckDB's rows could not be read: {0}")]
    Decode(#[from] arrow_schema::ArrowError),
    #[error("the file could not be put together: {0}")]
    Write(#[from] std::io::Error),
    #[error("the file could not be written to disk: {0}")]
    Disk(String),
    #[error("the browser could not hold the file")]
    Blob,
    #[error("the page sent {0} out of turn")]
    Order(&'static str),
}

impl Failure {
    fn disk(thrown: JsValue) -> Self {
        Self::Disk(String::from(js_sys::Object::from(thrown).to_string()))
    }
}

fn main() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let (to_job, requests) = unbounded();
    let on_message = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
        if let Some(request) = Request::from_message(&event.data()) {
            // The job listens for as long as the worker lives.
            drop(to_job.unbounded_send(request));
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // As does this.
    on_message.forget();
    // A worker whose page has gone has nobody to tell.
    let answer = move |reply: Reply| drop(scope.post_message(&reply.to_message()));
    answer(Reply::Ready);
    spawn_local(serve(requests, answer));
}

async fn serve(mut requests: UnboundedReceiver<Request>, answer: impl Fn(Reply)) {
    let mut download: Option<Download> = None;
    while let Some(request) = requests.next().await {
        let outcome = match request {
            Request::Open(container, file) => match Output::open(container, file).await {
                Ok(output) => {
                    download = Some(Download::new(container, output));
                    Ok(None)
                }
                Err(failure) => Err(failure),
            },
            Request::Abort => {
                abort(&mut download).await;
                Ok(Some(Reply::Aborted))
            }
            Request::Finish => match download.take() {
                Some(download) => download.finish().await.map(Some),
                None => Ok(None),
            },
            Request::Begin(..) | Request::Piece(_) | Request::End => match &mut download {
                Some(download) => download.advance(request).await,
                None => Ok(None),
            },
        };
        match outcome {
            Ok(reply) => reply.into_iter().for_each(&answer),
            Err(failure) => {
                abort(&mut download).await;
                answer(Reply::Failed(failure.to_string()));
            }
        }
    }
}

async fn abort(download: &mut Option<Download>) {
    if let Some(download) = download.take() {
        download.output.abort().await;
    }
}

/// A download, and the file of it that is being written.
struct Download {
    output: Output,
    file: Option<File>,
    rows: u64,
    /// The media type of the whole, once it is known.
    media_type: Option<&'static str>,
}

/// A file in the making.
enum File {
    /// Its columns are not known yet.
    Begun(Format, Options, Basin),
    /// Rows are written as they come.
    Writing(Box<Rows>),
}

/// Arrow bytes in, the format's bytes out.
struct Rows {
    decoder: StreamDecoder,
    encoder: Encoder<Basin>,
}

impl Download {
    fn new(container: Container, output: Output) -> Self {
        Self {
            output,
            file: None,
            rows: 0,
            media_type: match container {
                Container::File => None,
                Container::Zip => Some("application/zip"),
            },
        }
    }

    async fn advance(&mut self, request: Request) -> Result<Option<Reply>, Failure> {
        match (self.file.take(), request) {
            (None, Request::Begin(format, options, path)) => {
                self.media_type.get_or_insert(options.media_type(format));
                let sink = self.output.start_file(&path)?;
                self.file = Some(File::Begun(format, options, sink));
                Ok(None)
            }
            (Some(file), Request::Piece(piece)) => {
                let (file, rows) = file.take(&piece)?;
                self.file = Some(file);
                self.rows += rows;
                self.output.drain().await?;
                Ok(Some(Reply::Written(Progress {
                    rows: self.rows,
                    bytes: self.output.written(),
                })))
            }
            (Some(File::Writing(rows)), Request::End) => {
                rows.encoder.finish()?;
                self.output.drain().await?;
                Ok(None)
            }
            (Some(_), Request::Begin(..)) => Err(Failure::Order("a second file")),
            (None, Request::Piece(_)) => Err(Failure::Order("rows")),
            _ => Err(Failure::Order("an end")),
        }
    }

    async fn finish(self) -> Result<Reply, Failure> {
        if self.file.is_some() {
            self.output.abort().await;
            return Err(Failure::Order("the last word"));
        }
        let blob = self
            .output
            .finish(self.media_type.unwrap_or_default())
            .await?;
        Ok(Reply::Done(blob))
    }
}

impl File {
    /// Writes a piece, and counts its rows.
    fn take(self, piece: &Uint8Array) -> Result<(Self, u64), Failure> {
        let bytes = piece.to_vec();
        let mut rows = match self {
            Self::Writing(rows) => rows,
            Self::Begun(format, options, sink) => Box::new(Rows {
                encoder: {
                    let schema = try_schema_from_ipc_buffer(&bytes)?;
                    Encoder::new(format, &options, sink, &schema)?
                },
                decoder: StreamDecoder::new(),
            }),
        };
        let count = rows.write(bytes)?;
        Ok((Self::Writing(rows), count))
    }
}

impl Rows {
    fn write(&mut self, bytes: Vec<u8>) -> Result<u64, Failure> {
        let mut bytes = Buffer::from_vec(bytes);
        let mut rows = 0;
        while !bytes.is_empty() {
            if let Some(batch) = self.decoder.decode(&mut bytes)? {
                self.encoder.write(&batch)?;
                rows += batch.num_rows() as u64;
            }
        }
        Ok(rows)
    }
}
