//! The state of the dashboard as parameters of the page's address, and how answers are shown, which the
//! browser remembers. It must not know the address itself.

use std::collections::BTreeMap;

use leptos::prelude::*;
use mart::{DashboardState, Model, Query};

use super::Workbench;
use crate::memory;
use crate::workbench::Topic;

/// How answers are shown, by their names, where the user has chosen: words of the views, which the
/// workbench passes on. A copy is another handle to the same.
#[derive(Clone, Copy)]
pub struct Views {
    shown: RwSignal<BTreeMap<String, String>>,
    /// The name under which the browser remembers them.
    memory: StoredValue<String>,
    /// Parameters of the address that this mart does not know: another one may.
    unknown: RwSignal<Vec<String>>,
    /// The parameters that had some.
    pending: StoredValue<Vec<(String, String)>>,
}

impl Views {
    pub(super) fn new(model: &Model) -> Self {
        let memory = memory_name(model);
        Self {
            shown: RwSignal::new(memory::recall(&memory)),
            memory: StoredValue::new(memory),
            unknown: RwSignal::new(Vec::new()),
            pending: StoredValue::default(),
        }
    }

    pub(super) fn start_over(self, model: &Model) {
        let memory = memory_name(model);
        self.shown.set(memory::recall(&memory));
        self.memory.set_value(memory);
    }

    /// How an answer is shown; `None` where the user has not chosen.
    pub fn of(self, answer: &str) -> Option<String> {
        self.shown.with(|shown| shown.get(answer).cloned())
    }

    /// Shows an answer in another way from now on.
    pub fn choose(self, answer: &str, how: &str) {
        self.shown.update(|shown| {
            shown.insert(answer.to_owned(), how.to_owned());
        });
        self.remember();
    }

    /// What the address asks for and this mart does not have, each as `name=value`.
    pub fn unknown(self) -> ReadSignal<Vec<String>> {
        self.unknown.read_only()
    }

    /// Does not follow the link again for another mart.
    pub(super) fn forget_link(self) {
        self.pending.set_value(Vec::new());
        self.unknown.set(Vec::new());
    }

    fn remember(self) {
        let shown = self.shown.get_untracked();
        self.memory
            .with_value(|name| memory::remember(name, &shown));
    }
}

fn memory_name(model: &Model) -> String {
    format!("views of {}", model.name())
}

impl Workbench {
    /// The state of the dashboard as parameters of an address.
    pub fn link(self) -> Vec<(String, String)> {
        let dashboard = self.dashboard;
        let question = dashboard.question.get();
        let is_first = self.with_model(|model| question == Query::first(model));
        let state = DashboardState {
            filter: dashboard.filter.get(),
            question: (!is_first).then_some(question),
            shown: dashboard.views.shown.get(),
        };
        state.parameters()
    }

    /// Shows the state that the parameters of an address stand for.
    pub fn follow_link(self, parameters: &[(String, String)]) {
        let dashboard = self.dashboard;
        let views = dashboard.views;
        let (state, unknown) =
            untrack(|| self.with_model(|model| DashboardState::read(model, parameters)));
        views.pending.set_value(if unknown.is_empty() {
            Vec::new()
        } else {
            parameters.to_vec()
        });
        views.unknown.set(unknown);
        let first = untrack(|| self.with_model(Query::first));
        dashboard.question.set(state.question.unwrap_or(first));
        dashboard.filter.set(state.filter);
        if !state.shown.is_empty() {
            views.shown.set(state.shown);
            views.remember();
        }
        dashboard.offered.close();
        self.ask_outdated();
        self.refresh_if_shown(Topic::SavedQueries);
    }

    /// Follows the link again that the mart before did not have everything of.
    pub(in crate::workbench) fn follow_pending_link(self) {
        let pending = self.dashboard.views.pending.get_value();
        if !pending.is_empty() {
            self.follow_link(&pending);
        }
    }
}
