//! A Chromium for one story: its driver, profile and downloads, removed when the story ends.

use crate::failure::{Failure, Outcome};
use serde_json::json;
use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use tempfile::TempDir;
use thirtyfour::prelude::*;

/// In [`Setup::expected_errors`]: whatever the console says belongs to the story.
pub const ANY: &str = "";

/// In [`Setup::scripts`]: keeps every worker the page starts in `window.__workers`, so that a story can get at one.
pub const KEEP_WORKERS: &str = "
    window.__workers = [];
    window.Worker = class extends Worker {
        constructor(...how) {
            super(...how);
            window.__workers.push(this);
        }
    };";

/// In [`Setup::scripts`]: whoever asks where to save a file gets one in the origin's private file system, which takes
/// the same writer as the person's disk. The dialog itself cannot be driven. `window.__asked` has the names.
pub const SAVE_INTO_OPFS: &str = "
    window.__asked = [];
    window.showSaveFilePicker = async ({ suggestedName }) => {
        window.__asked.push(suggestedName);
        const folder = await navigator.storage.getDirectory();
        return folder.getFileHandle(suggestedName, { create: true });
    };";

/// How the browser is set up before the page is opened.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Width and height of the window's inside.
    pub window: (u32, u32),
    /// Pixels of the device for one of the page: 2 on a dense screen, 6 there at a zoom of 300 %.
    pub ratio: u32,
    /// The reader's time zone.
    pub time_zone: &'static str,
    /// Whether the system asks for dark colours.
    pub dark: bool,
    /// Whether WebAssembly is compiled once, quickly, and never again for speed. A story is over before the
    /// better code is worth its time; a measurement is of what people run.
    pub compiles_once: bool,
    /// Scripts that run in every page before its own.
    pub scripts: Vec<&'static str>,
    /// Errors in the console that belong to the story: every message that contains one of these.
    pub expected_errors: Vec<&'static str>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            window: (1280, 900),
            ratio: 1,
            // Far from UTC: a date that goes through a local time would show.
            time_zone: "America/Los_Angeles",
            dark: false,
            compiles_once: false,
            scripts: Vec::new(),
            expected_errors: Vec::new(),
        }
    }
}

/// A running browser with one tab.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    downloads: TempDir,
    // In this order: the driver's end is the browser's, and only then can its profile go.
    process: Driver,
    _profile: TempDir,
}

impl Browser {
    /// Starts a driver and a browser. `proxy` gets to see every request for another origin than this machine's.
    ///
    /// # Errors
    /// When chromedriver or Chromium cannot be started.
    pub async fn start(setup: &Setup, proxy: &str) -> Outcome<Self> {
        let process = Driver::start()?;
        let profile = tempfile::tempdir()?;
        let downloads = tempfile::tempdir()?;
        let mut wishes = DesiredCapabilities::chrome();
        if let Some(binary) = env::var_os("CHROMIUM") {
            wishes.set_binary(&binary.to_string_lossy())?;
        }
        let (width, height) = setup.window;
        for flag in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-extensions",
            "--disable-features=OptimizationHints,OptimizationGuideModelDownloading,Translate",
            "--disable-sync",
            "--lang=en-US",
            // Over a pipe the browser ends when its driver does, however that comes about.
            "--remote-debugging-pipe",
            &format!("--proxy-server={proxy}"),
            &format!("--user-data-dir={}", profile.path().display()),
            &format!("--window-size={width},{height}"),
        ] {
            wishes.add_arg(flag)?;
        }
        if setup.compiles_once {
            wishes.add_arg("--js-flags=--liftoff-only")?;
        }
        wishes.set("goog:loggingPrefs", json!({ "browser": "ALL" }))?;
        let driver = WebDriver::new(process.url(), wishes).await?;
        let browser = Self {
            driver,
            downloads,
            process,
            _profile: profile,
        };
        browser.prepare(setup).await?;
        Ok(browser)
    }

    async fn prepare(&self, setup: &Setup) -> Outcome {
        let (width, height) = setup.window;
        let colours = if setup.dark { "dark" } else { "light" };
        let downloads = self.downloads().display().to_string();
        for (method, parameters) in [
            ("Emulation.setLocaleOverride", json!({ "locale": "en-US" })),
            (
                "Emulation.setTimezoneOverride",
                json!({ "timezoneId": setup.time_zone }),
            ),
            (
                "Emulation.setEmulatedMedia",
                json!({ "features": [{ "name": "prefers-color-scheme", "value": colours }] }),
            ),
            (
                "Emulation.setDeviceMetricsOverride",
                json!({ "width": width, "height": height, "deviceScaleFactor": setup.ratio, "mobile": false }),
            ),
            (
                "Browser.setDownloadBehavior",
                json!({ "behavior": "allow", "downloadPath": downloads }),
            ),
        ] {
            self.cdp(method, parameters).await?;
        }
        for script in &setup.scripts {
            let parameters = json!({ "source": script });
            self.cdp("Page.addScriptToEvaluateOnNewDocument", parameters)
                .await?;
        }
        Ok(())
    }

    /// Sends a command of the Chrome `DevTools` protocol.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub async fn cdp(
        &self,
        method: &str,
        parameters: serde_json::Value,
    ) -> Outcome<serde_json::Value> {
        Ok(self.driver.cdp().send_raw(method, parameters).await?)
    }

    /// The tab.
    #[must_use]
    pub fn tab(&self) -> &WebDriver {
        &self.driver
    }

    /// The process that everything of this browser descends from.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.process.process.id()
    }

    /// Where downloads arrive.
    #[must_use]
    pub fn downloads(&self) -> &Path {
        self.downloads.path()
    }

    /// The errors the console has seen since this was last asked.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn console_errors(&self) -> Outcome<Vec<String>> {
        let log = self.driver.browser_log().await?;
        Ok(log
            .into_iter()
            .filter(|entry| entry.level == "SEVERE")
            .map(|entry| entry.message)
            .collect())
    }

    /// Closes the browser.
    ///
    /// # Errors
    /// When it was gone already.
    pub async fn quit(self) -> Outcome {
        Ok(self.driver.clone().quit().await?)
    }
}

/// A chromedriver process on a port of its own choice.
#[derive(Debug)]
struct Driver {
    process: Child,
    port: String,
    // Held, so that the driver can go on writing.
    _output: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts one; another one where the port that it has chosen is taken by the time that it listens.
    fn start() -> Outcome<Self> {
        for _ in 0..3 {
            if let Some(driver) = Self::start_one()? {
                return Ok(driver);
            }
        }
        Err(Failure::new("chromedriver ended before it had a port"))
    }

    fn start_one() -> Outcome<Option<Self>> {
        let program = env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let mut process = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| {
                Failure::new(format!("{}: {error}", PathBuf::from(program).display()))
            })?;
        let output = process.stdout.take().map(BufReader::new);
        let mut output = output.ok_or_else(|| Failure::new("chromedriver has no output"))?;
        let mut line = String::new();
        while output.read_line(&mut line)? > 0 {
            if let Some((_, port)) = line.trim_end().rsplit_once("successfully on port ") {
                let port = port.trim_end_matches('.').to_owned();
                return Ok(Some(Self {
                    process,
                    port,
                    _output: output,
                }));
            }
            line.clear();
        }
        process.wait()?;
        Ok(None)
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Gone already is as good.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
