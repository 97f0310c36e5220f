//! The worker that reads files, as the page sees it. It is started for the first file and kept for the next
//! ones. It is terminated when it is dropped, which is how work that failed or was cancelled ends. It must
//! not know where rows go.

use ingest::{Choices, ColumnarFormat, Counts, FilePlan, Part, Understanding};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast as _;
use web_sys::File;
use worker::piece;
use worker::reading::{Failure, Progress, Reply, Request};

use super::error::Error;
use super::worker::{BackgroundWorker, WorkerError};

/// The worker that reads a kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReaderKind {
    /// Texts and workbooks.
    Text,
    /// Files whose values have types.
    Columns,
}

impl ReaderKind {
    /// The one for a file that starts so.
    pub(super) fn of(start: &[u8]) -> Self {
        match ColumnarFormat::detect(start) {
            Some(_) => Self::Columns,
            None => Self::Text,
        }
    }

    /// The one that a plan is for.
    pub(super) fn of_plan(plan: &FilePlan) -> Self {
        match plan.part {
            Part::Columns => Self::Columns,
            Part::Records | Part::Json(_) | Part::Sheet(_) | Part::Table { .. } => Self::Text,
        }
    }

    /// The worker's first script.
    const fn script(self) -> &'static str {
        match self {
            Self::Text => "start-reader.js",
            Self::Columns => "start-columns.js",
        }
    }
}

/// The first bytes of a file, which say who reads it.
pub(super) async fn start_of(file: &File) -> Result<Vec<u8>, Error> {
    let start = piece::read(file, 0, 16).await;
    start.map_err(|failure| failed(file, failure))
}

/// A running worker that reads files.
pub(super) struct FileReader {
    kind: ReaderKind,
    worker: BackgroundWorker<Reply>,
}

/// What a file is.
pub(super) enum Understood {
    /// Tables.
    Tables(Vec<Understanding>),
    /// An archive of files.
    Files(Vec<File>),
}

/// What comes of a file while it is read.
pub(super) enum Piece {
    /// Rows of the table, as a stream of Arrow.
    Rows(Uint8Array),
    /// Rows of the quarantine.
    Rejects(Uint8Array),
    /// How far it has been read.
    Progress(Progress),
    /// The end of the file, with its account.
    End(Counts),
    /// A value had no room: the table is to be loaded again with this plan.
    Wider(FilePlan),
}

impl FileReader {
    /// Starts the worker and waits until it is ready.
    pub(super) async fn start(kind: ReaderKind) -> Result<Self, WorkerError> {
        let mut worker = BackgroundWorker::start(kind.script(), Reply::from_message)?;
        match worker.reply().await? {
            Reply::Ready => Ok(Self { kind, worker }),
            _ => Err(WorkerError::Unexpected("reply before Ready")),
        }
    }

    /// What it reads.
    pub(super) const fn kind(&self) -> ReaderKind {
        self.kind
    }

    /// Understands a file, or unpacks an archive.
    pub(super) async fn understand(
        &mut self,
        file: &File,
        choices: Choices,
    ) -> Result<Understood, Error> {
        self.send(&Request::Understand {
            file: file.clone(),
            choices,
        })?;
        match self.worker.reply().await? {
            Reply::Understood(tables) => Ok(Understood::Tables(tables)),
            Reply::Unpacked(files) => {
                let files = files.iter().filter_map(|file| file.dyn_into().ok());
                Ok(Understood::Files(files.collect()))
            }
            Reply::Failed(failure) => Err(failed(file, failure)),
            _ => Err(WorkerError::Unexpected("reply to Understand").into()),
        }
    }

    /// Starts to read a file. Its pieces come with [`next`](Self::next).
    pub(super) fn load(&self, file: &File, name: String, plan: FilePlan) -> Result<(), Error> {
        self.send(&Request::Load {
            file: file.clone(),
            name,
            plan: Box::new(plan),
        })
    }

    /// The next piece of the file that is read.
    pub(super) async fn next(&mut self, file: &File) -> Result<Piece, Error> {
        Ok(match self.worker.reply().await? {
            Reply::Rows(bytes) => Piece::Rows(bytes),
            Reply::Rejects(bytes) => Piece::Rejects(bytes),
            Reply::Progress(progress) => Piece::Progress(progress),
            Reply::Loaded { counts } => Piece::End(counts),
            Reply::Wider(plan) => Piece::Wider(*plan),
            Reply::Failed(failure) => return Err(failed(file, failure)),
            Reply::Ready | Reply::Understood(_) | Reply::Unpacked(_) => {
                return Err(WorkerError::Unexpected("reply to Load").into());
            }
        })
    }

    /// A piece has been taken: the worker may send another one.
    pub(super) fn received(&self) -> Result<(), Error> {
        self.send(&Request::Received)
    }

    fn send(&self, request: &Request) -> Result<(), Error> {
        let message = request.to_message().map_err(WorkerError::from)?;
        Ok(self.worker.send(&message, &Array::new())?)
    }
}

fn failed(file: &File, failure: Failure) -> Error {
    match failure {
        Failure::Changed => Error::FileChanged(file.name()),
        Failure::Damaged(reason) => Error::FileDamaged {
            file: file.name(),
            reason,
        },
        Failure::Refused(reason) => Error::FileRefused(reason),
        Failure::Other(reason) => WorkerError::Failed(reason).into(),
    }
}
