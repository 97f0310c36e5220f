//! Files with known bytes, and options and rows that are refused.

use std::fmt::Write as _;
use std::io::{Cursor, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, FixedSizeListArray, Float64Array,
    Int32Array, Int64Array, ListArray, MapArray, RecordBatch, StringArray, StructArray,
    Time64MicrosecondArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field};
use export::{
    CsvEncoder, CsvOptions, Delimiter, Encoder, Error, FileKind, Format, JsonEncoder, JsonLayout,
    Options, ParquetEncoder, ZipEncoder,
};
use rstest::rstest;

use crate::{encode, encode_with, encode_with_arrow};

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
fn csv_with_all_options() {
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
fn a_field_with_the_delimiter_is_quoted(#[case] delimiter: &str, #[case] line: &str) {
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
fn options_that_contradict_each_other_are_refused() {
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

/// Lists, pairs, structs and maps, with NULL in and around them.
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
fn nested_json_equals_that_of_arrow_json(#[case] start: usize, #[case] rows: usize) {
    let batch = nested().slice(start, rows);
    let expected = encode_with_arrow(&batch);
    assert_eq!(encode(Format::Json, &[batch]), expected);
}

#[test]
fn json_refuses_a_map_with_keys_that_are_no_texts() {
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
fn json_and_parquet_refuse_two_columns_of_one_name() {
    let column: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let batch = RecordBatch::try_from_iter([("a", column.clone()), ("a", column)]).unwrap();
    let error = JsonEncoder::new(Vec::new(), &batch.schema(), JsonLayout::Array).err();
    assert!(
        matches!(error, Some(Error::DuplicateColumn { name, kind: FileKind::Json }) if name == "a")
    );
    let error = ParquetEncoder::new(Vec::new(), &batch.schema()).err();
    assert_eq!(
        error.unwrap().to_string(),
        "two columns are called \"a\"; give one of them another name to write Parquet"
    );
    assert_eq!(encode(Format::Csv, &[batch]), "a,a\r\n1,1\r\n");
}

#[test]
fn a_parquet_file_leaves_memory_while_it_is_written() {
    /// Counts the bytes written.
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
    // 64 MB of texts that do not compress.
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
fn a_table_can_be_written_into_a_zip_directly() {
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
