//! What stands above every page while statements of the user's are not settled: a transaction that is open,
//! and answers that are out of date.

use leptos::prelude::*;

use crate::components::ActionButton;
use crate::workbench::{Ending, Transaction, Workbench};

/// The open transaction, with the ways to end it, and what waits for that.
#[component]
pub fn OpenTransaction() -> impl IntoView {
    let workbench = Workbench::from_context();
    let ending = move |ending: Ending| {
        view! {
            <ActionButton on_click=move |()| workbench.end_transaction(ending)>{ending.sql()}</ActionButton>
        }
    };
    move || {
        let transaction = workbench.transaction().get();
        let title = match transaction {
            Transaction::None => return None,
            Transaction::Open => "A transaction is open",
            Transaction::Aborted => "The transaction must be rolled back",
        };
        let waiting = workbench.waiting().get();
        let message = match (&waiting, transaction) {
            (Some(action), _) => format!("{action} begins when it has ended."),
            (None, Transaction::Aborted) => "A statement in it has failed.".to_owned(),
            (None, _) => "What it has done is seen here alone, and kept by COMMIT.".to_owned(),
        };
        let is_open = transaction == Transaction::Open;
        let commit = is_open.then(|| ending(Ending::Commit));
        let stay = waiting.is_some().then(|| {
            view! { <button type="button" on:click=move |_| workbench.stay()>"Stay"</button> }
        });
        Some(view! {
            <div role="alert" class="notice" class:mild=is_open>
                <div class="notice-text">
                    <strong>{title}</strong>
                    <p>{message}</p>
                </div>
                <div class="buttons">{commit}{ending(Ending::Rollback)}{stay}</div>
            </div>
        })
    }
}

/// That statements have changed what the page shows, with a way to compute it again.
#[component]
pub fn Outdated() -> impl IntoView {
    let workbench = Workbench::from_context();
    move || {
        workbench.outdated().get().then(|| {
            view! {
                <div role="note" class="notice mild">
                    <p>"Statements have changed the data. Answers, checks and counts may be out of date."</p>
                    <ActionButton on_click=move |()| workbench.refresh_all()>"Refresh"</ActionButton>
                </div>
            }
        })
    }
}
