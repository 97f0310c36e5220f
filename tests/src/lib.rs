//! The app in a real browser. The library has a server that can simulate faults, a browser for each story, and a page
//! whose elements are found by role and name, as a screen reader finds them. The stories are in `tests/`, the benchmark
//! is in `bin/bench/`. It knows the page's texts and must not know how the page is made.

mod browser;
mod failure;
mod page;
mod server;
mod story;

pub use browser::{ANY, Browser, KEEP_WORKERS, SAVE_INTO_OPFS, Setup};
pub use failure::{Failure, Outcome};
pub use page::{BUILD, Named, Page, SOON, Table};
pub use server::{Fault, Request, Server};
pub use story::{Stage, dist, root, shared, story};
