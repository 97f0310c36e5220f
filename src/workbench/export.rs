//! Files to take away: a table or an answer in a format, or all of them in one zip. Rows go from
//! DuckDB's worker to the encoder's as they are; the page only hands them on.

use std::cell::Cell;

use duckdb_wasm::{Connection, Error};
use encoder::{Container, Content, Request};
use js_sys::JsString;
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::encode::transport::Target;
use mart::encode::{self, Format, ScriptEncoder, file_stem};
use mart::{Answer, inspect};
use web_sys::{Blob, FileSystemFileHandle};

use super::ask::travelling;
use super::disk::{self, Picked};
use super::encoder::EncoderWorker;
use super::log::now;
use super::{Alert, Stopped, Workbench, download, unless};
use crate::format;
use crate::marks::{self, EXPORT_DONE};

/// Up to so many rows a download is made in memory and saved where the browser saves all;
/// a larger one asks for a file on disk and is written there while it is made.
const ROWS_IN_MEMORY: u64 = 500_000;
/// How often the progress of an export is shown.
const MILLISECONDS_UNSEEN: f64 = 100.0;

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
    /// In a table of the mart, so that they are counted.
    Table,
    /// In what a query finds in the mart.
    Query,
    /// The same on the connection of the page SQL, which alone knows its temporary tables.
    PageSql,
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

    /// The same rows, from elsewhere.
    pub(super) const fn of(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }
}

/// Names for files, no two of which are one to any system: whatever their case, and however their
/// accents are written. Only the browser knows all letters.
pub(super) fn file_stems<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    encode::file_stems(names, |name| {
        JsString::from(name).normalize("NFC").to_lower_case().into()
    })
}

/// What is to be saved, and how.
struct Job {
    items: Vec<Item>,
    /// Which of them is being written.
    at: Cell<usize>,
    /// Rows of all items of which it is known.
    all_rows: u64,
    content: Content,
    container: Container,
}

impl Job {
    /// The media type and the ending of the file.
    fn kind(&self) -> (&'static str, &'static str) {
        match (self.container, &self.content) {
            (Container::Zip, _) => ("application/zip", "zip"),
            (Container::File, Content::Rows(format, options)) => {
                (options.media_type(*format), options.extension(*format))
            }
            (Container::File, Content::Script) => ("application/sql", "sql"),
        }
    }
}

/// Why an export has failed.
pub(super) enum Failure {
    Engine(Error),
    Encoder(String),
    /// What was chosen for the file cannot be.
    Options(mart::Error),
}

impl From<Error> for Failure {
    fn from(cause: Error) -> Self {
        Self::Engine(cause)
    }
}

impl From<String> for Failure {
    fn from(reason: String) -> Self {
        Self::Encoder(reason)
    }
}

impl Workbench {
    /// The tables and views, each after the tables it refers to.
    pub fn exportable_tables(self) -> Vec<Item> {
        self.mart.with(|mart| {
            let titles: Vec<_> = mart.tables.iter().map(mart::Table::title).collect();
            let stems = file_stems(titles.iter().map(String::as_str));
            let items = mart.tables.iter().zip(titles.iter().zip(stems));
            let items = items.map(|(table, (title, stem))| {
                Item::new(title, stem, &inspect::rows(table)).of(Origin::Table)
            });
            items.collect()
        })
    }

    /// The answers, in the order of the page.
    pub fn exportable_answers(self) -> Vec<Item> {
        self.mart.with(|mart| {
            let answers = mart.answers.iter();
            answers
                .map(|answer| self.exportable_answer(answer))
                .collect()
        })
    }

    /// An answer, of the sales that count.
    pub fn exportable_answer(self, answer: &Answer) -> Item {
        Item::new(
            answer.name,
            answer.slug.to_owned(),
            &self.answer_sql(answer),
        )
    }

    /// Saves one item. Does nothing while something else goes on.
    pub fn download(self, item: Item, format: Format) {
        let file_name = self
            .export_options
            .with_untracked(|options| options.file_name(format, &item.stem));
        self.export(vec![item], format, Container::File, file_name);
    }

