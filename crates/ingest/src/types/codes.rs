//! Texts of digits that are no numbers: codes, phone numbers, addresses. It must not know where they stand.

use std::net::Ipv4Addr;

use super::Value;

/// Why a column of digits is one of codes, if it is.
pub(super) fn code(values: &[Value<'_>]) -> Option<String> {
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
    if let Some(value) = values.iter().find(|value| is_phone_number(value.text)) {
        return by(
            "a plus before eight digits is part of a phone number",
            value,
        );
    }
    let is_address = |value: &&Value<'_>| value.text.trim().parse::<Ipv4Addr>().is_ok();
    if let Some(value) = values.iter().find(is_address) {
        return by("four numbers up to 255 are an address", value);
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

/// Whether a number of digits alone starts with a zero that it does not need.
pub(crate) fn has_leading_zero(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['+', '-']);
    text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `1E5` is as likely a code as a number: programs write `1e+05` or `1.0E5`.
pub(crate) fn is_code_with_e(text: &str) -> bool {
    text.trim()
        .split_once(['e', 'E'])
        .is_some_and(|(before, after)| {
            let is_digits =
                |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            is_digits(before) && is_digits(after)
        })
}

/// `+49 170 1234567`
fn is_phone_number(text: &str) -> bool {
    let text = text.trim();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.starts_with('+') && digits >= 8 && !text.contains(['.', ','])
}
