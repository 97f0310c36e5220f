//! The state of a dashboard as parameters of an address, so that a link shows the same to others. It must
//! not know addresses, nor what is shown.

use std::collections::BTreeMap;

use crate::compile::query::Query;
use crate::days::is_day;
use crate::filter::Filter;
use crate::model::{Attribute, Metric, Model};

/// What a link carries: the filter, the user's question and how answers are shown.
///
/// ```
/// use mart::{DashboardState, Days};
///
/// let shipped = mart::shipped::built_in();
/// let model = shipped.model();
/// let mut state = DashboardState::default();
/// state.filter.days = Days::of("2025-11").unwrap();
/// state.filter.choose(&model.attributes()[1], &["North".to_owned()], true);
/// let parameters = state.parameters();
/// assert_eq!(parameters[2], ("not.region".to_owned(), "North".to_owned()));
/// assert_eq!(DashboardState::read(model, &parameters), (state, Vec::new()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DashboardState {
    /// The facts that count.
    pub filter: Filter,
    /// The user's question, without a filter of its own; `None` for the one that the page begins with.
    pub question: Option<Query>,
    /// How answers are shown, by their names, where the user has chosen.
    pub shown: BTreeMap<String, String>,
}

const FIRST_DAY: &str = "from";
const LAST_DAY: &str = "to";
const ONLY: &str = "only.";
const NOT: &str = "not.";
const PICKED: &str = "picked.";
const METRIC: &str = "ask";
const BY: &str = "by";
const TOP: &str = "top";
const COMPARED: &str = "compare";
/// The one value of [`COMPARED`].
const WITH_BEFORE: &str = "before";
const SHOWN: &str = "show.";

impl DashboardState {
    /// As names and values; a name may come several times. Empty for the state that a page begins with.
    #[must_use]
    pub fn parameters(&self) -> Vec<(String, String)> {
        let mut parameters = Vec::new();
        let mut add =
            |name: &str, value: &str| parameters.push((name.to_owned(), value.to_owned()));
        let days = &self.filter.days;
        for (name, day) in [(FIRST_DAY, &days.first), (LAST_DAY, &days.last)] {
            if let Some(day) = day {
                add(name, day);
            }
        }
        for selection in &self.filter.selections {
            let kind = match (selection.is_excluded, selection.is_picked) {
                (true, _) => NOT,
                (false, true) => PICKED,
                (false, false) => ONLY,
            };
            let name = format!("{kind}{}", selection.attribute.name());
            for value in &selection.values {
                add(&name, value);
            }
        }
        if let Some(question) = &self.question {
            for metric in &question.metrics {
                add(METRIC, metric.name());
            }
            for by in &question.by {
                add(BY, by.name());
            }
            if let Some(top) = question.limit {
                add(TOP, &top.to_string());
            }
            if question.is_compared {
                add(COMPARED, WITH_BEFORE);
            }
        }
        for (answer, how) in &self.shown {
            add(&format!("{SHOWN}{answer}"), how);
        }
        parameters
    }

    /// The state that parameters stand for, and those that mean nothing to this model, each as
    /// `name=value`.
    #[must_use]
    pub fn read(model: &Model, parameters: &[(String, String)]) -> (Self, Vec<String>) {
        let mut state = Self::default();
        let mut question = Query::default();
        let mut unknown = Vec::new();
        for (name, value) in parameters {
            let known = state.read_filter(model, name, value)
                || read_question(&mut question, model, name, value)
                || state.read_shown(name, value);
            if !known {
                unknown.push(format!("{name}={value}"));
            }
        }
        let is_asked = question != Query::default();
        state.question = is_asked.then_some(question);
        (state, unknown)
    }

    fn read_filter(&mut self, model: &Model, name: &str, value: &str) -> bool {
        let days = &mut self.filter.days;
        match name {
            FIRST_DAY | LAST_DAY if model.day().is_none() || !is_day(value) => return false,
            FIRST_DAY => days.first = Some(value.to_owned()),
            LAST_DAY => days.last = Some(value.to_owned()),
            _ => return self.read_selection(model, name, value),
        }
        true
    }

    fn read_selection(&mut self, model: &Model, name: &str, value: &str) -> bool {
        let kinds = [
            (ONLY, false, false),
            (NOT, true, false),
            (PICKED, false, true),
        ];
        let found = kinds
            .into_iter()
            .find_map(|(kind, is_excluded, is_picked)| {
                let attribute = attribute(model, name.strip_prefix(kind)?)?;
                Some((attribute, is_excluded, is_picked))
            });
        let Some((attribute, is_excluded, is_picked)) = found else {
            return false;
        };
        let known = self.filter.of(attribute);
        let mut values = match known {
            // Values cannot both count and be excluded.
            Some(known) if known.is_excluded != is_excluded => return false,
            Some(known) => known.values.clone(),
            None => Vec::new(),
        };
        if !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
        self.filter.choose(attribute, &values, is_excluded);
        let selection = self.filter.selections.iter_mut();
        for selection in selection.filter(|one| one.attribute == *attribute) {
            selection.is_picked = is_picked;
        }
        true
    }

    fn read_shown(&mut self, name: &str, value: &str) -> bool {
        let answer = name.strip_prefix(SHOWN);
        if let Some(answer) = answer {
            self.shown.insert(answer.to_owned(), value.to_owned());
        }
        answer.is_some()
    }
}

fn read_question(question: &mut Query, model: &Model, name: &str, value: &str) -> bool {
    match name {
        METRIC => {
            let metric = model.metrics().iter().find(|one| one.name() == value);
            let leads =
                |metric: &&Metric| question.by.iter().all(|by| by.is_of_fact(metric.fact()));
            let metric = metric.filter(leads);
            question.metrics.extend(metric.cloned());
            metric.is_some()
        }
        BY => {
            let is_common = |by: &&Attribute| {
                let mut metrics = question.metrics.iter();
                metrics.all(|metric| by.is_of_fact(metric.fact())) && !question.by.contains(by)
            };
            let by = attribute(model, value).filter(is_common);
            question.by.extend(by.cloned());
            by.is_some()
        }
        TOP => {
            question.limit = value.parse().ok().filter(|top| *top > 0);
            question.limit.is_some()
        }
        COMPARED => {
            question.is_compared = value == WITH_BEFORE;
            question.is_compared
        }
        _ => false,
    }
}

fn attribute<'m>(model: &'m Model, name: &str) -> Option<&'m Attribute> {
    model.attributes().iter().find(|one| one.name() == name)
}