    /// Saves everything in one zip. Does nothing while something else goes on.
    pub fn download_all(self, format: Format) {
        let mut items = self.exportable_tables();
        items.extend(self.exportable_answers());
        items.extend(self.exportable_saved());
        // A table, an answer and a query may have one name.
        let stems = file_stems(items.iter().map(|item| item.stem.as_str()));
        for (item, stem) in items.iter_mut().zip(stems) {
            item.stem = stem;
        }
        let mart = self.file_stem();
        let file_name = format!("{mart}-{}.zip", format.extension());
        self.export(items, format, Container::Zip, file_name);
    }

    /// The name of the mart as a script; `None` for a mart that cannot be written as one.
    pub fn script_name(self) -> Option<String> {
        let can_write = self.mart.with(ScriptEncoder::<Vec<u8>>::can_write);
        can_write.then(|| format!("{}.sql", self.file_stem()))
    }

    /// The name of the mart, as files are named after it.
    pub(super) fn file_stem(self) -> String {
        self.mart.with(|mart| file_stem(mart.name.as_str()))
    }

    /// Saves the mart as a script of SQL. Does nothing while something else goes on.
    pub fn download_script(self) {
        if let Some(file_name) = untrack(|| self.script_name())
            && !untrack(|| self.is_busy())
        {
            let items = untrack(|| self.exportable_tables());
            self.run(items, Content::Script, Container::File, file_name);
        }
    }

    fn export(self, items: Vec<Item>, format: Format, container: Container, file_name: String) {
        if self.is_busy() {
            return;
        }
        let options = self.export_options.get_untracked();
        if let Err(cause) = options.check(format) {
            return self.report_export(&file_name, "", Failure::Options(cause));
        }
        self.run(items, Content::Rows(format, options), container, file_name);
    }

    fn run(self, items: Vec<Item>, content: Content, container: Container, file_name: String) {
        let stopped = self.begin_stoppable(&format!("Exporting {file_name}"), "");
        spawn_local(async move {
            let job = Job {
                all_rows: items.iter().filter_map(|item| self.rows_of(item)).sum(),
                items,
                at: Cell::new(0),
                content,
                container,
            };
            let outcome = self.save(&job, &file_name, stopped).await;
            self.release();
            if let Err(failure) = outcome {
                let item = job.items.get(job.at.get()).filter(|_| job.items.len() > 1);
                let place = item.map_or_else(String::new, |item| format!("At {}: ", item.name));
                self.report_export(&file_name, &place, failure);
            }
        });
    }

    /// Rows of an item, where they are known: those of a table.
    fn rows_of(self, item: &Item) -> Option<u64> {
        let counted = self
            .row_counts
            .with_untracked(|counts| counts.get(&item.name).copied());
        counted.filter(|_| item.origin == Origin::Table)
    }

    /// Writes a small download into memory and a large one to disk, where the browser can.
    async fn save(self, job: &Job, file_name: &str, mut stopped: Stopped) -> Result<(), Failure> {
        let mut file = None;
        if job.all_rows > ROWS_IN_MEMORY {
            let (media_type, extension) = job.kind();
            match disk::pick(file_name, media_type, extension).await {
                Picked::File(picked) => file = Some(picked),
                Picked::Unasked => {}
                Picked::Nothing => return Ok(()),
            }
        }
        let encoded = unless(&mut stopped, self.encode(job, file.clone())).await;
        match encoded.unwrap_or_else(|| Err(Error::Cancelled.into())) {
            Ok(blob) => {
                if let Some(blob) = blob {
                    download::save(&blob, file_name)?;
                }
                marks::mark(EXPORT_DONE);
                Ok(())
            }
            Err(failure) => {
                if let Some(file) = file {
                    // The browser may take a while to let go of it.
                    self.activity.update(|activity| {
                        if let Some(activity) = activity {
                            "removing the file".clone_into(&mut activity.detail);
                        }
                    });
                    disk::remove(file).await;
                }
                Err(failure)
            }
        }
    }

