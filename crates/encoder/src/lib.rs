//! What the page and the encoder's worker say to each other. The worker itself is this
//! package's binary; the page links these messages alone, not the encoders.
//!
//! The page waits for [`Reply::Ready`], sends [`Request::Open`], then for each file
//! [`Request::Begin`], its Arrow pieces and [`Request::End`], and last [`Request::Finish`],
//! which is answered with [`Reply::Done`]. At any point the worker may answer with
//! [`Reply::Failed`]; it then ignores everything up to the next `Open`.

use js_sys::{Array, Uint8Array};
use mart::encode::Format;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Blob;

/// What the result is: one file, or several in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Container {
    /// The one file that follows.
    File,
    /// A zip of the files that follow.
    Zip,
}

/// What the page asks for.
#[derive(Debug, Clone)]
pub enum Request {
    /// Starts a download.
    Open(Container),
    /// Starts a file, whose path in a zip is given.
    Begin(Format, String),
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
    /// The download is whole.
    Done(Blob),
    /// The download cannot be made, for this reason.
    Failed(String),
}

const OPEN: &str = "open";
const BEGIN: &str = "begin";
const PIECE: &str = "piece";
const END: &str = "end";
const FINISH: &str = "finish";
const READY: &str = "ready";
const DONE: &str = "done";
const FAILED: &str = "failed";

impl Request {
    /// The message and what is transferred with it.
    #[must_use]
    pub fn to_message(&self) -> (JsValue, Array) {
        let moved = Array::new();
        let message = match self {
            Self::Open(container) => words(OPEN, &[(*container == Container::Zip).into()]),
            Self::Begin(format, path) => words(BEGIN, &[format.extension().into(), path.into()]),
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
            OPEN if words.get(1).is_truthy() => Self::Open(Container::Zip),
            OPEN => Self::Open(Container::File),
            BEGIN => {
                let extension = words.get(1).as_string()?;
                let format = Format::ALL
                    .into_iter()
                    .find(|format| format.extension() == extension)?;
                Self::Begin(format, words.get(2).as_string()?)
            }
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
            Self::Done(file) => words(DONE, &[file.into()]),
            Self::Failed(reason) => words(FAILED, &[reason.into()]),
        }
    }

    /// The reply in a message, if it is one.
    #[must_use]
    pub fn from_message(message: &JsValue) -> Option<Self> {
        let words = message.dyn_ref::<Array>()?;
        Some(match words.get(0).as_string()?.as_str() {
            READY => Self::Ready,
            DONE => Self::Done(words.get(1).dyn_into().ok()?),
            FAILED => Self::Failed(words.get(1).as_string()?),
            _ => return None,
        })
    }
}

fn words(kind: &str, values: &[JsValue]) -> JsValue {
    let message = Array::of1(&kind.into());
    for value in values {
        message.push(value);
    }
    message.into()
}
