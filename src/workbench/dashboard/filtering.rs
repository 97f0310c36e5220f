//! The filter of all answers: days, and values of attributes that the user chooses or picks in an
//! answer.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::{Attribute, Days, Filter, days_of_period};

use super::Workbench;
use crate::rows::Rows;
use crate::workbench::Topic;
use crate::workbench::error::{Attempt, Error};

/// Values of an attribute that are offered to filter by at a time.
pub const MOST_VALUES: usize = 100;
/// Days that a range can be dragged over; it can be typed for any number.
const MOST_DAYS: usize = 100_000;

/// The values of an attribute, to choose from. A copy is another handle to the same.
#[derive(Clone, Copy, Default)]
pub struct OfferedValues {
    attribute: RwSignal<Option<Attribute>>,
    search: RwSignal<String>,
    values: RwSignal<Option<Vec<(String, u64)>>>,
    /// Lists that were asked for, of which the latest has this number.
    asked: StoredValue<u32>,
}

impl OfferedValues {
    /// The attribute whose values are offered.
    pub fn attribute(self) -> ReadSignal<Option<Attribute>> {
        self.attribute.read_only()
    }

    /// The text that the offered values contain.
    pub fn search(self) -> ReadSignal<String> {
        self.search.read_only()
    }

    /// The values, each with its number of facts, one more than [`MOST_VALUES`] where there are more;
    /// `None` before they have been fetched.
    pub fn values(self) -> ReadSignal<Option<Vec<(String, u64)>>> {
        self.values.read_only()
    }

    /// Offers none.
    pub(super) fn close(self) {
        self.attribute.set(None);
        self.search.set(String::new());
        self.values.set(None);
    }
}

impl Workbench {
    /// Filters by days.
    pub fn choose_days(self, days: Days) {
        self.change_filter(|filter| filter.days = days);
    }

    /// Filters by values of an attribute; by none of them, all count.
    pub fn choose_values(self, attribute: &Attribute, values: &[String], is_excluded: bool) {
        self.change_filter(|filter| filter.choose(attribute, values, is_excluded));
    }

    /// Stops filtering by an attribute.
    pub fn remove_filter(self, attribute: &Attribute) {
        self.change_filter(|filter| filter.remove(attribute));
    }

    /// Stops filtering.
    pub fn clear_filters(self) {
        self.change_filter(|filter| *filter = Filter::default());
    }

    /// Adds values of an answer to the filter, each by the name of its column; or removes them. A period
    /// of time, whose column may have no name, becomes its days.
    pub fn pick(self, picked: &[(String, String)]) {
        let known = untrack(|| self.attributes());
        let mut values = Vec::new();
        let mut days = None;
        for (column, value) in picked {
            match known.iter().find(|known| known.name() == column) {
                Some(attribute) if attribute.grain().is_none() => {
                    values.push((attribute.clone(), value.clone()));
                }
                attribute => {
                    let grain = attribute.and_then(Attribute::grain);
                    days = days_of_period(grain, value).or(days);
                }
            }
        }
        if values.is_empty() && days.is_none() {
            return;
        }
        self.change_filter(|filter| {
            let has = |(attribute, value): &(Attribute, String)| {
                let selection = filter.of(attribute).filter(|one| !one.is_excluded);
                selection.is_some_and(|one| one.values.contains(value))
            };
            let has_values = values.iter().all(has);
            // A point that is picked again is undone as a whole.
            let is_undone = has_values && days.as_ref().is_none_or(|days| filter.days == *days);
            if let Some(days) = days {
                filter.days = if is_undone { Days::default() } else { days };
            }
            if is_undone || !has_values {
                filter.pick(&values);
            }
        });
    }

    pub(super) fn change_filter(self, change: impl FnOnce(&mut Filter)) {
        self.dashboard.views.forget_link();
        self.dashboard.filter.update(change);
        self.fetch_values();
        self.ask_outdated();
        self.refresh_if_shown(Topic::SavedQueries);
    }

    /// The filter of all answers.
    pub(in crate::workbench) fn filter(self) -> Filter {
        self.dashboard.filter.get_untracked()
    }

    /// Offers the values of an attribute.
    pub fn offer_values(self, attribute: Attribute) {
        let offered = self.dashboard.offered;
        offered.close();
        offered.attribute.set(Some(attribute));
        self.fetch_values();
    }

    /// Offers no values.
    pub fn close_offer(self) {
        self.dashboard.offered.close();
    }

    /// Offers the values that contain a text.
    pub fn search_values(self, search: &str) {
        self.dashboard.offered.search.set(search.to_owned());
        self.fetch_values();
    }

    fn fetch_values(self) {
        let offered = self.dashboard.offered;
        let Some(attribute) = offered.attribute.get_untracked() else {
            return;
        };
        let (filter, search) = (self.filter(), offered.search.get_untracked());
        let sql = untrack(|| {
            self.with_model(|model| {
                attribute.counted_values(model, &filter, &search, MOST_VALUES + 1)
            })
        });
        let Some(sql) = sql else {
            return;
        };
        let number = offered.asked.get_value() + 1;
        offered.asked.set_value(number);
        spawn_local(async move {
            match self.fetch_counts(&sql).await {
                Ok(values) if offered.asked.get_value() == number => {
                    offered.values.set(Some(values));
                }
                Ok(_) => {}
                Err(error) => self.report(&Attempt::AskQuestion, &error),
            }
        });
    }

    pub(super) fn fetch_days(self) {
        let sql = untrack(|| self.with_model(|model| model.day()?.values(model, MOST_DAYS + 1)));
        let Some(sql) = sql else {
            return self.ask_outdated();
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
            // Trends are asked when it is known which days they are of.
            self.ask_outdated();
        });
    }

    /// The first column of a result.
    async fn fetch_texts(self, sql: &str) -> Result<Vec<String>, Error> {
        let rows = Rows::from(self.connect().await?.query(sql).await?);
        Ok((0..rows.len())
            .map(|row| rows.cell(row, 0).to_string())
            .collect())
    }

    /// A result of texts and numbers.
    async fn fetch_counts(self, sql: &str) -> Result<Vec<(String, u64)>, Error> {
        let rows = Rows::from(self.connect().await?.query(sql).await?);
        let values = (0..rows.len()).map(|row| {
            let count = rows.count(row, 1).unwrap_or_default();
            (rows.cell(row, 0).to_string(), count)
        });
        Ok(values.collect())
    }
}
