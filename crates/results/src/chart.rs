//! Which chart a result makes, decided by its columns: the axis, the series and the measure. It
//! must not know how a chart is drawn, or how a number looks.

mod series;
#[cfg(test)]
mod tests;

use arrow_schema::{DataType, Field, Schema};

use crate::Cell;

pub use series::{Palette, Series};

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

    /// The kind of a name.
    ///
    /// ```
    /// use results::chart::Kind;
    ///
    /// assert_eq!(Kind::named("Bars"), Some(Kind::Bars));
    /// assert_eq!(Kind::named("Pie"), None);
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::Line, Self::Bars, Self::Stacked, Self::Grouped];
        all.into_iter().find(|kind| kind.name() == name)
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
        // One row has totals, of which none is a place of the others.
        if let Some(column) = axis_of_numbers(schema).filter(|_| rows > 1) {
            categories.push((column, Axis::Ordered));
            shape.measure = column + 1;
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

    /// The same shape with the numbers of another column, which is one of [`measures`].
    #[must_use]
    pub const fn of_measure(mut self, column: usize) -> Self {
        self.measure = column;
        self
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

/// The period of time that several columns of a row name together, with those columns: a year with its
/// month. `None` where one column has all of it, or none has.
#[must_use]
pub fn period(schema: &Schema, row: usize, cell: CellAt<'_, '_>) -> Option<(Vec<usize>, String)> {
    let shape = Shape::of(schema, row + 1, cell)?;
    let is_period = shape.axis == Axis::Time && shape.places.len() > 1;
    is_period.then(|| (shape.places.clone(), shape.place(row, cell)))
}

/// The columns with numbers that can be drawn.
///
/// ```
/// use arrow_schema::{DataType, Field, Schema};
/// use results::chart::measures;
///
/// let whole = |name: &str| Field::new(name, DataType::Int64, true);
/// let name = Field::new("name", DataType::Utf8, true);
/// assert_eq!(measures(&Schema::new(vec![name, whole("n"), whole("square")])), [1, 2]);
/// // Of numbers alone, the first column is what the others are drawn over.
/// assert_eq!(measures(&Schema::new(vec![whole("n"), whole("square")])), [1]);
/// ```
#[must_use]
pub fn measures(schema: &Schema) -> Vec<usize> {
    let axis = axis_of_numbers(schema);
    let fields = schema.fields().iter().enumerate();
    let measures = fields.filter(|(column, field)| is_measure(field) && Some(*column) != axis);
    measures.map(|(column, _)| column).collect()
}

fn is_measure(field: &Field) -> bool {
    field.data_type().is_numeric() && Role::of_number(field.name()) == Role::Measure
}

/// The first column of a result that has nothing but numbers, if it is one of whole numbers.
fn axis_of_numbers(schema: &Schema) -> Option<usize> {
    let fields = schema.fields();
    let is_axis = fields.len() > 1
        && fields.iter().all(|field| is_measure(field))
        && fields
            .first()
            .is_some_and(|first| first.data_type().is_integer());
    is_axis.then_some(0)
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
    /// The role of a column of numbers, by its name.
    fn of_number(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "year" => Self::Year,
            "quarter" => Self::Quarter,
            "month" => Self::Month,
            "day" => Self::Day,
            "week" | "weekday" | "day_of_week" | "hour" => Self::Part,
            id if id == "id" || id.ends_with("_id") => Self::Id,
            _ => Self::Measure,
        }
    }

    fn of(field: &Field, column: usize, rows: usize, cell: CellAt<'_, '_>) -> Self {
        let all = |is: fn(&str) -> bool| {
            (0..rows).all(|row| match cell(row, column) {
                Cell::Null => true,
                value => is(&value.to_string()),
            })
        };
        match field.data_type() {
            DataType::Date32 | DataType::Timestamp(..) => Self::Time,
            number if number.is_numeric() => Self::of_number(field.name()),
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
