//! SQL files that are part of the source code: titled statements, and templates with places for
//! values. It must not know what the statements do.

/// One statement of a `.sql` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its first line, a comment, without the dashes.
    pub title: String,
    /// The SQL, without the semicolon at its end.
    pub sql: String,
}

/// Splits a `.sql` file that is part of the source code. A statement starts with a comment line,
/// its title, has blank lines around it and ends with a semicolon. A block of comments alone is
/// for readers of the file.
///
/// ```
/// let file = "-- About this file.\n\n-- Create t\nCREATE TABLE t (a INTEGER);\n";
/// let mut statements = sql::statements(file);
/// let create = statements.next().expect("one statement");
/// assert_eq!((create.title.as_str(), create.sql.as_str()), ("Create t", "CREATE TABLE t (a INTEGER)"));
/// assert!(statements.next().is_none());
/// ```
pub fn statements(file: &str) -> impl Iterator<Item = Statement> {
    file.split("\n\n").filter_map(|block| {
        let (title, sql) = block.trim().strip_prefix("-- ")?.split_once('\n')?;
        let sql = sql.trim_end().strip_suffix(';')?;
        Some(Statement {
            title: title.to_owned(),
            sql: sql.to_owned(),
        })
    })
}

/// Replaces each `{name}` of a template by its SQL, once and from front to back: an inserted value
/// is never read as a template. Other braces stay as they are.
///
/// ```
/// let values = [("table", "dim_date".to_owned())];
/// assert_eq!(sql::fill("FROM {table} SELECT {'a': 1}", &values), "FROM dim_date SELECT {'a': 1}");
/// ```
#[must_use]
pub fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let value = after.split_once('}').and_then(|(name, tail)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, tail))
        });
        rest = if let Some((value, tail)) = value {
            filled.push_str(value);
            tail
        } else {
            filled.push('{');
            after
        };
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inserted_value_is_never_a_template() {
        let values = [("a", "{b}".to_owned()), ("b", "{a}".to_owned())];
        assert_eq!(
            fill("{a} {b} {c} {'x': 1} {", &values),
            "{b} {a} {c} {'x': 1} {"
        );
    }

    #[test]
    fn statements_are_titled_blocks() {
        let file = "-- About\n-- the file.\n\n-- Make t\nCREATE TABLE t (\n    a INTEGER\n);\n\n-- Fill t\nINSERT INTO t VALUES (1);\n";
        let found: Vec<_> = statements(file).map(|s| (s.title, s.sql)).collect();
        assert_eq!(
            found,
            [
                (
                    "Make t".to_owned(),
                    "CREATE TABLE t (\n    a INTEGER\n)".to_owned()
                ),
                ("Fill t".to_owned(), "INSERT INTO t VALUES (1)".to_owned()),
            ]
        );
    }
}
