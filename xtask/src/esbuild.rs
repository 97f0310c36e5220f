//! Bundles JavaScript: one entry and what it imports from the npm packages become one module.

use crate::shell::{command, root, run};
use std::fs;
use std::path::Path;

/// Writes the bundle of an entry. An alias puts a file of ours in the place of a package.
pub(crate) fn bundle(entry: &Path, to: &Path, aliases: &[(&str, &Path)]) -> Result<(), String> {
    let mut esbuild = command(root().join("node_modules/.bin/esbuild"));
    esbuild.arg(entry).args([
        "--bundle",
        "--format=esm",
        "--minify",
        "--platform=browser",
        "--log-level=warning",
    ]);
    for (package, file) in aliases {
        esbuild.arg(format!("--alias:{package}={}", file.display()));
    }
    run(esbuild.arg(format!("--outfile={}", to.display())))
}

/// Everything a bundle is made from that can change: the packages' own descriptions and our JavaScript.
pub(crate) fn stamp(packages: &[&str], js: &Path) -> Result<String, String> {
    let packages = packages
        .iter()
        .map(|name| root().join("node_modules").join(name).join("package.json"));
    let mut sources: Vec<_> = fs::read_dir(js)
        .map_err(|error| format!("{}: {error}", js.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "js"))
        .collect();
    sources.sort();
    packages
        .chain(sources)
        .map(|path| {
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
        })
        .collect()
}
