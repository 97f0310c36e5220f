//! Reads a whole file and sends its rows as they are complete, never far ahead of DuckDB. It must not know
//! where the rows go.

use futures_channel::mpsc::UnboundedReceiver;
use ingest::{Compression, FilePlan, Part, Reader, Rows, read_sheet};
use wasm_bindgen::JsValue;
use web_sys::File;
use worker::piece;
use worker::pieces::{Page, Pieces};
use worker::reading::{Failure, Progress, Reply, size_of};

use crate::quarantine;

/// Bytes of a file that are read at a time; the next ones are read meanwhile.
const PIECE: u64 = 4 << 20;
/// The same for a compressed file, of which some bytes may become a thousand times as many.
const COMPRESSED_PIECE: u64 = 128 << 10;

/// A load, and what the page has taken of it.
pub(crate) struct Load<'a> {
    pieces: Pieces<'a>,
    file: String,
}

impl<'a> Load<'a> {
    /// A load of a file that is called this in the quarantine.
    pub(crate) const fn new(
        page: &'a Page,
        messages: &'a mut UnboundedReceiver<JsValue>,
        file: String,
    ) -> Self {
        Self {
            pieces: Pieces::new(page, messages),
            file,
        }
    }

    /// Reads the file by its plan.
    pub(crate) async fn run(mut self, file: &File, plan: &FilePlan) -> Result<Reply, Failure> {
        if matches!(plan.part, Part::Sheet(_)) {
            let bytes = piece::whole(file).await?;
            let rows = read_sheet(plan, &bytes)?;
            return self.end(rows).await;
        }
        let mut reader = Reader::new(plan);
        let mut wider = false;
        let size = size_of(file);
        let length = match plan.compression {
            Compression::None => PIECE,
            Compression::Gzip | Compression::Zstd => COMPRESSED_PIECE,
        };
        let mut done = 0;
        let mut reading = piece::start(file, 0, length)?;
        while done < size {
            let bytes = piece::finish(reading).await?;
            let next = done + u64::from(bytes.length());
            if bytes.length() == 0 {
                return Err(Failure::Changed);
            }
            reading = piece::start(file, next, length)?;
            let rows = reader.push(&bytes.to_vec())?;
            // The rest of the file may need wider types, too: it is read to its end, once.
            wider = wider || rows.wider.is_some();
            done = next;
            let progress = Progress {
                bytes: done,
                records: rows.counts.read,
            };
            if !wider {
                self.send(&rows).await?;
            }
            self.pieces.reply(&Reply::Progress(progress))?;
        }
        let rows = reader.finish()?;
        self.end(rows).await
    }

    /// Sends the last rows and the account, or the plan by which the file is to be read again.
    async fn end(&mut self, rows: Rows) -> Result<Reply, Failure> {
        if let Some(wider) = rows.wider {
            return Ok(Reply::Wider(Box::new(wider)));
        }
        self.send(&rows).await?;
        Ok(Reply::Loaded {
            counts: rows.counts,
        })
    }

    /// Sends rows and rejects, when DuckDB has taken enough of those before.
    async fn send(&mut self, rows: &Rows) -> Result<(), Failure> {
        for batch in &rows.batches {
            self.pieces.send(batch, Reply::Rows).await?;
        }
        if !rows.rejects.is_empty() {
            let rejects = quarantine::rows(&self.file, &rows.rejects)
                .map_err(|error| Failure::Other(error.to_string()))?;
            self.pieces.send(&rejects, Reply::Rejects).await?;
        }
        Ok(())
    }
}
