//! The files that a mart is loaded from, and the generators of its rows. It must not know tables,
//! but for the one whose rows a generator counts.

use super::{Resolver, Tables, label};
use crate::document::{self, Role};
use crate::mistake::quoted;
use crate::model::{GeneratedSize, Generator, Source, SourceField};
use crate::{DataType, Mistake, TypeKind};

impl Resolver<'_> {
    pub(super) fn sources(&mut self) -> Vec<Source> {
        let sources = &self.document.sources;
        self.unique(
            "source",
            sources
                .iter()
                .enumerate()
                .map(|(at, source)| (format!("/sources/{at}/name"), source.name.as_str())),
        );
        let found = sources
            .iter()
            .enumerate()
            .map(|(at, source)| self.source(&format!("/sources/{at}"), source));
        found.collect()
    }

    /// Always a source, so that what refers to it is checked too.
    fn source(&mut self, pointer: &str, source: &document::Source) -> Source {
        self.word(&format!("{pointer}/name"), &source.name);
        if source.fields.is_empty() {
            self.mistake(
                format!("{pointer}/fields"),
                "a source has at least one field",
            );
        }
        for (key, path) in [("path", &source.path), ("template", &source.template)] {
            if let Some(path) = path {
                self.path(&format!("{pointer}/{key}"), path);
            }
        }
        let fields = &source.fields;
        for (at, name) in source.key.iter().enumerate() {
            let mut known = fields.iter().map(|field| field.name.as_str());
            if !known.clone().any(|field| field.eq_ignore_ascii_case(name)) {
                let pointer = format!("{pointer}/key/{at}");
                self.unknown(&pointer, "field of this source", name, &mut known);
            }
        }
        self.unique(
            "field",
            fields
                .iter()
                .enumerate()
                .map(|(at, field)| (format!("{pointer}/fields/{at}/name"), field.name.as_str())),
        );
        Source {
            name: source.name.clone(),
            label: label(source.label.as_ref(), &source.name),
            description: source.description.clone().unwrap_or_default(),
            row: source.row.clone(),
            key: source.key.clone(),
            duplicates: source.duplicates,
            path: source.path.clone(),
            template: source.template.clone(),
            fields: fields
                .iter()
                .enumerate()
                .filter_map(|(at, field)| {
                    self.source_field(&format!("{pointer}/fields/{at}"), field)
                })
                .collect(),
            null_texts: self.document.load.null_texts.clone(),
        }
    }

    fn source_field(
        &mut self,
        pointer: &str,
        field: &document::SourceField,
    ) -> Option<SourceField> {
        // The header of a file has any words.
        self.word(&format!("{pointer}/name"), &field.name);
        let data_type = self.data_type(&format!("{pointer}/type"), &field.data_type)?;
        let can_be_read = data_type.kind().is_number()
            || matches!(
                data_type.kind(),
                TypeKind::Text | TypeKind::Date | TypeKind::Timestamp | TypeKind::Boolean
            );
        if !can_be_read {
            self.mistake(
                format!("{pointer}/type"),
                format!("a text of a file cannot be read as {data_type}"),
            );
        }
        if field.default.is_some() && data_type.kind() != TypeKind::Text {
            self.mistake(
                format!("{pointer}/default"),
                "only a field of type VARCHAR has a default",
            );
        }
        if field.required && field.default.is_some() {
            self.mistake(
                format!("{pointer}/default"),
                "a required field has no default",
            );
        }
        Some(SourceField {
            name: field.name.clone(),
            data_type,
            description: field.description.clone().unwrap_or_default(),
            required: field.required,
            default: field.default.clone(),
            unique: field.unique,
        })
    }

    /// The type of a table's or a source's column.
    pub(super) fn data_type(&mut self, pointer: &str, text: &str) -> Option<DataType> {
        match DataType::parse(text) {
            Ok(data_type) => Some(data_type),
            Err(problem) => {
                let mistake = Mistake::new(pointer, problem);
                self.suggest(mistake, &text.to_ascii_uppercase(), DataType::names());
                None
            }
        }
    }

    /// A path stays in the folder of the document.
    pub(super) fn path(&mut self, pointer: &str, path: &str) {
        let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
        let leaves =
            path.starts_with('/') || path.split('/').any(|part| matches!(part, "" | "." | ".."));
        if path.len() > 255 || leaves || !path.chars().all(is_safe) {
            self.mistake(
                pointer,
                format!(
                    "{} is no path of a file beside the document: letters, digits, `.`, `-`, `_` and `/` make one",
                    quoted(path)
                ),
            );
        }
    }

    pub(super) fn generators(&mut self, tables: &Tables) -> Vec<Generator> {
        let generators = &self.document.generators;
        self.unique(
            "generator",
            generators
                .iter()
                .enumerate()
                .map(|(at, one)| (format!("/generators/{at}/name"), one.name.as_str())),
        );
        let found = generators
            .iter()
            .enumerate()
            .filter_map(|(at, one)| self.generator(&format!("/generators/{at}"), one, tables));
        found.collect()
    }

    fn generator(
        &mut self,
        pointer: &str,
        generator: &document::Generator,
        tables: &Tables,
    ) -> Option<Generator> {
        for (at, path) in generator.statements.iter().enumerate() {
            self.path(&format!("{pointer}/statements/{at}"), path);
        }
        if generator.sizes.is_empty() {
            self.mistake(
                format!("{pointer}/sizes"),
                "a generator has at least one size",
            );
        }
        for (at, size) in generator.sizes.iter().enumerate() {
            for (key, value) in &size.values {
                // They become part of SQL text.
                let is_plain = |c: char| c.is_ascii_digit() || c == '-';
                if value.is_empty() || value.len() > 20 || !value.chars().all(is_plain) {
                    self.mistake(
                        format!("{pointer}/sizes/{at}/values/{key}"),
                        format!("{} is neither a whole number nor a day", quoted(value)),
                    );
                }
            }
        }
        let place = format!("{pointer}/dataset");
        let fact = self.table(&place, &generator.dataset, tables)?;
        if tables.all.get(fact).map(|table| table.role) != Some(Role::Fact) {
            self.mistake(
                place,
                format!("{} is not a fact", quoted(&generator.dataset)),
            );
        }
        Some(Generator {
            row: generator.row.clone(),
            fact,
            statements: generator.statements.clone(),
            sizes: generator
                .sizes
                .iter()
                .map(|size| GeneratedSize {
                    label: size.label.clone(),
                    rows: size.rows,
                    values: size.values.clone().into_iter().collect(),
                })
                .collect(),
        })
    }
}
