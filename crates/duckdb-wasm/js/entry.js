// The entry point of engine/duckdb.js: what the Rust bindings use of @duckdb/duckdb-wasm and of this folder.
export { AsyncDuckDB, VoidLogger, selectBundle } from "@duckdb/duckdb-wasm";
export { startWorker } from "./worker.js";
