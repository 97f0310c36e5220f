//! Results held as Arrow: the exact value of one [`Cell`], the text of days and instants
//! ([`moment`]), and which [`chart`] a result makes. This crate must not know of marts, files,
//! an engine or a page.

mod cell;
pub mod chart;
pub mod digits;
pub mod moment;

pub use cell::Cell;
