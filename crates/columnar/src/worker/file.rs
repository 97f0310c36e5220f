//! A file behind the browser's handle, any part of which a worker can read at once. It must not know what it
//! contains.

use std::cell::RefCell;
use std::io;

use bytes::Bytes;
use columnar::Source;
use js_sys::Uint8Array;
use web_sys::{File, FileReaderSync};
use worker::reading::{Failure, size_of};

thread_local! {
    /// The handle: one of the browser's objects cannot be in what other threads could have, as a source could.
    static FILE: RefCell<Option<File>> = const { RefCell::new(None) };
    /// Whether the browser has refused to read it.
    static REFUSED: RefCell<bool> = const { RefCell::new(false) };
}

/// The file that was chosen last.
pub(crate) struct BrowserFile {
    length: u64,
}

impl BrowserFile {
    pub(crate) fn new(file: &File) -> Self {
        FILE.set(Some(file.clone()));
        REFUSED.set(false);
        Self {
            length: size_of(file),
        }
    }
}

/// An error if the browser has refused to read the file: it was changed, moved or deleted.
pub(crate) fn unchanged() -> Result<(), Failure> {
    if REFUSED.take() {
        return Err(Failure::Changed);
    }
    Ok(())
}

impl Source for BrowserFile {
    fn length(&self) -> u64 {
        self.length
    }

    fn read(&self, from: u64, length: usize) -> io::Result<Bytes> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "files are smaller than 2^53 bytes"
        )]
        let (from, to) = (from as f64, (from + length as u64) as f64);
        let read = FILE.with_borrow(|file| {
            let piece = file.as_ref()?.slice_with_f64_and_f64(from, to).ok()?;
            let buffer = FileReaderSync::new().ok()?.read_as_array_buffer(&piece);
            Some(Uint8Array::new(&buffer.ok()?.into()).to_vec())
        });
        match read {
            Some(bytes) if bytes.len() == length => Ok(Bytes::from(bytes)),
            _ => {
                REFUSED.set(true);
                Err(io::Error::other("the browser does not read the file"))
            }
        }
    }
}
