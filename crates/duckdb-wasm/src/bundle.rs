//! The URLs of the engine's files. It must not know what the files do.

/// One build of DuckDB: its WebAssembly module and its worker script. Relative URLs are resolved
/// against the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// URL of `duckdb-eh.wasm` or `duckdb-mvp.wasm`.
    pub module: String,
    /// URL of the worker script of the same build.
    pub worker: String,
}

/// The files of DuckDB-Wasm that the page hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundles {
    /// URL of `duckdb.js`: an ES module that exports `AsyncDuckDB`, `VoidLogger` and
    /// `selectBundle` of `@duckdb/duckdb-wasm`.
    pub script: String,
    /// The build for browsers with WebAssembly exceptions, as all current browsers have. `None` if
    /// the page does not host it.
    pub eh: Option<Bundle>,
    /// The build for all other browsers.
    pub mvp: Bundle,
}

impl Bundles {
    /// The files in one folder, with their names in the npm package.
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
