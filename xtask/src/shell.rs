//! Running other programs: where they are found, what was asked when one fails.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// Where `cargo install` puts programs; `wasm-opt` goes there as well.
pub(crate) fn cargo_home() -> Result<PathBuf, String> {
    let home = || env::home_dir().map(|home| home.join(".cargo"));
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(home)
        .ok_or_else(|| "cannot tell where cargo installs programs: set CARGO_HOME.".to_owned())
}

/// A command in the workspace's root that finds our tools before any other of the same name.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let program = program.as_ref();
    let mut command = Command::new(find(program).unwrap_or_else(|| program.into()));
    command
        .current_dir(root())
        .env("PATH", path())
        // Trunk would look for a newer trunk, and for tools to download: both are pinned here.
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        .env("TRUNK_OFFLINE", "true");
    command
}

/// The first program of this name on our PATH.
pub(crate) fn find(program: impl AsRef<OsStr>) -> Option<PathBuf> {
    let program = program.as_ref();
    env::split_paths(&path()).find_map(|folder| {
        // On Windows npm's own programs are `.cmd` files.
        ["", "exe", "cmd"]
            .into_iter()
            .filter(|extension| cfg!(windows) != extension.is_empty())
            .map(|extension| folder.join(program).with_extension(extension))
            .find(|candidate| candidate.is_file())
    })
}

fn path() -> OsString {
    let ours = cargo_home().map(|home| home.join("bin")).into_iter();
    let theirs = env::var_os("PATH").unwrap_or_default();
    env::join_paths(ours.chain(env::split_paths(&theirs))).unwrap_or(theirs)
}

/// Runs to the end with its output shown; anything but success is an error that names the command.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command
        .status()
        .map_err(|error| format!("{}: {error}", line(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{}` failed ({status}).", line(command)))
    }
}

/// What a command prints, or nothing when it cannot be run or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then_some(text)
}

/// The command as it would be typed in a shell.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or_default();
    std::iter::once(program)
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}
