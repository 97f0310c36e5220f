//! Running statements: results, streams, cancelling.

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use duckdb_wasm::Error;
use futures_util::future::join;
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{one_integer, open};

#[wasm_bindgen_test]
async fn an_empty_result_has_its_columns() {
    let (_database, connection) = open().await;
    let result = connection.query("SELECT 1 AS a WHERE false").await.unwrap();
    assert_eq!(result.num_rows(), 0);
    assert_eq!(result.schema.field(0).name(), "a");
}

#[wasm_bindgen_test]
async fn execute_counts_the_rows_it_changed() {
    let (_database, connection) = open().await;
    assert_eq!(
        connection
            .execute("CREATE TABLE t (a INTEGER)")
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        connection
            .execute("INSERT INTO t VALUES (1), (2), (3)")
            .await
            .unwrap(),
        3
    );
    assert_eq!(
        connection
            .execute("UPDATE t SET a = a + 1 WHERE a > 1")
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        connection
            .execute("CREATE TABLE u AS FROM t")
            .await
            .unwrap(),
        3
    );
}

#[wasm_bindgen_test]
async fn a_stream_returns_every_row_in_batches() {
    let (_database, connection) = open().await;
    let mut stream = connection
        .stream("SELECT i FROM range(1000000) t(i)")
        .await
        .unwrap();
    let (mut rows, mut batches) = (0, 0);
    while let Some(batch) = stream.next().await.unwrap() {
        rows += batch.num_rows();
        batches += 1;
    }
    assert_eq!(rows, 1_000_000);
    assert!(batches > 100, "{batches}");
}

#[wasm_bindgen_test]
async fn pieces_of_a_fast_statement_hold_many_vectors() {
    let (_database, connection) = open().await;
    let mut pieces = connection
        .stream_bytes("FROM range(1000000)")
        .await
        .unwrap();
    let mut count = 0;
    while let Some(piece) = pieces.next().await.unwrap() {
        assert!(piece.length() < 512 * 1024, "{}", piece.length());
        count += 1;
    }
    let vectors = 1_000_000 / 2048;
    assert!(count > 10 && count < vectors / 3, "{count} of {vectors}");
}

#[wasm_bindgen_test]
async fn a_dropped_stream_leaves_the_connection_usable() {
    let (_database, connection) = open().await;
    // The end of the short result is received with its first piece and is never returned.
    for rows in [1_000_000, 1_000] {
        let sql = format!("FROM range({rows})");
        let mut stream = connection.stream(&sql).await.unwrap();
        assert!(stream.next().await.unwrap().is_some());
        drop(stream);
        assert_eq!(one_integer(&connection, "SELECT 7::BIGINT").await, 7);
    }
}

#[wasm_bindgen_test]
async fn a_running_statement_can_be_cancelled() {
    let (_database, connection) = open().await;
    let endless = connection.query("SELECT count(*) FROM range(100000000000) t(i) WHERE i % 3 = 1");
    let cancelling = async {
        TimeoutFuture::new(50).await;
        connection.cancel().await
    };
    let (answer, cancelled) = join(endless, cancelling).await;
    cancelled.unwrap();
    assert_eq!(answer.unwrap_err(), Error::Cancelled);
    assert_eq!(one_integer(&connection, "SELECT 1::BIGINT").await, 1);
}

#[wasm_bindgen_test]
async fn an_open_stream_can_be_cancelled() {
    let (_database, connection) = open().await;
    let mut stream = connection.stream("FROM range(1000000000)").await.unwrap();
    assert!(stream.next().await.unwrap().is_some());
    connection.cancel().await.unwrap();
    let end = loop {
        match stream.next().await {
            Ok(Some(_)) => {}
            other => break other,
        }
    };
    assert_eq!(end.unwrap_err(), Error::Cancelled);
    drop(stream);
    assert_eq!(one_integer(&connection, "SELECT 1::BIGINT").await, 1);
}

#[wasm_bindgen_test]
async fn statements_of_one_connection_take_turns() {
    let (_database, connection) = open().await;
    let (a, b) = join(
        connection.query("SELECT sum(i)::BIGINT FROM range(1000000) t(i)"),
        connection.query("SELECT count(*) FROM range(1000)"),
    )
    .await;
    let value = |result: duckdb_wasm::QueryResult| {
        result.batches[0]
            .column(0)
            .as_primitive::<Int64Type>()
            .value(0)
    };
    assert_eq!(
        (value(a.unwrap()), value(b.unwrap())),
        (499_999_500_000, 1000)
    );
}
