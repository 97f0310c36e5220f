//! The document of the mart: opened in place of the one that is shown, and saved. A document that is
//! opened keeps the rows of the mart before where it has the same sources. It must not know what a
//! mart is about.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use mart::{Document, Filter, MOST_BYTES, Package, Plan};
use web_sys::File;
use worker::reading::size_of;

use super::error::{Attempt, Error};
use super::shapes::Shape;
use super::source::{ChosenFile, Rows, head_of, is_document, text_of, untracked_source};
use super::task::Task;
use super::{Source, Workbench, dashboard, download, examples};
use crate::format;
use crate::marks::{self, DOCUMENT_COMPILED, DOCUMENT_READ};

impl Workbench {
    /// The name of the mart's document as a file.
    pub fn document_name(self) -> String {
        format!("{}.mart.json", self.file_stem())
    }

    /// The name of the mart's documentation as a file.
    pub fn documentation_name(self) -> String {
        format!("{}.md", self.file_stem())
    }

    /// Saves the document of the mart. Does nothing while another task runs.
    pub fn download_document(self) {
        let text = self
            .package
            .with_untracked(|package| package.document().write());
        let name = untrack(|| self.document_name());
        self.save_text(name, text, "application/json");
    }

    /// Saves the documentation of the mart. Does nothing while another task runs.
    pub fn download_documentation(self) {
        let text = untrack(|| self.with_model(mart::Model::documentation));
        let name = untrack(|| self.documentation_name());
        self.save_text(name, text, "text/markdown");
    }

    fn save_text(self, name: String, text: String, media_type: &'static str) {
        self.run(Attempt::Export(name.clone()), async move |_| {
            let blob = download::text_blob(&text, media_type)?;
            download::save(&blob, &name)
        });
    }

    /// Opens the document among these files; the others are files that it names.
    pub(super) async fn open_document(self, task: &Task, files: Vec<File>) -> Result<(), Error> {
        let (documents, others): (Vec<_>, Vec<_>) = files.into_iter().partition(is_document);
        let [file] = documents.as_slice() else {
            return Err(Error::NotOneDocument(documents.len()));
        };
        task.continue_as(Attempt::OpenModel(file.name()));
        if size_of(file) > MOST_BYTES as u64 {
            return Err(Error::DocumentTooLarge(size_of(file)));
        }
        let text = task.unless_cancelled(text_of(file)).await??;
        marks::mark(DOCUMENT_READ);
        let document = Document::read(&text)?;
        Shape::adopt(&document.shapes);
        let files = self.files_of(task, &document, &others).await?;
        let package = Arc::new(Package::new(document, files)?);
        compile(&package);
        marks::measure(DOCUMENT_COMPILED, DOCUMENT_READ);
        if package.model().keeps_batches() {
            return self.open_star(task, package, others).await;
        }
        let source = self.keep_rows(task, package, others).await?;
        self.build(task, source).await
    }

    /// The files that a document names: those that were chosen with it, those of the mart that is
    /// shown, or those that come with the page for a mart of that name.
    async fn files_of(
        self,
        task: &Task,
        document: &Document,
        chosen: &[File],
    ) -> Result<BTreeMap<String, String>, Error> {
        let built = untracked_source(self).package;
        let shipped = mart::shipped::built_in();
        let is_example = self.is_example(task, &document.name).await?;
        let mut files = BTreeMap::new();
        for path in document.paths() {
            let name = path.rsplit('/').next().unwrap_or(path);
            // Statements come with the page alone: of a document's own SQL, only the queries of its checks are run.
            let is_statements = document.is_statements(path);
            let mut chosen = chosen.iter();
            let chosen = chosen.find(|file| file.name() == name && !is_statements);
            let text = if let Some(file) = chosen {
                Some(task.unless_cancelled(text_of(file)).await??)
            } else if let Some(text) = built.file(path).or_else(|| shipped.file(path)) {
                Some(text.to_owned())
            } else if is_example {
                let fetching = examples::fetch(&document.name, path);
                task.unless_cancelled(fetching).await?.ok()
            } else {
                None
            };
            // What is missing is reported by what needs it.
            files.extend(text.map(|text| (path.to_owned(), text)));
        }
        Ok(files)
    }

