//! The tables that a question joins to a fact, each once, with what they go by. It must not know
//! metrics.

use super::{FACT, Query, SUMS};
use crate::TypeKind;
use crate::compile::free_alias;
use crate::compile::route::{Step, join};
use crate::model::{Attribute, Hop, Model, Sort, same_name};
use crate::sql::Identifier;

/// A joined table.
struct Joined<'m> {
    /// The steps that lead to it.
    hops: Vec<Hop>,
    step: Step<'m>,
    alias: String,
    /// What the table before goes by.
    before: String,
}

/// The joins of a question.
pub(super) struct Joins<'m> {
    tables: Vec<Joined<'m>>,
    /// Of each attribute, the place of its table in `tables`; `None` for a column of the fact.
    of: Vec<Option<usize>>,
    /// The first step whose key the facts can be summed by before the tables beyond are joined.
    outer: Option<Hop>,
}

/// The share of a fact that a joined row stands for.
pub(super) struct Weight {
    /// Its SQL.
    pub(super) sql: String,
    /// Its digits after the point.
    pub(super) scale: u32,
    /// Whether it is a floating-point number.
    pub(super) is_floating: bool,
}

/// The most digits after the point of a decimal that a whole number fits beside.
const MOST_SHARE_SCALE: u32 = 28;

impl<'m> Joins<'m> {
    /// `None` where the fact does not lead to one of the attributes.
    pub(super) fn of(
        model: &'m Model,
        fact: usize,
        by: &[Attribute],
        order: &[Sort],
    ) -> Option<Self> {
        let mut joins = Self {
            tables: Vec::new(),
            of: Vec::new(),
            outer: None,
        };
        for attribute in by {
            let route = attribute.route(fact)?;
            let mut last = None;
            for length in 1..=route.hops.len() {
                last = Some(joins.add(model, route.hops.get(..length)?)?);
            }
            joins.of.push(last);
        }
        // What is sorted by a part of its day must be at hand when the sums are sorted.
        let sorted = order.iter().find_map(|sort| match sort {
            Sort::By { at, .. } => by.get(*at).filter(|by| by.order.is_some()).map(|_| *at),
            Sort::Metric { .. } => None,
        });
        let first = sorted.or_else(|| joins.of.iter().position(Option::is_some));
        let first = first.and_then(|at| joins.of.get(at).copied().flatten());
        joins.outer = first
            .and_then(|at| joins.tables.get(at))
            .and_then(|joined| joined.hops.first().copied());
        Some(joins)
    }

    /// The place of the table at the end of some steps, joined once.
    fn add(&mut self, model: &'m Model, hops: &[Hop]) -> Option<usize> {
        if let Some(known) = self.tables.iter().position(|joined| joined.hops == hops) {
            return Some(known);
        }
        let (last, way) = hops.split_last()?;
        let step = model.step(*last)?;
        let before = self.tables.iter().find(|joined| joined.hops == way);
        let before = before
            .map_or(FACT, |joined| joined.alias.as_str())
            .to_owned();
        let alias = free_alias(step.table.name.as_str(), |alias| {
            alias == FACT || self.tables.iter().any(|joined| joined.alias == alias)
        });
        self.tables.push(Joined {
            hops: hops.to_vec(),
            step,
            alias,
            before,
        });
        Some(self.tables.len() - 1)
    }

    /// What the table of an attribute goes by, where the fact has this alias.
    pub(super) fn alias<'s>(&'s self, attribute: usize, fact: &'s str) -> Option<&'s str> {
        match self.of.get(attribute)? {
            None => Some(fact),
            Some(at) => self.tables.get(*at).map(|joined| joined.alias.as_str()),
        }
    }

    /// Whether a table is joined to the sums, not to the facts.
    fn is_beyond(&self, joined: &Joined<'_>) -> bool {
        self.outer.is_some() && joined.hops.first() == self.outer.as_ref()
    }

