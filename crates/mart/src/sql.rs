//! SQL text is put together here and nowhere else: names and literals are quoted by functions
//! that cannot be gone around, and templates are filled in. It must not know of marts or files.

use std::fmt;

use crate::Error;

/// The name of a table or a column, fit to stand in SQL when [`quoted`](Identifier::quoted).
///
/// ```
/// use mart::Identifier;
///
/// let name = Identifier::new("say \"hi\"")?;
/// assert_eq!(name.as_str(), "say \"hi\"");
/// assert_eq!(name.quoted(), r#""say ""hi""""#);
/// assert!(Identifier::new("").is_err());
/// # Ok::<(), mart::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier(String);

impl Identifier {
    /// Takes a name as it is.
    ///
    /// # Errors
    /// [`Error::Name`] for an empty name and for one with a NUL character, which no SQL text can
    /// carry.
    pub fn new(name: impl Into<String>) -> Result<Self, Error> {
        let name = name.into();
        let reason = if name.is_empty() {
            "it is empty"
        } else if name.contains('\0') {
            "it holds a NUL character"
        } else {
            return Ok(Self(name));
        };
        Err(Error::Name { name, reason })
    }

    /// A name written in this crate's own source. A test takes each through [`Identifier::new`].
    pub(crate) fn known(name: &'static str) -> Self {
        Self(name.to_owned())
    }

    /// A known name with a number after it.
    pub(crate) fn numbered(name: &'static str, number: u32) -> Self {
        Self(format!("{name}_{number}"))
    }

    /// The name itself, for showing.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name for SQL text, always in quotes.
    #[must_use]
    pub fn quoted(&self) -> String {
        quoted(&self.0)
    }
}

/// A name in quotes, for SQL text.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text literal. NUL characters, which SQL text cannot carry, are put in by `chr(0)`.
///
/// ```
/// assert_eq!(mart::sql::text("Fiona O'Brien"), "'Fiona O''Brien'");
/// ```
#[must_use]
pub fn text(value: &str) -> String {
    let literal = format!("'{}'", value.replace('\'', "''"));
    if literal.contains('\0') {
        format!("({})", literal.replace('\0', "' || chr(0) || '"))
    } else {
        literal
    }
}

/// One statement of a `.sql` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) title: String,
    pub(crate) sql: String,
}

/// Splits one of this crate's own `.sql` files. A statement starts with a comment line, its
/// title, stands between blank lines and ends with a semicolon; a block of nothing but comments
/// is for the reader.
pub(crate) fn statements(file: &str) -> impl Iterator<Item = Statement> {
    file.split("\n\n").filter_map(|block| {
        let (title, sql) = block.trim().strip_prefix("-- ")?.split_once('\n')?;
        let sql = sql.trim_end().strip_suffix(';')?;
        Some(Statement {
            title: title.to_owned(),
            sql: sql.to_owned(),
        })
    })
}

/// Replaces each `{name}` of a template by the SQL given for it, once from front to back, so that
/// nothing filled in is ever read as a template. Other braces are left alone.
pub(crate) fn fill(template: &str, values: &[(&str, String)]) -> String {
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
    fn a_filled_in_value_is_never_a_template() {
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

    #[test]
    fn a_name_is_refused_when_sql_cannot_carry_it() {
        assert!(Identifier::new("").is_err());
        assert!(Identifier::new("a\0b").is_err());
    }
}
