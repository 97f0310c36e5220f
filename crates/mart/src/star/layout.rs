//! The place of every table and line of a star, in pixels. It must not know what a table looks like.

use std::collections::BTreeMap;

use super::{Endpoint, Join, Star};
use crate::model::Table;

/// The width of a table.
pub const TABLE_WIDTH: usize = 250;
/// The height of a table's header, which is above its columns.
pub const HEADER_HEIGHT: usize = 34;
/// The height of a column's row: the minimum size of a target by WCAG 2.2, 2.5.8.
pub const ROW_HEIGHT: usize = 24;
/// The space below the last column.
const FOOT: usize = 8;
/// The space between a table and the next one below it.
const GAP: usize = 24;
/// The space between the fact and a table beside it.
const CORRIDOR: usize = 90;
/// The distance between two lines that run along tables.
const LANE: usize = 10;

/// A star with the place of each table and line, in pixels.
///
/// ```
/// use mart::star::Star;
///
/// let shipped = mart::shipped::built_in();
/// let model = shipped.model();
/// let star = Star::of(model.tables(), model.facts().next().unwrap());
/// let drawing = star.stacked();
/// assert_eq!(drawing.places.len(), star.tables.len());
/// assert_eq!(drawing.lines.len(), star.joins.len());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// The width of the whole drawing.
    pub width: usize,
    /// The height of the whole drawing.
    pub height: usize,
    /// The place of each table, in the order of [`Star::tables`].
    pub places: Vec<Place>,
    /// The line of each join, in the order of [`Star::joins`].
    pub lines: Vec<Line>,
}

/// The place of a table, which is [`TABLE_WIDTH`] wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its left edge.
    pub x: usize,
    /// Its upper edge.
    pub y: usize,
    /// Its height.
    pub height: usize,
}

/// A point of the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The distance from the left edge of the drawing.
    pub x: usize,
    /// The distance from the upper edge of the drawing.
    pub y: usize,
}

/// The line of a join. It starts and ends at the edges of tables, at the middle of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// At the foreign key.
    pub from: Point,
    /// At the key that it refers to.
    pub to: Point,
    /// The way between them.
    pub route: Route,
}

/// The way of a [`Line`] between its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// A curve from the edge of the fact to the edge of a table beside it.
    Curve,
    /// Along the edge of tables, at this distance from the left edge of the drawing.
    Lane(usize),
}

impl Line {
    /// The line as the data of an SVG path.
    ///
    /// ```
    /// use mart::star::{Line, Point, Route};
    ///
    /// let line = Line { from: Point { x: 20, y: 46 }, to: Point { x: 20, y: 146 }, route: Route::Lane(10) };
    /// assert_eq!(line.path(), "M20 46 H10 V146 H20");
    /// ```
    #[must_use]
    pub fn path(&self) -> String {
        let Self { from, to, route } = self;
        match route {
            Route::Curve => {
                let bend = usize::midpoint(from.x, to.x);
                format!(
                    "M{} {} C{bend} {} {bend} {} {} {}",
                    from.x, from.y, from.y, to.y, to.x, to.y
                )
            }
            Route::Lane(lane) => format!("M{} {} H{lane} V{} H{}", from.x, from.y, to.y, to.x),
        }
    }
}

/// The part of the drawing that a line runs through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Channel {
    /// Between the fact and the tables on its left.
    LeftCorridor,
    /// Between the fact and the tables on its right.
    RightCorridor,
    /// Along the outer edge of the tables on the left.
    LeftMargin,
    /// Along the outer edge of the tables on the right.
    RightMargin,
    /// Along the right edge of the fact, from one of its columns to another.
    FactEdge,
}

