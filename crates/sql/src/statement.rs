//! What a statement does, by the words that it is made of, and where the rows that it returns are named.
//! It must not know tables, columns or an engine.

use std::ops::Range;

use crate::script::{is_in_name, token};

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It reads.
    Query,
    /// It may change tables, views or their rows.
    Change,
    /// It begins a transaction.
    Begin,
    /// It ends a transaction.
    End,
    /// It runs a statement that was prepared.
    Execute,
    /// It calls a table function.
    Call,
    /// It runs a `PRAGMA`.
    Pragma,
    /// It installs or loads an extension.
    Extension,
    /// It changes the connection, or how things are stored: `SET`, `USE`, `CHECKPOINT`.
    Setting,
}

impl Kind {
    /// Whether what others have read before may be out of date after it.
    #[must_use]
    pub const fn may_change(self) -> bool {
        matches!(self, Self::Change | Self::End | Self::Execute)
    }
}

/// What a statement does.
///
/// ```
/// use sql::statement::{Kind, kind};
///
/// assert_eq!(kind("WITH a AS (SELECT 1) FROM a"), Kind::Query);
/// assert_eq!(kind("WITH a AS (SELECT 1) INSERT INTO t FROM a"), Kind::Change);
/// assert_eq!(kind("explain analyze DELETE FROM t"), Kind::Change);
/// ```
#[must_use]
pub fn kind(statement: &str) -> Kind {
    let words: Vec<_> = words(statement)
        .map(|at| statement.get(at).unwrap_or_default().to_ascii_uppercase())
        .collect();
    let changes = || {
        let mut words = words.iter();
        words.any(|word| {
            matches!(
                word.as_str(),
                "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "CREATE"
            )
        })
    };
    match words.first().map_or("", String::as_str) {
        "WITH" | "EXPLAIN" if changes() => Kind::Change,
        // A parenthesis, say: nothing but a query begins with one.
        "" | "SELECT" | "FROM" | "VALUES" | "TABLE" | "PIVOT" | "UNPIVOT" | "PIVOT_WIDER"
        | "PIVOT_LONGER" | "SUMMARIZE" | "DESCRIBE" | "DESC" | "SHOW" | "WITH" | "EXPLAIN" => {
            Kind::Query
        }
        "BEGIN" | "START" => Kind::Begin,
        "COMMIT" | "END" | "ROLLBACK" | "ABORT" => Kind::End,
        "EXECUTE" => Kind::Execute,
        "CALL" => Kind::Call,
        "PRAGMA" => Kind::Pragma,
        "INSTALL" | "LOAD" | "UPDATE" | "FORCE" if is_about_extensions(&words) => Kind::Extension,
        "SET" | "RESET" | "USE" | "PREPARE" | "DEALLOCATE" | "CHECKPOINT" | "FORCE" | "VACUUM"
        | "ANALYZE" => Kind::Setting,
        _ => Kind::Change,
    }
}

/// Whether words are `INSTALL x`, `FORCE INSTALL x`, `LOAD x` or `UPDATE EXTENSIONS`.
fn is_about_extensions(words: &[String]) -> bool {
    let [first, second, ..] = words else {
        return false;
    };
    match first.as_str() {
        "FORCE" => second == "INSTALL",
        "UPDATE" => second == "EXTENSIONS" && !words.iter().any(|word| word == "SET"),
        _ => true,
    }
}

/// A statement with a clause `RETURNING`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returning<'a> {
    /// The statement before the clause.
    pub before: &'a str,
    /// What it returns, between its commas.
    pub items: Vec<&'a str>,
}

/// The clause `RETURNING` of a statement; `None` where it has none.
///
/// ```
/// let found = sql::statement::returning("DELETE FROM t RETURNING id, f(a, b) AS c").unwrap();
/// assert_eq!(found.before, "DELETE FROM t ");
/// assert_eq!(found.items, ["id", "f(a, b) AS c"]);
/// ```
#[must_use]
pub fn returning(statement: &str) -> Option<Returning<'_>> {
    // A reserved word: outside of parentheses and quotes it is nothing else.
    let clause = words(statement).find(|at| is_word(statement, at, "RETURNING"))?;
    let list = statement.get(clause.end..)?;
    let mut items = Vec::new();
    let mut start = 0;
    for (at, depth, text) in tokens(list) {
        if depth == 0 && text == "," {
            items.push(list.get(start..at.start)?.trim());
            start = at.end;
        }
    }
    items.push(
        list.get(start..)?
            .trim_end_matches([';', ' ', '\n', '\t', '\r'])
            .trim(),
    );
    Some(Returning {
        before: statement.get(..clause.start)?,
        items,
    })
}

