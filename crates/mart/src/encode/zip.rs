//! Several files in one zip, each written as it comes, to a sink that only goes forward. Every
//! entry bears the same date, since there is no clock here, so the same files give the same
//! bytes. It must not know what is in them.

use std::io::{self, Write};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::Error;

/// Writes files into a zip, one after another: what is written goes into the file that was
/// started last. An entry, and the whole, may pass 4 GB.
///
/// ```
/// use std::io::Write;
/// use mart::encode::ZipEncoder;
///
/// let mut zip = ZipEncoder::new(Vec::new());
/// zip.start_file("data/CSV-export/dim_customer.csv")?;
/// zip.write_all(b"customer_id\r\n1\r\n")?;
/// let bytes = zip.finish()?;
/// assert!(bytes.starts_with(b"PK"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ZipEncoder<W: Write> {
    writer: ZipWriter<StreamWriter<W>>,
}

impl<W: Write> ZipEncoder<W> {
    /// Starts a zip.
    #[must_use]
    pub fn new(sink: W) -> Self {
        Self {
            writer: ZipWriter::new_stream(sink),
        }
    }

    /// Starts a file in it, ending the one before.
    ///
    /// # Errors
    /// [`Error::Encode`] if a file of that path is there already, or the sink fails.
    pub fn start_file(&mut self, path: &str) -> Result<(), Error> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .large_file(true);
        self.writer.start_file(path, options).map_err(failed)
    }

    /// Ends the zip and gives back where it was written.
    ///
    /// # Errors
    /// [`Error::Encode`] if the sink fails.
    pub fn finish(self) -> Result<W, Error> {
        let sink = self.writer.finish().map_err(failed)?;
        Ok(sink.into_inner())
    }
}

impl<W: Write> Write for ZipEncoder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Encode {
        format: "zip",
        reason: error.to_string(),
    }
}
