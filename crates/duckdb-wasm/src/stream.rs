//! A result that arrives batch by batch.

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::convert::try_schema_from_ipc_buffer;
use arrow_ipc::reader::StreamDecoder;
use arrow_schema::SchemaRef;
use futures_util::lock::MutexGuard;

use crate::{Connection, Error};

/// The rows of a running statement. Dropping it stops the statement.
pub struct RecordBatchStream<'connection> {
    connection: &'connection Connection,
    _turn: MutexGuard<'connection, ()>,
    decoder: StreamDecoder,
    schema: SchemaRef,
    /// What has arrived and is not decoded yet.
    piece: Buffer,
    ended: bool,
}

impl<'connection> RecordBatchStream<'connection> {
    pub(crate) fn start(
        connection: &'connection Connection,
        turn: MutexGuard<'connection, ()>,
        header: Vec<u8>,
    ) -> Result<Self, Error> {
        let schema = try_schema_from_ipc_buffer(&header)?;
        Ok(Self {
            connection,
            _turn: turn,
            decoder: StreamDecoder::new(),
            schema: SchemaRef::new(schema),
            piece: Buffer::from_vec(header),
            ended: false,
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
        while !self.ended {
            let step = self.step().await;
            if step.is_err() {
                self.ended = true;
            }
            if let Some(batch) = step? {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    /// Decodes what is here, or fetches more when all is decoded.
    async fn step(&mut self) -> Result<Option<RecordBatch>, Error> {
        if !self.piece.is_empty() {
            return Ok(self.decoder.decode(&mut self.piece)?);
        }
        if let Some(bytes) = self.connection.fetch().await? {
            self.ended = bytes.is_empty();
            self.piece = Buffer::from_vec(bytes);
        }
        Ok(None)
    }
}
