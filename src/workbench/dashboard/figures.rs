//! The key figures: every metric of the mart, its trend, and its value in the range of days before.

use leptos::prelude::*;
use mart::{Days, KeyFigures, Metric, Model};
use results::Cell;

use super::{DisplayedAnswer, Workbench};
use crate::rows::Rows;

/// The id of the heading of the key figures.
const HEADING: &str = "key-figures-heading";

/// The answers that the key figures are read from. A copy is another handle to the same.
#[derive(Clone, Copy)]
pub struct Figures {
    totals: DisplayedAnswer,
    before: DisplayedAnswer,
    /// One for each fact that is measured.
    trends: RwSignal<Vec<DisplayedAnswer>>,
}

/// A key figure.
#[derive(Clone, PartialEq)]
pub struct KeyFigure {
    /// What is measured.
    pub metric: Metric,
    /// Its total and the place of the value there; `None` before it is known.
    pub total: Option<(Rows, usize)>,
    /// Its values over time.
    pub trend: Vec<f64>,
    /// The first and the last day that are counted.
    pub days: Option<[String; 2]>,
    /// The value in the range of days before, and this range.
    pub before: Option<(f64, Days)>,
}

impl Figures {
    pub(super) fn new(model: &Model) -> Self {
        Self {
            totals: DisplayedAnswer::new(HEADING),
            before: DisplayedAnswer::new(HEADING),
            trends: RwSignal::new(trends(model)),
        }
    }

    pub(super) fn start_over(self, model: &Model) {
        self.totals.rows.set(None);
        self.before.rows.set(None);
        self.trends.set(trends(model));
    }

    pub(super) fn all(self) -> impl Iterator<Item = DisplayedAnswer> {
        let trends = self.trends.get_untracked().into_iter();
        [self.totals, self.before].into_iter().chain(trends)
    }
}

fn trends(model: &Model) -> Vec<DisplayedAnswer> {
    let mut facts: Vec<_> = model.metrics().iter().map(Metric::fact).collect();
    facts.sort_unstable();
    facts.dedup();
    facts
        .into_iter()
        .map(|_| DisplayedAnswer::new(HEADING))
        .collect()
}

impl Workbench {
    /// The days of the data: its first and its last one.
    pub fn all_days(self) -> Days {
        self.dashboard.days.with(|days| Days {
            first: days.first().cloned(),
            last: days.last().cloned(),
        })
    }

    /// The queries for the key figures, each with the place of its rows.
    pub(super) fn figure_queries(self) -> Vec<(DisplayedAnswer, String)> {
        let figures = self.dashboard.figures;
        let filter = self.dashboard.filter.get();
        let all_days = self.all_days();
        self.with_model(|model| {
            let queries = KeyFigures::of(model, &filter, &all_days);
            let sql = |query: &mart::Query| query.sql(model).unwrap_or_default();
            let mut asked = vec![
                (figures.totals, sql(&queries.totals)),
                (
                    figures.before,
                    queries.before.as_ref().map(sql).unwrap_or_default(),
                ),
            ];
            // Before the days are known, a trend would be of the wrong grain.
            if all_days != Days::default() {
                let trends = figures.trends.get();
                asked.extend(trends.into_iter().zip(queries.trends.iter().map(sql)));
            }
            asked
        })
    }

    /// The key figures, in the order of the metrics.
    pub fn key_figures(self) -> Vec<KeyFigure> {
        let figures = self.dashboard.figures;
        let totals = figures.totals.rows.get();
        // One comes after the other: they are compared when both are of the same range of days.
        let are_current = || {
            let mut compared = self.figure_queries().into_iter().take(2);
            compared.all(|(displayed, sql)| displayed.has_asked(&sql))
        };
        let before = figures.before.rows.get().filter(|_| are_current());
        let (days, days_before) = self
            .dashboard
            .filter
            .with(|filter| (filter.days.clone(), filter.days.before()));
        let all_days = self.all_days();
        let first = days.first.or(all_days.first);
        let days = first.zip(days.last.or(all_days.last));
        let days = days.map(|(first, last)| [first, last]);
        let trends: Vec<_> = figures.trends.get().into_iter().collect();
        let trends: Vec<_> = trends
            .into_iter()
            .filter_map(|trend| trend.rows.get())
            .collect();
        let metrics = self.with_model(|model| model.metrics().to_vec());
        let figures = metrics.into_iter().enumerate().map(|(at, metric)| {
            let trend = trends.iter().find_map(|rows| trend_of(rows, &metric));
            let before = before.as_ref().and_then(|rows| number(&rows.cell(0, at)));
            KeyFigure {
                total: totals.clone().map(|rows| (rows, at)),
                trend: trend.unwrap_or_default(),
                days: days.clone(),
                before: before.zip(days_before.clone()),
                metric,
            }
        });
        figures.collect()
    }
}

/// The values of a metric over time.
fn trend_of(rows: &Rows, metric: &Metric) -> Option<Vec<f64>> {
    let mut columns = rows.schema().fields().iter();
    let column = columns.position(|field| field.name() == metric.name())?;
    let known = (0..rows.len()).filter(|row| !matches!(rows.cell(*row, 0), Cell::Null));
    let values = known.filter_map(|row| number(&rows.cell(row, column)));
    Some(values.collect())
}

/// A value as a number to compare or to draw.
fn number(cell: &Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Null => None,
        _ => cell
            .to_string()
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite()),
    }
}
