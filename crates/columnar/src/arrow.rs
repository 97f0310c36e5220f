//! Streams of Arrow. It must not know what the rows are for.

use std::io;

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_ipc::{MessageHeader, root_as_message};
use arrow_schema::{ArrowError, SchemaRef};

use crate::source::{Blocks, Tail};

/// What a message begins with, before its length; in old files it may be missing.
pub(crate) const CONTINUATION: [u8; 4] = [0xff; 4];

/// The batches of a stream.
pub(crate) struct Stream(StreamReader<Tail>);

/// Rows of a stream, and in how many batches, without reading the values; an error if its end is missing.
pub(crate) fn rows(blocks: &Blocks) -> io::Result<(u64, usize)> {
    let damaged = |error: &dyn std::fmt::Display| io::Error::other(error.to_string());
    let mut at = 0;
    let (mut rows, mut batches) = (0, 0);
    // A stream may end with the file.
    while at < blocks.length() {
        let prefix = blocks.bytes(at, 8)?;
        let (mark, length) = prefix.split_at(4);
        if mark != CONTINUATION {
            return Err(io::Error::other("a message does not begin where it should"));
        }
        let length = length.try_into().map(u32::from_le_bytes);
        let length = length.map_err(|error| damaged(&error))?;
        if length == 0 {
            break;
        }
        let head = blocks.bytes(at + 8, length as usize)?;
        let message = root_as_message(&head).map_err(|error| damaged(&error))?;
        let body = u64::try_from(message.bodyLength()).map_err(|error| damaged(&error))?;
        let values = match message.header_type() {
            MessageHeader::RecordBatch => message.header_as_record_batch(),
            MessageHeader::DictionaryBatch => {
                let dictionary = message.header_as_dictionary_batch();
                dictionary.and_then(|dictionary| dictionary.data())
            }
            _ => None,
        };
        if let Some(values) = values {
            if !is_inside(values, body) {
                return Err(io::Error::other("a message has values outside of it"));
            }
            if message.header_type() == MessageHeader::RecordBatch {
                rows += u64::try_from(values.length()).map_err(|error| damaged(&error))?;
                batches += 1;
            }
        }
        at = at
            .saturating_add(8 + u64::from(length))
            .saturating_add(body);
        if at > blocks.length() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok((rows, batches))
}

/// Whether all values are where a message has some: the reader takes that for granted.
pub(crate) fn is_inside(batch: arrow_ipc::RecordBatch<'_>, body: u64) -> bool {
    let mut buffers = batch.buffers().into_iter().flatten();
    buffers.all(|buffer| {
        let from = u64::try_from(buffer.offset()).ok();
        let length = u64::try_from(buffer.length()).ok();
        let end = from
            .zip(length)
            .and_then(|(from, length)| from.checked_add(length));
        end.is_some_and(|end| end <= body)
    })
}

impl Stream {
    /// Opens a stream; only these columns are read.
    pub(crate) fn open(blocks: Blocks, columns: Option<Vec<usize>>) -> Result<Self, ArrowError> {
        StreamReader::try_new(Tail::new(blocks, 0), columns).map(Self)
    }

    pub(crate) fn schema(&self) -> SchemaRef {
        self.0.schema()
    }
}

impl Iterator for Stream {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}
