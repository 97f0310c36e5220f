//! Days and times as they are written in different countries. It must not know in which column one
//! stands.

use std::fmt;

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// The order of day, month and year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// `2025-12-31`
    YearFirst,
    /// `31.12.2025`, `31/12/25`
    DayFirst,
    /// `12/31/2025`
    MonthFirst,
    /// `20251231`
    Compact,
    /// Days since 1899-12-30, as Excel counts them.
    Serial,
}

impl fmt::Display for DateOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::YearFirst => "year first, as 2025-12-31",
            Self::DayFirst => "day first, as 31/12/2025",
            Self::MonthFirst => "month first, as 12/31/2025",
            Self::Compact => "without separators, as 20251231",
            Self::Serial => "as a serial number of Excel",
        })
    }
}

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Microseconds since 1970; in UTC if there is a zone.
    pub(crate) microseconds: i64,
    pub(crate) has_zone: bool,
    /// No time of day is written.
    pub(crate) is_day: bool,
}

impl Moment {
    /// The day.
    pub(crate) fn day(self) -> String {
        let days = i32::try_from(self.microseconds.div_euclid(DAY)).unwrap_or(i32::MAX);
        let date = NaiveDate::from_num_days_from_ce_opt(days.saturating_add(719_163));
        date.map(|date| date.to_string()).unwrap_or_default()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.microseconds.rem_euclid(DAY);
        let (seconds, fraction) = (time / SECOND, time % SECOND);
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        write!(
            f,
            "{} {hours:02}:{minutes:02}:{:02}",
            self.day(),
            seconds % 60
        )?;
        if fraction > 0 {
            let digits = format!("{fraction:06}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        Ok(())
    }
}

/// The day that a text is, in days since 1970.
pub(crate) fn date(text: &str, order: DateOrder) -> Option<i32> {
    // The common case, which is read fast.
    if order == DateOrder::YearFirst
        && let Some((days, "")) = iso(text)
    {
        return Some(days);
    }
    let moment = instant(text, order)?;
    // A midnight that is written is a day, too: many programs write it behind each date.
    let is_midnight = moment.microseconds.rem_euclid(DAY) == 0 && !moment.has_zone;
    is_midnight.then(|| i32::try_from(moment.microseconds.div_euclid(DAY)).ok())?
}

/// The time of day that a text is, in microseconds since midnight.
pub(crate) fn time(text: &str) -> Option<i64> {
    let (time, zone) = time_and_zone(text.trim())?;
    (zone.is_none() && time < DAY).then_some(time)
}

/// The day, or the day and the time, that a text is.
pub(crate) fn instant(text: &str, order: DateOrder) -> Option<Moment> {
    let text = text.trim();
    if order == DateOrder::Serial {
        return serial(text);
    }
    let (days, rest) = split_day(text, order)?;
    let midnight = i64::from(days) * DAY;
    let rest = rest.trim_start_matches(',');
    let Some(rest) = rest
        .strip_prefix(['T', 't'])
        .or_else(|| (rest.starts_with(' ')).then(|| rest.trim_start()))
    else {
        return rest.is_empty().then_some(Moment {
            microseconds: midnight,
            has_zone: false,
            is_day: true,
        });
    };
    let (time, zone) = time_and_zone(rest)?;
    Some(Moment {
        microseconds: midnight + time - zone.unwrap_or(0),
        has_zone: zone.is_some(),
        is_day: false,
    })
}

/// A serial number of Excel. Day 60 is 29 February 1900, which never was: numbers up to it are refused.
fn serial(text: &str) -> Option<Moment> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let days: i64 = whole.parse().ok()?;
    if !(61..=2_958_465).contains(&days) {
        return None;
    }
    let part: f64 = format!("0.{fraction}0").parse().ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "less than a day in milliseconds"
    )]
    let milliseconds = (part * 86_400_000.0).round() as i64;
    Some(Moment {
        microseconds: (days - 25_569) * DAY + milliseconds * 1000,
        has_zone: false,
        is_day: milliseconds == 0,
    })
}

