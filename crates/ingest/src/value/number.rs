//! Numbers as they are written in different countries, exact to 38 digits. It must not know in which
//! column a number stands.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The most digits of a number that is kept exactly.
const MOST_DIGITS: u32 = 38;

/// How numbers are written: what stands before the decimals, and between thousands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NumberStyle {
    /// `.` or `,`
    pub decimal: char,
    /// `,`, `.`, a blank (also one that does not break) or an apostrophe; `None` if thousands stand
    /// together.
    pub group: Option<char>,
}

impl NumberStyle {
    /// `1234.5`
    pub const POINT: Self = Self {
        decimal: '.',
        group: None,
    };
    /// `1234,5`
    pub const COMMA: Self = Self {
        decimal: ',',
        group: None,
    };

    /// All styles; those that are more common come first.
    pub const ALL: [Self; 8] = [
        Self::POINT,
        Self::grouped('.', ','),
        Self::COMMA,
        Self::grouped(',', '.'),
        Self::grouped(',', ' '),
        Self::grouped('.', ' '),
        Self::grouped('.', '\''),
        Self::grouped(',', '\''),
    ];

    const fn grouped(decimal: char, group: char) -> Self {
        Self {
            decimal,
            group: Some(group),
        }
    }

    /// A number in this style.
    pub(crate) fn example(self, decimals: usize) -> String {
        let group = self.group.map(String::from).unwrap_or_default();
        let decimals = match decimals {
            0 => String::new(),
            _ => format!("{}50", self.decimal),
        };
        format!("1{group}234{decimals}")
    }
}

impl fmt::Display for NumberStyle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.example(2))
    }
}

/// A number: `mantissa` divided by ten to the power of `scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) mantissa: i128,
    pub(crate) scale: u8,
}

impl Number {
    /// The nearest double.
    pub(crate) fn to_f64(self) -> f64 {
        // A double is exact to 2^53, and so is ten to the power of 22: one division rounds once.
        const POWERS: [f64; 23] = [
            1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
            1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
        ];
        match POWERS.get(usize::from(self.scale)) {
            #[expect(clippy::cast_precision_loss, reason = "it is checked to fit")]
            Some(power) if self.mantissa.unsigned_abs() < 1 << 53 => self.mantissa as f64 / power,
            _ => format!("{}e-{}", self.mantissa, self.scale)
                .parse()
                .unwrap_or(f64::NAN),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.mantissa.unsigned_abs().to_string();
        let scale = usize::from(self.scale);
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, decimals) = digits.split_at(digits.len() - scale);
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let point = if scale > 0 { "." } else { "" };
        write!(f, "{sign}{whole}{point}{decimals}")
    }
}

/// A mantissa of one scale at another; `None` if digits would be lost.
pub(crate) fn rescaled(number: Number, scale: u8) -> Option<i128> {
    let power = |digits: u8| 10i128.checked_pow(u32::from(digits));
    match scale.cmp(&number.scale) {
        // Most numbers of a column have the same scale.
        Ordering::Equal => Some(number.mantissa),
        Ordering::Greater => number.mantissa.checked_mul(power(scale - number.scale)?),
        Ordering::Less => {
            let power = power(number.scale - scale)?;
            (number.mantissa % power == 0).then(|| number.mantissa / power)
        }
    }
}

/// Reads a number: with blanks around it, a sign before or behind, parentheses for a negative one, a
/// currency before or behind, a per cent sign (a hundredth), a dash for zero. `None` for other texts, and
/// for more than 38 digits.
pub(crate) fn number(text: &str, style: NumberStyle) -> Option<Number> {
    if let Some(number) = plain(text, style.decimal) {
        return Some(number);
    }
    // No currency has more letters; most texts do.
    if text.chars().filter(|c| c.is_alphabetic()).nth(3).is_some() {
        return None;
    }
    let (core, is_negative, is_percent) = core(text)?;
    let mut number = if matches!(core, "-" | "–" | "—" | "−") {
        Number {
            mantissa: 0,
            scale: 0,
        }
    } else {
        grouped(core, style)?
    };
    if is_negative {
        number.mantissa = -number.mantissa;
    }
    if is_percent {
        number.scale += 2;
    }
    Some(number)
}

/// The common case, which is read fast: up to 18 digits, perhaps with a minus and a decimal separator.
fn plain(text: &str, decimal: char) -> Option<Number> {
    let bytes = text.as_bytes();
    if bytes.len() > 19 {
        return None;
    }
    let (is_negative, digits) = match bytes.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, bytes),
    };
    let mut mantissa = 0i64;
    let mut scale = None;
    let mut count = 0u8;
    for byte in digits {
        if byte.is_ascii_digit() {
            if count == 18 {
                return None;
            }
            mantissa = mantissa * 10 + i64::from(byte - b'0');
            count += 1;
            scale = scale.map(|scale| scale + 1);
        } else if char::from(*byte) == decimal && scale.is_none() {
            scale = Some(0);
        } else {
            return None;
        }
    }
    let scale = scale.unwrap_or(0);
    // A number needs a digit before the separator, or one behind it.
    if count == 0 {
        return None;
    }
    Some(Number {
        mantissa: i128::from(if is_negative { -mantissa } else { mantissa }),
        scale,
    })
}

