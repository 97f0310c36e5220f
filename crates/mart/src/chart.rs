//! Which chart a result makes, decided by its shape: what stands on the axis, what is told apart by
//! colour, what is measured. It must not know how a chart is drawn, or how a number looks.

use std::collections::{BTreeMap, BTreeSet};

use arrow_schema::{DataType, Field, Schema};

use crate::Cell;

/// Up to so many rows of a result are looked at.
const ROWS: usize = 10_000;
/// The most places of an axis that a line goes through.
const LINE_PLACES: usize = 1_000;
/// The most bars side by side along a time.
const TIME_BARS: usize = 60;
/// The most names one below the other.
const NAMES: usize = 20;
/// The most colours that can be told apart.
const SERIES: usize = 8;
/// The most bars of all groups together.
const GROUPED_BARS: usize = 48;

/// A result as a chart sees it.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
/// use mart::{Cell, chart::{Chart, Kind}};
///
/// let columns: [(&str, ArrayRef); 3] = [
///     ("year", Arc::new(Int64Array::from(vec![2025, 2025]))),
///     ("month", Arc::new(Int64Array::from(vec![10, 11]))),
///     ("revenue", Arc::new(Float64Array::from(vec![120.5, 99.0]))),
/// ];
/// let rows = RecordBatch::try_from_iter(columns)?;
/// let cell = |row, column| Cell::of(rows.column(column), row);
/// let chart = Chart::of(&rows.schema(), 2, &cell).expect("a chart");
/// assert_eq!(chart.kinds(), [Kind::Line, Kind::Bars]); // the first is the one chosen
/// assert_eq!(chart.places[1].label, "2025-11");
/// assert_eq!(chart.points[1].value, 99.0);
/// # Ok::<(), arrow_schema::ArrowError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What stands on the axis.
    pub axis: Axis,
    /// The column with the numbers.
    pub measure: usize,
    /// The columns that name a place on the axis.
    pub axis_columns: Vec<usize>,
    /// The column that names the series, where there are several.
    pub series_column: Option<usize>,
    /// The places on the axis, in order.
    pub places: Vec<Place>,
    /// The names of the series, the largest first; empty where there is one.
    pub series: Vec<String>,
    /// One for each number, in the order of the result.
    pub points: Vec<Point>,
    /// Rows without a number, or without a time.
    pub left_out: usize,
    /// Rows that were looked at: the first of them, where there are more.
    pub rows: usize,
}

/// What stands on an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Points in time, in their order.
    Time,
    /// Names that have an order of their own, that of the result: days of the week.
    Ordered,
    /// Names of which the largest comes first.
    Named,
}

/// A place on the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Its name.
    pub label: String,
    /// Where the axis is time: when it begins, in milliseconds since 1970 in UTC.
    pub instant: Option<f64>,
}

/// A number of the result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Its place on the axis.
    pub place: usize,
    /// Its series; 0 where there is one.
    pub series: usize,
    /// Its row in the result.
    pub row: usize,
    /// The number itself.
    pub value: f64,
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
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Line, Self::Bars, Self::Stacked, Self::Grouped];

    /// What a person calls it.
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

/// The part of a chart that can be drawn and still be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The first place that is drawn.
    pub first: usize,
    /// How many are.
    pub places: usize,
    /// How many series are.
    pub series: usize,
}

impl Part {
    /// Whether the point is in this part.
    #[must_use]
    pub fn holds(&self, point: &Point) -> bool {
        (self.first..self.first + self.places).contains(&point.place) && point.series < self.series
    }
}

/// Asks a result for the value in a row and a column.
pub type CellAt<'f, 'a> = &'f dyn Fn(usize, usize) -> Cell<'a>;

