//! Puts together `static/components/`: the page's JavaScript parts, each one module bundled from its own entry in
//! `src/components/js/`, which the page loads when it first needs it. Nothing there is committed.

use crate::esbuild;
use crate::shell::root;
use std::fs;

/// The editor of SQL; the layout of SQL; charts; the star as a file.
const ENTRIES: [&str; 4] = ["editor.js", "format.js", "chart.js", "star.js"];
/// Not beside the parts: what stands there is shipped.
const STAMP: &str = "target/components.stamp";

/// Makes the folder anew when the packages or the entries changed since it was made.
pub(crate) fn assemble() -> Result<(), String> {
    let (sources, made) = (
        root().join("src/components/js"),
        root().join("static/components"),
    );
    // The lock file names every package that a bundle can hold.
    let lock = root().join("package-lock.json");
    let lock = fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    let stamp = esbuild::stamp(&[], &sources)? + &lock;
    let whole = ENTRIES.iter().all(|name| made.join(name).is_file());
    if whole && fs::read_to_string(root().join(STAMP)).is_ok_and(|was| was == stamp) {
        return Ok(());
    }
    println!("Putting the JavaScript parts together");
    fs::create_dir_all(&made).map_err(|error| format!("{}: {error}", made.display()))?;
    let style_mod = sources.join("style-mod.js");
    for name in ENTRIES {
        esbuild::bundle(
            &sources.join(name),
            &made.join(name),
            &[("style-mod", &style_mod)],
        )?;
    }
    fs::create_dir_all(root().join("target")).map_err(|error| format!("target: {error}"))?;
    fs::write(root().join(STAMP), stamp).map_err(|error| format!("{STAMP}: {error}"))
}
