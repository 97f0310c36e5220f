//! The values of a column as JSON, nested ones included. It must not know of files.

use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListLikeArray};
use arrow_buffer::{ArrowNativeType, NullBuffer};
use arrow_schema::{ArrowError, DataType, Fields};

use results::digits::{self, Phrase};

use crate::column::Values;

/// A column, or a column nested in one.
pub(super) struct Value<'a> {
    nulls: Option<NullBuffer>,
    kind: Kind<'a>,
}

/// Values by the JSON that they become.
enum Kind<'a> {
    /// Numbers, `true`, `false` or texts.
    Flat(Values<'a>),
    /// Arrays of the items in the row's range.
    List(Box<Value<'a>>, Ranges<'a>),
    /// Objects with the same members in all rows.
    Struct(Object<'a>),
    /// Objects with the keys and values in the row's range.
    Map(Box<[Value<'a>; 2]>, Ranges<'a>),
}

/// The range of the items of a row.
type Ranges<'a> = Box<dyn Fn(usize) -> Range<usize> + 'a>;

impl<'a> Value<'a> {
    #[inline]
    fn new(array: &'a dyn Array) -> Result<Self, ArrowError> {
        let kind = match array.data_type() {
            DataType::List(_) => list(array.as_list::<i32>())?,
            DataType::LargeList(_) => list(array.as_list::<i64>())?,
            DataType::FixedSizeList(..) => list(array.as_fixed_size_list())?,
            DataType::Struct(fields) => {
                Kind::Struct(Object::new(fields, array.as_struct().columns())?)
            }
            DataType::Map(..) => {
                let array = array.as_map();
                let keys = Self::new(array.keys())?;
                if !matches!(keys.kind, Kind::Flat(Values::Text(_))) || keys.nulls.is_some() {
                    return Err(ArrowError::JsonError(format!(
                        "the keys of {} are not all texts",
                        array.data_type()
                    )));
                }
                let offsets = array.offsets();
                let offset = |at: usize| offsets.get(at).map_or(0, |offset| offset.as_usize());
                Kind::Map(
                    Box::new([keys, Self::new(array.values())?]),
                    Box::new(move |row| offset(row)..offset(row + 1)),
                )
            }
            _ => Kind::Flat(Values::new(array)?),
        };
        let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
        Ok(Self { nulls, kind })
    }

    #[inline]
    fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    /// Appends a name and the value of a row in one write, if both are short: see
    /// [`digits`](results::digits).
    #[inline]
    fn append_short(&self, name: &Phrase, row: usize, out: &mut Vec<u8>) -> Option<()> {
        let Kind::Flat(values) = &self.kind else {
            return None;
        };
        if self.is_null(row) {
            return None;
        }
        digits::room::<{ 2 * Phrase::BLOCK }>(out, |room| {
            let at = name.put(room)?;
            if !matches!(values, Values::Day(_)) {
                return values.short(row, at, room);
            }
            digits::put([b'"'], at, room)?;
            let end = values.short(row, at + 1, room)?;
            digits::put([b'"'], end, room)?;
            Some(end + 1)
        })
    }

    /// Appends the value of a row.
    #[inline]
    fn append(&self, row: usize, out: &mut Vec<u8>) -> Result<(), ArrowError> {
        if self.is_null(row) {
            out.extend_from_slice(b"null");
            return Ok(());
        }
        match &self.kind {
            Kind::Flat(values) => flat(values, row, out),
            Kind::List(items, range) => {
                out.push(b'[');
                for (at, item) in range(row).enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    items.append(item, out)?;
                }
                out.push(b']');
                Ok(())
            }
            Kind::Struct(object) => object.append(row, out),
            Kind::Map(entries, range) => {
                let [keys, values] = &**entries;
                out.push(b'{');
                for (at, entry) in range(row).enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    keys.append(entry, out)?;
                    out.push(b':');
                    values.append(entry, out)?;
                }
                out.push(b'}');
                Ok(())
            }
        }
    }
}

#[inline]
fn list(array: &impl ListLikeArray) -> Result<Kind<'_>, ArrowError> {
    let items = Value::new(array.values())?;
    Ok(Kind::List(
        Box::new(items),
        Box::new(|row| array.element_range(row)),
    ))
}

/// Columns as the members of an object: a row of a result, or a struct.
pub(super) struct Object<'a> {
    members: Vec<Member<'a>>,
}

struct Member<'a> {
    /// The text before the value: a comma except for the first member, the name and a colon.
    name: Phrase,
    value: Value<'a>,
}

impl<'a> Object<'a> {
    #[inline]
    pub(super) fn new(fields: &Fields, columns: &'a [ArrayRef]) -> Result<Self, ArrowError> {
        let members = fields
            .iter()
            .zip(columns)
            .enumerate()
            .map(|(at, (field, array))| {
                let mut name = Vec::new();
                if at > 0 {
                    name.push(b',');
                }
                text(field.name(), &mut name);
                name.push(b':');
                Ok(Member {
                    name: Phrase::new(&name),
                    value: Value::new(array)?,
                })
            })
            .collect::<Result<_, ArrowError>>()?;
        Ok(Self { members })
    }

    /// Appends the object of a row.
    #[inline]
    pub(super) fn append(&self, row: usize, out: &mut Vec<u8>) -> Result<(), ArrowError> {
        out.push(b'{');
        for Member { name, value } in &self.members {
            if value.append_short(name, row, out).is_none() {
                name.append(out);
                value.append(row, out)?;
            }
        }
        out.push(b'}');
        Ok(())
    }
}

/// Appends a value that is not nested and not NULL.
#[inline]
fn flat(values: &Values<'_>, row: usize, out: &mut Vec<u8>) -> Result<(), ArrowError> {
    let is_finite = match values {
        Values::Float32(array) => array.value(row).is_finite(),
        Values::Float64(array) => array.value(row).is_finite(),
        _ => true,
    };
    match values {
        _ if !is_finite => out.extend_from_slice(b"null"),
        Values::Text(value) => text(value(row), out),
        Values::Day(_) | Values::Moment(_) => {
            out.push(b'"');
            values.append(row, out)?;
            out.push(b'"');
        }
        Values::Other(formatter) => text(&formatter.value(row).try_to_string()?, out),
        values => values.append(row, out)?,
    }
    Ok(())
}

/// Appends a text in quotes. Only the characters that JSON requires are escaped.
#[inline]
fn text(value: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = value.as_bytes();
    while let Some(at) = rest.iter().position(|byte| is_special(*byte)) {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain);
        let Some((byte, after)) = special.split_first() else {
            break;
        };
        escape(*byte, out);
        rest = after;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

#[inline]
const fn is_special(byte: u8) -> bool {
    matches!(byte, 0..0x20 | b'"' | b'\\')
}

#[inline]
fn escape(byte: u8, out: &mut Vec<u8>) {
    let letter = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        _ => return out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
    };
    out.extend_from_slice(&[b'\\', letter]);
}
