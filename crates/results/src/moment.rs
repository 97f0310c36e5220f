//! Days, times and instants as ISO 8601 text, for every value of DuckDB: years after 9999, years
//! before Christ and the infinities, which no calendar library of Rust supports. It must not know
//! a time zone other than UTC, or a locale.
//!
//! `2025-10-01`, `12:34:56.789`, `2025-10-01T12:34:56.789`, and with a `Z` for an instant. Values
//! that ISO 8601 cannot express are written as DuckDB prints them: `infinity`, `-infinity`,
//! `12025-01-01`, `0044-03-15 (BC)` and `0044-03-15 (BC) 12:00:00`.

use arrow_schema::TimeUnit;

use crate::digits::{eight_digits, put, room};

const DAY: i64 = 86_400;

/// Appends a day, given in days since 1970-01-01.
#[inline]
pub fn date(days: i32, out: &mut Vec<u8>) {
    match days {
        i32::MAX => out.extend_from_slice(b"infinity"),
        days if days == -i32::MAX => out.extend_from_slice(b"-infinity"),
        days => {
            day(i64::from(days), out);
        }
    }
}

/// Appends a time of day.
#[inline]
pub fn time(value: i64, unit: TimeUnit, out: &mut Vec<u8>) {
    let per_second = per_second(unit);
    clock(
        value.div_euclid(per_second),
        value.rem_euclid(per_second) * (per_second_nanos() / per_second),
        out,
    );
}

/// Appends an instant, given in that unit since 1970-01-01T00:00:00, in UTC or without a time zone.
#[inline]
pub fn timestamp(value: i64, unit: TimeUnit, is_utc: bool, out: &mut Vec<u8>) {
    if value == i64::MAX {
        return out.extend_from_slice(b"infinity");
    }
    if value == -i64::MAX {
        return out.extend_from_slice(b"-infinity");
    }
    let per_second = per_second(unit);
    let seconds = value.div_euclid(per_second);
    let is_after_christ = day(seconds.div_euclid(DAY), out);
    out.push(if is_after_christ { b'T' } else { b' ' });
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

/// Puts a day of the years 1 to 9999 into a [`room`] at a position, and returns
/// the position after it. `None` for other years and if it does not fit.
#[inline]
pub fn short_date(days: i32, at: usize, room: &mut [u8]) -> Option<usize> {
    let days = u32::try_from(days.checked_add(FROM_MARCH)?).ok()?;
    let (year, month, day) = civil(days % DAYS_OF_ERA);
    let year = days / DAYS_OF_ERA * YEARS_OF_ERA + year;
    if !(1..=9_999).contains(&year) {
        return None;
    }
    let digits = eight_digits(year * 10_000 + month * 100 + day);
    let [y1, y2, y3, y4, m1, m2, d1, d2] = digits.to_le_bytes();
    put([y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2], at, room)?;
    Some(at + 10)
}

/// Appends a day, and returns whether it is after Christ.
#[inline]
fn day(days: i64, out: &mut Vec<u8>) -> bool {
    let short = |room: &mut [u8; 10]| short_date(i32::try_from(days).ok()?, 0, room);
    if room(out, short).is_some() {
        return true;
    }
    let days = days + i64::from(FROM_MARCH);
    let era = i64::from(DAYS_OF_ERA);
    #[expect(clippy::cast_possible_truncation, reason = "it is from 0 to 146,096")]
    let (year, month, day) = civil(days.rem_euclid(era) as u32);
    let year = days.div_euclid(era) * i64::from(YEARS_OF_ERA) + i64::from(year);
    let is_after_christ = year > 0;
    digits(if is_after_christ { year } else { 1 - year }, 4, out);
    for part in [month, day] {
        out.push(b'-');
        digits(part.into(), 2, out);
    }
    if !is_after_christ {
        out.extend_from_slice(b" (BC)");
    }
    is_after_christ
}

/// The Gregorian calendar repeats after this number of years.
const YEARS_OF_ERA: u32 = 400;
const DAYS_OF_ERA: u32 = 146_097;
/// Days from 0000-03-01, the start of an era, to 1970-01-01.
const FROM_MARCH: i32 = 719_468;

/// The year, month and day of a day of an era. Howard Hinnant's `civil_from_days`, in 32 bits,
/// because WebAssembly divides numbers of 64 bits slowly.
#[inline]
const fn civil(day_of_era: u32) -> (u32, u32, u32) {
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    if month_from_march < 10 {
        (year_of_era, month_from_march + 3, day)
    } else {
        (year_of_era + 1, month_from_march - 9, day)
    }
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

/// Appends a number with at least `width` digits.
#[inline]
fn digits(number: i64, width: usize, out: &mut Vec<u8>) {
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
    #[case(-719_469, "0001-02-29 (BC)")]
    #[case(2_932_896, "9999-12-31")]
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
