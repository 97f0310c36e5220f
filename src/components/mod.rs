//! Parts of the page that know nothing of marts.

mod action;
mod chart;
mod editor;
mod error_text;
mod focus;
mod fold;
mod gradually;
mod grid;
mod later;
mod layout;
mod notice;
mod panel;
mod plan;
mod progress;
mod range;
mod selection;
mod sparkline;
mod star;
mod theme;

pub use action::{ActionButton, Busy};
pub use chart::{Chart, KindChoice, MOST_CHARTED, Meaning, Picking};
pub use editor::{Editor, Words};
pub use error_text::ErrorText;
pub use focus::{focus_heading, focus_page, is_focus_free, keep_focus};
pub use fold::Fold;
pub use gradually::gradually;
pub use grid::{Grid, More, RowPicking, Sorting, Widths};
pub use later::Later;
pub use layout::lay_out;
pub use notice::Notice;
pub use panel::{Panel, ScrollX, focus_on, go_to_panel, is_in_view};
pub use plan::Plan;
pub use progress::Progress;
pub use range::Range;
pub use sparkline::Sparkline;
pub use star::{
    ColumnAction, DiagramColumn, DiagramEditing, DiagramTable, StarDiagram, TableAction,
};
pub use theme::ThemeSwitch;
