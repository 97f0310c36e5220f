//! Where the rows of the mart come from, and the files that the user chooses. It must not know how a
//! mart is built.

use std::sync::Arc;

use leptos::prelude::{GetUntracked as _, Update as _};
use mart::source_file::HEAD_BYTES;
use mart::{GeneratedSize, Generator, Package, SourceError, SourceFile};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;
use worker::reading::size_of;

use super::download;
use super::error::{Attempt, Error};
use super::loads::{LoadedBatch, LoadedFile};
use super::task::Task;
use super::{ReadFile, StagedFile, Workbench};

/// A mart to build, and where its rows come from.
#[derive(Debug, Clone)]
pub struct Source {
    /// The mart that is built, also after a database file was open in its place.
    pub package: Arc<Package>,
    /// Its rows.
    pub rows: Rows,
}

/// Where rows come from.
#[derive(Debug, Clone)]
pub enum Rows {
    /// They come with the mart: as rows, or as files for its sources.
    Shipped(Vec<ChosenFile>),
    /// DuckDB makes them.
    Generated(Generator, GeneratedSize),
    /// They are read from files, one for each source of the mart.
    Files(Vec<ChosenFile>),
    /// They are in database files, which are opened as they are.
    Databases(Vec<DatabaseSource>),
    /// They are in files, each of which has a table of its own.
    Staged(Vec<StagedFile>),
    /// They are in files that were loaded one load after the other, and are kept beside the star.
    Starred(Vec<LoadedBatch>),
    /// They are in files that are read row by row, one for each source of the mart.
    Read(Vec<ReadFile>),
}

/// What makes the rows of a source the same as those of another. A file that is chosen twice is two
/// sources: nobody knows whether it has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum RowsId {
    Shipped,
    Generated(u64),
    Files(Vec<u32>),
}

/// A file that was chosen, and what its header says. The bytes stay where they are until DuckDB
/// reads them.
#[derive(Debug, Clone)]
pub struct ChosenFile {
    /// The browser's handle.
    pub file: File,
    /// The columns and the dialect of the file.
    pub detected: SourceFile,
    /// The number that no other file has.
    pub number: u32,
}

/// A database file that was chosen.
#[derive(Debug, Clone)]
pub struct DatabaseSource {
    /// The browser's handle.
    pub file: File,
    /// The number that no other file has.
    pub number: u32,
}

impl Source {
    /// The mart with the rows that come with it.
    pub const fn shipped(package: Arc<Package>) -> Self {
        Self {
            package,
            rows: Rows::Shipped(Vec::new()),
        }
    }

