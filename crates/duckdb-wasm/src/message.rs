//! How results lie in the bytes that DuckDB answers with: whole messages of an Arrow IPC stream,
//! each a mark, the length of its head, the head, and the body that the head describes. The first
//! is the schema, all others are batches of rows.
//!
//! What can be decoded are columns of one value a row: numbers, texts, days, times, blobs. What is
//! nested is refused with what to do; whoever wants it as Arrow has
//! [`Connection::stream_bytes`](crate::Connection::stream_bytes) and `arrow_ipc`. That crate reads
//! all there is, and brings 60 KB (gzip) for it.

use std::mem::size_of;
use std::sync::Arc;

use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, NullArray, PrimitiveArray, RecordBatch,
    RecordBatchOptions, StringArray,
};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};

use crate::Error;
use crate::flat::Table;

/// What stands before the length of a message.
const MARK: [u8; 4] = [0xff; 4];

/// Which message a head is of.
const SCHEMA: u8 = 1;
const RECORD_BATCH: u8 = 3;

/// Reads the schema that a result starts with.
pub(crate) fn schema(bytes: Vec<u8>) -> Result<SchemaRef, Error> {
    let mut bytes = Buffer::from_vec(bytes);
    let head = next_head(&mut bytes)?.ok_or_else(|| Error::decode("the answer has no schema"))?;
    let message = Table::root(&head).ok_or_else(broken)?;
    if message.byte(1) != Some(SCHEMA) {
        return Err(Error::decode("the answer does not start with a schema"));
    }
    let fields = message.table(2).ok_or_else(broken)?.tables(1);
    let fields = fields.map(|field| read_field(field.ok_or_else(broken)?));
    Ok(Arc::new(Schema::new(
        fields.collect::<Result<Vec<_>, _>>()?,
    )))
}

/// Takes the next record batch off the front of `bytes`; `None` when there are no more.
pub(crate) fn next_batch(
    bytes: &mut Buffer,
    schema: &SchemaRef,
) -> Result<Option<RecordBatch>, Error> {
    while let Some(head) = next_head(bytes)? {
        let message = Table::root(&head).ok_or_else(broken)?;
        let length = message.i64(3).unwrap_or(0);
        let body = take(bytes, usize::try_from(length).unwrap_or(usize::MAX))?;
        if message.byte(1) == Some(RECORD_BATCH) {
            let batch = message.table(2).ok_or_else(broken)?;
            return read_batch(batch, &body, schema).map(Some);
        }
    }
    Ok(None)
}

/// Takes the head of the next message off the front; `None` at the end.
fn next_head(bytes: &mut Buffer) -> Result<Option<Buffer>, Error> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let start = take(bytes, 8)?;
    let (mark, length) = start.split_at(4);
    if mark != MARK {
        return Err(Error::decode("a message does not start with its mark"));
    }
    let length = length
        .iter()
        .rev()
        .fold(0, |n, byte| n << 8 | usize::from(*byte));
    if length == 0 {
        *bytes = Buffer::default();
        return Ok(None);
    }
    take(bytes, length).map(Some)
}

fn read_field(field: Table<'_>) -> Result<Field, Error> {
    let name = field.text(0).unwrap_or_default();
    let refused = |what: &str| {
        Error::decode(format!(
            "column \"{name}\" is {what}: cast it to VARCHAR to read it"
        ))
    };
    if field.table(4).is_some() {
        return Err(refused(
            "an ENUM, of which DuckDB-Wasm sends the numbers and not the words",
        ));
    }
    let of = field.table(3).ok_or_else(broken)?;
    let data_type = data_type(field.byte(2).unwrap_or(0), of).map_err(|what| refused(&what))?;
    Ok(Field::new(name, data_type, field.byte(1) == Some(1)))
}

