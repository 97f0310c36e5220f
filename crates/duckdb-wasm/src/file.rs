//! A file that SQL can read, for as long as its owner keeps it.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use crate::Error;
use crate::engine::Engine;

/// A name under which DuckDB finds a file or a buffer. Dropping it takes the name back: drop the
/// connections that have read it first, since DuckDB keeps a file open for them.
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

    /// The name to use in SQL.
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
            // A lost instance has no files left, and an unknown name is what was wanted.
            drop(dropped);
        });
    }
}
