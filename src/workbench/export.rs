//! Files to take away: a table or an answer in a format, or all of them in one zip. Rows go from
//! DuckDB's worker to the encoder's as they are; the page only hands them on.

use duckdb_wasm::{Connection, Error};
use encoder::{Container, Request};
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::encode::Format;
use mart::inspect;

use super::encoder::EncoderWorker;
use super::{Alert, Remedy, Workbench, download};

/// Something that can be exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name on the page: `dim_customer`, `Revenue by customer`.
    pub name: String,
    /// The name of its files, without an ending.
    pub stem: String,
    /// The query for its rows.
    sql: String,
}

/// Why an export has failed.
enum Failure {
    Engine(Error),
    Encoder(String),
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
    /// The tables, each after the tables it refers to.
    pub fn exportable_tables(self) -> Vec<Item> {
        self.mart.with_value(|mart| {
            let items = mart.tables.iter().map(|table| Item {
                name: table.name.as_str().to_owned(),
                stem: table.name.as_str().to_owned(),
                sql: inspect::rows(table),
            });
            items.collect()
        })
    }

    /// The answers, in the order of the page.
    pub fn exportable_answers(self) -> Vec<Item> {
        self.mart.with_value(|mart| {
            let items = mart.answers.iter().map(|answer| Item {
                name: answer.name.to_owned(),
                stem: answer.slug.to_owned(),
                sql: answer.sql.to_owned(),
            });
            items.collect()
        })
    }

    /// Saves one item. Does nothing while something else goes on.
    pub fn download(self, item: Item, format: Format) {
        let file_name = format.file_name(&item.stem);
        self.export(vec![item], format, Container::File, file_name);
    }

    /// Saves everything in one zip. Does nothing while something else goes on.
    pub fn download_all(self, format: Format) {
        let mut items = self.exportable_tables();
        items.extend(self.exportable_answers());
        let mart = self.mart.with_value(|mart| mart.name.as_str().to_owned());
        let file_name = format!("{mart}-{}.zip", format.extension());
        self.export(items, format, Container::Zip, file_name);
    }

    fn export(self, items: Vec<Item>, format: Format, container: Container, file_name: String) {
        if self.is_busy() {
            return;
        }
        self.begin(&format!("Exporting {file_name}"), "");
        spawn_local(async move {
            let outcome = self.encode(&items, format, container).await;
            let outcome = outcome.and_then(|blob| Ok(download::save(&blob, &file_name)?));
            self.release();
            if let Err(failure) = outcome {
                self.report_export(&file_name, failure);
            }
        });
    }

    async fn encode(
        self,
        items: &[Item],
        format: Format,
        container: Container,
    ) -> Result<web_sys::Blob, Failure> {
        let connection = self.connect().await?;
        let mut encoder = EncoderWorker::start().await?;
        encoder.send(&Request::Open(container))?;
        for (done, item) in items.iter().enumerate() {
            self.activity.update(|activity| {
                if let Some(activity) = activity {
                    activity.detail.clone_from(&item.name);
                    activity.done = done;
                    activity.of = items.len();
                }
            });
            encoder.send(&Request::Begin(format, format.path_in_zip(&item.stem)))?;
            self.pass_on(&connection, &item.sql, &mut encoder).await?;
            encoder.send(&Request::End)?;
        }
        Ok(encoder.finish().await?)
    }

    async fn pass_on(
        self,
        connection: &Connection,
        sql: &str,
        encoder: &mut EncoderWorker,
    ) -> Result<(), Failure> {
        let mut pieces = connection.stream_bytes(sql).await?;
        while let Some(piece) = pieces.next().await? {
            encoder.send(&Request::Piece(piece))?;
        }
        if self.is_cancelled() {
            return Err(Error::Cancelled.into());
        }
        Ok(())
    }

    fn report_export(self, file_name: &str, failure: Failure) {
        const STANDS: &str = "No file was saved.";
        let tried = format!("Exporting {file_name}");
        let alert = match failure {
            Failure::Engine(cause) => Alert::of_engine(&tried, &cause, STANDS),
            Failure::Encoder(reason) => Some(Alert {
                title: format!("{tried} failed"),
                message: format!("{STANDS} Try it once more; if it fails again, reload the page."),
                places: Vec::new(),
                engine_message: Some(reason),
                remedy: Remedy::Dismiss,
            }),
        };
        if alert.is_some() {
            self.alert.set(alert);
        }
    }
}
