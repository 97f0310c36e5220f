//! Measures, each beside its limit, as Markdown for docs/benchmarks.md or as JSON. It must not know what was measured.

use serde_json::{Value, json};

/// One line of the result.
pub(crate) struct Measure {
    name: String,
    unit: &'static str,
    limit: Limit,
    /// The least first.
    values: Vec<f64>,
}

/// Measures under one heading.
pub(crate) struct Section {
    title: String,
    table: Table,
}

/// How measures are arranged.
enum Table {
    /// One a line.
    Lines(Vec<Measure>),
    /// Medians, several a line.
    Medians {
        head: Vec<String>,
        lines: Vec<(String, Vec<Measure>)>,
    },
}

/// What the values must keep to.
#[derive(Clone, Copy)]
pub(crate) enum Limit {
    /// Nothing: it is printed for comparison.
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

    /// Whether there are values.
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

impl Section {
    /// One line for each measure that has values.
    pub(crate) fn measures(title: impl Into<String>, mut measures: Vec<Measure>) -> Self {
        measures.retain(Measure::is_measured);
        let (title, table) = (title.into(), Table::Lines(measures));
        Self { title, table }
    }

    /// Medians side by side: what each line is about, and a measure for each name in the head.
    pub(crate) fn medians(
        title: impl Into<String>,
        head: impl IntoIterator<Item = &'static str>,
        lines: Vec<(String, Vec<Measure>)>,
    ) -> Self {
        let head = head.into_iter().map(str::to_owned).collect();
        Self {
            title: title.into(),
            table: Table::Medians { head, lines },
        }
    }

    fn all(&self) -> Vec<&Measure> {
        let all: Vec<&Measure> = match &self.table {
            Table::Lines(measures) => measures.iter().collect(),
            Table::Medians { lines, .. } => lines.iter().flat_map(|(_, line)| line).collect(),
        };
        all.into_iter().filter(|one| one.is_measured()).collect()
    }

    fn to_markdown(&self) -> String {
        let mut rows = Vec::new();
        match &self.table {
            Table::Lines(measures) => {
                rows.push(
                    ["", "median", "min", "max", "limit"]
                        .map(str::to_owned)
                        .to_vec(),
                );
                rows.extend(measures.iter().map(Measure::to_row));
            }
            Table::Medians { head, lines } => {
                rows.push(
                    std::iter::once(String::new())
                        .chain(head.iter().cloned())
                        .collect(),
                );
                rows.extend(lines.iter().map(|(name, measures)| {
                    let medians = measures.iter().map(Measure::to_cell);
                    std::iter::once(name.clone()).chain(medians).collect()
                }));
            }
        }
        let columns = rows.first().map_or(0, Vec::len);
        rows.insert(
            1,
            std::iter::once("---".to_owned())
                .chain(std::iter::repeat_n(
                    "---:".to_owned(),
                    columns.saturating_sub(1),
                ))
                .collect(),
        );
        let mut text = format!("## {}\n", self.title);
        for row in rows {
            text.push_str("\n|");
            for cell in row {
                text.push_str(&format!(" {cell} |").replace("  ", " "));
            }
        }
        text
    }
}

impl Measure {
    /// The median with its unit; nothing without values.
    fn to_cell(&self) -> String {
        if self.is_measured() {
            number(self.median(), self.unit)
        } else {
            String::new()
        }
    }

    fn to_row(&self) -> Vec<String> {
        let limit = match (self.limit.to_string(), self.holds()) {
            (limit, true) => limit,
            (limit, false) => format!("{limit} **missed**"),
        };
        let unit = |value: f64| number(value, self.unit);
        vec![
            self.name.clone(),
            unit(self.median()),
            unit(self.least()),
            unit(self.most()),
            limit,
        ]
    }
}

/// A value as a reader needs it: ratios with two decimals, large values as whole numbers.
fn number(value: f64, unit: &str) -> String {
    let decimals = match value.abs() {
        _ if unit == "x" => 2,
        large if large >= 20.0 => 0,
        _ => 1,
    };
    let digits = format!("{value:.decimals$}");
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        let left = whole.len() - place;
        if place > 0 && left.is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match unit {
        "" | "x" => format!("{grouped}{fraction}"),
        unit => format!("{grouped}{fraction} {unit}"),
    }
}

/// For programs.
pub(crate) fn print_json(sections: &[Section]) {
    let measures = sections.iter().flat_map(Section::all);
    let measures: Vec<Value> = measures.map(Measure::to_json).collect();
    println!("{:#}", json!({ "measures": measures }));
}

/// For docs/benchmarks.md.
pub(crate) fn print_markdown(sections: &[Section]) {
    let tables: Vec<String> = sections.iter().map(Section::to_markdown).collect();
    println!("{}", tables.join("\n\n"));
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

    #[test]
    fn numbers_as_they_are_read() {
        let table = [
            (1_067.4, "ms", "1,067 ms"),
            (3_648_123.0, "ms", "3,648,123 ms"),
            (12.34, "ms", "12.3 ms"),
            (0.0, "ms", "0.0 ms"),
            (1.054, "x", "1.05"),
            (-1_234.0, "MB", "-1,234 MB"),
            (-234.0, "MB", "-234 MB"),
            (32.5, "", "32"),
        ];
        for (value, unit, text) in table {
            assert_eq!(number(value, unit), text);
        }
    }

    #[test]
    fn sections_are_tables_of_markdown() {
        let measure = |name, values| Measure::new(name, "ms", Limit::AtMost(2.0), values);
        let lines = Section::measures(
            "Visits",
            vec![
                measure("paint", vec![1.0]),
                measure("built", vec![3.0, 4.0, 5.0]),
                measure("no file", Vec::new()),
            ],
        );
        assert_eq!(
            lines.to_markdown(),
            "## Visits\n\n\
             | | median | min | max | limit |\n\
             | --- | ---: | ---: | ---: | ---: |\n\
             | paint | 1.0 ms | 1.0 ms | 1.0 ms | ≤ 2 |\n\
             | built | 4.0 ms | 3.0 ms | 5.0 ms | ≤ 2 **missed** |"
        );
        let line = vec![
            measure("here", vec![1.0]),
            measure("there", Vec::new()),
            measure("elsewhere", Vec::new()),
        ];
        let head = ["here", "there", "elsewhere"];
        let medians = Section::medians("Files", head, vec![("CSV".to_owned(), line)]);
        assert_eq!(
            medians.to_markdown(),
            "## Files\n\n\
             | | here | there | elsewhere |\n\
             | --- | ---: | ---: | ---: |\n\
             | CSV | 1.0 ms | | |"
        );
        assert_eq!(medians.all().len(), 1);
    }
}
