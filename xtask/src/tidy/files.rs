//! The text files of the repository: those that git tracks or would track. It must not know what is checked in them.

use crate::shell::{command, output, root};
use std::fs;

/// A file that is text, with its path from the root of the repository.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    #[cfg(test)]
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// The part of the name after the last point.
    pub(super) fn extension(&self) -> &str {
        match self.path.rsplit_once('.') {
            Some((_, extension)) if !extension.contains('/') => extension,
            _ => "",
        }
    }
}

/// All files that are text, in the order of their paths.
pub(super) fn read() -> Result<Vec<File>, String> {
    // With new files that are not added yet, so that a mistake is found before it is committed.
    let list = output(command("git").args([
        "-c",
        "core.quotePath=false",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))
    .ok_or_else(|| "tidy: `git ls-files` failed; it needs a clone of the repository.".to_owned())?;
    let mut paths: Vec<&str> = list.lines().collect();
    paths.sort_unstable();
    paths.dedup();
    // A file that is deleted but not yet committed, and one that is no text, are skipped.
    let read = |path: &str| {
        let text = fs::read_to_string(root().join(path)).ok()?;
        let path = path.to_owned();
        Some(File { path, text })
    };
    Ok(paths.into_iter().filter_map(read).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions() {
        let table = [
            ("src/main.rs", "rs"),
            ("a/shop.mart.json", "json"),
            (".ci/run", ""),
            ("LICENSE", ""),
        ];
        for (path, extension) in table {
            assert_eq!(File::new(path, "").extension(), extension, "{path}");
        }
    }

    #[test]
    fn this_file_is_among_them() {
        let files = read().expect("the files");
        let this = |file: &File| file.path == "xtask/src/tidy/files.rs";
        assert!(files.iter().any(this), "{} files", files.len());
    }
}
