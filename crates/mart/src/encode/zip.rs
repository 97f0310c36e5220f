//! Several files in one zip, each written as it comes. Every entry bears the same date, since
//! there is no clock here, so the same files give the same bytes. It must not know what is in them.

use std::io::{Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::Error;

/// Writes files into a zip, one after another.
///
/// ```
/// use std::io::{Cursor, Write};
/// use mart::encode::ZipEncoder;
///
/// let mut zip = ZipEncoder::new(Cursor::new(Vec::new()));
/// zip.file("data/CSV-export/dim_customer.csv")?.write_all(b"customer_id\r\n1\r\n")?;
/// let bytes = zip.finish()?.into_inner();
/// assert!(bytes.starts_with(b"PK"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ZipEncoder<W: Write + Seek> {
    writer: ZipWriter<W>,
}

impl<W: Write + Seek> ZipEncoder<W> {
    /// Starts a zip.
    #[must_use]
    pub fn new(sink: W) -> Self {
        Self {
            writer: ZipWriter::new(sink),
        }
    }

    /// Starts a file in it, ending the one before. What is returned takes the file's bytes.
    ///
    /// # Errors
    /// [`Error::Encode`] if a file of that path is there already, or the sink fails.
    pub fn file(&mut self, path: &str) -> Result<&mut (impl Write + Send), Error>
    where
        W: Send,
    {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        self.writer.start_file(path, options).map_err(failed)?;
        Ok(&mut self.writer)
    }

    /// Ends the zip and gives back where it was written.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn finish(self) -> Result<W, Error> {
        self.writer.finish().map_err(failed)
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Encode {
        format: "zip",
        reason: error.to_string(),
    }
}
