//! One running instance: the worker, the `AsyncDuckDB` object that talks to it, and the
//! lifeline that ends every call when it dies. It knows nothing of SQL or Arrow.

use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Url, Worker};

use crate::ffi::{AsyncDuckDb, DuckDbModule, Exception, SelectedBundle, WorkerMessage};
use crate::lifeline::Lifeline;
use crate::{Bundle, Bundles, Error, Progress, ffi};

/// How often the start looks whether anything has moved.
const TICK_MS: u32 = 1_000;
/// Ticks without a byte after which a download counts as dead: the answer is then there
/// within ten seconds.
const TICKS_WITHOUT_A_BYTE: u32 = 8;
/// Ticks that compiling may take once the module has arrived, on a slow machine.
const TICKS_TO_COMPILE: u32 = 60;

pub(crate) struct Engine {
    duckdb: AsyncDuckDb,
    lifeline: Lifeline,
    /// Kept for its listeners, and dropped last.
    _worker: HostedWorker,
}

impl Engine {
    pub(crate) async fn start(
        bundles: &Bundles,
        on_progress: impl FnMut(Progress) + 'static,
    ) -> Result<Self, Error> {
        let module = load_script(&absolute(&bundles.script)?).await?;
        let bundle = choose(&module, bundles).await?;
        let lifeline = Lifeline::new();
        let arrival = Rc::new(Arrival::default());
        let worker = HostedWorker::start(&module, &bundle, &lifeline, &arrival, on_progress)?;
        let duckdb = attach(&module, &worker.worker)?;
        let engine = Self {
            duckdb,
            lifeline,
            _worker: worker,
        };
        engine.instantiate(&bundle.module, &arrival).await?;
        Ok(engine)
    }

    async fn instantiate(&self, module: &str, arrival: &Arrival) -> Result<(), Error> {
        let instantiated = pin!(self.call(self.duckdb.instantiate(module)));
        match select(instantiated, pin!(arrival.stalled())).await {
            Either::Left((Ok(_), _)) => Ok(()),
            Either::Left((Err(cause), _)) => Err(as_unavailable(cause)),
            Either::Right((trouble, _)) => {
                Err(Error::unavailable(format!("{trouble}, from {module}")))
            }
        }
    }

    pub(crate) fn duckdb(&self) -> &AsyncDuckDb {
        &self.duckdb
    }

    pub(crate) fn lifeline(&self) -> &Lifeline {
        &self.lifeline
    }

    /// Waits for a call's answer, but never past the engine's death.
    pub(crate) async fn call<T>(
        &self,
        call: impl Future<Output = Result<T, JsValue>>,
    ) -> Result<T, Error> {
        let answer = async { call.await.map_err(|thrown| error_of(&thrown)) };
        let answer = self.lifeline.race(answer).await;
        if let Err(cause @ Error::Lost { .. }) = &answer {
            self.lifeline.cut(cause.clone());
        }
        answer
    }

    pub(crate) fn terminate(&self) {
        self.lifeline.cut(Error::lost("it was terminated"));
        drop(self.duckdb.terminate());
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.terminate();
    }
}

/// The worker with the listeners that this crate keeps on it.
struct HostedWorker {
    worker: Worker,
    on_message: Closure<dyn FnMut(MessageEvent)>,
    on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl HostedWorker {
    fn start(
        module: &DuckDbModule,
        bundle: &Bundle,
        lifeline: &Lifeline,
        arrival: &Rc<Arrival>,
        mut on_progress: impl FnMut(Progress) + 'static,
    ) -> Result<Self, Error> {
        let lock = format!(
            "duckdb-wasm-{}-{}",
            js_sys::Date::now(),
            js_sys::Math::random()
        );
        let worker = module
            .start_worker(&bundle.worker, &bundle.module, &lock)
            .map_err(|thrown| Error::unavailable(text_of(&thrown)))?;

        let on_message = {
            let (lifeline, arrival) = (lifeline.clone(), Rc::clone(arrival));
            Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
                let Some(notice) = event.data().unchecked_into::<WorkerMessage>().bootstrap()
                else {
                    return;
                };
                // AsyncDuckDB listens too and would take it for an answer to nothing.
                event.stop_immediate_propagation();
                if notice.holds_lock() == Some(true) {
                    await_release(&lock, &lifeline);
                } else if let Some(progress) = Progress::from_notice(&notice) {
                    arrival.note(progress);
                    on_progress(progress);
                }
            })
        };
        let on_error = {
            let lifeline = lifeline.clone();
            let script = bundle.worker.clone();
            Closure::<dyn FnMut(_)>::new(move |event: ErrorEvent| {
                event.prevent_default();
                // An event without a text comes from a script that could not be fetched.
                let reason = match event.message() {
                    text if text.is_empty() => format!("{script} could not be run"),
                    text => text,
                };
                lifeline.cut(Error::lost(reason));
            })
        };
        let hosted = Self {
            worker,
            on_message,
            on_error,
        };
        for (kind, listener) in hosted.listeners() {
            hosted
                .worker
                .add_event_listener_with_callback(kind, listener)
                .map_err(|thrown| Error::unavailable(text_of(&thrown)))?;
        }
        Ok(hosted)
    }

    fn listeners(&self) -> [(&'static str, &Function); 2] {
        [
            ("message", self.on_message.as_ref().unchecked_ref()),
            ("error", self.on_error.as_ref().unchecked_ref()),
        ]
    }
}

impl Drop for HostedWorker {
    fn drop(&mut self) {
        for (kind, listener) in self.listeners() {
            // Fails only for a listener that was never added.
            drop(
                self.worker
                    .remove_event_listener_with_callback(kind, listener),
            );
        }
        self.worker.terminate();
    }
}

