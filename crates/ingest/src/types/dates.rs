//! Finds out whether texts are days, and in which order day and month stand in them. It must not know where
//! the texts stand.

use super::{Fitting, Hints, Question, Value, is_enough};
use crate::value::{DateOrder, Moment, Rule, date, instant};

/// Words that end in `date` and are none.
const NO_DATES: [&str; 4] = ["update", "candidate", "mandate", "validate"];

/// Eight digits are a date where the name of the column says so.
pub(super) fn compact_dates(name: &str, values: &[Value<'_>]) -> Option<Fitting> {
    const WORDS: [&str; 7] = ["date", "datum", "fecha", "day", "dt", "tag", "ymd"];
    const ENDS: [&str; 4] = ["date", "datum", "day", "tag"];
    let name = name.to_lowercase();
    // `OrderDateKey`: a key that is a day.
    let without_key = |word| {
        let stems = ["key", "id", "sk"].into_iter();
        let mut stems = stems.filter_map(|end| str::strip_suffix(word, end));
        stems.next().unwrap_or(word)
    };
    let mut words = words_of(&name).map(without_key);
    let says_so = words.any(|word| {
        let is_date = ENDS.iter().any(|end| word.ends_with(end));
        WORDS.contains(&word) || is_date && !NO_DATES.contains(&word)
    });
    let all = values.iter().all(|value| {
        value.text.trim().len() == 8 && date(value.text, DateOrder::Compact).is_some()
    });
    (says_so && all).then(|| {
        let reason = "eight digits are dates, as the name of the column says".to_owned();
        (Rule::Date(DateOrder::Compact), Some(reason), None)
    })
}

/// Days as a spreadsheet counts them, where the name of the column says that they are dates.
pub(super) fn serial_dates(name: &str, values: &[Value<'_>]) -> Option<Fitting> {
    const WORDS: [&str; 6] = ["date", "datum", "fecha", "dato", "дата", "datetime"];
    const ENDS: [&str; 4] = ["date", "datum", "datetime", "дата"];
    const KEYS: [&str; 3] = ["id", "key", "sk"];
    /// 1954 to 2119: a smaller number may be a count, a longer one a code.
    const DAYS: std::ops::Range<f64> = 20_000.0..80_000.0;
    let name = name.to_lowercase();
    let is_other = words_of(&name).any(|word| KEYS.contains(&word) || NO_DATES.contains(&word));
    let says_so = words_of(&name)
        .any(|word| WORDS.contains(&word) || ENDS.iter().any(|end| word.ends_with(end)));
    if is_other || !says_so {
        return None;
    }
    let day = |value: &Value<'_>| value.text.trim().parse::<f64>().ok();
    let order = DateOrder::Serial;
    let all = values.iter().all(|value| {
        day(value).is_some_and(|day| DAYS.contains(&day)) && instant(value.text, order).is_some()
    });
    let first = values.first().filter(|_| all)?;
    let days = values.iter().all(|value| date(value.text, order).is_some());
    let rule = if days {
        Rule::Date(order)
    } else {
        Rule::Timestamp(order)
    };
    let reason = format!(
        "days since 1900 as a spreadsheet counts them, under a name that says date: line {} has {}",
        first.line,
        first.text.trim()
    );
    Some((rule, Some(reason), None))
}

fn words_of(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphabetic())
}

pub(super) const DATE_ORDERS: [DateOrder; 3] = [
    DateOrder::YearFirst,
    DateOrder::DayFirst,
    DateOrder::MonthFirst,
];

pub(super) fn dates(values: &[Value<'_>], hints: Hints) -> Option<Fitting> {
    let counted = DATE_ORDERS.map(|order| (order, moments(values, order).count()));
    let most = counted.iter().map(|(_, count)| *count).max()?;
    // Where both ways read all of them it is a text until the user has chosen.
    let order = decided(values, hints, &counted, most)?;
    let misfits: Vec<_> = values
        .iter()
        .filter(|value| instant(value.text, order).is_none())
        .collect();
    let is_chosen = hints.is_order_chosen && hints.date_order == Some(order);
    if most == 0 || !is_chosen && !is_enough(most, &misfits) {
        return None;
    }
    let reason = if is_chosen && order != DateOrder::YearFirst {
        Some(format!("{order}, as chosen"))
    } else {
        reason_for(values, order)
    };
    let read = moments(values, order).count();
    let zones = moments(values, order)
        .filter(|moment| moment.has_zone)
        .count();
    let days = values
        .iter()
        .filter(|value| date(value.text, order).is_some())
        .count();
    let rule = if zones * 2 > read {
        Rule::Instant(order)
    } else if days == read {
        Rule::Date(order)
    } else {
        Rule::Timestamp(order)
    };
    Some((rule, reason, None))
}

fn moments(values: &[Value<'_>], order: DateOrder) -> impl Iterator<Item = Moment> {
    values
        .iter()
        .filter_map(move |value| instant(value.text, order))
}

/// The order that reads most; `None` if two do, with different dates.
fn decided(
    values: &[Value<'_>],
    hints: Hints,
    counted: &[(DateOrder, usize)],
    most: usize,
) -> Option<DateOrder> {
    // What was chosen is followed, unless the texts are of another kind.
    let chosen = hints.date_order.filter(|_| hints.is_order_chosen);
    let reads = |order: DateOrder| {
        let mut counted = counted.iter();
        counted.any(|(known, count)| *known == order && *count > 0)
    };
    if let Some(chosen) = chosen.filter(|chosen| reads(*chosen)) {
        return Some(chosen);
    }
    let mut best = counted.iter().filter(|(_, count)| *count == most);
    let first = best.next()?.0;
    let differs = |other: DateOrder| {
        values
            .iter()
            .any(|value| instant(value.text, other) != instant(value.text, first))
    };
    let Some(rival) = best.map(|(order, _)| *order).find(|order| differs(*order)) else {
        return Some(first);
    };
    if let Some(hint) = hints
        .date_order
        .filter(|hint| *hint == first || *hint == rival)
    {
        return Some(hint);
    }
    // Nobody writes the month first with points.
    let has_points = values.iter().all(|value| {
        let text = value.text.trim();
        text.matches('.').count() >= 2 && !text.contains(['/', '-'])
    });
    has_points.then_some(DateOrder::DayFirst)
}

/// The text that shows the order.
fn reason_for(values: &[Value<'_>], order: DateOrder) -> Option<String> {
    let (words, other) = match order {
        DateOrder::DayFirst => ("day first", DateOrder::MonthFirst),
        DateOrder::MonthFirst => ("month first", DateOrder::DayFirst),
        _ => return None,
    };
    let value = values
        .iter()
        .find(|value| instant(value.text, order).is_some() && instant(value.text, other).is_none());
    value.map(|value| format!("{words}: line {} has {}", value.line, value.text.trim()))
}

/// Dates whose order only the user knows.
pub(super) fn open_date(values: &[Value<'_>], rule: Rule, hints: Hints) -> Option<Question> {
    if !rule.is_text() || hints.date_order.is_some() {
        return None;
    }
    let example = values.first()?;
    // Several orders read all of them: as other dates, or one would have been found.
    let reads_all = |order: &DateOrder| {
        let mut values = values.iter();
        values.all(|value| instant(value.text, *order).is_some())
    };
    let is_open = DATE_ORDERS.iter().filter(|order| reads_all(order)).count() > 1;
    is_open.then(|| Question::DayOrMonth {
        example: example.text.trim().to_owned(),
    })
}
