//! Days and times, each with what it is read as.

use super::*;

fn read(text: &str, order: DateOrder) -> Option<String> {
    let moment = instant(text, order)?;
    let date = chrono::DateTime::from_timestamp_micros(moment.microseconds)?.naive_utc();
    Some(if moment.is_day {
        date.date().to_string()
    } else {
        date.format("%Y-%m-%d %H:%M:%S%.f").to_string() + if moment.has_zone { "Z" } else { "" }
    })
}

#[test]
fn days_and_times_as_they_are_written() {
    use DateOrder::{Compact, DayFirst, MonthFirst, Serial, YearFirst};
    let table = [
        ("2025-12-31", YearFirst, Some("2025-12-31")),
        ("2025/1/2", YearFirst, Some("2025-01-02")),
        ("2025-12-31", DayFirst, None),
        ("31.12.2025", DayFirst, Some("2025-12-31")),
        ("31.12.25", DayFirst, Some("2025-12-31")),
        ("31.12.70", DayFirst, Some("1970-12-31")),
        ("1/2/2025", DayFirst, Some("2025-02-01")),
        ("1/2/2025", MonthFirst, Some("2025-01-02")),
        ("13/31/2026", DayFirst, None),
        ("29/02/2025", DayFirst, None),
        ("29/02/2024", DayFirst, Some("2024-02-29")),
        ("31-Dec-2025", DayFirst, Some("2025-12-31")),
        ("31 December 2025", DayFirst, Some("2025-12-31")),
        ("Dec 31, 2025", MonthFirst, Some("2025-12-31")),
        ("31. Dezember 2025", DayFirst, Some("2025-12-31")),
        ("3 mars 2025", DayFirst, Some("2025-03-03")),
        ("Wed, 31 Dec 2025", DayFirst, Some("2025-12-31")),
        ("1.2/2025", DayFirst, None),
        ("1.2.3", DayFirst, None),
        ("10.0.0.1", DayFirst, None),
        ("20251231", Compact, Some("2025-12-31")),
        ("20251331", Compact, None),
        ("46022", Serial, Some("2025-12-31")),
        ("46022.5", Serial, Some("2025-12-31 12:00:00")),
        ("60", Serial, None),
        ("2025-12-31 23:59", YearFirst, Some("2025-12-31 23:59:00")),
        (
            "2025-12-31T23:59:58.123456",
            YearFirst,
            Some("2025-12-31 23:59:58.123456"),
        ),
        ("2025-12-31 24:00", YearFirst, Some("2026-01-01 00:00:00")),
        ("2025-12-31 24:01", YearFirst, None),
        (
            "2025-12-31T12:00:00Z",
            YearFirst,
            Some("2025-12-31 12:00:00Z"),
        ),
        (
            "2025-12-31 12:00:00+02:00",
            YearFirst,
            Some("2025-12-31 10:00:00Z"),
        ),
        (
            "2025-12-31 12:00:00-0530",
            YearFirst,
            Some("2025-12-31 17:30:00Z"),
        ),
        (
            "12/31/2025 1:05 PM",
            MonthFirst,
            Some("2025-12-31 13:05:00"),
        ),
        (
            "12/31/2025 12:05 AM",
            MonthFirst,
            Some("2025-12-31 00:05:00"),
        ),
        ("12/31/2025 13:05 PM", MonthFirst, None),
        ("9999-12-31", YearFirst, Some("9999-12-31")),
        ("0000-01-01", YearFirst, None),
        ("", YearFirst, None),
        ("next week", DayFirst, None),
    ];
    for (text, order, value) in table {
        assert_eq!(read(text, order).as_deref(), value, "{text}, {order}");
    }
}

#[test]
fn midnights_are_days() {
    assert_eq!(
        date("1970-01-02 00:00:00.000", DateOrder::YearFirst),
        Some(1)
    );
    assert_eq!(date("1970-01-02 00:01", DateOrder::YearFirst), None);
}

#[test]
fn times_of_day() {
    let table = [
        ("08:30", Some(30_600_000_000)),
        ("8:30:15.5", Some(30_615_500_000)),
        ("8:30 pm", Some(73_800_000_000)),
        ("24:00", None),
        ("25:00", None),
        ("8", None),
        ("8:30Z", None),
    ];
    for (text, value) in table {
        assert_eq!(time(text), value, "{text}");
    }
}
