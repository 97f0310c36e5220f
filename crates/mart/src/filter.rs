//! Which facts count: those on chosen days that have chosen values of attributes. A filter becomes
//! conditions on a fact. It must not know who chooses.

use crate::compile::{indented, route};
use crate::days::Days;
use crate::model::{Attribute, Model};
use crate::sql::script::{Usage, usage};
use crate::sql::text;

/// The text that stands for NULL where values are shown and chosen.
pub const NULL: &str = "NULL";
/// The most values that are listed in words.
const LISTED_VALUES: usize = 3;

/// Values of an attribute by which facts count, or do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The attribute.
    pub attribute: Attribute,
    /// The chosen values, in the order in which they were chosen.
    pub values: Vec<String>,
    /// Whether facts of these values are excluded; else no others count.
    pub is_excluded: bool,
    /// Whether they were picked in an answer: then answers by the attribute keep all its values, to
    /// pick others.
    pub is_picked: bool,
}

impl Selection {
    /// In words: `North, South`, `not Furniture`, `5 values`.
    #[must_use]
    pub fn words(&self) -> String {
        let values = if self.values.len() > LISTED_VALUES {
            format!("{} values", self.values.len())
        } else {
            self.values.join(", ")
        };
        if self.is_excluded {
            format!("not {values}")
        } else {
            values
        }
    }

    fn condition(&self, model: &Model, fact: usize, alias: &str) -> Option<String> {
        let listed: Vec<_> = self.values.iter().map(|value| text(value)).collect();
        let is_one = |value: &str| {
            format!(
                "coalesce(CAST({value} AS VARCHAR), '{NULL}') IN ({})",
                listed.join(", ")
            )
        };
        let with_null = self.values.iter().any(|value| value == NULL);
        let condition = route::condition(model, &self.attribute, fact, alias, &is_one, with_null)?;
        Some(if self.is_excluded {
            // A key that is NULL leads to no excluded value.
            format!("NOT coalesce({condition}, FALSE)")
        } else {
            condition
        })
    }
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
/// filter.pick(&[(region.clone(), "North".to_owned())]);
/// assert!(filter.has(region, "North"));
/// assert_eq!(filter.words(), "Nov 2025, North");
///
/// let by_region = model.questions().iter().find(|question| question.label() == "Revenue by region").unwrap();
/// let sql = by_region.query(&filter).sql(model).unwrap();
/// assert!(sql.contains("order_date >= CAST('2025-11-01' AS DATE)"));
/// // An answer keeps all values of what it is grouped by, to pick others.
/// assert!(!sql.contains("'North'"));
/// // What was chosen elsewhere limits every answer.
/// filter.choose(region, &["North".to_owned()], false);
/// assert!(by_region.query(&filter).sql(model).unwrap().contains("'North'"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The days that count.
    pub days: Days,
    /// The values that count, of attributes of which not every value counts; one entry for each.
    pub selections: Vec<Selection>,
}

