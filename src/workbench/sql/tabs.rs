//! The tabs of the SQL page: each has a text of its own and the results of its last run. Names and texts are
//! there again on the next visit. It must not know how a statement is run.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Outcome, Problem};
use crate::memory;

/// The name of the tabs in the browser's memory.
const TABS: &str = "sql-tabs";

/// A text with its results. Clones are handles to the same tab.
#[derive(Clone)]
pub struct Tab {
    id: u32,
    name: ArcRwSignal<String>,
    pub(super) text: ArcRwSignal<String>,
    pub(super) outcomes: ArcRwSignal<Vec<Outcome>>,
    pub(super) problem: ArcRwSignal<Option<Problem>>,
    /// How the user wants the results shown, by their places.
    views: ArcRwSignal<Vec<ArcRwSignal<String>>>,
}

impl Tab {
    fn new(id: u32, name: String, text: String) -> Self {
        Self {
            id,
            name: ArcRwSignal::new(name),
            text: ArcRwSignal::new(text),
            outcomes: ArcRwSignal::default(),
            problem: ArcRwSignal::default(),
            views: ArcRwSignal::default(),
        }
    }

    /// Its number, which no other tab of this visit has.
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// How the result at this place of a run is shown, in the words of whoever shows it: empty before the
    /// user has chosen. It outlasts the run.
    pub fn view(&self, place: usize) -> ArcRwSignal<String> {
        let mut views = self.views.write_untracked();
        while views.len() <= place {
            views.push(ArcRwSignal::default());
        }
        views.get(place).cloned().unwrap_or_default()
    }

    /// Its name.
    pub fn name(&self) -> ArcReadSignal<String> {
        self.name.read_only()
    }
}

impl PartialEq for Tab {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// What is kept of the tabs.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    active: usize,
    tabs: Vec<(String, String)>,
}

/// All tabs. A copy is another handle to them.
#[derive(Clone, Copy)]
pub struct Tabs {
    /// Never empty.
    all: RwSignal<Vec<Tab>>,
    active: RwSignal<Tab>,
    /// The one whose statements run, or ran last.
    running: RwSignal<Tab>,
    /// The one that was closed last, and where it was.
    closed: RwSignal<Option<(usize, Tab)>>,
    next: StoredValue<u32>,
    /// Whether the browser keeps what is written.
    is_kept: RwSignal<bool>,
}

impl Tabs {
    /// Those of the last visit, or one with this text.
    pub(super) fn recall(first: String) -> Self {
        let kept: Kept = memory::recall(TABS);
        let tabs = (1..).zip(kept.tabs);
        let mut all: Vec<_> = tabs
            .map(|(id, (name, text))| Tab::new(id, name, text))
            .collect();
        let spare = Tab::new(1, "Query 1".to_owned(), first);
        if all.is_empty() {
            all.push(spare.clone());
        }
        let next = u32::try_from(all.len()).unwrap_or(0) + 1;
        let active = all.get(kept.active).cloned().unwrap_or(spare);
        let active = if all.contains(&active) {
            active
        } else {
            all.first().cloned().unwrap_or(active)
        };
        Self {
            all: RwSignal::new(all),
            active: RwSignal::new(active.clone()),
            running: RwSignal::new(active),
            closed: RwSignal::new(None),
            next: StoredValue::new(next),
            is_kept: RwSignal::new(true),
        }
    }

    /// All, in order.
    pub fn all(self) -> ReadSignal<Vec<Tab>> {
        self.all.read_only()
    }

    /// The one that is shown.
    pub fn active(self) -> ReadSignal<Tab> {
        self.active.read_only()
    }

    /// The name of the tab that was closed last, while it can be brought back.
    pub fn closed(self) -> Option<String> {
        self.closed
            .with(|closed| closed.as_ref().map(|(_, tab)| tab.name.get()))
    }

    /// Whether the texts are there again on the next visit.
    pub fn are_kept(self) -> bool {
        self.is_kept.get()
    }

    /// The text of the active tab.
    pub fn text(self) -> Signal<String> {
        Signal::derive(move || self.active.get().text.get())
    }

    /// Changes the text of the active tab.
    pub(super) fn write(self, text: String) {
        self.active.with_untracked(|tab| tab.text.set(text));
        self.keep();
    }

