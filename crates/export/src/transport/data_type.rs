//! The types of DuckDB as it prints them, and the type that each is cast to for a target: the table
//! of [`transport`](super) as code. It must not know of queries.

use super::Target;

/// The type that a column of a type is cast to; `None` if it needs no cast.
pub(super) fn cast(data_type: &str, target: Target) -> Option<String> {
    match Type::parse(data_type).map(|parsed| parsed.rewrite(target)) {
        Some(Rewritten::Same) => None,
        Some(Rewritten::Cast(to)) => Some(to),
        // DuckDB can print a value of any type.
        None => Some(VARCHAR.to_owned()),
    }
}

const VARCHAR: &str = "VARCHAR";

/// A type, parsed.
#[derive(Debug, PartialEq, Eq)]
enum Type<'a> {
    /// `INTEGER`, `DECIMAL(18,3)`, `TIMESTAMP WITH TIME ZONE`, `ENUM('a', 'b')`.
    Simple { name: &'a str, whole: &'a str },
    /// `INTEGER[]`, `INTEGER[3]`; with the text in the brackets.
    List(Box<Self>, &'a str),
    /// `STRUCT(a INTEGER, "b c" VARCHAR)`; names in quotes or `None`.
    Struct(Vec<(Option<&'a str>, Self)>),
    /// `MAP(VARCHAR, INTEGER)`.
    Map(Box<Self>, Box<Self>),
}

enum Rewritten {
    Same,
    Cast(String),
}

impl Type<'_> {
    fn rewrite(&self, target: Target) -> Rewritten {
        if target == Target::Text && !matches!(self, Self::Simple { .. }) {
            return Rewritten::Cast(VARCHAR.to_owned());
        }
        match self {
            Self::Simple { name, .. } => match simple(name, target) {
                None => Rewritten::Same,
                Some(to) => Rewritten::Cast(to.to_owned()),
            },
            Self::List(element, brackets) => match element.rewrite(target) {
                Rewritten::Same => Rewritten::Same,
                Rewritten::Cast(to) => Rewritten::Cast(format!("{to}[{brackets}]")),
            },
            Self::Struct(fields) => {
                let mut is_same = true;
                let texts: Vec<_> = fields
                    .iter()
                    .enumerate()
                    .map(|(at, (name, field))| {
                        is_same &= name.is_some();
                        let name = name.map_or_else(|| format!("\"{}\"", at + 1), str::to_owned);
                        let field = match field.rewrite(target) {
                            Rewritten::Same => field.text(),
                            Rewritten::Cast(to) => {
                                is_same = false;
                                to
                            }
                        };
                        format!("{name} {field}")
                    })
                    .collect();
                if is_same {
                    Rewritten::Same
                } else {
                    Rewritten::Cast(format!("STRUCT({})", texts.join(", ")))
                }
            }
            Self::Map(key, value) => {
                let is_text = matches!(**key, Self::Simple { name: VARCHAR, .. });
                let new_key = match key.rewrite(target) {
                    _ if target == Target::Json && !is_text => Some(VARCHAR.to_owned()),
                    Rewritten::Same => None,
                    Rewritten::Cast(to) => Some(to),
                };
                let new_value = match value.rewrite(target) {
                    Rewritten::Same => None,
                    Rewritten::Cast(to) => Some(to),
                };
                if new_key.is_none() && new_value.is_none() {
                    return Rewritten::Same;
                }
                Rewritten::Cast(format!(
                    "MAP({}, {})",
                    new_key.unwrap_or_else(|| key.text()),
                    new_value.unwrap_or_else(|| value.text())
                ))
            }
        }
    }

    /// The type as DuckDB prints it.
    fn text(&self) -> String {
        match self {
            Self::Simple { whole, .. } => (*whole).to_owned(),
            Self::List(element, brackets) => format!("{}[{brackets}]", element.text()),
            Self::Struct(fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, field)| match name {
                        Some(name) => format!("{name} {}", field.text()),
                        None => field.text(),
                    })
                    .collect();
                format!("STRUCT({})", fields.join(", "))
            }
            Self::Map(key, value) => format!("MAP({}, {})", key.text(), value.text()),
        }
    }
}

