//! The values of a column while a batch is read. A row that turns out to be wrong is taken back. It must
//! not know why a row is wrong.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
    Time64MicrosecondArray, TimestampMicrosecondArray,
};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, TimeUnit};

use crate::types::is_code_with_e;
use crate::value::{Number, NumberStyle, Rule, boolean, date, instant, number, rescaled, time};

/// The values of a column.
pub(crate) struct Column {
    values: Values,
    is_valid: Vec<bool>,
    nulls: usize,
}

enum Values {
    Text { bytes: Vec<u8>, ends: Vec<i32> },
    Whole(Vec<i64>),
    Big(Vec<i128>),
    Float(Vec<f64>),
    Days(Vec<i32>),
    Yes(Vec<bool>),
}

/// Why a text is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// The rule does not read it.
    NotA,
    /// It is a number that this type has no room for; a wider one has.
    TooNarrow,
}

impl Column {
    pub(crate) fn new(rule: Rule) -> Self {
        Self {
            values: Values::new(rule),
            is_valid: Vec::new(),
            nulls: 0,
        }
    }

    pub(crate) fn push_null(&mut self) {
        self.is_valid.push(false);
        self.nulls += 1;
        match &mut self.values {
            Values::Text { bytes, ends } => ends.push(end(bytes)),
            Values::Whole(values) => values.push(0),
            Values::Big(values) => values.push(0),
            Values::Float(values) => values.push(0.0),
            Values::Days(values) => values.push(0),
            Values::Yes(values) => values.push(false),
        }
    }

    /// Adds the value of a text.
    pub(crate) fn push(&mut self, text: &str, rule: Rule) -> Result<(), Misfit> {
        let not_a = Misfit::NotA;
        match (&mut self.values, rule) {
            (Values::Text { bytes, ends }, _) => {
                bytes.extend_from_slice(text.as_bytes());
                ends.push(end(bytes));
            }
            (Values::Whole(values), Rule::Whole(style)) => {
                let number = exact(text, style).ok_or(not_a)?;
                let mantissa = rescaled(number, 0).ok_or(Misfit::TooNarrow)?;
                values.push(i64::try_from(mantissa).map_err(|_| Misfit::TooNarrow)?);
            }
            (Values::Big(values), Rule::BigWhole(style)) => {
                let number = exact(text, style).ok_or(not_a)?;
                values.push(rescaled(number, 0).ok_or(Misfit::TooNarrow)?);
            }
            (Values::Big(values), Rule::Decimal { style, scale, .. }) => {
                let number = match exact(text, style) {
                    Some(number) => number,
                    None if exponent(text, style).is_some() => return Err(Misfit::TooNarrow),
                    None => return Err(not_a),
                };
                let mantissa = rescaled(number, scale).ok_or(Misfit::TooNarrow)?;
                if mantissa.unsigned_abs() >= limit(rule) {
                    return Err(Misfit::TooNarrow);
                }
                values.push(mantissa);
            }
            (Values::Float(values), Rule::Float(style)) => {
                let value = match number(text, style) {
                    Some(number) => number.to_f64(),
                    None => exponent(text, style).ok_or(not_a)?,
                };
                values.push(value);
            }
            (Values::Days(values), Rule::Date(order)) => {
                values.push(date(text, order).ok_or(not_a)?);
            }
            (Values::Whole(values), Rule::Timestamp(order)) => {
                let moment = instant(text, order).filter(|moment| !moment.has_zone);
                values.push(moment.ok_or(not_a)?.microseconds);
            }
            (Values::Whole(values), Rule::Instant(order)) => {
                let moment = instant(text, order).filter(|moment| moment.has_zone);
                values.push(moment.ok_or(not_a)?.microseconds);
            }
            (Values::Whole(values), Rule::Time) => values.push(time(text).ok_or(not_a)?),
            (Values::Yes(values), Rule::Boolean) => values.push(boolean(text).ok_or(not_a)?),
            _ => return Err(not_a),
        }
        self.is_valid.push(true);
        Ok(())
    }

    /// Keeps the first rows alone.
    pub(crate) fn truncate(&mut self, rows: usize) {
        if self.is_valid.len() <= rows {
            return;
        }
        let taken = self.is_valid.iter().skip(rows);
        self.nulls -= taken.filter(|is_valid| !**is_valid).count();
        self.is_valid.truncate(rows);
        match &mut self.values {
            Values::Text { bytes, ends } => {
                ends.truncate(rows);
                let end = ends.last().copied().unwrap_or(0);
                bytes.truncate(usize::try_from(end).unwrap_or(0));
            }
            Values::Whole(values) => values.truncate(rows),
            Values::Big(values) => values.truncate(rows),
            Values::Float(values) => values.truncate(rows),
            Values::Days(values) => values.truncate(rows),
            Values::Yes(values) => values.truncate(rows),
        }
    }

    /// Bytes of texts, which decide when a batch is full.
    pub(crate) fn text_bytes(&self) -> usize {
        match &self.values {
            Values::Text { bytes, .. } => bytes.len(),
            _ => 0,
        }
    }

