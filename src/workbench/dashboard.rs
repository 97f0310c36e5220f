//! The dashboard: the mart's questions and the user's own, the key figures, and the filter that limits
//! all of them. An answer whose query has changed is asked again, those in sight first, so that the page
//! keeps up with a drag.

mod figures;
mod filtering;
mod link;

use duckdb_wasm::Error as EngineError;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::{Attribute, Filter, Model, Query, Question};

use super::error::{Attempt, Error};
use super::{Topic, Workbench, advice};
use crate::rows::Rows;

use figures::Figures;
pub use figures::KeyFigure;
pub use filtering::{MOST_VALUES, OfferedValues};
pub use link::Views;

/// The state of the dashboard. A copy is another handle to the same state.
#[derive(Clone, Copy)]
pub struct Dashboard {
    question: RwSignal<Query>,
    /// The answer to the user's question.
    answer: DisplayedAnswer,
    figures: Figures,
    filter: RwSignal<Filter>,
    offered: OfferedValues,
    days: RwSignal<Vec<String>>,
    views: Views,
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
    problem: RwSignal<Option<String>>,
}

impl DisplayedAnswer {
    fn new(heading: &str) -> Self {
        Self {
            heading: StoredValue::new(heading.to_owned()),
            rows: RwSignal::new(None),
            asked: StoredValue::default(),
            problem: RwSignal::new(None),
        }
    }

    /// The id of the heading that it is shown under.
    pub fn heading(self) -> String {
        self.heading.get_value()
    }

    /// Whether this query was asked last.
    fn has_asked(self, sql: &str) -> bool {
        self.asked.with_value(|(asked, _)| asked == sql)
    }

    /// Has it asked again, though its query stays.
    fn forget(self) {
        self.asked.set_value(Default::default());
    }

