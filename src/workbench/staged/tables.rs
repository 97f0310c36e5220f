//! Tables of database files, loaded like files of their own: DuckDB reads them itself, from a file that is
//! attached while they are looked at or copied. It must not know what becomes of them.

use duckdb_wasm::Connection;
use ingest::{Choices, ColumnPlan, Counts, Evidence, FilePlan, Part, Topic, Understanding};
use mart::{Identifier, OpenedFile, catalog};
use web_sys::File;
use worker::reading::size_of;

use super::{Outcome, StagedFile};
use crate::rows::Rows;
use crate::workbench::Workbench;
use crate::workbench::error::Error;
use crate::workbench::open::{OpenedDatabase, about_file, detach};
use crate::workbench::source::head_of;
use crate::workbench::task::Task;
use crate::workbench::transport::{rows_to_show, text_rows};

/// The first rows that are shown.
const SHOWN: usize = 20;

/// A table or a view of a database, with the names and types of its columns.
struct Found {
    schema: String,
    name: String,
    kind: String,
    columns: Vec<(String, String)>,
}

impl Workbench {
    /// The tables of a database file.
    pub(in crate::workbench) async fn understand_database(
        self,
        task: &Task,
        file: &File,
        choices: &Choices,
    ) -> Result<Vec<Understanding>, Error> {
        let connection = self.database()?.connect().await?;
        let opened = self.attach(task, &connection, file, &[]).await?;
        let found = look_at(task, &connection, &opened.file, choices).await;
        detach(&opened, &connection).await;
        found
    }

    /// Attaches the database files whose tables are loaded, each once.
    pub(super) async fn attach_all(
        self,
        task: &Task,
        connection: &Connection,
        files: &mut [StagedFile],
    ) -> Result<Vec<OpenedDatabase>, Error> {
        let mut attached = Vec::<(File, OpenedDatabase)>::new();
        let outcome = self
            .attach_each(task, connection, files, &mut attached)
            .await;
        let attached: Vec<_> = attached.into_iter().map(|(_, opened)| opened).collect();
        if outcome.is_err() {
            for opened in &attached {
                detach(opened, connection).await;
            }
        }
        outcome.map(|()| attached)
    }

    async fn attach_each(
        self,
        task: &Task,
        connection: &Connection,
        files: &mut [StagedFile],
        attached: &mut Vec<(File, OpenedDatabase)>,
    ) -> Result<(), Error> {
        let of_table = |file: &&mut StagedFile| matches!(file.plan.part, Part::Table { .. });
        for staged in files.iter_mut().filter(of_table) {
            if !attached.iter().any(|(file, _)| *file == staged.file) {
                let known = attached
                    .iter()
                    .map(|(_, opened)| opened.file.alias().clone());
                let known: Vec<_> = known.collect();
                let opened = self.attach(task, connection, &staged.file, &known).await?;
                attached.push((staged.file.clone(), opened));
            }
            let known = attached.iter().find(|(file, _)| *file == staged.file);
            staged.database = known.map(|(_, opened)| opened.file.alias().clone());
        }
        Ok(())
    }

    async fn attach(
        self,
        task: &Task,
        connection: &Connection,
        file: &File,
        taken: &[Identifier],
    ) -> Result<OpenedDatabase, Error> {
        let head = task.unless_cancelled(head_of(file)).await??;
        let opened = OpenedFile::detect(&file.name(), &head, size_of(file), self.next_file())?;
        let in_use = self.databases();
        let opened = opened.beside(in_use.iter().chain(taken));
        let registered = self.database()?.register_file(opened.path(), file).await?;
        let opened = OpenedDatabase::new(opened, registered);
        if let Err(error) = task.query(connection, &opened.file.attach()).await {
            let error = about_file(&opened.file, error);
            detach(&opened, connection).await;
            return Err(error);
        }
        Ok(opened)
    }
}

/// Compares the rows of the table with those of the database.
pub(super) async fn verify(
    task: &Task,
    connection: &Connection,
    file: &StagedFile,
) -> Result<Outcome, Error> {
    let source = file.database.as_ref().map(|alias| table(&file.plan, alias));
    let counted = format!("SELECT count(*) FROM {}", source.unwrap_or_default());
    let counted = Rows::from(task.query(connection, &counted).await?);
    let read = counted.count(0, 0).unwrap_or(0);
    let counts = Counts {
        read,
        loaded: read,
        ..Counts::default()
    };
    super::verify(task, connection, file, &counts).await?;
    Ok(Outcome::Loaded(counts))
}

/// The statement that copies it, while the database has this name.
pub(super) fn definition(file: &StagedFile, alias: &Identifier) -> String {
    let rows = rows(&file.plan, alias);
    format!("CREATE TABLE {} AS\n{rows}", file.table.sql())
}

