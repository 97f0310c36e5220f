//! Questions to the star, and which sales all answers are of. What is shown of another query than it
//! should be is asked again, what a person sees first: so the page keeps up with a drag.

use duckdb_wasm::Error;
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::Answer;
use mart::ask::{Attribute, Days, Filter, Measure, Question, attributes};

use super::{Alert, Workbench};
use crate::rows::Rows;

/// Values of an attribute that are offered to choose from.
pub const MOST_VALUES: usize = 50;
/// Days that a range is chosen from; it can be typed for any.
const MOST_DAYS: usize = 100_000;

/// The state of the questions. A copy is another handle to the same state.
#[derive(Clone, Copy)]
pub struct Asking {
    /// The question that is put together. All answers are of the sales that count in it.
    pub question: RwSignal<Question>,
    /// The answer to it.
    pub star: Shown,
    /// The values of the attributes that can be chosen.
    pub values: RwSignal<Vec<(Attribute, Vec<String>)>>,
    /// The days of the mart, in their order; none where there are too many.
    pub days: RwSignal<Vec<String>>,
    /// Whether a person sees the answer under the heading of this id now.
    pub is_seen: StoredValue<fn(&str) -> bool>,
    is_at_work: StoredValue<bool>,
    /// How many queries were asked.
    number: StoredValue<u32>,
}

/// An answer on the page. A copy is another handle to the same.
#[derive(Clone, Copy)]
pub struct Shown {
    /// The id of the heading that it is shown under.
    pub heading: &'static str,
    /// Its rows, once there are some.
    pub rows: RwSignal<Option<Rows>>,
    /// The query that was asked last, and after how many others.
    asked: StoredValue<(String, u32)>,
}

impl Shown {
    pub(super) fn new(heading: &'static str) -> Self {
        Self {
            heading,
            rows: RwSignal::new(None),
            asked: StoredValue::default(),
        }
    }
}

/// Answers that are not shown yet.
pub(super) struct Answers {
    /// Whether they are of all sales, whichever counted before.
    pub(super) is_new_source: bool,
    /// Where each is shown, its query and its rows.
    pub(super) rows_of: Vec<(Shown, String, Rows)>,
}

impl Asking {
    pub(super) fn new() -> Self {
        Self {
            question: RwSignal::new(revenue()),
            star: Shown::new("ask-the-star-heading"),
            values: RwSignal::new(Vec::new()),
            days: RwSignal::new(Vec::new()),
            is_seen: StoredValue::new(|_| true),
            is_at_work: StoredValue::new(false),
            number: StoredValue::new(0),
        }
    }
}

/// The question that stands at first.
fn revenue() -> Question {
    Question {
        measures: vec![Measure::Revenue],
        ..Question::default()
    }
}

impl Workbench {
    /// What the sales of the mart can be told apart by; nothing where it has none.
    pub fn attributes(self) -> Vec<Attribute> {
        self.mart.with(|mart| {
            revenue()
                .sql(mart)
                .map_or_else(Vec::new, |_| attributes(mart))
        })
    }

    /// The query of the question.
    pub fn question_sql(self) -> Option<String> {
        self.mart
            .with(|mart| self.asking.question.with(|question| question.sql(mart)))
    }

    /// An answer's query, of the sales that count.
    pub fn answer_sql(self, answer: &Answer) -> String {
        self.asking
            .question
            .with(|question| question.filter.within(answer))
    }

    /// Changes the question, or which sales count, and asks.
    pub fn change_question(self, change: impl FnOnce(&mut Question)) {
        self.asking.question.update(change);
        self.ask_again();
    }

    /// Chooses the days that all answers are of.
    pub fn choose_days(self, days: Days) {
        self.change_question(|question| question.filter.days = days);
    }

    /// Offers the values of an attribute to choose from, or no longer.
    pub fn limit_by(self, attribute: Attribute) {
        if !self.offers(&attribute) {
            return self.offer_values(attribute);
        }
        self.asking
            .values
            .update(|values| values.retain(|(known, _)| *known != attribute));
        let is_other = |(known, _): &(Attribute, _)| *known != attribute;
        self.change_question(|question| question.filter.only.retain(is_other));
    }

    /// Whether the values of an attribute can be chosen from.
    fn offers(self, attribute: &Attribute) -> bool {
        let values = self.asking.values;
        values.with_untracked(|values| values.iter().any(|(known, _)| known == attribute))
    }

