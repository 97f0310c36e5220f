//! The names of tables and columns, and the two ways to write them in SQL. It must not know what
//! a name stands for.

use std::fmt;

use crate::keyword;

/// The name of a table or a column that SQL text can contain.
///
/// ```
/// use sql::Identifier;
///
/// let name = Identifier::new("say \"hi\"")?;
/// assert_eq!(name.as_str(), "say \"hi\"");
/// assert_eq!(name.quoted(), r#""say ""hi""""#);
/// assert!(Identifier::new("").is_err());
/// # Ok::<(), sql::NameError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier(String);

/// A text that cannot be the name of a table or a column.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} cannot be a name in SQL: {problem}")]
pub struct NameError {
    /// The text.
    pub name: String,
    /// Why it cannot be a name.
    pub problem: NameProblem,
}

/// Why a text cannot be a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NameProblem {
    /// DuckDB has no empty names.
    #[error("it is empty")]
    Empty,
    /// DuckDB ends a statement at a NUL character.
    #[error("it contains a NUL character")]
    Nul,
}

impl Identifier {
    /// A name from any text. The text is not changed.
    ///
    /// # Errors
    /// [`NameError`] for an empty text and for one with a NUL character.
    pub fn new(name: impl Into<String>) -> Result<Self, NameError> {
        let name = name.into();
        match problem(&name) {
            None => Ok(Self(name)),
            Some(problem) => Err(NameError { name, problem }),
        }
    }

    /// A name that is written in source code, where it is known to be valid.
    #[must_use]
    pub fn known(name: &'static str) -> Self {
        debug_assert_eq!(problem(name), None);
        Self(name.to_owned())
    }

    /// A [known](Self::known) name with a number after it: `c_1`.
    #[must_use]
    pub fn numbered(name: &'static str, number: u32) -> Self {
        debug_assert_eq!(problem(name), None);
        Self(format!("{name}_{number}"))
    }

    /// The name itself, for display.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name for SQL text, always in quotes.
    #[must_use]
    pub fn quoted(&self) -> String {
        quoted(&self.0)
    }

    /// The name for SQL text that users read: in quotes only where DuckDB may need them.
    ///
    /// ```
    /// use sql::Identifier;
    ///
    /// let sql = |name| Identifier::new(name).map(|name| name.sql());
    /// assert_eq!(sql("dim_date")?, "dim_date");
    /// assert_eq!(sql("year")?, "year");
    /// assert_eq!(sql("order")?, "\"order\"");
    /// assert_eq!(sql("Größe")?, "\"Größe\"");
    /// # Ok::<(), sql::NameError>(())
    /// ```
    #[must_use]
    pub fn sql(&self) -> String {
        quoted_if_needed(&self.0)
    }

    /// A [known](Self::known) prefix with more of a name after it.
    #[must_use]
    pub fn prefixed(prefix: &'static str, rest: &str) -> Self {
        debug_assert_eq!(problem(prefix), None);
        Self(format!("{prefix}{}", rest.replace('\0', "")))
    }
}

/// A name in quotes where DuckDB may need them, for SQL text that users read. [`Identifier::sql`] is
/// the same for a name that was checked.
#[must_use]
pub fn quoted_if_needed(name: &str) -> String {
    if is_plain(name) && !keyword::needs_quotes(name) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name in quotes, for SQL text. [`Identifier`] is the same for a name that was checked.
///
/// ```
/// assert_eq!(sql::quoted("a \"b\""), r#""a ""b""""#);
/// ```
#[must_use]
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn problem(name: &str) -> Option<NameProblem> {
    if name.is_empty() {
        Some(NameProblem::Empty)
    } else if name.contains('\0') {
        Some(NameProblem::Nul)
    } else {
        None
    }
}

/// Whether a name consists of ASCII letters, digits and `_`, and does not start with a digit.
fn is_plain(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !name.starts_with(|c: char| c.is_ascii_digit()) && name.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_that_cannot_be_names() {
        let table = [
            ("", "\"\" cannot be a name in SQL: it is empty"),
            (
                "a\0b",
                "\"a\\0b\" cannot be a name in SQL: it contains a NUL character",
            ),
        ];
        for (name, message) in table {
            assert_eq!(Identifier::new(name).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn quotes_only_where_they_are_needed() {
        let table = [
            ("fact_sales", "fact_sales"),
            ("Sales2025", "Sales2025"),
            ("_", "_"),
            ("2025_sales", "\"2025_sales\""),
            ("a b", "\"a b\""),
            ("a-b", "\"a-b\""),
            ("a\"b", "\"a\"\"b\""),
            ("größe", "\"größe\""),
            ("a$", "\"a$\""),
            // Keywords, in any case.
            ("Select", "\"Select\""),
            ("left", "\"left\""),
            ("BIGINT", "\"BIGINT\""),
            // But for those that are names without quotes as well.
            ("year", "year"),
            ("years_", "years_"),
        ];
        for (name, sql) in table {
            assert_eq!(Identifier::new(name).unwrap().sql(), sql, "{name}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_quoted_name_or_text_is_one_token(value in any::<String>()) {
            let literal = crate::text(&value.replace('\0', ""));
            let inside = literal.strip_prefix('\'').unwrap().strip_suffix('\'').unwrap();
            prop_assert!(!inside.replace("''", "").contains('\''));
            prop_assert_eq!(inside.replace("''", "'"), value.replace('\0', ""));
            if let Ok(name) = Identifier::new(value.clone()) {
                let quoted = name.quoted();
                let inside = quoted.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
                prop_assert!(!inside.replace("\"\"", "").contains('"'));
                prop_assert_eq!(inside.replace("\"\"", "\""), value);
            }
        }
    }
}