/// The table, by its whole name.
fn table(plan: &FilePlan, alias: &Identifier) -> String {
    match &plan.part {
        Part::Table { schema, name } => {
            format!(
                "{}.{}.{}",
                alias.sql(),
                sql::quoted_if_needed(schema),
                sql::quoted_if_needed(name)
            )
        }
        _ => String::new(),
    }
}

/// The query for the columns of it that are loaded.
fn rows(plan: &FilePlan, alias: &Identifier) -> String {
    let columns = plan.table.columns.iter().filter(|column| !column.ignored);
    let columns: Vec<_> = columns
        .map(|column| {
            let name = sql::quoted_if_needed(&column.name);
            match column.given.as_deref() {
                Some("VARCHAR") => format!("CAST({name} AS VARCHAR) AS {name}"),
                _ => name,
            }
        })
        .collect();
    format!("SELECT {}\nFROM {}", columns.join(", "), table(plan, alias))
}

/// The tables and views of a database that is attached. What cannot be read is named beside the others.
async fn look_at(
    task: &Task,
    connection: &Connection,
    file: &OpenedFile,
    choices: &Choices,
) -> Result<Vec<Understanding>, Error> {
    let alias = file.alias();
    let sql = catalog::columns(std::slice::from_ref(alias));
    let listed = task.query(connection, &sql).await;
    let listed = text_rows(&listed.map_err(|error| about_file(file, error))?.into());
    let mut tables = Vec::new();
    let mut unreadable = Vec::new();
    for found in grouped(listed) {
        let kind = found.kind.clone();
        let name = found.name.clone();
        match understand(task, connection, alias, found, choices).await {
            Ok(table) => tables.push(table),
            Err(error) if error.statement_message().is_some() => {
                unreadable.push(format!(
                    "{kind} {name} cannot be read: {}",
                    error.statement_reason()?
                ));
            }
            Err(error) => return Err(error),
        }
    }
    let Some(first) = tables.first_mut() else {
        return Err(Error::FileRefused(format!(
            "{} has no table that can be loaded. {}",
            file.file_name(),
            unreadable.join("; ")
        )));
    };
    first.evidence.extend(unreadable.into_iter().map(about_all));
    Ok(tables)
}

fn grouped(listed: mart::TextRows) -> Vec<Found> {
    let mut tables = Vec::<Found>::new();
    for row in listed {
        let mut cells = row.into_iter().map(Option::unwrap_or_default);
        let mut next = || cells.next().unwrap_or_default();
        let (schema, name, kind) = (next(), next(), next());
        let column = (next(), next());
        match tables.last_mut() {
            Some(last) if last.schema == schema && last.name == name => last.columns.push(column),
            _ => tables.push(Found {
                schema,
                name,
                kind,
                columns: vec![column],
            }),
        }
    }
    tables
}

async fn understand(
    task: &Task,
    connection: &Connection,
    alias: &Identifier,
    found: Found,
    choices: &Choices,
) -> Result<Understanding, Error> {
    let columns = found.columns.into_iter().map(|(name, given)| {
        let chosen = choices.columns.iter().find(|one| one.name == name);
        let as_text = chosen.is_some_and(|one| one.given.as_deref() == Some("VARCHAR"));
        ColumnPlan {
            given: Some(if as_text { "VARCHAR".to_owned() } else { given }),
            ignored: chosen.is_some_and(|one| one.ignored),
            ..ColumnPlan::text(name)
        }
    });
    let part_name = match found.schema.as_str() {
        "main" => found.name.clone(),
        schema => format!("{schema}.{}", found.name),
    };
    let plan = FilePlan {
        part: Part::Table {
            schema: found.schema,
            name: found.name,
        },
        ..FilePlan::of_columns(columns.collect(), choices.most_set_aside)
    };
    let count = format!("SELECT count(*) FROM {}", table(&plan, alias));
    let counted = Rows::from(task.query(connection, &count).await?);
    let count = counted.count(0, 0).unwrap_or(0);
    let some = format!("{}\nLIMIT {SHOWN}", rows(&plan, alias));
    let shown = task
        .unless_cancelled(rows_to_show(connection, &some))
        .await??;
    Ok(Understanding {
        part_name: Some(part_name),
        plan,
        evidence: vec![about_all(format!(
            "DuckDB: a {} with its types",
            found.kind
        ))],
        first_rows: text_rows(&shown),
        counts: Counts {
            read: count,
            loaded: count,
            ..Counts::default()
        },
        rejects: Vec::new(),
    })
}

fn about_all(text: String) -> Evidence {
    Evidence {
        topic: Topic::Dialect,
        column: None,
        text,
        is_question: false,
    }
}
