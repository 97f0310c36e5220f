//! The bytes of exported files, and that they read back to what was written.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test would"
)]

use std::fmt::Write as _;
use std::io::{Cursor, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::cast::AsArray as _;
use arrow_array::types::Decimal128Type;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, FixedSizeListArray,
    Float32Array, Float64Array, Int8Array, Int32Array, Int64Array, ListArray, MapArray,
    RecordBatch, StringArray, StructArray, Time64MicrosecondArray, TimestampMicrosecondArray,
    UInt64Array,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_json::WriterBuilder;
use arrow_json::writer::JsonArray;
use arrow_schema::{DataType, Field};
use mart::Error;
use mart::encode::{
    CsvEncoder, CsvOptions, Delimiter, Encoder, Format, JsonEncoder, JsonLayout, Options,
    ParquetEncoder, ZipEncoder,
};
use proptest::prelude::*;
use rstest::rstest;

fn encode(format: Format, batches: &[RecordBatch]) -> String {
    encode_with(&Options::default(), format, batches)
}

fn encode_with(options: &Options, format: Format, batches: &[RecordBatch]) -> String {
    let mut encoder = Encoder::new(format, options, Vec::new(), &batches[0].schema()).unwrap();
    for batch in batches {
        encoder.write(batch).unwrap();
    }
    String::from_utf8(encoder.finish().unwrap()).unwrap()
}

fn every_type() -> RecordBatch {
    let columns: [(&str, ArrayRef); 7] = [
        ("id", Arc::new(Int32Array::from(vec![1, -2, 3]))),
        (
            "name",
            Arc::new(StringArray::from(vec![
                Some("Søren \"Ren\" Holm, Inc."),
                Some("two\nlines"),
                None,
            ])),
        ),
        (
            "price",
            Arc::new(Float64Array::from(vec![
                Some(0.1 + 0.2),
                Some(f64::NAN),
                Some(1200.0),
            ])),
        ),
        (
            "date",
            Arc::new(Date32Array::from(vec![Some(20_362), None, Some(-1)])),
        ),
        (
            "units",
            Arc::new(
                Decimal128Array::from(vec![Some(533), Some(i128::pow(10, 37)), None])
                    .with_precision_and_scale(38, 0)
                    .unwrap(),
            ),
        ),
        (
            "share",
            Arc::new(
                Decimal128Array::from(vec![Some(-5), Some(12_345), None])
                    .with_precision_and_scale(10, 2)
                    .unwrap(),
            ),
        ),
        (
            "open",
            Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])),
        ),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

#[test]
fn csv_of_every_type() {
    let csv = encode(Format::Csv, &[every_type(), every_type().slice(0, 1)]);
    assert_eq!(
        csv,
        "id,name,price,date,units,share,open\r\n\
         1,\"Søren \"\"Ren\"\" Holm, Inc.\",0.30000000000000004,2025-10-01,533,-0.05,true\r\n\
         -2,\"two\nlines\",NaN,,10000000000000000000000000000000000000,123.45,false\r\n\
         3,,1200.0,1969-12-31,,,\r\n\
         1,\"Søren \"\"Ren\"\" Holm, Inc.\",0.30000000000000004,2025-10-01,533,-0.05,true\r\n"
    );
}

#[test]
fn csv_as_it_was_chosen() {
    let options = Options {
        csv: CsvOptions {
            delimiter: Delimiter::SEMICOLON,
            header: false,
            null: "-1".to_owned(),
            byte_order_mark: true,
            spreadsheet_safe: true,
        },
        ..Options::default()
    };
    let texts = StringArray::from(vec![
        Some("=1+1"),
        Some("-1"),
        None,
        Some("a;b"),
        Some("a,b"),
        Some(""),
        Some("@SUM(A1);\""),
        Some("\u{feff}x"),
    ]);
    let numbers = Int32Array::from(vec![-1, -2, 3, 4, 5, 6, 7, 8]);
    let batch = RecordBatch::try_from_iter([
        ("=text", Arc::new(texts) as ArrayRef),
        ("number", Arc::new(numbers)),
    ])
    .unwrap();
    assert_eq!(
        encode_with(&options, Format::Csv, std::slice::from_ref(&batch)),
        "\u{feff}'=1+1;\"-1\"\r\n\"-1\";-2\r\n-1;3\r\n\"a;b\";4\r\n\"a,b\";5\r\n;6\r\n\
         \"'@SUM(A1);\"\"\";7\r\n\"\u{feff}x\";8\r\n"
    );
    let options = Options {
        csv: CsvOptions {
            spreadsheet_safe: true,
            ..CsvOptions::default()
        },
        ..Options::default()
    };
    assert_eq!(
        encode_with(&options, Format::Csv, &[batch.slice(0, 6)]),
        "'=text,number\r\n'=1+1,-1\r\n-1,-2\r\n,3\r\n\"a;b\",4\r\n\"a,b\",5\r\n\"\",6\r\n"
    );
}

