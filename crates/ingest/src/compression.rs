//! Compressed bytes become the file's. A file that is cut short is said to be so. It must not know what
//! the bytes are.

use std::borrow::Cow;
use std::fmt;
use std::io::{Read as _, Write as _};

use flate2::write::MultiGzDecoder;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use serde::{Deserialize, Serialize};

use crate::reader::ReadError;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip, one member or several.
    Gzip,
    /// Zstandard, one frame or several.
    Zstd,
}

impl Compression {
    /// The compression of a file, by its first bytes.
    #[must_use]
    pub fn detect(start: &[u8]) -> Self {
        if start.starts_with(b"\x1f\x8b") {
            Self::Gzip
        } else if start.starts_with(b"\x28\xb5\x2f\xfd") {
            Self::Zstd
        } else {
            Self::None
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "not compressed",
            Self::Gzip => "gzip",
            Self::Zstd => "Zstandard",
        })
    }
}

/// The bytes of a file from compressed ones that come in pieces.
pub(crate) enum Decompressor {
    None,
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
    Zstd(Box<Zstd>),
}

/// A file of Zstandard, whose blocks are decoded as they are complete.
pub(crate) struct Zstd {
    decoder: FrameDecoder,
    /// Bytes that are not decoded yet.
    rest: Vec<u8>,
    is_in_frame: bool,
}

impl Decompressor {
    pub(crate) fn new(compression: Compression) -> Self {
        match compression {
            Compression::None => Self::None,
            Compression::Gzip => Self::Gzip(Box::new(MultiGzDecoder::new(Vec::new()))),
            Compression::Zstd => Self::Zstd(Box::new(Zstd {
                decoder: FrameDecoder::new(),
                rest: Vec::new(),
                is_in_frame: false,
            })),
        }
    }

    /// The bytes of a piece.
    pub(crate) fn push<'p>(&mut self, piece: &'p [u8]) -> Result<Cow<'p, [u8]>, ReadError> {
        match self {
            Self::None => Ok(Cow::Borrowed(piece)),
            Self::Gzip(decoder) => {
                decoder
                    .write_all(piece)
                    .and_then(|()| decoder.flush())
                    .map_err(|error| ReadError::Damaged(error.to_string()))?;
                Ok(Cow::Owned(std::mem::take(decoder.get_mut())))
            }
            Self::Zstd(zstd) => {
                zstd.rest.extend_from_slice(piece);
                zstd.decode(false).map(Cow::Owned)
            }
        }
    }

    /// The bytes before the place where something is missing or wrong.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        match self {
            Self::Gzip(decoder) => std::mem::take(decoder.get_mut()),
            Self::None | Self::Zstd(_) => Vec::new(),
        }
    }

    /// The last bytes.
    ///
    /// # Errors
    /// [`ReadError::CutShort`] if compressed bytes are missing, [`ReadError::Damaged`] if the checksum
    /// is wrong.
    pub(crate) fn finish(&mut self) -> Result<Vec<u8>, ReadError> {
        match self {
            Self::None => Ok(Vec::new()),
            Self::Gzip(decoder) => {
                let outcome = decoder.try_finish();
                match outcome {
                    Ok(()) => Ok(std::mem::take(decoder.get_mut())),
                    Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                        Err(ReadError::CutShort)
                    }
                    Err(error) => Err(ReadError::Damaged(error.to_string())),
                }
            }
            Self::Zstd(zstd) => {
                let bytes = zstd.decode(true)?;
                if zstd.is_in_frame || !zstd.rest.is_empty() {
                    return Err(ReadError::CutShort);
                }
                Ok(bytes)
            }
        }
    }
}

impl Zstd {
    /// Decodes the blocks that are complete.
    fn decode(&mut self, is_last: bool) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        loop {
            if !self.is_in_frame {
                // The longest header has 18 bytes.
                if self.rest.is_empty() || self.rest.len() < 18 && !is_last {
                    return Ok(bytes);
                }
                let mut source = self.rest.as_slice();
                self.decoder
                    .init(&mut source)
                    .map_err(|error| cut_or_damaged(is_last, &error))?;
                let used = self.rest.len() - source.len();
                self.rest.drain(..used);
                self.is_in_frame = true;
            }
            // Behind the last block is a checksum of four bytes, perhaps.
            let is_whole = block_size(&self.rest).is_some_and(|size| self.rest.len() >= size + 4);
            if !is_whole && !is_last {
                return Ok(bytes);
            }
            let mut source = self.rest.as_slice();
            let is_done = self
                .decoder
                .decode_blocks(&mut source, BlockDecodingStrategy::UptoBlocks(1))
                .map_err(|error| cut_or_damaged(is_last, &error))?;
            let used = self.rest.len() - source.len();
            self.rest.drain(..used);
            self.decoder
                .read_to_end(&mut bytes)
                .map_err(|error| ReadError::Damaged(error.to_string()))?;
            if is_done {
                self.is_in_frame = false;
                let written = self.decoder.get_checksum_from_data();
                if written.is_some() && written != self.decoder.get_calculated_checksum() {
                    return Err(ReadError::Damaged("the checksum is wrong".to_owned()));
                }
            }
        }
    }
}

/// The bytes of the block at the start, its header included.
fn block_size(bytes: &[u8]) -> Option<usize> {
    let [a, b, c, ..] = bytes else { return None };
    let header = u32::from_le_bytes([*a, *b, *c, 0]);
    let is_repeated = (header >> 1) & 3 == 1;
    let size = usize::try_from(header >> 3).ok()?;
    Some(3 + if is_repeated { 1 } else { size })
}

/// What fails at the end of a file fails since bytes are missing.
fn cut_or_damaged(is_last: bool, error: &impl fmt::Display) -> ReadError {
    if is_last {
        ReadError::CutShort
    } else {
        ReadError::Damaged(error.to_string())
    }
}
