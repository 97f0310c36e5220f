//! The days of a period of time, as its name is written in a result. It must not know filters.

use crate::Days;
use crate::document::DateGrain;

/// The days in a week after its first.
const REST_OF_WEEK: u32 = 6;

/// The days of a period: of the grain of an attribute, which a result names by its first day; or one that
/// is named as a year, a quarter, a month or a day.
///
/// ```
/// use mart::{DateGrain, days_of_period};
///
/// let days = |grain, period| {
///     let days = days_of_period(grain, period)?;
///     Some(format!("{} {}", days.first?, days.last?))
/// };
/// for (grain, period, expected) in [
///     (None, "2025-11", "2025-11-01 2025-11-30"),
///     (None, "2025-Q4", "2025-10-01 2025-12-31"),
///     (None, "2025-11-05", "2025-11-05 2025-11-05"),
///     (Some(DateGrain::Day), "2025-11-05", "2025-11-05 2025-11-05"),
///     (Some(DateGrain::Week), "2025-12-29 00:00:00", "2025-12-29 2026-01-04"),
///     (Some(DateGrain::Week), "2024-02-26", "2024-02-26 2024-03-03"),
///     (Some(DateGrain::Month), "2024-02-01", "2024-02-01 2024-02-29"),
///     (Some(DateGrain::Quarter), "2025-07-01", "2025-07-01 2025-09-30"),
///     (Some(DateGrain::Year), "2025-01-01", "2025-01-01 2025-12-31"),
/// ] {
///     assert_eq!(days(grain, period).as_deref(), Some(expected), "{period}");
/// }
/// assert_eq!(days(None, "North"), None);
/// assert_eq!(days(Some(DateGrain::Month), "NULL"), None);
/// ```
#[must_use]
pub fn days_of_period(grain: Option<DateGrain>, period: &str) -> Option<Days> {
    let Some((year, month, day)) = parts(period) else {
        return Days::of(period);
    };
    let date = period.get(..10)?.to_owned();
    match grain {
        None | Some(DateGrain::Day) => Some(Days {
            first: Some(date.clone()),
            last: Some(date),
        }),
        Some(DateGrain::Week) => Some(Days {
            first: Some(date),
            last: Some(end_of_week(year, month, day)?),
        }),
        Some(DateGrain::Month) => Days::of(&format!("{year:04}-{month:02}")),
        Some(DateGrain::Quarter) => Days::of(&format!("{year:04}-Q{}", month.div_ceil(3))),
        Some(DateGrain::Year) => Days::of(&format!("{year:04}")),
    }
}

/// The day that a date or an instant in ISO 8601 begins with.
fn parts(text: &str) -> Option<(u32, u32, u32)> {
    let is_day = text.get(..10)?.bytes().enumerate().all(|(at, byte)| {
        if matches!(at, 4 | 7) {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    });
    let is_end = text
        .get(10..)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', 'T']));
    let number = |from: usize, to: usize| text.get(from..to)?.parse().ok();
    (is_day && is_end).then_some((number(0, 4)?, number(5, 7)?, number(8, 10)?))
}

fn end_of_week(year: u32, month: u32, day: u32) -> Option<String> {
    let last = Days::of(&format!("{year:04}-{month:02}"))?.last?;
    let (.., last) = parts(&last)?;
    let (year, month, day) = match day + REST_OF_WEEK {
        day if day <= last => (year, month, day),
        day if month == 12 => (year + 1, 1, day - last),
        day => (year, month + 1, day - last),
    };
    Some(format!("{year:04}-{month:02}-{day:02}"))
}
