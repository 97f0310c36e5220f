//! The registration of a file that SQL can read. It must not know what the file contains.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use crate::Error;
use crate::engine::Engine;

/// A file or buffer that SQL can read by a name. Dropping it unregisters the name. Drop the
/// connections that have read it first: DuckDB keeps the file open for them.
#[must_use = "the file is unregistered when this is dropped"]
pub struct RegisteredFile {
    engine: Rc<Engine>,
    name: String,
}

impl RegisteredFile {
    pub(crate) fn new(engine: Rc<Engine>, name: &str) -> Self {
        Self {
            engine,
            name: name.to_owned(),
        }
    }

    /// The name of the file in SQL.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for RegisteredFile {
    fn drop(&mut self) {
        let engine = Rc::clone(&self.engine);
        let name = std::mem::take(&mut self.name);
        spawn_local(async move {
            let dropped: Result<_, Error> = engine.call(engine.duckdb().drop_file(&name)).await;
            // Fails only if the instance has ended or the name is unknown: it is unregistered anyway.
            drop(dropped);
        });
    }
}
