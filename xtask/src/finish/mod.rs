//! Finishes what trunk has built, before it is served or copied: every file gets a name with the hash of its
//! content, so that a server may let browsers keep all of them, and the styles move into the page, so that nothing
//! delays the first paint. Trunk calls it as its hook after each build (`Trunk.toml`). It must not know what the
//! files are for.

mod check;
mod digest;
mod page;

use digest::Digest;
use page::PageFile;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders whose files refer to each other by name: the folder is renamed, the files are not. The app finds them by
/// the attribute `data-NAME` of the start script's element.
const FOLDERS: [&str; 4] = ["duckdb", "components", "marts", "worker"];
/// The workers, which trunk puts beside the page.
const WORKERS: [&str; 9] = [
    "start-worker.js",
    "worker.js",
    "worker_bg.wasm",
    "start-reader.js",
    "reader.js",
    "reader_bg.wasm",
    "start-columns.js",
    "columns.js",
    "columns_bg.wasm",
];
/// Files that the page names.
const FILES: [&str; 2] = ["start.js", "icon.svg"];
/// What wasm-bindgen writes beside the app's script, which imports it.
const SNIPPETS: &str = "snippets";

/// Finishes the folder that trunk names in `TRUNK_STAGING_DIR`.
pub(crate) fn finish() -> Result<(), String> {
    let folder = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    let folder = folder.ok_or("TRUNK_STAGING_DIR is not set: trunk calls this after a build.")?;
    let mut page = PageFile::read(&folder)?;
    gather_workers(&folder)?;
    for name in FOLDERS {
        let hashed = rename_folder(&folder, name)?;
        page.replace(
            &format!("data-{name}=\"{name}\""),
            &format!("data-{name}=\"{hashed}\""),
        )?;
    }
    for name in FILES {
        let hashed = rename_file(&folder, name)?;
        page.replace(name, &hashed)?;
    }
    rename_snippets(&folder, &mut page)?;
    page.inline_styles(&folder)?;
    page.update_integrity(&folder)?;
    page.allow_inline_parts()?;
    page.write(&folder)?;
    check::check(&folder, page.text())
}

fn gather_workers(folder: &Path) -> Result<(), String> {
    let worker = folder.join("worker");
    fs::create_dir_all(&worker).map_err(|error| format!("{}: {error}", worker.display()))?;
    for name in WORKERS {
        rename(&folder.join(name), &worker.join(name))?;
    }
    Ok(())
}

/// Renames a folder after the content of all files in it, and returns its name.
fn rename_folder(folder: &Path, name: &str) -> Result<String, String> {
    let from = folder.join(name);
    let mut digest = Digest::default();
    for file in files_in(&from)? {
        let inside = file.strip_prefix(&from).unwrap_or(&file);
        digest.add(inside.to_string_lossy().as_bytes());
        digest.add(&read(&file)?);
    }
    let hashed = format!("{name}-{}", digest.short());
    rename(&from, &folder.join(&hashed))?;
    Ok(hashed)
}

/// Renames a file after its content, and returns its name.
fn rename_file(folder: &Path, name: &str) -> Result<String, String> {
    let from = folder.join(name);
    let mut digest = Digest::default();
    digest.add(&read(&from)?);
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let hashed = format!("{stem}-{}.{extension}", digest.short());
    rename(&from, &folder.join(&hashed))?;
    Ok(hashed)
}

/// Renames the folder of the app's snippets, and then the app's script, which names it.
fn rename_snippets(folder: &Path, page: &mut PageFile) -> Result<(), String> {
    if !folder.join(SNIPPETS).is_dir() {
        return Ok(());
    }
    let hashed = rename_folder(folder, SNIPPETS)?;
    let (from, to) = (format!("./{SNIPPETS}/"), format!("./{hashed}/"));
    page.replace(&from, &to)?;
    let script = page.script()?;
    let text = fs::read_to_string(folder.join(&script));
    let text = text.map_err(|error| format!("{script}: {error}"))?;
    let unhashed = format!("{}.js", script.rsplit_once('-').unwrap_or((&script, "")).0);
    fs::write(folder.join(&unhashed), text.replace(&from, &to))
        .map_err(|error| format!("{unhashed}: {error}"))?;
    fs::remove_file(folder.join(&script)).map_err(|error| format!("{script}: {error}"))?;
    let hashed = rename_file(folder, &unhashed)?;
    page.replace(&script, &hashed)
}

/// All files under a folder, in the order of their paths.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error| format!("{}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            files.extend(files_in(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
}

fn rename(from: &Path, to: &Path) -> Result<(), String> {
    fs::rename(from, to).map_err(|error| format!("{}: {error}", from.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_after_its_content() {
        let home = env::temp_dir().join(format!("finish-{}", std::process::id()));
        let mut names = Vec::new();
        for content in ["a", "b", "a"] {
            fs::create_dir_all(home.join("marts/one")).expect("a folder");
            fs::write(home.join("marts/one/a.csv"), content).expect("a file");
            let name = rename_folder(&home, "marts").expect("renamed");
            assert!(home.join(&name).join("one/a.csv").is_file(), "{name}");
            fs::remove_dir_all(home.join(&name)).expect("removed");
            names.push(name);
        }
        fs::remove_dir_all(home).expect("removed");
        assert_eq!(names[0], names[2]);
        assert_ne!(names[0], names[1]);
    }
}
