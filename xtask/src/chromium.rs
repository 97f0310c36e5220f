//! The browser that tests run in: found, or installed where this machine lets us.

use crate::shell::{command, find, output, run};
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;

const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// The driver: CHROMEDRIVER, or the one on PATH.
pub(crate) fn driver() -> Option<PathBuf> {
    env::var_os("CHROMEDRIVER")
        .map(PathBuf::from)
        .or_else(|| find("chromedriver"))
}

/// The browser: CHROMIUM, or the first of the usual names on PATH.
pub(crate) fn browser() -> Option<PathBuf> {
    env::var_os("CHROMIUM")
        .map(PathBuf::from)
        .or_else(|| BROWSERS.into_iter().find_map(find))
}

/// Installs both on Debian and Ubuntu as root; elsewhere says what to install.
pub(crate) fn set_up() -> Result<(), String> {
    if driver().is_some() && browser().is_some() {
        return Ok(());
    }
    let Some(packages) = packages() else {
        return Err("Chromium and chromedriver were not found: install both, or name them with CHROMIUM and CHROMEDRIVER \
                    (Debian: `apt-get install chromium chromium-driver` as root)."
            .to_owned());
    };
    println!("Installing {}", packages.join(" and "));
    let apt = |words: &[&str]| {
        run(command("apt-get")
            .args(words)
            .env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update", "--quiet=2"])?;
    apt(&[
        &["install", "--yes", "--quiet=2", "--no-install-recommends"][..],
        &packages,
    ]
    .concat())?;
    match (driver(), browser()) {
        (Some(_), Some(_)) => Ok(()),
        _ => Err("apt-get installed Chromium, but it or its driver is not on PATH.".to_owned()),
    }
}

/// What apt-get calls them, if this is a machine where we may install.
fn packages() -> Option<[&'static str; 2]> {
    let root = output(command("id").arg(OsStr::new("-u"))).is_some_and(|id| id.trim() == "0");
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let is = |name: &str| system.lines().any(|line| line == format!("ID={name}"));
    match (
        root && find("apt-get").is_some(),
        is("ubuntu"),
        is("debian"),
    ) {
        (true, true, _) => Some(["chromium-browser", "chromium-chromedriver"]),
        (true, _, true) => Some(["chromium", "chromium-driver"]),
        _ => None,
    }
}
