//! What stands around the digits of a number: a currency, a per cent sign, a dash in their place. It must not
//! know the number.

use super::number::currency;

/// The sign: `%`, a currency, `-` for a dash alone; empty for digits alone.
pub(crate) fn sign(text: &str) -> &str {
    let text = text.trim();
    // Most numbers are digits from their start to their end.
    let bytes = text.as_bytes();
    if bytes.first().is_some_and(u8::is_ascii_digit) && bytes.last().is_some_and(u8::is_ascii_digit)
    {
        return "";
    }
    if text.contains('%') {
        "%"
    } else if matches!(text, "-" | "–" | "—" | "−") {
        "-"
    } else {
        currency(text).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::sign;

    #[test]
    fn signs_of_numbers() {
        let table = [
            ("1,234.50", ""),
            ("-5", ""),
            ("(5)", ""),
            ("5 %", "%"),
            ("€ 5", "€"),
            ("5 CHF", "CHF"),
            ("-$5", "$"),
            ("–", "-"),
        ];
        for (text, expected) in table {
            assert_eq!(sign(text), expected, "{text}");
        }
    }
}
