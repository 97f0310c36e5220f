//! Parquet files that native `DuckDB` writes, and Arrow files, through this reader: types, values, codecs, and what
//! damage becomes. Without native `DuckDB` those of Parquet are skipped.

#![expect(clippy::unwrap_used, reason = "a test fails so")]

use std::fs;
use std::sync::Arc;

use arrow_array::builder::StringViewBuilder;
use arrow_array::types::Int8Type;
use arrow_array::{
    ArrayRef, Decimal256Array, DictionaryArray, Float16Array, Int64Array, RecordBatch,
    Time64NanosecondArray,
};
use arrow_buffer::i256;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use bytes::Bytes;
use columnar::{Format, Open, understand};
use ingest::{Choices, ColumnPlan, ReadError, Understanding};
use native_duckdb::Native;

/// One of each type, three rows: values, other values, NULL.
const TYPES: &str = "SELECT * FROM (VALUES
    (true, 1::TINYINT, -2::SMALLINT, 3::INTEGER, 9007199254740993::BIGINT, 255::UTINYINT,
     18446744073709551615::UBIGINT, 1.5::FLOAT, 0.1::DOUBLE, 12.34::DECIMAL(9,2),
     12345678901234567890123456789012345678::DECIMAL(38,0), 'Größe', 'ab'::BLOB, DATE '9999-12-31',
     TIME '23:59:59.123456', TIMESTAMP '2024-02-29 12:00:00.5', TIMESTAMP_NS '2024-02-29 12:00:00.123456789',
     TIMESTAMPTZ '2024-02-29 12:00:00+00', [1, NULL, 3], {'a': 1, 'b': 'x'}, MAP {'k': 1.5}),
    (false, -1, 2, -3, -1, 0, 0, -0.5, 1e300, -0.01, -1, '', '', DATE '0001-01-01', TIME '00:00:00',
     TIMESTAMP '1970-01-01', TIMESTAMP_NS '1970-01-01', TIMESTAMPTZ '1970-01-01 00:00:00+00', [], {'a': NULL, 'b': ''},
     MAP {}),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     NULL, NULL))
    AS t(flag, i8, i16, i32, i64, u8, u64, f32, f64, dec, big, txt, bin, day, clock, moment, at_ns, at_utc, list, struct, map)";

fn read(bytes: &Bytes, choices: &Choices) -> Result<(Understanding, Vec<RecordBatch>), String> {
    let found = understand("file", bytes.clone(), choices).map_err(|error| error.to_string())?;
    let open = Open::new(bytes.clone()).map_err(|error| error.to_string())?;
    let mut batches = open
        .batches(&found.plan)
        .map_err(|error| error.to_string())?;
    let mut all = Vec::new();
    while let Some(batch) = batches.next().map_err(|error| error.to_string())? {
        all.push(batch);
    }
    Ok((found, all))
}

fn texts(batches: &[RecordBatch]) -> Vec<Vec<String>> {
    let options = FormatOptions::new().with_null("NULL");
    let mut rows = Vec::new();
    for batch in batches {
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column.as_ref(), &options).unwrap())
            .collect();
        rows.extend((0..batch.num_rows()).map(|row| {
            let cells = columns.iter().map(|column| column.value(row).to_string());
            cells.collect::<Vec<_>>()
        }));
    }
    rows
}

fn types(found: &Understanding) -> Vec<String> {
    let columns = found.plan.table.columns.iter();
    columns.map(ColumnPlan::sql_type).collect()
}

/// A file that native `DuckDB` writes.
fn written(native: &mut Native, query: &str, options: &str) -> Bytes {
    let folder = std::env::temp_dir().join(format!(
        "columnar-{}-{:?}",
        std::process::id(),
        std::thread::current().id()
    ));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("file.parquet");
    let sql = format!(
        "COPY ({query}) TO '{}' (FORMAT parquet{options})",
        path.display()
    );
    native.run(&sql).unwrap();
    let bytes = fs::read(&path).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    Bytes::from(bytes)
}

