//! The app in a real browser. The library is the stage: a server that can misbehave, a browser of one's own, a page
//! on which things are found as a screen reader finds them. The stories themselves are in `tests/`, what is
//! measured in `bin/bench/`. It knows the page's words and nothing of how the page is made.

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
