//! Which chart a result makes, decided by its columns: the axis, the series and the measure. It
//! must not know how a chart is drawn, or how a number looks.

use arrow_schema::{DataType, Field, Schema};

use crate::Cell;

/// The largest number of series whose colours can be distinguished.
pub const SERIES: usize = 8;

/// The value in a row and a column of a result.
pub type CellAt<'f, 'a> = &'f dyn Fn(usize, usize) -> Cell<'a>;

/// The roles of a result's columns in a chart.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
/// use results::{Cell, chart::{Kind, Shape}};
///
/// let columns: [(&str, ArrayRef); 3] = [
///     ("year", Arc::new(Int64Array::from(vec![2025, 2025]))),
///     ("month", Arc::new(Int64Array::from(vec![9, 10]))),
///     ("revenue", Arc::new(Float64Array::from(vec![120.5, 99.0]))),
/// ];
/// let rows = RecordBatch::try_from_iter(columns)?;
/// let cell = |row, column| Cell::of(rows.column(column), row);
/// let shape = Shape::of(&rows.schema(), 2, &cell).expect("a chart");
/// assert_eq!(shape.kinds(), [Kind::Line, Kind::Bars]); // the first is the default
/// assert_eq!(shape.place(0, &cell), "2025-09");
/// assert_eq!(shape.measure, 2);
/// # Ok::<(), arrow_schema::ArrowError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The kind of axis.
    pub axis: Axis,
    /// The columns that together name a place on the axis, a year before its months.
    pub places: Vec<usize>,
    /// The column that names the series, if there are several.
    pub series: Option<usize>,
    /// The column with the numbers.
    pub measure: usize,
    /// Whether a place is a year and a quarter.
    is_quarterly: bool,
}

/// A kind of axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Points in time, in order.
    Time,
    /// Names in the order of the result: days of the week.
    Ordered,
    /// Names in descending order of their numbers.
    Named,
}

/// A way to draw a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line through the places.
    Line,
    /// A bar for each place.
    Bars,
    /// A bar for each place, made of its series.
    Stacked,
    /// Bars side by side for each place, one for each series.
    Grouped,
}

impl Kind {
    /// Its name on the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Line => "Line",
            Self::Bars => "Bars",
            Self::Stacked => "Stacked",
            Self::Grouped => "Grouped",
        }
    }
}

impl Shape {
    /// The shape of a result. `None` if it makes no chart: without numbers, without names for them,
    /// or with more than two categories. What a text column contains is decided by the first `rows`
    /// rows.
    #[must_use]
    pub fn of(schema: &Schema, rows: usize, cell: CellAt<'_, '_>) -> Option<Self> {
        let roles: Vec<_> = schema
            .fields()
            .iter()
            .enumerate()
            .map(|(column, field)| Role::of(field, column, rows, cell))
            .collect();
        let position = |wanted| roles.iter().position(|role| *role == wanted);
        let mut shape = Self {
            axis: Axis::Time,
            places: Vec::new(),
            series: None,
            measure: position(Role::Measure)?,
            is_quarterly: false,
        };
        if let Some(time) = position(Role::Time) {
            shape.places.push(time);
        } else if let Some(year) = position(Role::Year) {
            shape.places.push(year);
            let (month, quarter) = (position(Role::Month), position(Role::Quarter));
            shape.is_quarterly = month.is_none() && quarter.is_some();
            shape.places.extend(month.or(quarter));
            shape.places.extend(month.and(position(Role::Day)));
        }
        let is_over_time = !shape.places.is_empty();
        let mut categories = Vec::new();
        for (column, role) in roles.iter().enumerate() {
            match role {
                Role::Named => categories.push((column, Axis::Named)),
                Role::Ordered => categories.push((column, Axis::Ordered)),
                // Parts of a date without a year are categories.
                Role::Quarter | Role::Month | Role::Day | Role::Part if !is_over_time => {
                    categories.push((column, Axis::Ordered));
                }
                _ => {}
            }
        }
        if categories.is_empty() && !is_over_time {
            categories.extend(position(Role::Id).map(|column| (column, Axis::Named)));
        }
        match (is_over_time, categories.as_slice()) {
            (true, []) => {}
            (true, [series]) => shape.series = Some(series.0),
            (false, [only]) => (shape.axis, shape.places) = (only.1, vec![only.0]),
            (false, [first, second]) => {
                // The axis is the category with an order, else the one with too many names for colours.
                let is_second = match (first.1, second.1) {
                    (Axis::Named, Axis::Ordered) => true,
                    (Axis::Named, Axis::Named) => {
                        has_few_names(first.0, rows, cell) && !has_few_names(second.0, rows, cell)
                    }
                    _ => false,
                };
                let (axis, series) = if is_second {
                    (second, first)
                } else {
                    (first, second)
                };
                (shape.axis, shape.places) = (axis.1, vec![axis.0]);
                shape.series = Some(series.0);
            }
            _ => return None,
        }
        Some(shape)
    }

