//! Files that are understood and wait to be loaded: what each was understood as, and what the user has
//! chosen. It must not know how rows are loaded.

use ingest::{Choices, Sample, Understanding};
use leptos::prelude::*;
use mart::OpenedFile;
use sql::Identifier;
use web_sys::File;
use worker::reading::size_of;

use super::error::{Attempt, Error};
use super::reader::{FileReader, ReaderKind, Understood, start_of};
use super::shapes::Shape;
use super::staged::named;
use super::task::Task;
use super::{StagedFile, Workbench};

/// A file that was understood.
#[derive(Debug, Clone)]
pub struct UnderstoodFile {
    /// The number that no other file has.
    pub number: u32,
    /// The browser's handle.
    pub(super) file: File,
    /// The table that it becomes.
    pub table: Identifier,
    /// What the user has chosen, now or for a file of the same shape.
    pub choices: Choices,
    /// The choices that it was understood with.
    applied: Choices,
    /// Which file before had the same shape, and what is different.
    pub known: Option<String>,
    /// What it was understood as.
    pub understanding: Understanding,
}

/// Files with the tables that each has.
#[derive(Default)]
pub(super) struct UnderstoodFiles {
    pub(super) tables: Vec<(File, Vec<Understanding>)>,
    /// The files that cannot be read, each with the reason.
    refused: Vec<(String, Error)>,
}

impl UnderstoodFiles {
    /// Whether none is left, not even one that cannot be read.
    pub(super) const fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.refused.is_empty()
    }

    /// Why files cannot be read, if there are any.
    fn into_failure(self, task: &Task) -> Option<Error> {
        let names: Vec<_> = self.refused.iter().map(|(name, _)| name.clone()).collect();
        if names.is_empty() {
            return None;
        }
        task.continue_as(Attempt::LoadFile(names.join(", ")));
        let mut refused = self.refused;
        if refused.len() == 1 {
            return refused.pop().map(|(_, error)| error);
        }
        let reasons = refused.into_iter().map(|(_, error)| error.to_string());
        Some(Error::FilesRefused(reasons.collect()))
    }
}

impl UnderstoodFile {
    /// Its name, and that of its part if it has several.
    pub fn name(&self) -> String {
        named(&self.file, self.understanding.part_name.as_deref())
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        size_of(&self.file)
    }

    /// Whether all of it was read to understand it.
    pub fn is_whole(&self) -> bool {
        self.size() <= Sample::START_BYTES
            && self.understanding.plan.compression == ingest::Compression::None
            || self.has_types()
    }

    /// Whether its values have types in the file, and it says how many rows it has.
    pub fn has_types(&self) -> bool {
        self.understanding.plan.part.has_types()
    }

    /// What it needs to be loaded.
    fn staged(&self) -> StagedFile {
        StagedFile {
            file: self.file.clone(),
            part_name: self.understanding.part_name.clone(),
            number: self.number,
            table: self.table.clone(),
            plan: self.understanding.plan.clone(),
            choices: Some(self.choices.clone()),
            database: None,
        }
    }
}

impl Workbench {
    /// Files that are understood and not loaded yet.
    pub fn understood_files(self) -> ReadSignal<Vec<UnderstoodFile>, LocalStorage> {
        self.files.read_only()
    }

    /// Understands files, those of archives too. A file that cannot be read is kept with its error.
    pub(super) async fn understand_all(
        self,
        task: &Task,
        files: Vec<File>,
    ) -> Result<UnderstoodFiles, Error> {
        let mut found = UnderstoodFiles::default();
        let mut waiting: Vec<_> = files.into_iter().rev().collect();
        while let Some(file) = waiting.pop() {
            match self.understand(task, &file, Choices::default()).await {
                Ok(Understood::Tables(tables)) => found.tables.push((file, tables)),
                Ok(Understood::Files(files)) => waiting.extend(files.into_iter().rev()),
                Err(error @ Error::Cancelled) => return Err(error),
                Err(error) => found.refused.push((file.name(), error)),
            }
        }
        Ok(found)
    }

    /// Shows files that were understood, and reports the others.
    pub(super) async fn show_files(
        self,
        task: &Task,
        mut found: UnderstoodFiles,
    ) -> Result<(), Error> {
        for (file, tables) in std::mem::take(&mut found.tables) {
            for understanding in tables {
                self.show_table(task, &file, understanding).await?;
            }
        }
        self.arrivals.update(|arrivals| *arrivals += 1);
        found.into_failure(task).map_or(Ok(()), Err)
    }

    /// Shows a table of a file; one of a known shape is understood as the one before.
    async fn show_table(
        self,
        task: &Task,
        file: &File,
        mut understanding: Understanding,
    ) -> Result<(), Error> {
        let mut choices = Choices::default();
        let shape = Shape::of(&understanding);
        if let Some(shape) = &shape
            && shape.choices != choices
        {
            choices = shape.choices.clone();
            let part = understanding.part_name.clone();
            if let Understood::Tables(tables) = self.understand(task, file, choices.clone()).await?
                && let Some(found) = tables.into_iter().find(|one| one.part_name == part)
            {
                understanding = found;
            }
        }
        let number = self.next_file();
        let table = match &understanding.part_name {
            Some(part) => self.free_table(part),
            None => self.free_table(stem(&file.name())),
        };
        self.files.update(|files| {
            files.push(UnderstoodFile {
                number,
                file: file.clone(),
                table,
                applied: choices.clone(),
                choices,
                known: shape.map(|shape| shape.sentence(&understanding)),
                understanding,
            });
        });
        Ok(())
    }

