//! What the page and the encoder's worker say to each other. The worker itself is this
//! package's binary; the page links these messages alone, not the encoders.
//!
//! The page waits for [`Reply::Ready`], sends [`Request::Open`], then for each file
//! [`Request::Begin`], its Arrow pieces and [`Request::End`], and last [`Request::Finish`],
//! which is answered with [`Reply::Done`]. In a script, [`Request::Table`] stands before the
//! pieces of each table. Each piece is answered with [`Reply::Written`]: a page that sends no more
//! than a few ahead keeps what waits in memory small. At any point the worker may answer with
//! [`Reply::Failed`]. A download that comes to nothing, for whatever reason, ends with its worker: a
//! file that has not been closed goes with it.

use js_sys::{Array, Uint8Array};
use mart::encode::{CsvOptions, Format, JsonLayout, Options};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, FileSystemFileHandle};

/// What the result is: one file, or several in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Container {
    /// The one file that follows.
    File,
    /// A zip of the files that follow.
    Zip,
}

/// What a file is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The rows of one result, in a format.
    Rows(Format, Options),
    /// The mart as a script of SQL: the rows of its tables, one after the other.
    Script,
}

/// What the page asks for.
#[derive(Debug, Clone)]
pub enum Request {
    /// Starts a download: into the file on disk, or without one into a blob.
    Open(Container, Option<FileSystemFileHandle>),
    /// Starts a file, whose path in a zip is given.
    Begin(Content, String),
    /// Starts the rows of the table of this name in a script.
    Table(String),
    /// A piece of the file's rows as an Arrow IPC stream; the first one holds the schema.
    Piece(Uint8Array),
    /// Ends the file.
    End,
    /// Ends the download and asks for it.
    Finish,
}

/// What the worker answers.
#[derive(Debug, Clone)]
pub enum Reply {
    /// It has started and listens.
    Ready,
    /// One more piece has been written.
    Written(Progress),
    /// The download is whole: a blob, unless it went to disk.
    Done(Option<Blob>),
    /// The download cannot be made, for this reason.
    Failed(String),
}

/// How far a download has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows written, of all files.
    pub rows: u64,
    /// Bytes written, as they leave: of a zip, compressed.
    pub bytes: u64,
    /// Bytes of the pieces that it is made of so far.
    pub taken: u64,
}

const OPEN: &str = "open";
const BEGIN: &str = "begin";
const SCRIPT: &str = "script";
const TABLE: &str = "table";
const PIECE: &str = "piece";
const END: &str = "end";
const FINISH: &str = "finish";
const READY: &str = "ready";
const WRITTEN: &str = "written";
const DONE: &str = "done";
const FAILED: &str = "failed";

impl Request {
    /// The message and what is transferred with it.
    #[must_use]
    pub fn to_message(&self) -> (JsValue, Array) {
        let moved = Array::new();
        let message = match self {
            Self::Open(container, file) => {
                let is_zip = *container == Container::Zip;
                words(OPEN, &[is_zip.into(), file.clone().into()])
            }
            Self::Begin(Content::Rows(format, options), path) => {
                let format = format.extension().into();
                words(BEGIN, &[format, write_options(options), path.into()])
            }
            Self::Begin(Content::Script, path) => {
                words(BEGIN, &[SCRIPT.into(), JsValue::NULL, path.into()])
            }
            Self::Table(name) => words(TABLE, &[name.into()]),
            Self::Piece(bytes) => {
                moved.push(&bytes.buffer());
                words(PIECE, &[bytes.into()])
            }
            Self::End => words(END, &[]),
            Self::Finish => words(FINISH, &[]),
        };
        (message, moved)
    }

    /// The request in a message, if it is one.
    #[must_use]
    pub fn from_message(message: &JsValue) -> Option<Self> {
        let words = message.dyn_ref::<Array>()?;
        Some(match words.get(0).as_string()?.as_str() {
            OPEN => {
                let container = if words.get(1).is_truthy() {
                    Container::Zip
                } else {
                    Container::File
                };
                Self::Open(container, words.get(2).dyn_into().ok())
            }
            BEGIN => {
                let name = words.get(1).as_string()?;
                let format = Format::ALL
                    .into_iter()
                    .find(|format| format.extension() == name);
                let content = match format {
                    Some(format) => Content::Rows(format, read_options(words.get(2).dyn_ref()?)?),
                    None => Content::Script,
                };
                Self::Begin(content, words.get(3).as_string()?)
            }
            TABLE => Self::Table(words.get(1).as_string()?),
            PIECE => Self::Piece(words.get(1).dyn_into().ok()?),
            END => Self::End,
            FINISH => Self::Finish,
            _ => return None,
        })
    }
}

impl Reply {
    /// The message.
    #[must_use]
    pub fn to_message(&self) -> JsValue {
        match self {
            Self::Ready => words(READY, &[]),
            Self::Written(progress) => {
                let Progress { rows, bytes, taken } = *progress;
                words(WRITTEN, &[rows, bytes, taken].map(to_number))
            }
            Self::Done(blob) => words(DONE, &[blob.clone().into()]),
            Self::Failed(reason) => words(FAILED, &[reason.into()]),
        }
    }

    /// The reply in a message, if it is one.
    #[must_use]
    pub fn from_message(message: &JsValue) -> Option<Self> {
        let words = message.dyn_ref::<Array>()?;
        Some(match words.get(0).as_string()?.as_str() {
            READY => Self::Ready,
            WRITTEN => Self::Written(Progress {
                rows: from_number(&words.get(1))?,
                bytes: from_number(&words.get(2))?,
                taken: from_number(&words.get(3))?,
            }),
            DONE => Self::Done(words.get(1).dyn_into().ok()),
            FAILED => Self::Failed(words.get(1).as_string()?),
            _ => return None,
        })
    }
}

fn write_options(options: &Options) -> JsValue {
    let csv = &options.csv;
    let values = Array::new();
    for value in [
        csv.delimiter.to_string().into(),
        csv.header.into(),
        csv.null.as_str().into(),
        csv.byte_order_mark.into(),
        csv.spreadsheet_safe.into(),
        (options.json == JsonLayout::Lines).into(),
    ] {
        values.push(&value);
    }
    values.into()
}

fn read_options(values: &Array) -> Option<Options> {
    let json = if values.get(5).is_truthy() {
        JsonLayout::Lines
    } else {
        JsonLayout::Array
    };
    Some(Options {
        csv: CsvOptions {
            delimiter: values.get(0).as_string()?.parse().ok()?,
            header: values.get(1).is_truthy(),
            null: values.get(2).as_string()?,
            byte_order_mark: values.get(3).is_truthy(),
            spreadsheet_safe: values.get(4).is_truthy(),
        },
        json,
    })
}

fn words(kind: &str, values: &[JsValue]) -> JsValue {
    let message = Array::of1(&kind.into());
    for value in values {
        message.push(value);
    }
    message.into()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "exact up to nine thousand terabytes"
)]
fn to_number(count: u64) -> JsValue {
    JsValue::from_f64(count as f64)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it was a count when it was sent"
)]
fn from_number(value: &JsValue) -> Option<u64> {
    value.as_f64().map(|count| count as u64)
}
