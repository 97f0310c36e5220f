//! The document of a mart from what is proposed: sources, tables with surrogate keys and unknown members, calendar,
//! metrics, attributes and questions. It must not know how anything was found.

mod dashboard;
mod datasets;
mod name;

use std::collections::{BTreeMap, BTreeSet};

use mart::document::{Source, SourceField};
use mart::{DataType, Document, Mistake, Model, Role, TypeKind, VERSION};

use crate::Proposal;
use crate::profile::Profile;
use crate::relations::Relationship;
pub(crate) use name::split_name;
use name::{dataset_name, safe, words_label};

/// The name of the calendar, and of its key.
const CALENDAR: &str = "dim_calendar";
const DAY: &str = "date";
/// The types that a source can have.
const READABLE: [TypeKind; 8] = [
    TypeKind::Whole,
    TypeKind::Big,
    TypeKind::Decimal,
    TypeKind::Float,
    TypeKind::Text,
    TypeKind::Date,
    TypeKind::Timestamp,
    TypeKind::Boolean,
];

/// Builds the document of a proposal over the tables of a model.
pub(crate) struct Writer<'p> {
    proposal: &'p Proposal,
    model: &'p Model,
    document: Document,
    /// The dataset of each table.
    names: Vec<String>,
    /// Names of metrics and attributes that are taken.
    taken: BTreeSet<String>,
    /// What the document leaves out, each a sentence.
    notes: Vec<String>,
    /// Where each field comes from.
    origins: BTreeMap<(String, String), (usize, usize)>,
}

/// What was written.
pub(crate) struct Draft {
    pub(crate) document: Document,
    pub(crate) notes: Vec<String>,
    pub(crate) origins: BTreeMap<(String, String), (usize, usize)>,
}

/// The name of each table in the mart: the one that was chosen, or one that is free.
pub(crate) fn names(proposal: &Proposal) -> Vec<String> {
    let chosen = &proposal.custom.tables;
    let mut taken: BTreeSet<String> = chosen.values().cloned().collect();
    let names = proposal.tables.iter().enumerate().map(|(place, table)| {
        let name = chosen.get(&place).cloned();
        name.unwrap_or_else(|| dataset_name(table, &mut taken))
    });
    names.collect()
}

/// Whether a table cannot have a name: it is the calendar's, or that of a dimension inside other rows.
pub(crate) fn is_reserved(proposal: &Proposal, name: &str) -> bool {
    name.eq_ignore_ascii_case(CALENDAR)
        || proposal
            .splits
            .iter()
            .any(|split| split.is_used && split_name(split).eq_ignore_ascii_case(name))
}

/// Whether a dimension inside other rows cannot have a name.
pub(crate) fn is_split_taken(proposal: &Proposal, name: &str) -> bool {
    let dataset = name::of_split(name);
    is_reserved(proposal, &dataset)
        || proposal
            .splits
            .iter()
            .any(|split| split.name.eq_ignore_ascii_case(name))
        || names(proposal)
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&dataset))
}

impl Proposal {
    /// The name of a column in the mart.
    pub(crate) fn field_name(&self, table: usize, column: usize) -> String {
        if let Some(chosen) = self.custom.columns.get(&(table, column)) {
            return chosen.clone();
        }
        let column = self
            .profiles
            .get(table)
            .and_then(|table| table.column(column));
        column.map_or_else(String::new, |column| safe(&column.name))
    }
}

impl<'p> Writer<'p> {
    pub(crate) fn new(proposal: &'p Proposal, model: &'p Model, name: &str) -> Self {
        Self {
            names: names(proposal),
            proposal,
            model,
            document: Document {
                version: VERSION,
                name: name.to_owned(),
                ..Document::default()
            },
            taken: BTreeSet::new(),
            notes: Vec::new(),
            origins: BTreeMap::new(),
        }
    }

    pub(crate) fn write(mut self) -> Draft {
        self.sources();
        let edges = self.edges();
        // Facts first: their relationships have the plain names.
        let is_fact = |place: &usize| {
            let table = self.proposal.tables.get(*place);
            table.is_some_and(|table| table.role == Role::Fact)
        };
        let kept = (0..self.proposal.tables.len()).filter(|place| !self.is_left_out(*place));
        let (facts, others): (Vec<_>, Vec<_>) = kept.partition(is_fact);
        for place in facts.into_iter().chain(others) {
            self.dataset(place, &edges);
        }
        self.calendar();
        self.metrics();
        self.attributes();
        Draft {
            document: self.document,
            notes: self.notes,
            origins: self.origins,
        }
    }

