//! Profiles of columns, against plain SQL and known values.

use mart::profile::ColumnQueries;
use mart::{Document, Identifier, Model, Table, catalog};
use serde_json::Value;

use crate::engine::{Engine, built_in};
use crate::generate::generated;

fn table(schema: Option<&str>, name: &str, column: &str) -> Table {
    let row = [schema.unwrap_or("main"), name, "table", column, "INTEGER"];
    let row = row.map(|text| Some(text.to_owned())).to_vec();
    let document = Document::of_catalog("x", &[], &vec![row], &Vec::new());
    Model::resolve(&document).unwrap().tables()[0].clone()
}

/// A result as a line of text for each row, NULL as `-`. Node's words for an infinite day are
/// 5881580-07-11.
fn lines(engine: &mut Engine, sql: &str) -> Vec<String> {
    let answer = engine
        .query(sql)
        .unwrap_or_else(|cause| panic!("{cause}: {sql}"));
    let word = |value: &Value| match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let line = |row: &Vec<Value>| row.iter().map(word).collect::<Vec<_>>().join(" | ");
    answer.rows.iter().map(line).collect()
}

/// The summary, the most frequent values and the histogram of a column.
fn profile(engine: &mut Engine, table: &Table, data_type: &str, rows: u64) -> [Vec<String>; 3] {
    let queries = ColumnQueries::new(table, &table.columns[0].name, data_type, rows);
    [
        lines(engine, &queries.summary),
        lines(engine, &queries.frequent),
        queries
            .histogram
            .map(|sql| lines(engine, &sql))
            .unwrap_or_default(),
    ]
}

