//! Files that go into the page and come out of it: chosen, dropped, downloaded, or in its private file system.

use super::{Page, SOON};
use crate::failure::{Failure, Outcome};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

impl Page {
    /// Chooses a file at the file input with this label, as in the dialog it opens.
    ///
    /// # Errors
    /// When there is no such input.
    pub async fn choose_file(&self, label: &str, file: &Path) -> Outcome {
        let input = self
            .wait(
                self.patience.get(),
                &format!("file input “{label}”"),
                async || {
                    let found = self.tab().execute(FILE_INPUT, vec![json!(label)]).await?;
                    Ok(Some(found.element()?))
                },
            )
            .await?;
        Ok(input.send_keys(file.display().to_string()).await?)
    }

    /// Drops a file with this text where the file input with this label is.
    ///
    /// # Errors
    /// When there is no such input.
    pub async fn drop_file(&self, label: &str, name: &str, text: &str) -> Outcome {
        self.wait(
            self.patience.get(),
            &format!("file input “{label}”"),
            async || {
                let found = self.tab().execute(FILE_INPUT, vec![json!(label)]).await?;
                let input = found.element()?.to_json()?;
                self.js(DROP, &[input, json!(name), json!(text)]).await?;
                Ok(Some(()))
            },
        )
        .await
    }

    /// Clicks a download's button or link and reads the file that arrives; it is removed afterwards.
    ///
    /// # Errors
    /// When none arrives, or under another name.
    pub async fn download(&self, role: &str, name: &str, file: &str) -> Outcome<Vec<u8>> {
        self.click(role, name).await?;
        let path = self.arrival(file).await?;
        let bytes = std::fs::read(&path)?;
        std::fs::remove_file(path)?;
        Ok(bytes)
    }

    /// The files in the origin's private file system, with their sizes; so a story sees what came of
    /// [`SAVE_INTO_OPFS`](crate::SAVE_INTO_OPFS).
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn private_files(&self) -> Outcome<BTreeMap<String, u64>> {
        Ok(serde_json::from_value(
            self.js_async(PRIVATE_FILES, &[]).await?,
        )?)
    }

    /// Removes them.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn remove_private_files(&self) -> Outcome {
        self.js_async(REMOVE_PRIVATE_FILES, &[]).await.map(drop)
    }

    /// Where a download has arrived, whole.
    ///
    /// # Errors
    /// When none arrives, or under another name.
    pub async fn arrival(&self, file: &str) -> Outcome<PathBuf> {
        let folder = self.downloads().to_owned();
        let mut seen = Vec::new();
        let found = self
            .wait(SOON, &format!("download {file}"), async || {
                seen = std::fs::read_dir(&folder)?
                    .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                    .collect();
                // Chromium writes beside it first, and renames when it is whole.
                Ok((seen == [file]).then(|| folder.join(file)))
            })
            .await;
        found.map_err(|failure| Failure::new(format!("{failure}\n  arrived: {seen:?}")))
    }
}

const FILE_INPUT: &str = "
    const named = input => input.ariaLabel ?? [...input.labels].map(label => label.textContent).join(' ');
    return [...document.querySelectorAll('input[type=file]')].find(input => named(input).includes(arguments[0]));";

const PRIVATE_FILES: &str = "
    const [answer] = arguments;
    (async () => {
        const files = {};
        for await (const [name, handle] of (await navigator.storage.getDirectory()).entries())
            files[name] = (await handle.getFile()).size;
        return files;
    })().then(answer);";

const REMOVE_PRIVATE_FILES: &str = "
    const [answer] = arguments;
    (async () => {
        const folder = await navigator.storage.getDirectory();
        for await (const name of folder.keys()) await folder.removeEntry(name);
    })().then(answer);";

const DROP: &str = "
    const [input, name, text] = arguments;
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], name, { type: 'text/csv' }));
    for (const type of ['dragenter', 'dragover', 'drop'])
        input.parentElement.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));";
