//! Which files have columns with types, and are no texts. It must not know how they are read.

/// A file whose values have types. The crate `columnar` reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnarFormat {
    /// Parquet.
    Parquet,
    /// A file of Arrow, which Feather is, too.
    ArrowFile,
    /// A stream of Arrow.
    ArrowStream,
}

impl ColumnarFormat {
    /// What a file is by its first bytes; `None` if it is nothing that is read here.
    ///
    /// ```
    /// assert_eq!(ingest::ColumnarFormat::detect(b"PAR1\x15\x04"), Some(ingest::ColumnarFormat::Parquet));
    /// ```
    #[must_use]
    pub fn detect(start: &[u8]) -> Option<Self> {
        match start {
            [b'P', b'A', b'R', b'1', ..] => Some(Self::Parquet),
            [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Some(Self::ArrowFile),
            [0xff, 0xff, 0xff, 0xff, _, _, _, 0, ..] => Some(Self::ArrowStream),
            _ => None,
        }
    }
}
