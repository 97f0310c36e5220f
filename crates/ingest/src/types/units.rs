//! The signs around numbers: currencies, per cent, a dash for zero. It must not know how the numbers are
//! written.

use super::Value;
use crate::value::{NumberStyle, currency, number};

/// Why numbers of different units are no numbers of one column.
pub(super) fn mixed(values: &[Value<'_>]) -> Option<String> {
    let mut currencies = values
        .iter()
        .filter_map(|value| Some((currency(value.text)?, value)));
    if let Some((first, _)) = currencies.next()
        && let Some((other, value)) = currencies.find(|(currency, _)| *currency != first)
    {
        return Some(format!(
            "amounts in several currencies, {first} and {other}, are no numbers of one column: line {} has {}",
            value.line,
            value.text.trim()
        ));
    }
    let is_percent = |value: &&Value<'_>| value.text.contains('%');
    let with = values.iter().find(is_percent)?;
    let without = values.iter().find(|value| !is_percent(value))?;
    let is_zero =
        number(without.text, NumberStyle::POINT).is_some_and(|number| number.mantissa == 0);
    (!is_zero).then(|| {
        format!(
            "some have a per cent sign and some have none: {} and {}",
            with.text.trim(),
            without.text.trim()
        )
    })
}

/// What the signs around numbers mean.
pub(super) fn meaning(values: &[Value<'_>]) -> Option<String> {
    if let Some(value) = values.iter().find(|value| value.text.contains('%')) {
        return Some(format!(
            "per cent are hundredths: line {} has {}",
            value.line,
            value.text.trim()
        ));
    }
    if let Some(currency) = values.iter().find_map(|value| currency(value.text)) {
        return Some(format!("amounts in {currency}"));
    }
    let is_dash = |value: &&Value<'_>| matches!(value.text.trim(), "-" | "–" | "—");
    let dashes = values.iter().filter(is_dash).count();
    (dashes > 0).then(|| format!("a dash is 0, {dashes} in the sample"))
}