#[test]
fn every_type_and_codec_of_parquet() {
    let Some(mut native) = Native::start() else {
        return;
    };
    for codec in ["uncompressed", "snappy", "gzip", "zstd", "lz4_raw"] {
        let options = format!(", CODEC {codec}");
        let bytes = written(&mut native, TYPES, &options);
        assert_eq!(Format::detect(&bytes), Some(Format::Parquet));
        let (found, batches) = read(&bytes, &Choices::default()).unwrap();
        assert_eq!(found.counts.read, 3, "{codec}");
        let expected_types = native.query(&format!("DESCRIBE {TYPES}")).unwrap();
        let expected_types: Vec<_> = expected_types
            .rows
            .iter()
            .map(|row| row[1].as_str().unwrap().to_owned())
            .collect();
        let found_types: Vec<_> = types(&found)
            .into_iter()
            .map(|name| name.replace('"', ""))
            .collect();
        assert_eq!(found_types, expected_types, "{codec}");
        let rows = texts(&batches);
        assert_eq!(
            rows[0],
            [
                "true",
                "1",
                "-2",
                "3",
                "9007199254740993",
                "255",
                "18446744073709551615",
                "1.5",
                "0.1",
                "12.34",
                "12345678901234567890123456789012345678",
                "Größe",
                "6162",
                "9999-12-31",
                "23:59:59.123456",
                "2024-02-29T12:00:00.500",
                "2024-02-29T12:00:00.123456789",
                "2024-02-29T12:00:00Z",
                "[1, NULL, 3]",
                "{a: 1, b: x}",
                "{k: 1.5}"
            ],
            "{codec}"
        );
        assert_eq!(rows[1][18..], ["[]", "{a: NULL, b: }", "{}"], "{codec}");
        assert!(rows[2].iter().all(|text| text == "NULL"), "{codec}");
    }
}

#[test]
fn a_codec_that_is_not_read_is_named() {
    let Some(mut native) = Native::start() else {
        return;
    };
    let bytes = written(&mut native, "SELECT 1 AS n", ", CODEC brotli");
    let error = read(&bytes, &Choices::default()).unwrap_err();
    assert!(error.contains("compressed as brotli"), "{error}");
}

#[test]
fn many_row_groups_and_chosen_columns() {
    let Some(mut native) = Native::start() else {
        return;
    };
    let query = "SELECT i AS id, i % 7 AS \"Id\", repeat('x', 200) || i AS wide, NULL AS nothing FROM range(300000) r(i)";
    let bytes = written(&mut native, query, ", ROW_GROUP_SIZE 50000");
    let (found, _) = read(&bytes, &Choices::default()).unwrap();
    let names: Vec<_> = found
        .plan
        .table
        .columns
        .iter()
        .map(|one| &one.name)
        .collect();
    assert_eq!(names, ["id", "Id_1", "wide", "nothing"]);
    assert!(
        found.evidence[0].text.contains("6 row groups"),
        "{:?}",
        found.evidence
    );
    assert_eq!(found.first_rows.len(), 20);
    let choices = Choices {
        columns: vec![
            ColumnPlan {
                ignored: true,
                ..ColumnPlan::text("wide".to_owned())
            },
            ColumnPlan {
                given: Some("VARCHAR".to_owned()),
                ..ColumnPlan::text("id".to_owned())
            },
        ],
        ..Choices::default()
    };
    let (found, batches) = read(&bytes, &choices).unwrap();
    assert_eq!(types(&found)[0], "VARCHAR");
    assert_eq!(
        batches.iter().map(RecordBatch::num_rows).sum::<usize>(),
        300_000
    );
    assert!(
        batches
            .iter()
            .all(|batch| batch.num_rows() <= 122_880 && batch.num_columns() == 3)
    );
    assert_eq!(
        texts(&[batches.last().unwrap().clone()]).last().unwrap(),
        &["299999", "0", "NULL"]
    );
}

/// Types that `DuckDB` does not take as they are.
fn odd() -> RecordBatch {
    let mut views = StringViewBuilder::new();
    views.append_value("a text of more than twelve bytes");
    views.append_null();
    let dictionary: DictionaryArray<Int8Type> =
        vec![Some("low"), Some("high")].into_iter().collect();
    let wide = Decimal256Array::from_iter_values([i256::from_i128(i128::MAX), i256::MINUS_ONE])
        .with_precision_and_scale(76, 2)
        .unwrap();
    let halves = Float16Array::from(vec![Some(parquet_half(1.5)), None]);
    let clock = Time64NanosecondArray::from(vec![Some(1_000_001), None]);
    RecordBatch::try_from_iter([
        ("view", Arc::new(views.finish()) as ArrayRef),
        ("dictionary", Arc::new(dictionary) as ArrayRef),
        ("wide", Arc::new(wide) as ArrayRef),
        ("half", Arc::new(halves) as ArrayRef),
        ("clock", Arc::new(clock) as ArrayRef),
    ])
    .unwrap()
}

