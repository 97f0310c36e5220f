//! Every type of DuckDB in every format: sent by DuckDB-Wasm, written by this crate, read back by
//! native DuckDB and compared with the same table there, row by row.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use export::transport::{self, Target};
use export::{CsvOptions, Encoder, Format, JsonLayout, Options};
use native_duckdb::{Native, Wasm};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rstest::rstest;

const QUERY: &str = "FROM every_type ORDER BY id";

pub(crate) fn statements() -> impl Iterator<Item = &'static str> {
    include_str!("every_type.sql")
        .split(";\n")
        .filter(|statement| !statement.trim().is_empty())
}

/// The rows for a target, with the two queries of the app: the columns, then the rows.
pub(crate) fn rows(wasm: &mut Wasm, query: &str, target: Target) -> Vec<RecordBatch> {
    let described = wasm.query(&transport::describe(query)).unwrap();
    let columns = transport::columns(&described).unwrap();
    wasm.query(&transport::select(query, &columns, target).unwrap())
        .unwrap()
}

fn encode(format: Format, options: &Options, batches: &[RecordBatch]) -> Vec<u8> {
    let mut encoder = Encoder::new(format, options, Vec::new(), &batches[0].schema()).unwrap();
    for batch in batches {
        encoder.write(batch).unwrap();
    }
    encoder.finish().unwrap()
}

/// Every type as DuckDB-Wasm sends it in a time zone.
struct Sent {
    text: Vec<RecordBatch>,
    json: Vec<RecordBatch>,
    parquet: Vec<RecordBatch>,
}

impl Sent {
    fn from(time_zone: &str) -> Option<Self> {
        let mut wasm = Wasm::start(time_zone)?;
        for statement in statements() {
            wasm.query(statement).unwrap();
        }
        Some(Self {
            text: rows(&mut wasm, QUERY, Target::Text),
            json: rows(&mut wasm, QUERY, Target::Json),
            parquet: rows(&mut wasm, QUERY, Target::Parquet),
        })
    }
}

/// Every type in a format, and native DuckDB with the same table. The bytes are the same in every
/// time zone.
fn exported(format: Format, options: &Options) -> Option<(Vec<u8>, Native)> {
    static WEST: LazyLock<Option<Sent>> = LazyLock::new(|| Sent::from("America/Los_Angeles"));
    static EAST: LazyLock<Option<Sent>> = LazyLock::new(|| Sent::from("Pacific/Apia"));
    let bytes = |sent: &Sent| {
        let batches = match Target::from(format) {
            Target::Text => &sent.text,
            Target::Json => &sent.json,
            Target::Parquet => &sent.parquet,
        };
        encode(format, options, batches)
    };
    let west = bytes(WEST.as_ref()?);
    assert!(
        west == bytes(EAST.as_ref()?),
        "the bytes depend on the time zone"
    );
    Some((west, source()?))
}

/// Native DuckDB with the same table.
fn source() -> Option<Native> {
    let mut engine = Native::start()?;
    engine.query("SET TimeZone = 'UTC'").unwrap();
    for statement in statements() {
        engine.query(statement).unwrap();
    }
    Some(engine)
}

/// A file for native DuckDB to read. It is removed when the value is dropped.
struct OnDisk(PathBuf);

