//! The user's question to the star: what it begins with where the rows decide, what it is called, and its
//! answer as a download or a saved query. It must not know how it is put together.

use std::ops::RangeInclusive;

use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::{Attribute, Query};

use super::error::Error;
use super::{Item, Topic, Workbench};
use crate::rows::Rows;

/// How many values of an attribute make a good first answer.
const FEW_VALUES: RangeInclusive<usize> = 2..=20;
/// The attributes that are tried for a first question.
const MOST_TRIED: usize = 12;

impl Workbench {
    /// The answer to the user's question, within the filter, under a name.
    pub fn exportable_question(self, name: &str, stem: &str) -> Item {
        let sql = self.question_sql().unwrap_or_default();
        Item::new(name, stem.to_owned(), &sql)
    }

    /// Whether the user's question is still the one that the mart begins with.
    pub fn asks_first_question(self) -> bool {
        let first = untrack(|| self.with_model(Query::first));
        self.asks(&first)
    }

    /// Saves the question as a query, without the filter: that limits it as it limits all answers. A
    /// comparison needs its days, and keeps them.
    pub fn save_question(self, name: &str) {
        let mut query = self.dashboard.question().get_untracked();
        if query.is_compared {
            query.filter = self.filter();
        }
        if let Some(sql) = untrack(|| self.with_model(|model| query.sql(model))) {
            self.save_query(name, &sql);
            self.refresh_if_shown(Topic::SavedQueries);
        }
    }

    /// The user's question in words: `Revenue and Units by month and category`.
    pub fn question_in_words(self) -> String {
        let in_words = |labels: Vec<&str>| labels.join(" and ");
        self.dashboard.question().with(|question| {
            let metrics = question.metrics.iter().map(mart::Metric::label);
            let words = in_words(metrics.collect());
            if question.by.is_empty() {
                return words;
            }
            let by: Vec<_> = question
                .by
                .iter()
                .map(|by| by.label().to_lowercase())
                .collect();
            format!(
                "{words} by {}",
                in_words(by.iter().map(String::as_str).collect())
            )
        })
    }

    /// Replaces the first question where the model alone does not say a good one: without time, it is by
    /// the first attribute that has a few values. Does nothing once the user has changed it.
    pub(super) fn improve_first_question(self) {
        let first = untrack(|| self.with_model(Query::first));
        let is_over_time = first.by.iter().any(|by| by.grain().is_some());
        if is_over_time || first.metrics.is_empty() || !self.asks(&first) {
            return;
        }
        let candidates: Vec<_> = untrack(|| {
            self.with_model(|model| {
                let candidates = first.first_candidates(model).into_iter();
                candidates.take(MOST_TRIED).cloned().collect()
            })
        });
        spawn_local(async move {
            for attribute in candidates {
                // What cannot be counted is not asked for first.
                let is_good = self
                    .count_values(&attribute)
                    .await
                    .is_ok_and(|count| FEW_VALUES.contains(&count));
                if is_good {
                    if self.asks(&first) {
                        self.change_question(|question| question.by = vec![attribute]);
                    }
                    return;
                }
            }
        });
    }

    /// Whether the user's question is this one, whatever is filtered.
    fn asks(self, question: &Query) -> bool {
        self.dashboard.question().with_untracked(|asked| {
            asked.metrics == question.metrics
                && asked.by == question.by
                && asked.limit == question.limit
        })
    }

    /// The number of an attribute's values, up to one more than are a few.
    async fn count_values(self, attribute: &Attribute) -> Result<usize, Error> {
        let limit = FEW_VALUES.end() + 1;
        let sql = untrack(|| self.with_model(|model| attribute.values(model, limit)));
        let Some(sql) = sql else {
            return Ok(0);
        };
        Ok(Rows::from(self.connect().await?.query(&sql).await?).len())
    }
}
