//! The export worker as the page sees it. It is started for the first export and kept for the next
//! ones, because the browser optimizes its code while it runs: the second export of a million rows
//! takes two thirds of the time of the first. It is terminated when it is dropped, which is how a
//! failed or cancelled export ends. It must not know where rows come from.

use js_sys::Uint8Array;
use web_sys::Blob;
use worker::{Progress, Reply, Request};

use super::worker::{BackgroundWorker, WorkerError};

/// The worker's first script.
const SCRIPT: &str = "start-worker.js";
/// The limit for the bytes of pieces that the worker has not written yet; one piece may always be
/// sent. A piece has 128 KB, or one vector of rows if that is more: this keeps the worker busy and
/// the memory small.
const BYTES_AHEAD: u64 = 3 << 20;

/// A running export worker.
pub(super) struct EncoderWorker {
    worker: BackgroundWorker<Reply>,
    /// Bytes of the pieces sent.
    sent: u64,
    progress: Progress,
}

impl EncoderWorker {
    /// Starts the worker and waits until it is ready.
    pub(super) async fn start() -> Result<Self, WorkerError> {
        let mut encoder = Self {
            worker: BackgroundWorker::start(SCRIPT, Reply::from_message)?,
            sent: 0,
            progress: Progress::default(),
        };
        match encoder.worker.reply().await? {
            Reply::Ready => Ok(encoder),
            reply => Err(unexpected(&reply)),
        }
    }

    /// Whether it can start an export.
    pub(super) fn is_idle(&mut self) -> bool {
        // Between exports it sends a message only if it has failed.
        self.worker.reply_that_came().is_none()
    }

    /// Sends a request. Reports a failure of an earlier one.
    pub(super) fn send(&mut self, request: &Request) -> Result<(), WorkerError> {
        while let Some(reply) = self.worker.reply_that_came() {
            self.handle(reply?)?;
        }
        let (message, transfer) = request.to_message()?;
        self.worker.send(&message, &transfer)
    }

    /// The progress of the export.
    pub(super) const fn progress(&self) -> Progress {
        self.progress
    }

    /// Sends a piece, after the worker has written enough of those before.
    pub(super) async fn send_piece(&mut self, piece: Uint8Array) -> Result<(), WorkerError> {
        let sent = self.sent + u64::from(piece.length());
        while self.sent > self.progress.received && sent > self.progress.received + BYTES_AHEAD {
            let reply = self.worker.reply().await?;
            self.handle(reply)?;
        }
        self.send(&Request::Piece(piece))?;
        self.sent = sent;
        Ok(())
    }

    /// Ends the export and waits for it. Returns a blob unless the export went to disk.
    pub(super) async fn finish(&mut self) -> Result<Option<Blob>, WorkerError> {
        self.send(&Request::Finish)?;
        loop {
            match self.worker.reply().await? {
                Reply::Done { blob } => {
                    (self.sent, self.progress) = (0, Progress::default());
                    return Ok(blob);
                }
                reply => self.handle(reply)?,
            }
        }
    }

    fn handle(&mut self, reply: Reply) -> Result<(), WorkerError> {
        match reply {
            Reply::Written(progress) => {
                self.progress = progress;
                Ok(())
            }
            reply => Err(unexpected(&reply)),
        }
    }
}

/// The error for a reply that does not fit the state of the export.
fn unexpected(reply: &Reply) -> WorkerError {
    match reply {
        Reply::Failed { reason } => WorkerError::Failed(reason.clone()),
        Reply::Ready => WorkerError::Unexpected("Ready"),
        Reply::Written(_) => WorkerError::Unexpected("Written"),
        Reply::Done { .. } => WorkerError::Unexpected("Done"),
    }
}
