//! Where the engine's files are. It knows nothing of what they do.

/// One build of DuckDB: its WebAssembly module and the script of its worker. Relative URLs
/// are resolved against the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// URL of `duckdb-eh.wasm` or `duckdb-mvp.wasm`.
    pub module: String,
    /// URL of the worker script that belongs to it.
    pub worker: String,
}

/// The files that a page hosts for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundles {
    /// URL of `duckdb.js`: an ES module that exports `AsyncDuckDB`, `VoidLogger` and
    /// `selectBundle` of `@duckdb/duckdb-wasm`.
    pub script: String,
    /// The build for browsers that have WebAssembly exceptions, as all current ones do.
    /// `None` leaves it out.
    pub eh: Option<Bundle>,
    /// The build for all others.
    pub mvp: Bundle,
}

impl Bundles {
    /// The files under one folder, with the names they have in the npm package.
    ///
    /// ```
    /// let bundles = duckdb_wasm::Bundles::under("duckdb");
    /// assert_eq!(bundles.script, "duckdb/duckdb.js");
    /// assert_eq!(bundles.mvp.module, "duckdb/duckdb-mvp.wasm");
    /// ```
    #[must_use]
    pub fn under(folder: &str) -> Self {
        let bundle = |build: &str| Bundle {
            module: format!("{folder}/duckdb-{build}.wasm"),
            worker: format!("{folder}/duckdb-browser-{build}.worker.js"),
        };
        Self {
            script: format!("{folder}/duckdb.js"),
            eh: Some(bundle("eh")),
            mvp: bundle("mvp"),
        }
    }
}
