//! A worker of the page: started, sent messages to, listened to, terminated when it is dropped. It must not
//! know what the messages are about.

use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt as _;
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, Event, MessageEvent, Worker};
use worker::MessageError;

use crate::served;

/// Why a worker failed: the message for the user.
#[derive(Debug, thiserror::Error)]
pub(super) enum WorkerError {
    #[error("the browser allows no worker")]
    NotAllowed,
    #[error("the worker takes no more messages")]
    NotSent,
    #[error("the worker has ended")]
    Ended,
    #[error("protocol error: unexpected {0} from the worker")]
    Unexpected(&'static str),
    #[error("protocol error: {0}")]
    Message(#[from] MessageError),
    #[error("{0}")]
    Failed(String),
}

/// A running worker that sends replies of this type.
pub(super) struct BackgroundWorker<R> {
    worker: Worker,
    replies: UnboundedReceiver<Result<R, WorkerError>>,
    // The worker calls them as long as it lives.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl<R: 'static> BackgroundWorker<R> {
    /// Starts a worker by its first script, which is in the folder `worker`.
    pub(super) fn start(
        script: &'static str,
        decode: impl Fn(JsValue) -> Result<R, MessageError> + 'static,
    ) -> Result<Self, WorkerError> {
        let address = served::address(&format!("worker/{script}"));
        let worker = Worker::new(&address).map_err(|_| WorkerError::NotAllowed)?;
        let (sender, replies) = unbounded();
        let on_message = {
            let sender = sender.clone();
            Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
                let reply = decode(event.data()).map_err(WorkerError::from);
                // Nothing receives it after the worker was dropped.
                drop(sender.unbounded_send(reply));
            })
        };
        let on_error = Closure::<dyn FnMut(_)>::new(move |event: Event| {
            event.prevent_default();
            // The event has no message if the script could not be loaded.
            let message = event.dyn_ref().map(ErrorEvent::message);
            let reason = message.unwrap_or_else(|| format!("{script} could not be loaded"));
            let reason = format!(
                "{reason}. Try again. If the page was updated since you opened it, reload it"
            );
            drop(sender.unbounded_send(Err(WorkerError::Failed(reason))));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            replies,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Waits for the next reply.
    pub(super) async fn reply(&mut self) -> Result<R, WorkerError> {
        self.replies.next().await.unwrap_or(Err(WorkerError::Ended))
    }

    /// The next reply, if one has come.
    pub(super) fn reply_that_came(&mut self) -> Option<Result<R, WorkerError>> {
        self.replies.try_recv().ok()
    }

    /// Sends a message, and transfers these objects.
    pub(super) fn send(&self, message: &JsValue, transfer: &Array) -> Result<(), WorkerError> {
        self.worker
            .post_message_with_transfer(message, transfer)
            .map_err(|_| WorkerError::NotSent)
    }
}

impl<R> Drop for BackgroundWorker<R> {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
