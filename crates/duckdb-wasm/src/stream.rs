//! A result that is received in pieces: as the bytes of an Arrow IPC stream, or decoded into record
//! batches. It must not know SQL.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use futures_util::lock::MutexGuard;
use js_sys::Uint8Array;

use crate::decode::ResultDecoder;
use crate::{Connection, Error};

/// The rows of a running statement as pieces of one Arrow IPC stream, without the end-of-stream
/// mark. Dropping it stops the statement.
pub struct ByteStream<'connection> {
    connection: &'connection Connection,
    /// Prevents other statements on the connection.
    _turn: MutexGuard<'connection, ()>,
    /// The first piece, until it is returned.
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

    /// The next piece, or `None` after the last one. The first piece holds only the schema. Each
    /// piece consists of whole messages and has its own buffer, which can be transferred.
    ///
    /// # Errors
    /// As for [`Connection::query`]. An error ends the stream, and the earlier pieces are an
    /// incomplete result.
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

/// The rows of a running statement as record batches. Dropping it stops the statement.
pub struct RecordBatchStream<'connection> {
    bytes: ByteStream<'connection>,
    decoder: ResultDecoder,
    ended: bool,
}

impl<'connection> RecordBatchStream<'connection> {
    pub(crate) async fn start(mut bytes: ByteStream<'connection>) -> Result<Self, Error> {
        let header = bytes.next().await?.map(|piece| piece.to_vec());
        Ok(Self {
            bytes,
            decoder: ResultDecoder::new(header.unwrap_or_default())?,
            ended: false,
        })
    }

    /// Names and types of the columns.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        self.decoder.schema()
    }

    /// The next batch, or `None` after the last one.
    ///
    /// # Errors
    /// As for [`Connection::query`]. An error ends the stream, and the earlier batches are an
    /// incomplete result.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>, Error> {
        if self.ended {
            return Ok(None);
        }
        let batch = self.decode_next().await;
        // After an error the decoder is at an undefined place of the stream.
        self.ended = !matches!(batch, Ok(Some(_)));
        batch
    }

    async fn decode_next(&mut self) -> Result<Option<RecordBatch>, Error> {
        loop {
            if let Some(batch) = self.decoder.next()? {
                return Ok(Some(batch));
            }
            match self.bytes.next().await? {
                Some(piece) => self.decoder.push(piece.to_vec()),
                None => return Ok(None),
            }
        }
    }
}