/// How much of the module has come, watched by `stalled`.
#[derive(Default)]
struct Arrival {
    news: Cell<u32>,
    complete: Cell<bool>,
}

impl Arrival {
    fn note(&self, progress: Progress) {
        self.news.set(self.news.get().wrapping_add(1));
        self.complete.set(progress.total == Some(progress.loaded));
    }

    /// Ends when nothing has moved for too long, and says what did not.
    async fn stalled(&self) -> &'static str {
        let mut seen = self.news.get();
        let mut still = 0;
        loop {
            TimeoutFuture::new(TICK_MS).await;
            let news = self.news.get();
            still = if news == seen { still + 1 } else { 0 };
            seen = news;
            if self.complete.get() {
                if still >= TICKS_TO_COMPILE {
                    return "the module arrived but did not start";
                }
            } else if still >= TICKS_WITHOUT_A_BYTE {
                return "nothing more arrived";
            }
        }
    }
}

/// Asks for the lock that the worker holds. It is granted when the worker has ended, however
/// it ended: a worker sends no event for that.
fn await_release(lock: &str, lifeline: &Lifeline) {
    let lifeline = lifeline.clone();
    let granted = Closure::once_into_js(move || lifeline.cut(Error::lost("its worker ended")));
    // Without the lock manager (a page that is not served securely) a death is still noticed
    // by the error event or the trap that caused it.
    drop(ffi::request_lock(lock, &granted));
}

async fn load_script(url: &str) -> Result<DuckDbModule, Error> {
    let timeout = TimeoutFuture::new(TICK_MS * TICKS_WITHOUT_A_BYTE);
    match select(pin!(ffi::load(url)), timeout).await {
        Either::Left((Ok(module), _)) => Ok(module.unchecked_into()),
        Either::Left((Err(thrown), _)) => Err(Error::unavailable(text_of(&thrown))),
        Either::Right(_) => Err(Error::unavailable(format!("nothing arrived, from {url}"))),
    }
}

/// Lets DuckDB-Wasm choose the build that this browser can run.
async fn choose(module: &DuckDbModule, bundles: &Bundles) -> Result<Bundle, Error> {
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
        .map_err(|thrown| Error::unavailable(text_of(&thrown)))?
        .unchecked_into();
    match (selected.main_module(), selected.main_worker()) {
        (Some(module), Some(worker)) => Ok(Bundle { module, worker }),
        _ => Err(Error::unavailable(
            "no build of DuckDB runs in this browser",
        )),
    }
}

fn attach(module: &DuckDbModule, worker: &Worker) -> Result<AsyncDuckDb, Error> {
    let construct = |class: Option<Function>, name: &str, arguments: &Array| {
        let class = class.ok_or_else(|| Error::unavailable(format!("duckdb.js has no {name}")))?;
        Reflect::construct(&class, arguments).map_err(|thrown| Error::unavailable(text_of(&thrown)))
    };
    let logger = construct(module.void_logger(), "VoidLogger", &Array::new())?;
    let duckdb = construct(
        module.async_duckdb(),
        "AsyncDuckDB",
        &Array::of2(&logger, worker),
    )?;
    Ok(duckdb.unchecked_into())
}

fn absolute(url: &str) -> Result<String, Error> {
    let base = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.base_uri().ok().flatten())
        .ok_or_else(|| Error::unavailable("there is no document"))?;
    Url::new_with_base(url, &base)
        .map(|url| url.href())
        .map_err(|_| Error::unavailable(format!("{url} is not a URL")))
}

/// Sets a property of an object that was made here.
pub(crate) fn set(object: &Object, name: &str, value: &JsValue) {
    // Fails only on a frozen object or a setter that throws; a plain new object has neither.
    drop(Reflect::set(object, &name.into(), value));
}

/// Before the engine is there, its death is a failure to start.
fn as_unavailable(cause: Error) -> Error {
    match cause {
        Error::Lost { reason } => Error::Unavailable { reason },
        Error::Engine { message, .. } => Error::Unavailable { reason: message },
        other => other,
    }
}

/// The error that was thrown by a call to DuckDB.
fn error_of(thrown: &JsValue) -> Error {
    let text = raw_text_of(thrown);
    match Exception::of(&text) {
        Some((plain, place)) => Error::thrown(&plain).at(place),
        None => Error::thrown(&text),
    }
}

/// The text of whatever was thrown; DuckDB's JSON form is turned into its older plain form.
fn text_of(thrown: &JsValue) -> String {
    let text = raw_text_of(thrown);
    Exception::of(&text).map_or(text, |(plain, _)| plain)
}

fn raw_text_of(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) if error.name() == "Error" => String::from(error.message()),
        Some(error) => format!("{}: {}", error.name(), error.message()),
        None => thrown
            .as_string()
            .unwrap_or_else(|| String::from(js_sys::JsString::from(thrown.clone()))),
    }
}

impl Exception {
    /// The plain form of an error in JSON, and its place. The message may be such JSON again.
    fn of(text: &str) -> Option<(String, Option<usize>)> {
        let json = &text[text.find('{')?..];
        let exception: Self = JSON::parse(json).ok()?.unchecked_into();
        let place = exception.position().and_then(|place| place.parse().ok());
        let message = exception.exception_message()?;
        if let Some((plain, inner)) = Self::of(&message) {
            return Some((plain, inner.or(place)));
        }
        let kind = exception.exception_type()?;
        Some((format!("{kind} Error: {message}"), place))
    }
}