fn parquet_half(
    value: f32,
) -> <arrow_array::types::Float16Type as arrow_array::ArrowPrimitiveType>::Native {
    <arrow_array::types::Float16Type as arrow_array::ArrowPrimitiveType>::Native::from_f32(value)
}

#[test]
fn files_and_streams_of_arrow() {
    let batch = odd();
    let mut stream = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    let options = IpcWriteOptions::default()
        .try_with_compression(Some(CompressionType::LZ4_FRAME))
        .unwrap();
    let mut file = FileWriter::try_new_with_options(Vec::new(), &batch.schema(), options).unwrap();
    for _ in 0..3 {
        stream.write(&batch).unwrap();
        file.write(&batch).unwrap();
    }
    let stream = Bytes::from(stream.into_inner().unwrap());
    let file = Bytes::from(file.into_inner().unwrap());
    for (bytes, format) in [(stream, Format::ArrowStream), (file, Format::ArrowFile)] {
        assert_eq!(Format::detect(&bytes), Some(format));
        let (found, batches) = read(&bytes, &Choices::default()).unwrap();
        assert_eq!(found.counts.read, 6);
        assert_eq!(
            types(&found),
            ["VARCHAR", "VARCHAR", "VARCHAR", "FLOAT", "TIME"]
        );
        let rows = texts(&batches);
        assert_eq!(rows.len(), 6);
        assert_eq!(
            rows[4],
            [
                "a text of more than twelve bytes",
                "low",
                "1701411834604692317316873037158841057.27",
                "1.5",
                "00:00:00.001"
            ]
        );
        assert_eq!(rows[5], ["NULL", "high", "-0.01", "NULL", "NULL"]);
        // Wherever it is cut, it is no whole file: rows are never half of them.
        for cut in (0..bytes.len()).step_by(7) {
            let cut = bytes.slice(0..cut);
            if let Ok((found, batches)) = read(&cut, &Choices::default()) {
                let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
                assert_eq!(found.counts.read, rows as u64);
                assert_eq!(format, Format::ArrowStream, "a file needs its end");
            }
        }
    }
}

#[test]
fn a_file_of_arrow_is_read_by_its_footer() {
    let batch = odd();
    let mut file = FileWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    file.write(&batch).unwrap();
    let mut bytes = file.into_inner().unwrap();
    // Some writers have the schema at the end alone.
    let second = bytes
        .windows(4)
        .enumerate()
        .filter(|(_, four)| *four == [0xff; 4])
        .nth(1);
    let (end, _) = second.unwrap();
    bytes[8..end].fill(0);
    let (found, batches) = read(&Bytes::from(bytes), &Choices::default()).unwrap();
    assert_eq!(found.counts.read, 2);
    assert_eq!(texts(&batches)[0][1], "low");
}

#[test]
fn damage_loses_no_row_in_silence() {
    let empty =
        RecordBatch::try_from_iter([("n", Arc::new(Int64Array::from(vec![1; 100])) as ArrayRef)])
            .unwrap();
    let mut file = FileWriter::try_new(Vec::new(), &empty.schema()).unwrap();
    file.write(&empty).unwrap();
    let mut files = vec![Bytes::from(file.into_inner().unwrap())];
    if let Some(mut native) = Native::start() {
        let bytes = written(&mut native, TYPES, ", CODEC zstd");
        for cut in [bytes.len() - 1, bytes.len() / 2, 8] {
            let Err(ReadError::EndMissing) = Open::new(bytes.slice(0..cut)).map(|_| ()) else {
                panic!("cut at {cut}");
            };
        }
        files.push(bytes);
    }
    for bytes in files {
        for at in 0..bytes.len() {
            let mut damaged = bytes.to_vec();
            damaged[at] ^= 0x55 + u8::try_from(at % 97).unwrap();
            // Values may be others; rows are none too few.
            let damaged = Bytes::from(damaged);
            let outcome = std::panic::catch_unwind(|| read(&damaged, &Choices::default()));
            // The decoder of Parquet panics over some pages: the worker says so to the page.
            let Ok(outcome) = outcome else { continue };
            if let Ok((found, batches)) = outcome {
                let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
                assert_eq!(found.counts.loaded, rows as u64, "byte {at}");
            }
        }
    }
}
