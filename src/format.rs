//! How values look on the screen: numbers as the reader's locale groups them, money with two
//! decimals, dates as ISO. A column that has the name of a metric looks as the mart says of the metric,
//! in every result. [`metric`] is the one place that puts a unit to a number. It must not know how
//! values are exported.

use std::cell::RefCell;
use std::collections::BTreeMap;

use arrow_schema::Field;
use js_sys::{Array, BigInt, Function, Intl, Object, Reflect};
use mart::{Metric, Model, NumberFormat, Unit};
use results::Cell;
use wasm_bindgen::{JsCast as _, JsValue};

/// How the values of a column look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As it is, left-aligned.
    Text,
    /// A number that names something: a year, an id. Right-aligned, never grouped.
    Label,
    /// A number with all the digits it has.
    Number,
    /// An amount: two decimals.
    Money,
    /// An amount that is not rounded: two decimals or more.
    Exact,
    /// A share of 1, in percent.
    Percent,
}

impl Style {
    /// The style of a result's column.
    pub fn of(field: &Field) -> Self {
        let name = field.name().as_str();
        if !field.data_type().is_numeric() {
            Self::Text
        } else if name == "year" || name == "month" || name.ends_with("_id") {
            Self::Label
        } else {
            COLUMNS.with_borrow(|columns| columns.get(name).copied().unwrap_or(Self::Number))
        }
    }

    /// Whether the values stand at the right of their column.
    pub const fn is_number(self) -> bool {
        !matches!(self, Self::Text)
    }
}

/// Shows the number columns of a mart as its metrics say: a metric's own column, and the columns of
/// facts that a metric sums.
pub fn show_formats(model: &Model) {
    let mut columns = BTreeMap::new();
    for metric in model.metrics() {
        if let Some(column) = metric.summed_column(model) {
            let style = match style(metric) {
                Style::Money => Style::Exact,
                other => other,
            };
            columns.insert(column.to_owned(), style);
        }
    }
    // A metric may have the name of the column that it sums.
    for metric in model.metrics() {
        for name in metric.compared_names() {
            columns.insert(name, style(metric));
        }
        columns.insert(metric.name().to_owned(), style(metric));
    }
    COLUMNS.set(columns);
}

/// How the values of a metric look, without their unit.
pub fn style(metric: &Metric) -> Style {
    match metric.format() {
        NumberFormat::Money => Style::Money,
        NumberFormat::Percent => Style::Percent,
        NumberFormat::Number | NumberFormat::Whole => Style::Number,
    }
}

/// A value of a metric with its unit, for a text that stands alone: `€1,299.99`, `12.5 h`. `None` for
/// NULL. A table or an axis shows the same number without the unit, by [`show`] and [`style`].
pub fn metric(metric: &Metric, cell: &Cell<'_>) -> Option<String> {
    let number = show(cell, style(metric))?;
    Some(match metric.unit_kind() {
        Unit::None => number,
        Unit::Currency(code) => localised(&currency(code), cell),
        Unit::Other(unit) => format!("{number}\u{a0}{unit}"),
    })
}

thread_local! {
    /// How number columns look that have the name of a metric.
    static COLUMNS: RefCell<BTreeMap<String, Style>> = const { RefCell::new(BTreeMap::new()) };
    static MONEY: Function = formatter(2, 2);
    static EXACT: Function = formatter(2, 20);
    /// By the code of the currency.
    static CURRENCIES: RefCell<BTreeMap<String, Function>> = const { RefCell::new(BTreeMap::new()) };
    static PERCENT: Function = formatting(&[
        ("style", "percent".into()),
        ("minimumFractionDigits", 2.into()),
        ("maximumFractionDigits", 2.into()),
    ]);
    static NUMBER: Function = formatter(0, 20);
    static ROUNDED: Function = rounding();
    static CHANGE: Function = formatting(&[
        ("style", "percent".into()),
        ("signDisplay", "exceptZero".into()),
        ("maximumFractionDigits", 1.into()),
    ]);
    static SIGNED: Function = formatting(&[
        ("signDisplay", "exceptZero".into()),
        ("maximumFractionDigits", 1.into()),
    ]);
    /// By the number of decimals.
    static DECIMALS: RefCell<Vec<(u32, Function)>> = const { RefCell::new(Vec::new()) };
}

/// A value as text for the screen; `None` for NULL.
pub fn show(cell: &Cell<'_>, style: Style) -> Option<String> {
    match (cell, style) {
        (Cell::Null, _) => None,
        (
            Cell::Integer(_) | Cell::Float(_) | Cell::Single(_) | Cell::Decimal { .. },
            Style::Money,
        ) => Some(MONEY.with(|formatter| localised(formatter, cell))),
        (Cell::Float(value), Style::Exact) if is_cut(*value) => Some(cell.to_string()),
        (Cell::Single(value), Style::Exact) if is_cut((*value).into()) => Some(cell.to_string()),
        (
            Cell::Integer(_) | Cell::Float(_) | Cell::Single(_) | Cell::Decimal { .. },
            Style::Exact,
        ) => Some(EXACT.with(|formatter| localised(formatter, cell))),
        (
            Cell::Integer(_) | Cell::Float(_) | Cell::Single(_) | Cell::Decimal { .. },
            Style::Percent,
        ) => Some(PERCENT.with(|formatter| localised(formatter, cell))),
        // With all the decimals that the type has: an amount of 12.50 is not 12.5.
        (Cell::Decimal { scale, .. }, Style::Number) => {
            let decimals = u32::from(scale.unsigned_abs());
            Some(localised(&exactly(decimals), cell))
        }
        (Cell::Float(value), Style::Number) if is_cut(*value) => Some(cell.to_string()),
        (Cell::Single(value), Style::Number) if is_cut((*value).into()) => Some(cell.to_string()),
        (Cell::Integer(_) | Cell::Float(_) | Cell::Single(_), Style::Number) => {
            Some(NUMBER.with(|formatter| localised(formatter, cell)))
        }
        _ => Some(cell.to_string()),
    }
}