    fn offer_values(self, attribute: Attribute) {
        spawn_local(async move {
            match self.texts(&attribute.values(MOST_VALUES + 1)).await {
                Ok(values) => self
                    .asking
                    .values
                    .update(|known| known.push((attribute, values))),
                Err(cause) => self.report_question(&cause),
            }
        });
    }

    /// Counts the sales of values that were pointed at, each by the name of its column; or no
    /// longer. A value without a column is a period of time.
    pub fn pick(self, picked: &[(String, String)]) {
        let known = untrack(|| self.attributes());
        let mut values = Vec::new();
        for (column, value) in picked {
            if let Some(attribute) = known.iter().find(|known| known.name == *column) {
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

    /// Asks what days there are.
    pub fn learn_days(self) {
        let mut known = untrack(|| self.attributes()).into_iter();
        let Some(day) = known.find(|attribute| attribute.name == "day") else {
            return;
        };
        spawn_local(async move {
            match self.texts(&day.values(MOST_DAYS + 1)).await {
                Ok(mut days) => {
                    if days.len() > MOST_DAYS {
                        days.clear();
                    }
                    // What is made of them is not made again where they are the same.
                    if self.asking.days.with_untracked(|known| *known != days) {
                        self.asking.days.set(days);
                    }
                }
                Err(cause) => self.report_question(&cause),
            }
        });
    }

    /// Whether the answers are of a part of the sales.
    pub fn are_sales_limited(self) -> bool {
        self.asking
            .question
            .with(|question| question.filter != Filter::default())
    }

    /// The sales that count.
    pub(super) fn filter(self) -> Filter {
        self.asking
            .question
            .with_untracked(|question| question.filter.clone())
    }

    pub(super) fn show_answers(self, answers: Answers) {
        if answers.is_new_source && self.filter() != Filter::default() {
            self.asking.values.set(Vec::new());
            self.asking
                .question
                .update(|question| question.filter = Filter::default());
        }
        for (shown, sql, rows) in answers.rows_of {
            shown.rows.set(Some(rows));
            shown.asked.set_value((sql, 0));
        }
        // It is asked when the page has time for it.
        self.asking.star.asked.set_value(Default::default());
    }

    /// Asks for all that is shown of another query than it should be.
    pub fn ask_again(self) {
        let asking = self.asking;
        if asking.is_at_work.get_value() {
            return;
        }
        asking.is_at_work.set_value(true);
        spawn_local(async move {
            let outcome = self.ask_outdated().await;
            asking.is_at_work.set_value(false);
            if let Err(cause) = outcome {
                self.report_question(&cause);
            }
        });
    }

    async fn ask_outdated(self) -> Result<(), Error> {
        while let Some((shown, sql)) = untrack(|| self.next_outdated()) {
            let number = self.asking.number.get_value() + 1;
            self.asking.number.set_value(number);
            // Also if it fails: it is not asked again before it changes.
            shown.asked.set_value((sql.clone(), number));
            let rows = match sql.as_str() {
                "" => None,
                sql => Some(self.connect_aside().await?.query(sql).await?.into()),
            };
            shown.rows.set(rows);
        }
        Ok(())
    }

    /// Of what is outdated, the one that a person sees and has waited for longest.
    fn next_outdated(self) -> Option<(Shown, String)> {
        if self.built.with(Option::is_none) || self.mart.with(|mart| mart.answers.is_empty()) {
            return None;
        }
        let answers = self.answers.get_value().into_iter();
        let answers = answers.map(|(answer, shown)| (shown, self.answer_sql(&answer)));
        let star = (self.asking.star, self.question_sql().unwrap_or_default());
        let is_seen = self.asking.is_seen.get_value();
        answers
            .chain([star])
            .filter(|(shown, sql)| shown.asked.with_value(|(asked, _)| asked != sql))
            .min_by_key(|(shown, _)| {
                (
                    !is_seen(shown.heading),
                    shown.asked.with_value(|(_, at)| *at),
                )
            })
    }

    /// The first column of an answer.
    async fn texts(self, sql: &str) -> Result<Vec<String>, Error> {
        let rows = Rows::from(self.connect_aside().await?.query(sql).await?);
        let texts = (0..rows.len()).map(|row| rows.cell(row, 0).to_string());
        Ok(texts.collect())
    }

    fn report_question(self, cause: &Error) {
        let alert = Alert::of_engine("Asking the star", cause, "The answer before it stands.");
        if alert.is_some() {
            self.alert.set(alert);
        }
    }
}
