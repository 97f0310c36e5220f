//! A text of several statements, taken apart as DuckDB does it. It must not know what they do.

use std::ops::Range;

/// Where each statement of a text stands, as bytes: without the semicolons between them, and the
/// blanks and comments before and after. A quote or a comment that is never closed goes to the
/// end.
///
/// ```
/// let text = "SELECT ';' -- one; still one\n; SELECT 2";
/// let found: Vec<_> = mart::script::split(text).into_iter().map(|at| &text[at]).collect();
/// assert_eq!(found, ["SELECT ';'", "SELECT 2"]);
/// ```
#[must_use]
pub fn split(text: &str) -> Vec<Range<usize>> {
    let mut statements = Vec::new();
    let mut statement: Option<Range<usize>> = None;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = token(rest, text.get(..at).unwrap_or_default());
        let end = at + length;
        let is_blank = rest.starts_with(char::is_whitespace)
            || rest.starts_with("--")
            || rest.starts_with("/*");
        if rest.starts_with(';') {
            statements.extend(statement.take());
        } else if !is_blank {
            statement.get_or_insert(at..end).end = end;
        }
        at = end;
    }
    statements.extend(statement);
    statements
}

/// The statement at a byte: the one that holds it, or else the last one before it, or the first.
///
/// ```
/// let text = "SELECT 1; SELECT 2";
/// assert_eq!(mart::script::at(text, 9).map(|at| &text[at]), Some("SELECT 1"));
/// assert_eq!(mart::script::at(text, 10).map(|at| &text[at]), Some("SELECT 2"));
/// assert_eq!(mart::script::at(" ", 0), None);
/// ```
#[must_use]
pub fn at(text: &str, byte: usize) -> Option<Range<usize>> {
    let statements = split(text);
    let before = statements.iter().rev().find(|found| found.start <= byte);
    before.or(statements.first()).cloned()
}

/// The length of what stands at the start of a text that is not empty, as one piece.
fn token(text: &str, before: &str) -> usize {
    let first = text.chars().next().map_or(1, char::len_utf8);
    match text.as_bytes() {
        [b'-', b'-', ..] => text.find('\n').unwrap_or(text.len()),
        [b'/', b'*', ..] => comment(text),
        [b'\'', ..] => {
            // E'…' takes a backslash for the character after it, unless the E ends a name.
            let prefix = before.strip_suffix(['e', 'E']);
            quoted(
                text,
                '\'',
                prefix.is_some_and(|before| !before.ends_with(is_in_name)),
            )
        }
        [b'"', ..] => quoted(text, '"', false),
        [b'$', ..] if !before.ends_with(is_in_name) => dollar_quoted(text).unwrap_or(first),
        _ => first,
    }
}

fn is_in_name(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

/// A comment with the comments inside it.
fn comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// A quote, its doubled quotes, and the quote that closes it.
fn quoted(text: &str, quote: char, escapes: bool) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if escapes && c == '\\' {
            characters.next();
        } else if c == quote {
            if characters.peek().is_some_and(|(_, next)| *next == quote) {
                characters.next();
            } else {
                return at + 1;
            }
        }
    }
    text.len()
}

/// `$$…$$` or `$tag$…$tag$`; `None` for a dollar that opens no quote.
fn dollar_quoted(text: &str) -> Option<usize> {
    let tag_end = text.get(1..)?.find('$')? + 2;
    let tag = text.get(..tag_end)?;
    let name = tag.trim_matches('$');
    if !name.chars().all(is_in_name) || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let rest = text.get(tag_end..)?;
    Some(
        rest.find(tag)
            .map_or(text.len(), |at| tag_end + at + tag_end),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|at| &text[at]).collect()
    }

    #[test]
    fn semicolons_that_end_no_statement() {
        let table: [(&str, &[&str]); 13] = [
            ("", &[]),
            (" ;; \n-- nothing;\n/* ; */", &[]),
            ("a;b", &["a", "b"]),
            ("'it''s;' ; b", &["'it''s;'", "b"]),
            ("\"a;\"\"b\";c", &["\"a;\"\"b\"", "c"]),
            ("E'\\';' ; b", &["E'\\';'", "b"]),
            ("a LIKE'\\'; b", &["a LIKE'\\'", "b"]),
            ("$$ a; 'b $$; c", &["$$ a; 'b $$", "c"]),
            ("$x$ $$ ; $x$; c", &["$x$ $$ ; $x$", "c"]),
            ("$1; c", &["$1", "c"]),
            ("/* a /* ; */ ; */ b; c", &["b", "c"]),
            ("a -- b; c\n d; e", &["a -- b; c\n d", "e"]),
            ("'never closed; b", &["'never closed; b"]),
        ];
        for (text, statements) in table {
            assert_eq!(found(text), statements, "{text}");
        }
    }

    #[test]
    fn every_byte_of_a_text_is_somewhere() {
        // Cut anywhere, at any character: never a panic, never a range outside the text.
        let text = "SELECT 'ü;' AS \"李\", $é$;$é$ /* ü */; -- ö\nE'\\' ; x";
        for (cut, _) in text.char_indices() {
            for range in split(&text[cut..]) {
                assert!(text[cut..].get(range).is_some());
            }
        }
    }
}
