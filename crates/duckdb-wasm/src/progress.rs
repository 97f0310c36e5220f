//! The progress of the engine's download. It must not know who displays it.

use crate::ffi::Notice;

/// The received part of the engine's WebAssembly module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Received bytes, uncompressed.
    pub loaded: u64,
    /// Size of the module in bytes, if the server states it: it cannot for a compressed response.
    pub total: Option<u64>,
}

impl Progress {
    /// The received fraction, from 0 to 1, if the size is known.
    ///
    /// ```
    /// use duckdb_wasm::Progress;
    /// let half = Progress { loaded: 17, total: Some(34) };
    /// assert_eq!(half.fraction(), Some(0.5));
    /// assert_eq!(Progress { loaded: 17, total: None }.fraction(), None);
    /// ```
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "a fraction for a progress bar; sizes are far below 2^52"
    )]
    pub fn fraction(self) -> Option<f64> {
        self.total
            .filter(|total| *total > 0)
            .map(|total| (self.loaded as f64 / total as f64).min(1.0))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "JavaScript has no integers; byte counts are whole numbers below 2^53"
    )]
    pub(crate) fn from_notice(notice: &Notice) -> Option<Self> {
        let total = notice.total().filter(|total| *total > 0.0);
        Some(Self {
            loaded: notice.loaded()? as u64,
            total: total.map(|total| total as u64),
        })
    }
}
