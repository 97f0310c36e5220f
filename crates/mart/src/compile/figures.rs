//! The key figures: every metric of the model in all, over time, and in the range of days before. It
//! must not know how they are shown.

use crate::days::Days;
use crate::document::DateGrain;
use crate::filter::Filter;
use crate::model::{Attribute, Metric, Model};

use super::query::Query;

/// The most points of a trend.
const MOST_POINTS: u32 = 100;
/// The grains of a trend, each with the days of one point.
const GRAINS: [(DateGrain, u32); 5] = [
    (DateGrain::Day, 1),
    (DateGrain::Week, 7),
    (DateGrain::Month, 30),
    (DateGrain::Quarter, 91),
    (DateGrain::Year, 365),
];

/// The queries for the key figures.
///
/// ```
/// use mart::{Days, Filter, KeyFigures};
///
/// let shipped = mart::shipped::built_in();
/// let all_days = Days::of("2025-Q4").unwrap();
/// let figures = KeyFigures::of(shipped.model(), &Filter::default(), &all_days);
/// assert_eq!(figures.totals.metrics.len(), shipped.model().metrics().len());
/// assert_eq!(figures.before, None); // no range is chosen
///
/// let november = Filter { days: Days::of("2025-11").unwrap(), ..Filter::default() };
/// let figures = KeyFigures::of(shipped.model(), &november, &all_days);
/// assert_eq!(figures.before.unwrap().filter.days, Days::of("2025-10").unwrap());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyFigures {
    /// Every metric of the model, in its order, of all facts that count: one row.
    pub totals: Query,
    /// The same of the range of days before, where a range is chosen.
    pub before: Option<Query>,
    /// The metrics of each fact over time, in the order of the facts; those of a fact that leads to no
    /// time are missing.
    pub trends: Vec<Query>,
}

impl KeyFigures {
    /// The key figures within a filter. `all_days` are the days of the data.
    #[must_use]
    pub fn of(model: &Model, filter: &Filter, all_days: &Days) -> Self {
        let totals = query(model.metrics.clone(), Vec::new(), filter);
        let before = filter.days.before().map(|days| Query {
            filter: Filter {
                days,
                ..filter.clone()
            },
            ..totals.clone()
        });
        let days = Days {
            first: filter.days.first.clone().or_else(|| all_days.first.clone()),
            last: filter.days.last.clone().or_else(|| all_days.last.clone()),
        };
        let mut facts: Vec<_> = model.metrics.iter().map(Metric::fact).collect();
        facts.sort_unstable();
        facts.dedup();
        let trends = facts.into_iter().filter_map(|fact| {
            let time = time_of(model, fact, days.count().unwrap_or(u32::MAX))?;
            let of_fact = model.metrics.iter().filter(|metric| metric.fact == fact);
            Some(query(
                of_fact.cloned().collect(),
                vec![time.clone()],
                filter,
            ))
        });
        Self {
            totals,
            before,
            trends: trends.collect(),
        }
    }
}

fn query(metrics: Vec<Metric>, by: Vec<Attribute>, filter: &Filter) -> Query {
    Query {
        metrics,
        by,
        filter: filter.clone(),
        ..Query::default()
    }
}

/// The finest grain in which so few points show these days, of the day that filters are about where
/// it has one; the coarsest where all have more.
fn time_of(model: &Model, fact: usize, days: u32) -> Option<&Attribute> {
    let day = model.day();
    let is_of_day = |attribute: &&Attribute| {
        day.is_some_and(|day| {
            (day.table, day.column, &day.routes)
                == (attribute.table, attribute.column, &attribute.routes)
        })
    };
    let of_grain = |grain: DateGrain| {
        let of_fact = || {
            let attributes = model.attributes.iter();
            attributes.filter(move |one| one.grain == Some(grain) && one.is_of_fact(fact))
        };
        of_fact().find(is_of_day).or_else(|| of_fact().next())
    };
    let known = GRAINS
        .into_iter()
        .filter_map(|(grain, length)| Some((of_grain(grain)?, length)));
    let known: Vec<_> = known.collect();
    let short = known
        .iter()
        .find(|(_, length)| days.div_ceil(*length) <= MOST_POINTS);
    short.or(known.last()).map(|(attribute, _)| *attribute)
}
