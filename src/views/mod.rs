//! The pages, one file each. They show what the workbench knows and call its actions.

mod accounting;
mod add_check;
mod ask;
mod card;
mod checks;
mod choose_file;
mod downloads;
mod drop;
mod dropped;
mod export;
mod figures;
mod filter;
mod inspect;
mod log;
mod mart;
mod profile;
mod set_aside;
mod sources;
mod sql;
mod star;
mod transaction;

pub use drop::DropTarget;
pub use export::Export;
pub use inspect::Inspect;
pub use mart::Mart;
pub use sources::{FILES_HEADING, Sources};
pub use sql::Sql;
pub use transaction::{OpenTransaction, Outdated};