    /// The values as an array; the column is empty afterwards.
    pub(crate) fn take(&mut self, rule: Rule) -> Result<ArrayRef, ArrowError> {
        let column = std::mem::replace(self, Self::new(rule));
        let nulls = (column.nulls > 0).then(|| NullBuffer::from(column.is_valid));
        Ok(match column.values {
            Values::Text { bytes, ends } => {
                let mut offsets = Vec::with_capacity(ends.len() + 1);
                offsets.push(0);
                offsets.extend(ends);
                let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
                Arc::new(StringArray::try_new(
                    offsets,
                    Buffer::from_vec(bytes),
                    nulls,
                )?)
            }
            Values::Whole(values) => match rule {
                Rule::Timestamp(_) | Rule::Instant(_) => {
                    Arc::new(TimestampMicrosecondArray::try_new(values.into(), nulls)?)
                }
                Rule::Time => Arc::new(Time64MicrosecondArray::try_new(values.into(), nulls)?),
                _ => Arc::new(Int64Array::try_new(values.into(), nulls)?),
            },
            Values::Big(values) => Arc::new(
                Decimal128Array::try_new(values.into(), nulls)?
                    .with_precision_and_scale(rule.precision(), scale(rule))?,
            ),
            Values::Float(values) => Arc::new(Float64Array::try_new(values.into(), nulls)?),
            Values::Days(values) => Arc::new(Date32Array::try_new(values.into(), nulls)?),
            Values::Yes(values) => Arc::new(BooleanArray::new(BooleanBuffer::from(values), nulls)),
        })
    }
}

impl Values {
    const fn new(rule: Rule) -> Self {
        match rule {
            Rule::Text => Self::Text {
                bytes: Vec::new(),
                ends: Vec::new(),
            },
            Rule::Whole(_) | Rule::Timestamp(_) | Rule::Instant(_) | Rule::Time => {
                Self::Whole(Vec::new())
            }
            Rule::BigWhole(_) | Rule::Decimal { .. } => Self::Big(Vec::new()),
            Rule::Float(_) => Self::Float(Vec::new()),
            Rule::Date(_) => Self::Days(Vec::new()),
            Rule::Boolean => Self::Yes(Vec::new()),
        }
    }
}

/// The Arrow type of a column.
pub(crate) fn data_type(rule: Rule) -> DataType {
    match rule {
        Rule::Text => DataType::Utf8,
        Rule::Whole(_) => DataType::Int64,
        Rule::BigWhole(_) | Rule::Decimal { .. } => {
            DataType::Decimal128(rule.precision(), scale(rule))
        }
        Rule::Float(_) => DataType::Float64,
        Rule::Date(_) => DataType::Date32,
        Rule::Timestamp(_) | Rule::Instant(_) => DataType::Timestamp(TimeUnit::Microsecond, None),
        Rule::Time => DataType::Time64(TimeUnit::Microsecond),
        Rule::Boolean => DataType::Boolean,
    }
}

/// What the digits of a decimal stay below.
const fn limit(rule: Rule) -> u128 {
    const NARROW: u128 = 10u128.pow(18);
    const WIDE: u128 = 10u128.pow(38);
    if rule.precision() == 18 { NARROW } else { WIDE }
}

fn scale(rule: Rule) -> i8 {
    match rule {
        Rule::Decimal { scale, .. } => i8::try_from(scale).unwrap_or(i8::MAX),
        _ => 0,
    }
}

/// A number as it is written, one with an exponent too where that leaves no doubt: `1.5e+3` is 1500.
fn exact(text: &str, style: NumberStyle) -> Option<Number> {
    if let Some(number) = number(text, style) {
        return Some(number);
    }
    let (digits, power) = text.trim().split_once(['e', 'E'])?;
    if is_code_with_e(text) {
        return None;
    }
    let (number, power) = (number(digits, style)?, power.parse::<i16>().ok()?);
    let scale = i16::from(number.scale) - power;
    if let Ok(scale) = u8::try_from(scale) {
        return (scale <= 38).then_some(Number { scale, ..number });
    }
    let power = 10i128.checked_pow(u32::try_from(-scale).ok()?)?;
    let mantissa = number.mantissa.checked_mul(power)?;
    (mantissa.unsigned_abs() < 10u128.pow(38)).then_some(Number { mantissa, scale: 0 })
}

/// A number with an exponent, as programs write doubles: `1.5e-07`.
pub(crate) fn exponent(text: &str, style: crate::NumberStyle) -> Option<f64> {
    let text = text.trim();
    let is_double = text.contains(['e', 'E'])
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"+-.,eE".contains(&byte));
    if !is_double {
        return None;
    }
    let text = if style.decimal == ',' {
        text.replace(',', ".")
    } else {
        text.to_owned()
    };
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

fn end(bytes: &[u8]) -> i32 {
    // A batch ends long before.
    i32::try_from(bytes.len()).unwrap_or(i32::MAX)
}
