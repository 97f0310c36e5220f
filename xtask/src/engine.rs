//! Puts together `crates/duckdb-wasm/engine/` from the npm packages: its wasm files and workers as they are,
//! and one JavaScript module bundled from the crate's own entry. Nothing there is committed.

use crate::esbuild;
use crate::shell::root;
use std::fs;
use std::path::Path;

/// Copied as they are: the fast build, and the one for browsers without wasm exceptions.
const COPIED: [&str; 4] = [
    "duckdb-eh.wasm",
    "duckdb-mvp.wasm",
    "duckdb-browser-eh.worker.js",
    "duckdb-browser-mvp.worker.js",
];
const BUNDLE: &str = "duckdb.js";
const STAMP: &str = "stamp";

/// Makes the folder anew when the packages or the entry changed since it was made.
pub(crate) fn assemble() -> Result<(), String> {
    let home = root().join("crates/duckdb-wasm");
    let engine = home.join("engine");
    let stamp = stamp(&home.join("js"))?;
    let whole = COPIED
        .into_iter()
        .chain([BUNDLE])
        .all(|name| engine.join(name).is_file());
    if whole && fs::read_to_string(engine.join(STAMP)).is_ok_and(|made| made == stamp) {
        return Ok(());
    }
    println!("Putting the engine together");
    fs::create_dir_all(&engine).map_err(|error| format!("{}: {error}", engine.display()))?;
    for name in COPIED {
        let from = root()
            .join("node_modules/@duckdb/duckdb-wasm/dist")
            .join(name);
        fs::copy(&from, engine.join(name))
            .map_err(|error| format!("{}: {error}", from.display()))?;
    }
    bundle(&home)?;
    fs::write(engine.join(STAMP), stamp).map_err(|error| format!("{STAMP}: {error}"))
}

fn bundle(home: &Path) -> Result<(), String> {
    // Rust decodes Arrow: the JavaScript Arrow library would only make the download bigger.
    let stub = home.join("js/no-arrow.js");
    esbuild::bundle(
        &home.join("js/entry.js"),
        &home.join("engine").join(BUNDLE),
        &[("apache-arrow", &stub)],
    )
}

/// Everything the folder is made from that can change: the packages' own descriptions and our JavaScript.
fn stamp(js: &Path) -> Result<String, String> {
    esbuild::stamp(&["@duckdb/duckdb-wasm", "esbuild"], js)
}