    /// The kinds it can be drawn as; the first is the default.
    #[must_use]
    pub const fn kinds(&self) -> &'static [Kind] {
        match (self.axis, self.series) {
            (Axis::Time, None) => &[Kind::Line, Kind::Bars],
            (Axis::Time, Some(_)) => &[Kind::Line, Kind::Stacked, Kind::Grouped],
            (Axis::Ordered, None) => &[Kind::Bars, Kind::Line],
            (Axis::Ordered, Some(_)) => &[Kind::Stacked, Kind::Grouped, Kind::Line],
            (Axis::Named, None) => &[Kind::Bars],
            (Axis::Named, Some(_)) => &[Kind::Stacked, Kind::Grouped],
        }
    }

    /// The place of a row on the axis: a name, or a time in ISO 8601. A quarter, which ISO 8601 does
    /// not have, is `2025-Q4`.
    #[must_use]
    pub fn place(&self, row: usize, cell: CellAt<'_, '_>) -> String {
        let mut place = String::new();
        for column in &self.places {
            let part = name(&cell(row, *column));
            if !place.is_empty() {
                place.push('-');
                if self.is_quarterly {
                    place.push('Q');
                } else if part.len() == 1 {
                    place.push('0');
                }
            }
            place += &part;
        }
        place
    }
}

/// The text of a value; NULL becomes the text `NULL`.
#[must_use]
pub fn name(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Null => "NULL".to_owned(),
        named => named.to_string(),
    }
}

/// The nearest double of a number, for drawing. `NaN` for a value that is not a number.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "the error is far below one pixel, and the text beside it has all digits"
)]
pub fn height(cell: &Cell<'_>) -> f64 {
    match cell {
        Cell::Integer(value) => *value as f64,
        Cell::Float(value) => *value,
        Cell::Single(value) => f64::from(*value),
        Cell::Decimal { unscaled, scale } => {
            let mut value = *unscaled as f64;
            for _ in 0..*scale {
                value /= 10.0;
            }
            value
        }
        _ => f64::NAN,
    }
}

/// The role that a column can have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Measure,
    /// A day, an instant, or a text with one.
    Time,
    /// Parts of a date as numbers.
    Year,
    Quarter,
    Month,
    Day,
    /// Another part of a date: an hour, the day of a week.
    Part,
    /// Names of days and months.
    Ordered,
    Named,
    /// A number that identifies something.
    Id,
    Nothing,
}

impl Role {
    fn of(field: &Field, column: usize, rows: usize, cell: CellAt<'_, '_>) -> Self {
        let all = |is: fn(&str) -> bool| {
            (0..rows).all(|row| match cell(row, column) {
                Cell::Null => true,
                value => is(&value.to_string()),
            })
        };
        match field.data_type() {
            DataType::Date32 | DataType::Timestamp(..) => Self::Time,
            number if number.is_numeric() => match field.name().to_ascii_lowercase().as_str() {
                "year" => Self::Year,
                "quarter" => Self::Quarter,
                "month" => Self::Month,
                "day" => Self::Day,
                "week" | "weekday" | "day_of_week" | "hour" => Self::Part,
                id if id == "id" || id.ends_with("_id") => Self::Id,
                _ => Self::Measure,
            },
            DataType::Utf8 | DataType::Boolean => {
                if all(is_time) {
                    Self::Time
                } else if all(is_day_or_month) {
                    Self::Ordered
                } else {
                    Self::Named
                }
            }
            _ => Self::Nothing,
        }
    }
}

