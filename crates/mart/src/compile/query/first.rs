//! The question that a mart begins with: what a model alone says is worth a look. It must not know how the
//! question is shown.

use super::Query;
use crate::document::DateGrain;
use crate::model::{Attribute, Model};

/// The values that are shown over time.
const VALUES: u32 = 5;
/// The periods of time, the most telling first.
const GRAINS: [DateGrain; 5] = [
    DateGrain::Month,
    DateGrain::Quarter,
    DateGrain::Year,
    DateGrain::Week,
    DateGrain::Day,
];

impl Query {
    /// A good first question: the first metric by month, for the largest values of an attribute; by the
    /// attribute alone where there is no time.
    ///
    /// ```
    /// let shipped = mart::shipped::built_in();
    /// let first = mart::Query::first(shipped.model());
    /// let by: Vec<_> = first.by.iter().map(mart::Attribute::name).collect();
    /// assert_eq!((by, first.limit), (vec!["month", "category"], Some(5)));
    /// ```
    #[must_use]
    pub fn first(model: &Model) -> Self {
        let mut query = Self {
            metrics: model.metrics().iter().take(1).cloned().collect(),
            ..Self::default()
        };
        let common = query.common_attributes(model);
        let of_grain = |grain: &DateGrain| common.iter().find(|by| by.grain == Some(*grain));
        let time = GRAINS.iter().find_map(of_grain);
        let named =
            coarse(model, &common).or_else(|| query.first_candidates(model).first().copied());
        query.limit = time.and(named).map(|_| VALUES);
        query.by = time.copied().into_iter().chain(named).cloned().collect();
        query
    }

    /// The attributes that can group the first question, in the order in which they are tried.
    #[must_use]
    pub fn first_candidates<'m>(&self, model: &'m Model) -> Vec<&'m Attribute> {
        let common = self.common_attributes(model).into_iter();
        // Parts of a day say little without the day.
        common
            .filter(|by| by.grain.is_none() && by.order.is_none())
            .collect()
    }
}

/// The first attribute that is the coarsest of a hierarchy.
fn coarse<'m>(model: &'m Model, common: &[&'m Attribute]) -> Option<&'m Attribute> {
    let levels = model
        .hierarchies
        .iter()
        .filter_map(|one| one.levels.first());
    let mut attributes = levels.filter_map(|at| model.attributes().get(*at));
    attributes.find(|by| by.grain.is_none() && common.contains(by))
}
