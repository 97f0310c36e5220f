//! Parts of the page that know nothing of marts.

mod chart;
mod grid;
mod notice;
mod panel;
mod progress;
mod star;
mod theme;

pub use chart::Chart;
pub use grid::Grid;
pub use notice::Notice;
pub use panel::{Panel, ScrollX};
pub use progress::Progress;
pub use star::{Star, StarColumn, StarKey, StarTable};
pub use theme::ThemeSwitch;
