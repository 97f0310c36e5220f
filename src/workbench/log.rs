//! The build log: the steps that have run, and when the page shows them. It must not know what the
//! steps are for.

use std::time::Duration;

use leptos::prelude::*;
use mart::Step;

use super::Workbench;
use super::task::TaskProgress;
use crate::marks::now;

/// How often the log and the running step are shown, in milliseconds. Most steps are shorter: drawing
/// each of them would take longer than running it.
const INTERVAL: f64 = 200.0;

/// The steps of a build.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BuildLog {
    /// The name of the source.
    pub source: String,
    /// The steps that have run.
    pub steps: Vec<LoggedStep>,
    /// Whether the last step failed, and all were undone.
    pub failed: bool,
}

/// A step that has run.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedStep {
    /// What it does.
    pub title: String,
    /// Its statement.
    pub sql: String,
    /// Rows that it wrote; `None` where it writes none.
    pub rows: Option<u64>,
    /// How long it took.
    pub milliseconds: f64,
}

/// Writes the log of a running build, and shows it from time to time.
pub(super) struct Recorder {
    workbench: Workbench,
    progress: TaskProgress,
    log: BuildLog,
    done: u64,
    of: u64,
    shown_at: f64,
    step_began: f64,
    /// Shows the running part if it is still running after the interval.
    pending: Option<Timeout>,
}

/// A callback that is called later, unless this is dropped before.
struct Timeout(TimeoutHandle);

impl Timeout {
    fn set(callback: impl FnOnce() + 'static, milliseconds: f64) -> Option<Self> {
        let duration = Duration::from_secs_f64(milliseconds / 1_000.0);
        // Without a timer, what is shown is only a little out of date.
        set_timeout_with_handle(callback, duration).ok().map(Self)
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        self.0.clear();
    }
}

impl Recorder {
    /// Starts the log of a build.
    pub(super) fn start(workbench: Workbench, progress: TaskProgress, source: String) -> Self {
        let now = now();
        Self {
            workbench,
            progress,
            log: BuildLog {
                source,
                ..BuildLog::default()
            },
            done: 0,
            of: 0,
            shown_at: now,
            step_began: now,
            pending: None,
        }
    }

    /// Adds to the number of parts.
    pub(super) const fn expect(&mut self, parts: usize) {
        self.of += parts as u64;
    }

    /// A step begins.
    pub(super) fn begin(&mut self, step: &Step) {
        self.step_began = now();
        self.show(&step.title);
    }

    /// A question is asked, which is not a step.
    pub(super) fn ask(&mut self, question: &str) {
        self.step_began = now();
        self.show(question);
        self.done += 1;
    }

    /// Shows the log and the running part: at once if nothing was shown for the interval, otherwise
    /// when the part has run for as long.
    fn show(&mut self, part: &str) {
        self.pending.take();
        let Self {
            progress, done, of, ..
        } = *self;
        if self.step_began - self.shown_at < INTERVAL {
            let part = part.to_owned();
            self.pending = Timeout::set(move || progress.show(&part, done, of), INTERVAL);
        } else {
            self.shown_at = self.step_began;
            self.workbench.log.set(self.log.clone());
            progress.show(part, done, of);
        }
    }

    /// The step that was begun last has ended, with or without success.
    pub(super) fn end(&mut self, step: &Step, rows: Option<u64>) {
        self.done += 1;
        self.log.steps.push(LoggedStep {
            title: step.title.clone(),
            sql: step.sql.clone(),
            rows,
            milliseconds: now() - self.step_began,
        });
    }

    /// The log of a complete build, to be shown together with the mart.
    pub(super) fn finish(self) -> BuildLog {
        self.log
    }

    /// The build has failed; the last step is where.
    pub(super) fn fail(mut self) {
        self.log.failed = true;
        self.workbench.log.set(self.log);
    }
}
