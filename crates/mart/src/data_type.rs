//! The types of columns, in DuckDB's words. It must not know what a column is for.

use std::fmt;
use std::ops::RangeInclusive;

/// A type of DuckDB, by its name.
///
/// ```
/// use mart::{DataType, TypeKind};
///
/// let price = DataType::parse("decimal(10,2)")?;
/// assert_eq!(price.to_string(), "DECIMAL(10,2)");
/// assert_eq!(price.kind(), TypeKind::Decimal);
/// assert_eq!(DataType::parse("int")?, DataType::parse("INTEGER")?);
/// assert!(DataType::parse("INTEGER); DROP TABLE x; --").is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataType {
    name: String,
    kind: TypeKind,
}

/// What can be done with values of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeKind {
    /// Numbers without a fraction, of up to 32 bits.
    Whole,
    /// Numbers without a fraction, of more bits.
    Big,
    /// Numbers with a fixed number of decimals.
    Decimal,
    /// Numbers with a floating point.
    Float,
    /// `VARCHAR`
    Text,
    /// `DATE`
    Date,
    /// The kinds of `TIME`
    Time,
    /// The kinds of `TIMESTAMP`
    Timestamp,
    /// `BOOLEAN`
    Boolean,
    /// Anything else: nested values, bytes, intervals, types of the user's own.
    Other,
}

impl TypeKind {
    /// Whether values can be added and multiplied.
    #[must_use]
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Whole | Self::Big | Self::Decimal | Self::Float)
    }
}

/// The types that a built table may have, by their names and aliases, with the first name as the
/// one that DuckDB prints.
const TYPES: [(&[&str], TypeKind); 22] = [
    (&["TINYINT", "INT1"], TypeKind::Whole),
    (&["SMALLINT", "INT2", "SHORT"], TypeKind::Whole),
    (&["INTEGER", "INT", "INT4", "SIGNED"], TypeKind::Whole),
    (&["BIGINT", "INT8", "LONG"], TypeKind::Big),
    (&["HUGEINT", "INT128"], TypeKind::Big),
    (&["UTINYINT"], TypeKind::Whole),
    (&["USMALLINT"], TypeKind::Whole),
    (&["UINTEGER"], TypeKind::Big),
    (&["UBIGINT"], TypeKind::Big),
    (&["FLOAT", "FLOAT4", "REAL"], TypeKind::Float),
    (&["DOUBLE", "FLOAT8"], TypeKind::Float),
    (&["VARCHAR", "TEXT", "STRING", "CHAR"], TypeKind::Text),
    (&["DATE"], TypeKind::Date),
    (&["TIME"], TypeKind::Time),
    (&["TIMESTAMP", "DATETIME"], TypeKind::Timestamp),
    (&["TIMESTAMP_S"], TypeKind::Timestamp),
    (&["TIMESTAMP_MS"], TypeKind::Timestamp),
    (&["TIMESTAMP_NS"], TypeKind::Timestamp),
    (
        &["TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ"],
        TypeKind::Timestamp,
    ),
    (&["BOOLEAN", "BOOL", "LOGICAL"], TypeKind::Boolean),
    (&["UUID"], TypeKind::Other),
    (&["BLOB", "BYTEA"], TypeKind::Other),
];

impl DataType {
    /// Reads the name of a type that a table can be built with.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let upper = text.trim().to_ascii_uppercase();
        if let Some((names, kind)) = TYPES
            .iter()
            .find(|(names, _)| names.contains(&upper.as_str()))
        {
            return Ok(Self {
                name: names.first().copied().unwrap_or_default().to_owned(),
                kind: *kind,
            });
        }
        match decimal(&upper) {
            Some((digits, scale)) if (1..=38).contains(&digits) && scale <= digits => Ok(Self {
                name: format!("DECIMAL({digits},{scale})"),
                kind: TypeKind::Decimal,
            }),
            _ => Err(format!(
                "{} is not a type that a table can be built with",
                crate::mistake::quoted(text)
            )),
        }
    }

    /// The type of a column that exists, as DuckDB prints it. It may be any.
    #[must_use]
    pub fn existing(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|_| Self {
            name: text.to_owned(),
            kind: TypeKind::Other,
        })
    }

    /// The names of the types that a table can be built with.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let names = TYPES.iter().filter_map(|(names, _)| names.first().copied());
        names.chain(["DECIMAL(18,2)"])
    }

    /// What can be done with its values.
    #[must_use]
    pub const fn kind(&self) -> TypeKind {
        self.kind
    }

    /// The digits of a decimal, and those of them after the point; `None` for other types.
    pub(crate) fn digits_and_scale(&self) -> Option<(u32, u32)> {
        decimal(&self.name)
    }

    /// The numbers that a type of whole numbers holds; `None` for those of 128 bits and other types.
    pub(crate) fn whole_range(&self) -> Option<RangeInclusive<i128>> {
        let (least, greatest) = match self.name.as_str() {
            "TINYINT" => (i8::MIN.into(), i8::MAX.into()),
            "SMALLINT" => (i16::MIN.into(), i16::MAX.into()),
            "INTEGER" => (i32::MIN.into(), i32::MAX.into()),
            "BIGINT" => (i64::MIN.into(), i64::MAX.into()),
            "UTINYINT" => (0, u8::MAX.into()),
            "USMALLINT" => (0, u16::MAX.into()),
            "UINTEGER" => (0, u32::MAX.into()),
            "UBIGINT" => (0, u64::MAX.into()),
            _ => return None,
        };
        Some(least..=greatest)
    }

    /// The digits after the point; 0 for what has no fixed number of them.
    pub(crate) fn scale(&self) -> u32 {
        let (_, scale) = self.digits_and_scale().unwrap_or_default();
        scale
    }

    /// Its name, as DuckDB prints it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// The digits and the scale of `DECIMAL`, `DECIMAL(18)` or `DECIMAL(18,3)`.
fn decimal(upper: &str) -> Option<(u32, u32)> {
    let rest = upper
        .strip_prefix("DECIMAL")
        .or_else(|| upper.strip_prefix("NUMERIC"))?
        .trim();
    if rest.is_empty() {
        return Some((18, 3));
    }
    let inner = rest.strip_prefix('(')?.strip_suffix(')')?;
    let number = |text: &str| -> Option<u32> {
        let text = text.trim();
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().ok())?
    };
    match inner.split_once(',') {
        None => Some((number(inner)?, 0)),
        Some((digits, scale)) => Some((number(digits)?, number(scale)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_any_case_and_by_their_aliases() {
        let table = [
            (" integer ", Some(("INTEGER", TypeKind::Whole))),
            ("text", Some(("VARCHAR", TypeKind::Text))),
            ("numeric(5)", Some(("DECIMAL(5,0)", TypeKind::Decimal))),
            (
                "DECIMAL( 38 , 10 )",
                Some(("DECIMAL(38,10)", TypeKind::Decimal)),
            ),
            ("DECIMAL(39,0)", None),
            ("DECIMAL(2,3)", None),
            ("DECIMAL(-1,0)", None),
            ("DECIMAL(1,0); --", None),
            ("INTEGER[]", None),
            ("", None),
        ];
        for (text, expected) in table {
            let found = DataType::parse(text).ok();
            let found = found.as_ref().map(|found| (found.name(), found.kind()));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn an_existing_type_may_be_any() {
        let list = DataType::existing("INTEGER[]");
        assert_eq!((list.name(), list.kind()), ("INTEGER[]", TypeKind::Other));
    }
}
