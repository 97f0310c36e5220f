//! What each type of Arrow is in `DuckDB`: the type of the column, and the type of Arrow in which `DuckDB` gets the
//! values. It must not know where the values come from.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Fields, TimeUnit};

/// A type that `DuckDB` has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// In SQL.
    pub(crate) sql: String,
    /// In Arrow.
    pub(crate) arrow: DataType,
}

impl Known {
    fn new(sql: impl Into<String>, arrow: DataType) -> Self {
        Self {
            sql: sql.into(),
            arrow,
        }
    }

    pub(crate) fn text() -> Self {
        Self::new("VARCHAR", DataType::Utf8)
    }

    /// The type in `DuckDB` of one in a file; `None` if it has none.
    pub(crate) fn of(found: &DataType) -> Option<Self> {
        Some(match found {
            DataType::Boolean => Self::new("BOOLEAN", found.clone()),
            DataType::Int8 => Self::new("TINYINT", found.clone()),
            DataType::Int16 => Self::new("SMALLINT", found.clone()),
            DataType::Int32 => Self::new("INTEGER", found.clone()),
            DataType::Int64 => Self::new("BIGINT", found.clone()),
            DataType::UInt8 => Self::new("UTINYINT", found.clone()),
            DataType::UInt16 => Self::new("USMALLINT", found.clone()),
            DataType::UInt32 => Self::new("UINTEGER", found.clone()),
            DataType::UInt64 => Self::new("UBIGINT", found.clone()),
            DataType::Float16 | DataType::Float32 => Self::new("FLOAT", DataType::Float32),
            DataType::Float64 => Self::new("DOUBLE", DataType::Float64),
            DataType::Decimal32(precision, scale)
            | DataType::Decimal64(precision, scale)
            | DataType::Decimal128(precision, scale)
            | DataType::Decimal256(precision, scale) => decimal(*precision, *scale),
            DataType::Null | DataType::Utf8 | DataType::Utf8View => Self::text(),
            DataType::LargeUtf8 => Self::new("VARCHAR", DataType::LargeUtf8),
            DataType::Binary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
                Self::new("BLOB", DataType::Binary)
            }
            DataType::LargeBinary => Self::new("BLOB", DataType::LargeBinary),
            DataType::Date32 | DataType::Date64 => Self::new("DATE", DataType::Date32),
            DataType::Time32(_) | DataType::Time64(_) => {
                Self::new("TIME", DataType::Time64(TimeUnit::Microsecond))
            }
            DataType::Timestamp(unit, None) => {
                let sql = match unit {
                    TimeUnit::Second => "TIMESTAMP_S",
                    TimeUnit::Millisecond => "TIMESTAMP_MS",
                    TimeUnit::Microsecond => "TIMESTAMP",
                    TimeUnit::Nanosecond => "TIMESTAMP_NS",
                };
                Self::new(sql, found.clone())
            }
            DataType::Timestamp(_, Some(_)) => Self::new(
                "TIMESTAMP WITH TIME ZONE",
                DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into())),
            ),
            DataType::Interval(_) => Self::new("INTERVAL", found.clone()),
            DataType::Dictionary(_, values) => match Self::of(values)? {
                // DuckDB takes a dictionary of texts as it is.
                known if known.arrow == **values && known.sql == "VARCHAR" => Self {
                    arrow: found.clone(),
                    ..known
                },
                known => known,
            },
            DataType::RunEndEncoded(_, values) => Self::of(values.data_type())?,
            DataType::List(item)
            | DataType::LargeList(item)
            | DataType::ListView(item)
            | DataType::LargeListView(item)
            | DataType::FixedSizeList(item, _) => {
                let (known, item) = field(item)?;
                Self::new(format!("{}[]", known.sql), DataType::List(Arc::new(item)))
            }
            DataType::Struct(fields) => structure(fields)?,
            DataType::Map(entries, sorted) => {
                let (known, fields) = match entries.data_type() {
                    DataType::Struct(fields) => match fields.as_ref() {
                        [key, value] => {
                            let ((key, key_field), (value, value_field)) =
                                (field(key)?, field(value)?);
                            let sql = format!("MAP({}, {})", key.sql, value.sql);
                            (sql, vec![key_field.with_nullable(false), value_field])
                        }
                        _ => return None,
                    },
                    _ => return None,
                };
                let entries = entries
                    .as_ref()
                    .clone()
                    .with_data_type(DataType::Struct(Fields::from(fields)));
                Self::new(known, DataType::Map(Arc::new(entries), *sorted))
            }
            DataType::Duration(_) | DataType::Union(..) => return None,
        })
    }
}

/// A decimal that has room in 38 digits, and a text for any other: nothing is rounded.
fn decimal(precision: u8, scale: i8) -> Known {
    match u8::try_from(scale) {
        Ok(scale) if precision <= 38 && scale <= precision => Known::new(
            format!("DECIMAL({precision},{scale})"),
            DataType::Decimal128(precision, scale.cast_signed()),
        ),
        _ => Known::text(),
    }
}

fn structure(fields: &Fields) -> Option<Known> {
    if fields.is_empty() {
        return None;
    }
    let mut parts = Vec::new();
    let mut inside = Vec::new();
    for one in fields {
        let (known, field) = field(one)?;
        let name = field.name().replace('"', "\"\"");
        parts.push(format!("\"{name}\" {}", known.sql));
        inside.push(field);
    }
    Some(Known::new(
        format!("STRUCT({})", parts.join(", ")),
        DataType::Struct(Fields::from(inside)),
    ))
}

fn field(found: &Field) -> Option<(Known, Field)> {
    // A dictionary inside a list is written out.
    let known = match found.data_type() {
        DataType::Dictionary(_, values) => Known::of(values)?,
        other => Known::of(other)?,
    };
    let field = Field::new(found.name(), known.arrow.clone(), true);
    Some((known, field))
}
