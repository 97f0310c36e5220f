//! The encoder's worker as its owner sees it: started for the first download, kept for the next
//! ones, ended with one that comes to nothing, and a file that is not closed goes with it. The browser
//! compiles its code for speed while it runs: the second download of a million rows takes two thirds of
//! the first one's time.

use encoder::{Progress, Reply, Request};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt as _;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ErrorEvent, Event, MessageEvent, Worker};

/// Where the page finds the worker.
const SCRIPT: &str = "start-encoder.js";
/// So many bytes of pieces may be on their way to the worker, or one piece: enough to keep it busy (a
/// piece has 128 KB, or one vector of rows where that is more), few enough to be small.
const AHEAD: u64 = 3 << 20;
const OUT_OF_TURN: &str = "the encoder spoke out of turn";

/// A running encoder.
pub(super) struct EncoderWorker {
    worker: Worker,
    replies: UnboundedReceiver<Reply>,
    /// Bytes of the pieces that were sent.
    sent: u64,
    progress: Progress,
    // Kept for as long as the worker may call them.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl EncoderWorker {
    /// Starts the worker and waits until it listens. The error says why it did not.
    pub(super) async fn start() -> Result<Self, String> {
        let worker = Worker::new(SCRIPT).map_err(|_| "the browser allows no worker".to_owned())?;
        let (to_us, replies) = unbounded();
        let on_message = {
            let to_us = to_us.clone();
            Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
                if let Some(reply) = Reply::from_message(&event.data()) {
                    // Nobody listens any more when the download was cancelled.
                    drop(to_us.unbounded_send(reply));
                }
            })
        };
        let on_error = Closure::<dyn FnMut(_)>::new(move |event: Event| {
            event.prevent_default();
            // A script that could not be loaded has no message.
            let message = event.dyn_ref().map(ErrorEvent::message);
            let reason = message.unwrap_or_else(|| format!("{SCRIPT} could not be loaded"));
            let reason = format!("{reason}. Try it again, or reload the page");
            drop(to_us.unbounded_send(Reply::Failed(reason)));
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
            _ => Err(OUT_OF_TURN.to_owned()),
        }
    }

    /// Whether it waits for a download, as far as is known.
    pub(super) fn is_idle(&mut self) -> bool {
        // The only word it could have sent unasked is that it has failed.
        self.replies.try_recv().is_err()
    }

    /// Sends a request, and hears of a failure that has come meanwhile.
    pub(super) fn send(&mut self, request: &Request) -> Result<(), String> {
        while let Ok(reply) = self.replies.try_recv() {
            self.take(reply)?;
        }
        self.post(request)
    }

    /// How far it has come.
    pub(super) const fn progress(&self) -> Progress {
        self.progress
    }

    /// Sends a piece as soon as little enough is on its way.
    pub(super) async fn send_piece(&mut self, piece: Uint8Array) -> Result<(), String> {
        let sent = self.sent + u64::from(piece.length());
        while self.sent > self.progress.taken && sent > self.progress.taken + AHEAD {
            let reply = self.reply().await?;
            self.take(reply)?;
        }
        self.send(&Request::Piece(piece))?;
        self.sent = sent;
        Ok(())
    }

    /// Ends the download and waits for it; a blob comes unless it went to disk.
    pub(super) async fn finish(&mut self) -> Result<Option<Blob>, String> {
        self.send(&Request::Finish)?;
        loop {
            match self.reply().await? {
                Reply::Done(blob) => {
                    (self.sent, self.progress) = (0, Progress::default());
                    return Ok(blob);
                }
                reply => self.take(reply)?,
            }
        }
    }

    fn take(&mut self, reply: Reply) -> Result<(), String> {
        match reply {
            Reply::Written(progress) => {
                self.progress = progress;
                Ok(())
            }
            Reply::Failed(reason) => Err(reason),
            Reply::Ready | Reply::Done(_) => Err(OUT_OF_TURN.to_owned()),
        }
    }

    fn post(&self, request: &Request) -> Result<(), String> {
        let (message, moved) = request.to_message();
        self.worker
            .post_message_with_transfer(&message, &moved)
            .map_err(|_| "the encoder took no more".to_owned())
    }

    async fn reply(&mut self) -> Result<Reply, String> {
        match self.replies.next().await {
            Some(Reply::Failed(reason)) => Err(reason),
            Some(reply) => Ok(reply),
            None => Err("the encoder has ended".to_owned()),
        }
    }
}

impl Drop for EncoderWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