/// A type, or what to call one that cannot be decoded. Numbers that are missing have the defaults
/// of Arrow's format.
fn data_type(kind: u8, of: Table<'_>) -> Result<DataType, String> {
    let unit = |default| match of.i16(0).unwrap_or(default) {
        0 => TimeUnit::Second,
        1 => TimeUnit::Millisecond,
        2 => TimeUnit::Microsecond,
        _ => TimeUnit::Nanosecond,
    };
    Ok(match kind {
        1 => DataType::Null,
        2 => match (of.i32(0).unwrap_or(0), of.byte(1) == Some(1)) {
            (8, true) => DataType::Int8,
            (16, true) => DataType::Int16,
            (32, true) => DataType::Int32,
            (64, true) => DataType::Int64,
            (8, false) => DataType::UInt8,
            (16, false) => DataType::UInt16,
            (32, false) => DataType::UInt32,
            (64, false) => DataType::UInt64,
            (bits, _) => return Err(format!("a number of {bits} bits")),
        },
        3 => match of.i16(0).unwrap_or(0) {
            1 => DataType::Float32,
            2 => DataType::Float64,
            _ => return Err("a number of half precision".to_owned()),
        },
        4 => DataType::Binary,
        5 => DataType::Utf8,
        6 => DataType::Boolean,
        7 if of.i32(2).unwrap_or(128) == 128 => DataType::Decimal128(
            of.i32(0)
                .and_then(|digits| u8::try_from(digits).ok())
                .unwrap_or(38),
            of.i32(1)
                .and_then(|scale| i8::try_from(scale).ok())
                .unwrap_or(0),
        ),
        8 if of.i16(0) == Some(0) => DataType::Date32,
        9 if of.i32(1) == Some(64) => DataType::Time64(unit(1)),
        8 | 9 => return Err("a time that DuckDB does not send".to_owned()),
        10 => DataType::Timestamp(unit(0), of.text(1).map(Arc::from)),
        11 => return Err("an INTERVAL".to_owned()),
        12 | 16 => return Err("a LIST".to_owned()),
        13 => return Err("a STRUCT".to_owned()),
        14 => return Err("a UNION".to_owned()),
        17 => return Err("a MAP".to_owned()),
        other => return Err(format!("of Arrow's type {other}")),
    })
}

fn read_batch(batch: Table<'_>, body: &Buffer, schema: &SchemaRef) -> Result<RecordBatch, Error> {
    let len = usize::try_from(batch.i64(0).unwrap_or(0)).map_err(|_| broken())?;
    let mut parts = Parts {
        body,
        nodes: batch.pairs(1),
        buffers: batch.pairs(2),
    };
    let fields = schema.fields().iter();
    let columns = fields.map(|field| parts.column(field.data_type(), len));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(len));
    let schema = SchemaRef::clone(schema);
    Ok(RecordBatch::try_new_with_options(
        schema, columns, &options,
    )?)
}

/// The body of a batch, column by column.
struct Parts<'a, N, B> {
    body: &'a Buffer,
    /// How many values each column has, and how many of them are NULL.
    nodes: N,
    /// Where the buffers of the columns start, and how long they are.
    buffers: B,
}

impl<N, B> Parts<'_, N, B>
where
    N: Iterator<Item = Option<(i64, i64)>>,
    B: Iterator<Item = Option<(i64, i64)>>,
{
    fn column(&mut self, data_type: &DataType, len: usize) -> Result<ArrayRef, Error> {
        let (count, nulls) = self.nodes.next().flatten().ok_or_else(broken)?;
        if usize::try_from(count) != Ok(len) {
            return Err(Error::decode("a column is not as long as its batch"));
        }
        if *data_type == DataType::Null {
            return Ok(Arc::new(NullArray::new(len)));
        }
        let bits = self.buffer()?;
        let nulls = if nulls == 0 {
            None
        } else {
            Some(NullBuffer::new(self::bits(bits, len)?))
        };
        match data_type {
            DataType::Boolean => {
                let values = self::bits(self.buffer()?, len)?;
                Ok(Arc::new(BooleanArray::new(values, nulls)))
            }
            DataType::Utf8 => {
                let (offsets, values) = (self.offsets(len)?, self.buffer()?);
                Ok(Arc::new(StringArray::try_new(offsets, values, nulls)?))
            }
            DataType::Binary => {
                let (offsets, values) = (self.offsets(len)?, self.buffer()?);
                Ok(Arc::new(BinaryArray::try_new(offsets, values, nulls)?))
            }
            _ => primitive(data_type, &self.buffer()?, len, nulls),
        }
    }

    fn buffer(&mut self) -> Result<Buffer, Error> {
        let (start, length) = self.buffers.next().flatten().ok_or_else(broken)?;
        let start = usize::try_from(start).map_err(|_| broken())?;
        let length = usize::try_from(length).map_err(|_| broken())?;
        if start
            .checked_add(length)
            .is_none_or(|end| end > self.body.len())
        {
            return Err(Error::decode("a column ends outside its batch"));
        }
        Ok(self.body.slice_with_length(start, length))
    }

    /// Where each value of a column of texts starts and ends.
    fn offsets(&mut self, len: usize) -> Result<OffsetBuffer<i32>, Error> {
        let buffer = self.buffer()?;
        if len == 0 {
            return Ok(OffsetBuffer::new_empty());
        }
        let offsets: ScalarBuffer<i32> = scalars(&buffer, len + 1)?;
        let goes_back = offsets.windows(2).any(|pair| pair.first() > pair.last());
        if goes_back || offsets.first().is_some_and(|first| *first < 0) {
            return Err(Error::decode(
                "the places of a column's texts are in disorder",
            ));
        }
        Ok(OffsetBuffer::new(offsets))
    }
}

