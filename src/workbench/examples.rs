//! The example marts that come with the page, fetched when they are wanted. It must not know what
//! they are about.

use std::sync::Arc;

use gloo_net::http::Request;
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::shipped::{EXAMPLES_FOLDER, EXAMPLES_LIST};
use serde::Deserialize;

use super::error::{Attempt, Error};
use super::model::fetch_package;
use super::task::Task;
use super::{Source, Workbench};
use crate::served;

/// An example.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Example {
    /// The name of its folder and its document.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// What it is about.
    pub description: String,
}

impl Workbench {
    /// Fetches the list of the examples, once.
    pub fn fetch_examples(self) {
        if !self.examples.with_untracked(Vec::is_empty) {
            return;
        }
        spawn_local(async move {
            match list().await {
                Ok(examples) => self.examples.set(examples),
                Err(error) => self.report(&Attempt::ListExamples, &error),
            }
        });
    }

    /// Whether files for a mart of this name come with the page.
    pub(super) async fn is_example(self, task: &Task, name: &str) -> Result<bool, Error> {
        if self.examples.with_untracked(Vec::is_empty) {
            let list = task.unless_cancelled(list()).await??;
            self.examples.set(list);
        }
        let is_it = |example: &Example| example.name == name;
        Ok(self
            .examples
            .with_untracked(|examples| examples.iter().any(is_it)))
    }

    /// Opens an example in place of the mart. Does nothing while another task runs.
    pub fn open_example(self, example: Example) {
        self.run(Attempt::OpenModel(example.label), async move |task| {
            let package = Arc::new(fetch_package(task, &example.name).await?);
            self.build(task, Source::shipped(package)).await
        });
    }

    /// Builds the mart that the page starts with. Does nothing while another task runs.
    pub fn open_built_in(self) {
        let package = Arc::new(mart::shipped::built_in());
        self.run(
            Attempt::OpenModel(package.model().label().to_owned()),
            async move |task| self.build(task, Source::shipped(package)).await,
        );
    }
}

async fn list() -> Result<Vec<Example>, Error> {
    let text = fetch_text(EXAMPLES_LIST).await?;
    serde_json::from_str(&text).map_err(|_| Error::NotFetched(EXAMPLES_LIST.to_owned()))
}

/// A file of an example.
pub(super) async fn fetch(name: &str, path: &str) -> Result<String, Error> {
    fetch_text(&format!("{EXAMPLES_FOLDER}/{name}/{path}")).await
}

async fn fetch_text(path: &str) -> Result<String, Error> {
    let failed = || Error::NotFetched(path.to_owned());
    let response = Request::get(&served::address(path))
        .send()
        .await
        .map_err(|_| failed())?;
    if !response.ok() {
        return Err(failed());
    }
    response.text().await.map_err(|_| failed())
}
