//! The encoder's worker as its owner sees it: started for the first download, kept for the next
//! ones, ended with one that comes to nothing. The browser compiles its code for speed while it
//! runs: the second download of a million rows takes two thirds of the first one's time.

use std::pin::pin;

use encoder::{Progress, Reply, Request};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt as _;
use futures_util::future::select;
use gloo_timers::future::TimeoutFuture;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ErrorEvent, MessageEvent, Worker};

/// Where the page finds the worker; trunk names it after the package.
const SCRIPT: &str = "encoder_loader.js";
/// Pieces that may be on their way to the worker: enough to keep it busy, few enough to be small
/// (a piece is about 128 KB).
const AHEAD: usize = 24;
/// How long an encoder may take to give up.
const PATIENCE_MS: u32 = 300;
const OUT_OF_TURN: &str = "the encoder spoke out of turn";

/// A running encoder.
pub(super) struct EncoderWorker {
    worker: Worker,
    replies: UnboundedReceiver<Reply>,
    on_the_way: usize,
    progress: Progress,
    // Kept for as long as the worker may call them.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
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
        let on_error = Closure::<dyn FnMut(_)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            let reason = match event.message() {
                text if text.is_empty() => format!("{SCRIPT} could not be loaded"),
                text => text,
            };
            drop(to_us.unbounded_send(Reply::Failed(reason)));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let mut encoder = Self {
            worker,
            replies,
            on_the_way: 0,
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

    /// Sends a piece as soon as few enough are on their way, and returns how far the encoder
    /// has come.
    pub(super) async fn send_piece(&mut self, piece: Uint8Array) -> Result<Progress, String> {
        while self.on_the_way >= AHEAD {
            let reply = self.reply().await?;
            self.take(reply)?;
        }
        self.send(&Request::Piece(piece))?;
        self.on_the_way += 1;
        Ok(self.progress)
    }

    /// Ends the download and waits for it; a blob comes unless it went to disk.
    pub(super) async fn finish(&mut self) -> Result<Option<Blob>, String> {
        self.send(&Request::Finish)?;
        loop {
            match self.reply().await? {
                Reply::Done(blob) => {
                    (self.on_the_way, self.progress) = (0, Progress::default());
                    return Ok(blob);
                }
                reply => self.take(reply)?,
            }
        }
    }

    /// Gives the download up, and waits until nothing is left of it; not long, for with the
    /// worker a file that is not closed goes too.
    pub(super) async fn abort(mut self) {
        if self.post(&Request::Abort).is_err() {
            return;
        }
        let aborted = pin!(async {
            // After a failure nothing is left either.
            while let Ok(reply) = self.reply().await {
                if matches!(reply, Reply::Aborted) {
                    break;
                }
            }
        });
        select(aborted, TimeoutFuture::new(PATIENCE_MS)).await;
    }

    fn take(&mut self, reply: Reply) -> Result<(), String> {
        match reply {
            Reply::Written(progress) => {
                self.progress = progress;
                self.on_the_way = self.on_the_way.saturating_sub(1);
                Ok(())
            }
            Reply::Failed(reason) => Err(reason),
            Reply::Ready | Reply::Done(_) | Reply::Aborted => Err(OUT_OF_TURN.to_owned()),
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
