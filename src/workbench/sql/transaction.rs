//! The transaction that statements of the user's have opened: whether there is one, how it ends, and what
//! waits for its end. It must not know what the page shows of it.

use duckdb_wasm::{Connection, Error as EngineError, ErrorKind};
use leptos::prelude::*;
use sql::statement::Kind;

use crate::rows::Rows;
use crate::workbench::Workbench;
use crate::workbench::error::{Attempt, Error};

/// The transaction of the SQL page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Transaction {
    /// There is none: each statement is one.
    #[default]
    None,
    /// It is open.
    Open,
    /// A statement in it has failed: it can only be rolled back.
    Aborted,
}

/// How a transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// What it has done stays.
    Commit,
    /// What it has done is undone.
    Rollback,
}

impl Ending {
    /// The statement.
    pub const fn sql(self) -> &'static str {
        match self {
            Self::Commit => "COMMIT",
            Self::Rollback => "ROLLBACK",
        }
    }
}

/// An action that waits for the end of a transaction.
pub(in crate::workbench) struct Waiting(Box<dyn FnOnce()>);

impl Workbench {
    /// The transaction of the SQL page.
    pub fn transaction(self) -> ReadSignal<Transaction> {
        self.sql.transaction.read_only()
    }

    /// The action that waits for the end of the transaction, as `Building the mart from sales.csv`.
    pub fn waiting(self) -> ReadSignal<Option<String>> {
        self.sql.waiting.read_only()
    }

    /// Ends the transaction, and then begins the action that waits for that. Does nothing while another
    /// task runs.
    pub fn end_transaction(self, ending: Ending) {
        self.run(Attempt::EndTransaction(ending.sql()), async move |task| {
            let connection = self.free_sql_connection().await?;
            let ended = task.query(&connection, ending.sql()).await;
            self.look_at_transaction(&connection).await;
            if let Err(error) = ended {
                self.stay();
                return Err(error);
            }
            self.detect_changes().await;
            let waiting = self
                .session
                .try_update_value(|session| session.waiting.take());
            self.sql.waiting.set(None);
            if let Some(Waiting(begin)) = waiting.flatten() {
                // This task ends first.
                leptos::task::spawn_local(async move { begin() });
            }
            Ok(())
        });
    }

    /// Gives up the action that waits for the end of the transaction.
    pub fn stay(self) {
        self.session.update_value(|session| session.waiting = None);
        self.sql.waiting.set(None);
    }

    /// Has an action wait until the user has ended the transaction.
    pub(in crate::workbench) fn wait_for_transaction(
        self,
        attempt: &Attempt,
        begin: impl FnOnce() + 'static,
    ) {
        self.session
            .update_value(|session| session.waiting = Some(Waiting(Box::new(begin))));
        self.sql.waiting.set(Some(attempt.to_string()));
    }

    /// Whether a transaction is open.
    pub(in crate::workbench) fn is_in_transaction(self) -> bool {
        self.sql.transaction.get() != Transaction::None
    }

    /// Notes that the connection of the SQL page is gone, and its transaction with it.
    pub(in crate::workbench) fn forget_transaction(self) {
        self.sql.transaction.set(Transaction::None);
        self.stay();
    }

    /// Finds out whether a statement has left a transaction open. Only some can.
    pub(super) async fn note_transaction(self, connection: &Connection, kind: Kind) {
        let was_open = untrack(|| self.is_in_transaction());
        if was_open || matches!(kind, Kind::Begin | Kind::End | Kind::Execute) {
            self.look_at_transaction(connection).await;
        }
    }

    async fn look_at_transaction(self, connection: &Connection) {
        if let Ok(found) = look(connection).await
            && self.sql.transaction.get_untracked() != found
        {
            self.sql.transaction.set(found);
        }
    }
}

/// Outside of a transaction, each statement has a number of its own.
async fn look(connection: &Connection) -> Result<Transaction, Error> {
    let number = async || {
        let result = connection.query("SELECT txid_current()").await?;
        Ok::<_, EngineError>(Rows::from(result).count(0, 0))
    };
    match (number().await, number().await) {
        (Ok(first), Ok(second)) if first == second => Ok(Transaction::Open),
        (Ok(_), Ok(_)) => Ok(Transaction::None),
        (
            Err(EngineError::Engine {
                kind: ErrorKind::Transaction,
                ..
            }),
            _,
        ) => Ok(Transaction::Aborted),
        (Err(error), _) | (_, Err(error)) => Err(error.into()),
    }
}
