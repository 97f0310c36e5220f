//! Several files in one zip, written as a stream to a sink without seeking. All entries have the same
//! date, because this crate has no clock: the same files give the same bytes. It must not know what
//! is in the files.

use std::io::{self, Write};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::Error;
use crate::error::FileKind;

/// Writes files into a zip, one after the other. Bytes go into the file that was started last. An
/// entry and the zip may be larger than 4 GB.
///
/// ```
/// use std::io::Write;
/// use export::ZipEncoder;
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

    /// Ends the current file and starts the next.
    ///
    /// # Errors
    /// [`Error::Encode`] if the zip has a file with that path, or the sink fails.
    pub fn start_file(&mut self, path: &str) -> Result<(), Error> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .large_file(true);
        self.writer.start_file(path, options).map_err(failed)
    }

    /// Ends the zip and returns the sink.
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
    Error::encode(FileKind::Zip)(error)
}
