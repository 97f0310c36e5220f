//! The account of a star that keeps its loads: of each measure the total in the sources, in the mart, set aside and
//! replaced; of each relationship how many rows found theirs. Each number is a query, and has another one for its
//! rows. It must not know who shows them.

use super::batches::{Batch, Current, waiting_conditions};
use super::check::declared::Columns;
use super::fill::UNKNOWN_KEY;
use crate::DataType;
use crate::document::Role;
use crate::expression::{Aggregate, Expression, Names};
use crate::model::{Column, ColumnOrigin, Model, Relationship, Source, SourceField, Table};
use crate::sql::{quoted_if_needed, text};

/// What a number of the account counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// All rows that were read, with every load.
    Sources,
    /// The rows of the mart.
    Mart,
    /// Rows without a key of their own, or with an unknown one.
    SetAside,
    /// Rows in whose place a later one came.
    Replaced,
}

/// The account of a measure: what a metric of a fact sums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureAccount {
    /// The title of the fact.
    pub fact: String,
    /// What is summed, or `rows` for their number.
    pub measure: String,
    source: usize,
    table: usize,
    /// The sum over a row source, as SQL over the source's and the fact's columns.
    in_source: String,
    in_mart: String,
}

/// A query for the numbers of several measures, a row each in their order: those of [`Part::ALL`] as `DOUBLE`, and whether
/// they add up.
///
/// ```
/// assert_eq!(mart::measure_totals(mart::shipped::built_in().model(), &[], &[]), None); // no measure
/// ```
#[must_use]
pub fn measure_totals(
    model: &Model,
    batches: &[Batch],
    measures: &[MeasureAccount],
) -> Option<String> {
    let lines = measures.iter().enumerate().map(|(at, measure)| {
        let parts = Part::ALL.iter().zip(["a", "b", "c", "d"]);
        let parts: Vec<_> = parts
            .map(|(part, name)| {
                format!("(\n{}\n) AS {name}", measure.number(model, batches, *part))
            })
            .collect();
        format!("SELECT {at} AS place, {}", parts.join(", "))
    });
    let lines: Vec<_> = lines
        .map(|line| {
            // Sums of floating point numbers depend on the order of the rows.
            format!(
                "SELECT place, CAST(a AS DOUBLE) AS sources, CAST(b AS DOUBLE) AS mart, CAST(c AS DOUBLE) AS set_aside, CAST(d AS DOUBLE) AS replaced,\n    abs(a - b - c - d) <= 1e-9 * greatest(1, abs(a)) AS adds_up\nFROM (\n{line}\n)"
            )
        })
        .collect();
    (!lines.is_empty()).then(|| {
        format!(
            "SELECT * EXCLUDE place\nFROM (\n{}\n)\nORDER BY place",
            lines.join("\nUNION ALL\n")
        )
    })
}

/// The same for the rows of relationships: found, unknown, without a key, and set aside.
#[must_use]
pub fn relationship_counts(relationships: &[RelationshipAccount]) -> Option<String> {
    let lines = relationships.iter().enumerate().map(|(at, one)| {
        let counts = one
            .queries()
            .map(|rows| format!("(SELECT count(*) FROM (\n{rows}\n))"));
        format!("SELECT {at} AS place, {}", counts.join(", "))
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| {
        format!(
            "SELECT * EXCLUDE place\nFROM (\n{}\n) AS counted(place, found, unknown, none, set_aside)\nORDER BY place",
            lines.join("\nUNION ALL\n")
        )
    })
}

/// The account of a relationship.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelationshipAccount {
    /// The title of the table that refers.
    pub from: String,
    /// Its columns.
    pub columns: String,
    /// The title of the table that is referred to.
    pub to: String,
    /// A query for the rows that found theirs.
    pub found: String,
    /// A query for those that have a key, which is nowhere.
    pub unknown: String,
    /// A query for those that have none.
    pub none: String,
    /// A query for those that are set aside since their key is nowhere.
    pub set_aside: String,
}

