//! Declarations of the JavaScript that this crate calls, without logic. The calling modules check
//! the returned values and convert them to Rust types.

use js_sys::{Function, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::Worker;

#[wasm_bindgen(module = "/js/load.js")]
extern "C" {
    /// Imports an ES module by its absolute URL.
    #[wasm_bindgen(catch)]
    pub(crate) async fn load(url: &str) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// The namespace of `engine/duckdb.js`.
    pub(crate) type DuckDbModule;

    #[wasm_bindgen(method, getter, structural, js_name = AsyncDuckDB)]
    pub(crate) fn async_duckdb(this: &DuckDbModule) -> Option<Function>;

    #[wasm_bindgen(method, getter, structural, js_name = VoidLogger)]
    pub(crate) fn void_logger(this: &DuckDbModule) -> Option<Function>;

    #[wasm_bindgen(method, structural, catch, js_name = selectBundle)]
    pub(crate) async fn select_bundle(
        this: &DuckDbModule,
        bundles: &Object,
    ) -> Result<JsValue, JsValue>;

    /// Starts the engine's worker (`js/worker.js`).
    #[wasm_bindgen(method, structural, catch, js_name = startWorker)]
    pub(crate) fn start_worker(
        this: &DuckDbModule,
        script: &str,
        module: &str,
        lock: &str,
    ) -> Result<Worker, JsValue>;

    /// The result of `selectBundle`.
    pub(crate) type SelectedBundle;

    #[wasm_bindgen(method, getter, structural, js_name = mainModule)]
    pub(crate) fn main_module(this: &SelectedBundle) -> Option<String>;

    #[wasm_bindgen(method, getter, structural, js_name = mainWorker)]
    pub(crate) fn main_worker(this: &SelectedBundle) -> Option<String>;

    /// The class that exchanges messages with the worker.
    pub(crate) type AsyncDuckDb;

    #[wasm_bindgen(method, structural, catch)]
    pub(crate) async fn instantiate(
        this: &AsyncDuckDb,
        module_url: &str,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch)]
    pub(crate) async fn open(this: &AsyncDuckDb, config: &Object) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = getVersion)]
    pub(crate) async fn get_version(this: &AsyncDuckDb) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural)]
    pub(crate) fn terminate(this: &AsyncDuckDb) -> Promise;

    #[wasm_bindgen(method, structural, catch, js_name = connectInternal)]
    pub(crate) async fn connect(this: &AsyncDuckDb) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch)]
    pub(crate) async fn disconnect(this: &AsyncDuckDb, connection: u32)
    -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = startPendingQuery)]
    pub(crate) async fn start_pending_query(
        this: &AsyncDuckDb,
        connection: u32,
        sql: &str,
        allow_stream_result: bool,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = pollPendingQuery)]
    pub(crate) async fn poll_pending_query(
        this: &AsyncDuckDb,
        connection: u32,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = cancelPendingQuery)]
    pub(crate) async fn cancel_pending_query(
        this: &AsyncDuckDb,
        connection: u32,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = fetchQueryResults)]
    pub(crate) async fn fetch_query_results(
        this: &AsyncDuckDb,
        connection: u32,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = insertArrowFromIPCStream)]
    pub(crate) async fn insert_arrow_from_ipc_stream(
        this: &AsyncDuckDb,
        connection: u32,
        bytes: &Uint8Array,
        options: &Object,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = registerFileBuffer)]
    pub(crate) async fn register_file_buffer(
        this: &AsyncDuckDb,
        name: &str,
        bytes: &Uint8Array,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = registerFileHandle)]
    pub(crate) async fn register_file_handle(
        this: &AsyncDuckDb,
        name: &str,
        file: &web_sys::File,
        protocol: u32,
        direct_io: bool,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = copyFileToBuffer)]
    pub(crate) async fn copy_file_to_buffer(
        this: &AsyncDuckDb,
        name: &str,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = dropFile)]
    pub(crate) async fn drop_file(this: &AsyncDuckDb, name: &str) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// `navigator.locks.request`. Throws on a page that is not served securely.
    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = request)]
    pub(crate) fn request_lock(name: &str, granted: &JsValue) -> Result<Promise, JsValue>;
}

/// `DuckDBDataProtocol.BROWSER_FILEREADER`: a `File` that is read in parts, when needed.
pub(crate) const BROWSER_FILEREADER: u32 = 2;

#[wasm_bindgen]
extern "C" {
    /// A message of `js/bootstrap.js`: `{ bootstrap: { holdsLock } }` or
    /// `{ bootstrap: { loaded, total } }`.
    pub(crate) type WorkerMessage;

    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn bootstrap(this: &WorkerMessage) -> Option<Notice>;

    pub(crate) type Notice;

    #[wasm_bindgen(method, getter, structural, js_name = holdsLock)]
    pub(crate) fn holds_lock(this: &Notice) -> Option<bool>;

    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn loaded(this: &Notice) -> Option<f64>;

    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn total(this: &Notice) -> Option<f64>;
}

#[wasm_bindgen]
extern "C" {
    /// The text of an exception that DuckDB writes as a JSON object.
    pub(crate) type ExceptionJson;

    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn exception_type(this: &ExceptionJson) -> Option<String>;

    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn exception_message(this: &ExceptionJson) -> Option<String>;

    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn position(this: &ExceptionJson) -> Option<String>;
}