/// The type that a type without parts is cast to; `None` if it needs no cast.
fn simple(name: &str, target: Target) -> Option<&'static str> {
    match (name, target) {
        ("HUGEINT", Target::Parquet) => Some("DECIMAL(38,0)"),
        ("TIMESTAMP_S" | "TIMESTAMP_MS", Target::Parquet) => Some("TIMESTAMP"),
        ("BLOB", Target::Json | Target::Parquet)
        | (
            "BOOLEAN"
            | "TINYINT"
            | "SMALLINT"
            | "INTEGER"
            | "BIGINT"
            | "HUGEINT"
            | "UTINYINT"
            | "USMALLINT"
            | "UINTEGER"
            | "UBIGINT"
            | "FLOAT"
            | "DOUBLE"
            | "DECIMAL"
            | "VARCHAR"
            | "UUID"
            | "DATE"
            | "TIME"
            | "TIMESTAMP"
            | "TIMESTAMP_S"
            | "TIMESTAMP_MS"
            | "TIMESTAMP_NS"
            | "TIMESTAMP WITH TIME ZONE",
            _,
        ) => None,
        _ => Some(VARCHAR),
    }
}

impl<'a> Type<'a> {
    /// Parses a type; `None` for a text that is not a known type of DuckDB.
    fn parse(text: &'a str) -> Option<Self> {
        let (parsed, rest) = Self::take(text)?;
        rest.is_empty().then_some(parsed)
    }

    /// Parses the type at the start, and returns the rest.
    fn take(text: &'a str) -> Option<(Self, &'a str)> {
        let (name, after) = text.split_at(end_of_name(text));
        let (mut parsed, mut rest) = match (name, after.strip_prefix('(')) {
            ("", _) => return None,
            ("STRUCT", Some(inside)) => Self::take_fields(inside)?,
            ("MAP", Some(inside)) => {
                let (key, rest) = Self::take(inside)?;
                let (value, rest) = Self::take(rest.strip_prefix(", ")?)?;
                (
                    Self::Map(Box::new(key), Box::new(value)),
                    rest.strip_prefix(')')?,
                )
            }
            (_, Some(inside)) => {
                let rest = after_parenthesis(inside)?;
                (Self::simple(text, name, rest), rest)
            }
            (_, None) => (Self::simple(text, name, after), after),
        };
        while let Some(inside) = rest.strip_prefix('[') {
            let (brackets, after) = inside.split_once(']')?;
            parsed = Self::List(Box::new(parsed), brackets);
            rest = after;
        }
        Some((parsed, rest))
    }

    fn simple(text: &'a str, name: &'a str, rest: &'a str) -> Self {
        let (whole, _) = text.split_at(text.len() - rest.len());
        Self::Simple { name, whole }
    }

    /// Parses the fields of a struct and the parenthesis after them.
    fn take_fields(mut text: &'a str) -> Option<(Self, &'a str)> {
        let mut fields = Vec::new();
        loop {
            let (name, rest) = take_field_name(text);
            let (field, rest) = Self::take(rest)?;
            fields.push((name, field));
            if let Some(rest) = rest.strip_prefix(')') {
                return Some((Self::Struct(fields), rest));
            }
            text = rest.strip_prefix(", ")?;
        }
    }
}

/// The length of a type's name. `TIME WITH TIME ZONE` is one name.
fn end_of_name(text: &str) -> usize {
    text.find(['(', ')', '[', ']', ',', '"', '\''])
        .unwrap_or(text.len())
}

/// Parses the name of a field, if it has one. Quotes around it stay.
fn take_field_name(text: &str) -> (Option<&str>, &str) {
    if text.starts_with('"') {
        let Some(end) = end_of_quotes(text, '"') else {
            return (None, text);
        };
        let (name, rest) = text.split_at(end);
        return match rest.strip_prefix(' ') {
            Some(rest) => (Some(name), rest),
            None => (None, text),
        };
    }
    let (words, _) = text.split_at(end_of_name(text));
    match words.split_once(' ') {
        // These words are a type, not a name and a type.
        Some(("TIME" | "TIMESTAMP", "WITH TIME ZONE")) | None => (None, text),
        Some((name, _)) => {
            let (name, rest) = text.split_at(name.len());
            (Some(name), rest.trim_start())
        }
    }
}

/// The text after the parenthesis that closes the one before this text.
fn after_parenthesis(text: &str) -> Option<&str> {
    let mut depth = 1_u32;
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let next = rest.chars().next()?;
        match next {
            '\'' | '"' => {
                at += end_of_quotes(rest, next)?;
                continue;
            }
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        at += next.len_utf8();
        if depth == 0 {
            return text.get(at..);
        }
    }
    None
}