impl RelationshipAccount {
    /// The queries for its rows: found, unknown, without a key, and set aside.
    #[must_use]
    pub fn queries(&self) -> [&str; 4] {
        [&self.found, &self.unknown, &self.none, &self.set_aside]
    }
}

impl Part {
    /// All parts, in the order of the account.
    pub const ALL: [Self; 4] = [Self::Sources, Self::Mart, Self::SetAside, Self::Replaced];
}

impl Model {
    /// The accounts of the measures, of facts with a row for each row of their source.
    #[must_use]
    pub fn measure_accounts(&self) -> Vec<MeasureAccount> {
        let facts = self.tables.iter().enumerate();
        let facts = facts
            .filter(|(_, table)| table.role == Role::Fact && super::fill::is_row_by_row(table));
        let mut all = Vec::new();
        for (place, table) in facts {
            let Some(source) = table.source else { continue };
            let mut add = |measure: &str, in_source: String, in_mart: String| {
                all.push(MeasureAccount {
                    fact: table.title(),
                    measure: measure.to_owned(),
                    source,
                    table: place,
                    in_source,
                    in_mart,
                });
            };
            add("rows", "count(*)".to_owned(), "count(*)".to_owned());
            let Some(fields) = self.sources.get(source) else {
                continue;
            };
            let (mart, kept) = (Columns(table), KeptColumns(table, fields));
            let mut known = Vec::new();
            for summed in self.sums_of(place) {
                let name = summed.sql(&mart);
                if !known.contains(&name) && kept.has_all(summed) {
                    add(
                        &name,
                        format!("coalesce(sum({}), 0)", summed.sql(&kept)),
                        format!("coalesce(sum({name}), 0)"),
                    );
                    known.push(name);
                }
            }
        }
        all
    }

    /// What the metrics of a fact sum.
    fn sums_of(&self, fact: usize) -> impl Iterator<Item = &Expression> {
        let metrics = self
            .metrics
            .iter()
            .filter(move |metric| metric.fact == fact);
        let aggregates = metrics.flat_map(|metric| metric.expression.aggregates());
        aggregates.filter_map(|(aggregate, summed)| summed.filter(|_| aggregate == Aggregate::Sum))
    }

    /// The accounts of the relationships to dimensions whose keys are looked up.
    #[must_use]
    pub fn relationship_accounts(&self) -> Vec<RelationshipAccount> {
        let found = self.relationships.iter();
        found
            .filter_map(|one| self.relationship_account(one))
            .collect()
    }

    fn relationship_account(&self, one: &Relationship) -> Option<RelationshipAccount> {
        let (from, to) = (self.tables.get(one.from)?, self.tables.get(one.to)?);
        let [key] = one.from_columns.as_slice() else {
            return None;
        };
        let key = from.columns.get(*key)?;
        let Some(ColumnOrigin::Lookup(_)) = &key.from else {
            return None;
        };
        let (_, names) = to.looked_up()?;
        let own = if one.source_columns.is_empty() {
            names
        } else {
            one.source_columns.clone()
        };
        // The table keeps the columns that are looked for, unless the document leaves them out.
        let kept: Vec<_> = own
            .iter()
            .filter_map(|name| kept_column(from, name))
            .map(|column| format!("{} IS NOT NULL", column.name.sql()))
            .collect();
        let name = key.name.sql();
        let is_found = format!("coalesce({name}, {UNKNOWN_KEY}) <> {UNKNOWN_KEY}");
        let has_key = if kept.is_empty() {
            "true".to_owned()
        } else {
            kept.join(" AND ")
        };
        let rows = |condition: &str| format!("SELECT *\nFROM {}\nWHERE {condition}", from.sql());
        let source = from.source.and_then(|at| self.sources.get(at))?;
        Some(RelationshipAccount {
            from: from.title(),
            columns: own.join(", "),
            to: to.title(),
            found: rows(&is_found),
            unknown: rows(&format!("NOT ({is_found}) AND {has_key}")),
            none: rows(&format!("NOT ({is_found}) AND NOT ({has_key})")),
            set_aside: if one.sets_orphans_aside {
                format!(
                    "SELECT *\nFROM quarantine\nWHERE rule = 'unknown key' AND column_name = {}\n  AND file IN (SELECT file FROM load_batches WHERE source = {})",
                    text(&own.join(", ")),
                    text(&source.name)
                )
            } else {
                "SELECT *\nFROM quarantine\nWHERE false".to_owned()
            },
        })
    }
}