/// Whether the 17 digits that a number may have go beyond the 20 decimals of a formatter.
fn is_cut(value: f64) -> bool {
    value.abs() < 1e-4 && value != 0.0
}

/// A count, grouped.
pub fn count(value: u64) -> String {
    NUMBER.with(|formatter| localised(formatter, &Cell::Integer(value.into())))
}

/// A count of things, of which the name for one is given: `1 row`, `2 rows`.
pub fn counted(value: u64, one: &str) -> String {
    let end = if value == 1 { "" } else { "s" };
    format!("{} {one}{end}", count(value))
}

/// A number that was computed: two decimals, or five digits where that is more.
pub fn rounded(value: f64) -> String {
    ROUNDED.with(|formatter| localised(formatter, &Cell::Float(value)))
}

/// A change as a share of 1, in percent with its sign.
pub fn change(share: f64) -> String {
    CHANGE.with(|formatter| localised(formatter, &Cell::Float(share)))
}

/// A difference with its sign.
pub fn signed(difference: f64) -> String {
    SIGNED.with(|formatter| localised(formatter, &Cell::Float(difference)))
}

/// A duration in milliseconds, in a readable unit.
pub fn duration(milliseconds: f64) -> String {
    if milliseconds < 10.0 {
        format!("{milliseconds:.1} ms")
    } else if milliseconds < 10_000.0 {
        format!("{milliseconds:.0} ms")
    } else {
        format!("{:.1} s", milliseconds / 1_000.0)
    }
}

/// A number of bytes in megabytes.
#[expect(
    clippy::cast_precision_loss,
    reason = "shown with one decimal of a megabyte"
)]
pub fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// The size of a file in bytes: in kilobytes, where it is a small one.
#[expect(
    clippy::cast_precision_loss,
    reason = "shown with one decimal of a kilobyte"
)]
pub fn file_size(bytes: u64) -> String {
    if bytes < 1000 {
        counted(bytes, "byte")
    } else if bytes < 100_000 {
        format!("{:.1} KB", bytes as f64 / 1e3)
    } else {
        megabytes(bytes)
    }
}

/// The formatter that shows this number of decimals.
fn exactly(decimals: u32) -> Function {
    DECIMALS.with_borrow_mut(|formatters| {
        if let Some((_, known)) = formatters.iter().find(|(of, _)| *of == decimals) {
            return known.clone();
        }
        let new = formatter(decimals, decimals);
        formatters.push((decimals, new.clone()));
        new
    })
}

/// The formatter for amounts of a currency, with two decimals as a metric is rounded.
fn currency(code: &str) -> Function {
    CURRENCIES.with_borrow_mut(|formatters| {
        if let Some(known) = formatters.get(code) {
            return known.clone();
        }
        let new = formatting(&[
            ("style", "currency".into()),
            ("currency", code.into()),
            ("minimumFractionDigits", 2.into()),
            ("maximumFractionDigits", 2.into()),
        ]);
        formatters.insert(code.to_owned(), new.clone());
        new
    })
}

fn localised(formatter: &Function, cell: &Cell<'_>) -> String {
    // Through its text where a double would not hold the number whole.
    let text = cell.to_string();
    let value = match cell {
        Cell::Float(value) => JsValue::from_f64(*value),
        Cell::Single(value) if !value.is_finite() => JsValue::from_f64((*value).into()),
        Cell::Integer(value) if let Ok(value) = i32::try_from(*value) => value.into(),
        Cell::Integer(_) => BigInt::new(&text.as_str().into()).map_or(JsValue::NULL, Into::into),
        _ => JsValue::from_str(&text),
    };
    formatter
        .call1(&JsValue::UNDEFINED, &value)
        .ok()
        .and_then(|shown| shown.as_string())
        .unwrap_or(text)
}

fn formatter(least_decimals: u32, most_decimals: u32) -> Function {
    formatting(&[
        ("minimumFractionDigits", least_decimals.into()),
        ("maximumFractionDigits", most_decimals.into()),
    ])
}

fn rounding() -> Function {
    formatting(&[
        ("maximumFractionDigits", 2.into()),
        ("maximumSignificantDigits", 5.into()),
        ("roundingPriority", "morePrecision".into()),
    ])
}

/// `Intl.NumberFormat` of the reader's locale, as the function that it offers.
fn formatting(values: &[(&str, JsValue)]) -> Function {
    let options = Object::new();
    for (name, value) in values {
        // Cannot fail on a plain new object.
        drop(Reflect::set(&options, &(*name).into(), value));
    }
    Intl::NumberFormat::new(&Array::new(), &options)
        .format()
        .unchecked_into()
}
