//! The worker: takes requests one after the other, keeps the download in the making. What a
//! format looks like is `mart`'s knowledge, how a message looks is the library's.

mod output;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::convert::try_schema_from_ipc_buffer;
use arrow_ipc::reader::StreamDecoder;
use encoder::{Container, Content, Progress, Reply, Request};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt as _;
use js_sys::Uint8Array;
use mart::encode::{Encoder, Format, Options, ScriptEncoder};
use mart::{Mart, mini_data_mart};
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
    #[error(
        "the file could not be written to disk: {0}. Make room there if it is full, and try it again"
    )]
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
            Request::Finish => match download.take() {
                Some(download) => download.finish().await.map(Some),
                None => Ok(None),
            },
            Request::Begin(..) | Request::Table(_) | Request::Piece(_) | Request::End => {
                match &mut download {
                    Some(download) => download.advance(request).await,
                    None => Ok(None),
                }
            }
        };
        match outcome {
            Ok(reply) => reply.into_iter().for_each(&answer),
            Err(failure) => {
                // The page ends the worker for it; what it has sent meanwhile is for nobody.
                download = None;
                answer(Reply::Failed(failure.to_string()));
            }
        }
    }
}

/// A download, and the file of it that is being written.
struct Download {
    output: Output,
    file: Option<File>,
    rows: u64,
    /// Bytes of the pieces that have come.
    taken: u64,
    /// The media type of the whole, once it is known.
    media_type: Option<&'static str>,
}

/// A file in the making.
enum File {
    /// Its columns are not known yet.
    Begun(Format, Options, Basin),
    /// Rows are written as they come.
    Writing(Box<Rows>),
    /// Tables are written as they come.
    Script(Box<Script>),
}

/// Arrow bytes in, the format's bytes out.
struct Rows {
    decoder: StreamDecoder,
    encoder: Encoder<Basin>,
}

/// Arrow bytes of one table after the other in, a script of SQL out.
struct Script {
    mart: Mart,
    decoder: StreamDecoder,
    encoder: ScriptEncoder<Basin>,
}

impl Download {
    fn new(container: Container, output: Output) -> Self {
        Self {
            output,
            file: None,
            rows: 0,
            taken: 0,
            media_type: match container {
                Container::File => None,
                Container::Zip => Some("application/zip"),
            },
        }
    }

    async fn advance(&mut self, request: Request) -> Result<Option<Reply>, Failure> {
        match (self.file.take(), request) {
            (None, Request::Begin(content, path)) => {
                let sink = self.output.start_file(&path)?;
                let (file, media_type) = match content {
                    Content::Rows(format, options) => {
                        let media_type = options.media_type(format);
                        (File::Begun(format, options, sink), media_type)
                    }
                    Content::Script => (Script::begin(sink)?, "application/sql"),
                };
                self.media_type.get_or_insert(media_type);
                self.file = Some(file);
                Ok(None)
            }
            (Some(File::Script(mut script)), Request::Table(name)) => {
                script.table(&name)?;
                self.file = Some(File::Script(script));
                Ok(None)
            }
            (Some(file), Request::Piece(piece)) => {
                let (file, rows) = file.take(&piece)?;
                self.file = Some(file);
                self.rows += rows;
                self.taken += u64::from(piece.length());
                self.output.drain().await?;
                Ok(Some(Reply::Written(Progress {
                    rows: self.rows,
                    bytes: self.output.written(),
                    taken: self.taken,
                })))
            }
            (Some(File::Writing(rows)), Request::End) => {
                rows.encoder.finish()?;
                self.output.drain().await?;
                Ok(None)
            }
            (Some(File::Script(script)), Request::End) => {
                script.end()?;
                self.output.drain().await?;
                Ok(None)
            }
            (_, Request::Table(_)) => Err(Failure::Order("a table")),
            (Some(_), Request::Begin(..)) => Err(Failure::Order("a second file")),
            (None, Request::Piece(_)) => Err(Failure::Order("rows")),
            _ => Err(Failure::Order("an end")),
        }
    }

    async fn finish(self) -> Result<Reply, Failure> {
        if self.file.is_some() {
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
            Self::Script(mut script) => {
                let Script {
                    decoder, encoder, ..
                } = &mut *script;
                let count = decode(decoder, bytes, |batch| encoder.write(batch))?;
                return Ok((Self::Script(script), count));
            }
        };
        let Rows { decoder, encoder } = &mut *rows;
        let count = decode(decoder, bytes, |batch| encoder.write(batch))?;
        Ok((Self::Writing(rows), count))
    }
}

impl Script {
    fn begin(sink: Basin) -> Result<File, Failure> {
        let mart = mini_data_mart();
        Ok(File::Script(Box::new(Self {
            encoder: ScriptEncoder::new(sink, &mart)?,
            decoder: StreamDecoder::new(),
            mart,
        })))
    }

    fn table(&mut self, name: &str) -> Result<(), Failure> {
        let table = self.mart.table(name).ok_or(Failure::Order("a table"))?;
        self.encoder.table(table)?;
        // Each table is a stream of its own.
        self.decoder = StreamDecoder::new();
        Ok(())
    }

    fn end(mut self) -> Result<(), Failure> {
        for answer in &self.mart.answers {
            self.encoder.answer(answer)?;
        }
        self.encoder.finish()?;
        Ok(())
    }
}

/// Hands the batches of a piece on, and counts their rows.
fn decode(
    decoder: &mut StreamDecoder,
    bytes: Vec<u8>,
    mut write: impl FnMut(&RecordBatch) -> Result<(), mart::Error>,
) -> Result<u64, Failure> {
    let mut bytes = Buffer::from_vec(bytes);
    let mut rows = 0;
    while !bytes.is_empty() {
        if let Some(batch) = decoder.decode(&mut bytes)? {
            write(&batch)?;
            rows += batch.num_rows() as u64;
        }
    }
    Ok(rows)
}
