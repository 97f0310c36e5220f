//! What must be installed, at which version, and how: everything comes from a package registry or from rustup.

use crate::shell::{cargo_home, command, find, output, root, run};
use crate::{chromium, components, engine};
use std::process::Command;
use std::{fs, io};

/// Trunk 0.22 needs a newer Rust than the one this workspace promises to build with.
const TRUNK: &str = "0.21.14";
/// The npm package whose `wasm-opt` runs under Node; `Trunk.toml` asks for the same version.
const BINARYEN: &str = "132.0.0";
/// The oldest Node that all npm packages here run on.
const NODE: &str = "18";
const WASM: &str = "wasm32-unknown-unknown";
/// Where the tools are compiled.
const TOOLS: &str = "target/tools";

/// Something a command needs before it can start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// A rustup component.
    Component(&'static str),
    WasmTarget,
    Trunk,
    WasmBindgen,
    WasmOpt,
    /// The npm packages and, made from them, the engine's files and the page's JavaScript parts.
    Engine,
    /// The npm package Lighthouse, which only `cargo xtask lighthouse` needs.
    Lighthouse,
    /// A browser and its driver.
    Chromium,
}

/// What it takes to build the page: the whole of `cargo xtask setup`.
pub(crate) const PAGE: &[Need] = &[
    Need::Component("rustfmt"),
    Need::Component("clippy"),
    Need::WasmTarget,
    Need::Engine,
    Need::WasmOpt,
    Need::WasmBindgen,
    Need::Trunk,
];

/// Installs what is missing or of the wrong version, in order; silent about what is there.
pub(crate) fn set_up(needs: &[Need]) -> Result<(), String> {
    for need in needs {
        match need {
            Need::Component(name) => component(name)?,
            Need::WasmTarget => wasm_target()?,
            // It downloads nothing here: without TLS it compiles in half the time. The optimiser would take as
            // long as all the rest, for seconds of a build.
            Need::Trunk => cargo_tool("trunk", "trunk", TRUNK, &["--no-default-features"], "0")?,
            Need::WasmBindgen => {
                let version = locked_wasm_bindgen()?;
                cargo_tool("wasm-bindgen", "wasm-bindgen-cli", &version, &[], "1")?;
            }
            Need::WasmOpt => wasm_opt()?,
            Need::Engine => node()
                .and_then(|()| npm_packages(""))
                .and_then(|()| engine::assemble())
                .and_then(|()| components::assemble())?,
            Need::Lighthouse => node().and_then(|()| npm_packages("tests/lighthouse"))?,
            Need::Chromium => chromium::set_up()?,
        }
    }
    // What the tools were compiled from is of no more use, and is larger than they are.
    match fs::remove_dir_all(root().join(TOOLS)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(format!("{TOOLS} cannot be removed: {error}"))
        }
        _ => Ok(()),
    }
}

fn component(name: &str) -> Result<(), String> {
    let program = if name == "rustfmt" {
        "cargo-fmt"
    } else {
        "cargo-clippy"
    };
    if output(command(program).arg("--version")).is_some() {
        return Ok(());
    }
    println!("Installing {name}");
    run(rustup().args(["component", "add", name]))
}

fn wasm_target() -> Result<(), String> {
    let library = output(command("rustc").args(["--print", "target-libdir", "--target", WASM]));
    if library.is_some_and(|folder| fs::exists(folder.trim()).unwrap_or(false)) {
        return Ok(());
    }
    println!("Installing the target {WASM}");
    run(rustup().args(["target", "add", WASM]))
}

fn rustup() -> Command {
    command("rustup")
}

fn cargo_tool(
    program: &str,
    package: &str,
    version: &str,
    features: &[&str],
    opt_level: &str,
) -> Result<(), String> {
    if installed(program).as_deref() == Some(version) {
        return Ok(());
    }
    println!("Installing {package} {version} (some minutes)");
    // One target folder for all of them, so that what they share is compiled once; --force, for cargo would
    // take its own notes for the truth after a program was removed by hand. A tool runs for seconds: it is
    // not worth the minutes that its best optimisation takes.
    run(command("cargo")
        .args([
            "install",
            package,
            "--version",
            version,
            "--locked",
            "--force",
        ])
        .args(features)
        .env("CARGO_TARGET_DIR", root().join(TOOLS))
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", opt_level)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"))?;
    expect_version(program, version)
}

fn wasm_opt() -> Result<(), String> {
    let major = BINARYEN.split('.').next().unwrap_or(BINARYEN);
    if installed("wasm-opt").as_deref() == Some(major) {
        return Ok(());
    }
    node()?;
    println!("Installing wasm-opt {major}");
    let package = format!("binaryen@{BINARYEN}");
    // Next to trunk, where trunk finds it; otherwise it would download a binary.
    run(command("npm")
        .args(["install", "--global", "--no-fund", "--no-audit", "--prefix"])
        .args([cargo_home()?.as_os_str(), package.as_ref()]))?;
    expect_version("wasm-opt", major)
}