    fn is_left_out(&self, place: usize) -> bool {
        self.proposal.custom.ignored_tables.contains(&place)
    }

    fn profile(&self, place: usize) -> Option<&'p Profile> {
        self.proposal.profiles.get(place)
    }

    fn sources(&mut self) {
        for (place, table) in self.model.tables().iter().enumerate() {
            let key = self
                .proposal
                .tables
                .get(place)
                .and_then(|table| table.key.as_ref());
            let fields = table
                .columns
                .iter()
                .filter(|column| is_readable(&column.data_type));
            let fields = fields.map(|column| SourceField {
                name: column.name.as_str().to_owned(),
                data_type: column.data_type.to_string(),
                // A file without the key is another file, and a row without it is none of the table.
                required: key.is_some_and(|key| {
                    let names = self.proposal.columns(place, &key.columns);
                    names.iter().any(|name| name == column.name.as_str())
                }),
                ..SourceField::default()
            });
            let fields: Vec<_> = fields.collect();
            if fields.len() < table.columns.len() {
                let left_out = table
                    .columns
                    .iter()
                    .filter(|column| !is_readable(&column.data_type));
                let left_out: Vec<_> = left_out.map(|column| column.name.to_string()).collect();
                self.notes.push(format!(
                    "{}: {} left out, whose types a mart cannot have",
                    table.title(),
                    left_out.join(", ")
                ));
            }
            self.document.sources.push(Source {
                name: table.name.as_str().to_owned(),
                label: Some(format!("{} file", words_label(table.name.as_str()))),
                key: self.source_key(place),
                fields,
                ..Source::default()
            });
        }
    }

    /// What identifies the rows of a table in all its files. A key that some rows of a fact share is none.
    fn source_key(&self, place: usize) -> Vec<String> {
        let table = self.proposal.tables.get(place);
        let key = table.and_then(|table| {
            let is_sure = table.role == Role::Dimension;
            table
                .key
                .as_ref()
                .filter(|key| is_sure || key.duplicates == 0)
        });
        key.map_or_else(Vec::new, |key| self.proposal.columns(place, &key.columns))
    }

    /// The relationships that are loaded: those in no circle, and of those by several columns to facts the ones that
    /// all rows have.
    fn edges(&mut self) -> Vec<&'p Relationship> {
        let mut edges = Vec::<&Relationship>::new();
        for one in self
            .proposal
            .relationships
            .iter()
            .filter(|one| one.is_proposed())
        {
            let names = (self.names.get(one.from), self.names.get(one.to));
            let (Some(from), Some(to)) = names else {
                continue;
            };
            if self.is_left_out(one.from) || self.is_left_out(one.to) {
                continue;
            }
            let target = self.proposal.tables.get(one.to);
            let key = target.and_then(|target| target.key.as_ref());
            let is_by_key = key.is_some_and(|key| is_same_set(&key.columns, &one.to_columns));
            let is_fact = target.is_some_and(|target| target.role != Role::Dimension);
            if one.from == one.to {
                self.notes.push(format!(
                    "{from} refers to itself: the column is kept as it is"
                ));
            } else if !is_by_key {
                self.notes.push(format!(
                    "{from} to {to} is not loaded as a key: {to} has another key"
                ));
            } else if leads_to(&edges, one.to, one.from) {
                self.notes.push(format!(
                    "{from} to {to} would close a circle: the column is kept as it is"
                ));
            } else if is_fact && !self.has_key_in_rows(one) {
                self.notes.push(format!(
                    "{from} to {to} is not loaded as a key: the key is not in the rows of {to}"
                ));
            } else if is_fact && one.from_columns.len() > 1 && !self.is_whole(one) {
                self.notes.push(if one.missing_rows > 0 {
                    format!(
                        "{from} to {to} is not loaded as a key: {} rows have no match",
                        one.missing_rows
                    )
                } else {
                    format!("{from} to {to} is not loaded as a key: the types differ")
                });
            } else {
                edges.push(one);
            }
        }
        edges
    }

    /// Whether the table that is referred to keeps its key in its own rows.
    fn has_key_in_rows(&self, one: &Relationship) -> bool {
        let mut columns = one.to_columns.iter();
        columns.all(|column| self.proposal.is_in_rows(one.to, *column))
    }

    /// Whether each row has the key of a row there, as it is.
    fn is_whole(&self, one: &Relationship) -> bool {
        let is_there = |column: &usize| self.proposal.is_in_rows(one.from, *column);
        one.missing_rows == 0 && one.from_columns.iter().all(is_there) && self.is_same_type(one)
    }

    fn is_same_type(&self, one: &Relationship) -> bool {
        let types = |table: usize, columns: &[usize]| {
            let types = columns.iter().map(|column| self.field_type(table, *column));
            types.collect::<Vec<_>>()
        };
        types(one.from, &one.from_columns) == types(one.to, &one.to_columns)
    }

    /// The type of a column in the mart.
    fn field_type(&self, table: usize, column: usize) -> Option<&'p DataType> {
        let chosen = self.proposal.chosen_type(table, column);
        chosen.or_else(|| self.data_type(table, column))
    }

    /// The type of a column in its file.
    fn data_type(&self, table: usize, column: usize) -> Option<&'p DataType> {
        Some(
            &self
                .model
                .tables()
                .get(table)?
                .columns
                .get(column)?
                .data_type,
        )
    }
}

