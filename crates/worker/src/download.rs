//! The current export: the file that is written, and how far it is. It must not know how messages
//! travel or where the bytes go.

use std::io::Write as _;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::convert::try_schema_from_ipc_buffer;
use arrow_ipc::reader::StreamDecoder;
use export::{Encoder, Format, Options, ScriptEncoder};
use js_sys::Uint8Array;
use worker::{Container, Content, Progress, Reply, Request};

use crate::output::Output;
use crate::shared_buffer::SharedBuffer;
use crate::{Failure, ProtocolError};

/// An export that is not finished.
pub(crate) struct Download {
    output: Output,
    file: Option<File>,
    rows: u64,
    /// Bytes of the pieces received.
    received: u64,
    /// The media type of the result, once it is known.
    media_type: Option<&'static str>,
}

/// A file that is not finished.
enum File {
    /// No piece has been received, so the columns are not known.
    Begun(Format, Options, SharedBuffer),
    /// Rows in a format.
    Rows(Box<Rows>),
    /// Tables in a script.
    Script(Box<Script>),
}

/// An Arrow stream in, a file out.
struct Rows {
    decoder: StreamDecoder,
    encoder: Encoder<SharedBuffer>,
}

/// An Arrow stream for each table in, a script out.
struct Script {
    decoder: StreamDecoder,
    encoder: ScriptEncoder<SharedBuffer>,
}

impl Download {
    pub(crate) fn new(container: Container, output: Output) -> Self {
        Self {
            output,
            file: None,
            rows: 0,
            received: 0,
            media_type: match container {
                Container::File => None,
                Container::Zip => Some("application/zip"),
            },
        }
    }

    /// Handles a request between `Open` and `Finish`.
    pub(crate) async fn advance(&mut self, request: Request) -> Result<Option<Reply>, Failure> {
        match (self.file.take(), request) {
            (None, Request::Begin { content, path }) => {
                self.begin(content, &path)?;
                Ok(None)
            }
            (Some(File::Script(mut script)), Request::Table { name }) => {
                script.table(&name)?;
                self.file = Some(File::Script(script));
                Ok(None)
            }
            (Some(file), Request::Piece(piece)) => self.write(file, &piece).await.map(Some),
            (Some(File::Rows(rows)), Request::End) => {
                rows.encoder.finish()?;
                self.output.forward().await?;
                Ok(None)
            }
            (Some(File::Script(script)), Request::End) => {
                script.encoder.finish()?;
                self.output.forward().await?;
                Ok(None)
            }
            (None, Request::Text { path, text }) => {
                let mut sink = self.output.start_file(&path)?;
                sink.write_all(text.as_bytes())?;
                self.output.forward().await?;
                Ok(None)
            }
            (_, Request::Table { .. }) => Err(ProtocolError::TableOutsideScript.into()),
            (Some(_), Request::Begin { .. } | Request::Text { .. }) => {
                Err(ProtocolError::BeginBeforeEnd.into())
            }
            (None, Request::Piece(_)) => Err(ProtocolError::PieceOutsideFile.into()),
            _ => Err(ProtocolError::EndOutsideFile.into()),
        }
    }

    /// Ends the export.
    pub(crate) async fn finish(self) -> Result<Reply, Failure> {
        if self.file.is_some() {
            return Err(ProtocolError::FinishBeforeEnd.into());
        }
        let media_type = self.media_type.unwrap_or_default();
        let blob = self.output.finish(media_type).await?;
        Ok(Reply::Done { blob })
    }

    fn begin(&mut self, content: Content, path: &str) -> Result<(), Failure> {
        let sink = self.output.start_file(path)?;
        let (file, media_type) = match content {
            Content::Rows(format, options) => {
                let media_type = options.media_type(format);
                (File::Begun(format, options, sink), media_type)
            }
            Content::Script(script) => {
                let script = Script {
                    decoder: StreamDecoder::new(),
                    encoder: ScriptEncoder::new(sink, script)?,
                };
                (File::Script(Box::new(script)), "application/sql")
            }
        };
        self.media_type.get_or_insert(media_type);
        self.file = Some(file);
        Ok(())
    }

    async fn write(&mut self, file: File, piece: &Uint8Array) -> Result<Reply, Failure> {
        let (file, rows) = file.write(piece.to_vec())?;
        self.file = Some(file);
        self.rows += rows;
        self.received += u64::from(piece.length());
        self.output.forward().await?;
        Ok(Reply::Written(Progress {
            rows: self.rows,
            bytes: self.output.written(),
            received: self.received,
        }))
    }
}

impl File {
    /// Writes the rows of a piece, and counts them.
    fn write(self, piece: Vec<u8>) -> Result<(Self, u64), Failure> {
        let mut rows = match self {
            Self::Rows(rows) => rows,
            Self::Begun(format, options, sink) => Box::new(Rows {
                encoder: {
                    let schema = try_schema_from_ipc_buffer(&piece)?;
                    Encoder::new(format, &options, sink, &schema)?
                },
                decoder: StreamDecoder::new(),
            }),
            Self::Script(mut script) => {
                let Script { decoder, encoder } = &mut *script;
                let count = decode(decoder, piece, |batch| encoder.write(batch))?;
                return Ok((Self::Script(script), count));
            }
        };
        let Rows { decoder, encoder } = &mut *rows;
        let count = decode(decoder, piece, |batch| encoder.write(batch))?;
        Ok((Self::Rows(rows), count))
    }
}

impl Script {
    fn table(&mut self, name: &str) -> Result<(), Failure> {
        self.encoder.table(name)?;
        // Each table has a stream of its own.
        self.decoder = StreamDecoder::new();
        Ok(())
    }
}

/// Passes the batches of a piece to `write`, and counts their rows.
fn decode(
    decoder: &mut StreamDecoder,
    piece: Vec<u8>,
    mut write: impl FnMut(&RecordBatch) -> Result<(), export::Error>,
) -> Result<u64, Failure> {
    let mut bytes = Buffer::from_vec(piece);
    let mut rows = 0;
    while !bytes.is_empty() {
        if let Some(batch) = decoder.decode(&mut bytes)? {
            write(&batch)?;
            rows += batch.num_rows() as u64;
        }
    }
    Ok(rows)
}