#[rstest]
#[case::nothing("", "\"\"")]
#[case::a_text("NULL", "NULL")]
fn a_line_is_never_empty(#[case] null: &str, #[case] line_of_null: &str) {
    let mut options = Options::default();
    options.csv.null = null.to_owned();
    let texts = StringArray::from(vec![Some("x"), Some(""), None]);
    let batch = RecordBatch::try_from_iter([("", Arc::new(texts) as ArrayRef)]).unwrap();
    assert_eq!(
        encode_with(&options, Format::Csv, &[batch]),
        format!("\"\"\r\nx\r\n\"\"\r\n{line_of_null}\r\n")
    );
}

#[rstest]
#[case::comma(",", "-0.05,2025-10-01,true")]
#[case::colon(":", "-0.05:2025-10-01:true")]
#[case::space(" ", "-0.05 2025-10-01 true")]
fn a_delimiter_is_told_from_what_is_in_a_field(#[case] delimiter: &str, #[case] line: &str) {
    let csv = CsvOptions {
        delimiter: delimiter.parse().unwrap(),
        ..CsvOptions::default()
    };
    let options = Options {
        csv,
        ..Options::default()
    };
    let batch = every_type().project(&[5, 3, 6]).unwrap().slice(0, 1);
    let found = encode_with(&options, Format::Csv, &[batch]);
    assert_eq!(found.lines().nth(1), Some(line));

    let times: ArrayRef = Arc::new(Time64MicrosecondArray::from(vec![1_000_000]));
    let batch = RecordBatch::try_from_iter([("at", times)]).unwrap();
    let found = encode_with(&options, Format::Csv, &[batch]);
    let expected = if delimiter == ":" {
        "\"00:00:01\""
    } else {
        "00:00:01"
    };
    assert_eq!(found, format!("at\r\n{expected}\r\n"));
}

#[test]
fn options_that_make_no_file_are_refused() {
    let csv = CsvOptions {
        null: "a,b".to_owned(),
        ..CsvOptions::default()
    };
    let error = CsvEncoder::new(Vec::new(), &every_type().schema(), csv).err();
    assert_eq!(
        error.unwrap().to_string(),
        "\"a,b\" cannot be the text for NULL: it holds the delimiter; choose another"
    );
}

#[test]
fn json_of_every_type() {
    let json = encode(Format::Json, &[every_type()]);
    assert_eq!(
        json,
        "[{\"id\":1,\"name\":\"Søren \\\"Ren\\\" Holm, Inc.\",\"price\":0.30000000000000004,\"date\":\"2025-10-01\",\"units\":533,\"share\":-0.05,\"open\":true},\
         {\"id\":-2,\"name\":\"two\\nlines\",\"price\":null,\"date\":null,\"units\":10000000000000000000000000000000000000,\"share\":123.45,\"open\":false},\
         {\"id\":3,\"name\":null,\"price\":1200.0,\"date\":\"1969-12-31\",\"units\":null,\"share\":null,\"open\":null}]"
    );
}

