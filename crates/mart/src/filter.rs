//! Which facts count: those on chosen days that have chosen values of attributes. A filter becomes
//! conditions on a fact. It must not know who chooses.

use crate::compile::route;
use crate::model::{Attribute, Model};
use crate::sql::text;

/// The text that stands for NULL where values are shown and chosen.
pub const NULL: &str = "NULL";

/// A range of days, both of them in it; open where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The first day, as `YYYY-MM-DD`.
    pub first: Option<String>,
    /// The last day, as `YYYY-MM-DD`.
    pub last: Option<String>,
}

impl Days {
    /// All days of a year, a quarter or a month.
    ///
    /// ```
    /// use mart::Days;
    ///
    /// let quarter = Days::of("2025-Q4").unwrap();
    /// assert_eq!(quarter.first.as_deref(), Some("2025-10-01"));
    /// assert_eq!(quarter.last.as_deref(), Some("2025-12-31"));
    /// assert_eq!(Days::of("2024-02").unwrap().last.as_deref(), Some("2024-02-29"));
    /// assert_eq!(Days::of("2025").unwrap().first.as_deref(), Some("2025-01-01"));
    /// assert_eq!(Days::of("North"), None);
    /// ```
    #[must_use]
    pub fn of(period: &str) -> Option<Self> {
        let (year, part) = period.split_once('-').unwrap_or((period, ""));
        let number: u32 = year.parse().ok().filter(|_| year.len() == 4)?;
        let up_to = |text: &str, most: u32| {
            let number = text.parse().ok();
            number.filter(|number: &u32| (1..=most).contains(number))
        };
        let (first, last) = match part.strip_prefix('Q') {
            Some(quarter) => up_to(quarter, 4).map(|quarter| (3 * quarter - 2, 3 * quarter))?,
            None if part.is_empty() => (1, 12),
            None => up_to(part, 12).map(|month| (month, month))?,
        };
        let divides = |years| number.is_multiple_of(years);
        let is_leap = divides(4) && (!divides(100) || divides(400));
        let days = match last {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        Some(Self {
            first: Some(format!("{year}-{first:02}-01")),
            last: Some(format!("{year}-{last:02}-{days}")),
        })
    }

    /// The conditions on the SQL of a day.
    fn conditions(&self, day: &str) -> Vec<String> {
        let bounds = [(&self.first, ">="), (&self.last, "<=")];
        let bounds = bounds.into_iter().filter_map(|(bound, compares)| {
            let bound = text(bound.as_ref()?);
            Some(format!("{day} {compares} CAST({bound} AS DATE)"))
        });
        bounds.collect()
    }
}

/// The years, the quarters and the months that these days are in, each in the order of the days.
///
/// ```
/// let days = ["2025-09-30", "2025-10-01", "2025-10-02"].map(str::to_owned);
/// let [years, quarters, months] = mart::periods(&days);
/// assert_eq!(years, ["2025"]);
/// assert_eq!(quarters, ["2025-Q3", "2025-Q4"]);
/// assert_eq!(months, ["2025-09", "2025-10"]);
/// ```
#[must_use]
pub fn periods(days: &[String]) -> [Vec<String>; 3] {
    let mut periods = <[Vec<String>; 3]>::default();
    for day in days {
        // What has no year of four digits has no such name.
        let (Some(year), Some(month), 10) = (day.get(..4), day.get(..7), day.len()) else {
            continue;
        };
        let number: u32 = day
            .get(5..7)
            .and_then(|month| month.parse().ok())
            .unwrap_or(1);
        let quarter = format!("{year}-Q{}", number.div_ceil(3));
        for (known, period) in periods.iter_mut().zip([year, &quarter, month]) {
            if known.last().is_none_or(|last| last != period) {
                known.push(period.to_owned());
            }
        }
    }
    periods
}

/// Which facts count.
///
/// ```
/// use mart::{Days, Filter};
///
/// let shipped = mart::shipped::built_in();
/// let model = shipped.model();
/// let region = model.attributes().iter().find(|attribute| attribute.name() == "region").unwrap();
/// let mut filter = Filter { days: Days::of("2025-11").unwrap(), ..Filter::default() };
/// filter.toggle(&[(region.clone(), "North".to_owned())]);
/// assert!(filter.has(region, "North"));
///
/// let by_region = model.questions().iter().find(|question| question.label() == "Revenue by region").unwrap();
/// let sql = by_region.query(&filter).sql(model).unwrap();
/// assert!(sql.contains("order_date >= CAST('2025-11-01' AS DATE)"));
/// // An answer keeps all values of what it is grouped by, to be chosen from.
/// assert!(!sql.contains("'North'"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The days that count.
    pub days: Days,
    /// The values that count, of those attributes that do not count with every value.
    pub only: Vec<(Attribute, Vec<String>)>,
}

