//! The worker: takes requests, keeps the download in the making, answers with a blob. What a
//! format looks like is `mart`'s knowledge, how a message looks is the library's.

use std::cell::RefCell;
use std::io::{Cursor, Write as _};

use arrow_buffer::Buffer;
use arrow_ipc::convert::try_schema_from_ipc_buffer;
use arrow_ipc::reader::StreamDecoder;
use encoder::{Container, Reply, Request};
use js_sys::{Array, Uint8Array};
use mart::encode::{Encoder, Format, Options, ZipEncoder};
use thiserror::Error;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, DedicatedWorkerGlobalScope, MessageEvent};

#[derive(Debug, Error)]
enum Failure {
    #[error(transparent)]
    Encode(#[from] mart::Error),
    #[error("DuckDB's rows could not be read: {0}")]
    Decode(#[from] arrow_schema::ArrowError),
    #[error("the file could not be put together: {0}")]
    Write(#[from] std::io::Error),
    #[error("the browser could not hold the file")]
    Blob,
    #[error("the page sent {0} out of turn")]
    Order(&'static str),
}

fn main() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let answer = {
        let scope = scope.clone();
        // A worker whose page has gone has nobody to tell.
        move |reply: Reply| drop(scope.post_message(&reply.to_message()))
    };
    let job = RefCell::new(Job::Idle);
    let on_message = {
        let answer = answer.clone();
        Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
            let Some(request) = Request::from_message(&event.data()) else {
                return;
            };
            let current = job.replace(Job::Idle);
            match current.advance(request) {
                Ok((next, reply)) => {
                    job.replace(next);
                    reply.into_iter().for_each(&answer);
                }
                Err(failure) => answer(Reply::Failed(failure.to_string())),
            }
        })
    };
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The worker listens for as long as it lives.
    on_message.forget();
    answer(Reply::Ready);
}

/// What the worker is doing.
enum Job {
    /// Nothing, or what remains of a download that has failed: everything up to the next
    /// `Open` is let pass.
    Idle,
    /// Writing a download.
    Open(Output, Option<File>),
}

/// A file in the making.
enum File {
    /// Its columns are not known yet.
    Begun(Format, String),
    /// Rows are written as they come.
    Writing(Box<Rows>),
}

/// Arrow bytes in, the format's bytes out.
struct Rows {
    path: String,
    format: Format,
    decoder: StreamDecoder,
    encoder: Encoder<Vec<u8>>,
}

/// What becomes of files that are whole.
enum Output {
    File(Vec<u8>, Option<Format>),
    Zip(Box<ZipEncoder<Cursor<Vec<u8>>>>),
}

impl Job {
    fn advance(self, request: Request) -> Result<(Self, Option<Reply>), Failure> {
        let next = match (self, request) {
            (_, Request::Open(container)) => Self::Open(Output::new(container), None),
            (Self::Idle, _) => Self::Idle,
            (Self::Open(output, None), Request::Begin(format, path)) => {
                Self::Open(output, Some(File::Begun(format, path)))
            }
            (Self::Open(output, Some(file)), Request::Piece(piece)) => {
                Self::Open(output, Some(file.take(&piece)?))
            }
            (Self::Open(mut output, Some(File::Writing(file))), Request::End) => {
                output.add(*file)?;
                Self::Open(output, None)
            }
            (Self::Open(output, None), Request::Finish) => {
                return Ok((Self::Idle, Some(Reply::Done(output.finish()?))));
            }
            (Self::Open(..), Request::Begin(..)) => return Err(Failure::Order("a second file")),
            (Self::Open(..), Request::Piece(_)) => return Err(Failure::Order("rows")),
            (Self::Open(..), Request::End) => return Err(Failure::Order("an end")),
            (Self::Open(..), Request::Finish) => return Err(Failure::Order("the last word")),
        };
        Ok((next, None))
    }
}

impl File {
    fn take(self, piece: &Uint8Array) -> Result<Self, Failure> {
        let bytes = piece.to_vec();
        let mut rows = match self {
            Self::Writing(rows) => rows,
            Self::Begun(format, path) => Box::new(Rows {
                path,
                format,
                encoder: Encoder::new(
                    format,
                    &Options::default(),
                    Vec::new(),
                    &try_schema_from_ipc_buffer(&bytes)?,
                )?,
                decoder: StreamDecoder::new(),
            }),
        };
        rows.write(bytes)?;
        Ok(Self::Writing(rows))
    }
}

impl Rows {
    fn write(&mut self, bytes: Vec<u8>) -> Result<(), Failure> {
        let mut bytes = Buffer::from_vec(bytes);
        while !bytes.is_empty() {
            if let Some(batch) = self.decoder.decode(&mut bytes)? {
                self.encoder.write(&batch)?;
            }
        }
        Ok(())
    }
}

impl Output {
    fn new(container: Container) -> Self {
        match container {
            Container::File => Self::File(Vec::new(), None),
            Container::Zip => Self::Zip(Box::new(ZipEncoder::new(Cursor::new(Vec::new())))),
        }
    }

    fn add(&mut self, rows: Rows) -> Result<(), Failure> {
        let bytes = rows.encoder.finish()?;
        match self {
            Self::File(whole, format) => {
                *whole = bytes;
                *format = Some(rows.format);
            }
            Self::Zip(zip) => zip.file(&rows.path)?.write_all(&bytes)?,
        }
        Ok(())
    }

    fn finish(self) -> Result<Blob, Failure> {
        let (bytes, media_type) = match self {
            Self::File(bytes, format) => (
                bytes,
                format.map_or("application/octet-stream", Format::media_type),
            ),
            Self::Zip(zip) => (zip.finish()?.into_inner(), "application/zip"),
        };
        let options = BlobPropertyBag::new();
        options.set_type(media_type);
        let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
        Blob::new_with_u8_array_sequence_and_options(&parts, &options).map_err(|_| Failure::Blob)
    }
}
