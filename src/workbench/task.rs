//! One action at a time. A [`Task`] is the running action: it owns its progress on the page and the
//! token that cancels it. When it ends, the next action can begin and its error is reported. It must not
//! know what the actions do.

use std::cell::RefCell;
use std::pin::pin;

use duckdb_wasm::{Connection, QueryResult};
use futures_channel::oneshot;
use futures_util::FutureExt as _;
use futures_util::future::{Either, Shared, join, select};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::error::{Attempt, Error};
use super::{Alert, Workbench};

/// What the page shows of the running action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The action, as `Building the mart`.
    pub title: String,
    /// The part of it that runs now.
    pub detail: String,
    /// Parts, or rows, that are done.
    pub done: u64,
    /// Parts, or rows, in all; at least one.
    pub of: u64,
}

impl Activity {
    fn new(attempt: &Attempt) -> Self {
        let (title, detail) = attempt.activity();
        Self {
            title,
            detail,
            done: 0,
            of: 1,
        }
    }
}

/// The running task as the session keeps it. Dropping it cancels the task.
pub(super) struct Running {
    number: u32,
    /// Dropped to cancel the task.
    canceller: Option<oneshot::Sender<()>>,
}

/// A running action.
pub(super) struct Task {
    workbench: Workbench,
    number: u32,
    attempt: RefCell<Attempt>,
    cancelled: Shared<oneshot::Receiver<()>>,
}

/// What shows the progress of a task. It has no effect once the task has ended.
#[derive(Clone, Copy)]
pub(super) struct TaskProgress {
    workbench: Workbench,
    number: u32,
}

impl Workbench {
    /// Runs an action, unless another one runs or the engine is not ready. Its error is shown as an
    /// alert.
    pub(super) fn run<A>(self, attempt: Attempt, action: A)
    where
        A: AsyncFnOnce(&Task) -> Result<(), Error> + 'static,
    {
        if attempt.replaces_mart() && untrack(|| self.is_in_transaction() && !self.is_busy()) {
            let waiting = attempt.clone();
            return self.wait_for_transaction(&attempt, move || self.run(waiting, action));
        }
        let Some(task) = self.begin(attempt) else {
            return;
        };
        spawn_local(async move {
            let outcome = action(&task).await;
            task.finish(outcome);
        });
    }

    /// Cancels the running task. It ends soon and leaves the state that was there before.
    pub fn cancel(self) {
        self.session.update_value(|session| {
            if let Some(running) = &mut session.running {
                running.canceller = None;
            }
        });
    }

    /// Cancels the running task without waiting for its end: its engine is gone.
    pub(super) fn abandon_task(self) {
        self.session.update_value(|session| session.running = None);
        self.activity.set(None);
    }

    /// Shows why something failed, unless there is nothing to say about it.
    pub(super) fn report(self, attempt: &Attempt, error: &Error) {
        let has_mart = self.built.with_untracked(Option::is_some);
        if let Some(alert) = Alert::new(attempt, error, has_mart) {
            self.alert.set(Some(alert));
        }
    }

    fn begin(self, attempt: Attempt) -> Option<Task> {
        if untrack(|| self.is_busy()) {
            return None;
        }
        let (canceller, token) = oneshot::channel();
        let number = self.session.try_update_value(|session| {
            session.tasks += 1;
            session.running = Some(Running {
                number: session.tasks,
                canceller: Some(canceller),
            });
            session.tasks
        })?;
        self.activity.set(Some(Activity::new(&attempt)));
        Some(Task {
            workbench: self,
            number,
            attempt: RefCell::new(attempt),
            cancelled: token.shared(),
        })
    }

    /// Whether the task of this number is still the running one.
    fn runs(self, number: u32) -> bool {
        self.session.with_value(|session| {
            let running = session.running.as_ref();
            running.is_some_and(|running| running.number == number)
        })
    }
}

impl Task {
    /// Gives the action another name: its first part has shown what it really does.
    pub(super) fn continue_as(&self, attempt: Attempt) {
        if self.workbench.runs(self.number) {
            self.workbench.activity.set(Some(Activity::new(&attempt)));
        }
        self.attempt.replace(attempt);
    }

    /// What shows its progress.
    pub(super) const fn progress(&self) -> TaskProgress {
        TaskProgress {
            workbench: self.workbench,
            number: self.number,
        }
    }

    /// Whether it was cancelled, or its engine is gone.
    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.clone().now_or_never().is_some()
    }

    /// Runs statements of one connection. Cancellation interrupts the one that runs and waits for its
    /// end, so that the connection can be used on, for a rollback say.
    pub(super) async fn statement<T, E>(
        &self,
        connection: &Connection,
        statement: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Error>
    where
        Error: From<E>,
    {
        if self.is_cancelled() {
            return Err(Error::Cancelled);
        }
        match select(pin!(statement), self.cancelled.clone()).await {
            Either::Left((outcome, _)) => Ok(outcome?),
            // An engine that cannot cancel is gone, and then the statement fails.
            Either::Right((_, statement)) => {
                let (_, outcome) = join(connection.cancel(), statement).await;
                Ok(outcome?)
            }
        }
    }

    /// Runs one statement and returns its whole result.
    pub(super) async fn query(
        &self,
        connection: &Connection,
        sql: &str,
    ) -> Result<QueryResult, Error> {
        self.statement(connection, connection.query(sql)).await
    }

    /// Waits for something else than a statement. Cancellation drops it.
    pub(super) async fn unless_cancelled<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> Result<T, Error> {
        match select(pin!(work), self.cancelled.clone()).await {
            Either::Left((outcome, _)) => Ok(outcome),
            Either::Right(_) => Err(Error::Cancelled),
        }
    }

    fn finish(self, outcome: Result<(), Error>) {
        let (workbench, attempt) = (self.workbench, self.attempt.borrow().clone());
        drop(self);
        if let Err(error) = outcome {
            workbench.report(&attempt, &error);
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        // Another task may run already if the engine was replaced before this one ended.
        if self.workbench.runs(self.number) {
            self.workbench.abandon_task();
        }
    }
}

impl TaskProgress {
    /// Shows the part that runs now.
    pub(super) fn show_detail(self, detail: &str) {
        self.update(|activity| detail.clone_into(&mut activity.detail));
    }

    /// Shows the number of parts, or rows, that are done.
    pub(super) fn show_done(self, done: u64, of: u64) {
        self.update(|activity| (activity.done, activity.of) = (done, of.max(1)));
    }

    /// Shows both.
    pub(super) fn show(self, detail: &str, done: u64, of: u64) {
        self.update(|activity| {
            detail.clone_into(&mut activity.detail);
            (activity.done, activity.of) = (done, of.max(1));
        });
    }

    fn update(self, change: impl FnOnce(&mut Activity)) {
        if self.workbench.runs(self.number) {
            self.workbench.activity.update(|activity| {
                if let Some(activity) = activity {
                    change(activity);
                }
            });
        }
    }
}
