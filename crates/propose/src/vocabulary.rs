//! The words by which names are understood: lists in `vocabulary.txt`. It must not know how they are used.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A list of words, in the singular and in small letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    /// Words that say that a column identifies something.
    Ids,
    /// Words that end in `id` and identify nothing.
    NoIds,
    /// Words that only join others: `reports_to`, `ship_via`.
    Joints,
    /// Words that count what follows them: `num_orders`, `number of seats`.
    Counts,
    /// Words in names of tables that say nothing about what is in them.
    Fillers,
    /// What people are called by the part that they play.
    RolesOfPeople,
    /// Tables of such people.
    People,
    /// Words of a column that refers to a row of its own table.
    OfTheSameTable,
    /// Words of amounts, which are summed.
    Amounts,
    /// Words of what is never summed.
    NoAmounts,
    /// Words of what is on hand at a time: summed over everything but time.
    Stocks,
    /// Words of numbers that measure, of which no key is made.
    Measured,
    /// A price of one thing, even where the word is one of an amount.
    OfOne,
    /// Words of places, which make a dimension of geography.
    Places,
    /// Words of columns that say when a row was written, not when something happened.
    Bookkeeping,
    /// Words of columns that are the name of a row.
    RowNames,
    /// Words that may stand before those.
    BeforeRowNames,
    /// Words of amounts of money.
    Money,
    /// Words of discounts: amounts, or shares where they lie between 0 and 1.
    Discounts,
    /// Words that make a price that of the whole row.
    Extended,
    /// Words of dates and times.
    Times,
    /// Words of periods, whose numbers refer to nothing.
    Periods,
    /// Words of days in a life, which are no events of a table.
    LifeDays,
    /// Words of the number of a line in an order.
    LineNumbers,
    /// Words in the name of a table whose author calls it a dimension.
    AuthorsDimensions,
    /// Words in the name of a table whose author calls it a fact.
    AuthorsFacts,
    /// Words of how many things a row is about.
    Quantities,
    /// Words of the price of one of them.
    Prices,
}

static LISTS: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut lists = BTreeMap::<_, Vec<_>>::new();
    let mut heading = "";
    for line in include_str!("vocabulary.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        match line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            Some(found) => heading = found,
            None => lists
                .entry(heading)
                .or_default()
                .extend(line.split_whitespace()),
        }
    }
    lists
});

impl List {
    const fn heading(self) -> &'static str {
        match self {
            Self::Ids => "ids",
            Self::NoIds => "no ids",
            Self::Joints => "joints",
            Self::Counts => "counts",
            Self::Fillers => "fillers",
            Self::RolesOfPeople => "roles of people",
            Self::People => "people",
            Self::OfTheSameTable => "of the same table",
            Self::Amounts => "amounts",
            Self::NoAmounts => "no amounts",
            Self::Stocks => "stocks",
            Self::Measured => "measured",
            Self::OfOne => "of one",
            Self::Places => "places",
            Self::Bookkeeping => "bookkeeping",
            Self::RowNames => "row names",
            Self::BeforeRowNames => "before row names",
            Self::Money => "money",
            Self::Discounts => "discounts",
            Self::Extended => "extended",
            Self::Times => "times",
            Self::Periods => "periods",
            Self::LifeDays => "life days",
            Self::LineNumbers => "line numbers",
            Self::AuthorsDimensions => "authors dimensions",
            Self::AuthorsFacts => "authors facts",
            Self::Quantities => "quantities",
            Self::Prices => "prices",
        }
    }

    /// Whether a word is one of the list.
    pub(crate) fn has(self, word: &str) -> bool {
        LISTS
            .get(self.heading())
            .is_some_and(|words| words.contains(&word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_has_words() {
        let lists = [
            List::Ids,
            List::NoIds,
            List::Joints,
            List::Counts,
            List::Fillers,
            List::RolesOfPeople,
            List::People,
            List::OfTheSameTable,
            List::Amounts,
            List::NoAmounts,
            List::Stocks,
            List::Measured,
            List::OfOne,
            List::Places,
            List::Bookkeeping,
            List::RowNames,
            List::BeforeRowNames,
            List::Money,
            List::Discounts,
            List::Extended,
            List::Times,
            List::Periods,
            List::LifeDays,
            List::LineNumbers,
            List::AuthorsDimensions,
            List::AuthorsFacts,
            List::Quantities,
            List::Prices,
        ];
        for list in lists {
            assert!(
                LISTS
                    .get(list.heading())
                    .is_some_and(|words| !words.is_empty()),
                "{list:?}"
            );
        }
        assert_eq!(
            LISTS.keys().filter(|heading| !heading.is_empty()).count(),
            lists.len()
        );
    }
}
