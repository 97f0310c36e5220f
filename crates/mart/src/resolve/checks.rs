//! The quality checks that a document declares beside its keys. It must not know how they are run.

use super::expressions::{Problem, row_kind};
use super::{Resolver, Tables};
use crate::TypeKind;
use crate::document::{self, Test};
use crate::expression::parse;
use crate::mistake::quoted;
use crate::model::{ColumnOrigin, DeclaredCheck, DeclaredTest, same_name};

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
                self.known(&format!("{pointer}/relationships"), name, place, tables)
            }
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

    /// A lookup whose dimension has an unknown member, and the columns of the dataset that are looked up.
    fn known(
        &mut self,
        pointer: &str,
        name: &str,
        place: usize,
        tables: &Tables,
    ) -> Option<DeclaredTest> {
        let table = tables.at(place)?;
        let of_table = || tables.relationships.iter().filter(|one| one.from == place);
        let Some(relationship) = of_table().find(|one| same_name(&one.name, name)) else {
            if !self.is_unresolved(name, tables) {
                let known: Vec<_> = of_table().map(|one| one.name.clone()).collect();
                let known = known.iter().map(String::as_str);
                self.unknown(pointer, "relationship of this dataset", name, known);
            }
            return None;
        };
        let dimension = tables.at(relationship.to)?;
        // A lookup that is wrong is reported where it stands.
        table
            .columns
            .get(*relationship.from_columns.first()?)?
            .from
            .as_ref()?;
        let looked_up = if relationship.source_columns.is_empty() {
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
        let is_lookup = matches!(relationship.from_columns.as_slice(), [_]) && !own.is_empty();
        let (true, true, Some(key)) = (
            is_lookup,
            dimension.has_unknown_member,
            relationship.from_columns.first(),
        ) else {
            self.mistake(
                pointer,
                format!(
                    "{} looks no key of this dataset up in a dimension with an unknown member",
                    quoted(name)
                ),
            );
            return None;
        };
        Some(DeclaredTest::Relationships {
            key: *key,
            own,
            to: relationship.to,
        })
    }
}
