//! The value of a metric while its expression is typed: one query at a time, and once more when the text has changed
//! meanwhile. It must not know how an expression is read.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use propose::ChosenMetric;

use crate::format;
use crate::rows::Rows;
use crate::workbench::Workbench;
use crate::workbench::error::Error;

/// What is known about a metric that is typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum MetricPreview {
    /// Nothing is typed.
    #[default]
    Empty,
    /// Its value over all rows.
    Value(String),
    /// It is right, and its value is known when the star is loaded: it uses a key that is made then.
    Later,
    /// What is wrong with it.
    Wrong(String),
}

/// The metric that is typed, and what is known about it. A copy is another handle to the same.
#[derive(Clone, Copy, Default)]
pub(in crate::workbench) struct Previewed {
    typed: StoredValue<Option<(String, ChosenMetric)>>,
    shown: RwSignal<MetricPreview>,
    is_asking: StoredValue<bool>,
}

impl Workbench {
    /// What is known about the metric that is typed.
    pub fn metric_preview(self) -> ReadSignal<MetricPreview> {
        self.previewed.shown.read_only()
    }

    /// Shows what is known about a metric of a table; nothing for an empty expression.
    pub fn preview_metric(self, table: String, metric: ChosenMetric) {
        let previewed = self.previewed;
        if metric.expression.is_empty() {
            previewed.typed.set_value(None);
            previewed.shown.set(MetricPreview::Empty);
            return;
        }
        previewed.typed.set_value(Some((table, metric)));
        if previewed.is_asking.get_value() {
            return;
        }
        previewed.is_asking.set_value(true);
        spawn_local(async move {
            let mut answered = None;
            loop {
                let typed = previewed.typed.get_value();
                if typed == answered {
                    break;
                }
                let Some((table, metric)) = typed.clone() else {
                    break;
                };
                let preview = self.preview_of(&table, &metric).await;
                // What was typed meanwhile is asked next.
                if previewed.typed.get_value() == typed {
                    previewed.shown.set(preview);
                }
                answered = typed;
            }
            previewed.is_asking.set_value(false);
        });
    }

    async fn preview_of(self, table: &str, metric: &ChosenMetric) -> MetricPreview {
        let Some(star) = self.proposed.get_untracked() else {
            return MetricPreview::Empty;
        };
        let star = Arc::clone(&star);
        let written = match &star.written {
            Ok(written) => written,
            Err(problem) => return MetricPreview::Wrong(problem.clone()),
        };
        let preview = match star.proposal.preview(written, table, metric) {
            Ok(preview) => preview,
            Err(problem) => return MetricPreview::Wrong(problem),
        };
        match self.metric_value(&preview.sql).await {
            Ok(rows) => {
                let cell = rows.cell(0, 0);
                let text = format::metric(&preview.metric, &cell);
                MetricPreview::Value(text.unwrap_or_else(|| "no value".to_owned()))
            }
            Err(error) if error.statement_message().is_some() => MetricPreview::Later,
            // The engine is gone, which is said elsewhere.
            Err(_) => MetricPreview::Empty,
        }
    }

    async fn metric_value(self, sql: &str) -> Result<Rows, Error> {
        Ok(self.connect().await?.query(sql).await?.into())
    }
}
