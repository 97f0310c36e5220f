//! Tests of the decoder with streams that arrow-ipc writes.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, FixedSizeListArray,
    Float64Array, Int8Array, Int32Array, ListArray, NullArray, StringArray, StructArray,
    Time64MicrosecondArray, TimestampMicrosecondArray, UInt64Array,
    builder::{Int32Builder, MapBuilder, StringBuilder},
};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::extension::EXTENSION_TYPE_NAME_KEY;

use super::*;

fn people(names: &[&str]) -> RecordBatch {
    let ids = (0..).take(names.len());
    let ids = Arc::new(Int32Array::from_iter_values(ids)) as ArrayRef;
    let names = Arc::new(StringArray::from(names.to_vec())) as ArrayRef;
    RecordBatch::try_from_iter_with_nullable([("id", ids, false), ("name", names, true)]).unwrap()
}

/// The schema, then every batch, as DuckDB-Wasm sends them: without the mark at the end.
fn messages(batches: &[RecordBatch]) -> Vec<Vec<u8>> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batches[0].schema()).unwrap();
    let mut messages = vec![std::mem::take(writer.get_mut())];
    for batch in batches {
        writer.write(batch).unwrap();
        messages.push(std::mem::take(writer.get_mut()));
    }
    messages
}

fn decode(pieces: impl IntoIterator<Item = Vec<u8>>) -> Result<Vec<RecordBatch>, Error> {
    let mut pieces = pieces.into_iter();
    let mut decoder = ResultDecoder::new(pieces.next().unwrap_or_default())?;
    let mut batches = Vec::new();
    loop {
        while let Some(batch) = decoder.next()? {
            batches.push(batch);
        }
        match pieces.next() {
            Some(piece) => decoder.push(piece),
            None => break,
        }
    }
    Ok(batches)
}

#[test]
fn every_message_of_a_piece_is_decoded() {
    let batches = [people(&["a", "李"]), people(&[]), people(&["c"])];
    let messages = messages(&batches);
    // Every message as its own piece, several in one piece, and all in one piece.
    for size in 1..=messages.len() {
        let pieces = messages.chunks(size).map(<[Vec<u8>]>::concat);
        assert_eq!(decode(pieces).unwrap(), batches, "{size} messages a piece");
    }
}

#[test]
fn a_message_that_is_split_between_pieces_is_an_error() {
    let messages = messages(&[people(&["a", "李"])]);
    let (start, rest) = messages[1].split_at(messages[1].len() / 2);
    let pieces = [messages[0].clone(), start.to_vec(), rest.to_vec()];
    assert!(matches!(decode(pieces), Err(Error::Decode { .. })));
}

#[test]
fn a_result_without_rows_has_its_schema() {
    let batch = people(&[]);
    let messages = messages(std::slice::from_ref(&batch));
    let decoder = ResultDecoder::new(messages[0].clone()).unwrap();
    assert_eq!(decoder.schema(), batch.schema());
    assert_eq!(decode(messages[..1].to_vec()).unwrap(), []);
    assert_eq!(decode(messages).unwrap(), [batch]);
}

#[test]
fn a_last_batch_without_a_body_is_decoded() {
    let nulls = Arc::new(NullArray::new(3)) as ArrayRef;
    let batch = RecordBatch::try_from_iter([("n", nulls)]).unwrap();
    assert_eq!(
        decode(messages(std::slice::from_ref(&batch))).unwrap(),
        [batch]
    );
}

#[test]
fn an_end_of_stream_mark_is_accepted() {
    let batch = people(&["a"]);
    let mut messages = messages(std::slice::from_ref(&batch));
    messages.push([CONTINUATION, [0; 4]].concat());
    assert_eq!(decode(messages).unwrap(), [batch]);
}

fn scalar_columns() -> Vec<(&'static str, ArrayRef)> {
    let instants = TimestampMicrosecondArray::from(vec![Some(1), None, Some(-1)]);
    let decimals = Decimal128Array::from(vec![Some(i128::MIN / 2), None, Some(1)]);
    let days = Date32Array::from(vec![Some(20_362), None, Some(-1)]);
    let floats = Float64Array::from(vec![Some(0.1), None, Some(f64::INFINITY)]);
    let blobs = BinaryArray::from(vec![Some(&b"\0\xff"[..]), None, Some(b"")]);
    vec![
        (
            "i8",
            Arc::new(Int8Array::from(vec![Some(-128), None, Some(127)])),
        ),
        ("u64", Arc::new(UInt64Array::from(vec![u64::MAX, 0, 1]))),
        ("f64", Arc::new(floats)),
        (
            "bool",
            Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)])),
        ),
        (
            "text",
            Arc::new(StringArray::from(vec![Some(""), None, Some("ü李")])),
        ),
        ("blob", Arc::new(blobs)),
        ("day", Arc::new(days)),
        (
            "time",
            Arc::new(Time64MicrosecondArray::from(vec![0, 1, 86_399_999_999])),
        ),
        ("instant", Arc::new(instants.clone())),
        ("with zone", Arc::new(instants.with_timezone("UTC"))),
        (
            "decimal",
            Arc::new(decimals.with_precision_and_scale(38, 2).unwrap()),
        ),
    ]
}