impl Chart {
    /// The chart that a result makes. `None` for a shape that has none: without numbers, or without
    /// names for them, with more than two categories, or with two numbers for one place.
    #[must_use]
    pub fn of(schema: &Schema, rows: usize, cell: CellAt<'_, '_>) -> Option<Self> {
        let looked_at = rows.min(ROWS);
        let columns = Columns::of(schema, looked_at, cell)?;
        let (mut places, mut series) = (Names::default(), Names::default());
        let mut points = Vec::new();
        for row in 0..looked_at {
            let label = columns.place(row, cell);
            let is_placed = columns.axis != Axis::Time || instant(&label).is_some();
            let Some(value) = number(&cell(row, columns.measure)).filter(|_| is_placed) else {
                continue;
            };
            points.push(Point {
                place: places.number(label),
                series: columns
                    .series
                    .map_or(0, |column| series.number(name(&cell(row, column)))),
                row,
                value,
            });
        }
        let mut taken = BTreeSet::new();
        let is_one_each = points.iter().all(|at| taken.insert((at.place, at.series)));
        if points.is_empty() || !is_one_each {
            return None;
        }
        let mut chart = Self {
            axis: columns.axis,
            axis_columns: columns.of_axis,
            series_column: columns.series,
            measure: columns.measure,
            places: places.names.into_iter().map(Place::of).collect(),
            series: series.names,
            left_out: looked_at - points.len(),
            points,
            rows: looked_at,
        };
        chart.sort();
        Some(chart)
    }

    /// The kinds it can be drawn as; the first is the one that suits its shape.
    #[must_use]
    pub const fn kinds(&self) -> &'static [Kind] {
        match (self.axis, self.series_column) {
            (Axis::Time, None) => &[Kind::Line, Kind::Bars],
            (Axis::Time, Some(_)) => &[Kind::Line, Kind::Stacked, Kind::Grouped],
            (Axis::Ordered, None) => &[Kind::Bars, Kind::Line],
            (Axis::Ordered, Some(_)) => &[Kind::Stacked, Kind::Grouped, Kind::Line],
            (Axis::Named, None) => &[Kind::Bars],
            (Axis::Named, Some(_)) => &[Kind::Stacked, Kind::Grouped],
        }
    }

    /// The part of it that is drawn: the latest times, the first or the largest names.
    #[must_use]
    pub fn part(&self, kind: Kind) -> Part {
        let series = self.series.len().clamp(1, SERIES);
        let most = match (kind, self.axis) {
            (Kind::Line, _) => LINE_PLACES,
            (Kind::Grouped, _) => GROUPED_BARS / series,
            (_, Axis::Time) => TIME_BARS,
            (_, Axis::Ordered | Axis::Named) => NAMES,
        };
        let places = self.places.len().min(most);
        let first = match self.axis {
            Axis::Time => self.places.len() - places,
            Axis::Ordered | Axis::Named => 0,
        };
        Part {
            first,
            places,
            series,
        }
    }

    /// Puts the times in order, or the largest name first; and the largest series first.
    fn sort(&mut self) {
        let places = match self.axis {
            Axis::Time => order(self.places.iter().map(|at| at.instant.unwrap_or(0.0))),
            Axis::Ordered => (0..self.places.len()).collect(),
            Axis::Named => largest_first(self.places.len(), &self.points, |at| at.place),
        };
        let series = largest_first(self.series.len(), &self.points, |at| at.series);
        let (now, now_series) = (inverse(&places), inverse(&series));
        for point in &mut self.points {
            point.place = now.get(point.place).copied().unwrap_or(0);
            point.series = now_series.get(point.series).copied().unwrap_or(0);
        }
        self.places = arranged(&self.places, &places);
        self.series = arranged(&self.series, &series);
    }
}

impl Place {
    fn of(label: String) -> Self {
        Self {
            instant: instant(&label),
            label,
        }
    }
}

/// What a column can be in a chart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Measure,
    /// A day, an instant, or a text that is one.
    Time,
    /// The year, the month, … as a number.
    Period(Unit),
    /// Names, or names that have an order of their own.
    Category(Axis),
    /// A number that names something.
    Id,
    None,
}

/// A part of a date.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Year,
    Quarter,
    Month,
    Day,
    /// One that repeats in every year or week.
    Other,
}

