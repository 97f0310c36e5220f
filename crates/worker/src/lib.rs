//! The messages between the page and its workers, which are the binaries of this package. The page links
//! this library without what they do. It must not know who sends a message. Those of the worker that
//! reads files are in [`reading`]; the others are those of the export worker.
//!
//! The page waits for [`Reply::Ready`] and sends [`Request::Open`]. For each file it sends
//! [`Request::Begin`], the Arrow pieces and [`Request::End`]; in a script, [`Request::Table`] comes
//! before the pieces of each table. At the end it sends [`Request::Finish`] and gets
//! [`Reply::Done`]. The worker answers each piece with [`Reply::Written`]: the page limits the
//! memory by sending only a few pieces ahead. The worker may send [`Reply::Failed`] at any time.
//! The page terminates the worker after a failed or cancelled export, which discards a file that is
//! not closed.
//!
//! A message is a JavaScript object made by serde. Objects of the browser (bytes, files, blobs) are
//! properties of it and are passed on as they are; the bytes of a piece are transferred, not copied.

mod object;
pub mod piece;
pub mod pieces;
pub mod reading;
mod scope;

pub use scope::listen;

use export::{Format, Options, Script};
use js_sys::{Array, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use web_sys::{Blob, FileSystemFileHandle};

/// What the export makes: one file, or several files in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// The one file that follows.
    File,
    /// A zip of the files that follow.
    Zip,
}

/// The content of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// The rows of one result in a format.
    Rows(Format, Options),
    /// Tables as a SQL script.
    Script(Script),
}

/// A message from the page to the worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Starts an export.
    Open {
        /// What it makes.
        container: Container,
        /// The file to write to; without one, the export makes a blob.
        #[serde(with = "object::optional")]
        file: Option<FileSystemFileHandle>,
    },
    /// Starts a file.
    Begin {
        /// Its content.
        content: Content,
        /// Its path in a zip.
        path: String,
    },
    /// Starts the rows of a table of a script.
    Table {
        /// The name of the table.
        name: String,
    },
    /// A piece of the Arrow IPC stream of the rows. The first piece contains the schema.
    Piece(#[serde(with = "serde_wasm_bindgen::preserve")] Uint8Array),
    /// Ends the file.
    End,
    /// A whole file, between two others of a zip.
    Text {
        /// Its path in the zip.
        path: String,
        /// Its content.
        text: String,
    },
    /// Ends the export.
    Finish,
}

/// A message from the worker to the page.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The worker has started.
    Ready,
    /// A piece was written.
    Written(Progress),
    /// The export is complete.
    Done {
        /// The blob, if the export was not written to a file.
        #[serde(with = "object::optional")]
        blob: Option<Blob>,
    },
    /// The export has failed.
    Failed {
        /// The message for the user.
        reason: String,
    },
}

/// The progress of an export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Rows written to all files.
    pub rows: u64,
    /// Bytes written, compressed in a zip.
    pub bytes: u64,
    /// Bytes of the pieces that the worker has received.
    pub received: u64,
}

/// A message that could not be converted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the message is invalid: {reason}")]
pub struct MessageError {
    /// What serde says.
    pub reason: String,
}

impl Request {
    /// The message, and the objects to transfer with it.
    ///
    /// # Errors
    /// [`MessageError`] if serde cannot convert it.
    pub fn to_message(&self) -> Result<(JsValue, Array), MessageError> {
        let transfer = Array::new();
        if let Self::Piece(bytes) = self {
            transfer.push(&bytes.buffer());
        }
        Ok((to_message(self)?, transfer))
    }

    /// The request in a message.
    ///
    /// # Errors
    /// [`MessageError`] if the message is not a request.
    pub fn from_message(message: JsValue) -> Result<Self, MessageError> {
        from_message(message)
    }
}

impl Reply {
    /// The message.
    ///
    /// # Errors
    /// [`MessageError`] if serde cannot convert it.
    pub fn to_message(&self) -> Result<JsValue, MessageError> {
        to_message(self)
    }

    /// The reply in a message.
    ///
    /// # Errors
    /// [`MessageError`] if the message is not a reply.
    pub fn from_message(message: JsValue) -> Result<Self, MessageError> {
        from_message(message)
    }
}

fn to_message(message: &impl Serialize) -> Result<JsValue, MessageError> {
    serde_wasm_bindgen::to_value(message).map_err(invalid)
}

fn from_message<T: for<'de> Deserialize<'de>>(message: JsValue) -> Result<T, MessageError> {
    serde_wasm_bindgen::from_value(message).map_err(invalid)
}

fn invalid(error: serde_wasm_bindgen::Error) -> MessageError {
    MessageError {
        reason: error.to_string(),
    }
}
