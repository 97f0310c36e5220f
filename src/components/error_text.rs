//! An error's message. DuckDB points at a place by a caret in the line below, which is only right where all
//! letters are of one width: the place is marked in the line itself. It must not know what failed.

use leptos::prelude::*;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthChar;

/// The message: as a paragraph, or line by line where it has several lines.
#[component]
pub fn ErrorText(
    /// The message.
    message: String,
) -> impl IntoView {
    if !message.contains('\n') {
        return view! { <p>{message}</p> }.into_any();
    }
    let lines = pieces(&message).into_iter().map(|piece| match piece {
        Piece::Text(text) => text.into_any(),
        Piece::Marked(text) => view! { <mark>{text}</mark> }.into_any(),
    });
    view! { <pre class="error-text" tabindex="0"><code>{lines.collect_view()}</code></pre> }
        .into_any()
}

#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// What the caret pointed at.
    Marked(String),
}

/// The message without carets, and what they pointed at.
fn pieces(message: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut lines = message.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let place = lines.peek().and_then(|below| column(below));
        let place = place.filter(|_| line.starts_with("LINE "));
        let Some((before, marked, after)) = place.and_then(|column| parted(line, column)) else {
            text.push_str(line);
            continue;
        };
        lines.next();
        text.push_str(before);
        pieces.push(Piece::Text(std::mem::replace(&mut text, after.to_owned())));
        pieces.push(Piece::Marked(marked.to_owned()));
    }
    pieces.push(Piece::Text(text));
    pieces
}

/// The column of the caret in a line that has nothing else.
fn column(line: &str) -> Option<usize> {
    let blanks = line.trim_end().strip_suffix('^')?;
    blanks
        .bytes()
        .all(|byte| byte == b' ')
        .then_some(blanks.len())
}

/// A line before, in and after the word, or the one letter, at a column. DuckDB counts the columns: what is
/// read as one letter takes as many as its first character, two for a wide one.
fn parted(line: &str, column: usize) -> Option<(&str, &str, &str)> {
    let mut width = 0;
    let (at, letter) = line.grapheme_indices(true).find(|(_, letter)| {
        let first = letter.chars().next();
        let own = first.and_then(UnicodeWidthChar::width).unwrap_or(0);
        let is_there = width >= column && own > 0;
        width += own;
        is_there
    })?;
    let (before, rest) = line.split_at_checked(at)?;
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let word = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
    let (marked, after) = rest.split_at_checked(word.max(letter.len()))?;
    (!marked.trim().is_empty()).then_some((before, marked, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(message: &str) -> Vec<String> {
        let marked = pieces(message).into_iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Marked(text) => Some(text),
        });
        marked.collect()
    }

    #[test]
    fn a_caret_marks_the_word_above_it() {
        // As native DuckDB places them.
        for (line, blanks, word) in [
            ("LINE 1: SELECT nowhere FROM t", 15, "nowhere"),
            ("LINE 2: SELECT 'ü', größe FROM t", 20, "größe"),
            ("LINE 1: SELECT '李小龙', nowhere", 25, "nowhere"),
            ("LINE 1: SELECT 'e\u{301}e\u{301}', nowhere", 21, "nowhere"),
            ("LINE 1: SELECT '🙂', nowhere", 21, "nowhere"),
            (
                "LINE 1: SELECT '👨\u{200d}👩\u{200d}👧\u{200d}👦', nowhere",
                21,
                "nowhere",
            ),
            ("LINE 1: SELECT '🇩🇪', nowhere", 20, "nowhere"),
            ("LINE 1: SELECT '\t\t', nowhere", 19, "nowhere"),
            ("LINE 1: SELECT 'नमस्ते', nowhere", 22, "nowhere"),
            ("LINE 2: \t\tnowhere", 8, "nowhere"),
            ("LINE 1: SELECT 1 ++ )", 20, ")"),
        ] {
            let caret = format!("{}^", " ".repeat(blanks));
            for message in [
                format!("Binder Error: no\n\n{line}\n{caret}"),
                format!("Binder Error: no\n\n{line}\n{caret}\n\nTry another."),
            ] {
                assert_eq!(marked(&message), [word], "{message}");
                let shown: String = pieces(&message)
                    .into_iter()
                    .map(|piece| match piece {
                        Piece::Text(text) | Piece::Marked(text) => text,
                    })
                    .collect();
                assert_eq!(
                    shown,
                    message
                        .replace(&format!("{caret}\n"), "")
                        .replace(&caret, "")
                );
            }
        }
    }

    #[test]
    fn other_lines_stay_as_they_are() {
        for message in [
            "Binder Error: no",
            "a\n   ^\nb",
            "LINE 1: short\n                     ^",
            "LINE 1: x\n   ^ y",
            "^",
            "",
        ] {
            assert_eq!(pieces(message), [Piece::Text(message.to_owned())]);
        }
    }
}
