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
    const WORDS: [&str; 17] = [
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
    if !starts_a_word || text.len() > 60 {
        return None;
    }
    let starts = |word: &str| {
        let mut letters = text.chars().flat_map(char::to_lowercase);
        let has_word = word.chars().all(|c| letters.next() == Some(c));
        has_word && letters.next().is_none_or(|c| matches!(c, ':' | ' '))
    };
    if !WORDS.iter().any(|word| starts(word)) {
        return None;
    }
    let numbers = filled.clone().filter(|field| is_number(field)).count();
    let others = filled.count();
    if numbers == 0 {
        None
    } else if others + 1 < width {
        Some(Total::Sum)
    } else {
        (numbers == others).then_some(Total::Perhaps)
    }
}
