// Replaces apache-arrow in engine/duckdb.js. None of its functions is called: the Rust bindings decode DuckDB's Arrow
// bytes.
export {};
