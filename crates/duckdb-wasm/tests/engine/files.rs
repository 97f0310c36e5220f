//! Data in and out: Arrow batches, registered files, database files.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::{Int32Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use duckdb_wasm::{Bundles, Config, Database, Error};
use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{one_integer, open};

#[wasm_bindgen_test]
async fn inserted_batches_read_back() {
    let (_database, connection) = open().await;
    let schema = Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int32, false),
        Field::new("name", DataType::Utf8, true),
    ]));
    let batch = RecordBatch::try_new(
        Arc::clone(&schema),
        vec![
            Arc::new(Int32Array::from(vec![1, 2, 3])),
            Arc::new(StringArray::from(vec![Some("a"), None, Some("李小龙")])),
        ],
    )
    .unwrap();
    connection
        .insert_arrow("people", &schema, &[batch.clone(), batch])
        .await
        .unwrap();
    let back = connection.query("FROM people WHERE id = 3").await.unwrap();
    let names: Vec<_> = back
        .batches
        .iter()
        .flat_map(|batch| {
            batch
                .column(1)
                .as_string::<i32>()
                .iter()
                .map(|n| n.map(str::to_owned))
        })
        .collect();
    assert_eq!(
        names,
        [Some("李小龙".to_owned()), Some("李小龙".to_owned())]
    );
}

#[wasm_bindgen_test]
async fn files_are_readable_until_they_are_dropped() {
    let (database, connection) = open().await;
    let file = web_sys::File::new_with_str_sequence(
        &js_sys::Array::of1(&"a,b\n1,2\n3,4\n".into()),
        "local.csv",
    )
    .unwrap();
    let handle = database.register_file("handle.csv", &file).await.unwrap();
    let buffer = database
        .register_buffer("buffer.csv", b"a\n5\n")
        .await
        .unwrap();
    assert_eq!(
        one_integer(&connection, "SELECT sum(b)::BIGINT FROM 'handle.csv'").await,
        6
    );
    assert_eq!(
        one_integer(&connection, "SELECT a::BIGINT FROM 'buffer.csv'").await,
        5
    );
    // A connection keeps the files open that its statements have read.
    drop(connection);
    drop((handle, buffer));
    let connection = database.connect().await.unwrap();
    let gone = connection.query("FROM 'buffer.csv'").await;
    assert!(matches!(gone, Err(Error::Engine { .. })), "{gone:?}");
}

#[wasm_bindgen_test]
async fn a_database_file_can_be_written_and_read_back() {
    let database = Database::start(&Bundles::under("engine"), |_| ())
        .await
        .unwrap();
    let config = Config {
        direct_io: true,
        ..Config::default()
    };
    database.open(&config).await.unwrap();
    let connection = database.connect().await.unwrap();
    for statement in [
        "ATTACH 'made.duckdb' AS made",
        "CREATE TABLE made.main.t (a INTEGER PRIMARY KEY, b VARCHAR)",
        "INSERT INTO made.main.t SELECT i, 'x' || i FROM range(10000) r(i)",
        "CHECKPOINT made",
        "DETACH made",
    ] {
        connection.execute(statement).await.unwrap();
    }
    let file = database.read_file("made.duckdb").await.unwrap();
    let bytes = JsFuture::from(file.array_buffer()).await.unwrap();
    let bytes = Uint8Array::new(&bytes);
    assert!(bytes.length() > 4096);
    assert_eq!(bytes.subarray(8, 12).to_vec(), b"DUCK");
    database.drop_file("made.duckdb").await.unwrap();
    assert!(matches!(
        database.read_file("made.duckdb").await,
        Err(Error::Engine { .. })
    ));

    let _file = database
        .register_buffer("again.duckdb", &bytes.to_vec())
        .await
        .unwrap();
    connection
        .execute("ATTACH 'again.duckdb' AS again (READ_ONLY)")
        .await
        .unwrap();
    assert_eq!(
        one_integer(
            &connection,
            "SELECT count(*) FROM again.main.t WHERE b = 'x' || a"
        )
        .await,
        10_000
    );
}
