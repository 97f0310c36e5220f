//! Checks that the user adds to the document of the mart, and removes from it. They are part of the document: it is
//! saved and built with them. It must not know what the form looks like.

use std::sync::Arc;

use leptos::prelude::*;
use mart::document::{self, AcceptedValues, Freshness, Limit, Range, RowCount, Test};
use mart::{Check, CheckKind, Document, Mistake, Model, Origin, Package, Severity, TestKind};

use super::checks::prepare;
use super::error::{Attempt, Error};
use super::source::{Rows as SourceRows, untracked_source};
use super::task::Task;
use super::{CheckOutcome, Workbench};

/// A check as the user describes it: texts as they are typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCheck {
    /// The title of the table.
    pub table: String,
    /// The kind of test.
    pub test: TestKind,
    /// The columns: one, or for `unique` any number.
    pub columns: Vec<String>,
    /// The relationship.
    pub relationship: String,
    /// The values, one a line.
    pub values: String,
    /// The least value, or the fewest rows.
    pub min: String,
    /// The greatest value, or the most rows.
    pub max: String,
    /// The days that the latest value may be old.
    pub days: String,
    /// The condition.
    pub condition: String,
    /// The query.
    pub sql: String,
    /// What a failure means.
    pub severity: Severity,
}

/// What came of the latest change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckChange {
    /// The check of this name was added.
    Added(String),
    /// The check of this name was removed.
    Removed(String),
    /// Nothing was added, for this reason.
    Refused(String),
}

impl Default for NewCheck {
    fn default() -> Self {
        let text = String::new;
        Self {
            table: text(),
            test: TestKind::NotNull,
            columns: Vec::new(),
            relationship: text(),
            values: text(),
            min: text(),
            max: text(),
            days: text(),
            condition: text(),
            sql: text(),
            severity: Severity::Error,
        }
    }
}

impl NewCheck {
    /// The same check of a table: of its first column and its first relationship, unless it has those that are chosen.
    pub fn about(&mut self, table: &str, model: &Model) {
        table.clone_into(&mut self.table);
        let columns = columns_of(model, table);
        self.columns.retain(|column| columns.contains(column));
        if self.columns.is_empty() {
            self.columns = columns.into_iter().take(1).collect();
        }
        let relationships = relationships_of(model, table);
        if !relationships.contains(&self.relationship) {
            self.relationship = relationships.into_iter().next().unwrap_or_default();
        }
    }

    /// The check of the document.
    fn check(&self) -> Result<document::Check, String> {
        let field = || self.columns.first().cloned().unwrap_or_default();
        let test = match self.test {
            TestKind::Unique => Test::Unique(self.columns.clone()),
            TestKind::NotNull => Test::NotNull(field()),
            TestKind::Relationships => Test::Relationships(self.relationship.clone()),
            TestKind::AcceptedValues => Test::AcceptedValues(AcceptedValues {
                field: field(),
                values: self.values.lines().map(str::to_owned).collect(),
            }),
            TestKind::Range => Test::Range(Range {
                field: field(),
                min: limit(&self.min),
                max: limit(&self.max),
            }),
            TestKind::RowCount => Test::RowCount(RowCount {
                min: number(&self.min)?,
                max: number(&self.max)?,
            }),
            TestKind::Freshness => Test::Freshness(Freshness {
                field: field(),
                days: number(&self.days)?.ok_or("Say how many days old it may be.")?,
            }),
            TestKind::Expression => Test::Expression(self.condition.trim().to_owned()),
            TestKind::Sql => Test::Sql(self.sql.trim().to_owned()),
        };
        Ok(document::Check {
            dataset: self.table.clone(),
            test,
            description: None,
            severity: self.severity,
        })
    }
}

/// A limit as a number where its text is one, so that the document has it as people write it.
fn limit(text: &str) -> Option<Limit> {
    let text = text.trim();
    let number = serde_json::from_str::<serde_json::Number>(text).ok();
    let number = number.filter(|number| number.to_string() == text);
    match number {
        _ if text.is_empty() => None,
        Some(number) => Some(Limit::Number(number)),
        None => Some(Limit::Text(text.to_owned())),
    }
}

/// A whole number; `None` for no text.
fn number(text: &str) -> Result<Option<u32>, String> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(format!("{text} is not a whole number.")),
        },
    }
}

