//! Finds the rule of a column by its texts, with the evidence. It must not know where the texts stand.

mod units;

use crate::column::exponent;
use crate::value::{
    DateOrder, Moment, NumberStyle, Rule, boolean, date, instant, number, rescaled, time,
};

/// Texts that often stand for no value. Which of them do is a choice.
pub(crate) const NULL_TEXTS: [&str; 20] = [
    "NULL", "null", "Null", "(null)", "<NA>", "\\N", "NA", "N/A", "n/a", "#N/A", "#NA", "#NULL!",
    "NaN", "nan", "None", "none", "nil", "--", "?", ".",
];
/// Those that stand for no value among texts, too: no name is written like this.
const ALWAYS_NULL: [&str; 3] = ["NULL", "\\N", "<NA>"];
/// The most decimals of an exact number; more are measured values, which are doubles.
const MOST_DECIMALS: u8 = 9;

/// A text of a column, and its line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    pub(crate) text: &'a str,
    pub(crate) line: u64,
    pub(crate) is_quoted: bool,
}

/// What was found about a column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) rule: Rule,
    /// The texts that are NULL, each with how often it stands there.
    pub(crate) nulls: Vec<(String, usize)>,
    /// Texts that might be NULL and are kept.
    pub(crate) kept: Vec<(String, usize)>,
    /// Why the rule.
    pub(crate) reason: Option<String>,
    /// The choice that only the user can make.
    pub(crate) question: Option<Question>,
}

/// What the texts of a column leave open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Day or month first.
    DayOrMonth { example: String },
    /// Decimals, or thousands.
    DecimalOrGroup { example: String },
}

/// What other columns of the file have shown.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hints {
    pub(crate) number_style: Option<NumberStyle>,
    pub(crate) date_order: Option<DateOrder>,
}

