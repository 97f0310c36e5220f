//! How much of what is known about tables is found: for tests and the benchmark. It must not know how it is found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use mart::Role;
use serde_json::Value;

use crate::{LEAST_CONFIDENCE, Proposal};

/// A table with columns.
pub type End = (String, Vec<String>);

/// What is known, or found, about the tables of a set. As JSON it is an object with `primary_key`, `role` and
/// `foreign_keys`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// The columns of the key of each table that has one.
    pub keys: BTreeMap<String, Vec<String>>,
    /// The role of each table. Of what is known, `fact_or_header` stands for both.
    pub roles: BTreeMap<String, String>,
    /// What refers to what, each with a confidence; 1 for what is known.
    pub relationships: Vec<(End, End, f64)>,
}

/// How much of what is known was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    /// Relationships that are right.
    pub right: usize,
    /// Relationships that are proposed.
    pub proposed: usize,
    /// Relationships that are known.
    pub known: usize,
    /// Keys that are right, and those that are known.
    pub keys: (usize, usize),
    /// Roles that are right, and those that are known.
    pub roles: (usize, usize),
    /// What is wrong or missing, each a line.
    pub notes: Vec<String>,
}

impl Findings {
    /// Reads the JSON of a set.
    ///
    /// # Errors
    /// Those of the JSON.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        let mut value: Value = serde_json::from_str(text)?;
        let mut take = |name: &str| {
            value
                .get_mut(name)
                .map(Value::take)
                .filter(|value| !value.is_null())
        };
        let keys: BTreeMap<String, Option<Vec<String>>> =
            take("primary_key").map_or_else(|| Ok(BTreeMap::new()), serde_json::from_value)?;
        let roles = take("role").map_or_else(|| Ok(BTreeMap::new()), serde_json::from_value)?;
        let mut relationships = Vec::new();
        for name in ["foreign_keys", "composite_foreign_keys"] {
            let known: Vec<(End, End)> =
                take(name).map_or_else(|| Ok(Vec::new()), serde_json::from_value)?;
            relationships.extend(known.into_iter().map(|(from, to)| (from, to, 1.0)));
        }
        let found: Vec<(End, End, f64)> =
            take("candidates").map_or_else(|| Ok(Vec::new()), serde_json::from_value)?;
        relationships.extend(found);
        Ok(Self {
            keys: keys
                .into_iter()
                .filter_map(|(table, key)| Some((table, key?)))
                .collect(),
            roles,
            relationships,
        })
    }

    /// What a proposal says.
    #[must_use]
    pub fn of(proposal: &Proposal) -> Self {
        let ends = proposal.relationships.iter().map(|one| {
            let (from, to) = proposal.ends(one);
            let to = (to, proposal.columns(one.to, &one.to_columns));
            (from, to, one.confidence)
        });
        let tables = || proposal.tables.iter().enumerate();
        Self {
            relationships: ends.collect(),
            keys: tables()
                .filter_map(|(place, table)| {
                    let key = table.key.as_ref()?;
                    Some((table.name.clone(), proposal.columns(place, &key.columns)))
                })
                .collect(),
            roles: tables()
                .map(|(_, table)| {
                    let role = match table.role {
                        Role::Fact => "fact",
                        Role::Bridge => "bridge",
                        _ => "dimension",
                    };
                    (table.name.clone(), role.to_owned())
                })
                .collect(),
        }
    }

    /// Compares these with what is known. Relationships of at least a confidence count.
    #[must_use]
    pub fn score(&self, known: &Self, least: f64) -> Score {
        let mut score = Score::default();
        let pairs = |found: &Self, least: f64| -> BTreeSet<_> {
            let found = found
                .relationships
                .iter()
                .filter(|(_, _, confidence)| *confidence >= least);
            found.map(|(from, to, _)| pairs_of(from, to)).collect()
        };
        let (proposed, expected) = (pairs(self, least), pairs(known, 0.0));
        score.proposed = proposed.len();
        score.known = expected.len();
        score.right = proposed.intersection(&expected).count();
        let lines = |kind: &str,
                     pairs: &mut dyn Iterator<
            Item = &(String, String, BTreeSet<(String, String)>),
        >| {
            let lines =
                pairs.map(|(from, to, columns)| format!("{kind}: {from} to {to} by {columns:?}"));
            lines.collect::<Vec<_>>()
        };
        score
            .notes
            .extend(lines("wrong", &mut proposed.difference(&expected)));
        score
            .notes
            .extend(lines("missed", &mut expected.difference(&proposed)));
        for (table, expected) in &known.keys {
            let found = self.keys.get(table).cloned().unwrap_or_default();
            let set = |key: &[String]| key.iter().cloned().collect::<BTreeSet<_>>();
            score.keys.1 += 1;
            if set(&found) == set(expected) {
                score.keys.0 += 1;
            } else {
                score
                    .notes
                    .push(format!("key of {table}: {found:?}, not {expected:?}"));
            }
        }
        for (table, expected) in &known.roles {
            let found = self.roles.get(table).map_or("none", String::as_str);
            score.roles.1 += 1;
            if found == expected || found == "fact" && expected == "fact_or_header" {
                score.roles.0 += 1;
            } else {
                score
                    .notes
                    .push(format!("role of {table}: {found}, not {expected}"));
            }
        }
        score
    }

    /// The same for what is proposed.
    #[must_use]
    pub fn score_of_proposed(&self, known: &Self) -> Score {
        self.score(known, LEAST_CONFIDENCE)
    }
}

/// A relationship in any order of its columns.
fn pairs_of(from: &End, to: &End) -> (String, String, BTreeSet<(String, String)>) {
    let columns = from.1.iter().cloned().zip(to.1.iter().cloned());
    (from.0.clone(), to.0.clone(), columns.collect())
}

impl Score {
    /// The harmonic mean of precision and recall; 1 where nothing is known and nothing proposed.
    #[must_use]
    pub fn f1(&self) -> f64 {
        share(2 * self.right, self.proposed + self.known)
    }

    /// The share of the proposed relationships that is right.
    #[must_use]
    pub fn precision(&self) -> f64 {
        share(self.right, self.proposed)
    }

    /// The share of the known relationships that is found.
    #[must_use]
    pub fn recall(&self) -> f64 {
        share(self.right, self.known)
    }
}

/// A part of a whole; 1 of nothing.
#[must_use]
pub fn share(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let share = part as f64 / whole as f64;
    if whole == 0 { 1.0 } else { share }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "F1 {:.3}, {} of {} proposed right, {} known; keys {} of {}, roles {} of {}",
            self.f1(),
            self.right,
            self.proposed,
            self.known,
            self.keys.0,
            self.keys.1,
            self.roles.0,
            self.roles.1
        )?;
        for note in &self.notes {
            write!(f, "\n    {note}")?;
        }
        Ok(())
    }
}
