//! Where the bytes of a download go: through a zip or straight, into a file on disk or into a
//! blob, in chunks, so that no more than a few of them are ever in this worker's memory. It
//! knows nothing of rows or formats.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use encoder::Container;
use js_sys::{Array, Uint8Array};
use mart::encode::ZipEncoder;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, FileSystemFileHandle, FileSystemWritableFileStream};

use crate::Failure;

/// Bytes that are handed on at once.
const CHUNK: usize = 4 << 20;

/// Collects what an encoder writes, until it is taken out. Clones are the same collection.
#[derive(Clone, Default)]
pub(crate) struct Basin(Arc<Mutex<Vec<u8>>>);

impl Basin {
    fn with<T>(&self, use_it: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        // There is one thread here; the lock is for encoders that ask for a sink they could
        // send to another.
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn take(&self) -> Vec<u8> {
        self.with(mem::take)
    }
}

impl Write for Basin {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|basin| basin.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A download in the making.
pub(crate) struct Output {
    /// What the encoder has written.
    encoded: Basin,
    /// The zip it goes through, if it does.
    zip: Option<Box<ZipEncoder<Basin>>>,
    /// What is ready to leave.
    ready: Basin,
    left: u64,
    target: Target,
}

/// What the bytes become.
enum Target {
    /// A file, which is there only once it is closed.
    Disk(FileSystemWritableFileStream),
    /// A blob, made of smaller ones: the browser keeps large ones on its disk.
    Memory(Array),
}

impl Output {
    pub(crate) async fn open(
        container: Container,
        file: Option<FileSystemFileHandle>,
    ) -> Result<Self, Failure> {
        let target = match file {
            Some(file) => {
                let stream = JsFuture::from(file.create_writable()).await;
                Target::Disk(stream.map_err(Failure::disk)?.unchecked_into())
            }
            None => Target::Memory(Array::new()),
        };
        let ready = Basin::default();
        let zip = match container {
            Container::File => None,
            Container::Zip => Some(Box::new(ZipEncoder::new(ready.clone()))),
        };
        Ok(Self {
            encoded: Basin::default(),
            zip,
            ready,
            left: 0,
            target,
        })
    }

    /// Starts a file and returns where its bytes go.
    pub(crate) fn start_file(&mut self, path: &str) -> Result<Basin, Failure> {
        if let Some(zip) = &mut self.zip {
            zip.start_file(path)?;
        }
        Ok(self.encoded.clone())
    }

    /// Moves on what has been written; a chunk that is full leaves.
    pub(crate) async fn drain(&mut self) -> Result<(), Failure> {
        let bytes = self.encoded.take();
        match &mut self.zip {
            Some(zip) => zip.write_all(&bytes)?,
            None => self.ready.write_all(&bytes)?,
        }
        if self.ready.with(|ready| ready.len()) >= CHUNK {
            self.leave().await?;
        }
        Ok(())
    }

    /// Bytes that came out so far.
    pub(crate) fn written(&self) -> u64 {
        self.left + self.ready.with(|ready| ready.len() as u64)
    }

    /// Ends the download; a blob comes back unless it went to disk.
    pub(crate) async fn finish(mut self, media_type: &str) -> Result<Option<Blob>, Failure> {
        self.drain().await?;
        if let Some(zip) = self.zip.take() {
            zip.finish()?;
        }
        self.leave().await?;
        match self.target {
            Target::Disk(stream) => {
                JsFuture::from(stream.close())
                    .await
                    .map_err(Failure::disk)?;
                Ok(None)
            }
            Target::Memory(parts) => blob(&parts, media_type).map(Some),
        }
    }

    /// Gives the download up: a file that was not closed is as it was before.
    pub(crate) async fn abort(self) {
        if let Target::Disk(stream) = self.target {
            // A stream that has failed is aborted already.
            drop(JsFuture::from(stream.abort()).await);
        }
    }

    async fn leave(&mut self) -> Result<(), Failure> {
        let bytes = self.ready.take();
        if bytes.is_empty() {
            return Ok(());
        }
        // A copy outside of this worker's memory, which may move while it is written.
        let chunk = Uint8Array::from(bytes.as_slice());
        match &self.target {
            Target::Disk(stream) => {
                let written = stream
                    .write_with_js_u8_array(&chunk)
                    .map_err(Failure::disk)?;
                JsFuture::from(written).await.map_err(Failure::disk)?;
            }
            Target::Memory(parts) => {
                parts.push(&blob(&Array::of1(&chunk), "")?.into());
            }
        }
        self.left += bytes.len() as u64;
        Ok(())
    }
}

fn blob(parts: &Array, media_type: &str) -> Result<Blob, Failure> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    Blob::new_with_blob_sequence_and_options(parts, &options).map_err(|_| Failure::Blob)
}
