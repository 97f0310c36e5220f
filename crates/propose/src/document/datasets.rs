//! The tables of the document: their fields, keys and relationships, and the calendar. It must not know what is
//! measured.

use mart::document::{CalendarPart, Check, Dataset, Field, Origination, RowCount, Test};
use mart::{History, Role, Severity, sql};

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
        let splits: Vec<_> = self.proposal.splits_of(place).collect();
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
        for column in &profile.columns {
            if !self.proposal.is_in_rows(place, column.place) {
                continue;
            }
            if !self.field(&name, place, table, column, &mut fields) {
                continue;
            }
            let is_unique = table.key.as_ref().is_some_and(|key| key.duplicates == 0);
            if !is_dimension && is_unique && key.contains(&column.place) {
                primary_key.push(fields.last().name.clone());
            }
            if table.role == Role::Fact {
                self.day(&name, place, profile, column, &mut fields);
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
            history: is_dimension.then_some(History::Last),
            fields: fields.all,
            ..Dataset::default()
        });
    }

    /// Adds a column; returns whether a mart can have its type.
    fn field(
        &mut self,
        dataset: &str,
        place: usize,
        table: &ProposedTable,
        column: &ColumnProfile,
        fields: &mut Fields,
    ) -> bool {
        if !self.plain_field(dataset, place, column, fields) {
            return false;
        }
        let field = fields.last();
        let measure = table.measures.iter().find(|(one, ..)| *one == column.place);
        if let Some((_, additivity, why)) = measure {
            field.additivity = *additivity;
            field.description = Some(why.clone());
        }
        true
    }

    /// Adds a column by its name and type in the mart.
    fn plain_field(
        &mut self,
        dataset: &str,
        place: usize,
        column: &ColumnProfile,
        fields: &mut Fields,
    ) -> bool {
        let is_there = self.data_type(place, column.place).is_some_and(is_readable);
        let Some(data_type) = self.field_type(place, column.place).filter(|_| is_there) else {
            return false;
        };
        let name = fields.add(
            &self.proposal.field_name(place, column.place),
            &data_type.to_string(),
        );
        fields.last().from = Some(match self.cast(place, column) {
            Some(cast) => Origination::Expression(cast),
            None => Origination::Column(column.name.clone()),
        });
        self.origins
            .insert((dataset.to_owned(), name), (place, column.place));
        true
    }

    /// The value of a column in the type that was chosen for it; `None` where that is the one it has.
    fn cast(&self, place: usize, column: &ColumnProfile) -> Option<String> {
        let chosen = self.proposal.chosen_type(place, column.place)?;
        let is_new = self.data_type(place, column.place) != Some(chosen);
        is_new.then(|| format!("TRY_CAST({} AS {chosen})", sql::quoted(&column.name)))
    }

    /// The relationship of a date to the calendar. Of a point in time, its day is a field of its own.
    fn day(
        &mut self,
        name: &str,
        place: usize,
        profile: &Profile,
        column: &ColumnProfile,
        fields: &mut Fields,
    ) {
        if column.family != Family::Moment || column.filled == 0 || is_bookkeeping(&column.words) {
            return;
        }
        let field = fields.last().clone();
        if field.data_type == "DATE" {
            self.relate_day(name, &field.name, column, profile);
        } else if field.data_type == "TIMESTAMP" {
            let day = fields.add(&format!("{}_day", field.name), "DATE");
            let value = self.cast(place, column);
            let value = value.unwrap_or_else(|| sql::quoted(&column.name));
            let expression = format!("CAST({value} AS DATE)");
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
        let dataset = split_name(split);
        for column in columns.filter_map(|column| profile.column(*column)) {
            if self.proposal.is_ignored(place, column.place)
                || !self.plain_field(&dataset, place, column, &mut fields)
            {
                continue;
            }
            let why = split.columns.iter().find(|(one, _)| *one == column.place);
            fields.last().description = why.map(|(_, why)| why.clone());
        }
        self.document.datasets.push(Dataset {
            name: dataset,
            role: Role::Dimension,
            grain: Some(format!("one row per {}", natural.join(", "))),
            source: Some(profile.name.clone()),
            primary_key: vec![key],
            history: Some(History::Last),
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
            let data_type = key.and_then(|key| self.field_type(edge.to, *key));
            let data_type = data_type.map_or_else(String::new, ToString::to_string);
            let key = fields.add(&format!("{role}_key"), &data_type);
            fields.last().from = Some(Origination::Lookup(relationship.clone()));
            (vec![key], self.field_names(edge.to, &edge.to_columns))
        } else if is_dimension {
            let key = fields.add(&format!("{role}_key"), "INTEGER");
            fields.last().from = Some(Origination::Lookup(relationship.clone()));
            (vec![key], vec![format!("{}_key", row_name(target))])
        } else {
            (
                self.field_names(edge.from, &edge.from_columns),
                self.field_names(edge.to, &edge.to_columns),
            )
        };
        if is_dimension {
            self.checks_of(name, &relationship, edge, &columns);
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
                ..Default::default()
            });
    }

    /// The checks of a key that is looked up: each value is known, and each row has one if not all have.
    fn checks_of(
        &mut self,
        name: &str,
        relationship: &str,
        edge: &Relationship,
        columns: &[String],
    ) {
        let is_in_rows = |column: &usize| self.proposal.is_in_rows(edge.from, *column);
        let is_as_in_file = |column: &usize| {
            is_in_rows(column) && self.proposal.chosen_type(edge.from, *column).is_none()
        };
        if edge.from_columns.iter().all(is_as_in_file) {
            self.check_of(
                name,
                Test::Relationships(relationship.to_owned()),
                Severity::Warn,
            );
        } else {
            self.notes.push(format!(
                "{name}: whether each {} is known is not checked, since it is not kept as it is in the file",
                columns.join(", ")
            ));
        }
        if let ([column], true) = (edge.from_columns.as_slice(), edge.empty_rows > 0)
            && self.proposal.is_in_rows(edge.from, *column)
        {
            let column = self.proposal.field_name(edge.from, *column);
            self.check_of(name, Test::NotNull(column), Severity::Warn);
        }
    }

    fn field_names(&self, place: usize, columns: &[usize]) -> Vec<String> {
        let names = columns
            .iter()
            .map(|column| self.proposal.field_name(place, *column));
        names.collect()
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