fn primitive(
    data_type: &DataType,
    values: &Buffer,
    len: usize,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, Error> {
    use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    match data_type {
        DataType::Int8 => array::<Int8Type>(data_type, values, len, nulls),
        DataType::Int16 => array::<Int16Type>(data_type, values, len, nulls),
        DataType::Int32 => array::<Int32Type>(data_type, values, len, nulls),
        DataType::Int64 => array::<Int64Type>(data_type, values, len, nulls),
        DataType::UInt8 => array::<UInt8Type>(data_type, values, len, nulls),
        DataType::UInt16 => array::<UInt16Type>(data_type, values, len, nulls),
        DataType::UInt32 => array::<UInt32Type>(data_type, values, len, nulls),
        DataType::UInt64 => array::<UInt64Type>(data_type, values, len, nulls),
        DataType::Float32 => array::<Float32Type>(data_type, values, len, nulls),
        DataType::Float64 => array::<Float64Type>(data_type, values, len, nulls),
        DataType::Decimal128(..) => array::<Decimal128Type>(data_type, values, len, nulls),
        DataType::Date32 => array::<Date32Type>(data_type, values, len, nulls),
        DataType::Time64(Microsecond) => {
            array::<Time64MicrosecondType>(data_type, values, len, nulls)
        }
        DataType::Time64(_) => array::<Time64NanosecondType>(data_type, values, len, nulls),
        DataType::Timestamp(Second, _) => {
            array::<TimestampSecondType>(data_type, values, len, nulls)
        }
        DataType::Timestamp(Millisecond, _) => {
            array::<TimestampMillisecondType>(data_type, values, len, nulls)
        }
        DataType::Timestamp(Microsecond, _) => {
            array::<TimestampMicrosecondType>(data_type, values, len, nulls)
        }
        DataType::Timestamp(Nanosecond, _) => {
            array::<TimestampNanosecondType>(data_type, values, len, nulls)
        }
        _ => Err(broken()),
    }
}

fn array<T: ArrowPrimitiveType>(
    data_type: &DataType,
    values: &Buffer,
    len: usize,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, Error> {
    let array = PrimitiveArray::<T>::try_new(scalars(values, len)?, nulls)?;
    Ok(Arc::new(array.with_data_type(data_type.clone())))
}

/// So many numbers, copied where they do not lie as the machine reads them.
fn scalars<T: arrow_buffer::ArrowNativeType>(
    buffer: &Buffer,
    len: usize,
) -> Result<ScalarBuffer<T>, Error> {
    let needed = len.checked_mul(size_of::<T>()).ok_or_else(broken)?;
    if buffer.len() < needed {
        return Err(Error::decode("a column is shorter than its batch"));
    }
    let is_aligned = buffer.as_ptr().align_offset(align_of::<T>()) == 0;
    let buffer = if is_aligned {
        buffer.clone()
    } else {
        Buffer::from(buffer.as_slice())
    };
    Ok(ScalarBuffer::new(buffer, 0, len))
}

fn bits(buffer: Buffer, len: usize) -> Result<BooleanBuffer, Error> {
    if buffer.len() < len.div_ceil(8) {
        return Err(Error::decode(
            "the bits of a column are fewer than its rows",
        ));
    }
    Ok(BooleanBuffer::new(buffer, 0, len))
}

fn broken() -> Error {
    Error::decode("a message is not as Arrow's format has it")
}

fn take(bytes: &mut Buffer, length: usize) -> Result<Buffer, Error> {
    if bytes.len() < length {
        return Err(Error::decode(format!(
            "a message ends {} bytes too early",
            length - bytes.len()
        )));
    }
    let front = bytes.slice_with_length(0, length);
    bytes.advance(length);
    Ok(front)
}

#[cfg(test)]
mod tests {
    use arrow_array::{
        Date32Array, Decimal128Array, Float64Array, Int8Array, Int32Array, ListArray,
        Time64MicrosecondArray, TimestampMicrosecondArray, UInt64Array,
    };
    use arrow_ipc::writer::StreamWriter;

    use super::*;

    fn people(names: &[&str]) -> RecordBatch {
        let ids = (0..).take(names.len());
        RecordBatch::try_from_iter_with_nullable([
            (
                "id",
                Arc::new(Int32Array::from_iter_values(ids)) as ArrayRef,
                false,
            ),
            ("name", Arc::new(StringArray::from(names.to_vec())), true),
        ])
        .unwrap()
    }

    fn written(batches: &[RecordBatch]) -> Vec<u8> {
        let mut writer = StreamWriter::try_new(Vec::new(), &batches[0].schema()).unwrap();
        for batch in batches {
            writer.write(batch).unwrap();
        }
        writer.into_inner().unwrap()
    }

    #[test]
    fn every_message_of_a_piece_is_read() {
        let batches = [people(&["a", "李"]), people(&[]), people(&["c"])];
        let mut bytes = Buffer::from_vec(written(&batches));
        let schema = schema(bytes.to_vec()).unwrap();
        assert_eq!(schema, batches[0].schema());
        for batch in &batches {
            assert_eq!(
                next_batch(&mut bytes, &schema).unwrap().as_ref(),
                Some(batch)
            );
        }
        assert_eq!(next_batch(&mut bytes, &schema).unwrap(), None);
        assert!(bytes.is_empty());
    }

    #[test]
    fn every_type_of_one_value_a_row_is_read() {
        let instants = TimestampMicrosecondArray::from(vec![Some(1), None, Some(-1)]);
        let columns: [(&str, ArrayRef); 11] = [
            (
                "i8",
                Arc::new(Int8Array::from(vec![Some(-128), None, Some(127)])),
            ),
            ("u64", Arc::new(UInt64Array::from(vec![u64::MAX, 0, 1]))),
            (
                "f64",
                Arc::new(Float64Array::from(vec![
                    Some(0.1),
                    None,
                    Some(f64::INFINITY),
                ])),
            ),
            (
                "bool",
                Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)])),
            ),
            (
                "text",
                Arc::new(StringArray::from(vec![Some(""), None, Some("ü李")])),
            ),
            (
                "blob",
                Arc::new(BinaryArray::from(vec![
                    Some(&b"\0\xff"[..]),
                    None,
                    Some(b""),
                ])),
            ),
            (
                "day",
                Arc::new(Date32Array::from(vec![Some(20_362), None, Some(-1)])),
            ),
            (
                "time",
                Arc::new(Time64MicrosecondArray::from(vec![0, 1, 86_399_999_999])),
            ),
            ("instant", Arc::new(instants.clone())),
            ("with zone", Arc::new(instants.with_timezone("UTC"))),
            (
                "decimal",
                Arc::new(
                    Decimal128Array::from(vec![Some(i128::MIN / 2), None, Some(1)])
                        .with_precision_and_scale(38, 2)
                        .unwrap(),
                ),
            ),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let bytes = written(std::slice::from_ref(&batch));
        let schema = schema(bytes.clone()).unwrap();
        // Wherever in memory the bytes come to lie.
        for shift in 0..16 {
            let mut shifted = vec![0; shift];
            shifted.extend(&bytes);
            let mut bytes = Buffer::from_vec(shifted);
            bytes.advance(shift);
            let found = next_batch(&mut bytes, &schema).unwrap().unwrap();
            assert_eq!(found.columns(), batch.columns());
        }
    }

    #[test]
    fn what_is_nested_is_refused_with_what_to_do() {
        let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)])]);
        let batch = RecordBatch::try_from_iter([("l", Arc::new(lists) as ArrayRef)]).unwrap();
        let cause = schema(written(&[batch])).unwrap_err();
        assert_eq!(
            cause.to_string(),
            "DuckDB's answer could not be read: column \"l\" is a LIST: cast it to VARCHAR to read it"
        );
    }

    #[test]
    fn bytes_cut_anywhere_are_an_error_or_fewer_batches_never_a_panic() {
        let batches = [people(&["a", "b"])];
        let whole = written(&batches);
        for length in 0..whole.len() {
            let cut = whole[..length].to_vec();
            if let Ok(schema) = schema(cut.clone()) {
                match next_batch(&mut Buffer::from_vec(cut), &schema) {
                    Ok(Some(batch)) => assert_eq!(batch, batches[0]),
                    Ok(None) | Err(Error::Decode { .. }) => {}
                    Err(other) => panic!("{other}"),
                }
            }
        }
        assert!(schema(b"<!doctype html>".to_vec()).is_err());
    }

    #[test]
    fn bytes_changed_anywhere_are_never_a_panic() {
        let whole = written(&[people(&["a", "bc", "李"])]);
        for at in 0..whole.len() {
            for change in [1, 0x80, 0xff] {
                let mut changed = whole.clone();
                changed[at] ^= change;
                if let Ok(schema) = schema(changed.clone()) {
                    let mut bytes = Buffer::from_vec(changed);
                    while let Ok(Some(_)) = next_batch(&mut bytes, &schema) {}
                }
            }
        }
    }
}
