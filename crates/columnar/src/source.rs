//! Where the bytes of a file come from: any part of it can be read. Parts that were read are kept for a while, for
//! the columns of a file are read in turns. It must not know what the bytes are.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use ::parquet::errors::{ParquetError, Result as ParquetResult};
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::{Bytes, BytesMut};

/// Bytes that are read at a time.
const BLOCK: u64 = 1 << 20;
/// Blocks that are kept: one for each of many columns.
const KEPT: usize = 64;

/// A file whose parts can be read.
pub trait Source: Send + Sync + 'static {
    /// Its bytes.
    fn length(&self) -> u64;

    /// Some bytes from a place on, all of which the file has.
    ///
    /// # Errors
    /// If they cannot be read.
    fn read(&self, from: u64, length: usize) -> io::Result<Bytes>;
}

impl Source for Bytes {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn read(&self, from: u64, length: usize) -> io::Result<Bytes> {
        let from = usize::try_from(from).map_err(io::Error::other)?;
        let end = from.checked_add(length).filter(|end| *end <= self.len());
        let end = end.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(self.slice(from..end))
    }
}

/// A file that is read block by block. A copy has the same blocks.
#[derive(Clone)]
pub(crate) struct Blocks {
    source: Arc<dyn Source>,
    /// The blocks that were used last, each with its number.
    kept: Arc<Mutex<VecDeque<(u64, Bytes)>>>,
}

impl Blocks {
    pub(crate) fn new(source: impl Source) -> Self {
        Self {
            source: Arc::new(source),
            kept: Arc::default(),
        }
    }

    pub(crate) fn length(&self) -> u64 {
        self.source.length()
    }

    /// Some bytes from a place on; an error if the file has fewer.
    pub(crate) fn bytes(&self, from: u64, length: usize) -> io::Result<Bytes> {
        let end = from.checked_add(length as u64);
        if end.is_none_or(|end| end > self.length()) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // What has more than a block is read as it is asked for.
        if length as u64 > BLOCK {
            return self.source.read(from, length);
        }
        let first = self.part(from, length)?;
        if first.len() == length {
            return Ok(first);
        }
        let mut bytes = BytesMut::from(first);
        while bytes.len() < length {
            let part = self.part(from + bytes.len() as u64, length - bytes.len())?;
            bytes.extend_from_slice(&part);
        }
        Ok(bytes.freeze())
    }

    /// The bytes from a place on that are in one block, at least one where the file goes on.
    fn part(&self, from: u64, most: usize) -> io::Result<Bytes> {
        let block = self.block(from / BLOCK)?;
        let start = usize::try_from(from % BLOCK).map_err(io::Error::other)?;
        let end = start.saturating_add(most).min(block.len());
        Ok(block.slice(start.min(end)..end))
    }

    fn block(&self, number: u64) -> io::Result<Bytes> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(|(known, _)| *known == number)
            && let Some((_, block)) = kept.remove(at)
        {
            kept.push_back((number, block.clone()));
            return Ok(block);
        }
        let from = number * BLOCK;
        let length = BLOCK.min(self.length().saturating_sub(from));
        let length = usize::try_from(length).map_err(io::Error::other)?;
        let block = self.source.read(from, length)?;
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((number, block.clone()));
        Ok(block)
    }
}

/// The bytes of a file from a place on.
pub(crate) struct Tail {
    blocks: Blocks,
    from: u64,
}

impl Tail {
    pub(crate) const fn new(blocks: Blocks, from: u64) -> Self {
        Self { blocks, from }
    }
}

impl Read for Tail {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.from >= self.blocks.length() {
            return Ok(0);
        }
        let part = self.blocks.part(self.from, into.len())?;
        let (into, _) = into.split_at_mut(part.len());
        into.copy_from_slice(&part);
        self.from += part.len() as u64;
        Ok(part.len())
    }
}

impl Length for Blocks {
    fn len(&self) -> u64 {
        self.length()
    }
}

impl ChunkReader for Blocks {
    type T = Tail;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(Tail::new(self.clone(), start))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        self.bytes(start, length).map_err(ParquetError::from)
    }
}
