//! The star diagram: the tables that a fact leads to, the keys that join them, where each of them
//! is, and all of it as SVG. It must not know how many rows there are, nor where a link leads.

mod layout;
mod svg;

pub use svg::Label;

use crate::model::{Column, Mart, Table};
use crate::sql::Identifier;

/// A fact, the dimensions around it and what is beyond those.
///
/// ```
/// use mart::star::Star;
///
/// let mart = mart::mini_data_mart();
/// let star = Star::of(&mart, mart.facts().next().unwrap());
/// let names: Vec<_> = star.tables.iter().map(|table| table.name.as_str()).collect();
/// assert_eq!(names, ["fact_sales", "dim_customer", "dim_product", "dim_date"]);
/// assert_eq!(star.joins.len(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct Star<'a> {
    /// The fact, then the other tables. Those that are joined to each other stand together.
    pub tables: Vec<&'a Table>,
    /// Each column of a key that leads from one of them to another, or to itself.
    pub joins: Vec<Join>,
    /// How many tables after the fact stand on its left; the rest is on its right.
    on_the_left: usize,
}

/// A column that names rows of a table by a column of theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Join {
    /// The foreign key.
    pub from: End,
    /// The key that it names.
    pub to: End,
}

/// One of the ends of a [`Join`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// Which of the tables.
    pub table: usize,
    /// Which of its columns.
    pub column: usize,
}

impl<'a> Star<'a> {
    /// The star of a fact, of the tables that this mart has.
    #[must_use]
    pub fn of(mart: &'a Mart, fact: &'a Table) -> Self {
        let mut groups = Vec::<Vec<&Table>>::new();
        for dimension in referred(mart, fact) {
            let mut group = Vec::new();
            reach(mart, dimension, &mut group);
            group.retain(|table| !is_same(table, fact));
            let (joined, apart): (Vec<_>, Vec<_>) = groups
                .into_iter()
                .partition(|other| other.iter().any(|table| contains(&group, table)));
            let mut joined = joined.concat();
            group.retain(|table| !contains(&joined, table));
            joined.append(&mut group);
            groups = apart;
            groups.push(joined);
        }
        groups.retain(|group| !group.is_empty());
        let around: usize = groups.iter().map(Vec::len).sum();
        let mut on_the_left = 0;
        for group in &groups {
            if on_the_left < around.div_ceil(2) {
                on_the_left += group.len();
            }
        }
        let mut tables = vec![fact];
        tables.extend(groups.into_iter().flatten());
        let joins = joins(&tables);
        Self {
            tables,
            joins,
            on_the_left,
        }
    }
}

/// The tables that a table refers to, once for each column that does.
fn referred<'a>(mart: &'a Mart, from: &'a Table) -> impl Iterator<Item = &'a Table> {
    from.foreign_keys().filter_map(|(_, name, _)| {
        let tables = mart.tables.iter();
        let mut tables = tables.filter(|table| is_called(table, from, name));
        tables.next()
    })
}

/// Whether a table is the one that another, of the same schema, calls so.
fn is_called(table: &Table, beside: &Table, name: &Identifier) -> bool {
    table.schema == beside.schema && table.name == *name
}

fn is_same(one: &Table, other: &Table) -> bool {
    is_called(one, other, &other.name)
}

fn contains(tables: &[&Table], table: &Table) -> bool {
    tables.iter().any(|other| is_same(other, table))
}

/// Adds a table and all that it leads to.
fn reach<'a>(mart: &'a Mart, table: &'a Table, reached: &mut Vec<&'a Table>) {
    if !contains(reached, table) {
        reached.push(table);
        for next in referred(mart, table) {
            reach(mart, next, reached);
        }
    }
}

fn joins(tables: &[&Table]) -> Vec<Join> {
    let mut joins = Vec::new();
    for (number, from) in tables.iter().enumerate() {
        for (column, name, key) in from.foreign_keys() {
            let to = tables
                .iter()
                .position(|table| is_called(table, from, name))
                .and_then(|at| end(tables, at, key));
            if let (Some(from), Some(to)) = (end(tables, number, &column.name), to) {
                joins.push(Join { from, to });
            }
        }
    }
    joins
}

