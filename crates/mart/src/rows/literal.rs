//! One value of a row as a literal of SQL, if a column can hold it exactly. It must not know where the
//! value stands.

use crate::mistake::quoted;
use crate::sql::text;
use crate::{DataType, TypeKind};

/// A value as SQL.
///
/// # Errors
/// What the value is not.
pub(crate) fn literal(data_type: &DataType, value: &str) -> Result<String, String> {
    let (sql, expected) = match data_type.kind() {
        TypeKind::Whole | TypeKind::Big => whole(data_type, value)?,
        TypeKind::Decimal => decimal(data_type, value)?,
        TypeKind::Float => (float(value), "a number".to_owned()),
        TypeKind::Boolean => (
            matches!(value, "true" | "false").then(|| value.to_owned()),
            "`true` or `false`".to_owned(),
        ),
        TypeKind::Date => (
            is_day(value).then(|| text(value)),
            "a day as YYYY-MM-DD".to_owned(),
        ),
        TypeKind::Time => (
            is_time(value).then(|| text(value)),
            "a time as HH:MM:SS".to_owned(),
        ),
        TypeKind::Timestamp => (
            is_instant(value).then(|| text(value)),
            "an instant as YYYY-MM-DD HH:MM:SS".to_owned(),
        ),
        TypeKind::Text | TypeKind::Other => (Some(text(value)), String::new()),
    };
    sql.ok_or_else(|| format!("{} is not {expected}", quoted(value)))
}

type Literal = (Option<String>, String);

fn whole(data_type: &DataType, value: &str) -> Result<Literal, String> {
    let Ok(number) = value.parse::<i128>() else {
        return Ok((None, "a whole number".to_owned()));
    };
    let range = data_type.whole_range();
    if range.is_some_and(|range| !range.contains(&number)) {
        return Err(format!("{number} does not fit into {data_type}"));
    }
    Ok((Some(number.to_string()), String::new()))
}

/// DuckDB would round a value with more digits, which the file's author has not asked for.
fn decimal(data_type: &DataType, value: &str) -> Result<Literal, String> {
    let Some(number) = float(value) else {
        return Ok((None, "a number".to_owned()));
    };
    let (digits, scale) = data_type.digits_and_scale().unwrap_or((38, 38));
    let unsigned = value.trim_start_matches('-');
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let fits = |digits: &str, most: u32| u32::try_from(digits.len()).is_ok_and(|has| has <= most);
    let is_exact = fits(fraction.trim_end_matches('0'), scale)
        && fits(whole.trim_start_matches('0'), digits.saturating_sub(scale));
    if is_exact {
        Ok((Some(number), String::new()))
    } else {
        Err(format!("{} does not fit into {data_type}", quoted(value)))
    }
}

/// A finite number without an exponent.
fn float(value: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
    let is_number = value.parse::<f64>().is_ok_and(f64::is_finite);
    (is_number && value.chars().all(is_plain)).then(|| value.to_owned())
}

/// Numbers of these lengths, with these separators between them.
fn parts<const N: usize>(value: &str, separator: char, lengths: [usize; N]) -> Option<[u32; N]> {
    let mut numbers = [0; N];
    let mut texts = value.split(separator);
    for (number, length) in numbers.iter_mut().zip(lengths) {
        let text = texts.next().filter(|text| text.len() == length)?;
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = text.parse().ok()?;
    }
    texts.next().is_none().then_some(numbers)
}

fn is_day(value: &str) -> bool {
    let Some([year, month, day]) = parts(value, '-', [4, 2, 2]) else {
        return false;
    };
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

fn is_time(value: &str) -> bool {
    let (seconds, fraction) = value.split_once('.').unwrap_or((value, "0"));
    let is_fraction =
        matches!(fraction.len(), 1..=9) && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let is_in_day = parts(seconds, ':', [2, 2, 2])
        .is_some_and(|[hour, minute, second]| hour < 24 && minute < 60 && second < 60);
    is_fraction && is_in_day
}

/// With an offset or without: `Z`, `+02` or `-05:30`.
fn is_instant(value: &str) -> bool {
    let Some((day, time)) = value.split_once(['T', ' ']) else {
        return is_day(value);
    };
    let (time, offset) = match time.find(['Z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => (time, "Z"),
    };
    let is_offset = offset == "Z"
        || offset.get(1..).is_some_and(|offset| {
            parts(offset, ':', [2]).is_some() || parts(offset, ':', [2, 2]).is_some()
        });
    is_day(day) && is_time(time) && is_offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_what_the_column_holds_or_is_refused() {
        let table = [
            ("TINYINT", "-128", Ok("-128")),
            ("TINYINT", "128", Err("128 does not fit into TINYINT")),
            ("UINTEGER", "-1", Err("-1 does not fit into UINTEGER")),
            ("BIGINT", "9223372036854775807", Ok("9223372036854775807")),
            (
                "BIGINT",
                "9223372036854775808",
                Err("does not fit into BIGINT"),
            ),
            ("INTEGER", "1.0", Err("`1.0` is not a whole number")),
            ("DECIMAL(4,2)", "-12.340", Ok("-12.340")),
            ("DECIMAL(4,2)", "0012.3", Ok("0012.3")),
            (
                "DECIMAL(4,2)",
                "123",
                Err("`123` does not fit into DECIMAL(4,2)"),
            ),
            (
                "DECIMAL(4,2)",
                "1.234",
                Err("does not fit into DECIMAL(4,2)"),
            ),
            ("DECIMAL(4,2)", "1e1", Err("`1e1` is not a number")),
            ("DOUBLE", "inf", Err("`inf` is not a number")),
            ("BOOLEAN", "TRUE", Err("`TRUE` is not `true` or `false`")),
            ("DATE", "2024-02-29", Ok("'2024-02-29'")),
            (
                "DATE",
                "2025-02-29",
                Err("`2025-02-29` is not a day as YYYY-MM-DD"),
            ),
            ("DATE", "1900-02-29", Err("is not a day")),
            ("DATE", "2025-13-01", Err("is not a day")),
            ("DATE", "2025-1-01", Err("is not a day")),
            ("TIME", "23:59:59.999", Ok("'23:59:59.999'")),
            ("TIME", "24:00:00", Err("is not a time")),
            (
                "TIMESTAMP",
                "2025-01-31T08:00:00Z",
                Ok("'2025-01-31T08:00:00Z'"),
            ),
            ("TIMESTAMP", "2025-01-31 08:00", Err("is not an instant")),
            (
                "TIMESTAMPTZ",
                "2025-01-31 08:00:00-05:30",
                Ok("'2025-01-31 08:00:00-05:30'"),
            ),
            ("VARCHAR", "it's", Ok("'it''s'")),
        ];
        for (name, value, expected) in table {
            let data_type = DataType::parse(name).unwrap();
            let found = literal(&data_type, value);
            match (&found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{name}"),
                (Err(found), Err(words)) => assert!(found.contains(words), "{name}: {found}"),
                _ => panic!("{name} {value}: {found:?}"),
            }
        }
    }
}
