//! Texts that say yes or no. It must not know which columns have them.

/// Words that say yes, and the words that say no beside them.
const PAIRS: [(&str, &str); 12] = [
    ("true", "false"),
    ("yes", "no"),
    ("y", "n"),
    ("t", "f"),
    ("on", "off"),
    ("wahr", "falsch"),
    ("ja", "nein"),
    ("oui", "non"),
    ("vrai", "faux"),
    ("sí", "no"),
    ("si", "no"),
    ("да", "нет"),
];

/// The value of a text, whatever its case. `None` for other texts.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    let text = text.trim();
    // A column has few different texts, mostly these.
    match text {
        "true" | "True" | "TRUE" => return Some(true),
        "false" | "False" | "FALSE" => return Some(false),
        _ => {}
    }
    if text.is_empty() || text.len() > 12 {
        return None;
    }
    let lower = text.to_lowercase();
    PAIRS.iter().find_map(|(yes, no)| {
        if lower == *yes {
            Some(true)
        } else {
            (lower == *no).then_some(false)
        }
    })
}

/// Whether two words in small letters say yes and no in the same way.
pub(crate) fn are_one_pair(yes: &str, no: &str) -> bool {
    PAIRS.contains(&(yes, no))
}

#[cfg(test)]
mod tests {
    use super::boolean;

    #[test]
    fn texts_that_say_yes_or_no() {
        let table = [
            ("true", Some(true)),
            ("FALSE", Some(false)),
            (" Yes ", Some(true)),
            ("n", Some(false)),
            ("Ja", Some(true)),
            ("НЕТ", Some(false)),
            ("1", None),
            ("", None),
            ("maybe", None),
            ("yes or no", None),
        ];
        for (text, value) in table {
            assert_eq!(boolean(text), value, "{text}");
        }
    }
}
