//! Where the page's files are. A folder's name has the hash of its content, which only the finished page
//! knows: `cargo xtask finish` writes it to the element of the start script. It must not know what the
//! files are for.

use leptos::prelude::document;

/// The address of a file, or a folder, such as `duckdb` or `marts/index.json`.
pub fn address(path: &str) -> String {
    let (folder, rest) = match path.split_once('/') {
        Some((folder, rest)) => (folder, Some(rest)),
        None => (path, None),
    };
    let script = document().query_selector("script[data-wasm]");
    let script = script.ok().flatten();
    let hashed = script.and_then(|script| script.get_attribute(&format!("data-{folder}")));
    let folder = hashed.as_deref().unwrap_or(folder);
    match rest {
        Some(rest) => format!("{folder}/{rest}"),
        None => folder.to_owned(),
    }
}
