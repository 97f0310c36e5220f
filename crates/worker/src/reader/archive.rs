//! Files in a zip archive. It must not know what they contain.

use std::io::{Cursor, Read as _};

use js_sys::{Array, Uint8Array};
use web_sys::{File, FilePropertyBag};
use worker::reading::Failure;
use zip::ZipArchive;

/// The most bytes of all files in an archive.
const MOST_BYTES: u64 = 1 << 30;
/// What every workbook that is a zip file has.
const WORKBOOKS: [&str; 4] = [
    "xl/workbook.xml",
    "xl/workbook.bin",
    "content.xml",
    "mimetype",
];

/// The files in an archive; `None` if the file is another one, a workbook for example.
pub(crate) fn files(name: &str, bytes: &[u8]) -> Result<Option<Array>, Failure> {
    if !bytes.starts_with(b"PK") {
        return Ok(None);
    }
    let refused = |reason: String| Failure::Refused(format!("{name} cannot be unpacked: {reason}"));
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| refused(error.to_string()))?;
    if is_known(&archive) {
        return Ok(None);
    }
    let files = Array::new();
    let mut all = 0;
    for at in 0..archive.len() {
        let entry = archive
            .by_index(at)
            .map_err(|error| refused(error.to_string()))?;
        let path = entry
            .name()
            .map_err(|error| refused(error.to_string()))?
            .replace('\\', "/");
        let file_name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let is_hidden = file_name.starts_with('.') || path.starts_with("__MACOSX/");
        if entry.is_dir() || file_name.is_empty() || is_hidden {
            continue;
        }
        let mut content = Vec::new();
        // The archive says how large a file is; it may be wrong.
        let read = entry
            .take(MOST_BYTES - all + 1)
            .read_to_end(&mut content)
            .map_err(|error| refused(format!("{path}: {error}")))?;
        all += read as u64;
        if all > MOST_BYTES {
            return Err(refused(
                "its files have more than 1 GB; unpack it first".to_owned(),
            ));
        }
        let file = file(&file_name, &content).ok_or_else(|| refused(path))?;
        files.push(&file);
    }
    if files.length() == 0 {
        return Err(refused("it has no files".to_owned()));
    }
    Ok(Some(files))
}

/// Whether an archive is a workbook.
fn is_known(archive: &ZipArchive<Cursor<&[u8]>>) -> bool {
    let mut names = archive.file_names();
    names.any(|name| name.is_ok_and(|name| WORKBOOKS.contains(&name.as_ref())))
}

fn file(name: &str, content: &[u8]) -> Option<File> {
    let parts = Array::of1(&Uint8Array::from(content));
    File::new_with_u8_array_sequence_and_options(&parts, name, &FilePropertyBag::new()).ok()
}
