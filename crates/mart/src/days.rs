//! Ranges of days: periods of the calendar, the range before one, and what they are called. It must
//! not know what happens on these days, nor which day is today.

use chrono::{Datelike as _, Months, NaiveDate as Date};

use crate::sql::text;

/// A range of days, both of them in it; open where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The first day, as `YYYY-MM-DD`.
    pub first: Option<String>,
    /// The last day, as `YYYY-MM-DD`.
    pub last: Option<String>,
}

/// A range that is offered by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name.
    pub name: String,
    /// Its days.
    pub days: Days,
}

/// The lengths of the ranges that end with the last day of the data.
const LAST_DAYS: [u64; 3] = [7, 30, 90];

impl Days {
    /// All days of a year, a quarter or a month.
    ///
    /// ```
    /// use mart::Days;
    ///
    /// let quarter = Days::of("2025-Q4").unwrap();
    /// assert_eq!(quarter.first.as_deref(), Some("2025-10-01"));
    /// assert_eq!(quarter.last.as_deref(), Some("2025-12-31"));
    /// assert_eq!(Days::of("2024-02").unwrap().last.as_deref(), Some("2024-02-29"));
    /// assert_eq!(Days::of("2025").unwrap().first.as_deref(), Some("2025-01-01"));
    /// assert_eq!(Days::of("North"), None);
    /// ```
    #[must_use]
    pub fn of(period: &str) -> Option<Self> {
        let (year, part) = period.split_once('-').unwrap_or((period, ""));
        let number: i32 = year.parse().ok().filter(|_| year.len() == 4)?;
        let up_to = |text: &str, most: u32| {
            let number = text.parse().ok();
            number.filter(|number: &u32| (1..=most).contains(number))
        };
        let (first, last) = match part.strip_prefix('Q') {
            Some(quarter) => up_to(quarter, 4).map(|quarter| (3 * quarter - 2, 3 * quarter))?,
            None if part.is_empty() => (1, 12),
            None => up_to(part, 12).map(|month| (month, month))?,
        };
        let first = Date::from_ymd_opt(number, first, 1)?;
        let last = last_of_month(Date::from_ymd_opt(number, last, 1)?)?;
        Some(Self::between(first, last))
    }

    fn between(first: Date, last: Date) -> Self {
        Self {
            first: Some(first.to_string()),
            last: Some(last.to_string()),
        }
    }

    /// Both ends, where both are days of the calendar in this order.
    fn ends(&self) -> Option<(Date, Date)> {
        let day = |text: &Option<String>| day(text.as_ref()?);
        day(&self.first)
            .zip(day(&self.last))
            .filter(|(first, last)| first <= last)
    }

    /// Whether there is no day in it, since it ends before it begins.
    ///
    /// ```
    /// let mut days = mart::Days::of("2025-11").unwrap();
    /// assert!(!days.is_crossed());
    /// days.first = Some("2025-12-01".to_owned());
    /// assert!(days.is_crossed());
    /// ```
    #[must_use]
    pub fn is_crossed(&self) -> bool {
        let ends = self.first.as_ref().zip(self.last.as_ref());
        ends.is_some_and(|(first, last)| first > last)
    }

    /// How many days are in it; `None` where it is open or crossed.
    #[must_use]
    pub fn count(&self) -> Option<u32> {
        let (first, last) = self.ends()?;
        u32::try_from((last - first).num_days() + 1).ok()
    }

    /// The range of the same length before it: of whole months as many months, else as many days.
    ///
    /// ```
    /// use mart::Days;
    ///
    /// let before = |period| Days::of(period).unwrap().before().unwrap();
    /// assert_eq!(before("2025-03"), Days::of("2025-02").unwrap());
    /// assert_eq!(before("2025-Q1"), Days::of("2024-Q4").unwrap());
    /// assert_eq!(before("2025"), Days::of("2024").unwrap());
    ///
    /// let day = |text: &str| Some(text.to_owned());
    /// let week = Days { first: day("2025-11-03"), last: day("2025-11-09") };
    /// assert_eq!(week.before(), Some(Days { first: day("2025-10-27"), last: day("2025-11-02") }));
    /// assert_eq!(Days { first: day("2025-11-03"), last: None }.before(), None);
    /// ```
    #[must_use]
    pub fn before(&self) -> Option<Self> {
        let (first, last) = self.ends()?;
        let end = first.pred_opt()?;
        let start = match months(first, last) {
            Some(months) => first.checked_sub_months(Months::new(months))?,
            None => first.checked_sub_days(chrono::Days::new(self.count()?.into()))?,
        };
        Some(Self::between(start, end))
    }

