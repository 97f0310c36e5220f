//! Statements and their results. Everything goes through DuckDB's pending-query calls: they
//! alone report an error that is raised after the first rows, and they can be cancelled.

use std::cell::Cell;
use std::rc::Rc;

use arrow_array::{Array as _, Int64Array, RecordBatch};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::SchemaRef;
use futures_util::lock::Mutex;
use js_sys::{Object, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::engine::{Engine, set};
use crate::{ByteStream, Error, RecordBatchStream};

/// The whole result of a query.
#[derive(Debug, Clone)]
pub struct QueryResult {
    /// Names and types of the columns; there also when there is no row.
    pub schema: SchemaRef,
    /// The rows, in order.
    pub batches: Vec<RecordBatch>,
}

impl QueryResult {
    /// Rows in all batches.
    #[must_use]
    pub fn num_rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// How many rows the statement changed, for one that changes rows: INSERT, UPDATE, DELETE,
    /// COPY and CREATE TABLE AS are answered with one row, `Count`.
    #[must_use]
    pub fn rows_changed(&self) -> Option<u64> {
        let batch = self.batches.first()?;
        let count = batch.column_by_name("Count")?;
        let count = count.as_any().downcast_ref::<Int64Array>()?;
        (count.len() == 1).then(|| u64::try_from(count.value(0)).ok())?
    }
}

/// A connection to a [`Database`](crate::Database). Closed when dropped.
///
/// One statement runs at a time: a second call waits for the first, and a call made while a
/// stream is open waits until the stream has ended or was dropped. Each call takes one
/// statement; of several in one text, only the last one's result is seen.
pub struct Connection {
    engine: Rc<Engine>,
    id: u32,
    turn: Mutex<()>,
    cancelled: Cell<bool>,
}

impl Connection {
    pub(crate) fn new(engine: Rc<Engine>, id: u32) -> Self {
        Self {
            engine,
            id,
            turn: Mutex::new(()),
            cancelled: Cell::new(false),
        }
    }

    /// Runs a statement for its effect, and returns how many rows it changed: 0 for a
    /// statement that changes none.
    ///
    /// # Errors
    /// See [`query`](Self::query).
    pub async fn execute(&self, sql: &str) -> Result<u64, Error> {
        let result = self.query(sql).await?;
        Ok(result.rows_changed().unwrap_or(0))
    }

    /// Runs a statement and returns its whole result.
    ///
    /// ```no_run
    /// # async fn example(connection: &duckdb_wasm::Connection) -> Result<(), duckdb_wasm::Error> {
    /// let days = connection.query("SELECT unnest(range(7)) AS day").await?;
    /// assert_eq!(days.num_rows(), 7);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Engine`] when DuckDB refuses the statement or fails in any row of it: then
    /// there is no result, not a part of one. [`Error::Cancelled`] after
    /// [`cancel`](Self::cancel), [`Error::Lost`] when the instance has ended,
    /// [`Error::Decode`] for a type that has no Arrow form here (cast it to VARCHAR).
    pub async fn query(&self, sql: &str) -> Result<QueryResult, Error> {
        let mut stream = self.stream(sql).await?;
        let mut batches = Vec::new();
        while let Some(batch) = stream.next().await? {
            batches.push(batch);
        }
        Ok(QueryResult {
            schema: stream.schema(),
            batches,
        })
    }

    /// Runs a statement and returns its rows batch by batch, as DuckDB produces them.
    ///
    /// ```no_run
    /// # async fn example(connection: &duckdb_wasm::Connection) -> Result<(), duckdb_wasm::Error> {
    /// let mut rows = 0;
    /// let mut stream = connection.stream("FROM range(1_000_000)").await?;
    /// while let Some(batch) = stream.next().await? {
    ///     rows += batch.num_rows();
    /// }
    /// assert_eq!(rows, 1_000_000);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As for [`query`](Self::query); an error in a later row comes from
    /// [`RecordBatchStream::next`].
    pub async fn stream(&self, sql: &str) -> Result<RecordBatchStream<'_>, Error> {
        let bytes = self.stream_bytes(sql).await?;
        RecordBatchStream::start(bytes).await
    }

    /// Runs a statement and returns its rows as the bytes of an Arrow IPC stream, undecoded: to
    /// hand them on to a worker, say, without a copy.
    ///
    /// # Errors
    /// As for [`stream`](Self::stream).
    pub async fn stream_bytes(&self, sql: &str) -> Result<ByteStream<'_>, Error> {
        let turn = self.turn.lock().await;
        self.cancelled.set(false);
        let mut header = self
            .step(self.engine.duckdb().start_pending_query(self.id, sql, true))
            .await?;
        while header.is_none() {
            header = self
                .step(self.engine.duckdb().poll_pending_query(self.id))
                .await?;
        }
        Ok(ByteStream::new(self, turn, header))
    }

    /// Creates `table` from these batches, which share one schema.
    ///
    /// # Errors
    /// [`Error::Engine`] when the table exists or the rows do not fit,
    /// [`Error::Decode`] when the batches cannot be written as Arrow.
    pub async fn insert_arrow(
        &self,
        table: &str,
        schema: &SchemaRef,
        batches: &[RecordBatch],
    ) -> Result<(), Error> {
        let bytes = ipc_stream(schema, batches)?;
        let options = Object::new();
        set(&options, "name", &JsValue::from_str(table));
        set(&options, "create", &JsValue::TRUE);
        let _turn = self.turn.lock().await;
        let duckdb = self.engine.duckdb();
        let bytes = Uint8Array::from(bytes.as_slice());
        let inserting = duckdb.insert_arrow_from_ipc_stream(self.id, &bytes, &options);
        self.engine.call(inserting).await?;
        Ok(())
    }

    /// Cancels the statement that runs now, if one does: its call ends with
    /// [`Error::Cancelled`], and so does the next batch of an open stream.
    ///
    /// # Errors
    /// [`Error::Lost`] when the instance has ended.
    pub async fn cancel(&self) -> Result<(), Error> {
        self.cancelled.set(true);
        let cancelling = self.engine.duckdb().cancel_pending_query(self.id);
        // It answers whether there was something left to interrupt. Once rows flow there is
        // not, and the flag stops the fetching.
        self.engine.call(cancelling).await?;
        Ok(())
    }

    /// The next piece of the running statement's result: `None` to ask again, empty at the
    /// end.
    pub(crate) async fn fetch(&self) -> Result<Option<Uint8Array>, Error> {
        self.step(self.engine.duckdb().fetch_query_results(self.id))
            .await
    }

    async fn step(
        &self,
        call: impl Future<Output = Result<JsValue, JsValue>>,
    ) -> Result<Option<Uint8Array>, Error> {
        let answer = self.engine.call(call).await;
        match answer {
            Err(cause @ Error::Lost { .. }) => Err(cause),
            _ if self.cancelled.get() => Err(Error::Cancelled),
            Err(cause) => Err(cause),
            Ok(bytes) if bytes.is_null() || bytes.is_undefined() => Ok(None),
            Ok(bytes) => Ok(Some(Uint8Array::from(bytes))),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let engine = Rc::clone(&self.engine);
        let id = self.id;
        spawn_local(async move {
            // A lost instance has no connections left to close.
            drop(engine.call(engine.duckdb().disconnect(id)).await);
        });
    }
}

/// One Arrow IPC stream, with the mark at its end that DuckDB waits for.
fn ipc_stream(
    schema: &SchemaRef,
    batches: &[RecordBatch],
) -> Result<Vec<u8>, arrow_schema::ArrowError> {
    let mut writer = StreamWriter::try_new(Vec::new(), schema)?;
    for batch in batches {
        writer.write(batch)?;
    }
    writer.into_inner()
}