/// The packages of the lock file in this folder.
fn npm_packages(folder: &str) -> Result<(), String> {
    let home = root().join(folder);
    let modified = |path: &str| {
        fs::metadata(home.join(path))
            .and_then(|file| file.modified())
            .ok()
    };
    let installed = modified("node_modules/.package-lock.json");
    if installed.is_some() && installed >= modified("package-lock.json") {
        return Ok(());
    }
    println!("Installing the npm packages");
    run(command("npm")
        .args(["ci", "--no-fund", "--no-audit"])
        .current_dir(&home))
}

fn node() -> Result<(), String> {
    match installed("node") {
        Some(version) if at_least(&version, NODE) && find("npm").is_some() => Ok(()),
        Some(version) => Err(format!(
            "Node {NODE} or newer with npm is needed, this is {version}: install a newer Node."
        )),
        None => Err(format!(
            "Node was not found: install Node {NODE} or newer, with npm."
        )),
    }
}

fn expect_version(program: &str, version: &str) -> Result<(), String> {
    match installed(program) {
        Some(found) if found == version => Ok(()),
        Some(found) => Err(format!(
            "installed {program} {version}, but {found} is what runs: remove that one."
        )),
        None => Err(format!(
            "installed {program} {version}, but it does not run."
        )),
    }
}

fn installed(program: &str) -> Option<String> {
    version_in(&output(command(program).arg("--version"))?)
}

/// The version that `wasm-bindgen` in Cargo.lock stands at: its command line must be the same.
fn locked_wasm_bindgen() -> Result<String, String> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))
        .map_err(|error| format!("Cargo.lock: {error}"))?;
    locked(&lock, "wasm-bindgen").ok_or_else(|| "Cargo.lock names no wasm-bindgen.".to_owned())
}

/// The version of a package in the text of a Cargo.lock.
fn locked(lock: &str, package: &str) -> Option<String> {
    let entry = lock
        .split("[[package]]")
        .find(|entry| field(entry, "name") == Some(package))?;
    field(entry, "version").map(str::to_owned)
}

fn field<'a>(entry: &'a str, name: &str) -> Option<&'a str> {
    entry.lines().find_map(|line| {
        let (key, value) = line.split_once(" = ")?;
        (key == name).then(|| value.trim_matches('"'))
    })
}

/// The first word that is a version in what a program prints: `wasm-opt version 132 (version_132)` is `132`.
fn version_in(text: &str) -> Option<String> {
    text.split_whitespace()
        .map(|word| word.trim_start_matches('v'))
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
        .map(str::to_owned)
}

/// Compares number by number, so that 9 comes before 18.
fn at_least(version: &str, wanted: &str) -> bool {
    let numbers = |text: &str| -> Vec<u64> {
        text.split('.')
            .map_while(|part| part.parse().ok())
            .collect()
    };
    numbers(version) >= numbers(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_as_programs_print_them() {
        let table = [
            ("trunk 0.21.14\n", Some("0.21.14")),
            ("wasm-bindgen 0.2.129", Some("0.2.129")),
            ("wasm-opt version 132 (version_132)", Some("132")),
            ("v20.20.2", Some("20.20.2")),
            ("command not found", None),
            ("", None),
        ];
        for (text, version) in table {
            assert_eq!(version_in(text).as_deref(), version, "{text}");
        }
    }

    #[test]
    fn versions_in_order() {
        let table = [
            ("20.20.2", "18", true),
            ("18.0.0", "18", true),
            ("9.1", "18", false),
            ("18.2.0", "18.10", false),
            ("", "18", false),
        ];
        for (version, wanted, enough) in table {
            assert_eq!(at_least(version, wanted), enough, "{version} for {wanted}");
        }
    }

    #[test]
    fn a_package_in_a_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.79\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\n";
        assert_eq!(locked(lock, "wasm-bindgen").as_deref(), Some("0.2.129"));
        assert_eq!(locked(lock, "trunk"), None);
    }

    #[test]
    fn trunk_is_told_the_versions_that_are_installed() {
        let text = fs::read_to_string(root().join("Trunk.toml")).expect("Trunk.toml");
        let major = BINARYEN.split('.').next().expect("a major version");
        assert_eq!(
            field(&text, "wasm_opt"),
            Some(format!("version_{major}").as_str())
        );
        assert_eq!(
            field(&text, "wasm_bindgen"),
            Some(locked_wasm_bindgen().expect("locked").as_str())
        );
    }
}