/// The digits of a number with their separators, and what stands around them: a minus, a per cent sign.
pub(crate) fn core(text: &str) -> Option<(&str, bool, bool)> {
    let mut core = text.trim_matches(is_blank);
    let mut is_negative = false;
    let mut is_percent = false;
    let mut has_sign = false;
    let mut has_currency = false;
    if let Some(inner) = core
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        (core, is_negative, has_sign) = (inner.trim_matches(is_blank), true, true);
    }
    // Signs and units may stand in any order around the digits, each once.
    loop {
        let before = core;
        core = without_dashes_for_cents(core);
        if !has_sign && core.chars().count() > 1 {
            let stripped = core
                .strip_prefix(is_minus)
                .or_else(|| core.strip_suffix(is_minus));
            if let Some(rest) = stripped {
                (core, is_negative, has_sign) = (rest, true, true);
            } else if let Some(rest) = core.strip_prefix('+') {
                (core, has_sign) = (rest, true);
            }
        }
        if !is_percent && let Some(rest) = core.strip_suffix('%') {
            (core, is_percent) = (rest, true);
        }
        if !has_currency && let Some(rest) = without_currency(core) {
            (core, has_currency) = (rest, true);
        }
        core = core.trim_matches(is_blank);
        if core == before {
            break;
        }
    }
    // A dash with a currency: `$ -`.
    if core.is_empty() && is_negative && has_currency {
        return Some(("-", false, is_percent));
    }
    (!core.is_empty()).then_some((core, is_negative, is_percent))
}

/// The currency of an amount.
pub(crate) fn currency(text: &str) -> Option<&str> {
    let is_edge = |c: char| is_blank(c) || is_minus(c) || matches!(c, '(' | ')' | '+');
    let text = text.trim_matches(is_edge);
    let rest = without_currency(text)?;
    let found = text
        .strip_suffix(rest)
        .or_else(|| text.strip_prefix(rest))?;
    Some(found.trim_matches(is_edge))
}

/// The text without the currency before or behind it.
fn without_currency(text: &str) -> Option<&str> {
    const CODES: [&str; 29] = [
        "US$", "kr.", "EUR", "USD", "GBP", "CHF", "JPY", "CNY", "SEK", "NOK", "DKK", "PLN", "CZK",
        "HUF", "RON", "BGN", "RUB", "UAH", "TRY", "INR", "BRL", "AUD", "CAD", "NZD", "MXN", "ZAR",
        "R$", "kr", "zł",
    ];
    let is_symbol = |c: char| {
        matches!(
            c,
            '$' | '€' | '£' | '¥' | '￥' | '₹' | '₽' | '₺' | '₴' | '₩' | '₪' | '฿' | '¢'
        )
    };
    let is_bare =
        |c: char| c.is_ascii_digit() || is_blank(c) || is_minus(c) || matches!(c, '.' | ',');
    if text.chars().all(is_bare) {
        return None;
    }
    for code in CODES {
        let rest = text.strip_prefix(code).or_else(|| text.strip_suffix(code));
        if let Some(rest) = rest {
            return Some(rest);
        }
    }
    text.strip_prefix(is_symbol)
        .or_else(|| text.strip_suffix(is_symbol))
}

/// Reads digits with separators. Groups have three digits, or two before the last three, as in India.
fn grouped(core: &str, style: NumberStyle) -> Option<Number> {
    let (whole, fraction) = match core.split_once(style.decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (core, None),
    };
    let mut mantissa = 0i128;
    let mut digits = 0u32;
    let mut push = |c: char| -> Option<()> {
        let digit = c.to_digit(10)?;
        if mantissa != 0 || digit != 0 {
            digits += 1;
        }
        mantissa = mantissa.checked_mul(10)?.checked_add(i128::from(digit))?;
        (digits <= MOST_DIGITS).then_some(())
    };
    let is_group = |c: char| style.group.is_some_and(|group| is_separator(c, group));
    let mut groups = whole.split(is_group).peekable();
    let first = groups.next().unwrap_or_default();
    let has_groups = groups.peek().is_some();
    if has_groups && (first.is_empty() || first.len() > 3 || first.starts_with('0')) {
        return None;
    }
    let mut count = first.len();
    first.chars().try_for_each(&mut push)?;
    let mut has_pairs = false;
    while let Some(group) = groups.next() {
        let is_last = groups.peek().is_none();
        match group.len() {
            3 if is_last || !has_pairs => {}
            2 if !is_last && first.len() <= 2 => has_pairs = true,
            _ => return None,
        }
        count += group.len();
        group.chars().try_for_each(&mut push)?;
    }
    if let Some(fraction) = fraction {
        fraction.chars().try_for_each(&mut push)?;
        count += fraction.len();
    }
    let scale = u8::try_from(fraction.map_or(0, str::len)).ok()?;
    (count > 0 && u32::from(scale) <= MOST_DIGITS).then_some(Number { mantissa, scale })
}

