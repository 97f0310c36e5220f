//! Where the bytes of a download go: through a zip or straight, into a file on disk or into a
//! blob, in chunks, so that no more than a few of them are ever in this worker's memory. It
//! knows nothing of rows or formats.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use encoder::Container;
use js_sys::{Array, Uint8Array};
use mart::encode::ZipEncoder;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, FileSystemFileHandle, FileSystemWritableFileStream};

use crate::Failure;

/// So many bytes are handed on at once: a hand-over takes the browser some milliseconds, whatever
/// its size.
const CHUNK: usize = 16 << 20;

/// Room for so many bytes, and for what one piece of rows adds to them.
const fn room_for(bytes: usize) -> usize {
    bytes + bytes / 8
}

/// Collects what an encoder writes, until it is taken out. Clones are the same collection.
#[derive(Clone, Default)]
pub(crate) struct Basin(Arc<Mutex<Vec<u8>>>);

impl Basin {
    fn with<T>(&self, use_it: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        // There is one thread here; the lock is for encoders that ask for a sink they could
        // send to another.
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes room for a chunk beforehand: growing by itself, it would take two.
    fn make_room(&self) {
        self.with(|basin| basin.reserve_exact(room_for(CHUNK)));
    }

    fn len(&self) -> usize {
        self.with(|basin| basin.len())
    }

    /// Takes what is in it out; its memory stays, for what comes next.
    fn empty<T>(&self, use_it: impl FnOnce(&[u8]) -> T) -> T {
        self.with(|basin| {
            let used = use_it(basin);
            basin.clear();
            used
        })
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
    /// The zip that all goes through, if it does.
    zip: Option<Zip>,
    /// What is ready to leave.
    ready: Basin,
    /// Where a chunk lies while it leaves: outside of this worker's memory, which may move.
    chunk: Uint8Array,
    left: u64,
    target: Target,
}

struct Zip {
    /// What the encoder has written.
    encoded: Basin,
    encoder: Box<ZipEncoder<Basin>>,
}

/// What the bytes become.
enum Target {
    /// A file, which is there only once it is closed.
    Disk(DiskFile),
    /// A blob, made of smaller ones: the browser keeps large ones on its disk.
    Memory(Array),
}

impl Output {
    pub(crate) async fn open(
        container: Container,
        file: Option<FileSystemFileHandle>,
    ) -> Result<Self, Failure> {
        let ready = Basin::default();
        let target = match file {
            Some(file) => {
                ready.make_room();
                Target::Disk(DiskFile::open(&file).await?)
            }
            None => Target::Memory(Array::new()),
        };
        let zip = match container {
            Container::File => None,
            Container::Zip => Some(Zip {
                encoded: Basin::default(),
                encoder: Box::new(ZipEncoder::new(ready.clone())),
            }),
        };
        Ok(Self {
            zip,
            ready,
            chunk: Uint8Array::new_with_length(0),
            left: 0,
            target,
        })
    }

    /// Starts a file and returns where its bytes go.
    pub(crate) fn start_file(&mut self, path: &str) -> Result<Basin, Failure> {
        let Some(zip) = &mut self.zip else {
            return Ok(self.ready.clone());
        };
        zip.encoder.start_file(path)?;
        Ok(zip.encoded.clone())
    }

    /// Moves on what has been written; a chunk that is full leaves.
    pub(crate) async fn drain(&mut self) -> Result<(), Failure> {
        if let Some(Zip { encoded, encoder }) = &mut self.zip {
            encoded.empty(|bytes| encoder.write_all(bytes))?;
        }
        if self.ready.len() >= CHUNK {
            self.leave().await?;
        }
        Ok(())
    }

    /// Bytes that came out so far.
    pub(crate) fn written(&self) -> u64 {
        self.left + self.ready.len() as u64
    }

    /// Ends the download; a blob comes back unless it went to disk.
    pub(crate) async fn finish(mut self, media_type: &str) -> Result<Option<Blob>, Failure> {
        self.drain().await?;
        if let Some(zip) = self.zip.take() {
            zip.encoder.finish()?;
        }
        self.leave().await?;
        match self.target {
            Target::Disk(file) => file.close().await.map(|()| None),
            Target::Memory(parts) => blob(&parts, media_type).map(Some),
        }
    }

    async fn leave(&mut self) -> Result<(), Failure> {
        let length = self.ready.len();
        if length == 0 {
            return Ok(());
        }
        if let Target::Disk(file) = &mut self.target {
            file.arrived().await?;
        }
        let chunk = self.take_chunk();
        match &mut self.target {
            Target::Disk(file) => file.send(&chunk)?,
            // The blob has a copy of its own.
            Target::Memory(parts) => {
                parts.push(&blob(&Array::of1(&chunk), "")?.into());
            }
        }
        self.left += length as u64;
        Ok(())
    }

    /// Takes what is ready; no chunk before may be on its way any more.
    fn take_chunk(&mut self) -> Uint8Array {
        let Self { ready, chunk, .. } = self;
        ready.empty(|bytes| {
            let length = length_of(bytes.len());
            if chunk.length() < length {
                *chunk = Uint8Array::new_with_length(length_of(room_for(bytes.len())));
            }
            let taken = chunk.subarray(0, length);
            taken.copy_from(bytes);
            taken
        })
    }
}

/// A file on disk in the making. A chunk is on its way there while the next one is encoded.
struct DiskFile {
    stream: FileSystemWritableFileStream,
    on_its_way: Option<JsFuture>,
}

impl DiskFile {
    async fn open(file: &FileSystemFileHandle) -> Result<Self, Failure> {
        let stream = JsFuture::from(file.create_writable()).await;
        Ok(Self {
            stream: stream.map_err(Failure::disk)?.unchecked_into(),
            on_its_way: None,
        })
    }

    /// Sends a chunk off, after the one before has [arrived](Self::arrived).
    fn send(&mut self, chunk: &Uint8Array) -> Result<(), Failure> {
        let written = self.stream.write_with_js_u8_array(chunk);
        self.on_its_way = Some(JsFuture::from(written.map_err(Failure::disk)?));
        Ok(())
    }

    async fn close(mut self) -> Result<(), Failure> {
        self.arrived().await?;
        let closed = JsFuture::from(self.stream.close()).await;
        closed.map(drop).map_err(Failure::disk)
    }

    async fn arrived(&mut self) -> Result<(), Failure> {
        match self.on_its_way.take() {
            Some(written) => written.await.map(drop).map_err(Failure::disk),
            None => Ok(()),
        }
    }
}

/// The length of an array in JavaScript.
#[expect(
    clippy::cast_possible_truncation,
    reason = "addresses have 32 bits here"
)]
const fn length_of(bytes: usize) -> u32 {
    bytes as u32
}

fn blob(parts: &Array, media_type: &str) -> Result<Blob, Failure> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    Blob::new_with_blob_sequence_and_options(parts, &options).map_err(|_| Failure::Blob)
}
