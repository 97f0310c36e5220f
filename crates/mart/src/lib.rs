//! A data mart as a document, and the compiler that turns it into everything else: tables, load
//! plan, questions, checks, documentation.
//!
//! ```text
//! document  ──read──►  Document  ──resolve──►  Model  ──compile──►  SQL and text
//! ```
//!
//! This crate turns values into values. It must not know of a browser, an engine, a network, a clock
//! or chance: whoever holds an engine runs the [`Plan`] and uses its results.
//!
//! ```
//! use mart::{Filter, Plan};
//!
//! let shipped = mart::shipped::built_in();
//! for step in &Plan::shipped(&shipped).steps {
//!     assert!(!step.title.is_empty() && !step.sql.is_empty()); // one statement each, in order
//! }
//! let model = shipped.model();
//! for question in model.questions() {
//!     assert!(question.query(&Filter::default()).sql(model).is_some());
//! }
//! ```

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub mod catalog;
mod compile;
mod data_type;
pub mod database_file;
mod days;
pub mod document;
mod expression;
mod filter;
mod link;
mod message;
mod mistake;
mod model;
pub mod opened;
mod package;
mod period;
pub mod profile;
mod resolve;
mod rows;
pub mod shipped;
pub mod source_file;
pub mod star;
mod wider;

pub use ::sql;
pub use compile::accounting::{
    MeasureAccount, Part, RelationshipAccount, measure_totals, relationship_counts,
};
pub use compile::batches::{Batch, BatchFile};
pub use compile::check::{
    Check, CheckKind, CheckResult, TestKind, check_report, checks, load_checks,
};
pub use compile::figures::KeyFigures;
pub use compile::plan::{Effect, Plan, Step};
pub use compile::query::Query;
pub use data_type::{DataType, TypeKind};
pub use days::{Days, Preset, last_days, periods};
pub use document::{
    Additivity, ChartKind, DateGrain, Document, Duplicates, FileShape, History, LoadMode,
    MOST_BYTES, NumberFormat, Origin, Orphans, Role, Severity, VERSION,
};
pub use filter::{Filter, NULL, Selection};
pub use link::DashboardState;
pub use mistake::{LISTED_MISTAKES, Mistake};
pub use model::{
    Attribute, Column, GeneratedSize, Generator, Hierarchy, Key, Keys, Metric, Model, Question,
    Relationship, Source, SourceField, Table, Unit,
};
pub use opened::{OpenError, OpenedFile};
pub use package::Package;
pub use period::days_of_period;
pub use rows::Rows;
pub use source_file::{SourceError, SourceFile, TextRows};
pub use sql::Identifier;
