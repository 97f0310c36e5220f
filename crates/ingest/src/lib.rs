//! Reads files as people have them: any delimiter, encoding, header, way to write a number or a day. A
//! file is first understood from samples ([`understand`]): each choice has its evidence and can be
//! changed. Then all of it is read ([`Reader`]) into typed Arrow batches. Each row is loaded, set aside
//! with the reason, or skipped by a stated rule; nothing is repaired and no row is lost.
//!
//! It turns bytes into values: it must not know a browser, an engine or a mart.

mod column;
mod columnar;
mod compression;
mod count;
mod dialect;
mod encoding;
mod header;
mod json;
mod plan;
mod reader;
mod record;
mod reject;
mod sniff;
mod table;
mod total;
mod types;
mod understand;
mod value;
#[cfg(feature = "workbook")]
mod workbook;

pub use columnar::ColumnarFormat;
pub use compression::Compression;
pub use count::{Counts, Skip, Skipped};
pub use dialect::{Delimiter, Dialect, Escape};
pub use encoding::Encoding;
pub use header::distinct_names;
pub use json::JsonPart;
pub use plan::{ColumnPlan, Correction, FilePlan, Layout, Part, TablePlan};
pub use reader::{ReadError, Reader, Rows};
pub use reject::{Fault, Reject};
pub use understand::{Choices, Evidence, Refusal, Sample, Topic, Understanding, understand};
pub use value::{DateOrder, NumberStyle, Rule};
#[cfg(feature = "workbook")]
pub use workbook::{is_workbook, read_sheet, understand_workbook};
