//! A result as what the library draws: places, series and values, each value with the text that the
//! table has for it. It must not know how it is drawn.

use std::cell::RefCell;
use std::collections::BTreeMap;

use results::Cell;
use results::chart::{self, Axis, Kind, Palette, Series, Shape};

use leptos::prelude::Callable as _;

use super::Meaning;
use crate::format::{self, Style};
use crate::rows::Rows;

/// The most rows of a result that are drawn: the first ones.
pub const MOST_CHARTED: usize = 5_000;

thread_local! {
    /// The colours of the values of each column that names series, the same in all charts.
    static PALETTES: RefCell<BTreeMap<String, Palette>> = const { RefCell::new(BTreeMap::new()) };
}

/// The column that names the series of a result, if there are several.
pub(super) fn series_column(rows: &Rows) -> Option<String> {
    let series = shape_of(rows, None)?.series?;
    let field = rows.schema().fields().get(series)?;
    Some(field.name().clone())
}

/// The shape of a result with the numbers of this column, or of the first that has some.
fn shape_of(rows: &Rows, measure: Option<&str>) -> Option<Shape> {
    let cell = |row, column| rows.cell(row, column);
    let shape = Shape::of(rows.schema(), rows.len().min(MOST_CHARTED), &cell)?;
    match measure {
        None => Some(shape),
        Some(measure) => {
            let (column, _) = rows.schema().column_with_name(measure)?;
            Some(shape.of_measure(column))
        }
    }
}

/// A number of a result.
struct Point {
    /// The name of its place on the axis.
    place: String,
    /// The place of its series in the names of the series, or after them all.
    series: usize,
    value: f64,
    /// As the table shows it.
    text: String,
}

/// What is drawn of a result.
pub(super) struct Points {
    pub(super) axis: &'static str,
    pub(super) kinds: Vec<Kind>,
    /// The names and colours of the series, and how many values have none of their own; no names where
    /// there is one series.
    pub(super) series: Series,
    /// Whether the values without a series are drawn as one, which comes after the named ones.
    pub(super) has_other: bool,
    all: Vec<Point>,
    /// The rows that are drawn.
    pub(super) rows: usize,
    /// The column of the places, without a name for several; then that of the series, if there are
    /// several.
    pub(super) columns: Vec<String>,
}

impl Points {
    /// The points of a result. `None` where its columns make no chart.
    pub(super) fn of(rows: &Rows, measure: Option<&str>, meaning: Option<Meaning>) -> Option<Self> {
        let shape = shape_of(rows, measure)?;
        let drawn = rows.len().min(MOST_CHARTED);
        let cell = |row, column| rows.cell(row, column);
        let fields = rows.schema().fields();
        let name = |column: usize| fields.get(column).map(|field| field.name().clone());
        let style = fields
            .get(shape.measure)
            .map_or(Style::Number, |field| Style::of(field));
        let adds_up = name(shape.measure)
            .zip(meaning)
            .and_then(|(measure, meaning)| meaning.adds_up.run(measure));
        let mut points = Vec::new();
        let mut names = Vec::new();
        for row in 0..drawn {
            let value = cell(row, shape.measure);
            names.extend(shape.series.map(|column| chart::name(&cell(row, column))));
            points.push(Point {
                place: shape.place(row, &cell),
                series: 0,
                value: chart::height(&value),
                text: format::show(&value, style).unwrap_or_default(),
            });
        }
        let series_column = shape.series.and_then(name);
        let series = series_column.as_deref().map(|column| {
            let values: Vec<_> = points.iter().map(|point| point.value).collect();
            with_palette(column, |palette| Series::of(&names, &values, palette))
        });
        let series = series.unwrap_or_default();
        let has_other = series.others > 0 && adds_up == Some(true);
        if series_column.is_some() {
            points = grouped(points, &series, has_other, style);
        }
        let place = match shape.places.as_slice() {
            [only] => name(*only),
            _ => None,
        };
        let kinds = shape.kinds().iter().copied();
        Some(Self {
            axis: match shape.axis {
                Axis::Time => "time",
                Axis::Ordered => "ordered",
                Axis::Named => "named",
            },
            // Parts that do not add up make no stack.
            kinds: kinds
                .filter(|kind| *kind != Kind::Stacked || adds_up != Some(false))
                .collect(),
            series,
            has_other,
            all: points,
            rows: drawn,
            columns: std::iter::once(place.unwrap_or_default())
                .chain(series_column)
                .collect(),
        })
    }

    /// Of each point, its place, its series, its value and its text.
    pub(super) fn columns_of_points(self) -> (Vec<String>, Vec<usize>, Vec<f64>, Vec<String>) {
        let (mut places, mut series) = (Vec::new(), Vec::new());
        let (mut values, mut texts) = (Vec::new(), Vec::new());
        for point in self.all {
            places.push(point.place);
            series.push(point.series);
            values.push(point.value);
            texts.push(point.text);
        }
        (places, series, values, texts)
    }
}

/// The points of the named series, and the sums of the others where those are drawn.
fn grouped(points: Vec<Point>, series: &Series, has_other: bool, style: Style) -> Vec<Point> {
    let other = series.names.len();
    let mut sums: BTreeMap<String, f64> = BTreeMap::new();
    let mut kept = Vec::new();
    for (mut point, of) in points.into_iter().zip(&series.of_rows) {
        point.series = of.unwrap_or(other);
        if of.is_some() || (has_other && !point.value.is_finite()) {
            kept.push(point);
        } else if has_other {
            *sums.entry(point.place).or_default() += point.value;
        }
    }
    kept.extend(sums.into_iter().map(|(place, value)| Point {
        place,
        series: other,
        value,
        text: format::show(&Cell::Float(value), style).unwrap_or_default(),
    }));
    kept
}

fn with_palette<T>(column: &str, use_it: impl FnOnce(&mut Palette) -> T) -> T {
    PALETTES.with_borrow_mut(|palettes| use_it(palettes.entry(column.to_owned()).or_default()))
}

/// Gives the first colours to the first values of a column, in all charts.
pub(super) fn set_order(column: &str, values: &[String]) {
    with_palette(column, |palette| palette.set_order(values));
}
