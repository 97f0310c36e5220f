//! Datasets to tables: names, types, keys, and where each column comes from. It must not know
//! metrics or questions.

use std::collections::HashMap;

use super::{Resolver, Tables, label, relationships};
use crate::document::{self, CalendarPart, Dataset, Origin, Role};
use crate::mistake::quoted;
use crate::model::{Column, ColumnOrigin, Key, Source, Table, same_name};
use crate::{DataType, TypeKind};

/// Whether the key of a table is numbered by the load.
fn has_surrogate_key(table: &Table) -> bool {
    let is_surrogate = |column: &Column| matches!(column.from, Some(ColumnOrigin::SurrogateKey(_)));
    table.columns.iter().any(is_surrogate)
}

impl Resolver<'_> {
    /// All tables, each after those it refers to, with their relationships.
    pub(super) fn tables(&mut self, sources: Vec<Source>) -> Option<Tables> {
        let datasets = &self.document.datasets;
        self.unique_datasets();
        let order = relationships::order(self.document);
        let mut places = vec![0; datasets.len()];
        for (place, dataset) in order.iter().enumerate() {
            if let Some(of) = places.get_mut(*dataset) {
                *of = place;
            }
        }
        let mut tables = Vec::with_capacity(datasets.len());
        for at in order {
            let dataset = datasets.get(at)?;
            tables.push(self.dataset(&format!("/datasets/{at}"), dataset, &sources));
        }
        // A table that could not be made leaves nothing for others to refer to.
        let tables: Option<Vec<_>> = tables.into_iter().collect();
        let tables = tables?;
        let mut tables = Tables {
            by_title: (0..)
                .zip(&tables)
                .map(|(place, table)| (table.title().to_lowercase(), place))
                .collect(),
            all: tables,
            places,
            relationships: Vec::new(),
            sources,
        };
        self.relationships(&mut tables);
        self.origins(&mut tables);
        self.roles(&tables);
        Some(tables)
    }

    fn unique_datasets(&mut self) {
        let datasets = &self.document.datasets;
        let titles: Vec<_> = datasets.iter().map(Dataset::title).collect();
        let staged = self.document.sources.iter();
        let staged: HashMap<_, _> = staged
            .map(|source| {
                (
                    format!("staged_{}", source.name).to_lowercase(),
                    &source.name,
                )
            })
            .collect();
        for (at, title) in titles.iter().enumerate() {
            if let Some(source) = staged.get(&title.to_lowercase()) {
                let problem = format!(
                    "{} is the name of the table that the source {} is staged in",
                    quoted(title),
                    quoted(source)
                );
                self.mistake(format!("/datasets/{at}/name"), problem);
            }
        }
        // What is in a database has its own rules, which ignore case too.
        self.unique(
            "dataset",
            titles
                .iter()
                .enumerate()
                .map(|(at, title)| (format!("/datasets/{at}/name"), title.as_str())),
        );
    }

    fn dataset(&mut self, pointer: &str, dataset: &Dataset, sources: &[Source]) -> Option<Table> {
        let is_built = self.document.origin == Origin::Built;
        let name = self.identifier(&format!("{pointer}/name"), &dataset.name);
        let schema = dataset
            .schema
            .as_ref()
            .filter(|schema| *schema != "main")
            .map(|schema| {
                if is_built {
                    self.mistake(
                        format!("{pointer}/schema"),
                        "the tables of a built mart are in the schema `main`: leave it out",
                    );
                }
                self.identifier(&format!("{pointer}/schema"), schema)
            });
        if is_built && (dataset.database.is_some() || self.document.database.is_some()) {
            self.mistake(
                format!("{pointer}/database"),
                "the tables of a built mart are in no database of a name: leave it out",
            );
        }
        let database = dataset
            .database
            .as_ref()
            .or(self.document.database.as_ref());
        let database =
            database.and_then(|name| self.identifier(&format!("{pointer}/database"), name));
        if is_built && matches!(dataset.role, Role::Table | Role::View) {
            self.mistake(
                format!("{pointer}/role"),
                "only a database that is opened has tables and views without a role",
            );
        }
        if dataset.fields.is_empty() {
            self.mistake(
                format!("{pointer}/fields"),
                "a dataset has at least one field",
            );
        }
        self.unique(
            "field",
            dataset
                .fields
                .iter()
                .enumerate()
                .map(|(at, field)| (format!("{pointer}/fields/{at}/name"), field.name.as_str())),
        );
        let columns: Vec<_> = dataset
            .fields
            .iter()
            .enumerate()
            .map(|(at, field)| self.field(&format!("{pointer}/fields/{at}"), field))
            .collect();
        let columns: Option<Vec<_>> = columns.into_iter().collect();
        let source = self.source_of(pointer, dataset, sources);
        if let Some(rows) = &dataset.rows {
            self.path(&format!("{pointer}/rows"), rows);
        }
        let mut table = Table {
            database,
            is_beside_others: dataset.database.is_some(),
            schema: schema.flatten(),
            name: name?,
            label: label(dataset.label.as_ref(), &dataset.name),
            role: dataset.role,
            grain: dataset.grain.clone().unwrap_or_default(),
            description: dataset.description.clone().unwrap_or_default(),
            columns: columns?,
            unique_keys: Vec::new(),
            source,
            rows: dataset.rows.clone(),
            time: None,
            has_unknown_member: dataset.unknown_member,
            history: dataset.history,
            weight: None,
        };
        self.keys(pointer, dataset, &mut table);
        Some(table)
    }

    fn field(&mut self, pointer: &str, field: &document::Field) -> Option<Column> {
        let name = self.identifier(&format!("{pointer}/name"), &field.name);
        let data_type = match self.document.origin {
            Origin::Built => self.data_type(&format!("{pointer}/type"), &field.data_type),
            Origin::Database => Some(DataType::existing(&field.data_type)),
        };
        Some(Column {
            name: name?,
            data_type: data_type?,
            label: label(field.label.as_ref(), &field.name),
            description: field.description.clone().unwrap_or_default(),
            keys: Vec::new(),
            additivity: field.additivity,
            from: None,
        })
    }

    fn source_of(&mut self, pointer: &str, dataset: &Dataset, sources: &[Source]) -> Option<usize> {
        let is_filled = dataset.rows.is_some()
            || dataset.role == Role::Calendar
            || !self.document.generators.is_empty();
        let Some(name) = &dataset.source else {
            if self.document.origin == Origin::Built && !is_filled {
                self.mistake(
                    pointer,
                    format!(
                        "nothing fills {}: give it a `source` or `rows`",
                        quoted(&dataset.name)
                    ),
                );
            }
            return None;
        };
        let found = sources
            .iter()
            .position(|source| same_name(&source.name, name));
        if found.is_none() {
            let names = sources.iter().map(|source| source.name.as_str());
            self.unknown(format!("{pointer}/source"), "source", name, names);
        }
        found
    }

    fn keys(&mut self, pointer: &str, dataset: &Dataset, table: &mut Table) {
        let place = format!("{pointer}/primary_key");
        if let Some(columns) = self.columns(&place, table, &dataset.primary_key) {
            for at in columns {
                if let Some(column) = table.columns.get_mut(at) {
                    column.keys.push(Key::Primary);
                }
            }
        }
        for (at, key) in dataset.unique_keys.iter().enumerate() {
            let place = format!("{pointer}/unique_keys/{at}");
            if key.is_empty() {
                self.mistake(&place, "a key has at least one field");
            }
            let columns = self.columns(&place, table, key);
            table.unique_keys.extend(columns);
        }
        if let Some(weight) = &dataset.weight {
            let place = format!("{pointer}/weight");
            table.weight = self.column(&place, table, weight);
            let weight = table.weight.and_then(|at| table.columns.get(at));
            let is_number = |column: &Column| column.data_type.kind().is_number();
            if dataset.role != Role::Bridge {
                self.mistake(place, "only a bridge has a weight");
            } else if weight.is_some_and(|column| !is_number(column)) {
                self.mistake(place, "a weight is a number");
            }
        }
    }

    /// What each role asks of its table.
    fn roles(&mut self, tables: &Tables) {
        let document = self.document;
        for (at, dataset) in document.datasets.iter().enumerate() {
            let Some(table) = tables
                .places
                .get(at)
                .and_then(|place| tables.all.get(*place))
            else {
                continue;
            };
            if document.origin == Origin::Database {
                continue;
            }
            let pointer = format!("/datasets/{at}");
            let place = tables.places.get(at).copied().unwrap_or_default();
            match dataset.role {
                Role::Calendar => self.is_calendar(&pointer, table, place, tables),
                Role::Bridge => {
                    let leads = tables.relationships.iter().filter(|one| one.from == place);
                    if leads.count() < 2 {
                        self.mistake(
                            &pointer,
                            "a bridge has a relationship to each of its two sides",
                        );
                    }
                }
                _ if dataset.unknown_member && !has_surrogate_key(table) => {
                    self.mistake(
                        format!("{pointer}/unknown_member"),
                        "only a dimension with a surrogate key has an unknown member",
                    );
                }
                Role::Dimension if table.primary_key().next().is_none() => {
                    self.mistake(
                        format!("{pointer}/primary_key"),
                        "a dimension has a primary key",
                    );
                }
                _ => {}
            }
        }
    }

    fn is_calendar(&mut self, pointer: &str, table: &Table, place: usize, tables: &Tables) {
        let key: Vec<_> = table.primary_key().collect();
        let is_day = |column: &&Column| {
            column.data_type.kind() == TypeKind::Date
                && (table.rows.is_some()
                    || column.from == Some(ColumnOrigin::Calendar(CalendarPart::Date)))
        };
        if key.len() != 1 || !key.iter().all(is_day) {
            self.mistake(
                format!("{pointer}/primary_key"),
                "the primary key of a calendar is its day, a DATE",
            );
        }
        let is_used = tables.relationships.iter().any(|one| {
            one.to == place
                && tables
                    .all
                    .get(one.from)
                    .is_some_and(|from| from.source.is_some())
        });
        if table.rows.is_none() && !is_used && self.document.generators.is_empty() {
            self.mistake(
                pointer,
                "no loaded dataset refers to this calendar, so it would have no days",
            );
        }
    }
}
