//! Files of Arrow by their footer, which has the schema and the place of each batch. It must not know what the rows
//! are for.

use std::fmt::Display;
use std::io;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::FileDecoder;
use arrow_ipc::{Block, root_as_footer, root_as_message};
use arrow_schema::{ArrowError, SchemaRef};

use crate::arrow::{CONTINUATION, is_inside};
use crate::source::Blocks;

/// What a file ends with.
const WORD: &[u8] = b"ARROW1";
/// The length of the footer, and that word.
const TRAILER: usize = 4 + WORD.len();

/// The batches of a file.
pub(crate) struct ArrowFile {
    blocks: Blocks,
    schema: SchemaRef,
    decoder: FileDecoder,
    batches: std::vec::IntoIter<Block>,
}

/// What a footer says.
struct Footer {
    schema: SchemaRef,
    version: arrow_ipc::MetadataVersion,
    dictionaries: Vec<Block>,
    batches: Vec<Block>,
}

fn damaged(error: impl Display) -> io::Error {
    io::Error::other(error.to_string())
}

/// Rows of a file, and in how many batches, without reading the values; an error if its end is missing.
pub(crate) fn rows(blocks: &Blocks) -> io::Result<(u64, usize)> {
    let footer = footer(blocks)?;
    let mut rows = 0;
    for block in &footer.batches {
        rows += rows_of(blocks, block)?;
    }
    for block in &footer.dictionaries {
        rows_of(blocks, block)?;
    }
    Ok((rows, footer.batches.len()))
}

fn footer(blocks: &Blocks) -> io::Result<Footer> {
    let end = blocks.length().saturating_sub(TRAILER as u64);
    let trailer = blocks.bytes(end, TRAILER)?;
    let (length, word) = trailer.split_at(4);
    if word != WORD {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let length = length.try_into().map(u32::from_le_bytes).map_err(damaged)?;
    let from = end.checked_sub(u64::from(length));
    let from = from.ok_or_else(|| damaged("its footer is longer than the file"))?;
    let bytes = blocks.bytes(from, length as usize)?;
    let footer = root_as_footer(&bytes).map_err(damaged)?;
    let schema = footer
        .schema()
        .ok_or_else(|| damaged("its footer has no schema"))?;
    Ok(Footer {
        schema: Arc::new(try_fb_to_schema(schema).map_err(damaged)?),
        version: footer.version(),
        dictionaries: footer.dictionaries().iter().flatten().copied().collect(),
        batches: footer.recordBatches().iter().flatten().copied().collect(),
    })
}

/// The rows of a batch, whose values are where they should be.
fn rows_of(blocks: &Blocks, block: &Block) -> io::Result<u64> {
    let (from, head, body) = place(block)?;
    let bytes = blocks.bytes(from, head)?;
    let message = bytes.strip_prefix(&CONTINUATION).unwrap_or(&bytes);
    let message = message
        .get(4..)
        .ok_or_else(|| damaged("a message has no length"))?;
    let message = root_as_message(message).map_err(damaged)?;
    let values = message.header_as_record_batch().or_else(|| {
        let dictionary = message.header_as_dictionary_batch();
        dictionary.and_then(|dictionary| dictionary.data())
    });
    let values = values.ok_or_else(|| damaged("a message has no values"))?;
    if !is_inside(values, body as u64) || from + (head + body) as u64 > blocks.length() {
        return Err(damaged("a message has values outside of it"));
    }
    u64::try_from(values.length()).map_err(damaged)
}

/// Where a message begins, and the bytes of its head and its values.
fn place(block: &Block) -> io::Result<(u64, usize, usize)> {
    Ok((
        u64::try_from(block.offset()).map_err(damaged)?,
        usize::try_from(block.metaDataLength()).map_err(damaged)?,
        usize::try_from(block.bodyLength()).map_err(damaged)?,
    ))
}

impl ArrowFile {
    /// Opens a file; only these columns are read.
    pub(crate) fn open(blocks: Blocks, columns: Option<Vec<usize>>) -> io::Result<Self> {
        let footer = footer(&blocks)?;
        let mut decoder = FileDecoder::new(Arc::clone(&footer.schema), footer.version);
        if let Some(columns) = columns {
            decoder = decoder.with_projection(columns);
        }
        for block in &footer.dictionaries {
            rows_of(&blocks, block)?;
            let message = message(&blocks, block)?;
            decoder.read_dictionary(block, &message).map_err(damaged)?;
        }
        Ok(Self {
            blocks,
            schema: footer.schema,
            decoder,
            batches: footer.batches.into_iter(),
        })
    }

    pub(crate) fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

fn message(blocks: &Blocks, block: &Block) -> io::Result<Buffer> {
    let (from, head, body) = place(block)?;
    Ok(Buffer::from(blocks.bytes(from, head + body)?))
}

impl Iterator for ArrowFile {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let block = self.batches.next()?;
        let read = || {
            rows_of(&self.blocks, &block)?;
            message(&self.blocks, &block)
        };
        let batch = read()
            .map_err(ArrowError::from)
            .and_then(|message| self.decoder.read_record_batch(&block, &message));
        batch.transpose()
    }
}
