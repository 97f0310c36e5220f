//! What a data mart is, written down as data: its tables and keys, the SQL steps that build it,
//! the questions it answers, the checks it must pass, and the bytes it is handed on as.
//!
//! This crate turns values into values. It must not know of a browser, an engine, a network, a
//! clock or chance: whoever holds an engine runs the [`Plan`] and hands back what came of it.
//!
//! ```
//! use mart::{mini_data_mart, Plan, SalesFile};
//!
//! let mart = mini_data_mart();
//! for step in &Plan::seed(&mart).steps {
//!     assert!(!step.title.is_empty() && !step.sql.is_empty()); // one statement each, in order
//! }
//!
//! let csv = b"Order_Date;customer_name;product_name;quantity;unit_price\n2025-10-01;Alice;Lamp;2;9.5\n";
//! let file = SalesFile::detect("october.csv", csv, csv.len() as u64)?;
//! let plan = Plan::stage(&file);
//! assert_eq!(plan.steps[0].title, "Stage october.csv");
//! # Ok::<(), mart::SourceError>(())
//! ```

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub mod ask;
pub mod cell;
pub mod chart;
pub mod check;
pub mod database_file;
pub mod encode;
pub mod generate;
pub mod inspect;
pub mod model;
pub mod opened;
pub mod plan;
pub mod profile;
pub mod query;
pub mod script;
pub mod source;
pub mod sql;
pub mod star;

mod digits;
mod error;
mod message;
mod moment;

pub use cell::Cell;
pub use check::{Check, checks};
pub use error::Error;
pub use generate::GeneratedSales;
pub use model::{Column, Key, Keys, Mart, Table, TableKind, mini_data_mart};
pub use opened::{OpenError, OpenedFile};
pub use plan::{Plan, Step, StepKind};
pub use query::Answer;
pub use source::{SalesFile, SourceError};
pub use sql::Identifier;
