//! What is wrong in a document: where, what, and what may have been meant. It must not know how
//! mistakes are shown.

use std::fmt;

/// The most mistakes that are listed; the number of all is always given.
pub const LISTED_MISTAKES: usize = 200;
/// The most characters of a name that a message quotes.
const QUOTED_CHARACTERS: usize = 80;

/// A mistake in a document.
///
/// ```
/// let mistake = mart::Mistake::new("/metrics/0/dataset", "there is no dataset `fact_sale`")
///     .suggesting("fact_sale", ["fact_sales", "dim_date"]);
/// assert_eq!(
///     mistake.to_string(),
///     "/metrics/0/dataset: there is no dataset `fact_sale`; did you mean `fact_sales`?"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Mistake {
    /// The JSON Pointer (RFC 6901) to the value that is wrong; empty for the whole document.
    pub pointer: String,
    /// What is wrong.
    pub problem: String,
    /// The nearest right name, where one is near.
    pub suggestion: Option<String>,
}

impl Mistake {
    /// A mistake at a place.
    pub fn new(pointer: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            problem: problem.into(),
            suggestion: None,
        }
    }

    /// The same mistake, with the nearest of the right names, if one is near.
    #[must_use]
    pub fn suggesting<'a>(mut self, wrong: &str, right: impl IntoIterator<Item = &'a str>) -> Self {
        self.suggestion = nearest(wrong, right).map(str::to_owned);
        self
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() {
            "the document"
        } else {
            &self.pointer
        };
        write!(f, "{place}: {}", self.problem)?;
        match &self.suggestion {
            Some(name) => write!(f, "; did you mean {}?", quoted(name)),
            None => Ok(()),
        }
    }
}

/// A name in a message: cut where it is long, and without characters that a reader cannot see.
pub(crate) fn quoted(name: &str) -> String {
    let mut shown: String = name
        .chars()
        .take(QUOTED_CHARACTERS)
        .map(|c| if is_invisible(c) { '\u{fffd}' } else { c })
        .collect();
    if name.chars().nth(QUOTED_CHARACTERS).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// Whether a character changes how others look, or cannot be seen: controls and marks of direction.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

/// The nearest of some names, if it takes few changes to get there.
fn nearest<'a>(wrong: &str, right: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Long names are not typing mistakes, and comparing them takes time.
    if wrong.len() > 200 {
        return None;
    }
    let wrong = wrong.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&wrong, &name.to_lowercase());
    right
        .into_iter()
        .filter(|name| name.len() <= 200)
        .map(|name| (distance(name), name))
        .filter(|(distance, name)| *distance <= name.chars().count().max(3) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_if_it_is_near() {
        let right = ["fact_sales", "dim_customer", "dim_product"];
        let table = [
            ("fact_sale", Some("fact_sales")),
            ("FACT_SALES", Some("fact_sales")),
            ("dim_custmoer", Some("dim_customer")),
            ("orders", None),
            ("", None),
        ];
        for (wrong, expected) in table {
            assert_eq!(nearest(wrong, right), expected, "{wrong}");
        }
    }

    #[test]
    fn a_quoted_name_is_short_and_visible() {
        assert_eq!(quoted("a\u{202e}b"), "`a\u{fffd}b`");
        assert_eq!(quoted(&"x".repeat(1_000_000)).chars().count(), 83);
    }
}
