//! Proposes the star behind tables: the key of each, which columns refer to which key, the role of each table, and
//! what of its numbers can be summed. Each statement has its evidence in words and numbers, and a confidence.
//!
//! This crate turns values into values: it asks its queries of whoever holds an engine ([`Ask`]), and must not know
//! of a browser, an engine, a clock or chance.

mod document;
mod edit;
mod flat;
mod keys;
mod measures;
mod names;
mod profile;
mod query;
mod relations;
mod roles;
#[cfg(feature = "score")]
pub mod score;
mod vocabulary;

use std::collections::{BTreeMap, BTreeSet};

use mart::{Additivity, Document, Mistake, Model, Role};

use edit::Custom;
use profile::Profile;

pub use edit::{
    Change, ChosenMetric, Edit, EditableColumn, EditableTable, Found, Preview, TYPES, difference,
};
pub use flat::Split;
pub use keys::Key;
pub use query::{Ask, Query};
pub use relations::{LEAST_CONFIDENCE, Relationship};

/// What is proposed about the tables of a model, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposal {
    /// What is proposed about each table.
    pub tables: Vec<ProposedTable>,
    /// The relationships that are proposed, and those that are offered alone.
    pub relationships: Vec<Relationship>,
    /// The dimensions that are written out in the rows of a fact.
    pub splits: Vec<Split>,
    profiles: Vec<Profile>,
    custom: Custom,
}

/// A proposal as a document, and what it leaves out.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The document of the mart.
    pub document: Document,
    /// Sentences about what is not loaded as it is proposed.
    pub notes: Vec<String>,
    /// The mart.
    pub model: Model,
    /// The place of the table and of the column that a field comes from, by the names of dataset and field.
    origins: BTreeMap<(String, String), (usize, usize)>,
    /// The names of the metrics that are left out.
    pub dropped: Vec<String>,
}

impl Proposal {
    /// The document of the mart that is proposed over the tables of a model.
    ///
    /// # Errors
    /// The mistakes that the compiler finds, where the tables are such that no mart can be made of them.
    pub fn document(&self, model: &Model, name: &str) -> Result<Written, Vec<Mistake>> {
        let mut written = document::Writer::new(self, model, name).write();
        // An attribute that several ways lead to is for the user to choose: it is left out.
        loop {
            match Model::resolve(&written.document) {
                Ok(model) => {
                    return Ok(Written {
                        document: written.document,
                        notes: written.notes,
                        model,
                        origins: written.origins,
                        dropped: self.custom.dropped.iter().cloned().collect(),
                    });
                }
                Err(mistakes) => {
                    if !document::leave_out(&mut written.document, &mistakes, &mut written.notes) {
                        return Err(mistakes);
                    }
                }
            }
        }
    }
}

/// What is proposed about a table.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposedTable {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: u64,
    /// What identifies them; `None` if nothing does.
    pub key: Option<Key>,
    /// Its role.
    pub role: Role,
    /// Whether it is a fact that another fact refers to: the header of its lines.
    pub is_header: bool,
    /// Why it has the role.
    pub evidence: String,
    /// What one of its rows is.
    pub grain: String,
    /// Its numbers: the place of the column, how it may be summed, and why.
    pub measures: Vec<(usize, Additivity, String)>,
}

/// Proposes a star over the tables of a model.
///
/// # Errors
/// Those of `ask`.
pub async fn propose<E>(model: &Model, mut ask: impl Ask<E>) -> Result<Proposal, E> {
    let profiles = profile::profiles(model, &mut ask).await?;
    let mut keys: Vec<_> = profiles.iter().map(keys::single).collect();
    for place in 0..profiles.len() {
        if let Some(key) = keys.get_mut(place).filter(|key| key.is_none()) {
            *key = keys::with_duplicates(place, &profiles);
        }
    }
    let mut relationships = relations::single(&profiles, &keys, &mut ask).await?;
    for (place, table) in profiles.iter().enumerate() {
        let Some(key) = keys.get_mut(place).filter(|key| key.is_none()) else {
            continue;
        };
        let referring: Vec<_> = relationships
            .iter()
            .filter(|one| one.from == place && one.is_proposed())
            .flat_map(|one| one.from_columns.iter().copied())
            .collect();
        *key = keys::composite(table, &referring, &mut ask).await?;
    }
    let composite = relations::composite(&profiles, &keys, &relationships, &mut ask).await?;
    relationships.extend(composite);
    let tables = roles::tables(&profiles, keys, &relationships);
    let mut splits = Vec::new();
    for (place, (table, profile)) in tables.iter().zip(&profiles).enumerate() {
        let refers = relationships
            .iter()
            .any(|one| one.from == place && one.is_proposed());
        if table.role == Role::Fact && !refers {
            let key = table.key.as_ref().map_or(&[][..], |key| &key.columns);
            splits.extend(flat::splits(place, profile, key, &mut ask).await?);
        }
    }
    name_apart(&profiles, &mut splits);
    Ok(Proposal {
        tables,
        relationships,
        splits,
        profiles,
        custom: Custom::default(),
    })
}

/// A dimension inside a table is called after the table, too, where another one has its name.
fn name_apart(profiles: &[Profile], splits: &mut [Split]) {
    let mut taken: BTreeSet<String> = profiles
        .iter()
        .map(|profile| profile.words.join("_"))
        .collect();
    for split in splits {
        if !taken.insert(split.name.clone()) {
            let table = profiles.get(split.table).map(|table| table.words.join("_"));
            split.name = format!("{}_{}", table.unwrap_or_default(), split.name);
            taken.insert(split.name.clone());
        }
    }
}