/// Lists of any length and of two, structs and maps, with NULL in and around them.
fn nested() -> RecordBatch {
    let field = |data_type| Arc::new(Field::new_list_field(data_type, true));
    let offsets = || OffsetBuffer::from_lengths([0, 2, 1, 3]);
    let nulls = || Some(NullBuffer::from(vec![false, true, true, true]));
    let days = || {
        Arc::new(Date32Array::from(vec![
            Some(0),
            None,
            Some(2),
            Some(3),
            Some(4),
            None,
        ]))
    };
    let pairs = (0..8)
        .map(|n| (n % 3 > 0).then_some(n))
        .collect::<Int32Array>();
    let texts = StringArray::from(vec!["a", "b\"", "c", "d", "\n", "f"]);
    let list = ListArray::new(field(DataType::Date32), offsets(), days(), nulls());
    let pair = FixedSizeListArray::new(field(DataType::Int32), 2, Arc::new(pairs), nulls());
    let members: [(_, ArrayRef); 2] = [
        (
            Arc::new(Field::new("\"", list.data_type().clone(), true)),
            Arc::new(list.clone()),
        ),
        (
            Arc::new(Field::new("b", pair.data_type().clone(), true)),
            Arc::new(pair.clone()),
        ),
    ];
    let entries: [(_, ArrayRef); 2] = [
        (
            Arc::new(Field::new("key", DataType::Utf8, false)),
            Arc::new(texts),
        ),
        (
            Arc::new(Field::new("value", DataType::Date32, true)),
            days(),
        ),
    ];
    let entries = StructArray::from(entries.to_vec());
    let entry = Arc::new(Field::new("entries", entries.data_type().clone(), false));
    let map = MapArray::new(entry, offsets(), entries, nulls(), false);
    let columns: [(_, ArrayRef); 4] = [
        ("list", Arc::new(list)),
        ("pair", Arc::new(pair)),
        ("struct", Arc::new(StructArray::from(members.to_vec()))),
        ("map", Arc::new(map)),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

#[rstest]
#[case::whole(0, 4)]
#[case::in_the_middle(1, 2)]
#[case::at_the_end(3, 1)]
fn nested_json_is_what_another_writer_makes_of_it(#[case] start: usize, #[case] rows: usize) {
    let batch = nested().slice(start, rows);
    let expected = encode_with_arrow(&batch);
    assert_eq!(encode(Format::Json, &[batch]), expected);
}

#[test]
fn a_map_whose_keys_are_no_texts_is_no_json() {
    let entries: [(_, ArrayRef); 2] = ["key", "value"].map(|name| {
        let numbers: ArrayRef = Arc::new(Int32Array::from(vec![1]));
        (Arc::new(Field::new(name, DataType::Int32, false)), numbers)
    });
    let entries = StructArray::from(entries.to_vec());
    let entry = Arc::new(Field::new("entries", entries.data_type().clone(), false));
    let map = MapArray::new(entry, OffsetBuffer::from_lengths([1]), entries, None, false);
    let batch = RecordBatch::try_from_iter([("m", Arc::new(map) as ArrayRef)]).unwrap();
    let mut encoder = JsonEncoder::new(Vec::new(), &batch.schema(), JsonLayout::Array).unwrap();
    let error = encoder.write(&batch).unwrap_err().to_string();
    assert!(error.contains("are not all texts"), "{error}");
}

#[test]
fn no_rows() {
    for batches in [
        vec![every_type().slice(0, 0)],
        vec![every_type().slice(0, 0), every_type().slice(0, 0)],
    ] {
        assert_eq!(
            encode(Format::Csv, &batches),
            "id,name,price,date,units,share,open\r\n"
        );
        assert_eq!(encode(Format::Json, &batches), "[]");
    }
    let schema = every_type().schema();
    assert_eq!(
        JsonEncoder::new(Vec::new(), &schema, JsonLayout::Array)
            .unwrap()
            .finish()
            .unwrap(),
        b"[]"
    );
    assert!(
        CsvEncoder::new(Vec::new(), &schema, CsvOptions::default())
            .unwrap()
            .finish()
            .unwrap()
            .ends_with(b"open\r\n")
    );
}

#[test]
fn infinities_are_null_in_json() {
    let column: ArrayRef = Arc::new(Float64Array::from(vec![f64::INFINITY, f64::NEG_INFINITY]));
    let batch = RecordBatch::try_from_iter([("x", column)]).unwrap();
    assert_eq!(encode(Format::Json, &[batch]), r#"[{"x":null},{"x":null}]"#);
}

#[test]
fn json_does_not_lose_a_column_of_a_name_that_is_there_already() {
    let column: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let batch = RecordBatch::try_from_iter([("a", column.clone()), ("a", column)]).unwrap();
    let error = JsonEncoder::new(Vec::new(), &batch.schema(), JsonLayout::Array).err();
    assert!(matches!(error, Some(Error::DuplicateColumn { name, format: "JSON" }) if name == "a"));
    let error = ParquetEncoder::new(Vec::new(), &batch.schema()).err();
    assert_eq!(
        error.unwrap().to_string(),
        "two columns are called \"a\"; give one of them another name to write Parquet"
    );
    assert_eq!(encode(Format::Csv, &[batch]), "a,a\r\n1,1\r\n");
}

#[test]
fn a_parquet_file_is_not_held_back_in_memory() {
    /// Counts what it is given.
    struct Counter(Arc<AtomicUsize>);

    impl Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.fetch_add(bytes.len(), Ordering::Relaxed);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let written = Arc::new(AtomicUsize::new(0));
    // 64 MB of texts that have nothing in common.
    let texts: StringArray = (0..64_u64)
        .map(|seed| {
            let mut state = seed + 1;
            let mut text = String::new();
            while text.len() < 128 * 1_024 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                write!(text, "{state:016x}").unwrap();
            }
            Some(text)
        })
        .collect();
    let column: ArrayRef = Arc::new(texts);
    let batch = RecordBatch::try_from_iter([("t", column)]).unwrap();
    let mut encoder = ParquetEncoder::new(Counter(Arc::clone(&written)), &batch.schema()).unwrap();
    for _ in 0..8 {
        encoder.write(&batch).unwrap();
    }
    let before_the_end = written.load(Ordering::Relaxed);
    encoder.finish().unwrap();
    assert!(before_the_end > 30_000_000, "{before_the_end} bytes");
}

#[test]
fn a_zip_holds_its_files_and_is_the_same_every_time() {
    let files = [
        (
            Format::Csv.path_in_zip("dim_customer"),
            "customer_id\r\n1\r\n".repeat(500),
        ),
        (Format::Json.path_in_zip("dim_customer"), "[]".to_owned()),
    ];
    let write = || {
        let mut zip = ZipEncoder::new(Vec::new());
        for (path, content) in &files {
            zip.start_file(path).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap()
    };
    let bytes = write();
    assert_eq!(bytes, write());
    assert!(bytes.len() < 1_000, "not deflated: {}", bytes.len());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<_> = archive
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    assert_eq!(
        names,
        [
            "data/CSV-export/dim_customer.csv",
            "data/JSON-export/dim_customer.json"
        ]
    );
    for (path, content) in &files {
        let mut read = String::new();
        archive
            .by_name(path)
            .unwrap()
            .read_to_string(&mut read)
            .unwrap();
        assert_eq!(&read, content);
    }
}

#[test]
fn a_table_goes_straight_into_a_zip() {
    let batch = every_type();
    let mut zip = ZipEncoder::new(Vec::new());
    zip.start_file("a.csv").unwrap();
    let options = Options::default();
    let mut encoder = Encoder::new(Format::Csv, &options, &mut zip, &batch.schema()).unwrap();
    encoder.write(&batch).unwrap();
    encoder.finish().unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(zip.finish().unwrap())).unwrap();
    let mut read = String::new();
    archive
        .by_name("a.csv")
        .unwrap()
        .read_to_string(&mut read)
        .unwrap();
    assert_eq!(read, encode(Format::Csv, &[batch]));
}

type Row = (Option<String>, Option<f64>, Option<i64>);

fn any_rows() -> impl Strategy<Value = Vec<Row>> {
    let text = prop_oneof![any::<String>(), "[\",;\r\n' ab]{0,8}"];
    let float = any::<f64>().prop_filter("finite", |value| value.is_finite());
    prop::collection::vec(
        (
            prop::option::of(text),
            prop::option::of(float),
            any::<Option<i64>>(),
        ),
        0..20,
    )
}

fn batch(rows: &[Row]) -> RecordBatch {
    let texts: StringArray = rows.iter().map(|row| row.0.as_deref()).collect();
    let floats: Float64Array = rows.iter().map(|row| row.1).collect();
    let integers: Int64Array = rows.iter().map(|row| row.2).collect();
    let columns: [(&str, ArrayRef); 3] = [
        ("a \"text\", quoted", Arc::new(texts)),
        ("float", Arc::new(floats)),
        ("integer", Arc::new(integers)),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

/// Columns of every flat type that two writers of JSON have a text for. Days and instants are those
/// that both can write: from the year 1 to 9999.
fn any_flat_batch() -> impl Strategy<Value = RecordBatch> {
    fn column<T: std::fmt::Debug, A: FromIterator<Option<T>> + Array + 'static>(
        values: impl Strategy<Value = T> + 'static,
    ) -> BoxedStrategy<ArrayRef> {
        let value = prop::option::weighted(0.8, values);
        prop::collection::vec(value, 8)
            .prop_map(|values| Arc::new(values.into_iter().collect::<A>()) as ArrayRef)
            .boxed()
    }
    let text = || {
        prop_oneof![
            any::<String>(),
            "[\\x00-\\x20\"\\\\/\\x7f\\u{80}\\u{2028}\\u{ffff}\\u{10ffff}a]{0,12}",
        ]
    };
    let float = || {
        prop_oneof![
            any::<f64>(),
            prop::num::f64::ANY,
            prop::sample::select(vec![-0.0, 1e21, 5e-324, f64::MAX, f64::NAN, f64::INFINITY]),
        ]
    };
    let integer = prop_oneof![
        any::<i64>(),
        prop::sample::select(vec![i64::MIN, -1, 0, i64::MAX])
    ];
    let decimal = (-10_i128.pow(38) + 1)..10_i128.pow(38);
    let decimals = (column::<_, Decimal128Array>(decimal), 0..=38_i8).prop_map(|(array, scale)| {
        let array = array.as_primitive::<Decimal128Type>().clone();
        Arc::new(array.with_precision_and_scale(38, scale).unwrap()) as ArrayRef
    });
    let columns = (
        column::<_, StringArray>(text()),
        column::<_, Float64Array>(float()),
        column::<_, Float32Array>(prop::num::f32::ANY),
        column::<_, Int64Array>(integer),
        column::<_, UInt64Array>(any::<u64>()),
        column::<_, Int8Array>(any::<i8>()),
        decimals,
        column::<_, BooleanArray>(any::<bool>()),
        column::<_, BinaryArray>(prop::collection::vec(any::<u8>(), 0..5)),
        column::<_, Date32Array>(-719_162..2_932_896),
        column::<_, TimestampMicrosecondArray>(
            -62_135_596_800_000_000_i64..253_402_300_799_999_999,
        ),
    );
    (columns, text()).prop_map(|(c, name)| {
        let columns = [c.0, c.1, c.2, c.3, c.4, c.5, c.6, c.7, c.8, c.9, c.10];
        let named = columns.into_iter().enumerate();
        RecordBatch::try_from_iter(named.map(|(at, array)| (format!("{name}{at}"), array))).unwrap()
    })
}

/// The batch as `arrow-json` writes it.
fn encode_with_arrow(batch: &RecordBatch) -> String {
    let builder = WriterBuilder::new().with_explicit_nulls(true);
    let mut writer = builder.build::<_, JsonArray>(Vec::new());
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    String::from_utf8(writer.into_inner()).unwrap()
}

fn any_csv_options() -> impl Strategy<Value = CsvOptions> {
    let delimiter = prop::sample::select(vec![",", ";", "tab", "|", ":", " ", "~", "'", "/"]);
    let null = prop_oneof![
        Just(String::new()),
        prop::sample::select(vec!["NULL", "\\N", "a", "aa", "b", "'", "-1"])
            .prop_map(str::to_owned)
    ];
    (delimiter, null, any::<bool>(), any::<bool>())
        .prop_map(|(delimiter, null, header, byte_order_mark)| CsvOptions {
            delimiter: delimiter.parse().unwrap(),
            header,
            null,
            byte_order_mark,
            spreadsheet_safe: false,
        })
        .prop_filter("options that go together", |options| {
            options.check().is_ok()
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn csv_reads_back_to_the_same_values(rows in any_rows(), cut in 0..20_usize) {
        let cut = cut.min(rows.len());
        let csv = encode(Format::Csv, &[batch(&rows[..cut]), batch(&rows[cut..])]);
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        prop_assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), ["a \"text\", quoted", "float", "integer"]);
        let read: Vec<Row> = reader
            .records()
            .map(|record| {
                let record = record.unwrap();
                let field = |at: usize| Some(record[at].to_owned()).filter(|field| !field.is_empty());
                (field(0), field(1).map(|v| v.parse().unwrap()), field(2).map(|v| v.parse().unwrap()))
            })
            .collect();
        // This reader cannot tell an empty text from NULL.
        let expected: Vec<Row> = rows
            .into_iter()
            .map(|(text, float, integer)| (text.filter(|text| !text.is_empty()), float, integer))
            .collect();
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn csv_reads_back_however_it_is_chosen(rows in any_rows(), csv in any_csv_options()) {
        let options = Options { csv, ..Options::default() };
        let csv = &options.csv;
        let text = encode_with(&options, Format::Csv, &[batch(&rows)]);
        prop_assert_eq!(text.starts_with('\u{feff}'), csv.byte_order_mark);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(csv.delimiter.byte())
            .has_headers(csv.header)
            .from_reader(text.as_bytes());
        let read: Vec<Row> = reader
            .records()
            .map(|record| {
                let record = record.unwrap();
                // This reader does not say what was in quotes: a text like the one for NULL is lost.
                let field = |at: usize| Some(record[at].to_owned()).filter(|field| *field != csv.null);
                (field(0), field(1).map(|v| v.parse().unwrap()), field(2).map(|v| v.parse().unwrap()))
            })
            .collect();
        let expected: Vec<Row> = rows
            .iter()
            .cloned()
            .map(|(text, float, integer)| (
                text.filter(|text| *text != csv.null),
                float,
                integer.filter(|integer| integer.to_string() != csv.null),
            ))
            .collect();
        prop_assert_eq!(read, expected);
        // But nobody else needs to lose it.
        let quoted = format!("\"{}\"", csv.null);
        let is_null = |row: &Row| row.0.as_deref() == Some(csv.null.as_str());
        prop_assert!(text.matches(&quoted).count() >= rows.iter().filter(|row| is_null(row)).count());
    }

    #[test]
    fn json_reads_back_to_the_same_values(rows in any_rows(), cut in 0..20_usize, lines in any::<bool>()) {
        let cut = cut.min(rows.len());
        let options = Options { json: if lines { JsonLayout::Lines } else { JsonLayout::Array }, ..Options::default() };
        let json = encode_with(&options, Format::Json, &[batch(&rows[..cut]), batch(&rows[cut..])]);
        let read: Vec<serde_json::Map<String, serde_json::Value>> = if lines {
            json.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        } else {
            serde_json::from_str(&json).unwrap()
        };
        let read: Vec<Row> = read
            .iter()
            .map(|row| {
                assert_eq!(row.len(), 3);
                (
                    row["a \"text\", quoted"].as_str().map(str::to_owned),
                    row["float"].as_f64(),
                    row["integer"].as_i64(),
                )
            })
            .collect();
        prop_assert_eq!(read, rows);
    }

    #[test]
    fn flat_json_is_what_another_writer_makes_of_it(batch in any_flat_batch()) {
        let is_float = |at: &usize| batch.column(*at).data_type().is_floating();
        let (floats, others): (Vec<_>, Vec<_>) = (0..batch.num_columns()).partition(is_float);
        // To the byte.
        let exact = batch.project(&others).unwrap();
        prop_assert_eq!(encode_with_arrow(&exact), encode(Format::Json, &[exact]));
        // A number may be written in several ways, and one of 32 bits may be read in several.
        let floats = batch.project(&floats).unwrap();
        let names = floats.schema();
        let read = |json: &str| {
            let rows: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(json).unwrap();
            let bits = |row: &serde_json::Map<_, _>| {
                let number = |at: usize| row[names.field(at).name()].as_f64();
                #[expect(clippy::cast_possible_truncation, reason = "it was one of 32 bits")]
                let short = number(1).map(|number| (number as f32).to_bits());
                (number(0).map(f64::to_bits), short)
            };
            rows.iter().map(bits).collect::<Vec<_>>()
        };
        prop_assert_eq!(read(&encode_with_arrow(&floats)), read(&encode(Format::Json, &[floats])));
    }

    #[test]
    fn a_quoted_name_or_text_is_one_token(value in any::<String>()) {
        let literal = mart::sql::text(&value.replace('\0', ""));
        let inside = literal.strip_prefix('\'').unwrap().strip_suffix('\'').unwrap();
        prop_assert!(!inside.replace("''", "").contains('\''));
        prop_assert_eq!(inside.replace("''", "'"), value.replace('\0', ""));
        if let Ok(name) = mart::Identifier::new(value.clone()) {
            let quoted = name.quoted();
            let inside = quoted.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
            prop_assert!(!inside.replace("\"\"", "").contains('"'));
            prop_assert_eq!(inside.replace("\"\"", "\""), value);
        }
    }
}