impl Filter {
    /// Whether facts of this value are chosen.
    #[must_use]
    pub fn has(&self, attribute: &Attribute, value: &str) -> bool {
        self.only.iter().any(|(known, values)| {
            known == attribute && values.iter().any(|chosen| chosen == value)
        })
    }

    /// Chooses these values, or none of them if all of them are chosen.
    pub fn toggle(&mut self, values: &[(Attribute, String)]) {
        let is_chosen = values
            .iter()
            .all(|(attribute, value)| self.has(attribute, value));
        for (attribute, value) in values {
            self.remove(attribute, value);
            if is_chosen {
                continue;
            }
            let value = value.clone();
            match self.only.iter_mut().find(|(known, _)| known == attribute) {
                Some((_, values)) => values.push(value),
                None => self.only.push((attribute.clone(), vec![value])),
            }
        }
        self.only.retain(|(_, values)| !values.is_empty());
    }

    fn remove(&mut self, attribute: &Attribute, value: &str) {
        for (known, values) in &mut self.only {
            if known == attribute {
                values.retain(|chosen| chosen != value);
            }
        }
    }

    /// The same filter without the values of these attributes.
    #[must_use]
    pub fn without(&self, attributes: &[Attribute]) -> Self {
        let is_kept = |(attribute, _): &&(Attribute, Vec<String>)| !attributes.contains(attribute);
        Self {
            days: self.days.clone(),
            only: self.only.iter().filter(is_kept).cloned().collect(),
        }
    }

    /// The conditions on a fact that goes by an alias. An attribute that the fact does not lead to
    /// does not limit it; [`ignored`](Self::ignored) names those.
    pub(crate) fn conditions(&self, model: &Model, fact: usize, alias: &str) -> Vec<String> {
        let mut conditions = Vec::new();
        if self.days != Days::default()
            && let Some(day) = model.day()
        {
            let on_day = |day: &str| self.days.conditions(day).join(" AND ");
            conditions.extend(route::condition(model, day, fact, alias, &on_day, false));
        }
        for (attribute, values) in &self.only {
            let listed: Vec<_> = values.iter().map(|value| text(value)).collect();
            let is_one = |value: &str| {
                format!(
                    "coalesce(CAST({value} AS VARCHAR), '{NULL}') IN ({})",
                    listed.join(", ")
                )
            };
            let with_null = values.iter().any(|value| value == NULL);
            conditions.extend(route::condition(
                model, attribute, fact, alias, &is_one, with_null,
            ));
        }
        conditions
    }

    /// The parts of the filter that do not limit a fact, since it does not lead there.
    #[must_use]
    pub fn ignored(&self, model: &Model, fact: usize) -> Vec<String> {
        let has_days = self.days != Days::default();
        let day = model.day().filter(|_| has_days);
        let attributes = self.only.iter().map(|(attribute, _)| attribute);
        day.into_iter()
            .chain(attributes)
            .filter(|attribute| !attribute.is_of_fact(fact))
            .map(|attribute| attribute.label().to_owned())
            .collect()
    }
}
