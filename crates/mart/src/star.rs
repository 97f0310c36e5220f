//! The data of the star diagram: the tables around a fact, the joins between them, and the place of
//! each table and line. It must not know row counts, links, or how a table is drawn.

mod layout;
#[cfg(test)]
mod tests;

pub use layout::{Drawing, HEADER_HEIGHT, Line, Place, Point, ROW_HEIGHT, Route, TABLE_WIDTH};

use std::collections::HashMap;

use crate::document::Role;
use crate::model::{Key, Table};
use crate::sql::Identifier;

/// A fact with the tables that it is joined to.
///
/// These are the tables that the fact refers to, directly or through other tables, and the bridges
/// that refer to one of them. A bridge brings the dimensions that it refers to.
///
/// ```
/// use mart::star::Star;
///
/// let shipped = mart::shipped::built_in();
/// let model = shipped.model();
/// let star = Star::of(model.tables(), model.facts().next().unwrap());
/// let names: Vec<_> = star.tables.iter().map(|table| table.name.as_str()).collect();
/// assert_eq!(names, ["fact_sales", "dim_customer", "dim_product", "dim_date"]);
/// assert_eq!(star.joins.len(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct Star<'a> {
    /// The fact, then the other tables. Tables that are joined to each other follow each other.
    pub tables: Vec<&'a Table>,
    /// The joins between these tables, in the order of their foreign keys. A key of two columns has
    /// two joins.
    pub joins: Vec<Join>,
    /// The number of tables after the fact that are drawn on its left. The rest is on its right.
    left_count: usize,
}

/// A foreign key column with the key column that it refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Join {
    /// The foreign key.
    pub from: Endpoint,
    /// The key that it refers to.
    pub to: Endpoint,
}

/// The column at one end of a [`Join`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The index of its table.
    pub table: usize,
    /// The index of the column in that table.
    pub column: usize,
}

impl<'a> Star<'a> {
    /// The star of a fact, which is one of these tables.
    #[must_use]
    pub fn of(tables: &'a [Table], fact: &'a Table) -> Self {
        let all: Vec<&Table> = tables.iter().collect();
        let joins = joins(&all);
        let fact_index = all.iter().position(|table| is_same(table, fact));
        let members = fact_index.map_or_else(Vec::new, |fact| members(tables, &joins, fact));
        let groups = groups(&joins, members.get(1..).unwrap_or_default());

        // The first group is on the left, and the next ones as long as they bring the left nearer
        // to half of the tables.
        let half = groups.iter().map(Vec::len).sum::<usize>().div_ceil(2);
        let mut left_count: usize = 0;
        for group in &groups {
            let with_group = left_count + group.len();
            if left_count > 0 && with_group.abs_diff(half) >= left_count.abs_diff(half) {
                break;
            }
            left_count = with_group;
        }
        let mut tables = vec![fact];
        let others = groups.iter().flatten();
        tables.extend(others.filter_map(|table| all.get(*table)));
        let joins = self::joins(&tables);
        Self {
            tables,
            joins,
            left_count,
        }
    }

    /// The joins in words, for a name of each table.
    ///
    /// ```
    /// use mart::star::Star;
    ///
    /// let shipped = mart::shipped::built_in();
    /// let model = shipped.model();
    /// let star = Star::of(model.tables(), model.facts().next().unwrap());
    /// let names = ["sales", "customers", "products", "days"].map(str::to_owned);
    /// assert_eq!(star.description(&names), "sales joined to customers, products, days");
    /// ```
    #[must_use]
    pub fn description(&self, names: &[String]) -> String {
        let is_joined = |from, to| {
            let mut joins = self.joins.iter();
            joins.any(|join| (join.from.table, join.to.table) == (from, to))
        };
        let mut parts = Vec::new();
        for (from, name) in names.iter().enumerate() {
            let others = names.iter().enumerate();
            let others: Vec<_> = others
                .filter(|(to, _)| is_joined(from, *to))
                .map(|(to, other)| if from == to { "itself" } else { other })
                .collect();
            if !others.is_empty() {
                parts.push(format!("{name} joined to {}", others.join(", ")));
            }
        }
        if parts.is_empty() {
            parts.extend(names.first().cloned());
        }
        parts.join("; ")
    }
}