/// Values, their type; the summary without the number of rows, and the histogram without the
/// number of bins.
const CASES: &[(&str, &str, &str, &[&str])] = &[
    (
        "1, 2, 2, 3, NULL",
        "INTEGER",
        "5 | 1 | 3 | 1 | 3 | 2 | 1 | 2 | 2",
        &[
            "0 | 3 | 1 | 1 | 1",
            "1 | 3 | 2 | 2 | 2",
            "2 | 3 | 3 | 3 | 1",
        ],
    ),
    (
        "7, 7",
        "BIGINT",
        "2 | 0 | 1 | 7 | 7 | 7 | 7 | 7 | 7",
        &["0 | 1 | 7 | 7 | 2"],
    ),
    (
        "0, 50, 99, 100",
        "UTINYINT",
        "4 | 0 | 4 | 0 | 100 | 62.25 | 0 | 50 | 99",
        &[
            "0 | 20 | 0 | 5 | 1",
            "10 | 20 | 50 | 55 | 1",
            "19 | 20 | 95 | 100 | 2",
        ],
    ),
    (
        "1.5, 1.5",
        "DOUBLE",
        "2 | 0 | 1 | 1.5 | 1.5 | 1.5 | 1.5 | 1.5 | 1.5",
        &["0 | 1 | 1.5 | 1.5 | 2"],
    ),
    (
        "'1', 'infinity', 'nan', '-infinity'",
        "DOUBLE",
        "4 | 0 | 4 | -Infinity | NaN | NaN | -Infinity | 1 | Infinity",
        &["0 | 1 | 1 | 1 | 1"],
    ),
    (
        "'nan'",
        "FLOAT",
        "1 | 0 | 1 | NaN | NaN | NaN | NaN | NaN | NaN",
        &[],
    ),
    (
        "-1.7e308, 1.7e308",
        "DOUBLE",
        "2 | 0 | 2 | -1.7e+308 | 1.7e+308 | 0 | -1.7e+308 | -1.7e+308 | 1.7e+308",
        &[
            "0 | 20 | -1.7e+308 | -1.53e+308 | 1",
            "19 | 20 | 1.5299999999999998e+308 | 1.7e+308 | 1",
        ],
    ),
    (
        "0.00, 12.50, 20.00",
        "DECIMAL(12,2)",
        "3 | 0 | 3 | 0.00 | 20.00 | 10.833333333333334 | 0.00 | 12.50 | 20.00",
        &[
            "0 | 20 | 0 | 1 | 1",
            "12 | 20 | 12 | 13 | 1",
            "19 | 20 | 19 | 20 | 1",
        ],
    ),
    (
        "'170141183460469231731687303715884105727', '-170141183460469231731687303715884105728'",
        "HUGEINT",
        "2 | 0 | 2 | -170141183460469231731687303715884105728 | 170141183460469231731687303715884105727 | 0 | -170141183460469231731687303715884105728 | -170141183460469231731687303715884105728 | 170141183460469231731687303715884105727",
        &[
            "0 | 20 | -1.7014118346046923e+38 | -1.5312706511442231e+38 | 1",
            "19 | 20 | 1.531270651144223e+38 | 1.7014118346046923e+38 | 1",
        ],
    ),
    (
        "1, 3",
        "UHUGEINT",
        "2 | 0 | 2 | 1 | 3 | 2 | 1 | 1 | 3",
        &["0 | 3 | 1 | 1 | 1", "2 | 3 | 3 | 3 | 1"],
    ),
    (
        "'2025-10-01', '2025-10-03', 'infinity', NULL",
        "DATE",
        "4 | 1 | 3 | 2025-10-01 | 5881580-07-11 | 2025-10-02 | 2025-10-01 | 2025-10-03 | 5881580-07-11",
        &[
            "0 | 3 | 2025-10-01 | 2025-10-01 | 1",
            "2 | 3 | 2025-10-03 | 2025-10-03 | 1",
        ],
    ),
    (
        "'2025-01-01', '2025-12-31'",
        "DATE",
        "2 | 0 | 2 | 2025-01-01 | 2025-12-31 | 2025-07-02 | 2025-01-01 | 2025-01-01 | 2025-12-31",
        &[
            "0 | 20 | 2025-01-01 | 2025-01-19 | 1",
            "19 | 20 | 2025-12-12 | 2025-12-31 | 1",
        ],
    ),
    (
        "'2025-01-01 00:00:00', '2025-01-01 20:00:00', 'infinity'",
        "TIMESTAMP",
        "3 | 0 | 3 | 2025-01-01 00:00:00 | infinity | 2025-01-01 10:00:00 | 2025-01-01 00:00:00 | 2025-01-01 20:00:00 | infinity",
        &[
            "0 | 20 | 2025-01-01 00:00:00 | 2025-01-01 01:00:00 | 1",
            "19 | 20 | 2025-01-01 19:00:00 | 2025-01-01 20:00:00 | 1",
        ],
    ),
    (
        "'2025-01-01 00:00:00.000000001'",
        "TIMESTAMP_NS",
        "1 | 0 | 1 | 2025-01-01 00:00:00.000000001 | 2025-01-01 00:00:00.000000001 | 2025-01-01 00:00:00 | 2025-01-01 00:00:00.000000001 | 2025-01-01 00:00:00.000000001 | 2025-01-01 00:00:00.000000001",
        &["0 | 1 | 2025-01-01 00:00:00 | 2025-01-01 00:00:00 | 1"],
    ),
    (
        "'2025-01-01'",
        "TIMESTAMP_S",
        "1 | 0 | 1 | 2025-01-01 00:00:00 | 2025-01-01 00:00:00 | 2025-01-01 00:00:00 | 2025-01-01 00:00:00 | 2025-01-01 00:00:00 | 2025-01-01 00:00:00",
        &["0 | 1 | 2025-01-01 00:00:00 | 2025-01-01 00:00:00 | 1"],
    ),
    (
        "'2025-01-01 00:00:00+00'",
        "TIMESTAMP WITH TIME ZONE",
        "1 | 0 | 1 | 2025-01-01 00:00:00+00 | 2025-01-01 00:00:00+00 | 2025-01-01 00:00:00 | 2025-01-01 00:00:00+00 | 2025-01-01 00:00:00+00 | 2025-01-01 00:00:00+00",
        &["0 | 1 | 2025-01-01 00:00:00 | 2025-01-01 00:00:00 | 1"],
    ),
    (
        "'b', 'a', 'b', ''",
        "VARCHAR",
        "4 | 0 | 3 |  | b | - | - | - | -",
        &[],
    ),
    (
        "true, false, NULL",
        "BOOLEAN",
        "3 | 1 | 2 | false | true | - | - | - | -",
        &[],
    ),
    (
        "'10:00:00', '09:00:00'",
        "TIME",
        "2 | 0 | 2 | 09:00:00 | 10:00:00 | - | - | - | -",
        &[],
    ),
    (
        "'b', 'a'",
        "ENUM('b', 'a')",
        "2 | 0 | 2 | b | a | - | - | - | -",
        &[],
    ),
    (
        "[1, 2], [1, 2], NULL",
        "INTEGER[]",
        "3 | 1 | 1 | - | - | - | - | - | -",
        &[],
    ),
    (
        "{'a': 1}, {'a': 2}",
        "STRUCT(a INTEGER)",
        "2 | 0 | 2 | - | - | - | - | - | -",
        &[],
    ),
    (
        "MAP {'a': 1}, NULL",
        "MAP(VARCHAR, INTEGER)",
        "2 | 1 | 1 | - | - | - | - | - | -",
        &[],
    ),
    ("'\\x00'", "BLOB", "1 | 0 | 1 | - | - | - | - | - | -", &[]),
    ("'101'", "BIT", "1 | 0 | 1 | - | - | - | - | - | -", &[]),
    (
        "NULL, NULL",
        "INTEGER",
        "2 | 2 | 0 | - | - | - | - | - | -",
        &[],
    ),
    (
        "NULL, NULL",
        "TIMESTAMP",
        "2 | 2 | 0 | - | - | - | - | - | -",
        &[],
    ),
];

