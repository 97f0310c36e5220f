//! Rows of any values and options, which read back to the same values.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::Decimal128Type;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array,
    Float64Array, Int8Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    UInt64Array,
};
use export::{CsvOptions, Format, JsonLayout, Options};
use proptest::prelude::*;

use crate::{encode, encode_with, encode_with_arrow};

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

/// Columns of every flat type that arrow-json can write. Days and instants are from the years 1 to
/// 9999, which it supports.
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
    fn csv_with_any_options_reads_back_to_the_same_values(rows in any_rows(), csv in any_csv_options()) {
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
    fn flat_json_equals_that_of_arrow_json(batch in any_flat_batch()) {
        let is_float = |at: &usize| batch.column(*at).data_type().is_floating();
        let (floats, others): (Vec<_>, Vec<_>) = (0..batch.num_columns()).partition(is_float);
        // The same bytes.
        let exact = batch.project(&others).unwrap();
        prop_assert_eq!(encode_with_arrow(&exact), encode(Format::Json, &[exact]));
        // A float has several texts, and a text has several floats of 32 bits.
        let floats = batch.project(&floats).unwrap();
        let names = floats.schema();
        let read = |json: &str| {
            let rows: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(json).unwrap();
            let bits = |row: &serde_json::Map<_, _>| {
                let number = |at: usize| row[names.field(at).name()].as_f64();
                #[expect(clippy::cast_possible_truncation, reason = "it was a float of 32 bits")]
                let short = number(1).map(|number| (number as f32).to_bits());
                (number(0).map(f64::to_bits), short)
            };
            rows.iter().map(bits).collect::<Vec<_>>()
        };
        prop_assert_eq!(read(&encode_with_arrow(&floats)), read(&encode(Format::Json, &[floats])));
    }
}