/// The joins between these tables. A foreign key to a table or column that is missing has none.
fn joins(tables: &[&Table]) -> Vec<Join> {
    let names = tables.iter().enumerate();
    let by_name: HashMap<_, _> = names
        .map(|(index, table)| ((&table.database, &table.schema, &table.name), index))
        .collect();
    let mut joins = Vec::new();
    for (from_table, from) in tables.iter().enumerate() {
        for (from_column, column) in from.columns.iter().enumerate() {
            for key in &column.keys {
                let Key::Foreign { table, column } = key else {
                    continue;
                };
                let to = by_name.get(&(&from.database, &from.schema, table));
                let to = to.and_then(|to| endpoint(tables, *to, column));
                let from = Endpoint {
                    table: from_table,
                    column: from_column,
                };
                joins.extend(to.map(|to| Join { from, to }));
            }
        }
    }
    joins
}

/// The endpoint at a column of a table, by the column's name.
fn endpoint(tables: &[&Table], table: usize, column: &Identifier) -> Option<Endpoint> {
    let mut columns = tables.get(table)?.columns.iter();
    let column = columns.position(|other| other.name == *column)?;
    Some(Endpoint { table, column })
}

/// The tables of the star of a fact: the fact, then the others by their distance from it.
fn members(tables: &[Table], joins: &[Join], fact: usize) -> Vec<usize> {
    let mut members = vec![fact];
    let mut visited = 0;
    loop {
        while let Some(&table) = members.get(visited) {
            visited += 1;
            for next in referred(joins, table) {
                if !members.contains(&next) {
                    members.push(next);
                }
            }
        }
        let mut bridges = tables.iter().enumerate();
        let bridge = bridges.find(|(index, table)| {
            table.role == Role::Bridge
                && !members.contains(index)
                && belongs(tables, joins, *index, &members)
        });
        let Some((bridge, _)) = bridge else {
            return members;
        };
        members.push(bridge);
    }
}

/// Whether a bridge belongs to a star of these tables: it refers to one of them, and to no fact of
/// another star.
fn belongs(tables: &[Table], joins: &[Join], bridge: usize, members: &[usize]) -> bool {
    let is_fact = |table: usize| {
        let table = tables.get(table);
        table.is_some_and(|table| table.role == Role::Fact)
    };
    referred(joins, bridge).any(|table| members.contains(&table))
        && referred(joins, bridge).all(|table| members.contains(&table) || !is_fact(table))
}

/// The tables that a table refers to, once for each join.
fn referred(joins: &[Join], from: usize) -> impl Iterator<Item = usize> {
    let joins = joins.iter().filter(move |join| join.from.table == from);
    joins.map(|join| join.to.table)
}

/// These tables in groups: two tables that are joined are in the same group. A group is drawn on one
/// side of the fact, so that no line has to pass the fact.
fn groups(joins: &[Join], tables: &[usize]) -> Vec<Vec<usize>> {
    let mut groups = Vec::<Vec<usize>>::new();
    for table in tables {
        if groups.iter().any(|group| group.contains(table)) {
            continue;
        }
        let mut group = Vec::new();
        // Depth first, so that a table comes near the one that refers to it.
        let mut pending = vec![*table];
        while let Some(table) = pending.pop() {
            if group.contains(&table) || !tables.contains(&table) {
                continue;
            }
            group.push(table);
            let referring = joins.iter().filter(|join| join.to.table == table);
            let mut next: Vec<_> = referred(joins, table).collect();
            next.extend(referring.map(|join| join.from.table));
            pending.extend(next.into_iter().rev());
        }
        groups.push(group);
    }
    groups
}

fn is_same(one: &Table, other: &Table) -> bool {
    one.is_named_as(other)
}
