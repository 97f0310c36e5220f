//! The end of an instance, as a signal that every call races against, so that no call waits
//! forever. It must not know how the end is detected.

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;

use futures_channel::oneshot;
use futures_util::FutureExt as _;
use futures_util::future::{Either, Shared, select};

use crate::Error;

/// The signal of one instance. Clones share it.
#[derive(Clone)]
pub(crate) struct Termination {
    /// `None` once the signal is given.
    sender: Rc<RefCell<Option<oneshot::Sender<Error>>>>,
    receiver: Shared<oneshot::Receiver<Error>>,
}

impl Termination {
    pub(crate) fn new() -> Self {
        let (sender, receiver) = oneshot::channel();
        Self {
            sender: Rc::new(RefCell::new(Some(sender))),
            receiver: receiver.shared(),
        }
    }

    /// Ends every current and later call with `cause`. Only the first cause counts: later ones are
    /// its consequences.
    pub(crate) fn signal(&self, cause: Error) {
        let sender = self.sender.borrow_mut().take();
        if let Some(sender) = sender {
            // Cannot fail: `self` holds a receiver.
            drop(sender.send(cause));
        }
    }

    /// Waits for the signal and returns its cause.
    pub(crate) async fn cause(&self) -> Error {
        let receiver = self.receiver.clone();
        receiver
            .await
            .unwrap_or_else(|_| Error::lost("its last handle was dropped"))
    }

    /// The result of `call`, or the cause of the termination if that comes first.
    pub(crate) async fn race<T>(
        &self,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        match select(pin!(self.cause()), pin!(call)).await {
            Either::Left((cause, _)) => Err(cause),
            Either::Right((result, _)) => result,
        }
    }
}