fn is_readable(data_type: &DataType) -> bool {
    READABLE.contains(&data_type.kind()) && DataType::parse(data_type.name()).is_ok()
}

fn is_same_set(one: &[usize], other: &[usize]) -> bool {
    one.len() == other.len() && one.iter().all(|place| other.contains(place))
}

/// Whether relationships lead from a table to another.
fn leads_to(edges: &[&Relationship], from: usize, to: usize) -> bool {
    let mut open = vec![from];
    let mut seen = BTreeSet::new();
    while let Some(place) = open.pop() {
        if place == to {
            return true;
        }
        if seen.insert(place) {
            open.extend(
                edges
                    .iter()
                    .filter(|edge| edge.from == place)
                    .map(|edge| edge.to),
            );
        }
    }
    false
}

/// Takes the attributes and questions out that the compiler does not accept. Returns whether there were any.
pub(crate) fn leave_out(
    document: &mut Document,
    mistakes: &[Mistake],
    notes: &mut Vec<String>,
) -> bool {
    let places = |list: &str| -> BTreeSet<usize> {
        let of_list = mistakes
            .iter()
            .filter_map(|mistake| mistake.pointer.strip_prefix(list));
        of_list
            .filter_map(|rest| rest.split('/').next()?.parse().ok())
            .collect()
    };
    let (attributes, questions) = (places("/attributes/"), places("/questions/"));
    let metrics = places("/metrics/");
    for place in &metrics {
        if let Some(metric) = document.metrics.get(*place) {
            let pointer = format!("/metrics/{place}/");
            let why = mistakes
                .iter()
                .find(|mistake| mistake.pointer.starts_with(&pointer));
            let why = why.map_or_else(String::new, |why| format!(": {}", why.problem));
            notes.push(format!("The metric {} is left out{why}", metric.name));
        }
    }
    for place in &attributes {
        if let Some(attribute) = document.attributes.get(*place) {
            notes.push(format!(
                "{} is no attribute: several ways lead to it",
                attribute.name
            ));
        }
    }
    let mut at = 0..;
    document
        .attributes
        .retain(|_| at.next().is_none_or(|place| !attributes.contains(&place)));
    let mut at = 0..;
    document
        .questions
        .retain(|_| at.next().is_none_or(|place| !questions.contains(&place)));
    let mut at = 0..;
    document
        .metrics
        .retain(|_| at.next().is_none_or(|place| !metrics.contains(&place)));
    let names: BTreeSet<_> = document
        .attributes
        .iter()
        .map(|one| one.name.clone())
        .collect();
    document
        .hierarchies
        .retain(|one| one.levels.iter().all(|level| names.contains(level)));
    let measured: BTreeSet<_> = document
        .metrics
        .iter()
        .map(|one| one.name.clone())
        .collect();
    document.questions.retain(|one| {
        one.by.iter().all(|by| names.contains(by))
            && one.metrics.iter().all(|metric| measured.contains(metric))
    });
    !(attributes.is_empty() && questions.is_empty() && metrics.is_empty())
}
