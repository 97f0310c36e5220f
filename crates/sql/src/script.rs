//! Splitting a text into statements, as DuckDB does it. It must not know what the statements do.

use std::ops::Range;

/// The byte range of each statement of a text, without the semicolons between them and without the
/// blanks and comments before and after. A quote or a comment that is never closed extends to the
/// end.
///
/// ```
/// let text = "SELECT ';' -- one; still one\n; SELECT 2";
/// let found: Vec<_> = sql::script::split(text).into_iter().map(|at| &text[at]).collect();
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

/// The statement at a byte: the one that contains it, else the last one before it, else the first.
///
/// ```
/// let text = "SELECT 1; SELECT 2";
/// assert_eq!(sql::script::at(text, 9).map(|at| &text[at]), Some("SELECT 1"));
/// assert_eq!(sql::script::at(text, 10).map(|at| &text[at]), Some("SELECT 2"));
/// assert_eq!(sql::script::at(" ", 0), None);
/// ```
#[must_use]
pub fn at(text: &str, byte: usize) -> Option<Range<usize>> {
    let statements = split(text);
    let before = statements.iter().rev().find(|found| found.start <= byte);
    before.or(statements.first()).cloned()
}

/// How a text uses a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Usage {
    /// Not at all, outside texts and comments.
    None,
    /// By itself, each time: `t`, `\"t\"`.
    Plain,
    /// After a point, at least once: `main.t`.
    Qualified,
}

/// How a text uses a name, in any case of letters.
///
/// ```
/// use sql::script::{Usage, usage};
///
/// assert_eq!(usage("SELECT sum(x) FROM Sales -- sales", "sales"), Usage::Plain);
/// assert_eq!(usage("FROM \"sales\" JOIN main . sales USING (id)", "sales"), Usage::Qualified);
/// assert_eq!(usage("SELECT 'sales', sales_2 FROM t", "sales"), Usage::None);
/// ```
#[must_use]
pub fn usage(text: &str, name: &str) -> Usage {
    let mut found = Usage::None;
    let mut is_after_point = false;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = if rest.starts_with(is_in_name) {
            word(rest, text.get(..at).unwrap_or_default())
        } else {
            token(rest, text.get(..at).unwrap_or_default())
        };
        let token = rest.get(..length).unwrap_or_default();
        at += length;
        let is_name = match token
            .strip_prefix('"')
            .and_then(|inner| inner.strip_suffix('"'))
        {
            Some(inner) => inner.replace("\"\"", "\"").eq_ignore_ascii_case(name),
            None => token.eq_ignore_ascii_case(name),
        };
        if is_name {
            found = found.max(if is_after_point {
                Usage::Qualified
            } else {
                Usage::Plain
            });
        }
        if !token.starts_with(char::is_whitespace) {
            is_after_point = token == ".";
        }
    }
    found
}

/// The length of the name, the number or the quoted text at the start of a text.
fn word(text: &str, before: &str) -> usize {
    let length = text.find(|c| !is_in_name(c)).unwrap_or(text.len());
    match text.as_bytes().first() {
        Some(b'$') => token(text, before),
        _ => length,
    }
}

/// The length of the token at the start of a text that is not empty.
pub(crate) fn token(text: &str, before: &str) -> usize {
    let first = text.chars().next().map_or(1, char::len_utf8);
    match text.as_bytes() {
        [b'-', b'-', ..] => text.find('\n').unwrap_or(text.len()),
        [b'/', b'*', ..] => comment(text),
        [b'\'', ..] => {
            // In E'…' a backslash escapes the next character, unless the E is the end of a name.
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

pub(crate) fn is_in_name(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

/// The length of a comment, with the comments nested in it.
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

/// The length of a quoted text. A doubled quote does not close it.
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

/// The length of `$$…$$` or `$tag$…$tag$`; `None` for a dollar sign that opens no quote.
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
    fn only_some_semicolons_end_a_statement() {
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
    fn any_part_of_a_text_has_valid_ranges() {
        // Cut at any character: no panic, no range outside the text.
        let text = "SELECT 'ü;' AS \"李\", $é$;$é$ /* ü */; -- ö\nE'\\' ; x";
        for (cut, _) in text.char_indices() {
            for range in split(&text[cut..]) {
                assert!(text[cut..].get(range).is_some());
            }
        }
    }
}
