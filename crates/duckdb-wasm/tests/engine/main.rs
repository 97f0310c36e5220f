//! Tests of the bindings against the real engine, in a browser. The engine's files are served from
//! `engine/`, which `cargo xtask setup` creates.
#![cfg(target_arch = "wasm32")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod errors;
mod files;
mod results;
mod start;
mod types;

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use duckdb_wasm::{Bundles, Config, Connection, Database, Error};
use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);

async fn open_with(bundles: &Bundles) -> Result<(Database, Connection), Error> {
    let database = Database::start(bundles, |_| ()).await?;
    database.open(&Config::default()).await?;
    let connection = database.connect().await?;
    Ok((database, connection))
}

async fn open() -> (Database, Connection) {
    open_with(&Bundles::under("engine")).await.unwrap()
}

async fn one_integer(connection: &Connection, sql: &str) -> i64 {
    let result = connection.query(sql).await.unwrap();
    result.batches[0]
        .column(0)
        .as_primitive::<Int64Type>()
        .value(0)
}
