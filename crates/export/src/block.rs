//! The output buffer of the text encoders: rows are appended to a block in memory, and full blocks
//! go to the sink. It must not know a format.

use std::io::{self, Write};

/// A block is written to the sink when it has this size. One call of a sink for each field or row
/// would take longer than encoding them.
const BLOCK_SIZE: usize = 64 * 1024;

/// A sink and the block that goes there next.
pub(crate) struct BlockWriter<W> {
    sink: W,
    /// Encoders append to it directly.
    pub(crate) block: Vec<u8>,
}

impl<W: Write> BlockWriter<W> {
    pub(crate) fn new(sink: W) -> Self {
        // The last row of a block goes over its size.
        let block = Vec::with_capacity(BLOCK_SIZE + BLOCK_SIZE / 8);
        Self { sink, block }
    }

    /// Writes the block to the sink if it is full. Called after each row.
    #[inline]
    pub(crate) fn flush_full(&mut self) -> io::Result<()> {
        if self.block.len() >= BLOCK_SIZE {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Writes the block to the sink.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.sink.write_all(&self.block)?;
        self.block.clear();
        Ok(())
    }

    /// Writes the last block and returns the sink.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.flush()?;
        self.sink.flush()?;
        Ok(self.sink)
    }
}
