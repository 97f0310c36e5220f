//! How far the engine's download has come.

use crate::ffi::Notice;

/// Bytes of the engine's module that have arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes so far, uncompressed.
    pub loaded: u64,
    /// Bytes in all, where the server states it: it cannot for a compressed answer.
    pub total: Option<u64>,
}

impl Progress {
    /// The part that has arrived, from 0 to 1, where the whole is known.
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
        reason = "byte counts of a file, which JavaScript holds as whole numbers"
    )]
    pub(crate) fn from_notice(notice: &Notice) -> Option<Self> {
        let total = notice.total().filter(|total| *total > 0.0);
        Some(Self {
            loaded: notice.loaded()? as u64,
            total: total.map(|total| total as u64),
        })
    }
}
