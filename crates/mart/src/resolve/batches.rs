//! What is kept of loads: keys of sources, dimensions with versions, rows whose key is nowhere. It must not know SQL.

use super::{Resolver, Tables};
use crate::document::{Dataset, History, Origination, Orphans, VersionPart};
use crate::mistake::quoted;
use crate::model::same_name;
use crate::{DataType, TypeKind};

/// The table of the loads.
pub(crate) const BATCHES: &str = "load_batches";

impl Resolver<'_> {
    pub(super) fn batches(&mut self, tables: &Tables) {
        let document = self.document;
        for (at, dataset) in document.datasets.iter().enumerate() {
            let pointer = format!("/datasets/{at}");
            self.reserved_names(&pointer, dataset);
            if let Some(history) = dataset.history {
                self.history(&format!("{pointer}/history"), dataset, history);
            }
        }
        for (at, one) in document.relationships.iter().enumerate() {
            if one.orphans == Orphans::Unknown {
                continue;
            }
            let pointer = format!("/relationships/{at}/orphans");
            let resolved = tables.relationships.iter();
            let mut resolved = resolved.filter(|other| same_name(&other.name, &one.name));
            let source = resolved.next().and_then(|one| tables.at(one.to)?.source);
            if !document.load.batches || source.is_none() {
                self.mistake(
                    pointer,
                    "only a mart with `load.batches` sets rows aside whose key is in no row of a source",
                );
            }
        }
    }

    fn reserved_names(&mut self, pointer: &str, dataset: &Dataset) {
        let document = self.document;
        if !document.load.batches {
            return;
        }
        let is_kept = |name: &str| {
            let mut sources = document.sources.iter();
            sources.any(|source| same_name(name, &format!("rows_of_{}", source.name)))
        };
        if same_name(&dataset.name, BATCHES) || is_kept(&dataset.name) {
            self.mistake(
                format!("{pointer}/name"),
                format!(
                    "{} is the name of a table in which loads are kept",
                    quoted(&dataset.name)
                ),
            );
        }
    }

    fn history(&mut self, pointer: &str, dataset: &Dataset, history: History) {
        let surrogate = dataset.fields.iter().find_map(|field| match &field.from {
            Some(Origination::SurrogateKey(names)) => Some(names),
            _ => None,
        });
        let Some(names) = surrogate else {
            return self.mistake(
                pointer,
                "only a dimension with a surrogate key has values that change",
            );
        };
        if history != History::Versions {
            return;
        }
        let mut sources = self.document.sources.iter();
        let source = sources.find(|one| dataset.source.as_ref() == Some(&one.name));
        let is_key = source.is_some_and(|source| {
            source.key.len() == names.len()
                && names
                    .iter()
                    .all(|name| source.key.iter().any(|key| same_name(key, name)))
        });
        if !self.document.load.batches || !is_key {
            self.mistake(
                pointer,
                "versions are kept of a source whose `key` is what the surrogate key stands for, in a mart with `load.batches`",
            );
        }
        for part in [VersionPart::FromBatch, VersionPart::ToBatch] {
            let is_there =
                |field: &crate::document::Field| field.from == Some(Origination::Version(part));
            if !dataset.fields.iter().any(is_there) {
                self.mistake(
                    pointer,
                    "versions need a field from `version: from_batch`, and one from `version: to_batch`",
                );
                return;
            }
        }
    }

    /// Whether a field can have what is known of a version.
    pub(super) fn version_part(
        &mut self,
        pointer: &str,
        part: VersionPart,
        history: Option<History>,
        data_type: &DataType,
    ) {
        if history != Some(History::Versions) {
            self.mistake(
                pointer,
                "only a dimension with the history `versions` has this",
            );
        }
        let fits = match part {
            VersionPart::FromBatch | VersionPart::ToBatch => {
                matches!(data_type.name(), "INTEGER" | "BIGINT")
            }
            VersionPart::From | VersionPart::To => data_type.kind() == TypeKind::Timestamp,
            VersionPart::Current | VersionPart::Deleted => data_type.kind() == TypeKind::Boolean,
        };
        if !fits {
            self.mistake(
                pointer,
                format!("this part of a version is not of the type {data_type}"),
            );
        }
    }
}
