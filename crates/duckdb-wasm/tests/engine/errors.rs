//! Errors that DuckDB raises.

use duckdb_wasm::{Error, ErrorKind};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{one_integer, open};

#[wasm_bindgen_test]
async fn an_error_in_a_later_row_is_an_error() {
    let (_database, connection) = open().await;
    let sql =
        "SELECT CASE WHEN i = 500000 THEN error('row 500000') ELSE i END FROM range(1000000) t(i)";
    let whole = connection.query(sql).await.unwrap_err();
    assert!(
        matches!(&whole, Error::Engine { kind: ErrorKind::InvalidInput, message, .. } if message == "row 500000"),
        "{whole:?}"
    );
    assert_eq!(one_integer(&connection, "SELECT 1::BIGINT").await, 1);
}

#[wasm_bindgen_test]
async fn a_rejected_statement_has_its_kind() {
    let (_database, connection) = open().await;
    for (sql, expected_kind, in_message) in [
        ("SELEC 1", ErrorKind::Parser, "SELEC"),
        ("FROM no_such_table", ErrorKind::Catalog, "no_such_table"),
        ("SELECT 'x'::INTEGER", ErrorKind::Conversion, "'x'"),
        (
            "FROM read_parquet('x.parquet')",
            ErrorKind::Catalog,
            "parquet",
        ),
    ] {
        let cause = connection.query(sql).await.unwrap_err();
        let Error::Engine { kind, message, .. } = &cause else {
            panic!("{sql}: {cause:?}");
        };
        assert_eq!(*kind, expected_kind, "{message}");
        assert!(message.contains(in_message), "{message}");
    }
}

#[wasm_bindgen_test]
async fn errors_as_json_have_a_position() {
    let (_database, connection) = open().await;
    connection
        .execute("SET errors_as_json = true")
        .await
        .unwrap();
    for (sql, place) in [
        ("SELECT 1 +", Some(10)),
        ("SELECT error('x')", None),
        ("SELECT 'ü', nowhere", Some(13)),
        ("SELEC 1", Some(0)),
        ("SELECT 1\nFROM no_such_table", Some(14)),
    ] {
        let cause = connection.query(sql).await.unwrap_err();
        let Error::Engine {
            message, position, ..
        } = &cause
        else {
            panic!("{sql}: {cause:?}");
        };
        assert_eq!(*position, place, "{sql}: {message}");
        assert!(!message.contains('{'), "{message}");
    }
}
