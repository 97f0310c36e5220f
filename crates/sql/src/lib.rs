//! SQL text for DuckDB: quoted names and literals, keywords, templates, and splitting a text into
//! statements. All SQL of this project is put together with these functions. This crate must not
//! know of marts, files or an engine.

mod identifier;
mod keyword;
pub mod script;
pub mod statement;
mod template;

pub use identifier::{Identifier, NameError, NameProblem, quoted, quoted_if_needed};
pub use keyword::is_reserved;
pub use template::{Statement, fill, statements};

/// Statements after which the functions of time on a connection of DuckDB-Wasm give what they give in
/// native DuckDB with the session in UTC.
pub const TIME_IN_UTC: &str = include_str!("utc.sql");

/// A text literal. NUL characters, which SQL text cannot contain, are added with `chr(0)`.
///
/// ```
/// assert_eq!(sql::text("Fiona O'Brien"), "'Fiona O''Brien'");
/// assert_eq!(sql::text("a\0b"), "('a' || chr(0) || 'b')");
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
