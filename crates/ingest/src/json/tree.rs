//! A JSON value, with numbers as they are written. Its texts are those of the file where they have no escapes. It
//! must not know tables.

use std::borrow::Cow;

use json_event_parser::{JsonEvent, SliceJsonParser};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree<'t> {
    Null,
    Boolean(bool),
    Number(Cow<'t, str>),
    Text(Cow<'t, str>),
    Array(Vec<Self>),
    Object(Vec<(Cow<'t, str>, Self)>),
}

/// What is being read.
enum Open<'t> {
    Array(Vec<Tree<'t>>),
    Object(Vec<(Cow<'t, str>, Tree<'t>)>, Option<Cow<'t, str>>),
}

/// Reads a value.
pub(crate) fn parse(text: &str) -> Result<Tree<'_>, String> {
    let mut parser = SliceJsonParser::new(text.as_bytes());
    let mut open = Vec::<Open<'_>>::new();
    let mut whole = None;
    loop {
        let event = parser
            .parse_next()
            .map_err(|error| error.message().to_owned())?;
        let value = match event {
            JsonEvent::Null => Tree::Null,
            JsonEvent::Boolean(value) => Tree::Boolean(value),
            JsonEvent::Number(text) => Tree::Number(text),
            JsonEvent::String(text) => Tree::Text(text),
            JsonEvent::StartArray => {
                open.push(Open::Array(Vec::new()));
                continue;
            }
            JsonEvent::StartObject => {
                open.push(Open::Object(Vec::new(), None));
                continue;
            }
            JsonEvent::ObjectKey(name) => {
                let Some(Open::Object(members, key)) = open.last_mut() else {
                    return Err("a key outside of an object".to_owned());
                };
                if members.iter().any(|(known, _)| *known == *name) {
                    return Err(format!("the key “{name}” is there twice"));
                }
                *key = Some(name);
                continue;
            }
            JsonEvent::EndArray | JsonEvent::EndObject => match open.pop() {
                Some(Open::Array(items)) => Tree::Array(items),
                Some(Open::Object(members, _)) => Tree::Object(members),
                None => return Err("an end without a start".to_owned()),
            },
            JsonEvent::Eof => return whole.ok_or_else(|| "it is empty".to_owned()),
        };
        match open.last_mut() {
            None => whole = Some(value),
            Some(Open::Array(items)) => items.push(value),
            Some(Open::Object(members, key)) => {
                members.push((key.take().unwrap_or_default(), value));
            }
        }
    }
}

impl Tree<'_> {
    /// The same value with texts of its own.
    pub(crate) fn into_owned(self) -> Tree<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        match self {
            Self::Null => Tree::Null,
            Self::Boolean(value) => Tree::Boolean(value),
            Self::Number(text) => Tree::Number(owned(text)),
            Self::Text(text) => Tree::Text(owned(text)),
            Self::Array(items) => Tree::Array(items.into_iter().map(Tree::into_owned).collect()),
            Self::Object(members) => {
                let members = members.into_iter();
                let members = members.map(|(key, value)| (owned(key), value.into_owned()));
                Tree::Object(members.collect())
            }
        }
    }

    /// The member of an object.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members
                .iter()
                .find_map(|(name, value)| (name == key).then_some(value)),
            _ => None,
        }
    }

    /// Whether it is an array with an object in it: its items are rows of a table of their own.
    pub(crate) fn is_table(&self) -> bool {
        matches!(self, Self::Array(items) if items.iter().any(|item| matches!(item, Self::Object(_))))
    }

    /// The value as JSON, without blanks.
    pub(crate) fn write(&self) -> String {
        let joined = |parts: Vec<String>, open: char, close: char| {
            format!("{open}{}{close}", parts.join(","))
        };
        match self {
            Self::Null => "null".to_owned(),
            Self::Boolean(value) => value.to_string(),
            Self::Number(text) => text.clone().into_owned(),
            Self::Text(text) => quoted(text),
            Self::Array(items) => joined(items.iter().map(Self::write).collect(), '[', ']'),
            Self::Object(members) => {
                let members = members.iter();
                let members =
                    members.map(|(key, value)| format!("{}:{}", quoted(key), value.write()));
                joined(members.collect(), '{', '}')
            }
        }
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c < ' ' => quoted.push_str(&format_control(c)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn format_control(c: char) -> String {
    format!("\\u{:04x}", u32::from(c))
}