/// The end at a column of one of the tables.
fn end(tables: &[&Table], table: usize, column: &Identifier) -> Option<End> {
    let is_it = |other: &Column| other.name == *column;
    let column = tables.get(table)?.columns.iter().position(is_it)?;
    Some(End { table, column })
}

#[cfg(test)]
mod tests {
    use super::layout::BOX_WIDTH;
    use super::*;
    use crate::model::{Key, TableKind, mini_data_mart};

    /// Tables with their columns. Each column is a name, and where it refers to another one,
    /// `name>table.column`; a name after `*` is a primary key.
    type Tables<'a> = &'a [(&'static str, &'a [&'a str])];

    fn mart(tables: Tables<'_>) -> Mart {
        let tables = tables.iter().map(|(name, columns)| Table {
            schema: None,
            name: Identifier::known(name),
            kind: TableKind::Dimension,
            columns: columns.iter().map(|text| column(text)).collect(),
        });
        Mart {
            tables: tables.collect(),
            ..mini_data_mart()
        }
    }

    fn column(text: &str) -> Column {
        let (name, to) = text.split_once('>').unwrap_or((text, ""));
        let mut keys = Vec::new();
        if name.starts_with('*') {
            keys.push(Key::Primary);
        }
        if let Some((table, column)) = to.split_once('.') {
            keys.push(Key::Foreign {
                table: Identifier::new(table).unwrap(),
                column: Identifier::new(column).unwrap(),
            });
        }
        Column {
            name: Identifier::new(name.trim_start_matches('*')).unwrap(),
            data_type: "INTEGER".to_owned(),
            keys,
        }
    }

    /// Tables left, in the middle and right; and the joins, as they would be read.
    fn told(mart: &Mart) -> (String, Vec<String>) {
        let star = Star::of(mart, &mart.tables[0]);
        let names = |tables: &[&Table]| {
            let names: Vec<_> = tables.iter().map(|table| table.name.as_str()).collect();
            names.join(" ")
        };
        let (left, right) = star.tables[1..].split_at(star.on_the_left);
        let end = |end: End| {
            let table = star.tables[end.table];
            format!("{}.{}", table.name, table.columns[end.column].name)
        };
        let joins = star.joins.iter();
        let joins = joins.map(|join| format!("{} {}", end(join.from), end(join.to)));
        (
            format!(
                "{} | {} | {}",
                names(left),
                star.tables[0].name,
                names(right)
            ),
            joins.collect(),
        )
    }

    #[test]
    fn tables_stand_beside_those_they_are_joined_to() {
        let table: [(Tables<'_>, &str, &[&str]); 8] = [
            (&[("f", &["x"])], " | f | ", &[]),
            // One dimension by two columns.
            (
                &[("f", &["ordered>d.id", "shipped>d.id"]), ("d", &["*id"])],
                "d | f | ",
                &["f.ordered d.id", "f.shipped d.id"],
            ),
            // A key of two columns.
            (
                &[("f", &["a>d.x", "b>d.y"]), ("d", &["*x", "*y"])],
                "d | f | ",
                &["f.a d.x", "f.b d.y"],
            ),
            // Beyond a dimension, and on its side.
            (
                &[
                    ("f", &["a>a.id", "b>b.id", "c>c.id"]),
                    ("c", &["*id"]),
                    ("b", &["*id"]),
                    ("a", &["*id", "up>aa.id"]),
                    ("aa", &["*id", "up>aaa.id"]),
                    ("aaa", &["*id"]),
                ],
                "a aa aaa | f | b c",
                &[
                    "f.a a.id",
                    "f.b b.id",
                    "f.c c.id",
                    "a.up aa.id",
                    "aa.up aaa.id",
                ],
            ),
            // Beyond two dimensions.
            (
                &[
                    ("f", &["a>a.id", "b>b.id", "c>c.id"]),
                    ("a", &["*id", "in>land.id"]),
                    ("b", &["*id"]),
                    ("c", &["*id", "in>land.id"]),
                    ("land", &["*id"]),
                ],
                "b a land c | f | ",
                &[
                    "f.a a.id",
                    "f.b b.id",
                    "f.c c.id",
                    "a.in land.id",
                    "c.in land.id",
                ],
            ),
            // To itself.
            (
                &[
                    ("f", &["*id", "of>f.id", "d>d.id"]),
                    ("d", &["*id", "up>d.id"]),
                ],
                "d | f | ",
                &["f.of f.id", "f.d d.id", "d.up d.id"],
            ),
            // Round in a circle, which no engine declares.
            (
                &[("f", &["*id", "d>d.id"]), ("d", &["*id", "up>f.id"])],
                "d | f | ",
                &["f.d d.id", "d.up f.id"],
            ),
            // To what is not there.
            (&[("f", &["d>d.id", "e>f.no"])], " | f | ", &[]),
        ];
        for (tables, names, joins) in table {
            let mut told = told(&mart(tables));
            let mut joins: Vec<_> = joins.iter().copied().map(str::to_owned).collect();
            told.1.sort();
            joins.sort();
            assert_eq!(told, (names.to_owned(), joins));
        }
    }

    #[test]
    fn a_table_of_another_schema_is_another_table() {
        let mut mart = mart(&[("f", &["d>d.id"]), ("d", &["*id"]), ("d", &["*id", "x"])]);
        for at in [0, 2] {
            mart.tables[at].schema = Some(Identifier::known("s"));
        }
        let star = Star::of(&mart, &mart.tables[0]);
        assert_eq!(star.tables.len(), 2);
        assert_eq!(star.tables[1].columns.len(), 2);
    }

    /// Whatever is joined to whatever: tables are apart, and lines run where no table is.
    #[test]
    fn no_line_runs_over_a_table() {
        let marts = [
            mini_data_mart().tables,
            mart(&[
                (
                    "f",
                    &[
                        "*id",
                        "of>f.id",
                        "a>a.id",
                        "a2>a.id",
                        "b>b.id",
                        "c>c.id",
                        "land>land.id",
                    ],
                ),
                ("a", &["*id", "in>land.id", "up>a.id"]),
                ("b", &["*id", "up>bb.x", "up2>bb.y"]),
                ("bb", &["*x", "*y"]),
                ("c", &["*id", "in>land.id"]),
                ("land", &["*id"]),
            ])
            .tables,
        ];
        for tables in marts {
            let mart = Mart {
                tables,
                ..mini_data_mart()
            };
            let fact = mart.facts().next().unwrap_or(&mart.tables[0]);
            let star = Star::of(&mart, fact);
            for drawing in [star.beside(), star.stacked()] {
                assert_eq!(drawing.places.len(), star.tables.len());
                assert_eq!(drawing.lines.len(), star.joins.len());
                for (number, place) in drawing.places.iter().enumerate() {
                    assert!(place.x + BOX_WIDTH <= drawing.width, "{drawing:?}");
                    assert!(place.y + place.height <= drawing.height, "{drawing:?}");
                    for other in &drawing.places[..number] {
                        let is_beside = place.x.abs_diff(other.x) >= BOX_WIDTH;
                        let is_below = place.y >= other.y + other.height;
                        let is_above = other.y >= place.y + place.height;
                        assert!(is_beside || is_below || is_above, "{drawing:?}");
                    }
                }
                // Lines go where no table has its columns: at their edges, or beyond them.
                let mut inner = drawing.places.iter().flat_map(|place| {
                    let within = place.x + 1..place.x + BOX_WIDTH;
                    let lines = drawing.lines.iter().flat_map(|line| across(line));
                    lines.filter(move |x| within.contains(x))
                });
                assert_eq!(inner.next(), None, "{drawing:?}");
            }
        }
    }

    /// Where a path goes, from left to right.
    fn across(path: &str) -> Vec<usize> {
        let mut numbers = path.split([' ', 'M', 'H', 'V', 'C']);
        let words: Vec<_> = numbers.by_ref().filter(|word| !word.is_empty()).collect();
        let words: Vec<usize> = words.iter().map(|word| word.parse().unwrap()).collect();
        if path.contains('C') {
            return words.chunks(2).map(|point| point[0]).collect();
        }
        vec![words[0], words[2], words[4]]
    }
}
