// Stands in for apache-arrow in engine/duckdb.js: the Rust bindings take DuckDB's Arrow
// bytes as they are and decode them in Rust, so that not one of its functions is called.
export {};
