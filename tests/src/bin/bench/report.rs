//! Measures, each beside its limit, as a table or as JSON. It must not know what was measured.

use serde_json::{Value, json};

/// One line of the result.
pub(crate) struct Measure {
    name: String,
    unit: &'static str,
    limit: Limit,
    /// The least first.
    values: Vec<f64>,
}

/// What the values must keep to.
#[derive(Clone, Copy)]
pub(crate) enum Limit {
    /// Nothing: it is told to compare with.
    None,
    /// The median is no more than this.
    AtMost(f64),
    /// The median is no less than this.
    AtLeast(f64),
    /// No value is more than this.
    Never(f64),
}

impl Measure {
    pub(crate) fn new(
        name: impl Into<String>,
        unit: &'static str,
        limit: Limit,
        mut values: Vec<f64>,
    ) -> Self {
        values.sort_by(f64::total_cmp);
        Self {
            name: name.into(),
            unit,
            limit,
            values,
        }
    }

    /// Whether there is anything to tell.
    pub(crate) fn is_measured(&self) -> bool {
        !self.values.is_empty()
    }

    /// The middle value; between the two middle ones where there is no middle one.
    fn median(&self) -> f64 {
        let at = |place: usize| self.values.get(place).copied().unwrap_or(f64::NAN);
        let count = self.values.len();
        f64::midpoint(at(count.saturating_sub(1) / 2), at(count / 2))
    }

    fn least(&self) -> f64 {
        self.values.first().copied().unwrap_or(f64::NAN)
    }

    fn most(&self) -> f64 {
        self.values.last().copied().unwrap_or(f64::NAN)
    }

    fn holds(&self) -> bool {
        match self.limit {
            Limit::None => true,
            Limit::AtMost(limit) => self.median() <= limit,
            Limit::AtLeast(limit) => self.median() >= limit,
            Limit::Never(limit) => self.most() <= limit,
        }
    }

    fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "unit": self.unit,
            "median": self.median(),
            "min": self.least(),
            "max": self.most(),
            "limit": self.limit.to_string(),
            "holds": self.holds(),
            "runs": self.values.len(),
        })
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::AtMost(limit) => write!(f, "≤ {limit}"),
            Self::AtLeast(limit) => write!(f, "≥ {limit}"),
            Self::Never(limit) => write!(f, "max ≤ {limit}"),
        }
    }
}

/// For programs.
pub(crate) fn print_json(measures: &[Measure]) {
    let measures: Vec<Value> = measures.iter().map(Measure::to_json).collect();
    println!("{:#}", json!({ "measures": measures }));
}

/// For people.
pub(crate) fn print_table(measures: &[Measure]) {
    let lengths = measures.iter().map(|measure| measure.name.chars().count());
    let width = lengths.max().unwrap_or_default();
    println!(
        "{:width$} {:>10} {:>10} {:>10}     {:>12}",
        "", "median", "min", "max", "limit"
    );
    for measure in measures {
        println!(
            "{:width$} {:>10.2} {:>10.2} {:>10.2} {:3} {:>12}  {}",
            measure.name,
            measure.median(),
            measure.least(),
            measure.most(),
            measure.unit,
            measure.limit.to_string(),
            if measure.holds() { "" } else { "OVER" },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let table = [
            (vec![3.0], 3.0),
            (vec![9.0, 1.0, 2.0], 2.0),
            (vec![4.0, 1.0, 2.0, 9.0], 3.0),
        ];
        for (values, median) in table {
            let measure = Measure::new("", "", Limit::None, values);
            assert!(
                (measure.median() - median).abs() < f64::EPSILON,
                "{:?}",
                measure.values
            );
        }
    }

    #[test]
    fn a_limit_is_for_the_median_or_for_every_value() {
        let table = [
            (Limit::None, true),
            (Limit::AtMost(2.0), true),
            (Limit::AtMost(1.9), false),
            (Limit::AtLeast(2.0), true),
            (Limit::AtLeast(2.1), false),
            (Limit::Never(9.0), true),
            (Limit::Never(8.9), false),
        ];
        for (limit, holds) in table {
            let measure = Measure::new("", "", limit, vec![9.0, 1.0, 2.0]);
            assert_eq!(measure.holds(), holds, "{limit}");
        }
        let unmeasured = Measure::new("", "", Limit::AtMost(1.0), Vec::new());
        assert!(!unmeasured.holds() && !unmeasured.is_measured());
    }
}