    /// The rows for a mart whose document was opened: from the files that were chosen with it; or
    /// those of the mart before, where its sources are the same; or the ones that come with it.
    async fn keep_rows(
        self,
        task: &Task,
        package: Arc<Package>,
        chosen: Vec<File>,
    ) -> Result<Source, Error> {
        let before = untracked_source(self);
        let names = package.document().paths().join("\n");
        let own = chosen
            .into_iter()
            .filter(|file| !names.contains(&file.name()));
        let mut files = Vec::new();
        for file in own {
            let head = task.unless_cancelled(head_of(&file)).await??;
            files.push(self.detect(&package, file, &head)?);
        }
        if !files.is_empty() {
            return Self::complete(&package, files);
        }
        let has_same_sources = package.model().sources() == before.package.model().sources();
        let rows = match before.rows {
            Rows::Files(files) if has_same_sources => Rows::Files(files),
            Rows::Generated(generator, size)
                if package.model().generators().contains(&generator) =>
            {
                Rows::Generated(generator, size)
            }
            _ => Rows::Shipped(Vec::new()),
        };
        Ok(Source { package, rows })
    }

    /// A source whose rows come with the mart as files: the files, as if they had been chosen.
    pub(super) async fn with_shipped_files(
        self,
        task: &Task,
        source: Source,
    ) -> Result<Source, Error> {
        let package = &source.package;
        let needs_files = matches!(&source.rows, Rows::Shipped(files) if files.is_empty());
        if !needs_files || package.has_rows() {
            return Ok(source);
        }
        let mut files = Vec::<ChosenFile>::new();
        for one in package.model().sources() {
            let Some(path) = &one.path else {
                return Err(Error::MissingFiles(vec![one.label.clone()]));
            };
            let Some(text) = package.file(path) else {
                return Err(Error::MissingFiles(vec![path.clone()]));
            };
            let file = download::text_file(text, path)?;
            let head = task.unless_cancelled(head_of(&file)).await??;
            let detected = self.detect_as(one, file, &head)?;
            files.push(detected);
        }
        Ok(source.with_rows(Rows::Shipped(files)))
    }

    /// Shows another mart: its answers are asked when it is published.
    pub(super) fn change_model(self, package: Arc<Package>) {
        format::show_formats(package.model());
        self.answers.set(dashboard::displayed(package.model()));
        self.dashboard.start_over(package.model());
        self.package
            .with_untracked(|before| self.sql.change_model(before.model(), package.model()));
        self.package.set(package);
        self.follow_pending_link();
    }
}

/// Compiles all that a build and the dashboard need, to measure it.
fn compile(package: &Package) {
    let model = package.model();
    let loaded: Vec<_> = (0..model.sources().len()).map(|at| (at, 1)).collect();
    let plans = [Plan::shipped(package), Plan::load(model, &loaded)];
    let questions = model.questions().iter();
    let sql: Vec<_> = questions
        .map(|question| question.query(&Filter::default()).sql(model))
        .collect();
    std::hint::black_box((plans, sql, mart::checks(model, &[])));
}

/// The document and the files of a mart, fetched from beside the page.
pub(super) async fn fetch_package(task: &Task, name: &str) -> Result<Package, Error> {
    let file_name = format!("{name}.mart.json");
    let text = task
        .unless_cancelled(examples::fetch(name, &file_name))
        .await??;
    let document = Document::read(&text)?;
    let mut files = BTreeMap::new();
    for path in document.paths() {
        let text = task.unless_cancelled(examples::fetch(name, path)).await??;
        files.insert(path.to_owned(), text);
    }
    Ok(Package::new(document, files)?)
}
