//! Statements and their results. Every statement uses DuckDB's pending-query calls: only they
//! report an error that is raised after the first rows, and only they can be cancelled. It must not
//! know how the engine is started.

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

/// The complete result of a statement.
#[derive(Debug, Clone)]
pub struct QueryResult {
    /// Names and types of the columns, also of an empty result.
    pub schema: SchemaRef,
    /// The rows, in the order of the result.
    pub batches: Vec<RecordBatch>,
}

impl QueryResult {
    /// The number of rows in all batches.
    #[must_use]
    pub fn num_rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The number of rows that the statement changed. INSERT, UPDATE, DELETE, COPY and CREATE TABLE
    /// AS return it as one row with the column `Count`; `None` for other statements.
    #[must_use]
    pub fn rows_changed(&self) -> Option<u64> {
        let batch = self.batches.first()?;
        let count = batch.column_by_name("Count")?;
        let count = count.as_any().downcast_ref::<Int64Array>()?;
        (count.len() == 1).then(|| u64::try_from(count.value(0)).ok())?
    }
}

/// A connection to a [`Database`](crate::Database). It is closed when dropped.
///
/// One statement runs at a time: a second call waits for the first, and a call made while a stream
/// exists waits until the stream is dropped. Pass one statement to each call: of several in one
/// text, only the last result is returned.
pub struct Connection {
    engine: Rc<Engine>,
    id: u32,
    /// Held while a statement runs.
    turn: Mutex<()>,
    /// Set by `cancel`, cleared by the next statement.
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

    /// Runs a statement and returns the number of rows that it changed, 0 for a statement that
    /// changes no rows.
    ///
    /// ```no_run
    /// # async fn example(connection: &duckdb_wasm::Connection) -> Result<(), duckdb_wasm::Error> {
    /// let created = connection.execute("CREATE TABLE t AS FROM range(3)").await?;
    /// assert_eq!(created, 3);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`query`](Self::query).
    pub async fn execute(&self, sql: &str) -> Result<u64, Error> {
        let result = self.query(sql).await?;
        Ok(result.rows_changed().unwrap_or(0))
    }

    /// Runs a statement and returns its complete result.
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
    /// [`Error::Engine`] if DuckDB rejects the statement or fails in any row: there is never a
    /// partial result. [`Error::Cancelled`] after [`cancel`](Self::cancel), [`Error::Lost`] if the
    /// instance has ended. [`Error::Decode`] for a type that DuckDB-Wasm does not send completely,
    /// such as ENUM: cast the column to VARCHAR.
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

    /// Runs a statement and returns its rows in batches, as DuckDB produces them.
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
    /// As for [`query`](Self::query). [`RecordBatchStream::next`] returns an error that is raised in
    /// a later row.
    pub async fn stream(&self, sql: &str) -> Result<RecordBatchStream<'_>, Error> {
        let bytes = self.stream_bytes(sql).await?;
        RecordBatchStream::start(bytes).await
    }

    /// Runs a statement and returns its rows as the bytes of an Arrow IPC stream, for example to
    /// transfer them to a worker without a copy.
    ///
    /// # Errors
    /// As for [`stream`](Self::stream), without [`Error::Decode`].
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

    /// Creates `table` with the rows of `batches`, all of which have the schema `schema`.
    ///
    /// # Errors
    /// [`Error::Engine`] if the table exists or DuckDB rejects the rows, [`Error::Decode`] if the
    /// batches cannot be encoded, [`Error::Lost`] if the instance has ended.
    pub async fn insert_arrow(
        &self,
        table: &str,
        schema: &SchemaRef,
        batches: &[RecordBatch],
    ) -> Result<(), Error> {
        let bytes = encode_stream(schema, batches)?;
        let bytes = Uint8Array::from(bytes.as_slice());
        self.insert_stream(table, &bytes, true).await
    }

    /// Appends the rows of an Arrow IPC stream to `table`, whose columns are those of the stream in the
    /// same order. The stream has to be complete, its end included: of one that is not, DuckDB loads
    /// nothing and returns no error, then and later on this connection. Count the rows afterwards.
    ///
    /// # Errors
    /// [`Error::Engine`] if DuckDB rejects the rows, [`Error::Lost`] if the instance has ended.
    pub async fn append_stream(&self, table: &str, stream: &Uint8Array) -> Result<(), Error> {
        self.insert_stream(table, stream, false).await
    }

    async fn insert_stream(
        &self,
        table: &str,
        stream: &Uint8Array,
        creates: bool,
    ) -> Result<(), Error> {
        let options = Object::new();
        set(&options, "name", &JsValue::from_str(table));
        set(&options, "create", &JsValue::from_bool(creates));
        let _turn = self.turn.lock().await;
        let duckdb = self.engine.duckdb();
        let call = duckdb.insert_arrow_from_ipc_stream(self.id, stream, &options);
        self.engine.call(call).await?;
        Ok(())
    }

    /// Cancels the running statement, if there is one. Its call returns [`Error::Cancelled`], as
    /// does the next call of an open stream.
    ///
    /// # Errors
    /// [`Error::Lost`] if the instance has ended.
    pub async fn cancel(&self) -> Result<(), Error> {
        self.cancelled.set(true);
        let call = self.engine.duckdb().cancel_pending_query(self.id);
        // DuckDB can interrupt a statement only until its first rows; from then on the flag stops
        // the fetching. So the result, whether DuckDB has interrupted it, does not matter.
        self.engine.call(call).await?;
        Ok(())
    }

    /// The next piece of the result. `None` if it is not ready: call again. Empty at the end.
    pub(crate) async fn fetch(&self) -> Result<Option<Uint8Array>, Error> {
        self.step(self.engine.duckdb().fetch_query_results(self.id))
            .await
    }

    async fn step(
        &self,
        call: impl Future<Output = Result<JsValue, JsValue>>,
    ) -> Result<Option<Uint8Array>, Error> {
        match self.engine.call(call).await {
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
            // Fails only if the instance has ended, and its connections with it.
            drop(engine.call(engine.duckdb().disconnect(id)).await);
        });
    }
}

/// Encodes an Arrow IPC stream, including its end, which DuckDB waits for.
fn encode_stream(
    schema: &SchemaRef,
    batches: &[RecordBatch],
) -> Result<Vec<u8>, arrow_schema::ArrowError> {
    let mut writer = StreamWriter::try_new(Vec::new(), schema)?;
    for batch in batches {
        writer.write(batch)?;
    }
    writer.into_inner()
}
