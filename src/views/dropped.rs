//! The files of what was dropped, those in folders too. It must not know what they are for.

use std::cell::Cell;
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::{Array, Function};
use wasm_bindgen::JsCast;
use wasm_bindgen::convert::FromWasmAbi;
use wasm_bindgen::prelude::Closure;
use web_sys::{
    DragEvent, File, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry,
    FileSystemFileEntry,
};

use super::choose_file::listed;

/// What was dropped.
pub struct Dropped {
    files: Vec<File>,
    folders: Vec<FileSystemEntry>,
}

impl Dropped {
    /// What an event brings. It has to be read while the event is handled.
    pub fn of(event: &DragEvent) -> Self {
        let Some(data) = event.data_transfer() else {
            return Self {
                files: Vec::new(),
                folders: Vec::new(),
            };
        };
        let items = data.items();
        let entries =
            (0..items.length()).filter_map(|at| items.get(at)?.webkit_get_as_entry().ok()?);
        let folders: Vec<_> = entries.filter(FileSystemEntry::is_directory).collect();
        let mut files = listed(data.files());
        // A folder is among the files, too, as a file that cannot be read.
        files.retain(|file| !folders.iter().any(|folder| folder.name() == file.name()));
        Self { files, folders }
    }

    /// All files. Hidden ones are left out.
    pub async fn files(self) -> Vec<File> {
        let mut files = self.files;
        let mut waiting = self.folders;
        while let Some(entry) = waiting.pop() {
            if entry.name().starts_with('.') {
                continue;
            }
            // Chromium has no global names for the kinds of entries, so they cannot be asked for their class.
            if entry.is_directory() {
                let folder = entry.unchecked_into::<FileSystemDirectoryEntry>();
                waiting.extend(entries_of(&folder).await);
            } else {
                files.extend(file_of(&entry.unchecked_into()).await);
            }
        }
        files
    }
}

/// What is in a folder. The browser hands it out in parts.
async fn entries_of(folder: &FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut entries = Vec::new();
    loop {
        let part = part_of(&reader).await;
        if part.is_empty() {
            return entries;
        }
        entries.extend(part);
    }
}

async fn part_of(reader: &FileSystemDirectoryReader) -> Vec<FileSystemEntry> {
    let entries = answer::<Array>(|found, failed| {
        reader
            .read_entries_with_callback_and_callback(found, failed)
            .is_ok()
    });
    let entries = entries.await.unwrap_or_default();
    entries.iter().map(JsCast::unchecked_into).collect()
}

async fn file_of(entry: &FileSystemFileEntry) -> Option<File> {
    answer(|found, failed| {
        entry.file_with_callback_and_callback(found, failed);
        true
    })
    .await
}

/// What the browser answers to a question with two callbacks; `None` if it fails.
async fn answer<T: FromWasmAbi + 'static>(
    ask: impl FnOnce(&Function, &Function) -> bool,
) -> Option<T> {
    let (sender, receiver) = oneshot::channel();
    let sender = Rc::new(Cell::new(Some(sender)));
    let found = {
        let sender = Rc::clone(&sender);
        Closure::<dyn FnMut(T)>::new(move |answer| {
            if let Some(sender) = sender.take() {
                drop(sender.send(answer));
            }
        })
    };
    // Without a sender the receiver waits no more.
    let failed = Closure::<dyn FnMut()>::new(move || drop(sender.take()));
    let is_asked = ask(
        found.as_ref().unchecked_ref(),
        failed.as_ref().unchecked_ref(),
    );
    if is_asked { receiver.await.ok() } else { None }
}
