//! Questions to the star, and the days that all answers are of. A question that changes while it
//! is asked is asked again; only the latest is shown.

use duckdb_wasm::Error;
use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::Answer;
use mart::ask::{Attribute, Days, Measure, Question, attributes};

use super::ask::rows_to_show;
use super::build::Answers;
use super::{Alert, Workbench};
use crate::rows::Rows;

/// Values of an attribute that are offered to choose from.
pub const MOST_VALUES: usize = 50;

/// The state of the questions. A copy is another handle to the same state.
#[derive(Clone, Copy)]
pub struct Asking {
    /// The question that is put together.
    pub question: RwSignal<Question>,
    /// The answer to it.
    pub rows: RwSignal<Option<Rows>>,
    /// The values of the attributes that the question is limited by.
    pub values: RwSignal<Vec<(Attribute, Vec<String>)>>,
    /// Whether it is being asked, and whether it has changed since.
    progress: RwSignal<Progress>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Idle,
    Asking,
    Outdated,
}

impl Asking {
    pub(super) fn new() -> Self {
        Self {
            question: RwSignal::new(Question {
                measures: vec![Measure::Revenue],
                ..Question::default()
            }),
            rows: RwSignal::new(None),
            values: RwSignal::new(Vec::new()),
            progress: RwSignal::new(Progress::Idle),
        }
    }
}

impl Workbench {
    /// What the sales of the mart can be told apart by; nothing where it has none.
    pub fn attributes(self) -> Vec<Attribute> {
        self.mart.with(|mart| {
            let question = Question {
                measures: vec![Measure::Revenue],
                ..Question::default()
            };
            question
                .sql(mart)
                .map_or_else(Vec::new, |_| attributes(mart))
        })
    }

    /// The query of the question.
    pub fn question_sql(self) -> Option<String> {
        self.mart
            .with(|mart| self.asking.question.with(|question| question.sql(mart)))
    }

    /// An answer's query, of the days that count.
    pub fn answer_sql(self, answer: &Answer) -> String {
        self.asking
            .question
            .with(|question| question.days.within(answer.sql))
    }

    /// Chooses the days that all answers are of.
    pub fn choose_days(self, days: Days) {
        self.asking.question.update(|question| question.days = days);
        self.ask_again();
    }

    /// Changes the question, and asks it.
    pub fn change_question(self, change: impl FnOnce(&mut Question)) {
        self.asking.question.update(change);
        self.ask_again();
    }

    /// Adds an attribute to limit the question by, or takes it away.
    pub fn limit_by(self, attribute: Attribute) {
        let has = self
            .asking
            .values
            .with_untracked(|values| values.iter().any(|(known, _)| *known == attribute));
        if has {
            self.asking
                .values
                .update(|values| values.retain(|(known, _)| *known != attribute));
            self.change_question(|question| question.only.retain(|(known, _)| *known != attribute));
            return;
        }
        spawn_local(async move {
            let sql = attribute.values(MOST_VALUES + 1);
            match self.ask_aside(&sql).await {
                Ok(rows) => {
                    let values = (0..rows.len())
                        .map(|row| rows.cell(row, 0).to_string())
                        .collect();
                    self.asking
                        .values
                        .update(|known| known.push((attribute, values)));
                }
                Err(cause) => self.report_question(&cause),
            }
        });
    }

    /// Counts the sales of a value of an attribute, or no longer.
    pub fn toggle_value(self, attribute: &Attribute, value: &str) {
        self.change_question(|question| {
            let at = question
                .only
                .iter()
                .position(|(known, _)| known == attribute);
            match at.and_then(|at| question.only.get_mut(at)) {
                Some((_, values)) if values.iter().any(|known| known == value) => {
                    values.retain(|known| known != value);
                }
                Some((_, values)) => values.push(value.to_owned()),
                None => question
                    .only
                    .push((attribute.clone(), vec![value.to_owned()])),
            }
            question.only.retain(|(_, values)| !values.is_empty());
        });
    }

    /// The days that answers are to be of.
    pub(super) fn days(self) -> Days {
        self.asking
            .question
            .with_untracked(|question| question.days.clone())
    }

    pub(super) fn show_answers(self, answers: Answers) {
        for (signal, rows) in answers.rows_of {
            signal.set(Some(rows));
        }
        self.answered_days.set_value(answers.days);
    }

    /// Asks the question, and all answers of other days.
    pub fn ask_again(self) {
        let asking = self.asking;
        if asking.progress.get_untracked() != Progress::Idle {
            return asking.progress.set(Progress::Outdated);
        }
        spawn_local(async move {
            loop {
                asking.progress.set(Progress::Asking);
                let outcome = self.ask_star().await;
                let is_outdated = asking.progress.get_untracked() == Progress::Outdated;
                if is_outdated {
                    continue;
                }
                asking.progress.set(Progress::Idle);
                if let Err(cause) = outcome {
                    self.report_question(&cause);
                }
                return;
            }
        });
    }

    async fn ask_star(self) -> Result<(), Error> {
        let is_about_sales = self.mart.with_untracked(|mart| !mart.answers.is_empty());
        if self.built.with_untracked(Option::is_none) || !is_about_sales {
            return Ok(());
        }
        let question = untrack(|| self.question_sql());
        let rows = match question {
            Some(sql) => Some(self.ask_aside(&sql).await?),
            None => None,
        };
        self.asking.rows.set(rows);
        let days = self.days();
        if self.answered_days.get_value() != days {
            let mut rows_of = Vec::new();
            for (answer, signal) in self.answers.get_value() {
                let rows = self.ask_aside(&days.within(answer.sql)).await?;
                rows_of.push((signal, rows));
            }
            self.show_answers(Answers { days, rows_of });
        }
        Ok(())
    }

    async fn ask_aside(self, sql: &str) -> Result<Rows, Error> {
        let connection = self.connect_aside().await?;
        rows_to_show(&connection, sql).await
    }

    fn report_question(self, cause: &Error) {
        let alert = Alert::of_engine("Asking the star", cause, "The answer before it stands.");
        if alert.is_some() {
            self.alert.set(alert);
        }
    }
}