/// Whether a text is a month or a day in ISO 8601. A year alone is not: four digits may be a code.
fn is_time(text: &str) -> bool {
    let is = |at: usize, digits: usize| {
        let part = text.as_bytes().get(at..at + digits);
        part.is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let is_dash = |at| text.as_bytes().get(at) == Some(&b'-');
    let is_month = is(0, 4) && is_dash(4) && is(5, 2);
    is_month && (text.len() == 7 || (is_dash(7) && is(8, 2) && text.len() == 10))
}

/// Whether a text is the English name of a day or a month, in full or with three letters, in any case.
fn is_day_or_month(text: &str) -> bool {
    const NAMES: &str = " monday tuesday wednesday thursday friday saturday sunday january february \
         march april may june july august september october november december mon tue wed thu fri \
         sat sun jan feb mar apr jun jul aug sep oct nov dec ";
    NAMES.contains(&format!(" {} ", text.to_ascii_lowercase()))
}

/// Whether a column has at most [`SERIES`] names.
fn has_few_names(column: usize, rows: usize, cell: CellAt<'_, '_>) -> bool {
    let mut names = Vec::new();
    for row in 0..rows {
        let name = name(&cell(row, column));
        if !names.contains(&name) {
            names.push(name);
        }
        if names.len() > SERIES {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use arrow_array::{
        ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, ListArray, RecordBatch,
        StringArray,
    };

    /// Columns of whole numbers, days or texts from a text like `month=9,10 region=West,East`.
    fn columns(text: &str) -> Vec<(String, ArrayRef)> {
        let column = |text: &str| {
            let (name, values) = text.split_once('=').expect("a name");
            let values: Vec<_> = values.split(',').collect();
            let numbers: Result<Vec<i64>, _> = values.iter().map(|value| value.parse()).collect();
            let array: ArrayRef = match numbers {
                Ok(days) if name == "date" => {
                    let days = days.into_iter().map(|day| i32::try_from(day).ok());
                    Arc::new(days.collect::<Date32Array>())
                }
                Ok(numbers) => Arc::new(Int64Array::from(numbers)),
                Err(_) => Arc::new(StringArray::from(values)),
            };
            (name.to_owned(), array)
        };
        text.split_whitespace().map(column).collect()
    }

    /// The shape of columns and an amount after them: the default kind, the places on the axis and the
    /// column of the series.
    fn shape(mut columns: Vec<(String, ArrayRef)>) -> Option<(Kind, String, Option<usize>)> {
        let many = columns.first().map_or(2, |(_, column)| column.len());
        let amount = Float64Array::from(vec![1.5; many]);
        columns.push(("revenue".to_owned(), Arc::new(amount)));
        let rows = RecordBatch::try_from_iter(columns).expect("columns of one length");
        let cell = |row, column| Cell::of(rows.column(column), row);
        let shape = Shape::of(&rows.schema(), rows.num_rows(), &cell)?;
        assert_eq!(shape.measure, rows.num_columns() - 1, "the amount");
        let places: Vec<_> = (0..many).map(|row| shape.place(row, &cell)).collect();
        Some((shape.kinds()[0], places.join(" "), shape.series))
    }

    #[test]
    fn the_columns_decide_on_the_chart() {
        let table = [
            (
                "month=9,10 year=2025,2025",
                Kind::Line,
                "2025-09 2025-10",
                None,
            ),
            ("year=2025,2026", Kind::Line, "2025 2026", None),
            (
                "Year=2025,2026 quarter=4,1",
                Kind::Line,
                "2025-Q4 2026-Q1",
                None,
            ),
            (
                "year=2025,2026 quarter=4,1 month=12,1 day=31,1",
                Kind::Line,
                "2025-12-31 2026-01-01",
                None,
            ),
            (
                "date=20362,20363",
                Kind::Line,
                "2025-10-01 2025-10-02",
                None,
            ),
            (
                "period=2025-11,2025-10",
                Kind::Line,
                "2025-11 2025-10",
                None,
            ),
            (
                "year=2025,2026 region=West,East",
                Kind::Line,
                "2025 2026",
                Some(1),
            ),
            ("region=West,East", Kind::Bars, "West East", None),
            ("code=2025,A", Kind::Bars, "2025 A", None),
            ("month=2,1", Kind::Bars, "2 1", None),
            (
                "region=West,East category=Home,Toys",
                Kind::Stacked,
                "West East",
                Some(1),
            ),
            (
                "category=x,x,x,x,x,x,x,x,x customer=a,b,c,d,e,f,g,h,i",
                Kind::Stacked,
                "a b c d e f g h i",
                Some(0),
            ),
            (
                "region=West,East day=Mon,Sunday",
                Kind::Stacked,
                "Mon Sunday",
                Some(0),
            ),
            ("product_id=7,8", Kind::Bars, "7 8", None),
            (
                "product_id=7,8 product=Lamp,Desk",
                Kind::Bars,
                "Lamp Desk",
                None,
            ),
        ];
        for (text, kind, places, series) in table {
            let expected = Some((kind, places.to_owned(), series));
            assert_eq!(shape(columns(text)), expected, "{text}");
        }
    }

    #[test]
    fn names_of_days_keep_their_order() {
        let rows = columns("day_of_week=Monday,Sunday sales=1,2");
        let rows = RecordBatch::try_from_iter(rows).expect("columns");
        let cell = |row, column| Cell::of(rows.column(column), row);
        let shape = Shape::of(&rows.schema(), 2, &cell).expect("a shape");
        assert_eq!(shape.axis, Axis::Ordered);
        assert_eq!(shape.kinds(), [Kind::Bars, Kind::Line]);
    }

    #[test]
    fn results_without_a_chart() {
        let lists = ListArray::from_iter_primitive::<arrow_array::types::Int32Type, _, _>([
            Some([Some(1)]),
            Some([Some(2)]),
        ]);
        assert_eq!(shape(Vec::new()), None, "numbers alone");
        assert_eq!(
            shape(columns("a=x,y b=x,y c=x,y")),
            None,
            "three categories"
        );
        let lists: ArrayRef = Arc::new(lists);
        assert_eq!(shape(vec![("tags".to_owned(), lists)]), None, "lists");
        let rows = RecordBatch::try_from_iter(columns("a=x,y")).expect("a column");
        let cell = |row, column| Cell::of(rows.column(column), row);
        assert_eq!(Shape::of(&rows.schema(), 2, &cell), None, "names alone");
    }

    #[test]
    fn numbers_have_a_height() {
        let decimals = Decimal128Array::from(vec![12_345]).with_precision_and_scale(9, 2);
        let decimals = decimals.expect("a type");
        let table = [
            (Cell::of(&decimals, 0), "123.45"),
            (Cell::Integer(-7), "-7"),
            (Cell::Single(0.5), "0.5"),
            (Cell::Null, "NaN"),
            (Cell::Text("7"), "NaN"),
        ];
        for (cell, expected) in table {
            assert_eq!(height(&cell).to_string(), expected, "{cell:?}");
        }
    }

    #[test]
    fn texts_that_are_times() {
        for (text, expected) in [
            ("2025-10", true),
            ("2025-10-01", true),
            ("2025", false),
            ("2025-1", false),
            ("2025-10-011", false),
            ("20251001", false),
            ("", false),
            ("Ōsaka-1", false),
        ] {
            assert_eq!(is_time(text), expected, "{text}");
        }
    }
}
