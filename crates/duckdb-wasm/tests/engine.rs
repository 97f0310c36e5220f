//! The bindings against the real engine, in a browser. The engine's files are served from
//! `engine/`, which `cargo xtask setup` puts together.
#![cfg(target_arch = "wasm32")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Date32Type, Decimal128Type, Int32Type, Int64Type};
use arrow_array::{Array as _, Int32Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use duckdb_wasm::{Bundle, Bundles, Config, Connection, Database, Error};
use futures_util::future::join;
use gloo_timers::future::TimeoutFuture;
use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

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

fn is_lost<T>(answer: &Result<T, Error>) -> bool {
    matches!(answer, Err(Error::Lost { .. }))
}

#[wasm_bindgen_test]
async fn starts_with_progress_and_names_its_version() {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let sink = Rc::clone(&seen);
    let database = Database::start(&Bundles::under("engine"), move |progress| {
        sink.borrow_mut().push(progress);
    })
    .await
    .unwrap();
    assert_eq!(database.version().await.unwrap(), "v1.4.3");
    let seen = seen.borrow();
    assert!(seen.len() > 1, "{seen:?}");
    assert!(seen.windows(2).all(|pair| pair[0].loaded <= pair[1].loaded));
    assert_eq!(seen.last().unwrap().fraction(), Some(1.0));
}

#[wasm_bindgen_test]
async fn the_fallback_build_runs_too() {
    let bundles = Bundles {
        eh: None,
        ..Bundles::under("engine")
    };
    let (_database, connection) = open_with(&bundles).await.unwrap();
    assert_eq!(one_integer(&connection, "SELECT 42::BIGINT").await, 42);
}

#[wasm_bindgen_test]
async fn results_are_arrow_with_their_types() {
    let (_database, connection) = open().await;
    let result = connection
        .query("SELECT 1::INTEGER AS i, DATE '2025-10-01' AS d, sum(2::INTEGER) AS s, NULL::VARCHAR AS n")
        .await
        .unwrap();
    let names: Vec<_> = result
        .schema
        .fields()
        .iter()
        .map(|f| f.name().as_str())
        .collect();
    assert_eq!(names, ["i", "d", "s", "n"]);
    let row = &result.batches[0];
    assert_eq!(row.column(0).as_primitive::<Int32Type>().value(0), 1);
    assert_eq!(row.column(1).as_primitive::<Date32Type>().value(0), 20_362);
    assert_eq!(row.column(2).as_primitive::<Decimal128Type>().value(0), 2);
    assert!(row.column(3).as_string::<i32>().is_null(0));
}

#[wasm_bindgen_test]
async fn an_enum_is_refused_with_what_to_do_and_its_words_can_be_asked_for() {
    let (_database, connection) = open().await;
    connection
        .execute("CREATE TABLE t AS SELECT 'Tue'::ENUM('Mon', 'Tue') AS day")
        .await
        .unwrap();
    for sql in ["SELECT day FROM t", "SELECT [day] AS day FROM t"] {
        match connection.query(sql).await {
            Err(Error::Decode { reason }) => assert!(reason.contains("cast it to VARCHAR")),
            other => panic!("{other:?}"),
        }
    }
    let words = connection
        .query("SELECT day::VARCHAR FROM t")
        .await
        .unwrap();
    assert_eq!(
        words.batches[0].column(0).as_string::<i32>().value(0),
        "Tue"
    );
}

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
async fn a_stream_gives_every_row_batch_by_batch() {
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
    // Of the short one the end has come with the first piece, and is told to nobody.
    for rows in [1_000_000, 1_000] {
        let sql = format!("FROM range({rows})");
        let mut stream = connection.stream(&sql).await.unwrap();
        assert!(stream.next().await.unwrap().is_some());
        drop(stream);
        assert_eq!(one_integer(&connection, "SELECT 7::BIGINT").await, 7);
    }
}

#[wasm_bindgen_test]
async fn an_error_in_mid_stream_is_an_error() {
    let (_database, connection) = open().await;
    let sql =
        "SELECT CASE WHEN i = 500000 THEN error('row 500000') ELSE i END FROM range(1000000) t(i)";
    let whole = connection.query(sql).await.unwrap_err();
    assert!(
        matches!(&whole, Error::Engine { kind, message, .. } if kind == "Invalid Input" && message == "row 500000"),
        "{whole:?}"
    );
    assert_eq!(one_integer(&connection, "SELECT 1::BIGINT").await, 1);
}

#[wasm_bindgen_test]
async fn a_refused_statement_names_its_kind() {
    let (_database, connection) = open().await;
    for (sql, expected_kind, in_message) in [
        ("SELEC 1", "Parser", "SELEC"),
        ("FROM no_such_table", "Catalog", "no_such_table"),
        ("SELECT 'x'::INTEGER", "Conversion", "'x'"),
        ("FROM read_parquet('x.parquet')", "Catalog", "parquet"),
    ] {
        let cause = connection.query(sql).await.unwrap_err();
        let Error::Engine { kind, message, .. } = &cause else {
            panic!("{sql}: {cause:?}");
        };
        assert_eq!(kind, expected_kind, "{message}");
        assert!(message.contains(in_message), "{message}");
    }
}

#[wasm_bindgen_test]
async fn a_refused_statement_says_where_if_it_is_asked_to() {
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

#[wasm_bindgen_test]
async fn arrow_goes_in_and_comes_out_the_same() {
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
    // A connection keeps open what its statements have read.
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

#[wasm_bindgen_test]
async fn what_cannot_be_loaded_is_unavailable() {
    let good = Bundles::under("engine");
    let eh = good.eh.clone().unwrap();
    let with_eh = |bundle: Bundle| Bundles {
        eh: Some(bundle),
        ..good.clone()
    };
    for (what, bundles) in [
        (
            "script",
            Bundles {
                script: "engine/gone.js".into(),
                ..good.clone()
            },
        ),
        (
            "module",
            with_eh(Bundle {
                module: "engine/gone.wasm".into(),
                ..eh.clone()
            }),
        ),
        (
            "worker",
            with_eh(Bundle {
                worker: "engine/gone.worker.js".into(),
                ..eh.clone()
            }),
        ),
        // The worker's script, sent as JavaScript, in place of the module.
        (
            "type",
            with_eh(Bundle {
                module: eh.worker.clone(),
                ..eh.clone()
            }),
        ),
        (
            "worker that is no script",
            with_eh(Bundle {
                worker: eh.module.clone(),
                ..eh.clone()
            }),
        ),
    ] {
        let cause = Database::start(&bundles, |_| ()).await.err().unwrap();
        assert!(
            matches!(cause, Error::Unavailable { .. }),
            "{what}: {cause:?}"
        );
        assert!(cause.to_string().len() > 40, "{what}: {cause}");
    }
}

#[wasm_bindgen_test]
async fn a_call_in_flight_ends_when_the_instance_is_terminated() {
    let (database, connection) = open().await;
    let endless = connection.query("SELECT count(*) FROM range(100000000000) t(i) WHERE i % 3 = 1");
    let terminating = async {
        TimeoutFuture::new(50).await;
        database.terminate();
    };
    let (answer, ()) = join(endless, terminating).await;
    assert!(is_lost(&answer), "{answer:?}");
    assert!(is_lost(&connection.query("SELECT 1").await));
    assert!(is_lost(&database.connect().await.map(|_| ())));
    assert!(matches!(database.lost().await, Error::Lost { .. }));
}