impl Role {
    fn of(field: &Field, column: usize, rows: usize, cell: CellAt<'_, '_>) -> Self {
        let name = field.name().to_lowercase();
        match field.data_type() {
            DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => Self::Time,
            number if number.is_numeric() => match name.as_str() {
                "year" => Self::Period(Unit::Year),
                "quarter" => Self::Period(Unit::Quarter),
                "month" => Self::Period(Unit::Month),
                "day" => Self::Period(Unit::Day),
                "week" | "weekday" | "day_of_week" | "hour" => Self::Period(Unit::Other),
                "id" => Self::Id,
                id if id.ends_with("_id") => Self::Id,
                _ => Self::Measure,
            },
            DataType::Utf8
            | DataType::LargeUtf8
            | DataType::Utf8View
            | DataType::Boolean
            | DataType::Dictionary(..) => {
                let all = |is: fn(&str) -> bool| {
                    (0..rows).all(|row| match cell(row, column) {
                        Cell::Null => true,
                        value => is(&value.to_string()),
                    })
                };
                // A text of four digits is as likely a code.
                if rows > 0 && all(|text| text.len() > 4 && instant(text).is_some()) {
                    Self::Time
                } else if all(is_day_or_month) {
                    Self::Category(Axis::Ordered)
                } else {
                    Self::Category(Axis::Named)
                }
            }
            _ => Self::None,
        }
    }
}

/// Which column is what.
struct Columns {
    axis: Axis,
    of_axis: Vec<usize>,
    /// Those of a year and its parts are written as ISO 8601 does.
    units: Vec<Unit>,
    series: Option<usize>,
    measure: usize,
}

impl Columns {
    fn of(schema: &Schema, rows: usize, cell: CellAt<'_, '_>) -> Option<Self> {
        let roles: Vec<_> = schema
            .fields()
            .iter()
            .enumerate()
            .map(|(column, field)| Role::of(field, column, rows, cell))
            .collect();
        let position = |wanted| roles.iter().position(|role| *role == wanted);
        let measure = position(Role::Measure)?;
        let mut columns = Self {
            axis: Axis::Time,
            of_axis: Vec::new(),
            units: Vec::new(),
            series: None,
            measure,
        };
        if let Some(time) = position(Role::Time) {
            columns.of_axis.push(time);
        } else if let Some(year) = position(Role::Period(Unit::Year)) {
            let months = [Unit::Month, Unit::Day].map(|unit| (position(Role::Period(unit)), unit));
            let parts = match months {
                [(None, _), _] => [(position(Role::Period(Unit::Quarter)), Unit::Quarter)].to_vec(),
                parts => parts.to_vec(),
            };
            for (column, unit) in [(Some(year), Unit::Year)].into_iter().chain(parts) {
                columns.of_axis.extend(column);
                columns.units.extend(column.map(|_| unit));
            }
        }
        let is_over_time = !columns.of_axis.is_empty();
        let mut categories: Vec<_> = (0..)
            .zip(&roles)
            .filter_map(|(column, role)| match role {
                Role::Category(axis) => Some((column, *axis)),
                Role::Period(_) if !is_over_time => Some((column, Axis::Ordered)),
                _ => None,
            })
            .collect();
        if categories.is_empty() && !is_over_time {
            categories.extend(position(Role::Id).map(|column| (column, Axis::Named)));
        }
        match (is_over_time, categories.as_slice()) {
            (true, []) => {}
            (true, [(series, _)]) => columns.series = Some(*series),
            (false, [(column, axis)]) => {
                columns.axis = *axis;
                columns.of_axis.push(*column);
            }
            (false, [first, second]) => {
                let names = |column| {
                    let names: BTreeSet<_> =
                        (0..rows).map(|row| name(&cell(row, column))).collect();
                    names.len()
                };
                // An order of its own stands on the axis; else what has more names, since colours are few.
                let is_second = match (first.1, second.1) {
                    (Axis::Ordered, Axis::Named) => false,
                    (Axis::Named, Axis::Ordered) => true,
                    _ => names(second.0) > names(first.0),
                };
                let (on_axis, other) = if is_second {
                    (second, first)
                } else {
                    (first, second)
                };
                columns.axis = on_axis.1;
                columns.of_axis.push(on_axis.0);
                columns.series = Some(other.0);
            }
            _ => return None,
        }
        Some(columns)
    }

    /// What stands on the axis for a row.
    fn place(&self, row: usize, cell: CellAt<'_, '_>) -> String {
        let mut place = String::new();
        for (part, column) in self.of_axis.iter().enumerate() {
            let value = name(&cell(row, *column));
            match self.units.get(part) {
                None | Some(Unit::Year) => place += &value,
                Some(Unit::Quarter) => place = place + "-Q" + &value,
                Some(_) => place = place + &format!("-{value:0>2}"),
            }
        }
        place
    }
}