fn nested_columns() -> Vec<(&'static str, ArrayRef)> {
    let lists = [Some(vec![Some(1), None]), None, Some(vec![])];
    let arrays = [
        Some(vec![Some(1), None]),
        None,
        Some(vec![Some(2), Some(3)]),
    ];
    let fields = [
        (
            Arc::new(Field::new("a", DataType::Int32, true)),
            Arc::new(Int32Array::from(vec![Some(1), None, None])) as ArrayRef,
        ),
        (
            Arc::new(Field::new("b", DataType::Utf8, true)),
            Arc::new(StringArray::from(vec![Some("x"), Some("y"), None])) as ArrayRef,
        ),
    ];
    let validity = arrow_buffer::Buffer::from(&[0b011]);
    let mut maps = MapBuilder::new(None, StringBuilder::new(), Int32Builder::new());
    maps.keys().append_value("k");
    maps.values().append_null();
    for is_valid in [true, false, true] {
        maps.append(is_valid).unwrap();
    }
    vec![
        (
            "list",
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists)),
        ),
        (
            "array",
            Arc::new(FixedSizeListArray::from_iter_primitive::<Int32Type, _, _>(
                arrays, 2,
            )),
        ),
        (
            "struct",
            Arc::new(StructArray::from((fields.to_vec(), validity))),
        ),
        ("map", Arc::new(maps.finish())),
    ]
}

#[test]
fn every_type_is_decoded_at_any_alignment() {
    for columns in [scalar_columns(), nested_columns()] {
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let messages = messages(std::slice::from_ref(&batch));
        for shift in 0..16 {
            let mut shifted = vec![0; shift];
            shifted.extend(&messages[1]);
            let mut decoder = ResultDecoder::new(messages[0].clone()).unwrap();
            assert_eq!(decoder.next().unwrap(), None);
            decoder.piece = Buffer::from_vec(shifted);
            decoder.piece.advance(shift);
            let found = decoder.next().unwrap().unwrap();
            assert_eq!(found.columns(), batch.columns(), "{shift}");
        }
    }
}

#[test]
fn incomplete_types_are_refused_by_the_schema() {
    let labels = DataType::Dictionary(DataType::Int8.into(), DataType::Utf8.into());
    let opaque = [(EXTENSION_TYPE_NAME_KEY.to_owned(), OPAQUE.to_owned())];
    let opaque = Field::new("l", DataType::FixedSizeBinary(16), true).with_metadata(opaque);
    let list = |item: Field| DataType::List(Arc::new(item));
    let structure = |field: Field| DataType::Struct(vec![field].into());
    let day = Field::new("day", labels, true);
    for (column, expected) in [
        (day.clone(), "the type ENUM"),
        (Field::new("c", list(day.clone()), true), "the type ENUM"),
        (
            Field::new("c", structure(Field::new("f", list(day), true)), true),
            "the type ENUM",
        ),
        (opaque.clone(), "UHUGEINT"),
        (Field::new("c", list(opaque), true), "UHUGEINT"),
    ] {
        let schema = Arc::new(Schema::new(vec![
            Field::new("id", DataType::Int32, false),
            column,
        ]));
        let batch = RecordBatch::new_empty(schema.clone());
        let header = messages(&[batch]).swap_remove(0);
        let message = ResultDecoder::new(header).err().unwrap().to_string();
        let name = schema.field(1).name();
        assert!(
            message.contains(&format!("column \"{name}\" has ")),
            "{message}"
        );
        assert!(message.contains(expected), "{message}");
        assert!(
            message.ends_with("cast it to VARCHAR to read it"),
            "{message}"
        );
    }
}

#[test]
fn a_stream_cut_anywhere_is_an_error_or_has_fewer_batches() {
    let batches = [people(&["a", "b"]), people(&["c"])];
    let messages = messages(&batches);
    let [schema, first, _] = [0, 1, 2].map(|at| messages[at].len());
    let whole = messages.concat();
    for length in 0..=whole.len() {
        let found = decode([whole[..length].to_vec()]);
        let complete = [schema, schema + first, whole.len()];
        match complete.iter().position(|end| *end == length) {
            Some(count) => assert_eq!(found.unwrap(), batches[..count], "{length}"),
            None => assert!(
                matches!(found, Err(Error::Decode { .. })),
                "{length}: {found:?}"
            ),
        }
    }
    assert!(decode([b"<!doctype html>".to_vec()]).is_err());
    assert!(decode([]).is_err());
}

/// The metadata of a record batch is left out: arrow-ipc panics on some changes to it.
#[test]
fn changed_bytes_of_the_schema_and_of_the_values_never_panic() {
    let batch = people(&["a", "bc", "李"]);
    let messages = messages(std::slice::from_ref(&batch));
    let [schema, rows] = [0, 1].map(|at| &messages[at]);
    let metadata = u32::from_le_bytes(rows[4..8].try_into().unwrap());
    let body = 8 + usize::try_from(metadata).unwrap();
    for change in 1..=u8::MAX {
        for at in 0..schema.len() {
            let mut changed = schema.clone();
            changed[at] ^= change;
            drop(ResultDecoder::new(changed));
        }
        for at in body..rows.len() {
            let mut changed = rows.clone();
            changed[at] ^= change;
            if let Ok(found) = decode([schema.clone(), changed]) {
                assert_eq!(found[0].num_rows(), batch.num_rows());
            }
        }
    }
}
