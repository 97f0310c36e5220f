//! Sends what was read to the page, never far ahead of DuckDB. It must not know where the rows come from or go.

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::ArrowError;
use futures_channel::mpsc::UnboundedReceiver;
use futures_util::StreamExt as _;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::DedicatedWorkerGlobalScope;

use crate::MessageError;
use crate::reading::{Failure, Reply, Request};

/// Pieces of rows that DuckDB has not taken yet.
const AHEAD: u32 = 3;

/// Sends replies to the page.
#[derive(Clone)]
pub struct Page(DedicatedWorkerGlobalScope);

impl Page {
    /// The page that has started the worker with this scope.
    #[must_use]
    pub const fn new(scope: DedicatedWorkerGlobalScope) -> Self {
        Self(scope)
    }

    /// Sends a reply.
    ///
    /// # Errors
    /// [`MessageError`] if serde cannot convert it.
    pub fn send(&self, reply: &Reply) -> Result<(), MessageError> {
        let (message, transfer) = reply.to_message()?;
        // This fails only if the page is gone.
        drop(self.0.post_message_with_transfer(&message, &transfer));
        Ok(())
    }
}

/// Tells the page of a panic as of a damaged file, which is what a library that reads files panics over. The page
/// ends the worker then.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        let reason = info.payload_as_str().unwrap_or("it cannot be read");
        let failure = Failure::Damaged(format!("the file is damaged: {reason}"));
        let page = Page(js_sys::global().unchecked_into());
        drop(page.send(&Reply::Failed(failure)));
    }));
}

/// The pieces of a file, and how many of them the page has not taken.
pub struct Pieces<'a> {
    page: &'a Page,
    messages: &'a mut UnboundedReceiver<JsValue>,
    /// Pieces that were sent and not taken yet.
    waiting: u32,
}

impl<'a> Pieces<'a> {
    /// None yet.
    pub const fn new(page: &'a Page, messages: &'a mut UnboundedReceiver<JsValue>) -> Self {
        Self {
            page,
            messages,
            waiting: 0,
        }
    }

    /// Sends a piece as a stream of Arrow, when DuckDB has taken enough of those before.
    ///
    /// # Errors
    /// [`Failure::Other`] if it cannot be sent.
    pub async fn send(
        &mut self,
        batch: &RecordBatch,
        reply: impl Fn(Uint8Array) -> Reply,
    ) -> Result<(), Failure> {
        let bytes = encoded(batch).map_err(|error| Failure::Other(error.to_string()))?;
        while self.waiting >= AHEAD {
            let message = self.messages.next().await;
            if let Some(Ok(Request::Received)) = message.map(Request::from_message) {
                self.waiting -= 1;
            }
        }
        self.waiting += 1;
        self.reply(&reply(Uint8Array::from(bytes.as_slice())))
    }

    /// Sends a reply that is no piece.
    ///
    /// # Errors
    /// [`Failure::Other`] if it cannot be sent.
    pub fn reply(&self, reply: &Reply) -> Result<(), Failure> {
        let sent = self.page.send(reply);
        sent.map_err(|error| Failure::Other(error.to_string()))
    }
}

/// A stream of Arrow with one batch, and its end, without which DuckDB loads nothing.
fn encoded(batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema())?;
    writer.write(batch)?;
    writer.into_inner()
}