/// Names in the order they were met.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    numbers: BTreeMap<String, usize>,
}

impl Names {
    fn number(&mut self, name: String) -> usize {
        if let Some(number) = self.numbers.get(&name) {
            return *number;
        }
        let number = self.names.len();
        self.names.push(name.clone());
        self.numbers.insert(name, number);
        number
    }
}

fn name(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Null => "NULL".to_owned(),
        named => named.to_string(),
    }
}

/// A number to draw: as near as a double comes, which is nearer than a pixel.
fn number(cell: &Cell<'_>) -> Option<f64> {
    let number = match cell {
        Cell::Integer(_) | Cell::Decimal { .. } | Cell::Single(_) => {
            cell.to_string().parse().ok()?
        }
        Cell::Float(value) => *value,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

fn is_day_or_month(text: &str) -> bool {
    const NAMES: [&str; 19] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let text = text.to_lowercase();
    NAMES
        .iter()
        .any(|name| *name == text || name.get(..3) == Some(&text))
}

/// When `2025`, `2025-Q4`, `2025-10`, `2025-10-01` or `2025-10-01T08:30:00Z` begins, in milliseconds
/// since 1970. A time without a zone is taken as it stands.
fn instant(text: &str) -> Option<f64> {
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let mut parts = date.splitn(3, '-');
    let digits = |part: &str, many: usize| {
        let is_number = part.len() == many && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<i32>().ok()).flatten()
    };
    let year = digits(parts.next()?, 4)?;
    let month = match parts.next() {
        None => 1,
        Some(part) => match part.strip_prefix('Q') {
            Some(quarter) => digits(quarter, 1)?.checked_mul(3)? - 2,
            None => digits(part, 2)?,
        },
    };
    let day = parts.next().map_or(Some(1), |part| digits(part, 2))?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let mut seconds = 0.0;
    if !time.is_empty() {
        let mut units = [3_600.0, 60.0, 1.0].into_iter();
        for part in time.trim_end_matches('Z').split(':') {
            let value: f64 = part.parse().ok()?;
            seconds += value * units.next()?;
        }
    }
    Some((f64::from(day_number(year, month, day)) * 86_400.0 + seconds) * 1_000.0)
}

/// Days since 1970-01-01 in the Gregorian calendar, counted in years that begin in March.
fn day_number(year: i32, month: i32, day: i32) -> i32 {
    let year = if month > 2 { year } else { year - 1 };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

/// Which comes first, which second, … by a key; equals as they were.
fn order(keys: impl IntoIterator<Item = f64>) -> Vec<usize> {
    let mut keys: Vec<_> = keys.into_iter().enumerate().collect();
    keys.sort_by(|one, other| one.1.total_cmp(&other.1));
    keys.into_iter().map(|(was, _)| was).collect()
}

fn largest_first(many: usize, points: &[Point], of: fn(&Point) -> usize) -> Vec<usize> {
    let mut totals = vec![0.0; many];
    for point in points {
        if let Some(total) = totals.get_mut(of(point)) {
            *total -= point.value;
        }
    }
    order(totals)
}

/// The number that each has in an order.
fn inverse(order: &[usize]) -> Vec<usize> {
    let mut numbers = vec![0; order.len()];
    for (number, was) in order.iter().enumerate() {
        if let Some(at) = numbers.get_mut(*was) {
            *at = number;
        }
    }
    numbers
}

fn arranged<T: Clone>(items: &[T], order: &[usize]) -> Vec<T> {
    order
        .iter()
        .filter_map(|was| items.get(*was).cloned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use arrow_array::{
        ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, ListArray, RecordBatch,
        StringArray,
    };

    fn texts(values: &[&str]) -> ArrayRef {
        Arc::new(StringArray::from(values.to_vec()))
    }

    fn whole(values: &[i64]) -> ArrayRef {
        Arc::new(Int64Array::from(values.to_vec()))
    }

    fn floats(values: &[f64]) -> ArrayRef {
        Arc::new(Float64Array::from(values.to_vec()))
    }

    fn chart(columns: &[(&str, ArrayRef)]) -> Option<Chart> {
        let rows = RecordBatch::try_from_iter(columns.to_vec()).expect("columns of one length");
        let cell = |row, column| Cell::of(rows.column(column), row);
        Chart::of(&rows.schema(), rows.num_rows(), &cell)
    }

    /// `place/series=value`, in the order of axis and series.
    fn told(chart: &Chart) -> String {
        let mut points = chart.points.clone();
        points.sort_by_key(|at| (at.place, at.series));
        let told = points.iter().map(|at| {
            let series = chart.series.get(at.series);
            let series = series.map(|name| format!("/{name}")).unwrap_or_default();
            format!("{}{series}={}", chart.places[at.place].label, at.value)
        });
        told.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_shape_decides() {
        let money = floats(&[2.0, 1.0, 4.0]);
        let decimals = Decimal128Array::from(vec![205, -100, 400]);
        let decimals = Arc::new(decimals.with_precision_and_scale(18, 2).expect("a type"));
        let days = Arc::new(Date32Array::from(vec![Some(20_363), Some(20_362), None]));
        let months = [
            ("year", whole(&[2026, 2025, 2025])),
            ("month", whole(&[1, 12, 2])),
        ];
        let table: [(&str, Vec<(&str, ArrayRef)>, Kind, &str); 13] = [
            (
                "year and month",
                [&months[..], &[("revenue", money.clone())]].concat(),
                Kind::Line,
                "2025-02=4 2025-12=1 2026-01=2",
            ),
            (
                "year and quarter",
                vec![
                    ("quarter", whole(&[4, 1, 2])),
                    ("year", whole(&[2025; 3])),
                    ("revenue", money.clone()),
                ],
                Kind::Line,
                "2025-Q1=1 2025-Q2=4 2025-Q4=2",
            ),
            (
                "days, one of them not known",
                vec![("order_date", days), ("revenue", money.clone())],
                Kind::Line,
                "2025-10-01=1 2025-10-02=2",
            ),
            (
                "months as text",
                vec![
                    ("period", texts(&["2025-11", "2025-10", "2025-12"])),
                    ("revenue", money.clone()),
                ],
                Kind::Line,
                "2025-10=1 2025-11=2 2025-12=4",
            ),
            (
                "time and a category",
                vec![
                    ("year", whole(&[2026, 2025, 2025])),
                    ("region", texts(&["West", "West", "East"])),
                    ("revenue", money.clone()),
                ],
                Kind::Line,
                "2025/East=4 2025/West=1 2026/West=2",
            ),
            (
                "one category, by its numbers",
                vec![
                    ("region", texts(&["b", "a", "c"])),
                    ("revenue", money.clone()),
                ],
                Kind::Bars,
                "c=4 b=2 a=1",
            ),
            (
                "days of the week, in their order",
                vec![
                    ("day_of_week", texts(&["Monday", "Tuesday", "Sunday"])),
                    ("revenue", money.clone()),
                ],
                Kind::Bars,
                "Monday=2 Tuesday=1 Sunday=4",
            ),
            (
                "months of any year",
                vec![("month", whole(&[1, 2, 3])), ("revenue", money.clone())],
                Kind::Bars,
                "1=2 2=1 3=4",
            ),
            (
                "two categories, the one with more names on the axis",
                vec![
                    ("category", texts(&["Home", "Home", "Home"])),
                    ("customer", texts(&["Al", "Bo", "Cy"])),
                    ("revenue", money.clone()),
                ],
                Kind::Stacked,
                "Cy/Home=4 Al/Home=2 Bo/Home=1",
            ),
            (
                "a category and days of the week",
                vec![
                    ("category", texts(&["Home", "Toys", "Books"])),
                    ("day", texts(&["Mon", "Mon", "Tue"])),
                    ("revenue", money.clone()),
                ],
                Kind::Stacked,
                "Mon/Home=2 Mon/Toys=1 Tue/Books=4",
            ),
            (
                "decimals, ids, and a second number",
                vec![
                    ("product_id", whole(&[1, 2, 3])),
                    ("revenue", decimals),
                    ("units", whole(&[1, 2, 3])),
                ],
                Kind::Bars,
                "3=4 1=2.05 2=-1",
            ),
            (
                "an id beside its name",
                vec![
                    ("product_id", whole(&[1, 2, 3])),
                    ("product", texts(&["a", "b", "c"])),
                    ("revenue", money.clone()),
                ],
                Kind::Bars,
                "c=4 a=2 b=1",
            ),
            (
                "numbers that are none",
                vec![
                    ("region", texts(&["a", "b", "c"])),
                    ("revenue", floats(&[f64::NAN, f64::INFINITY, 1.0])),
                ],
                Kind::Bars,
                "c=1",
            ),
        ];
        for (shape, columns, kind, points) in table {
            let chart = chart(&columns).expect(shape);
            assert_eq!(chart.kinds().first(), Some(&kind), "{shape}");
            assert_eq!(told(&chart), points, "{shape}");
            assert_eq!(chart.points.len() + chart.left_out, 3, "{shape}");
        }
    }

    #[test]
    fn other_shapes_have_no_chart() {
        let money = floats(&[2.0, 1.0]);
        let names = texts(&["a", "b"]);
        let lists = ListArray::from_iter_primitive::<arrow_array::types::Int32Type, _, _>([
            Some([Some(1)]),
            Some([Some(2)]),
        ]);
        let table: [(&str, Vec<(&str, ArrayRef)>); 6] = [
            ("numbers alone", vec![("revenue", money.clone())]),
            ("names alone", vec![("region", names.clone())]),
            ("three categories", {
                let of = |name| (name, names.clone());
                vec![of("a"), of("b"), of("c"), ("revenue", money.clone())]
            }),
            (
                "two numbers for one name",
                vec![("region", texts(&["a", "a"])), ("revenue", money.clone())],
            ),
            (
                "lists",
                vec![("tags", Arc::new(lists)), ("revenue", money.clone())],
            ),
            (
                "no rows",
                vec![("region", texts(&[])), ("revenue", floats(&[]))],
            ),
        ];
        for (shape, columns) in table {
            assert_eq!(chart(&columns), None, "{shape}");
        }
    }

    #[test]
    fn a_part_is_drawn_of_what_would_not_be_read() {
        let many = |from: i64, to: i64| (from..to).map(|at| at.to_string()).collect::<Vec<_>>();
        let names = many(0, 793);
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let amounts: Vec<_> = (0..793_u32).map(f64::from).collect();
        let bars = chart(&[("customer", texts(&names)), ("revenue", floats(&amounts))]);
        let bars = bars.expect("bars");
        let part = bars.part(Kind::Bars);
        assert_eq!((part.first, part.places, part.series), (0, 20, 1));
        assert_eq!(bars.places[0].label, "792", "the largest");
        let drawn = bars.points.iter().filter(|at| part.holds(at));
        assert_eq!(drawn.count(), 20);

        let years: Vec<_> = (1000..3000).collect();
        let amounts: Vec<_> = (0..2000_u32).map(f64::from).collect();
        let line = chart(&[("year", whole(&years)), ("revenue", floats(&amounts))]);
        let line = line.expect("a line");
        let latest = |kind| (line.part(kind).first, line.part(kind).places);
        assert_eq!(latest(Kind::Line), (1000, 1000));
        assert_eq!(latest(Kind::Bars), (1940, 60));

        let groups: Vec<_> = names.iter().map(|name| &name[name.len() - 1..]).collect();
        let grouped = chart(&[
            ("customer", texts(&names)),
            ("last", texts(&groups)),
            ("revenue", floats(&amounts[..793])),
        ]);
        let part = grouped.expect("groups").part(Kind::Grouped);
        assert_eq!((part.places, part.series), (6, 8));
    }

    #[test]
    fn instants_are_those_of_the_calendar() {
        let days = |text| instant(text).map(|at| at / 86_400_000.0);
        let table = [
            ("1970-01-01", Some(0.0)),
            ("1969-12-31", Some(-1.0)),
            ("2000-03-01", Some(11_017.0)),
            ("2025", Some(20_089.0)),
            ("2025-Q4", Some(20_362.0)),
            ("2025-10", Some(20_362.0)),
            ("2025-10-01T12:00:00.000Z", Some(20_362.5)),
            ("2025-10-01 06:00", Some(20_362.25)),
            ("2025-13", None),
            ("2025-10-01T12 o'clock", None),
            ("12-10-01", None),
            ("", None),
            ("infinity", None),
            ("NULL", None),
        ];
        for (text, expected) in table {
            assert_eq!(days(text), expected, "{text}");
        }
    }
}
