//! Fills the star that was proposed for tables of files from those tables, on the connection whose transaction has
//! them. It must not know how the files were read.

use duckdb_wasm::Connection;
use mart::{Identifier, Keys, Package, Plan};

use super::Account;
use crate::marks::now;
use crate::workbench::error::Error;
use crate::workbench::log::LoggedStep;
use crate::workbench::task::Task;

/// Fills the tables of the star, and verifies its keys. Returns how they are kept.
pub(super) async fn load(
    task: &Task,
    connection: &Connection,
    star: &Package,
    accounts: &[Account],
    log: &mut Vec<LoggedStep>,
) -> Result<Keys, Error> {
    let model = star.model();
    let mut staged = Vec::new();
    for (place, source) in model.sources().iter().enumerate() {
        let account = accounts.iter().find(|account| account.table == source.name);
        let account = account.ok_or(Error::NoSource)?;
        staged.push((place, account.counts.loaded));
        let table = Identifier::new(source.name.as_str())?;
        let rename = format!(
            "ALTER TABLE {} RENAME TO {}",
            table.quoted(),
            source.staged().quoted()
        );
        task.query(connection, &rename).await?;
    }
    let plan = Plan::load(model, &staged);
    let progress = task.progress();
    let steps = plan.steps.len() as u64;
    for (done, step) in (0..).zip(plan.steps) {
        progress.show(&step.title, done, steps);
        let begun = now();
        let found = task.query(connection, &step.sql).await?;
        if step.effect.must_be_empty() && found.num_rows() > 0 {
            return Err(Error::Unverified { step: step.title });
        }
        log.push(LoggedStep {
            title: step.title,
            sql: step.sql,
            rows: found.rows_changed(),
            milliseconds: now() - begun,
        });
    }
    Ok(plan.keys.unwrap_or(Keys::Enforced))
}
