//! The tables of the document: their fields, keys and relationships, and the calendar. It must not know what is
//! measured.

use mart::document::{CalendarPart, Check, Dataset, Field, Origination, RowCount, Test};
use mart::{Role, Severity, sql};

use super::name::{free, row_name, safe, split_name, words_of};
use super::{CALENDAR, DAY, Writer, is_readable};
use crate::ProposedTable;
use crate::flat::Split;
use crate::profile::{ColumnProfile, Family, Profile};
use crate::relations::Relationship;
use crate::roles::is_bookkeeping;

impl Writer<'_> {
    pub(super) fn dataset(&mut self, place: usize, edges: &[&Relationship]) {
        let found = self.proposal.tables.get(place).zip(self.profile(place));
        let Some((table, profile)) = found else {
            return;
        };
        let Some(name) = self.names.get(place).cloned() else {
            return;
        };
        let splits: Vec<_> = self
            .proposal
            .splits
            .iter()
            .filter(|split| split.table == place && split.is_used && table.role == Role::Fact)
            .collect();
        for split in &splits {
            self.split(place, split, profile);
        }
        let mut fields = Fields::default();
        let key: &[usize] = table.key.as_ref().map_or(&[], |key| &key.columns);
        let is_dimension = table.role == Role::Dimension && !key.is_empty();
        if table.role == Role::Dimension && !is_dimension {
            self.notes.push(format!(
                "{name} is loaded as a fact: nothing identifies its rows"
            ));
        }
        let mut primary_key = Vec::new();
        if is_dimension {
            let surrogate = fields.add(&format!("{}_key", row_name(table)), "INTEGER");
            let columns = key.iter().filter_map(|part| profile.column(*part));
            let columns = columns.map(|column| column.name.clone()).collect();
            fields.last().from = Some(Origination::SurrogateKey(columns));
            primary_key.push(surrogate);
        }
        let moved = |column: usize| {
            splits.iter().any(|split| {
                split.key == column || split.columns.iter().any(|(one, _)| *one == column)
            })
        };
        for column in profile.columns.iter().filter(|column| !moved(column.place)) {
            if !self.field(place, table, column, &mut fields) {
                continue;
            }
            let is_unique = table.key.as_ref().is_some_and(|key| key.duplicates == 0);
            if !is_dimension && is_unique && key.contains(&column.place) {
                primary_key.push(fields.last().name.clone());
            }
            if table.role == Role::Fact {
                self.day(&name, profile, column, &mut fields);
            }
        }
        for split in &splits {
            self.split_key(&name, split, profile, &mut fields);
        }
        for edge in edges.iter().filter(|edge| edge.from == place) {
            self.edge(&name, edge, profile, &mut fields);
        }
        let role = match table.role {
            Role::Dimension if !is_dimension => Role::Fact,
            // Its other side is not loaded as a key.
            Role::Bridge if edges.iter().filter(|edge| edge.from == place).count() < 2 => {
                Role::Fact
            }
            role => role,
        };
        if role == Role::Fact {
            let some = RowCount {
                min: Some(1),
                max: None,
            };
            self.check_of(&name, Test::RowCount(some), Severity::Error);
        }
        self.document.datasets.push(Dataset {
            name,
            role,
            grain: Some(table.grain.clone()),
            source: Some(profile.name.clone()),
            primary_key,
            unknown_member: is_dimension,
            fields: fields.all,
            ..Dataset::default()
        });
    }

    /// Adds a column; returns whether a mart can have its type.
    fn field(
        &self,
        place: usize,
        table: &ProposedTable,
        column: &ColumnProfile,
        fields: &mut Fields,
    ) -> bool {
        let data_type = self.data_type(place, column.place);
        let Some(data_type) = data_type.filter(|data_type| is_readable(data_type)) else {
            return false;
        };
        fields.add(&column.name, &data_type.to_string());
        let field = fields.last();
        field.from = Some(Origination::Column(column.name.clone()));
        let measure = table.measures.iter().find(|(one, ..)| *one == column.place);
        if let Some((_, additivity, why)) = measure {
            field.additivity = *additivity;
            field.description = Some(why.clone());
        }
        true
    }

    /// The relationship of a date to the calendar. Of a point in time, its day is a field of its own.
    fn day(&mut self, name: &str, profile: &Profile, column: &ColumnProfile, fields: &mut Fields) {
        if column.family != Family::Moment || column.filled == 0 || is_bookkeeping(&column.words) {
            return;
        }
        let field = fields.last().clone();
        if field.data_type == "DATE" {
            self.relate_day(name, &field.name, column, profile);
        } else if field.data_type == "TIMESTAMP" {
            let day = fields.add(&format!("{}_day", column.name), "DATE");
            let expression = format!("CAST({} AS DATE)", sql::quoted(&column.name));
            fields.last().from = Some(Origination::Expression(expression));
            self.relate_day(name, &day, column, profile);
        }
    }

    fn relate_day(&mut self, name: &str, field: &str, column: &ColumnProfile, profile: &Profile) {
        let role = self.free_relationship(&words_of(&column.words, "day"), name);
        self.document
            .relationships
            .push(mart::document::Relationship {
                name: role,
                from: name.to_owned(),
                from_columns: vec![field.to_owned()],
                to: CALENDAR.to_owned(),
                to_columns: vec![DAY.to_owned()],
                optional: column.filled < profile.rows,
                ..Default::default()
            });
    }

    /// The table of a dimension that is written out in the rows of a fact.
    fn split(&mut self, place: usize, split: &Split, profile: &Profile) {
        let mut fields = Fields::default();
        let key = fields.add(&format!("{}_key", split.name), "INTEGER");
        let natural = profile.column(split.key);
        let natural = natural.map_or_else(Vec::new, |column| vec![column.name.clone()]);
        fields.last().from = Some(Origination::SurrogateKey(natural.clone()));
        let columns =
            std::iter::once(&split.key).chain(split.columns.iter().map(|(column, _)| column));
        for column in columns.filter_map(|column| profile.column(*column)) {
            let Some(data_type) = self.data_type(place, column.place) else {
                continue;
            };
            fields.add(&column.name, &data_type.to_string());
            fields.last().from = Some(Origination::Column(column.name.clone()));
        }
        for (column, why) in &split.columns {
            let name = profile.column(*column).map(|column| column.name.as_str());
            if let Some(field) = fields
                .all
                .iter_mut()
                .find(|field| Some(field.name.as_str()) == name)
            {
                field.description = Some(why.clone());
            }
        }
        self.document.datasets.push(Dataset {
            name: split_name(split),
            role: Role::Dimension,
            grain: Some(format!("one row per {}", natural.join(", "))),
            source: Some(profile.name.clone()),
            primary_key: vec![key],
            fields: fields.all,
            ..Dataset::default()
        });
    }

    fn split_key(&mut self, name: &str, split: &Split, profile: &Profile, fields: &mut Fields) {
        let key = fields.add(&format!("{}_key", split.name), "INTEGER");
        let role = self.free_relationship(&split.name, name);
        fields.last().from = Some(Origination::Lookup(role.clone()));
        let natural = profile.column(split.key);
        self.document
            .relationships
            .push(mart::document::Relationship {
                name: role,
                from: name.to_owned(),
                from_columns: vec![key],
                to: split_name(split),
                to_columns: vec![format!("{}_key", split.name)],
                source_columns: natural
                    .map(|column| column.name.clone())
                    .into_iter()
                    .collect(),
                ..Default::default()
            });
    }

    /// The key of another table: looked up, or the number of a header as it is.
    fn edge(&mut self, name: &str, edge: &Relationship, profile: &Profile, fields: &mut Fields) {
        let target = self
            .proposal
            .tables
            .get(edge.to)
            .zip(self.names.get(edge.to).cloned());
        let Some((target, to)) = target else { return };
        let columns = self.proposal.columns(edge.from, &edge.from_columns);
        let role = match edge.from_columns.as_slice() {
            [only] => profile
                .column(*only)
                .map(|column| words_of(&column.words, &row_name(target))),
            _ => None,
        };
        let role = role.unwrap_or_else(|| row_name(target));
        let is_dimension = target.role == Role::Dimension;
        let relationship = self.free_relationship(&role, name);
        let is_looked_up = is_dimension || !self.is_whole(edge);
        let (from_columns, to_columns) = if is_looked_up && !is_dimension {
            // A line whose header is in no file refers to none, and keeps its number.
            let key = edge.to_columns.first();
            let data_type = key.and_then(|key| self.data_type(edge.to, *key));
            let data_type = data_type.map_or_else(String::new, ToString::to_string);
            let key = fields.add(&format!("{role}_key"), &data_type);
            fields.last().from = Some(Origination::Lookup(relationship.clone()));
            let keys = self.proposal.columns(edge.to, &edge.to_columns);
            (vec![key], keys.iter().map(|name| safe(name)).collect())
        } else if is_dimension {
            let key = fields.add(&format!("{role}_key"), "INTEGER");
            fields.last().from = Some(Origination::Lookup(relationship.clone()));
            (vec![key], vec![format!("{}_key", row_name(target))])
        } else {
            let keys = self.proposal.columns(edge.to, &edge.to_columns);
            (
                columns.iter().map(|name| safe(name)).collect(),
                keys.iter().map(|name| safe(name)).collect(),
            )
        };
        if is_dimension {
            let found = Test::Relationships(relationship.clone());
            self.check_of(name, found, Severity::Warn);
            if let ([column], true) = (columns.as_slice(), edge.empty_rows > 0) {
                self.check_of(name, Test::NotNull(safe(column)), Severity::Warn);
            }
        }
        self.document
            .relationships
            .push(mart::document::Relationship {
                name: relationship,
                from: name.to_owned(),
                from_columns,
                to,
                to_columns,
                source_columns: if is_looked_up { columns } else { Vec::new() },
                optional: !is_dimension && edge.empty_rows + edge.missing_rows > 0,
            });
    }

    fn check_of(&mut self, dataset: &str, test: Test, severity: Severity) {
        self.document.checks.push(Check {
            dataset: dataset.to_owned(),
            test,
            severity,
            ..Check::default()
        });
    }

    fn free_relationship(&self, role: &str, from: &str) -> String {
        let is_taken = |name: &str| {
            self.document
                .relationships
                .iter()
                .any(|one| one.name.eq_ignore_ascii_case(name))
        };
        free(role, &is_taken).unwrap_or_else(|| {
            free(&format!("{from}_{role}"), &is_taken).unwrap_or_else(|| role.to_owned())
        })
    }

    pub(super) fn calendar(&mut self) {
        if !self
            .document
            .relationships
            .iter()
            .any(|one| one.to == CALENDAR)
        {
            return;
        }
        let parts = [
            (DAY, "DATE", CalendarPart::Date),
            ("year", "INTEGER", CalendarPart::Year),
            ("quarter", "INTEGER", CalendarPart::Quarter),
            ("month", "INTEGER", CalendarPart::Month),
            ("month_name", "VARCHAR", CalendarPart::MonthName),
            ("week", "INTEGER", CalendarPart::Week),
            ("day_of_week", "VARCHAR", CalendarPart::DayName),
        ];
        let fields = parts.map(|(name, data_type, part)| Field {
            name: name.to_owned(),
            data_type: data_type.to_owned(),
            from: Some(Origination::Calendar(part)),
            ..Field::default()
        });
        self.document.datasets.push(Dataset {
            name: CALENDAR.to_owned(),
            label: Some("Day".to_owned()),
            role: Role::Calendar,
            grain: Some("one row per day".to_owned()),
            primary_key: vec![DAY.to_owned()],
            fields: fields.to_vec(),
            ..Dataset::default()
        });
    }
}

/// The fields of a dataset, each with a name of its own.
#[derive(Default)]
struct Fields {
    all: Vec<Field>,
    spare: Field,
}

impl Fields {
    fn add(&mut self, name: &str, data_type: &str) -> String {
        let name = safe(name);
        let is_taken = |name: &str| {
            self.all
                .iter()
                .any(|field| field.name.eq_ignore_ascii_case(name))
        };
        let name = free(&name, &is_taken).unwrap_or(name);
        self.all.push(Field {
            name: name.clone(),
            data_type: data_type.to_owned(),
            ..Field::default()
        });
        name
    }

    fn last(&mut self) -> &mut Field {
        self.all.last_mut().unwrap_or(&mut self.spare)
    }
}
