//! Knows sums of the rows above them. It must not know where a record stands.

use crate::types::is_number;

/// What a record that starts with a word for a sum is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Total {
    /// Fields are left out: it is a sum.
    Sum,
    /// All fields are there, numbers behind the word: it is a sum if no row follows.
    Perhaps,
}

/// Whether a record is a sum of those above it.
pub(crate) fn total<'a>(
    fields: impl Iterator<Item = &'a str> + Clone,
    width: usize,
) -> Option<Total> {
    const WORDS: [&str; 18] = [
        "gesamtergebnis",
        "total",
        "totals",
        "grand total",
        "subtotal",
        "sub-total",
        "sub total",
        "sum",
        "summe",
        "gesamt",
        "gesamtsumme",
        "zwischensumme",
        "totale",
        "totaal",
        "suma",
        "somme",
        "итого",
        "всего",
    ];
    let mut filled = fields.filter(|field| !field.trim().is_empty());
    let text = filled.next()?.trim();
    // Most records start with something else.
    let starts_a_word =
        text.starts_with(['t', 'T', 's', 'S', 'g', 'G', 'z', 'Z', 'и', 'И', 'в', 'В']);
    // As spreadsheets write below a group: `North Total`.
    let ends_with_a_word = [" Total", " Ergebnis"]
        .iter()
        .any(|word| text.ends_with(word));
    if !(starts_a_word || ends_with_a_word) || text.len() > 60 {
        return None;
    }
    let rest_behind = |word: &str| {
        let mut letters = text.chars().flat_map(char::to_lowercase);
        if !word.chars().all(|c| letters.next() == Some(c)) {
            return None;
        }
        let rest: String = letters.collect();
        (rest.is_empty() || rest.starts_with([':', ' '])).then_some(rest)
    };
    let rest = WORDS
        .iter()
        .filter_map(|word| rest_behind(word))
        .min_by_key(String::len);
    let rest = match rest {
        Some(rest) => rest,
        None if ends_with_a_word => String::new(),
        None => return None,
    };
    // `Total Wine & More` is a name.
    let is_name = names_something(&rest);
    let numbers = filled.clone().filter(|field| is_number(field)).count();
    let others = filled.count();
    if numbers == 0 {
        None
    } else if others + 1 < width && !is_name {
        Some(Total::Sum)
    } else {
        (numbers == others).then_some(Total::Perhaps)
    }
}

/// Whether what stands behind the word for a sum, in small letters, is more than what is summed up: a year, a
/// month, an amount in, a word such as `for`.
fn names_something(rest: &str) -> bool {
    const WORDS: [&str; 14] = [
        "for",
        "of",
        "in",
        "per",
        "für",
        "von",
        "der",
        "de",
        "del",
        "du",
        "general",
        "général",
        "eur",
        "usd",
    ];
    let rest = rest.trim_matches([':', ' ']);
    let Some(first) = rest
        .split([' ', ':', '('])
        .next()
        .filter(|first| !first.is_empty())
    else {
        return false;
    };
    first.starts_with(char::is_alphabetic) && !WORDS.contains(&first)
}