    /// An encoder that comes to nothing, or is not waited for, ends.
    async fn encode(
        self,
        job: &Job,
        file: Option<FileSystemFileHandle>,
    ) -> Result<Option<Blob>, Failure> {
        let is_of_page_sql = |item: &Item| item.origin == Origin::PageSql;
        let connection = if job.items.iter().any(is_of_page_sql) {
            self.free_sql_connection().await?
        } else {
            self.connect().await?
        };
        let mut encoder = match self.kept_encoder() {
            Some(encoder) => encoder,
            None => EncoderWorker::start().await?,
        };
        self.pass_all_on(&connection, job, file, &mut encoder)
            .await?;
        let blob = encoder.finish().await?;
        self.session
            .update_value(|session| session.encoder = Some(encoder));
        Ok(blob)
    }

    /// The encoder of the download before, unless something has happened to it.
    fn kept_encoder(self) -> Option<EncoderWorker> {
        let kept = self
            .session
            .try_update_value(|session| session.encoder.take());
        let mut kept = kept.flatten()?;
        kept.is_idle().then_some(kept)
    }

    async fn pass_all_on(
        self,
        connection: &Connection,
        job: &Job,
        file: Option<FileSystemFileHandle>,
        encoder: &mut EncoderWorker,
    ) -> Result<(), Failure> {
        encoder.send(&Request::Open(job.container, file))?;
        if job.content == Content::Script {
            encoder.send(&Request::Begin(Content::Script, String::new()))?;
        }
        for (at, item) in job.items.iter().enumerate() {
            job.at.set(at);
            self.show_progress(job, item, encoder);
            let (target, begin) = match &job.content {
                Content::Rows(format, options) => {
                    let path = options.path_in_zip(*format, &item.stem);
                    let begin = Request::Begin(job.content.clone(), path);
                    (Target::from(*format), begin)
                }
                Content::Script => (Target::Text, Request::Table(item.stem.clone())),
            };
            encoder.send(&begin)?;
            let sql = travelling(connection, &item.sql, target).await?;
            let sql = sql.map_err(Failure::Options)?;
            self.pass_on(connection, &sql, encoder, |encoder| {
                self.show_progress(job, item, encoder);
            })
            .await?;
            if job.content != Content::Script {
                encoder.send(&Request::End)?;
            }
        }
        if job.content == Content::Script {
            encoder.send(&Request::End)?;
        }
        Ok(())
    }

    async fn pass_on(
        self,
        connection: &Connection,
        sql: &str,
        encoder: &mut EncoderWorker,
        show: impl Fn(&EncoderWorker),
    ) -> Result<(), Failure> {
        let mut shown_at = now();
        let mut pieces = connection.stream_bytes(sql).await?;
        while let Some(piece) = pieces.next().await? {
            encoder.send_piece(piece).await?;
            if now() - shown_at > MILLISECONDS_UNSEEN {
                shown_at = now();
                show(encoder);
            }
        }
        Ok(())
    }

    fn show_progress(self, job: &Job, item: &Item, encoder: &EncoderWorker) {
        let progress = encoder.progress();
        self.activity.update(|activity| {
            let Some(activity) = activity else { return };
            // One file is named by the title.
            let name = Some(item.name.clone()).filter(|_| job.items.len() > 1);
            let far = (progress.rows > 0).then(|| {
                let rows = format::count(progress.rows);
                format!("{rows} rows, {}", format::megabytes(progress.bytes))
            });
            let words: Vec<_> = name.into_iter().chain(far).collect();
            activity.detail = words.join(", ");
            (activity.done, activity.of) = match job.all_rows {
                0 => (job.at.get() as u64, job.items.len() as u64),
                all => (progress.rows.min(all), all),
            };
        });
    }

    /// Tells that an export has failed, and what stands in front of the reason.
    pub(super) fn report_export(self, file_name: &str, place: &str, failure: Failure) {
        const STANDS: &str = "No file was saved.";
        let tried = format!("Exporting {file_name}");
        let alert = match failure {
            Failure::Engine(cause) => Alert::of_engine(&tried, &cause, STANDS),
            Failure::Options(cause) => {
                let message = format!("{cause}. {STANDS}");
                Some(Alert::to_read(format!("{tried} failed"), message))
            }
            Failure::Encoder(reason) => {
                let message = format!("The reason: {reason}. {STANDS}");
                Some(Alert::to_read(format!("{tried} failed"), message))
            }
        };
        if let Some(mut alert) = alert {
            alert.message.insert_str(0, place);
            self.alert.set(Some(alert));
        }
    }
}
