//! The encoder's worker as its owner sees it: started for one download, ended with it.

use encoder::{Reply, Request};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt as _;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ErrorEvent, MessageEvent, Worker};

/// Where the page finds the worker; trunk names it after the package.
const SCRIPT: &str = "encoder_loader.js";

/// A running encoder.
pub(super) struct EncoderWorker {
    worker: Worker,
    replies: UnboundedReceiver<Reply>,
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
            _on_message: on_message,
            _on_error: on_error,
        };
        match encoder.reply().await? {
            Reply::Ready => Ok(encoder),
            _ => Err("the encoder spoke out of turn".to_owned()),
        }
    }

    /// Sends a request, and hears of a failure that has come meanwhile.
    pub(super) fn send(&mut self, request: &Request) -> Result<(), String> {
        if let Ok(Reply::Failed(reason)) = self.replies.try_recv() {
            return Err(reason);
        }
        let (message, moved) = request.to_message();
        self.worker
            .post_message_with_transfer(&message, &moved)
            .map_err(|_| "the encoder took no more".to_owned())
    }

    /// Ends the download and waits for it.
    pub(super) async fn finish(mut self) -> Result<Blob, String> {
        self.send(&Request::Finish)?;
        match self.reply().await? {
            Reply::Done(blob) => Ok(blob),
            _ => Err("the encoder spoke out of turn".to_owned()),
        }
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
