//! Files for the sources of the mart that are not in the plain format, or have rows that do not fit: they are
//! read by the worker, what does not fit is set aside, and the rest becomes rows of the sources. It must
//! not know how the mart is built from those.

use std::sync::Arc;

use leptos::prelude::WithUntracked as _;

use duckdb_wasm::Connection;
use ingest::{DateOrder, FilePlan, NumberStyle, Part, Rule, Understanding};
use mart::source_file::{Fault, Problem, SourceRows as FittedRows, WrongRows};
use mart::{Identifier, Model, Package, Source as ModelSource, SourceError, SourceField, TypeKind};
use web_sys::File;

use super::Workbench;
use super::build::Build;
use super::error::Error;
use super::staged::{Account, QUARANTINE, StagedFile, named};
use super::task::Task;
use super::transport::text_rows;
use crate::rows::Rows;

/// The table that a file is read into, until its rows are staged.
const READ_ROWS: &str = "read_rows";
/// Its column for the line of each row.
const LINE: &str = "file_line";

/// A file that is read for a source of the mart.
#[derive(Debug, Clone)]
pub struct ReadFile {
    /// The browser's handle.
    pub(super) file: File,
    /// The number that no other file has.
    pub(super) number: u32,
    /// What is added to its name, which a file of an earlier load has.
    pub(super) part_name: Option<String>,
    /// The name of the source.
    pub(super) source: String,
    /// How the file is read. Its columns have the names of the source's fields.
    pub(super) plan: FilePlan,
}

impl ReadFile {
    /// The name of the file.
    pub fn name(&self) -> String {
        named(&self.file, self.part_name.as_deref())
    }
}

impl Workbench {
    /// Files as files for the sources of the mart; `None` if one is for none of them, or has to be asked
    /// about.
    pub(super) fn read_files(
        self,
        package: &Arc<Package>,
        files: &[(File, Vec<Understanding>)],
    ) -> Option<Vec<ReadFile>> {
        let mut found = Vec::<ReadFile>::new();
        for (file, tables) in files {
            let [table] = tables.as_slice() else {
                return None;
            };
            if matches!(table.plan.part, Part::Table { .. }) {
                return None;
            }
            let mut sources = package.model().sources().iter();
            let (source, plan) =
                sources.find_map(|source| Some((source, plan_for(source, table)?)))?;
            if found.iter().any(|one| one.source == source.name) {
                return None;
            }
            found.push(ReadFile {
                file: file.clone(),
                number: self.next_file(),
                part_name: None,
                source: source.name.clone(),
                plan,
            });
        }
        (found.len() == package.model().sources().len()).then_some(found)
    }
}

/// Where files are read for the sources of a mart: in a transaction of a connection.
pub(super) struct SourceReader<'a> {
    pub(super) workbench: Workbench,
    pub(super) task: &'a Task,
    pub(super) connection: &'a Connection,
    pub(super) model: &'a Model,
}

/// How a file is read for a source; `None` if it lacks a column, or only the user can say what one is.
pub(super) fn plan_for(source: &ModelSource, found: &Understanding) -> Option<FilePlan> {
    let mut plan = found.plan.clone();
    let mut known = Vec::new();
    for column in &mut plan.table.columns {
        let field = source.field(column.name.trim());
        let Some(field) = field.filter(|field| !known.contains(&field.name)) else {
            column.ignored = true;
            continue;
        };
        known.push(field.name.clone());
        if is_open(found, &column.name) {
            return None;
        }
        if let Some(given) = &mut column.given {
            *given = given_for(field, given)?;
        }
        column.rule = rule_for(field, column.rule);
        column.required = field.required || field.unique;
        field.name.clone_into(&mut column.name);
        if column.rule.is_text() {
            column.nulls.clone_from(&source.null_texts);
        }
    }
    let is_whole = source
        .fields
        .iter()
        .filter(|field| field.required)
        .all(|field| known.contains(&field.name));
    plan.table.line_column = Some(LINE.to_owned());
    (is_whole && !known.is_empty()).then_some(plan)
}

/// The type in which values of this type come to a field; `None` if they cannot.
fn given_for(field: &SourceField, given: &str) -> Option<String> {
    let is_number = given.ends_with("INT")
        || given == "INTEGER"
        || given == "FLOAT"
        || given == "DOUBLE"
        || given.starts_with("DECIMAL");
    let is_moment = given == "DATE" || given.starts_with("TIMESTAMP");
    let fits = match field.data_type.kind() {
        TypeKind::Text => return Some("VARCHAR".to_owned()),
        TypeKind::Whole | TypeKind::Big | TypeKind::Decimal | TypeKind::Float => is_number,
        TypeKind::Date | TypeKind::Timestamp => is_moment,
        TypeKind::Boolean => given == "BOOLEAN",
        _ => false,
    };
    fits.then(|| given.to_owned())
}

