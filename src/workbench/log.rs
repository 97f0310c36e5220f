//! The build log: what has run, and the showing of it while more runs. It knows nothing of what
//! the steps are for.

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

    fn show(&mut self, part: &str) {
        if self.step_began - self.shown_at < MILLISECONDS_UNSEEN {
            return;
        }
        self.shown_at = self.step_began;
        self.workbench.log.set(self.log.clone());
        self.workbench.activity.update(|activity| {
            if let Some(activity) = activity {
                part.clone_into(&mut activity.detail);
                activity.done = self.done;
                activity.of = self.of;
            }
        });
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
