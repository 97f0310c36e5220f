//! The hashes of a build: short ones for names, whole ones for the page's policy and for what it preloads.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha384};
use std::fmt::Write as _;

/// Bytes of a hash in a name.
const SHORT: usize = 8;

/// The hash of several contents, each with its length, so that none runs into the next.
#[derive(Default)]
pub(crate) struct Digest(Sha256);

impl Digest {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// Sixteen hexadecimal digits, as trunk's own.
    pub(crate) fn short(self) -> String {
        let mut text = String::new();
        for byte in self.0.finalize().iter().take(SHORT) {
            // A text takes whatever is written to it.
            write!(text, "{byte:02x}").unwrap_or_default();
        }
        text
    }
}

/// What a Content-Security-Policy calls an inline script or style.
pub(crate) fn policy_source(content: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(content)))
}

/// The value of an `integrity` attribute.
pub(crate) fn integrity(content: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(content)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_browsers_compute_them() {
        assert_eq!(
            policy_source("alert('Hello, world.');"),
            "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
        );
        assert_eq!(
            integrity(b"alert('Hello, world.');"),
            "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO"
        );
    }
}
