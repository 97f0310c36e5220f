//! The quality checks that a document declares beside its keys. It must not know how they are run.

use super::expressions::{Problem, row_kind};
use super::{Resolver, Tables};
use crate::TypeKind;
use crate::document::{self, Test};
use crate::expression::parse;
use crate::model::{DeclaredCheck, DeclaredTest, Table};

impl Resolver<'_> {
    pub(super) fn checks(&mut self, tables: &Tables) -> Vec<DeclaredCheck> {
        let checks = self.document.checks.iter().enumerate();
        let found = checks.filter_map(|(at, check)| {
            let pointer = format!("/checks/{at}");
            let table = self.table(&format!("{pointer}/dataset"), &check.dataset, tables)?;
            let test = self.test(&format!("{pointer}/test"), check, tables.at(table)?)?;
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
        table: &Table,
    ) -> Option<DeclaredTest> {
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
}
