//! The series of a chart: which of them are drawn, which are grouped as `other`, and the colour of each.
//! A value keeps its colour whatever else is drawn. It must not know what a colour looks like.

use std::collections::BTreeMap;

use super::SERIES;

/// The colours of one column's values, by number. The same palette is used for every chart with the
/// column.
///
/// ```
/// use results::chart::Palette;
///
/// let mut palette = Palette::default();
/// palette.set_order(&["North".to_owned(), "South".to_owned(), "West".to_owned()]);
/// assert_eq!(palette.colours(&["North", "South", "West"]), [0, 1, 2]);
/// assert_eq!(palette.colours(&["West", "North"]), [2, 0]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Palette {
    /// The values that have the first colours, in order, whatever is drawn.
    first: Vec<String>,
    /// The colours that other values have got.
    given: BTreeMap<String, usize>,
}

impl Palette {
    /// Gives the first colours to the first of these values, which are all that there are, the most
    /// important first.
    pub fn set_order(&mut self, values: &[String]) {
        let first = values.get(..SERIES).unwrap_or(values);
        if self.first != first {
            self.first = first.to_vec();
            self.given.clear();
        }
    }

    /// The colour of each value, at most [`SERIES`] of which are drawn together. Values beyond the
    /// first ones keep the colour that they got, unless one that is drawn beside them has it.
    pub fn colours(&mut self, values: &[&str]) -> Vec<usize> {
        let fixed = |value: &str| self.first.iter().position(|first| first == value);
        let mut colours: Vec<_> = values.iter().map(|value| fixed(value)).collect();
        for is_known in [true, false] {
            for (at, value) in values.iter().enumerate() {
                if colours.get(at).copied().flatten().is_some() {
                    continue;
                }
                let is_free = |colour: &usize| !colours.contains(&Some(*colour));
                let colour = if is_known {
                    self.given.get(*value).copied().filter(is_free)
                } else {
                    // A colour of nobody first.
                    let of_nobody = (self.first.len()..SERIES)
                        .filter(|colour| !self.given.values().any(|given| given == colour));
                    of_nobody.chain(0..SERIES).find(is_free)
                };
                if let (Some(colour), Some(place)) = (colour, colours.get_mut(at)) {
                    *place = Some(colour);
                    self.given.insert((*value).to_owned(), colour);
                }
            }
        }
        colours.into_iter().map(Option::unwrap_or_default).collect()
    }
}

/// The series that are drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// Their names, in the order of their colours.
    pub names: Vec<String>,
    /// The colour of each.
    pub colours: Vec<usize>,
    /// Of each row, its place in `names`; `None` for a row of another value.
    pub of_rows: Vec<Option<usize>>,
    /// The number of other values, which have no series of their own.
    pub others: usize,
}

impl Series {
    /// The series of rows with these names and numbers: the [`SERIES`] largest.
    #[must_use]
    pub fn of(rows: &[String], values: &[f64], palette: &mut Palette) -> Self {
        let mut totals: BTreeMap<&str, f64> = BTreeMap::new();
        for (name, value) in rows.iter().zip(values) {
            let value = if value.is_finite() { *value } else { 0.0 };
            *totals.entry(name).or_default() += value;
        }
        let mut by_size: Vec<_> = totals.into_iter().collect();
        by_size.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        let others = by_size.len().saturating_sub(SERIES);
        by_size.truncate(SERIES);
        let names: Vec<_> = by_size.iter().map(|(name, _)| *name).collect();
        let mut drawn: Vec<_> = palette.colours(&names).into_iter().zip(names).collect();
        drawn.sort_unstable();
        let at: BTreeMap<_, _> = drawn
            .iter()
            .enumerate()
            .map(|(at, (_, name))| (*name, at))
            .collect();
        Self {
            of_rows: rows
                .iter()
                .map(|name| at.get(name.as_str()).copied())
                .collect(),
            names: drawn.iter().map(|(_, name)| (*name).to_owned()).collect(),
            colours: drawn.iter().map(|(colour, _)| *colour).collect(),
            others,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(range: std::ops::Range<usize>) -> Vec<String> {
        range.map(|number| format!("v{number}")).collect()
    }

    /// The colours of values from a text like `v0 v9`.
    fn colours(palette: &mut Palette, values: &str) -> Vec<usize> {
        palette.colours(&values.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn a_value_keeps_its_colour_whatever_is_drawn() {
        let mut palette = Palette::default();
        palette.set_order(&names(0..20));
        let table: [(&str, &[usize]); 6] = [
            ("v0 v1 v2 v3 v4 v5 v6 v7", &[0, 1, 2, 3, 4, 5, 6, 7]),
            ("v7 v3", &[7, 3]),
            // Beyond the first ones, a colour that nobody here has, which is kept.
            ("v0 v12", &[0, 1]),
            ("v12", &[1]),
            ("v12 v13", &[1, 0]),
            // The first ones keep theirs, and the other one gives way.
            ("v1 v12", &[1, 0]),
        ];
        for (values, expected) in table {
            assert_eq!(colours(&mut palette, values), expected, "{values}");
        }
    }

    #[test]
    fn values_without_an_order_keep_the_colour_that_they_got_first() {
        let mut palette = Palette::default();
        assert_eq!(colours(&mut palette, "b a c"), [0, 1, 2]);
        assert_eq!(colours(&mut palette, "c d"), [2, 3]);
        assert_eq!(colours(&mut palette, "d a"), [3, 1]);
    }

    #[test]
    fn another_order_of_the_same_first_values_is_none() {
        let mut palette = Palette::default();
        palette.set_order(&names(0..9));
        assert_eq!(colours(&mut palette, "x"), [0]);
        palette.set_order(&names(0..20));
        assert_eq!(colours(&mut palette, "x v0"), [1, 0]);
    }

    #[test]
    fn the_smallest_series_are_the_others() {
        let rows = names(0..12);
        let values: Vec<_> = (0..12).map(f64::from).collect();
        let mut palette = Palette::default();
        palette.set_order(&rows);
        let series = Series::of(&rows, &values, &mut palette);
        assert_eq!(series.others, 4);
        assert_eq!(series.names.len(), SERIES);
        assert_eq!(series.of_rows.iter().flatten().count(), SERIES);
        assert_eq!(series.of_rows[..4], [None; 4]);
        for (name, colour) in series.names.iter().zip(&series.colours) {
            let rank: usize = name[1..].parse().unwrap();
            assert!(rank >= SERIES || rank == *colour, "{name}: {colour}");
        }
    }

    #[test]
    fn a_value_called_other_is_a_series_like_any() {
        let rows = ["other", "North", "other"].map(str::to_owned);
        let series = Series::of(&rows, &[1.0, f64::NAN, 2.0], &mut Palette::default());
        assert_eq!(series.names, ["other", "North"]);
        assert_eq!(series.of_rows, [Some(0), Some(1), Some(0)]);
        assert_eq!(series.others, 0);
    }
}
