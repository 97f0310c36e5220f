//! The dashboard: the mart's questions and the user's own, and the filter that limits all answers. An
//! answer whose query has changed is asked again, those in sight first, so that the page keeps up with a
//! drag.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::{Attribute, Days, Filter, Model, Query, Question};

use super::Workbench;
use super::error::{Attempt, Error};
use crate::rows::Rows;

/// Values of an attribute that are offered to filter by.
pub const MOST_VALUES: usize = 50;
/// Days that a range can be dragged over; it can be typed for any number.
const MOST_DAYS: usize = 100_000;

/// The state of the dashboard. A copy is another handle to the same state.
#[derive(Clone, Copy)]
pub struct Dashboard {
    question: RwSignal<Query>,
    /// The answer to the user's question.
    answer: DisplayedAnswer,
    values: RwSignal<Vec<(Attribute, Vec<String>)>>,
    days: RwSignal<Vec<String>>,
    is_in_view: StoredValue<fn(&str) -> bool>,
    is_asking: StoredValue<bool>,
    /// Queries that were asked, of which the latest has this number.
    asked: StoredValue<u32>,
}

/// An answer on the page. A copy is another handle to the same.
#[derive(Clone, Copy)]
pub struct DisplayedAnswer {
    heading: StoredValue<String>,
    rows: RwSignal<Option<Rows>>,
    /// The query that was asked last, and its number.
    asked: StoredValue<(String, u32)>,
}

impl DisplayedAnswer {
    fn new(heading: &str) -> Self {
        Self {
            heading: StoredValue::new(heading.to_owned()),
            rows: RwSignal::new(None),
            asked: StoredValue::default(),
        }
    }

    /// The id of the heading that it is shown under.
    pub fn heading(self) -> String {
        self.heading.get_value()
    }

    /// Its rows, once there are some.
    pub fn rows(self) -> ReadSignal<Option<Rows>> {
        self.rows.read_only()
    }
}

/// Answers that are not shown yet.
pub(super) struct Answers {
    /// Whether the filter is for another source and is removed.
    pub(super) is_new_source: bool,
    /// Of each question of the model, the query and its rows.
    pub(super) results: Vec<(String, Rows)>,
}

/// The questions of a model, each with a place for its answer.
pub(super) fn displayed(model: &Model) -> Vec<(Question, DisplayedAnswer)> {
    let questions = model.questions().iter().cloned();
    questions
        .map(|question| {
            let answer = DisplayedAnswer::new(question.name());
            (question, answer)
        })
        .collect()
}

impl Dashboard {
    pub(super) fn new(model: &Model) -> Self {
        Self {
            question: RwSignal::new(first_question(model)),
            answer: DisplayedAnswer::new("ask-the-star-heading"),
            values: RwSignal::new(Vec::new()),
            days: RwSignal::new(Vec::new()),
            is_in_view: StoredValue::new(|_| true),
            is_asking: StoredValue::new(false),
            asked: StoredValue::new(0),
        }
    }

    /// Forgets the questions to another model.
    pub(super) fn start_over(self, model: &Model) {
        self.question.set(first_question(model));
        self.values.set(Vec::new());
        self.days.set(Vec::new());
    }

    /// The user's question. Its filter limits all answers.
    pub fn question(self) -> ReadSignal<Query> {
        self.question.read_only()
    }

    /// The answer to the user's question.
    pub const fn answer(self) -> DisplayedAnswer {
        self.answer
    }

    /// The attributes to filter by, each with its values.
    pub fn values(self) -> ReadSignal<Vec<(Attribute, Vec<String>)>> {
        self.values.read_only()
    }

    /// The days of the mart, in order; none where there are too many.
    pub fn days(self) -> ReadSignal<Vec<String>> {
        self.days.read_only()
    }

    /// How to find out whether the user sees the answer under the heading of an id: those are asked
    /// first.
    pub fn prefer(self, is_in_view: fn(&str) -> bool) {
        self.is_in_view.set_value(is_in_view);
    }
}

