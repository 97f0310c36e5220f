//! The ways from facts to the tables around them, along relationships and over bridges. It must not
//! know attributes or metrics, but for the facts that are measured.

use std::collections::HashMap;

use super::Tables;
use crate::document::Role;
use crate::mistake::quoted;
use crate::model::{Hop, Metric};

/// The most steps from a fact to an attribute.
const MOST_HOPS: usize = 6;
/// The most ways that are looked at from one fact, and from all facts.
const MOST_WAYS: (usize, usize) = (2_000, 200_000);

/// Why there is no one way from a fact to a table.
pub(super) enum NoRoute {
    /// Nothing leads there.
    Apart,
    /// Several ways of one length do, by these relationships.
    Ambiguous(Vec<String>),
}

/// The ways from each fact with a metric to the tables around it, the shortest first.
pub(super) struct Ways {
    facts: Vec<usize>,
    /// By the fact and the table that they lead to.
    by_ends: HashMap<(usize, usize), Vec<Vec<Hop>>>,
    /// The places of the relationships, by their names in lower case.
    relationships: HashMap<String, usize>,
}

impl Ways {
    pub(super) fn of(tables: &Tables, metrics: &[Metric]) -> Self {
        let places = (0..).zip(&tables.relationships);
        let mut found = Self {
            facts: Vec::new(),
            by_ends: HashMap::new(),
            relationships: places
                .map(|(at, one)| (one.name.to_lowercase(), at))
                .collect(),
        };
        let hops = Hops::of(tables);
        let mut left = MOST_WAYS.1;
        for metric in metrics {
            if found.facts.contains(&metric.fact) {
                continue;
            }
            found.facts.push(metric.fact);
            let ways = hops.ways_from(metric.fact, MOST_WAYS.0.min(left));
            left = left.saturating_sub(ways.len());
            for (to, way) in ways {
                found
                    .by_ends
                    .entry((metric.fact, to))
                    .or_default()
                    .push(way);
            }
        }
        found
    }

    /// The facts with a metric.
    pub(super) fn facts(&self) -> impl Iterator<Item = usize> {
        self.facts.iter().copied()
    }

    /// The place of the relationship of this name, in any case.
    pub(super) fn relationship(&self, name: &str) -> Option<usize> {
        self.relationships.get(&name.to_lowercase()).copied()
    }

    /// The one shortest way from a fact to a table, by a relationship where one is named. To a
    /// calendar, the relationships for time come first.
    pub(super) fn route(
        &self,
        fact: usize,
        table: usize,
        by: Option<&str>,
        tables: &Tables,
    ) -> Result<Vec<Hop>, NoRoute> {
        let uses = |way: &&Vec<Hop>, relationship: usize| {
            way.iter().any(|hop| hop.relationship == relationship)
        };
        let mut ways: Vec<_> = self
            .by_ends
            .get(&(fact, table))
            .into_iter()
            .flatten()
            .collect();
        if let Some(name) = by {
            let by = self.relationship(name);
            ways.retain(|way| by.is_some_and(|by| uses(way, by)));
        }
        if by.is_none() && ways.iter().any(|way| is_in_time(way, tables)) {
            ways.retain(|way| is_in_time(way, tables));
        }
        let shortest = ways
            .iter()
            .map(|way| way.len())
            .min()
            .ok_or(NoRoute::Apart)?;
        ways.retain(|way| way.len() == shortest);
        match ways.as_slice() {
            [way] => Ok((*way).clone()),
            several => {
                let hops = several.iter().flat_map(|way| way.iter());
                let mut names: Vec<_> = hops
                    .filter_map(|hop| tables.relationships.get(hop.relationship))
                    .map(|one| quoted(&one.name))
                    .collect();
                names.dedup();
                names.truncate(20);
                Err(NoRoute::Ambiguous(names))
            }
        }
    }
}

/// Whether a way enters the calendar by the relationship that is the time of the table before: that of
/// the fact itself, or that of the order that a line belongs to.
fn is_in_time(way: &[Hop], tables: &Tables) -> bool {
    let last = way.last().filter(|hop| !hop.is_reverse);
    last.is_some_and(|hop| {
        let relationship = tables.relationships.get(hop.relationship);
        let before = relationship.and_then(|one| tables.at(one.from));
        before.is_some_and(|table| table.time == Some(hop.relationship))
    })
}

/// The steps that lead away from each table, with the table that each leads to.
struct Hops(Vec<Vec<(usize, Hop)>>);

impl Hops {
    fn of(tables: &Tables) -> Self {
        let mut hops = vec![Vec::new(); tables.all.len()];
        for (relationship, one) in tables.relationships.iter().enumerate() {
            // None goes from a table to itself.
            if one.from == one.to {
                continue;
            }
            let is_bridge = tables.at(one.from).map(|from| from.role) == Some(Role::Bridge);
            let mut add = |from: usize, to: usize, is_reverse: bool| {
                if let Some(hops) = hops.get_mut(from) {
                    hops.push((
                        to,
                        Hop {
                            relationship,
                            is_reverse,
                        },
                    ));
                }
            };
            add(one.from, one.to, false);
            if is_bridge {
                add(one.to, one.from, true);
            }
        }
        Self(hops)
    }

    /// Breadth first, so that short ways come before long ones.
    fn ways_from(&self, fact: usize, most: usize) -> Vec<(usize, Vec<Hop>)> {
        let mut ways = vec![(fact, Vec::new())];
        let mut next = 0;
        while let Some((at, way)) = ways.get(next).cloned() {
            next += 1;
            if way.len() == MOST_HOPS {
                continue;
            }
            let is_bridged = way.iter().any(|hop: &Hop| hop.is_reverse);
            for (to, hop) in self.0.get(at).into_iter().flatten() {
                // No way goes back, and none goes over two bridges.
                let is_used = way
                    .iter()
                    .any(|known| known.relationship == hop.relationship);
                if *to == fact || is_used || (hop.is_reverse && is_bridged) {
                    continue;
                }
                if ways.len() >= most {
                    return ways;
                }
                let mut longer = way.clone();
                longer.push(*hop);
                ways.push((*to, longer));
            }
        }
        ways
    }
}