/// The columns of a fact, by those of its source that they are.
struct KeptColumns<'m>(&'m Table, &'m Source);

impl KeptColumns<'_> {
    fn field(&self, name: &str) -> Option<&SourceField> {
        let column = self.0.columns.get(self.0.column_at(name)?)?;
        match &column.from {
            Some(ColumnOrigin::Column(of)) => self.1.field(of),
            _ => None,
        }
    }

    /// Whether an expression is over such columns alone.
    fn has_all(&self, expression: &Expression) -> bool {
        let mut has_all = true;
        expression.visit(&mut |part| {
            if let Expression::Name(name) = part {
                has_all &= self.field(name).is_some();
            }
        });
        has_all
    }
}

impl Names for KeptColumns<'_> {
    fn name(&self, name: &str) -> String {
        // Of an expression over such columns, each has one.
        quoted_if_needed(self.field(name).map_or(name, |field| &field.name))
    }

    fn aggregate(&self, aggregate: Aggregate, argument: Option<&Expression>) -> String {
        // What is summed has no aggregates.
        aggregate.over(&argument.map_or_else(|| "*".to_owned(), |argument| argument.sql(self)))
    }

    fn data_type(&self, name: &str) -> Option<&DataType> {
        self.field(name).map(|field| &field.data_type)
    }
}

fn kept_column<'t>(table: &'t Table, name: &str) -> Option<&'t Column> {
    table.columns.iter().find(|column| {
        matches!(&column.from, Some(ColumnOrigin::Column(of)) if of.eq_ignore_ascii_case(name))
    })
}

impl MeasureAccount {
    /// A query for the rows of a part.
    #[must_use]
    pub fn rows(&self, model: &Model, batches: &[Batch], part: Part) -> String {
        let (Some(source), Some(table)) =
            (model.sources.get(self.source), model.tables.get(self.table))
        else {
            return String::new();
        };
        let kept = source.kept().sql();
        let batch = quoted_if_needed(&source.batch_column());
        let current = Current::of(source, self.source, batches);
        let counts = current.sql();
        let row = crate::source_file::row_number_column(source);
        let among =
            |rows: &str| format!("rowid IN (\n    SELECT {row} - 1\n    FROM (\n{rows}\n    )\n)");
        let is_current = among(&counts);
        match part {
            Part::Sources => format!("SELECT *\nFROM {kept}"),
            Part::Mart => format!("SELECT *\nFROM {}", table.sql()),
            Part::Replaced => {
                let mut others = vec![format!("NOT {is_current}")];
                others.extend(
                    current
                        .copies()
                        .map(|copies| format!("NOT {}", among(&copies))),
                );
                format!(
                    "SELECT *\nFROM {kept}\nWHERE {batch} > 0 AND {}",
                    others.join(" AND ")
                )
            }
            Part::SetAside => {
                let mut some = vec![format!("{batch} < 0")];
                some.extend(current.copies().map(|copies| among(&copies)));
                let waiting = waiting_conditions(model, self.source, batches);
                if !waiting.is_empty() {
                    some.push(among(&format!(
                        "SELECT *\nFROM (\n{counts}\n) AS s\nWHERE {}",
                        waiting.join(" OR ")
                    )));
                }
                format!("SELECT *\nFROM {kept}\nWHERE {}", some.join(" OR "))
            }
        }
    }

    /// A query for the number of a part: one row with one column.
    #[must_use]
    pub fn number(&self, model: &Model, batches: &[Batch], part: Part) -> String {
        let sum = match part {
            Part::Mart => &self.in_mart,
            _ => &self.in_source,
        };
        let rows = self.rows(model, batches, part);
        format!("SELECT {sum} AS total\nFROM (\n{rows}\n)")
    }
}