    /// What the range is called: `Nov 2025`, `Q4 2025`, `2025`, `2025-11-03 to 2025-11-09`. Empty for
    /// all days.
    ///
    /// ```
    /// use mart::Days;
    ///
    /// let words = |period| Days::of(period).unwrap().words();
    /// assert_eq!(words("2025-11"), "Nov 2025");
    /// assert_eq!(words("2025-Q4"), "Q4 2025");
    /// assert_eq!(words("2025"), "2025");
    /// let open = Days { first: Some("2025-11-03".to_owned()), last: None };
    /// assert_eq!(open.words(), "from 2025-11-03");
    /// assert_eq!(Days::default().words(), "");
    /// ```
    #[must_use]
    pub fn words(&self) -> String {
        if let Some(name) = self.ends().and_then(|(first, last)| period(first, last)) {
            return name;
        }
        match (&self.first, &self.last) {
            (None, None) => String::new(),
            (Some(first), None) => format!("from {first}"),
            (None, Some(last)) => format!("until {last}"),
            (Some(first), Some(last)) if first == last => first.clone(),
            (Some(first), Some(last)) => format!("{first} to {last}"),
        }
    }

    /// The conditions on the SQL of a day.
    pub(crate) fn conditions(&self, day: &str) -> Vec<String> {
        let bounds = [(&self.first, ">="), (&self.last, "<=")];
        let bounds = bounds.into_iter().filter_map(|(bound, compares)| {
            let bound = text(bound.as_ref()?);
            Some(format!("{day} {compares} CAST({bound} AS DATE)"))
        });
        bounds.collect()
    }
}

/// Whether a text is a day of the calendar, as `YYYY-MM-DD`.
pub(crate) fn is_day(text: &str) -> bool {
    day(text).is_some()
}

fn day(text: &str) -> Option<Date> {
    let day = Date::parse_from_str(text, "%Y-%m-%d").ok();
    // The parser takes `2025-1-3` too, and blanks.
    day.filter(|day| day.to_string() == text)
}

fn last_of_month(day: Date) -> Option<Date> {
    let first = day.with_day(1)?;
    first.checked_add_months(Months::new(1))?.pred_opt()
}

/// The number of whole months that a range is.
fn months(first: Date, last: Date) -> Option<u32> {
    if first.day() != 1 || Some(last) != last_of_month(last) {
        return None;
    }
    let month = |date: Date| date.year() * 12 + date.month0().cast_signed();
    u32::try_from(month(last) - month(first) + 1).ok()
}

/// The name of a range that is a year, a quarter or a month.
fn period(first: Date, last: Date) -> Option<String> {
    let (year, month) = (first.year(), first.month());
    match months(first, last)? {
        1 => Some(first.format("%b %Y").to_string()),
        3 if month % 3 == 1 => Some(format!("Q{} {year}", month.div_ceil(3))),
        12 if month == 1 => Some(year.to_string()),
        _ => None,
    }
}

/// The years, the quarters and the months that these days are in, each in the order of the days.
///
/// ```
/// let days = ["2025-09-30", "2025-10-01", "2025-10-02"].map(str::to_owned);
/// let [years, quarters, months] = mart::periods(&days);
/// assert_eq!(years, ["2025"]);
/// assert_eq!(quarters, ["2025-Q3", "2025-Q4"]);
/// assert_eq!(months, ["2025-09", "2025-10"]);
/// ```
#[must_use]
pub fn periods(days: &[String]) -> [Vec<String>; 3] {
    let mut periods = <[Vec<String>; 3]>::default();
    for day in days {
        // What has no year of four digits has no such name.
        let (Some(year), Some(month), 10) = (day.get(..4), day.get(..7), day.len()) else {
            continue;
        };
        let number: u32 = day
            .get(5..7)
            .and_then(|month| month.parse().ok())
            .unwrap_or(1);
        let quarter = format!("{year}-Q{}", number.div_ceil(3));
        for (known, period) in periods.iter_mut().zip([year, &quarter, month]) {
            if known.last().is_none_or(|last| last != period) {
                known.push(period.to_owned());
            }
        }
    }
    periods
}

/// Ranges that end with the last day of the data, which need not be today.
///
/// ```
/// let presets = mart::last_days("2025-12-31");
/// assert_eq!(presets[0].name, "last 7 days");
/// assert_eq!(presets[0].days.first.as_deref(), Some("2025-12-25"));
/// assert!(mart::last_days("infinity").is_empty());
/// ```
#[must_use]
pub fn last_days(last: &str) -> Vec<Preset> {
    let Some(last) = day(last) else {
        return Vec::new();
    };
    let presets = LAST_DAYS.into_iter().filter_map(|number| {
        let first = last.checked_sub_days(chrono::Days::new(number - 1))?;
        Some(Preset {
            name: format!("last {number} days"),
            days: Days::between(first, last),
        })
    });
    presets.collect()
}
