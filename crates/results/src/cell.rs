//! The exact value of one cell of an Arrow array. It must not know a locale, a column width or a
//! page: the caller decides how a cell looks.

use std::fmt;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowNativeTypeOp};
use arrow_schema::{DataType, TimeUnit};

use crate::moment;

/// One value.
///
/// ```
/// use arrow_array::{ArrayRef, Decimal128Array, StringArray};
/// use results::Cell;
///
/// let sums = Decimal128Array::from(vec![533]).with_precision_and_scale(38, 0)?;
/// assert_eq!(Cell::of(&sums, 0), Cell::Decimal { unscaled: 533, scale: 0 });
/// assert_eq!(Cell::of(&sums, 7), Cell::Null); // no such row
///
/// let names = StringArray::from(vec![Some("Müller, Anna"), None]);
/// assert_eq!(Cell::of(&names, 0).to_string(), "Müller, Anna");
/// assert_eq!(Cell::of(&names, 1), Cell::Null);
/// # Ok::<(), arrow_schema::ArrowError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// NULL, or a row that does not exist.
    Null,
    /// A whole number.
    Integer(i128),
    /// A floating-point number, finite or not.
    Float(f64),
    /// A floating-point number of single precision: as a double, 0.1 would no longer be 0.1.
    Single(f32),
    /// The number `unscaled` / 10^`scale`.
    Decimal {
        /// The digits.
        unscaled: i128,
        /// The number of digits after the decimal point.
        scale: i8,
    },
    /// A text.
    Text(&'a str),
    /// A day as `YYYY-MM-DD`. `infinity` and years outside of ISO 8601 are as DuckDB prints them.
    Date(String),
    /// True or false.
    Boolean(bool),
    /// A value of any other type, as text.
    Other(String),
}

impl<'a> Cell<'a> {
    /// The value in a row of an array; `Null` if there is no such row. An array of a type that DuckDB
    /// does not send gives the name of the type.
    #[must_use]
    pub fn of(array: &'a dyn Array, row: usize) -> Self {
        if row >= array.len() || array.is_null(row) {
            return Self::Null;
        }
        match array.data_type() {
            DataType::Null => Self::Null,
            DataType::Boolean => Self::Boolean(array.as_boolean().value(row)),
            DataType::Int8 => integer::<Int8Type>(array, row),
            DataType::Int16 => integer::<Int16Type>(array, row),
            DataType::Int32 => integer::<Int32Type>(array, row),
            DataType::Int64 => integer::<Int64Type>(array, row),
            DataType::UInt8 => integer::<UInt8Type>(array, row),
            DataType::UInt16 => integer::<UInt16Type>(array, row),
            DataType::UInt32 => integer::<UInt32Type>(array, row),
            DataType::UInt64 => integer::<UInt64Type>(array, row),
            DataType::Float32 => Self::Single(native::<Float32Type>(array, row)),
            DataType::Float64 => Self::Float(native::<Float64Type>(array, row)),
            DataType::Decimal128(_, scale) => Self::Decimal {
                unscaled: native::<Decimal128Type>(array, row),
                scale: *scale,
            },
            DataType::Utf8 => Self::Text(array.as_string::<i32>().value(row)),
            DataType::Date32 => Self::Date(moment(|out| {
                moment::date(native::<Date32Type>(array, row), out);
            })),
            DataType::Time64(TimeUnit::Microsecond) => time(
                native::<Time64MicrosecondType>(array, row),
                TimeUnit::Microsecond,
            ),
            DataType::Time64(unit) => time(native::<Time64NanosecondType>(array, row), *unit),
            DataType::Timestamp(unit, zone) => {
                let value = match unit {
                    TimeUnit::Second => native::<TimestampSecondType>(array, row),
                    TimeUnit::Millisecond => native::<TimestampMillisecondType>(array, row),
                    TimeUnit::Microsecond => native::<TimestampMicrosecondType>(array, row),
                    TimeUnit::Nanosecond => native::<TimestampNanosecondType>(array, row),
                };
                // Arrow stores an instant in UTC, whatever its time zone for display is.
                Self::Other(moment(|out| {
                    moment::timestamp(value, *unit, zone.is_some(), out);
                }))
            }
            unknown => Self::Other(format!("({unknown})")),
        }
    }
}

/// The value with all its digits and without grouping, as in a text file.
impl fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value}"),
            Self::Single(value) => write!(f, "{value}"),
            Self::Decimal { unscaled, scale } => f.write_str(&decimal(*unscaled, *scale)),
            Self::Text(value) => f.write_str(value),
            Self::Date(value) | Self::Other(value) => f.write_str(value),
            Self::Boolean(value) => write!(f, "{value}"),
        }
    }
}

fn native<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> T::Native {
    array
        .as_primitive_opt::<T>()
        .map_or(T::Native::ZERO, |array| array.value(row))
}

fn integer<T>(array: &dyn Array, row: usize) -> Cell<'static>
where
    T: ArrowPrimitiveType,
    T::Native: Into<i128>,
{
    Cell::Integer(native::<T>(array, row).into())
}

fn time(value: i64, unit: TimeUnit) -> Cell<'static> {
    Cell::Other(moment(|out| moment::time(value, unit, out)))
}

/// The text that a function of [`moment`](crate::moment) writes.
fn moment(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    write(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn decimal(unscaled: i128, scale: i8) -> String {
    let Ok(places) = usize::try_from(scale) else {
        return format!(
            "{unscaled}{}",
            "0".repeat(usize::from(scale.unsigned_abs()))
        );
    };
    if places == 0 {
        return unscaled.to_string();
    }
    let sign = if unscaled < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    format!("{sign}{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{
        BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array, Int32Array,
        ListArray, Time64MicrosecondArray, TimestampMicrosecondArray, UInt64Array,
    };

    #[test]
    fn values_have_all_their_digits() {
        let decimals = |value, scale| {
            Decimal128Array::from(vec![value])
                .with_precision_and_scale(38, scale)
                .unwrap()
        };
        let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)])]);
        let cases: [(&dyn Array, &str); 16] = [
            (&Int32Array::from(vec![-7]), "-7"),
            (&UInt64Array::from(vec![u64::MAX]), "18446744073709551615"),
            (&Float64Array::from(vec![68541.67]), "68541.67"),
            (&Float64Array::from(vec![f64::NAN]), "NaN"),
            (&Float32Array::from(vec![0.1]), "0.1"),
            (&decimals(-5, 2), "-0.05"),
            (&decimals(12_345, 2), "123.45"),
            (&decimals(533, 0), "533"),
            (&decimals(5, -2), "500"),
            (&BooleanArray::from(vec![true]), "true"),
            (&Date32Array::from(vec![20_362]), "2025-10-01"),
            (&Date32Array::from(vec![-1]), "1969-12-31"),
            (&Date32Array::from(vec![i32::MAX]), "infinity"),
            (
                &Time64MicrosecondArray::from(vec![86_400_000_000]),
                "24:00:00",
            ),
            (
                &TimestampMicrosecondArray::from(vec![1_500_000]).with_timezone("UTC"),
                "1970-01-01T00:00:01.500Z",
            ),
            (&lists, "(List(Int32))"),
        ];
        for (array, expected) in cases {
            assert_eq!(Cell::of(array, 0).to_string(), expected);
        }
    }
}
