//! Exports: a table or an answer in a format, or all of them in one zip. Rows go from DuckDB's worker to
//! the encoder's as they are; the page only passes them on.

mod quality;
mod script;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use ::export::transport::Target;
use ::export::{self as encode, Format, file_stem};
use duckdb_wasm::Connection;
use js_sys::JsString;
use leptos::prelude::*;
use mart::{Filter, Origin as MartOrigin, Question, catalog};
use web_sys::{Blob, FileSystemFileHandle};
use worker::{Container, Content, Request};

use super::disk::{self, Picked};
use super::encoder::EncoderWorker;
use super::error::{Attempt, Error};
use super::left_out::{self, LeftOut};
use super::task::Task;
use super::transport::with_transport_casts;
use super::{Source, Workbench, download};
use crate::format;
use crate::marks::{self, EXPORT_DONE, now};

/// Up to this number of rows a download is made in memory and saved where the browser saves all files;
/// for a larger one the user picks a file on disk, which is written while it is made.
const ROWS_IN_MEMORY: u64 = 500_000;
/// How often the progress of an export is shown, in milliseconds.
const INTERVAL: f64 = 100.0;

/// Something that can be exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name on the page: `dim_customer`, `Revenue by customer`.
    pub name: String,
    /// The name of its files, without an ending.
    pub stem: String,
    /// The query for its rows.
    pub(super) sql: String,
    origin: Origin,
}

/// Where the rows of an item are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// In a table of the mart, whose rows are counted.
    Table,
    /// In the result of a query on the mart.
    Query,
    /// The same on the connection of the SQL page, which alone has its temporary tables.
    PageSql,
    /// In rows that the SQL page keeps.
    Kept,
}

impl Item {
    /// The rows of a query.
    pub(super) fn new(name: &str, stem: String, sql: &str) -> Self {
        Self {
            name: name.to_owned(),
            stem,
            sql: sql.to_owned(),
            origin: Origin::Query,
        }
    }

    /// The same item, with its rows elsewhere.
    pub(super) const fn of(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }
}

/// Names for files that differ on every file system, in case and in the form of accents too. The
/// browser compares them: it has the tables for all scripts.
pub(super) fn file_stems<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    encode::file_stems(names, |name| {
        JsString::from(name).normalize("NFC").to_lower_case().into()
    })
}

/// An export.
struct Job {
    items: Vec<Item>,
    /// The item that is being written.
    at: Cell<usize>,
    /// Rows of all items whose rows are counted.
    all_rows: u64,
    content: Content,
    container: Container,
    /// Whether it is a zip of a database file.
    can_leave_out: bool,
    /// What is left out of a zip, because it cannot be read.
    left_out: RefCell<Vec<LeftOut>>,
}

impl Job {
    /// Leaves the current item out, if DuckDB cannot read it and the export is a zip of a database that
    /// was not built here: of a mart, a zip has everything, or is not saved.
    fn leave_out(&self, error: Error) -> Result<(), Error> {
        if !self.can_leave_out || !matches!(self.content, Content::Rows(..)) {
            return Err(error);
        }
        let reason = error.statement_reason()?;
        if let Some(item) = self.items.get(self.at.get()) {
            self.left_out.borrow_mut().push(LeftOut {
                at: self.at.get(),
                item: item.name.clone(),
                reason,
            });
        }
        Ok(())
    }

    fn is_left_out(&self, at: usize) -> bool {
        let left_out = self.left_out.borrow();
        left_out.iter().any(|one| one.at == at)
    }

    /// The media type and the extension of the file.
    fn kind(&self) -> (&'static str, &'static str) {
        match (self.container, &self.content) {
            (Container::Zip, _) => ("application/zip", "zip"),
            (Container::File, Content::Rows(format, options)) => {
                (options.media_type(*format), options.extension(*format))
            }
            (Container::File, Content::Script(_)) => ("application/sql", "sql"),
        }
    }
}

impl Workbench {
    /// The tables and views, each after the tables it refers to: of facts the rows within the filter,
    /// unless all are exported.
    pub fn exportable_tables(self) -> Vec<Item> {
        self.tables_within(&self.export_filter())
    }

    /// The filter of exports.
    fn export_filter(self) -> Filter {
        if self.exports_filtered.get() {
            self.dashboard.filter().get()
        } else {
            Filter::default()
        }
    }

    fn tables_within(self, filter: &Filter) -> Vec<Item> {
        self.with_model(|model| {
            let titles: Vec<_> = model.tables().iter().map(mart::Table::title).collect();
            let stems = file_stems(titles.iter().map(String::as_str));
            let items = model.tables().iter().zip(titles.iter().zip(stems));
            let items = items.enumerate().map(|(at, (table, (title, stem)))| {
                match filter.rows(model, at) {
                    Some(rows) => Item::new(title, stem, &rows),
                    None => Item::new(title, stem, &catalog::rows(table)).of(Origin::Table),
                }
            });
            items.collect()
        })
    }