/// The question before the user has changed it: the total of the first metric.
fn first_question(model: &Model) -> Query {
    let mut query = Query::default();
    query.metrics = model.metrics().iter().take(1).cloned().collect();
    query
}

impl Workbench {
    /// The attributes of the mart; none where it measures nothing.
    pub fn attributes(self) -> Vec<Attribute> {
        self.with_model(|model| model.attributes().to_vec())
    }

    /// The query of the user's question.
    pub fn question_sql(self) -> Option<String> {
        self.with_model(|model| self.dashboard.question.with(|query| query.sql(model)))
    }

    /// An answer's query, within the filter.
    pub fn answer_sql(self, question: &Question) -> String {
        let query = self
            .dashboard
            .question
            .with(|own| question.query(&own.filter));
        self.with_model(|model| query.sql(model))
            .unwrap_or_default()
    }

    /// What of the filter does not limit a question, since its facts do not lead there.
    pub fn unfiltered(self, metrics: &[mart::Metric]) -> Vec<String> {
        let filter = self.dashboard.question.with(|own| own.filter.clone());
        let mut ignored: Vec<_> = self.with_model(|model| {
            let facts = metrics.iter().map(mart::Metric::fact);
            facts.flat_map(|fact| filter.ignored(model, fact)).collect()
        });
        ignored.sort_unstable();
        ignored.dedup();
        ignored
    }

    /// Changes the question or the filter, and asks.
    pub fn change_question(self, change: impl FnOnce(&mut Query)) {
        self.dashboard.question.update(change);
        self.ask_outdated();
    }

    /// Asks for the first metric that an attribute can group, by that attribute.
    pub fn ask_by(self, attribute: Attribute) {
        let metrics = untrack(|| self.with_model(|model| metric_by(model, &attribute)));
        self.change_question(|query| {
            query.metrics = metrics;
            query.by = vec![attribute];
            query.limit = None;
        });
    }

    /// Filters by days.
    pub fn choose_days(self, days: Days) {
        self.change_question(|question| question.filter.days = days);
    }

    /// Offers the values of an attribute to filter by, or stops offering them.
    pub fn toggle_filter(self, attribute: Attribute) {
        if !self.offers(&attribute) {
            return self.offer_values(attribute);
        }
        self.dashboard
            .values
            .update(|values| values.retain(|(known, _)| *known != attribute));
        let is_other = |(known, _): &(Attribute, _)| *known != attribute;
        self.change_question(|question| question.filter.only.retain(is_other));
    }

    /// Whether the values of an attribute are offered.
    fn offers(self, attribute: &Attribute) -> bool {
        let values = self.dashboard.values;
        values.with_untracked(|values| values.iter().any(|(known, _)| known == attribute))
    }

    fn offer_values(self, attribute: Attribute) {
        let sql = untrack(|| self.with_model(|model| attribute.values(model, MOST_VALUES + 1)));
        let Some(sql) = sql else {
            return;
        };
        spawn_local(async move {
            match self.fetch_texts(&sql).await {
                Ok(values) => self
                    .dashboard
                    .values
                    .update(|known| known.push((attribute, values))),
                Err(error) => self.report(&Attempt::AskQuestion, &error),
            }
        });
    }

    /// Adds values of a chart to the filter, each by the name of its column; or removes them. A value
    /// without a column is a period of time.
    pub fn pick(self, picked: &[(String, String)]) {
        let known = untrack(|| self.attributes());
        let mut values = Vec::new();
        for (column, value) in picked {
            if let Some(attribute) = known.iter().find(|known| known.name() == column) {
                values.push((attribute.clone(), value.clone()));
            } else if let Some(days) = Days::of(value) {
                let is_chosen = self.filter().days == days;
                return self.choose_days(if is_chosen { Days::default() } else { days });
            }
        }
        for (attribute, _) in &values {
            if !self.offers(attribute) {
                self.offer_values(attribute.clone());
            }
        }
        self.change_question(|question| question.filter.toggle(&values));
    }

    /// Whether the answers are filtered.
    pub fn is_filtered(self) -> bool {
        self.dashboard
            .question
            .with(|question| question.filter != Filter::default())
    }

