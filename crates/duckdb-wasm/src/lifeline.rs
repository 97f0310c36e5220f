//! What keeps a call from waiting for ever: every call to the engine races against the news
//! that the engine is gone. It does not know how that news is come by.

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;

use futures_channel::oneshot;
use futures_util::FutureExt as _;
use futures_util::future::{Either, Shared, select};

use crate::Error;

/// One engine's life, shared by everything that depends on it.
#[derive(Clone)]
pub(crate) struct Lifeline {
    cut: Rc<RefCell<Option<oneshot::Sender<Error>>>>,
    end: Shared<oneshot::Receiver<Error>>,
}

impl Lifeline {
    pub(crate) fn new() -> Self {
        let (cut, end) = oneshot::channel();
        Self {
            cut: Rc::new(RefCell::new(Some(cut))),
            end: end.shared(),
        }
    }

    /// Ends every call that is waiting, and every later one, with this error. Only the first
    /// cause counts: what follows a death is its consequence.
    pub(crate) fn cut(&self, cause: Error) {
        let sender = self.cut.borrow_mut().take();
        if let Some(sender) = sender {
            // Nobody may be listening yet; whoever comes later still finds the cause.
            drop(sender.send(cause));
        }
    }

    /// Waits for the end, and says what it was.
    pub(crate) async fn ended(&self) -> Error {
        let end = self.end.clone();
        end.await
            .unwrap_or_else(|_| Error::lost("its last handle was dropped"))
    }

    /// The call's answer, or the end if that comes first.
    pub(crate) async fn race<T>(
        &self,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        match select(pin!(self.ended()), pin!(call)).await {
            Either::Left((cause, _)) => Err(cause),
            Either::Right((answer, _)) => answer,
        }
    }
}