impl Star<'_> {
    /// The drawing for a wide page: the other tables are on both sides of the fact.
    #[must_use]
    pub fn beside(&self) -> Drawing {
        let (fact, others) = self.tables.split_first().unzip();
        let (left, right) = others.unwrap_or_default().split_at(self.left_count);
        let fact_height = fact.map_or(0, |fact| table_height(fact));
        let (left_height, right_height) = (stack_height(left), stack_height(right));
        let height = fact_height.max(left_height).max(right_height);

        let channels: Vec<_> = self.joins.iter().map(|join| self.channel(join)).collect();
        let width_of = |channel| {
            let lines = channels.iter().filter(|other| **other == channel);
            margin(lines.count())
        };
        let left_x = width_of(Channel::LeftMargin);
        let left_end = left_x + TABLE_WIDTH;
        let fact_x = if left.is_empty() {
            0
        } else {
            left_end + CORRIDOR
        };
        let fact_end = fact_x + TABLE_WIDTH;
        let fact_margin = width_of(Channel::FactEdge);
        let right_x = fact_end + CORRIDOR.max(fact_margin);
        let right_end = right_x + TABLE_WIDTH;
        let width = if right.is_empty() {
            fact_end + fact_margin
        } else {
            right_end + width_of(Channel::RightMargin)
        };

        let mut places = vec![Place {
            x: fact_x,
            y: (height - fact_height) / 2,
            height: fact_height,
        }];
        places.extend(stack(left, left_x, (height - left_height) / 2));
        places.extend(stack(right, right_x, (height - right_height) / 2));
        let edge = |channel, endpoint: Endpoint| match (channel, endpoint.table) {
            (Channel::LeftCorridor, 0) => fact_x,
            (Channel::LeftCorridor, _) => left_end,
            (Channel::RightCorridor, 0) | (Channel::FactEdge, _) => fact_end,
            (Channel::RightCorridor, _) => right_x,
            (Channel::LeftMargin, _) => left_x,
            (Channel::RightMargin, _) => right_end,
        };
        let lines = self.lines(&places, &channels, edge);
        Drawing {
            width,
            height,
            places,
            lines,
        }
    }

    /// The drawing for a narrow page: all tables are one below the other.
    #[must_use]
    pub fn stacked(&self) -> Drawing {
        let x = margin(self.joins.len());
        let places = stack(&self.tables, x, 0);
        let channels = vec![Channel::LeftMargin; self.joins.len()];
        let lines = self.lines(&places, &channels, |_, _| x);
        Drawing {
            width: x + TABLE_WIDTH,
            height: stack_height(&self.tables),
            places,
            lines,
        }
    }

    /// The channel that the line of a join takes where tables are beside the fact.
    fn channel(&self, join: &Join) -> Channel {
        let is_left = |table| table <= self.left_count;
        match (join.from.table, join.to.table) {
            (0, 0) => Channel::FactEdge,
            // A bridge refers to the fact, a fact to a dimension.
            (0, other) | (other, 0) if is_left(other) => Channel::LeftCorridor,
            (0, _) | (_, 0) => Channel::RightCorridor,
            // Both tables are on one side, since a group is never split.
            (from, _) if is_left(from) => Channel::LeftMargin,
            _ => Channel::RightMargin,
        }
    }

    /// The lines in the order of the joins. `edge` is the edge of a table at which a line of a
    /// channel starts or ends.
    fn lines(
        &self,
        places: &[Place],
        channels: &[Channel],
        edge: impl Fn(Channel, Endpoint) -> usize,
    ) -> Vec<Line> {
        let point = |channel, endpoint| Point {
            x: edge(channel, endpoint),
            y: middle(places, endpoint),
        };
        let mut lines: Vec<_> = self
            .joins
            .iter()
            .zip(channels)
            .map(|(join, channel)| {
                let line = Line {
                    from: point(*channel, join.from),
                    to: point(*channel, join.to),
                    route: Route::Curve,
                };
                (*channel, line)
            })
            .collect();
        // Each line has its own lane, and the longest is the outermost.
        let mut by_length: Vec<_> = lines.iter_mut().collect();
        by_length.sort_by_key(|(_, line)| line.from.y.abs_diff(line.to.y));
        let mut used = BTreeMap::<Channel, usize>::new();
        for (channel, line) in by_length {
            let number = used.entry(*channel).or_default();
            *number += 1;
            let distance = *number * LANE;
            line.route = match channel {
                Channel::LeftCorridor | Channel::RightCorridor => Route::Curve,
                Channel::LeftMargin => Route::Lane(line.from.x.saturating_sub(distance)),
                Channel::RightMargin | Channel::FactEdge => Route::Lane(line.from.x + distance),
            };
        }
        lines.into_iter().map(|(_, line)| line).collect()
    }
}

fn table_height(table: &Table) -> usize {
    HEADER_HEIGHT + table.columns.len() * ROW_HEIGHT + FOOT
}

fn stack_height(tables: &[&Table]) -> usize {
    let heights: usize = tables.iter().map(|table| table_height(table)).sum();
    heights + tables.len().saturating_sub(1) * GAP
}

/// The places of tables one below the other.
fn stack(tables: &[&Table], x: usize, mut y: usize) -> Vec<Place> {
    let tables = tables.iter();
    tables
        .map(|table| {
            let height = table_height(table);
            let place = Place { x, y, height };
            y += height + GAP;
            place
        })
        .collect()
}

/// The middle of a column's row.
fn middle(places: &[Place], endpoint: Endpoint) -> usize {
    let y = places.get(endpoint.table).map_or(0, |place| place.y);
    y + HEADER_HEIGHT + endpoint.column * ROW_HEIGHT + ROW_HEIGHT / 2
}

/// The width of `lines` lanes along a table.
const fn margin(lines: usize) -> usize {
    if lines == 0 { 0 } else { (lines + 1) * LANE }
}
