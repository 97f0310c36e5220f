//! The build log: what has run, and the showing of it while more runs. It knows nothing of what
//! the steps are for.

use std::time::Duration;

use leptos::prelude::*;
use mart::Step;

use super::Workbench;

/// How long a build goes on unseen before what it does is shown, and shown anew. The short ones
/// are over by then: drawing every step of them would take longer than running it.
const MILLISECONDS_UNSEEN: f64 = 200.0;

/// The steps of a build.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BuildLog {
    /// What was built from.
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

/// A log in the making, which is on the page now and then.
pub(super) struct Recorder {
    workbench: Workbench,
    log: BuildLog,
    done: u64,
    of: u64,
    shown_at: f64,
    step_began: f64,
    /// Shows the part that runs now, if it still does by then.
    put_off: Option<Timeout>,
}

/// Something to do later, unless this is dropped before.
struct Timeout(TimeoutHandle);

impl Timeout {
    fn set(what: impl FnOnce() + 'static, milliseconds: f64) -> Option<Self> {
        let duration = Duration::from_secs_f64(milliseconds / 1_000.0);
        // Without a timer, what is shown is only a little older.
        set_timeout_with_handle(what, duration).ok().map(Self)
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        self.0.clear();
    }
}

impl Workbench {
    /// Says which part of the activity runs now.
    fn tell(self, part: &str, done: u64, of: u64) {
        self.activity.update(|activity| {
            if let Some(activity) = activity {
                part.clone_into(&mut activity.detail);
                activity.done = done;
                activity.of = of;
            }
        });
    }
}

impl Recorder {
    /// Starts the log of a build.
    pub(super) fn start(workbench: Workbench, source: String) -> Self {
        let now = now();
        Self {
            workbench,
            log: BuildLog {
                source,
                ..BuildLog::default()
            },
            done: 0,
            of: 0,
            shown_at: now,
            step_began: now,
            put_off: None,
        }
    }

    /// So many more parts are known to come.
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

    /// Shows what has run and the part that runs now: at once if nothing was shown for a while,
    /// or else when the part turns out to take long.
    fn show(&mut self, part: &str) {
        self.put_off.take();
        let Self {
            workbench,
            done,
            of,
            ..
        } = *self;
        if self.step_began - self.shown_at < MILLISECONDS_UNSEEN {
            let part = part.to_owned();
            let tell = move || workbench.tell(&part, done, of);
            self.put_off = Timeout::set(tell, MILLISECONDS_UNSEEN);
        } else {
            self.shown_at = self.step_began;
            workbench.log.set(self.log.clone());
            workbench.tell(part, done, of);
        }
    }

    /// The step that was begun last has ended, well or not.
    pub(super) fn end(&mut self, step: &Step, rows: Option<u64>) {
        self.done += 1;
        self.log.steps.push(LoggedStep {
            title: step.title.clone(),
            sql: step.sql.clone(),
            rows,
            milliseconds: now() - self.step_began,
        });
    }

    /// The log of a build that is whole, to be shown together with what was built.
    pub(super) fn finish(self) -> BuildLog {
        self.log
    }

    /// The build has failed, and the last step says where.
    pub(super) fn fail(mut self) {
        self.log.failed = true;
        self.workbench.log.set(self.log);
    }
}

/// Milliseconds since the page was opened.
pub(super) fn now() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}
