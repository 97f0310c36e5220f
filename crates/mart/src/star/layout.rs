//! The place of everything in a star, in pixels. It must not know what a table looks like.

use super::{End, Join, Star};
use crate::model::Table;

/// The width of a table.
pub(super) const BOX_WIDTH: usize = 250;
/// The height of what stands above a table's columns.
pub(super) const HEAD_HEIGHT: usize = 34;
/// The height of a column: the least that a pointer hits well (WCAG 2.2, 2.5.8).
pub(super) const LINE_HEIGHT: usize = 24;
const FOOT: usize = 8;
/// Between a table and the next one below it.
const GAP: usize = 24;
/// Between the fact and a dimension beside it.
const CORRIDOR: usize = 90;
/// Between two lines that run along tables.
const LANE: usize = 10;

/// A star with every place decided, in pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Drawing {
    /// The width of all of it.
    pub(super) width: usize,
    /// The height of all of it.
    pub(super) height: usize,
    /// Where each of the tables is, in their order.
    pub(super) places: Vec<Place>,
    /// An SVG path for each join, from a foreign key to the key it names.
    pub(super) lines: Vec<String>,
}

/// Where a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Its left edge.
    pub(super) x: usize,
    /// Its upper edge.
    pub(super) y: usize,
    /// Its height.
    pub(super) height: usize,
}

impl Star<'_> {
    /// The dimensions beside the fact.
    pub(super) fn beside(&self) -> Drawing {
        let (fact, others) = self.tables.split_first().unzip();
        let (left, right) = others.unwrap_or_default().split_at(self.on_the_left);
        let fact = fact.map_or(0, |fact| height(fact));
        let total = pile_height(left).max(pile_height(right)).max(fact);

        let is_left = |end: End| end.table <= self.on_the_left;
        let (mut across, mut loops) = (Vec::new(), Vec::new());
        let (mut along_left, mut along_right) = (Vec::new(), Vec::new());
        for join in &self.joins {
            let of_its_kind = match (join.from.table, join.to.table) {
                (0, 0) => &mut loops,
                (0, _) => &mut across,
                _ if is_left(join.from) => &mut along_left,
                _ => &mut along_right,
            };
            of_its_kind.push(*join);
        }

        let left_x = gutter(along_left.len());
        let fact_x = left_x + BOX_WIDTH + CORRIDOR;
        let fact_end = fact_x + BOX_WIDTH;
        let right_x = fact_end + CORRIDOR;
        let mut places = vec![Place {
            x: fact_x,
            y: (total - fact) / 2,
            height: fact,
        }];
        pile(left, left_x, (total - pile_height(left)) / 2, &mut places);
        pile(
            right,
            right_x,
            (total - pile_height(right)) / 2,
            &mut places,
        );

        let mut lines: Vec<_> = across
            .into_iter()
            .map(|join| {
                let (start, end) = if is_left(join.to) {
                    (fact_x, left_x + BOX_WIDTH)
                } else {
                    (fact_end, right_x)
                };
                let (from, to) = (middle(&places, join.from), middle(&places, join.to));
                let bend = usize::midpoint(start, end);
                format!("M{start} {from} C{bend} {from} {bend} {to} {end} {to}")
            })
            .collect();
        let left_of = usize::saturating_sub;
        let right_of = usize::saturating_add;
        let (width, far_end) = if right.is_empty() {
            (fact_end + gutter(loops.len()), fact_end)
        } else {
            let far_end = right_x + BOX_WIDTH;
            (far_end + gutter(along_right.len()), far_end)
        };
        lanes(&places, along_left, left_x, left_of, &mut lines);
        lanes(&places, along_right, far_end, right_of, &mut lines);
        lanes(&places, loops, fact_end, right_of, &mut lines);
        Drawing {
            width,
            height: total,
            places,
            lines,
        }
    }

    /// All tables one below the other.
    pub(super) fn stacked(&self) -> Drawing {
        let x = gutter(self.joins.len());
        let mut places = Vec::new();
        pile(&self.tables, x, 0, &mut places);
        let mut lines = Vec::new();
        let left_of = usize::saturating_sub;
        lanes(&places, self.joins.clone(), x, left_of, &mut lines);
        Drawing {
            width: x + BOX_WIDTH,
            height: pile_height(&self.tables),
            places,
            lines,
        }
    }
}

fn height(table: &Table) -> usize {
    HEAD_HEIGHT + table.columns.len() * LINE_HEIGHT + FOOT
}

fn pile_height(tables: &[&Table]) -> usize {
    let boxes: usize = tables.iter().map(|table| height(table)).sum();
    boxes + tables.len().saturating_sub(1) * GAP
}

/// Places tables one below the other.
fn pile(tables: &[&Table], x: usize, mut y: usize, places: &mut Vec<Place>) {
    for table in tables {
        let height = height(table);
        places.push(Place { x, y, height });
        y += height + GAP;
    }
}

/// The middle of a column's line.
fn middle(places: &[Place], end: End) -> usize {
    let y = places.get(end.table).map_or(0, |place| place.y);
    y + HEAD_HEIGHT + end.column * LINE_HEIGHT + LINE_HEIGHT / 2
}

/// The room that so many lines take along tables.
const fn gutter(lines: usize) -> usize {
    if lines == 0 { 0 } else { (lines + 1) * LANE }
}

/// Lines along the edge of tables, each in a lane of its own; the longest runs outermost.
fn lanes(
    places: &[Place],
    joins: Vec<Join>,
    edge: usize,
    away: fn(usize, usize) -> usize,
    lines: &mut Vec<String>,
) {
    let ends = joins.into_iter();
    let ends: Vec<_> = ends
        .map(|join| (middle(places, join.from), middle(places, join.to)))
        .collect();
    let lengths = ends.iter().map(|(from, to)| from.abs_diff(*to)).enumerate();
    for ((number, length), (from, to)) in lengths.clone().zip(&ends) {
        // Counted, not sorted: lines are few, and sorting is another 2 KB of wasm.
        let shorter = lengths
            .clone()
            .filter(|(n, other)| (*other, *n) < (length, number));
        let lane = away(edge, (shorter.count() + 1) * LANE);
        lines.push(format!("M{edge} {from} H{lane} V{to} H{edge}"));
    }
}