    /// The filter of all answers.
    pub(super) fn filter(self) -> Filter {
        self.dashboard
            .question
            .with_untracked(|question| question.filter.clone())
    }

    pub(super) fn show_answers(self, answers: Answers) {
        if answers.is_new_source && self.filter() != Filter::default() {
            self.dashboard.values.set(Vec::new());
            self.dashboard
                .question
                .update(|question| question.filter = Filter::default());
        }
        let displayed = self.answers.get_untracked();
        for ((_, displayed), (sql, rows)) in displayed.into_iter().zip(answers.results) {
            displayed.rows.set(Some(rows));
            displayed.asked.set_value((sql, 0));
        }
        // It is asked again when a page shows it.
        self.dashboard.answer.asked.set_value(Default::default());
    }

    /// Fetches what the dashboard shows besides the answers of the build.
    pub(super) fn refresh_dashboard(self) {
        self.fetch_days();
        self.ask_outdated();
    }

    fn fetch_days(self) {
        let sql = untrack(|| self.with_model(|model| model.day()?.values(model, MOST_DAYS + 1)));
        let Some(sql) = sql else {
            return;
        };
        spawn_local(async move {
            match self.fetch_texts(&sql).await {
                Ok(mut days) => {
                    if days.len() > MOST_DAYS {
                        days.clear();
                    }
                    // The same days again leave the range as it is.
                    if self.dashboard.days.with_untracked(|known| *known != days) {
                        self.dashboard.days.set(days);
                    }
                }
                Err(error) => self.report(&Attempt::AskQuestion, &error),
            }
        });
    }

    /// Asks for every answer whose query has changed.
    fn ask_outdated(self) {
        let is_asking = self.dashboard.is_asking;
        if is_asking.get_value() {
            return;
        }
        is_asking.set_value(true);
        spawn_local(async move {
            let outcome = self.ask_one_after_another().await;
            is_asking.set_value(false);
            if let Err(error) = outcome {
                self.report(&Attempt::AskQuestion, &error);
            }
        });
    }

    async fn ask_one_after_another(self) -> Result<(), Error> {
        while let Some((displayed, sql)) = untrack(|| self.next_outdated()) {
            let number = self.dashboard.asked.get_value() + 1;
            self.dashboard.asked.set_value(number);
            // Before it is asked: a query that fails is not asked again until it changes.
            displayed.asked.set_value((sql.clone(), number));
            let rows = match sql.as_str() {
                "" => None,
                sql => Some(self.connect().await?.query(sql).await?.into()),
            };
            displayed.rows.set(rows);
        }
        Ok(())
    }

    /// The outdated answer that the user sees and has waited for longest.
    fn next_outdated(self) -> Option<(DisplayedAnswer, String)> {
        if self.built.with(Option::is_none) {
            return None;
        }
        let answers = self.answers.get().into_iter();
        let answers = answers.map(|(question, displayed)| (displayed, self.answer_sql(&question)));
        let own = self.question_sql().unwrap_or_default();
        let is_in_view = self.dashboard.is_in_view.get_value();
        answers
            .chain([(self.dashboard.answer, own)])
            .filter(|(displayed, sql)| displayed.asked.with_value(|(asked, _)| asked != sql))
            .min_by_key(|(displayed, _)| {
                (
                    !displayed.heading.with_value(|heading| is_in_view(heading)),
                    displayed.asked.with_value(|(_, number)| *number),
                )
            })
    }

    /// The first column of a result.
    async fn fetch_texts(self, sql: &str) -> Result<Vec<String>, Error> {
        let rows = Rows::from(self.connect().await?.query(sql).await?);
        Ok((0..rows.len())
            .map(|row| rows.cell(row, 0).to_string())
            .collect())
    }
}

/// The first metric whose fact leads to an attribute.
fn metric_by(model: &Model, attribute: &Attribute) -> Vec<mart::Metric> {
    let metrics = model.metrics().iter();
    metrics
        .filter(|metric| attribute.is_of_fact(metric.fact()))
        .take(1)
        .cloned()
        .collect()
}