impl OnDisk {
    fn new(content: &[u8]) -> Self {
        static FILES: AtomicU32 = AtomicU32::new(0);
        let number = FILES.fetch_add(1, Ordering::Relaxed);
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("export-{}-{number}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        Self(path)
    }

    fn quoted(&self) -> String {
        sql::text(self.0.to_str().unwrap())
    }
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Inserts the rows of a reader into a table of the original types, and compares both tables. A
/// UNION is compared as text, because its text does not contain its type.
fn assert_read_back(engine: &mut Native, reader: &str) {
    engine
        .query(
            "CREATE VIEW expected AS SELECT * REPLACE (either::VARCHAR AS either) FROM every_type",
        )
        .unwrap();
    engine
        .query("CREATE TABLE read_back AS FROM expected LIMIT 0")
        .unwrap();
    engine
        .query(&format!("INSERT INTO read_back {reader}"))
        .unwrap();
    assert_same(engine, "expected", "read_back");
}

/// Compares two tables as text, where NaN equals NaN.
fn assert_same(engine: &mut Native, expected: &str, found: &str) {
    let rows = |table| format!("SELECT COLUMNS(*)::VARCHAR FROM (FROM {table} ORDER BY ALL)");
    let expected = engine.query(&rows(expected)).unwrap();
    let found = engine.query(&rows(found)).unwrap();
    assert_eq!(found.columns, expected.columns);
    assert_eq!(found.rows.len(), expected.rows.len());
    for (found, row) in found.rows.iter().zip(&expected.rows) {
        for (at, column) in expected.columns.iter().enumerate() {
            assert_eq!(found[at], row[at], "{column} of row {}", row[0]);
        }
    }
}

fn with_null(null: &str) -> Options {
    Options {
        csv: CsvOptions {
            null: null.to_owned(),
            ..CsvOptions::default()
        },
        ..Options::default()
    }
}

#[test]
fn csv() {
    for null in ["NULL", ""] {
        let Some((bytes, mut engine)) = exported(Format::Csv, &with_null(null)) else {
            return;
        };
        if null == "NULL" {
            insta::assert_snapshot!(String::from_utf8(bytes.clone()).unwrap());
        }
        let file = OnDisk::new(&bytes);
        assert_read_back(&mut engine, &read_csv(&file, ',', null));
    }
}

/// DuckDB detects the start of comments when no options are given, and then skips such lines.
#[test]
fn csv_with_hashes_loses_no_row_when_duckdb_detects_the_options() {
    let Some(mut engine) = Native::start() else {
        return;
    };
    let orders: StringArray = (0..100)
        .map(|order| {
            Some(if order % 10 == 0 {
                format!("#{order}")
            } else {
                order.to_string()
            })
        })
        .collect();
    let amounts: Float64Array = (0..100).map(|order| Some(f64::from(order))).collect();
    let batch = RecordBatch::try_from_iter([
        ("order_no", Arc::new(orders) as ArrayRef),
        ("amount", Arc::new(amounts)),
    ])
    .unwrap();
    let file = OnDisk::new(&encode(Format::Csv, &Options::default(), &[batch]));
    let rows = format!(
        "SELECT count(*), count(*) FILTER (order_no LIKE '#%') FROM read_csv({})",
        file.quoted()
    );
    let found = engine.query(&rows).unwrap();
    assert_eq!(
        serde_json::to_string(&found.rows).unwrap(),
        r#"[["100","10"]]"#
    );
}

fn read_csv(file: &OnDisk, delimiter: char, null: &str) -> String {
    format!(
        "FROM read_csv({}, all_varchar = true, header = true, delim = {}, quote = '\"', \
         escape = '\"', nullstr = {}, allow_quoted_nulls = false, new_line = '\\r\\n')",
        file.quoted(),
        sql::text(&delimiter.to_string()),
        sql::text(null),
    )
}

#[rstest]
#[case::array(JsonLayout::Array, "array")]
#[case::lines(JsonLayout::Lines, "newline_delimited")]
fn json(#[case] layout: JsonLayout, #[case] name: &str) {
    let options = Options {
        json: layout,
        ..Options::default()
    };
    let Some((bytes, mut engine)) = exported(Format::Json, &options) else {
        return;
    };
    let text = String::from_utf8(bytes.clone()).unwrap();
    insta::assert_snapshot!(format!("json_{name}"), text);
    let file = OnDisk::new(&bytes);
    // JSON has no NaN and no infinities, and bytes are hex. DuckDB's reader reads long numbers as
    // DOUBLE, and does not support BIT and BIGNUM.
    engine
        .query(
            "CREATE VIEW expected AS SELECT * REPLACE (
                if(isfinite(f32), f32, NULL) AS f32,
                if(isfinite(f64), f64, NULL) AS f64,
                lower(hex(bytes)) AS bytes,
                if(id = 2, MAP {'nan': NULL::DOUBLE}, by_text) AS by_text,
                list_transform(deep, lambda d: if(d IS NULL, NULL, {'k': d.k,
                    'v': list_transform(d.v, lambda v: if(v IS NULL, NULL, {'w': lower(hex(v.w))}))})) AS deep,
                big::VARCHAR AS big,
                bits::VARCHAR AS bits,
                i128::DOUBLE AS i128,
                dec18::DOUBLE AS dec18,
                dec38::DOUBLE AS dec38,
                either::VARCHAR AS either
            ) FROM every_type",
        )
        .unwrap();
    let columns: Vec<_> = engine
        .query("DESCRIBE expected")
        .unwrap()
        .rows
        .iter()
        .map(|row| {
            let text = |at: usize| sql::text(row[at].as_str().unwrap());
            format!("{}: {}", text(0), text(1))
        })
        .collect();
    engine
        .query(&format!(
            "CREATE TABLE read_back AS FROM read_json({}, format = '{name}', columns = {{{}}})",
            file.quoted(),
            columns.join(", ")
        ))
        .unwrap();
    assert_same(&mut engine, "expected", "read_back");
}

#[test]
fn parquet() {
    let Some((bytes, mut engine)) = exported(Format::Parquet, &Options::default()) else {
        return;
    };
    let file = OnDisk::new(&bytes);
    let reader = format!("FROM read_parquet({})", file.quoted());
    let described = engine.query(&format!("DESCRIBE {reader}")).unwrap().rows;
    let types: Vec<_> = described
        .iter()
        .map(|row| format!("{} {}", row[0].as_str().unwrap(), row[1].as_str().unwrap()))
        .collect();
    insta::assert_snapshot!(types.join("\n"));
    assert_read_back(&mut engine, &reader);
}

#[test]
fn parquet_in_groups_with_statistics() {
    let (Some(mut wasm), Some(mut native)) = (Wasm::start("UTC"), Native::start()) else {
        return;
    };
    let query = "SELECT range AS id, sum(range) OVER (ORDER BY range ROWS 1 PRECEDING) AS n, \
                 DATE '2025-01-01' + (range % 365)::INTEGER AS day, 'text ' || range % 1000 AS t, \
                 CAST(range AS DOUBLE) / 7 AS d FROM range(150000) ORDER BY range";
    let batches = rows(&mut wasm, query, Target::Parquet);
    assert!(batches.len() > 10);
    let file = OnDisk::new(&encode(Format::Parquet, &Options::default(), &batches));
    let path = file.quoted();
    let groups = native
        .query(&format!(
            "SELECT row_group_id, any_value(row_group_num_rows) AS \"rows\", \
             string_agg(DISTINCT compression) AS codec, \
             count(*) FILTER (stats_min_value IS NULL OR stats_max_value IS NULL) AS without \
             FROM parquet_metadata({path}) GROUP BY row_group_id ORDER BY row_group_id"
        ))
        .unwrap();
    let found = serde_json::to_string(&groups.rows).unwrap();
    assert_eq!(
        found,
        r#"[["0","122880","SNAPPY","0"],["1","27120","SNAPPY","0"]]"#
    );
    let read = format!("FROM read_parquet({path})");
    for (a, b) in [(query, read.as_str()), (read.as_str(), query)] {
        let missing = format!("SELECT count(*) FROM (({a}) EXCEPT ALL ({b}))");
        assert_eq!(native.number(&missing), 0);
    }
}

#[test]
fn a_number_too_long_for_parquet_is_an_error() {
    let Some(mut wasm) = Wasm::start("UTC") else {
        return;
    };
    let query = "SELECT 170141183460469231731687303715884105727::HUGEINT AS n";
    let described = wasm.query(&transport::describe(query)).unwrap();
    let columns = transport::columns(&described).unwrap();
    let select = |target| transport::select(query, &columns, target).unwrap();
    let error = wasm.query(&select(Target::Parquet)).unwrap_err();
    assert!(error.contains("Could not cast value"), "{error}");
    for (format, expected) in [
        (
            Format::Csv,
            "n\r\n170141183460469231731687303715884105727\r\n",
        ),
        (
            Format::Json,
            "[{\"n\":170141183460469231731687303715884105727}]",
        ),
    ] {
        let batches = wasm.query(&select(format.into())).unwrap();
        let bytes = encode(format, &Options::default(), &batches);
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }
}

#[test]
fn any_query_is_described_and_keeps_its_names_and_its_order() {
    let Some(mut wasm) = Wasm::start("UTC") else {
        return;
    };
    let queries = [
        "SELECT 'x'::ENUM('x') AS a, 2 AS a, ROW(1, '1'::BIT) AS \"say \"\"hi\"\"\"; \n",
        "WITH t AS (SELECT range::INTEGER AS n, to_days(n) AS span FROM range(3)) FROM t ORDER BY n DESC -- last",
        "SELECT 1::VARIANT AS v, TIME_NS '12:34:56.789012345' AS t, NULL AS nothing",
        "SELECT DATE '2025-10-01' AS d WHERE false",
    ];
    let found = queries.map(|query| {
        let mut target = |format: Format| {
            let batches = rows(&mut wasm, query, format.into());
            String::from_utf8(encode(format, &Options::default(), &batches)).unwrap()
        };
        format!("{query}\n{}", target(Format::Csv))
    });
    insta::assert_snapshot!(found.join("\n"));
}

type Row = (Option<String>, Option<f64>);

/// Texts and numbers of any kind, and options. No NUL, where DuckDB's reader may stop, and no
/// byte-order mark at the start, which it removes even in quotes.
fn any_table() -> impl Strategy<Value = (Vec<Row>, CsvOptions)> {
    let text = prop_oneof!["([^\0\u{feff}][^\0]*)?", "[\",;\r\n' |\tNULLab]{0,8}"];
    let float = any::<f64>().prop_filter("finite", |value| value.is_finite());
    let row = (prop::option::of(text), prop::option::of(float));
    let delimiter = prop::sample::select(vec![",", ";", "tab", "|"]);
    let null = prop::sample::select(vec!["", "NULL", "N", "\\N", "ab"]);
    let options = (delimiter, null, any::<bool>(), any::<bool>()).prop_map(
        |(delimiter, null, header, byte_order_mark)| CsvOptions {
            delimiter: delimiter.parse().unwrap(),
            header,
            null: null.to_owned(),
            byte_order_mark,
            spreadsheet_safe: false,
        },
    );
    (prop::collection::vec(row, 1..40), options)
}

#[test]
fn duckdb_reads_any_csv_back_to_the_same_values() {
    let Some(engine) = Native::start() else {
        return;
    };
    let engine = RefCell::new(engine);
    let config = ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    TestRunner::new(config)
        .run(&any_table(), |(rows, csv)| {
            let texts: StringArray = rows.iter().map(|row| row.0.as_deref()).collect();
            let floats: Float64Array = rows.iter().map(|row| row.1).collect();
            let batch = RecordBatch::try_from_iter([
                ("t", Arc::new(texts) as ArrayRef),
                ("f", Arc::new(floats)),
            ])
            .unwrap();
            let options = Options {
                csv,
                ..Options::default()
            };
            let csv = &options.csv;
            let file = OnDisk::new(&encode(Format::Csv, &options, &[batch]));
            let reader = format!(
                "FROM read_csv({}, columns = {{'t': 'VARCHAR', 'f': 'VARCHAR'}}, auto_detect = false, \
                 header = {}, delim = {}, quote = '\"', escape = '\"', nullstr = {}, \
                 allow_quoted_nulls = false, new_line = '\\r\\n')",
                file.quoted(),
                csv.header,
                sql::text(&char::from(csv.delimiter.byte()).to_string()),
                sql::text(&csv.null),
            );
            let read = engine.borrow_mut().query(&reader).unwrap();
            let read: Vec<_> = read
                .rows
                .iter()
                .map(|row| {
                    let text = |at: usize| row[at].as_str().map(str::to_owned);
                    (text(0), text(1).map(|text| text.parse::<f64>().unwrap()))
                })
                .collect();
            prop_assert_eq!(read, rows);
            Ok(())
        })
        .unwrap();
}
