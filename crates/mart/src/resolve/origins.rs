//! Where the values of each column come from: columns of a source, expressions, surrogate keys,
//! lookups, parts of a day. It must not know how they are loaded.

use super::{Resolver, Tables};
use crate::document::{self, CalendarPart, Origination, Role};
use crate::mistake::quoted;
use crate::model::{ColumnOrigin, Source, Table, same_name};
use crate::{DataType, Mistake, TypeKind};

/// The columns of its source that the key of a dataset stands for: those of a surrogate key, or the one that is its
/// primary key.
fn looked_up(dataset: &document::Dataset) -> Option<Vec<String>> {
    let surrogate = dataset.fields.iter().find_map(|field| match &field.from {
        Some(Origination::SurrogateKey(names)) => Some(names.clone()),
        _ => None,
    });
    let natural = || match dataset.primary_key.as_slice() {
        [key] => dataset.fields.iter().find_map(|field| match &field.from {
            Some(Origination::Column(name)) if same_name(&field.name, key) => {
                Some(vec![name.clone()])
            }
            _ => None,
        }),
        _ => None,
    };
    surrogate.or_else(natural)
}

impl Resolver<'_> {
    /// Where each column comes from: now that all tables and relationships are known.
    pub(super) fn origins(&mut self, tables: &mut Tables) {
        let document = self.document;
        for (at, dataset) in document.datasets.iter().enumerate() {
            let Some(place) = tables.places.get(at).copied() else {
                continue;
            };
            let origins: Vec<_> = dataset
                .fields
                .iter()
                .enumerate()
                .map(|(column, field)| {
                    let pointer = format!("/datasets/{at}/fields/{column}");
                    self.origin(&pointer, field, column, place, tables)
                })
                .collect();
            let columns = tables.all.get_mut(place).into_iter();
            let columns = columns.flat_map(|table| &mut table.columns);
            for (column, origin) in columns.zip(origins) {
                column.from = origin;
            }
        }
    }

    fn origin(
        &mut self,
        pointer: &str,
        field: &document::Field,
        column: usize,
        place: usize,
        tables: &Tables,
    ) -> Option<ColumnOrigin> {
        let table = tables.all.get(place)?;
        let source = table.source.and_then(|at| tables.sources.get(at));
        let data_type = &table.columns.get(column)?.data_type;
        let Some(from) = &field.from else {
            if source.is_some() || (table.role == Role::Calendar && table.rows.is_none()) {
                self.mistake(
                    pointer,
                    format!("say in `from` where {} comes from", quoted(&field.name)),
                );
            }
            return None;
        };
        let pointer = format!("{pointer}/from");
        if let Origination::Calendar(part) = from {
            return self.calendar_part(&pointer, *part, table, data_type);
        }
        let Some(source) = source else {
            self.mistake(
                pointer,
                "the dataset has no source that this could come from",
            );
            return None;
        };
        match from {
            Origination::Column(name) | Origination::ColumnOrRowNumber(name) => {
                let found = self.source_column(&pointer, source, name)?;
                self.same_type(&pointer, data_type, found);
                Some(match from {
                    Origination::Column(_) => ColumnOrigin::Column(name.clone()),
                    _ => ColumnOrigin::ColumnOrRowNumber(name.clone()),
                })
            }
            Origination::RowNumber => {
                self.must_be_whole(&pointer, "a row number", data_type);
                Some(ColumnOrigin::RowNumber)
            }
            Origination::SurrogateKey(names) => {
                self.must_be_whole(&pointer, "a surrogate key", data_type);
                let is_key = table
                    .primary_key()
                    .map(|key| key.name.as_str())
                    .eq([field.name.as_str()]);
                if !is_key || table.role != Role::Dimension {
                    self.mistake(
                        &pointer,
                        "only the primary key of a dimension is a surrogate key",
                    );
                }
                if names.is_empty() {
                    self.mistake(&pointer, "name the columns that the key stands for");
                }
                for name in names {
                    self.source_column(&pointer, source, name);
                }
                Some(ColumnOrigin::SurrogateKey(names.clone()))
            }
            Origination::Lookup(name) => self.lookup(&pointer, name, column, place, tables),
            Origination::Expression(text) => self
                .row_expression(&pointer, text, source, data_type)
                .map(ColumnOrigin::Expression),
            Origination::Version(part) => {
                self.version_part(&pointer, *part, table.history, data_type);
                Some(ColumnOrigin::Version(*part))
            }
            Origination::Calendar(_) => None,
        }
    }

    /// The dataset of a lookup has a key over columns that this source has too, or has others for.
    fn lookup(
        &mut self,
        pointer: &str,
        name: &str,
        column: usize,
        place: usize,
        tables: &Tables,
    ) -> Option<ColumnOrigin> {
        let mut relationships = tables.relationships.iter();
        let found = relationships.position(|one| same_name(&one.name, name) && one.from == place);
        let Some(found) = found else {
            if self.is_unresolved(name, tables) {
                return None;
            }
            let known = tables.relationships.iter().filter(|one| one.from == place);
            let known: Vec<_> = known.map(|one| one.name.clone()).collect();
            self.unknown(
                pointer,
                "relationship of this dataset",
                name,
                known.iter().map(String::as_str),
            );
            return None;
        };
        let relationship = tables.relationships.get(found)?;
        if relationship.from_columns != [column] {
            self.mistake(
                pointer,
                format!("the relationship {} is not by this field", quoted(name)),
            );
            return None;
        }
        let dimension = self.document.datasets.iter().zip(&tables.places);
        let mut dimension = dimension.filter(|(_, place)| **place == relationship.to);
        let Some(names) = dimension.find_map(|(dataset, _)| looked_up(dataset)) else {
            self.mistake(
                pointer,
                "the dataset that it leads to has no key to look up: neither a surrogate key, nor one column of its source",
            );
            return None;
        };
        let names = &names;
        let source = tables.all.get(place)?.source?;
        let source = tables.sources.get(source)?;
        let own = &relationship.source_columns;
        if !own.is_empty() && own.len() != names.len() {
            let problem = format!(
                "the relationship {} names as many `source_columns` as the key stands for: {}",
                quoted(name),
                names.len()
            );
            self.mistake(pointer, problem);
            return None;
        }
        for name in if own.is_empty() { names } else { own } {
            self.source_column(pointer, source, name)?;
        }
        Some(ColumnOrigin::Lookup(found))
    }

    fn source_column<'s>(
        &mut self,
        pointer: &str,
        source: &'s Source,
        name: &str,
    ) -> Option<&'s DataType> {
        let found = source.field(name);
        if found.is_none() {
            let problem = format!(
                "the source {} has no field {}",
                quoted(&source.name),
                quoted(name)
            );
            let names = source.fields.iter().map(|field| field.name.as_str());
            self.suggest(Mistake::new(pointer, problem), name, names);
        }
        found.map(|field| &field.data_type)
    }

    fn same_type(&mut self, pointer: &str, column: &DataType, source: &DataType) {
        if column != source {
            self.mistake(
                pointer,
                format!("the field has the type {column}, and the column of the source {source}"),
            );
        }
    }

    fn must_be_whole(&mut self, pointer: &str, what: &str, data_type: &DataType) {
        if !matches!(
            data_type.name(),
            "INTEGER" | "BIGINT" | "UINTEGER" | "UBIGINT" | "HUGEINT"
        ) {
            self.mistake(
                pointer,
                format!("{what} is an INTEGER or a BIGINT, not {data_type}"),
            );
        }
    }

    fn calendar_part(
        &mut self,
        pointer: &str,
        part: CalendarPart,
        table: &Table,
        data_type: &DataType,
    ) -> Option<ColumnOrigin> {
        if table.role != Role::Calendar {
            self.mistake(pointer, "only a calendar has parts of a day");
            return None;
        }
        if table.source.is_some() {
            self.mistake(
                pointer,
                "the calendar has a source: its fields are columns of it",
            );
            return None;
        }
        let kind = data_type.kind();
        let fits = match part {
            CalendarPart::Date => kind == TypeKind::Date,
            CalendarPart::MonthName | CalendarPart::DayName => kind == TypeKind::Text,
            _ => matches!(data_type.name(), "INTEGER" | "BIGINT" | "SMALLINT"),
        };
        if !fits {
            self.mistake(
                pointer,
                format!("this part of a day is not of the type {data_type}"),
            );
        }
        Some(ColumnOrigin::Calendar(part))
    }
}