/// The day at the start of a text, and the text behind it.
fn split_day(text: &str, order: DateOrder) -> Option<(i32, &str)> {
    if order == DateOrder::Compact {
        let digits = text.get(..8)?;
        let number = |from, to| digits.get(from..to).and_then(unsigned);
        return Some((
            day(number(0, 4)?, number(4, 6)?, number(6, 8)?)?,
            text.get(8..)?,
        ));
    }
    if let Some(found) = iso(text) {
        return (order == DateOrder::YearFirst).then_some(found);
    }
    let (first, rest) = part(without_weekday(text))?;
    let (separator, rest) = separator(rest)?;
    let (second, rest) = part(rest)?;
    let (second_separator, rest) = separator_or_blank(rest)?;
    let (third, rest) = part(rest)?;
    let has_name = [first, second, third]
        .iter()
        .any(|part| month(part).is_some());
    // Otherwise it is another kind of number: `1.2/3`.
    if !has_name && separator != second_separator {
        return None;
    }
    let (year, month_text, day_text) = match order {
        _ if month(first).is_some() => (third, first, second),
        _ if month(second).is_some() && first.len() == 4 => (first, second, third),
        _ if month(second).is_some() => (third, second, first),
        // Nobody writes a year of two digits first before a slash or a point.
        DateOrder::YearFirst if first.len() < 4 && separator != '-' => return None,
        DateOrder::YearFirst => (first, second, third),
        DateOrder::DayFirst => (third, second, first),
        DateOrder::MonthFirst => (third, first, second),
        DateOrder::Compact | DateOrder::Serial => return None,
    };
    let month = month(month_text).or_else(|| short(month_text))?;
    Some((day(whole_year(year)?, month, short(day_text)?)?, rest))
}

/// The common case, which is read fast: `2025-12-31`.
fn iso(text: &str) -> Option<(i32, &str)> {
    let bytes = text.as_bytes();
    let separator = *bytes.get(4)?;
    let is_iso = matches!(separator, b'-' | b'/' | b'.')
        && bytes.get(7) == Some(&separator)
        && !bytes.get(10).is_some_and(u8::is_ascii_digit);
    if !is_iso {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to).and_then(unsigned);
    Some((
        day(number(0, 4)?, number(5, 7)?, number(8, 10)?)?,
        text.get(10..)?,
    ))
}

fn without_weekday(text: &str) -> &str {
    let Some((first, rest)) = text.split_once([',', ' ']) else {
        return text;
    };
    if is_weekday(first) {
        rest.trim_start()
    } else {
        text
    }
}

/// Whether a word is the name of a day of the week, in full or its first letters.
fn is_weekday(word: &str) -> bool {
    const NAMES: [&str; 35] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonntag",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "lunes",
        "martes",
        "miércoles",
        "jueves",
        "viernes",
        "sábado",
        "domingo",
        "lunedì",
        "martedì",
        "mercoledì",
        "giovedì",
        "venerdì",
        "sabato",
        "domenica",
    ];
    let word = word.trim_end_matches('.').to_lowercase();
    let letters = word.chars().count();
    NAMES
        .iter()
        .any(|name| *name == word || (2..=4).contains(&letters) && name.starts_with(&word))
}

