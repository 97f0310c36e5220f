//! Where a file ends up, the app's and a peer's alike, and when it is whole there. It must not know who has made it.

use crate::timeline::clicked_at;
use browser_tests::{Outcome, Page};
use std::fs;
use std::time::UNIX_EPOCH;

/// What becomes of the bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// A file in the origin's private file system, in place of one on the person's disk: no program can drive the
    /// dialog.
    Disk,
    /// A blob that the browser saves as a download: what is done in a browser without that dialog.
    Blob,
}

impl End {
    /// Its name in `peer.js`.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Disk => "disk",
            Self::Blob => "blob",
        }
    }

    /// What a file that ends so is called in a measure.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Disk => "to disk",
            Self::Blob => "saved",
        }
    }

    /// Waits until a file is complete, removes it, and returns the milliseconds since the last click. A file on disk is
    /// complete when the page says so, after `reported` milliseconds; a blob is saved by the browser after that.
    pub(crate) async fn settle(self, page: &Page, file: &str, reported: f64) -> Outcome<f64> {
        match self {
            Self::Disk => {
                page.remove_private_files().await?;
                Ok(reported)
            }
            Self::Blob => {
                let saved = page.arrival(file).await?;
                let written = saved.metadata()?.modified()?.duration_since(UNIX_EPOCH)?;
                fs::remove_file(saved)?;
                let took = written.as_secs_f64() * 1_000.0 - clicked_at(page).await?;
                // The clock of files ticks in milliseconds, up to ten.
                Ok(took.max(reported))
            }
        }
    }
}