    /// Why it cannot be given, though its query was asked.
    pub fn problem(self) -> ReadSignal<Option<String>> {
        self.problem.read_only()
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
            question: RwSignal::new(Query::first(model)),
            answer: DisplayedAnswer::new("ask-the-star-heading"),
            figures: Figures::new(model),
            filter: RwSignal::new(Filter::default()),
            offered: OfferedValues::default(),
            days: RwSignal::new(Vec::new()),
            views: Views::new(model),
            is_in_view: StoredValue::new(|_| true),
            is_asking: StoredValue::new(false),
            asked: StoredValue::new(0),
        }
    }

    /// Forgets the questions to another model.
    pub(super) fn start_over(self, model: &Model) {
        self.question.set(Query::first(model));
        self.figures.start_over(model);
        self.filter.set(Filter::default());
        self.offered.close();
        self.days.set(Vec::new());
        self.views.start_over(model);
    }

    /// The user's question. The filter limits it as it limits all answers.
    pub fn question(self) -> ReadSignal<Query> {
        self.question.read_only()
    }

    /// The answer to the user's question.
    pub const fn answer(self) -> DisplayedAnswer {
        self.answer
    }

    /// The facts that count in all answers.
    pub fn filter(self) -> ReadSignal<Filter> {
        self.filter.read_only()
    }

    /// The values of an attribute, to choose from.
    pub const fn offered(self) -> OfferedValues {
        self.offered
    }

    /// How answers are shown.
    pub const fn views(self) -> Views {
        self.views
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

impl Workbench {
    /// The attributes of the mart; none where it measures nothing.
    pub fn attributes(self) -> Vec<Attribute> {
        self.with_model(|model| model.attributes().to_vec())
    }

    /// The query of the user's question.
    pub fn question_sql(self) -> Option<String> {
        let mut query = self.dashboard.question.get();
        query.filter = self
            .dashboard
            .filter
            .with(|filter| filter.without_picked(&query.by));
        self.with_model(|model| query.sql(model))
    }

    /// An answer's query, within the filter.
    pub fn answer_sql(self, question: &Question) -> String {
        let query = self.dashboard.filter.with(|filter| question.query(filter));
        self.with_model(|model| query.sql(model))
            .unwrap_or_default()
    }

    /// What of the filter does not limit a question, since its facts do not lead there.
    pub fn unfiltered(self, metrics: &[mart::Metric]) -> Vec<String> {
        let filter = self.dashboard.filter.get();
        let mut ignored: Vec<_> = self.with_model(|model| {
            let facts = metrics.iter().map(mart::Metric::fact);
            facts.flat_map(|fact| filter.ignored(model, fact)).collect()
        });
        ignored.sort_unstable();
        ignored.dedup();
        ignored
    }

    /// Changes the question, and asks.
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

    pub(super) fn show_answers(self, answers: Answers) {
        if answers.is_new_source && !self.filter().is_empty() {
            self.dashboard.offered.close();
            self.dashboard.filter.set(Filter::default());
        }
        let is_in_view = self.dashboard.is_in_view.get_value();
        let number = self.next_number();
        let mut unseen = Vec::new();
        let displayed = self.answers.get_untracked();
        for ((_, displayed), (sql, rows)) in displayed.into_iter().zip(answers.results) {
            displayed.problem.set(None);
            displayed.asked.set_value((sql.clone(), number));
            if displayed.heading.with_value(|heading| is_in_view(heading)) {
                displayed.rows.set(Some(rows));
            } else {
                unseen.push((displayed, (sql, number), rows));
            }
        }
        show_unseen(unseen);
        // These are asked again when a page shows them.
        for displayed in self.dashboard.figures.all() {
            displayed.forget();
        }
        self.dashboard.answer.forget();
    }

    /// The number of a query that is asked now.
    fn next_number(self) -> u32 {
        let number = self.dashboard.asked.get_value() + 1;
        self.dashboard.asked.set_value(number);
        number
    }

    /// Has every answer asked again, when a page shows them.
    pub(super) fn forget_answers(self) {
        for (_, displayed) in self.answers.get_untracked() {
            displayed.forget();
        }
        for displayed in self.dashboard.figures.all() {
            displayed.forget();
        }
        self.dashboard.answer.forget();
    }

    /// Fetches what the dashboard shows besides the answers of the build.
    pub(super) fn refresh_dashboard(self) {
        self.fetch_days();
        self.improve_first_question();
        self.ask_outdated();
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
                return self.report(&Attempt::AskQuestion, &error);
            }
            // The engine has nothing else to do.
            self.prepare_sql().await;
        });
    }

    /// Asks while a page shows the answers, on one connection: another one for each takes as long as some
    /// queries do.
    async fn ask_one_after_another(self) -> Result<(), Error> {
        let connection = self.connect().await?;
        while self.shows(Topic::Dashboard)
            && let Some((displayed, sql)) = untrack(|| self.next_outdated())
        {
            let number = self.next_number();
            // Before it is asked: a query that fails is not asked again until it changes.
            displayed.asked.set_value((sql.clone(), number));
            let rows = match sql.as_str() {
                "" => None,
                sql => match connection.query(sql).await {
                    Ok(rows) => Some(rows.into()),
                    // A statement of the user's may have taken a table or a column away.
                    Err(cause @ EngineError::Engine { .. }) => {
                        displayed.problem.set(Some(advice::in_words(&cause)));
                        displayed.rows.set(None);
                        continue;
                    }
                    Err(other) => return Err(other.into()),
                },
            };
            displayed.problem.set(None);
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
        let own = [(
            self.dashboard.answer,
            self.question_sql().unwrap_or_default(),
        )];
        let is_in_view = self.dashboard.is_in_view.get_value();
        answers
            .chain(own)
            .chain(self.figure_queries())
            .filter(|(displayed, sql)| !displayed.has_asked(sql))
            .min_by_key(|(displayed, _)| {
                (
                    !displayed.heading.with_value(|heading| is_in_view(heading)),
                    displayed.asked.with_value(|(_, number)| *number),
                )
            })
    }
}

/// Shows answers that are out of sight, each in a task of its own, unless they are out of date by then.
fn show_unseen(answers: Vec<(DisplayedAnswer, (String, u32), Rows)>) {
    spawn_local(async move {
        for (displayed, asked, rows) in answers {
            TimeoutFuture::new(0).await;
            if displayed.asked.with_value(|latest| *latest == asked) {
                displayed.rows.set(Some(rows));
            }
        }
    });
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