impl Filter {
    /// Whether every fact counts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.days == Days::default() && self.selections.is_empty()
    }

    /// What is chosen of an attribute.
    #[must_use]
    pub fn of(&self, attribute: &Attribute) -> Option<&Selection> {
        let mut selections = self.selections.iter();
        selections.find(|selection| selection.attribute == *attribute)
    }

    /// Whether a value is chosen, to count or to be excluded.
    #[must_use]
    pub fn has(&self, attribute: &Attribute, value: &str) -> bool {
        let selection = self.of(attribute);
        selection.is_some_and(|selection| selection.values.iter().any(|chosen| chosen == value))
    }

    /// Chooses values of an attribute in place of those that were chosen; of none, all count.
    pub fn choose(&mut self, attribute: &Attribute, values: &[String], is_excluded: bool) {
        let chosen = Selection {
            attribute: attribute.clone(),
            values: values.to_vec(),
            is_excluded,
            is_picked: false,
        };
        let mut selections = self.selections.iter_mut();
        match selections.find(|selection| selection.attribute == *attribute) {
            Some(selection) => *selection = chosen,
            None => self.selections.push(chosen),
        }
        self.selections
            .retain(|selection| !selection.values.is_empty());
    }

    /// Picks these values in an answer, or unpicks them if all of them are picked. An attribute of
    /// which values are excluded gets the picked ones alone.
    pub fn pick(&mut self, values: &[(Attribute, String)]) {
        let is_picked = |filter: &Self, (attribute, value): &(Attribute, String)| {
            filter.has(attribute, value)
                && filter
                    .of(attribute)
                    .is_some_and(|selection| !selection.is_excluded)
        };
        let are_picked = values.iter().all(|value| is_picked(self, value));
        for (attribute, value) in values {
            let known = self.of(attribute).filter(|known| !known.is_excluded);
            let mut chosen = known.map_or_else(Vec::new, |known| known.values.clone());
            chosen.retain(|other| other != value);
            if !are_picked {
                chosen.push(value.clone());
            }
            self.choose(attribute, &chosen, false);
            let mut selections = self.selections.iter_mut();
            if let Some(selection) = selections.find(|one| one.attribute == *attribute) {
                selection.is_picked = true;
            }
        }
    }

    /// Counts every value of an attribute again.
    pub fn remove(&mut self, attribute: &Attribute) {
        self.selections
            .retain(|selection| selection.attribute != *attribute);
    }

    /// The same filter without what was picked of these attributes.
    #[must_use]
    pub fn without_picked(&self, attributes: &[Attribute]) -> Self {
        let is_kept = |selection: &&Selection| {
            !selection.is_picked || !attributes.contains(&selection.attribute)
        };
        Self {
            days: self.days.clone(),
            selections: self.selections.iter().filter(is_kept).cloned().collect(),
        }
    }

    /// In words: `Nov 2025, North, not Furniture`; empty where every fact counts.
    #[must_use]
    pub fn words(&self) -> String {
        let days = self.days.words();
        let selections = self.selections.iter().map(|selection| {
            if selection.values.len() > LISTED_VALUES {
                // A number of values says nothing without what they are of.
                format!("{}: {}", selection.attribute.label(), selection.words())
            } else {
                selection.words()
            }
        });
        let words: Vec<_> = std::iter::once(days)
            .filter(|days| !days.is_empty())
            .chain(selections)
            .collect();
        words.join(", ")
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
        let selections = self.selections.iter();
        conditions.extend(selections.filter_map(|one| one.condition(model, fact, alias)));
        conditions
    }

    /// A query for the rows of a table that count. `None` for a table that the filter does not limit:
    /// all that is no fact, and facts that do not lead to what is chosen.
    #[must_use]
    pub fn rows(&self, model: &Model, table: usize) -> Option<String> {
        const ROW: &str = "f";
        let is_fact = model.metrics().iter().any(|metric| metric.fact() == table);
        let conditions = self.conditions(model, table, ROW);
        let known = model.tables().get(table)?;
        (is_fact && !conditions.is_empty()).then(|| {
            format!(
                "SELECT {ROW}.*\nFROM {} AS {ROW}\nWHERE {}",
                // After its schema, so that what goes by its name is not meant.
                known.qualified(),
                conditions.join("\n  AND ")
            )
        })
    }

    /// A query, of the facts that count: those that it names are replaced by their rows within the filter.
    /// `None` for a query that names none, or one after its schema.
    ///
    /// ```
    /// use mart::{Days, Filter};
    ///
    /// let shipped = mart::shipped::built_in();
    /// let fact = shipped.model().facts().next().unwrap().title();
    /// let filter = Filter { days: Days::of("2025-11").unwrap(), ..Filter::default() };
    /// let query = format!("SELECT count(*) FROM {fact}");
    /// let narrowed = filter.narrowed(shipped.model(), &query).unwrap();
    /// assert!(narrowed.starts_with(&format!("WITH {fact} AS (")) && narrowed.contains(&query));
    /// assert_eq!(filter.narrowed(shipped.model(), "SELECT 1"), None);
    /// ```
    #[must_use]
    pub fn narrowed(&self, model: &Model, query: &str) -> Option<String> {
        let mut facts = Vec::new();
        for (at, table) in model.tables().iter().enumerate() {
            match usage(query, table.name.as_str()) {
                Usage::Plain => {}
                Usage::Qualified if self.rows(model, at).is_some() => return None,
                Usage::None | Usage::Qualified => continue,
            }
            if let Some(rows) = self.rows(model, at) {
                facts.push(format!(
                    "{} AS (\n{}\n)",
                    table.name.sql(),
                    indented(&rows, 4)
                ));
            }
        }
        (!facts.is_empty())
            .then(|| format!("WITH {}\nSELECT *\nFROM (\n{query}\n)", facts.join(",\n")))
    }

    /// The parts of the filter that do not limit a fact, since it does not lead there.
    #[must_use]
    pub fn ignored(&self, model: &Model, fact: usize) -> Vec<String> {
        let has_days = self.days != Days::default();
        let day = model.day().filter(|_| has_days);
        let attributes = self.selections.iter().map(|selection| &selection.attribute);
        day.into_iter()
            .chain(attributes)
            .filter(|attribute| !attribute.is_of_fact(fact))
            .map(|attribute| attribute.label().to_owned())
            .collect()
    }
}
