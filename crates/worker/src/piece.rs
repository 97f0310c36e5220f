//! Pieces of a file, read through the browser's handle. It must not know what they contain.

use crate::reading::{Failure, size_of};
use js_sys::{ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// Some bytes from a place on, fewer at the end.
///
/// # Errors
/// [`Failure::Changed`] if the browser refuses.
pub async fn read(file: &File, from: u64, length: u64) -> Result<Vec<u8>, Failure> {
    let bytes = finish(start(file, from, length)?).await?;
    Ok(bytes.to_vec())
}

/// The most bytes of a file that has to be in memory as a whole.
const MOST_WHOLE: u64 = 512 << 20;

/// All bytes of a file that can be read in no other way.
///
/// # Errors
/// [`Failure::Refused`] if it is too large, [`Failure::Changed`] if the browser refuses.
pub async fn whole(file: &File) -> Result<Vec<u8>, Failure> {
    let size = size_of(file);
    if size > MOST_WHOLE {
        return Err(Failure::Refused(format!(
            "{} has {} MB, and a workbook or an archive may have {} MB",
            file.name(),
            size >> 20,
            MOST_WHOLE >> 20
        )));
    }
    read(file, 0, size).await
}

/// Starts to read a piece.
///
/// # Errors
/// [`Failure::Changed`] if the browser refuses.
pub fn start(file: &File, from: u64, length: u64) -> Result<Promise, Failure> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "files are smaller than 2^53 bytes"
    )]
    let (from, to) = (from as f64, (from + length) as f64);
    let piece = file.slice_with_f64_and_f64(from, to);
    Ok(piece.map_err(|_| Failure::Changed)?.array_buffer())
}

/// The bytes of a piece. The browser refuses to read a file that was changed.
///
/// # Errors
/// [`Failure::Changed`] if the browser refuses.
pub async fn finish(reading: Promise) -> Result<Uint8Array, Failure> {
    let buffer = JsFuture::from(reading).await;
    let buffer = buffer.map_err(|_| Failure::Changed)?;
    let buffer: ArrayBuffer = buffer.dyn_into().map_err(|_| Failure::Changed)?;
    Ok(Uint8Array::new(&buffer))
}
