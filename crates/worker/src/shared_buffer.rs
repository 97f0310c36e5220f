//! The sink of an encoder. The encoder owns one clone and writes; [`Output`](crate::output::Output)
//! keeps another and takes the bytes out. It must not know what the bytes are.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes in memory. All clones are the same buffer.
#[derive(Clone, Default)]
pub(crate) struct SharedBuffer(Arc<Mutex<Vec<u8>>>);

impl SharedBuffer {
    /// Allocates memory for this number of bytes. Growing by itself, a vector may take twice as much.
    pub(crate) fn reserve(&self, bytes: usize) {
        self.with(|buffer| buffer.reserve_exact(bytes));
    }

    pub(crate) fn len(&self) -> usize {
        self.with(|buffer| buffer.len())
    }

    /// Passes all bytes to `consume` and empties the buffer. Its memory is used again.
    pub(crate) fn drain<T>(&self, consume: impl FnOnce(&[u8]) -> T) -> T {
        self.with(|buffer| {
            let result = consume(buffer);
            buffer.clear();
            result
        })
    }

    fn with<T>(&self, access: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        // The worker has one thread, so the lock is always free. The Parquet encoder requires a sink
        // that is `Send`.
        access(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for SharedBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|buffer| buffer.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
