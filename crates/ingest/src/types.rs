//! Finds the rule of a column by its texts, with the evidence. It must not know where the texts stand.

mod codes;
mod dates;
mod units;

use crate::column::exponent;
use crate::value::{
    DateOrder, NumberStyle, Rule, are_one_pair, boolean, instant, number, rescaled, sign, time,
};
use codes::code;
pub(crate) use codes::{has_leading_zero, is_code_with_e};
use dates::{DATE_ORDERS, compact_dates, dates, open_date, serial_dates};

/// Texts that often stand for no value. Which of them do is a choice.
pub(crate) const NULL_TEXTS: [&str; 27] = [
    "NULL",
    "null",
    "Null",
    "(null)",
    "<NA>",
    "\\N",
    "NA",
    "N/A",
    "n/a",
    "#N/A",
    "#NA",
    "#NULL!",
    "#DIV/0!",
    "#REF!",
    "#VALUE!",
    "#NAME?",
    "#NUM!",
    "NaN",
    "nan",
    "None",
    "none",
    "nil",
    "--",
    "?",
    ".",
    "0000-00-00",
    "0000-00-00 00:00:00",
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
    /// The signs around its numbers; none for other values.
    pub(crate) signs: Option<Vec<String>>,
    /// Whether its numbers leave no doubt about how numbers are written.
    pub(crate) shows_style: bool,
}

impl Found {
    /// Texts, which stay what they are.
    pub(crate) const fn text(question: Option<Question>) -> Self {
        Self {
            rule: Rule::Text,
            nulls: Vec::new(),
            kept: Vec::new(),
            reason: None,
            question,
            signs: None,
            shows_style: false,
        }
    }
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
    /// The order was not shown by another column, but chosen.
    pub(crate) is_order_chosen: bool,
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
    let text = || {
        let reason = code(&others).or_else(|| mostly_numbers(&others));
        (Rule::Text, reason, None)
    };
    let (rule, reason, question) = fitting.unwrap_or_else(text);
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
    let style = rule.number_style();
    Found {
        rule,
        nulls,
        kept,
        reason,
        shows_style: style.is_some_and(|style| question.is_none() && shows(&others, style)),
        question,
        signs: style.map(|_| signs(&others)),
    }
}

/// Why a column is one of texts although most of them are numbers.
fn mostly_numbers(values: &[Value<'_>]) -> Option<String> {
    let numbers = values.iter().filter(|value| is_number(value.text)).count();
    let other = values.iter().find(|value| !is_number(value.text))?;
    (numbers * 2 > values.len()).then(|| {
        format!(
            "text: {numbers} of {} values are numbers, and line {} has {}",
            values.len(),
            other.line,
            other.text.trim()
        )
    })
}

/// The signs around numbers, each once.
fn signs(values: &[Value<'_>]) -> Vec<String> {
    let mut found = Vec::<String>::new();
    for value in values {
        let sign = sign(value.text);
        if !found.iter().any(|known| known == sign) {
            found.push(sign.to_owned());
        }
    }
    found
}

/// Whether one of the numbers has a separator.
fn shows(values: &[Value<'_>], style: NumberStyle) -> bool {
    values.iter().any(|value| {
        let is_separator = |c| c == style.decimal || style.group == Some(c);
        number(value.text, style).is_some() && value.text.trim().contains(is_separator)
    })
}

type Fitting = (Rule, Option<String>, Option<Question>);

fn fitting(name: &str, values: &[Value<'_>], hints: Hints) -> Option<Fitting> {
    if let Some(found) = booleans(values) {
        return Some(found);
    }
    if let Some(found) = compact_dates(name, values).or_else(|| serial_dates(name, values)) {
        return Some(found);
    }
    if code(values).is_some() {
        return None;
    }
    numbers(values, hints)
        .or_else(|| dates(values, hints))
        .or_else(|| times(values))
}

fn booleans(values: &[Value<'_>]) -> Option<Fitting> {
    let mut words = Vec::<(bool, String)>::new();
    for value in values {
        let word = (boolean(value.text)?, value.text.trim().to_lowercase());
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let of = |is_yes| words.iter().filter(move |(yes, _)| *yes == is_yes);
    let plain = |(_, word): &(bool, String)| matches!(word.as_str(), "true" | "false");
    let are_plain = words.iter().all(plain);
    // One letter, or one word alone, says too little: `N` may be north.
    let is_sure = match (of(true).next(), of(false).next()) {
        (Some(_), Some(_)) => {
            of(true).all(|(_, yes)| of(false).all(|(_, no)| are_one_pair(yes, no)))
        }
        _ => are_plain && values.len() > 1,
    };
    let named = |is_yes: bool| {
        let value = values
            .iter()
            .find(|value| boolean(value.text) == Some(is_yes));
        value.map_or("", |value| value.text.trim())
    };
    let reason =
        (!are_plain).then(|| format!("“{}” is yes, “{}” is no", named(true), named(false)));
    is_sure.then_some((Rule::Boolean, reason, None))
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
    // A dash may be 0 among numbers, not alone.
    let has_digit = |value: &Value<'_>| value.text.contains(|c: char| c.is_ascii_digit());
    if !values.iter().any(has_digit) {
        return None;
    }
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
    if let Some(reason) = rounded(values, style) {
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

/// Why numbers are none: some are longer than a double is exact, and others have lost their digits.
fn rounded(values: &[Value<'_>], style: NumberStyle) -> Option<String> {
    let is_long = |value: &Value<'_>| {
        number(value.text, style).is_some_and(|number| number.mantissa.unsigned_abs() >= 1 << 53)
    };
    let is_rounded = |value: &&Value<'_>| {
        number(value.text, style).is_none() && exponent(value.text, style).is_some()
    };
    let value = values.iter().find(is_rounded)?;
    values.iter().any(is_long).then(|| {
        format!(
            "a spreadsheet has rounded one of the long numbers: line {} has {}",
            value.line,
            value.text.trim()
        )
    })
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
