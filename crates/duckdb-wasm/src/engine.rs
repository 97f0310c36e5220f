//! One running instance: the `AsyncDuckDB` object, its worker, and the signal that ends every call
//! when the worker ends. It must not know SQL or Arrow.

use std::pin::pin;
use std::rc::Rc;

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Url, Worker};

use crate::exception::{error_of, unavailable};
use crate::ffi::{self, AsyncDuckDb, DuckDbModule, SelectedBundle};
use crate::termination::Termination;
use crate::worker::{DOWNLOAD_TICKS, Download, HostedWorker, TICK_MS};
use crate::{Bundle, Bundles, Error, Progress};

/// A running instance. Dropping it ends its worker.
pub(crate) struct Engine {
    duckdb: AsyncDuckDb,
    termination: Termination,
    /// Kept for its listeners. Declared last, so that it is dropped last.
    _worker: HostedWorker,
}

impl Engine {
    pub(crate) async fn start(
        bundles: &Bundles,
        on_progress: impl FnMut(Progress) + 'static,
    ) -> Result<Self, Error> {
        let module = load_script(&absolute(&bundles.script)?).await?;
        let bundle = select_bundle(&module, bundles).await?;
        let termination = Termination::new();
        let download = Rc::new(Download::default());
        let worker = HostedWorker::start(&module, &bundle, &termination, &download, on_progress)?;
        let duckdb = attach(&module, worker.worker())?;
        let engine = Self {
            duckdb,
            termination,
            _worker: worker,
        };
        engine.instantiate(&bundle.module, &download).await?;
        Ok(engine)
    }

    async fn instantiate(&self, module: &str, download: &Download) -> Result<(), Error> {
        let instantiated = pin!(self.call(self.duckdb.instantiate(module)));
        match select(instantiated, pin!(download.stalled())).await {
            Either::Left((Ok(_), _)) => Ok(()),
            Either::Left((Err(cause), _)) => Err(as_unavailable(cause)),
            Either::Right((problem, _)) => {
                Err(Error::unavailable(format!("{problem}, from {module}")))
            }
        }
    }

    pub(crate) fn duckdb(&self) -> &AsyncDuckDb {
        &self.duckdb
    }

    pub(crate) fn termination(&self) -> &Termination {
        &self.termination
    }

    /// Waits for the result of a call, or for the end of the instance.
    pub(crate) async fn call<T>(
        &self,
        call: impl Future<Output = Result<T, JsValue>>,
    ) -> Result<T, Error> {
        let result = async { call.await.map_err(|thrown| error_of(&thrown)) };
        let result = self.termination.race(result).await;
        // A trap ends the instance, although its worker goes on.
        if let Err(cause @ Error::Lost { .. }) = &result {
            self.termination.signal(cause.clone());
        }
        result
    }

    pub(crate) fn terminate(&self) {
        self.termination.signal(Error::lost("it was terminated"));
        drop(self.duckdb.terminate());
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.terminate();
    }
}

async fn load_script(url: &str) -> Result<DuckDbModule, Error> {
    let timeout = TimeoutFuture::new(TICK_MS * DOWNLOAD_TICKS);
    match select(pin!(ffi::load(url)), timeout).await {
        Either::Left((Ok(module), _)) => Ok(module.unchecked_into()),
        Either::Left((Err(thrown), _)) => Err(unavailable(&thrown)),
        Either::Right(_) => Err(Error::unavailable(format!("no response, from {url}"))),
    }
}

/// Lets DuckDB-Wasm select the build that this browser can run.
async fn select_bundle(module: &DuckDbModule, bundles: &Bundles) -> Result<Bundle, Error> {
    let choices = Object::new();
    for (name, bundle) in [("mvp", Some(&bundles.mvp)), ("eh", bundles.eh.as_ref())] {
        let Some(bundle) = bundle else { continue };
        let choice = Object::new();
        set(&choice, "mainModule", &absolute(&bundle.module)?.into());
        set(&choice, "mainWorker", &absolute(&bundle.worker)?.into());
        set(&choices, name, &choice);
    }
    let selected: SelectedBundle = module
        .select_bundle(&choices)
        .await
        .map_err(|thrown| unavailable(&thrown))?
        .unchecked_into();
    match (selected.main_module(), selected.main_worker()) {
        (Some(module), Some(worker)) => Ok(Bundle { module, worker }),
        _ => Err(Error::unavailable(
            "no build of DuckDB runs in this browser",
        )),
    }
}

/// Creates the `AsyncDuckDB` object of a worker.
fn attach(module: &DuckDbModule, worker: &Worker) -> Result<AsyncDuckDb, Error> {
    let logger = construct(module.void_logger(), "VoidLogger", &Array::new())?;
    let arguments = Array::of2(&logger, worker);
    let duckdb = construct(module.async_duckdb(), "AsyncDuckDB", &arguments)?;
    Ok(duckdb.unchecked_into())
}

fn construct(class: Option<Function>, name: &str, arguments: &Array) -> Result<JsValue, Error> {
    let class = class.ok_or_else(|| Error::unavailable(format!("duckdb.js has no {name}")))?;
    Reflect::construct(&class, arguments).map_err(|thrown| unavailable(&thrown))
}

/// Resolves a URL against the document.
fn absolute(url: &str) -> Result<String, Error> {
    let base = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.base_uri().ok().flatten())
        .ok_or_else(|| Error::unavailable("there is no document"))?;
    Url::new_with_base(url, &base)
        .map(|url| url.href())
        .map_err(|_| Error::unavailable(format!("{url} is not a URL")))
}

/// Sets a property of a plain object.
pub(crate) fn set(object: &Object, name: &str, value: &JsValue) {
    // Fails only on a frozen object or a setter that throws; a plain new object has neither.
    drop(Reflect::set(object, &name.into(), value));
}

/// An instance that ends before it is instantiated has failed to start.
fn as_unavailable(cause: Error) -> Error {
    match cause {
        Error::Lost { reason } => Error::Unavailable { reason },
        Error::Engine { message, .. } => Error::Unavailable { reason: message },
        other => other,
    }
}
