//! What the numbers of a fact are, by their names: amounts that can be summed, and what never can. It must not know
//! which table is a fact.

use mart::Additivity;

use crate::names::Words;
use crate::profile::{ColumnProfile, Family};
use crate::vocabulary::List;

/// Whether a name is one of a measured number.
pub(crate) fn is_measured(words: &Words) -> bool {
    !words.is_id && words.has(List::Measured)
}

/// How the values of a column may be summed, and why; `None` for what is no number, or identifies something.
pub(crate) fn additivity(column: &ColumnProfile) -> Option<(Additivity, String)> {
    let identifies = column.words.is_id || column.words.is_line_number();
    if !matches!(column.family, Family::Integer | Family::Number) || identifies {
        return None;
    }
    let words = &column.words;
    let ends_with = |ends: &[&str]| {
        let last = words.content.last().map_or("", String::as_str);
        ends.iter()
            .any(|end| last.ends_with(end) && last.len() > end.len())
    };
    let says = |word: &str| words.content.iter().any(|other| other == word);
    let is_extended = words.has(List::Extended)
        || words
            .content
            .iter()
            .any(|word| word.starts_with("total") || word.starts_with("extended"));
    let small = column
        .range()
        .is_some_and(|(least, greatest)| least >= -1.0 && greatest <= 1.0);
    let word = |list: List| words.content.iter().rev().find(|word| list.has(word));
    let because = |word: Option<&String>| {
        word.map_or_else(String::new, |word| format!(": its name says “{word}”"))
    };
    if words.has(List::Stocks) {
        return Some((
            Additivity::SemiAdditive,
            format!("on hand at a time{}", because(word(List::Stocks))),
        ));
    }
    if (says("price") || ends_with(&["price"])) && is_extended {
        return Some((
            Additivity::Additive,
            "the price of the whole row".to_owned(),
        ));
    }
    if words.has(List::Discounts) && small {
        return Some((
            Additivity::NonAdditive,
            "a share: its values lie between 0 and 1".to_owned(),
        ));
    }
    if let [only] = words.content.as_slice()
        && List::Times.has(only)
        && !words.is_plural
    {
        return Some((Additivity::NonAdditive, "a part of the day".to_owned()));
    }
    if words.has(List::NoAmounts) || ends_with(&["price", "rate", "pct", "ratio"]) {
        return Some((
            Additivity::NonAdditive,
            format!("never summed{}", because(word(List::NoAmounts))),
        ));
    }
    if says("cost") && words.has(List::OfOne) || ends_with(&["cost"]) {
        return Some((Additivity::NonAdditive, "the cost of one thing".to_owned()));
    }
    if words.has(List::Amounts) || words.has(List::Discounts) {
        return Some((
            Additivity::Additive,
            format!("can be summed{}", because(word(List::Amounts))),
        ));
    }
    // Nothing says that a sum of it means something.
    Some((
        Additivity::NonAdditive,
        "nothing says that a sum of it means something".to_owned(),
    ))
}