    /// The answers, in the order of the page.
    pub fn exportable_answers(self) -> Vec<Item> {
        let questions = self.with_model(|model| model.questions().to_vec());
        questions
            .iter()
            .map(|question| self.exportable_answer(question))
            .collect()
    }

    /// An answer of the facts within the whole filter, unless all are exported: so the answers and the
    /// tables of a zip have the same sums.
    pub fn exportable_answer(self, question: &Question) -> Item {
        let mut query = question.query(&Filter::default());
        query.filter = self.export_filter();
        let sql = self.with_model(|model| query.sql(model));
        Item::new(
            question.label(),
            file_stem(question.name()),
            &sql.unwrap_or_default(),
        )
    }

    /// Saves one item. Does nothing while another task runs.
    pub fn download(self, item: Item, format: Format) {
        let file_name = self
            .export_options
            .with_untracked(|options| options.file_name(format, &item.stem));
        self.export(vec![item], format, Container::File, file_name);
    }

    /// Saves everything in one zip. Does nothing while another task runs.
    pub fn download_all(self, format: Format) {
        let mut items = untrack(|| self.exportable_tables());
        items.extend(untrack(|| self.exportable_answers()));
        items.extend(untrack(|| self.exportable_saved()));
        let is_filtered = untrack(|| !self.export_filter().is_empty());
        // A table, an answer and a saved query may have the same name.
        let stems = file_stems(items.iter().map(|item| item.stem.as_str()));
        for (item, stem) in items.iter_mut().zip(stems) {
            item.stem = stem;
        }
        let mart = self.file_stem();
        let part = if is_filtered { "-filtered" } else { "" };
        let file_name = format!("{mart}-{}{part}.zip", format.extension());
        self.export(items, format, Container::Zip, file_name);
    }

    /// The name of the mart as a script; `None` for a mart that cannot be written as one.
    pub fn script_name(self) -> Option<String> {
        let can_create = self.with_model(|model| model.origin() == MartOrigin::Built);
        can_create.then(|| format!("{}.sql", self.file_stem()))
    }

    /// The stem of the files that are named after the mart.
    pub(super) fn file_stem(self) -> String {
        self.with_model(|model| file_stem(model.name().as_str()))
    }

    /// Saves the mart as a script of SQL. Does nothing while another task runs.
    pub fn download_script(self) {
        if let Some(file_name) = untrack(|| self.script_name()) {
            let items = untrack(|| self.tables_within(&Filter::default()));
            let script = untrack(|| self.with_model(script::script_of));
            self.save(items, Content::Script(script), Container::File, file_name);
        }
    }

    fn export(self, items: Vec<Item>, format: Format, container: Container, file_name: String) {
        let options = self.export_options.get_untracked();
        self.save(items, Content::Rows(format, options), container, file_name);
    }

    fn save(self, items: Vec<Item>, content: Content, container: Container, file_name: String) {
        self.run(Attempt::Export(file_name.clone()), async move |task| {
            if let Content::Rows(format, options) = &content {
                options.check(*format)?;
            }
            let job = Job {
                all_rows: items.iter().filter_map(|item| self.rows_of(item)).sum(),
                items,
                at: Cell::new(0),
                content,
                container,
                can_leave_out: container == Container::Zip
                    && self.source.with_untracked(Source::is_database),
                left_out: RefCell::default(),
            };
            let outcome = self.save_job(task, &job, &file_name).await;
            if outcome.is_ok() {
                self.say_left_out(&file_name, &job.left_out.borrow());
            }
            outcome.map_err(|error| match job.items.get(job.at.get()) {
                Some(item) if job.items.len() > 1 => Error::Item {
                    item: item.name.clone(),
                    cause: Box::new(error),
                },
                _ => error,
            })
        });
    }

    /// Rows of an item, where they are counted: those of a table.
    fn rows_of(self, item: &Item) -> Option<u64> {
        let counted = self
            .row_counts
            .with_untracked(|counts| counts.get(&item.name).copied());
        counted.filter(|_| item.origin == Origin::Table)
    }

    /// Writes a small download into memory and a large one to disk, where the browser can.
    async fn save_job(self, task: &Task, job: &Job, file_name: &str) -> Result<(), Error> {
        let mut file = None;
        if job.all_rows > ROWS_IN_MEMORY {
            let (media_type, extension) = job.kind();
            match disk::pick(file_name, media_type, extension).await {
                Picked::File(picked) => file = Some(picked),
                Picked::Unasked => {}
                Picked::Nothing => return Err(Error::Cancelled),
            }
        }
        let encoded = loop {
            let encoding = self.encode(task, job, file.clone());
            match task.unless_cancelled(encoding).await.flatten() {
                // A table that is damaged in the middle: the zip is begun again without it.
                Err(error) if error.statement_message().is_some() => {
                    if let Err(error) = job.leave_out(error) {
                        break Err(error);
                    }
                }
                encoded => break encoded,
            }
        };
        match encoded {
            Ok(blob) => {
                if let Some(blob) = blob {
                    download::save(&blob, file_name)?;
                }
                marks::mark(EXPORT_DONE);
                Ok(())
            }
            Err(error) => {
                if let Some(file) = file {
                    // The browser may hold it for a while.
                    task.progress().show_detail("removing the file");
                    disk::remove(file).await;
                }
                Err(error)
            }
        }
    }

