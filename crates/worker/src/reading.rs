//! The messages between the page and the worker that reads files.
//!
//! The page waits for [`Reply::Ready`]. It sends [`Request::Understand`] and gets [`Reply::Understood`], or
//! [`Request::Load`] and gets pieces: rows and rejects as Arrow IPC streams, each complete in itself. The
//! page answers each piece with [`Request::Received`] when DuckDB has taken it: the worker is never more
//! than a few pieces ahead, so that the memory does not grow with the file. [`Reply::Loaded`] comes last.
//! The page terminates a worker that fails, or whose work is cancelled.

use ingest::{Choices, Counts, FilePlan, ReadError, Refusal, Understanding};
use js_sys::{Array, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use web_sys::File;

use crate::MessageError;

/// A message from the page to the worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Understands a file from samples.
    Understand {
        /// The file.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        file: File,
        /// What the user has chosen.
        choices: Choices,
    },
    /// Reads a whole file.
    Load {
        /// The file.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        file: File,
        /// What it is called in the quarantine.
        name: String,
        /// How.
        plan: Box<FilePlan>,
    },
    /// DuckDB has taken a piece.
    Received,
}

/// A message from the worker to the page.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The worker has started.
    Ready,
    /// A file was understood: each of its tables.
    Understood(Vec<Understanding>),
    /// It is an archive: these are the files in it, an array of [`File`].
    Unpacked(#[serde(with = "serde_wasm_bindgen::preserve")] Array),
    /// Rows of the table.
    Rows(#[serde(with = "serde_wasm_bindgen::preserve")] Uint8Array),
    /// Rows of the quarantine.
    Rejects(#[serde(with = "serde_wasm_bindgen::preserve")] Uint8Array),
    /// How far the file has been read.
    Progress(Progress),
    /// The file was read to its end.
    Loaded {
        /// The account.
        counts: Counts,
    },
    /// A value has no room in the type of its column, or no column: the file is to be loaded again with
    /// this plan.
    Wider(Box<FilePlan>),
    /// The work has failed.
    Failed(Failure),
}

/// How far a file has been read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Bytes of the file.
    pub bytes: u64,
    /// Records of it.
    pub records: u64,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The file was changed, moved or deleted after it was chosen.
    Changed,
    /// The file is cut short or damaged; the rows before that can be loaded.
    Damaged(String),
    /// It is no file that can be read.
    Refused(String),
    /// Anything else.
    Other(String),
}

/// The size of a file in bytes.
#[must_use]
pub fn size_of(file: &File) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "JavaScript holds it as a whole number"
    )]
    let size = file.size() as u64;
    size
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.to_string())
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::CutShort
            | ReadError::JsonCutShort
            | ReadError::EndMissing
            | ReadError::Damaged(_) => Self::Damaged(error.to_string()),
            ReadError::Batch(reason) => Self::Other(reason),
        }
    }
}

impl Request {
    /// The message.
    ///
    /// # Errors
    /// [`MessageError`] if serde cannot convert it.
    pub fn to_message(&self) -> Result<JsValue, MessageError> {
        crate::to_message(self)
    }

    /// The request in a message.
    ///
    /// # Errors
    /// [`MessageError`] if the message is not a request.
    pub fn from_message(message: JsValue) -> Result<Self, MessageError> {
        crate::from_message(message)
    }
}

impl Reply {
    /// The message, and the objects to transfer with it.
    ///
    /// # Errors
    /// [`MessageError`] if serde cannot convert it.
    pub fn to_message(&self) -> Result<(JsValue, Array), MessageError> {
        let transfer = Array::new();
        if let Self::Rows(bytes) | Self::Rejects(bytes) = self {
            transfer.push(&bytes.buffer());
        }
        Ok((crate::to_message(self)?, transfer))
    }

    /// The reply in a message.
    ///
    /// # Errors
    /// [`MessageError`] if the message is not a reply.
    pub fn from_message(message: JsValue) -> Result<Self, MessageError> {
        crate::from_message(message)
    }
}