/// The rule for a field, given that of the column.
fn rule_for(field: &SourceField, found: Rule) -> Rule {
    let style = found.number_style().unwrap_or(NumberStyle::POINT);
    let order = found.date_order();
    match field.data_type.kind() {
        TypeKind::Text => Rule::Text,
        kind if kind.is_number() && found.number_style().is_some() => found,
        TypeKind::Whole | TypeKind::Big => Rule::Whole(style),
        TypeKind::Decimal | TypeKind::Float => Rule::Float(style),
        TypeKind::Date => Rule::Date(order.unwrap_or(DateOrder::YearFirst)),
        TypeKind::Timestamp => match found {
            Rule::Instant(order) => Rule::Instant(order),
            _ => Rule::Timestamp(order.unwrap_or(DateOrder::YearFirst)),
        },
        TypeKind::Boolean => Rule::Boolean,
        _ => found,
    }
}

/// Whether only the user can say what the values of a column are.
fn is_open(found: &Understanding, column: &str) -> bool {
    let mut evidence = found.evidence.iter();
    evidence.any(|one| one.is_question && one.column.as_deref() == Some(column))
}

impl Build<'_> {
    /// Drops the quarantine of the mart before, if it had one.
    pub(super) async fn drop_quarantine(&self) -> Result<(), Error> {
        if !self.workbench.accounts.with_untracked(Vec::is_empty) {
            let sql = format!("DROP TABLE IF EXISTS {QUARANTINE}");
            self.task.query(self.connection, &sql).await?;
        }
        Ok(())
    }

    /// Where files are read for the sources of this build.
    pub(super) fn reader(&self) -> SourceReader<'_> {
        SourceReader {
            workbench: self.workbench,
            task: self.task,
            connection: self.connection,
            model: self.source.package.model(),
        }
    }
}

impl SourceReader<'_> {
    /// Reads a file into the staging table of its source. Returns the account, and the place of the
    /// source with its number of rows.
    pub(super) async fn read_source(
        &self,
        file: &ReadFile,
    ) -> Result<(Account, (usize, u64)), Error> {
        let mut sources = self.model.sources().iter().enumerate();
        let (place, source) = sources
            .find(|(_, source)| source.name == file.source)
            .ok_or(Error::NoSource)?;
        let mut staged = StagedFile {
            file: file.file.clone(),
            part_name: file.part_name.clone(),
            number: file.number,
            table: Identifier::prefixed(READ_ROWS, ""),
            plan: file.plan.clone(),
            choices: None,
            database: None,
        };
        let mut counts = self
            .workbench
            .stage_file(self.task, self.connection, &mut staged)
            .await?;
        let name = file.name();
        let columns = staged
            .plan
            .table
            .columns
            .iter()
            .filter(|column| !column.ignored);
        let place_of = |name: &str| source.fields.iter().position(|field| field.name == name);
        let rows = FittedRows {
            source,
            file: &name,
            rows: staged.table.clone(),
            line: Identifier::prefixed(LINE, ""),
            quarantine: Identifier::prefixed(QUARANTINE, ""),
            fields: columns
                .filter_map(|column| place_of(&column.name))
                .collect(),
        };
        self.check_room(&rows).await?;
        for sql in rows.set_aside() {
            self.task.query(self.connection, &sql).await?;
        }
        let loaded = self.task.query(self.connection, &rows.stage()).await?;
        let loaded = loaded.rows_changed().unwrap_or(0);
        let unfit = counts.loaded.saturating_sub(loaded);
        counts.loaded = loaded;
        counts.set_aside += unfit;
        let drop = format!("DROP TABLE {}", staged.table.sql());
        self.task.query(self.connection, &drop).await?;
        if loaded == 0 {
            return Err(self.none_loaded(&name, counts.set_aside).await);
        }
        let account = Account {
            file: name,
            table: source.label.clone(),
            counts,
        };
        Ok((account, (place, loaded)))
    }

    /// Keys of more digits than the mart has room for are no damage: the mart gets more room.
    async fn check_room(&self, rows: &FittedRows<'_>) -> Result<(), Error> {
        for (column, sql) in rows.too_large() {
            let found = text_rows(&self.task.query(self.connection, &sql).await?.into());
            let mut cells = found.into_iter().flatten();
            let wrong_rows = cells.next().flatten().and_then(|count| count.parse().ok());
            let wrong_rows = wrong_rows.unwrap_or(0);
            if wrong_rows > 0 {
                return Err(Error::Source(SourceError::WrongRows {
                    file: rows.file.to_owned(),
                    rows: WrongRows {
                        problems: vec![Problem {
                            line: 0,
                            column: Some(column),
                            value: cells.next().flatten().unwrap_or_default(),
                            fault: Fault::OutOfRange,
                        }],
                        wrong_rows,
                        all_rows: wrong_rows,
                    },
                }));
            }
        }
        Ok(())
    }

    /// Why a file has no row for the mart: what is wrong with its first one.
    async fn none_loaded(&self, file: &str, set_aside: u64) -> Error {
        let sql = format!(
            "SELECT line, column_name, value, message FROM {QUARANTINE} WHERE file = {} ORDER BY line LIMIT 1",
            sql::text(file)
        );
        let first = match self.task.query(self.connection, &sql).await {
            Ok(found) => {
                let found = Rows::from(found);
                (found.len() > 0).then(|| {
                    let cell = |column| found.cell(0, column).to_string();
                    format!("Line {}, {}: {}: {}", cell(0), cell(1), cell(2), cell(3))
                })
            }
            Err(error) => return error,
        };
        Error::NoneLoaded {
            file: file.to_owned(),
            set_aside,
            first: first.unwrap_or_default(),
        }
    }
}