    fn say_left_out(self, file_name: &str, left_out: &[LeftOut]) {
        if let Some(alert) = left_out::alert(file_name, left_out) {
            self.alert.set(Some(alert));
        }
        self.unreadable.update(|unreadable| {
            for LeftOut { item, reason, .. } in left_out {
                unreadable.insert(item.clone(), reason.clone());
            }
        });
    }

    /// The encoder is dropped, which terminates its worker, on failure or cancellation.
    async fn encode(
        self,
        task: &Task,
        job: &Job,
        file: Option<FileSystemFileHandle>,
    ) -> Result<Option<Blob>, Error> {
        // What is of the page SQL is exported alone.
        let connection = match job.items.first().map(|item| item.origin) {
            Some(Origin::PageSql) => self.free_sql_connection().await?,
            Some(Origin::Kept) => self.kept_connection().await?,
            _ => Rc::new(self.connect_for_queries().await?),
        };
        let mut encoder = match self.kept_encoder() {
            Some(encoder) => encoder,
            None => EncoderWorker::start().await?,
        };
        let passing = async {
            pass_all_on(task, &connection, job, file, &mut encoder).await?;
            if job.container == Container::Zip {
                // After the tables, so that a table that cannot be read is reported first.
                let report = self.quality_report(task).await?;
                quality::pass_on(&connection, &report, &mut encoder).await?;
            }
            Ok::<_, Error>(())
        };
        task.statement(&connection, passing).await?;
        let blob = encoder.finish().await?;
        self.session
            .update_value(|session| session.encoder = Some(encoder));
        Ok(blob)
    }

    /// The encoder of the previous export, unless it has failed since.
    fn kept_encoder(self) -> Option<EncoderWorker> {
        let kept = self
            .session
            .try_update_value(|session| session.encoder.take());
        let mut kept = kept.flatten()?;
        kept.is_idle().then_some(kept)
    }
}

async fn pass_all_on(
    task: &Task,
    connection: &Connection,
    job: &Job,
    file: Option<FileSystemFileHandle>,
    encoder: &mut EncoderWorker,
) -> Result<(), Error> {
    encoder.send(&Request::Open {
        container: job.container,
        file,
    })?;
    let is_script = matches!(job.content, Content::Script(_));
    if is_script {
        encoder.send(&Request::Begin {
            content: job.content.clone(),
            path: String::new(),
        })?;
    }
    for (at, item) in job.items.iter().enumerate() {
        job.at.set(at);
        if job.is_left_out(at) {
            continue;
        }
        show_progress(task, job, item, encoder);
        let (target, begin) = match &job.content {
            Content::Rows(format, options) => {
                let begin = Request::Begin {
                    content: job.content.clone(),
                    path: options.path_in_zip(*format, &item.stem),
                };
                (Target::from(*format), begin)
            }
            Content::Script(_) => {
                let name = item.name.clone();
                (Target::Text, Request::Table { name })
            }
        };
        // What cannot be bound is known before anything of it is written.
        let sql = match with_transport_casts(connection, &item.sql, target).await {
            Ok(sql) => sql,
            Err(error) => {
                job.leave_out(error)?;
                continue;
            }
        };
        encoder.send(&begin)?;
        pass_on(connection, &sql, encoder, |encoder| {
            show_progress(task, job, item, encoder);
        })
        .await?;
        if !is_script {
            encoder.send(&Request::End)?;
        }
    }
    if is_script {
        encoder.send(&Request::End)?;
    }
    let left_out = job.left_out.borrow();
    if !left_out.is_empty() {
        encoder.send(&Request::Text {
            path: left_out::PATH.to_owned(),
            text: left_out::text(&left_out),
        })?;
    }
    Ok(())
}

async fn pass_on(
    connection: &Connection,
    sql: &str,
    encoder: &mut EncoderWorker,
    show: impl Fn(&EncoderWorker),
) -> Result<(), Error> {
    let mut shown_at = now();
    let mut pieces = connection.stream_bytes(sql).await?;
    while let Some(piece) = pieces.next().await? {
        encoder.send_piece(piece).await?;
        if now() - shown_at > INTERVAL {
            shown_at = now();
            show(encoder);
        }
    }
    Ok(())
}

fn show_progress(task: &Task, job: &Job, item: &Item, encoder: &EncoderWorker) {
    let progress = encoder.progress();
    // A single file is named by the title.
    let name = Some(item.name.clone()).filter(|_| job.items.len() > 1);
    let written = (progress.rows > 0).then(|| {
        let rows = format::count(progress.rows);
        format!("{rows} rows, {}", format::megabytes(progress.bytes))
    });
    let parts: Vec<_> = name.into_iter().chain(written).collect();
    let (done, of) = match job.all_rows {
        0 => (job.at.get() as u64, job.items.len() as u64),
        all => (progress.rows.min(all), all),
    };
    task.progress().show(&parts.join(", "), done, of);
}
