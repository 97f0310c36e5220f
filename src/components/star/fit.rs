//! Texts of the star diagram cut to a width. The width is estimated, since measuring takes a layout
//! of the page. It must not know what a text means.

/// A text that is at most about `width` pixels wide: cut and with an ellipsis if it is wider.
pub fn fit(text: &str, width: usize) -> String {
    if text_width(text) <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(char_width('…'));
    let mut cut = String::new();
    for char in text.chars() {
        let Some(rest) = left.checked_sub(char_width(char)) else {
            break;
        };
        left = rest;
        cut.push(char);
    }
    cut.push('…');
    cut
}

/// The estimated width of a text.
pub fn text_width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// The estimated width of a character in a system font at 13 px, rather too wide than too narrow.
const fn char_width(char: char) -> usize {
    match char {
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 13,
        'A'..='Z' => 9,
        ..='\x7f' => 8,
        _ => 15,
    }
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn a_text_that_is_too_wide_is_cut() {
        let table = [
            ("customer_name", "customer_name"),
            ("name_of_the_customer", "name_of_the_…"),
            ("顧客の名前と住所です", "顧客の名前と住…"),
            ("", ""),
        ];
        for (text, shown) in table {
            assert_eq!(fit(text, 120), shown);
        }
        assert_eq!(fit("any", 0), "…");
    }
}
