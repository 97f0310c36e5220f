// What the Rust bindings use of @duckdb/duckdb-wasm; bundled into engine/duckdb.js.
export { AsyncDuckDB, VoidLogger, selectBundle } from "@duckdb/duckdb-wasm";
