//! Decodes results: the pieces of the Arrow IPC stream that DuckDB-Wasm sends, in order, become
//! record batches. It must not know where the pieces come from, and has no JavaScript in it.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::convert::try_schema_from_ipc_buffer;
use arrow_ipc::reader::read_record_batch;
use arrow_ipc::root_as_message;
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::Error;

/// What a message starts with, before the length of its metadata.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// The Arrow extension type of values that only their producer can read.
const OPAQUE: &str = "arrow.opaque";

/// The decoder of one result. A piece consists of whole messages.
///
/// The messages are taken apart here and decoded by arrow-ipc, which validates the arrays. Its
/// `StreamDecoder` does both, but it holds a message without a body until more bytes come, and its
/// handling of dictionaries, which DuckDB-Wasm does not send, takes 100 KB (gzip) of a page.
pub(crate) struct ResultDecoder {
    schema: SchemaRef,
    /// The bytes that are received and not decoded.
    piece: Buffer,
}

impl ResultDecoder {
    /// Starts with the first piece, which holds the schema.
    ///
    /// # Errors
    /// [`Error::Decode`] if the piece does not start with a schema, or if a column has a type that
    /// cannot be decoded correctly.
    pub(crate) fn new(header: Vec<u8>) -> Result<Self, Error> {
        let schema = try_schema_from_ipc_buffer(&header)?;
        check_types(&schema)?;
        Ok(Self {
            schema: SchemaRef::new(schema),
            piece: Buffer::from_vec(header),
        })
    }

    pub(crate) fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.schema)
    }

    /// Adds the next piece. Call it after [`next`](Self::next) has returned `None`.
    pub(crate) fn push(&mut self, piece: Vec<u8>) {
        self.piece = Buffer::from_vec(piece);
    }

    /// The next batch of the piece; `None` if it has no more.
    ///
    /// # Errors
    /// [`Error::Decode`] if the bytes are not valid Arrow, or end within a message.
    pub(crate) fn next(&mut self) -> Result<Option<RecordBatch>, Error> {
        while let Some(metadata) = self.take_metadata()? {
            let message = root_as_message(&metadata)
                .map_err(|cause| Error::decode(format!("a message is not valid: {cause}")))?;
            let body = self.take(usize::try_from(message.bodyLength()).unwrap_or(usize::MAX))?;
            if let Some(batch) = message.header_as_record_batch() {
                check_buffers(&batch, &body)?;
                let (schema, dictionaries) = (self.schema(), HashMap::new());
                let version = message.version();
                let batch = read_record_batch(&body, batch, schema, &dictionaries, None, &version)?;
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    /// The metadata of the next message; `None` at the end of the piece or of the stream.
    fn take_metadata(&mut self) -> Result<Option<Buffer>, Error> {
        if self.piece.is_empty() {
            return Ok(None);
        }
        let start = self.take(8)?;
        let (mark, length) = start.split_at(4);
        if mark != CONTINUATION {
            return Err(Error::decode("a message does not start with its mark"));
        }
        let length = length
            .iter()
            .rev()
            .fold(0, |length, byte| length << 8 | usize::from(*byte));
        if length == 0 {
            self.piece = Buffer::default();
            return Ok(None);
        }
        self.take(length).map(Some)
    }

    fn take(&mut self, length: usize) -> Result<Buffer, Error> {
        if self.piece.len() < length {
            return Err(Error::decode("the result ends within a message"));
        }
        let front = self.piece.slice_with_length(0, length);
        self.piece.advance(length);
        Ok(front)
    }
}

/// Rejects a batch whose metadata places a buffer outside its body: arrow-ipc would panic. It still
/// does for a buffer of numbers whose length is no multiple of theirs, which DuckDB never sends.
fn check_buffers(batch: &arrow_ipc::RecordBatch<'_>, body: &Buffer) -> Result<(), Error> {
    let is_inside = |buffer: &arrow_ipc::Buffer| {
        let end = buffer.offset().checked_add(buffer.length());
        let end = end.and_then(|end| usize::try_from(end).ok());
        buffer.offset() >= 0 && buffer.length() >= 0 && end.is_some_and(|end| end <= body.len())
    };
    let buffers = batch.buffers();
    if buffers.is_none_or(|buffers| buffers.iter().all(is_inside)) {
        Ok(())
    } else {
        Err(Error::decode("a column is not where its batch has it"))
    }
}

/// Rejects columns whose values DuckDB-Wasm does not send in full, also inside nested types.
///
/// Two types lose information and cannot be detected, because their columns are declared as
/// another type: TIME WITH TIME ZONE is sent as `Time64` without its offset, and BIT as `Binary`
/// with DuckDB's internal bytes.
fn check_types(schema: &Schema) -> Result<(), Error> {
    for column in schema.fields() {
        let nested = Schema::new(vec![Arc::clone(column)]);
        let problem = nested.flattened_fields().into_iter().find_map(problem_of);
        if let Some(problem) = problem {
            let name = column.name();
            return Err(Error::decode(format!(
                "column \"{name}\" has {problem}: cast it to VARCHAR to read it"
            )));
        }
    }
    Ok(())
}

fn problem_of(field: &Field) -> Option<&'static str> {
    if let DataType::Dictionary(..) = field.data_type() {
        return Some("the type ENUM, which DuckDB-Wasm sends as numbers without their labels");
    }
    (field.extension_type_name() == Some(OPAQUE)).then_some(
        "a type that Arrow does not have (UHUGEINT, BIGNUM), sent as DuckDB's internal bytes",
    )
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