#[test]
fn every_type_has_the_profile_that_suits_it() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let table_of = table(None, "t", "x");
    for (values, data_type, expected, bins) in CASES {
        engine
            .query(&format!(
                "CREATE OR REPLACE TABLE t AS SELECT CAST(unnest([{values}]) AS {data_type}) AS x"
            ))
            .unwrap_or_else(|cause| panic!("{cause}: {data_type}"));
        let [summary, frequent, histogram] = profile(&mut engine, &table_of, data_type, 5);
        assert_eq!(summary, [*expected], "{data_type}");
        assert_eq!(histogram, *bins, "{data_type}");
        assert_eq!(frequent.is_empty(), values.starts_with("NULL"));
        // Of many rows, and of none.
        let [many, _, of_many] = profile(&mut engine, &table_of, data_type, u64::MAX);
        assert_eq!((many, of_many), (summary, histogram), "{data_type}");
        engine.query("DELETE FROM t").unwrap();
        let [summary, frequent, histogram] = profile(&mut engine, &table_of, data_type, 0);
        assert_eq!(summary, ["0 | 0 | 0 | - | - | - | - | - | -"]);
        assert_eq!((frequent, histogram), (vec![], vec![]), "{data_type}");
    }
}

#[test]
fn the_most_frequent_come_first() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    engine
        .query("CREATE TABLE t AS SELECT unnest(['b', 'a', 'b', NULL, NULL, NULL, '', 'c', 'd', 'e', 'f']) AS x")
        .unwrap();
    let table = table(None, "t", "x");
    for rows in [11, u64::MAX] {
        let [_, frequent, _] = profile(&mut engine, &table, "VARCHAR", rows);
        assert_eq!(frequent[0], "b | 2");
        assert_eq!(frequent.len(), 5);
        if rows == 11 {
            assert_eq!(frequent[1..], [" | 1", "a | 1", "c | 1", "d | 1"]);
        }
    }
}

#[test]
fn any_name_in_any_schema() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    engine.query("CREATE SCHEMA \"old {table}\"").unwrap();
    for (schema, name, column) in [
        (None, "numbers", "number"),
        (None, "bounds", "low"),
        (None, "we\"ird; {column}", "{table}"),
        (Some("old {table}"), "t", "row_count"),
        (Some("old {table}"), "value", "value"),
    ] {
        let table = table(schema, name, column);
        let quoted = Identifier::new(column).unwrap().quoted();
        engine
            .query(&format!(
                "CREATE TABLE {} AS SELECT unnest([3, 4, 4]) AS {quoted}, 9 AS row_count_, 8 AS bin",
                table.sql()
            ))
            .unwrap();
        for rows in [3, u64::MAX] {
            let [summary, frequent, histogram] = profile(&mut engine, &table, "INTEGER", rows);
            assert_eq!(
                summary[0],
                "3 | 0 | 2 | 3 | 4 | 3.6666666666666665 | 3 | 4 | 4"
            );
            assert_eq!(frequent, ["4 | 2", "3 | 1"]);
            assert_eq!(histogram, ["0 | 2 | 3 | 3 | 1", "1 | 2 | 4 | 4 | 2"]);
        }
    }
}

#[test]
fn a_million_sales_are_profiled_as_plain_sql_would() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let package = built_in();
    engine.build(&generated(&package, "1 million")).unwrap();
    let facts = package.model().table("fact_sales").unwrap();
    let rows = u64::try_from(engine.number(&catalog::row_count(facts))).unwrap();
    for column in &facts.columns {
        let queries = ColumnQueries::new(facts, &column.name, column.data_type.name(), rows);
        let name = column.name.quoted();
        let plain = format!(
            "SELECT count(*), count(*) FILTER (WHERE {name} IS NULL), (SELECT count(*) FROM (SELECT DISTINCT {name} FROM fact_sales)), min({name}), max({name})
             FROM fact_sales"
        );
        let summary = lines(&mut engine, &queries.summary);
        let plain = lines(&mut engine, &plain);
        assert!(summary[0].starts_with(&plain[0]), "{summary:?} {plain:?}");
        let histogram = engine.query(&queries.histogram.unwrap()).unwrap();
        let in_bins = histogram.rows.iter().map(|row| row[4].as_str().unwrap());
        let in_bins: u64 = in_bins.map(|count| count.parse::<u64>().unwrap()).sum();
        assert_eq!(in_bins, rows, "{name}");
        // Not exactly, but nearly.
        let many = ColumnQueries::new(facts, &column.name, column.data_type.name(), u64::MAX);
        let distinct = |engine: &mut Engine, sql: &str| {
            let found = engine.query(sql).unwrap().rows[0][2].clone();
            found.as_str().unwrap().parse::<f64>().unwrap()
        };
        let exactly = distinct(&mut engine, &queries.summary);
        let nearly = distinct(&mut engine, &many.summary);
        assert!(
            (nearly / exactly - 1.0).abs() < 0.2,
            "{name}: {nearly}, {exactly}"
        );
        engine.query(&many.frequent).unwrap();
    }
}
