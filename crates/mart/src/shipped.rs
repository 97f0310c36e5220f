//! The marts that come with the page: the one that is built at first, which is part of the program,
//! and the examples, which are fetched when they are opened. It must not know what they are about.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use crate::{Document, Package};

/// The folder, beside the page, with a folder for each example.
pub const EXAMPLES_FOLDER: &str = "marts";

/// The list of the examples, in [`EXAMPLES_FOLDER`]: a JSON list of objects with
/// `name`, `label` and `description`.
pub const EXAMPLES_LIST: &str = "marts/index.json";

/// The folder of the mart that is built at first: its document, and the files that it names.
static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/marts/mini_data_mart");

/// Its document.
const DOCUMENT: &str = "mini_data_mart.mart.json";

/// The mart that is built at first. A test shows that its document resolves.
///
/// # Panics
/// Never: without its document there would be no page, so a document that does not resolve does not
/// pass the tests.
#[must_use]
#[expect(
    clippy::panic,
    reason = "a constant that a test checks; there is nothing to go on with"
)]
pub fn built_in() -> Package {
    let mut files = BTreeMap::new();
    collect(&BUILT_IN, &mut files);
    let document = files.remove(DOCUMENT).unwrap_or_default();
    let package = Document::read(&document).and_then(|document| Package::new(document, files));
    match package {
        Ok(package) => package,
        Err(mistakes) => panic!("the built-in document does not resolve: {mistakes:?}"),
    }
}

/// The texts of a folder and the folders in it, by their paths.
fn collect(folder: &Dir<'_>, files: &mut BTreeMap<String, String>) {
    for file in folder.files() {
        if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
            files.insert(path.to_owned(), text.to_owned());
        }
    }
    for inner in folder.dirs() {
        collect(inner, files);
    }
}