/// The names of the columns of a table.
fn columns_of(model: &Model, table: &str) -> Vec<String> {
    let columns = model.table(table).map(|table| table.columns.as_slice());
    let columns = columns.unwrap_or_default().iter();
    columns.map(|column| column.name.to_string()).collect()
}

/// The names of the relationships of a table to others.
fn relationships_of(model: &Model, table: &str) -> Vec<String> {
    let is_of_table = |from: usize| {
        let from = model.tables().get(from);
        from.is_some_and(|from| from.title() == table)
    };
    let all = model.relationships().iter();
    let own = all.filter(|one| is_of_table(one.from));
    own.map(|one| one.name.clone()).collect()
}

impl Workbench {
    /// The titles of the tables that a check can be about.
    pub fn checkable_tables(self) -> Vec<String> {
        self.with_model(|model| model.tables().iter().map(mart::Table::title).collect())
    }

    /// The names of the columns of a table.
    pub fn columns_of(self, table: &str) -> Vec<String> {
        self.with_model(|model| columns_of(model, table))
    }

    /// The names of the relationships of a table to others.
    pub fn relationships_of(self, table: &str) -> Vec<String> {
        self.with_model(|model| relationships_of(model, table))
    }

    /// What came of the latest change of the checks.
    pub fn check_change(self) -> ReadSignal<Option<CheckChange>> {
        self.check_change.read_only()
    }

    /// Forgets what came of the latest change.
    pub fn forget_check_change(self) {
        self.check_change.set(None);
    }

    /// Whether a check of the severity `error` ends a load; `None` for tables that no plan loads.
    pub fn stops_on_error(self) -> Option<bool> {
        self.package.with(|package| {
            let is_built = package.model().origin() == Origin::Built;
            is_built.then(|| package.document().load.stop_on_error)
        })
    }

    /// Has an error end the loads to come, or not. Does nothing while a task runs.
    pub fn stop_on_error(self, stops: bool) {
        if untrack(|| self.is_busy()) {
            return;
        }
        // A document that resolves does so with any value of this.
        drop(self.change_document(|document| document.load.stop_on_error = stops));
    }

    /// Adds a check to the document, if it has no mistake and DuckDB accepts its query, and shows its failing rows.
    /// Does nothing while another task runs.
    pub fn add_check(self, new: NewCheck) {
        self.run(Attempt::AddCheck, async move |task| {
            self.check_change.set(None);
            let refused = match self.try_check(task, &new).await? {
                Ok(check) => {
                    match self.change_document(|document| document.checks.push(check.clone())) {
                        Ok(place) => return self.show_added(task, place).await,
                        Err(mistakes) => in_words(&mistakes),
                    }
                }
                Err(reason) => reason,
            };
            self.check_change.set(Some(CheckChange::Refused(refused)));
            Ok(())
        });
    }

    /// Removes the check at this place of the document. Does nothing while a task runs.
    pub fn remove_check(self, name: String, place: usize) {
        if untrack(|| self.is_busy()) {
            return;
        }
        let removal = self.change_document(|document| {
            if place < document.checks.len() {
                document.checks.remove(place);
            }
        });
        self.check_change.set(Some(match removal {
            Ok(_) => CheckChange::Removed(name.clone()),
            Err(mistakes) => CheckChange::Refused(in_words(&mistakes)),
        }));
        self.drilldown
            .update(|drilldown| drilldown.failing_rows.retain(|(of, _)| *of != name));
        self.inspect();
    }

    /// The mart that was made again of files of these numbers, with the checks that the user has added to it before.
    pub(super) fn with_own_checks(self, package: Arc<Package>, files: &[u32]) -> Arc<Package> {
        let before: Vec<_> = match untracked_source(self).rows {
            SourceRows::Databases(files) => files.iter().map(|file| file.number).collect(),
            SourceRows::Staged(files) => files.iter().map(|file| file.number).collect(),
            _ => return package,
        };
        if before != files {
            return package;
        }
        let shown = self.package.get_untracked();
        let mut document = package.document().clone();
        for check in &shown.document().checks {
            if document.checks.contains(check) {
                continue;
            }
            document.checks.push(check.clone());
            // What it is about may be gone.
            if Model::resolve(&document).is_err() {
                document.checks.pop();
            }
        }
        Package::new(document, package.files().clone()).map_or(package, Arc::new)
    }

