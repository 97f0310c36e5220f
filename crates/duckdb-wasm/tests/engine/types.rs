//! Types: what is decoded, and what is refused.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Date32Type, Decimal128Type, Int32Type, IntervalMonthDayNanoType};
use arrow_array::{Array as _, ArrayRef};
use arrow_schema::DataType;
use duckdb_wasm::{Connection, Error, ErrorKind};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::open;

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

/// The only column of a result with one batch.
async fn column(connection: &Connection, sql: &str) -> ArrayRef {
    let result = connection.query(sql).await.unwrap();
    assert_eq!(result.batches.len(), 1, "{sql}");
    result.batches[0].column(0).clone()
}

#[wasm_bindgen_test]
async fn lists_are_decoded() {
    let (_database, connection) = open().await;
    let found = column(
        &connection,
        "FROM (VALUES ([1, NULL]), (NULL), ([]), ([4]))",
    )
    .await;
    let items = |array: &ArrayRef| array.as_primitive::<Int32Type>().iter().collect::<Vec<_>>();
    let found: Vec<_> = found.as_list::<i32>().iter().collect();
    let found: Vec<_> = found.iter().map(|list| list.as_ref().map(items)).collect();
    assert_eq!(
        found,
        [
            Some(vec![Some(1), None]),
            None,
            Some(vec![]),
            Some(vec![Some(4)])
        ]
    );

    let found = column(&connection, "SELECT [1, 2, 3]::INTEGER[3]").await;
    assert_eq!(
        items(&found.as_fixed_size_list().value(0)),
        [1, 2, 3].map(Some)
    );
}

#[wasm_bindgen_test]
async fn structs_and_maps_are_decoded() {
    let (_database, connection) = open().await;
    let found = column(&connection, "SELECT {'a': 1, 'b': {'c': 'x'}}").await;
    let found = found.as_struct();
    let inner = found.column_by_name("b").unwrap().as_struct();
    assert_eq!(
        found
            .column_by_name("a")
            .unwrap()
            .as_primitive::<Int32Type>()
            .value(0),
        1
    );
    assert_eq!(
        inner
            .column_by_name("c")
            .unwrap()
            .as_string::<i32>()
            .value(0),
        "x"
    );

    let found = column(
        &connection,
        "FROM (VALUES (MAP {'k': 1, 'l': NULL}), (NULL))",
    )
    .await;
    let map = found.as_map();
    let entries = map.value(0);
    assert_eq!(entries.column(0).as_string::<i32>().value(1), "l");
    assert!(entries.column(1).is_null(1));
    assert!(map.is_null(1));
}

#[wasm_bindgen_test]
async fn unions_are_decoded() {
    let (_database, connection) = open().await;
    connection
        .execute("CREATE TABLE t (v UNION(num INTEGER, str VARCHAR))")
        .await
        .unwrap();
    connection
        .execute("INSERT INTO t VALUES (7), ('x')")
        .await
        .unwrap();
    let found = column(&connection, "FROM t").await;
    let union = found.as_union();
    assert_eq!(union.type_ids()[..], [0, 1]);
    assert_eq!(union.value(0).as_primitive::<Int32Type>().value(0), 7);
    assert_eq!(union.value(1).as_string::<i32>().value(0), "x");
}

#[wasm_bindgen_test]
async fn intervals_are_decoded() {
    let (_database, connection) = open().await;
    let found = column(
        &connection,
        "SELECT INTERVAL '14 months 3 days 4.5 seconds'",
    )
    .await;
    let value = found.as_primitive::<IntervalMonthDayNanoType>().value(0);
    assert_eq!(
        (value.months, value.days, value.nanoseconds),
        (14, 3, 4_500_000_000)
    );
}

#[wasm_bindgen_test]
async fn nested_values_of_many_vectors_are_decoded() {
    let (_database, connection) = open().await;
    let sql = "SELECT [i, i + 1] AS v, {'i': i} AS s FROM range(10000) t(i)";
    let result = connection.query(sql).await.unwrap();
    assert!(result.batches.len() > 1);
    assert_eq!(result.num_rows(), 10_000);

    let empty = connection
        .query(&format!("{sql} WHERE i < 0"))
        .await
        .unwrap();
    assert_eq!(empty.num_rows(), 0);
    assert!(matches!(
        empty.schema.field(0).data_type(),
        DataType::List(_)
    ));
}

#[wasm_bindgen_test]
async fn incomplete_types_are_refused_and_can_be_cast() {
    let (_database, connection) = open().await;
    connection
        .execute("CREATE TABLE t AS SELECT 'Tue'::ENUM('Mon', 'Tue') AS day")
        .await
        .unwrap();
    for (value, in_reason, as_text) in [
        ("day", "ENUM", "Tue"),
        ("[day]", "ENUM", "[Tue]"),
        ("{'d': [day]}", "ENUM", "{'d': [Tue]}"),
        ("MAP {day: 1}", "ENUM", "{Tue=1}"),
        ("5::UHUGEINT", "UHUGEINT", "5"),
        ("[5::BIGNUM]", "BIGNUM", "[5]"),
    ] {
        let sql = format!("SELECT {value} AS refused FROM t");
        match connection.query(&sql).await {
            Err(Error::Decode { reason }) => {
                assert!(reason.starts_with("column \"refused\" has "), "{reason}");
                assert!(reason.contains(in_reason), "{reason}");
                assert!(reason.contains("cast it to VARCHAR"), "{reason}");
            }
            other => panic!("{value}: {other:?}"),
        }
        let text = column(&connection, &format!("SELECT ({value})::VARCHAR FROM t")).await;
        assert_eq!(text.as_string::<i32>().value(0), as_text);
    }
}

#[wasm_bindgen_test]
async fn types_without_an_arrow_form_are_not_implemented() {
    let (_database, connection) = open().await;
    for value in ["TIME_NS '12:00:00'", "1::VARIANT"] {
        let cause = connection
            .query(&format!("SELECT {value}"))
            .await
            .unwrap_err();
        assert!(
            matches!(
                cause,
                Error::Engine {
                    kind: ErrorKind::NotImplemented,
                    ..
                }
            ),
            "{cause:?}"
        );
    }
}
