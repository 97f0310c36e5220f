//! Days, times and instants as ISO 8601 text, for every value that DuckDB can hold: years beyond
//! 9999, years before Christ and the infinities, which no calendar library of Rust reaches. It
//! must not know a time zone but UTC, nor a locale.
//!
//! `2025-10-01`, `12:34:56.789`, `2025-10-01T12:34:56.789`, and with a `Z` where it is an instant.
//! What ISO 8601 has no word for is written as DuckDB prints it: `infinity`, `-infinity`,
//! `12025-01-01`, `0044-03-15 (BC)` and `0044-03-15 (BC) 12:00:00`.

use arrow_schema::TimeUnit;

const DAY: i64 = 86_400;

/// A day, counted from 1970-01-01.
#[inline]
pub(crate) fn date(days: i32, out: &mut Vec<u8>) {
    match days {
        i32::MAX => out.extend_from_slice(b"infinity"),
        days if days == -i32::MAX => out.extend_from_slice(b"-infinity"),
        days => {
            day(i64::from(days), out);
        }
    }
}

/// A time of day.
#[inline]
pub(crate) fn time(value: i64, unit: TimeUnit, out: &mut Vec<u8>) {
    let per_second = per_second(unit);
    clock(
        value.div_euclid(per_second),
        value.rem_euclid(per_second) * (per_second_nanos() / per_second),
        out,
    );
}

/// An instant, counted from 1970-01-01T00:00:00 in that unit, in UTC or without a zone.
#[inline]
pub(crate) fn timestamp(value: i64, unit: TimeUnit, is_utc: bool, out: &mut Vec<u8>) {
    if value == i64::MAX {
        return out.extend_from_slice(b"infinity");
    }
    if value == -i64::MAX {
        return out.extend_from_slice(b"-infinity");
    }
    let per_second = per_second(unit);
    let seconds = value.div_euclid(per_second);
    let is_ours = day(seconds.div_euclid(DAY), out);
    out.push(if is_ours { b'T' } else { b' ' });
    clock(
        seconds.rem_euclid(DAY),
        value.rem_euclid(per_second) * (per_second_nanos() / per_second),
        out,
    );
    if is_utc {
        out.push(b'Z');
    }
}

#[inline]
const fn per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => per_second_nanos(),
    }
}

#[inline]
const fn per_second_nanos() -> i64 {
    1_000_000_000
}

/// Writes the day, and whether it is of our era. Howard Hinnant's `civil_from_days`, with 64 bits
/// only where it takes them: in WebAssembly they are slow to divide.
#[inline]
fn day(days: i64, out: &mut Vec<u8>) -> bool {
    const ERA: i64 = 146_097; // days in 400 years
    let days = days + 719_468; // from 0000-03-01
    #[expect(clippy::cast_possible_truncation, reason = "it is from 0 to 146,096")]
    let day_of_era = days.rem_euclid(ERA) as u32;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = i64::from(year_of_era) + days.div_euclid(ERA) * 400 + i64::from(month <= 2);
    let is_ours = year > 0;
    digits(if is_ours { year } else { 1 - year }, 4, out);
    let ([m, n], [d, e]) = (two(month), two(day));
    out.extend_from_slice(&[b'-', m, n, b'-', d, e]);
    if !is_ours {
        out.extend_from_slice(b" (BC)");
    }
    is_ours
}

#[inline]
fn clock(seconds: i64, nanos: i64, out: &mut Vec<u8>) {
    digits(seconds / 3_600, 2, out);
    out.push(b':');
    digits(seconds / 60 % 60, 2, out);
    out.push(b':');
    digits(seconds % 60, 2, out);
    if nanos == 0 {
        return;
    }
    out.push(b'.');
    if nanos % 1_000_000 == 0 {
        digits(nanos / 1_000_000, 3, out);
    } else if nanos % 1_000 == 0 {
        digits(nanos / 1_000, 6, out);
    } else {
        digits(nanos, 9, out);
    }
}

/// The last two digits of a number.
#[inline]
fn two(number: u32) -> [u8; 2] {
    let digit = |number: u32| b'0' + (number % 10).to_le_bytes()[0];
    [digit(number / 10), digit(number)]
}

/// A number of at least so many digits.
#[inline]
fn digits(number: i64, width: usize, out: &mut Vec<u8>) {
    if let (4, Ok(number @ 0..=9_999)) = (width, u32::try_from(number)) {
        out.extend_from_slice(&two(number / 100));
        return out.extend_from_slice(&two(number));
    }
    let mut buffer = itoa::Buffer::new();
    let text = buffer.format(number);
    out.extend(std::iter::repeat_n(b'0', width.saturating_sub(text.len())));
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[rstest]
    #[case(0, "1970-01-01")]
    #[case(-1, "1969-12-31")]
    #[case(20_362, "2025-10-01")]
    #[case(11_016, "2000-02-29")]
    #[case(-719_162, "0001-01-01")]
    #[case(-719_163, "0001-12-31 (BC)")]
    #[case(2_932_897, "10000-01-01")]
    #[case(i32::MAX, "infinity")]
    #[case(-i32::MAX, "-infinity")]
    #[case(i32::MAX - 1, "5881580-07-10")]
    #[case(-i32::MAX + 1, "5877642-06-25 (BC)")]
    fn a_day(#[case] days: i32, #[case] expected: &str) {
        assert_eq!(written(|out| date(days, out)), expected);
    }

    #[rstest]
    #[case(0, TimeUnit::Second, false, "1970-01-01T00:00:00")]
    #[case(-1, TimeUnit::Millisecond, true, "1969-12-31T23:59:59.999Z")]
    #[case(
        1_759_322_096_789_012,
        TimeUnit::Microsecond,
        true,
        "2025-10-01T12:34:56.789012Z"
    )]
    #[case(
        1_759_322_096_789_000_001,
        TimeUnit::Nanosecond,
        false,
        "2025-10-01T12:34:56.789000001"
    )]
    #[case(i64::MAX, TimeUnit::Second, false, "infinity")]
    #[case(-i64::MAX, TimeUnit::Microsecond, true, "-infinity")]
    #[case(-62_135_596_801, TimeUnit::Second, false, "0001-12-31 (BC) 23:59:59")]
    fn an_instant(
        #[case] value: i64,
        #[case] unit: TimeUnit,
        #[case] is_utc: bool,
        #[case] expected: &str,
    ) {
        assert_eq!(written(|out| timestamp(value, unit, is_utc, out)), expected);
    }

    #[rstest]
    #[case(45_296_789_000, TimeUnit::Microsecond, "12:34:56.789")]
    #[case(86_400_000_000, TimeUnit::Microsecond, "24:00:00")]
    #[case(5, TimeUnit::Nanosecond, "00:00:00.000000005")]
    fn a_time(#[case] value: i64, #[case] unit: TimeUnit, #[case] expected: &str) {
        assert_eq!(written(|out| time(value, unit, out)), expected);
    }
}
