//! The pages, one file each. They show what the workbench knows and call its actions.

mod ask;
mod checks;
mod downloads;
mod export;
mod filter;
mod inspect;
mod mart;
mod profile;
mod sources;
mod sql;

pub use export::Export;
pub use inspect::Inspect;
pub use mart::Mart;
pub use sources::Sources;
pub use sql::Sql;

use crate::workbench::Workbench;

/// Whether an action would be refused now, in words, for a button that keeps the focus meanwhile. One
/// closure for all of them, since each kind of closure is code to download.
fn told_while_busy(workbench: Workbench) -> impl Fn() -> String + Copy + Send + Sync + 'static {
    move || workbench.is_busy().to_string()
}
