//! How the values of metrics are rounded and cast. It must not know what they are grouped by.

use crate::TypeKind;
use crate::document::NumberFormat;
use crate::expression::{Aggregate, Expression, Names};
use crate::model::Metric;

/// The digits after the point of a sum of floating-point numbers that is made a decimal: with them,
/// sums of up to four thousand million are as exact as the numbers that are summed.
pub(super) const SUM_SCALE: u32 = 6;

/// A floating-point number as a decimal, so that it is rounded half up: as a double, 1.005 is less.
const ROUNDED_FROM: &str = "DECIMAL(38,10)";

/// Whether a metric's sums and averages are made decimals before they are rounded.
pub(super) const fn is_exact(metric: &Metric) -> bool {
    matches!(metric.format, NumberFormat::Money | NumberFormat::Percent)
}

/// A metric's value, as it is shown.
pub(super) fn rounded(metric: &Metric, names: &impl Names, is_summed: bool) -> String {
    let value = metric.expression.sql(names);
    match metric.format {
        NumberFormat::Money | NumberFormat::Percent => half_up(metric, &value, names),
        NumberFormat::Whole if metric.kind != TypeKind::Whole => format!("round({value})"),
        // DuckDB adds whole numbers up in 128 bits; sums of 32 bits fit into 64.
        _ if metric.kind == TypeKind::Whole && (is_summed || has_sum(&metric.expression)) => {
            format!("CAST({value} AS BIGINT)")
        }
        _ => value,
    }
}

/// A metric's value where facts count with their shares: not rounded to whole numbers, so that the
/// shares add up.
pub(super) fn shared(metric: &Metric, names: &impl Names) -> String {
    let value = metric.expression.sql(names);
    if is_exact(metric) {
        half_up(metric, &value, names)
    } else {
        value
    }
}

fn half_up(metric: &Metric, value: &str, names: &impl Names) -> String {
    let digits = if metric.format == NumberFormat::Money {
        2
    } else {
        4
    };
    let decimal = if metric.expression.is_floating(names) {
        format!("CAST({value} AS {ROUNDED_FROM})")
    } else {
        value.to_owned()
    };
    let rounded = format!("round({decimal}, {digits})");
    // Numbers of a floating point stay such: the nearest to the decimal prints as the decimal.
    if metric.kind == TypeKind::Float {
        format!("CAST({rounded} AS DOUBLE)")
    } else {
        rounded
    }
}

fn has_sum(expression: &Expression) -> bool {
    let aggregates = expression.aggregates();
    aggregates
        .iter()
        .any(|(aggregate, _)| *aggregate == Aggregate::Sum)
}