/// The length of a quoted text with its quotes. A doubled quote does not close it.
fn end_of_quotes(text: &str, quote: char) -> Option<usize> {
    let mut at = quote.len_utf8();
    loop {
        at += text.get(at..)?.find(quote)? + quote.len_utf8();
        if !text.get(at..)?.starts_with(quote) {
            return Some(at);
        }
        at += quote.len_utf8();
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::kept("INTEGER", [None, None, None])]
    #[case::kept_with_parts("DECIMAL(18,3)", [None, None, None])]
    #[case::kept_of_words("TIMESTAMP WITH TIME ZONE", [None, None, None])]
    #[case::hugeint("HUGEINT", [None, None, Some("DECIMAL(38,0)")])]
    #[case::seconds("TIMESTAMP_S", [None, None, Some("TIMESTAMP")])]
    #[case::milliseconds("TIMESTAMP_MS", [None, None, Some("TIMESTAMP")])]
    #[case::blob("BLOB", [Some("VARCHAR"), None, None])]
    #[case::time_with_zone("TIME WITH TIME ZONE", [Some("VARCHAR"); 3])]
    #[case::interval("INTERVAL", [Some("VARCHAR"); 3])]
    #[case::enumeration("ENUM('a', 'it''s (', ')')", [Some("VARCHAR"); 3])]
    #[case::union("UNION(num INTEGER, str VARCHAR)", [Some("VARCHAR"); 3])]
    #[case::unknown("GEOMETRY('OGC:CRS84')", [Some("VARCHAR"); 3])]
    #[case::nonsense("STRUCT(", [Some("VARCHAR"); 3])]
    #[case::list("INTEGER[]", [Some("VARCHAR"), None, None])]
    #[case::list_of_lists("ENUM('[')[3][]", [Some("VARCHAR"), Some("VARCHAR[3][]"), Some("VARCHAR[3][]")])]
    #[case::list_of_hugeint("HUGEINT[]", [Some("VARCHAR"), None, Some("DECIMAL(38,0)[]")])]
    #[case::structure("STRUCT(a INTEGER, \"b c\" DECIMAL(4,1)[])", [Some("VARCHAR"), None, None])]
    #[case::structure_with_enum(
        "STRUCT(\"a \"\"(\" ENUM('x'), t TIMESTAMP WITH TIME ZONE, m MAP(VARCHAR, STRUCT(z DATE)))[]",
        [
            Some("VARCHAR"),
            Some("STRUCT(\"a \"\"(\" VARCHAR, t TIMESTAMP WITH TIME ZONE, m MAP(VARCHAR, STRUCT(z DATE)))[]"),
            Some("STRUCT(\"a \"\"(\" VARCHAR, t TIMESTAMP WITH TIME ZONE, m MAP(VARCHAR, STRUCT(z DATE)))[]"),
        ]
    )]
    #[case::row(
        "STRUCT(INTEGER, TIMESTAMP WITH TIME ZONE, BIT)",
        [
            Some("VARCHAR"),
            Some("STRUCT(\"1\" INTEGER, \"2\" TIMESTAMP WITH TIME ZONE, \"3\" VARCHAR)"),
            Some("STRUCT(\"1\" INTEGER, \"2\" TIMESTAMP WITH TIME ZONE, \"3\" VARCHAR)"),
        ]
    )]
    #[case::map("MAP(VARCHAR, INTEGER)", [Some("VARCHAR"), None, None])]
    #[case::map_by_number("MAP(INTEGER, DATE)", [Some("VARCHAR"), Some("MAP(VARCHAR, DATE)"), None])]
    #[case::map_by_enum(
        "MAP(ENUM('a', 'b'), INTERVAL)",
        [Some("VARCHAR"), Some("MAP(VARCHAR, VARCHAR)"), Some("MAP(VARCHAR, VARCHAR)")]
    )]
    fn a_cast(#[case] data_type: &str, #[case] expected: [Option<&str>; 3]) {
        let targets = [Target::Text, Target::Json, Target::Parquet];
        let found = targets.map(|target| cast(data_type, target));
        assert_eq!(found.each_ref().map(Option::as_deref), expected);
    }

    #[rstest]
    #[case("INTEGER")]
    #[case("STRUCT(a INTEGER, \"b c\" DECIMAL(4,1)[3])[]")]
    #[case("MAP(STRUCT(INTEGER, BIT), UNION(num INTEGER, str VARCHAR))")]
    fn a_type_reads_back(#[case] data_type: &str) {
        assert_eq!(Type::parse(data_type).unwrap().text(), data_type);
    }
}