    /// Changes the choices for a file, and understands it again. A choice that is made while that is done
    /// is followed when it has finished.
    pub fn choose(self, number: u32, change: impl FnOnce(&mut Choices) + 'static) {
        let mut name = None;
        self.files.update(|files| {
            if let Some(file) = files.iter_mut().find(|file| file.number == number) {
                change(&mut file.choices);
                name = Some(file.name());
            }
        });
        let Some(name) = name else { return };
        self.run(Attempt::LoadFile(name), async move |task| {
            while let Some(file) = self.changed_file() {
                self.understand_again(task, file).await?;
            }
            Ok(())
        });
    }

    /// A file whose choices are not those that it was understood with.
    fn changed_file(self) -> Option<UnderstoodFile> {
        self.files.with_untracked(|files| {
            let mut files = files.iter();
            files.find(|file| file.choices != file.applied).cloned()
        })
    }

    async fn understand_again(self, task: &Task, file: UnderstoodFile) -> Result<(), Error> {
        let choices = file.choices.clone();
        let understood = self.understand(task, &file.file, choices.clone()).await;
        self.files.update(|files| {
            let Some(known) = files.iter_mut().find(|known| known.number == file.number) else {
                return;
            };
            // Choices that fail are undone.
            if understood.is_err() {
                known.choices = known.applied.clone();
                return;
            }
            known.applied = choices;
            let part = known.understanding.part_name.clone();
            if let Ok(Understood::Tables(tables)) = &understood
                && let Some(found) = tables.iter().find(|one| one.part_name == part)
            {
                known.understanding = found.clone();
            }
        });
        understood.map(drop)
    }

    /// Removes a file from those that wait to be loaded.
    pub fn remove_file(self, number: u32) {
        self.files
            .update(|files| files.retain(|file| file.number != number));
    }

    /// Loads all files that are understood, each into a table of its own.
    pub fn load_understood(self) {
        let files: Vec<_> = self
            .files
            .with_untracked(|files| files.iter().map(UnderstoodFile::staged).collect());
        if files.is_empty() {
            return;
        }
        self.stage(files);
    }

    async fn understand(
        self,
        task: &Task,
        file: &File,
        choices: Choices,
    ) -> Result<Understood, Error> {
        let start = task.unless_cancelled(start_of(file)).await??;
        if OpenedFile::is_database(&start) {
            let tables = self.understand_database(task, file, &choices).await?;
            return Ok(Understood::Tables(tables));
        }
        let mut reader = self.file_reader(task, ReaderKind::of(&start)).await?;
        let outcome = task
            .unless_cancelled(reader.understand(file, choices))
            .await?;
        self.keep_file_reader(reader);
        outcome
    }

    /// The worker that reads files: the one that is kept, or a new one.
    pub(super) async fn file_reader(
        self,
        task: &Task,
        kind: ReaderKind,
    ) -> Result<FileReader, Error> {
        let kept = self.session.try_update_value(|session| {
            let readers = &mut session.file_readers;
            let at = readers.iter().position(|reader| reader.kind() == kind)?;
            Some(readers.swap_remove(at))
        });
        match kept.flatten() {
            Some(reader) => Ok(reader),
            None => Ok(task.unless_cancelled(FileReader::start(kind)).await??),
        }
    }

    /// Keeps the worker for the next file.
    pub(super) fn keep_file_reader(self, reader: FileReader) {
        self.session
            .update_value(|session| session.file_readers.push(reader));
    }

    /// A name for a table that is called so, which no other table has.
    fn free_table(self, name: &str) -> Identifier {
        self.files.with_untracked(|files| {
            let is_taken = |name: &str| {
                name.eq_ignore_ascii_case(super::staged::QUARANTINE)
                    || files
                        .iter()
                        .any(|file| file.table.as_str().eq_ignore_ascii_case(name))
            };
            table_name(name, is_taken)
        })
    }
}

/// The name of a file without its folders and its ending.
fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.split('.').find(|part| !part.is_empty()).unwrap_or("")
}

/// A name as that of a table, with underscores for what needs quotes in SQL.
fn table_name(name: &str, is_taken: impl Fn(&str) -> bool) -> Identifier {
    let name: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect();
    let base = if name.trim_matches('_').is_empty() {
        "table".to_owned()
    } else {
        name
    };
    let mut name = base.clone();
    let mut number = 1;
    loop {
        if !is_taken(&name)
            && let Ok(identifier) = Identifier::new(name.clone())
        {
            return identifier;
        }
        number += 1;
        name = format!("{base}_{number}");
    }
}

#[cfg(test)]
mod tests {
    use super::{stem, table_name};

    #[test]
    fn tables_are_named_after_their_files() {
        let table = [
            ("sales.csv", "sales"),
            ("sales 2025-12.csv.gz", "sales_2025_12"),
            ("../../x.csv", "x"),
            ("größe.csv", "größe"),
            (".csv", "csv"),
            ("---", "table"),
            ("taken.csv", "taken_2"),
        ];
        for (file, name) in table {
            let found = table_name(stem(file), |name| name == "taken");
            assert_eq!(found.as_str(), name, "{file}");
        }
    }
}
