//! What people do with the mart, told in a real browser against the finished page in `dist/`. One file a page of
//! the app, one for bad days; each story has a server and a browser of its own.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a story that finds something else than it expects ends there"
)]

mod bad_days;
mod expected;
mod export;
mod generate;
mod inspect;
mod mart;
mod sources;
