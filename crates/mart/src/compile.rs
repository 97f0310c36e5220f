//! From a [`Model`](crate::Model) to SQL and text: tables, load plan, questions, checks,
//! documentation. Whatever takes a model cannot fail on a name, a type or a key.

pub(crate) mod accounting;
pub(crate) mod batches;
pub(crate) mod check;
pub(crate) mod ddl;
pub(crate) mod documentation;
pub(crate) mod figures;
pub(crate) mod fill;
pub(crate) mod plan;
pub(crate) mod query;
pub(crate) mod route;
pub(crate) mod values;
mod versions;

use crate::mistake::is_invisible;

/// The widest line of SQL, where it can be broken.
const WIDEST: usize = 100;

/// A list after a keyword: on one line where it is short, and else one element a line.
pub(crate) fn listed(keyword: &str, elements: &[String]) -> String {
    let line = format!("{keyword} {}", elements.join(", "));
    if line.chars().count() <= WIDEST {
        line
    } else {
        format!("{keyword}\n    {}", elements.join(",\n    "))
    }
}

/// A column of the table that goes by an alias; of the only table, without one.
pub(crate) fn column_of(alias: &str, column: &str) -> String {
    if alias.is_empty() {
        column.to_owned()
    } else {
        format!("{alias}.{column}")
    }
}

/// The first letter of the last word of a table's name, with a number where it is taken.
pub(crate) fn free_alias(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let name = name.to_ascii_lowercase();
    let word = name
        .rsplit('_')
        .find(|word| !word.is_empty())
        .unwrap_or_default();
    let letter = word
        .chars()
        .next()
        .filter(char::is_ascii_lowercase)
        .unwrap_or('t');
    let alias = letter.to_string();
    if !is_taken(&alias) {
        return alias;
    }
    let mut numbered = (2..).map(|number| format!("{letter}{number}"));
    numbered.find(|alias| !is_taken(alias)).unwrap_or(alias)
}

/// The text with each line moved to the right.
pub(crate) fn indented(text: &str, by: usize) -> String {
    let blanks = " ".repeat(by);
    let lines: Vec<_> = text
        .lines()
        .map(|line| {
            if line.is_empty() {
                String::new()
            } else {
                format!("{blanks}{line}")
            }
        })
        .collect();
    lines.join("\n")
}

/// A text as comment lines of SQL, each at most [`WIDEST`] wide.
pub(crate) fn commented(text: &str) -> String {
    let mut lines = vec![String::from("--")];
    // No character ends the comment, or the statement, too early.
    let text: String = text
        .chars()
        .map(|c| if is_invisible(c) { ' ' } else { c })
        .collect();
    for word in text.split_whitespace() {
        let is_full = lines
            .last()
            .is_some_and(|line| line.len() > 2 && line.len() + word.len() >= WIDEST);
        if is_full {
            lines.push(String::from("--"));
        }
        if let Some(line) = lines.last_mut() {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.join("\n")
}