    /// The check of the document, or why it cannot be added.
    async fn try_check(
        self,
        task: &Task,
        new: &NewCheck,
    ) -> Result<Result<document::Check, String>, Error> {
        let check = match new.check() {
            Ok(check) => check,
            Err(reason) => return Ok(Err(reason)),
        };
        let package = self.package.get_untracked();
        let mut document = package.document().clone();
        let is_known =
            |known: &document::Check| known.dataset == check.dataset && known.test == check.test;
        if document.checks.iter().any(is_known) {
            return Ok(Err("This check is there already.".to_owned()));
        }
        let place = document.checks.len();
        document.checks.push(check.clone());
        let model = match Model::resolve(&document) {
            Ok(model) => model,
            Err(mistakes) => return Ok(Err(in_words(&mistakes))),
        };
        let compiled = check_at(mart::checks(&model, &[]), place);
        let Some(compiled) = compiled.filter(|check| check.test == TestKind::Sql) else {
            return Ok(Ok(check));
        };
        let connection = self.connect().await?;
        let trying = async {
            prepare(&connection, [&compiled]).await?;
            connection.query(&compiled.sql).await
        };
        match task.statement(&connection, trying).await {
            Ok(_) => Ok(Ok(check)),
            Err(error) => Ok(Err(format!("DuckDB says: {}", error.statement_reason()?))),
        }
    }

    /// Runs the checks with the one that was added at a place, and shows the rows that fail it.
    async fn show_added(self, task: &Task, place: usize) -> Result<(), Error> {
        self.inspect_now().await?;
        let reports = self.inspection.with_untracked(|inspection| {
            let checks = inspection.as_ref().map(|inspection| &inspection.checks);
            checks.cloned().unwrap_or_default()
        });
        let mut reports = reports.into_iter();
        let added = reports.find(|report| report.check.kind == CheckKind::Declared(place));
        let Some(added) = added else {
            return Ok(());
        };
        let name = added.check.name.clone();
        self.check_change.set(Some(CheckChange::Added(name)));
        if matches!(added.outcome, CheckOutcome::Failed(_)) {
            self.fetch_failing(task, added.check).await?;
        }
        Ok(())
    }

    /// Changes the document of the mart that is shown, and of the source that it is built from again. Nothing is built.
    /// Returns the place of the last of its checks.
    fn change_document(self, change: impl Fn(&mut Document)) -> Result<usize, Vec<Mistake>> {
        let changed = |package: &Package| {
            let mut document = package.document().clone();
            change(&mut document);
            Package::new(document, package.files().clone()).map(Arc::new)
        };
        let shown = self.package.get_untracked();
        let package = changed(&shown)?;
        let source = untracked_source(self);
        // The package of such a source is the mart that was there before.
        let is_other = matches!(
            source.rows,
            SourceRows::Databases(_) | SourceRows::Staged(_)
        );
        if !is_other {
            let of_source = if Arc::ptr_eq(&source.package, &shown) {
                Arc::clone(&package)
            } else {
                changed(&source.package)?
            };
            self.source.update(|source| source.package = of_source);
        }
        let last = package.document().checks.len().saturating_sub(1);
        self.package.set(package);
        Ok(last)
    }
}

/// The check at a place of the document.
fn check_at(checks: Vec<Check>, place: usize) -> Option<Check> {
    let mut checks = checks.into_iter();
    checks.find(|check| check.kind == CheckKind::Declared(place))
}

/// What is wrong, without the places in the document, which the user of a form does not see.
fn in_words(mistakes: &[Mistake]) -> String {
    let words = mistakes.iter().map(|mistake| match &mistake.suggestion {
        Some(name) => format!("{}; did you mean {name}?", mistake.problem),
        None => format!("{}.", mistake.problem),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_only_if_it_looks_the_same_again() {
        for (text, expected) in [
            ("", None),
            (" 12 ", Some(Limit::Number(12.into()))),
            ("007", Some(Limit::Text("007".to_owned()))),
            ("1.50", Some(Limit::Text("1.50".to_owned()))),
            ("2026-01-31", Some(Limit::Text("2026-01-31".to_owned()))),
        ] {
            assert_eq!(limit(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_of_rows_is_refused() {
        let check = |min: &str| {
            let new = NewCheck {
                test: TestKind::RowCount,
                min: min.to_owned(),
                ..NewCheck::default()
            };
            new.check().map(|check| check.test)
        };
        let rows = RowCount {
            min: Some(3),
            max: None,
        };
        assert_eq!(check(" 3"), Ok(Test::RowCount(rows)));
        assert_eq!(check("many"), Err("many is not a whole number.".to_owned()));
    }
}
