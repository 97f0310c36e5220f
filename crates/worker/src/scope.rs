//! The worker's side of the connection to the page. It must not know the messages.

use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// The scope of the worker that this is, and the messages that it gets from now on.
#[must_use]
pub fn listen() -> (DedicatedWorkerGlobalScope, UnboundedReceiver<JsValue>) {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let (sender, messages) = unbounded();
    let on_message = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
        // Nothing takes the message if the worker serves no more.
        drop(sender.unbounded_send(event.data()));
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The closure lives as long as the worker.
    on_message.forget();
    (scope, messages)
}
