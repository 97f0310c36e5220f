//! The way of the bytes from an encoder to a file on disk or a blob. It must not know of rows or
//! formats.
//!
//! ```text
//! one file:  encoder ──────────────────► outgoing ──► chunk ──► file on disk, or blob
//! zip:       encoder ──► entry ──► zip ──► outgoing ──► chunk ──► file on disk, or blob
//! ```
//!
//! `outgoing` and `entry` are [`SharedBuffer`]s: one for each encoder that writes on its own. `chunk`
//! is memory of JavaScript, outside of the worker's wasm memory, which may move while the browser
//! reads. Memory is limited to the bytes of one piece in `entry`, and one chunk in each of the others.

use std::io::Write as _;

use export::ZipEncoder;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, FileSystemFileHandle, FileSystemWritableFileStream};
use worker::Container;

use crate::Failure;
use crate::shared_buffer::SharedBuffer;

/// The size from which a chunk is sent. The browser takes some milliseconds for each write, whatever
/// its size.
const CHUNK_SIZE: usize = 16 << 20;

/// The memory for a chunk of a size: the last piece of rows goes over the size.
const fn chunk_capacity(bytes: usize) -> usize {
    bytes + bytes / 8
}

/// The destination of an export.
pub(crate) struct Output {
    /// The zip around all files, if there is one.
    zip: Option<Zip>,
    /// Bytes of the result that are not sent yet.
    outgoing: SharedBuffer,
    /// The memory of the chunk that is being sent, used again for the next one.
    chunk: Uint8Array,
    sent: u64,
    target: Target,
}

struct Zip {
    /// Bytes of the current entry that are not compressed yet.
    entry: SharedBuffer,
    encoder: Box<ZipEncoder<SharedBuffer>>,
}

/// Where chunks go.
enum Target {
    /// A file. It exists once it is closed.
    Disk(DiskFile),
    /// A blob of smaller blobs. The browser stores large ones on disk.
    Memory(Array),
}

impl Output {
    pub(crate) async fn open(
        container: Container,
        file: Option<FileSystemFileHandle>,
    ) -> Result<Self, Failure> {
        let outgoing = SharedBuffer::default();
        let target = match file {
            Some(file) => {
                outgoing.reserve(chunk_capacity(CHUNK_SIZE));
                Target::Disk(DiskFile::open(&file).await?)
            }
            None => Target::Memory(Array::new()),
        };
        let zip = match container {
            Container::File => None,
            Container::Zip => Some(Zip {
                entry: SharedBuffer::default(),
                encoder: Box::new(ZipEncoder::new(outgoing.clone())),
            }),
        };
        Ok(Self {
            zip,
            outgoing,
            chunk: Uint8Array::new_with_length(0),
            sent: 0,
            target,
        })
    }

    /// Starts a file and returns the sink for its encoder.
    pub(crate) fn start_file(&mut self, path: &str) -> Result<SharedBuffer, Failure> {
        let Some(zip) = &mut self.zip else {
            return Ok(self.outgoing.clone());
        };
        zip.encoder.start_file(path)?;
        Ok(zip.entry.clone())
    }

    /// Compresses the bytes that an encoder has written, and sends a chunk if there are enough.
    pub(crate) async fn forward(&mut self) -> Result<(), Failure> {
        if let Some(Zip { entry, encoder }) = &mut self.zip {
            entry.drain(|bytes| encoder.write_all(bytes))?;
        }
        if self.outgoing.len() >= CHUNK_SIZE {
            self.send_chunk().await?;
        }
        Ok(())
    }

    /// The number of bytes of the result so far.
    pub(crate) fn written(&self) -> u64 {
        self.sent + self.outgoing.len() as u64
    }

    /// Ends the export. Returns a blob unless the target is a file on disk.
    pub(crate) async fn finish(mut self, media_type: &str) -> Result<Option<Blob>, Failure> {
        self.forward().await?;
        if let Some(zip) = self.zip.take() {
            zip.encoder.finish()?;
        }
        self.send_chunk().await?;
        match self.target {
            Target::Disk(file) => file.close().await.map(|()| None),
            Target::Memory(parts) => blob(&parts, media_type).map(Some),
        }
    }

    async fn send_chunk(&mut self) -> Result<(), Failure> {
        let length = self.outgoing.len();
        if length == 0 {
            return Ok(());
        }
        if let Target::Disk(file) = &mut self.target {
            // The memory of the chunk is in use until then.
            file.wait_for_write().await?;
        }
        let chunk = self.fill_chunk();
        match &mut self.target {
            Target::Disk(file) => file.start_write(&chunk)?,
            // The blob copies the bytes.
            Target::Memory(parts) => {
                parts.push(&blob(&Array::of1(&chunk), "")?.into());
            }
        }
        self.sent += length as u64;
        Ok(())
    }

    /// Moves the outgoing bytes to the memory of the chunk, which must not be in use.
    fn fill_chunk(&mut self) -> Uint8Array {
        let Self {
            outgoing, chunk, ..
        } = self;
        outgoing.drain(|bytes| {
            let length = js_length(bytes.len());
            if chunk.length() < length {
                *chunk = Uint8Array::new_with_length(js_length(chunk_capacity(bytes.len())));
            }
            let filled = chunk.subarray(0, length);
            filled.copy_from(bytes);
            filled
        })
    }
}

/// A file on disk that is not closed. The browser writes a chunk while the next one is encoded.
struct DiskFile {
    stream: FileSystemWritableFileStream,
    pending_write: Option<JsFuture>,
}

impl DiskFile {
    async fn open(file: &FileSystemFileHandle) -> Result<Self, Failure> {
        let stream = JsFuture::from(file.create_writable()).await;
        Ok(Self {
            stream: stream.map_err(Failure::disk)?.unchecked_into(),
            pending_write: None,
        })
    }

    /// Starts to write a chunk. [Wait](Self::wait_for_write) for the one before first.
    fn start_write(&mut self, chunk: &Uint8Array) -> Result<(), Failure> {
        let written = self.stream.write_with_js_u8_array(chunk);
        self.pending_write = Some(JsFuture::from(written.map_err(Failure::disk)?));
        Ok(())
    }

    async fn close(mut self) -> Result<(), Failure> {
        self.wait_for_write().await?;
        let closed = JsFuture::from(self.stream.close()).await;
        closed.map(drop).map_err(Failure::disk)
    }

    async fn wait_for_write(&mut self) -> Result<(), Failure> {
        match self.pending_write.take() {
            Some(write) => write.await.map(drop).map_err(Failure::disk),
            None => Ok(()),
        }
    }
}

/// A length as JavaScript's typed arrays count it.
#[expect(
    clippy::cast_possible_truncation,
    reason = "wasm memory has addresses of 32 bits"
)]
const fn js_length(bytes: usize) -> u32 {
    bytes as u32
}

fn blob(parts: &Array, media_type: &str) -> Result<Blob, Failure> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    Blob::new_with_blob_sequence_and_options(parts, &options).map_err(|_| Failure::Blob)
}