/// Whether a character separates groups; a blank is any that keeps digits together.
fn is_separator(c: char, group: char) -> bool {
    match group {
        ' ' => is_blank(c),
        '\'' => matches!(c, '\'' | '’' | '‘'),
        group => c == group,
    }
}

fn is_blank(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}'
    )
}

/// `12,-` is 12 and no cents: the text without the dashes.
fn without_dashes_for_cents(text: &str) -> &str {
    let rest = text.trim_end_matches(|c| is_minus(c) || c == '—');
    let has_separator = rest.ends_with(['.', ',']) && rest.contains(|c: char| c.is_ascii_digit());
    if has_separator { rest } else { text }
}

fn is_minus(c: char) -> bool {
    matches!(c, '-' | '−' | '–')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, style: NumberStyle) -> Option<String> {
        number(text, style).map(|number| format!("{}e-{}", number.mantissa, number.scale))
    }

    #[test]
    fn numbers_as_they_are_written() {
        let table = [
            ("12", NumberStyle::POINT, Some("12e-0")),
            ("-12.50", NumberStyle::POINT, Some("-1250e-2")),
            ("12,50", NumberStyle::COMMA, Some("1250e-2")),
            (".5", NumberStyle::POINT, Some("5e-1")),
            ("5.", NumberStyle::POINT, Some("5e-0")),
            (".", NumberStyle::POINT, None),
            ("", NumberStyle::POINT, None),
            ("+7", NumberStyle::POINT, Some("7e-0")),
            ("7-", NumberStyle::POINT, Some("-7e-0")),
            ("−7", NumberStyle::POINT, Some("-7e-0")),
            (
                "(1,234.50)",
                NumberStyle::grouped('.', ','),
                Some("-123450e-2"),
            ),
            ("1,234", NumberStyle::grouped('.', ','), Some("1234e-0")),
            ("1,23", NumberStyle::grouped('.', ','), None),
            (
                "12,34,567",
                NumberStyle::grouped('.', ','),
                Some("1234567e-0"),
            ),
            ("0,123", NumberStyle::grouped('.', ','), None),
            (
                "1.299,99",
                NumberStyle::grouped(',', '.'),
                Some("129999e-2"),
            ),
            (
                "1 299,99",
                NumberStyle::grouped(',', ' '),
                Some("129999e-2"),
            ),
            (
                "1\u{202f}299,99\u{a0}€",
                NumberStyle::grouped(',', ' '),
                Some("129999e-2"),
            ),
            (
                "1'299.99",
                NumberStyle::grouped('.', '\''),
                Some("129999e-2"),
            ),
            (
                "1’299.99",
                NumberStyle::grouped('.', '\''),
                Some("129999e-2"),
            ),
            (
                "$1,299.99",
                NumberStyle::grouped('.', ','),
                Some("129999e-2"),
            ),
            ("-$5", NumberStyle::POINT, Some("-5e-0")),
            ("$-5", NumberStyle::POINT, Some("-5e-0")),
            ("CHF 5.00", NumberStyle::POINT, Some("500e-2")),
            ("12.5%", NumberStyle::POINT, Some("125e-3")),
            ("12,5 %", NumberStyle::COMMA, Some("125e-3")),
            ("12,-", NumberStyle::COMMA, Some("12e-0")),
            ("CHF 12.-", NumberStyle::POINT, Some("12e-0")),
            ("12.–", NumberStyle::POINT, Some("12e-0")),
            ("-12,-", NumberStyle::COMMA, Some("-12e-0")),
            ("12.— €", NumberStyle::POINT, Some("12e-0")),
            ("12,--", NumberStyle::COMMA, Some("12e-0")),
            ("US$5", NumberStyle::POINT, Some("5e-0")),
            ("5 kr.", NumberStyle::POINT, Some("5e-0")),
            ("-", NumberStyle::POINT, Some("0e-0")),
            ("$ -", NumberStyle::POINT, Some("0e-0")),
            ("--5", NumberStyle::POINT, None),
            ("1e5", NumberStyle::POINT, None),
            ("0x1F", NumberStyle::POINT, None),
            ("1 2", NumberStyle::POINT, None),
            (
                "12345678901234567890123456789012345678",
                NumberStyle::POINT,
                Some("12345678901234567890123456789012345678e-0"),
            ),
            (
                "123456789012345678901234567890123456789",
                NumberStyle::POINT,
                None,
            ),
        ];
        for (text, style, value) in table {
            assert_eq!(read(text, style).as_deref(), value, "{text} as {style}");
        }
    }

    #[test]
    fn doubles_are_the_nearest() {
        for text in [
            "0.1",
            "1234.5678",
            "0.30000000000000004",
            "12345678901234567890.5",
        ] {
            let read = number(text, NumberStyle::POINT).map(Number::to_f64);
            assert_eq!(read, text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn other_scales_lose_no_digit() {
        let number = Number {
            mantissa: 1250,
            scale: 2,
        };
        assert_eq!(rescaled(number, 3), Some(12500));
        assert_eq!(rescaled(number, 1), Some(125));
        assert_eq!(rescaled(number, 0), None);
        assert_eq!(rescaled(number, 38), None);
    }
}
