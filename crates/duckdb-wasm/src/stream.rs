//! A result that arrives piece by piece: as DuckDB's bytes, or decoded into batches.

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_schema::SchemaRef;
use futures_util::lock::MutexGuard;
use js_sys::Uint8Array;

use crate::{Connection, Error, message};

/// The rows of a running statement as pieces of one Arrow IPC stream, without the mark at its
/// end. Dropping it stops the statement.
pub struct ByteStream<'connection> {
    connection: &'connection Connection,
    _turn: MutexGuard<'connection, ()>,
    header: Option<Uint8Array>,
    ended: bool,
}

impl<'connection> ByteStream<'connection> {
    pub(crate) fn new(
        connection: &'connection Connection,
        turn: MutexGuard<'connection, ()>,
        header: Option<Uint8Array>,
    ) -> Self {
        Self {
            connection,
            _turn: turn,
            header,
            ended: false,
        }
    }

    /// The next piece, or `None` after the last one. The first holds the schema alone. Each is
    /// a buffer of its own that can be transferred.
    ///
    /// # Errors
    /// As for [`Connection::query`]. After an error there are no more pieces, and those that
    /// came before are not the whole result.
    pub async fn next(&mut self) -> Result<Option<Uint8Array>, Error> {
        if let Some(header) = self.header.take() {
            return Ok(Some(header));
        }
        while !self.ended {
            match self.connection.fetch().await {
                Ok(None) => {}
                Ok(Some(piece)) if piece.length() > 0 => return Ok(Some(piece)),
                Ok(Some(_)) => self.ended = true,
                Err(cause) => {
                    self.ended = true;
                    return Err(cause);
                }
            }
        }
        Ok(None)
    }
}

/// The rows of a running statement. Dropping it stops the statement.
pub struct RecordBatchStream<'connection> {
    bytes: ByteStream<'connection>,
    schema: SchemaRef,
    /// What has arrived and is not decoded yet.
    piece: Buffer,
}

impl<'connection> RecordBatchStream<'connection> {
    pub(crate) async fn start(mut bytes: ByteStream<'connection>) -> Result<Self, Error> {
        let header = bytes.next().await?.map(|piece| piece.to_vec());
        let header = header.ok_or_else(|| Error::decode("the answer is empty"))?;
        Ok(Self {
            bytes,
            schema: message::schema(header)?,
            piece: Buffer::default(),
        })
    }

    /// Names and types of the columns.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.schema)
    }

    /// The next rows, or `None` after the last ones.
    ///
    /// # Errors
    /// As for [`Connection::query`]. After an error there are no more rows, and those that
    /// came before are not the whole result.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>, Error> {
        loop {
            if let Some(batch) = message::next_batch(&mut self.piece, &self.schema)? {
                return Ok(Some(batch));
            }
            match self.bytes.next().await? {
                Some(piece) => self.piece = Buffer::from_vec(piece.to_vec()),
                None => return Ok(None),
            }
        }
    }
}