/// Digits or letters at the start of a text.
fn part(text: &str) -> Option<(&str, &str)> {
    let is_number = text.starts_with(|c: char| c.is_ascii_digit());
    let belongs = |c: char| {
        if is_number {
            c.is_ascii_digit()
        } else {
            c.is_alphabetic()
        }
    };
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn separator(text: &str) -> Option<(char, &str)> {
    separator_or_blank(text)
}

fn separator_or_blank(text: &str) -> Option<(char, &str)> {
    let first = text.chars().next()?;
    if !matches!(first, '-' | '/' | '.' | ' ' | ',') {
        return None;
    }
    // `31. Dec 2025`, `Dec 31, 2025`
    let rest = text.get(first.len_utf8()..)?;
    let trimmed = rest.trim_start_matches([' ', ',']);
    let is_spaced = trimmed.len() < rest.len();
    Some((if is_spaced { ' ' } else { first }, trimmed))
}

fn whole_year(text: &str) -> Option<i32> {
    let year = unsigned(text)?;
    match text.len() {
        4 => Some(year),
        // As POSIX and Excel's neighbours read two digits.
        2 => Some(if year < 69 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}

fn short(text: &str) -> Option<i32> {
    (text.len() <= 2).then(|| unsigned(text))?
}

fn unsigned(text: &str) -> Option<i32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

/// Days since 1970.
fn day(year: i32, month: i32, day: i32) -> Option<i32> {
    let (month, day) = (u32::try_from(month).ok()?, u32::try_from(day).ok()?);
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    (year > 0).then(|| date.num_days_from_ce() - 719_163)
}

/// The month that a word is the name of, in full or its first letters.
fn month(word: &str) -> Option<i32> {
    const NAMES: [&[&str]; 12] = [
        &[
            "january", "januar", "jänner", "janvier", "enero", "gennaio", "janeiro",
        ],
        &[
            "february",
            "februar",
            "février",
            "fevrier",
            "febrero",
            "febbraio",
            "fevereiro",
        ],
        &["march", "märz", "maerz", "mars", "marzo", "março"],
        &["april", "avril", "abril", "aprile"],
        &["may", "mai", "mayo", "maggio", "maio"],
        &["june", "juni", "juin", "junio", "giugno", "junho"],
        &["july", "juli", "juillet", "julio", "luglio", "julho"],
        &["august", "août", "aout", "agosto"],
        &[
            "september",
            "septembre",
            "septiembre",
            "settembre",
            "setembro",
        ],
        &[
            "october", "oktober", "octobre", "octubre", "ottobre", "outubro",
        ],
        &["november", "novembre", "noviembre", "novembro"],
        &[
            "december",
            "dezember",
            "décembre",
            "decembre",
            "diciembre",
            "dicembre",
            "dezembro",
        ],
    ];
    let letters = word.chars().count();
    if letters < 3 || word.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let lower = word.to_lowercase();
    let is_named = |names: &&[&str]| {
        names
            .iter()
            .any(|name| *name == lower || letters <= 4 && name.starts_with(&lower))
    };
    let at = NAMES.iter().position(is_named)?;
    i32::try_from(at + 1).ok()
}

/// A time of day in microseconds, and its distance to UTC if a zone is written. 24:00 is the midnight
/// after.
fn time_and_zone(text: &str) -> Option<(i64, Option<i64>)> {
    let (clock, zone) = split_zone(text.trim_end())?;
    let upper = clock.trim_end().to_ascii_uppercase();
    let (clock, half) = match (strip_half(&upper, "AM"), strip_half(&upper, "PM")) {
        (Some(rest), _) => (rest, Some(0)),
        (_, Some(rest)) => (rest, Some(12)),
        _ => (upper.as_str(), None),
    };
    let mut parts = clock.splitn(3, ':');
    let hours = i64::from(short(parts.next()?)?);
    let minutes = i64::from(short(parts.next()?)?);
    let (seconds, fraction) = match parts.next() {
        None => (0, 0),
        Some(seconds) => seconds_of(seconds)?,
    };
    let hours = match half {
        Some(half) if (1..=12).contains(&hours) => hours % 12 + half,
        Some(_) => return None,
        None => hours,
    };
    let is_end = hours == 24 && minutes == 0 && seconds == 0 && fraction == 0;
    let fits = hours < 24 && minutes < 60 && seconds < 60;
    (fits || is_end).then(|| {
        let time = ((hours * 60 + minutes) * 60 + seconds) * SECOND + fraction;
        (time, zone)
    })
}

fn strip_half<'a>(text: &'a str, half: &str) -> Option<&'a str> {
    text.strip_suffix(half).map(str::trim_end)
}

/// Seconds, and microseconds: up to six digits behind a point or a comma; more are refused unless 0.
fn seconds_of(text: &str) -> Option<(i64, i64)> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let (kept, rest) = fraction.split_at_checked(6).unwrap_or((fraction, ""));
    let is_exact = rest.bytes().all(|byte| byte == b'0');
    let digits = kept.bytes().all(|byte| byte.is_ascii_digit());
    if !is_exact || !digits {
        return None;
    }
    let microseconds = format!("{kept:0<6}").parse().ok()?;
    Some((i64::from(short(whole)?), microseconds))
}

/// A clock time and the zone behind it, in microseconds.
fn split_zone(text: &str) -> Option<(&str, Option<i64>)> {
    for utc in ["Z", "z", " UTC", " GMT", " utc"] {
        if let Some(rest) = text.strip_suffix(utc) {
            return Some((rest, Some(0)));
        }
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Some((text, None));
    };
    let (clock, zone) = text.split_at(at);
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits = zone.get(1..)?.replace(':', "");
    let (hours, minutes) = match digits.len() {
        2 => (unsigned(&digits)?, 0),
        4 => (unsigned(digits.get(..2)?)?, unsigned(digits.get(2..)?)?),
        _ => return None,
    };
    // `10:00-11` is no zone, but from ten to eleven.
    let has_seconds = clock.matches(':').count() == 2 || digits.len() == 4;
    let most = if sign < 0 { 12 } else { 14 };
    let fits = hours <= most && minutes < 60 && (has_seconds || sign > 0) && !is_range(clock, zone);
    let offset = i64::from(sign * (hours * 60 + minutes)) * 60 * SECOND;
    fits.then_some((clock, Some(offset)))
}

/// Whether a clock time follows a clock time: `12:00-13:00`.
fn is_range(clock: &str, zone: &str) -> bool {
    let are_minutes = clock.matches(':').count() == 1 && zone.contains(':');
    are_minutes && zone.starts_with('-') && !clock.contains('.')
}

#[cfg(test)]
mod tests;