/// Finds the rule of a column.
pub(crate) fn find(name: &str, values: &[Value<'_>], hints: Hints) -> Found {
    let filled: Vec<_> = values
        .iter()
        .copied()
        .filter(|value| !value.text.trim().is_empty())
        .collect();
    let (tokens, others): (Vec<_>, Vec<_>) = filled
        .iter()
        .copied()
        .partition(|value| NULL_TEXTS.contains(&value.text.trim()));
    let fitting = if others.is_empty() {
        None
    } else {
        fitting(name, &others, hints)
    };
    let (rule, reason, question) = fitting.unwrap_or((Rule::Text, code(&others), None));
    let question = question.or_else(|| open_date(&others, rule, hints));
    let mut nulls = Vec::<(String, usize)>::new();
    let mut kept = Vec::<(String, usize)>::new();
    for token in tokens {
        let text = token.text.trim();
        let is_null = !rule.is_text() || ALWAYS_NULL.contains(&text) && !token.is_quoted;
        let list = if is_null { &mut nulls } else { &mut kept };
        match list.iter_mut().find(|(known, _)| known == text) {
            Some((_, count)) => *count += 1,
            None => list.push((text.to_owned(), 1)),
        }
    }
    Found {
        rule,
        nulls,
        kept,
        reason,
        question,
    }
}

type Fitting = (Rule, Option<String>, Option<Question>);

fn fitting(name: &str, values: &[Value<'_>], hints: Hints) -> Option<Fitting> {
    if let Some(found) = booleans(values) {
        return Some(found);
    }
    if let Some(found) = compact_dates(name, values) {
        return Some(found);
    }
    if code(values).is_some() {
        return None;
    }
    numbers(values, hints)
        .or_else(|| dates(values, hints))
        .or_else(|| times(values))
}

/// Why a column of digits is one of codes, if it is.
fn code(values: &[Value<'_>]) -> Option<String> {
    let by = |what: &str, value: &Value<'_>| {
        Some(format!(
            "{what}: line {} has {}",
            value.line,
            value.text.trim()
        ))
    };
    let all_numbers = values
        .iter()
        .filter(|value| value.text.trim().chars().any(|c| c.is_ascii_digit()))
        .count();
    if all_numbers * 2 < values.len() {
        return None;
    }
    if let Some(value) = values.iter().find(|value| has_leading_zero(value.text)) {
        return by("leading zeros are part of a code", value);
    }
    if let Some(value) = values.iter().find(|value| is_code_with_e(value.text)) {
        return by("an E between digits is part of a code", value);
    }
    let is_long = |value: &&Value<'_>| {
        let text = value.text.trim();
        text.len() > 38 && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    values
        .iter()
        .find(is_long)
        .and_then(|value| by("more than 38 digits are a code", value))
}

fn has_leading_zero(text: &str) -> bool {
    let text = text.trim();
    text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `1E5` is as likely a code as a number: programs write `1e+05` or `1.0E5`.
fn is_code_with_e(text: &str) -> bool {
    text.trim()
        .split_once(['e', 'E'])
        .is_some_and(|(before, after)| {
            let is_digits =
                |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            is_digits(before) && is_digits(after)
        })
}

fn booleans(values: &[Value<'_>]) -> Option<Fitting> {
    let mut yes = None;
    let mut no = None;
    for value in values {
        if boolean(value.text)? {
            yes = yes.or(Some(value));
        } else {
            no = no.or(Some(value));
        }
    }
    let is_long = |value: &Value<'_>| value.text.trim().chars().count() > 2;
    // One letter, or one word alone, says too little: `N` may be north.
    let is_sure = match (yes, no) {
        (Some(_), Some(_)) => true,
        (Some(one), None) | (None, Some(one)) => {
            is_long(one)
                && matches!(one.text.trim().to_lowercase().as_str(), "true" | "false")
                && values.len() > 1
        }
        (None, None) => false,
    };
    is_sure.then_some((Rule::Boolean, None, None))
}

/// Whether enough texts fit. Those that do not are set aside, so they have to look like damage.
fn is_enough(fitting: usize, others: &[&Value<'_>]) -> bool {
    if others.is_empty() {
        return fitting > 0;
    }
    let looks_alike = |value: &&&Value<'_>| {
        value
            .text
            .chars()
            .all(|c| c.is_ascii_digit() || " .,:/-+'".contains(c))
    };
    let alike = others.iter().filter(looks_alike).count();
    let foreign = others.len() - alike;
    fitting >= 2 * alike + 19 * foreign
}

fn numbers(values: &[Value<'_>], hints: Hints) -> Option<Fitting> {
    let reads = |style: NumberStyle| {
        values
            .iter()
            .filter(|value| {
                number(value.text, style).is_some() || exponent(value.text, style).is_some()
            })
            .count()
    };
    let counted: Vec<_> = NumberStyle::ALL.map(|style| (style, reads(style))).to_vec();
    let most = counted.iter().map(|(_, count)| *count).max()?;
    if most == 0 {
        return None;
    }
    let best: Vec<_> = counted
        .iter()
        .filter(|(_, count)| *count == most)
        .map(|(style, _)| *style)
        .collect();
    let first = *best.first()?;
    let differs = |style: NumberStyle| {
        values
            .iter()
            .find(|value| number(value.text, style) != number(value.text, first))
    };
    // Styles that read the same numbers are the same here.
    let rival = best.iter().skip(1).find_map(|style| differs(*style));
    let hinted = hints.number_style.filter(|hint| {
        best.iter().any(|style| {
            style.decimal == hint.decimal && (style.group == hint.group || hint.group.is_none())
        })
    });
    let (style, question) = match (rival, hinted) {
        (None, _) => (first, None),
        (Some(_), Some(hint)) => {
            let style = best.iter().find(|style| style.decimal == hint.decimal);
            (*style.unwrap_or(&first), None)
        }
        (Some(value), None) => (
            first,
            Some(Question::DecimalOrGroup {
                example: value.text.trim().to_owned(),
            }),
        ),
    };
    let misfits: Vec<_> = values
        .iter()
        .filter(|value| {
            number(value.text, style).is_none() && exponent(value.text, style).is_none()
        })
        .collect();
    if !is_enough(values.len() - misfits.len(), &misfits) {
        return None;
    }
    if let Some(reason) = units::mixed(values) {
        return Some((Rule::Text, Some(reason), None));
    }
    let rule = narrowest(values, style);
    let reason = deciding(values, style, &counted).or_else(|| units::meaning(values));
    Some((rule, reason, question))
}

/// The text that only this style reads.
fn deciding(
    values: &[Value<'_>],
    style: NumberStyle,
    counted: &[(NumberStyle, usize)],
) -> Option<String> {
    if style == NumberStyle::POINT {
        return None;
    }
    let next = counted
        .iter()
        .filter(|(other, _)| *other != style && other.decimal != style.decimal)
        .max_by_key(|(_, count)| *count)?;
    let value = values
        .iter()
        .find(|value| number(value.text, next.0) != number(value.text, style))?;
    Some(format!(
        "numbers are written as {style}: line {} has {}",
        value.line,
        value.text.trim()
    ))
}

fn narrowest(values: &[Value<'_>], style: NumberStyle) -> Rule {
    let numbers = || values.iter().filter_map(|value| number(value.text, style));
    let has_exponent = values
        .iter()
        .any(|value| number(value.text, style).is_none() && exponent(value.text, style).is_some());
    let scale = numbers().map(|number| number.scale).max().unwrap_or(0);
    if has_exponent || scale > MOST_DECIMALS {
        return Rule::Float(style);
    }
    if scale == 0 {
        let fits = numbers().all(|number| i64::try_from(number.mantissa).is_ok());
        return if fits {
            Rule::Whole(style)
        } else {
            Rule::BigWhole(style)
        };
    }
    let fits = |digits: u32| {
        let limit = 10u128.pow(digits);
        numbers().all(|number| {
            rescaled(number, scale).is_some_and(|mantissa| mantissa.unsigned_abs() < limit)
        })
    };
    let decimal = |is_wide| Rule::Decimal {
        style,
        scale,
        is_wide,
    };
    if scale <= 6 && fits(18) {
        decimal(false)
    } else if fits(38) {
        decimal(true)
    } else {
        Rule::Float(style)
    }
}

/// Eight digits are a date where the name of the column says so.
fn compact_dates(name: &str, values: &[Value<'_>]) -> Option<Fitting> {
    const WORDS: [&str; 8] = ["date", "datum", "fecha", "data", "day", "_dt", "tag", "ymd"];
    let name = name.to_lowercase();
    let says_so = WORDS.iter().any(|word| name.contains(word));
    let all = values.iter().all(|value| {
        value.text.trim().len() == 8 && date(value.text, DateOrder::Compact).is_some()
    });
    (says_so && all).then(|| {
        let reason = "eight digits are dates, as the name of the column says".to_owned();
        (Rule::Date(DateOrder::Compact), Some(reason), None)
    })
}

const DATE_ORDERS: [DateOrder; 3] = [
    DateOrder::YearFirst,
    DateOrder::DayFirst,
    DateOrder::MonthFirst,
];

fn dates(values: &[Value<'_>], hints: Hints) -> Option<Fitting> {
    let counted = DATE_ORDERS.map(|order| (order, moments(values, order).count()));
    let most = counted.iter().map(|(_, count)| *count).max()?;
    // Where both ways read all of them it is a text until the user has chosen.
    let order = decided(values, hints, &counted, most)?;
    let misfits: Vec<_> = values
        .iter()
        .filter(|value| instant(value.text, order).is_none())
        .collect();
    if most == 0 || !is_enough(most, &misfits) {
        return None;
    }
    let reason = reason_for(values, order);
    let zones = moments(values, order)
        .filter(|moment| moment.has_zone)
        .count();
    let days = values
        .iter()
        .filter(|value| date(value.text, order).is_some())
        .count();
    let rule = if zones * 2 > most {
        Rule::Instant(order)
    } else if days == most {
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
fn open_date(values: &[Value<'_>], rule: Rule, hints: Hints) -> Option<Question> {
    if !rule.is_text() || hints.date_order.is_some() {
        return None;
    }
    let example = values.first()?;
    let is_open = values.iter().all(|value| {
        instant(value.text, DateOrder::DayFirst).is_some()
            && instant(value.text, DateOrder::MonthFirst).is_some()
    });
    is_open.then(|| Question::DayOrMonth {
        example: example.text.trim().to_owned(),
    })
}

fn times(values: &[Value<'_>]) -> Option<Fitting> {
    let misfits: Vec<_> = values
        .iter()
        .filter(|value| time(value.text).is_none())
        .collect();
    is_enough(values.len() - misfits.len(), &misfits).then_some((Rule::Time, None, None))
}

/// Whether a text is a number in any style.
pub(crate) fn is_number(text: &str) -> bool {
    NumberStyle::ALL
        .iter()
        .any(|style| number(text, *style).is_some() || exponent(text, *style).is_some())
}

/// Whether a text is a number, a date, a time, or a word for yes or no.
pub(crate) fn is_typed(text: &str) -> bool {
    let text = text.trim();
    is_number(text)
        || DATE_ORDERS
            .iter()
            .any(|order| instant(text, *order).is_some())
        || time(text).is_some()
        || matches!(text.to_ascii_lowercase().as_str(), "true" | "false")
}

/// The narrowest rule with room for another value.
pub(crate) fn wider(rule: Rule, text: &str) -> Rule {
    let Some(style) = rule.number_style() else {
        return match rule.date_order() {
            Some(order) => Rule::Timestamp(order),
            None => Rule::Text,
        };
    };
    let Some(found) = number(text, style) else {
        return Rule::Float(style);
    };
    let (scale, was_wide) = match rule {
        Rule::Decimal { scale, is_wide, .. } => (scale.max(found.scale), is_wide),
        Rule::BigWhole(_) => (found.scale, true),
        _ => (found.scale, false),
    };
    let decimal = |is_wide| Rule::Decimal {
        style,
        scale,
        is_wide,
    };
    match rule {
        Rule::Whole(_) if scale == 0 => Rule::BigWhole(style),
        _ if scale > MOST_DECIMALS || scale == 0 => Rule::Float(style),
        _ if decimal(was_wide) != rule => decimal(was_wide || scale > 6),
        // The scale is the same: the digits before the decimals have no room.
        _ if !was_wide => decimal(true),
        _ => Rule::Float(style),
    }
}
