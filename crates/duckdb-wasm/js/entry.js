// What the Rust bindings use, of @duckdb/duckdb-wasm and of this folder; bundled into engine/duckdb.js.
export { AsyncDuckDB, VoidLogger, selectBundle } from "@duckdb/duckdb-wasm";
export { startWorker } from "./worker.js";