/// An item of a list of results as text under the same name; `None` where its name cannot be seen.
///
/// ```
/// use sql::statement::as_text;
///
/// assert_eq!(as_text("t.mood").unwrap(), "CAST(t.mood AS VARCHAR) AS mood");
/// assert_eq!(as_text("a + 1 AS b").unwrap(), "CAST(a + 1 AS VARCHAR) AS b");
/// assert_eq!(as_text("* EXCLUDE (a)").unwrap(), "COLUMNS(* EXCLUDE (a))::VARCHAR");
/// ```
#[must_use]
pub fn as_text(item: &str) -> Option<String> {
    let parts: Vec<_> = tokens(item).filter(|(_, depth, _)| *depth == 0).collect();
    let text = |part: &(Range<usize>, usize, &str)| part.2.to_owned();
    let is_star = parts.iter().any(|part| part.2 == "*")
        && (item.starts_with('*') || parts.get(1).is_some_and(|part| part.2 == "."));
    if is_star {
        return Some(format!("COLUMNS({item})::VARCHAR"));
    }
    if let Some((alias, _, _)) = parts
        .iter()
        .rev()
        .find(|part| part.2.eq_ignore_ascii_case("AS"))
    {
        let (value, name) = (
            item.get(..alias.start)?.trim(),
            item.get(alias.end..)?.trim(),
        );
        return Some(format!("CAST({value} AS VARCHAR) AS {name}"));
    }
    let last = parts.last().map(text)?;
    let is_name = parts
        .iter()
        .all(|part| part.2 == "." || part.2.starts_with('"') || part.2.chars().all(is_in_name))
        && parts
            .windows(2)
            .all(|pair| pair.iter().any(|part| part.2 == "."));
    let name = if is_name { last } else { crate::quoted(item) };
    Some(format!("CAST({item} AS VARCHAR) AS {name}"))
}

/// The words of a statement outside of parentheses, quotes and comments.
fn words(statement: &str) -> impl Iterator<Item = Range<usize>> {
    tokens(statement)
        .filter(|(_, depth, text)| *depth == 0 && text.starts_with(is_in_name))
        .map(|(at, _, _)| at)
        // Nothing else than a query begins with a parenthesis.
        .take_while({
            let opens = statement.trim_start().starts_with('(');
            move |_| !opens
        })
}

fn is_word(statement: &str, at: &Range<usize>, word: &str) -> bool {
    let found = statement.get(at.clone()).unwrap_or_default();
    found.eq_ignore_ascii_case(word)
}

/// The tokens of a text, without blanks and comments, each with the number of parentheses around it.
fn tokens(text: &str) -> impl Iterator<Item = (Range<usize>, usize, &str)> {
    let mut at = 0;
    let mut depth = 0_usize;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
            let start = at;
            let length = if rest.starts_with(is_in_name) && !rest.starts_with('$') {
                rest.find(|c| !is_in_name(c)).unwrap_or(rest.len())
            } else {
                token(rest, text.get(..at).unwrap_or_default())
            };
            at += length;
            let found = text.get(start..at)?;
            if found.trim().is_empty() || found.starts_with("--") || found.starts_with("/*") {
                continue;
            }
            let is_open = matches!(found, "(" | "[" | "{");
            if matches!(found, ")" | "]" | "}") {
                depth = depth.saturating_sub(1);
            }
            let around = depth;
            depth += usize::from(is_open);
            return Some((start..at, around, found));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_of_a_kind() {
        for (statement, expected) in [
            ("SELECT 'insert'", Kind::Query),
            ("(SELECT 1) UNION (SELECT 2)", Kind::Query),
            ("from t", Kind::Query),
            ("/* a */ SHOW ALL TABLES", Kind::Query),
            ("EXPLAIN INSERT INTO t VALUES (1)", Kind::Change),
            ("EXPLAIN (ANALYZE, FORMAT json) SELECT 1", Kind::Query),
            ("INSERT INTO t VALUES (1)", Kind::Change),
            ("COPY t FROM 'a.csv'", Kind::Change),
            ("ALTER TABLE t ADD a INTEGER", Kind::Change),
            ("rollback", Kind::End),
            ("BEGIN TRANSACTION", Kind::Begin),
            ("EXECUTE p(1)", Kind::Execute),
            ("INSTALL icu", Kind::Extension),
            ("FORCE INSTALL icu", Kind::Extension),
            ("FORCE CHECKPOINT", Kind::Setting),
            ("SET threads = 1", Kind::Setting),
        ] {
            assert_eq!(kind(statement), expected, "{statement}");
        }
    }

    #[test]
    fn only_the_clause_returns() {
        assert_eq!(
            returning("INSERT INTO t SELECT 'returning' -- RETURNING a"),
            None
        );
        assert_eq!(returning("SELECT (returning)"), None);
        let items = |statement| returning(statement).map(|found| found.items);
        assert_eq!(items("DELETE FROM t returning *;"), Some(vec!["*"]));
        assert_eq!(
            items("UPDATE t SET a = [1, 2] RETURNING {'a': 1, 'b': 2}, \"x, y\""),
            Some(vec!["{'a': 1, 'b': 2}", "\"x, y\""])
        );
    }

    #[test]
    fn an_item_keeps_its_name_as_text() {
        for (item, expected) in [
            ("id", "CAST(id AS VARCHAR) AS id"),
            ("t.*", "COLUMNS(t.*)::VARCHAR"),
            ("\"a b\"", "CAST(\"a b\" AS VARCHAR) AS \"a b\""),
            (
                "CAST(a AS INTEGER)",
                "CAST(CAST(a AS INTEGER) AS VARCHAR) AS \"CAST(a AS INTEGER)\"",
            ),
            ("a * 2", "CAST(a * 2 AS VARCHAR) AS \"a * 2\""),
        ] {
            assert_eq!(as_text(item).as_deref(), Some(expected));
        }
    }
}