    /// Whether the table of an attribute is joined to the sums.
    pub(super) fn is_outer(&self, attribute: usize) -> bool {
        let at = self.of.get(attribute).copied().flatten();
        at.and_then(|at| self.tables.get(at))
            .is_some_and(|joined| self.is_beyond(joined))
    }

    /// Whether everything that is sorted by a part of its day is joined to the sums.
    pub(super) fn are_sort_keys_outer(&self, query: &Query) -> bool {
        query.order.iter().all(|sort| match sort {
            Sort::By { at, .. } => {
                query.by.get(*at).is_none_or(|by| by.order.is_none()) || self.is_outer(*at)
            }
            Sort::Metric { .. } => true,
        })
    }

    pub(super) const fn has_outer(&self) -> bool {
        self.outer.is_some()
    }

    pub(super) fn has_bridge(&self) -> bool {
        self.tables
            .iter()
            .any(|joined| joined.hops.iter().any(|hop| hop.is_reverse))
    }

    /// The SQL of the share that a row of a bridge stands for. A fact without a row there counts
    /// whole.
    pub(super) fn weight(&self) -> Option<Weight> {
        self.tables.iter().find_map(|joined| {
            let weight = joined.step.table.weight?;
            let column = joined.step.table.columns.get(weight)?;
            let is_bridge = joined.hops.last().is_some_and(|hop| hop.is_reverse);
            let share = format!("{}.{}", joined.alias, column.name.sql());
            let scale = column.data_type.scale();
            let weight = if scale > MOST_SHARE_SCALE {
                Weight {
                    sql: format!("coalesce(CAST({share} AS DOUBLE), 1)"),
                    scale: 0,
                    is_floating: true,
                }
            } else {
                Weight {
                    sql: format!("coalesce({share}, 1)"),
                    scale,
                    is_floating: column.data_type.kind() == TypeKind::Float,
                }
            };
            is_bridge.then_some(weight)
        })
    }

    /// The columns of the fact that the facts are summed by, each with its name in the query of sums:
    /// its own, unless something that they are grouped by has that.
    pub(super) fn outer_key(&self, by: &[Attribute]) -> Vec<(String, Identifier)> {
        let is_first = |joined: &&Joined<'_>| joined.hops.len() == 1 && self.is_beyond(joined);
        let Some(first) = self.tables.iter().find(is_first) else {
            return Vec::new();
        };
        let is_taken = |name: &str| by.iter().any(|one| same_name(one.name(), name));
        let columns = first.step.before.iter().enumerate();
        columns
            .map(|(at, column)| {
                let name = if is_taken(column.as_str()) {
                    let numbered =
                        (at + 1..).map(|number| Identifier::prefixed("key_", &number.to_string()));
                    let mut free = numbered.filter(|name| !is_taken(name.as_str()));
                    free.next().unwrap_or_else(|| column.clone())
                } else {
                    column.clone()
                };
                (column.sql(), name)
            })
            .collect()
    }

    /// All joins, to the facts.
    pub(super) fn all(&self) -> impl Iterator<Item = String> {
        self.tables
            .iter()
            .map(|joined| join(&joined.step, &joined.alias, &joined.before))
    }

    /// The joins to the facts, where those beyond the outer step are joined to the sums.
    pub(super) fn inner(&self) -> impl Iterator<Item = String> {
        let inner = self.tables.iter().filter(|joined| !self.is_beyond(joined));
        inner.map(|joined| join(&joined.step, &joined.alias, &joined.before))
    }

    /// The joins to the sums, which have these names for the key.
    pub(super) fn outer(&self, key: &[(String, Identifier)]) -> impl Iterator<Item = String> {
        let outer = self.tables.iter().filter(|joined| self.is_beyond(joined));
        outer.map(|joined| {
            if joined.before != FACT {
                return join(&joined.step, &joined.alias, &joined.before);
            }
            let step = Step {
                table: joined.step.table,
                before: key.iter().map(|(_, name)| name.clone()).collect(),
                after: joined.step.after.clone(),
            };
            join(&step, &joined.alias, SUMS)
        })
    }
}
