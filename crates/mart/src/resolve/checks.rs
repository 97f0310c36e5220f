//! The quality checks that a document declares beside its keys. It must not know how they are run.

use super::expressions::{Problem, row_kind};
use super::{Resolver, Tables};
use crate::document::{self, Test};
use crate::expression::parse;
use crate::mistake::quoted;
use crate::model::{ColumnOrigin, DeclaredCheck, DeclaredTest, Limit, Table, same_name};
use crate::rows::literal;
use crate::sql::script;
use crate::sql::statement::{self, Kind};
use crate::{DataType, TypeKind};

/// The most days that the latest value of a check may be old: a hundred years.
const MOST_DAYS: u32 = 36_500;

impl Resolver<'_> {
    pub(super) fn checks(&mut self, tables: &Tables) -> Vec<DeclaredCheck> {
        let checks = self.document.checks.iter().enumerate();
        let found = checks.filter_map(|(at, check)| {
            let pointer = format!("/checks/{at}");
            let table = self.table(&format!("{pointer}/dataset"), &check.dataset, tables)?;
            let test = self.test(&format!("{pointer}/test"), check, table, tables)?;
            Some(DeclaredCheck {
                table,
                test,
                description: check.description.clone().unwrap_or_default(),
                severity: check.severity,
            })
        });
        found.collect()
    }

    fn test(
        &mut self,
        pointer: &str,
        check: &document::Check,
        place: usize,
        tables: &Tables,
    ) -> Option<DeclaredTest> {
        let table = tables.at(place)?;
        match &check.test {
            Test::Unique(names) => {
                let place = format!("{pointer}/unique");
                if names.is_empty() {
                    self.mistake(&place, "name at least one field");
                }
                self.columns(&place, table, names).map(DeclaredTest::Unique)
            }
            Test::NotNull(name) => {
                let column = self.column(&format!("{pointer}/not_null"), table, name)?;
                Some(DeclaredTest::NotNull(column))
            }
            Test::AcceptedValues(accepted) => {
                let place = format!("{pointer}/accepted_values");
                if accepted.values.is_empty() {
                    self.mistake(format!("{place}/values"), "name at least one value");
                }
                let column = self.column(&format!("{place}/field"), table, &accepted.field)?;
                Some(DeclaredTest::AcceptedValues(
                    column,
                    accepted.values.clone(),
                ))
            }
            Test::Relationships(name) => {
                self.referring(&format!("{pointer}/relationships"), name, place, tables)
            }
            Test::Range(range) => self.range(&format!("{pointer}/range"), range, table),
            Test::RowCount(count) => Some(self.row_count(&format!("{pointer}/row_count"), count)),
            Test::Freshness(freshness) => {
                self.freshness(&format!("{pointer}/freshness"), freshness, table)
            }
            Test::Sql(text) => self.own_sql(&format!("{pointer}/sql"), text),
            Test::Expression(text) => {
                let place = format!("{pointer}/expression");
                let checked = parse(text).map_err(Problem::from).and_then(|expression| {
                    match row_kind(&expression, table)? {
                        TypeKind::Boolean => Ok(expression),
                        _ => Err("a check is a condition, such as `price > 0`"
                            .to_owned()
                            .into()),
                    }
                });
                match checked {
                    Ok(expression) => Some(DeclaredTest::Expression(expression, text.clone())),
                    Err(problem) => {
                        self.problem(&place, problem);
                        None
                    }
                }
            }
        }
    }

    /// The rows that a relationship refers from: by a key that is looked up, or by its columns as they are.
    fn referring(
        &mut self,
        pointer: &str,
        name: &str,
        place: usize,
        tables: &Tables,
    ) -> Option<DeclaredTest> {
        let table = tables.at(place)?;
        let of_table = || {
            let all = tables.relationships.iter().enumerate();
            all.filter(|(_, one)| one.from == place)
        };
        let Some((at, relationship)) = of_table().find(|(_, one)| same_name(&one.name, name))
        else {
            if !self.is_unresolved(name, tables) {
                let known: Vec<_> = of_table().map(|(_, one)| one.name.clone()).collect();
                let known = known.iter().map(String::as_str);
                self.unknown(pointer, "relationship of this dataset", name, known);
            }
            return None;
        };
        let key = *relationship.from_columns.first()?;
        let is_lookup = matches!(
            table.columns.get(key)?.from,
            Some(ColumnOrigin::Lookup(of)) if of == at
        );
        if !is_lookup {
            return Some(DeclaredTest::Referring(at));
        }
        let looked_up = if relationship.source_columns.is_empty() {
            let dimension = tables.at(relationship.to)?;
            dimension
                .looked_up()
                .map_or_else(Vec::new, |(_, names)| names)
        } else {
            relationship.source_columns.clone()
        };
        let own = looked_up.iter().filter_map(|name| {
            table.columns.iter().position(|column| {
                matches!(&column.from, Some(ColumnOrigin::Column(of)) if of.eq_ignore_ascii_case(name))
            })
        });
        let own: Vec<_> = own.collect();
        if own.is_empty() {
            self.mistake(
                pointer,
                format!(
                    "{} looks up a key of which this dataset has no column of its own",
                    quoted(name)
                ),
            );
            return None;
        }
        Some(DeclaredTest::LookedUp {
            key,
            own,
            to: relationship.to,
        })
    }

    fn range(
        &mut self,
        pointer: &str,
        range: &document::Range,
        table: &Table,
    ) -> Option<DeclaredTest> {
        if range.min.is_none() && range.max.is_none() {
            self.mistake(pointer, "name `min`, `max` or both");
        }
        let at = self.column(&format!("{pointer}/field"), table, &range.field)?;
        let data_type = &table.columns.get(at)?.data_type;
        if matches!(data_type.kind(), TypeKind::Boolean | TypeKind::Other) {
            let problem = format!("{data_type} has no range: name a number, a text or a time");
            self.mistake(format!("{pointer}/field"), problem);
            return None;
        }
        let min = self.limit(&format!("{pointer}/min"), range.min.as_ref(), data_type);
        let max = self.limit(&format!("{pointer}/max"), range.max.as_ref(), data_type);
        if let (Some(min), Some(max)) = (&min, &max)
            && is_greater(data_type.kind(), &min.text, &max.text)
        {
            let problem = format!("{} is less than `min`", quoted(&max.text));
            self.mistake(format!("{pointer}/max"), problem);
        }
        Some(DeclaredTest::Range(at, min, max))
    }

    fn limit(
        &mut self,
        pointer: &str,
        limit: Option<&document::Limit>,
        data_type: &DataType,
    ) -> Option<Limit> {
        let text = limit?.text();
        match literal(data_type, &text) {
            Ok(sql) => Some(Limit {
                sql: format!("CAST({sql} AS {data_type})"),
                text,
            }),
            Err(problem) => {
                self.mistake(pointer, problem);
                None
            }
        }
    }

    fn row_count(&mut self, pointer: &str, count: &document::RowCount) -> DeclaredTest {
        match (count.min, count.max) {
            (None, None) => self.mistake(pointer, "name `min`, `max` or both"),
            (Some(min), Some(max)) if min > max => {
                let problem = format!("{max} is less than `min`");
                self.mistake(format!("{pointer}/max"), problem);
            }
            _ => {}
        }
        DeclaredTest::RowCount {
            min: count.min,
            max: count.max,
        }
    }

    fn freshness(
        &mut self,
        pointer: &str,
        freshness: &document::Freshness,
        table: &Table,
    ) -> Option<DeclaredTest> {
        let days = freshness.days;
        if days > MOST_DAYS {
            let problem = format!("{days} days are more than {MOST_DAYS}");
            self.mistake(format!("{pointer}/days"), problem);
        }
        let column = self.column(&format!("{pointer}/field"), table, &freshness.field)?;
        let data_type = &table.columns.get(column)?.data_type;
        if !matches!(data_type.kind(), TypeKind::Date | TypeKind::Timestamp) {
            let problem = format!("{data_type} is neither a day nor a moment");
            self.mistake(format!("{pointer}/field"), problem);
            return None;
        }
        Some(DeclaredTest::Freshness { column, days })
    }

    /// One query. What it reads is not looked at: DuckDB says what is wrong with it.
    fn own_sql(&mut self, pointer: &str, text: &str) -> Option<DeclaredTest> {
        let statements = script::split(text);
        let [only] = statements.as_slice() else {
            let problem = format!(
                "a check is one query, and the text has {} statements",
                statements.len()
            );
            self.mistake(pointer, problem);
            return None;
        };
        let query = text.get(only.clone()).unwrap_or_default();
        if statement::kind(query) != Kind::Query {
            self.mistake(
                pointer,
                "a check is a query, which begins with SELECT, FROM, WITH or VALUES",
            );
            return None;
        }
        Some(DeclaredTest::Sql(query.to_owned()))
    }
}

/// Whether one value is greater than another of the same type. Of texts only DuckDB knows.
fn is_greater(kind: TypeKind, one: &str, other: &str) -> bool {
    match kind {
        TypeKind::Date => one > other,
        _ if kind.is_number() => match (one.parse::<f64>(), other.parse::<f64>()) {
            (Ok(one), Ok(other)) => one > other,
            _ => false,
        },
        _ => false,
    }
}
