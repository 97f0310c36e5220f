//! A column of a batch that appends its values as text, without an allocation for each value. It
//! must not know a format: the caller adds quotes, NULLs and separators.

use std::fmt;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal128Type, Int8Type, Int16Type, Int64Type, Time32MillisecondType,
    Time32SecondType, Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type,
};
use arrow_array::{
    Array, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array, Int32Array,
    RecordBatch, UInt64Array,
};
use arrow_buffer::NullBuffer;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType, TimeUnit};

use results::{digits, moment};

use crate::float;

/// Appends the value of a row, which is not NULL.
type Append<'a> = Box<dyn Fn(usize, &mut Vec<u8>) + 'a>;

/// A column, and which of its values are NULL.
pub(super) struct Column<'a> {
    pub(super) values: Values<'a>,
    nulls: Option<NullBuffer>,
}

/// Values by the characters that their text can contain.
pub(super) enum Values<'a> {
    /// Any characters.
    Text(Box<dyn Fn(usize) -> &'a str + 'a>),
    /// Digits, perhaps after a minus.
    Int32(&'a Int32Array),
    /// Digits, perhaps after a minus.
    Integer(Box<dyn Fn(usize) -> i64 + 'a>),
    /// Digits.
    Unsigned(&'a UInt64Array),
    /// A floating-point number: the shortest text that reads back to the same bits.
    Float32(&'a Float32Array),
    /// A floating-point number: the shortest text that reads back to the same bits.
    Float64(&'a Float64Array),
    /// Digits, perhaps after a minus and with a point; with the scale.
    Decimal(&'a Decimal128Array, usize),
    /// `true` or `false`.
    Boolean(&'a BooleanArray),
    /// A day: ASCII without quotes or commas.
    Day(&'a Date32Array),
    /// A time or an instant: ASCII without quotes or commas.
    Moment(Append<'a>),
    /// A type that no query of [`transport`](crate::transport) returns, as Arrow prints it.
    Other(ArrayFormatter<'a>),
}

impl<'a> Column<'a> {
    /// The columns of a batch, in its order.
    pub(super) fn all(batch: &'a RecordBatch) -> Result<Vec<Self>, ArrowError> {
        let columns = batch.columns().iter();
        columns.map(|array| Self::new(array)).collect()
    }

    #[inline]
    pub(super) fn new(array: &'a dyn Array) -> Result<Self, ArrowError> {
        Ok(Self {
            values: Values::new(array)?,
            nulls: array.logical_nulls(),
        })
    }

    #[inline]
    pub(super) fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }
}

impl<'a> Values<'a> {
    #[inline]
    pub(super) fn new(array: &'a dyn Array) -> Result<Self, ArrowError> {
        Ok(match array.data_type() {
            DataType::Utf8 => {
                let array = array.as_string::<i32>();
                Self::Text(Box::new(|row| array.value(row)))
            }
            DataType::LargeUtf8 => {
                let array = array.as_string::<i64>();
                Self::Text(Box::new(|row| array.value(row)))
            }
            DataType::Utf8View => {
                let array = array.as_string_view();
                Self::Text(Box::new(|row| array.value(row)))
            }
            DataType::Int8 => integer::<Int8Type>(array),
            DataType::Int16 => integer::<Int16Type>(array),
            DataType::Int32 => Self::Int32(array.as_primitive()),
            DataType::Int64 => integer::<Int64Type>(array),
            DataType::UInt8 => integer::<UInt8Type>(array),
            DataType::UInt16 => integer::<UInt16Type>(array),
            DataType::UInt32 => integer::<UInt32Type>(array),
            DataType::UInt64 => Self::Unsigned(array.as_primitive()),
            DataType::Float32 => Self::Float32(array.as_primitive()),
            DataType::Float64 => Self::Float64(array.as_primitive()),
            DataType::Boolean => Self::Boolean(array.as_boolean()),
            DataType::Decimal128(_, scale) if *scale >= 0 => Self::Decimal(
                array.as_primitive::<Decimal128Type>(),
                usize::from(scale.unsigned_abs()),
            ),
            DataType::Date32 => Self::Day(array.as_primitive()),
            DataType::Time32(TimeUnit::Second) => time::<Time32SecondType>(array, TimeUnit::Second),
            DataType::Time32(unit) => time::<Time32MillisecondType>(array, *unit),
            DataType::Time64(TimeUnit::Microsecond) => {
                time::<Time64MicrosecondType>(array, TimeUnit::Microsecond)
            }
            DataType::Time64(unit) => time::<Time64NanosecondType>(array, *unit),
            // Arrow stores an instant in UTC, whatever its time zone for display is.
            DataType::Timestamp(unit, zone) => {
                let is_utc = zone.is_some();
                match unit {
                    TimeUnit::Second => timestamp::<TimestampSecondType>(array, *unit, is_utc),
                    TimeUnit::Millisecond => {
                        timestamp::<TimestampMillisecondType>(array, *unit, is_utc)
                    }
                    TimeUnit::Microsecond => {
                        timestamp::<TimestampMicrosecondType>(array, *unit, is_utc)
                    }
                    TimeUnit::Nanosecond => {
                        timestamp::<TimestampNanosecondType>(array, *unit, is_utc)
                    }
                }
            }
            _ => Self::Other(ArrayFormatter::try_new(array, &FormatOptions::default())?),
        })
    }

    /// Puts the value of a row, which is not NULL, into a [room](digits::room) at a position, and
    /// returns the position after it. `None` for a type or a value that is not among the frequent ones.
    #[expect(
        clippy::inline_always,
        reason = "in WebAssembly a call takes as long as the digits of a number"
    )]
    #[inline(always)]
    pub(super) fn short(&self, row: usize, at: usize, room: &mut [u8]) -> Option<usize> {
        match self {
            Self::Int32(array) => digits::short(array.value(row).into(), at, room),
            Self::Integer(value) => digits::short(value(row), at, room),
            Self::Day(array) => moment::short_date(array.value(row), at, room),
            Self::Float64(array) => float::short(array.value(row), at, room),
            _ => None,
        }
    }

    /// Appends the value of a row, which is not NULL.
    #[inline]
    pub(super) fn append(&self, row: usize, out: &mut Vec<u8>) -> Result<(), ArrowError> {
        match self {
            Self::Text(value) => out.extend_from_slice(value(row).as_bytes()),
            Self::Int32(array) => digits::signed(array.value(row).into(), out),
            Self::Integer(value) => digits::signed(value(row), out),
            Self::Unsigned(array) => digits::unsigned(array.value(row), out),
            Self::Day(array) => moment::date(array.value(row), out),
            Self::Moment(append) => append(row, out),
            Self::Float32(array) => {
                out.extend_from_slice(ryu::Buffer::new().format(array.value(row)).as_bytes());
            }
            Self::Float64(array) => float::float(array.value(row), out),
            Self::Decimal(array, scale) => decimal(array.value(row), *scale, out),
            Self::Boolean(array) => {
                let word: &[u8] = if array.value(row) { b"true" } else { b"false" };
                out.extend_from_slice(word);
            }
            Self::Other(formatter) => formatter.value(row).write(&mut Utf8(out))?,
        }
        Ok(())
    }
}

#[inline]
fn integer<T>(array: &dyn Array) -> Values<'_>
where
    T: ArrowPrimitiveType<Native: Into<i64>>,
{
    let array = array.as_primitive::<T>();
    Values::Integer(Box::new(|row| array.value(row).into()))
}

#[inline]
fn time<T>(array: &dyn Array, unit: TimeUnit) -> Values<'_>
where
    T: ArrowPrimitiveType<Native: Into<i64>>,
{
    let array = array.as_primitive::<T>();
    Values::Moment(Box::new(move |row, out| {
        moment::time(array.value(row).into(), unit, out);
    }))
}

#[inline]
fn timestamp<T>(array: &dyn Array, unit: TimeUnit, is_utc: bool) -> Values<'_>
where
    T: ArrowPrimitiveType<Native = i64>,
{
    let array = array.as_primitive::<T>();
    Values::Moment(Box::new(move |row, out| {
        moment::timestamp(array.value(row), unit, is_utc, out);
    }))
}

/// Appends the number `unscaled` / 10^`scale`, with `scale` digits after the point.
#[inline]
fn decimal(unscaled: i128, scale: usize, out: &mut Vec<u8>) {
    if unscaled < 0 {
        out.push(b'-');
    }
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(unscaled.unsigned_abs()).as_bytes();
    if scale == 0 {
        return out.extend_from_slice(digits);
    }
    let (whole, part) = digits.split_at(digits.len().saturating_sub(scale));
    out.extend_from_slice(if whole.is_empty() { b"0" } else { whole });
    out.push(b'.');
    out.extend(std::iter::repeat_n(b'0', scale.saturating_sub(part.len())));
    out.extend_from_slice(part);
}

/// A byte vector that `fmt` can write into.
struct Utf8<'a>(&'a mut Vec<u8>);

impl fmt::Write for Utf8<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0, 0, "0")]
    #[case(0, 2, "0.00")]
    #[case(-5, 2, "-0.05")]
    #[case(12_345, 2, "123.45")]
    #[case(12_345, 5, "0.12345")]
    #[case(i128::MIN, 0, "-170141183460469231731687303715884105728")]
    fn a_decimal(#[case] unscaled: i128, #[case] scale: usize, #[case] expected: &str) {
        let mut out = Vec::new();
        decimal(unscaled, scale, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