    /// Its name on the page.
    pub fn name(&self) -> String {
        match &self.rows {
            Rows::Shipped(_) if self.package.model().sources().is_empty() => {
                "the model alone".to_owned()
            }
            Rows::Shipped(files) if files.is_empty() => "sample data".to_owned(),
            Rows::Shipped(_) => "example files".to_owned(),
            Rows::Generated(generator, size) => {
                format!("{} generated {}", size.label, generator.row.many)
            }
            Rows::Files(files) => {
                let names = files.iter().map(|file| file.detected.file_name());
                names.collect::<Vec<_>>().join(", ")
            }
            Rows::Databases(files) => database_names(files),
            Rows::Staged(files) => {
                let names = files.iter().map(StagedFile::name);
                names.collect::<Vec<_>>().join(", ")
            }
            Rows::Starred(loads) => {
                let files = loads.iter().flat_map(|load| &load.files);
                let names = files.map(LoadedFile::name);
                names.collect::<Vec<_>>().join(", ")
            }
            Rows::Read(files) => {
                let names = files.iter().map(ReadFile::name);
                names.collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// Whether it is a database file, which is opened as it is.
    pub const fn is_database(&self) -> bool {
        matches!(self.rows, Rows::Databases(_))
    }

    /// Whether it is another mart, or has other rows, than another source.
    pub(super) fn differs_from(&self, other: &Self) -> bool {
        !Arc::ptr_eq(&self.package, &other.package) || self.rows.id() != other.rows.id()
    }

    /// The same mart with other rows.
    pub(super) fn with_rows(&self, rows: Rows) -> Self {
        Self {
            package: Arc::clone(&self.package),
            rows,
        }
    }
}

impl Rows {
    fn id(&self) -> RowsId {
        match self {
            Self::Shipped(_) => RowsId::Shipped,
            Self::Generated(_, size) => RowsId::Generated(size.rows),
            Self::Files(files) => RowsId::Files(files.iter().map(|file| file.number).collect()),
            Self::Databases(files) => RowsId::Files(files.iter().map(|file| file.number).collect()),
            Self::Staged(files) => RowsId::Files(files.iter().map(|file| file.number).collect()),
            Self::Starred(loads) => {
                let files = loads.iter().flat_map(|load| &load.files);
                RowsId::Files(files.map(LoadedFile::number).collect())
            }
            Self::Read(files) => RowsId::Files(files.iter().map(|file| file.number).collect()),
        }
    }

    /// The files that were chosen; none where the rows come from elsewhere.
    pub fn files(&self) -> &[ChosenFile] {
        match self {
            Self::Files(files) | Self::Shipped(files) => files,
            Self::Generated(..)
            | Self::Databases(_)
            | Self::Staged(_)
            | Self::Starred(_)
            | Self::Read(_) => &[],
        }
    }
}

impl Workbench {
    /// Reads the start of files, and does with them what they are for: rows for the mart, a model, or
    /// a database to open. Refused while another task runs.
    pub fn load(self, files: Vec<File>) {
        let Some(first) = files.first().cloned() else {
            return;
        };
        let attempt = Attempt::LoadFile(first.name());
        if self.is_busy() {
            return self.report(&attempt, &Error::Busy);
        }
        self.run(attempt, async move |task| {
            let before = self.arrivals.get_untracked();
            self.load_files(task, files).await?;
            if self.arrivals.get_untracked() == before {
                self.loads.update(|loads| *loads += 1);
            }
            Ok(())
        });
    }

    /// Opens a document, whatever is in it, alone or with files that it names. Refused while another task
    /// runs.
    pub fn open_model(self, files: Vec<File>) {
        let Some(document) = files.iter().find(|file| is_document(file)) else {
            return self.load(files);
        };
        let attempt = Attempt::LoadFile(document.name());
        if self.is_busy() {
            return self.report(&attempt, &Error::Busy);
        }
        self.run(attempt, async move |task| {
            self.open_document(task, files).await?;
            self.loads.update(|loads| *loads += 1);
            Ok(())
        });
    }

    /// Loads a table that was pasted as text. Refused while another task runs.
    pub fn load_pasted(self, text: &str) {
        if let Ok(file) = download::text_file(text, "pasted.tsv") {
            self.load(vec![file]);
        }
    }

    /// Does with files what they are for: databases are opened, or their tables loaded with the other files, a
    /// document opened with its files, rows loaded.
    async fn load_files(self, task: &Task, files: Vec<File>) -> Result<(), Error> {
        let (databases, others) = sorted_out(task, files).await?;
        if !databases.is_empty() {
            if !others.is_empty() {
                let files = databases.into_iter().chain(others).collect();
                let understood = self.understand_all(task, files).await?;
                return self.show_files(task, understood).await;
            }
            task.continue_as(Attempt::OpenFile(names(&databases)));
            return self.open(task, self.database_sources(databases)).await;
        }
        for file in &others {
            if is_document(file) && task.unless_cancelled(looks_like_document(file)).await?? {
                return self.open_document(task, others).await;
            }
        }
        // The files of a load are shown before they are added to those that are there.
        if untracked_source(self).package.model().keeps_batches() {
            return self.load_others(task, others, None).await;
        }
        match self.chosen_files(task, others.clone()).await {
            Ok(source) => {
                task.continue_as(Attempt::Build(source.name()));
                match self.build(task, source).await {
                    // Rows that do not fit are set aside, and the others are loaded.
                    Err(Error::Source(error)) => self.load_others(task, others, Some(error)).await,
                    outcome => outcome,
                }
            }
            Err(Error::Source(error)) => self.load_others(task, others, Some(error)).await,
            Err(Error::NoSource | Error::MissingFiles(_)) => {
                self.load_others(task, others, None).await
            }
            Err(error) => Err(error),
        }
    }

    /// Loads files that are not in the plain format of the mart's sources: as their rows, if they have
    /// their columns; else each gets a table of its own, when the user has looked at it.
    async fn load_others(
        self,
        task: &Task,
        files: Vec<File>,
        error: Option<SourceError>,
    ) -> Result<(), Error> {
        let package = untracked_source(self).package;
        let mut understood = self.understand_all(task, files).await?;
        if package.model().keeps_batches() {
            self.offer_load(task, &package, &mut understood).await?;
            if understood.is_empty() {
                return Ok(());
            }
            return self.show_files(task, understood).await;
        }
        // Of a file that is no text, the reader knows more than that.
        let error = error.filter(|error| !matches!(error, SourceError::NotCsv { .. }));
        if let Some(error) = error.as_ref().filter(|_| understood.tables.is_empty()) {
            return Err(error.clone().into());
        }
        let Some(read) = self.read_files(&package, &understood.tables) else {
            self.show_files(task, understood).await?;
            return match error {
                Some(error) if was_meant_for(&package, &error) => Err(error.into()),
                _ => Ok(()),
            };
        };
        let rows = Rows::Read(read);
        let source = Source { package, rows };
        task.continue_as(Attempt::Build(source.name()));
        match (self.build(task, source).await, error) {
            // What is wrong with the file as a whole says more than its first row.
            (Err(Error::NoneLoaded { .. }), Some(error)) => Err(error.into()),
            (outcome, _) => outcome,
        }
    }

    /// Database files as a source.
    pub(super) fn database_sources(self, files: Vec<File>) -> Vec<DatabaseSource> {
        let files = files.into_iter().map(|file| DatabaseSource {
            file,
            number: self.next_file(),
        });
        files.collect()
    }

    /// Files as rows for the mart that is built. Its other sources keep the files that they have.
    async fn chosen_files(self, task: &Task, files: Vec<File>) -> Result<Source, Error> {
        let source = untracked_source(self);
        let mut chosen = source.rows.files().to_vec();
        for file in files {
            let head = task.unless_cancelled(head_of(&file)).await??;
            let found = self.detect(&source.package, file, &head)?;
            chosen.retain(|known| known.detected.source() != found.detected.source());
            chosen.push(found);
        }
        Self::complete(&source.package, chosen)
    }

    /// The source of the mart that a file is for: the first whose columns its header has.
    pub(super) fn detect(
        self,
        package: &Package,
        file: File,
        head: &[u8],
    ) -> Result<ChosenFile, Error> {
        let mut failure = None;
        for source in package.model().sources() {
            match self.detect_as(source, file.clone(), head) {
                Ok(found) => return Ok(found),
                // Of a mart with one source, this is what is wrong with the file.
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        Err(failure.unwrap_or(Error::NoSource))
    }

    /// A file as the file of a source.
    pub(super) fn detect_as(
        self,
        source: &mart::Source,
        file: File,
        head: &[u8],
    ) -> Result<ChosenFile, Error> {
        let number = self.next_file();
        let detected = SourceFile::detect(source, &file.name(), head, size_of(&file), number)?;
        Ok(ChosenFile {
            file,
            detected,
            number,
        })
    }

    /// Files as a source, if every source of the mart has one.
    pub(super) fn complete(
        package: &Arc<Package>,
        chosen: Vec<ChosenFile>,
    ) -> Result<Source, Error> {
        let is_chosen =
            |source: &&mart::Source| !chosen.iter().any(|file| file.detected.source() == *source);
        let sources = package.model().sources().iter();
        let missing: Vec<_> = sources
            .filter(is_chosen)
            .map(|source| source.label.clone())
            .collect();
        if missing.is_empty() {
            Ok(Source {
                package: Arc::clone(package),
                rows: Rows::Files(chosen),
            })
        } else {
            Err(Error::MissingFiles(missing))
        }
    }
}

/// Whether a file has most of the columns of a source: then it was meant for the mart.
fn was_meant_for(package: &Package, error: &SourceError) -> bool {
    let SourceError::MissingColumns { missing, .. } = error else {
        return false;
    };
    package.model().sources().iter().any(|source| {
        let required = source.fields.iter().filter(|field| field.required);
        missing.len() * 2 <= required.count()
    })
}

/// The source that is in use.
pub(super) fn untracked_source(workbench: Workbench) -> Source {
    workbench.source.get_untracked()
}

/// The database files among these, known by their bytes, and the others.
async fn sorted_out(
    task: &super::task::Task,
    files: Vec<File>,
) -> Result<(Vec<File>, Vec<File>), Error> {
    let (mut databases, mut others) = (Vec::new(), Vec::new());
    for file in files {
        let head = task.unless_cancelled(head_of(&file)).await??;
        if mart::OpenedFile::is_database(&head) {
            databases.push(file);
        } else {
            others.push(file);
        }
    }
    Ok((databases, others))
}

/// The names of files, in a sentence.
fn names(files: &[File]) -> String {
    files.iter().map(File::name).collect::<Vec<_>>().join(", ")
}

/// The names of database files, in a sentence.
pub(super) fn database_names(files: &[DatabaseSource]) -> String {
    let names = files.iter().map(|source| source.file.name());
    names.collect::<Vec<_>>().join(", ")
}

/// Whether a file is called as a document of a mart is.
pub(super) fn is_document(file: &File) -> bool {
    file.name().to_lowercase().ends_with(".json")
}

/// Whether a file of JSON is the document of a mart, by its name or its content. Others are rows.
async fn looks_like_document(file: &File) -> Result<bool, Error> {
    if file.name().to_lowercase().ends_with(".mart.json") {
        return Ok(true);
    }
    let head = head_of(file).await?;
    let key = b"\"datasets\"";
    Ok(head.windows(key.len()).any(|part| part == key))
}

/// The first bytes of a file.
pub(super) async fn head_of(file: &File) -> Result<Vec<u8>, Error> {
    #[expect(clippy::cast_precision_loss, reason = "64 KB")]
    let head = file.slice_with_f64_and_f64(0.0, HEAD_BYTES as f64);
    let head = head.map_err(|_| Error::FileChanged(file.name()))?;
    let bytes = JsFuture::from(head.array_buffer()).await;
    let bytes = bytes.map_err(|_| Error::FileChanged(file.name()))?;
    Ok(js_sys::Uint8Array::new(&bytes).to_vec())
}

/// Fails if a file is not as it was when it was chosen: the browser then refuses to read it.
pub(super) async fn check_readable(file: &File) -> Result<(), Error> {
    head_of(file).await.map(drop)
}

/// The whole text of a file.
pub(super) async fn text_of(file: &File) -> Result<String, Error> {
    let text = JsFuture::from(file.text()).await;
    let text = text.map_err(|_| Error::FileChanged(file.name()))?;
    text.as_string()
        .ok_or_else(|| Error::FileChanged(file.name()))
}