    /// Changes this text to another one, in whichever tab it is.
    pub(super) fn replace(self, before: &str, now: &str) {
        self.all.with_untracked(|all| {
            for tab in all {
                if tab.text.with_untracked(|text| text == before) {
                    tab.text.set(now.to_owned());
                }
            }
        });
        self.keep();
    }

    /// The results of the active tab.
    pub(super) fn outcomes(self) -> Signal<Vec<Outcome>> {
        Signal::derive(move || self.active.get().outcomes.get())
    }

    /// The error in the text of the active tab.
    pub(super) fn problem(self) -> Signal<Option<Problem>> {
        Signal::derive(move || self.active.get().problem.get())
    }

    /// The tab whose statements run.
    pub(super) fn running(self) -> Tab {
        self.running.get_untracked()
    }

    /// The active tab runs statements from now on.
    pub(super) fn begin(self) {
        self.running.set(self.active.get_untracked());
    }

    /// The results of all tabs.
    pub(super) fn each_outcome(self, mut act: impl FnMut(&Outcome)) {
        let closed = self.closed.get_untracked().map(|(_, tab)| tab);
        let tabs = self.all.get_untracked().into_iter().chain(closed);
        for tab in tabs.chain([self.running()]) {
            tab.outcomes
                .with_untracked(|all| all.iter().for_each(&mut act));
        }
    }

    /// Shows the tab of this number.
    pub fn show(self, id: u32) {
        let found = self
            .all
            .with_untracked(|all| all.iter().find(|tab| tab.id == id).cloned());
        if let Some(tab) = found {
            self.active.set(tab);
            self.keep();
        }
    }

    /// Shows a text: in the tab that has it, or in a new one. No text is lost.
    pub fn open(self, text: String) {
        let known = self.all.with_untracked(|all| {
            let is_same = |tab: &&Tab| tab.text.with_untracked(|known| *known == text);
            all.iter().find(is_same).map(Tab::id)
        });
        match known {
            Some(id) => self.show(id),
            None => self.add(text),
        }
    }

    /// A new tab, which is shown.
    pub fn add(self, text: String) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        let tab = Tab::new(id, self.free_name(), text);
        self.all.update(|all| all.push(tab.clone()));
        self.active.set(tab);
        self.keep();
    }

    fn free_name(self) -> String {
        self.all.with_untracked(|all| {
            let is_free = |name: &String| {
                !all.iter()
                    .any(|tab| tab.name.with_untracked(|known| known == name))
            };
            let mut names = (1..).map(|number: u32| format!("Query {number}"));
            names.find(is_free).unwrap_or_default()
        })
    }

    /// Gives the active tab another name; an empty one changes nothing.
    pub fn rename(self, name: &str) {
        let name = name.trim();
        if !name.is_empty() {
            self.active
                .with_untracked(|tab| tab.name.set(name.to_owned()));
            self.keep();
        }
    }

    /// Closes the active tab, until it is brought back. There is always one tab.
    pub fn close(self) {
        let tab = self.active.get_untracked();
        let place = self
            .all
            .with_untracked(|all| all.iter().position(|known| *known == tab));
        let Some(place) = place else { return };
        self.all.update(|all| {
            all.remove(place);
        });
        let next = self
            .all
            .with_untracked(|all| all.get(place).or_else(|| all.last()).cloned());
        match next {
            Some(next) => self.active.set(next),
            None => self.add(String::new()),
        }
        self.closed.set(Some((place, tab)));
        self.keep();
    }

    /// Brings the tab back that was closed last.
    pub fn reopen(self) {
        let Some((place, tab)) = self.closed.get_untracked() else {
            return;
        };
        self.closed.set(None);
        self.all
            .update(|all| all.insert(place.min(all.len()), tab.clone()));
        self.active.set(tab);
        self.keep();
    }

    fn keep(self) {
        let active = self.active.get_untracked();
        let kept = self.all.with_untracked(|all| Kept {
            active: all.iter().position(|tab| *tab == active).unwrap_or(0),
            tabs: all
                .iter()
                .map(|tab| (tab.name.get_untracked(), tab.text.get_untracked()))
                .collect(),
        });
        let is_kept = memory::is_remembered(TABS, &kept);
        if self.is_kept.get_untracked() != is_kept {
            self.is_kept.set(is_kept);
        }
    }
}
