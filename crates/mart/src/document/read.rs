//! From text to a [`Document`]: size, JSON, version, shape. It must not know what a name refers to.
//!
//! Elements of the lists are read one by one, so that one mistake does not hide the others.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Document;
use crate::Mistake;

/// The version of the format that this crate reads and writes.
pub const VERSION: u32 = 1;

/// The most bytes that a document may have. A mart of a thousand tables has about one million.
pub const MOST_BYTES: usize = 8 << 20;

impl Document {
    /// Reads the text of a document.
    ///
    /// # Errors
    /// All mistakes of its shape at once: no JSON, too large or too deep, another version, a value of
    /// the wrong kind, an unknown key.
    pub fn read(text: &str) -> Result<Self, Vec<Mistake>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.len() > MOST_BYTES {
            let problem = format!(
                "it has {} bytes, and a document may have {MOST_BYTES}",
                text.len()
            );
            return Err(vec![Mistake::new("", problem)]);
        }
        let value: Value = serde_json::from_str(text).map_err(|cause| {
            vec![Mistake::new(
                "",
                format!("it is not JSON that can be read: {cause}"),
            )]
        })?;
        let Value::Object(mut object) = value else {
            return Err(vec![Mistake::new("", "it must be a JSON object")]);
        };
        check_version(&object).map_err(|mistake| vec![mistake])?;
        let mut reader = Reader::default();
        let read = Self {
            sources: reader.elements(&mut object, "sources", Some("fields")),
            datasets: reader.elements(&mut object, "datasets", Some("fields")),
            relationships: reader.elements(&mut object, "relationships", None),
            metrics: reader.elements(&mut object, "metrics", None),
            attributes: reader.elements(&mut object, "attributes", None),
            hierarchies: reader.elements(&mut object, "hierarchies", None),
            questions: reader.elements(&mut object, "questions", None),
            checks: reader.elements(&mut object, "checks", None),
            generators: reader.elements(&mut object, "generators", None),
            shapes: reader.elements(&mut object, "shapes", None),
            ..Self::default()
        };
        let rest: Option<Self> = reader.value("", &Value::Object(object));
        match rest {
            Some(rest) if reader.mistakes.is_empty() => Ok(Self {
                schema: rest.schema,
                version: rest.version,
                name: rest.name,
                label: rest.label,
                description: rest.description,
                origin: rest.origin,
                database: rest.database,
                load: rest.load,
                ..read
            }),
            _ => Err(reader.mistakes),
        }
    }

    /// The text of the document, to be saved and read again.
    ///
    /// ```
    /// let document = mart::Document { version: 1, name: "shop".to_owned(), ..Default::default() };
    /// assert_eq!(mart::Document::read(&document.write()), Ok(document));
    /// ```
    #[must_use]
    pub fn write(&self) -> String {
        // Maps have text keys and numbers are finite: nothing here can fail.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

fn check_version(object: &Map<String, Value>) -> Result<(), Mistake> {
    let Some(version) = object.get("version") else {
        let problem = format!("`version` is missing; this page reads version {VERSION}");
        return Err(Mistake::new("", problem));
    };
    match version.as_u64() {
        Some(version) if version == u64::from(VERSION) => Ok(()),
        Some(version) if version > u64::from(VERSION) => Err(Mistake::new(
            "/version",
            format!(
                "version {version} is newer than {VERSION}, the newest that this page reads; use a newer page"
            ),
        )),
        _ => Err(Mistake::new(
            "/version",
            format!("{version} is no version; this page reads version {VERSION}"),
        )),
    }
}

/// Reads values, and collects what is wrong with them.
#[derive(Default)]
struct Reader {
    mistakes: Vec<Mistake>,
}

impl Reader {
    /// Takes a list out of an object and reads its elements; of a wrong one, also those of the list
    /// `inner`.
    fn elements<T: DeserializeOwned>(
        &mut self,
        object: &mut Map<String, Value>,
        key: &str,
        inner: Option<&str>,
    ) -> Vec<T> {
        let elements = match object.remove(key) {
            None => return Vec::new(),
            Some(Value::Array(elements)) => elements,
            Some(_) => {
                self.mistakes
                    .push(Mistake::new(format!("/{key}"), "it must be a list"));
                return Vec::new();
            }
        };
        let elements = elements.into_iter().enumerate();
        elements
            .filter_map(|(at, element)| {
                let pointer = format!("/{key}/{at}");
                let read = self.value(&pointer, &element);
                if let (None, Some(inner)) = (&read, inner) {
                    self.look_into(&pointer, &element, inner);
                }
                read
            })
            .collect()
    }

    /// Reads the elements of a list inside an element, for their mistakes alone, but for the first
    /// one: reading the element as a whole reports that.
    fn look_into(&mut self, pointer: &str, element: &Value, key: &str) {
        let Some(Value::Array(elements)) = element.get(key) else {
            return;
        };
        let mut inner = Self::default();
        for (at, element) in elements.iter().enumerate() {
            let pointer = format!("{pointer}/{key}/{at}");
            if key == "fields" && pointer.starts_with("/sources") {
                inner.value::<super::SourceField>(&pointer, element);
            } else {
                inner.value::<super::Field>(&pointer, element);
            }
        }
        self.mistakes.extend(inner.mistakes.into_iter().skip(1));
    }

    fn value<T: DeserializeOwned>(&mut self, pointer: &str, value: &Value) -> Option<T> {
        match serde_path_to_error::deserialize(value) {
            Ok(read) => Some(read),
            Err(cause) => {
                let mut place = pointer.to_owned();
                for segment in cause.path() {
                    use serde_path_to_error::Segment;
                    let part = match segment {
                        Segment::Seq { index } => index.to_string(),
                        Segment::Map { key } | Segment::Enum { variant: key } => {
                            key.replace('~', "~0").replace('/', "~1")
                        }
                        Segment::Unknown => continue,
                    };
                    place.push('/');
                    place.push_str(&part);
                }
                self.mistakes.push(mistake_of(place, cause.inner()));
                None
            }
        }
    }
}

/// Serde's words name an unknown key and the known ones: of those the nearest is suggested.
fn mistake_of(pointer: String, cause: &serde_json::Error) -> Mistake {
    let message = cause.to_string();
    let mut names = message.split('`').skip(1).step_by(2);
    let is_unknown = message.starts_with("unknown ");
    match names.next() {
        Some(wrong) if is_unknown => {
            let right: Vec<_> = names.collect();
            Mistake::new(pointer, message.clone()).suggesting(wrong, right.iter().copied())
        }
        _ => Mistake::new(pointer, message.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> Vec<String> {
        let mistakes = Document::read(text).unwrap_err();
        mistakes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn texts_that_are_no_document() {
        let deep = "[".repeat(10_000);
        let table = [
            ("", "not JSON"),
            ("[]", "must be a JSON object"),
            ("{", "not JSON"),
            (&deep, "not JSON"),
            ("{}", "`version` is missing"),
            (r#"{"version": 99}"#, "/version: version 99 is newer than 1"),
            (r#"{"version": "1"}"#, "/version: \"1\" is no version"),
            (r#"{"version": 0}"#, "/version: 0 is no version"),
            (r#"{"version": 1}"#, "missing field `name`"),
            (
                r#"{"version": 1, "name": "x", "datasets": {}}"#,
                "/datasets: it must be a list",
            ),
        ];
        for (text, words) in table {
            let found = mistakes(text);
            assert!(found[0].contains(words), "{words}: {found:?}");
        }
        let large = " ".repeat(MOST_BYTES + 1);
        assert!(mistakes(&large)[0].contains("bytes"));
    }

    #[test]
    fn every_mistake_of_shape_is_reported_at_its_place() {
        let text = r#"{
            "version": 1, "name": "x", "lable": "X",
            "sources": [{ "name": "s", "fields": [{ "name": "a", "type": 1 }, { "name": "b" }] }],
            "datasets": [{ "name": "d", "role": "factt", "fields": [] }],
            "metrics": [{ "name": "m", "dataset": "d", "expresion": "count(*)" }, 7]
        }"#;
        let found = mistakes(text);
        for words in [
            "/sources/0/fields/0/type: invalid type",
            "/sources/0/fields/1: missing field `type`",
            "/datasets/0/role: unknown variant `factt`",
            "did you mean `fact`?",
            "/metrics/0/expresion: unknown field `expresion`",
            "did you mean `expression`?",
            "/metrics/1: invalid type",
            "/lable: unknown field `lable`",
        ] {
            assert!(
                found.iter().any(|one| one.contains(words)),
                "{words}: {found:#?}"
            );
        }
    }
}
