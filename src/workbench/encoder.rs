//! The export worker as the page sees it. It is started for the first export and kept for the next
//! ones, because the browser optimizes its code while it runs: the second export of a million rows
//! takes two thirds of the time of the first. It is terminated when it is dropped, which is how a
//! failed or cancelled export ends. It must not know where rows come from.

use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt as _;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ErrorEvent, Event, MessageEvent, Worker};
use worker::{MessageError, Progress, Reply, Request};

use crate::served;

/// The address of the worker's first script.
const SCRIPT: &str = "worker/start-worker.js";
/// The limit for the bytes of pieces that the worker has not written yet; one piece may always be
/// sent. A piece has 128 KB, or one vector of rows if that is more: this keeps the worker busy and
/// the memory small.
const BYTES_AHEAD: u64 = 3 << 20;

/// Why an export worker failed: the message for the user.
#[derive(Debug, thiserror::Error)]
pub(super) enum WorkerError {
    #[error("the browser allows no worker")]
    NotAllowed,
    #[error("the export worker takes no more messages")]
    NotSent,
    #[error("the export worker has ended")]
    Ended,
    #[error("protocol error: unexpected {0} from the export worker")]
    Unexpected(&'static str),
    #[error("protocol error: {0}")]
    Message(#[from] MessageError),
    #[error("{0}")]
    Failed(String),
}

/// A running export worker.
pub(super) struct EncoderWorker {
    worker: Worker,
    replies: UnboundedReceiver<Result<Reply, MessageError>>,
    /// Bytes of the pieces sent.
    sent: u64,
    progress: Progress,
    // The worker calls them as long as it lives.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl EncoderWorker {
    /// Starts the worker and waits until it is ready.
    pub(super) async fn start() -> Result<Self, WorkerError> {
        let worker = Worker::new(&served::address(SCRIPT)).map_err(|_| WorkerError::NotAllowed)?;
        let (sender, replies) = unbounded();
        let on_message = {
            let sender = sender.clone();
            Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
                // Nothing receives it after the worker was dropped.
                drop(sender.unbounded_send(Reply::from_message(event.data())));
            })
        };
        let on_error = Closure::<dyn FnMut(_)>::new(move |event: Event| {
            event.prevent_default();
            // The event has no message if the script could not be loaded.
            let message = event.dyn_ref().map(ErrorEvent::message);
            let reason = message.unwrap_or_else(|| format!("{SCRIPT} could not be loaded"));
            let reason = format!(
                "{reason}. Try again. If the page was updated since you opened it, reload it"
            );
            drop(sender.unbounded_send(Ok(Reply::Failed { reason })));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let mut encoder = Self {
            worker,
            replies,
            sent: 0,
            progress: Progress::default(),
            _on_message: on_message,
            _on_error: on_error,
        };
        match encoder.reply().await? {
            Reply::Ready => Ok(encoder),
            reply => Err(unexpected(&reply)),
        }
    }

    /// Whether it can start an export.
    pub(super) fn is_idle(&mut self) -> bool {
        // Between exports it sends a message only if it has failed.
        self.replies.try_recv().is_err()
    }

    /// Sends a request. Reports a failure of an earlier one.
    pub(super) fn send(&mut self, request: &Request) -> Result<(), WorkerError> {
        while let Ok(reply) = self.replies.try_recv() {
            self.handle(reply?)?;
        }
        let (message, transfer) = request.to_message()?;
        self.worker
            .post_message_with_transfer(&message, &transfer)
            .map_err(|_| WorkerError::NotSent)
    }

    /// The progress of the export.
    pub(super) const fn progress(&self) -> Progress {
        self.progress
    }

    /// Sends a piece, after the worker has written enough of those before.
    pub(super) async fn send_piece(&mut self, piece: Uint8Array) -> Result<(), WorkerError> {
        let sent = self.sent + u64::from(piece.length());
        while self.sent > self.progress.received && sent > self.progress.received + BYTES_AHEAD {
            let reply = self.reply().await?;
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
            match self.reply().await? {
                Reply::Done { blob } => {
                    (self.sent, self.progress) = (0, Progress::default());
                    return Ok(blob);
                }
                reply => self.handle(reply)?,
            }
        }
    }

    async fn reply(&mut self) -> Result<Reply, WorkerError> {
        match self.replies.next().await {
            Some(reply) => Ok(reply?),
            None => Err(WorkerError::Ended),
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

impl Drop for EncoderWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
