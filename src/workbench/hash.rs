//! What identifies the content of a file: SHA-256, by the browser, off the page's thread. It must not know what the
//! file holds.

use std::fmt::Write as _;

use js_sys::Uint8Array;
use leptos::prelude::window;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;
use worker::reading::size_of;

use super::error::Error;

/// The most bytes that are in memory at once. The browser hashes a text as a whole, so of a larger file the hashes of
/// its pieces are hashed.
const PIECE: u64 = 64 << 20;

/// The SHA-256 of a file, as `sha256sum` prints it; of a file of more than 64 MB, `pieces-` and the SHA-256 of those
/// of its pieces. `None` where the page may not use the browser's cryptography: not on `https` or `localhost`.
///
/// # Errors
/// The file is not as it was when it was chosen.
pub(super) async fn hash_of(file: &File) -> Result<Option<String>, Error> {
    let size = size_of(file);
    let mut hashes = Vec::new();
    let mut from = 0;
    while from < size || hashes.is_empty() {
        let to = size.min(from + PIECE);
        #[expect(
            clippy::cast_precision_loss,
            reason = "files have fewer than 2^53 bytes"
        )]
        let piece = file.slice_with_f64_and_f64(from as f64, to as f64);
        let piece = piece.map_err(|_| Error::FileChanged(file.name()))?;
        let bytes = JsFuture::from(piece.array_buffer()).await;
        let bytes = bytes.map_err(|_| Error::FileChanged(file.name()))?;
        let Some(hash) = digest(&Uint8Array::new(&bytes)).await else {
            return Ok(None);
        };
        hashes.push(hash);
        from = to.max(from + 1);
    }
    if let [only] = hashes.as_slice() {
        return Ok(Some(hex(only)));
    }
    let all = Uint8Array::from(hashes.concat().as_slice());
    Ok(digest(&all)
        .await
        .map(|hash| format!("pieces-{}", hex(&hash))))
}

async fn digest(bytes: &Uint8Array) -> Option<Vec<u8>> {
    let crypto = window().crypto().ok()?;
    let subtle = crypto.subtle();
    // Without a safe origin the browser has none, whatever its type says.
    if subtle.is_undefined() {
        return None;
    }
    let hashing = subtle.digest_with_str_and_buffer_source("SHA-256", bytes.unchecked_ref());
    let hash = JsFuture::from(hashing.ok()?).await.ok()?;
    Some(Uint8Array::new(&hash).to_vec())
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
