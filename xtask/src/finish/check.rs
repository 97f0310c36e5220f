//! The check of a finished page: every file has the hash of its content in its path, and every reference of the page
//! leads to a file.

use super::files_in;
use super::page::attribute;
use std::path::Path;

/// Files with a fixed name: the page itself, and the schema that editors are pointed to.
const FIXED: [&str; 2] = ["index.html", "mart.schema.json"];

/// Checks the files of a folder and the references of its page.
pub(crate) fn check(folder: &Path, page: &str) -> Result<(), String> {
    let mut mistakes = Vec::new();
    for file in files_in(folder)? {
        let path = file.strip_prefix(folder).unwrap_or(&file);
        let path = path.to_string_lossy().replace('\\', "/");
        if !FIXED.contains(&&*path) && !path.split('/').any(is_hashed) {
            mistakes.push(format!("{path} has no hash in its name"));
        }
    }
    for tag in page.split('<') {
        let tag = tag.split('>').next().unwrap_or_default();
        for name in [
            "href",
            "src",
            "data-script",
            "data-wasm",
            "data-duckdb",
            "data-components",
            "data-marts",
            "data-worker",
        ] {
            let Some(address) = attribute(tag, name) else {
                continue;
            };
            let is_inside = !address.starts_with('#') && !address.contains(':');
            if is_inside && !folder.join(address.trim_start_matches("./")).exists() {
                mistakes.push(format!("{name}=\"{address}\" leads to no file"));
            }
        }
    }
    if mistakes.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "The finished page is wrong:\n{}",
            mistakes.join("\n")
        ))
    }
}

/// Whether a part of a path ends in a hash, before `_bg.wasm` or its extension.
fn is_hashed(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default();
    let stem = stem.trim_end_matches("_bg");
    let hash = stem.rsplit_once('-').map(|(_, hash)| hash);
    // Trunk writes a number, without zeros in front.
    hash.is_some_and(|hash| {
        (12..=16).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_hash() {
        let table = [
            ("start-0123456789abcdef.js", true),
            ("app-0123456789abcdef_bg.wasm", true),
            ("duckdb-0123456789abcdef", true),
            ("app-123456789abcdef_bg.wasm", true),
            ("duckdb-eh.wasm", false),
            ("start.js", false),
            ("start-0123456789abcdeg.js", false),
        ];
        for (name, hashed) in table {
            assert_eq!(is_hashed(name), hashed, "{name}");
        }
    }
}
