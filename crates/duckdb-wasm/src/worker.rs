//! The Web Worker that runs DuckDB: starting it, watching its download, and detecting its end. It
//! must not know the calls that the worker answers.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker};

use crate::exception::unavailable;
use crate::ffi::{self, DuckDbModule, WorkerMessage};
use crate::termination::Termination;
use crate::{Bundle, Error, Progress};

/// How often the start checks for progress.
pub(crate) const TICK_MS: u32 = 1_000;
/// Ticks without a received byte after which a download has failed: this reports it within ten
/// seconds.
pub(crate) const DOWNLOAD_TICKS: u32 = 8;
/// Ticks that a slow machine may take to compile the downloaded module.
const COMPILE_TICKS: u32 = 60;

/// The worker with the listeners that this crate adds to it. Dropping it ends the worker.
pub(crate) struct HostedWorker {
    worker: Worker,
    on_message: Closure<dyn FnMut(MessageEvent)>,
    on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl HostedWorker {
    pub(crate) fn start(
        module: &DuckDbModule,
        bundle: &Bundle,
        termination: &Termination,
        download: &Rc<Download>,
        on_progress: impl FnMut(Progress) + 'static,
    ) -> Result<Self, Error> {
        let lock = format!(
            "duckdb-wasm-{}-{}",
            js_sys::Date::now(),
            js_sys::Math::random()
        );
        let worker = module
            .start_worker(&bundle.worker, &bundle.module, &lock)
            .map_err(|thrown| unavailable(&thrown))?;
        let hosted = Self {
            worker,
            on_message: message_listener(lock, termination, download, on_progress),
            on_error: error_listener(&bundle.worker, termination),
        };
        for (kind, listener) in hosted.listeners() {
            hosted
                .worker
                .add_event_listener_with_callback(kind, listener)
                .map_err(|thrown| unavailable(&thrown))?;
        }
        Ok(hosted)
    }

    pub(crate) fn worker(&self) -> &Worker {
        &self.worker
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

/// Receives the notices of `js/bootstrap.js`.
fn message_listener(
    lock: String,
    termination: &Termination,
    download: &Rc<Download>,
    mut on_progress: impl FnMut(Progress) + 'static,
) -> Closure<dyn FnMut(MessageEvent)> {
    let (termination, download) = (termination.clone(), Rc::clone(download));
    Closure::new(move |event: MessageEvent| {
        let message: WorkerMessage = event.data().unchecked_into();
        let Some(notice) = message.bootstrap() else {
            return;
        };
        // AsyncDuckDB listens as well and does not know this message.
        event.stop_immediate_propagation();
        if notice.holds_lock() == Some(true) {
            watch_lock(&lock, &termination);
        } else if let Some(progress) = Progress::from_notice(&notice) {
            download.record(progress);
            on_progress(progress);
        }
    })
}

fn error_listener(script: &str, termination: &Termination) -> Closure<dyn FnMut(ErrorEvent)> {
    let (script, termination) = (script.to_owned(), termination.clone());
    Closure::new(move |event: ErrorEvent| {
        event.prevent_default();
        // The event of a script that could not be fetched has no message.
        let reason = match event.message() {
            message if message.is_empty() => format!("{script} could not be run"),
            message => message,
        };
        termination.signal(Error::lost(reason));
    })
}

/// Requests the lock that the worker holds. The browser grants it when the worker has ended for
/// any reason; there is no event for that.
fn watch_lock(lock: &str, termination: &Termination) {
    let termination = termination.clone();
    // The browser calls this once, after `HostedWorker` may have been dropped; the call frees it.
    let granted =
        Closure::once_into_js(move || termination.signal(Error::lost("its worker ended")));
    // Without Web Locks (on a page that is not served securely) the end of the worker is detected
    // by its error event, or by the trap that caused it.
    drop(ffi::request_lock(lock, &granted));
}

/// The download of the module, as reported by the worker.
#[derive(Default)]
pub(crate) struct Download {
    reports: Cell<u32>,
    is_complete: Cell<bool>,
}

impl Download {
    fn record(&self, progress: Progress) {
        self.reports.set(self.reports.get().wrapping_add(1));
        self.is_complete
            .set(progress.total == Some(progress.loaded));
    }

    /// Waits until there has been no progress for too long, and returns what did not happen.
    pub(crate) async fn stalled(&self) -> &'static str {
        let mut last = self.reports.get();
        let mut idle_ticks = 0;
        loop {
            TimeoutFuture::new(TICK_MS).await;
            let reports = self.reports.get();
            idle_ticks = if reports == last { idle_ticks + 1 } else { 0 };
            last = reports;
            if self.is_complete.get() {
                if idle_ticks >= COMPILE_TICKS {
                    return "the module was downloaded but did not start";
                }
            } else if idle_ticks >= DOWNLOAD_TICKS {
                return "the download stopped";
            }
        }
    }
}
